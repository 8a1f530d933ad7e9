"""What people save by name in the desk folder, views and events: which of it counts, and what can be done to it. Pure.

An entry's `tag_id` is the id, which stays; its value holds the name, which may change. `set` saves or changes, `remove` takes away, also
what ships; undoing either brings back what was before.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from dashboard import words
from dashboard.desk import Entry, in_force, standing
from dashboard.envelope import moment_of

LONGEST_NAME, LONGEST_WHY, LONGEST_LINK = 60, 300, 500  # characters


@dataclass(frozen=True, slots=True)
class Unfit:
    """An entry that is not what its kind says: its id, why not, who wrote it when, and the entry's own id."""

    id: str
    why: str
    by: str
    at: str
    entry: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What the desk folder says of one id: the entry that says it, the id of the entry that took it away ('' for none), and whether an
    earlier version would count if that entry were undone."""

    entry: Entry
    off: str = ""
    earlier: bool = False


def saved_of(kind: str, entries: Iterable[Entry]) -> tuple[dict[str, Saved], dict[str, str]]:
    """Return what is saved of a kind by id, in the order in which it was first saved, and what else is taken away: id → entry."""
    mine = [entry for entry in entries if entry.kind == kind or entry.undoes]
    counts = standing(mine)
    versions = Counter(entry.tag_id for entry in mine if entry.id in counts and entry.action != "remove")
    said, off = dict[str, Entry](), dict[str, str]()
    for entry in in_force(mine):
        if entry.kind != kind or not entry.tag_id:
            continue
        if entry.action == "remove":
            off[entry.tag_id] = entry.id
        else:
            said[entry.tag_id] = entry
            off.pop(entry.tag_id, None)
    order = {id: place for place, id in enumerate(dict.fromkeys(entry.tag_id for entry in mine))}
    found = {id: Saved(said[id], off.get(id, ""), versions[id] > 1) for id in sorted(said, key=lambda id: order[id])}
    return found, {id: entry for id, entry in off.items() if id not in said}


def one_name(text: object) -> str:
    """Return a name as it is kept and compared: composed, on one line, without signs that are not shown or turn the direction of text."""
    composed = words.straight(unicodedata.normalize("NFC", str(text or "")))
    return " ".join("".join(c if c.isprintable() else " " for c in composed).split())


def name_problem(name: str, others: Mapping[str, str], id: str = "", *, longest: int = LONGEST_NAME) -> str:
    """Return why a name can't be given, '' where it can; `others` are the names in use by id, `id` is whose name it is to be."""
    if not any(c.isalnum() for c in name):
        return "It needs a name."
    if len(name) > longest:
        return f"The name has {len(name)} characters; {longest} are the most."
    alike = next((one for other, one in others.items() if other != id and same_name(one) == same_name(name)), None)
    return f"{alike} is there already: choose another name." if alike is not None else ""


def same_name(name: str) -> str:
    """Return what is equal of names that would be taken for each other."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def why_problem(why: str) -> str:
    """Return what is wrong with a line that says why, '' where nothing is."""
    return f"The line has {len(why)} characters; {LONGEST_WHY} are the most." if len(why) > LONGEST_WHY else ""


def link_problem(link: str) -> str:
    """Return what is wrong with a link to elsewhere, '' where nothing is or there is none."""
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        fits = False
    if not fits or len(link) > LONGEST_LINK or not link.isprintable() or " " in link:
        return f"The link is none: write it as https://…, with at most {LONGEST_LINK} characters."
    return ""


def removal(kind: str, id: str, name: str, *, by: str) -> Entry:
    """Return the entry that takes something away, saved or shipped; it names it, for whoever looks for it by its name."""
    return Entry(kind, "remove", by, tag_id=id, value={"name": name})


def undoing(kind: str, id: str, entry: str, *, by: str) -> Entry:
    """Return the entry that takes an entry back."""
    return Entry(kind, "set", by, tag_id=id, undoes=entry)


def who(by: str, at: str) -> str:
    """Return 'Ada, 4 Nov 2026' of an entry's `by` and `at`."""
    return f"{one_name(by)[:60]}, {words.day(moment_of(at).date())}"


def shown_value(value: Any, name: str) -> str:
    """Return a text of an entry's value, '' where it holds none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
