"""Where a change of a line comes from, and how far two lines of one period lie apart, with the stories behind each number. Pure.

The split is Kitagawa's (1955, JASA 50(272):1168) and is made in SQL, macro where_from; here it is only added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.counting import Ask, Line, counted_key, restriction
from dashboard.keys import members_of, parted, phrase_of
from dashboard.points import FEW
from dashboard.search import look_up
from dashboard.view import View
from dashboard.where_asked import PARTS, Asked, line_of, points_of

MOST_EVENTS = 5
# What the macro search_story takes where nothing is looked for.
NOTHING: dict[str, Any] = {
    **dict.fromkeys(("terms", "items", "clauses", "term_stories", "phrase_items", "phrase_streams"), ()),
    "driver": None, "phrase_pattern": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the change: its share (-1 to 1), the ids of the sources that it is made of and how many stories they have on the
    line in the periods that it is made of."""

    name: str
    share: float
    sources: tuple[str, ...]
    stories: int


@dataclass(frozen=True, slots=True)
class Split:
    """A change and its parts: a row of where_from for each source, the parts that are not nothing, and the two points."""

    rows: tuple[dict[str, Any], ...]
    parts: tuple[Part, ...]
    first: dict[str, Any]
    second: dict[str, Any]

    @property
    def difference(self) -> float:
        """The whole change of the share, -1 to 1."""
        return float(self.rows[0]["difference"])

    @property
    def clear(self) -> bool:
        """Whether the likely range of the change leaves out 0 (8)."""
        return bool(self.rows[0]["low"] > 0 or self.rows[0]["high"] < 0)

    @property
    def few(self) -> bool:
        """Whether one of the shares is of fewer than 20 stories (9)."""
        return bool(min(self.first["n"], self.second["n"]) < FEW)


def span_of(view: View, line: Line) -> dict[str, Any]:
    """Return what queries on the stories of a line take: its own restriction beside those of the filters."""
    return {"grain": view.grain, "sources": view.source_ids(line.source), "from_day": view.from_day, "to_day": view.to_day,
            **restriction(view.filters, parted(line.key)[1])}  # fmt: skip


def stories_on(ask: Ask, view: View, line: Line) -> dict[str, Any]:
    """Return what the macro line_hit takes to find the stories on a line of any kind."""
    plain = parted(line.key)[0]
    keys = members_of(plain) or (() if phrase_of(plain) else (counted_key(plain, view.filters.role),))
    search = look_up(ask, phrase_of(plain)) if phrase_of(plain) else None
    return {"keys": keys, **NOTHING, **((search.parameters() if search else None) or {})}


def split_of(ask: Ask, view: View, asked: Asked) -> Split:
    """Split the change between two settled points (18)."""
    line = line_of(view, asked.line)
    points = {p["period"].date(): p for p in points_of(view, line)}
    rows = ask(
        "where_from", first=asked.first, second=asked.second, weigh="sources" if view.weighed else "stories",
        **stories_on(ask, view, line), **span_of(view, line),
    ).to_dict("records")  # fmt: skip
    named = tuple({str(k): v for k, v in row.items()} for row in rows)
    (first,), (second,) = ([p for day, p in points.items() if day == at] for at in (asked.first, asked.second))
    return Split(named, _parts(named), first, second)


def _parts(rows: tuple[dict[str, Any], ...]) -> tuple[Part, ...]:
    found = []
    for name in PARTS:
        of = [row for row in rows if abs(row[name]) > 1e-12]
        if of or name == "within":
            of = of or [row for row in rows if row["n_1"] and row["n_2"]]
            stories = sum(int(row["k_1"]) + int(row["k_2"]) for row in of)
            found.append(Part(name, sum(row[name] for row in rows), tuple(row["source_id"] for row in of), stories))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Gap:
    """How far two lines of one period lie apart: k, n and share of each, the difference (second less first) with its likely range, and
    how many stories are on both; None where the two are of different stories."""

    k_1: int
    n_1: int
    share_1: float
    k_2: int
    n_2: int
    share_2: float
    low: float
    high: float
    on_both: int | None

    @property
    def clear(self) -> bool:
        """Whether the likely range leaves out 0 (8)."""
        return self.low > 0 or self.high < 0

    @property
    def few(self) -> bool:
        """Whether one of the shares is of fewer than 20 stories (9)."""
        return min(self.n_1, self.n_2) < FEW


def alike(line: Line, other: Line) -> bool:
    """Whether two lines are shares of the same stories."""
    return line.source == other.source and parted(line.key)[1] == parted(other.key)[1]


def events_of(ask: Ask, view: View, asked: Asked) -> list[dict[str, Any]]:
    """Return the events told in copies that move the line most between two settled points."""
    line = line_of(view, asked.line)
    rows = ask("where_from_events", first=asked.first, second=asked.second, at_most=MOST_EVENTS, **stories_on(ask, view, line),
               **span_of(view, line))  # fmt: skip
    return [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]


def gap_of(ask: Ask, view: View, asked: Asked) -> Gap:
    """Compare two lines of one period. Lines of the same stories are compared pairwise (Newcombe 1998, Statistics in Medicine 17:2635),
    because a story may be on both; lines of different stories like any two shares (8)."""
    line, other = line_of(view, asked.line), line_of(view, asked.other or asked.line)
    one, two = (next(p for p in points_of(view, each) if p["period"].date() == asked.second) for each in (line, other))
    shares = (int(one["k"]), int(one["n"]), float(one["share"]), int(two["k"]), int(two["n"]), float(two["share"]))
    if not alike(line, other):
        (row,) = ask("difference", k_1=shares[0], n_1=shares[1], k_2=shares[3], n_2=shares[4]).to_dict("records")
        return Gap(*shares, row["low"], row["high"], None)
    weigh = "sources" if view.weighed else "stories"
    both = stories_on(ask, view, line) | {f"other_{k}": v for k, v in stories_on(ask, view, other).items()}
    (row,) = ask("line_difference", period=asked.second, weigh=weigh, **both, **span_of(view, line)).to_dict("records")
    return Gap(*shares, row["low"], row["high"], int(row["on_both"]))


def stories_behind(ask: Ask, view: View, asked: Asked, split: Split | None) -> pd.DataFrame | None:
    """Return the stories behind the opened number, exactly as many as it says (26); None where the view holds no such number."""
    what, *rest = asked.opened or ("",)
    line, other = line_of(view, asked.line), line_of(view, asked.other) if asked.other else None
    if what == "event" and rest and split:
        return ask("where_from_told", cluster_id=rest[0])
    if what == "both" and other and alike(line, other):
        both = stories_on(ask, view, line) | {f"other_{k}": v for k, v in stories_on(ask, view, other).items()}
        return ask("line_overlap", period=asked.second, **both, **span_of(view, line))
    days = {"first": [asked.first], "second": [asked.second], "came": [asked.second], "went": [asked.first]}
    periods = days.get(what, [asked.first, asked.second])
    of = view.source_ids(line.source)
    if other and what in ("first", "second"):
        line, periods = (line, other)[what == "second"], [asked.second]
        of = view.source_ids(line.source)
    elif what == "source" and split and rest and rest[0] in {row["source_id"] for row in split.rows}:
        of = (rest[0],)
    elif what in PARTS and split:
        of = next((part.sources for part in split.parts if part.name == what), ())
    elif what not in ("first", "second"):
        return None
    return ask(
        "where_from_stories",
        periods=tuple(periods),
        of_sources=of,
        **stories_on(ask, view, line),
        **span_of(view, line),
    )
