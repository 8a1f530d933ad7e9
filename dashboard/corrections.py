"""What an editor may decide on a story: each wish is checked against the story as it is now before it becomes an entry. Pure.

What a page offers is no proof of what comes back from a browser, and one entry that a run can't read stops every run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from dashboard.desk import Entry
from dashboard.envelope import ACTIONS, EARLIEST, ROLES

UNTAGGED = "untagged"  # the judgement that a story rightly has no topic
MOST_WHY = 500  # letters


class Refused(ValueError):
    """The wish can't be granted; the message says why, in words for whoever wished."""


@dataclass(frozen=True, slots=True)
class Now:
    """A story as it is now: its tags by kind, each with its role (topics: ''), the last day that it can have (inclusive), and the
    founding story of its cluster with how many stories that holds."""

    story_id: str
    day: date
    last_day: date
    form: str
    cluster_id: str
    told: int
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def checked(wish: Entry, now: Now, *, known: bool = True, other: Now | None = None) -> Entry:
    """Return the entry for a wish on this story. `known` says whether the data has its tag, `other` is the story that this one is said to
    be a copy of. Raises Refused."""
    if wish.action not in ACTIONS.get(wish.kind, ()) or wish.undoes is not None:
        raise Refused("That is nothing that can be decided on a story.")
    if wish.story_id != now.story_id:
        raise Refused("That is about another story.")
    wish = replace(wish, why=reason(wish.why))
    if wish.kind in ("topic", "organization", "region"):
        return _tag(wish, now, known=known)
    if wish.kind == "role":
        return _role(wish, now)
    if wish.kind == "cluster":
        return _copy(wish, now, other)
    if wish.kind == "judgement":
        return _judgement(wish, known=known)
    return _story(wish, now)


def reason(why: str | None) -> str:
    """Return why something is decided, on one line. Raises Refused where nothing is said, or far too much."""
    said = " ".join("".join(c if c.isprintable() else " " for c in why or "").split())
    if not said:
        raise Refused("Say why, in a word or two: others will read it.")
    if len(said) > MOST_WHY:
        raise Refused(f"Say why in at most {MOST_WHY} letters.")
    return said


def _tag(wish: Entry, now: Now, *, known: bool) -> Entry:
    has = wish.tag_id in now.tags.get(wish.kind, {})
    if not wish.tag_id or (not known and wish.action == "add"):
        raise Refused(f"This data has no such {wish.kind}.")
    if has is (wish.action == "add"):
        raise Refused(
            f"The story {'has that tag already' if has else 'does not have that tag'}: somebody may have been faster."
        )
    if wish.action == "add" and wish.kind in ROLES:
        return replace(wish, value=_of_roles(wish.kind, wish.value))
    return replace(wish, value=None)


def _role(wish: Entry, now: Now) -> Entry:
    kind, _, tag = (wish.tag_id or "").partition(":")
    held = now.tags.get(kind, {}).get(tag) if kind in ROLES else None
    if held is None:
        raise Refused("The story does not have that tag, so it has no role there.")
    if _of_roles(kind, wish.value) == held:
        raise Refused("It has that role already.")
    return wish


def _of_roles(kind: str, role: object) -> str:
    if not isinstance(role, str) or role not in ROLES[kind]:
        raise Refused(f"A role of {'an' if kind == 'organization' else 'a'} {kind} is one of {', '.join(ROLES[kind])}.")
    return role


def _copy(wish: Entry, now: Now, other: Now | None) -> Entry:
    if wish.tag_id is not None:
        raise Refused("That is nothing that can be decided on a story.")
    if wish.action == "remove":
        if now.told < 2:
            raise Refused("No other story is held to tell the same, so it is no copy.")
        return replace(wish, value=None)
    if other is None:
        raise Refused("There is no such story in this data.")
    if other.cluster_id == now.cluster_id:
        raise Refused("These two are held to tell the same already.")
    return replace(wish, value=other.story_id)


def _judgement(wish: Entry, *, known: bool) -> Entry:
    if not isinstance(wish.value, bool):
        raise Refused("A judgement says yes or no.")
    if not wish.tag_id or not (known or wish.tag_id == UNTAGGED):
        raise Refused("This data has no such topic.")
    return wish


def _story(wish: Entry, now: Now) -> Entry:
    if wish.tag_id is not None:
        raise Refused("That is nothing that can be decided on a story.")
    if wish.action == "remove":
        if now.form == "void":
            raise Refused("It is said to be no story already.")
        return replace(wish, value=None)
    value = wish.value if isinstance(wish.value, str) else ""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise Refused("Give the day as 2026-01-31.")
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise Refused("There is no such day.") from error
    if not EARLIEST <= day <= now.last_day:
        raise Refused(
            f"The day can’t be before {EARLIEST.year}, nor after {now.last_day.isoformat()}, when the story was read."
        )
    if day == now.day:
        raise Refused("It has that day already.")
    return wish


def undoing(entry: Entry, *, by: str, why: str = "taken back") -> Entry:
    """Return what takes an entry back."""
    return replace(entry, by=by, why=reason(why), undoes=entry.id, id="", at="")
