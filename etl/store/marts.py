"""What is stored twice so that charts are quick: which story is on which line, what tags a story has as
one number, how much each source has of each day, and the copies."""

from __future__ import annotations

import duckdb

from etl.store.database import statement

_CHANGED = "CREATE TEMP TABLE IF NOT EXISTS line_changed (story_no INTEGER)"


def note_changed(con: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Note that the tags of these stories change, for `update_marts`; `relation` is registered and has their `story_no`."""
    con.execute(_CHANGED)
    con.execute(f'INSERT INTO line_changed SELECT story_no FROM "{relation}"')


def update_marts(con: duckdb.DuckDBPyConnection) -> int:
    """Bring lines, marks, days and copies in line with the stories and tags; how many stories were noted as changed.

    Called inside the run's transaction, after tagging. Lines that are new, or gather something else since the seeds changed,
    get all their stories; all are new in a snapshot that is older than this table.
    """
    con.execute(_CHANGED)
    con.execute(statement("store/line_stale"))
    (last,) = con.execute("SELECT coalesce(max(line_no), 0) FROM line_key").fetchall()[0]
    con.execute(statement("store/line_number"), {"last": last})
    if con.execute("SELECT 1 FROM line_key WHERE line_no > ? LIMIT 1", [last]).fetchall():
        con.execute(statement("store/line_fresh"), {"last": last})
    (changed,) = con.execute("SELECT count(DISTINCT story_no) FROM line_changed").fetchall()[0]
    con.execute(statement("store/mark_changed"))
    if changed:
        for part in statement("store/line_changed").split(";\n"):
            if part.strip():
                con.execute(part, {"last": last})
    con.execute("DROP TABLE line_changed")
    con.execute(statement("store/source_day"))
    con.execute(statement("store/copy_fact"))
    return int(changed)
