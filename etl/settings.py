"""The only reader of the environment and of settings files."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from etl.errors import InputError
from etl.tagger.choice import NONE, SHIPPED, RecognizerChoice
from etl.toml_entries import read_toml

PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and how a run behaves; the fields below `seeds` are the entries of seeds/settings.toml."""

    data: Path
    desk: Path
    seeds: Path
    keep_snapshots: int
    time_zone: str
    memory_limit: str
    threads: int
    max_shrink: float
    max_growth: float
    recognizer: str
    recognizer_labels: list[str]
    tag_budget: float
    publish_every: int
    contact: str
    fetch_hosts: int
    fetch_seconds: float
    raw_days: int
    keep_daily: int
    keep_monthly: bool
    failure_command: list[str]
    failure_webhook: str
    success_ping: str
    alert_command: list[str]
    alert_webhook: str
    alert_mail: str
    mail_server: str
    mail_from: str
    dashboard_address: str
    browser: str

    @property
    def recognizer_choice(self) -> RecognizerChoice:
        """The recognizer of unlisted organizations, for the tagger."""
        return RecognizerChoice(self.recognizer, tuple(self.recognizer_labels))

    def without_recognizer(self) -> Settings:
        """The same settings, unlisted organizations being found by rules alone."""
        return replace(self, recognizer=NONE)

    def with_memory(self, limit: str) -> Settings:
        """The same settings, the database having so much memory. Raises InputError for what is no size."""
        problem = _size(limit)
        if problem:
            raise InputError(f"{limit!r} can't be used", file="--memory", remedy=f"give {problem}")
        return replace(self, memory_limit=limit)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read AINEWS_DATA, AINEWS_DESK, AINEWS_SEEDS and the two settings files.

    Raises InputError naming file and entry for a missing, unknown or unusable one.
    """
    environ = os.environ if environ is None else environ
    seeds = _folder(environ, "AINEWS_SEEDS", default_seeds())
    data = _folder(environ, "AINEWS_DATA", default_data(environ))
    desk = _folder(environ, "AINEWS_DESK", data / "desk")
    if not seeds.is_dir():
        raise InputError(
            "the seeds folder does not exist", file=seeds, remedy="set AINEWS_SEEDS to the project's seeds"
        )
    entries = _read(seeds / "settings.toml")
    missing = sorted(set(_CHECKS) - entries.keys())
    if missing:
        raise InputError("the entry is missing", file=seeds / "settings.toml", where=missing[0], remedy="add it")
    if (desk / "settings.toml").exists():
        entries |= _read(desk / "settings.toml")
    return Settings(data=data, desk=desk, seeds=seeds, **entries)


def child_environment(settings: Settings, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a process of ours: the folders as this process found them, and the packages importable."""
    environ = os.environ if environ is None else environ
    folders = {"AINEWS_DATA": settings.data, "AINEWS_DESK": settings.desk, "AINEWS_SEEDS": settings.seeds}
    paths = [str(PACKAGE.parent), *filter(None, [environ.get("PYTHONPATH")])]
    return {**environ, **{name: str(path) for name, path in folders.items()}, "PYTHONPATH": os.pathsep.join(paths)}


def give_memory_back() -> None:
    """Let Arrow, in this process and in ours, use the system's allocator: its own keeps tens of megabytes that it used once.

    Called before anything loads Arrow; who set ARROW_DEFAULT_MEMORY_POOL knows better.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def leave_behind(told: str) -> None:
    """Leave a text for the program that this process becomes."""
    os.environ[_LEFT] = told


def left_behind() -> str | None:
    """What `leave_behind` left; told once, so that no other program that is started from here takes it for its own."""
    return os.environ.pop(_LEFT, None)


_LEFT = "AINEWS_GOES_ON"


def address_of(setting: str, environ: Mapping[str, str] | None = None) -> str:
    """The address that a setting means: itself, or what the environment holds under the name of "env:NAME" ('' for nothing)."""
    name = setting.removeprefix("env:")
    return setting if name == setting else (os.environ if environ is None else environ).get(name, "")


def day_in_zone(moment: datetime, zone: str) -> date:
    """The day of a naive UTC moment in a named zone."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def default_seeds() -> Path:
    """The seeds beside the code in a checkout, those inside the package when installed."""
    return PACKAGE.parent / "seeds" if _in_checkout() else PACKAGE / "_seeds"


def default_data(environ: Mapping[str, str]) -> Path:
    """`data/` beside the code in a checkout, the user's data directory when installed."""
    if _in_checkout():
        return PACKAGE.parent / "data"
    home = environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "ai-news-trends"


def _in_checkout() -> bool:
    return (PACKAGE.parent / "pyproject.toml").is_file() and (PACKAGE.parent / "seeds").is_dir()


def _folder(environ: Mapping[str, str], name: str, default: Path) -> Path:
    """An empty variable counts as unset, as is usual."""
    value = environ.get(name)
    return Path(value).expanduser().absolute() if value else default


def _read(path: Path) -> dict[str, Any]:
    """The checked entries of one settings file."""
    entries = read_toml(path)
    for name, value in entries.items():
        if name not in _CHECKS:
            raise InputError(
                "unknown setting", file=path, where=name, remedy=f"use one of {', '.join(sorted(_CHECKS))}"
            )
        problem = _CHECKS[name](value)
        if problem:
            raise InputError(f"{value!r} can't be used", file=path, where=name, remedy=f"give {problem}")
    if "recognizer" in entries:
        entries["recognizer"] = _located(entries["recognizer"], path.parent)
    return entries


def _located(recognizer: str, folder: Path) -> str:
    """A path is meant from the folder of the settings file; a bare word is `shipped`, `none` or a package."""
    bare = recognizer in (SHIPPED, NONE) or recognizer.isidentifier()
    return recognizer if bare else str((folder / Path(recognizer).expanduser()).absolute())


def _count(value: object) -> str:
    return "" if type(value) is int and value >= 1 else "a whole number of 1 or more"


def _fraction(value: object) -> str:
    return "" if isinstance(value, int | float) and 0 <= value <= 1 else "a number from 0 to 1"


def _factor(value: object) -> str:
    return "" if isinstance(value, int | float) and value > 1 else "a number above 1"


def _size(value: object) -> str:
    return "" if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)? ?[MG]i?B", value) else 'a size such as "400MB"'


def _zone(value: object) -> str:
    problem = 'a time zone such as "Europe/Berlin"'
    if not isinstance(value, str):
        return problem
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        return problem
    return ""


def _name(value: object) -> str:
    return (
        "" if isinstance(value, str) and value.strip() else '"shipped", "none", or the name or path of a spaCy pipeline'
    )


def _labels(value: object) -> str:
    fits = isinstance(value, list) and value and all(isinstance(label, str) and label for label in value)
    return "" if fits else 'a list of labels such as ["ORG"]'


def _seconds(value: object) -> str:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    return "" if fits else "a number of seconds above 0"


def _days(value: object) -> str:
    return "" if type(value) is int and value >= 0 else "a whole number of days, 0 or more"


def _flag(value: object) -> str:
    return "" if isinstance(value, bool) else "true or false"


def _text(value: object) -> str:
    return "" if isinstance(value, str) and "\n" not in value else "a text on one line, which may be empty"


def _command(value: object) -> str:
    fits = isinstance(value, list) and all(isinstance(part, str) and part for part in value)
    return "" if fits else 'a program and its arguments such as ["/usr/bin/logger", "-t", "ainews"], or []'


def _address(value: object) -> str:
    fits = isinstance(value, str) and re.fullmatch(r"|https?://\S+|env:[A-Za-z_][A-Za-z0-9_]*", value)
    return "" if fits else 'an address with https://, "env:NAME" for one that the environment holds, or ""'


_CHECKS = {
    "keep_snapshots": _count,
    "time_zone": _zone,
    "memory_limit": _size,
    "threads": _count,
    "max_shrink": _fraction,
    "max_growth": _factor,
    "recognizer": _name,
    "recognizer_labels": _labels,
    "tag_budget": _seconds,
    "publish_every": _count,
    "contact": _text,
    "fetch_hosts": _count,
    "fetch_seconds": _seconds,
    "raw_days": _days,
    "keep_daily": _days,
    "keep_monthly": _flag,
    "failure_command": _command,
    "failure_webhook": _address,
    "success_ping": _address,
    "alert_command": _command,
    "alert_webhook": _address,
    "alert_mail": _text,
    "mail_server": _text,
    "mail_from": _text,
    "dashboard_address": _address,
    "browser": _text,
}
