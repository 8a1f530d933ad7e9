"""How tags are held against reference labels: what is found, spurious and missed. Pure; the rules of the codebook.

Topics and regions match by id. An organization matches when the words of one of its spans stand, in order and
together, in one of the label's surfaces, or the other way round ("the Google" ~ "Google"); each label is taken once. Labels
with the role `source` or `product` are optional: finding them is neither rewarded nor punished; nor is a tag with
role `product`. So are regions that stand only inside an organization's name ("U.S. Department of Defense"), and
labels that are not asked for (`asked`), because a short text does not name them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from etl.model import OrganizationTag, RegionTag
from etl.quality import Hits

_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"\b(?:[A-Z]\.)+[A-Z]\b\.?")
NAMED = ("focus", "mention")  # roles that must be found
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """An organization or region that a reader found: `key` is its name or its code."""

    key: str
    surfaces: tuple[str, ...]
    role: str
    asked: bool = True


def organization_hits(labels: Sequence[Name], tags: Sequence[OrganizationTag]) -> tuple[Hits, Hits]:
    """What was found of the organizations, and of those in focus."""
    found, spurious, missed = paired(labels, tags)
    counted = [(label, tag) for label, tag in found if label.asked]
    named = sum(label.role in NAMED for label, _ in counted)
    wanted = [label for label in missed if label.asked and label.role in NAMED]
    focus = [(label.role, tag.role == "focus") for label, tag in counted]
    return (
        Hits(named, len(spurious), len(wanted)),
        Hits(
            tp=focus.count(("focus", True)),
            fp=focus.count(("mention", True)) + sum(tag.role == "focus" for tag in spurious),
            fn=focus.count(("focus", False)) + sum(label.role == "focus" for label in wanted),
        ),
    )


def paired(
    labels: Sequence[Name], tags: Sequence[OrganizationTag]
) -> tuple[list[tuple[Name, OrganizationTag]], list[OrganizationTag], list[Name]]:
    """Label and tag of each match, tags that match none or one that is taken, labels without a tag."""
    surfaces = [[_bare(surface) for surface in label.surfaces] for label in labels]
    left, found, spurious = dict(enumerate(labels)), [], []
    for tag in tags:
        texts = [_bare(span.text) for span in tag.spans] or [_bare(tag.name)]
        fitting = [number for number, known in enumerate(surfaces) if _any_same(texts, known)]
        free = next((number for number in fitting if number in left), None)
        if free is not None:
            found.append((left.pop(free), tag))
        elif fitting or tag.role != "product":
            spurious.append(tag)
    return found, spurious, list(left.values())


def by_organization(
    labels: Sequence[Name], tags: Sequence[OrganizationTag], id_of: Callable[[str], str | None]
) -> Mapping[str, tuple[Hits, Hits]]:
    """The same for each organization, by id: what was found of it, and of it in focus.

    `id_of` gives the id of a label's name, None where it is not known; then the tag that fits names it, or nothing does.
    Unlike in the total, a tag that fits the label but names another organization is spurious, and the label missed.
    """
    found, spurious, missed = paired(labels, tags)
    counted = [(label, tag) for label, tag in found if label.asked]
    given = {tag.id: tag for _, tag in counted}
    right = [(label, given[own]) for label, tag in counted if (own := id_of(label.key) or tag.id) in given]
    named = {tag.id for _, tag in right}
    spurious += [tag for label, tag in counted if tag.id not in named and label.role in NAMED]
    missed += [label for label, _ in counted if id_of(label.key) not in (None, *given)]
    hits: dict[str, tuple[Hits, Hits]] = defaultdict(lambda: (Hits(0, 0, 0), Hits(0, 0, 0)))

    def count(key: str, whole: Hits, focus: Hits) -> None:
        hits[key] = (hits[key][0] + whole, hits[key][1] + focus)

    for label, tag in right:
        if label.role in NAMED:
            count(tag.id, Hits(1, 0, 0), _of(label.role == "focus", tag.role == "focus"))
    for tag in spurious:
        count(tag.id, Hits(0, 1, 0), _of(False, tag.role == "focus"))
    for label in missed:
        key = id_of(label.key)
        if key is not None and label.asked and label.role in NAMED:
            count(key, Hits(0, 0, 1), _of(label.role == "focus", False))
    return hits


def region_hits(labels: Sequence[Name], tags: Sequence[RegionTag], named: Iterable[str]) -> tuple[Hits, Hits]:
    """What was found of the regions, and of those in focus; `named` are the surfaces of the story's organizations."""
    want, got, focus, told = _region_sets(labels, tags, named)
    return _of_sets(want, got), _of_sets(focus, told)


def by_region(
    labels: Sequence[Name], tags: Sequence[RegionTag], named: Iterable[str]
) -> Mapping[str, tuple[Hits, Hits]]:
    """The same for each region, by code: what was found of it, and of it in focus."""
    want, got, focus, told = _region_sets(labels, tags, named)
    return {
        code: (_of(code in want, code in got), _of(code in focus, code in told)) for code in want | got | focus | told
    }


def _region_sets(
    labels: Sequence[Name], tags: Sequence[RegionTag], named: Iterable[str]
) -> tuple[set[str], set[str], set[str], set[str]]:
    """Codes wanted and given, and those of both in focus, without what is neither rewarded nor punished."""
    names = [words_of(name) for name in named]
    every, asked = {label.key for label in labels}, {label.key for label in labels if label.asked}
    got = {tag.code for tag in tags if tag.code in every or not _inside([span.text for span in tag.spans], names)}
    optional = {label.key for label in labels if label.key not in got and _inside(label.surfaces, names)}
    focus = {label.key for label in labels if label.role == "focus"} & asked
    told = {tag.code for tag in tags if tag.role == "focus"} - (every - asked)
    return asked - optional, got - (every - asked), focus, told


def stands(name: str, text: Words) -> bool:
    """Whether the words of a name stand in a text (`spoken`), in order, together and in the same case."""
    return _part_of(spoken(name), text)


def spoken(text: str) -> Words:
    """The words of a text as they are written, dots within capitals left out ("U.S." is "US")."""
    return tuple(_WORD.findall(_DOTTED.sub(lambda found: found[0].replace(".", ""), text)))


def words_of(text: str) -> Words:
    """The words of a name in lower case."""
    return tuple(_WORD.findall(text.lower()))


def _any_same(texts: Sequence[Words], surfaces: Sequence[Words]) -> bool:
    return any(_part_of(*sorted((text, surface), key=len)) for text in texts for surface in surfaces)


def _bare(text: str) -> Words:
    """The words of a name without a possessive's s."""
    words = words_of(text)
    return words[:-1] if words[-1:] == ("s",) else words


def _part_of(part: Words, whole: Words) -> bool:
    """Whether the words of `part`, at least one, stand in `whole` in order and together."""
    size = len(part)
    return bool(part) and any(whole[at : at + size] == part for at in range(len(whole) - size + 1))


def _inside(texts: Sequence[str], names: Sequence[Words]) -> bool:
    """Whether each text stands within a longer name, as "U.S." in "U.S. Department of Defense"."""
    parts = [words_of(text) for text in texts]
    return bool(parts) and all(any(len(p) < len(name) and _holds(name, p) for name in names) for p in parts)


def _holds(name: Words, part: Words) -> bool:
    return not part or _part_of(part, name)


def _of(want: bool, got: bool) -> Hits:
    return Hits(want and got, got and not want, want and not got)


def _of_sets(want: set[str], got: set[str]) -> Hits:
    return Hits(len(want & got), len(got - want), len(want - got))
