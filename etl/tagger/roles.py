"""What part an organization or a region plays in a story, by CODEBOOK: from where, how often and beside what it stands.

The points that each observation gives are seeds: `[roles]` in name_traps.toml. A role is `focus` from 0 points up. They
were fitted by logistic regression on labelled stories, texts and abstracts together, and rounded.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from etl.lexicon.organizations import Organization
from etl.lexicon.traps import RoleRules
from etl.model import Evidence, Role

_REACH = 30
_LEAST_SENTENCE = 30
_RESEARCH = frozenset({"university", "laboratory"})


@dataclass(frozen=True, slots=True)
class Scene:
    """The story around the names: its fields, where its first sentence and paragraph end, and who else is named."""

    title: str
    text: str
    sentence: int
    lead: int
    owners: int
    spans: int
    most: int
    opener: Evidence | None

    @classmethod
    def of(cls, title: str, text: str, spans: Sequence[Sequence[Evidence]]) -> Scene:
        """Sum up a story; `spans` are those of each owner of one kind, owners in order of appearance."""
        counts = [len(each) for each in spans]
        return cls(
            title=title,
            text=text,
            sentence=_end(text, ". "),
            lead=_end(text, "\n"),
            owners=len(counts),
            spans=sum(counts),
            most=max(counts, default=0),
            opener=spans[0][0] if spans else None,
        )

    def around(self, span: Evidence) -> tuple[str, str]:
        """What stands before and after the span, in lower case."""
        field = self.title if span.field == "title" else self.text
        return f" {field[max(0, span.start - _REACH) : span.start]}".lower(), field[
            span.end : span.end + _REACH
        ].lower()


def _end(text: str, mark: str) -> int:
    at = text.find(mark, _LEAST_SENTENCE)
    return at if at > 0 else len(text)


def observations(spans: Sequence[Evidence], scene: Scene, rules: RoleRules) -> dict[str, float]:
    """What speaks for or against focus for any name, each from 0 to about 1, whatever the length of the text."""
    first = min((span.start for span in spans if span.field == "text"), default=0)
    around = [scene.around(span) for span in spans]
    return {
        "always": 1.0,
        "in_title": float(spans[0].field == "title"),
        "in_text": float(not scene.text or spans[-1].field == "text"),
        "in_first_sentence": float(first < scene.sentence),
        "in_lead": float(first < scene.lead),
        "often": math.log2(len(spans)) / 3,
        "share": len(spans) / scene.spans,
        "most": float(len(spans) == scene.most),
        "alone": float(scene.owners == 1),
        "many": min(1.0, scene.owners / 10),
        "late": first / max(1, len(scene.text)),
        "early": 1 / (1 + first / 250),
        "short": 1 / (1 + len(scene.text) / 500),
        "named_first": float(spans[0] == scene.opener),
        "possessive": _mean(after.startswith(("'s", "’s")) for _, after in around),
        "belongs": _mean(before.endswith((" from ", " of ")) for before, _ in around),
        "listed": _mean(before.endswith((", ", " and ", " or ")) for before, _ in around),
        "in_list": _mean(after.startswith((", ", " and ", " or ")) for _, after in around),
        "several": float(len({span.text for span in spans}) > 1),
        "cited": _mean(
            before.endswith(rules.cited_before) or after.startswith(rules.cited_after) for before, after in around
        ),
        "located": float(any(before.endswith((" in ", " across ", " near ")) for before, _ in around)),
        "governs": _mean(after.startswith(rules.governs) for _, after in around),
    }


def _mean(seen: Iterable[bool]) -> float:
    values = list(seen)
    return sum(values) / len(values)


def points(seen: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The weighted sum of what was seen."""
    return sum(weight * seen[name] for name, weight in weights.items())


def observe_organization(
    spans: Sequence[Evidence], scene: Scene, rules: RoleRules, *, known: Organization | None
) -> dict[str, float]:
    """`observations`, and what kind of organization it is."""
    kind = known.type if known else ""
    return observations(spans, scene, rules) | {
        "publication": float(kind == "publication"),
        "research": float(kind in _RESEARCH),
        "unknown": float(known is None),
    }


def observe_region(
    spans: Sequence[Evidence], scene: Scene, rules: RoleRules, *, hows: Sequence[str]
) -> dict[str, float]:
    """`observations`, and how the region is named: an adjective before an actor says less than a name."""
    return observations(spans, scene, rules) | {
        "demonym": hows.count("demonym") / len(hows),
        "city": hows.count("city") / len(hows),
        "part": hows.count("state") / len(hows),
    }


def organization_role(spans: Sequence[Evidence], scene: Scene, rules: RoleRules, *, known: Organization | None) -> Role:
    """`focus` by points; a name that is only cited is `source`, and so is a publication that is cited anywhere."""
    seen = observe_organization(spans, scene, rules, known=known)
    if points(seen, rules.organization) >= 0:
        return "focus"
    return "source" if seen["cited"] == 1 or (seen["publication"] and seen["cited"]) else "mention"


def region_role(spans: Sequence[Evidence], scene: Scene, rules: RoleRules, *, hows: Sequence[str]) -> Role:
    """`focus` by points, else `mention`; `hows` are how each span names the region (`name`, `demonym`, `city`, …)."""
    return "focus" if points(observe_region(spans, scene, rules, hows=hows), rules.region) >= 0 else "mention"
