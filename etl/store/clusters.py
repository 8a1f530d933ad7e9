"""Clusters in the store: what a run brought joins the story that it is a copy of, and the earliest copy leads."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from itertools import islice
from pathlib import Path

import duckdb

from etl.cluster import DAYS, LeadText, assign_sorted
from etl.cluster_similarity import overlap
from etl.cluster_text import Text
from etl.store.database import Row, beside, incoming, less_memory, rows_of, statement

# Stories read at a time, and joins written at a time: bounds memory, however many a run brings.
BATCH = 2_000
# New stories from which on the database gets by with a share of its memory while they are compared: those of a week take 15 KB each here.
MANY, SHARE = 200_000, 0.4
_BUFFER = 64 * 1024  # bytes read of a column at a time
_NEAR = timedelta(days=DAYS)
# A copy that was rewritten stays in its cluster until it has less than this share of its words' runs in common with the lead: links
# and corrections that name a cluster should outlive an editor's second thoughts.
LEAVES = 0.2


def join_clusters(con: duckdb.DuckDBPyConnection, *, run_id: str, batch: int = BATCH) -> int:
    """Put this run's new and changed stories into clusters; how many are copies of another story.

    Called inside the run's transaction, after its stories are stored and before they are tagged. A cluster's number is its
    founder's for ever; where an earlier copy arrives late, `is_lead` moves to it, in the facts too. A changed story that has
    no copies may join another; one that hardly resembles its lead any more leaves, and is then like a new one.
    """
    con.execute(statement("store/cluster_orphans"))
    _let_go(con, run_id)
    copies = 0
    with beside(con) as folder:
        joins = _joins(con, folder, run_id, batch)
        while part := list(islice(joins, batch)):
            with incoming(con, part):
                con.execute(statement("store/cluster_join"))
            copies += len(part)
    _move_leads(con, run_id)
    return copies


def _joins(con: duckdb.DuckDBPyConnection, folder: Path, run_id: str, batch: int) -> Iterator[Row]:
    """The stories that join, in order, with what they join; texts come out of files in that order, so that each is read once."""
    new, held = folder / "new.parquet", folder / "held.parquet"
    con.execute(statement("store/cluster_pending"), {"run_id": run_id, "new": str(new)})
    query = "SELECT min(day), max(day), count(*) FROM read_parquet(?)"
    ((first, last, stories),) = con.execute(query, [glob.escape(str(new))]).fetchall()
    if first is None:
        return
    days = {"from_day": first - _NEAR, "to_day": last + _NEAR}
    con.execute(statement("store/cluster_leads"), {**days, "new": glob.escape(str(new)), "held": str(held)})
    leads = (LeadText(row["cluster_no"], _text(row)) for row in _rows(held, batch))
    with less_memory(con, SHARE) if stories >= MANY else nullcontext():
        for text, join in assign_sorted(map(_text, _rows(new, batch)), leads):
            if join is not None:
                place = {"cluster_no": join.cluster_no, "lead_no": join.lead_no}
                yield {"story_no": text.story_no, **place, "similarity": join.similarity}


def _rows(file: Path, batch: int) -> Iterator[Row]:
    """The rows of a Parquet file, so many in memory at a time."""
    import pyarrow.parquet as pq  # a run with nothing new does without

    with pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False) as table:
        for part in table.iter_batches(batch, use_threads=False):
            yield from part.to_pylist()


def _let_go(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Copies that were rewritten beyond likeness stand for themselves again."""
    gone = [
        {"story_no": row["story_no"]}
        for row in rows_of(con, statement("store/cluster_changed"), {"run_id": run_id})
        if overlap(_text(row), _text({name: row[f"lead_{name}"] for name in _LEAD} | {"story_no": row["lead_no"]}))
        < LEAVES
    ]
    if gone:
        with incoming(con, gone):
            con.execute(statement("store/cluster_leave"))


def _move_leads(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    moved, *updates = statement("store/cluster_moved_leads").split(";\n")
    con.execute(moved, {"run_id": run_id})
    for update in filter(str.strip, updates):
        con.execute(update)
    con.execute("DROP TABLE cluster_moved")


_LEAD = ("source_no", "day", "published", "title", "body")


def _text(row: Row) -> Text:
    return Text(**{name: row[name] for name in ("story_no", *_LEAD)})
