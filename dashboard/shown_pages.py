"""What the pages show, each as the one value that links, sentences, pictures and files are made from. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.changes import Changes
from dashboard.counting import sample_notes
from dashboard.describe import denominator_words
from dashboard.filters import Filters, to_query
from dashboard.scope import Scope, of_whom
from dashboard.shown import Data, Number, Shown, numbers_of
from dashboard.topics import points_range
from dashboard.view import View, counted_key

OF_LINES = ("show", "measure", "weigh", "compare", "events", "mark")  # choices that say nothing on pages without lines
MOST_RANGES = 3


def coverage_shown(view: View, headline: str, changes: Changes, data: Data) -> Shown:
    """Return what Coverage shows: each line's k of n over all periods drawn."""
    days = {
        "when": ["custom"],
        "from": [view.from_day.isoformat()],
        "to": [view.to_day.isoformat()],
        "grain": [view.grain],
    }
    return Shown(
        page="", query=to_query(view.filters, every=True) | days, data=data, headline=headline, of=denominator_words(view),
        ranges=change_ranges(view, changes) or newest_ranges(view), days=(view.from_day, view.to_day), numbers=line_numbers(view),
    )  # fmt: skip


def line_numbers(view: View) -> tuple[Number, ...]:
    """Return each line's k and n over all periods drawn; where sources are compared, of each source."""
    if view.points.empty:
        return ()
    names = _names(view)
    sums = view.points.groupby(["key", "source"], sort=False)[["k", "n"]].sum()
    found = []
    for row in sums.reset_index().to_dict("records"):
        key, source = str(row["key"]), str(row["source"])
        name = names.get((key, source), key)
        found.append(Number(f"{key}|{source}" if source else key, name, int(row["k"]), int(row["n"])))
    return tuple(found)


def _names(view: View) -> dict[tuple[str, str], str]:
    return {
        (counted_key(line.key, view.filters.role), line.source.id if line.source else ""): line.label
        for line in view.lines
    }


def change_ranges(view: View, changes: Changes) -> str:
    """Return the likely ranges of the changes that the headline tells, '' where it tells none."""
    names = {key: label for (key, _), label in _names(view).items()}
    said = [
        f"{names.get(row['key'], row['key'])} {points_range(row['low'], row['high'])}"
        for row in changes.rows[:2]
        if "low" in row
    ]
    return f"Likely range of the change: {'; '.join(said)}" if said else ""


def newest_ranges(view: View) -> str:
    """Return each line's newest whole period with its share and likely range, for a sentence that tells of no change."""
    if view.points.empty:
        return ""
    whole, names = view.points[view.points["state"] == "whole"], _names(view)
    newest = whole.sort_values("period").drop_duplicates(["key", "source"], keep="last")
    said = [
        f"{names.get((row['key'], row['source']), row['key'])} {words.in_period(row['period'], view.grain)}: "
        f"{words.share(row['k'], row['n'], row['share'], weighed=view.weighed)}, "
        f"likely range {words.percent_range(row['low'], row['high'])}"
        for row in newest.head(MOST_RANGES).to_dict("records")
    ]
    return "; ".join(said)


def scope_shown(
    page: str,
    scope: Scope,
    filters: Filters,
    own: Mapping[str, Sequence[str]],
    data: Data,
    *,
    headline: str,
    tables: Sequence[Sequence[Mapping[str, Any]]],
    names: Mapping[str, str],
) -> Shown:
    """Return what a page without lines shows: `filters` as its controls hold them, `own` its own part of the address, and the rows of
    its `tables`, of which those with a key are carried; the first one is what the headline is of."""
    chosen = {name: values for name, values in to_query(filters, every=True).items() if name not in OF_LINES}
    days = {
        "when": ["custom"],
        "from": [scope.from_day.isoformat()],
        "to": [scope.to_day.isoformat()],
        "grain": [scope.grain],
    }
    keyed = [[row for row in rows if {"key", "k", "n"} <= set(row)] for rows in tables]
    of = f"Of {words.stories(scope.total)} in {of_whom(scope.sources)}{_restricted(scope)}"
    return Shown(
        page=page, query=chosen | days | {name: list(values) for name, values in own.items() if values}, data=data,
        headline=headline, ranges=row_ranges(keyed[0], names) if keyed else "", of=of,
        days=(scope.from_day, scope.to_day), numbers=numbers_of(chain.from_iterable(keyed), names),
    )  # fmt: skip


def _restricted(scope: Scope) -> str:
    """Return what narrows the stories, for the end of the denominator."""
    return "".join(f", {part}" for part in (scope.about, *sample_notes(scope.sources)) if part)


def row_ranges(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """Return the likely ranges of the first rows of a table of shares."""
    said = [
        f"{names.get(row['key'], row['key'])} {words.percent_range(row['low'], row['high'])}"
        for row in rows[:MOST_RANGES]
        if {"low", "high"} <= set(row) and not pd.isna(row["low"])
    ]
    return f"Likely ranges: {'; '.join(said)}" if said else ""
