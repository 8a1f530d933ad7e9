"""The run, on one screen: fetch, parse, split, identify, tag, store, check, publish."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from etl.catalog import Source, load_sources
from etl.checks import insist, prepare_checks, run_checks
from etl.decide import Plan, decide
from etl.errors import ChecksFailed
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
class _Intake:
    """What came in from where, and the moment that counts as now."""

    run_id: str
    clock: datetime
    today: date
    started: datetime
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


def build_tagger(seeds: Path) -> Tagger:
    """The project's tagger; imported here because spaCy takes longer to load than a run with nothing new."""
    from etl.tagger.pipeline import build_tagger as build

    return build(seeds)


def run(
    settings: Settings,
    *,
    clock: datetime | None = None,
    build: Build = build_tagger,
    version: Callable[[Path], str] = tagger_version,
    progress: Progress | None = None,
    step: Step = lambda _: None,
) -> RunReport:
    """Take in the seeds and publish a snapshot if there is anything new.

    `clock` (naive UTC) counts as now; the real moment by default. Raises LockHeld beside another run, InputError for a
    seed or snapshot that can't be used, ChecksFailed, and AinewsError for what the disk refuses; each time nothing is
    published and the last snapshot stands.
    """
    started = datetime.now(UTC).replace(tzinfo=None)
    tools = _Tools(build, progress, step)
    with storage_errors(settings.data), writer_lock(settings):
        intake = _take_in(settings, clock=clock or started, started=started, version=version)
        adopt(settings)
        base = current_snapshot(settings)
        report = _nothing_new(settings, intake, base) if base else None
        if report is None:
            report = _publish_run(settings, intake, base, tools)
        log_run(settings, _log_entry(intake, "published" if report.published else "unchanged", report))
    return report


def _take_in(settings: Settings, *, clock: datetime, started: datetime, version: Callable[[Path], str]) -> _Intake:
    today = day_in_zone(clock, settings.time_zone)
    sources = load_sources(settings.seeds)
    made = Made(version(settings.seeds), reference_digest(settings.seeds, today=today), schema_digest())
    documents = list(_documents(settings.seeds, sources))
    return _Intake(secrets.token_hex(4), clock, today, started, sources, documents, made)


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
    name = new_name(settings, run_id=intake.run_id, now=intake.started)
    reference = load_reference(settings.seeds)
    with partial_copy(settings, name, base) as partial:
        tools.step("copied")
        with connect(partial, settings, read_only=False) as con:
            migrate(con, at=intake.clock)
            tools.step("migrated")
            previous = dict(con.execute(statement("store/previous_counts")).fetchall())
            plan, tagged = _apply(con, intake, tools, reference=reference, snapshot=name, seeds=settings.seeds)
            prepare_checks(con, previous=previous, clock=intake.clock, settings=settings)
            warnings = _check(con, settings, intake)
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
    store_plan(con, plan, run_id=intake.run_id)
    tools.step("stored")
    version = intake.made.tagger
    tagged = tag_stale(con, lambda: tools.build(seeds), version=version, progress=tools.progress)
    tools.step("tagged")
    write_ledger(con, intake.run_id, plan.dispositions)
    insert(con, "run", [_run_row(intake, plan, snapshot)])
    write_digests(con, reference=intake.made.reference, schema=intake.made.schema)
    con.execute("COMMIT")
    tools.step("committed")
    return plan, tagged


def _check(con: duckdb.DuckDBPyConnection, settings: Settings, intake: _Intake) -> list[str]:
    """The warnings; a failure is logged before it is raised, so that freshness can say why the data is old."""
    try:
        return insist(run_checks(con))
    except ChecksFailed as error:
        log_run(settings, {**_log_entry(intake, "checks failed", None), "problem": str(error)})
        raise


def _run_row(intake: _Intake, plan: Plan, snapshot: str) -> dict[str, Any]:
    documents, pieces = check_sums([document for _, document in intake.documents], plan.dispositions)
    return {
        "run_id": intake.run_id,
        "snapshot": snapshot,
        "clock": intake.clock,
        "started": intake.started,
        "finished": datetime.now(UTC).replace(tzinfo=None),
        "tagger": intake.made.tagger,
        "documents": documents,
        "pieces": pieces,
    }


def _report(
    intake: _Intake, plan: Plan, *, snapshot: str, tagged: int, warnings: list[str], published: bool
) -> RunReport:
    documents, pieces = check_sums([document for _, document in intake.documents], plan.dispositions)
    return RunReport(
        run_id=intake.run_id,
        published=published,
        snapshot=snapshot,
        clock=intake.clock,
        documents=documents,
        pieces=pieces,
        tagged=tagged,
        tagger=intake.made.tagger,
        dispositions=summary(plan.dispositions),
        warnings=tuple(warnings),
    )


def _log_entry(intake: _Intake, outcome: str, report: RunReport | None) -> dict[str, Any]:
    """A line of `data/runs.jsonl`; moments are UTC."""
    entry = {
        "run_id": intake.run_id,
        "outcome": outcome,
        "clock": f"{intake.clock.isoformat()}Z",
        "started": f"{intake.started.isoformat()}Z",
        "finished": f"{datetime.now(UTC).replace(tzinfo=None).isoformat()}Z",
        "tagger": intake.made.tagger,
    }
    if report is None:
        return entry
    counts = {"documents": report.documents, "pieces": report.pieces, "tagged": report.tagged}
    return {**entry, "snapshot": report.snapshot, **counts, "dispositions": dict(report.dispositions)}
