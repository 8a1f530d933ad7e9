"""Which of the names that a recognizer found stand, by the whole text: it saw one sentence at a time.

A name falls where the recognizer passes over it more often than not, where the text also writes it in lower case, where it is the
surname of somebody whom the text names in full, where it is a listed organization's ("Google's AlloyDB") or goes on with its name, and
where it is the short form in parentheses of what is no organization. One that stands only where any word has a capital is in doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from spacy.tokens import Doc

from etl.tagger.gazetteer import starts_sentence, title_case
from etl.tagger.tokens import Layout, layout

Range = tuple[int, int]
_POSSESSIVES = frozenset({"'s", "’s"})
_JOINTS = _POSSESSIVES | {"-"}
_ARTICLES = frozenset({"The", "the"})
_FEW = 12


def plausible(
    doc: Doc,
    recognized: Iterable[Range],
    *,
    covered: Collection[int],
    organizations: Collection[int],
    common: Collection[str],
) -> tuple[list[Range], list[Range]]:
    """Ranges that stand, and those that need the name elsewhere in the story, without article and possessive.

    `covered` are the tokens of all names that are known, `organizations` those of listed organizations, `common` words that are
    no name by themselves.
    """
    if not (recognized := list(recognized)):
        return [], []
    page = layout(doc)
    words = page.strings
    names: dict[tuple[str, ...], list[Range]] = defaultdict(list)
    for start, end in _trimmed(words, recognized):
        if any(word[0].isupper() for word in words[start:end]) and all(at not in covered for at in range(start, end)):
            names[tuple(words[start:end])].append((start, end))
    ends = {*(at + 1 for at in organizations), *(end for ranges in names.values() for _, end in ranges)}
    sure: list[Range] = []
    doubtful: list[Range] = []
    for name, ranges in names.items():
        places = list(_places(words, name))
        if 2 * len(ranges) < len(places) or _word_or_surname(name, places, words, common):
            continue
        if any(_owned(words, at, organizations) or _stands_for(words, at, at + len(name), ends) for at in places):
            continue
        bare = len(name) == 1 and name[0].istitle() and all(starts_sentence(page, at) for at in places)
        (doubtful if bare or _headline(page, words) else sure).extend(ranges)
    return sure, doubtful


def _headline(page: Layout, words: Sequence[str]) -> bool:
    """Whether capitals prove nothing here: Title Case, or a few words of which none that is longer begins small."""
    return title_case(page) or (len(words) <= _FEW and all(word[0].isupper() for word in words if len(word) > 3))


def _owned(words: Sequence[str], at: int, organizations: Collection[int]) -> bool:
    """Whether a listed organization's name and a possessive or a hyphen stand before it."""
    return at > 1 and at - 2 in organizations and words[at - 1] in _JOINTS


def _stands_for(words: Sequence[str], start: int, end: int, ends: Collection[int]) -> bool:
    """Whether it is in parentheses behind what is no organization: "a mixture model (GMM)"."""
    inside = start > 1 and words[start - 1] == "(" and words[end : end + 1] == [")"]
    return inside and end == start + 1 and start - 1 not in ends


def _trimmed(words: Sequence[str], recognized: Iterable[Range]) -> Iterator[Range]:
    for start, end in recognized:
        first = start + (words[start] in _ARTICLES)
        last = end - (words[end - 1] in _POSSESSIVES)
        if first < last:
            yield first, last


def _places(words: Sequence[str], name: Sequence[str]) -> Iterator[int]:
    """Where the name begins, each time that it stands."""
    size = len(name)
    for at, word in enumerate(words):
        if word == name[0] and tuple(words[at : at + size]) == name:
            yield at


def _word_or_surname(name: Sequence[str], places: Sequence[int], words: Sequence[str], common: Collection[str]) -> bool:
    """Whether a single word is also written in lower case, or stands behind another name, as "Lovelace" in "Ada Lovelace"."""
    if len(name) > 1:
        return False
    if name[0].lower() in words and name[0].lower() != name[0]:
        return True
    before = (words[at - 1] for at in places if at > 0)
    return any(word.istitle() and word.isalpha() and word not in common for word in before)
