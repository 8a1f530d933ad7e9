"""Coverage: how the share of topics, desks, organizations and regions in AI news changes over time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html import escape

import streamlit as st

from dashboard import words
from dashboard.changes import clearest_changes, with_left_out
from dashboard.charts import CHART_CONFIG, alt_text
from dashboard.controls import change, held, read_address, reset_options, write_address
from dashboard.correction_share import with_corrected
from dashboard.coverage_controls import control_row
from dashboard.coverage_notes import TOO_OLD, headline_names, notes
from dashboard.data import ask, can_draw, catalog, freshness, known, made_later, seams, sources
from dashboard.describe import NO_LONG_RUNNING, NO_STORY, denominator_words, filters_in_words, left_out_words
from dashboard.drawings import drawing, drawing_words
from dashboard.embed import embedded, enough
from dashboard.event_panels import all_events
from dashboard.events import as_rows, marked
from dashboard.example_chips import example_chips, examples
from dashboard.filters import ALL_SOURCES, LONG_RUNNING
from dashboard.kept import kept
from dashboard.languages import only_untagged_words, untagged_words
from dashboard.links import closed, tell_problems, what_became
from dashboard.narrow import is_narrow
from dashboard.noted import note_chart, note_errors, note_points, noted
from dashboard.number_table import drawn_rows
from dashboard.panels import newest, numbers, open_selected, opened, selection_key, view_csv
from dashboard.quality import quality
from dashboard.seams import seam_words, spoken_across
from dashboard.share import data, share_buttons
from dashboard.shown_pages import coverage_shown
from dashboard.view import build_view, counted_beyond
from dashboard.where_asked import PARAMETERS
from dashboard.where_from_panel import compare_opened, where_button, where_section
from dashboard.where_state import read_where, where_asked, where_query

LATE = timedelta(days=31)  # a source that begins within a month of the first day shown bends no line

fresh, having, lines = freshness(), sources(), catalog()
noteworthy = all_events()
knowing = replace(known(lines, having), events=frozenset(noteworthy.names))
tell_problems([*read_address(knowing, own=PARAMETERS), *read_where(knowing)])
sentence, controls = st.container(), st.container()

filters = held()
if lacking := can_draw().lacking(filters):
    st.warning(TOO_OLD.format(what=lacking), icon=":material/update:")
    filters = can_draw().of(filters)
plain = closed(filters)  # an opened number changes nothing that is drawn
view = kept("view", plain, make=lambda: build_view(ask, plain, sources=having, catalog=lines.lines, clock=fresh.clock))
view = with_corrected(replace(view, filters=filters))
events = as_rows(marked(noteworthy, filters.marks, view.from_day, view.to_day))
counted = kept(
    "counted", plain, make=lambda: counted_beyond(ask, view, letters=bool(fresh.letters), copies=bool(fresh.copies))
)
with controls:
    control_row(lines, having, fresh, view, events=len(events), counted=counted)
write_address(held(), where_query())
narrow = is_narrow()
if not narrow and not embedded():
    with controls:
        example_chips(examples(knowing), filters, view.source_ids())

changes = kept("changes", plain, make=lambda: clearest_changes(ask, view, fresh.clock))
by_counted, abouts = headline_names(view, lines.lines)
of_whom = words.of_sources([s.name for s in changes.sources])
text = words.headline(
    changes.rows, by_counted, grain=changes.grain, of_whom=of_whom, comparable=changes.comparable, abouts=abouts
)
if not by_counted:
    text = "Choose a line to draw under Show."
elif not view.total:
    text = "No story to count."
how = f"The clearest change of each line between two whole {changes.grain}s of those shown"
sentence.html(f'<h1 class="sentence" title="{how}">{escape(text)}</h1>')
shown = coverage_shown(view, text, changes, data())
shown = replace(shown, query={**shown.query, **where_query()})
if changed := what_became(shown, filters):
    sentence.info(changed, icon=":material/history:")
noted().shown = shown
if not view.lines:
    st.stop()
if not view.total:
    st.info(only_untagged_words(ask, view) or NO_STORY)
    st.button("Reset options", key="reset_empty", on_click=reset_options, icon=":material/restart_alt:")
    st.stop()

is_open = bool(filters.open_key and filters.open_period)
side_by_side = is_open and not narrow
picture, beside = st.columns([11, 9], gap="large") if side_by_side else (st.container(), st.container())
with picture:
    drawn = events if filters.events else events.iloc[:0]
    parted = kept("seams", plain, make=lambda: seams(view))
    figure = kept(
        "figure",
        plain,
        narrow,
        drawn.to_dict("records"),
        view.corrected and view.corrected.errors,
        make=lambda: drawing(view, events=drawn, seams=parted, narrow=narrow),
    )
    alt = f"{alt_text(view, text)} {drawing_words(view)}".strip()
    note_chart("coverage", figure, alt)
    enough()
    clicked = st.plotly_chart(
        figure,
        key=selection_key("clicked", filters),
        on_select="rerun",
        selection_mode="points",
        alt=alt,
        config=CHART_CONFIG,
    )
    open_selected("clicked", [tuple(point["customdata"]) for point in clicked.selection.points])
with picture if side_by_side else st.container():
    if parted:
        across = (
            ["The sentence on top compares periods on both sides of this."] if spoken_across(parted, changes) else []
        )
        st.html(f'<span class="quiet">{escape(" ".join([*seam_words(parted), *across]))}</span>')
    said_of_lines = notes(view)
    if said_of_lines:
        st.caption(words.plain(" ".join(said_of_lines)))
    if view.no_long_running and filters.sources == (LONG_RUNNING,):
        st.caption(NO_LONG_RUNNING)
    late = [f"{s.name} from {words.month(s.first_day)}" for s in view.sources if s.first_day > view.from_day + LATE]
    if late and len(view.sources) > 1 and not (view.same_throughout or view.no_long_running or filters.compare):
        st.caption(f"Counted as they came: {words.listed(late)}. There the line may bend because of the sources alone.")
    if view.lines_left_out:
        st.caption(f"and {view.lines_left_out} more lines: a chart holds 8.")
    if view.left_out and not filters.compare:
        moved = with_left_out(ask, view)
        said = left_out_words(view)
        if moved is not None and filters.measure == "share":
            line = next(n for k, n in by_counted.items() if k == moved["key"])
            them = "it" if len(view.left_out) == 1 else "them"
            said += (
                f": with {them} {line} would stand at {words.percent(moved['share_all'])} {words.in_period(moved['period'], view.grain)}, "
                f"not {words.percent(moved['share'])}"
            )
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="left_out"):
            st.html(f'<span class="quiet">{escape(said)}.</span>', width="content")
            st.button(
                "Add it", type="tertiary", key="add_left_out", on_click=change, kwargs={"sources": (ALL_SOURCES,)}
            )
            st.button("Compare", type="tertiary", key="compare_left_out", on_click=change, kwargs={"compare": True})
    actions = st.container(horizontal=True, vertical_alignment="center", key="actions")
    with actions:
        said = f"{denominator_words(view)} {untagged_words(ask, view)}".strip()
        st.html(f'<span class="quiet">{escape(said)}</span>', width="content")
        st.download_button(
            "CSV", data=made_later(lambda: view_csv(view)), file_name=f"coverage-by-{view.grain}.csv", mime="text/csv", key="view_csv",
            icon=":material/download:", type="tertiary", on_click="ignore",
            help="Every number drawn, with its likely range, what it is of, and the filters in words.",
        )  # fmt: skip
        if filters.compare or (len(view.sources) > 1 and not view.left_out):
            st.button(
                "One line for all sources" if filters.compare else "Compare sources", type="tertiary", key="compare_sources",
                icon=":material/stacked_line_chart:", on_click=change, kwargs={"compare": not filters.compare},
            )  # fmt: skip
        where_button(view, changes)
        with st.popover("How good are these tags?", icon=":material/fact_check:", type="tertiary", key="quality"):
            quality(view)
        note_points("coverage", drawn_rows(view))
        if view.corrected is not None:
            note_errors("coverage", view.corrected.by_key)
    with st.expander("The numbers behind the chart", icon=":material/table:", key="numbers_expander"):
        numbers(view)
if narrow:
    example_chips(examples(knowing), filters, view.source_ids())
if is_open:
    with beside:
        opened(view, lines)
        compare_opened(view, changes)
where_section(view, changes, narrow=narrow)
with actions:  # last, because it takes along what all the others drew
    share_buttons(shown, stem="coverage", described=filters_in_words(view))
if not is_open and where_asked() is None:
    newest(view)
