"""Panels, stacks and what is drawn beside lines: pictures that say no more than their rows, and open their stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.charts import title_words
from dashboard.drawings import bands_of, drawing, drawing_words, panel_title
from dashboard.filters import Filters
from dashboard.plot import as_figure
from dashboard.view import View, build_view
from tests.worlds import Asking, Publisher, Story, World, many

EVENTS = pd.DataFrame([{"id": "e", "day": date(2024, 2, 5), "label": "A <i>launch</i>", "by_default": True}])
MONTHS = [date(2024, month, 10) for month in (1, 2, 3, 5)]  # April is missing
HOSTILE = "<img src=x>"


@pytest.fixture(scope="module")
def ask() -> Asking:
    stories: list[Story] = []
    for day in MONTHS:
        stories += [
            *many(8, day, "agents", "robots", regions=["CN"]),
            *many(4, day, "agents", regions=["FR"]),
            *many(10, day),
        ]
    stories += many(3, date(2024, 6, 10), "agents")
    topics = {"agents": "AI agents", "robots": HOSTILE, "healthcare": "Healthcare", "generative": "Generative AI"}
    return Asking(World(stories, (Publisher("weekly", "The Weekly"),), topics=topics))


def view_of(ask: Asking, *show: str, **changed: Any) -> View:
    filters = replace(
        Filters(show=show or ("topic:agents", "topic:robots"), grain="month", sources=("weekly",)), **changed
    )
    return build_view(ask, filters, sources=ask.sources(), catalog=ask.catalog(), clock=ask.world.clock)


def draw(view: View, *, narrow: bool = False) -> go.Figure:
    return as_figure(drawing(view, events=EVENTS, narrow=narrow))


def points(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "markers"]


def bands(figure: go.Figure) -> list[go.Bar]:
    return [trace for trace in figure.data if trace.type == "bar" and trace.name]


@pytest.mark.parametrize(("narrow", "columns"), [(False, 2), (True, 1)])
def test_panels_have_one_scale_a_name_each_and_points_that_open_their_stories(ask, narrow, columns):
    view = view_of(ask, "topic:agents", "topic:robots", "region:CN", drawing="panels")
    figure = draw(view, narrow=narrow)
    assert len(points(figure)) == 3
    axes = [axis for name, axis in figure.to_dict()["layout"].items() if name.startswith("yaxis")]
    assert len(axes) == (4 if columns == 2 else 3)
    assert len({tuple(axis["range"]) for axis in axes}) == 1
    names = [a.text for a in figure.layout.annotations]
    assert [any(label in name for name in names) for label in ("AI agents", "&lt;img", "China")] == [True] * 3
    assert {d[0] for trace in points(figure) for d in trace.customdata} == {"topic:agents", "topic:robots", "region:CN"}
    assert panel_title(view, EVENTS).endswith(
        "a panel for each line, on the same scale · marked: A <i>launch</i> (5 Feb 2024)"
    )
    assert "&lt;i&gt;launch" in figure.layout.title.text
    shades = [s for s in figure.layout.shapes if s.type == "rect"]
    assert len(shades) == 3, "April is shaded in each panel (13)"


def test_rule_4_the_bands_of_a_stack_end_at_100_percent_and_say_what_they_are(ask):
    view = view_of(ask, drawing="stack")
    figure = draw(view)
    heights = pd.DataFrame({trace.name: list(trace.y) for trace in bands(figure)})
    assert heights.sum(axis=1).round(6).tolist() == [100.0] * 5
    assert list(heights) == ["AI agents", "&lt;img src=x&gt;", "Other topics", "No topic found"]
    assert "12 stories, shared out: 8.0 of 22 stories = 36\u00a0%" in bands(figure)[0].hovertext[0]
    assert "each shared out among its topics" in title_words(view)
    assert "shared out among its topics" in drawing_words(view)
    assert [key for key, *_ in bands_of(view)] == ["topic:agents", "topic:robots", "other", "none"]
    assert bands(figure)[2].customdata[0][0] == "other"


def test_rule_9_a_band_of_few_is_hollow_and_says_so(ask):
    few = bands(draw(view_of(ask, drawing="stack")))[0]
    assert few.marker.color[-1].startswith("rgba")  # 3 stories in June
    assert few.marker.color[0].startswith("#")
    assert "too few to say" in few.hovertext[-1]


def test_counts_are_shared_out_too_and_sum_to_the_stories(ask):
    figure = draw(view_of(ask, drawing="stack", measure="count"))
    heights = pd.DataFrame({trace.name: list(trace.y) for trace in bands(figure)})
    assert heights.sum(axis=1).round(6).tolist() == [22.0] * 4 + [3.0]


def test_bands_are_named_at_their_end_or_in_a_legend_on_narrow_screens(ask):
    view = view_of(ask, drawing="stack")
    assert [a.text for a in draw(view).layout.annotations if "Other topics" in a.text]
    narrow = draw(view, narrow=True)
    assert [trace.name for trace in narrow.data if trace.showlegend] == [trace.name for trace in bands(narrow)]


def test_a_stack_that_can_not_be_is_drawn_as_lines(ask):
    figure = draw(view_of(ask, "topic:agents", "region:CN", drawing="stack"))
    assert len(points(figure)) == 2
    assert bands(figure) == []


def test_rule_16_the_trailing_average_stands_beside_the_line_and_is_named(ask):
    quarters = [date(2023, month, 10) for month in (1, 4, 7, 10)] + [date(2024, 1, 10), date(2024, 4, 10)]
    long = Asking(World([story for day in quarters for story in (*many(5, day, "agents"), *many(15, day))]))
    asked = {"grain": "quarter", "trailing": True}
    plain, beside = view_of(long, "topic:agents", grain="quarter"), view_of(long, "topic:agents", **asked)
    (average,) = (t for t in draw(beside).data if t.type == "scatter" and t.line.width == 6)
    assert len(draw(beside).data) == len(draw(plain).data) + 1
    assert [y for y in average.y if not pd.isna(y)] == [25.0] * 3  # of 6 quarters those that end a window of 4
    assert "wide: trailing 4 quarters" in title_words(beside)
    for view in (plain, view_of(long, "topic:agents", measure="count", **asked), view_of(ask, "topic:agents", **asked)):
        assert "trailing" not in title_words(view), "not asked for, not of shares, or shorter than a window"


def test_rule_14_the_year_before_is_faint_without_points_of_its_own(ask):
    year_before = Asking(World([*many(20, date(2023, 2, 10), "agents"), *many(20, date(2024, 2, 10))]))
    view = view_of(year_before, "topic:agents", before=True)
    figure = draw(view)
    assert "faint: the year before" in title_words(view)
    assert len(points(figure)) == 1
    assert len(figure.data) == len(draw(view_of(year_before, "topic:agents")).data) + 1
    assert "the year before" not in title_words(view_of(ask, "topic:agents", before=True)), "there is none"


def test_rule_3_wholes_of_their_own_have_bars_side_by_side_that_open_their_stories(ask):
    view = view_of(ask, "topic:agents", within=("region:CN", "region:FR"))
    figure = draw(view)
    china, france = (trace for trace in figure.data if trace.type == "bar")
    assert [list(bar.y)[:3] for bar in (china, france)] == [[8] * 3, [4] * 3]
    assert all(a < b for a, b in zip(china.x, france.x, strict=True))
    assert [bar.customdata[0][0] for bar in (china, france)] == ["*@region:CN", "*@region:FR"]
    assert "8 of 8 stories about China = 100" in points(figure)[0].hovertext[0]
    assert "of 32 stories about China and 16 stories about France, each line of its own" in title_words(view)
    symbols = {tuple(set(trace.marker.symbol)) for trace in points(figure)}
    assert len(symbols) == 2, "the second channel tells them apart"
