"""The command that tells people what changed."""

from __future__ import annotations

from typing import Annotated

import typer

from etl.commands.shared import moment_of, now_utc
from etl.errors import AinewsError
from etl.settings import load_settings


def alerts(
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say where each alert stands and what would be sent; send and note nothing."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    clock: Annotated[
        str | None, typer.Option(help="The moment that counts as now, ISO 8601; default: the real one.")
    ] = None,
) -> None:
    """Where each alert of the desk folder's alerts.toml stands on the current snapshot, in numbers; send what changed."""
    now = moment_of(clock) or now_utc()
    settings = load_settings()
    from etl.alert_print import as_json, as_text
    from etl.alert_rules import load_alerts
    from etl.alert_send import channels_of
    from etl.alerts import STATE, tell
    from etl.publish import need_snapshot

    loaded = load_alerts(settings.desk)
    if loaded.problems:
        raise loaded.problems[0]
    try:
        told = tell(settings, loaded, need_snapshot(settings), now, dry=dry_run)
    except OSError as error:
        place, remedy = settings.data / STATE, "make room or grant access, then run `ainews alerts` again"
        raise AinewsError(f"{place}: what was told can't be noted ({error.strerror}); {remedy}") from error
    channels = channels_of(settings)
    typer.echo(as_json(told, channels=channels) if json else as_text(told, channels=channels, dry=dry_run), nl=False)
    for problem in told.problems:
        typer.echo(f"ainews: warning: {problem}", err=True)
    if told.problems:
        raise typer.Exit(1)
