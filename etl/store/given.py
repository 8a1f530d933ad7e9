"""Tags that are there already, in tagged pieces: into facts and evidence by the database alone, which works on disk where memory ends."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

import duckdb

from etl.errors import AinewsError
from etl.store.database import Settling, beside, insert, statement
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
    settling: Settling | None = None,
    batch: int = BATCH,
) -> int:
    """Give the stories that wait for tags of this `version` those that pieces hold for the same title and text; how many that were.

    Called inside the run's transaction, before the others are tagged: a story whose text no piece has word for word waits on. What
    results is what tagging would have given. Raises AinewsError for a tag that the seeds' tables lack.
    """
    if not files:
        return 0
    with beside(con) as folder:
        parts = _parts(con, files, folder, version=version, batch=batch)
        done, total = 0, sum(stories for _, _, stories in parts)
        for first, last, stories in parts:
            _take(con, first, last, folder / f"tagged-{first}.parquet", version=version)
            done += stories
            if progress is not None:
                progress(done, total)
            if settling is not None:
                settling.changed(stories)
        con.execute("DROP TABLE given_file")
    return total


def _parts(
    con: duckdb.DuckDBPyConnection, files: Sequence[Path], folder: Path, *, version: str, batch: int
) -> list[tuple[int, int, int]]:
    """First and last number and how many stories, of each part of those that pieces have tags for; which, a file in the folder says.

    A temporary table would be in memory until the commit.
    """
    names = [str(file) for file in files]
    con.execute("CREATE OR REPLACE TEMP TABLE given_file (file_no BIGINT, given_file VARCHAR)")
    insert(con, "given_file", [{"file_no": number, "given_file": name} for number, name in enumerate(names)])
    given = folder / "given.parquet"
    con.execute(statement("store/given_match"), {"files": names, "tagger": version, "given": str(given)})
    con.execute("SET VARIABLE given_rows = ?", [glob.escape(str(given))])
    _forget_former(con)
    return con.execute(statement("store/given_parts"), {"batch": batch}).fetchall()


def _forget_former(con: duckdb.DuckDBPyConnection) -> None:
    """What stories had from another lexicon or other weights; new ones had nothing, and then nothing needs to be looked at."""
    con.execute(statement("store/given_former"))
    if con.execute("SELECT 1 FROM tagged LIMIT 1").fetchall():
        con.execute(statement("store/delete_tags"))
    con.execute("DROP TABLE tagged")


def _take(con: duckdb.DuckDBPyConnection, first: int, last: int, tagged: Path, *, version: str) -> None:
    """The tags of the stories from `first` to `last`, out of the files that hold some of them, by way of the file `tagged`."""
    span = {"first": first, "last": last}
    held = con.execute(statement("store/given_held"), span).fetchall()
    con.execute(statement("store/given_stage"), {**span, "files": [row[0] for row in held], "tagged": str(tagged)})
    con.execute("SET VARIABLE given_tags = ?", [glob.escape(str(tagged))])
    con.execute(statement("store/given_tagged"))
    strange = con.execute(statement("store/given_strange")).fetchall()
    if strange:
        kind, key = strange[0]
        raise AinewsError(f"the pieces hold the {kind} {key!r}, which the seeds do not list; tag their stories again")
    note_changed(con, "tagged")
    for part in statement("store/given_facts").split(";\n"):
        if part.strip():
            con.execute(part)
    con.execute(statement("store/mark_tagged"), {"tagger": version})
    con.execute("DROP VIEW tagged")
    tagged.unlink()
