"""What a run takes in: the documents of the seeds, then those of sources that are fetched, and how each source ended."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from etl.catalog import Source
from etl.desk_folder import DeskFolder
from etl.fetch.line import Line
from etl.fetch.model import FetchProblem
from etl.model import Document
from etl.settings import Settings
from etl.sources.archive import read_archive
from etl.sources.newsletters import read_newsletters
from etl.sources.taken import WAITING, Context, State, Taken

if TYPE_CHECKING:
    from etl.sources.pieces import TaggedPieces

Ended = Literal["ok", "unchanged", "part", "failed"]

# A source is given up after the time that so many requests may take: one that is read through pages and windows needs several.
_REQUESTS = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one fetched source ended: `reason` and `detail` say what went wrong, `notes` what the operator should know."""

    source_id: str
    outcome: Ended
    documents: int = 0
    reason: str | None = None
    detail: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the fetched sources gave, in the order of the catalog."""

    taken: Mapping[str, Taken] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()

    @property
    def states(self) -> dict[str, State]:
        """What each source that gave something wants to remember."""
        return {source_id: taken.state for source_id, taken in self.taken.items()}


@dataclass(slots=True)
class Room:
    """How many more stories a run takes in (`left`) before what lies in files waits for the next one; `most` at its beginning."""

    most: float = math.inf
    left: float = math.inf


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which part of all sources a run is about; `only` None is all of them.

    `extra` are documents that come from no source's own address (an issue imported by hand); the issues in `replace`
    are taken although they are held from another input. `pieces` hold stories that were tagged elsewhere, and their tags.
    """

    only: Collection[str] | None = None
    extra: tuple[Document, ...] = ()
    replace: frozenset[str] = frozenset()
    pieces: TaggedPieces | None = None

    @property
    def named(self) -> frozenset[str]:
        """The ids of the sources of which something comes by hand."""
        pieces = () if self.pieces is None else self.pieces.sources.values()
        return frozenset([*(document.source_id for document in self.extra), *pieces])

    def holds(self, source_id: str) -> bool:
        """Whether the run is about that source."""
        return self.only is None or source_id in self.only


def gather(
    sources: Sequence[Source],
    line: Line,
    *,
    states: Mapping[str, State],
    context: Context,
    settings: Settings,
) -> Gathered:
    """Ask every source, a few hosts at once; one that fails or hangs is an outcome and holds up no other."""
    from etl.fetch.address import lane_of
    from etl.fetch.many import Job, take_all
    from etl.sources.connectors import connector_of

    def job(source: Source) -> Job[Taken]:
        connector, state = connector_of(source), states.get(source.id, {})
        lane = lane_of(source.address) if source.address else source.kind
        return Job(source.id, lambda: connector(source, line.fetcher, state, context), lane)

    results = take_all(
        [job(source) for source in sources],
        hosts=settings.fetch_hosts,
        seconds=math.inf if line.replayed else settings.fetch_seconds * _REQUESTS,
        give_up=line.give_up,
        given_up=line.given_up,
    )
    taken = {source.id: result for source, result in zip(sources, results, strict=True) if isinstance(result, Taken)}
    outcomes = tuple(_outcome(source, result) for source, result in zip(sources, results, strict=True))
    return Gathered(taken, outcomes)


def _outcome(source: Source, result: Taken | FetchProblem) -> Outcome:
    if isinstance(result, FetchProblem):
        return Outcome(source.id, "failed", reason=result.reason, detail=result.detail)
    number = len(result.documents) if isinstance(result.documents, Sized) else 0  # files are counted as they are stored
    if result.problem is not None:
        return Outcome(source.id, "part", number, result.problem.reason, result.problem.detail, result.notes)
    return Outcome(source.id, "ok" if result.documents else "unchanged", number, notes=result.notes)


def reader_of(source: Source) -> str:
    """What the documents of a fetched source come through."""
    return f"{source.kind} {source.id}"


def documents_of(
    settings: Settings, sources: Mapping[str, Source], gathered: Gathered, chosen: Chosen, room: Room
) -> Iterator[tuple[str, Document]]:
    """Every document with the reader that it came through.

    The archive comes first, so an issue that it holds stays its; what was imported by hand comes before what was fetched. Files
    stay where they are, so the rest of them waits once the room is used up; an answer would be lost.
    """
    for source in sources.values():
        if source.enabled and chosen.holds(source.id):
            yield from (("archive", document) for document in read_archive(settings.seeds, source))
    for document in read_newsletters(settings.seeds):
        if chosen.holds(document.source_id):
            yield "newsletters", document
    yield from (("import", document) for document in chosen.extra)
    if chosen.pieces is not None:
        from etl.sources.pieces import piece_documents  # pyarrow takes longer to load than a run with nothing new

        yield from piece_documents(chosen.pieces, sources, settings.seeds)
    for source_id, taken in gathered.taken.items():
        source = sources[source_id]
        for document in taken.documents:
            if room.left <= 0 and source.kind == "files":
                break
            yield reader_of(source), document


@dataclass(frozen=True, slots=True)
class Moment:
    """A run's id, its "now", and when it really began (both naive UTC)."""

    run_id: str
    clock: datetime
    started: datetime


@dataclass(frozen=True, slots=True)
class Intake:
    """What came in, and the day that counts as today; `documents` can be gone through again and again.

    `named` are sources of which issues come as files or were imported by hand; `desk` is how many bytes of each file of
    decisions there were, and `decided` what they hold. `room` is what `documents` hold to.
    """

    moment: Moment
    today: date
    sources: Mapping[str, Source]
    documents: Callable[[], Iterator[tuple[str, Document]]]
    gathered: Gathered = field(default_factory=Gathered)
    named: frozenset[str] = frozenset()
    chosen: Chosen = field(default_factory=Chosen)
    desk: Mapping[str, int] = field(default_factory=dict)
    decided: DeskFolder = field(default_factory=lambda: DeskFolder((), ()))
    room: Room = field(default_factory=Room)

    @property
    def waiting(self) -> tuple[str, ...]:
        """Once the documents were gone through: the sources of which the rest waits for the next run."""
        return tuple(source_id for source_id, taken in self.gathered.taken.items() if WAITING in taken.state)
