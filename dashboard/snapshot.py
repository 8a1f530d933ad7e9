"""The published snapshot, opened read-only: the only place where the dashboard touches files or the environment.

A pointer file names the current snapshot. Each run publishes a file with a new name, because a process that still holds a path
gets the old instance back when it connects again; so the name is the key of everything cached.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from dashboard.turns import Turns

HEADERS = 3 * 4096  # bytes before the first block of a DuckDB file
NAME = re.compile(r"[\w-]{1,100}")
SCHEMA = 71  # the number of the newest migration that queries here may rely on; a test holds it to etl/sql/schema
# The digest of migrations and macros, which a run leaves in its snapshot; a test holds it to theirs, too.
MADE_WITH = "c256c36b37d80fbb"
LOG_END = 1 << 18  # bytes: of years of hourly lines the last dozens are enough
QUERIES = Path(__file__).parent / "queries"
# Pages read names one by one, which Arrow's strings take ten times as long for as Python's own.
pd.set_option("mode.string_storage", "python")
# Each query takes all the cores that it may have: more of them at once are no sooner done, and keep the interpreter's own thread, for
# which all pages wait, from a core.
_TURNS = Turns(2)


class SnapshotMissing(Exception):
    """There is nothing to show yet; the message holds the remedy."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An open snapshot. `fallback_for` is what the pointer says ('' where there is none) where that could not be opened."""

    name: str
    connection: duckdb.DuckDBPyConnection
    fallback_for: str | None = None


def data_folder() -> Path:
    """Return the folder of generated data: AINEWS_DATA, or `data/` beside the code."""
    return Path(os.environ.get("AINEWS_DATA") or Path(__file__).parents[1] / "data")


def desk_folder() -> Path:
    """Return the folder of what people decide: AINEWS_DESK, or `desk/` in the folder of data."""
    return Path(os.environ.get("AINEWS_DESK") or data_folder() / "desk")


def editor_name() -> str:
    """Return who writes on a machine of one's own: AINEWS_EDITOR, '' where nobody is named. Whether that counts says `dashboard.editor`."""
    return " ".join(os.environ.get("AINEWS_EDITOR", "").split())[:100]


def current_name(data: Path) -> str:
    """Return the name that the pointer gives, '' where there is no pointer or nothing in it that could be a name."""
    try:
        name = (data / "current").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return name if NAME.fullmatch(name) else ""


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open one snapshot read-only within the memory of a small server. Raises duckdb.Error where it is not readable."""
    connection = duckdb.connect(str(path), read_only=True, config={"memory_limit": "1GB", "threads": 2})
    try:
        connection.execute("SELECT count(*) FROM run, story")  # a half-written file opens, and fails here …
        used = connection.execute("SELECT block_size * used_blocks FROM pragma_database_size()").fetchall()[0][0]
        if path.stat().st_size < HEADERS + used:  # … or, where only the end is missing, whenever a page needs that end
            raise duckdb.IOException(f"{path.name} is shorter than it says")
    except duckdb.Error:
        connection.close()
        raise
    return connection


def open_snapshot(data: Path, pointed: str) -> Snapshot:
    """Open the snapshot that the pointer names, else the newest that can be read: a broken refresh must not break the page.

    Raises SnapshotMissing where none can be read.
    """
    stored = sorted((p.stem for p in (data / "snapshots").glob("*.duckdb")), reverse=True)
    for name in [pointed, *(n for n in stored if n != pointed)]:
        path = data / "snapshots" / f"{name}.duckdb"
        if not name or not path.is_file():
            continue
        try:
            return Snapshot(name, connect(path), None if name == pointed else pointed)
        except duckdb.Error:
            continue
    raise SnapshotMissing(f"There is no data yet in {data}. Run `ainews run` once, then reload this page.")


def made_by(snapshot: Snapshot) -> str:
    """Return 'older' or 'newer' where another version of the program made the snapshot, by its migrations; else ''. Of one whose macros
    alone are others nobody can tell which is newer: a run mends it either way, so it is called older."""
    try:
        with snapshot.connection.cursor() as cursor:
            newest = cursor.execute("SELECT max(TRY_CAST(name[:3] AS INTEGER)) FROM migration").fetchall()[0][0]
            if newest is None:
                return ""
            if newest != SCHEMA:
                return "older" if newest < SCHEMA else "newer"
            made = cursor.execute("SELECT digest FROM seed_state WHERE name = 'schema'").fetchall()
    except duckdb.CatalogException:
        return ""
    return "older" if made and made[0][0] != MADE_WITH else ""


def log_stamp(data: Path) -> tuple[str, int, int] | None:
    """Return the path of the log of runs, its size and when it changed: another stamp, another log. None where there is none."""
    path = data / "runs.jsonl"
    try:
        told = path.stat()
    except OSError:
        return None
    return str(path), told.st_size, told.st_mtime_ns


def last_runs(log: Path, *, asking: bool = True) -> list[dict[str, Any]]:
    """Return the newest runs of the log, the newest first: those that asked sources over the network, or (`asking` False) all, failed
    ones too; of a line that a killed run left half written nothing."""
    try:
        with log.open("rb") as file:
            start = max(0, file.seek(0, os.SEEK_END) - LOG_END)
            file.seek(start)
            lines = file.read().split(b"\n")
    except OSError:
        return []
    found = (_entry(line, asking=asking) for line in reversed(lines[1:] if start else lines))
    return [entry for entry in found if entry]


def _entry(line: bytes, *, asking: bool) -> dict[str, Any]:
    try:
        entry = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(entry, dict) or not {"clock", "outcome"} <= entry.keys():
        return {}
    return entry if not asking or (isinstance(entry.get("sources"), dict) and entry["sources"]) else {}


@lru_cache(maxsize=64)
def sql(name: str) -> str:
    """Return the text of `queries/<name>.sql`."""
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def run_query(snapshot: Snapshot, name: str, parameters: dict[str, Any]) -> pd.DataFrame:
    """Run one named query on a cursor of its own: threads that share a connection mix up their rows."""
    with snapshot.connection.cursor() as cursor:
        return run_on(cursor, name, parameters)


def run_on(cursor: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, Any]) -> pd.DataFrame:
    """Run one named query on this cursor, in its turn."""
    bound = {k: list(v) if isinstance(v, tuple) else v for k, v in parameters.items()}
    with _TURNS:
        return cursor.execute(sql(name), bound).df()
