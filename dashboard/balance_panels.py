"""The parts of the page Balance that Streamlit draws: whose output, targets with bars and verdicts, the mix, opened stories, the link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import words
from dashboard.balance import (
    AUTO,
    MANY,
    SIZES,
    USUAL,
    Judged,
    Publisher,
    judged,
    mix_ranges,
    mix_rows,
    mix_sentence,
    mix_table,
    opened_window,
    publishers_of,
    size_of,
    targets_table,
    window_name,
    window_words,
)
from dashboard.balance_charts import mix_line, target_bars, targets_alt
from dashboard.data import ask, catalog, freshness
from dashboard.filters import Filters, Known
from dashboard.links import what_became
from dashboard.noted import note_asked, noted
from dashboard.opened import Opened
from dashboard.organizations import type_name
from dashboard.page_panels import draw, numbers, opened_head, opened_list, paged, with_opened
from dashboard.page_state import held, own_query
from dashboard.panels import records
from dashboard.places import BALANCE
from dashboard.region_panels import atlas
from dashboard.regions import place_lines
from dashboard.scope import Scope
from dashboard.share import data, share_row
from dashboard.shown import Shown, numbers_of
from dashboard.shown_pages import row_ranges
from dashboard.targets import KINDS, Targets, as_parameters, targets_of
from dashboard.view import Line, Source
from dashboard.waiting import desk

EVERY_TOPIC = "*"
Rows = list[dict[str, Any]]


def publishers() -> list[Publisher]:
    """Return whose output can be held against targets."""
    return publishers_of(records(ask("balance_sources")))


def all_targets() -> Targets:
    """Return the targets that ship and those of the desk folder, as they stand now."""
    having = {one.id for one in publishers()}
    shipped = records(ask("balance_examples"))
    return targets_of(shipped, desk().entries, keys=named_lines(), sources=having, renamed=catalog().renamed)


def named_lines() -> dict[str, Line]:
    """Return what a target can be of, by key: topics, desks, groups and places, of which there may be no story, and types of
    organizations."""
    kept = place_lines(atlas()) | {key: line for key, line in catalog().lines.items() if key.partition(":")[0] in KINDS}
    types = [f"type:{kind}" for kind in ask("balance_types")["type"]]
    named = {key: type_name(key.partition(":")[2]) for key in types}
    return kept | {key: Line(key, name, name, None) for key, name in named.items()}


def widened(known: Known, named: dict[str, Line]) -> Known:
    """Return what a link to this page may name: what a target can be of, and 'any topic'."""
    return replace(known, keys=frozenset(named) | {EVERY_TOPIC})


def choose_whose(having: Sequence[Publisher], targets: Targets) -> tuple[Publisher, int]:
    """Draw the choices and return the source and how many issues or weeks a window has; at first the first of ours, else the first source
    that has a target."""
    by_id = {one.id: one for one in having}
    if st.session_state["balance_source"] not in by_id:
        ours = [one.id for one in having if one.ours] or [one.id for one in having if targets.of(one.id)]
        st.session_state["balance_source"] = (ours or list(by_id))[0]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="balance_whose"):
        alone = "Only one source has stories." if len(by_id) == 1 else None
        chosen = st.selectbox("Whose stories", list(by_id), key="balance_source", width=280, disabled=len(by_id) == 1,
                              format_func=lambda id: by_id[id].name, help=alone)  # fmt: skip
        publisher = by_id[chosen]
        if st.session_state["balance_window"] not in SIZES[publisher.rhythm]:
            st.session_state["balance_window"] = AUTO
        window = st.selectbox(
            "Window", SIZES[publisher.rhythm], key="balance_window", width=180,
            format_func=lambda size: f"Last {USUAL[publisher.rhythm] if size == AUTO else size} {publisher.rhythm}s",
            help="How much of the source's output is one window; the seven before it are shown too.",
        )  # fmt: skip
    return publisher, size_of(publisher, str(window))


def windows_of(targets: Targets, publisher: Publisher, size: int, lines: dict[str, Line]) -> list[Judged]:
    """Return the targets of a source with its last windows."""
    wanted = targets.of(publisher.id)
    if not wanted:
        return []
    asked: dict[str, Any] = as_parameters(wanted) | _window(publisher, size)
    note_asked("balance_now", asked)  # the table of numbers is of the newest window alone
    return judged(records(ask("balance_targets", **asked)), wanted, lines)


def _window(publisher: Publisher, size: int) -> dict[str, Any]:
    return {"source": publisher.id, "size": size, "many": MANY, "clock": freshness().clock}


def scope_of(publisher: Publisher, row: Any, size: int) -> Scope:
    """Return the newest window as a scope, for the words of downloads."""
    first, last = pd.Timestamp(row["first_day"]).date(), pd.Timestamp(row["last_day"]).date()
    source = Source(publisher.id, publisher.name, publisher.sampled or None, first, last, int(row["n"]))
    return Scope(
        Filters(sources=(publisher.id,)),
        first,
        last,
        (source,),
        (),
        False,
        int(row["n"]),
        window_name(publisher, size),
        "week",
    )


def targets_section(
    found: list[Judged], publisher: Publisher, size: int, lines: dict[str, Line], *, narrow: bool
) -> None:
    """Every target: bar, band, verdict, last windows; each opens its stories."""
    st.header("Targets", anchor=False)
    if not found:
        st.info(f"No target is set for {publisher.name}. An editor sets one below; examples are in seeds/targets.toml.")
        return
    now = found[0].now
    st.html(f'<span class="quiet">{escape(window_words(now, publisher, size))}: {words.stories(int(now["n"]))}.{_sampled(publisher)} '
            "The shaded band is what the target asks; the thin line is the likely range. A source’s own output is a full count: the "
            "range says how far chance alone would move it.</span>")  # fmt: skip
    opened = held(BALANCE).opened
    key = opened.keys[0] if opened and opened.section == "targets" else ""
    show = partial(opened_stories, publisher=publisher, windows=[dict(row) for row in found[0].windows], lines=lines)
    with with_opened(BALANCE, "targets", show, narrow=narrow):
        title = f"Share of stories · {publisher.name} · {window_name(publisher, size)}, and those before"
        figure = target_bars(found, publisher, title=title, opened=key, narrow=narrow or bool(key))  # fmt: skip
        draw(
            BALANCE,
            "targets",
            figure,
            alt=targets_alt(found, publisher),
            pick=lambda at: Opened("targets", (at[0],), date.fromisoformat(at[1])),
        )
        rows = [dict(one.now) for one in found]
        numbers(BALANCE, "targets", rows, targets_table(found), scope_of(publisher, now, size),
                pick=lambda row: Opened("targets", (row["key"],), _date(row["last_day"])))  # fmt: skip


def _sampled(publisher: Publisher) -> str:
    return f" They are a sample: {escape(publisher.sampled)}." if publisher.sampled else ""


def _date(value: Any) -> date:
    return pd.Timestamp(value).date()


def mix_of(publisher: Publisher, size: int) -> Rows:
    """Return the mix of the source's last windows with likely ranges."""
    rows = records(ask("balance_mix", **_window(publisher, size)))
    parts = ask("balance_parts", **_window(publisher, size))
    return mix_rows(rows, mix_ranges(parts, int(rows[0]["of_topics"]))) if rows else []


def mix_section(rows: Rows, publisher: Publisher, size: int, lines: dict[str, Line], *, narrow: bool) -> None:
    """The whole mix over time."""
    st.header("The whole mix", anchor=False)
    said = mix_sentence(rows, publisher, size)
    st.html(f'<p class="lead">{escape(said)}</p>')
    if not any(row["k"] for row in rows):
        return
    show = partial(opened_stories, publisher=publisher, windows=rows, lines=lines)
    with with_opened(BALANCE, "mix", show, narrow=narrow):
        windows = window_name(publisher, size, last=False)
        title = f"Like so many evenly covered topics · {publisher.name} · windows of {windows}"
        figure = mix_line(rows, title=title, narrow=narrow)
        draw(BALANCE, "mix", figure, alt=said, pick=lambda at: Opened("mix", (at[0],), date.fromisoformat(at[1])))
        numbers(BALANCE, "mix", rows, mix_table(rows), scope_of(publisher, rows[0], size),
                pick=lambda row: Opened("mix", (EVERY_TOPIC,), _date(row["last_day"])))  # fmt: skip


def opened_stories(opened: Opened, *, publisher: Publisher, windows: Rows, lines: dict[str, Line]) -> None:
    """The stories behind the opened number: exactly as many as it says (26)."""
    key = opened.keys[0]
    name = "On any topic" if key == EVERY_TOPIC else lines[key].name
    opened_head(BALANCE, name)
    row = opened_window(windows, opened.period)
    if row is None:
        st.info("This window is not in the view any more: the source or the window was changed. Close it.")
        return
    first, last = _date(row["first_day"]), _date(row["last_day"])
    rows = paged("balance_stories", key=key, source=publisher.id, from_day=first, to_day=last)
    days = f"{publisher.name}, {words.day(first)} to {words.day(last)}"
    st.html(f'<span class="quiet">{escape(days)}</span>')
    marked = () if key == EVERY_TOPIC or key.startswith("type:") else (key,)
    opened_list(BALANCE, opened, rows, title=name, described=days, ways=lambda: None, marked=marked)


def share_balance(found: list[Judged], publisher: Publisher, size: int, *, headline: str, top: DeltaGenerator) -> None:
    """Draw the row at the page's end; where a link that led here showed other numbers, say so in `top`."""
    rows = list(noted().tables[0].rows) if noted().tables else []
    keyed = [row for row in rows if {"key", "k", "n"} <= set(row)]
    names = {one.target.key: one.name for one in found}
    scope = scope_of(publisher, found[0].now, size) if found else None
    shown = Shown(
        page="balance", query={name: values for name, values in own_query(BALANCE).items() if values}, data=data(), headline=headline,
        ranges=row_ranges(keyed, names), of=f"Of {words.stories(scope.total)} in {publisher.name}" if scope else "",
        days=(scope.from_day, scope.to_day) if scope else None, numbers=numbers_of(keyed, names),
    )  # fmt: skip
    if changed := what_became(shown, Filters(), own_query(BALANCE)):
        top.info(changed, icon=":material/history:")
    share_row(
        shown,
        stem="balance",
        described=f"{publisher.name}; {window_name(publisher, size)}; letters left out; copies count once",
    )
