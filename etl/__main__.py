"""The command line, thin: the commands by group, and errors as one line with their exit status."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from etl import __version__
from etl.commands import alerts, operate, reading, refresh, report, sources, tagging
from etl.commands.shared import fail
from etl.errors import AinewsError
from etl.onward import GoesOn, begin_anew
from etl.settings import give_memory_back

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
app.command(name="run")(refresh.run)
app.command(name="app")(reading.serve_app)
app.command(name="import")(refresh.import_issues)
for _command in (
    reading.status,
    reading.explain,
    reading.candidates,
    refresh.retag,
    refresh.build,
    refresh.check,
    refresh.rollback,
    alerts.alerts,
    report.report,
    operate.publish,
    operate.backup,
    operate.restore,
    tagging.tag,
    tagging.split,
    tagging.rehearse,
    tagging.train,
    tagging.evaluate,
):
    app.command()(_command)
app.add_typer(sources.app)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; an AinewsError becomes one line on standard error and its exit status."""
    give_memory_back()
    try:
        app(arguments, prog_name="ainews")
    except GoesOn as rest:
        begin_anew(rest)
    except AinewsError as error:
        fail(error)
        sys.exit(error.exit_status)


def _version(value: bool) -> None:
    if value:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


if __name__ == "__main__":
    main()
