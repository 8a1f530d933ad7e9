"""Which stories may be copies of each other, among many: MinHash signatures in a table of locality-sensitive hashes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from rensa import RMinHash

from etl.cluster_text import BODY, HEAD, Text, runs, words

_SEED = 20190417
_LONGEST = 2_400  # characters of a body that its signature is made of: more would cost time and find no more
_PIECE = 250  # texts whose words are in memory at a time: they take twenty times as much as the text
CROWD = 16  # stories of one bucket that are known, the newest: a phrase that thousands share tells no copy
NEAREST = 24  # stories that one is compared with at most, those that share most buckets
_NUMBER = 48  # bits of a number beside how often it was met
_MIX = 0x9E3779B97F4A7C15  # odd, with bits all over: Knuth's multiplicative hash for 64 bits


@dataclass(frozen=True, slots=True)
class _Shape:
    """`bands` of `rows` values: two sets of which a share s is common meet in one with probability 1 - (1 - s^rows)^bands."""

    bands: int
    rows: int

    @property
    def size(self) -> int:
        return self.bands * self.rows


# Bodies of which half is common are found at 99.6 %, titles of which three quarters are at 99.9 %.
_BODY, _TITLE = _Shape(42, 3), _Shape(20, 4)

# The buckets that a text falls into, a number each: those of its title, and unless it is a headline alone of its beginning and body.
Signature = Sequence[int]


def signatures(texts: Iterable[Text]) -> Iterator[Signature]:
    """A signature each, made as they are asked for; the same words give the same on every machine."""
    stream = iter(texts)
    while piece := list(islice(stream, _PIECE)):
        yield from _made(piece)


def _made(texts: Sequence[Text]) -> list[Signature]:
    bodies = [words(text.body[:_LONGEST]) for text in texts]
    long = [body if len(body) >= BODY else [] for body in bodies]
    of_titles = _buckets([list(text.headline) for text in texts], _TITLE, part=0)
    of_heads = _buckets([list(runs(body[:HEAD])) for body in long], _BODY, part=1)
    of_bodies = _buckets([list(runs(body)) for body in long], _BODY, part=2)
    return [[*title, *head, *body] for title, head, body in zip(of_titles, of_heads, of_bodies, strict=True)]


def _buckets(token_sets: list[list[str]], shape: _Shape, *, part: int) -> list[list[int]]:
    """A number from each band of each set; none of a set that is empty, which would be like all empty ones."""
    import numpy as np  # a run with nothing new does without

    digests = RMinHash.digests_from_token_sets(token_sets, num_perm=shape.size, seed=_SEED)
    values = np.array(digests, dtype=np.uint64).reshape(len(token_sets), shape.bands, shape.rows)
    mixed = np.arange(shape.bands, dtype=np.uint64) + np.uint64(part * 1_000)
    for row in range(shape.rows):
        mixed = (mixed ^ values[:, :, row]) * np.uint64(_MIX)
        mixed ^= mixed >> np.uint64(32)
    found: list[list[int]] = (mixed >> np.uint64(4)).tolist()  # 60 bits, which Python holds in fewer bytes
    return [bands if tokens else [] for tokens, bands in zip(token_sets, found, strict=True)]


@dataclass(frozen=True, slots=True)
class Index:
    """Signatures by number. What adding and asking cost is bounded, however many there are and however alike."""

    signatures: dict[int, Signature] = field(default_factory=dict)
    _buckets: dict[int, int | tuple[int, ...]] = field(default_factory=dict)  # a number alone takes the least memory

    def add(self, number: int, signature: Signature) -> None:
        """Make it known, as the newest."""
        self.signatures[number] = signature
        buckets = self._buckets
        for key in signature:
            held = buckets.setdefault(key, number)
            if held != number:
                buckets[key] = (*(held if isinstance(held, tuple) else (held,)), number)[-CROWD:]

    def remove(self, number: int) -> None:
        """Forget it; one that is not known is passed over."""
        buckets = self._buckets
        for key in self.signatures.pop(number, ()):
            held = buckets.get(key)
            if held == number:
                del buckets[key]
            elif isinstance(held, tuple) and number in held:
                left = tuple(one for one in held if one != number)
                buckets[key] = left if len(left) > 1 else left[0]

    def near(self, signature: Signature) -> list[int]:
        """The numbers that may be near, in ascending order: of many those that share most buckets, of equals the newest."""
        shared: list[int] = []
        for held in map(self._buckets.get, signature):
            if type(held) is tuple:
                shared += held
            elif held is not None:
                shared.append(held)  # type: ignore[arg-type]
        found = Counter(shared)
        if len(found) <= NEAREST:
            return sorted(found)
        ranked = sorted([(times << _NUMBER) + number for number, times in found.items()])
        return sorted([rank & ((1 << _NUMBER) - 1) for rank in ranked[-NEAREST:]])
