"""Commands that make snapshots and keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from etl.commands.shared import NoRecognizer, moment_of, settings_of
from etl.progress import progress
from etl.settings import load_settings

if TYPE_CHECKING:
    from etl.run import RunReport


def run(
    clock: Annotated[
        str | None, typer.Option(help="The moment that counts as now, ISO 8601; default: the real one.")
    ] = None,
    no_recognizer: NoRecognizer = False,
) -> None:
    """Take in what is new, tag it, check it and publish a snapshot; nothing new publishes nothing."""
    moment, settings = moment_of(clock), settings_of(no_recognizer)
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


def check() -> None:
    """Validate the seeds, with the examples that they carry, and run the checks on the current snapshot."""
    settings = load_settings()
    from etl.check import check_all

    for warning in check_all(settings):
        typer.echo(f"ainews: warning: {warning}", err=True)
    typer.echo("Seeds and snapshot are in order.")


def rollback() -> None:
    """Return to the snapshot before the current one."""
    settings = load_settings()
    from etl.publish import rollback as roll_back
    from etl.store.database import storage_errors
    from etl.store.lock import writer_lock

    with storage_errors(settings.data), writer_lock(settings):
        name = roll_back(settings)
    typer.echo(f"Snapshot {name} is the current one.")
