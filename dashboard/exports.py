"""What is downloaded: the same rows as on the page, each with its filters in words and the snapshot's name (STATISTICS 26). Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.extras import WINDOWS
from dashboard.marks import missing
from dashboard.number_table import line_names
from dashboard.stories import EXCERPT, Row, excerpt
from dashboard.view import View, counted_key


def harmless(value: object) -> object:
    """Return text so that a spreadsheet shows it and does not run it as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else value


def points_csv(view: View, *, described: str, snapshot: str) -> bytes:
    """Return the chart's rows as UTF-8 CSV: line, period, numerator, denominator, share, low, high, state, filters, snapshot."""
    names, sources = line_names(view, short=False), {s.id: s.name for s in view.sources}
    abouts = {counted_key(line.key, view.filters.role): line.about for line in view.lines}
    rows = view.stack.rows if view.stack else view.points
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
            **({"denominator_is": [f"stories {abouts[key]}" for key in rows["key"]]} if any(abouts.values()) else {}),
            **({"fraction": rows["part"].round(6)} if view.stack else {}),
            "share": rows["share"].round(6),
            "low": rows["low"].round(6),
            "high": rows["high"].round(6),
            "state": rows["state"],
            "came": rows["came"].astype("Int64"),
            "expected": rows["expected"].astype("Int64"),
            "too_few_to_say": rows["few"] & rows["n"].notna(),
            "reason": [_reason(row) for row in rows.to_dict("records")],
            **({} if view.stack else _beside(view, rows)),
            "filters": described,
            "snapshot": snapshot,
        }
    )
    return as_csv(table)


def _beside(view: View, rows: pd.DataFrame) -> dict[str, Any]:
    """The trailing average and the year before, where they are drawn: numerator, denominator, share and its range; and the
    share corrected for tagging errors, of which there is no numerator."""
    columns: dict[str, Any] = {}
    at = ["key", "source", "period"]
    for name, others in ((f"trailing_{WINDOWS[view.grain]}", view.trailing), ("year_before", view.before)):
        if others is None or others.empty:
            continue
        found = rows[at].merge(others[[*at, "k", "n", "share", "low", "high"]], on=at, how="left").set_index(rows.index)
        columns |= {f"{name}_numerator": found["k"].astype("Int64"), f"{name}_denominator": found["n"].astype("Int64")}
        columns |= {f"{name}_{column}": found[column].round(6) for column in ("share", "low", "high")}
    if view.corrected is not None and view.has_corrected:
        ends = ["share", "low", "high"]
        found = rows[at].merge(view.corrected.points[[*at, *ends]], on=at, how="left").set_index(rows.index)
        columns |= {f"corrected_{column}": found[column].round(6) for column in ends}
    return columns


def _reason(row: dict[Any, Any]) -> str:
    if row["state"] == "none":
        return str(row["reason"] or "no stories came in")
    return missing(row) if row["state"] == "partial" else ""


def excerpted(stories: pd.DataFrame) -> pd.DataFrame:
    """Return the stories of which only a part may be shown, because their source is not shown whole and the text is long."""
    return stories[(stories["display"] != "full") & (stories["body"].map(len) > EXCERPT)]


def stories_csv(stories: pd.DataFrame, evidence: Sequence[Row], *, described: str, snapshot: str) -> bytes:
    """Return a list of stories as UTF-8 CSV, one row a story; `evidence` are the spans that the page marks in those `excerpted`.

    A text is as long as its source may be shown: a download would else republish what the page only quotes.
    """
    shown = stories["body"].to_dict() | _excerpts(excerpted(stories), evidence)
    kept = stories[["story_id", "external_id", "day", "source", "title", "body", "url", "form", "text_kind", "tagger"]]
    return as_csv(kept.assign(body=pd.Series(shown, dtype="str"), filters=described, snapshot=snapshot))


def _excerpts(stories: pd.DataFrame, evidence: Sequence[Row]) -> dict[Any, str]:
    """Return what is shown of each story's text, by the frame's index."""
    spans: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for span in evidence:
        if span["field"] == "text":
            spans[span["story_no"]].append((span["start_char"], span["end_char"], span["name"]))
    numbers, bodies = stories["story_no"], stories["body"]
    return {at: excerpt(body, spans[no])[0] for (at, body), no in zip(bodies.items(), numbers, strict=True)}


def as_csv(table: pd.DataFrame) -> bytes:
    """Return a table as CSV with a byte-order mark, so that spreadsheets read it as UTF-8."""
    safe = table.apply(
        lambda column: column.map(harmless) if column.dtype == "str" or column.dtype == object else column
    )
    text: str = safe.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig")
