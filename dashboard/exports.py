"""What is downloaded: the same rows as on the page, each with its filters in words and the snapshot's name (STATISTICS 26). Pure."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboard import words
from dashboard.marks import missing
from dashboard.view import View, counted_key


def harmless(value: object) -> object:
    """Return text so that a spreadsheet shows it and does not run it as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else value


def points_csv(view: View, *, described: str, snapshot: str) -> bytes:
    """Return the chart's rows as UTF-8 CSV: line, period, numerator, denominator, share, low, high, state, filters, snapshot."""
    names = {counted_key(line.key, view.filters.role): line.name for line in view.lines}
    sources = {s.id: s.name for s in view.sources}
    rows = view.points
    table = pd.DataFrame(
        {
            "line": [names[k] for k in rows["key"]],
            "key": rows["key"],
            "source": [sources.get(s, "") for s in rows["source"]],
            "period": [words.period(p, view.grain) for p in rows["period"]],
            "first_day": rows["period"].dt.date,
            "last_day": rows["period_end"].dt.date,
            "numerator": rows["k"].astype("Int64"),
            "denominator": rows["n"].astype("Int64"),
            "share": rows["share"].round(6),
            "low": rows["low"].round(6),
            "high": rows["high"].round(6),
            "state": rows["state"],
            "came": rows["came"].astype("Int64"),
            "expected": rows["expected"].astype("Int64"),
            "too_few_to_say": rows["few"] & rows["n"].notna(),
            "reason": [_reason(row) for row in rows.to_dict("records")],
            "filters": described,
            "snapshot": snapshot,
        }
    )
    return as_csv(table)


def _reason(row: dict[Any, Any]) -> str:
    if row["state"] == "none":
        return str(row["reason"] or "no stories came in")
    return missing(row) if row["state"] == "partial" else ""


def stories_csv(stories: pd.DataFrame, *, described: str, snapshot: str) -> bytes:
    """Return a list of stories as UTF-8 CSV, one row a story."""
    kept = stories[["story_id", "external_id", "day", "source", "title", "body", "url", "form", "text_kind", "tagger"]]
    return as_csv(kept.assign(filters=described, snapshot=snapshot))


def as_csv(table: pd.DataFrame) -> bytes:
    """Return a table as CSV with a byte-order mark, so that spreadsheets read it as UTF-8."""
    safe = table.apply(
        lambda column: column.map(harmless) if column.dtype == "str" or column.dtype == object else column
    )
    text: str = safe.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig")
