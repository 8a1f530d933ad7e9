"""Which stories may be copies of each other, among many: MinHash signatures in a table of locality-sensitive hashes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from rensa import RMinHash, RMinHashLSH

from etl.cluster_text import BODY, HEAD, Text, runs, words

_SEED = 20190417
_LONGEST = 2_400  # characters of a body that its signature is made of: more would cost time and find no more
_PIECE = 250  # texts whose words are in memory at a time: they take twenty times as much as the text


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


@dataclass(frozen=True, slots=True)
class Signature:
    """Of title, beginning and body; the latter two are None for a headline alone."""

    title: RMinHash
    head: RMinHash | None
    body: RMinHash | None

    def parts(self) -> Iterator[tuple[int, RMinHash]]:
        """Those that there are, with the number of their table."""
        for number, part in enumerate((self.title, self.head, self.body)):
            if part is not None:
                yield number, part


def signatures(texts: Iterable[Text]) -> Iterator[Signature]:
    """A signature each, made as they are asked for; the same words give the same on every machine."""
    stream = iter(texts)
    while piece := list(islice(stream, _PIECE)):
        yield from _made(piece)


def _made(texts: Sequence[Text]) -> list[Signature]:
    bodies = [words(text.body[:_LONGEST]) for text in texts]
    of_titles = _hashes([list(text.headline) for text in texts], _TITLE)
    of_heads = _hashes([list(runs(body[:HEAD])) for body in bodies], _BODY)
    of_bodies = _hashes([list(runs(body)) for body in bodies], _BODY)
    return [
        Signature(title, *((head, whole) if len(body) >= BODY else (None, None)))
        for body, title, head, whole in zip(bodies, of_titles, of_heads, of_bodies, strict=True)
    ]


def _hashes(token_sets: list[list[str]], shape: _Shape) -> list[RMinHash]:
    made: list[RMinHash] = RMinHash.from_token_sets(token_sets, num_perm=shape.size, seed=_SEED)
    return made


def _tables() -> tuple[RMinHashLSH, ...]:
    return tuple(RMinHashLSH(0.5, shape.size, shape.bands) for shape in (_TITLE, _BODY, _BODY))


@dataclass(frozen=True, slots=True)
class Index:
    """Signatures by number."""

    tables: tuple[RMinHashLSH, ...] = field(default_factory=_tables)

    def add(self, number: int, signature: Signature) -> None:
        """Make it known."""
        for table, part in signature.parts():
            self.tables[table].insert(number, part)

    def remove(self, number: int) -> None:
        """Forget it; one that is not known is passed over."""
        for table in self.tables:
            table.remove(number)

    def near(self, signature: Signature) -> list[int]:
        """The numbers that may be near, in ascending order."""
        found: set[int] = set()
        for table, part in signature.parts():
            found.update(self.tables[table].query(part))
        return sorted(found)
