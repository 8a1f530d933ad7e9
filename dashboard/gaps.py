"""What is missing in a chart over time: gaps with their reason (STATISTICS 13), partial periods with what came (12). Never imports
streamlit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from typing import Any

import pandas as pd

from dashboard.marks import missing
from dashboard.plot import Json, Plot, midnights, moment
from dashboard.theme import FAINT
from dashboard.view import View

DAY = timedelta(days=1)
MOST_PARTIAL_NOTES = 4  # more would be a wall of text; the hover text says it for each
MOST_GAP_NOTES, MOST_GAPS = 8, 400  # by the day, a weekly source has a gap a week: the longest are shaded, and said


@dataclass(frozen=True, slots=True)
class Gap:
    """Periods in a row in which nothing came, from `start` to the moment after them, and why."""

    start: datetime
    end: datetime
    reason: str


def periods_of(view: View) -> pd.DataFrame:
    """Return one row for each period over all lines, and the state that all lines share (else 'whole')."""
    first = view.points.drop_duplicates(["source", "within", "period"])
    grouped = first.groupby("period")
    shared = grouped["state"].nunique() == 1
    rows = grouped[["period_end", "state", "reason", "expected", "came", "rhythm", "ended", "cut_from"]].first()
    return rows.assign(state=rows["state"].where(shared, "whole")).reset_index()


def add_gaps(plot: Plot, view: View, top: float, *, partial_notes: bool, below: int = 0) -> None:
    """Shade what is missing and say why: gaps (13) with their reason, partial periods (12) with what came of what was due. `below`: pixels
    that other labels take under the top."""
    if not len(view.points):
        return
    rows = periods_of(view)
    gaps = gaps_of(rows)
    partial = rows[rows["state"] == "partial"]
    said = [(gap.start, gap.end, gap.reason) for gap in gaps[:MOST_GAP_NOTES]]
    if partial_notes and len(partial) <= MOST_PARTIAL_NOTES:
        said += [(row["period"], row["period_end"] + DAY, missing(row)) for row in partial.to_dict("records")]
    if partial_notes and view.filters.compare:
        said += notes_by_source(view, rows)
    plot.mark(shade(gap) for gap in gaps[:MOST_GAPS])
    plot.annotate(upwards(start, end, text, top, below) for start, end, text in said)


def notes_by_source(view: View, periods: pd.DataFrame) -> list[tuple[Any, Any, str]]:
    """In a comparison, what one source lacks while others go on: its gaps and partial periods, named, between its first and last
    story; `periods` that all lack are noted once for all."""
    shared = periods["period"][periods["state"] != "whole"]
    notes: list[tuple[Any, Any, str]] = []
    for source in view.sources:
        rows = view.points[(view.points["source"] == source.id) & ~view.points["period"].isin(shared)]
        lacking = rows[(rows["state"] != "whole") & (rows["period_end"] >= pd.Timestamp(source.first_day))]
        lacking = lacking[lacking["period"] <= pd.Timestamp(source.last_day)].drop_duplicates("period")
        if len(notes) + len(lacking) > MOST_PARTIAL_NOTES:
            return []
        for row in lacking.to_dict("records"):
            said = missing(row) if row["state"] == "partial" else str(row["reason"] or "no stories came in")
            notes.append((row["period"], row["period_end"] + DAY, f"{source.name}: {said}"))
    return notes


def gaps_of(periods: pd.DataFrame) -> list[Gap]:
    """Return the gaps among periods, the longest first: periods one after the other that lack the same are one gap."""
    rows = periods[periods["state"] == "none"]
    gaps: list[Gap] = []
    columns = (midnights(rows["period"]), midnights(rows["period_end"] + DAY), rows["reason"].tolist())
    for start, end, reason in zip(*columns, strict=True):
        said = reason if isinstance(reason, str) else "no stories came in"
        if gaps and (gaps[-1].end, gaps[-1].reason) == (start, said):
            gaps[-1] = replace(gaps[-1], end=end)
        else:
            gaps.append(Gap(start, end, said))
    return sorted(gaps, key=lambda gap: gap.start - gap.end)


def shade(gap: Gap, axes: tuple[str, str] = ("x", "y")) -> Json:
    """Return the shape of a gap."""
    return {"type": "rect", "x0": moment(gap.start), "x1": moment(gap.end), "xref": axes[0], "y0": 0, "y1": 1,
            "yref": f"{axes[1]} domain", "fillcolor": FAINT, "line": {"width": 0}, "layer": "below"}  # fmt: skip


def upwards(start: Any, end: Any, text: str, top: float, below: int) -> dict[str, Any]:
    """Return a sentence on a period that runs upwards, so that it fits a quarter's width, and ends so many pixels below the top."""
    return {"x": moment(start + (end - start) / 2), "xref": "x", "y": top, "yref": "y", "text": escape(text), "textangle": -90,
            "showarrow": False, "xanchor": "center", "yanchor": "top", "yshift": -below, "font": {"size": 11}, "opacity": 0.75}  # fmt: skip
