"""What is stored twice so that charts are quick: which story is on which line, what tags a story has as
one number, how much each source has of each day, and the copies."""

from __future__ import annotations

import glob

import duckdb

from etl.store.database import Settling, beside, statement

# Stories of which lines and marks are made at a time: bounds memory, however many a run brings.
PART = 200_000
_CHANGED = "CREATE TEMP TABLE IF NOT EXISTS line_changed (story_no INTEGER)"
_LAST_LINE = 2**31 - 1


def note_changed(con: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Note that the tags of these stories change, for `update_marts`; `relation` is registered and has their `story_no`."""
    con.execute(_CHANGED)
    con.execute(f'INSERT INTO line_changed SELECT story_no FROM "{relation}"')


def update_marts(con: duckdb.DuckDBPyConnection, settling: Settling | None = None, *, part: int = PART) -> int:
    """Bring lines, marks, days and copies in line with the stories and tags; how many stories were noted as changed.

    Called inside the run's transaction, after tagging. Lines that are new, or gather something else since the seeds changed,
    get all their stories; all are new in a snapshot that is older than this table.
    """
    con.execute(_CHANGED)
    con.execute(statement("store/line_stale"))
    (last,) = con.execute("SELECT coalesce(max(line_no), 0) FROM line_key").fetchall()[0]
    con.execute(statement("store/line_number"), {"last": last})
    if con.execute("SELECT 1 FROM line_key WHERE line_no > ? LIMIT 1", [last]).fetchall():
        con.execute(statement("store/line_fresh"))
        _add_lines(con, part, after=last, up_to=_LAST_LINE)
    (changed,) = con.execute("SELECT count(DISTINCT story_no) FROM line_changed").fetchall()[0]
    _update_marks(con, settling, part)
    if changed and last:
        con.execute(statement("store/line_changed"), {"last": last})
        con.execute(statement("store/line_work"))
        _add_lines(con, part, after=0, up_to=last)
    con.execute("DROP VIEW IF EXISTS mart_work; DROP TABLE line_changed")
    con.execute(statement("store/source_day"))
    con.execute(statement("store/copy_fact"))
    return int(changed)


def _add_lines(con: duckdb.DuckDBPyConnection, part: int, *, after: int, up_to: int) -> None:
    """The stories in view mart_work on the lines above `after` up to `up_to`, sorted by line: by way of files."""
    with beside(con) as folder:
        parts = _parts(con, part)
        for first, last, _ in parts:
            span = {"first": first, "last": last, "after": after, "up_to": up_to}
            con.execute(statement("store/line_part"), {**span, "piece": str(folder / f"{first}.parquet")})
        if parts:
            con.execute(statement("store/line_insert"), {"pieces": f"{glob.escape(str(folder))}/*.parquet"})


def _update_marks(con: duckdb.DuckDBPyConnection, settling: Settling | None, part: int) -> None:
    """The marks of stories whose tags changed or that have none yet."""
    con.execute(statement("store/mark_work"))
    for first, last, stories in _parts(con, part):
        con.execute(statement("store/mark_now"), {"first": first, "last": last})
        con.execute(statement("store/mark_changed"))
        if settling is not None:
            settling.changed(stories)
    con.execute(statement("store/mark_gone"))


def _parts(con: duckdb.DuckDBPyConnection, size: int) -> list[tuple[int, int, int]]:
    """The stories in view mart_work, in parts: first and last number, and how many."""
    return con.execute(statement("store/mart_parts"), {"size": size}).fetchall()
