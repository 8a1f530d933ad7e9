"""What a page shows, as one value: it becomes a link that remembers, a sentence with its citation, and a source line. Pure.

A link carries each number as `was=key=k.n`; when it is opened later, `what_changed` holds those against what the page shows now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from dashboard import words

MOST_CHANGED = 8  # numbers of a link that are told, of those that changed
MOST_NUMBERS = 40  # in one link: browsers and mail programs cut what is longer than some thousand characters
PRODUCT = "AI News Trends"


@dataclass(frozen=True, slots=True)
class Number:
    """A number on the page: `k` of `n` stories, by the key and the name of what is counted."""

    key: str
    name: str
    k: int
    n: int


@dataclass(frozen=True, slots=True)
class Data:
    """The data that the page shows: the snapshot's name and the moment (naive UTC) of the run that made it."""

    name: str
    clock: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A page with its choices (`query`, days absolute), its numbers, and what it says: the sentence on top, the likely ranges of what
    that says, what the numbers are of ('Of 1,611 stories of The Batch'), and the days, inclusive."""

    page: str  # the path, '' for the first page
    query: Mapping[str, Sequence[str]]
    data: Data
    headline: str = ""
    ranges: str = ""
    of: str = ""
    days: tuple[date, date] | None = None
    numbers: tuple[Number, ...] = field(default=())


def numbers_of(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> tuple[Number, ...]:
    """Return the numbers of rows with key, k and n; the first where a key comes twice."""
    found: dict[str, Number] = {}
    for row in rows:
        key = str(row["key"])
        found.setdefault(key, Number(key, names.get(key, key), int(row["k"]), int(row["n"])))
    return tuple(found.values())


def query_of(shown: Shown) -> dict[str, list[str]]:
    """Return all parameters of a link that remembers: the choices, the snapshot's name, and what each number showed."""
    was = [f"{number.key}={number.k}.{number.n}" for number in shown.numbers[:MOST_NUMBERS]]
    query = {name: list(values) for name, values in shown.query.items()}
    return query | {"snapshot": [shown.data.name]} | ({"was": was} if was else {})


def link(shown: Shown, root: str, *, remembers: bool = True, embed: bool = False) -> str:
    """Return the link; `root` is the dashboard's address, with a slash at the end. One that `remembers` carries the numbers;
    `embed` shows the chart alone."""
    query = query_of(shown) | ({"embed": ["true"]} if embed else {})
    if not remembers:
        query.pop("was", None)
    return f"{root}{shown.page}?{urlencode(query, doseq=True)}"


def frame(shown: Shown, root: str) -> str:
    """Return the HTML by which another page shows the chart alone."""
    address = link(shown, root, remembers=False, embed=True).replace("&", "&amp;").replace('"', "%22")
    return f'<iframe src="{address}" width="100%" height="560" style="border:0" title="{PRODUCT}"></iframe>'


def read_was(values: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return what a link says of each key; what can't be read says nothing."""
    found = {}
    for text in values:
        key, _, numbers = text.rpartition("=")
        parts = numbers.split(".")
        if key and len(parts) == 2 and all(part.isascii() and part.isdigit() and len(part) < 13 for part in parts):
            found[key] = (int(parts[0]), int(parts[1]))
    return found


def what_changed(was: Iterable[str], snapshot: str, now: Iterable[Number]) -> str | None:
    """Return what the numbers of a link were and what they are now, as Markdown; None where nothing has changed."""
    then, changed = read_was(was), []
    for number in now:
        k, n = then.get(number.key, (number.k, number.n))
        if (k, n) != (number.k, number.n):
            changed.append(f"{words.plain(one_line(number.name))} was {_of(k, n)} and is {_of(number.k, number.n)}")
    if not changed:
        return None
    more = len(changed) - MOST_CHANGED
    told = [
        *changed[:MOST_CHANGED],
        *([f"{more} more {'number' if more == 1 else 'numbers'} changed"] if more > 0 else []),
    ]
    return f"This link was made from older data ({words.quoted(snapshot)}): {'; '.join(told)}."


def _of(k: int, n: int) -> str:
    return words.count(k) if k == n else f"{words.count(k)} of {words.count(n)}"


def one_line(text: str, most: int = 600) -> str:
    """Return text on one line, without signs that are not shown or turn the direction of writing."""
    shown = "".join(c if c.isprintable() or c == words.NBSP else " " for c in text)
    plain = " ".join(part for part in shown.split(" ") if part)
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def days_words(shown: Shown) -> str:
    """Return '17 Apr 2019 to 24 Jul 2026', '' for a page without days."""
    return f"{words.day(shown.days[0])} to {words.day(shown.days[1])}" if shown.days else ""


def sentence(shown: Shown, root: str) -> str:
    """Return the headline as a sentence that can be cited: with likely ranges, denominator, sources, days, data and link."""
    of = ", ".join(part for part in (shown.of, days_words(shown)) if part)
    said = [_ended(one_line(part)) for part in (shown.headline, shown.ranges, of) if part]
    source = f"Source: {PRODUCT}, data of {words.moment(shown.data.clock)} ({shown.data.name}), {link(shown, root, remembers=False)}"
    return " ".join([*said, source])


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def source_line(shown: Shown) -> str:
    """Return what stands under a chart that is shown alone: denominator, sources, days, and which data it is."""
    parts = [shown.of, days_words(shown), f"{PRODUCT}, data of {words.moment(shown.data.clock)}", shown.data.name]
    return " · ".join(one_line(part) for part in parts if part)
