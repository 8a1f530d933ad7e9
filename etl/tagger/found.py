"""How the pipeline's components hand on the names that they found: as plain values, and as spans for everybody else.

A span is an object that costs much to make and more to ask; what follows in the pipeline reads the values, and where nobody
else asks, no spans are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Span


class Name(NamedTuple):
    """A name's tokens (end exclusive), whose it is, and how it names its owner; `kind` is the kind of surface, "" if told apart."""

    start: int
    end: int
    owner: str
    how: str
    kind: str = ""


def put(doc: Doc, key: str, names: Sequence[Name], *, spans: bool) -> None:
    """Hand on names, and set `doc.spans[key]` where somebody asks for `spans`.

    A span's `label_` is the name's kind and `kb_id_` its owner, or `label_` the owner where there is no kind.
    """
    doc.user_data[key] = names
    if not spans:
        return
    doc.spans[key] = [
        Span(doc, start, end, label=kind, kb_id=owner, span_id=how)
        if kind
        else Span(doc, start, end, label=owner, span_id=how)
        for start, end, owner, how, kind in names
    ]


def taken(doc: Doc, key: str) -> Sequence[Name]:
    """The names that `put` was given."""
    names: Sequence[Name] = doc.user_data[key]
    return names


def tokens_of(names: Iterable[Name]) -> frozenset[int]:
    """All tokens of some names."""
    return frozenset([at for name in names for at in range(name.start, name.end)])
