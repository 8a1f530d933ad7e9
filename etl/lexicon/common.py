"""What the three seed files share: reading TOML with good errors, surfaces, guards, and who claims which spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from etl import toml_entries
from etl.errors import InputError, LexiconError

SurfaceKind = Literal["organization", "product", "region", "trap", "cue"]
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_GUARD_LISTS = {"before", "after", "near", "not_before", "not_after", "not_near"}
_KIND_NAMES: dict[type, str] = {
    list: "a list of texts",
    str: "a text",
    bool: "true or false",
    dict: "a table",
    float: "a number",
}
_GUARD_FLAGS = {"not_first", "named", "acts"}


@dataclass(frozen=True, slots=True)
class Guard:
    """When a spelling that is also a plain word, or another's name, counts.

    `before` and `after` are what must stand right before or after it (one of them is enough), `near` are words of which
    one must stand anywhere in the field; `not_…` are vetoes. `not_first`: a capital inside a sentence is evidence too,
    but not at its start or in a Title Case headline. `named`: without evidence it counts beside a full name.
    """

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    near: re.Pattern[str] | None = None
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    not_near: re.Pattern[str] | None = None
    not_first: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Acts:
    """Words next to which companies stand ("... announced", "startup ..."): evidence for a guard that asks for `acts`."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


NO_ACTS = Acts()


@dataclass(frozen=True, slots=True)
class Surface:
    """One spelling and whom it names; `detail` says how (`alias`, `short`, `city`, `person`, …)."""

    text: str
    owner: str
    kind: SurfaceKind
    detail: str = ""
    guard: Guard | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence that an entry carries: it must (`expected`) or must not be tagged with `owner`."""

    owner: str
    kind: SurfaceKind
    text: str
    expected: bool
    file: Path


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a file of the lexicon; raises LexiconError where it is missing, can't be read or is no TOML."""
    try:
        return toml_entries.read_toml(path)
    except InputError as error:
        raise LexiconError(error.problem, file=path, where=error.where, remedy=error.remedy) from error


def check_entry(
    entry: object, *, path: Path, where: str, required: Mapping[str, type], optional: Mapping[str, type]
) -> None:
    """Raise LexiconError unless `entry` is a table with these keys and kinds of value and no others."""
    if not isinstance(entry, dict):
        raise LexiconError("the entry is not a table", file=path, where=where, remedy="write it as key = value pairs")
    for key in required:
        if key not in entry:
            raise LexiconError(f"`{key}` is missing", file=path, where=where, remedy=f"add `{key}`")
    for key, value in entry.items():
        kind = required.get(key) or optional.get(key)
        if kind is None:
            known = ", ".join([*required, *optional])
            raise LexiconError(f"`{key}` is no key of an entry", file=path, where=where, remedy=f"use one of {known}")
        if not _fits(value, kind):
            what = _KIND_NAMES[kind]
            raise LexiconError(f"`{key}` is not {what}", file=path, where=where, remedy=f"write {what}")


def _fits(value: object, kind: type) -> bool:
    """Whether it is of the kind; lists must hold texts, and a whole number will do for a broken one."""
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, kind) and (
        not isinstance(value, list) or all(isinstance(item, str) and item for item in value)
    )


def check_slug(slug: str, *, path: Path) -> None:
    """Raise LexiconError unless `slug` is lower-case letters and digits joined by single hyphens."""
    if not _SLUG.fullmatch(slug):
        remedy = "use lower-case letters and digits joined by hyphens"
        raise LexiconError("the id is malformed", file=path, where=slug, remedy=remedy)


def read_guard(table: Mapping[str, Any], *, path: Path, where: str, acts: Acts = NO_ACTS) -> Guard:
    """The guard that an entry's `guard` table describes; `acts` are the words that its `acts = true` stands for."""
    lists = dict.fromkeys(_GUARD_LISTS, list)
    check_entry(table, path=path, where=where, required={}, optional={**lists, **dict.fromkeys(_GUARD_FLAGS, bool)})
    shared = acts if table.get("acts") else NO_ACTS
    return Guard(
        before=(*neighbours(table.get("before", ()), left=True), *shared.before),
        after=(*neighbours(table.get("after", ()), left=False), *shared.after),
        near=_any_word(table.get("near", ())),
        not_before=neighbours(table.get("not_before", ()), left=True),
        not_after=neighbours(table.get("not_after", ()), left=False),
        not_near=_any_word(table.get("not_near", ())),
        not_first=table.get("not_first", False),
        named=table.get("named", False),
    )


def neighbours(words: Iterable[str], *, left: bool) -> tuple[str, ...]:
    """The words as they stand beside a name, in lower case: a word has a space between, punctuation need not."""
    return tuple(_joined(word.lower(), left=left) for word in words)


def _joined(word: str, *, left: bool) -> str:
    if left:
        return f" {word} " if word[-1].isalnum() else word
    return f" {word}" if word[0].isalnum() else word


def _any_word(words: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds any of these words or phrases, whatever their case."""
    choices = "|".join(re.escape(word) for word in words)
    return re.compile(rf"\b(?:{choices})", re.IGNORECASE) if choices else None


def spellings(name: str, *, shout: bool) -> list[str]:
    """The name, and as it is also written: either apostrophe, without accents, `&` for `and`, without a leading The.

    `shout` adds capitals throughout, for names long enough that no acronym looks the same.
    """
    found = [name]
    found += [name.replace("'", "’")] if "'" in name else []
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    found += [plain] if plain != name and plain.isascii() else []
    found += [name.replace(" & ", " and ")] if " & " in name else []
    found += [name.replace(" and ", " & ")] if " and " in name else []
    found += [name[4:]] if name.startswith("The ") and " " in name[4:] else []
    found += [name.upper()] if shout and len(name) >= 6 and name.upper() != name else []
    return found


class Claims:
    """Who claims which spelling: the surfaces by their exact text, refused where two owners would be equally right."""

    def __init__(self) -> None:
        self.by_text: dict[str, tuple[Surface, ...]] = {}

    def add(self, surface: Surface, *, path: Path) -> None:
        """Record a surface; raises LexiconError where another owner holds the spelling without a guard."""
        held = self.by_text.get(surface.text, ())
        if any(other.owner == surface.owner and other.kind == surface.kind for other in held):
            return
        if surface.guard is None:
            rival = next((other for other in held if other.guard is None), None)
            if rival is not None:
                problem = f'"{surface.text}" is claimed twice, also by {rival.kind} `{rival.owner}`'
                remedy = "take it from one of the two, or guard one with words that must stand near it"
                raise LexiconError(problem, file=path, where=surface.owner, remedy=remedy)
            self.by_text[surface.text] = (*held, surface)
        else:
            guarded = [other for other in held if other.guard is not None]
            self.by_text[surface.text] = (*guarded, surface, *(other for other in held if other.guard is None))
