"""What a reader sees around a name: where it stands, how often, beside whom, and the words before and after it.

Every observation has a value from 0 to about 1, whatever the length of the text. Some are numbers, in the order of `NUMBERS`;
the others are words in a slot, as "said" that comes next, and most of these are 1 where any mention has them.
etl/tagger/role_model.py weighs them all. Learning reads them by name (`by_name`): "early", and `next=said` for a word.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from etl.lexicon.organizations import Organization
from etl.lexicon.traps import RoleRules
from etl.tagger.scene import NEAR, Kind, Mention, Named, Scene
from etl.tagger.unlisted import Found

Words = tuple[Sequence[str], ...]  # for each slot
TOLD = 0.4  # what each word counts that tells what the story is about: there are many
_MOST = 12  # mentions whose words are read: the first ones
_BASED = re.compile(r" (?:based|headquartered|headquarters) (?:in|near) [^.]{0,25}$")
_PLACES = (
    "in title",
    "in text",
    "in first sentence",
    "in lead",
    "late",
    "early",
    "last late",
    "sentences",
    "paragraphs",
    "short text",
    "no title",
    "no sections",
    "one paragraph",
)
_RANK = (
    "often",
    "once",
    "twice",
    "share",
    "most",
    "lead over others",
    "alone",
    "many",
    "named first",
    "order",
    "others in title",
)
# What is asked of each mention (`_signs`). The share that answers is the observation; of "located" it is whether any does.
_SIGNS = (
    "located",
    "subject",
    "in items",
    "after rivals",
    "inside names",
    "possessive",
    "belongs",
    "listed",
    "in list",
    "cited",
    "governs",
    "based",
)
_MANNER = ("ever subject", "first as subject", "opens title", "opens item", "in a crowd", "spellings")
_USUAL = ("always", *_PLACES, *_RANK, *_SIGNS, *_MANNER)
NUMBERS: Mapping[Kind, tuple[str, ...]] = {
    "organization": (*_USUAL, "products", "parent named"),
    "region": (*_USUAL, "group of countries", "its group named", "home"),
}
_SPOKEN = ("last", "next", "around", "last2", "next2", "before", "after")
_WHOLE = ("first section", "only section", "section", "how")
SLOTS: Mapping[Kind, tuple[str, ...]] = {
    "organization": (*_SPOKEN, *_WHOLE, "type"),
    "region": (*_SPOKEN, *_WHOLE, "code", "name"),
}
ABOUT = "about"
_CITED = _USUAL.index("cited")


class Seen(NamedTuple):
    """What is observed of one name; `about` is the same for all regions of a story, and each of its words counts `TOLD`."""

    numbers: tuple[float, ...]
    words: Words  # by `SLOTS`; each counts 1, however often it stands in its slot
    shares: Sequence[tuple[str, str, float]]  # slot, word, and what it counts
    about: Collection[str] = ()

    def cited(self) -> float:
        """The share of its mentions that say whose words the story gives."""
        return self.numbers[_CITED]


class Cast:
    """All names of one kind in a story but those of products, and how often each stands."""

    def __init__(self, named: Named) -> None:
        """Count the names of each owner."""
        self.named, self.kinds = named, len(named)
        self.counts = {owner: len(found) for owner, found in named.items()}
        self.order = {owner: number for number, owner in enumerate(named)}
        self.total = sum(self.counts.values())
        self.most, self.second = (*sorted(self.counts.values(), reverse=True), 0, 0)[:2]
        self.titled = {owner for owner, found in named.items() if found[0][0].field == "title"}


def by_name(seen: Seen, kind: Kind) -> dict[str, float]:
    """The observations by name."""
    found = {name: float(value) for name, value in zip(NUMBERS[kind], seen.numbers, strict=True)}
    for slot, words in zip(SLOTS[kind], seen.words, strict=True):
        found |= {f"{slot}={word}": 1.0 for word in words}
    found |= {f"{slot}={word}": value for slot, word, value in seen.shares}
    return found | {f"{ABOUT}={word}": TOLD for word in seen.about}


def _observed(
    owner: str, cast: Cast, scene: Scene, rules: RoleRules, kind: Kind, *, more: tuple[float, ...], what: str
) -> Seen:
    """What is observed of any owner; `more` are the numbers that only names of its kind have, `what` is its type or code."""
    found = cast.named[owner]
    mentions = [scene.mention(span, how, kind) for span, how in found]
    numbers = (1.0, *_places(found, mentions, scene), *_rank(owner, cast), *_manner(mentions, rules), *more)
    words = (*_spoken(mentions), *_whole(mentions), (what,))
    shares = () if len(mentions) == 1 else list(_shares(mentions))
    if kind == "organization":
        return Seen(numbers, words, shares)
    return Seen(numbers, (*words, [each.text.lower() for each in mentions[:_MOST]]), shares, scene.about)


def _spoken(mentions: Sequence[Mention]) -> Words:
    """The words around each mention: `_SPOKEN`."""
    rows = [_around(mention) for mention in mentions[:_MOST]]
    return rows[0] if len(rows) == 1 else tuple([*chain.from_iterable(words)] for words in zip(*rows, strict=True))


def _around(mention: Mention) -> Words:
    before, after = mention.before[-NEAR:], mention.after[:NEAR]
    last, following = (before[-1] if before else ""), (after[0] if after else "")
    pairs = (" ".join(before[-2:]),), (" ".join(after[:2]),)
    return (last,), (following,), (f"{last} _ {following}",), *pairs, before, after


def _whole(mentions: Sequence[Mention]) -> Words:
    """What holds for all mentions: `_WHOLE`. Where there are several, section and manner are shares (`_shares`)."""
    first = mentions[0]
    section = (first.section,)
    if len(mentions) == 1:
        return section, section, section, (first.how,)
    return section, section if all(each.section == first.section for each in mentions) else (), (), ()


def _shares(mentions: Sequence[Mention]) -> Iterator[tuple[str, str, float]]:
    """The share of its mentions in each labelled section ("behind the news"), and that names it in each way."""
    sections, hows = [each.section for each in mentions], [each.how for each in mentions]
    for slot, words in (("section", sections), ("how", hows)):
        for word in dict.fromkeys(words):
            yield slot, word, words.count(word) / len(words)


def _places(found: Sequence[Found], mentions: Sequence[Mention], scene: Scene) -> tuple[float, ...]:
    """Where in the story the name stands: `_PLACES`."""
    text, opening, closing = scene.text, found[0][0], found[-1][0]
    length = max(1, len(text.text))
    first = (
        opening.start if opening.field == "text" else next((span.start for span, _ in found if span.field == "text"), 0)
    )
    return (
        opening.field == "title",
        not text.text or closing.field == "text",
        first < scene.first_sentence,
        first < scene.lead,
        first / length,
        1 / (1 + first / 250),
        closing.start / length if closing.field == "text" else 0.0,
        len({each.sentence for each in mentions}) / max(3, len(text.sentences)),
        len({each.paragraph for each in mentions}) / max(3, len(text.paragraphs)),
        *scene.shape,
    )


def _rank(owner: str, cast: Cast) -> tuple[float, ...]:
    """How often the name stands, beside the others of its kind: `_RANK`."""
    count, order = cast.counts[owner], cast.order[owner]
    others = cast.second if count == cast.most else cast.most
    return (
        math.log2(count) / 3,
        count == 1,
        count == 2,
        count / cast.total,
        count == cast.most,
        math.log((1 + count) / (1 + others)),
        cast.kinds == 1,
        min(1.0, cast.kinds / 10),
        order == 0,
        1 / (1 + order),
        (len(cast.titled) - (owner in cast.titled)) / 2,
    )


def _manner(mentions: Sequence[Mention], rules: RoleRules) -> tuple[float, ...]:
    """As what the name stands in its sentences: `_SIGNS` and `_MANNER`."""
    first, count = mentions[0], len(mentions)
    if count == 1:
        subject = first.subject
        crowd = min(1.0, (first.crowd - 1) / 4)
        return *_signs(first, rules), subject, subject, first.titled and subject, subject and first.bullet, crowd, 0.0
    told = [sum(answers) for answers in zip(*[_signs(each, rules) for each in mentions], strict=True)]
    return (
        told[0] > 0,
        *[answers / count for answers in told[1:]],
        any(each.subject for each in mentions),
        first.subject,
        first.titled and first.subject,
        any(each.subject and each.bullet for each in mentions),
        min(1.0, (min(each.crowd for each in mentions) - 1) / 4),
        math.log2(len({each.text for each in mentions})),
    )


def _signs(mention: Mention, rules: RoleRules) -> tuple[bool, ...]:
    """The answers to `_SIGNS`, from what stands right there among other things."""
    lead, tail = mention.lead, mention.tail
    return (
        lead.endswith((" in ", " across ", " near ")),
        mention.subject,
        mention.bullet,
        mention.rivals > 0,
        mention.inside,
        tail.startswith(("'s", "’s")),
        lead.endswith((" from ", " of ")),
        lead.endswith((", ", " and ", " or ")),
        tail.startswith((", ", " and ", " or ")),
        lead.endswith(rules.cited_before) or tail.startswith(rules.cited_after),
        tail.startswith(rules.governs),
        _based(lead, tail),
    )


def _based(lead: str, tail: str) -> bool:
    if tail.startswith(("-based", "-headquartered")):
        return True
    return ("based" in lead or "headquarter" in lead) and _BASED.search(lead) is not None


def observed_organization(
    owner: str, cast: Cast, products: Mapping[str, int], scene: Scene, rules: RoleRules, *, known: Organization | None
) -> Seen:
    """What is observed of an organization: also what kind of organization it is, and whether its products or its parent are named too.

    `products` counts the mentions of each owner's products.
    """
    more = math.log2(1 + products.get(owner, 0)) / 3, known is not None and known.parent in cast.named
    what = known.type if known else "unknown"
    return _observed(owner, cast, scene, rules, "organization", more=more, what=what)


def observed_region(
    code: str, cast: Cast, scene: Scene, rules: RoleRules, *, groups: Collection[str], home: float
) -> Seen:
    """What is observed of a region: also which one it is, whether a group that it is in is named, and what the story is about.

    `home` is the share of mentions of organizations with a country that are at home there.
    """
    more = code.islower(), any(other in groups for other in cast.named), home
    return _observed(code, cast, scene, rules, "region", more=more, what=code)
