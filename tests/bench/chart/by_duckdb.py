"""This program itself: the dashboard's own queries on the snapshot, with their likely ranges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.snapshot import Snapshot, connect, run_query
from tests.bench.chart.rows import Question, Row


def opened(snapshot: Path) -> Snapshot:
    """The snapshot, as the dashboard opens it."""
    return Snapshot(snapshot.stem, connect(snapshot))


def ask(held: Snapshot, question: Question) -> pd.DataFrame:
    """The rows of the chart."""
    values: dict[str, Any] = {
        "keys": question.keys, "grain": "month", "sources": question.sources, "from_day": question.first, "to_day": question.last,
        "letters": False, "unit": "story", "about_any": question.about_any, "about_all": None, "about_none": None,
    }  # fmt: skip
    if question.monthly:
        return run_query(held, "coverage", values)
    del values["grain"]
    return run_query(held, "topic_share", values)


def plain(question: Question, answer: pd.DataFrame) -> list[Row]:
    """The answer as rows to compare."""
    period = answer["period"].dt.strftime("%Y-%m-%d") if question.monthly else [""] * len(answer)
    return sorted(zip(answer["key"], period, map(int, answer["k"]), map(int, answer["n"]), strict=True))
