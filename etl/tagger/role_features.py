"""What a reader sees around a name: where it stands, how often, beside whom, and the words before and after it.

Every observation has a name and a value from 0 to about 1, whatever the length of the text. Those of words have `=` in
their names (`before=by`, `next=said`) and are 1 where any mention has them; etl/tagger/role_model.py weighs them all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterable, Mapping, Sequence

from etl.lexicon.organizations import Organization
from etl.lexicon.traps import RoleRules
from etl.model import Evidence
from etl.tagger.scene import Kind, Mention, Named, Scene

_NEAR = 4  # words on either side that count wherever they stand
_MOST = 12  # mentions whose words are read: the first ones
_TOLD = 0.4  # what each of these words counts: there are many
_BASED = re.compile(r" (?:based|headquartered|headquarters) (?:in|near) [^.]{0,25}$")


def spoken(mentions: Sequence[Mention], kind: Kind) -> set[str]:
    """The names of all observations of words; of a region also those of its spelling, as "hollywood"."""
    seen: set[str] = set()
    for mention in mentions[:_MOST]:
        before, after = mention.before, mention.after
        last, following = (before[-1] if before else ""), (after[0] if after else "")
        seen |= {f"last={last}", f"next={following}", f"around={last} _ {following}"}
        seen |= {f"last2={' '.join(before[-2:])}", f"next2={' '.join(after[:2])}"}
        seen |= {f"before={word}" for word in before[-_NEAR:]} | {f"after={word}" for word in after[:_NEAR]}
        if kind == "region":
            seen.add(f"name={mention.text.lower()}")
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


def observed(owner: str, named: Named, scene: Scene, rules: RoleRules, kind: Kind) -> dict[str, float]:
    """All observations of one owner of `named`, which holds all names of its kind but those of products."""
    spans = [span for span, _ in named[owner]]
    mentions = [scene.mention(span, how, kind) for span, how in named[owner]]
    seen = {"always": 1.0, **_places(spans, mentions, scene), **_rank(owner, named), **sections(mentions)}
    return seen | _manner(spans, mentions, scene, rules) | dict.fromkeys(spoken(mentions, kind), 1.0)


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


def _rank(owner: str, named: Named) -> dict[str, float]:
    """How often the name stands, beside the others of its kind."""
    counts = {each: len(spans) for each, spans in named.items()}
    count, most, total = counts[owner], max(counts.values()), sum(counts.values())
    others = max((each for other, each in counts.items() if other != owner), default=0)
    order = list(named).index(owner)
    return {
        "often": math.log2(count) / 3,
        "once": float(count == 1),
        "twice": float(count == 2),
        "share": count / total,
        "most": float(count == most),
        "lead over others": math.log((1 + count) / (1 + others)),
        "alone": float(len(counts) == 1),
        "many": min(1.0, len(counts) / 10),
        "named first": float(order == 0),
        "order": 1 / (1 + order),
        "others in title": sum(found[0][0].field == "title" for other, found in named.items() if other != owner) / 2,
    }


def _manner(spans: Sequence[Evidence], mentions: Sequence[Mention], scene: Scene, rules: RoleRules) -> dict[str, float]:
    """As what the name stands in its sentences."""
    around = [_around(span, scene) for span in spans]
    hows = [each.how for each in mentions]
    return {
        "subject": _mean(each.subject for each in mentions),
        "ever subject": float(any(each.subject for each in mentions)),
        "first as subject": float(mentions[0].subject),
        "opens title": float(spans[0].field == "title" and mentions[0].subject),
        "opens item": float(any(each.subject and each.bullet for each in mentions)),
        "in items": _mean(each.bullet for each in mentions),
        "after rivals": _mean(each.rivals > 0 for each in mentions),
        "in a crowd": min(1.0, (min(each.crowd for each in mentions) - 1) / 4),
        "inside names": _mean(each.inside for each in mentions),
        "possessive": _mean(after.startswith(("'s", "’s")) for _, after in around),
        "belongs": _mean(before.endswith((" from ", " of ")) for before, _ in around),
        "listed": _mean(before.endswith((", ", " and ", " or ")) for before, _ in around),
        "in list": _mean(after.startswith((", ", " and ", " or ")) for _, after in around),
        "spellings": math.log2(len({span.text for span in spans})),
        "cited": cited(around, rules),
        "located": float(any(before.endswith((" in ", " across ", " near ")) for before, _ in around)),
        "governs": _mean(after.startswith(rules.governs) for _, after in around),
        "based": _mean(_based(before, after) for before, after in around),
        **{f"how={how}": hows.count(how) / len(hows) for how in sorted(set(hows))},
    }


def _around(span: Evidence, scene: Scene) -> tuple[str, str]:
    """What stands right before and after the span, in lower case."""
    text = scene.title.text if span.field == "title" else scene.text.text
    return f" {text[max(0, span.start - 40) : span.start]}".lower(), text[span.end : span.end + 40].lower()


def cited(around: Sequence[tuple[str, str]], rules: RoleRules) -> float:
    """The share of the mentions that only say who published or told something."""
    return _mean(before.endswith(rules.cited_before) or after.startswith(rules.cited_after) for before, after in around)


def _based(before: str, after: str) -> bool:
    return after.startswith(("-based", "-headquartered")) or _BASED.search(before) is not None


def _mean(seen: Iterable[bool]) -> float:
    values = list(seen)
    return sum(values) / len(values)


def observed_organization(
    owner: str, named: Named, products: Mapping[str, int], scene: Scene, rules: RoleRules, *, known: Organization | None
) -> dict[str, float]:
    """`observed`, what kind of organization it is, and whether its products or its parent are named too.

    `products` counts the mentions of each owner's products.
    """
    return observed(owner, named, scene, rules, "organization") | {
        f"type={known.type if known else 'unknown'}": 1.0,
        "products": math.log2(1 + products.get(owner, 0)) / 3,
        "parent named": float(known is not None and known.parent in named),
    }


def observed_region(
    code: str, named: Named, scene: Scene, rules: RoleRules, *, groups: Container[str], home: float
) -> dict[str, float]:
    """`observed`, which region it is, whether a group that it is in is named, and what the story is about.

    `home` is the share of mentions of organizations with a country that are at home there.
    """
    return observed(code, named, scene, rules, "region") | {
        f"code={code}": 1.0,
        "group of countries": float(code.islower()),
        "its group named": float(any(other in groups for other in named)),
        "home": home,
        **dict.fromkeys((f"about={word}" for word in scene.words), _TOLD),
    }
