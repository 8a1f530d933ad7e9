"""The ledger: what a run took in, by disposition, in two sums that must come out (contract 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import duckdb

from etl.errors import AinewsError
from etl.model import Disposition, Document
from etl.store.database import insert, statement

Level = Literal["document", "piece"]
_ITEM = tuple(Disposition.__dataclass_fields__)


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


class Tally:
    """What a run took in, counted as it comes: a run over a hundred thousand documents keeps none of them.

    `counts` are by source, level and disposition; only `unchanged` is missing in the ledger's rows.
    """

    def __init__(self) -> None:
        self.documents = self.pieces = 0
        self.counts: Counter[tuple[str, Level, str]] = Counter()

    def add(self, documents: Sequence[Document], dispositions: Sequence[Disposition]) -> None:
        """Count one part of the run; raises AinewsError where its sums do not come out."""
        taken, pieces = check_sums(documents, dispositions)
        self.documents, self.pieces = self.documents + taken, self.pieces + pieces
        self.counts.update((item.source_id, item.level, item.disposition) for item in dispositions)

    def copies(self, by_source: Mapping[str, int]) -> None:
        """Turn so many pieces of each source from `new` into `copy`."""
        for source_id, n in by_source.items():
            self.counts[(source_id, "piece", "new")] -= n
            self.counts[(source_id, "piece", "copy")] += n

    def summary(self) -> dict[str, dict[str, int]]:
        """Counts by level and disposition, for the log and the last line of a run."""
        found: dict[str, dict[str, int]] = {"document": {}, "piece": {}}
        for (_, level, disposition), n in self.counts.items():
            if n:
                found[level][disposition] = found[level].get(disposition, 0) + n
        return found


def write_items(con: duckdb.DuckDBPyConnection, run_id: str, dispositions: Iterable[Disposition]) -> None:
    """A row each for what did not end as `unchanged`."""
    items = [
        {"run_id": run_id, **{name: getattr(item, name) for name in _ITEM}}  # `asdict` takes nine times as long
        for item in dispositions
        if item.disposition != "unchanged"
    ]
    insert(con, "ledger_item", items)


def write_counts(con: duckdb.DuckDBPyConnection, run_id: str, tally: Tally) -> None:
    """Counts of all; check `14_ledger_item` holds them against the rows."""
    columns = ("source_id", "level", "disposition")
    rows = [
        {"run_id": run_id, **dict(zip(columns, key, strict=True)), "n": n} for key, n in tally.counts.items() if n > 0
    ]
    insert(con, "ledger", rows)


def mark_copies(con: duckdb.DuckDBPyConnection, run_id: str, tally: Tally) -> None:
    """Let the ledger say `copy` of this run's new stories that joined another's cluster; what was updated stays `updated`."""
    con.execute(statement("store/mark_copies"), {"run_id": run_id})
    tally.copies(dict(con.execute(statement("store/count_copies"), {"run_id": run_id}).fetchall()))
