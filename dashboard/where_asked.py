"""Which two points are compared: of one line, or of two lines in one period; to and from the address, and in terms of a view. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.changes import Changes
from dashboard.counting import Line, counted_key
from dashboard.filters import Known
from dashboard.points import of_line
from dashboard.view import View

PARAMETERS = ("where", "where_source", "where_with", "where_with_source", "from_point", "to_point", "where_stories")
PARTS = ("within", "mix", "came", "went", "kind")
OPENS = ("first", "second", "both", "source", "event", *PARTS)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Two points of a line, or of two lines in one period. `line` and `other` are (key, id of its source in a comparison or '');
    with `other` the periods are one, `second`. `opened` is the number whose stories are shown, such as ('source', 'the-batch')."""

    line: tuple[str, str]
    first: date | None = None
    second: date | None = None
    other: tuple[str, str] | None = None
    opened: tuple[str, ...] = ()


def asked_from(query: Mapping[str, Sequence[str]], known: Known) -> tuple[Asked | None, list[str]]:
    """Read what an address asks. Returns None where it asks for nothing that this data knows, and a sentence for what it does not know."""
    given = {name: next(iter(query.get(name, ())), "") for name in PARAMETERS}
    problems = []
    keys = [known.renamed.get(given[name], given[name]) for name in ("where", "where_with")]
    for key, source in zip(keys, (given["where_source"], given["where_with_source"]), strict=True):
        if key and not known.has(key):
            problems.append(
                f"The link asks where a change of {words.quoted(key)} comes from, which is not in this data."
            )
        if source and source not in known.sources:
            problems.append(f"The link names source {words.quoted(source)}, which is not in this data.")
    if not keys[0] or problems:
        return None, problems
    opened = tuple(query.get("where_stories", ()))
    other = (keys[1], given["where_with_source"]) if keys[1] else None
    line, first, second = (keys[0], given["where_source"]), _day(given["from_point"]), _day(given["to_point"])
    return Asked(line, first, second, other, opened if opened[:1] and opened[0] in OPENS else ()), problems


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def written(asked: Asked | None) -> dict[str, list[str]]:
    """Return it as parameters of the address."""
    if asked is None:
        return {}
    other = asked.other or ("", "")
    values = {
        "where": asked.line[0], "where_source": asked.line[1], "where_with": other[0], "where_with_source": other[1],
        "from_point": asked.first.isoformat() if asked.first and not asked.other else "",
        "to_point": asked.second.isoformat() if asked.second else "",
    }  # fmt: skip
    return {name: [value] for name, value in values.items() if value} | (
        {"where_stories": list(asked.opened)} if asked.opened else {}
    )


def identity(line: Line) -> tuple[str, str]:
    """Return what tells a line of the view from the others."""
    return line.key, line.source.id if line.source else ""


def line_of(view: View, which: tuple[str, str]) -> Line:
    """Return the line of the view."""
    return next(line for line in view.lines if identity(line) == which)


def points_of(view: View, line: Line) -> list[dict[str, Any]]:
    """Return the line's points that have a share, in order."""
    return [{str(k): v for k, v in row.items()} for row in _own(view, line).to_dict("records")]


def _own(view: View, line: Line) -> pd.DataFrame:
    if view.points.empty:
        return pd.DataFrame({"period": [], "state": []})
    key, source = identity(line)
    rows = of_line(view.points, counted_key(key, view.filters.role), source)
    return rows[rows["n"].notna()].sort_values("period")


def default_asked(view: View, changes: Changes) -> Asked | None:
    """Return the clearest change of the headline, where it is of periods drawn; else the first and the last whole period of the first
    line that has two, else its first and last point. None where no line has two points (12)."""
    for change in changes.rows[:1] if changes.grain == view.grain else ():
        for line in view.lines:
            same = counted_key(line.key, view.filters.role) == change["key"]
            if same and {change["period_1"], change["period_2"]} <= set(_own(view, line)["period"]):
                return Asked(identity(line), change["period_1"].date(), change["period_2"].date())
    for least in ("whole", ""):
        for line in view.lines:
            points = _own(view, line)
            days = points["period"][points["state"] == least] if least else points["period"]
            if len(days) > 1:
                return Asked(identity(line), days.iloc[0].date(), days.iloc[-1].date())
    return None


def settled(view: View, asked: Asked, plain: Asked | None) -> Asked | None:
    """Return what is asked in terms of this view: periods by any of their days, lines that it draws; what it does not hold is taken
    from `plain`. None where nothing can be compared."""
    drawn = {identity(line): line for line in view.lines}
    line = drawn.get(asked.line)
    if line is None:
        return plain
    points = points_of(view, line)
    first, second = (_holding(points, day) for day in (asked.first, asked.second))
    if asked.other in drawn and asked.other != asked.line:
        shared = [p for p in points if _holding(points_of(view, drawn[asked.other]), p["period"].date())]
        at = second if any(p["period"].date() == second for p in shared) else None
        at = at or (shared[-1]["period"].date() if shared else None)
        return replace(asked, first=None, second=at) if at else plain
    days = [p["period"].date() for p in points]
    if len(days) < 2:
        return plain
    second = second or next(day for day in reversed(days) if day != first)
    first = first if first not in (None, second) else next(day for day in days if day != second)
    return replace(asked, first=first, second=second, other=None)


def _holding(points: Sequence[Row], day: date | None) -> date | None:
    """Return the first day of the period that holds this one."""
    for point in points:
        if day and point["period"].date() <= day <= point["period_end"].date():
            return date.fromordinal(point["period"].toordinal())
    return None
