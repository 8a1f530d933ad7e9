"""The command that writes a report: the dashboard makes it, in a process of its own, because nothing here imports the dashboard."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from etl.settings import Settings, address_of, child_environment, load_settings


def report(
    out: Annotated[Path, typer.Option(help="The HTML file: self-contained, replaced whole.")],
    period: Annotated[
        str,
        typer.Option(
            help="A week (2026-W30), month (2026-07), quarter (2026-Q3), or `last`: the newest whole week, else month or quarter."
        ),
    ] = "last",
    source: Annotated[
        list[str] | None,
        typer.Option(help="A source's id; may be given several times. Default: long-running; or all."),
    ] = None,
    ours: Annotated[
        list[str] | None,
        typer.Option(help="A source of your own, held against all others; beside those marked `ours`."),
    ] = None,
    pdf: Annotated[Path | None, typer.Option(help="Print it into this PDF file, too, with a Chromium.")] = None,
) -> None:
    """Write a report of one period, to be sent: balance, movers, what emerges, gaps, data health, methods."""
    settings = load_settings()
    from etl.publish import need_any_snapshot

    if warning := need_any_snapshot(settings):
        typer.echo(f"ainews: warning: {warning}", err=True)
    given = [("out", out), ("period", period), *([("pdf", pdf)] if pdf else []), *(("source", one) for one in source or ()),
             *(("ours", one) for one in ours or ())]  # fmt: skip
    done = _make(settings, [f"--{name}={value}" for name, value in given])  # a value may begin with a dash
    typer.echo(done.stdout, nl=False)
    typer.echo(done.stderr, nl=False, err=True)
    if done.returncode:
        raise typer.Exit(done.returncode)


def _make(settings: Settings, options: list[str]) -> subprocess.CompletedProcess[str]:
    """Run the dashboard's report with these options; it says what went wrong in one line and ends with its exit status."""
    places = [f"--root={address_of(settings.dashboard_address)}", f"--browser={settings.browser}"]
    command = [sys.executable, "-m", "dashboard.report", *places, *options]
    return subprocess.run(command, env=child_environment(settings), capture_output=True, text=True, check=False)
