"""seeds/organizations.toml → organizations with all their spellings, validated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from etl.errors import LexiconError
from etl.lexicon.common import (
    Acts,
    Claims,
    Example,
    Guard,
    Surface,
    check_entry,
    check_slug,
    read_guard,
    read_toml,
    spellings,
)

FILE = "organizations.toml"
TYPES = frozenset(
    {"company", "university", "laboratory", "agency", "publication", "ngo", "court", "standards", "other"}
)
_REQUIRED = {"name": str, "type": str}
_OPTIONAL = {
    "country": str,
    "parent": str,
    "aliases": list,
    "short": list,
    "products": list,
    "ambiguous": list,
    "guard": dict,
    "exact": bool,
    "own": bool,
    "examples": list,
    "not_examples": list,
}


@dataclass(frozen=True, slots=True)
class Organization:
    """One organization of the seeds; `country` is ISO 3166-1 alpha-2 or None, `own` marks the newsletter's own house."""

    id: str
    name: str
    type: str
    country: str | None
    parent: str | None
    own: bool
    surfaces: tuple[Surface, ...]
    examples: tuple[Example, ...]


def load_organizations(seeds: Path, *, countries: Iterable[str], acts: Acts, claims: Claims) -> dict[str, Organization]:
    """The organizations of `seeds/organizations.toml` by id; their spellings are added to `claims`.

    Raises LexiconError(file, entry, remedy) for an unknown key, type, country or parent and for a spelling claimed twice.
    """
    path, known = seeds / FILE, frozenset(countries)
    table = read_toml(path)
    found = {slug: _read(slug, entry, path=path, countries=known, acts=acts) for slug, entry in table.items()}
    for organization in found.values():
        _check_parent(organization, found, path=path)
        for surface in organization.surfaces:
            claims.add(surface, path=path)
    return found


def _read(slug: str, entry: object, *, path: Path, countries: frozenset[str], acts: Acts) -> Organization:
    check_slug(slug, path=path)
    check_entry(entry, path=path, where=slug, required=_REQUIRED, optional=_OPTIONAL)
    assert isinstance(entry, dict)  # checked above; narrows the type
    kind, country = entry["type"], entry.get("country")
    if kind not in TYPES:
        remedy = f"use one of {', '.join(sorted(TYPES))}"
        raise LexiconError(f"`{kind}` is no type of organization", file=path, where=slug, remedy=remedy)
    if country is not None and country not in countries:
        remedy = "use an ISO 3166-1 alpha-2 code that regions.toml lists"
        raise LexiconError(f"`{country}` is no country", file=path, where=slug, remedy=remedy)
    return Organization(
        id=slug,
        name=entry["name"],
        type=kind,
        country=country,
        parent=entry.get("parent"),
        own=entry.get("own", False),
        surfaces=tuple(_surfaces(slug, entry, path=path, acts=acts)),
        examples=tuple(_examples(slug, entry, path=path)),
    )


def _surfaces(slug: str, entry: Mapping[str, Any], *, path: Path, acts: Acts) -> Iterable[Surface]:
    """Names and aliases, then short forms (they need the full name in the story), then products."""
    guard = read_guard(entry["guard"], path=path, where=slug, acts=acts) if "guard" in entry else None
    ambiguous = set(entry.get("ambiguous", [entry["name"]] if guard else []))
    names = [entry["name"], *entry.get("aliases", ())]
    listed = {*names, *entry.get("short", ()), *entry.get("products", ())}
    if ambiguous - listed:
        remedy = "list it among the aliases too"
        raise LexiconError(
            f'"{min(ambiguous - listed)}" is ambiguous but no alias', file=path, where=slug, remedy=remedy
        )
    shout = not entry.get("exact", False)
    for name in names:
        for text in spellings(name, shout=shout and name not in ambiguous):
            yield Surface(text, slug, "organization", "alias", guard if name in ambiguous else None)
    for name in entry.get("short", ()):
        held = replace(guard, named=True) if guard and name in ambiguous else Guard(named=True)
        yield Surface(name, slug, "organization", "short", held)
    for name in entry.get("products", ()):
        for text in spellings(name, shout=False):
            yield Surface(text, slug, "product", "product", guard if name in ambiguous else None)


def _examples(slug: str, entry: Mapping[str, Any], *, path: Path) -> Iterable[Example]:
    for key, expected in (("examples", True), ("not_examples", False)):
        for text in entry.get(key, ()):
            yield Example(slug, "organization", text, expected, path)


def _check_parent(organization: Organization, found: Mapping[str, Organization], *, path: Path) -> None:
    """Raise LexiconError for a parent that is not listed, or a line of parents that comes back to its start."""
    seen, at = {organization.id}, organization.parent
    while at is not None:
        if at not in found:
            remedy = "add the parent or correct its id"
            raise LexiconError(f"the parent `{at}` is not listed", file=path, where=organization.id, remedy=remedy)
        if at in seen:
            raise LexiconError("the line of parents is a circle", file=path, where=organization.id, remedy="break it")
        seen.add(at)
        at = found[at].parent
