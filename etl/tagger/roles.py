"""What part an organization or a region plays in a story, by CODEBOOK: from where, how often and beside what it stands.

The points that each observation gives are seeds: `[roles]` in name_traps.toml. A role is `focus` from 0 points up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from etl.lexicon.traps import RoleRules
from etl.model import Evidence, Role

_REACH = 30


@dataclass(frozen=True, slots=True)
class Scene:
    """The story around the names: its fields, the end of its first sentence and paragraph, how often others are named."""

    title: str
    text: str
    sentence: int
    lead: int
    owners: int
    spans: int
    most: int

    @classmethod
    def of(cls, title: str, text: str, spans: Sequence[Sequence[Evidence]]) -> Scene:
        """Sum up a story; `spans` are those of each owner of the kind."""
        counts = [len(each) for each in spans]
        lead = text.find("\n", 40)
        stop = text.find(". ", 30)
        return cls(
            title=title,
            text=text,
            sentence=stop if stop > 0 else len(text),
            lead=lead if lead > 0 else len(text),
            owners=len(counts),
            spans=sum(counts),
            most=max(counts, default=0),
        )


def observations(spans: Sequence[Evidence], scene: Scene) -> dict[str, float]:
    """What speaks for or against focus, each from 0 to about 1, whatever the length of the text."""
    starts = [span.start for span in spans if span.field == "text"]
    first = min(starts, default=len(scene.text))
    return {
        "always": 1.0,
        "in_title": float(any(span.field == "title" for span in spans)),
        "opens_title": float(any(span.field == "title" and span.start < 3 for span in spans)),
        "in_first_sentence": float(first < scene.sentence),
        "opens_text": float(first < 5),
        "in_lead": float(first < scene.lead),
        "often": math.log2(len(spans)) / 3,
        "share": len(spans) / max(1, scene.spans),
        "most": float(len(spans) == scene.most),
        "alone": float(scene.owners == 1),
        "many": min(1.0, scene.owners / 10),
        "late": first / max(1, len(scene.text)),
    }


def points(seen: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The weighted sum of what was seen."""
    return sum(weight * seen[name] for name, weight in weights.items())


def organization_role(spans: Sequence[Evidence], scene: Scene, rules: RoleRules, *, publication: bool) -> Role:
    """`focus` by points; a publication that is cited, or that only stands somewhere, is `source`."""
    seen = observations(spans, scene)
    cited = [is_cited(span, scene, rules) for span in spans]
    seen["publication"], seen["cited"] = float(publication), sum(cited) / len(cited)
    if points(seen, rules.organization) >= 0:
        return "focus"
    return "source" if all(cited) or (publication and any(cited)) else "mention"


def region_role(spans: Sequence[Evidence], hows: Sequence[str], scene: Scene, rules: RoleRules) -> Role:
    """`focus` by points; how the region is named counts: an adjective before an actor says less than its name."""
    seen = observations(spans, scene)
    seen["demonym"] = hows.count("demonym") / len(hows)
    seen["home"] = sum(_is_home(span, scene) for span in spans) / len(spans)
    return "focus" if points(seen, rules.region) >= 0 else "mention"


def is_cited(span: Evidence, scene: Scene, rules: RoleRules) -> bool:
    """Whether the name stands where a source is cited: "told X", "X reported"."""
    before, after = _around(span, scene)
    return before.endswith(rules.cited_before) or after.startswith(rules.cited_after)


def _is_home(span: Evidence, scene: Scene) -> bool:
    """Whether the place only says where an actor is at home: "Tokyo-based", "based in Tokyo"."""
    before, after = _around(span, scene)
    return after.startswith("-based") or before.endswith((" based in ", " headquartered in "))


def _around(span: Evidence, scene: Scene) -> tuple[str, str]:
    field = scene.title if span.field == "title" else scene.text
    return f" {field[max(0, span.start - _REACH) : span.start].lower()}", field[span.end : span.end + _REACH].lower()
