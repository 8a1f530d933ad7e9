"""Charts are drawn without looking at a property: here every kind of drawing is looked at once, by Plotly itself."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.io
import plotly.tools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.audit_figures import Range
from dashboard.correction import Corrected, Errors, corrected_points
from dashboard.drawings import drawing
from dashboard.filters import Filters
from dashboard.plot import Plot, as_figure, broken, merged, numbers, subplots
from dashboard.seams import Seam
from dashboard.tracks import pieces, runs
from dashboard.view import View, build_view
from tests.worlds import Asking, Publisher, Story, World, many

EVENTS = pd.DataFrame([{"id": "e", "day": date(2024, 2, 5), "label": "A launch"}])
SEAMS = [Seam("text", date(2024, 3, 5), "abstract", "full", ("a",), ("The A",))]
PLAIN = Filters(show=("topic:agents", "topic:robots"), grain="month", sources=("all",))
KINDS = {
    "lines": {},
    "counts": {"measure": "count"},
    "many lines": {"show": ("topic:agents", "topic:robots", "region:CN", "topic:untagged", "topic:generative")},
    "panels": {"drawing": "panels"},
    "a stack": {"drawing": "stack"},
    "a stack of counts": {"drawing": "stack", "measure": "count"},
    "a comparison": {"compare": True},
    "wholes of their own": {"within": ("region:CN", "topic:agents")},
    "trailing": {"trailing": True},
    "the year before": {"before": True},
    "by the day": {"grain": "day", "trailing": True, "before": True},
    "by the year": {"grain": "year"},
    "weighed": {"weigh": "sources"},
    "no line": {"show": ()},
    "no story": {"any_of": ("topic:generative",)},
}


@pytest.fixture(scope="module")
def ask() -> Asking:
    """Fifteen months of two sources, of which one lacks a month, both lack another, and the last is not over."""
    stories: list[Story] = []
    for year, month in [(2023, m) for m in range(1, 13)] + [(2024, m) for m in (1, 2, 4)]:
        for source in ("a", "b") if month != 11 else ("a",):
            day = date(year, month, 10)
            stories += [*many(8, day, "agents", source=source, regions=["CN"]), *many(4, day, "robots", source=source)]
            stories += many(2 if month == 6 else 12, day, source=source)
    return Asking(World(stories, (Publisher("a", "The A"), Publisher("b", "The B")), clock=datetime(2024, 4, 20)))


def view_of(ask: Asking, **asked: Any) -> View:
    filters = replace(PLAIN, **asked)
    return build_view(ask, filters, sources=ask.sources(), catalog=ask.catalog(), clock=ask.world.clock)


def with_correction(view: View) -> View:
    errors = {"topic:agents": Errors(Range(0.9, 0.8, 0.95), "by an audit")}
    return replace(view, corrected=Corrected(corrected_points(view.points, errors), tuple(errors.items()), errors))


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_plotly_knows_every_property_of_every_drawing_and_the_file_is_json(ask: Asking, kind: str, narrow: bool):
    view = view_of(ask, **KINDS[kind])
    can_be_corrected = len(view.points) and view.filters.measure == "share"
    for shown in (view, with_correction(view)) if can_be_corrected else (view,):
        made = drawing(shown, events=EVENTS, seams=SEAMS, narrow=narrow).to_dict()
        read = json.loads(json.dumps(made, allow_nan=False))  # JSON knows no NaN, and no Timestamp
        assert json.loads(as_figure(drawing(shown, events=EVENTS, seams=SEAMS, narrow=narrow)).to_json()) == read


def test_every_kind_has_what_it_is_named_for(ask: Asking):
    views = {kind: view_of(ask, **asked) for kind, asked in KINDS.items()}
    assert [kind for kind, view in views.items() if view.stack] == ["a stack", "a stack of counts"]
    assert [kind for kind, view in views.items() if view.has_trailing] == ["trailing", "by the day"]
    assert [kind for kind, view in views.items() if view.has_before] == ["the year before", "by the day"]
    states = {kind: set(view.points["state"]) for kind, view in views.items() if len(view.points)}
    assert states.pop("no story") == {"none"}
    assert states["lines"] == {"whole", "partial", "none"}
    assert with_correction(views["lines"]).has_corrected


def test_streamlit_takes_a_finished_chart_as_it_is_and_it_is_never_changed(ask: Asking):
    view = view_of(ask)
    figure = drawing(view, events=EVENTS, seams=SEAMS)
    assert plotly.tools.return_figure_from_figure_or_data(figure, validate_figure=True) is figure.to_dict()
    before = deepcopy(figure.to_dict())
    plotly.io.to_json(figure.to_dict(), validate=False)
    as_figure(figure).update_layout(title="another").update_traces(name="another")
    drawing(view, events=EVENTS.iloc[:0], narrow=True)  # shares the arrangement of parts
    assert figure.to_dict() == before


def test_what_plotly_does_not_know_is_refused_where_it_is_looked_at():
    plot = subplots(1, 1)
    plot.add({"type": "scatter", "colour": "red"})
    with pytest.raises(ValueError, match="colour"):
        as_figure(plot.finished())


def test_parts_have_axes_of_their_own():
    plot = subplots(2, 2, shared_xaxes=True)
    plot.add({"type": "bar"}, (2, 1))
    plot.set_axes("y", (2, 1), nticks=3)
    plot.set_axes("x", nticks=5)
    assert (plot.data[0]["xaxis"], plot.data[0]["yaxis"]) == ("x3", "y3")
    assert [plot.layout[f"yaxis{n}"].get("nticks") for n in ("", 2, 3, 4)] == [None, None, 3, None]
    assert [plot.layout[f"xaxis{n}"]["nticks"] for n in ("", 2, 3, 4)] == [5] * 4
    assert "domain" in plot.layout["yaxis3"], "what was arranged stays"


JSON = st.recursive(st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner), max_leaves=8)
DICTIONARIES = st.dictionaries(st.sampled_from("abc"), JSON)


@given(DICTIONARIES, DICTIONARIES)
def test_a_change_is_said_and_all_else_stays(one: dict[str, Any], other: dict[str, Any]):
    kept = deepcopy((one, other))
    found = merged(one, other)
    assert (one, other) == kept
    assert merged(found, other) == found
    assert {name: found[name] for name in one.keys() - other.keys()} == {k: one[k] for k in one.keys() - other.keys()}
    assert found.keys() == one.keys() | other.keys()
    for name, value in other.items():
        both = isinstance(value, dict) and isinstance(one.get(name), dict)
        assert found[name] == (merged(one[name], value) if both else value)


@given(st.lists(st.floats(allow_infinity=False) | st.none()))
def test_a_number_that_is_not_there_is_none(values: list[float | None]):
    found = numbers(pd.Series(values, dtype="float64"))
    assert found == [None if value is None or np.isnan(value) else value for value in values]


STATES = st.lists(st.sampled_from(["whole", "partial", "none"]))


@given(STATES)
def test_rule_13_stretches_hold_each_period_but_those_of_gaps_and_end_at_gaps(states: list[str]):
    found = runs(states)
    assert [i for run in found for i in run] == [i for i, state in enumerate(states) if state != "none"]
    assert all("none" in states[one.stop : other.start] for one, other in pairwise(found))


@given(STATES)
def test_rule_12_strokes_follow_each_way_once_and_tell_those_that_touch_a_partial_period(states: list[str]):
    for run in runs(states):
        cut = pieces(run, states)
        assert [way for _, piece in cut for way in pairwise(piece)] == list(pairwise(run))
        for touched, piece in cut:
            assert all(("partial" in (states[a], states[b])) == touched for a, b in pairwise(piece))


def test_a_break_follows_each_part():
    assert broken([[1, 2], [3]]) == [1, 2, None, 3, None]
    assert Plot().finished().to_dict() == {"data": [], "layout": {}}
