"""Views that teach by a finding: which are there, and what each says with the numbers of the data at hand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from dashboard import words
from dashboard.counting import Ask
from dashboard.filters import Filters, Known, from_query
from dashboard.named import who
from dashboard.points import shares_of
from dashboard.saved_views import SavedView

MOST_SAVED, LONGEST_CHIP = 4, 24  # chips of saved views beside those that ship; characters, so that they fit one line


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that a sentence names: the stories on a line, of one source or (None) of the view's, over these days, inclusive."""

    name: str
    key: str
    source: str | None
    from_day: date
    to_day: date


@dataclass(frozen=True, slots=True)
class Example:
    """A view with its name and the sentence that says what to see, in which numbers stand in braces by their names."""

    id: str
    name: str
    sentence: str
    filters: Filters
    figures: tuple[Figure, ...]


def examples_of(rows: Iterable[Mapping[str, Any]], known: Known) -> list[Example]:
    """Return the examples that this data can show: those of whose lines and sources it knows every one. Rows of queries/examples.sql."""
    found = []
    for row in rows:
        filters, problems = from_query(parse_qs(row["query"]), known)
        if not problems:
            found.append(Example(row["id"], row["name"], row["sentence"], filters, tuple(map(_figure, row["numbers"]))))
    return found


def _figure(number: Mapping[str, Any]) -> Figure:
    return Figure(number["name"], number["key"], number["source"], number["from_day"], number["to_day"])


def is_shown(example: Example, filters: Filters) -> bool:
    """Whether the view is the example, whatever number of it is opened."""
    return _closed(filters) == _closed(example.filters)


def _closed(filters: Filters) -> Filters:
    return replace(filters, open_key="", open_period=None, open_source="")


def saved_examples(views: Iterable[SavedView], known: Known) -> list[Example]:
    """Return the newest saved views of Coverage that a click can set whole: the chip has a short name, and the sentence is their line."""
    found = []
    for view in views:
        filters, problems = from_query(view.query, known)
        if view.page == "" and not problems:
            said = f"{view.name}: {view.why or 'saved by an editor'} ({who(view.by, view.at)})"
            found.append(Example(view.id, _short(view.name), said.replace("{", "{{").replace("}", "}}"), filters, ()))
    return found[-MOST_SAVED:]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_CHIP else f"{name[: LONGEST_CHIP - 1].rstrip()}…"


def told(example: Example, ask: Ask, sources: tuple[str, ...]) -> str:
    """Return the sentence with its numbers, of these sources where a number names none; '' where one of them is of no story."""
    said = {}
    for figure in example.figures:
        over = {"sources": (figure.source,) if figure.source else sources, "grain": "year"}
        days = {"from_day": figure.from_day, "to_day": figure.to_day}
        rows = shares_of(ask, replace(example.filters, weigh="stories"), [figure.key], over | days)
        k, n = int(rows["k"].sum()), int(rows["n"].sum())
        if not n:
            return ""
        said[figure.name] = f"{words.percent(k / n)} ({words.count(k)} of {words.count(n)})"
    return example.sentence.format_map(said)
