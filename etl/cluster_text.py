"""What of a story's words is compared to tell a copy: words, runs of words, names and numbers (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

RUN = 3  # words of a run ("shingle")
HEAD = 40  # words that an excerpt shares with the text it was cut from
BODY = 12  # a text of fewer words says no more than a headline

_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b]")
_AMOUNT = re.compile(r"(?<=\d)[ -]?(?:(k|thousand)|(m|mn|million)|(b|bn|billion)|(t|tn|trillion))\b", re.IGNORECASE)
_WORD = re.compile(r"\d[\d.,]*\d\w*|\w+")
_NAME = re.compile(r"\b[A-Z]\w+")
# What an editor puts before or after a headline that is otherwise the same.
_LABEL = re.compile(
    r"^\s*\W?(?:exclusive|breaking(?: news)?|updated?|correct(?:ed|ion)|refile|watch)\W? ?\d{0,2}\s*[-:–—|]\s*", re.I
)
_PUBLISHER = re.compile(r"\s+[-–—|•]\s+([^-–—|•]{2,40})$")
_CUT = re.compile(r"(?:\.\.\.|…)\s*$")
_COUNTING = re.compile(
    r"\d\w*|.*\d.*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|first|second|third|fourth|fifth|last|next"
    r"|[ivx]{2,4}|v|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|spring|summer|autumn|winter"
)


@dataclass(frozen=True)
class Text:
    """A story as far as copies are told by it. `story_no` breaks ties; `published` is naive UTC."""

    story_no: int
    source_no: int
    day: date
    published: datetime
    title: str
    body: str

    @property
    def order(self) -> tuple[date, datetime, int, int]:
        """Earlier stories found clusters that later ones join."""
        return self.day, self.published, self.source_no, self.story_no

    @cached_property
    def words(self) -> list[str]:
        """Words of the body, folded; none where it is too short to be compared."""
        found = words(self.body)
        return found if len(found) >= BODY else []

    @cached_property
    def runs(self) -> frozenset[str]:
        """Every `RUN` words that follow each other in the body."""
        return frozenset(runs(self.words))

    @cached_property
    def hard(self) -> frozenset[str]:
        """Words of the body that a copy can't replace: names and numbers."""
        names = words(" ".join(_NAME.findall(_plain(self.body))))
        return frozenset([*names, *(word for word in self.words if any(char.isdigit() for char in word))])

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Words of the body with a digit."""
        return frozenset(word for word in self.words if any(char.isdigit() for char in word))

    @cached_property
    def headline(self) -> tuple[str, ...]:
        """Words of the title without labels ("Exclusive:") and the publisher's name at its end."""
        title = _LABEL.sub("", self.title)
        found = _PUBLISHER.search(title)
        shorter = words(title[: found.start()]) if found and not _counting(found.group(1)) else []
        return tuple(shorter if len(shorter) >= 4 else words(title))

    @cached_property
    def counting(self) -> frozenset[str]:
        """Words of the title that tell one of a series from another: numbers, months, days."""
        return _counting(_LABEL.sub("", self.title))

    @property
    def cut(self) -> bool:
        """Whether the title ends in an ellipsis."""
        return _CUT.search(self.title) is not None


def _counting(title: str) -> frozenset[str]:
    return frozenset(word for word in words(title) if _COUNTING.fullmatch(word))


def words(text: str) -> list[str]:
    """Words without case and accents; "$10 million" and "10M" are the same word, and so are 1,000 and 1000."""
    return [word.replace(",", "") for word in _WORD.findall(_plain(text).casefold())]


def runs(of_words: list[str]) -> Iterable[str]:
    """Every `RUN` words that follow each other; all of them as one where they are fewer."""
    if len(of_words) < RUN:
        return [" ".join(of_words)] if of_words else []
    return map(" ".join, zip(*(of_words[at:] for at in range(RUN)), strict=False))


def _plain(text: str) -> str:
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return _AMOUNT.sub(lambda found: "kmbt"[(found.lastindex or 1) - 1], text)
