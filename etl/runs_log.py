"""`data/runs.jsonl`, a line for each run: read from its end, because years of hourly lines lie before what is asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

# Outcomes of a run that looked for news and came through, and of a source that did not.
GOOD = frozenset({"published", "unchanged"})
FAILED = frozenset({"failed", "part"})

_BLOCK = 1 << 16
# Runs to read back: a source that is left out of a single run (`--only`) is found all the same; more only while one keeps failing.
_SETTLED, _MOST = 200, 5_000


@dataclass(slots=True)
class History:
    """How often in a row a source failed up to its newest run (reaching back at most 5,000 runs), and its last success (UTC)."""

    failures: int = 0
    reason: str | None = None
    last_success: datetime | None = field(default=None)


def lines_backwards(path: Path) -> Iterator[bytes]:
    """The lines of a file from the last to the first, without their ends; nothing where there is no file."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        position, tail = file.seek(0, os.SEEK_END), b""
        while position:
            size = min(_BLOCK, position)
            position -= size
            file.seek(position)
            tail, *lines = (file.read(size) + tail).split(b"\n")
            yield from reversed(lines)
        yield tail


def entries_backwards(log: Path) -> Iterator[dict[str, Any]]:
    """The readable entries from the newest: a killed run may leave half a line."""
    for line in lines_backwards(log):
        try:
            entry = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict) and {"clock", "outcome"} <= entry.keys():
            yield entry


def last_run(log: Path) -> dict[str, Any] | None:
    """The newest readable entry."""
    return next(entries_backwards(log), None)


def last_good(log: Path) -> datetime | None:
    """When a run last looked for news and came through, by the wall clock (naive UTC)."""
    return next((moment_of(entry) for entry in entries_backwards(log) if entry["outcome"] in GOOD), None)


def moment_of(entry: Mapping[str, Any]) -> datetime:
    """When a run ended by the wall clock, or where that is not said, its own "now" (naive UTC)."""
    return datetime.fromisoformat(entry.get("finished", entry["clock"]).removesuffix("Z"))


def unfinished(log: Path) -> frozenset[str]:
    """The snapshots of the newest 200 runs after which the rest of files waited: each holds a part of a backlog."""
    newest = islice(entries_backwards(log), _SETTLED)
    return frozenset(str(entry["snapshot"]) for entry in newest if entry.get("waiting") and "snapshot" in entry)


def source_histories(log: Path) -> dict[str, History]:
    """source_id → how it fared in the runs that asked it."""
    found: dict[str, History] = {}
    failing: set[str] = set()
    for number, entry in enumerate(_with_sources(log), 1):
        for source, told in entry["sources"].items():
            if source not in found:
                found[source] = History()
                failing.add(source)
            if source in failing and not _count(found[source], told, moment_of(entry)):
                failing.discard(source)
        if number >= (_MOST if failing else _SETTLED):
            break
    return found


def failures_in_a_row(log: Path) -> dict[str, int]:
    """source_id → the number of runs in a row, up to the newest that asked it, in which it failed; 0 where it came."""
    return {source: history.failures for source, history in source_histories(log).items()}


def _with_sources(log: Path) -> Iterator[dict[str, Any]]:
    return (entry for entry in entries_backwards(log) if isinstance(entry.get("sources"), dict))


def _count(history: History, told: Mapping[str, Any], at: datetime) -> bool:
    """Add one run, going back in time; whether the row of failures goes on."""
    if told.get("outcome") not in FAILED:
        history.last_success = at
        return False
    history.failures += 1
    history.reason = history.reason or told.get("reason")
    return True
