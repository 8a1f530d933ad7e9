"""What a reader sees around a name: where it stands, how often, beside whom, and the words before and after it.

Every observation has a name and a value from 0 to about 1, whatever the length of the text. Those of words have `=` in
their names (`before=by`, `next=said`) and are 1 where any mention has them; etl/tagger/role_model.py weighs them all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Mapping, Sequence

from etl.lexicon.organizations import Organization
from etl.lexicon.traps import RoleRules
from etl.model import Evidence
from etl.tagger.scene import Kind, Mention, Named, Scene

_NEAR = 4  # words on either side that count wherever they stand
_MOST = 12  # mentions whose words are read: the first ones
_TOLD = 0.4  # what each of these words counts: there are many
_BASED = re.compile(r" (?:based|headquartered|headquarters) (?:in|near) [^.]{0,25}$")
# What is asked of each mention (`_signs`); the share that answers is the observation.
_SIGNS = (
    "subject",
    "in items",
    "after rivals",
    "inside names",
    "possessive",
    "belongs",
    "listed",
    "in list",
    "cited",
    "located",
    "governs",
    "based",
)


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


def spoken(mentions: Sequence[Mention], kind: Kind) -> list[str]:
    """The names of all observations of words; of a region also those of its spelling, as "hollywood"."""
    seen: list[str] = []
    for mention in mentions[:_MOST]:
        before, after = mention.before, mention.after
        last, following = (before[-1] if before else ""), (after[0] if after else "")
        seen += [f"last={last}", f"next={following}", f"around={last} _ {following}"]
        seen += [f"last2={' '.join(before[-2:])}", f"next2={' '.join(after[:2])}"]
        seen += [f"before={word}" for word in before[-_NEAR:]]
        seen += [f"after={word}" for word in after[:_NEAR]]
        if kind == "region":
            seen.append(f"name={mention.text.lower()}")
    return seen


def sections(mentions: Sequence[Mention]) -> dict[str, float]:
    """The share of its mentions in each labelled section ("behind the news"), and the section of the first one."""
    share = 1 / len(mentions)
    seen = {f"first section={mentions[0].section}": 1.0}
    for mention in mentions:
        name = f"section={mention.section}"
        seen[name] = seen.get(name, 0.0) + share
    if len({mention.section for mention in mentions}) == 1:
        seen[f"only section={mentions[0].section}"] = 1.0
    return seen


def observed(owner: str, cast: Cast, scene: Scene, rules: RoleRules, kind: Kind) -> dict[str, float]:
    """All observations of one owner of the cast."""
    spans = [span for span, _ in cast.named[owner]]
    mentions = [scene.mention(span, how, kind) for span, how in cast.named[owner]]
    seen = {"always": 1.0, **_places(spans, mentions, scene), **_rank(owner, cast), **sections(mentions)}
    seen |= _manner(spans, mentions, scene, rules)
    seen |= dict.fromkeys(spoken(mentions, kind), 1.0)
    return seen


def _places(spans: Sequence[Evidence], mentions: Sequence[Mention], scene: Scene) -> dict[str, float]:
    """Where in the story the name stands."""
    length = max(1, len(scene.text.text))
    first = min((span.start for span in spans if span.field == "text"), default=0)
    return {
        "in title": float(spans[0].field == "title"),
        "in text": float(not scene.text.text or spans[-1].field == "text"),
        "in first sentence": float(first < scene.first_sentence),
        "in lead": float(first < scene.lead),
        "late": first / length,
        "early": 1 / (1 + first / 250),
        "last late": spans[-1].start / length if spans[-1].field == "text" else 0.0,
        "sentences": len({each.sentence for each in mentions}) / max(3, len(scene.text.sentences)),
        "paragraphs": len({each.paragraph for each in mentions}) / max(3, len(scene.text.paragraphs)),
        "short text": 1 / (1 + length / 500),
        "no title": float(not scene.title.text),
        "no sections": float(not scene.text.sections),
        "one paragraph": float(len(scene.text.paragraphs) == 1),
    }


def _rank(owner: str, cast: Cast) -> dict[str, float]:
    """How often the name stands, beside the others of its kind."""
    count, order = cast.counts[owner], cast.order[owner]
    others = cast.second if count == cast.most else cast.most
    return {
        "often": math.log2(count) / 3,
        "once": float(count == 1),
        "twice": float(count == 2),
        "share": count / cast.total,
        "most": float(count == cast.most),
        "lead over others": math.log((1 + count) / (1 + others)),
        "alone": float(cast.kinds == 1),
        "many": min(1.0, cast.kinds / 10),
        "named first": float(order == 0),
        "order": 1 / (1 + order),
        "others in title": (len(cast.titled) - (owner in cast.titled)) / 2,
    }


def _manner(spans: Sequence[Evidence], mentions: Sequence[Mention], scene: Scene, rules: RoleRules) -> dict[str, float]:
    """As what the name stands in its sentences."""
    signs = [_signs(each, *_around(span, scene), rules) for span, each in zip(spans, mentions, strict=True)]
    first, hows = mentions[0], [each.how for each in mentions]
    seen = dict(zip(_SIGNS, [told / len(signs) for told in map(sum, zip(*signs, strict=True))], strict=True))
    seen["ever subject"] = float(seen["subject"] > 0)
    seen["first as subject"] = float(first.subject)
    seen["opens title"] = float(spans[0].field == "title" and first.subject)
    seen["opens item"] = float(any(each.subject and each.bullet for each in mentions))
    seen["in a crowd"] = min(1.0, (min(each.crowd for each in mentions) - 1) / 4)
    seen["spellings"] = math.log2(len({span.text for span in spans}))
    seen["located"] = float(seen["located"] > 0)
    for how in sorted(set(hows)):
        seen[f"how={how}"] = hows.count(how) / len(hows)
    return seen


def _signs(mention: Mention, before: str, after: str, rules: RoleRules) -> tuple[bool, ...]:
    """The answers to `_SIGNS`; `before` and `after` are what stands right there, in lower case."""
    return (
        mention.subject,
        mention.bullet,
        mention.rivals > 0,
        mention.inside,
        after.startswith(("'s", "’s")),
        before.endswith((" from ", " of ")),
        before.endswith((", ", " and ", " or ")),
        after.startswith((", ", " and ", " or ")),
        before.endswith(rules.cited_before) or after.startswith(rules.cited_after),
        before.endswith((" in ", " across ", " near ")),
        after.startswith(rules.governs),
        _based(before, after),
    )


def _around(span: Evidence, scene: Scene) -> tuple[str, str]:
    """What stands right before and after the span, in lower case."""
    text = scene.title.text if span.field == "title" else scene.text.text
    return f" {text[max(0, span.start - 40) : span.start]}".lower(), text[span.end : span.end + 40].lower()


def _based(before: str, after: str) -> bool:
    if after.startswith(("-based", "-headquartered")):
        return True
    return ("based" in before or "headquarter" in before) and _BASED.search(before) is not None


def observed_organization(
    owner: str, cast: Cast, products: Mapping[str, int], scene: Scene, rules: RoleRules, *, known: Organization | None
) -> dict[str, float]:
    """`observed`, what kind of organization it is, and whether its products or its parent are named too.

    `products` counts the mentions of each owner's products.
    """
    seen = observed(owner, cast, scene, rules, "organization")
    seen[f"type={known.type if known else 'unknown'}"] = 1.0
    seen["products"] = math.log2(1 + products.get(owner, 0)) / 3
    seen["parent named"] = float(known is not None and known.parent in cast.named)
    return seen


def observed_region(
    code: str, cast: Cast, scene: Scene, rules: RoleRules, *, groups: Container[str], home: float
) -> dict[str, float]:
    """`observed`, which region it is, whether a group that it is in is named, and what the story is about.

    `home` is the share of mentions of organizations with a country that are at home there.
    """
    seen = observed(code, cast, scene, rules, "region")
    seen[f"code={code}"] = 1.0
    seen["group of countries"] = float(code.islower())
    seen["its group named"] = float(any(other in groups for other in cast.named))
    seen["home"] = home
    seen |= dict.fromkeys(scene.about, _TOLD)
    return seen
