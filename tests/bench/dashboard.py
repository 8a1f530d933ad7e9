"""Measure the dashboard on a large snapshot: `python -m tests.bench.dashboard queries [NAME …]` or `… load [MINUTES]`.

The snapshot is the generator's world of a million stories, made once (`tests/bench/scale.py`) and brought up to this version's SQL
each time. BENCH_DATA names another data folder instead, BENCH_PORT the port of the server.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from etl.store.marts import update_marts
from etl.store.migrations import migrate
from etl.store.postings import update_postings
from tests.bench import dashboard_load, dashboard_queries
from tests.bench.scale import WORLDS, stored_world

STORIES, MINUTES = 1_000_000, 10.0


def data_folder() -> Path:
    """The folder with the snapshot to measure."""
    named = os.environ.get("BENCH_DATA")
    return Path(named) if named else stored_world(STORIES) / "data"


def brought_up(data: Path) -> Path:
    """The current snapshot, with this version's tables, macros, postings and lines."""
    path = data / "snapshots" / f"{(data / 'current').read_text().strip()}.duckdb"
    with duckdb.connect(str(path), config={"threads": 2, "memory_limit": "4GB"}) as con:
        con.execute("SET enable_progress_bar = false")
        migrate(con, at=datetime.now(UTC).replace(tzinfo=None))
        con.execute("BEGIN TRANSACTION")
        update_postings(con, run_id="")
        update_marts(con)
        con.execute("COMMIT")
    return path


def queries(path: Path, names: list[str]) -> None:
    """Measure the queries whose names begin so, print the table, and keep that of all."""
    found, missing = dashboard_queries.measure(path, names)
    with duckdb.connect(str(path), read_only=True) as con:
        ((stories, sources),) = con.execute("SELECT count(*), count(DISTINCT source_no) FROM story_fact").fetchall()
    table = dashboard_queries.as_table(found, missing, stories=stories, sources=sources)
    print(table)
    if not names:
        (WORLDS.parent / "dashboard_queries.md").write_text(table, encoding="utf-8")


def main() -> None:
    """Do what is asked for."""
    what, *rest = sys.argv[1:] or ["queries"]
    data = data_folder()
    path = brought_up(data)
    if what == "queries":
        queries(path, rest)
    elif what == "load":
        port = int(os.environ["BENCH_PORT"]) if "BENCH_PORT" in os.environ else None
        found = dashboard_load.measure(data, minutes=float(rest[0]) if rest else MINUTES, port=port)
        print(json.dumps(found, indent=1))
        (WORLDS.parent / "dashboard_load.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
