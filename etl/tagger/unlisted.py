"""One tag for an organization that no seed lists, however a story spells it: its id, its usual name, its short form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from etl.model import Evidence

PREFIX = "x:"
Found = tuple[Evidence, str]
Words = tuple[str, ...]
_WORD = re.compile(r"[^\W_]+")
_LEGAL_FORM = re.compile(r"(?<=\S) (?:inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|gmbh|ag)$")
_ARTICLE = re.compile(r"^the (?=\S)")


@lru_cache(maxsize=4096)  # a story that names an organization names it again
def unknown_id(name: str) -> str:
    """The id of an organization that no seed lists: `x:` + its words in lower case, without article and legal form."""
    words = " ".join(_WORD.findall(name.lower().removesuffix("'s").removesuffix("’s")))
    return f"{PREFIX}{_LEGAL_FORM.sub('', _ARTICLE.sub('', words))}"


def usual_spelling(owner: str, texts: Sequence[str]) -> str:
    """The most usual of the full spellings, the first of several; a short form does not count, nor does one in capitals.

    `texts` are all spellings in order of appearance.
    """
    full = [text for text in texts if unknown_id(text) == owner] or list(texts)
    counts = Counter(text for text in full if not text.isupper()) or Counter(full)
    return max(counts, key=lambda text: counts[text])


def merged(found: Mapping[str, Sequence[Found]]) -> dict[str, list[Found]]:
    """Unlisted short forms joined with the one long form that they open: "Acme" in a story on Acme Robotics.

    The long form may be listed. A short form that opens several names stays by itself.
    """
    names = {(words, owner) for owner, spans in found.items() for words in _spellings(owner, spans)}
    joined: dict[str, list[Found]] = {}
    for owner, spans in found.items():
        target = _long_form(owner, names) if owner.startswith(PREFIX) else owner
        joined.setdefault(target, []).extend(spans)
    return {owner: sorted(spans, key=_place) for owner, spans in joined.items()}


def _spellings(owner: str, spans: Iterable[Found]) -> set[Words]:
    if owner.startswith(PREFIX):
        return {tuple(owner.removeprefix(PREFIX).split())}
    return {tuple(_WORD.findall(span.text.lower())) for span, how in spans if how != "product"}


def _long_form(owner: str, names: Iterable[tuple[Words, str]]) -> str:
    short = tuple(owner.removeprefix(PREFIX).split())
    longer = sorted(
        (words, other) for words, other in names if len(words) > len(short) and words[: len(short)] == short
    )
    if not longer:
        return owner
    longest, target = max(longer, key=lambda pair: len(pair[0]))
    one_line = all(other == target or words == longest[: len(words)] for words, other in longer)
    return target if one_line else owner


def _place(found: Found) -> tuple[bool, int]:
    """Order of appearance, the title first."""
    return found[0].field == "text", found[0].start
