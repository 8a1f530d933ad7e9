"""The table of the numbers that a view draws, a row for each line and period. Pure."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboard import words
from dashboard.counting import counted_key
from dashboard.extras import rest_names, window_words
from dashboard.marks import missing
from dashboard.view import View


def line_names(view: View, *, short: bool) -> dict[str, str]:
    """Return what each counted key is called, with what a stack holds beside the lines."""
    names = {counted_key(line.key, view.filters.role): line.short if short else line.name for line in view.lines}
    return names | (rest_names(view.stack.kind) if view.stack else {})


def drawn_rows(view: View) -> pd.DataFrame:
    """Return the rows that are drawn and hold a number, the newest first: those of the stack where there is one, else the points."""
    rows = view.stack.rows if view.stack else view.points
    rows = rows.sort_values(["period", "key"], ascending=[False, True])
    return rows[rows["n"].notna()].reset_index(drop=True)


def number_table(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in words, under the columns of the page."""
    names, sources = line_names(view, short=True), {s.id: s.name for s in view.sources}
    abouts = {counted_key(line.key, view.filters.role): line.about for line in view.lines}
    lines = [names[k] + (f" · {sources[s]}" if s else "") for k, s in zip(rows["key"], rows["source"], strict=True)]
    columns: dict[str, Any] = {
        "Period": [words.period(p, view.grain) for p in rows["period"]],
        "Line": lines,
        "Stories": rows["k"].astype("int64"),
    }
    if view.stack:
        columns["Counting as"] = [f"{part:,.1f}" for part in rows["part"]]
    columns["Of"] = rows["n"].astype("int64")
    if any(abouts.values()):
        columns["Of stories"] = [abouts[key] for key in rows["key"]]
    columns["Share"] = [words.percent(s) for s in rows["share"]]
    columns["Likely range"] = [words.percent_range(lo, hi) for lo, hi in zip(rows["low"], rows["high"], strict=True)]
    columns["Note"] = [note(row) for row in rows.to_dict("records")]
    if not view.stack:
        columns |= _beside(view, rows)
    return pd.DataFrame(columns)


def _beside(view: View, rows: pd.DataFrame) -> dict[str, list[str]]:
    """The trailing average and the year before, where they are drawn: share, k of n; the corrected share with its likely range."""
    columns = {}
    if view.trailing is not None:
        columns[window_words(view.grain).capitalize()] = _shares(rows, view.trailing)
    if view.before is not None:
        columns["A year before"] = _shares(rows, view.before)
    if view.corrected is not None and view.has_corrected:
        columns["Corrected for tagging errors"] = _corrected(rows, view.corrected.points)
    return columns


def _shares(rows: pd.DataFrame, others: pd.DataFrame) -> list[str]:
    at = ["key", "source", "period"]
    found = rows[at].merge(others[[*at, "k", "n", "share"]], on=at, how="left") if len(others) else rows.assign(n=None)
    return [
        "" if pd.isna(row["n"]) else f"{words.percent(row['share'])} ({int(row['k']):,} of {int(row['n']):,})"
        for row in found.to_dict("records")
    ]


def _corrected(rows: pd.DataFrame, others: pd.DataFrame) -> list[str]:
    at = ["key", "source", "period"]
    found = rows[at].merge(others[[*at, "share", "low", "high"]], on=at, how="left")
    return [
        ""
        if pd.isna(row["share"])
        else f"{words.percent(row['share'])} ({words.percent_range(row['low'], row['high'])})"
        for row in found.to_dict("records")
    ]


def note(row: dict[Any, Any]) -> str:
    """Return what a row of the table warns of, short enough for a table beside opened stories."""
    if row["state"] == "partial":
        return ("too few · " if row["few"] else "") + missing(row)
    return "too few to say" if row["few"] else ""
