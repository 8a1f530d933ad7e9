"""Proposals for the word lists: files of the desk folder that a maintainer merges into seeds/organizations.toml or seeds/topics.toml.

Nothing reads them but people: a proposal changes no tag before it is merged and the stories are tagged again.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import tomllib
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dashboard.corrections import Refused, reason

FOLDER = "proposals"
TYPES = ("company", "university", "laboratory", "agency", "court", "publication", "ngo", "standards", "other")
MOST_NAME = 120  # letters
MOST_SPELLINGS = 20


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization to be listed. `id` is for ever; `country` is an ISO 3166-1 alpha-2 code, '' where there is none."""

    id: str
    name: str
    type: str
    country: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spelling:
    """Other spellings of an organization that is listed."""

    id: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as it lies in the desk folder; `problem` says why it can't be read."""

    file: str
    text: str
    problem: str = ""


def slug_of(name: str) -> str:
    """Return small letters and digits joined by hyphens, without accents, as ids of organizations are."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)) or "unnamed"


def checked_organization(one: Organization, *, taken: Collection[str], countries: Collection[str]) -> Organization:
    """Return it with names on one line. `taken` are ids that are listed, `countries` those that the data knows. Raises Refused."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one.id, re.ASCII) or len(one.id) > MOST_NAME:
        raise Refused("The id is small letters and digits, joined by hyphens.")
    if one.id in taken:
        raise Refused(f"{one.id} is listed already: propose a spelling of it.")
    if one.type not in TYPES:
        raise Refused(f"The type is one of {', '.join(TYPES)}.")
    if one.country and one.country not in countries:
        raise Refused("The country is one that this data knows, or none.")
    name = _name(one.name)
    return Organization(one.id, name, one.type, one.country, tuple(a for a in _names(one.aliases) if a != name))


def checked_spelling(one: Spelling, *, taken: Collection[str]) -> Spelling:
    """Return it with names on one line. Raises Refused."""
    if one.id not in taken:
        raise Refused("No listed organization has that id.")
    names = _names(one.aliases)
    if not names:
        raise Refused("Give a spelling.")
    return Spelling(one.id, names)


def _names(texts: Sequence[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_name(text) for text in texts if text.strip()))
    if len(names) > MOST_SPELLINGS:
        raise Refused(f"Give at most {MOST_SPELLINGS} spellings.")
    return names


def _name(text: str) -> str:
    name = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not name or len(name) > MOST_NAME:
        raise Refused(f"A name has 1 to {MOST_NAME} letters.")
    return name


def written(one: Organization | Spelling, *, by: str, why: str, now: datetime, examples: Sequence[str] = ()) -> str:
    """Return the text of a proposal: who, when (UTC) and why as comments, then the entry. `examples` are ids of stories that name it."""
    said = [f"Proposed by {_comment(by)}, {now:%Y-%m-%d %H:%M} UTC: {reason(why)}"]
    if examples:
        said.append(f"Named in {', '.join(_comment(one) for one in examples)}")
    if isinstance(one, Spelling):
        said.append("To be added to the aliases of this entry of organizations.toml:")
        entry = f"[{one.id}]\naliases = {_list(one.aliases)}\n"
    else:
        said.append("A line for organizations.toml:")
        country = f", country = {_text(one.country)}" if one.country else ""
        aliases = f", aliases = {_list(one.aliases)}" if one.aliases else ""
        entry = f"{one.id} = {{ name = {_text(one.name)}, type = {_text(one.type)}{country}{aliases} }}\n"
    return "".join(f"# {line}\n" for line in said) + entry


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # of printable text the same as a basic string of TOML


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"


def save(folder: Path, one: Organization | Spelling, text: str, *, now: datetime | None = None) -> Path:
    """Write a proposal into the desk folder under a name of its own, whole or not at all, and return its path."""
    return _save(folder, f"organization-{one.id[:60]}", text, now=now)


def save_change(folder: Path, topic: str, text: str, *, now: datetime | None = None) -> Path:
    """As `save`, of a topic's change (`dashboard.rehearsal`)."""
    return _save(folder, f"topic-{slug_of(topic)[:60]}", text, now=now)


def _save(folder: Path, about: str, text: str, *, now: datetime | None) -> Path:
    tomllib.loads(text)  # what can't be read must not be written
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    name = f"{(now or datetime.now(UTC)):%Y%m%d}-{about}-{secrets.token_hex(3)}.toml"
    partial = place / f".{name}.part"
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(place / name)
    return place / name


def proposals(folder: Path) -> tuple[Proposed, ...]:
    """Return the proposals of the desk folder, the newest first."""
    found = []
    for path in sorted((folder / FOLDER).glob("*.toml"), reverse=True):
        try:
            text = path.read_text(encoding="utf-8")
            tomllib.loads(text)
        except (OSError, ValueError) as error:
            found.append(Proposed(path.name, "", str(error)))
        else:
            found.append(Proposed(path.name, text))
    return tuple(found)
