"""What part an organization or a region plays in a story, by CODEBOOK: from where, how often and beside what it stands.

What is observed is in etl/tagger/role_features.py, what each observation weighs in `seeds/model/roles.json`: learned by
logistic regression from labelled stories, texts and abstracts together (etl/fit_roles.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from etl.lexicon.load import Lexicon
from etl.lexicon.organizations import Organization
from etl.model import Role
from etl.tagger.role_features import Cast, Seen, by_name, observed_organization, observed_region
from etl.tagger.role_model import RoleWeights
from etl.tagger.scene import Named, Scene
from etl.tagger.unlisted import Found

Observed = dict[str, dict[str, float]]  # by owner, then by name of the observation
_SOURCE = 1.0  # cited wherever it stands


@dataclass(frozen=True)
class StoryNames:
    """The names of a story by owner, in order of appearance, and the story around them."""

    title: str
    text: str
    organizations: Named
    regions: Named

    @cached_property
    def scene(self) -> Scene:
        """The story laid out around them; one that names nothing is never asked for it."""
        return Scene.of(self.title, self.text, self.organizations, self.regions)


def observe_organizations(story: StoryNames, lexicon: Lexicon) -> Observed:
    """What is seen of each organization that is named itself, not by products alone."""
    return {owner: by_name(seen, "organization") for owner, seen in seen_organizations(story, lexicon).items()}


def observe_regions(story: StoryNames, lexicon: Lexicon) -> Observed:
    """What is seen of each region."""
    return {code: by_name(seen, "region") for code, seen in seen_regions(story, lexicon).items()}


def seen_organizations(story: StoryNames, lexicon: Lexicon) -> dict[str, Seen]:
    """The same, ready to be weighed."""
    if not story.organizations:
        return {}
    named = {owner: own for owner, found in story.organizations.items() if (own := _own(found))}
    products = {owner: len(found) - len(named.get(owner, ())) for owner, found in story.organizations.items()}
    cast = Cast(named)
    return {
        owner: observed_organization(
            owner, cast, products, story.scene, lexicon.traps.roles, known=lexicon.organizations.get(owner)
        )
        for owner in named
    }


def seen_regions(story: StoryNames, lexicon: Lexicon) -> dict[str, Seen]:
    """The same, ready to be weighed."""
    if not story.regions:
        return {}
    homes: Counter[str] = Counter()
    for owner, found in story.organizations.items():
        known = lexicon.organizations.get(owner)
        if known is not None and known.country is not None:
            homes[known.country] += len(_own(found))
    total, cast = max(1, homes.total()), Cast(story.regions)
    return {
        code: observed_region(
            code,
            cast,
            story.scene,
            lexicon.traps.roles,
            groups=lexicon.regions[code].groups,
            home=homes[code] / total,
        )
        for code in story.regions
    }


def organization_roles(
    story: StoryNames, lexicon: Lexicon, weights: RoleWeights, *, document: str | None
) -> dict[str, Role]:
    """The role of each organization; those of the newsletter's own house are a `source`."""
    seen, scale = seen_organizations(story, lexicon), weights.scale("organization", document=document)
    roles: dict[str, Role] = {}
    for owner in story.organizations:
        known = lexicon.organizations.get(owner)
        if known is not None and known.own:
            roles[owner] = "source"
        elif owner not in seen:
            roles[owner] = "product"
        elif scale.points(seen[owner]) >= 0:
            roles[owner] = "focus"
        else:
            roles[owner] = "source" if _is_source(seen[owner], known) else "mention"
    return roles


def region_roles(story: StoryNames, lexicon: Lexicon, weights: RoleWeights, *, document: str | None) -> dict[str, Role]:
    """`focus` or `mention` for each region."""
    if not story.regions:
        return {}
    scale = weights.scale("region", document=document)
    told = scale.told(story.scene.about)
    return {
        code: "focus" if scale.points(seen, told=told) >= 0 else "mention"
        for code, seen in seen_regions(story, lexicon).items()
    }


def _is_source(seen: Seen, known: Organization | None) -> bool:
    """Whether it only said or printed something; a publication needs to be cited but once."""
    return seen.cited() == _SOURCE or (known is not None and known.type == "publication" and seen.cited() > 0)


def _own(found: Sequence[Found]) -> list[Found]:
    return [each for each in found if each[1] != "product"]
