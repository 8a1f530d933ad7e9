"""Who is who: ids that stay when a run is repeated, in any order, on any machine (pure)."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator

from etl.address import canonical_address
from etl.model import Document, Piece

__all__ = ["canonical_address", "document_hash", "normalized_title", "piece_hash", "story_id", "story_keys"]


def normalized_title(title: str) -> str:
    """A title without what editors change about it: case, accents, punctuation, spaces.

    A title of nothing but punctuation keeps it, so that two of them differ.
    """
    letters = folded = title.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded)
        letters = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", letters)) or " ".join(folded.split())


def story_id(source_id: str, document_id: str, key: str) -> str:
    """16 hex digits of SHA-256 over the three, joined so that no two triples read alike."""
    return hashlib.sha256(json.dumps([source_id, document_id, key]).encode()).hexdigest()[:16]


def story_keys(document: Document) -> list[str]:
    """A key a piece: the canonical address for a document that is one addressed story, else the title within the issue.

    A title that an issue repeats gets the suffix ` 2`, ` 3`, … in its order.
    """
    one_story = len(document.pieces) == 1 and document.address is not None
    if one_story and document.document_id == canonical_address(document.address or ""):
        return [document.document_id]
    return list(_numbered(normalized_title(piece.title) for piece in document.pieces))


def _numbered(keys: Iterable[str]) -> Iterator[str]:
    """The suffix is marked with `#`, which no normalized title of words holds, so it can't meet another title."""
    seen: dict[str, int] = {}
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        yield key if seen[key] == 1 else f"{key}#{seen[key]}"


def piece_hash(piece: Piece) -> str:
    """Digest of all that is stored of a piece: a difference makes the story `updated`."""
    parts = [[part.label, part.heading, part.text] for part in piece.parts]
    return _digest([piece.title, piece.body, piece.form, piece.section, parts, list(piece.captions), piece.url])


def document_hash(document: Document) -> str:
    """Digest of a document and everything that was split from it."""
    rejected = [[piece.reason, piece.text] for piece in document.rejected]
    head = [document.address, str(document.day), str(document.published), document.date_from, document.text_kind]
    pieces = [piece_hash(piece) for piece in document.pieces]
    return _digest([*head, document.issue_number, document.language, pieces, list(document.external_ids), rejected])


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:16]
