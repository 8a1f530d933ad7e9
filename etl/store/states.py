"""What sources remember and how they ended, into their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from etl.intake import Outcome
from etl.sources.taken import State
from etl.store.database import incoming, insert, statement


def write_states(con: duckdb.DuckDBPyConnection, states: Mapping[str, State]) -> None:
    """Put what these sources remember in the place of what they remembered; other sources' stays."""
    if not states:
        return
    with incoming(con, [{"source_id": source_id} for source_id in states]):
        con.execute(statement("store/forget_states"))
    rows = [
        {"source_id": source_id, "name": name, "value": value}
        for source_id, state in states.items()
        for name, value in state.items()
    ]
    insert(con, "fetch_state", rows)


def write_outcomes(con: duckdb.DuckDBPyConnection, run_id: str, outcomes: Sequence[Outcome]) -> None:
    """A row for each source that was asked."""
    names = ("source_id", "outcome", "reason", "detail", "documents")
    insert(con, "source_run", [{"run_id": run_id, **{name: getattr(o, name) for name in names}} for o in outcomes])
