"""Decisions that no run has applied yet: they count at once, in views that say so (contract 4).

They are TEMP tables and views of one cursor under the names of the snapshot's own tables, so that every macro reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import Any

import duckdb
import pandas as pd

from dashboard.desk import Entry, in_force
from dashboard.snapshot import Snapshot, run_on, sql

KINDS = ("topic", "organization", "region", "role", "story", "cluster")


@dataclass(frozen=True, slots=True)
class Pending:
    """The decisions on stories in force, of which `fresh` are not in the snapshot and `undone` are in it and not in force any more."""

    wanted: tuple[Entry, ...] = ()
    fresh: int = 0
    undone: int = 0

    def __len__(self) -> int:
        return self.fresh + self.undone

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one state from another: entries never change."""
        return (f"{self.fresh}+{self.undone}", *(entry.id for entry in self.wanted)) if len(self) else ()


def pending_of(entries: Iterable[Entry], snapshot: Snapshot) -> Pending:
    """Return what waits for the next run; of decisions on stories that the snapshot does not hold nothing."""
    decided = [entry for entry in in_force(entries) if entry.kind in KINDS and entry.story_id]
    with snapshot.connection.cursor() as cursor:
        applied = {row[0] for row in cursor.execute("SELECT decision_id FROM decision").fetchall()}
        names = sorted({str(entry.story_id) for entry in decided if entry.id not in applied})
        held = (
            {row[0] for row in cursor.execute(sql("pending/held"), {"story_ids": names}).fetchall()} if names else set()
        )
    wanted = tuple(entry for entry in decided if entry.id in applied or entry.story_id in held)
    ids = {entry.id for entry in wanted}
    return Pending(wanted, len(ids - applied), len(applied - ids))


def show_pending(cursor: duckdb.DuckDBPyConnection, wanted: Sequence[Entry]) -> None:
    """Make this cursor read the snapshot as it will be once these decisions are applied.

    What would be a copy of what is no copy otherwise, and so on, is decided in the order in which people did.
    """
    cursor.execute(sql("pending/wanted"))
    if wanted:
        cursor.execute(sql("pending/decided"), {"rows": [_row(entry) for entry in wanted]})
    cursor.execute(sql("pending/changed"))
    for entry in wanted:
        if entry.kind == "cluster":
            other = entry.value if entry.action == "add" else None
            cursor.execute(sql("pending/moving"), {"story_id": entry.story_id, "other_id": other})
            cursor.execute(sql("pending/alone"))
    cursor.execute(sql("pending/applied"))
    (database,) = cursor.execute("SELECT current_database()").fetchall()[0]
    quoted = '"' + str(database).replace('"', '""') + '"'
    cursor.execute(sql("pending/views").replace("{database}", quoted))


AT_ONCE = 3  # cursors of one state: to make one takes as long as a chart


@dataclass(frozen=True, slots=True)
class Shown:
    """A snapshot with decisions that wait, for several threads at once: each takes a cursor of its own."""

    snapshot: Snapshot
    wanted: tuple[Entry, ...]
    idle: list[duckdb.DuckDBPyConnection] = field(default_factory=list)
    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def ask(self, query: str, parameters: dict[str, Any]) -> pd.DataFrame:
        """Run one named query on it."""
        with self._cursor() as cursor:
            return run_on(cursor, query, parameters)

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self.turns:
            try:
                cursor = self.idle.pop()
            except IndexError:
                cursor = self.snapshot.connection.cursor()
                show_pending(cursor, self.wanted)
            try:
                yield cursor
            finally:
                self.idle.append(cursor)


def _row(entry: Entry) -> dict[str, str | None]:
    value = entry.value if isinstance(entry.value, str) else None
    if entry.kind == "story" and value is not None:
        moment = datetime.fromisoformat(value)
        value = (moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)).isoformat(sep=" ")
    fields = {name: getattr(entry, name) for name in ("id", "kind", "story_id", "tag_id", "action")}
    return fields | {"value": value}
