"""The controls of Coverage: four visible ones, and one popover for everything else. A switch that would not change the picture is
disabled and says why.
"""

from __future__ import annotations

import streamlit as st

from dashboard.controls import about_choice, held, reset_options, show_control, source_control, unit_help, when_control
from dashboard.correction_share import why_not_corrected
from dashboard.data import Catalog, Freshness
from dashboard.event_panels import all_events, marks_choice
from dashboard.extras import WINDOWS, a_year_on, why_no_stack, window_words
from dashboard.filters import GRAINS, MOST_LINES, OPTIONS, UNITS, changed_options
from dashboard.keys import ANY
from dashboard.view import Counted, Source, View

DRAWINGS = {"lines": "Lines", "panels": "Panels", "stack": "Stack"}


def _key(name: str) -> str:
    return f"choice_{name}"


def control_row(
    lines: Catalog, sources: list[Source], fresh: Freshness, view: View, *, events: int, counted: Counted
) -> None:
    """Draw the four visible controls and the popover; `events` is how many could be marked on the days shown."""
    with st.container(key="controls"):
        show, when, source, measure, options = st.columns([4.6, 1.4, 2.4, 1.5, 1.7], vertical_alignment="bottom")
        with show:
            show_control(lines)
        with when:
            when_control(fresh)
        with source:
            source_control(sources)
        with measure:
            st.segmented_control(
                "As", ["share", "count"], key=_key("measure"), format_func=str.capitalize, width="stretch",
                help="The share of all stories counted, or how many there were.",
            )  # fmt: skip
        with options:
            options_popover(lines, sources, view, events, counted)
        if st.session_state[_key("when")] == "custom":
            last = max(fresh.newest_day, fresh.clock.date())
            st.date_input("From and to", key=_key("days"), min_value=fresh.oldest_day, max_value=last, width=340)


def options_popover(lines: Catalog, sources: list[Source], view: View, events: int, counted: Counted) -> None:
    """Everything else; the popover says how many options were changed."""
    changed = changed_options(held())
    label = "Options" if not changed else f"{changed} option{'s' if changed > 1 else ''} changed"
    # A closed popover has no widgets in the browser, so each run tells it their values again; else they would come up empty.
    for name in OPTIONS:
        st.session_state[_key(name)] = st.session_state[_key(name)]
    with st.popover(label, width="stretch", key="options"):
        st.button(
            "Reset options",
            on_click=reset_options,
            disabled=not changed,
            key="reset_options",
            icon=":material/restart_alt:",
        )
        st.segmented_control("Periods", GRAINS, key=_key("grain"), format_func=str.capitalize,
                             help="Auto takes the finest at which four of five periods hold at least 40 stories.")  # fmt: skip
        drawing_control(view)
        st.markdown("**Only stories about**")
        for name, label in (("any_of", "any of"), ("all_of", "all of"), ("none_of", "none of")):
            about_choice(label, name, lines, placeholder="Everything" if name != "none_of" else "Nothing")
        st.markdown("**Compare within**")
        about_choice(
            "each line once within", "within", lines, placeholder="No comparison",
            help="Draws each line of the stories about each of these alone, such as healthcare in the United States and in China. "
                 "Each line is then a share of its own stories.",
        )  # fmt: skip
        own_group(lines)
        chosen = {
            *view.filters.within,
            *view.filters.show,
            *view.filters.any_of,
            *view.filters.all_of,
            *view.filters.none_of,
        }
        none = not any(key.startswith("organization:") for key in chosen)
        st.segmented_control("Organizations count where they are", ["focus", "named"], key=_key("role"),
                             format_func={"focus": "what the story is about", "named": "named at all"}.__getitem__,
                             disabled=none and view.filters.role == "focus",
                             help="Choose an organization first." if none else None)  # fmt: skip
        st.markdown("**Count**")
        switches(sources, view, events, counted)


def switches(sources: list[Source], view: View, events: int, counted: Counted) -> None:
    """The switches of the popover; what would change nothing is disabled and says why."""
    filters, one_source = view.filters, len(sources) < 2
    st.toggle(
        "Letters from the editors too",
        key=_key("letters"),
        disabled=not counted.letters and not filters.letters,
        help=None if counted.letters else "no letters in this view",
    )
    st.segmented_control("Unit", UNITS, key=_key("unit"), disabled=not counted.copies and filters.unit == "story",
                         format_func={"story": "Stories", "outlet": "Once a source", "copy": "Copies too"}.__getitem__,
                         help=unit_help(counted))  # fmt: skip
    alone = "Each source has a line of its own." if filters.compare else "Choose several sources first."
    pooled = len(view.sources) > 1 and not filters.compare
    st.segmented_control("Each source weighs", ["stories", "sources"], key=_key("weigh"),
                         disabled=not pooled and filters.weigh == "stories",
                         format_func={"stories": "as many stories as it has", "sources": "the same"}.__getitem__,
                         help=None if pooled else alone)  # fmt: skip
    st.toggle(
        "Compare sources: a line for each",
        key=_key("compare"),
        disabled=one_source and not filters.compare,
        help="only one source in this data" if one_source else None,
    )
    beside_switches(view)
    st.toggle(
        "Mark events",
        key=_key("events"),
        disabled=not events and filters.events,
        help=None if events else "no events in the days shown",
    )
    marks_choice(all_events(), disabled=not filters.events)


def drawing_control(view: View) -> None:
    """Lines, a panel for each, or stories shared out; and why the last can't be where it can't."""
    filters = view.filters
    no_stack = why_no_stack(filters, [line.key for line in view.lines])
    alone = len(view.lines) < 2
    help_text = (
        "Panels: one for each line, on the same scale.\n\nStack: a story on several lines counts in part on each, so that all parts "
        "together are 100 %." + (f"\n\nNo stack here: {no_stack}" if no_stack else "")
    )
    st.segmented_control(
        "Drawing", list(DRAWINGS), key=_key("drawing"), format_func=DRAWINGS.__getitem__,
        disabled=alone and bool(no_stack) and filters.drawing == "lines",
        help="one line can be drawn in one way" if alone and no_stack else help_text,
    )  # fmt: skip


def beside_switches(view: View) -> None:
    """What can be drawn beside each line; off where it would change nothing."""
    filters = view.filters
    no_trail = why_no_trailing(view)
    st.toggle(
        f"Trailing average ({window_words(view.grain).removeprefix('trailing ')})", key=_key("trailing"),
        disabled=bool(no_trail) and not filters.trailing,
        help=no_trail or f"Beside each line its stories of {window_words(view.grain)} together, by all stories of them.",
    )  # fmt: skip
    no_before = why_no_year_before(view)
    st.toggle("Year before", key=_key("before"), disabled=bool(no_before) and not filters.before,
              help=no_before or "Each line a year earlier, faint; by weeks and days 52 weeks earlier.")  # fmt: skip
    not_corrected = why_not_corrected(view)
    st.toggle("Corrected for tagging errors", key=_key("corrected"), disabled=bool(not_corrected) and not filters.corrected,
              help=not_corrected or "Beside each topic’s line, thin and dashed, with its wider likely range: by the newest audit that can "
              "say it, else as measured before.")  # fmt: skip


def why_no_trailing(view: View) -> str:
    """Return why a trailing average would change nothing, '' where it can be drawn."""
    if view.stack:
        return "a stack has no lines"
    if view.filters.measure == "count":
        return "an average is of shares: choose Share"
    if view.weighed:
        return "each source weighs the same here, so there is no sum to take"
    if view.points.empty or view.points["period"].nunique() < WINDOWS[view.grain]:
        return f"fewer than {WINDOWS[view.grain]} {view.grain}s are shown"
    return ""


def why_no_year_before(view: View) -> str:
    """Return why the year before would change nothing, '' where it can be drawn."""
    if view.stack:
        return "a stack has no lines"
    if view.grain == "year":
        return "each point is a year already: the one before stands beside it"
    if min(source.first_day for source in view.sources) > a_year_on(view.to_day, view.grain, -1):
        return "no stories a year before the days shown"
    return ""


def own_group(lines: Catalog) -> None:
    """Several topics as one line, which counts a story once (STATISTICS 4)."""
    topics = [key for key, kind in lines.kinds.items() if kind == "topic" and key != "topic:untagged"]
    st.multiselect("Several topics as one line", topics, key="own_group", format_func=lines.option, placeholder="Choose two or more",
                   help="Stories on any of them; one on several counts once.")  # fmt: skip
    chosen = st.session_state["own_group"]
    full = len(held().show) >= MOST_LINES
    st.button("Add as a line", key="add_own_group", on_click=_add_own_group, disabled=len(chosen) < 2 or full,
              help=f"a chart holds {MOST_LINES} lines" if full else None)  # fmt: skip


def _add_own_group() -> None:
    key = ANY + "+".join(st.session_state["own_group"])
    shown = st.session_state[_key("show")]
    st.session_state[_key("show")] = [*shown, key] if key not in shown else shown
    st.session_state["own_group"] = []
