"""seeds/name_traps.toml → names that hide places and organizations, and the words that give other traps away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.lexicon.common import Acts, Claims, Surface, check_entry, neighbours, read_toml

FILE = "name_traps.toml"
_PLACE = {"given_names": list, "person_or_place": list, "heads": list, "before_place": list}
_LANGUAGE = {"languages": list, "pure_languages": list, "after_language": list, "before_language": list}
_LANGUAGE |= {"kinds": list, "kinds_of": list}
_ACTS = {"before": list, "after": list}
_ROLES = {"cited_before": list, "cited_after": list, "governs": list}
_UNKNOWN = dict.fromkeys(
    ("endings", "openings", "kinds", "groups", "buyers", "raisers", "officers", "workers", "stop", "common"), list
)


@dataclass(frozen=True, slots=True)
class PlaceTraps:
    """When a place is part of another name: after a given name, before a head noun ("University"), after "Bank of"."""

    given_names: frozenset[str]
    person_or_place: frozenset[str]
    heads: frozenset[str]
    before_place: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LanguageTraps:
    """When an adjective of nationality is a language: by what stands next to it, or in a list of languages."""

    languages: frozenset[str]
    after_language: tuple[str, ...]
    before_language: tuple[str, ...]
    kinds: tuple[str, ...]
    kinds_of: tuple[str, ...]
    pure: re.Pattern[str]
    listed: re.Pattern[str]

    def lists(self, text: str) -> list[tuple[int, int]]:
        """Where languages stand in a list: one of them is no nationality ("English"), or no noun follows three of them."""
        found = []
        for match in self.listed.finditer(text):
            members = match.group().count(" ") + match.group().count("/") + match.group().count("-")
            if self.pure.search(match.group()) or (members >= 2 and self.closes(text[match.end() :][:2])):
                found.append(match.span())
        return found

    def kind_of(self, after: str) -> bool:
        """Whether a language follows, so that the adjective says which kind of it ("Brazilian Portuguese")."""
        return self.pure.match(after, 1) is not None or after.startswith(self.kinds_of)

    @staticmethod
    def closes(after: str) -> bool:
        """Whether no noun follows that the adjective could belong to; `after` is lower case."""
        return (
            not after
            or after[0] in '.,;:)!?”"–—\n'
            or after.startswith((" and", " or", " to ", " into", " with", " as ", " for "))
        )


@dataclass(frozen=True, slots=True)
class UnknownPatterns:
    """The words by which unlisted organizations are found (etl/tagger/unknown.py); an empty set switches a pattern off."""

    endings: frozenset[str]
    openings: frozenset[str]
    kinds: frozenset[str]
    groups: frozenset[str]
    buyers: frozenset[str]
    raisers: frozenset[str]
    officers: frozenset[str]
    workers: frozenset[str]
    stop: frozenset[str]
    common: frozenset[str]


@dataclass(frozen=True, slots=True)
class RoleRules:
    """The words by which a source is cited and a country's government is named."""

    cited_before: tuple[str, ...]
    cited_after: tuple[str, ...]
    governs: tuple[str, ...]


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
            pure=re.compile(rf"\b(?:{'|'.join(language['pure_languages'])})\b", re.IGNORECASE),
            listed=_listed([*language["languages"], *language["pure_languages"]]),
            after_language=tuple(language["after_language"]),
            before_language=tuple(language["before_language"]),
            kinds_of=neighbours(language["kinds_of"], left=False),
            kinds=neighbours(language["kinds"], left=True),
        ),
        UnknownPatterns(**{key: frozenset(unknown[key]) for key in _UNKNOWN}),
        Acts(neighbours(table["acts"]["before"], left=True), neighbours(table["acts"]["after"], left=False)),
        tuple(table["names"]),
        _roles(table["roles"], path=path),
    )


def _listed(languages: list[str]) -> re.Pattern[str]:
    """A pattern for two or more languages in a row ("English, French, and German", "English-German")."""
    name = rf"\b(?:{'|'.join(languages)})\b"
    return re.compile(rf"{name}(?:(?:, | and | or |, and |, or |/|-| to | into )(?:Simplified |Traditional )?{name})+")


def _roles(table: dict[str, Any], *, path: Path) -> RoleRules:
    check_entry(table, path=path, where="roles", required=_ROLES, optional={})
    return RoleRules(
        cited_before=neighbours(table["cited_before"], left=True),
        cited_after=neighbours(table["cited_after"], left=False),
        governs=tuple(mark + word for word in table["governs"] for mark in (" ", "'s ", "’s ")),
    )


def claim_traps(seeds: Path, traps: Traps, *, claims: Claims) -> None:
    """Add the trap names to `claims` where nobody else holds the spelling; they come last."""
    for name in traps.names:
        for text in {name, name.replace("'", "’")} - claims.by_text.keys():
            claims.add(Surface(text, text, "trap"), path=seeds / FILE)
