"""Which of very many texts came before, in twenty bytes for each (pure)."""

from __future__ import annotations

import hashlib
from array import array

_FIRST = 1024  # places at the start
_FULL = 0.6  # share of places from which on there are twice as many


class Seen:
    """A set of texts that keeps 64 bits of each, as story ids do; a set of the texts themselves takes seven times as much.

    Two texts are taken for one with a probability of n² / 2⁶⁵ among n: 3 in 10⁸ for a million.
    """

    def __init__(self) -> None:
        self._places, self._held = array("Q", bytes(8 * _FIRST)), 0

    def __len__(self) -> int:
        return self._held

    def __contains__(self, text: str) -> bool:
        key = _key(text)
        return self._places[self._place(key)] == key

    def add(self, text: str) -> None:
        """Remember a text."""
        self._put(_key(text))
        if self._held > _FULL * len(self._places):
            self._grow()

    def _put(self, key: int) -> None:
        place = self._place(key)
        if not self._places[place]:
            self._places[place] = key
            self._held += 1

    def _place(self, key: int) -> int:
        """Where the key is, or the free place in which it belongs: the first one after that of its last bits."""
        places = self._places
        place = key % len(places)
        while places[place] not in (0, key):
            place = (place + 1) % len(places)
        return place

    def _grow(self) -> None:
        before = self._places
        self._places, self._held = array("Q", bytes(16 * len(before))), 0
        for key in filter(None, before):
            self._put(key)


def _key(text: str) -> int:
    """A number from 1, as 0 is a free place; a lone surrogate, which JSON may hold, is a character like others."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1
