"""What is missing in a chart over time: gaps with their reason (STATISTICS 13), partial periods with what came (12). Never imports
streamlit."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.marks import missing
from dashboard.theme import FAINT
from dashboard.view import View

MOST_PARTIAL_NOTES = 4  # more would be a wall of text; the hover text says it for each
MOST_GAP_NOTES, MOST_GAPS = 8, 400  # by the day, a weekly source has a gap a week: the longest are shaded, and said


def periods_of(view: View) -> pd.DataFrame:
    """Return one row for each period over all lines: the whole n, and the state that all lines share (else 'whole')."""
    first = view.points.drop_duplicates(["source", "within", "period"])
    grouped = first.groupby("period", as_index=False).agg(
        period_end=("period_end", "first"), n=("n", "sum"), states=("state", lambda s: tuple(sorted(set(s)))),
        reason=("reason", "first"), expected=("expected", "first"), came=("came", "first"), rhythm=("rhythm", "first"),
        ended=("ended", "first"), cut_from=("cut_from", "first"),
    )  # fmt: skip
    return grouped.assign(state=[s[0] if len(s) == 1 else "whole" for s in grouped["states"]])


def add_gaps(figure: go.Figure, view: View, top: float, *, partial_notes: bool) -> None:
    """Shade what is missing and say why: gaps (13) with their reason, partial periods (12) with what came of what was due."""
    if not len(view.points):
        return
    rows = periods_of(view)
    gaps = gaps_of(rows[rows["state"] == "none"].to_dict("records"))
    partial = rows[rows["state"] == "partial"].to_dict("records")
    said = [(gap["start"], gap["end"], gap["reason"]) for gap in gaps[:MOST_GAP_NOTES]]
    if partial_notes and len(partial) <= MOST_PARTIAL_NOTES:
        said += [(row["period"], row["period_end"] + timedelta(days=1), missing(row)) for row in partial]
    if partial_notes and view.filters.compare:
        said += notes_by_source(view)
    figure.update_layout(
        shapes=[shade(gap["start"], gap["end"]) for gap in gaps[:MOST_GAPS]],
        annotations=[upwards(start, end, text, top) for start, end, text in said],
    )


def notes_by_source(view: View) -> list[tuple[Any, Any, str]]:
    """In a comparison, what one source lacks while others go on: its gaps and partial periods, named, between its first and last
    story; periods that all lack are noted once for all."""
    shared = set(periods_of(view).query("state != 'whole'")["period"])
    notes = []
    for source in view.sources:
        rows = view.points[(view.points["source"] == source.id) & ~view.points["period"].isin(shared)]
        lacking = rows[(rows["state"] != "whole") & (rows["period_end"] >= pd.Timestamp(source.first_day))]
        lacking = lacking[lacking["period"] <= pd.Timestamp(source.last_day)].drop_duplicates("period")
        for row in lacking.to_dict("records"):
            said = missing(row) if row["state"] == "partial" else str(row["reason"] or "no stories came in")
            notes.append((row["period"], row["period_end"] + timedelta(days=1), f"{source.name}: {said}"))
    return notes if len(notes) <= MOST_PARTIAL_NOTES else []


def gaps_of(rows: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    """Return gaps with start, end (exclusive) and reason, the longest first: periods one after the other are one gap."""
    gaps: list[dict[str, Any]] = []
    for row in rows:
        start, end = row["period"], row["period_end"] + timedelta(days=1)
        reason = row["reason"] if isinstance(row["reason"], str) else "no stories came in"
        if gaps and (gaps[-1]["end"], gaps[-1]["reason"]) == (start, reason):
            gaps[-1]["end"] = end
        else:
            gaps.append({"start": start, "end": end, "reason": reason})
    return sorted(gaps, key=lambda gap: gap["start"] - gap["end"])


def shade(start: Any, end: Any) -> dict[str, Any]:
    """Return the shape of a gap."""
    return {"type": "rect", "x0": start, "x1": end, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain", "fillcolor": FAINT,
            "line": {"width": 0}, "layer": "below"}  # fmt: skip


def upwards(start: Any, end: Any, text: str, top: float) -> dict[str, Any]:
    """Return a sentence on a period that runs upwards, so that it fits a quarter's width."""
    return {"x": start + (end - start) / 2, "y": top, "text": escape(text), "textangle": -90, "showarrow": False, "xanchor": "center",
            "yanchor": "top", "font": {"size": 11}, "opacity": 0.75, "xref": "x", "yref": "y"}  # fmt: skip
