"""views.toml: views that teach by a finding, and the numbers that their sentences name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Formatter
from urllib.parse import parse_qsl

from etl.toml_entries import Entry, read_tables

FILE = "views.toml"
LONGEST_NAME = 24  # characters: six chips fit one line


@dataclass(frozen=True, slots=True)
class ExampleNumber:
    """A number that a sentence names: `k` of `n` stories on a line, as the archive has them; days inclusive."""

    name: str
    key: str
    source: str | None
    from_day: date
    to_day: date
    k: int
    n: int


@dataclass(frozen=True, slots=True)
class ExampleView:
    """A view with its sentence, in which numbers stand in braces by their names; `query` are the parameters of its address."""

    id: str
    name: str
    sentence: str
    query: str
    numbers: tuple[ExampleNumber, ...]


def load_example_views(seeds: Path) -> list[ExampleView]:
    """The views in the file's order, none where there is no such file; raises InputError naming file, entry and remedy."""
    path = seeds / FILE
    if not path.is_file():
        return []
    return [_view(key, Entry(table, file=path, where=key)) for key, table in read_tables(path).items()]


def _view(key: str, entry: Entry) -> ExampleView:
    numbers = entry.need("numbers", dict)
    view = ExampleView(
        id=key,
        name=entry.need("name", str),
        sentence=entry.need("sentence", str),
        query=entry.need("query", str),
        numbers=tuple(_number(name, entry.within(value, name)) for name, value in numbers.items()),
    )
    entry.done()
    if not 0 < len(view.name) <= LONGEST_NAME:
        raise entry.error(f"`name` has {len(view.name)} characters", remedy=f"give 1 to {LONGEST_NAME}")
    if not parse_qsl(view.query):
        raise entry.error("`query` holds no parameter", remedy="copy what follows the question mark of a view's link")
    if _named(view.sentence, entry) != {number.name for number in view.numbers}:
        raise entry.error("`sentence` and `numbers` name different numbers", remedy="name each once in braces")
    return view


def _named(sentence: str, entry: Entry) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
    except ValueError as error:
        raise entry.error(f"`sentence` has a stray brace ({error})", remedy="write each number as {name}") from error


def _number(name: str, entry: Entry) -> ExampleNumber:
    number = ExampleNumber(
        name=name,
        key=entry.need("key", str),
        source=entry.get("source", str),
        from_day=entry.need("from", date),
        to_day=entry.need("to", date),
        k=entry.need("k", int),
        n=entry.need("n", int),
    )
    entry.done()
    if number.from_day > number.to_day or not 0 <= number.k <= number.n:
        raise entry.error("days run backwards, or k is not within n", remedy="correct the number")
    return number
