"""Whether a piece of a source that writes of everything is one for us (pure)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from etl.catalog import Source

OFF_TOPIC = "off-topic"  # the reason under which such a piece is set apart


def on_topic(source: Source, title: str, text: str) -> bool:
    """Whether a story belongs: always where the source is about AI, else if it holds one of `must_match`.

    Terms are found as whole words, whatever their case; a space in a term stands for any white space. A `general` source
    without terms holds nothing for us.
    """
    if source.scope != "general":
        return True
    found = _pattern(source.must_match)
    return found is not None and any(found.search(_plain(part)) for part in (title, text))


@lru_cache(maxsize=256)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str] | None:
    """Look-arounds rather than \\b, so that a term may begin or end with a sign (`C++`, `.ai`)."""
    words = [r"\s+".join(map(re.escape, _plain(term).split())) for term in terms]
    words = [word for word in words if word]
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)") if words else None


def _plain(text: str) -> str:
    """Compatible forms (a no-break space, full-width letters) count as the plain ones."""
    return unicodedata.normalize("NFKC", text).casefold()
