"""Which of the questions that a page asked are answered by its tables: found by their answers, so that none can be missed. Pure.

A table's question is the one whose answer holds the same rows. Points of lines over time are joined of the answers of one or more
questions and of gaps, in which nothing is drawn although a part of it may have come in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.keys import parted
from dashboard.reproduce import NUMBERS, Question, Step, Table
from dashboard.view import Ask

Asked = tuple[str, Mapping[str, Any]]
Row = Mapping[str, Any]
POINT = frozenset({"period", "k", "n", "share", "low", "high"})
GAPS = "period_state"
SPAN = ("grain", "sources", "from_day", "to_day")


def steps_of(tables: Iterable[Table], asked: Sequence[Asked], ask: Ask, text: Callable[[str], str]) -> list[Step]:
    """Return a step for each table, of those whose question is found; `text` gives a query's SQL by its name."""
    found: list[Step] = []
    for table in tables:
        points = table.points
        found += _plain(table, asked, ask, text) if points is None else _over_time(table.name, points, asked, ask, text)
    return found


def _plain(table: Table, asked: Sequence[Asked], ask: Ask, text: Callable[[str], str]) -> list[Step]:
    if not table.rows:
        return []
    columns = set(table.rows[0])
    for name, parameters in reversed(asked):
        frame = ask(name, **parameters)
        names = [str(column) for column in frame.columns]
        if len(frame) == len(table.rows) and set(names) <= columns and _is_of_numbers(names):
            answer = sorted(_told(row, names) for row in _records(frame))
            if answer == sorted(_told(row, names) for row in table.rows):
                return [Step(table.name, Question(text(name), parameters))]
    return []


def _is_of_numbers(names: Sequence[str]) -> bool:
    return bool(NUMBERS & set(names)) or {"k_1", "n_1"} <= set(names)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _told(row: Row, names: Sequence[str]) -> str:
    return repr([row[name] for name in names])


def _over_time(
    table: str, rows: pd.DataFrame, asked: Sequence[Asked], ask: Ask, text: Callable[[str], str]
) -> list[Step]:
    """Every question whose points, without gaps, all stand in the table, until no point of the table is left."""
    left = {_point(row) for row in _records(rows) if not pd.isna(row["n"])}
    every, steps = frozenset(left), []
    for name, parameters in asked:
        frame = ask(name, **parameters) if left and set(parameters) >= set(SPAN) else pd.DataFrame()
        if not set(frame.columns) >= POINT:
            continue
        gaps = _gaps(parameters, asked)
        empty = _empty_periods(gaps, ask)
        points = {_point(row) for row in _records(frame) if row["period"] not in empty}
        keyless = "key" not in frame.columns
        known = {point[1:] for point in every} if keyless else every
        if points and {point[1:] if keyless else point for point in points} <= known:
            taken = {
                point
                for point in left
                if (point[1:] if keyless else point) in {p[1:] if keyless else p for p in points}
            }
            if taken:
                steps.append(
                    Step(table, Question(text(name), parameters), Question(text(GAPS), gaps) if gaps else None)
                )
                left -= taken
    return steps


def _point(row: Row) -> tuple[Any, ...]:
    """Return what tells a point, without the restriction that a line's key may name: the question has it among its parameters."""
    return (
        parted(str(row.get("key", "")))[0],
        pd.Timestamp(row["period"]),
        int(row["k"]),
        int(row["n"]),
        float(row["share"]),
    )


def _gaps(parameters: Mapping[str, Any], asked: Sequence[Asked]) -> Mapping[str, Any] | None:
    """Return what the gaps of the same sources, days and grain were asked with."""
    same = (given for name, given in asked if name == GAPS and all(given[one] == parameters[one] for one in SPAN))
    return next(same, None)


def _empty_periods(gaps: Mapping[str, Any] | None, ask: Ask) -> frozenset[Any]:
    if gaps is None:
        return frozenset()
    states = ask(GAPS, **gaps)
    return frozenset(states.loc[states["state"] == "none", "period"])
