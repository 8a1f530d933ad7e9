"""What a run did, as a value and as a line of `data/runs.jsonl`, which freshness and health read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from etl.held import Replaced
from etl.intake import Intake, Moment, Outcome
from etl.store.held import Made
from etl.store.ledger import Tally

if TYPE_CHECKING:
    from etl.apply import Applied

# What a run took in and left, as it is told to logs.
COUNTS = ("documents", "pieces", "tagged", "left", "waiting", "dispositions")


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did; `snapshot` is the current one after it, `published` whether this run made it.

    `outcomes` are those of fetched sources, `down` the ids of those that make the run count as failed in part, `left`
    the stories that wait to be tagged again by this version, `waiting` the ids of those of which the rest waits for the next
    run, `needs` what else a replay asks for.
    """

    run_id: str
    published: bool
    snapshot: str
    clock: datetime
    documents: int
    pieces: int
    tagged: int
    tagger: str
    dispositions: Mapping[str, Mapping[str, int]]
    warnings: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    down: tuple[str, ...] = ()
    left: int = 0
    waiting: tuple[str, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    needs: Mapping[str, Any] = field(default_factory=dict)


def report_of(
    intake: Intake,
    made: Made,
    *,
    snapshot: str,
    published: bool,
    tally: Tally,
    applied: Applied | None = None,
    warnings: list[str] | None = None,
) -> RunReport:
    """The report of a run from what it counted and changed."""
    return RunReport(
        run_id=intake.moment.run_id,
        published=published,
        snapshot=snapshot,
        clock=intake.moment.clock,
        documents=tally.documents,
        pieces=tally.pieces,
        tagged=applied.tagged if applied else 0,
        tagger=made.tagger,
        dispositions=tally.summary(),
        warnings=tuple(warnings or ()),
        outcomes=intake.gathered.outcomes,
        left=applied.left if applied else 0,
        waiting=intake.waiting if published else (),
        replaced=applied.replaced if applied else (),
        needs=_needs(intake, made),
    )


def _needs(intake: Intake, made: Made) -> dict[str, Any]:
    """What a replay must find again: digests of seeds and schema, the desk as far as it was read, what the run was about."""
    chosen = intake.chosen
    only = None if chosen.only is None else sorted(chosen.only)
    return {
        "reference": made.reference,
        "schema": made.schema,
        "desk": dict(intake.desk),
        "only": only,
        "replace": sorted(chosen.replace),
        "publish_every": intake.room.most,
        "imported": [document.document_id for document in chosen.extra]
        + ([str(chosen.pieces.path)] if chosen.pieces else []),
    }


def log_entry(
    moment: Moment, outcome: str, *, report: RunReport | None = None, problem: str | None = None
) -> dict[str, Any]:
    """The line: moments are UTC, `sources` says how each fetched source ended."""
    times = {"clock": moment.clock, "started": moment.started, "finished": datetime.now(UTC).replace(tzinfo=None)}
    entry: dict[str, Any] = {
        "run_id": moment.run_id,
        "outcome": outcome,
        **{name: f"{time.isoformat()}Z" for name, time in times.items()},
    }
    if problem is not None:
        entry["problem"] = problem
    if report is not None:
        names = ("snapshot", "tagger", *COUNTS, "warnings", "down")
        entry |= {name: getattr(report, name) for name in names}
        entry |= report.needs
        entry["sources"] = {outcome.source_id: _source(outcome) for outcome in report.outcomes}
    return entry


def _source(outcome: Outcome) -> dict[str, Any]:
    return {name: value for name, value in asdict(outcome).items() if name != "source_id" and value not in (None, ())}
