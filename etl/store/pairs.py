"""Pairs of words, for the scan of what emerges: which are looked at, and which stories have them; kept up for what a run changed."""

from __future__ import annotations

import glob
import hashlib
from pathlib import Path

import duckdb

from etl.store.database import statement


def common_words() -> list[str]:
    """The words that only hold sentences together, as the tagger's training leaves them out, too."""
    from spacy.lang.en.stop_words import STOP_WORDS  # a run with nothing new does without

    return sorted(STOP_WORDS)


def common_mark() -> str:
    """A mark of these words, that changes with them."""
    return hashlib.sha256("\n".join(common_words()).encode()).hexdigest()[:8]


def update_pairs(con: duckdb.DuckDBPyConnection, folder: Path, *, batch: int) -> None:
    """Bring the pairs in line with the texts of the stories in the table posting_changed, whose postings are stored already.

    A pair that comes in is also looked for in the stories that did not change and have both of its words, so that the tables are the
    same however many runs the stories came in.
    """
    con.execute(statement("store/pair_word"), {"common": common_words()})
    con.execute(statement("store/pair_changed"))
    changed = _read(con, folder, "changed", batch)
    for piece in changed:
        con.execute(statement("store/pair_told"), {"piece": piece})
    (last,) = con.execute("SELECT coalesce(max(pair_no), 0) FROM pair").fetchall()[0]
    con.execute(statement("store/pair_kept"))
    for piece in changed:
        con.execute(statement("store/pair_story"), {"piece": piece, "last": 0})
    con.execute(statement("store/pair_older"), {"last": last})
    for piece in _read(con, folder, "older", batch):
        con.execute(statement("store/pair_story"), {"piece": piece, "last": last})
    con.execute("DROP TABLE pair_work; DROP TABLE pair_word")


def _read(con: duckdb.DuckDBPyConnection, folder: Path, name: str, batch: int) -> list[str]:
    """Write the pairs of the stories in the table pair_work as files; their names in order, for DuckDB."""
    (many,) = con.execute("SELECT count(*) FROM pair_work").fetchall()[0]
    pieces = [folder / f"pairs-{name}-{first:09d}.parquet" for first in range(0, many, batch)]
    for number, piece in enumerate(pieces):
        span = {"first": number * batch, "last": (number + 1) * batch}
        con.execute(statement("store/pair_batch"), {**span, "piece": str(piece)})
    return [glob.escape(str(piece)) for piece in pieces]
