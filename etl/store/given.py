"""Tags that are there already, in tagged pieces: into facts and evidence by the database alone, which works on disk where memory ends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from etl.errors import AinewsError
from etl.store.database import insert, statement
from etl.store.marts import note_changed
from etl.store.tags import Progress

# Stories whose tags are unfolded at a time: bounds memory, however many pieces there are.
BATCH = 50_000


def take_given(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[Path],
    *,
    version: str,
    progress: Progress | None = None,
    batch: int = BATCH,
) -> int:
    """Give the stories that wait for tags of this `version` those that pieces hold for the same title and text; how many that were.

    Called inside the run's transaction, before the others are tagged: a story whose text no piece has word for word waits on. What
    results is what tagging would have given. Raises AinewsError for a tag that the seeds' tables lack.
    """
    if not files:
        return 0
    names = [str(file) for file in files]
    con.execute("CREATE OR REPLACE TEMP TABLE given_file (file_no BIGINT, given_file VARCHAR)")
    insert(con, "given_file", [{"file_no": number, "given_file": name} for number, name in enumerate(names)])
    con.execute(statement("store/given_match"), {"files": names, "tagger": version})
    _forget_former(con)
    numbers = [row[0] for row in con.execute("SELECT story_no FROM given ORDER BY story_no").fetchall()]
    for first in range(0, len(numbers), batch):
        part = numbers[first : first + batch]
        _take(con, part[0], part[-1], version=version)
        if progress is not None:
            progress(first + len(part), len(numbers))
    con.execute("DROP TABLE given")
    con.execute("DROP TABLE given_file")
    return len(numbers)


def _forget_former(con: duckdb.DuckDBPyConnection) -> None:
    """What stories had from another lexicon or other weights; new ones had nothing, and then nothing needs to be looked at."""
    con.execute("CREATE OR REPLACE TEMP TABLE tagged AS SELECT story_no FROM given WHERE retold")
    if con.execute("SELECT 1 FROM tagged LIMIT 1").fetchall():
        con.execute(statement("store/delete_tags"))
    con.execute("DROP TABLE tagged")


def _take(con: duckdb.DuckDBPyConnection, first: int, last: int, *, version: str) -> None:
    """The tags of the stories from `first` to `last`, out of the files that hold some of them."""
    held = con.execute(
        "SELECT given_file FROM given_file WHERE file_no IN (SELECT place >> 40 FROM given WHERE story_no BETWEEN ? AND ?)",
        [first, last],
    )
    files = [row[0] for row in held.fetchall()]
    con.execute(statement("store/given_stage"), {"files": files, "first": first, "last": last})
    strange = con.execute(statement("store/given_strange")).fetchall()
    if strange:
        kind, key = strange[0]
        raise AinewsError(f"the pieces hold the {kind} {key!r}, which the seeds do not list; tag their stories again")
    note_changed(con, "tagged")
    for part in statement("store/given_facts").split(";\n"):
        if part.strip():
            con.execute(part)
    con.execute(statement("store/mark_tagged"), {"tagger": version})
    con.execute("DROP TABLE tagged")
