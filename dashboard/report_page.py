"""The page Report as Streamlit draws it: which period and sources, the report as it will be sent, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from dashboard.audit_files import Stamp, audits_stamp, read_audits
from dashboard.data import freshness, snapshot
from dashboard.desk import Entry
from dashboard.editor import NotAllowed, editor, need_editor
from dashboard.filters import ALL_SOURCES, LONG_RUNNING
from dashboard.links import root
from dashboard.report import ReportFailed, compose, write
from dashboard.report_facts import Asked
from dashboard.report_pdf import PdfFailed, find_browser, print_pdf
from dashboard.report_period import GRAINS, LAST, BadPeriod, back, period_of, read_period
from dashboard.scope_controls import write_own_address
from dashboard.snapshot import Snapshot, desk_folder
from dashboard.view import Source
from dashboard.waiting import counted, desk
from dashboard.words import plain, quoted

MANY = {"week": 60, "month": 36, "quarter": 20}
HEIGHT = 920  # pixels of the preview
WIDGETS = ("period", "sources", "ours", "all")
PARAMETERS = ("period", "source", "ours")


def periods(newest: date, oldest: date) -> list[str]:
    """Return what can be chosen: the newest whole one, then quarters, months and weeks with stories, newest first."""
    found = ["last"]
    for grain in reversed(GRAINS):
        one = period_of(newest, grain)
        for _ in range(MANY[grain]):
            if one.end < oldest:
                break
            found.append(one.written)
            one = back(one, 1)
    return found


def period_label(written: str) -> str:
    """Return how a period reads in the list."""
    return "Newest whole period" if written in LAST else f"{read_period(written).words} · {written}"


def read_address(having: Sequence[Source]) -> list[str]:
    """On the first run in a session set the choices from the address; returns a sentence for each value that this data lacks."""
    if "report_problems" in st.session_state:
        for name, value in st.session_state["report_kept"].items():  # Streamlit forgets a widget's value on other pages
            st.session_state.setdefault(name, value)
        return list(st.session_state["report_problems"])
    problems, ids = [], {source.id for source in having}
    asked = {name: st.query_params.get_all(name) for name in PARAMETERS}
    written = (asked["period"] or ["last"])[-1]
    try:
        if written not in LAST:
            read_period(written)
    except BadPeriod:
        problems.append(f"The link names a period, {quoted(written)}, which is none.")
        written = "last"
    for name in ("source", "ours"):
        for one in asked[name]:
            if one not in ids and not (name == "source" and one in (LONG_RUNNING, ALL_SOURCES)):
                problems.append(f"The link names a source, {quoted(one)}, which is not in this data.")
    st.session_state.update(
        report_problems=problems, report_period=written, report_all=ALL_SOURCES in asked["source"],
        report_sources=[one for one in asked["source"] if one in ids], report_ours=[one for one in asked["ours"] if one in ids],
    )  # fmt: skip
    return problems


def choose(having: Sequence[Source]) -> Asked:
    """Draw the controls and return what is asked for; the address says it too."""
    fresh, names = freshness(), {source.id: source.name for source in having}
    options = periods(max(fresh.newest_day, fresh.oldest_day), fresh.oldest_day)
    if st.session_state["report_period"] not in options:
        options.append(st.session_state["report_period"])
    with st.container(key="report_controls"):
        when, whose, own = st.columns([2, 3, 3], vertical_alignment="bottom")
        period = when.selectbox("Period", options, key="report_period", format_func=period_label)
        chosen = whose.multiselect(
            "Sources", list(names), key="report_sources", format_func=names.__getitem__,
            placeholder="All sources" if st.session_state["report_all"] else "Long-running sources",
            help="Without a choice: the sources with stories in nearly all of the periods looked at.",
        )  # fmt: skip
        ours = own.multiselect(
            "Your own sources", list(names), key="report_ours", format_func=names.__getitem__, placeholder="Those that the data marks",
            help="They are held against all others under Gaps.",
        )  # fmt: skip
        st.toggle("All sources", key="report_all", disabled=bool(chosen),
                  help="Sources are chosen one by one above." if chosen else "Count also sources that came or went.")  # fmt: skip
    st.session_state["report_kept"] = {f"report_{name}": st.session_state[f"report_{name}"] for name in WIDGETS}
    unchosen = ALL_SOURCES if st.session_state["report_all"] else LONG_RUNNING
    asked = Asked(period, tuple(chosen) or (unchosen,), tuple(ours))
    own_query = {
        "period": [period],
        "source": [] if asked.sources == (LONG_RUNNING,) else list(asked.sources),
        "ours": list(ours),
    }
    write_own_address(own_query)
    return asked


@st.cache_data(max_entries=16, show_spinner="Making the report …")
def _composed(
    snapshot_name: str,
    asked: Asked,
    where: str,
    decided: tuple[str, ...],
    samples: Stamp,
    _held: Snapshot,
    _entries: tuple[Entry, ...],
) -> tuple[str, str]:
    return compose(_held, asked, root=where, entries=_entries, audits=read_audits(samples).audits)


def show_report(asked: Asked) -> None:
    """Draw the report and what takes it along, or say why there is none."""
    held = snapshot()
    try:
        entries = tuple(entry for entry in desk().entries if entry.kind in ("target", "judgement") or entry.undoes)
        decided, samples = tuple(entry.id for entry in entries), audits_stamp(desk_folder())
        html, period = _composed(held.name, asked, root(), decided, samples, held, entries)
    except ReportFailed as error:
        st.info(f"No report: {_sentence(str(error))}")
        return
    if waiting := len(counted(held)):
        st.caption(f"A report tells of what runs have published: {waiting} pending corrections are not in it.")
    with st.container(horizontal=True, vertical_alignment="center", key="report_files"):
        st.download_button(
            "Download", data=html.encode("utf-8"), file_name=f"ai-news-{period}.html", mime="text/html", key="report_html",
            icon=":material/download:", type="primary", on_click="ignore", help="One file that needs nothing else: HTML.",
        )  # fmt: skip
        _pdf(html, period)
        _keep(html, period)
    st.iframe(html, height=HEIGHT, alt=f"The report of {period}, as it is downloaded")


def _sentence(text: str) -> str:
    return f"{plain(text)}."


def _pdf(html: str, period: str) -> None:
    try:
        browser = find_browser()
    except PdfFailed:
        st.button("PDF", icon=":material/picture_as_pdf:", type="tertiary", key="report_pdf", disabled=True,
                  help="There is no Chromium on the server. Open the HTML file and print it with your browser.")  # fmt: skip
        return
    st.download_button(
        "PDF", data=lambda: printed(html, browser), file_name=f"ai-news-{period}.pdf", mime="application/pdf", key="report_pdf",
        icon=":material/picture_as_pdf:", type="tertiary", on_click="ignore",
    )  # fmt: skip


def printed(html: str, browser: str) -> bytes:
    """Return the report as PDF. Raises PdfFailed."""
    with TemporaryDirectory(prefix="ainews-pdf-") as folder:
        target = Path(folder, "report.pdf")
        print_pdf(html, target, browser=browser)
        return target.read_bytes()


def _keep(html: str, period: str) -> None:
    """For editors: keep the report in the desk folder, so that the data that it tells of stays."""
    if editor() is None:
        return
    if st.button("Keep", icon=":material/bookmark_add:", type="tertiary", key="report_keep",
                 help="Save it in the desk folder. The data that it names stays as long as the file does."):  # fmt: skip
        try:
            st.success(f"Kept as {quoted(keep(html, period))} in the desk folder.", icon=":material/check:")
        except (NotAllowed, ReportFailed) as error:
            st.error(_sentence(str(error)), icon=":material/edit_off:")


def keep(html: str, period: str) -> str:
    """Write the report into the desk folder's `reports/` and return its path there; another report never takes its name.

    Raises NotAllowed for who is no editor, ReportFailed where it can't be written.
    """
    need_editor()
    folder = desk_folder() / "reports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportFailed(f"{folder} can’t be made ({error.strerror})") from error
    target = folder / f"{period}-{sha256(html.encode('utf-8')).hexdigest()[:8]}.html"
    write(html, target)
    return f"reports/{target.name}"
