"""Names of organizations that no seed lists, by how they are built or by what stands next to them.

A name is a run of capitalized words. It is taken where it ends like one ("Inha University", "Acme Robotics"), opens like
one ("Ministry of Health"), is an address ("vue.ai"), or where the text says what it is ("startup Modulate", "Nabla, a
startup", "Seoul-based Lingo", "researchers at Cegos", "companies like Alation", "Lingo's CEO"). The words are seeds:
`[unknown]` in name_traps.toml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from spacy.attrs import ORTH
from spacy.strings import get_string_id
from spacy.tokens import Doc

from etl.lexicon.traps import UnknownPatterns
from etl.tagger.tokens import text_of

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


@dataclass(frozen=True, slots=True)
class Known:
    """Tokens that are named already: of listed organizations, of places, and all but places together."""

    organizations: frozenset[int]
    places: frozenset[int]
    covered: frozenset[int]


Pattern = Callable[[Doc, int, Known], Iterator[Range]]


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
        self._starting = {get_string_id(word): pattern for word, pattern in starters.items()}

    def find(self, doc: Doc, known: Known, recognized: Iterable[Range] = ()) -> list[Range]:
        """Token ranges of the names, in order and without overlap; a name found once is found wherever it stands.

        `recognized` are ranges that a trained recognizer found, names too where they look like one.
        """
        found = [span for span in (*self._candidates(doc, known), *recognized) if self._is_name(doc, *span)]
        return _apart([*found, *_again(doc, found, known)])

    def _candidates(self, doc: Doc, known: Known) -> Iterator[Range]:
        for at, word in enumerate(doc.to_array([ORTH]).tolist()):
            if word in self._starting:
                yield from self._starting[word](doc, at, known)
        for at in sorted(known.organizations):
            yield from self._between(doc, at + 1, known)
        text = text_of(doc)
        for address in _ADDRESS.finditer(text) if any(ending in text for ending in _ENDINGS) else ():
            span = doc.char_span(*address.span())
            if span is not None and len(span) == 1 and span.start not in known.covered:
                yield span.start, span.end

    def _by_head(self, doc: Doc, at: int, known: Known) -> Iterator[Range]:
        """Around a head noun: to its left, or after its "of"."""
        if at in known.covered:
            return
        start = self._left(doc, at, known)
        if doc[at].text in self._words.openings and at + 2 < len(doc) and doc[at + 1].text in ("of", "for"):
            end = self._right(doc, at + 2, known, joints=_JOINTS)
            if end > at + 2:
                yield start, end
                return
        if doc[at].text in self._words.endings and start < at and doc[at - 1].text not in self._words.common:
            yield start, at + 1

    def _by_kind(self, doc: Doc, at: int, known: Known) -> Iterator[Range]:
        """What follows in "startup Modulate", what precedes in "Modulate, a Boston startup"."""
        yield at + 1, self._right(doc, at + 1, known)
        opening = at - 1
        while opening > 0 and at - opening < 9 and doc[opening].text not in _CLAUSE_ENDS:
            opening -= 1
        if opening > 0 and doc[opening].text == "," and doc[opening + 1].text in ("a", "an"):
            yield self._left(doc, opening, known), opening

    def _before_officer(self, doc: Doc, at: int, known: Known) -> Iterator[Range]:
        """The name in "Lingo CEO" and "Lingo's CEO"."""
        end = at - 1 if at > 0 and doc[at - 1].text in _POSSESSIVES else at
        yield self._left(doc, end, known), end

    def _before_money(self, doc: Doc, at: int, known: Known) -> Iterator[Range]:
        """The name in "Lingo raised $5 million"."""
        if at + 1 < len(doc) and doc[at + 1].text in _CURRENCIES:
            yield self._left(doc, at, known), at

    def _after(self, doc: Doc, at: int, known: Known) -> Iterator[Range]:
        """What follows in "acquired Glamst"."""
        yield at + 1, self._right(doc, at + 1, known)

    def _at_workplace(self, doc: Doc, at: int, known: Known) -> Iterator[Range]:
        """The name in "researchers at Cegos"."""
        if at + 2 < len(doc) and doc[at + 1].text in ("at", "from"):
            yield at + 2, self._right(doc, at + 2, known, joints=_WORKPLACE_JOINTS)

    def _at_home(self, doc: Doc, at: int, known: Known) -> Iterator[Range]:
        """The name in "Seoul-based Lingo"."""
        if at > 1 and doc[at - 1].text == "-" and at - 2 in known.places:
            yield at + 1, self._right(doc, at + 1, known)

    def _between(self, doc: Doc, at: int, known: Known) -> Iterator[Range]:
        """A name between two listed organizations: "Intel, Lingo, and Adobe"."""
        start = _past_joint(doc, at)
        if start == at:
            return
        end = self._right(doc, start, known)
        after = _past_joint(doc, end)
        if after > end and after in known.organizations:
            yield start, end

    def _in_list(self, doc: Doc, at: int, known: Known) -> Iterator[Range]:
        """All names in "companies like Alation, Collibra, and Box"."""
        here = at + 2 if at + 1 < len(doc) and doc[at + 1].text == "," else at + 1
        if here + 1 >= len(doc) or doc[here].text not in ("like", "including", "include", "such"):
            return
        here += 2 if doc[here].text == "such" else 1
        while here < len(doc):
            end = self._right(doc, here, known)
            if end > here:
                yield here, end
            while end < len(doc) and end in known.covered:
                end += 1
            if end == here:
                return
            here = _past_joint(doc, end)

    def _left(self, doc: Doc, end: int, known: Known) -> int:
        start = end
        while start > 0 and end - start < _LONGEST and self._capital(doc, start - 1) and start - 1 not in known.covered:
            start -= 1
        return start

    def _right(self, doc: Doc, start: int, known: Known, *, joints: frozenset[str] = _NO_JOINTS) -> int:
        """The end of the capitalized run from `start`; `joints` may stand between its words."""
        end = start
        while end < len(doc) and end - start < _LONGEST and end not in known.covered:
            joint = start < end < len(doc) - 1 and doc[end].text in joints and self._capital(doc, end + 1)
            if not (joint or self._capital(doc, end)):
                break
            end += 1
        return end - 1 if end > start and doc[end - 1].text in _JOINTS else end

    def _capital(self, doc: Doc, at: int) -> bool:
        text = doc[at].text
        return text[0].isupper() and text not in self._words.stop

    def _is_name(self, doc: Doc, start: int, end: int) -> bool:
        """Whether the run holds a word that is neither common nor a head noun nor an acronym of two letters."""
        heads = self._words.endings | self._words.openings
        words = [token.text for token in doc[start:end]]
        if end - start == 1:
            return words[0] not in self._words.common and words[0] not in heads and len(words[0]) > 2
        return any(word not in self._words.common and len(word) > 2 for word in words)


def _again(doc: Doc, found: Iterable[Range], known: Known) -> Iterator[Range]:
    """Where the names found stand a second time."""
    words = doc.to_array([ORTH])
    names = {tuple(words[start:end].tolist()) for start, end in found}
    for name in sorted(names):
        for at in np.flatnonzero(words == name[0]).tolist():
            if at not in known.covered and tuple(words[at : at + len(name)].tolist()) == name:
                yield at, at + len(name)


def _past_joint(doc: Doc, at: int) -> int:
    """Behind the comma, the "and" or both that part two names."""
    if at < len(doc) and doc[at].text == ",":
        at += 1
    return at + 1 if at < len(doc) and doc[at].text in ("and", "or") else at


def _apart(found: Iterable[Range]) -> list[Range]:
    """The longest of ranges that overlap."""
    kept: list[Range] = []
    for start, end in sorted(set(found), key=lambda span: (span[0] - span[1], span[0])):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end))
    return sorted(kept)
