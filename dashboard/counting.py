"""What is counted for a line: the parameters of the macros, and the lines of keys that no catalog lists. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zlib import crc32

import pandas as pd

from dashboard import words
from dashboard.filters import Filters
from dashboard.keys import ANY, PHRASE, members_of, parted, phrase_of
from dashboard.search import EXCLUDED, parse

Ask = Callable[..., pd.DataFrame]  # ask("coverage", keys=…, …) -> rows of queries/coverage.sql
OWN_STYLES = 32  # the pairs of hue and dash that theme.style_of knows
RESTRICTIONS = ("about_any", "about_all", "about_none")  # parameters that restrict numerator and denominator alike
MOST_LETTERS = 26  # of a name beside a line; a longer one is cut


@dataclass(frozen=True, slots=True)
class Source:
    """A source with stories: its first and last day and how many it has."""

    id: str
    name: str
    sampled: str | None
    first_day: date
    last_day: date
    stories: int


def sample_notes(sources: Iterable[Source]) -> list[str]:
    """Return what of sources is a sample, in one note for those that are sampled alike: 'The Digest: random 30 a month', 'A, B, C and 2
    more: a part of each month'."""
    alike: dict[str, list[str]] = {}
    for source in sources:
        if source.sampled:
            alike.setdefault(source.sampled, []).append(source.name)
    told = {
        said: words.listed(names if len(names) <= 3 else [*names[:3], f"{len(names) - 3} more"])
        for said, names in alike.items()
    }
    return [f"{names}: {said}" for said, names in told.items()]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the chart; `source` only where sources are compared, `about` ('about China') only where it has a restriction of its
    own, which its key and names hold too."""

    key: str
    name: str
    short: str
    style_no: int | None
    source: Source | None = None
    about: str = ""

    @property
    def label(self) -> str:
        """The direct label: the short name, and the source where sources are compared."""
        return f"{self.short} · {self.source.name}" if self.source else self.short

    @property
    def plain_name(self) -> str:
        """The name without what the line's own whole is about."""
        return self.name.removesuffix(f", of stories {self.about}") if self.about else self.name


def restriction(filters: Filters, within: str = "") -> dict[str, Any]:
    """Return the parameters that restrict numerator and denominator alike (STATISTICS 3); None where there is no restriction.

    `within`: the key of a line's own restriction, beside those of the filters.
    """
    every = (*filters.all_of, within) if within else filters.all_of
    return {
        "letters": filters.letters,
        "unit": filters.unit,
        "about_any": counted_keys(filters.any_of, filters.role) or None,
        "about_all": counted_keys(every, filters.role) or None,
        "about_none": counted_keys(filters.none_of, filters.role) or None,
    }


def counted_key(key: str, role: str) -> str:
    """Return the key that is counted for a chosen line: with role 'named' an organization counts where it is named."""
    return re.sub(r"(^|@)organization:", r"\1named:", key) if role == "named" else key


def counted_keys(keys: tuple[str, ...], role: str) -> tuple[str, ...]:
    """Return the counted key of each."""
    return tuple(counted_key(key, role) for key in keys)


def line_of(key: str, catalog: Mapping[str, Line]) -> Line:
    """Return the line of any key, a reader's own too. Raises KeyError where the catalog lacks what it names."""
    plain, within = parted(key)
    if plain in catalog:
        line = catalog[plain]
    elif phrase_of(plain):
        line = _own(plain, phrase_name(phrase_of(plain)))
    else:
        names = [catalog[member].short for member in members_of(plain)]
        if not names:
            raise KeyError(key)
        line = _own(plain, words.listed(names, "or"))
    return inside(line, catalog[within]) if within else line


def inside(line: Line, of: Line) -> Line:
    """Return the line drawn of the stories about something alone."""
    return replace(
        line, key=f"{line.key}@{of.key}", name=f"{line.name}, of stories about {of.name}", short=f"{line.short} in {of.short}",
        about=f"about {of.name}",
    )  # fmt: skip


def _own(key: str, name: str) -> Line:
    """A line that owns its style by its key alone, so that it looks the same on every day."""
    short = name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1].rstrip()}…"
    return Line(key, name, short, crc32(key.encode("utf-8")) % OWN_STYLES)


def phrase_name(text: str) -> str:
    """Return a search in words: '“AI Act”', '“o3” or “o4”', '“agents” and “open source”, not “robots”'."""
    clauses: dict[int, list[str]] = {}
    for item in parse(text):
        clauses.setdefault(item.clause, []).append(f"“{item.text}”")
    wanted = words.listed([words.listed(told, "or") for clause, told in clauses.items() if clause != EXCLUDED])
    excluded = words.listed(clauses.get(EXCLUDED, []), "or")
    return f"{wanted}, not {excluded}" if excluded else wanted


def with_own(catalog: Mapping[str, Line], keys: tuple[str, ...]) -> dict[str, Line]:
    """Return the catalog with the lines of these keys that it lacks."""
    return {
        **catalog,
        **{key: line_of(key, catalog) for key in keys if key.startswith((PHRASE, ANY)) and key not in catalog},
    }
