"""Spans of title and text → the organization and region tags of one story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spacy.tokens import Doc, Span

from etl.lexicon.load import Lexicon
from etl.lexicon.organizations import Organization
from etl.lexicon.traps import RoleRules
from etl.model import Evidence, Field, OrganizationTag, RegionTag, Role
from etl.tagger.gazetteer import UNCERTAIN
from etl.tagger.names import ORGANIZATIONS
from etl.tagger.places import REGIONS
from etl.tagger.roles import Scene, organization_role, region_role
from etl.tagger.tokens import text_of
from etl.tagger.unlisted import Found, merged, usual_spelling


def organization_tags(title: Doc, text: Doc, lexicon: Lexicon) -> tuple[OrganizationTag, ...]:
    """One tag an organization, whatever its spelling, in order of appearance."""
    found = merged(_certain(_by_owner(title, text, ORGANIZATIONS)))
    scene = Scene.of(text_of(title), text_of(text), [[span for span, _ in spans] for spans in found.values()])
    return tuple(
        _organization_tag(owner, spans, lexicon.organizations.get(owner), scene, lexicon.traps.roles)
        for owner, spans in found.items()
    )


def region_tags(title: Doc, text: Doc, lexicon: Lexicon) -> tuple[RegionTag, ...]:
    """One tag a region, in order of appearance."""
    found = _certain(_by_owner(title, text, REGIONS))
    scene = Scene.of(text_of(title), text_of(text), [[span for span, _ in spans] for spans in found.values()])
    return tuple(
        RegionTag(
            code=code,
            name=lexicon.regions[code].name,
            role=region_role([span for span, _ in spans], scene, lexicon.traps.roles, hows=[how for _, how in spans]),
            spans=tuple(span for span, _ in spans),
        )
        for code, spans in found.items()
    )


def _organization_tag(
    owner: str, found: Sequence[Found], known: Organization | None, scene: Scene, rules: RoleRules
) -> OrganizationTag:
    named = [span for span, how in found if how != "product"]
    role: Role = "product"
    if known is not None and known.own:
        role = "source"
    elif named:
        role = organization_role(named, scene, rules, known=known)
    name = known.name if known is not None else usual_spelling(owner, [span.text for span in named])
    return OrganizationTag(owner, name, role, known is not None, tuple(span for span, _ in found))


def _by_owner(title: Doc, text: Doc, key: str) -> dict[str, list[Found]]:
    """Evidence and how it names its owner, by owner in order of appearance, the title first."""
    found: dict[str, list[Found]] = {}
    fields: tuple[tuple[Field, Doc], ...] = (("title", title), ("text", text))
    for field, doc in fields:
        for span in doc.spans[key]:
            found.setdefault(span.label_, []).append((_evidence(field, span), span.id_))
    return found


def _certain(found: Mapping[str, list[Found]]) -> dict[str, list[Found]]:
    """Without owners of whom the story has only spellings that count beside a full name."""
    return {owner: spans for owner, spans in found.items() if any(how not in UNCERTAIN for _, how in spans)}


def _evidence(field: Field, span: Span) -> Evidence:
    return Evidence(field, span.start_char, span.end_char, span.text)
