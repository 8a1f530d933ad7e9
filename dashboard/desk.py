"""The desk folder for the pages: what people decided, read and added to. Nothing of it is ever changed or removed (contract 4).

A file holds one envelope a line. Runs read the same files with `etl.desk_folder`, which stops at what it can't read and says why;
a page leaves such lines out and names them.
"""

from __future__ import annotations

import heapq
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from dashboard.envelope import held_in, is_json, moment_of

FILES = {"target": "targets", "view": "views", "event": "events", "judgement": "audits"}  # of other kinds: corrections
WAIT = 5.0  # seconds for another writer to finish; it needs milliseconds
REFUSED, CUT = "refused", "cut"  # what a line is that holds no entry
Stamp = tuple[tuple[str, int, int], ...]


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
    """All entries in order; the lines that a run would stop at, as file:line, and files whose last line was cut off while it was
    written, which stops nothing and counts for nothing."""

    entries: tuple[Entry, ...] = ()
    refused: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()


def desk_stamp(folder: Path) -> Stamp:
    """Return names and sizes of the files and when they changed: another stamp, other entries. Files only grow, unless somebody mends
    a line."""
    try:
        with os.scandir(folder) as entries:  # a page looks with each question: a glob takes ten times as long
            found = [(entry.path, entry.stat()) for entry in entries if entry.name.endswith(".jsonl")]
    except FileNotFoundError:
        return ()
    return tuple((path, held.st_size, held.st_ctime_ns) for path, held in sorted(found, key=lambda one: one[0]))


@lru_cache(maxsize=4)
def read_entries(stamp: Stamp) -> Desk:
    """Return what the files of `desk_stamp` hold, merged by time and id without changing the order within a file.

    Of two entries with one id the first counts; one that undoes what is not there counts for nothing.
    """
    files = [list(_lines(Path(path), size)) for path, size, _ in stamp]
    read = [[(where, entry) for where, entry in file if isinstance(entry, Entry)] for file in files]
    merged = list(heapq.merge(*read, key=lambda one: (moment_of(one[1].at), one[1].id)))
    refused = [where for file in files for where, entry in file if entry == REFUSED]
    ids, found = {entry.id for _, entry in merged}, dict[str, Entry]()
    for where, entry in merged:
        if entry.id in found or (entry.undoes is not None and entry.undoes not in ids):
            refused.append(where)
        else:
            found[entry.id] = entry
    cut = tuple(where for file in files for where, entry in file if entry == CUT)
    return Desk(tuple(found.values()), tuple(refused), cut)


def _lines(path: Path, size: int) -> Iterator[tuple[str, Entry | str]]:
    """Each line of a file as file:line with its entry, REFUSED, or CUT."""
    try:
        *lines, tail = path.read_bytes()[:size].split(b"\n")
    except OSError:
        yield path.name, REFUSED
        return
    if is_json(tail):
        lines.append(tail)
    elif tail.strip():
        yield path.name, CUT
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"{path.name}:{number}", _entry(line) or REFUSED


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

    Two people at once lose nothing: each file is locked while it is added to. Raises DeskBusy where a lock is not given in time, and
    ValueError, with nothing written, for an entry that would stop every run.
    """
    moment = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    written = tuple(replace(entry, id=entry.id or secrets.token_hex(8), at=moment) for entry in entries)
    by_file: dict[str, list[bytes]] = {}
    for entry in written:
        line = json.dumps({"v": 1, **asdict(entry)}, ensure_ascii=False).encode("utf-8")
        if held_in(line) is None:
            raise ValueError(f"no run could read {line[:200]!r}")
        by_file.setdefault(FILES.get(entry.kind, "corrections"), []).append(line)
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in by_file.items():
        try:
            with FileLock(folder / f".{name}.lock", timeout=WAIT):
                _add(folder / f"{name}.jsonl", lines)
        except Timeout as error:
            raise DeskBusy("Somebody else is writing just now, so nothing was saved. Try again.") from error
    return written


def _add(path: Path, lines: Sequence[bytes]) -> None:
    """Write behind the last whole line; a last line that was cut off is moved aside, for behind it nothing could be read."""
    with path.open("a+b") as file:
        file.seek(0)
        whole, newline, tail = file.read().rpartition(b"\n")
        if tail.strip() and not is_json(tail):
            path.with_suffix(f".cut-{secrets.token_hex(4)}").write_bytes(tail)
            file.truncate(len(whole) + len(newline))
        elif tail:
            file.write(b"\n")
        file.write(b"".join(line + b"\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())


def _entry(line: bytes) -> Entry | None:
    held = held_in(line)
    return None if held is None else Entry(**{name: held[name] for name in Entry.__dataclass_fields__})
