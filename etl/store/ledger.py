"""The ledger: what a run took in, by disposition, in two sums that must come out (contract 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Literal

import duckdb

from etl.errors import AinewsError
from etl.model import Disposition, Document
from etl.store.database import insert

Level = Literal["document", "piece"]


def check_sums(documents: Sequence[Document], dispositions: Iterable[Disposition]) -> tuple[int, int]:
    """(documents, pieces) taken in; raises AinewsError unless each has exactly one disposition.

    Counted from the documents as they came, independently of the decisions.
    """
    taken: dict[Level, int] = {
        "document": len(documents),
        "piece": sum(len(d.pieces) + len(d.rejected) for d in documents),
    }
    ended = Counter(item.level for item in dispositions)
    for level, number in taken.items():
        if number != ended[level]:
            raise AinewsError(f"the ledger does not add up: {number} {level}s came in, {ended[level]} ended in it")
    return taken["document"], taken["piece"]


def write_ledger(con: duckdb.DuckDBPyConnection, run_id: str, dispositions: Sequence[Disposition]) -> None:
    """Counts of all, and a row each for what did not end as `unchanged`."""
    counts = Counter((item.source_id, item.level, item.disposition) for item in dispositions)
    columns = ("source_id", "level", "disposition")
    insert(
        con, "ledger", [{"run_id": run_id, **dict(zip(columns, key, strict=True)), "n": n} for key, n in counts.items()]
    )
    items = [{"run_id": run_id, **asdict(item)} for item in dispositions if item.disposition != "unchanged"]
    insert(con, "ledger_item", items)


def summary(dispositions: Iterable[Disposition]) -> dict[str, dict[str, int]]:
    """Counts by level and disposition, for the log and the last line of a run."""
    found: dict[str, dict[str, int]] = {"document": {}, "piece": {}}
    for item in dispositions:
        level = found[item.level]
        level[item.disposition] = level.get(item.disposition, 0) + 1
    return found
