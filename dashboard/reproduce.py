"""A page's numbers as a Python file that makes them again with DuckDB alone. Pure.

The file asks what the page asked: the text of its queries, with their parameters as literals. Nothing that a stranger wrote becomes
code, because whatever is not a query's text is written as a literal of Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from inspect import getsource
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dashboard.audit_figures import SEEN_RARELY, Counted, Range, Z, corrected, rare, share, total, truly_of
from dashboard.correction import Errors
from dashboard.snapshot import sql

TEMPLATE = Path(__file__).parent / "reproduce.txt"
NUMBERS = frozenset({"k", "n", "story_no"})  # what tells a query of numbers, or of the stories behind them, from others

ARITHMETIC = (
    Range,
    Counted,
    share,
    rare,
    total,
    truly_of,
    corrected,
)  # what a corrected share is made with, each of those before it
_IMPORTS = "from dataclasses import dataclass\nfrom math import exp, log, sqrt\n"
_ABOUT = (
    "# By line: how its tagging errors are known. An audit judged a random sample in strata: [stories in it, judged, of these with the\n"
    "# topic]. Else the snapshot holds what was measured, which the question RATIO asks for."
)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table of numbers, by column; or `points` of lines over time, with gaps in which nothing is drawn. `errors`: what is
    known of the tagging errors of lines, by key, whose shares are shown corrected, too."""

    name: str
    rows: Sequence[Mapping[str, Any]] = ()
    points: pd.DataFrame | None = None
    errors: Mapping[str, Errors] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A query's text with its parameters."""

    sql: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One table of the page: its name and the question that it answers; `gaps` asks in which periods nothing is drawn."""

    table: str
    question: Question
    gaps: Question | None = None


def literal(value: object) -> str:
    """Return a value as Python would have it written, in one line; raises TypeError for what has no literal."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(key)}: {literal(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple | np.ndarray):
        return "[" + ", ".join(literal(one) for one in value) + "]"
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime()
    if value is None or isinstance(value, bool | int | float | str | datetime | date):
        return repr(value)
    raise TypeError(f"a {type(value).__name__} has no literal")


def _text(sql: str) -> str:
    """Return a query's text as a literal that can be read."""
    plain = sql.isascii() and "'''" not in sql and "\\" not in sql
    return f"'''\n{sql.strip()}\n'''" if plain else repr(sql)


def _question(question: Question, indent: str) -> str:
    lines = [f"{indent}    {literal(name)}: {literal(value)}," for name, value in question.parameters.items()]
    return f'{indent}"sql": {_text(question.sql)},\n{indent}"parameters": {{\n' + "\n".join(lines) + f"\n{indent}}},"


def _step(step: Step) -> str:
    gaps = f"{{\n{_question(step.gaps, '            ')}\n        }}" if step.gaps else "None"
    return f'    {{\n        "table": {literal(step.table)},\n{_question(step.question, "        ")}\n        "gaps": {gaps},\n    }},'


def _phrases(searches: Mapping[str, Mapping[str, Any]]) -> str:
    if not searches:
        return "PHRASES = []"
    found = "\n".join(f"    {literal({'key': key, **parameters})}," for key, parameters in searches.items())
    return f"TABLE = {_text(sql('asked/table'))}\nPHRASE = {_text(sql('asked/phrase'))}\nPHRASES = [\n{found}\n]"


def _errors(known: Mapping[str, Mapping[str, Errors]], ratio: str) -> str:
    """Return the arithmetic of corrected shares, which is the page's own text, and the numbers that it starts from."""
    if not known:
        return "ERRORS = {}"
    arithmetic = "\n\n\n".join(getsource(one).rstrip() for one in ARITHMETIC)
    tables = [
        f"    {literal(table)}: {{\n" + "\n".join(f"        {literal(key)}: {_known(one)}," for key, one in by_key.items()) + "\n    },"
        for table, by_key in known.items()
    ]  # fmt: skip
    return "\n".join(
        [_IMPORTS, f"Z = {Z!r}", f"SEEN_RARELY = {SEEN_RARELY!r}", "", "", arithmetic, "", "", f"RATIO = {_text(ratio)}", _ABOUT,
         "ERRORS = {", *tables, "}"]
    )  # fmt: skip


def _known(errors: Errors) -> str:
    counted = {name: [one.of, one.judged, one.yes] for name, one in errors.counted}
    return literal({"known": errors.said, "strata": counted or None, "parameters": dict(errors.asked) or None})


def python_file(
    steps: Sequence[Step],
    *,
    page: str,
    link: str,
    described: str,
    snapshot: str,
    errors: Mapping[str, Mapping[str, Errors]] | None = None,
    ratio: str = "",
    phrases: Mapping[str, Mapping[str, Any]] | None = None,
) -> bytes:
    """Return the file, in UTF-8; `described` are the filters in words, `phrases` what finds the stories of those that restrict stories.
    `errors` are those by which shares of a table, by its name, are corrected, by key; `ratio` is the text of the query audit_ratio, which
    tells of those that the snapshot knows."""
    known = {
        table: {key: one for key, one in by_key.items() if one.truly is not None}
        for table, by_key in (errors or {}).items()
    }
    known = {table: by_key for table, by_key in known.items() if by_key}
    made = {
        "page": literal(page), "link": literal(link), "described": literal(described), "snapshot": literal(snapshot),
        "steps": "STEPS = [\n" + "\n".join(_step(step) for step in steps) + "\n]",
        "phrases": _phrases(phrases or {}), "errors": _errors(known, ratio),
    }  # fmt: skip
    return filled(TEMPLATE.read_text(encoding="utf-8"), made).encode("utf-8")


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return the template with each {name} of these values filled in, in one pass: a value is never looked into."""
    parts, at = [], 0
    places = sorted((template.index(f"{{{name}}}"), name) for name in values)
    for place, name in places:
        parts += [template[at:place], values[name]]
        at = place + len(name) + 2
    return "".join([*parts, template[at:]])
