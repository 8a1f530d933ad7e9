"""The run, on one screen: fetch, parse, split, identify, tag, store, check, publish."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from etl.catalog import Source, load_sources
from etl.checks import insist, prepare_checks, run_checks
from etl.decide import Plan, decide
from etl.errors import AinewsError, ChecksFailed
from etl.label_ids import label_prefixes
from etl.model import Document
from etl.publish import Step, adopt, current_snapshot, log_run, new_name, partial_copy, publish
from etl.reference import Reference, load_reference, reference_digest
from etl.settings import Settings, day_in_zone
from etl.sources.archive import read_archive
from etl.sources.newsletters import read_newsletters
from etl.store.database import connect, insert, statement, storage_errors
from etl.store.held import Made, read_held, read_made
from etl.store.ledger import check_sums, summary, write_ledger
from etl.store.lock import writer_lock
from etl.store.migrations import migrate, schema_digest
from etl.store.reference import sync_reference, write_digests
from etl.store.stories import store_plan
from etl.store.tags import Progress, Tagger, tag_stale
from etl.tagger.choice import RecognizerChoice
from etl.tagger.version import tagger_version

Build = Callable[[Path], Tagger]


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did; `snapshot` is the current one after it, `published` whether this run made it."""

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


@dataclass(frozen=True, slots=True)
class _Moment:
    """A run's id, its "now", and when it really began (both naive UTC)."""

    run_id: str
    clock: datetime
    started: datetime


@dataclass(frozen=True, slots=True)
class _Intake:
    """What came in from where, and the day that counts as today."""

    moment: _Moment
    today: date
    sources: Mapping[str, Source]
    documents: list[tuple[str, Document]]
    made: Made

    def plan(self, con: duckdb.DuckDBPyConnection) -> tuple[Plan, bool]:
        """What to store on top of this database, and whether there is anything."""
        held = read_held(con, (document.document_id for _, document in self.documents))
        plan = decide(self.documents, held=held, sources=self.sources, today=self.today)
        check_sums([document for _, document in self.documents], plan.dispositions)
        return plan, plan.news(held)


@dataclass(frozen=True, slots=True)
class _Tools:
    """What a test replaces: the tagger, its version, where progress goes, and where to be stopped."""

    build: Build
    progress: Progress | None
    step: Step


def build_tagger(seeds: Path, recognizer: RecognizerChoice) -> Tagger:
    """The project's tagger; imported here because spaCy takes longer to load than a run with nothing new."""
    from etl.tagger.pipeline import build_tagger as build

    return build(seeds, recognizer)


def run(
    settings: Settings,
    *,
    clock: datetime | None = None,
    build: Build | None = None,
    version: Callable[[Path], str] | None = None,
    progress: Progress | None = None,
    step: Step = lambda _: None,
) -> RunReport:
    """Take in the seeds and publish a snapshot if there is anything new.

    `clock` (naive UTC) counts as now; the real moment by default. `build` and `version` are the project's tagger with the
    recognizer of the settings, unless a test replaces them. Raises LockHeld beside another run, InputError for a
    seed or snapshot that can't be used, ChecksFailed, and AinewsError for what the disk refuses; each time nothing is
    published and the last snapshot stands.
    """
    started = _now()
    moment = _Moment(secrets.token_hex(4), clock or started, started)
    chosen = settings.recognizer_choice
    tools = _Tools(build or partial(build_tagger, recognizer=chosen), progress, step)
    version = version or partial(tagger_version, recognizer=chosen)
    with storage_errors(settings.data), writer_lock(settings):
        try:
            report = _run(settings, moment, tools, version=version)
        except AinewsError as error:
            outcome = "checks failed" if isinstance(error, ChecksFailed) else "failed"
            log_run(settings, {**_log_entry(moment, outcome), "problem": str(error)})
            raise
        log_run(
            settings, {**_log_entry(moment, "published" if report.published else "unchanged"), **_log_counts(report)}
        )
    return report


def _run(settings: Settings, moment: _Moment, tools: _Tools, *, version: Callable[[Path], str]) -> RunReport:
    """Take in, and publish unless there is nothing new."""
    intake = _take_in(settings, moment, version=version)
    adopt(settings)
    base = current_snapshot(settings)
    report = _nothing_new(settings, intake, base) if base else None
    return _publish_run(settings, intake, base, tools) if report is None else report


def _take_in(settings: Settings, moment: _Moment, *, version: Callable[[Path], str]) -> _Intake:
    today = day_in_zone(moment.clock, settings.time_zone)
    sources = load_sources(settings.seeds)
    made = Made(version(settings.seeds), reference_digest(settings.seeds, today=today), schema_digest())
    return _Intake(moment, today, sources, list(_documents(settings.seeds, sources)), made)


def _documents(seeds: Path, sources: Mapping[str, Source]) -> Iterator[tuple[str, Document]]:
    """Every document with the reader that it came through; the archive first, so an issue that it holds stays its."""
    for source in sources.values():
        if source.enabled:
            yield from (("archive", document) for document in read_archive(seeds, source))
    yield from (("newsletters", document) for document in read_newsletters(seeds))


def _nothing_new(settings: Settings, intake: _Intake, base: Path) -> RunReport | None:
    """The report of a run that has nothing to publish, or None where it has."""
    with connect(base, settings, read_only=True) as con:
        if read_made(con) != intake.made:
            return None
        plan, news = intake.plan(con)
    return None if news else _report(intake, plan, snapshot=base.stem, tagged=0, warnings=[], published=False)


def _publish_run(settings: Settings, intake: _Intake, base: Path | None, tools: _Tools) -> RunReport:
    name = new_name(settings, run_id=intake.moment.run_id, now=intake.moment.started)
    reference = load_reference(settings.seeds)
    with partial_copy(settings, name, base) as partial:
        tools.step("copied")
        with connect(partial, settings, read_only=False) as con:
            migrate(con, at=intake.moment.clock)
            tools.step("migrated")
            previous = dict(con.execute(statement("store/previous_counts")).fetchall())
            plan, tagged = _apply(con, intake, tools, reference=reference, snapshot=name, seeds=settings.seeds)
            prepare_checks(con, previous=previous, clock=intake.moment.clock, settings=settings)
            warnings = insist(run_checks(con))
            con.execute("CHECKPOINT")
        tools.step("checked")
        publish(settings, partial, base=base, step=tools.step)
    return _report(intake, plan, snapshot=name, tagged=tagged, warnings=warnings, published=True)


def _apply(
    con: duckdb.DuckDBPyConnection,
    intake: _Intake,
    tools: _Tools,
    *,
    reference: Reference,
    snapshot: str,
    seeds: Path,
) -> tuple[Plan, int]:
    """Everything that the run changes, in one transaction."""
    plan, _ = intake.plan(con)
    con.execute("BEGIN TRANSACTION")
    sync_reference(con, reference, sources=intake.sources, today=intake.today)
    store_plan(con, plan, run_id=intake.moment.run_id)
    tools.step("stored")
    version = intake.made.tagger
    prefixes = label_prefixes(intake.sources.values())
    tagged = tag_stale(con, lambda: tools.build(seeds), version=version, prefixes=prefixes, progress=tools.progress)
    tools.step("tagged")
    write_ledger(con, intake.moment.run_id, plan.dispositions)
    insert(con, "run", [_run_row(intake, plan, snapshot)])
    write_digests(con, reference=intake.made.reference, schema=intake.made.schema)
    con.execute("COMMIT")
    tools.step("committed")
    return plan, tagged


def _run_row(intake: _Intake, plan: Plan, snapshot: str) -> dict[str, Any]:
    documents, pieces = check_sums([document for _, document in intake.documents], plan.dispositions)
    return {
        "run_id": intake.moment.run_id,
        "snapshot": snapshot,
        "clock": intake.moment.clock,
        "started": intake.moment.started,
        "finished": _now(),
        "tagger": intake.made.tagger,
        "documents": documents,
        "pieces": pieces,
    }


def _report(
    intake: _Intake, plan: Plan, *, snapshot: str, tagged: int, warnings: list[str], published: bool
) -> RunReport:
    documents, pieces = check_sums([document for _, document in intake.documents], plan.dispositions)
    return RunReport(
        run_id=intake.moment.run_id,
        published=published,
        snapshot=snapshot,
        clock=intake.moment.clock,
        documents=documents,
        pieces=pieces,
        tagged=tagged,
        tagger=intake.made.tagger,
        dispositions=summary(plan.dispositions),
        warnings=tuple(warnings),
    )


def _log_entry(moment: _Moment, outcome: str) -> dict[str, Any]:
    """The head of a line of `data/runs.jsonl`, which freshness reads; moments are UTC."""
    times = {"clock": moment.clock, "started": moment.started, "finished": _now()}
    return {
        "run_id": moment.run_id,
        "outcome": outcome,
        **{name: f"{time.isoformat()}Z" for name, time in times.items()},
    }


def _log_counts(report: RunReport) -> dict[str, Any]:
    """What a run that came through adds to its line."""
    names = ("snapshot", "tagger", "documents", "pieces", "tagged", "dispositions", "warnings")
    return {name: getattr(report, name) for name in names}


def _now() -> datetime:
    """The wall clock, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)
