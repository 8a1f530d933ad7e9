"""What people decided on stories, in words: what, who, when, why, and what became of it. Pure; all that people wrote is escaped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.corrections import UNTAGGED
from dashboard.desk import Entry, in_force, standing
from dashboard.envelope import moment_of
from dashboard.reasons import ROLE_WORDS

KINDS = ("topic", "organization", "region", "role", "story", "cluster", "judgement")
STATES = {
    "applied": "applied",
    "pending": "pending: the next run applies it",
    "judged": "kept as a judgement",
    "replaced": "replaced by a later one",
    "undone": "taken back",
    "kept": "kept and not applied",
}
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision on a story and its state, a key of STATES; `undone_by` is who took it back, `problem` why it can't be applied, ''
    where nobody did or it can."""

    entry: Entry
    state: str
    undone_by: str = ""
    problem: str = ""

    @property
    def said(self) -> str:
        """The state in words."""
        by = f" by {self.undone_by}" if self.undone_by else ""
        return f"{STATES[self.state]}{by}" + (f": {self.problem}" if self.problem else "")


def decided(entries: Iterable[Entry], *, applied: Collection[str], kept: Mapping[str, str]) -> tuple[Decided, ...]:
    """Return the decisions on stories, the newest first. `applied` are the ids that the snapshot has applied, `kept` those that can't be,
    and why; all others in force wait for the next run."""
    entries = tuple(entries)
    counts, force = standing(entries), {entry.id for entry in in_force(entries)}
    back = {entry.undoes: entry.by for entry in entries if entry.undoes is not None}
    found = []
    for entry in entries:
        if entry.undoes is not None or entry.kind not in KINDS or not entry.story_id:
            continue
        state = _state(entry, counts=counts, force=force, applied=applied, kept=kept)
        by, problem = back.get(entry.id, "") if state == "undone" else "", kept[entry.id] if state == "kept" else ""
        found.append(Decided(entry, state, by, problem))
    return tuple(reversed(found))


def _state(
    entry: Entry, *, counts: Collection[str], force: Collection[str], applied: Collection[str], kept: Collection[str]
) -> str:
    if entry.id not in counts:
        return "undone"
    if entry.id not in force:
        return "replaced"
    if entry.kind == "judgement":
        return "judged"
    if entry.id in applied:
        return "applied"
    return "kept" if entry.id in kept else "pending"


def tags_named(found: Iterable[Decided]) -> tuple[str, ...]:
    """Return the tags that decisions name, as kind:id."""
    return tuple(sorted({tag for one in found if (tag := tag_of(one.entry))}))


def tag_of(entry: Entry) -> str:
    """Return the tag that an entry is about as kind:id, '' for none."""
    if not entry.tag_id or entry.tag_id == UNTAGGED:
        return ""
    if entry.kind == "role" or (entry.kind == "judgement" and entry.tag_id.startswith("organization:")):
        return entry.tag_id
    return f"{'topic' if entry.kind == 'judgement' else entry.kind}:{entry.tag_id}"


def what(entry: Entry, names: Names) -> str:
    """Return what somebody decided, as the end of a sentence that begins with who."""
    tag = tag_of(entry)
    name = names.get(tag, entry.tag_id or "")
    role = ROLE_WORDS.get(str(entry.value), str(entry.value)) if entry.value else ""
    if entry.kind == "role":
        return f"gave {name} the role “{role}”"
    if entry.kind == "story":
        return (
            "said that this is no story"
            if entry.action == "remove"
            else f"set the day to {words.day(moment_of(entry.value))}"
        )
    if entry.kind == "cluster":
        return "said that it is no copy" if entry.action == "remove" else f"said that it is a copy of {entry.value}"
    if entry.kind == "judgement":
        return _judged(entry, name)
    if entry.action == "remove":
        return f"took the {entry.kind} {name} away"
    return f"added the {entry.kind} {name}" + (f" ({role})" if role else "")


def _judged(entry: Entry, name: str) -> str:
    if entry.tag_id == UNTAGGED:
        return "judged that it rightly has no topic"
    return f"judged that it rightly {'has' if entry.value is True else 'lacks'} {name}"


def when(entry: Entry) -> str:
    """Return the moment of an entry, UTC."""
    return words.moment(moment_of(entry.at))


def line(one: Decided, names: Names) -> str:
    """Return a decision as one line of HTML."""
    entry = one.entry
    why = f" · “{escape(entry.why)}”" if entry.why else ""
    faded = ' class="quiet"' if one.state in ("undone", "replaced") else ""
    return (
        f"<li{faded}><b>{escape(entry.by)}</b> {escape(what(entry, names))}{why} "
        f'<span class="role">{escape(when(entry))} · {escape(one.said)}</span></li>'
    )


def notes_of(found: Iterable[Decided], names: Names) -> dict[str, str]:
    """Return by tag (kind:id) what stands beside it on a story's page: who added it or gave it its role, and why; plain text."""
    said: dict[str, str] = {}
    for one in found:
        entry = one.entry
        if (
            one.state in ("applied", "pending")
            and entry.kind != "cluster"
            and (tag := tag_of(entry))
            and tag not in said
        ):
            verb = {"add": "Added", "remove": "Taken away", "set": "Role given"}[entry.action]
            why = f": {entry.why}" if entry.why else ""
            waits = " (pending)" if one.state == "pending" else ""
            said[tag] = f"{verb} by {entry.by}, {when(entry)}{waits}{why}"
    return said


def table(found: Sequence[Decided], names: Names, titles: Mapping[str, str]) -> pd.DataFrame:
    """Return decisions as a table for reading; `titles` are the stories' by id."""
    rows: list[dict[str, Any]] = [
        {
            "When": when(one.entry),
            "Who": one.entry.by,
            "What": what(one.entry, names),
            "State": one.said,
            "Story": titles.get(str(one.entry.story_id), "not in this data"),
            "Why": one.entry.why or "",
        }
        for one in found
    ]
    return pd.DataFrame(rows, columns=["When", "Who", "What", "State", "Story", "Why"])


def file_rows(found: Sequence[Decided], names: Names, titles: Mapping[str, str], *, snapshot: str) -> pd.DataFrame:
    """Return the same decisions for a file, with all that their entries hold."""
    held = [
        {
            "id": one.entry.id, "at": one.entry.at, "by": one.entry.by, "story_id": one.entry.story_id or "",
            "title": titles.get(str(one.entry.story_id), ""), "kind": one.entry.kind, "action": one.entry.action,
            "tag_id": one.entry.tag_id or "", "value": "" if one.entry.value is None else str(one.entry.value),
            "why": one.entry.why or "", "state": one.state, "undone_by": one.undone_by, "problem": one.problem,
            "in_words": what(one.entry, names),
        }
        for one in found
    ]  # fmt: skip
    return pd.DataFrame(held).assign(snapshot=snapshot) if held else pd.DataFrame(columns=["id", "snapshot"])
