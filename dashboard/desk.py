"""The desk folder for the pages: what people decided, read and added to. Nothing of it is ever changed or removed (contract 4).

A file holds one envelope a line. Runs read the same files with `etl.desk_folder`, which refuses what it can't read and names the line;
a page leaves such lines out and says how many.
"""

from __future__ import annotations

import heapq
import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

FILES = {"target": "targets", "view": "views", "event": "events", "judgement": "audits"}  # of other kinds: corrections
WAIT = 5.0  # seconds for another writer to finish; it needs milliseconds


class DeskBusy(Exception):
    """Nothing was written; the message holds the remedy."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One envelope. `at` is UTC as ISO text, `value` what JSON can hold; an entry with `undoes` takes that entry back and decides
    nothing else."""

    kind: str
    action: str
    by: str
    story_id: str | None = None
    tag_id: str | None = None
    value: Any = None
    why: str | None = None
    undoes: str | None = None
    id: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """All entries in order, and how many lines can't be read."""

    entries: tuple[Entry, ...] = ()
    unread: int = 0


def desk_stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    """Return names and sizes of the files: files only grow, so another stamp means other entries."""
    return tuple((str(path), path.stat().st_size) for path in sorted(folder.glob("*.jsonl")))


@lru_cache(maxsize=4)
def read_entries(stamp: tuple[tuple[str, int], ...]) -> Desk:
    """Return what the files of `desk_stamp` hold, merged by time and id without changing the order within a file."""
    files = [
        [_entry(line) for line in Path(path).read_bytes()[:size].split(b"\n") if line.strip()] for path, size in stamp
    ]
    read = [[entry for entry in file if entry] for file in files]
    merged = tuple(heapq.merge(*read, key=lambda entry: (_moment(entry.at), entry.id)))
    return Desk(merged, sum(map(len, files)) - len(merged))


def in_force(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return what counts, in order: nothing that is undone, and only the last on each kind, story and tag; a `set` replaces a `set`."""
    entries = tuple(entries)
    counts = standing(entries)
    last: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        if entry.id in counts:
            key = (entry.kind, entry.story_id, entry.tag_id, entry.action == "set")
            last.pop(key, None)
            last[key] = entry
    return tuple(last.values())


def standing(entries: Iterable[Entry]) -> frozenset[str]:
    """Return the ids of entries that decide something and are not undone; a later one may have replaced them all the same."""
    entries = tuple(entries)
    undoers: dict[str, list[str]] = {}
    for entry in entries:
        if entry.undoes is not None:
            undoers.setdefault(entry.undoes, []).append(entry.id)
    return frozenset(entry.id for entry in entries if entry.undoes is None and _stands(entry.id, undoers))


def _stands(id: str, undoers: Mapping[str, Sequence[str]]) -> bool:
    """Whether no entry that stands undoes it; what undoes each other in a circle counts for nothing."""
    waiting, seen = [id], {id}
    order: list[str] = []
    while waiting:
        order.append(waiting.pop())
        fresh = [other for other in undoers.get(order[-1], ()) if other not in seen]
        seen.update(fresh)
        waiting += fresh
    stands: dict[str, bool] = {}
    for one in reversed(order):
        stands[one] = not any(stands.get(other, False) for other in undoers.get(one, ()))
    return stands[id]


def append(folder: Path, entries: Sequence[Entry], *, now: datetime | None = None) -> tuple[Entry, ...]:
    """Add entries to their files, all of one moment, flushed to disk, and return them with their ids and time.

    Two people at once lose nothing: each file is locked while it is added to. Raises DeskBusy where a lock is not given in time.
    """
    moment = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    written = tuple(replace(entry, id=entry.id or secrets.token_hex(8), at=moment) for entry in entries)
    folder.mkdir(parents=True, exist_ok=True)
    by_file: dict[str, list[Entry]] = {}
    for entry in written:
        by_file.setdefault(FILES.get(entry.kind, "corrections"), []).append(entry)
    for name, lines in by_file.items():
        try:
            with FileLock(folder / f".{name}.lock", timeout=WAIT):
                _add(folder / f"{name}.jsonl", lines)
        except Timeout as error:
            raise DeskBusy("Somebody else is writing just now, so nothing was saved. Try again.") from error
    return written


def _add(path: Path, entries: Sequence[Entry]) -> None:
    """Write behind the last whole line; a last line that was cut off is moved aside, for behind it nothing could be read."""
    text = "".join(json.dumps({"v": 1, **asdict(entry)}, ensure_ascii=False) + "\n" for entry in entries)
    with path.open("a+b") as file:
        file.seek(0)
        whole, newline, tail = file.read().rpartition(b"\n")
        if tail.strip() and _entry(tail) is None:
            path.with_suffix(f".cut-{secrets.token_hex(4)}").write_bytes(tail)
            file.truncate(len(whole) + len(newline))
        elif tail:
            file.write(b"\n")
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _entry(line: bytes) -> Entry | None:
    """Return what a line holds; None where it is no envelope of this version."""
    try:
        held = json.loads(line.decode("utf-8"))
        if held["v"] != 1:
            return None
        entry = Entry(**{name: held[name] for name in Entry.__dataclass_fields__})
        _moment(entry.at)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return entry if entry.id and isinstance(entry.id, str) else None
