"""Commands that split, tag, learn and measure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Annotated

import typer

from etl.commands.shared import NoRecognizer, settings_of
from etl.commands.spread import PIECE_MB, WAIT, ClusterAddress, PieceMb, Wait, tag_spread
from etl.model import Learned
from etl.progress import progress
from etl.settings import Settings, load_settings

if TYPE_CHECKING:
    from etl.tag_lines import StoryTagger

# Bytes of stories from which on several processes tag, some 4,000 abstracts: each takes seconds to start.
BACKLOG = 2_000_000


def tag(
    source: Annotated[str, typer.Argument(metavar="IN", help="Stories: .jsonl or .parquet with id, title, text.")],
    target: Annotated[str, typer.Argument(metavar="OUT", help="Tags: .jsonl or .parquet, a line for each line read.")],
    no_recognizer: NoRecognizer = False,
    cluster: ClusterAddress = None,
    wait: Wait = WAIT,
    piece_mb: PieceMb = PIECE_MB,
) -> None:
    """Tag stories from file to file, with no database and no network; with --cluster on many machines."""
    settings = settings_of(no_recognizer)
    if cluster is not None:
        tag_spread(source, target, settings, cluster, wait=wait, piece_mb=piece_mb)
        return
    from etl.tag_files import tag_file

    with progress("Tagging stories") as report, _tagger(settings, Path(source)) as tagger:
        counts = tag_file(Path(source), Path(target), tagger=tagger, on_progress=lambda done: report(done, None))
    aside = f"; {counts.rejected:,} rejected, see {target}.rejected.jsonl" if counts.rejected else ""
    typer.echo(f"{counts.tagged:,} of {counts.read:,} stories tagged{aside}", err=True)
    if counts.read and not counts.tagged:
        raise typer.Exit(1)


@contextmanager
def _tagger(settings: Settings, source: Path) -> Iterator[StoryTagger]:
    """A tagger for a file: in this process, or for a backlog in as many as the settings allow threads."""
    from etl.tag_pool import tag_pool
    from etl.tagger.pipeline import build_tagger

    build = partial(build_tagger, settings.seeds, settings.recognizer_choice)
    if settings.threads == 1 or not source.is_file() or source.stat().st_size < BACKLOG:
        yield build()
        return
    with tag_pool(build, workers=settings.threads, folder=Path(gettempdir())) as pool:
        yield pool


def rehearse(
    change: Annotated[Path, typer.Argument(metavar="CHANGE", help="TOML: topic, and any of add, remove, threshold.")],
    source: Annotated[
        Path | None, typer.Argument(metavar="IN", help="Stories: .jsonl with id, title, text. Default: none.")
    ] = None,
    target: Annotated[
        Path | None, typer.Argument(metavar="OUT", help="What the change does: JSON Lines, one for each story.")
    ] = None,
) -> None:
    """See what a change of a topic's phrases or threshold would do to stories; nothing is stored. What the change is goes to standard
    output as JSON."""
    if (source is None) != (target is None):
        raise typer.BadParameter("name OUT beside IN")
    settings = load_settings()
    import json

    from etl.catalog import load_sources
    from etl.label_ids import label_prefixes
    from etl.rehearse import load_rehearsal, rehearse_file, told

    one = load_rehearsal(change, seeds=settings.seeds, recognizer=settings.recognizer_choice)
    typer.echo(json.dumps(told(one), ensure_ascii=False))
    if source is not None and target is not None:
        prefixes = label_prefixes(load_sources(settings.seeds).values())
        with progress("Rehearsing") as report:
            counts = rehearse_file(one, source, target, prefixes=prefixes, on_progress=report)
        typer.echo(f"{counts.flipped:,} of {counts.read:,} stories would change", err=True)


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
