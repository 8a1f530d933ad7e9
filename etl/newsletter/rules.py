"""The splitter's word lists, read from `seeds/newsletter_rules.toml` and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar, cast, get_args

from etl.settings import default_seeds
from etl.toml_entries import Entry, read_toml, table_entry

T = TypeVar("T")
Place = Literal["opening", "middle", "closing"]

RULES_FILE = "newsletter_rules.toml"
MARKERS = (
    "greeting",
    "sign_off",
    "signer",
    "byline",
    "advert",
    "advert_paragraph",
    "footer",
    "boilerplate",
    "caption",
)
_PLACES = frozenset(get_args(Place))
# Names of people and kinds of pictures are told from prose by their capitals, the other markers are not.
_CASE_MATTERS = frozenset({"byline", "caption"})


@dataclass(frozen=True, slots=True)
class Label:
    """A label's plain id and where in a story it stands."""

    id: str
    place: Place = "middle"


@dataclass(frozen=True, slots=True)
class NewsletterRules:
    """Labels and sections by normalized spelling, one compiled expression a marker, and what a title looks like."""

    labels: Mapping[str, Label]
    sections: Mapping[str, bool]
    markers: Mapping[str, re.Pattern[str]]
    longest_title: int
    small_words: frozenset[str]
    abbreviations: frozenset[str]

    def marked(self, marker: str, text: str) -> bool:
        """Whether `text` starts with a line-marker, or holds an `advert_paragraph` anywhere."""
        pattern = self.markers[marker]
        found = pattern.search(straight(text)) if marker == "advert_paragraph" else pattern.match(straight(text))
        return found is not None

    def label(self, heading: str) -> Label | None:
        """The label printed as `heading`, if it is a listed one."""
        return self.labels.get(normal(heading))

    def section(self, heading: str) -> bool | None:
        """Whether the listed section `heading` is a lasting one; None if it is not listed."""
        return self.sections.get(normal(heading))


def straight(text: str) -> str:
    """`text` with typographic apostrophes and quotation marks made straight, one for one."""
    return text.translate({0x2018: "'", 0x2019: "'", 0x02BC: "'", 0x201C: '"', 0x201D: '"'})


def normal(heading: str) -> str:
    """The form under which headings are compared: straight, lower case, single spaces, no colon or space around."""
    return " ".join(straight(heading).casefold().split()).strip(" :")


def rules_path(seeds: Path | None = None) -> Path:
    """The rules file in the given seeds folder; without one, in the seeds that come with the code."""
    return (default_seeds() if seeds is None else seeds) / RULES_FILE


@cache
def default_rules() -> NewsletterRules:
    """The shipped rules, read once a process."""
    return load_rules(rules_path())


def load_rules(path: Path) -> NewsletterRules:
    """Read and check a rules file.

    Raises InputError, naming the entry and the remedy, for a missing or malformed file, an unknown key, a spelling
    claimed twice, or an expression that does not compile.
    """
    file = table_entry(read_toml(path), file=path, where="newsletter rules")
    title = file.within(file.need("title", dict), "title")
    rules = NewsletterRules(
        labels=_labels(file.tables("label")),
        sections=_sections(file.tables("section")),
        markers=_markers(file.within(file.need("markers", dict), "markers")),
        longest_title=_positive(title, "longest"),
        small_words=frozenset(_strings(title, "small_words")),
        abbreviations=frozenset(_strings(title, "abbreviations")),
    )
    title.done()
    file.done()
    return rules


def _labels(entries: list[Entry]) -> dict[str, Label]:
    labels: dict[str, Label] = {}
    for entry in entries:
        place = cast(Place, entry.one_of("place", _PLACES) if entry.has("place") else "middle")
        label = Label(id=entry.need("id", str), place=place)
        for spelling in _strings(entry, "spellings"):
            _claim(labels, normal(spelling), label, entry)
        entry.done()
    return labels


def _sections(entries: list[Entry]) -> dict[str, bool]:
    sections: dict[str, bool] = {}
    for entry in entries:
        _claim(sections, normal(entry.need("name", str)), entry.get("lasting", bool) or False, entry)
        entry.done()
    return sections


def _markers(entry: Entry) -> dict[str, re.Pattern[str]]:
    markers = {name: _pattern(entry, name) for name in MARKERS}
    entry.done()
    return markers


def _pattern(entry: Entry, name: str) -> re.Pattern[str]:
    flags = re.NOFLAG if name in _CASE_MATTERS else re.IGNORECASE
    expressions = _strings(entry, name)
    for expression in expressions:
        try:
            matches_empty = re.compile(expression, flags).search("")
        except re.error as error:
            raise entry.error(f"`{name}` has {expression!r}, no expression ({error})", remedy="correct it") from error
        if matches_empty:
            problem = f"`{name}` has {expression!r}, which matches every line"
            raise entry.error(problem, remedy="make it ask for at least one character")
    return re.compile("|".join(f"(?:{expression})" for expression in expressions), flags)


def _claim(claimed: dict[str, T], key: str, value: T, entry: Entry) -> None:
    if not key or key in claimed:
        problem = f"the spelling {key!r} is claimed twice" if key else "a spelling is empty"
        raise entry.error(problem, remedy="leave it in one entry only" if key else "remove it")
    claimed[key] = value


def _strings(entry: Entry, key: str) -> list[str]:
    values = entry.need(key, list)
    if not values or not all(isinstance(value, str) and value.strip() for value in values):
        raise entry.error(f"`{key}` is no list of texts", remedy=f'write {key} = ["…"]')
    return values


def _positive(entry: Entry, key: str) -> int:
    value = entry.need(key, int)
    if isinstance(value, bool) or value < 1:
        raise entry.error(f"`{key}` is {value!r}, no positive number", remedy=f"write {key} = 120")
    return value
