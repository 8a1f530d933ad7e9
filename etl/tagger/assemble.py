"""Spans of title and text → the organization and region tags of one story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spacy.tokens import Doc

from etl.lexicon.load import Lexicon
from etl.lexicon.organizations import Organization
from etl.model import Evidence, Field, OrganizationTag, RegionTag, Role
from etl.tagger.found import taken
from etl.tagger.gazetteer import UNCERTAIN
from etl.tagger.names import ORGANIZATIONS
from etl.tagger.places import REGIONS
from etl.tagger.role_model import RoleWeights
from etl.tagger.roles import StoryNames, organization_roles, region_roles
from etl.tagger.tokens import layout
from etl.tagger.unlisted import Found, merged, usual_spelling


def names_of(title: Doc, text: Doc) -> StoryNames:
    """Organizations and regions of a story by owner, whatever their spelling, in order of appearance."""
    organizations = merged(_certain(_by_owner(title, text, ORGANIZATIONS)))
    return StoryNames(layout(title).text, layout(text).text, organizations, _certain(_by_owner(title, text, REGIONS)))


def organization_tags(
    names: StoryNames, lexicon: Lexicon, weights: RoleWeights, *, document: str | None = None
) -> tuple[OrganizationTag, ...]:
    """One tag an organization; `document` is what published the story, so that its role comes from weights without it."""
    roles = organization_roles(names, lexicon, weights, document=document)
    return tuple(
        _organization_tag(owner, found, lexicon.organizations.get(owner), roles[owner])
        for owner, found in names.organizations.items()
    )


def region_tags(
    names: StoryNames, lexicon: Lexicon, weights: RoleWeights, *, document: str | None = None
) -> tuple[RegionTag, ...]:
    """One tag a region; `document` as for organizations."""
    roles = region_roles(names, lexicon, weights, document=document)
    return tuple(
        RegionTag(code, lexicon.regions[code].name, roles[code], tuple(span for span, _ in found))
        for code, found in names.regions.items()
    )


def _organization_tag(owner: str, found: Sequence[Found], known: Organization | None, role: Role) -> OrganizationTag:
    named = [span.text for span, how in found if how != "product"]
    name = known.name if known is not None else usual_spelling(owner, named)
    return OrganizationTag(owner, name, role, known is not None, tuple(span for span, _ in found))


def _by_owner(title: Doc, text: Doc, key: str) -> dict[str, list[Found]]:
    """Evidence and how it names its owner, by owner in order of appearance, the title first."""
    found: dict[str, list[Found]] = {}
    fields: tuple[tuple[Field, Doc], ...] = (("title", title), ("text", text))
    for field, doc in fields:
        page = layout(doc)
        for name in taken(doc, key):
            first, last = page.starts[name.start], page.ends[name.end - 1]
            found.setdefault(name.owner, []).append((Evidence(field, first, last, page.text[first:last]), name.how))
    return found


def _certain(found: Mapping[str, list[Found]]) -> dict[str, list[Found]]:
    """Without owners of whom the story has only spellings that count beside a full name."""
    return {owner: spans for owner, spans in found.items() if any(how not in UNCERTAIN for _, how in spans)}
