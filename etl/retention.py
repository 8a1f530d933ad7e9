"""Which snapshots stay, and which raw answers they need: a decision over names, and its reading of folders."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from etl.desk_folder import in_force, read_desk, without_removed_views
from etl.errors import InputError
from etl.settings import Settings

NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
STAMP = "%Y%m%dT%H%M%SZ"
# Found in a log as text: a damaged line must not cost the answers that the others name.
_DIGEST = re.compile(r'"digest": ?"([0-9a-f]{64})"')
_TEXTS = frozenset({".csv", ".html", ".json", ".md", ".toml", ".txt"})


@dataclass(frozen=True, slots=True)
class Keep:
    """The newest `last`, the last one of each of the newest `daily` days, and the last one of each month (`monthly`)."""

    last: int
    daily: int
    monthly: bool


def moment_of_name(name: str) -> datetime:
    """When a snapshot was made, as its name says (naive UTC)."""
    return datetime.strptime(name.partition("-")[0], STAMP)


def run_of_name(name: str) -> str:
    """The run that made a snapshot."""
    return name.rpartition("-")[2]


def kept(
    names: Collection[str], keep: Keep, *, needed: Collection[str] = (), parts: Collection[str] = ()
) -> frozenset[str]:
    """Those of the names that stay: what `keep` says, and what is `needed` for another reason.

    `parts` hold only a part of a backlog: they push no other out and are not among the newest that stay.

    Days (UTC) count back from the newest snapshot, not from now: a machine that slept for a year wakes with what it had. That
    the last one of a day or month is kept makes pruning after each run come to the same as pruning once.
    """
    ordered = sorted(names)
    whole = [name for name in ordered if name not in parts]
    days = {moment_of_name(name).date(): name for name in ordered}
    months = {(day.year, day.month): name for day, name in days.items()}
    first = _days_before(max(days), keep.daily) if days else None
    return frozenset(
        [
            *(whole[-keep.last :] if keep.last else ()),
            *(name for day, name in days.items() if first is not None and day > first),
            *(months.values() if keep.monthly else ()),
            *(name for name in ordered if name in needed),
        ]
    )


def _days_before(day: date, number: int) -> date:
    """So many days before; who writes a million for "always" means the first day that there is."""
    return day - timedelta(days=min(number, (day - date.min).days))


def named_by_desk(desk: Path) -> frozenset[str]:
    """The snapshots that entries in force or other texts of the desk folder name: saved views until they are removed, reports.

    Where the entries can't be read, every name in the files counts: a slip of the pen must not delete what a view needs.
    """
    try:
        values: Iterable[Any] = [
            decision.value for decision in without_removed_views(in_force(read_desk(desk).decisions))
        ]
    except InputError:
        values = [path.read_text(encoding="utf-8", errors="replace") for path in desk.glob("*.jsonl") if path.is_file()]
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in _other_texts(desk))
    return frozenset(name for text in (*_strings(values), *texts) for name in NAME.findall(text))


def _other_texts(desk: Path) -> Iterator[Path]:
    for path in sorted(desk.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(desk).parts)
        if path.suffix in _TEXTS and not hidden and path.is_file():
            yield path


def _strings(value: Any) -> Iterator[str]:
    """Every text inside a value that came from JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings([*value.keys(), *value.values()])
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def kept_digests(settings: Settings) -> frozenset[str]:
    """The raw answers that the runs received which made the snapshots on disk: with them each can be replayed."""
    needed = _runs_of_snapshots(settings)
    return frozenset(
        digest
        for log in _fetch_logs(settings)
        if log.stem in needed
        for digest in _DIGEST.findall(log.read_text(encoding="utf-8", errors="replace"))
    )


def prune_raw(settings: Settings, *, clock: datetime) -> list[str]:
    """Delete fetch logs and raw answers older than `raw_days` that no snapshot on disk needs; returns the runs forgotten.

    `clock` is the run's (naive UTC). Call it under the writer's lock, after `prune`.
    """
    from etl.fetch.raw import prune as prune_answers

    before = datetime.combine(_days_before(clock.date(), settings.raw_days), clock.time())
    needed = _runs_of_snapshots(settings)
    old = [log for log in _fetch_logs(settings) if log.stem not in needed and _changed(log) < before]
    for log in old:
        log.unlink()
    prune_answers(settings.data / "raw", keep=kept_digests(settings), older_than=before)
    return [log.stem for log in old]


def _fetch_logs(settings: Settings) -> list[Path]:
    """What each run asked for and received; a file is named after its run."""
    return sorted((settings.data / "fetch").glob("*.jsonl"))


def _runs_of_snapshots(settings: Settings) -> frozenset[str]:
    found = (path.stem for path in (settings.data / "snapshots").glob("*.duckdb"))
    return frozenset(run_of_name(name) for name in found if NAME.fullmatch(name))


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
