"""Where the topic model's features stand in a story: n-grams of normalized words, found in whole arrays.

A *unit* is a word in lower case without its plural ending. A *term* is a run of 1 to 4 units; hyphens are
skipped ("self-driving" is "self driving"), any other punctuation breaks a run. Words are compared by the 64-bit
number that spaCy gives a lower-case form (its hash, or a small number for words such as "agent" that spaCy itself
uses), so a story costs a few array operations and no strings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt
from spacy.attrs import LOWER
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokens import Doc

from etl.tagger.tokens import blank_english

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Ids = npt.NDArray[np.uint64]

LONGEST = 4
LEAD_WORDS = 40
TITLE_WEIGHT, LEAD_WEIGHT, BODY_WEIGHT = 3.0, 1.5, 0.5
_HYPHENS = frozenset("-‐‑")
_HYPHEN_IDS = np.array([get_string_id(mark) for mark in sorted(_HYPHENS)], dtype=np.uint64)
_MULTIPLIER, _MASK = 0x9E3779B97F4A7C15, 0xFFFFFFFFFFFFFFFF
_BREAK = np.int32(-1)


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


@dataclass(frozen=True, slots=True)
class Hits:
    """The terms found in a story: parallel arrays, one entry an occurrence.

    `term` is the row in the vocabulary; `start` and `end` are token numbers, end exclusive, the text's counted on
    from the title's; `weight` is what a word at that place counts.
    """

    term: Ints
    start: Ints
    end: Ints
    weight: Floats


class Vocabulary:
    """Terms, ready to be found in tokenized stories."""

    def __init__(self, terms: Sequence[str]) -> None:
        """Index `terms`, each of at most four units joined by one space."""
        self.terms = tuple(terms)
        self.row = {term: number for number, term in enumerate(self.terms)}
        self._unit = {unit: number for number, unit in enumerate(sorted({u for t in self.terms for u in t.split()}))}
        self._form_id, self._form_unit = self._sorted_forms()
        self._term_key, self._term_row = self._sorted_terms()

    def _sorted_forms(self) -> tuple[Ids, Ints]:
        forms = [(form, number) for unit, number in self._unit.items() for form in forms_of(unit)]
        numbers = np.array([get_string_id(form) for form, _ in forms], dtype=np.uint64)
        order = np.argsort(numbers)
        return numbers[order], np.array([number for _, number in forms], dtype=np.int32)[order]

    def _sorted_terms(self) -> tuple[Ids, Ints]:
        keys = np.zeros(len(self.terms), dtype=np.uint64)
        for number, term in enumerate(self.terms):
            key = 0
            for unit in term.split():
                key = (key * _MULTIPLIER + self._unit[unit] + 1) & _MASK
            keys[number] = key
        order = np.argsort(keys)
        return keys[order], order.astype(np.int32)

    @cached_property
    def sizes(self) -> Ints:
        """Units in each term."""
        return np.array([term.count(" ") + 1 for term in self.terms], dtype=np.int32)

    def _units(self, words: Ids) -> Ints:
        if not len(self._form_id):
            return np.full(len(words), _BREAK)
        at = np.minimum(np.searchsorted(self._form_id, words), len(self._form_id) - 1)
        return np.where(self._form_id[at] == words, self._form_unit[at], _BREAK)

    def hits(self, title: Doc, text: Doc) -> Hits:
        """All occurrences of terms in the two fields, by position."""
        words = np.concatenate([title.to_array([LOWER]), text.to_array([LOWER])]).astype(np.uint64, copy=False)
        weights = np.full(len(words), BODY_WEIGHT, dtype=np.float32)
        weights[: len(title)] = TITLE_WEIGHT
        weights[len(title) : len(title) + LEAD_WORDS] = LEAD_WEIGHT
        tokens = np.flatnonzero((words[:, None] != _HYPHEN_IDS).all(axis=1)).astype(np.int32)
        units = self._units(words[tokens])
        field = tokens >= len(title)
        found = [self._ngrams(size, units, field) for size in range(1, LONGEST + 1)]
        term, first = (np.concatenate(part) for part in zip(*((t, f) for t, f in found), strict=True))
        last = first + self.sizes[term] - 1
        return Hits(term, tokens[first], tokens[last] + 1, weights[tokens[first]])

    def _ngrams(self, size: int, units: Ints, field: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
        count = len(units) - size + 1
        if count <= 0 or not len(self._term_key):
            return np.zeros(0, np.int32), np.zeros(0, np.int32)
        key = np.zeros(count, dtype=np.uint64)
        whole = field[:count] == field[size - 1 :]
        for offset in range(size):
            part = units[offset : offset + count]
            key = key * np.uint64(_MULTIPLIER) + (part + 1).astype(np.uint64)
            whole &= part >= 0
        at = np.minimum(np.searchsorted(self._term_key, key), len(self._term_key) - 1)
        first = np.flatnonzero(whole & (self._term_key[at] == key)).astype(np.int32)
        return self._term_row[at[first]], first
