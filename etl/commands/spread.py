"""`ainews tag --cluster`: what the command line says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from etl.commands.shared import warn
from etl.errors import AinewsError
from etl.progress import progress
from etl.settings import Settings

if TYPE_CHECKING:
    from etl.scale_out.tagging import SpreadReport

WAIT, PIECE_MB = 60.0, 8.0
ClusterAddress = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Spread the work over a Dask cluster: tcp://scheduler:8786, or `local` for as many processes as `threads` in the "
        "settings says. IN is then a file, a folder or a pattern with *, and OUT a folder of Parquet by month; both may be in an "
        "object store (s3://...). The same call again does only what is left.",
    ),
]
Wait = Annotated[
    float, typer.Option(min=1, help="With --cluster: seconds in which a scheduler and a worker have to be there.")
]
PieceMb = Annotated[
    float,
    typer.Option("--piece-mb", min=0.001, help="With --cluster: megabytes of stories that a worker takes at a time."),
]


def tag_spread(source: str, target: str, settings: Settings, cluster: str, *, wait: float, piece_mb: float) -> None:
    """Tag on a cluster, and say what came of it; exit status 1 where stories were read and none was tagged.

    Raises AinewsError where the extra is not installed, and for what `tag_on_cluster` raises it.
    """
    try:
        from etl.scale_out.cluster import address_of_cluster
        from etl.scale_out.tagging import How, tag_on_cluster
    except ModuleNotFoundError as error:
        problem = f"--cluster needs {error.name}, which is not installed"
        raise AinewsError(f"{problem}; say pip install 'ai-news-trends[cluster]', here and on every worker") from error
    try:
        address = address_of_cluster(cluster)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--cluster") from error
    with progress("Tagging stories") as report:
        how = How(address, warn, report, wait=wait, piece_bytes=round(piece_mb * 1e6))
        spread = tag_on_cluster(source, target, settings=settings, how=how)
    _tell(spread, target)
    if spread.counts.read and not spread.counts.tagged:
        raise typer.Exit(1)


def _tell(spread: SpreadReport, target: str) -> None:
    counts = spread.counts
    aside = f"; {counts.rejected:,} rejected, see {target.rstrip('/')}.rejected.jsonl" if counts.rejected else ""
    before = spread.pieces - spread.done_now
    had = f" ({before:,} were there already)" if before else ""
    typer.echo(f"{counts.tagged:,} of {counts.read:,} stories tagged in {spread.pieces:,} pieces{had}{aside}", err=True)
    for worker, (stories, seconds) in sorted(spread.workers.items()):
        typer.echo(f"  {worker}: {stories:,} stories in {seconds:,.1f} s of processor", err=True)
