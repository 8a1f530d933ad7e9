"""The parts of the page "Data and methods": each asks for its rows and shows them in plain words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.audit_words import table_cells
from dashboard.audits_kept import newest_audits, tagger_now
from dashboard.data import ask, fetched, freshness, snapshot
from dashboard.methods_cite import citation, example, facts_table, migration
from dashboard.methods_quality import quality_sentence, quality_tables
from dashboard.methods_runs import aside_table, despite_table, runs_of, runs_table
from dashboard.methods_sources import by_need, failures, sources_sentence, sources_table
from dashboard.methods_texts import facet_tables, untagged_table
from dashboard.methods_words import RULES, methods_table, roles_table, topics_table
from dashboard.quality import show_calibration
from dashboard.snapshot import data_folder, last_runs, log_stamp

EVERY_YEAR, MANY_ROWS = 0, 40
STYLE = Path(__file__).parent / "methods.css"


@cache
def style() -> str:
    """Return the style of this page's tables."""
    return f"<style>{STYLE.read_text(encoding='utf-8')}</style>"


def rows_of(query: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return the rows of a query as dicts, None where there is no value."""
    frame = ask(query, **parameters)
    whole = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in whole.to_dict("records")]


@st.cache_data(max_entries=4, show_spinner=False)
def _logged(stamp: tuple[str, int, int]) -> list[dict[str, Any]]:
    return last_runs(Path(stamp[0]), asking=False)


def logged() -> list[dict[str, Any]]:
    """Return the entries of the log of runs, the newest first."""
    stamp = log_stamp(data_folder())
    return _logged(stamp) if stamp else []


def judged_at() -> datetime:
    """Return the moment (naive UTC) on which sources are judged: that of the data, or of a later run that found nothing new."""
    looked = fetched().looked
    return max(freshness().clock, looked) if looked else freshness().clock


def sources_part() -> None:
    """Where the stories come from, and whether they still come."""
    at = judged_at()
    rows, failed = rows_of("methods_sources", at=at), failures(logged())
    st.html(
        f'<p class="facts-note">{sources_sentence(rows, failed)} Judged on {words.day(at)}, what needs an eye first.</p>'
    )
    st.html(sources_table(by_need(rows, failed), rows_of("methods_holes"), failed))
    st.caption(
        "A name opens what is known of the source: its sample, its gaps, what may be shown. A number opens its stories."
    )


def runs_part() -> None:
    """What runs took in, and what they set aside."""
    published = rows_of("methods_runs")
    ledger = rows_of("methods_ledger", runs=tuple(row["run_id"] for row in published))
    st.caption(
        "All that comes in ends in exactly one way, and the sums come out, or a run fails. "
        "A document is an issue or an entry of a feed; a piece is what it holds. Numbers open to their rows."
    )
    st.html(runs_table(runs_of(logged(), published, ledger)))
    st.header("Set aside and left out", anchor=False)
    aside = rows_of("methods_aside")
    if aside:
        st.html(aside_table(aside))
    else:
        st.caption("Nothing was: all that came in was taken.")
    if despite := rows_of("methods_despite"):
        st.header("Published although a check objected", anchor=False)
        st.html(despite_table(despite))


def texts_part() -> None:
    """How dates were found, what texts there are, and what got no tag."""
    for heading, remark, table in facet_tables(rows_of("methods_facets")):
        st.header(heading, anchor=False)
        st.caption(remark)
        st.html(table)
    st.header("Without a topic, without a place", anchor=False)
    st.caption(
        "Both are lines of their own in the charts. Counted as there: copies once, no letters, English alone. "
        "In brackets the likely range; a number opens its stories."
    )
    st.html(untagged_table(_of_year(rows_of("methods_untagged"))))


def _of_year(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let the reader choose a year; where there are many rows the newest comes first instead of all."""
    years = sorted({row["period"].year for row in rows}, reverse=True)
    if len(years) < 2:
        return rows
    first = EVERY_YEAR if len(rows) <= MANY_ROWS else years[0]
    chosen = st.segmented_control("Year", [EVERY_YEAR, *years], key="methods_year", default=first, required=True, wrap=True,
                                  format_func=lambda year: "All" if year == EVERY_YEAR else str(year))  # fmt: skip
    return [row for row in rows if chosen in (None, EVERY_YEAR, row["period"].year)]


def quality_part() -> None:
    """How good the tags were measured to be."""
    rows = rows_of("methods_quality")
    kinds = [kind for kind in words.TEXT_KINDS if any(row["text_kind"] == kind for row in rows)]
    if not kinds:
        st.info("How good the tags are was not measured in this data.")
        return
    kind = st.segmented_control("Measured on", kinds, key="measured_on", default=kinds[0], required=True,
                                format_func=lambda one: words.TEXT_KINDS[one])  # fmt: skip
    kind = kind or kinds[0]
    st.html(f'<p class="facts-note">{quality_sentence(rows, kind)}</p>')
    st.caption(
        "Measured on stories that the tagger did not learn from, against tags that a large language model gave by our definitions. "
        "The worst come first, by the lower of their two figures; in brackets the likely range. "
        "*Counted for 100* is how many the tagger counts where there are 100; *Measured on*, how many there were. "
        "The newest audit that editors made of a topic stands beneath it, measured on stories of this data."
    )
    definitions = {row["id"]: row["definition"] for row in rows_of("methods_topics")}
    for heading, table, too_few in quality_tables(rows, kind, definitions, audit_cells()):
        st.header(heading, anchor=False)
        if table:
            st.html(table)
        if too_few:
            st.caption(words.plain(too_few))
    st.header("What does a score mean?", anchor=False)
    show_calibration(kind, key="methods_calibration")


def audit_cells() -> dict[str, tuple[str, ...]]:
    """Return what the newest audit of each topic tells, as cells of the table of measured tags."""
    names, now = {row["id"]: str(row["name"]) for row in rows_of("methods_topics")}, tagger_now()
    return {topic: table_cells(told, names[topic], now) for topic, told in newest_audits().items() if topic in names}


def definitions_part() -> None:
    """What each tag means."""
    st.header("Topics", anchor=False)
    st.caption("A name opens its line on Coverage, a number its stories: copies, letters and all.")
    st.html(topics_table(rows_of("methods_topics")))
    st.header("Organizations and regions", anchor=False)
    st.html(roles_table())
    st.markdown("\n".join(f"- {rule}" for rule in RULES))


def computed_part() -> None:
    """How each number is computed."""
    st.caption(
        "The arithmetic lies in the data itself as SQL macros, so that a notebook and the DuckDB shell get the numbers of these pages."
    )
    st.html(methods_table())


def cite_part() -> None:
    """How to cite this data, and how to get it."""
    fresh, held = freshness(), snapshot()
    st.header("Cite it", anchor=False)
    st.code(citation(fresh, held.name), language=None, wrap_lines=True)
    st.header("Get it", anchor=False)
    st.caption(
        "One DuckDB file holds all stories, tags, the ledger and the arithmetic. A topic by year, as Coverage draws it:"
    )
    st.code(example(held.name, rows_of("sources"), rows_of("methods_topics")), language="sql", wrap_lines=True)
    st.caption(
        "On Coverage, *CSV* beside the chart holds its numbers, and *Download* under opened stories holds those."
    )
    st.header("What this data was made with", anchor=False)
    st.html(facts_table(fresh, held.name, rows_of("methods_digests"), rows_of("methods_taggers"), migration(ask)))


PARTS: dict[str, tuple[str, Callable[[], None]]] = {
    "sources": ("Sources", sources_part),
    "runs": ("Runs", runs_part),
    "texts": ("Dates and texts", texts_part),
    "quality": ("How good the tags are", quality_part),
    "definitions": ("Definitions", definitions_part),
    "computed": ("How is this computed?", computed_part),
    "cite": ("Cite, get the data", cite_part),
}


def chosen_part() -> Callable[[], None]:
    """Choose which part is shown; the address says which."""
    if "methods_part" not in st.session_state:
        asked = st.query_params.get("part", "")
        st.session_state["methods_unknown"] = "" if asked in ("", *PARTS) else asked
        st.session_state["methods_part"] = asked if asked in PARTS else next(iter(PARTS))
    chosen = st.segmented_control("Part of this page", list(PARTS), key="methods_part", required=True, wrap=True,
                                  format_func=lambda part: PARTS[part][0], label_visibility="collapsed")  # fmt: skip
    part = chosen or next(iter(PARTS))
    if unknown := st.session_state.get("methods_unknown", ""):
        said = f"The link's part {words.quoted(unknown)} is not one of {', '.join(PARTS)}."
        st.warning(said, icon=":material/link_off:")
    if st.query_params.get("part", "") != part:
        st.query_params["part"] = part
    return PARTS[part][1]
