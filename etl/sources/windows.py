"""Taking in a long time piece by piece: windows small enough that an interface answers each of them whole.

Windows follow one another from old to new without gap or overlap, and only a whole answer counts as done, so a run may
stop anywhere: the next one goes on at the first instant that is not done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Generic, TypeVar

from etl.catalog import Source
from etl.fetch.model import FetchProblem
from etl.model import Document
from etl.sources.taken import Context, State, Taken

T = TypeVar("T")
_FIRST = timedelta(days=30)
_MOMENT = "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True, slots=True)
class Window:
    """Unix seconds (UTC) from `start` to before `end`."""

    start: int
    end: int

    @property
    def seconds(self) -> int:
        """Its length."""
        return self.end - self.start

    def __str__(self) -> str:
        return f"{_text(self.start)}Z to {_text(self.end)}Z"


@dataclass(frozen=True, slots=True)
class Batch(Generic[T]):
    """What an interface answered for a window: its items by id, and how many requests that took.

    `whole` is False where the window holds more than one answer may; `notes` are for the operator.
    """

    items: Mapping[str, T]
    whole: bool
    requests: int = 1
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pace:
    """How an interface may be asked: `unit` is the shortest window that it can tell apart, in seconds, `limit` the most
    items of one answer, `requests` the most in one run (the rest comes in the next one).

    What happened less than `overlap` seconds before a run is asked for again, because it is listed late. Once all was had,
    `rest` seconds pass before the interface is asked again.
    """

    unit: int
    limit: int
    requests: int
    overlap: int
    rest: int = 0


@dataclass(frozen=True, slots=True)
class Walk(Generic[T]):
    """What came from a span: all that happened before `until`. `width` is the window (seconds) that proved right."""

    items: Mapping[str, T]
    until: int
    width: int
    notes: tuple[str, ...] = ()
    problem: FetchProblem | None = None


@dataclass(slots=True)
class _Progress(Generic[T]):
    at: int
    width: int
    left: int
    items: dict[str, T] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def walked(self, problem: FetchProblem | None = None) -> Walk[T]:
        return Walk(self.items, self.at, self.width, tuple(self.notes), problem)


def moment(seconds: int) -> datetime:
    """Unix seconds as naive UTC; raises ValueError or OverflowError outside the years 1 to 9999."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def seconds(at: datetime) -> int:
    """A naive UTC moment as whole Unix seconds."""
    return int(at.replace(tzinfo=UTC).timestamp())


def walk(ask: Callable[[Window], Batch[T]], span: Window, *, width: int, pace: Pace) -> Walk[T]:
    """Ask for the span window by window, halving one that is not answered whole and doubling after a half-empty one.

    The first window is `width` seconds long. One of `unit` seconds that still is not answered whole gives what it gives, and
    a note. Ends at the span's end, where the requests are used up, or with `problem` set where an answer could not be used.
    """
    progress: _Progress[T] = _Progress(span.start, max(width, pace.unit), pace.requests)
    while progress.at < span.end and progress.left > 0:
        try:
            _step(ask, span, progress, pace)
        except FetchProblem as problem:
            return progress.walked(problem)
    return progress.walked()


def _step(ask: Callable[[Window], Batch[T]], span: Window, progress: _Progress[T], pace: Pace) -> None:
    """Ask once: either the next window is done, or the one to try next is smaller."""
    window = Window(progress.at, min(progress.at + progress.width, span.end))
    batch = ask(window)
    progress.left -= batch.requests
    if not batch.whole and window.seconds > pace.unit:
        progress.width = max(window.seconds // 2 // pace.unit, 1) * pace.unit
        return
    if not batch.whole:
        progress.notes.append(f"{window} holds more than the {len(batch.items)} that were given; narrow the query")
    progress.items.update(batch.items)
    progress.notes += batch.notes
    progress.at = window.end
    if batch.whole and len(batch.items) * 2 <= pace.limit:
        progress.width = max(progress.width, min(progress.width * 2, span.end - span.start))


def take_windows(
    source: Source,
    ask: Callable[[Window], Batch[Document]],
    state: State,
    context: Context,
    *,
    pace: Pace,
) -> Taken:
    """Walk from where the last run came to up to the clock.

    A source that has never been asked, or whose `query` has changed since, begins with its declared coverage, and so does one
    whose coverage now begins earlier; without any it begins 30 days back, but not before it existed. State: `until` (all
    before is settled), `since` (where it began), `width` (seconds), `query`, and `had` (when all was had) where nothing is left
    to ask. Raises FetchProblem where nothing could be had.
    """
    known = _known(source, state)
    start = _seconds(known["until"]) if known else _first(source, context)
    span = Window(_floor(start, pace), _floor(seconds(context.clock), pace))
    if span.seconds <= 0 or _rests(known, context, pace):
        return Taken(state=state)
    walked = walk(ask, span, width=int(known.get("width", span.seconds)), pace=pace)
    if walked.problem is not None and walked.until == span.start:
        raise walked.problem
    left = walked.until < span.end
    more = f"taken up to {_text(walked.until)}Z; the rest follows in the next runs"
    settled = max(min(walked.until, _floor(span.end - pace.overlap, pace)), span.start)
    return Taken(
        documents=tuple(walked.items.values()),
        state={
            "until": _text(settled),
            "since": known.get("since", _text(span.start)),
            "width": str(walked.width),
            "query": source.query or "",
            **({} if left else {"had": _text(seconds(context.clock))}),
        },
        notes=(*walked.notes, *((more,) if left and walked.problem is None else ())),
        problem=walked.problem,
    )


def _rests(known: State, context: Context, pace: Pace) -> bool:
    return "had" in known and 0 <= seconds(context.clock) - _seconds(known["had"]) < pace.rest


def _known(source: Source, state: State) -> State:
    """What was remembered, unless the source now asks for something else, or for more of the past."""
    first = _declared(source)
    if "until" not in state or state.get("query") != (source.query or ""):
        return {}
    return {} if first is not None and first < _seconds(state["since"]) else state


def _declared(source: Source) -> int | None:
    """Where the first span begins that we mean to hold."""
    days = [span.from_day for span in source.coverage if span.reason is None]
    return _midnight(min(days)) if days else None


def _first(source: Source, context: Context) -> int:
    declared = _declared(source)
    recent = max(source.exists_from, (context.clock - _FIRST).date())
    return _midnight(recent) if declared is None else declared


def _midnight(day: date) -> int:
    return seconds(datetime(day.year, day.month, day.day))


def _floor(at: int, pace: Pace) -> int:
    """Whole units only: a shorter window can't be asked for."""
    return at - at % pace.unit


def _text(at: int) -> str:
    return f"{moment(at):{_MOMENT}}"


def _seconds(text: str) -> int:
    return seconds(datetime.fromisoformat(text))
