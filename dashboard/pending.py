"""Decisions that no run has applied yet: they count at once, in views that say so (contract 4).

They are TEMP tables and views of one cursor under the names of the snapshot's own tables, so that every macro reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import BoundedSemaphore
from typing import Any

import duckdb
import pandas as pd

from dashboard.asked_lines import hold_phrases
from dashboard.desk import Entry, in_force
from dashboard.envelope import EARLIEST, moment_of
from dashboard.reads import changed_by
from dashboard.snapshot import Snapshot, run_on, sql

KINDS = ("topic", "organization", "region", "role", "story", "cluster")


@dataclass(frozen=True, slots=True)
class Pending:
    """The decisions on stories as the next run will have them, under the present ids of tags, of which `fresh` are not in the snapshot;
    `undone` are in it and not in force any more; `kept` can't be applied, each id with the reason. `tables` are the tables and columns
    of the snapshot that fresh and undone ones change."""

    wanted: tuple[Entry, ...] = ()
    fresh: int = 0
    undone: int = 0
    kept: tuple[tuple[str, str], ...] = ()
    tables: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return self.fresh + self.undone

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one state from another: entries never change."""
        return (f"{self.fresh}+{self.undone}", *(entry.id for entry in self.wanted)) if len(self) else ()


def pending_of(entries: Iterable[Entry], snapshot: Snapshot) -> Pending:
    """Return what waits for the next run; what that would keep without applying it is no part of it. The rules are those of
    `etl.story_decisions`."""
    with snapshot.connection.cursor() as cursor:
        applied = dict(cursor.execute("SELECT decision_id, kind FROM decision").fetchall())
        renamed = dict(cursor.execute(sql("correction_renamed")).fetchall())
        decided = [entry for entry in in_force(as_named_now(entries, renamed)) if entry.kind in KINDS]
        kept = _kept(cursor, [entry for entry in decided if entry.id not in applied])
    wanted = tuple(entry for entry in decided if entry.id not in kept)
    ids = {entry.id: entry.kind for entry in wanted}
    fresh, undone = (dict(one.items() - other.items()) for one, other in ((ids, applied), (applied, ids)))
    tables = changed_by({*fresh.values(), *undone.values()})
    return Pending(wanted, len(fresh), len(undone), tuple(kept.items()), tables)


def as_named_now(entries: Iterable[Entry], renamed: Mapping[str, str]) -> Iterator[Entry]:
    """Return the entries with their topics by present ids: former and present ones are one topic, on which the last word counts. What
    is decided on a story as a whole is about no tag, whatever its entry says."""
    for entry in entries:
        if entry.kind in ("story", "cluster") and entry.tag_id is not None:
            yield replace(entry, tag_id=None)
        elif entry.kind == "topic" and entry.tag_id is not None and entry.tag_id in renamed:
            yield replace(entry, tag_id=renamed[entry.tag_id])
        else:
            yield entry


def _kept(cursor: duckdb.DuckDBPyConnection, fresh: Sequence[Entry]) -> dict[str, str]:
    """Why a run would not apply these, by id, as far as it would not."""
    if not fresh:
        return {}
    asked = {"rows": [_row(entry) for entry in fresh], "earliest": EARLIEST}
    return dict(cursor.execute(sql("pending/kept"), asked).fetchall())


def show_pending(cursor: duckdb.DuckDBPyConnection, pending: Pending) -> None:
    """Make this cursor read the snapshot as it will be once these decisions, which are those of `pending_of`, are applied.

    What would be a copy of what is no copy otherwise, and so on, is decided in the order in which people did.
    """
    cursor.execute(sql("pending/wanted"))
    if pending.wanted:
        cursor.execute(sql("pending/decided"), {"rows": [_row(entry) for entry in pending.wanted]})
    cursor.execute(sql("pending/changed"))
    for entry in pending.wanted:
        if entry.kind == "cluster":
            other = entry.value if entry.action == "add" else None
            cursor.execute(sql("pending/moving"), {"story_id": entry.story_id, "other_id": other})
            cursor.execute(sql("pending/alone"))
    cursor.execute(sql("pending/applied"))
    (database,) = cursor.execute("SELECT current_database()").fetchall()[0]
    quoted = '"' + str(database).replace('"', '""') + '"'
    cursor.execute(sql("pending/views").replace("{database}", quoted))
    if "source_day" in pending.tables:
        cursor.execute(sql("pending/days").replace("{database}", quoted))


AT_ONCE = 3  # cursors of one state: to make one takes as long as a chart


@dataclass(frozen=True, slots=True)
class Shown:
    """A snapshot with decisions that wait and phrases that restrict its stories, for several threads at once: each takes a cursor of its
    own."""

    snapshot: Snapshot
    pending: Pending
    phrases: tuple[str, ...] = ()
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
                if len(self.pending):
                    show_pending(cursor, self.pending)
                if self.phrases:
                    hold_phrases(cursor, self.phrases)
            try:
                yield cursor
            finally:
                self.idle.append(cursor)


def _row(entry: Entry) -> dict[str, str | None]:
    value = entry.value if isinstance(entry.value, str) else None
    if entry.kind == "story" and value is not None:
        value = moment_of(value).isoformat(sep=" ")
    fields = {name: getattr(entry, name) for name in ("id", "kind", "story_id", "tag_id", "action")}
    return fields | {"value": value}
