"""The run, on one screen: fetch, parse, split, identify, tag, store, check, publish."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from etl.aftermath import tell_operator, tell_people
from etl.apply import BACKLOG, Applied, Tools, apply
from etl.catalog import Source, load_sources
from etl.checks import insist, prepare_checks, run_checks
from etl.desk_audits import unread_audits
from etl.desk_folder import in_force, read_desk
from etl.errors import AinewsError, ChecksFailed
from etl.fetch.line import Line, open_line
from etl.health import must_report
from etl.intake import Chosen, Gathered, Intake, Moment, Room, documents_of, gather
from etl.plan import first_news
from etl.publish import Step, adopt, current_snapshot, log_run, new_name, partial_copy, publish
from etl.reference import load_reference, reference_digest
from etl.retention import prune_raw
from etl.run_log import RunReport, log_entry, report_of
from etl.runs_log import failures_in_a_row
from etl.settings import Settings, day_in_zone
from etl.sources.newsletters import newsletter_sources
from etl.sources.taken import Context, State
from etl.stopping import stoppable
from etl.store.database import connect, statement, storage_errors
from etl.store.held import Made, read_made, read_states
from etl.store.lock import writer_lock
from etl.store.migrations import migrate, schema_digest
from etl.store.tags import Progress, Tagger
from etl.story_decisions import decisions_digest
from etl.tagger.choice import RecognizerChoice
from etl.tagger.version import tagger_version

Build = Callable[[Path], Tagger]

Logged = tuple[dict[str, Any], list[str]]  # the line of a run in the log, and warnings where it could not be written


@dataclass(frozen=True, slots=True)
class Mode:
    """How a run differs from the usual one.

    `chosen` is the part of the sources that it is about; `dry` publishes nothing and leaves no trace; `budget` are the
    seconds for tagging again what an older tagger tagged (None: the settings'); `line` stands in for the network,
    `run_id` for a fresh one.
    """

    chosen: Chosen = field(default_factory=Chosen)
    dry: bool = False
    budget: float | None = None
    line: Line | None = None
    run_id: str | None = None

    @property
    def heard(self) -> bool:
        """Whether alerts, hooks and the report go out: a trial and a past run again are nobody's news."""
        return not (self.dry or (self.line is not None and self.line.replayed))


def build_tagger(seeds: Path, recognizer: RecognizerChoice) -> Tagger:
    """The project's tagger; imported here because spaCy takes longer to load than a run with nothing new."""
    from etl.tagger.pipeline import build_tagger as build

    return build(seeds, recognizer)


def _tagger(settings: Settings, build: Build | None, stories: int) -> AbstractContextManager[Tagger]:
    """A tagger for so many stories: in this process, or for a backlog in as many as the settings allow threads."""
    if build is not None:
        return nullcontext(build(settings.seeds))
    make = partial(build_tagger, settings.seeds, settings.recognizer_choice)
    if stories < BACKLOG or settings.threads == 1:
        return nullcontext(make())
    from etl.tag_pool import tag_pool

    return tag_pool(make, workers=settings.threads, folder=settings.data / "partial")


def run(
    settings: Settings,
    *,
    clock: datetime | None = None,
    mode: Mode | None = None,
    build: Build | None = None,
    version: Callable[[Path], str] | None = None,
    progress: Progress | None = None,
    step: Step = lambda _: None,
) -> RunReport:
    """Take in the seeds and what sources sent, and publish a snapshot if there is anything new.

    `clock` (naive UTC) counts as now; the real moment by default. `build` and `version` are the project's tagger with the
    recognizer of the settings, unless a test replaces them. Raises LockHeld beside another run, InputError for a
    seed or snapshot that can't be used, ChecksFailed, and AinewsError for what the disk refuses; each time nothing is
    published and the last snapshot stands. A source that fails is in the report and raises nothing. Of files it takes
    about `publish_every` stories; the rest waits for the next run, and the report names the sources.
    """
    started, mode = _now(), mode or Mode()
    moment = Moment(mode.run_id or secrets.token_hex(4), clock or started, started)
    budget = settings.tag_budget if mode.budget is None else mode.budget
    tools = Tools(partial(_tagger, settings, build), progress, step, budget)
    version = version or partial(tagger_version, recognizer=settings.recognizer_choice)
    entries: list[Logged] = []
    report: RunReport | None = None
    try:
        with storage_errors(settings.data), writer_lock(settings):
            report = _logged(settings, moment, mode, tools, entries, version=version)
        if mode.heard and not report.waiting:  # alerts would judge a part of a backlog for the whole
            report = replace(report, warnings=(*report.warnings, *tell_people(settings, report)))
    finally:  # outside of the lock: what is called may want to roll back
        good = report is not None and not report.down
        said = [line for _, unsaid in entries for line in unsaid]
        if mode.heard:
            said += [line for entry, _ in entries for line in tell_operator(settings, entry, good=good)]
    return replace(report, warnings=(*report.warnings, *said))


def _logged(
    settings: Settings,
    moment: Moment,
    mode: Mode,
    tools: Tools,
    entries: list[Logged],
    *,
    version: Callable[[Path], str],
) -> RunReport:
    """The run and its line in the log, which is added to `entries`; a dry run leaves none."""
    report: RunReport | None = None
    try:
        with storage_errors(settings.data):
            with stoppable():
                report = _run(settings, moment, mode, tools, version=version)
            if report.outcomes and not mode.dry:
                report = replace(report, warnings=(*report.warnings, *_pruned(settings, moment)))
    finally:  # whatever stopped it, a programmer's mistake or Ctrl-C too, the log says so
        if not mode.dry:
            entries.append(_log(settings, moment, report))
    return report


def _log(settings: Settings, moment: Moment, report: RunReport | None) -> Logged:
    """A line for the run, however it ended; a disk that is too full for it must not hide how that was."""
    if report is not None:
        entry = log_entry(moment, "published" if report.published else "unchanged", report=report)
    else:
        error = sys.exception()
        outcome = "checks failed" if isinstance(error, ChecksFailed) else "failed"
        said = str(error) if isinstance(error, AinewsError) else f"{type(error).__name__}: {error}"
        entry = log_entry(moment, outcome, problem=said)
    try:
        log_run(settings, entry)
    except OSError as full:
        return entry, [f"this run has no line in runs.jsonl, by which freshness is judged: {full.strerror}"]
    return entry, []


def _pruned(settings: Settings, moment: Moment) -> list[str]:
    """Forget old answers; what stays is tried again after the next run."""
    try:
        prune_raw(settings, clock=moment.clock)
    except OSError as error:
        return [f"old answers of sources can't be removed: {error.filename}: {error.strerror}"]
    return []


def _run(settings: Settings, moment: Moment, mode: Mode, tools: Tools, *, version: Callable[[Path], str]) -> RunReport:
    """Take in, and publish unless there is nothing new."""
    adopt(settings)
    base = current_snapshot(settings)
    before = failures_in_a_row(settings.data / "runs.jsonl")
    intake = _take_in(settings, moment, mode, base)
    tools.step("fetched")
    made = _made(settings, intake, version)
    report = _nothing_new(settings, intake, base, made, dry=mode.dry)
    if report is None:
        report = _publish_run(settings, intake, base, made, tools)
    required = frozenset(source.id for source in intake.sources.values() if source.required)
    down = must_report(report.outcomes, required, before)
    return replace(report, down=down, warnings=(*report.warnings, *unread_audits(settings.desk)))


def _take_in(settings: Settings, moment: Moment, mode: Mode, base: Path | None) -> Intake:
    """Ask the sources that are fetched; the documents of the seeds are read when they are gone through."""
    sources = load_sources(settings.seeds, settings.desk)
    asked = [source for source in sources.values() if source.enabled and source.fetch and mode.chosen.holds(source.id)]
    gathered = _gather(settings, moment, mode, asked, base) if asked else Gathered()
    desk = {path.name: path.stat().st_size for path in sorted(settings.desk.glob("*.jsonl"))}
    room = Room(settings.publish_every)
    return Intake(
        moment,
        day_in_zone(moment.clock, settings.time_zone),
        sources,
        partial(documents_of, settings, sources, gathered, mode.chosen, room),
        gathered,
        newsletter_sources(settings.seeds) | mode.chosen.named,
        mode.chosen,
        desk,
        read_desk(settings.desk, sizes=desk),
        room,
    )


def _gather(settings: Settings, moment: Moment, mode: Mode, asked: list[Source], base: Path | None) -> Gathered:
    context = Context(moment.clock, settings.seeds, settings.desk)
    own = open_line(settings, clock=moment.clock, run_id=moment.run_id, keep=not mode.dry)
    with nullcontext(mode.line) if mode.line else own as line:
        return gather(asked, line, states=_states(settings, base), context=context, settings=settings)


def _states(settings: Settings, base: Path | None) -> dict[str, State]:
    if base is None:
        return {}
    with connect(base, settings, read_only=True) as con:
        return dict(read_states(con))


def _made(settings: Settings, intake: Intake, version: Callable[[Path], str]) -> Made:
    reference = reference_digest(settings.seeds, desk=settings.desk, today=intake.today)
    desk = decisions_digest(in_force(intake.decided.decisions))
    return Made(version(settings.seeds), reference, schema_digest(), desk)


def _nothing_new(settings: Settings, intake: Intake, base: Path | None, made: Made, *, dry: bool) -> RunReport | None:
    """The report of a run that publishes nothing, for there is no news or it is only tried out; None for any other."""
    name = "" if base is None else base.stem
    if base is None:
        if not dry:
            return None
        with duckdb.connect() as con:
            migrate(con, at=intake.moment.clock)
            return report_of(intake, made, snapshot=name, published=False, tally=first_news(con, intake, whole=True)[0])
    with connect(base, settings, read_only=True) as con:
        if not dry and read_made(con) != made:
            return None
        tally, news = first_news(con, intake, whole=dry)
    return None if news and not dry else report_of(intake, made, snapshot=name, published=False, tally=tally)


def _publish_run(settings: Settings, intake: Intake, base: Path | None, made: Made, tools: Tools) -> RunReport:
    name = new_name(settings, run_id=intake.moment.run_id, now=intake.moment.started)
    reference = load_reference(settings.seeds)
    with partial_copy(settings, name, base) as draft:
        tools.step("copied")
        with connect(draft, settings, read_only=False) as con:
            migrate(con, at=intake.moment.clock)
            tools.step("migrated")
            previous = dict(con.execute(statement("store/previous_counts")).fetchall())
            applied = apply(con, intake, tools, made=made, reference=reference, snapshot=name)
            warnings = [*applied.warnings, *_checked(con, intake, applied, previous=previous, settings=settings)]
            con.execute("CHECKPOINT")
        tools.step("checked")
        publish(settings, draft, base=base, step=tools.step)
    return report_of(
        intake, made, snapshot=name, published=True, tally=applied.tally, applied=applied, warnings=warnings
    )


def _checked(
    con: duckdb.DuckDBPyConnection, intake: Intake, applied: Applied, *, previous: dict[str, int], settings: Settings
) -> list[str]:
    """The checks' warnings; what an issue's replacement took away on purpose is no loss."""
    expected = {source: n - applied.forgotten.get(source, 0) for source, n in previous.items()}
    prepare_checks(con, previous=expected, clock=intake.moment.clock, settings=settings)
    return insist(run_checks(con))


def _now() -> datetime:
    """The wall clock, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)
