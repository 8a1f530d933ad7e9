"""The log on standard error: lines for people, or one JSON object a line for a collector of logs."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

LOGGER = logging.getLogger("ainews")


class LogFormat(StrEnum):
    """How a line of the log looks."""

    text = "text"
    json = "json"


def set_up(log_format: LogFormat = LogFormat.text, *, level: int = logging.INFO) -> None:
    """Send the log to standard error in this format; a second call replaces what the first one set up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if log_format is LogFormat.json else _Text())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(level)
    LOGGER.propagate = False


def log(event: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Log an event (a few fixed words, to be searched for) with what varies as fields."""
    LOGGER.log(level, event, extra={"fields": fields})


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """As one line; a field can't take the place of time, level or event."""
        fixed = {"time": _time(record), "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps(fixed | {key: value for key, value in _fields(record).items() if key not in fixed},
                          ensure_ascii=False, default=str)  # fmt: skip


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """As `time LEVEL event key=value`."""
        fields = "".join(f" {key}={_shown(value)}" for key, value in _fields(record).items())
        return f"{_time(record)} {record.levelname} {' '.join(record.getMessage().split())}{fields}"


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return getattr(record, "fields", {})


def _time(record: logging.LogRecord) -> str:
    return f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S}Z"


def _shown(value: object) -> str:
    """Quoted where it is not one word, so that a line stays one line."""
    text = str(value)
    return (
        text
        if text and not any(char.isspace() or char in '"=' for char in text)
        else json.dumps(text, ensure_ascii=False)
    )
