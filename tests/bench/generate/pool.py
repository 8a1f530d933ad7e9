"""Strings under numbers, so that a million texts are arrays of numbers until they are written.

A text is a row of codes; code 0 is the empty string. Lengths, words and positions are sums over codes, which is how a
span is known to be a true slice without looking for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Codes = NDArray[np.int32]
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Pool:
    """`points` code points and `spaces` of each string; `word`, `word_at`: its longest word, as a code, and where it begins."""

    strings: Any
    points: Codes
    spaces: Codes
    word: Codes
    word_at: Codes

    def render(self, rows: Codes) -> Any:
        """The text of each row of codes (n, columns), as Arrow strings: parts that follow each other are their own sum."""
        number, columns = rows.shape
        parts = self.strings.take(pa.array(rows.ravel()))
        _, offsets, data = parts.buffers()
        ends = np.frombuffer(offsets, dtype=np.int32, count=number * columns + 1)[::columns]
        return pa.StringArray.from_buffers(number, pa.py_buffer(np.ascontiguousarray(ends)), data)

    def starts(self, rows: Codes) -> Codes:
        """Where each part of each row begins, in code points; one column more, for the end."""
        found = np.zeros((rows.shape[0], rows.shape[1] + 1), dtype=np.int32)
        np.cumsum(self.points[rows], axis=1, out=found[:, 1:])
        return found

    def words(self, rows: Codes) -> Codes:
        """Words of each row: one more than spaces, for parts never meet in two."""
        return np.asarray(self.spaces[rows].sum(axis=1) + 1, dtype=np.int32)


@dataclass(slots=True)
class PoolBuilder:
    """Gives codes to strings."""

    _codes: dict[str, int] = field(default_factory=lambda: {"": 0})

    def code(self, text: str) -> int:
        """The string's code; the same string has one code."""
        return self._codes.setdefault(text, len(self._codes))

    def codes(self, texts: Iterable[str]) -> Codes:
        """A code for each string."""
        return np.asarray([self.code(text) for text in texts], dtype=np.int32)

    def build(self) -> Pool:
        """The pool of all strings so far and of their longest words."""
        places = [max(_WORD.finditer(text), key=lambda hit: len(hit[0]), default=None) for text in list(self._codes)]
        word = self.codes("" if hit is None else hit[0] for hit in places)
        texts = list(self._codes)
        at = np.zeros(len(texts), dtype=np.int32)
        at[: len(places)] = [0 if hit is None else hit.start() for hit in places]
        all_words = np.concatenate([word, np.arange(len(word), len(texts), dtype=np.int32)])
        points = np.asarray([len(text) for text in texts], dtype=np.int32)
        spaces = np.asarray([text.count(" ") for text in texts], dtype=np.int32)
        return Pool(pa.array(texts), points, spaces, all_words, at)


@dataclass(frozen=True, slots=True)
class Ragged:
    """Lists of different lengths, one after the other: list `g` is `values[starts[g] : starts[g] + counts[g]]`."""

    values: NDArray[Any]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]

    @staticmethod
    def of(lists: Sequence[Sequence[int]]) -> Ragged:
        """Lists as they are; an empty one can't be drawn from."""
        counts = np.asarray([len(items) for items in lists], dtype=np.int64)
        flat = [item for items in lists for item in items]
        return Ragged(np.asarray(flat, dtype=np.int32), np.cumsum(counts) - counts, counts)

    def at(self, group: NDArray[Any], uniform: NDArray[np.float64]) -> NDArray[np.int64]:
        """Where in `values` a uniform number falls, for each group."""
        return np.asarray(self.starts[group] + np.floor(uniform * self.counts[group]).astype(np.int64))

    def draw(self, group: NDArray[Any], uniform: NDArray[np.float64]) -> NDArray[Any]:
        """An item of each group."""
        return np.asarray(self.values[self.at(group, uniform)])
