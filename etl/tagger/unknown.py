"""Names of organizations that no seed lists, by how they are built or by what stands next to them.

A name is a run of capitalized words. It is taken where it ends like one ("Inha University", "Acme Robotics"), opens like
one ("Ministry of Health"), is an address ("vue.ai"), or where the text says what it is ("startup Modulate", "Nabla, a
startup", "Seoul-based Lingo", "researchers at Cegos", "companies like Alation", "Lingo's CEO"). The words are seeds:
`[unknown]` in name_traps.toml.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.strings import get_string_id

from etl.lexicon.traps import UnknownPatterns
from etl.tagger.tokens import Layout

Range = tuple[int, int]
_LONGEST = 6
_JOINTS = frozenset({"of", "for", "and", "&", "the"})
_NO_JOINTS: frozenset[str] = frozenset()
_WORKPLACE_JOINTS = frozenset({"of", "for", "&", "the"})
_ENDINGS = (".ai", ".AI", ".io")
_ADDRESS = re.compile(r"\b[A-Za-z]\w+\.(?:ai|AI|io)\b")
_CLAUSE_ENDS = frozenset(",.;:()—–!?")
_CURRENCIES = frozenset("$€£¥₹")
_POSSESSIVES = frozenset({"'s", "’s"})
_JOINING = frozenset(get_string_id(word) for word in (",", "and", "or"))


@dataclass(frozen=True, slots=True)
class Known:
    """Tokens that are named already: of listed organizations, of places, and all but places together."""

    organizations: frozenset[int]
    places: frozenset[int]
    covered: frozenset[int]


Pattern = Callable[[Layout, int, Known], Iterator[Range]]


class UnknownNames:
    """Finds such names in a text."""

    def __init__(self, patterns: UnknownPatterns) -> None:
        self._words = patterns
        starters: dict[str, Pattern] = {
            **dict.fromkeys(patterns.endings | patterns.openings, self._by_head),
            **dict.fromkeys(patterns.kinds, self._by_kind),
            **dict.fromkeys(patterns.officers, self._before_officer),
            **dict.fromkeys((form for word in patterns.groups for form in (word, word.capitalize())), self._in_list),
            **dict.fromkeys(patterns.buyers, self._after),
            **dict.fromkeys(patterns.raisers, self._before_money),
            **dict.fromkeys(patterns.workers, self._at_workplace),
            **dict.fromkeys(("based", "headquartered"), self._at_home),
        }
        self._heads = patterns.endings | patterns.openings
        self._starting = {get_string_id(word): pattern for word, pattern in starters.items()}
        self.cues = frozenset(starters)  # what a vocabulary has to mark with `CUE`

    def find(self, page: Layout, known: Known, recognized: Iterable[Range] = ()) -> list[Range]:
        """Token ranges of the names, in order and without overlap; a name found once is found wherever it stands.

        `recognized` are ranges that a trained recognizer found, names too where they look like one.
        """
        found = [span for span in (*self._candidates(page, known), *recognized) if self._is_name(page, *span)]
        return _apart([*found, *_again(page, found, known)])

    def _candidates(self, page: Layout, known: Known) -> Iterator[Range]:
        words, starting = page.words, self._starting
        for at in page.cues:
            yield from starting[words[at]](page, at, known)
        for at in sorted(known.organizations):
            if at + 1 < len(words) and words[at + 1] in _JOINING:
                yield from self._between(page, at + 1, known)
        text = page.text
        for address in _ADDRESS.finditer(text) if any(ending in text for ending in _ENDINGS) else ():
            at = bisect_left(page.starts, address.start())
            if (
                page.starts[at : at + 1] == [address.start()]
                and page.ends[at] == address.end()
                and at not in known.covered
            ):
                yield at, at + 1

    def _by_head(self, page: Layout, at: int, known: Known) -> Iterator[Range]:
        """Around a head noun: to its left, or after its "of"."""
        if at in known.covered:
            return
        start = self._left(page, at, known)
        if page.word(at) in self._words.openings and at + 2 < len(page.words) and page.word(at + 1) in ("of", "for"):
            end = self._right(page, at + 2, known, joints=_JOINTS)
            if end > at + 2:
                yield start, end
                return
        if page.word(at) in self._words.endings and start < at and page.word(at - 1) not in self._words.common:
            yield start, at + 1

    def _by_kind(self, page: Layout, at: int, known: Known) -> Iterator[Range]:
        """What follows in "startup Modulate", what precedes in "Modulate, a Boston startup"."""
        yield at + 1, self._right(page, at + 1, known)
        opening = at - 1
        while opening > 0 and at - opening < 9 and page.word(opening) not in _CLAUSE_ENDS:
            opening -= 1
        if opening > 0 and page.word(opening) == "," and page.word(opening + 1) in ("a", "an"):
            yield self._left(page, opening, known), opening

    def _before_officer(self, page: Layout, at: int, known: Known) -> Iterator[Range]:
        """The name in "Lingo CEO" and "Lingo's CEO"."""
        end = at - 1 if at > 0 and page.word(at - 1) in _POSSESSIVES else at
        yield self._left(page, end, known), end

    def _before_money(self, page: Layout, at: int, known: Known) -> Iterator[Range]:
        """The name in "Lingo raised $5 million"."""
        if at + 1 < len(page.words) and page.word(at + 1) in _CURRENCIES:
            yield self._left(page, at, known), at

    def _after(self, page: Layout, at: int, known: Known) -> Iterator[Range]:
        """What follows in "acquired Glamst"."""
        yield at + 1, self._right(page, at + 1, known)

    def _at_workplace(self, page: Layout, at: int, known: Known) -> Iterator[Range]:
        """The name in "researchers at Cegos"."""
        if at + 2 < len(page.words) and page.word(at + 1) in ("at", "from"):
            yield at + 2, self._right(page, at + 2, known, joints=_WORKPLACE_JOINTS)

    def _at_home(self, page: Layout, at: int, known: Known) -> Iterator[Range]:
        """The name in "Seoul-based Lingo"."""
        if at > 1 and page.word(at - 1) == "-" and at - 2 in known.places:
            yield at + 1, self._right(page, at + 1, known)

    def _between(self, page: Layout, at: int, known: Known) -> Iterator[Range]:
        """A name between two listed organizations: "Intel, Lingo, and Adobe"."""
        start = _past_joint(page, at)
        if start == at:
            return
        end = self._right(page, start, known)
        after = _past_joint(page, end)
        if after > end and after in known.organizations:
            yield start, end

    def _in_list(self, page: Layout, at: int, known: Known) -> Iterator[Range]:
        """All names in "companies like Alation, Collibra, and Box"."""
        here = at + 2 if at + 1 < len(page.words) and page.word(at + 1) == "," else at + 1
        if here + 1 >= len(page.words) or page.word(here) not in ("like", "including", "include", "such"):
            return
        here += 2 if page.word(here) == "such" else 1
        while here < len(page.words):
            end = self._right(page, here, known)
            if end > here:
                yield here, end
            while end < len(page.words) and end in known.covered:
                end += 1
            if end == here:
                return
            here = _past_joint(page, end)

    def _left(self, page: Layout, end: int, known: Known) -> int:
        start = end
        while (
            start > 0 and end - start < _LONGEST and self._capital(page, start - 1) and start - 1 not in known.covered
        ):
            start -= 1
        return start

    def _right(self, page: Layout, start: int, known: Known, *, joints: frozenset[str] = _NO_JOINTS) -> int:
        """The end of the capitalized run from `start`; `joints` may stand between its words."""
        end = start
        while end < len(page.words) and end - start < _LONGEST and end not in known.covered:
            joint = start < end < len(page.words) - 1 and page.word(end) in joints and self._capital(page, end + 1)
            if not (joint or self._capital(page, end)):
                break
            end += 1
        return end - 1 if end > start and page.word(end - 1) in _JOINTS else end

    def _capital(self, page: Layout, at: int) -> bool:
        text = page.word(at)
        return text[0].isupper() and text not in self._words.stop

    def _is_name(self, page: Layout, start: int, end: int) -> bool:
        """Whether the run holds a word that is neither common nor a head noun nor an acronym of two letters."""
        words = [page.word(at) for at in range(start, end)]
        if end - start == 1:
            return words[0] not in self._words.common and words[0] not in self._heads and len(words[0]) > 2
        return any(word not in self._words.common and len(word) > 2 for word in words)


def _again(page: Layout, found: Iterable[Range], known: Known) -> Iterator[Range]:
    """Where the names found stand a second time."""
    words = page.words
    for name in sorted({tuple(words[start:end]) for start, end in found}):
        for at in _places(words, name[0]):
            if at not in known.covered and tuple(words[at : at + len(name)]) == name:
                yield at, at + len(name)


def _places(words: Sequence[int], word: int) -> Iterator[int]:
    at = -1
    for _ in range(words.count(word)):
        at = words.index(word, at + 1)
        yield at


def _past_joint(page: Layout, at: int) -> int:
    """Behind the comma, the "and" or both that part two names."""
    if at < len(page.words) and page.word(at) == ",":
        at += 1
    return at + 1 if at < len(page.words) and page.word(at) in ("and", "or") else at


def _apart(found: Iterable[Range]) -> list[Range]:
    """The longest of ranges that overlap."""
    kept: list[Range] = []
    for start, end in sorted(set(found), key=lambda span: (span[0] - span[1], span[0])):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end))
    return sorted(kept)
