"""A span is asked for in windows that leave nothing out and repeat nothing, however its items are spread."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from datetime import date, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.fetch.model import FetchProblem
from etl.model import Document
from etl.sources.answers import one_story
from etl.sources.taken import State, Taken
from etl.sources.windows import Batch, Pace, Walk, Window, moment, seconds, take_windows, walk
from tests.connector_kit import CLOCK, CONTEXT, entry

PACE = Pace(unit=1, limit=10, requests=10_000, overlap=50)
NOW = seconds(CLOCK)
instants = st.lists(st.integers(0, 3000), max_size=200).map(sorted)


def _asker(times: list[int], asked: list[Window], *, limit: int = 10) -> Callable[[Window], Batch[int]]:
    """An interface over items at these times, which gives at most `limit` of a window, the earliest."""

    def ask(window: Window) -> Batch[int]:
        asked.append(window)
        first, last = bisect_left(times, window.start), bisect_left(times, window.end)
        given = {str(index): times[index] for index in range(first, min(last, first + limit))}
        return Batch(given, whole=last - first <= limit)

    return ask


def _done(asked: list[Window], walked: Walk[int]) -> list[Window]:
    """The windows that were not asked for again in smaller ones."""
    return [
        each for each, then in zip(asked, [*asked[1:], None], strict=True) if then is None or then.start == each.end
    ]


@settings(deadline=None)
@given(instants, st.integers(0, 3000), st.integers(1, 3000), st.integers(1, 5000))
def test_every_instant_is_in_exactly_one_window(times: list[int], start: int, length: int, width: int) -> None:
    asked: list[Window] = []
    walked = walk(_asker(times, asked), Window(start, start + length), width=width, pace=PACE)
    done = _done(asked, walked)
    assert (done[0].start, done[-1].end, walked.until) == (start, start + length, start + length)
    assert all(one.end == other.start for one, other in pairwise(done))


@settings(deadline=None)
@given(st.sets(st.integers(0, 3000), max_size=300).map(sorted), st.integers(1, 5000), st.integers(1, 900))
def test_no_item_is_lost_or_doubled(times: list[int], width: int, unit: int) -> None:
    pace = Pace(unit=1, limit=10, requests=10_000, overlap=0)
    span = Window(0, 3001)
    walked = walk(_asker(times, []), span, width=width, pace=pace)
    assert sorted(walked.items.values()) == times
    assert not walked.notes
    coarse = walk(_asker(times, [], limit=unit), span, width=width, pace=Pace(unit, unit, 10_000, 0))
    assert sorted(coarse.items.values()) == times


@settings(deadline=None)
@given(st.sets(st.integers(0, 3000), max_size=300).map(sorted), st.integers(1, 30), st.integers(1, 400))
def test_stopped_anywhere_and_gone_on_it_gives_the_same(times: list[int], requests: int, width: int) -> None:
    pace = Pace(unit=1, limit=10, requests=requests, overlap=0)
    at, found = 0, dict[str, int]()
    for _ in range(10_000):
        walked = walk(_asker(times, []), Window(at, 3001), width=width, pace=pace)
        assert not found.keys() & walked.items.keys()
        found.update(walked.items)
        at, width = walked.until, walked.width
        if at == 3001:
            break
    assert sorted(found.values()) == times


@settings(deadline=None)
@given(instants, st.integers(0, 40))
def test_what_came_before_a_problem_is_kept_whole(times: list[int], fail_at: int) -> None:
    asked: list[Window] = []
    ask = _asker(times, asked)

    def failing(window: Window) -> Batch[int]:
        if len(asked) >= fail_at:
            raise FetchProblem("timeout", "it hangs")
        return ask(window)

    walked = walk(failing, Window(0, 3001), width=200, pace=PACE)
    assert sorted(walked.items.values()) == [
        time for index, time in enumerate(times) if str(index) in walked.items and time < walked.until
    ]
    if walked.problem is None:
        assert walked.until == 3001


def test_more_than_fits_into_the_shortest_window_is_told() -> None:
    walked = walk(_asker([7] * 25, []), Window(0, 100), width=100, pace=PACE)
    assert len(walked.items) == 10
    assert walked.notes == (
        "1970-01-01T00:00:07Z to 1970-01-01T00:00:08Z holds more than the 10 that were given; narrow the query",
    )
    assert walked.until == 100


def test_windows_grow_again_where_little_happens() -> None:
    asked: list[Window] = []
    walk(_asker([5] * 9 + [6] * 9, asked), Window(0, 100_000), width=100_000, pace=PACE)
    assert len(asked) < 60


# From run to run


def _item(at: int) -> Document:
    address = f"https://wire.example/{at}"
    return one_story(
        entry("gdelt"),
        document_id=address,
        address=address,
        published=moment(at),
        title="A title",
        body="",
        text_kind="headline",
        language="en",
    )


def _take(state: State, windows: list[Window], *, pace: Pace = PACE, **values: object) -> Taken:
    def ask(window: Window) -> Batch[Document]:
        windows.append(window)
        return Batch({str(window.start): _item(window.start)}, whole=True)

    clock = values.pop("clock", CLOCK)
    assert isinstance(clock, datetime)
    context = type(CONTEXT)(clock=clock, seeds=CONTEXT.seeds, desk=CONTEXT.desk)
    return take_windows(entry("gdelt", **({"query": "AI"} | values)), ask, state, context, pace=pace)


def test_the_first_run_begins_with_the_declared_coverage() -> None:
    windows: list[Window] = []
    _take({}, windows, since=date(2007, 2, 19))
    assert moment(windows[0].start) == datetime(2007, 2, 19)
    assert windows[-1].end == NOW


@pytest.mark.parametrize(
    ("exists_from", "first"),
    [(date(2007, 1, 1), datetime(2024, 5, 2)), (date(2024, 5, 20), datetime(2024, 5, 20))],
)
def test_without_coverage_it_begins_thirty_days_back_or_when_the_source_began(
    exists_from: date, first: datetime
) -> None:
    windows: list[Window] = []
    _take({}, windows, exists_from=exists_from)
    assert moment(windows[0].start) == first


def test_the_next_run_goes_on_with_an_overlap() -> None:
    state = _take({}, []).state
    assert state["until"] == "2024-06-01T11:59:10"
    windows: list[Window] = []
    _take(state, windows)
    assert moment(windows[0].start) == datetime(2024, 6, 1, 11, 59, 10)


def test_a_long_past_is_taken_in_several_runs_without_a_hole() -> None:
    pace = Pace(unit=1, limit=0, requests=3, overlap=50)
    windows: list[Window] = []
    state: State = {"until": "2024-01-01T00:00:00", "since": "2024-01-01T00:00:00", "width": "1000", "query": "AI"}
    first = _take(state, windows, pace=pace)
    _take(first.state, windows, pace=pace)
    assert first.notes == ("taken up to 2024-01-01T00:50:00Z; the rest follows in the next runs",)
    assert [window.seconds for window in windows] == [1000] * 6
    assert all(one.end == other.start for one, other in pairwise(windows))


@pytest.mark.parametrize("change", [{"query": "robots"}, {"since": date(2020, 1, 1)}])
def test_another_query_or_an_earlier_coverage_begins_anew(change: dict[str, object]) -> None:
    state = _take({}, []).state
    windows: list[Window] = []
    _take(state, windows, **change)
    assert windows[0].start < seconds(datetime(2024, 5, 3))


def test_a_clock_that_jumped_back_asks_for_nothing_and_forgets_nothing() -> None:
    state = _take({}, []).state
    windows: list[Window] = []
    taken = _take(state, windows, clock=datetime(2023, 1, 1))
    assert (windows, taken.documents, taken.state) == ([], (), state)


def test_only_whole_units_are_asked_for() -> None:
    windows: list[Window] = []
    pace = Pace(unit=900, limit=10, requests=100, overlap=0)
    taken = _take({}, windows, clock=datetime(2024, 6, 1, 12, 7), pace=pace)
    assert moment(windows[-1].end) == datetime(2024, 6, 1, 12)
    assert taken.state["until"] == "2024-06-01T12:00:00"


def test_an_interface_that_changes_seldom_is_let_rest_once_all_was_had() -> None:
    pace, windows = Pace(unit=1, limit=10, requests=100, overlap=50, rest=3600), list[Window]()
    state = _take({}, [], pace=pace).state
    soon = _take(state, windows, pace=pace, clock=datetime(2024, 6, 1, 12, 59))
    assert (windows, soon.documents, soon.state) == ([], (), state)
    assert _take(state, windows, pace=pace, clock=datetime(2024, 6, 1, 13)).documents
    assert _take(state, windows, pace=pace, query="robots").documents


def test_an_unfinished_past_goes_on_without_rest() -> None:
    pace, windows = Pace(unit=1, limit=0, requests=3, overlap=50, rest=3600), list[Window]()
    state: State = {"until": "2024-01-01T00:00:00", "since": "2024-01-01T00:00:00", "width": "1000", "query": "AI"}
    _take(_take(state, windows, pace=pace).state, windows, pace=pace)
    assert len(windows) == 6


def test_a_problem_at_once_is_the_sources_problem() -> None:
    def ask(window: Window) -> Batch[Document]:
        raise FetchProblem("timeout", "it hangs")

    with pytest.raises(FetchProblem, match="it hangs"):
        take_windows(entry("gdelt"), ask, {}, CONTEXT, pace=PACE)


def test_a_problem_later_keeps_what_came() -> None:
    def ask(window: Window) -> Batch[Document]:
        if window.start > NOW - 5000:
            raise FetchProblem("timeout", "it hangs")
        return Batch({str(window.start): _item(window.start)}, whole=True)

    state = {"until": "2024-06-01T10:00:00", "since": "2024-05-01T00:00:00", "width": "1000", "query": "AI"}
    taken = take_windows(entry("gdelt", query="AI"), ask, state, CONTEXT, pace=PACE)
    assert taken.problem is not None
    assert taken.documents
    assert taken.state["until"] == "2024-06-01T10:50:00"
