"""Postings for full-text search: which story has which word, and pairs of words; kept up for what a run changed."""

from __future__ import annotations

import glob
from pathlib import Path

import duckdb

from etl.store.database import beside, statement
from etl.store.pairs import common_mark, update_pairs

# Stories split into words at a time, and postings sorted at a time: bounds memory on the first run over a large archive.
BATCH = 20_000
PART = 2_000_000


def update_postings(con: duckdb.DuckDBPyConnection, *, run_id: str, batch: int = BATCH, part: int = PART) -> int:
    """Bring the postings in line with the texts of this run's new, changed and removed stories; how many that were.

    Called inside the run's transaction, after stories are stored. Stories without postings, as in a snapshot that is older
    than them, get theirs too.
    """
    common = common_mark()
    con.execute(statement("store/posting_changed"), {"run_id": run_id, "common": common})
    changed, written = con.execute("SELECT count(*), count(place) FROM posting_changed").fetchall()[0]
    if changed:
        con.execute(statement("store/posting_forget"))
        with beside(con) as folder:
            if written:
                for first in range(0, int(written), batch):
                    _write_piece(con, folder, first, first + batch)
                _store(con, folder, part)
            update_pairs(con, folder, batch=batch)
        con.execute(statement("store/posting_done"), {"common": common})
        con.execute("DROP TABLE posting_changed")
    return int(changed)


def _write_piece(con: duckdb.DuckDBPyConnection, folder: Path, first: int, last: int) -> None:
    """The postings of the stories at these places as a file."""
    words, piece = folder / "words.parquet", folder / f"piece-{first:09d}.parquet"
    con.execute(statement("store/posting_batch"), {"first": first, "last": last, "words": str(words)})
    con.execute(statement("store/posting_term"), {"words": glob.escape(str(words))})
    con.execute(statement("store/posting_number"), {"words": glob.escape(str(words)), "piece": str(piece)})


def _store(con: duckdb.DuckDBPyConnection, folder: Path, part: int) -> None:
    """All pieces into their tables, word after word."""
    pieces = {"pieces": glob.escape(str(folder)) + "/piece-*.parquet"}
    for first, last in con.execute(statement("store/posting_part"), {**pieces, "size": part}).fetchall():
        con.execute(statement("store/posting_store"), {**pieces, "first": first, "last": last})
    con.execute(statement("store/posting_count"), pieces)
    con.execute(statement("store/posting_story"), pieces)
