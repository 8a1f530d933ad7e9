"""Make a load, or show how well loads fit: `python -m tests.bench.generate --help`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from etl.errors import AinewsError
from etl.progress import progress
from etl.settings import default_seeds, load_settings
from tests.bench.generate import fit as fitting
from tests.bench.generate.compare import as_text
from tests.bench.generate.compare import compare as compare_load
from tests.bench.generate.files import write_load
from tests.bench.generate.load import END, START, Load, make_load
from tests.bench.generate.model import load_model
from tests.bench.generate.seeds_folder import add_later, write_seeds
from tests.bench.generate.snapshot import fill_snapshot

KEPT = Path(__file__).resolve().parents[3] / "data" / "bench" / "generated.md"
app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Number = Annotated[int, typer.Argument(metavar="N", min=1, help="How many stories.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same bytes.")]
Start = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day.")]
End = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day.")]
Sources = Annotated[int | None, typer.Option(min=1, help="How many sources; default: by the number of stories.")]
_START, _END = (datetime(day.year, day.month, day.day) for day in (START, END))


@app.command()
def stories(
    number: Number,
    target: Annotated[Path, typer.Argument(metavar="OUT", help="x.jsonl, x.parquet, or a folder: Parquet by year.")],
    tagged: Annotated[bool, typer.Option("--tagged", help="Also write their tags, as `ainews tag` would.")] = False,
    seed: Seed = 1,
    start: Start = _START,
    end: End = _END,
    sources: Sources = None,
) -> None:
    """Stories in the fields that `ainews tag` reads."""
    load = _load(number, seed, start, end, sources)
    with progress("Writing stories") as report:
        for path in write_load(load, target, tagged=tagged, on_progress=report):
            typer.echo(path)


@app.command()
def world(
    number: Number,
    target: Annotated[Path, typer.Argument(metavar="OUT", help="A new folder: seeds/ and data/ come into it.")],
    snapshot: Annotated[bool, typer.Option("--snapshot", help="Fill data/ too, without tagging.")] = False,
    later: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Keep stories from this day on for `later`.")
    ] = None,
    seed: Seed = 1,
    start: Start = _START,
    end: End = _END,
    sources: Sources = None,
) -> None:
    """A seeds folder that `ainews run` takes in, and with --snapshot the data folder that it would make of it."""
    load = _load(number, seed, start, end, sources)
    if snapshot and later:
        raise typer.BadParameter("a snapshot is filled with all stories: give --snapshot or --later")
    with progress("Writing the archive") as report:
        write_seeds(
            load, target / "seeds", base=default_seeds(), later=later.date() if later else None, on_progress=report
        )
    (target / "data").mkdir()
    if snapshot:
        settings = load_settings({name: str(target / folder) for name, folder in _FOLDERS.items()})
        with progress("Filling the snapshot") as report:
            fill_snapshot(load, settings, on_progress=report)
    typer.echo(" ".join(f"{name}={target / folder}" for name, folder in _FOLDERS.items()))


_FOLDERS = {"AINEWS_SEEDS": "seeds", "AINEWS_DATA": "data"}


@app.command()
def later(target: Annotated[Path, typer.Argument(metavar="OUT", help="The folder of `world --later`.")]) -> None:
    """Add the stories that were kept for later, as the next days would."""
    typer.echo(f"{add_later(target / 'seeds'):,} stories added")


@app.command()
def fit() -> None:
    """Fit fitted.json anew, from the seeds' archive and the tags that our tagger gives it."""
    fitting.write(fitting.fit(default_seeds()))


@app.command()
def compare(number: Annotated[int, typer.Argument(metavar="[N]")] = 10_000, seed: Seed = 1) -> None:
    """Show the archive against a load, and keep the table in data/bench/."""
    text = as_text(compare_load(make_load(load_model(), number, seed=seed)))
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(text, encoding="utf-8")
    typer.echo(text, nl=False)


def _load(number: int, seed: int, start: datetime, end: datetime, sources: int | None) -> Load:
    first, last = date(start.year, start.month, start.day), date(end.year, end.month, end.day)
    try:
        return make_load(load_model(), number, seed=seed, sources=sources, start=first, end=last)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


if __name__ == "__main__":
    try:
        app(prog_name="python -m tests.bench.generate")
    except (AinewsError, FileExistsError) as error:
        raise SystemExit(f"generate: {error}") from error
