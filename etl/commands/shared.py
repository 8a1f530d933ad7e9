"""What several commands take: moments, settings, the switch for the recognizer."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from etl.errors import AinewsError
from etl.logs import LOGGER, log
from etl.settings import Settings, load_settings

NoRecognizer = Annotated[
    bool, typer.Option("--no-recognizer", help="Find organizations that no seed lists by rules alone: faster, fewer.")
]


def moment_of(text: str | None) -> datetime | None:
    """An ISO moment as naive UTC; one without a zone is UTC. Raises BadParameter for anything else."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no ISO moment such as 2026-11-25T21:00:00Z") from error
    if not 1900 <= moment.year < 9000:  # zones and the horizon of expected issues need room on both sides
        raise typer.BadParameter(f"{text!r} is not between the years 1900 and 9000")
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def now_utc() -> datetime:
    """The wall clock, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def length_of(text: str | None) -> timedelta | None:
    """A length of time such as 26h, 90m, 45s or 2d. Raises BadParameter for anything else."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if not found or int(found[1]) == 0:
        raise typer.BadParameter(f"{text!r} is no length of time such as 26h, 90m or 2d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def settings_of(no_recognizer: bool) -> Settings:
    """The settings, with or without the recognizer."""
    settings = load_settings()
    return settings.without_recognizer() if no_recognizer else settings


def say(text: str, **fields: Any) -> None:
    """What a command did: a line on standard output, or in a log of JSON the event `done` with these fields."""
    if LOGGER.handlers:
        log("done", text=text, **fields)
    else:
        typer.echo(text)


def warn(*lines: str) -> None:
    """What the operator should know, on standard error."""
    for line in lines:
        if LOGGER.handlers:
            log("warning", level=logging.WARNING, text=line)
        else:
            typer.echo(f"ainews: warning: {line}", err=True)


def fail(error: AinewsError) -> None:
    """Why a command failed, on standard error."""
    if LOGGER.handlers:
        log("failed", level=logging.ERROR, text=str(error), exit_status=error.exit_status)
    else:
        typer.echo(f"ainews: {error}", err=True)
