"""Feeds that had moved on when they were asked again: what they dropped meanwhile is a gap, not silence (STATISTICS 13)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

import duckdb

from etl.decide import Plan
from etl.model import Document
from etl.store.database import insert, statement

_DAY = timedelta(days=1)
LISTS = ("feed", "newsletter")  # kinds that show their newest entries only; interfaces are asked for all days


def met_again(documents: Iterable[Document], plan: Plan) -> set[str]:
    """The sources of which something came that was held before: nothing can be missing between that and what is new."""
    fresh = {decided.document.document_id for decided in plan.documents if not decided.known}
    aside = {
        item.document_id
        for item in plan.dispositions
        if item.level == "document" and item.disposition.startswith(("quarantined:", "rejected:"))
    }
    new = fresh | aside
    return {document.source_id for document in documents if document.document_id not in new}


def note_gaps(con: duckdb.DuckDBPyConnection, run_id: str, source_ids: Collection[str]) -> int:
    """Note a gap for each of these sources between its last story of before and its first of this run; how many.

    `source_ids` are lists that answered with new entries and none that was held.
    """
    wanted = {"run_id": run_id, "source_ids": sorted(source_ids)}
    rows = con.execute(statement("store/last_days_before"), wanted).fetchall() if source_ids else []
    gaps = [
        {"source_id": source_id, "from_day": last + _DAY, "to_day": first - _DAY, "run_id": run_id}
        for source_id, last, first in rows
        if last is not None and first is not None and last + _DAY < first
    ]
    insert(con, "source_gap", gaps)
    return len(gaps)
