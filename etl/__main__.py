"""The command line, thin: each command loads settings, calls one function and prints."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etl import __version__
from etl.errors import AinewsError
from etl.model import Learned
from etl.progress import progress
from etl.settings import Settings, load_settings

if TYPE_CHECKING:
    from etl.run import RunReport

# Everything heavy (duckdb, spaCy, the tagger) is imported inside the commands: help answers at once.

EPILOG = (
    "Exit status: 0 done · 1 failed, nothing published · 2 wrong usage · 3 checks failed, the last snapshot stands · "
    "4 published, but a required source failed · 75 another run holds the lock."
)
app = typer.Typer(
    name="ainews",
    help="What AI news is about, counted honestly: take stories in, tag them, publish a snapshot, look at it.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

NoRecognizer = Annotated[
    bool, typer.Option("--no-recognizer", help="Find organizations that no seed lists by rules alone: faster, fewer.")
]


def main() -> None:
    """Run the command line; an AinewsError becomes one line on standard error and its exit status."""
    try:
        app(prog_name="ainews")
    except AinewsError as error:
        typer.echo(f"ainews: {error}", err=True)
        sys.exit(error.exit_status)


def _version(value: bool) -> None:
    if value:
        typer.echo(__version__)
        raise typer.Exit


def _moment(text: str | None) -> datetime | None:
    """An ISO moment as naive UTC; one without a zone is UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no ISO moment such as 2026-11-25T21:00:00Z") from error
    if not 1900 <= moment.year < 9000:  # zones and the horizon of expected issues need room on both sides
        raise typer.BadParameter(f"{text!r} is not between the years 1900 and 9000")
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _settings(no_recognizer: bool) -> Settings:
    settings = load_settings()
    return settings.without_recognizer() if no_recognizer else settings


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def run(
    clock: Annotated[
        str | None, typer.Option(help="The moment that counts as now, ISO 8601; default: the real one.")
    ] = None,
    no_recognizer: NoRecognizer = False,
) -> None:
    """Take in what is new, tag it, check it and publish a snapshot; nothing new publishes nothing."""
    moment, settings = _moment(clock), _settings(no_recognizer)
    from etl.run import run as run_pipeline

    with progress("Tagging stories") as report:
        done = run_pipeline(settings, clock=moment, progress=report)
    for warning in done.warnings:
        typer.echo(f"ainews: warning: {warning}", err=True)
    typer.echo(_summary(done))


def _summary(report: RunReport) -> str:
    """One line: what was published, what came in and how it ended."""
    head = f"Published {report.snapshot}" if report.published else f"Nothing new, {report.snapshot} stands"
    parts = [f"{n:,} {what}" for what, n in sorted(report.dispositions["piece"].items(), key=lambda item: -item[1])]
    aside = {what: n for what, n in report.dispositions["document"].items() if what.startswith("quarantined:")}
    parts += [f"{n:,} documents {what}" for what, n in sorted(aside.items())]
    took = f"{report.documents:,} documents, {report.pieces:,} pieces ({', '.join(parts)})"
    return f"{head}: {took}, {report.tagged:,} stories tagged"


@app.command()
def tag(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Stories: .jsonl or .parquet with id, title, text.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Tags: .jsonl or .parquet, a line for each line read.")],
    no_recognizer: NoRecognizer = False,
) -> None:
    """Tag stories from file to file, with no database and no network."""
    settings = _settings(no_recognizer)
    from etl.tag_files import tag_file
    from etl.tagger.pipeline import build_tagger

    with progress("Tagging stories") as report:
        tagger = build_tagger(settings.seeds, settings.recognizer_choice)
        counts = tag_file(source, target, tagger=tagger, on_progress=lambda done: report(done, None))
    aside = f"; {counts.rejected:,} rejected, see {target}.rejected.jsonl" if counts.rejected else ""
    typer.echo(f"{counts.tagged:,} of {counts.read:,} stories tagged{aside}", err=True)
    if counts.read and not counts.tagged:
        raise typer.Exit(1)


@app.command()
def split(
    source: Annotated[Path, typer.Argument(metavar="IN", help="An issue or a draft: text, HTML or Markdown.")],
    target: Annotated[
        Path, typer.Argument(metavar="OUT", help="Stories, one JSON object a line, ready for `ainews tag`.")
    ],
) -> None:
    """Split an issue or a draft into stories, from file to file."""
    settings = load_settings()
    from etl.newsletter.rules import load_rules, rules_path
    from etl.split_files import split_file

    counts = split_file(source, target, rules=load_rules(rules_path(settings.seeds)))
    apart = "".join(f", {n:,} {reason} set apart" for reason, n in sorted(counts.rejected.items()))
    typer.echo(f"{counts.stories:,} stories{apart}", err=True)


@app.command(name="app")
def serve_app(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen; the next free port if taken.")] = 8501,
    address: Annotated[
        str, typer.Option(help="The address to listen on; the default is reachable from this machine only.")
    ] = "127.0.0.1",
) -> None:
    """Open the dashboard on the current snapshot."""
    settings = load_settings()
    from etl.publish import need_any_snapshot
    from etl.serve import serve

    warning = need_any_snapshot(settings)
    if warning:
        typer.echo(f"ainews: warning: {warning}", err=True)
    raise typer.Exit(serve(settings, address=address, port=port, say=typer.echo))


@app.command()
def status(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """How fresh the data is, and what each source sent of what its rhythm leads to expect."""
    settings = load_settings()
    from etl.publish import need_snapshot
    from etl.status import as_json, as_text, read_status

    found = read_status(need_snapshot(settings), settings)
    typer.echo(as_json(found) if json else as_text(found), nl=False)


@app.command()
def explain(
    story: Annotated[str, typer.Argument(help="A story_id, or an external id such as issue-40#5.")],
) -> None:
    """Why a story has its tags and not others: the words, their weights, near misses."""
    settings = load_settings()
    from etl.explain import explain as explain_text
    from etl.explain import read_story
    from etl.publish import need_snapshot

    found = read_story(need_snapshot(settings), settings, story)
    typer.echo(explain_text(found, mark=_highlight if sys.stdout.isatty() else str), nl=False)


def _highlight(text: str) -> str:
    return typer.style(text, bold=True, underline=True)


@app.command()
def candidates(
    least: Annotated[int, typer.Option(min=1, help="How many stories must name it, at least.")] = 2,
    toml: Annotated[bool, typer.Option("--toml", help="Print entries to paste into seeds/organizations.toml.")] = False,
) -> None:
    """Organizations that stories name and the seeds do not list, the most named first."""
    settings = load_settings()
    from etl.candidates import as_text, as_toml, read_candidates
    from etl.lexicon.load import load_lexicon
    from etl.publish import need_snapshot

    found = read_candidates(need_snapshot(settings), settings, least=least)
    listed = load_lexicon(settings.seeds).organizations if toml else ()
    typer.echo(as_toml(found, taken=listed) if toml else as_text(found, least=least), nl=False)


@app.command()
def train(
    labels: Annotated[
        list[Path] | None,
        typer.Option(help="Labelled stories, JSON Lines; may be given several times. Default: the labels that ship."),
    ] = None,
    corpus: Annotated[
        list[Path] | None,
        typer.Option(
            help="Full texts of labelled stories, JSON Lines with id, source, published, title, text; may be given several times."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder for the learned files; default: model/ in the data folder.")
    ] = None,
    only: Annotated[
        list[Learned] | None, typer.Option(help="Learn this part alone; may be given several times. Default: all.")
    ] = None,
) -> None:
    """Learn topics, the recognizer of names and roles anew from labelled stories and corrections."""
    settings = load_settings()
    from etl.learn import learn

    target = settings.data / "model" if out is None else out
    said = learn(settings, labels=labels or (), corpora=corpus or (), out=target, parts=only or (), showing=progress)
    for line in said:
        typer.echo(line.text, err=line.note)


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Labels, JSON Lines with id, topics, orgs, regions.")],
    stories: Annotated[
        Path | None,
        typer.Option(help="Their texts, .jsonl or .parquet with id, title, text; default: those that ship."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Print all organizations and regions, also with few labels.")
    ] = False,
    write: Annotated[
        bool,
        typer.Option(
            "--write", help="Put the figures into model/quality.json below the seeds, which the next run loads."
        ),
    ] = False,
) -> None:
    """How good the tags are, held against labelled stories: precision, recall, F1, and what charts would show wrongly."""
    settings = load_settings()
    from etl.evaluate import evaluate_file
    from etl.evaluate_print import as_json, as_text

    with progress("Tagging labelled stories") as report:
        chosen = settings.recognizer_choice
        found = evaluate_file(gold, stories=stories, seeds=settings.seeds, recognizer=chosen, on_progress=report)
    if write:
        typer.echo(f"Figures written to {found.write(settings.seeds)}", err=True)
    typer.echo(as_json(found) if json else as_text(found, every=every), nl=False)


@app.command()
def check() -> None:
    """Validate the seeds, with the examples that they carry, and run the checks on the current snapshot."""
    settings = load_settings()
    from etl.check import check_all

    for warning in check_all(settings):
        typer.echo(f"ainews: warning: {warning}", err=True)
    typer.echo("Seeds and snapshot are in order.")


@app.command()
def rollback() -> None:
    """Return to the snapshot before the current one."""
    settings = load_settings()
    from etl.publish import rollback as roll_back
    from etl.store.database import storage_errors
    from etl.store.lock import writer_lock

    with storage_errors(settings.data), writer_lock(settings):
        name = roll_back(settings)
    typer.echo(f"Snapshot {name} is the current one.")


if __name__ == "__main__":
    main()
