"""Clusters in the store: what a run brought joins the story that it is a copy of, and the earliest copy leads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import duckdb

from etl.cluster import DAYS, Join, LeadText, assign
from etl.cluster_similarity import overlap
from etl.cluster_text import Text
from etl.store.database import Row, incoming, rows_of, statement

# Stories held against the leads of their days at a time: bounds memory, however many a run brings.
BATCH = 2_000
# A copy that was rewritten stays in its cluster until it has less than this share of its words' runs in common with the lead: links
# and corrections that name a cluster should outlive an editor's second thoughts.
LEAVES = 0.2


def join_clusters(con: duckdb.DuckDBPyConnection, *, run_id: str, batch: int = BATCH) -> list[str]:
    """Put this run's new and changed stories into clusters; the ids of the new ones that are copies of another story, in order.

    Called inside the run's transaction, after its stories are stored and before they are tagged. A cluster's number is its
    founder's for ever; where an earlier copy arrives late, `is_lead` moves to it, in the facts too. A changed story that has
    no copies may join another; one that hardly resembles its lead any more leaves, and is then like a new one.
    """
    con.execute(statement("store/cluster_orphans"))
    _let_go(con, run_id)
    con.execute(statement("store/cluster_pending"), {"run_id": run_id})
    (total,) = con.execute("SELECT count(*) FROM cluster_pending").fetchall()[0]
    copies: list[str] = []
    for first in range(0, int(total), batch):
        copies += _join_batch(con, first, first + batch)
    con.execute("DROP TABLE cluster_pending")
    _move_leads(con, run_id)
    return _new_ones(con, copies, run_id)


def _join_batch(con: duckdb.DuckDBPyConnection, first: int, last: int) -> list[str]:
    """The ids of the stories of these places that joined, after storing that they did."""
    rows = rows_of(con, statement("store/cluster_batch"), {"first": first, "last": last})
    new = [_text(row) for row in rows]
    near = timedelta(days=DAYS)
    days = {"from_day": new[0].day - near, "to_day": new[-1].day + near}
    leads = rows_of(con, statement("store/cluster_leads"), {**days, "first": first})
    joins = assign(new, [LeadText(row["cluster_no"], _text(row)) for row in leads])
    found = [(row, join) for row, join in zip(rows, joins, strict=True) if join is not None]
    if found:
        with incoming(con, [_join_row(row, join) for row, join in found]):
            con.execute(statement("store/cluster_join"))
    return [row["story_id"] for row, _ in found]


def _join_row(row: Row, join: Join) -> dict[str, Any]:
    place = {"story_no": row["story_no"], "cluster_no": join.cluster_no, "lead_no": join.lead_no}
    return {**place, "similarity": join.similarity}


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


def _new_ones(con: duckdb.DuckDBPyConnection, story_ids: list[str], run_id: str) -> list[str]:
    """Those that this run saw for the first time; what was updated stays `updated` in the ledger."""
    query = "SELECT story_id FROM story_fact WHERE first_run = ? AND story_id IN (SELECT unnest(?))"
    fresh = {story_id for (story_id,) in con.execute(query, [run_id, story_ids]).fetchall()}
    return [story_id for story_id in story_ids if story_id in fresh]


_LEAD = ("source_no", "day", "published", "title", "body")


def _text(row: Row) -> Text:
    return Text(**{name: row[name] for name in ("story_no", *_LEAD)})
