"""Phrases that restrict stories: what a search finds is a line that the data does not hold, kept on the cursor that is asked with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import duckdb

from dashboard.counting import RESTRICTIONS
from dashboard.keys import phrase_of
from dashboard.search import look_up
from dashboard.snapshot import run_on, sql


def phrases_in(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of the phrases that restrict a question's stories, each once, in order."""
    restricting = {key for name in RESTRICTIONS for key in parameters.get(name) or () if phrase_of(key)}
    return tuple(sorted(restricting))


def searches_of(ask: Callable[..., Any], phrases: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what finds the stories of each phrase: the parameters of the macro search_story; none for one that no story can hold."""
    found = {key: look_up(ask, phrase_of(key)) for key in phrases}
    asked = {key: search.parameters() for key, search in found.items() if search is not None}
    return {key: parameters for key, parameters in asked.items() if parameters is not None}


def hold_phrases(cursor: duckdb.DuckDBPyConnection, phrases: Iterable[str]) -> None:
    """Make this cursor know the stories of these phrases as lines. Raises duckdb.CatalogException where the snapshot's own macros do not
    ask for such lines: it was made before there were any."""
    cursor.execute("SELECT 1 FROM asked_line()")
    cursor.execute(sql("asked/table"))
    for key, parameters in searches_of(lambda name, **given: run_on(cursor, name, given), phrases).items():
        bound = {name: list(value) if isinstance(value, tuple) else value for name, value in parameters.items()}
        cursor.execute(sql("asked/phrase"), {"key": key, **bound})
