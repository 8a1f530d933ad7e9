"""The one shape to which feeds of every dialect come down."""

from __future__ import annotations

from dataclasses import dataclass

from etl.sources.entry_date import GivenDate
from etl.sources.entry_text import Markup


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the feed gives it, '' where it gives nothing; `dates` in the order in which they count.

    `summary` is None where the feed has none of its own. `language` is the entry's, or else the feed's.
    """

    guid: str
    link: str
    title: Markup
    content: Markup | None
    summary: Markup | None
    dates: tuple[GivenDate, ...]
    language: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed's entries in its order; `broken` says what was wrong with it, though they could be read.

    `torn` is set where the feed ends in the middle of its last entry. `title`, `home` and `language` are what it says of itself,
    as it says it, '' where it does not.
    """

    entries: tuple[Entry, ...]
    broken: str | None = None
    torn: bool = False
    title: str = ""
    home: str = ""
    language: str = ""
