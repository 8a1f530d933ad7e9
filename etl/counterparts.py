"""Which held story each piece of an issue is, where the issue comes again in other words: by the names and numbers in both (pure)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

_WORD = re.compile(r"[^\W_]+(?:[.,-][^\W_]+)*")
# An abstract of 40 words shares this much of its weight with its story; other stories of the issue share far less (measured on
# The Batch's issues 347 to 363, where every pair is right).
LEAST = 0.25


def counterparts(pieces: Sequence[str], held: Mapping[str, str]) -> list[str | None]:
    """For each piece's text the key of the held story that tells the same, or None; each key is given once.

    Likeness is the part of the held text's words, weighed by how rare they are within the issue, that stand in the
    piece: an abstract's names and numbers come from its story. Best pairs first.
    """
    words = {key: _words(text) for key, text in held.items()}
    texts = [_words(piece) for piece in pieces]
    rarity = _rarity([*words.values(), *texts])
    likeness = [
        (_shared(own, text, rarity), number, key) for key, own in words.items() for number, text in enumerate(texts)
    ]
    found: list[str | None] = [None] * len(pieces)
    free = set(held)
    for score, number, key in sorted(likeness, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if score >= LEAST and found[number] is None and key in free:
            found[number] = key
            free.discard(key)
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))


def _rarity(texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """Inverse document frequency over the texts of both sides, never 0 for a word that both sides of one story hold."""
    seen = Counter(word for text in texts for word in text)
    return {word: math.log((len(texts) + 2) / (n + 1)) for word, n in seen.items()}


def _shared(own: frozenset[str], text: frozenset[str], rarity: Mapping[str, float]) -> float:
    total = sum(rarity[word] for word in own)
    return sum(rarity[word] for word in own & text) / total if total else 0.0
