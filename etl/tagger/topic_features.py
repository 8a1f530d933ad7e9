"""Where the topic model's features stand in stories: n-grams of normalized words, found in whole arrays.

A *unit* is a word in lower case without its plural ending. A *term* is a run of 1 to 4 units; hyphens are
skipped ("self-driving" is "self driving"), any other punctuation breaks a run. Words are compared by the 64-bit
number that spaCy gives a lower-case form (its hash, or a small number for words such as "agent" that spaCy itself
uses), and many stories are read at once, so that a story costs a few array operations' share and no strings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokens import Doc

from etl.tagger.tokens import Layout, blank_english, layout

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Ids = npt.NDArray[np.uint64]

LONGEST = 4
LEAD_WORDS = 40
TITLE_WEIGHT, LEAD_WEIGHT, BODY_WEIGHT = 3.0, 1.5, 0.5
_HYPHENS = frozenset("-‐‑")
_HYPHEN_IDS = [np.uint64(get_string_id(mark)) for mark in sorted(_HYPHENS)]
_MULTIPLIER, _MASK = 0x9E3779B97F4A7C15, 0xFFFFFFFFFFFFFFFF
_NONE = -1  # no unit, or no term


@cache
def english() -> Language:
    """The tokenizer for phrases and examples, made once."""
    return blank_english()


def unit_of(form: str) -> str:
    """The lower-case word without plural ending: "agencies" -> "agency", "chips" -> "chip", "bias" stays."""
    if len(form) < 4 or not form.endswith("s") or form.endswith(("ss", "us", "is", "as", "os")):
        return form
    if form.endswith("ies") and len(form) > 4:
        return form[:-3] + "y"
    if form.endswith(("ches", "shes", "sses", "xes", "zes")):
        return form[:-2]
    return form[:-1]


def forms_of(unit: str) -> list[str]:
    """The words whose unit this is: itself and its plurals; `unit_of` strips no other ending."""
    plurals = (unit, unit + "s", unit + "es", unit[:-1] + "ies")
    return [form for form in dict.fromkeys(plurals) if unit_of(form) == unit]


def term_of(phrase: str) -> str:
    """A phrase as a term: its units joined by one space ("Self-driving cars" -> "self driving car")."""
    return " ".join(units_of(english().make_doc(phrase)))


def units_of(doc: Doc) -> list[str]:
    """The units of a tokenized text, without hyphens."""
    return [unit_of(token.lower_) for token in doc if token.text not in _HYPHENS and not token.is_space]


class Batch:
    """Stories laid end to end, each its title and then its text, whose tokens are counted on through all of them."""

    def __init__(self, stories: Sequence[tuple[Doc, Doc]]) -> None:
        """Lay out titles and texts."""
        self.fields: list[Layout] = [layout(doc) for story in stories for doc in story]
        self.bounds: Longs = np.cumsum([0, *(len(field.words) for field in self.fields)])
        empty = np.zeros(0, dtype=np.uint64)
        self.words: Ids = np.concatenate([empty, *(field.lower for field in self.fields)])

    def __len__(self) -> int:
        """The number of stories."""
        return len(self.fields) // 2

    def field_of(self) -> Longs:
        """Which field each token stands in: title and text of the first story, title and text of the second, …"""
        return np.repeat(np.arange(len(self.fields)), np.diff(self.bounds))

    def weights(self, tokens: Longs, fields: Longs) -> Floats:
        """What words at these places count."""
        lead = tokens - self.bounds[fields] < LEAD_WORDS
        found: Floats = np.where(fields % 2 == 0, TITLE_WEIGHT, np.where(lead, LEAD_WEIGHT, BODY_WEIGHT)).astype(
            np.float32
        )
        return found


@dataclass(frozen=True, slots=True)
class Hits:
    """The terms found in some stories: parallel arrays, one entry an occurrence; those of one term in order of the text.

    `term` is the row in the vocabulary; `start` and `end` are token numbers of the batch, end exclusive; `weight` is
    what a word at that place counts.
    """

    stories: int
    story: Longs
    term: Ints
    start: Longs
    end: Longs
    weight: Floats


class Vocabulary:
    """Terms, ready to be found in tokenized stories."""

    def __init__(self, terms: Sequence[str]) -> None:
        """Index `terms`, each of at most four units joined by one space."""
        self.terms = tuple(terms)
        self.row = {term: number for number, term in enumerate(self.terms)}
        self._unit = {unit: number for number, unit in enumerate(sorted({u for t in self.terms for u in t.split()}))}
        self._form = _Table(
            {get_string_id(form): number for unit, number in self._unit.items() for form in forms_of(unit)}
        )
        self._term = _Table({self._key(term): number for number, term in enumerate(self.terms)})

    def _key(self, term: str) -> int:
        key = 0
        for unit in term.split():
            key = (key * _MULTIPLIER + self._unit[unit] + 1) & _MASK
        return key

    def hits(self, title: Doc, text: Doc) -> Hits:
        """All occurrences of terms in one story."""
        return self.find(Batch([(title, text)]))

    def find(self, batch: Batch) -> Hits:
        """All occurrences of terms in the stories."""
        tokens = np.flatnonzero(np.logical_and.reduce([batch.words != mark for mark in _HYPHEN_IDS]))
        fields = batch.field_of()[tokens]
        rows, starts, ends = zip(*self._ngrams(self._form[batch.words[tokens]], fields), strict=True)
        first, last = np.concatenate(starts), np.concatenate(ends)
        start, field = tokens[first], fields[first]
        return Hits(
            stories=len(batch),
            story=field // 2,
            term=np.concatenate(rows),
            start=start,
            end=tokens[last] + 1,
            weight=batch.weights(start, field),
        )

    def _ngrams(self, units: Ints, fields: Longs) -> Iterator[tuple[Ints, Longs, Longs]]:
        """Row, first and last place of the terms of one unit, of two, of three and of four."""
        parts = (units + 1).astype(np.uint64)
        first = np.flatnonzero(units >= 0)
        key = parts[first]
        for size in range(1, LONGEST + 1):
            rows = self._term[key]
            found = rows >= 0
            yield rows[found], first[found], first[found] + (size - 1)
            going = first + size < len(units)
            first, key = first[going], key[going]
            going = (units[first + size] >= 0) & (fields[first + size] == fields[first])
            first, key = first[going], key[going]
            key = key * np.uint64(_MULTIPLIER) + parts[first + size]


class _Table:
    """A map from 64-bit numbers to small ones that looks up whole arrays; what it does not hold is -1."""

    def __init__(self, numbers: dict[int, int]) -> None:
        keys = np.array([*numbers, _MASK] if _MASK not in numbers else [*numbers], dtype=np.uint64)
        values = np.array([*numbers.values(), _NONE][: len(keys)], dtype=np.int32)
        order = np.argsort(keys)
        self._keys, self._values = keys[order], values[order]

    def __getitem__(self, keys: Ids) -> Ints:
        """The number of each key."""
        at = np.searchsorted(self._keys, keys)
        found: Ints = np.where(self._keys[at] == keys, self._values[at], np.int32(_NONE))
        return found
