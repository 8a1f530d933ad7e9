"""seeds/name_traps.toml → names that hide places and organizations, and the words that give other traps away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.lexicon.common import Acts, Claims, Surface, check_entry, neighbours, read_toml

FILE = "name_traps.toml"
# What roles.py observes of a name in a story; only these may have points.
OBSERVED = (
    "always",
    "in_title",
    "opens_title",
    "in_first_sentence",
    "opens_text",
    "in_lead",
    "often",
    "share",
    "most",
    "alone",
    "many",
    "late",
    "publication",
    "cited",
    "demonym",
    "home",
)
_PLACE = {"given_names": list, "person_or_place": list, "heads": list, "before_place": list}
_LANGUAGE = {"languages": list, "pure_languages": list, "after_language": list, "before_language": list}
_ACTS = {"before": list, "after": list}
_ROLES = {"organization": dict, "region": dict, "cited_before": list, "cited_after": list}
_UNKNOWN = {"heads": list, "heads_of": list, "endings": list, "kinds": list, "cues": list, "stop": list}


@dataclass(frozen=True, slots=True)
class PlaceTraps:
    """When a place is part of another name: after a given name, before a head noun ("University"), after "Bank of"."""

    given_names: frozenset[str]
    person_or_place: frozenset[str]
    heads: frozenset[str]
    before_place: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LanguageTraps:
    """When an adjective of nationality is a language: by what stands next to it."""

    languages: frozenset[str]
    pure_languages: frozenset[str]
    after_language: tuple[str, ...]
    before_language: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnknownPatterns:
    """How names of unlisted organizations are built; empty tuples switch a pattern off."""

    heads: frozenset[str]
    heads_of: frozenset[str]
    endings: frozenset[str]
    kinds: tuple[str, ...]
    cues: tuple[str, ...]
    stop: frozenset[str]


@dataclass(frozen=True, slots=True)
class RoleRules:
    """Points that each observation gives towards `focus`, by kind of name, and the words by which a source is cited."""

    organization: Mapping[str, float]
    region: Mapping[str, float]
    cited_before: tuple[str, ...]
    cited_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traps:
    """The whole of name_traps.toml."""

    places: PlaceTraps
    languages: LanguageTraps
    unknown: UnknownPatterns
    acts: Acts
    names: tuple[str, ...]
    roles: RoleRules


def load_traps(seeds: Path) -> Traps:
    """Read `seeds/name_traps.toml`. Raises LexiconError for a malformed file."""
    path = seeds / FILE
    table = read_toml(path)
    groups = {"places": _PLACE, "languages": _LANGUAGE, "unknown": _UNKNOWN, "acts": _ACTS}
    check_entry(
        table,
        path=path,
        where="the file",
        required={"names": list, "roles": dict, **dict.fromkeys(groups, dict)},
        optional={},
    )
    for group, keys in groups.items():
        check_entry(table[group], path=path, where=group, required=keys, optional={})
    place, language, unknown = table["places"], table["languages"], table["unknown"]
    return Traps(
        PlaceTraps(
            given_names=frozenset(place["given_names"]),
            person_or_place=frozenset(place["person_or_place"]),
            heads=frozenset(place["heads"]),
            before_place=tuple(f"{words} " for words in place["before_place"]),
        ),
        LanguageTraps(
            languages=frozenset(language["languages"]),
            pure_languages=frozenset(language["pure_languages"]),
            after_language=tuple(language["after_language"]),
            before_language=tuple(language["before_language"]),
        ),
        UnknownPatterns(
            heads=frozenset(unknown["heads"]),
            heads_of=frozenset(unknown["heads_of"]),
            endings=frozenset(unknown["endings"]),
            kinds=tuple(unknown["kinds"]),
            cues=tuple(unknown["cues"]),
            stop=frozenset(unknown["stop"]),
        ),
        Acts(neighbours(table["acts"]["before"], left=True), neighbours(table["acts"]["after"], left=False)),
        tuple(table["names"]),
        _roles(table["roles"], path=path),
    )


def _roles(table: dict[str, Any], *, path: Path) -> RoleRules:
    check_entry(table, path=path, where="roles", required=_ROLES, optional={})
    for kind in ("organization", "region"):
        check_entry(table[kind], path=path, where=f"roles.{kind}", required={}, optional=dict.fromkeys(OBSERVED, float))
    return RoleRules(
        organization=table["organization"],
        region=table["region"],
        cited_before=neighbours(table["cited_before"], left=True),
        cited_after=neighbours(table["cited_after"], left=False),
    )


def claim_traps(seeds: Path, traps: Traps, *, claims: Claims) -> None:
    """Add the trap names to `claims` where nobody else holds the spelling; they come last."""
    for name in traps.names:
        for text in {name, name.replace("'", "’")} - claims.by_text.keys():
            claims.add(Surface(text, text, "trap"), path=seeds / FILE)
