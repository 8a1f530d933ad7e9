"""Postings for full-text search: which story has which word, kept up for what a run changed."""

from __future__ import annotations

import duckdb

from etl.store.database import statement

# Stories split into words at a time: bounds memory on the first run over a large archive.
BATCH = 20_000


def update_postings(con: duckdb.DuckDBPyConnection, *, run_id: str, batch: int = BATCH) -> int:
    """Bring the postings in line with the texts of this run's new, changed and removed stories; how many that were.

    Called inside the run's transaction, after stories are stored. Stories without postings, as in a snapshot that is older
    than them, get theirs too.
    """
    con.execute(statement("store/posting_changed"), {"run_id": run_id})
    changed, written = con.execute("SELECT count(*), count(place) FROM posting_changed").fetchall()[0]
    if changed:
        con.execute(statement("store/posting_forget"))
        for first in range(0, int(written), batch):
            con.execute(statement("store/posting_batch"), {"first": first, "last": first + batch})
            con.execute(statement("store/posting_number"))
        con.execute(statement("store/posting_store"))
    return int(changed)
