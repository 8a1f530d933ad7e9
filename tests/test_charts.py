"""The figure says no more than its rows: gaps stay gaps, partial looks partial, few looks few, and a point opens its stories."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts import (
    LABEL_GAP,
    LEGEND_LINE,
    SECOND_CHANNEL,
    alt_text,
    axis_dates,
    coverage_over_time,
    spread,
    title_words,
    with_own_styles,
)
from dashboard.filters import Filters
from dashboard.gaps import notes_by_source, periods_of
from dashboard.marks import missing
from dashboard.plot import as_figure
from dashboard.theme import HUES, LineStyle
from dashboard.view import View, build_view
from tests.worlds import Asking, Publisher, Story, World, many

AGENTS = Filters(show=("topic:agents",), grain="month")
NO_EVENTS = pd.DataFrame({"id": [], "day": [], "label": [], "by_default": []})
EVENTS = pd.DataFrame([{"id": "e", "day": date(2024, 3, 5), "label": "A <i>launch</i>", "by_default": True}])


def view_of(ask: Asking, filters: Filters) -> View:
    return build_view(ask, filters, sources=ask.sources(), catalog=ask.catalog(), clock=ask.world.clock)


def draw(view: View, *, events: pd.DataFrame = NO_EVENTS, narrow: bool = False) -> go.Figure:
    return as_figure(coverage_over_time(view, events=events, narrow=narrow))


def months(values: list[Any]) -> list[str]:
    return [pd.Timestamp(value).strftime("%b") for value in values]


@dataclass(frozen=True)
class Stretch:
    """A part of a trace between two breaks."""

    x: list[Any]
    y: list[float]
    trace: go.Scatter


def stretches(traces: list[go.Scatter]) -> list[Stretch]:
    found = []
    for trace in traces:
        x, y = list(trace.x), list(trace.y)
        ends = [i for i, value in enumerate(x) if pd.isna(value)]
        assert [i for i, value in enumerate(y) if pd.isna(value)] == ends
        found += [Stretch(x[a:b], y[a:b], trace) for a, b in zip([0, *(e + 1 for e in ends)], ends, strict=False)]
    return sorted(found, key=lambda stretch: stretch.x[0])


def strokes(figure: go.Figure) -> list[Stretch]:
    return stretches([t for t in figure.data if t.type == "scatter" and t.mode == "lines" and t.fill is None])


def bands(figure: go.Figure) -> list[Stretch]:
    return stretches([t for t in figure.data if t.type == "scatter" and t.mode == "lines" and t.fill is not None])


def markers(figure: go.Figure) -> list[go.Scatter]:
    return [t for t in figure.data if t.type == "scatter" and t.mode == "markers"]


def notes(figure: go.Figure) -> list[str]:
    return [a.text for a in figure.layout.annotations]


@pytest.fixture(scope="module")
def seven_months() -> Asking:
    """January to July: 40 stories a month, 10 on agents; none in March (declared) and May (not); April few; July not over."""
    stories: list[Story] = []
    for month in (1, 2, 4, 6, 7):
        day = date(2024, month, 10)
        stories += [*many(10, day, "agents"), *many(9 if month == 4 else 30, day)]
    expected = [date(2024, month, 10) for month in range(1, 8)]
    hole = (date(2024, 3, 1), date(2024, 3, 31), "no issues in this archive")
    weekly = Publisher("weekly", "The Weekly", expected=expected, holes=[hole], sampled="random 40 a month")
    return Asking(World(stories, (weekly,), clock=datetime(2024, 7, 20)))


@pytest.fixture
def figure(seven_months: Asking) -> go.Figure:
    return draw(view_of(seven_months, AGENTS))


def test_rule_13_no_line_and_no_range_is_drawn_across_a_gap(figure):
    assert [months(stroke.x) for stroke in strokes(figure)] == [["Jan", "Feb"], ["Jun", "Jul"]]
    assert [months(band.x) for band in bands(figure)] == [
        ["Jan", "Feb", "Feb", "Jan"],
        ["Apr", "Apr"],
        ["Jun", "Jul", "Jul", "Jun"],
    ]
    assert months(markers(figure)[0].x) == ["Jan", "Feb", "Apr", "Jun", "Jul"]


def test_rule_13_a_gap_is_shaded_with_its_reason(figure):
    said = notes(figure)
    assert said.count("no issues in this archive") == 1
    assert said.count("no stories came in") == 1, "nobody declared why May is empty"
    assert "nan" not in " ".join(said).lower()
    assert len(figure.layout.shapes) == 2


def test_rule_12_a_partial_period_is_dotted_dimmed_and_says_so(figure):
    whole, partial = strokes(figure)
    assert (whole.trace.line.dash, whole.trace.opacity) == ("solid", 1)
    assert (partial.trace.line.dash, partial.trace.opacity) == ("dot", 0.5)
    (points,) = markers(figure)
    assert points.marker.opacity == (1, 1, 1, 1, 0.55)
    assert "part of the period: not over yet" in points.hovertext[-1]
    assert not any("part of the period" in text for text in points.hovertext[:-1])
    assert "not over yet" in notes(figure)


def test_rule_9_a_point_of_few_is_hollow_and_says_so(figure):
    (points,) = markers(figure)
    assert [symbol.endswith("-open") for symbol in points.marker.symbol] == [False, False, True, False, False]
    assert ["too few to say" in text for text in points.hovertext] == [False, False, True, False, False]


def test_rule_7_ranges_are_always_drawn_for_shares_and_hold_the_line(seven_months):
    for band, stroke in zip(
        bands(draw(view_of(seven_months, AGENTS)))[::2], strokes(draw(view_of(seven_months, AGENTS))), strict=True
    ):
        half = len(band.y) // 2
        highs, lows = band.y[:half], band.y[half:][::-1]
        assert all(low < y < high for low, y, high in zip(lows, stroke.y, highs, strict=True))
    assert bands(draw(view_of(seven_months, replace(AGENTS, measure="count")))) == []


def test_rule_16_lines_are_straight_and_the_axis_starts_at_zero(figure):
    assert all(
        stroke.trace.line.shape in (None, "linear") and stroke.trace.line.smoothing is None
        for stroke in strokes(figure)
    )
    assert figure.layout.yaxis.range[0] == 0
    assert figure.layout.yaxis2.rangemode == "tozero"


def test_a_point_says_its_numbers_and_opens_its_stories(figure, seven_months):
    (points,) = markers(figure)
    assert "10 of 40 stories = 25" in points.hovertext[0]
    assert "likely range 14–40" in points.hovertext[0]
    assert [tuple(c) for c in points.customdata] == [("topic:agents", "", f"2024-0{m}-01") for m in (1, 2, 4, 6, 7)]
    assert points.y == pytest.approx([25, 25, 1000 / 19, 25, 25])


def test_the_bars_are_the_denominators_and_open_too(figure):
    (bars,) = [t for t in figure.data if t.type == "bar"]
    assert list(bars.y) == [40, 40, 0, 19, 0, 40, 40]
    assert tuple(bars.customdata[0]) == ("*", "", "2024-01-01")
    assert bars.hovertext[3] == "Apr 2024: 19 stories counted"


def test_counts_are_counts(seven_months):
    figure = draw(view_of(seven_months, replace(AGENTS, measure="count")))
    assert list(markers(figure)[0].y) == [10, 10, 10, 10, 10]
    assert figure.layout.yaxis.range[0] == 0
    assert figure.layout.yaxis.ticksuffix == ""
    assert figure.layout.title.text.startswith("Number of stories by month")


def test_weighed_sources_do_not_claim_that_the_share_is_k_by_n():
    day = date(2024, 1, 10)
    stories = [
        *many(10, day, "agents", source="a"),
        *many(90, day, source="a"),
        *many(5, day, "agents", source="b"),
        *many(5, day, source="b"),
    ]
    ask = Asking(World(stories, (Publisher("a", "A"), Publisher("b", "B"))))
    (points,) = markers(draw(view_of(ask, replace(AGENTS, sources=("all",), weigh="sources"))))
    assert "15 of 110 stories, with each source weighing the same 30" in points.hovertext[0]


# Words on the figure


def test_rule_3_the_title_carries_unit_denominator_sources_and_sampling(seven_months):
    view = view_of(seven_months, replace(AGENTS, none_of=("topic:robots",)))
    expected = "Share of stories by month · The Weekly · of 179 stories not about Robots, The Weekly: random 40 a month"
    assert title_words(view) == f"{expected} · bars: stories counted"  # 4 x 40 + 19
    assert draw(view).layout.title.text.replace("<br>", " ") == title_words(view)


def test_a_long_title_is_wrapped_and_the_picture_makes_room(seven_months):
    keys = ("topic:robots", "topic:healthcare", "region:CN", "region:FR", "topic:generative", "organization:acme")
    ask = Asking(World([Story(date(2024, 1, 10), ["agents"], organizations={"acme": "focus"}, regions=["CN", "FR"])]))
    figure = draw(view_of(ask, replace(AGENTS, none_of=keys, any_of=("topic:agents",))))
    lines = figure.layout.title.text.split("<br>")
    assert len(lines) > 1
    assert all(len(line) <= 88 for line in lines)
    assert figure.layout.margin.t == 34 + 17 * (len(lines) - 1)


def test_narrow_screens_have_the_same_words_in_a_legend(seven_months):
    figure = draw(view_of(seven_months, AGENTS), narrow=True)
    assert figure.layout.showlegend
    assert [trace.name for trace in figure.data if trace.showlegend] == ["AI agents"]
    lines = figure.layout.title.text.split("<br>")
    assert lines == ["Share of stories by month", "The Weekly · of 179 stories, The Weekly:", "random 40 a month"]
    assert not any("●" in text for text in notes(figure))
    assert figure.layout.margin.r <= 20


def test_alt_text_says_what_where_and_the_takeaway(seven_months):
    text = alt_text(view_of(seven_months, AGENTS), "No clear change.")
    assert text == "AI agents by month, from 10 Jan 2024 to 10 Jul 2024. No clear change."
    assert alt_text(view_of(seven_months, replace(AGENTS, show=())), "") == "No line is chosen."


def test_events_stand_on_their_day(seven_months):
    figure = draw(view_of(seven_months, AGENTS), events=EVENTS)
    assert "A &lt;i&gt;launch&lt;/i&gt;, 5 Mar 2024" in notes(figure)
    assert any(str(shape.x0)[:10] == "2024-03-05" for shape in figure.layout.shapes)


def test_labels_of_events_stay_on_the_chart_and_one_that_would_touch_another_stands_lower(seven_months):
    days = [date(2024, 1, 12), *(date(2024, 6, day) for day in range(1, 6))]
    events = pd.DataFrame([{"id": str(n), "day": day, "label": f"Event number {n}"} for n, day in enumerate(days)])
    figure = draw(view_of(seven_months, AGENTS), events=events)
    labels = [one for one in figure.layout.annotations if "Event" in str(one.text)]
    assert [one.xanchor for one in labels] == ["left", *["right"] * 5]
    assert [one.yshift for one in labels] == [0, 0, -15, -30, -45, 0]


def test_what_is_missing_is_said_below_the_labels_of_events(seven_months):
    def places(**drawn: Any) -> set[float | None]:
        figure = draw(view_of(seven_months, AGENTS), **drawn)
        return {one.yshift for one in figure.layout.annotations if one.textangle == -90}

    assert places() == {0}
    assert places(events=EVENTS) == {-15}


HOSTILE = '<a href="http://evil.example">x</a><script>alert(1)</script> & <b>bold</b>'


@pytest.mark.parametrize("narrow", [False, True])
def test_a_hostile_name_is_escaped_wherever_plotly_reads_html(narrow):
    stories = [Story(date(2024, 1, 10), ["agents"], organizations={"x:evil": "focus"})]
    ask = Asking(World(stories, (Publisher("weekly", HOSTILE, sampled=HOSTILE),), organizations={"x:evil": HOSTILE}))
    view = view_of(ask, replace(AGENTS, show=("organization:x:evil",), any_of=("organization:x:evil",)))
    figure = draw(view, narrow=narrow)
    read_as_html = [*notes(figure), figure.layout.title.text]
    read_as_html += [text for t in figure.data for text in (t.name or "", *(t.hovertext or ()))]
    assert any("evil" in text for text in read_as_html)
    for text in read_as_html:
        assert "<a" not in text
        assert "<script" not in text
        assert "<b>bold" not in text


# Labels at the lines' ends


@given(st.lists(st.floats(0, 1), max_size=8))
def test_labels_never_touch_keep_their_order_and_stay_on_the_chart(positions):
    placed = spread(positions, LABEL_GAP, 1.0)
    order = sorted(range(len(positions)), key=lambda i: (positions[i], i))
    heights = [placed[i] for i in order]
    assert all(b - a >= LABEL_GAP - 1e-9 for a, b in pairwise(heights))
    assert all(-1e-9 <= height <= 1 + 1e-9 for height in heights)


def test_labels_that_have_room_stay_at_their_line():
    assert spread([0.8, 0.1, 0.5], 0.06, 1.0) == [0.8, 0.1, 0.5]


def test_every_line_is_named_once_at_its_end_in_its_color(seven_months):
    shown = ("topic:agents", "topic:generative", "topic:robots", "topic:untagged")
    figure = draw(view_of(seven_months, replace(AGENTS, show=shown)))
    labels = [a for a in figure.layout.annotations if "●" in a.text]
    assert [label.text.split("</span> ")[1] for label in labels] == [
        "AI agents",
        "Generative AI",
        "Robots",
        "No topic found",
    ]
    assert len({label.text.split("color:")[1][:7] for label in labels}) == 4
    gap = figure.layout.yaxis.range[1] * LABEL_GAP
    heights = sorted(label.y for label in labels)
    assert all(b - a >= gap - 1e-9 for a, b in pairwise(heights))


# Comparisons and empty views


def test_in_a_comparison_a_topic_keeps_its_hue_and_sources_differ_by_dash_and_marker():
    stories = [s for m in (1, 2) for i in "ab" for s in many(20, date(2024, m, 10), "agents", source=i)]
    ask = Asking(World(stories, (Publisher("a", "A"), Publisher("b", "B")), clock=datetime(2024, 3, 1)))
    figure = draw(view_of(ask, replace(AGENTS, compare=True)))
    first, second = strokes(figure)
    assert first.trace.line.color == second.trace.line.color
    assert first.trace.line.dash != second.trace.line.dash
    assert [t.name for t in markers(figure)] == ["AI agents · A", "AI agents · B"]
    assert [c[1] for t in markers(figure) for c in t.customdata] == ["a", "a", "b", "b"]
    bars = [t for t in figure.data if t.type == "bar"]
    assert [list(bar.y) for bar in bars] == [[20, 20], [20, 20]], "each source has its own denominator"
    assert [bar.customdata[0][1] for bar in bars] == ["a", "b"]
    assert figure.layout.barmode == "stack"


def test_a_view_without_lines_or_stories_still_draws(seven_months):
    for filters in (replace(AGENTS, show=()), replace(AGENTS, any_of=("topic:robots",))):
        for narrow in (False, True):
            assert draw(view_of(seven_months, filters), narrow=narrow).layout.yaxis.range[1] > 0


def test_by_the_day_the_figure_stays_small_and_gaps_in_a_row_are_one():
    days = [date(2024, 1, 3) + timedelta(days=7 * i) for i in range(60)]
    ask = Asking(World([s for day in days for s in many(2, day, "agents")], clock=datetime(2025, 12, 1)))
    figure = draw(view_of(ask, replace(AGENTS, grain="day")))
    assert len(figure.data) <= 6
    assert len(figure.layout.shapes) == 59  # one between two issues
    assert notes(figure).count("no stories came in") == 8, "the longest say it; all would be a wall of text"
    assert len(markers(figure)[0].x) == 60


@pytest.mark.parametrize(("days", "tick"), [(2700, "M12"), (400, "M3"), (90, "M1")])
def test_ticks_name_whole_periods_in_their_middle(days: int, tick: str):
    assert axis_dates(days)["dtick"] == tick
    assert axis_dates(days)["ticklabelmode"] == "period"


def test_rule_12_what_the_readers_days_cut_off_is_no_missing_issue(seven_months):
    cut = view_of(seven_months, replace(AGENTS, when="custom", start=date(2024, 1, 5), end=date(2024, 7, 31)))
    whole = view_of(seven_months, AGENTS)
    assert missing(cut.points.iloc[0].to_dict()) == "from 5 Jan 2024"
    assert pd.isna(whole.points["cut_from"]).all()


def test_rule_12_the_period_in_which_a_live_source_began_says_so():
    hole = (date(1991, 8, 6), date(2024, 2, 11), "not taken in before 12 February 2024")
    stories = [s for month in (2, 3, 4) for s in many(30, date(2024, month, 12), "agents")]
    blog = Publisher("weekly", "W", rhythm="irregular", holes=[hole])
    points = view_of(Asking(World(stories, (blog,))), replace(AGENTS, grain="month")).points
    assert points["state"].tolist()[:2] == ["partial", "whole"]
    assert missing(points.iloc[0].to_dict()) == "not taken in before 12 February 2024"


def test_rule_13_in_a_comparison_each_source_says_what_it_lacks_while_it_runs():
    days = {"a": (1, 2, 3, 4), "b": (1, 2, 4)}
    stories = [s for i, months in days.items() for m in months for s in many(20, date(2024, m, 10), "agents", source=i)]
    ask = Asking(World(stories, (Publisher("a", "A"), Publisher("b", "B")), clock=datetime(2024, 5, 1)))
    view = view_of(ask, replace(AGENTS, compare=True))
    notes = notes_by_source(view, periods_of(view))
    assert [(start.date(), text) for start, _, text in notes] == [(date(2024, 3, 1), "B: no stories came in")]


def test_the_legend_of_a_narrow_screen_is_in_the_order_of_the_lines(seven_months):
    assert draw(view_of(seven_months, AGENTS), narrow=True).layout.legend.traceorder == "normal"


def test_a_narrow_legend_has_room_for_each_long_name():
    stories = [s for i in "ab" for s in many(20, date(2024, 1, 10), "agents", source=i)]
    names = Publisher("a", "The Weekly Letter"), Publisher("b", "The Daily Letter")
    ask = Asking(World(stories, names, clock=datetime(2024, 3, 1)))
    short, long = (draw(view_of(ask, replace(AGENTS, compare=c)), narrow=True).layout.margin.t for c in (False, True))
    assert long - short == LEGEND_LINE  # one line has one row, two long names have two


ONE_LINE = view_of(Asking(World([Story(date(2024, 1, 1), ("agents",))])), AGENTS)


@given(st.lists(st.builds(LineStyle, st.sampled_from(HUES[:2]), st.just("solid"), st.just("circle")), min_size=1, max_size=8)
       | st.lists(st.sampled_from([LineStyle(HUES[0], *channel) for channel in SECOND_CHANNEL]), min_size=1, max_size=8))  # fmt: skip
def test_lines_that_would_look_alike_take_a_free_dash_each_while_there_is_one(styles: list[LineStyle]):
    view = ONE_LINE
    shown = with_own_styles(replace(view, lines=tuple(view.lines[:1] * len(styles))), styles)
    assert [style.hue for style in shown] == [style.hue for style in styles]
    for hue in {style.hue for style in styles}:
        alike = [style for style in shown if style.hue == hue]
        assert len(set(alike)) == min(len(alike), len(SECOND_CHANNEL))
