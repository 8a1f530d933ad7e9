"""seeds/regions.toml → countries and groups with their spellings, and who belongs to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.errors import LexiconError
from etl.lexicon.common import Claims, Example, Guard, Surface, check_entry, read_guard, read_toml

FILE = "regions.toml"
KINDS = frozenset({"country", "group"})
_DETAILS = {"aliases": "name", "demonyms": "demonym", "states": "state", "cities": "city", "metonyms": "metonym"}
_REQUIRED = {"name": str, "kind": str}
_OPTIONAL = {
    "alpha3": str,
    "subregion": str,
    "groups": list,
    "guards": dict,
    "examples": list,
    "not_examples": list,
    **dict.fromkeys(_DETAILS, list),
}


@dataclass(frozen=True, slots=True)
class Region:
    """A country (its code is ISO 3166-1 alpha-2) or a group of countries; `groups` are those that it is directly in."""

    code: str
    name: str
    kind: str
    alpha3: str | None
    subregion: str | None
    groups: tuple[str, ...]
    surfaces: tuple[Surface, ...]
    examples: tuple[Example, ...]


def load_regions(seeds: Path, *, claims: Claims) -> dict[str, Region]:
    """The regions of `seeds/regions.toml` by code; their spellings are added to `claims`.

    Raises LexiconError(file, entry, remedy) for an unknown key, kind or group and for a spelling claimed twice.
    """
    path = seeds / FILE
    found = {code: _read(code, entry, path=path) for code, entry in read_toml(path).items()}
    for region in found.values():
        for group in region.groups:
            if group not in found or found[group].kind != "group":
                remedy = "add the group or correct its code"
                raise LexiconError(f"`{group}` is no listed group", file=path, where=region.code, remedy=remedy)
        for surface in region.surfaces:
            claims.add(surface, path=path)
    return found


def memberships(regions: Mapping[str, Region]) -> list[tuple[str, str]]:
    """All (code, group) pairs, closed over groups of groups and sorted: a filter on a group means its countries too."""
    pairs: set[tuple[str, str]] = set()
    for code in regions:
        queue = list(regions[code].groups)
        while queue:
            group = queue.pop()
            if (code, group) not in pairs and group != code:
                pairs.add((code, group))
                queue += regions[group].groups
    return sorted(pairs)


def _read(code: str, entry: object, *, path: Path) -> Region:
    check_entry(entry, path=path, where=code, required=_REQUIRED, optional=_OPTIONAL)
    assert isinstance(entry, dict)  # checked above; narrows the type
    if entry["kind"] not in KINDS:
        raise LexiconError(
            f"`{entry['kind']}` is no kind of region", file=path, where=code, remedy="use country or group"
        )
    if entry["kind"] == "country" and not ("alpha3" in entry and len(code) == 2 and code.isupper()):
        remedy = "key it by ISO 3166-1 alpha-2 and give alpha3"
        raise LexiconError("the country lacks its ISO codes", file=path, where=code, remedy=remedy)
    return Region(
        code=code,
        name=entry["name"],
        kind=entry["kind"],
        alpha3=entry.get("alpha3"),
        subregion=entry.get("subregion"),
        groups=tuple(entry.get("groups", ())),
        surfaces=tuple(_surfaces(code, entry, path=path)),
        examples=tuple(_examples(code, entry, path=path)),
    )


def _surfaces(code: str, entry: Mapping[str, Any], *, path: Path) -> Iterable[Surface]:
    """Every spelling with the guard of that spelling, where `guards` has one."""
    guards: dict[str, Guard] = {
        text: read_guard(table, path=path, where=f"{code}.{text}") for text, table in entry.get("guards", {}).items()
    }
    listed = {entry["name"]} | {text for key in _DETAILS for text in entry.get(key, ())}
    for text in guards.keys() - listed:
        raise LexiconError(
            f'"{text}" has a guard but is not listed', file=path, where=code, remedy="list the spelling too"
        )
    yield Surface(entry["name"], code, "region", "name", guards.get(entry["name"]))
    for key, detail in _DETAILS.items():
        for text in entry.get(key, ()):
            yield Surface(text, code, "region", detail, guards.get(text))
            if "'" in text:
                yield Surface(text.replace("'", "’"), code, "region", detail, guards.get(text))


def _examples(code: str, entry: Mapping[str, Any], *, path: Path) -> Iterable[Example]:
    for key, expected in (("examples", True), ("not_examples", False)):
        for text in entry.get(key, ()):
            yield Example(code, "region", text, expected, path)
