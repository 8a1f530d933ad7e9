"""The samples of audits as files of the desk folder, `audits/NAME.json`: written once, whole or not at all, and never changed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dashboard.audit import Audit, as_held, audit_of

FOLDER = "audits"
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Held:
    """The audits of the desk folder, and which of its files can't be read, each with the reason."""

    audits: tuple[Audit, ...]
    problems: tuple[str, ...]


def audits_stamp(folder: Path) -> Stamp:
    """Return names and sizes of the files and when they changed: another stamp, other audits."""
    found = ((path, path.stat()) for path in sorted((folder / FOLDER).glob("*.json")))
    return tuple((str(path), held.st_size, held.st_ctime_ns) for path, held in found)


@lru_cache(maxsize=4)
def read_audits(stamp: Stamp) -> Held:
    """Return what the files of `audits_stamp` hold; a file must be called as its audit."""
    audits, problems = [], []
    for path in (Path(path) for path, *_ in stamp):
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            json.dumps(
                found, ensure_ascii=False
            ).encode()  # an escape can write half a character, which no page can show
            audit = audit_of(found)
            if audit.name != path.stem:
                raise ValueError(f"the file of the audit {audit.name} is called {path.name}")
        except (OSError, ValueError, RecursionError) as error:
            problems.append(f"{FOLDER}/{path.name}: {_why(error)}")
        else:
            audits.append(audit)
    return Held(tuple(audits), tuple(problems))


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"it can’t be read: {error.strerror}"
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON from line {error.lineno} on"
    if isinstance(error, UnicodeError):
        return "it holds what is no text"
    return "its brackets go too deep" if isinstance(error, RecursionError) else str(error)


def save_audit(folder: Path, audit: Audit) -> Path:
    """Write an audit, flushed to disk, and return its path. Raises FileExistsError where one of that name is there."""
    held = as_held(audit)
    audit_of(held)  # what can't be read must not be written
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    partial, path = place / f".{audit.name}.part", place / f"{audit.name}.json"
    with partial.open("w", encoding="utf-8") as file:
        json.dump(held, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(partial, path)  # unlike a rename it replaces nothing
    finally:
        partial.unlink()
    return path
