"""What people decided, in the store: taken back before a run stores anything, and applied after it, so that an undone decision leaves
no trace and one in force outlives every tagging (contract 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import duckdb

from etl.cluster_similarity import overlap
from etl.cluster_text import Text
from etl.desk_folder import Decision
from etl.store.database import insert, rows_of, statement
from etl.store.marts import note_changed
from etl.story_decisions import HeldForDesk, decision_rows, on_stories

_TIME_ZONES = timedelta(hours=14)  # how far a place's day may be ahead of UTC


def take_back(con: duckdb.DuckDBPyConnection) -> None:
    """Make every story what it was before decisions changed it; tags stay as they are."""
    if _any(con, "story_before"):
        con.execute(statement("desk/take_back"))
        _follow(con)


def note_decisions(
    con: duckdb.DuckDBPyConnection, decisions: Iterable[Decision], *, read: Mapping[str, int], clock: datetime
) -> list[str]:
    """Put the decisions in force into their table, ask for new tags where others count than before, and return what can't be applied.

    `read` is how many bytes of each file of the desk were read, `clock` the run's now.
    """
    con.execute("DELETE FROM desk_offset")
    insert(con, "desk_offset", [{"file": name, "bytes": size} for name, size in read.items()])
    wanted = on_stories(decisions)
    if not wanted and not _any(con, "decision"):
        return []
    rows, warnings = decision_rows(wanted, _held(con, wanted, clock))
    con.execute("CREATE TEMP TABLE decided AS SELECT * FROM decision LIMIT 0")
    insert(con, "decided", rows)
    con.execute(statement("desk/stale"))
    return warnings


def correct_stories(con: duckdb.DuckDBPyConnection) -> None:
    """Apply what was decided on stories themselves: what is none, what is no copy, what is one, what has another date."""
    (n,) = con.execute("SELECT count(*) FROM decision WHERE kind IN ('story', 'cluster')").fetchall()[0]
    if not n:
        return
    con.execute(statement("desk/remember"))
    for row in rows_of(con, statement("desk/clusters")):
        _move(con, row)
    con.execute(statement("desk/correct_story"))
    _follow(con)


def correct_tags(con: duckdb.DuckDBPyConnection) -> None:
    """Apply what was decided on tags, over whatever the tagger said."""
    if _any(con, "decision"):
        con.execute(statement("desk/correct_tags"))
        note_changed(con, "decision")


def _follow(con: duckdb.DuckDBPyConnection) -> None:
    """Leads, facts and lines follow stories that moved."""
    con.execute(statement("desk/follow"))
    note_changed(con, "moved_story")
    con.execute("DROP TABLE moved_story")


def _move(con: duckdb.DuckDBPyConnection, row: Mapping[str, Any]) -> None:
    """Take one story out of its cluster or into another's."""
    _take(con, {"story_no": row["story_no"]}, "desk/alone")
    if row["other_no"] is None:
        return
    (target,) = rows_of(con, statement("desk/target"), {"story_no": row["other_no"]})
    own, lead = (_text(con, number) for number in (row["story_no"], target["lead_no"]))
    place = {"story_no": row["story_no"], "similarity": overlap(own, lead)} | target
    _take(con, place, "desk/join")


def _take(con: duckdb.DuckDBPyConnection, row: Mapping[str, Any], what: str) -> None:
    con.execute(statement("desk/moving"))
    insert(con, "moving", [row])
    con.execute(statement(what))


def _text(con: duckdb.DuckDBPyConnection, story_no: int) -> Text:
    (row,) = rows_of(con, statement("desk/text"), {"story_no": story_no})
    return Text(**row)


def _held(con: duckdb.DuckDBPyConnection, decisions: Iterable[Decision], clock: datetime) -> HeldForDesk:
    named = sorted({story for d in decisions for story in (d.story_id, d.value) if isinstance(story, str)})
    rows = rows_of(con, statement("desk/held"), {"story_ids": named, "clock": clock})
    tags = {
        "topic": _ids(con, "SELECT id FROM topic"),
        "organization": _ids(con, "SELECT id FROM organization"),
        "region": _ids(con, "SELECT code FROM region"),
    }
    renamed = dict(con.execute("SELECT unnest(was), id FROM topic").fetchall())
    stories = {row["story_id"]: (row["story_no"], (row["clock"] + _TIME_ZONES).date()) for row in rows}
    return HeldForDesk(stories, tags, renamed)


def _ids(con: duckdb.DuckDBPyConnection, query: str) -> frozenset[str]:
    return frozenset(value for (value,) in con.execute(query).fetchall())


def _any(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(con.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchall())
