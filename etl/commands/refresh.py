"""Commands that make snapshots and keep them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from etl.commands.shared import NoRecognizer, moment_of, say, settings_of, warn
from etl.logs import LogFormat, set_up
from etl.onward import GoesOn, part_before
from etl.progress import progress
from etl.settings import Settings, load_settings

if TYPE_CHECKING:
    from etl.intake import Chosen
    from etl.run import Mode
    from etl.run_log import RunReport

# Seconds of tagging between two snapshots that `ainews retag` publishes: what a kill loses at most.
RETAG_SECONDS = 600

Clock = Annotated[str | None, typer.Option(help="The moment that counts as now, ISO 8601; default: the real one.")]


def run(
    clock: Clock = None,
    no_recognizer: NoRecognizer = False,
    only: Annotated[
        list[str] | None, typer.Option(metavar="SOURCE", help="Take in this source alone; may be given several times.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Fetch and say what would be taken in; publish and keep nothing.")
    ] = False,
    replay: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Run this past run again from its kept answers, without the network."),
    ] = None,
    onto: Annotated[
        str | None, typer.Option(metavar="SNAPSHOT", help="With --replay: the snapshot to begin with.")
    ] = None,
    into: Annotated[Path | None, typer.Option(metavar="DIR", help="With --replay: a new data folder.")] = None,
    log_format: Annotated[
        LogFormat, typer.Option("--log-format", help="Lines for people, or a JSON object a line on standard error.")
    ] = LogFormat.text,
) -> None:
    """Take in what is new, tag it, check it and publish a snapshot; nothing new publishes nothing, large files go part by part."""
    if log_format is LogFormat.json:
        set_up(log_format)
    moment, settings = moment_of(clock), settings_of(no_recognizer)
    if replay or onto or into:
        if only or dry_run or clock:
            raise typer.BadParameter("--only, --dry-run and --clock don't go with --replay: it is as it was")
        _finish(_replay(settings, replay, onto, into))
        return
    from etl.intake import Chosen
    from etl.run import Mode

    before = part_before()
    chosen = _chosen(settings, only) if before is None else Chosen(only=frozenset(before.only))
    done = _run(settings, moment, Mode(chosen=chosen, dry=dry_run))
    done = replace(done, down=tuple(dict.fromkeys((*(before.down if before else ()), *done.down))))
    if done.waiting:
        _tell(done)
        raise GoesOn(done.waiting, done.down)
    _finish(done, dry=dry_run)


def _replay(settings: Settings, run_id: str | None, onto: str | None, into: Path | None) -> RunReport:
    if not (run_id and onto and into):
        raise typer.BadParameter("--replay, --onto and --into go together")
    from etl.replay import replay

    return replay(settings, run_id, onto=onto, into=into)


def _chosen(settings: Settings, only: list[str] | None) -> Chosen:
    """The part of the sources that was asked for; one that is in no list, or off, must not run over nothing in silence."""
    from etl.catalog import load_sources
    from etl.intake import Chosen

    sources = load_sources(settings.seeds, settings.desk)
    for name in only or ():
        if name not in sources:
            raise typer.BadParameter(f"{name!r} is no source; `ainews sources list` names them", param_hint="--only")
        if not sources[name].enabled:
            remedy = f"`ainews sources enable {name}` turns it on, `ainews sources test {name}` only asks it"
            raise typer.BadParameter(f"{name!r} is off; {remedy}", param_hint="--only")
    return Chosen(only=frozenset(only) if only else None)


def _run(settings: Settings, moment: datetime | None, mode: Mode, *, label: str = "Tagging stories") -> RunReport:
    from etl.run import run as run_pipeline

    with progress(label) as report:
        return run_pipeline(settings, clock=moment, mode=mode, progress=report)


def _tell(done: RunReport, *, dry: bool = False) -> None:
    """Say what a run did."""
    from etl.run_print import run_summary, troubles

    warn(*done.warnings, *troubles(done.outcomes))
    say(run_summary(done, dry=dry), **run_fields(done))


def _finish(done: RunReport, *, dry: bool = False) -> None:
    """Say what a run did; exit with 4 where a source that counts is down."""
    _tell(done, dry=dry)
    if done.down and not dry:
        warn(f"down: {', '.join(done.down)}")
        raise typer.Exit(4)


def run_fields(done: RunReport) -> dict[str, Any]:
    """What a collector of logs may want to filter runs by."""
    from etl.run_log import COUNTS

    names = ("run_id", "published", "snapshot", *COUNTS, "down")
    return {name: getattr(done, name) for name in names}


def retag(no_recognizer: NoRecognizer = False) -> None:
    """Tag everything again that another lexicon or other weights tagged, publishing as it goes: it can be stopped and resumed."""
    settings = settings_of(no_recognizer)
    from etl.intake import Chosen
    from etl.run import Mode
    from etl.run_print import run_summary

    mode = Mode(chosen=Chosen(only=()), budget=RETAG_SECONDS)
    done = _run(settings, None, mode)
    while done.left:
        say(run_summary(done))
        done = _run(settings, None, mode)
    _finish(done)


def build(
    pieces: Annotated[
        Path,
        typer.Argument(
            metavar="PIECES", help="A folder that `ainews tag --cluster` made, or one tagged .parquet file."
        ),
    ],
    source: Annotated[
        str | None,
        typer.Option(
            metavar="SOURCE", help="The source of all stories. Default: each says it by `source`, an id or a name."
        ),
    ] = None,
    memory: Annotated[
        str | None,
        typer.Option(help="What the database may use, such as 4GB, before it works on disk. Default: `memory_limit`."),
    ] = None,
    clock: Clock = None,
    no_recognizer: NoRecognizer = False,
) -> None:
    """Build a snapshot from stories that are tagged already, on top of the current one if there is one: check it and publish it."""
    moment, settings = moment_of(clock), settings_of(no_recognizer)
    settings = settings if memory is None else settings.with_memory(memory)
    from etl.catalog import load_sources
    from etl.intake import Chosen
    from etl.run import Mode
    from etl.sources.pieces import find_pieces
    from etl.tagger.version import tagger_version

    sources = load_sources(settings.seeds, settings.desk)
    if source is not None and source not in sources:
        raise typer.BadParameter(f"{source!r} is no source; `ainews sources list` names them", param_hint="--source")
    version = tagger_version(settings.seeds, settings.recognizer_choice)
    found = find_pieces(pieces, source=source, sources=sources, tagger=version)
    _finish(_run(settings, moment, Mode(chosen=Chosen(only=frozenset(), pieces=found)), label="Taking tags"))


def import_issues(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Issues as text, HTML or Markdown.")
    ] = None,
    source: Annotated[str, typer.Option(help="The newsletter that they are issues of.")] = "the-batch",
    published: Annotated[
        str | None, typer.Option(help="The day, ISO 8601, where a file's name does not begin with it.")
    ] = None,
    replace: Annotated[
        list[str] | None,
        typer.Option(metavar="ISSUE", help="Take this issue in the place of what is held of it, such as issue-350."),
    ] = None,
    no_recognizer: NoRecognizer = False,
) -> None:
    """Take in issues by hand; with --replace in the place of what is held, from the files given or from the source's feed."""
    settings = settings_of(no_recognizer)
    from etl.import_issues import chosen_for
    from etl.run import Mode

    chosen = chosen_for(settings, files or (), source_id=source, published=published, replace=replace or ())
    done = _run(settings, None, Mode(chosen=chosen))
    for story in done.replaced:
        after = story.after or "no counterpart: removed"
        typer.echo(f"{story.document_id} {story.story_id}: {story.before} → {after}")
    for issue in sorted(chosen.replace - {story.document_id for story in done.replaced}):
        warn(f"{issue}: nothing was replaced: it is not held, did not come, or came the same way before")
    _finish(done)


def check(
    digest: Annotated[
        bool,
        typer.Option(
            "--digest", help="Print a hash of each table of the current snapshot instead, to compare two of them."
        ),
    ] = False,
) -> None:
    """Validate the seeds, with the examples that they carry, and the desk folder, and run the checks on the current snapshot."""
    settings = load_settings()
    if digest:
        from etl.digest import as_text, snapshot_digests
        from etl.publish import need_snapshot

        typer.echo(as_text(snapshot_digests(need_snapshot(settings), settings)), nl=False)
        return
    from etl.check import check_all

    for warning in check_all(settings):
        typer.echo(f"ainews: warning: {warning}", err=True)
    typer.echo("Seeds, desk folder and snapshot are in order.")


def rollback() -> None:
    """Return to the snapshot before the current one."""
    settings = load_settings()
    from etl.publish import rollback as roll_back
    from etl.store.database import storage_errors
    from etl.store.lock import writer_lock

    with storage_errors(settings.data), writer_lock(settings):
        name = roll_back(settings)
    typer.echo(f"Snapshot {name} is the current one.")
