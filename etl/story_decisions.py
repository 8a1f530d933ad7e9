"""Which of the desk's decisions change stories of a snapshot, as rows, and which can't, with the reason. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from etl.desk_folder import Decision, in_force, moment_of

KINDS = ("topic", "organization", "region", "role", "story", "cluster")
EARLIEST = date(1950, 1, 1)  # of a date that is set: charts would begin there
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HeldForDesk:
    """What decisions may name: numbers of stories by story_id with the last day that each can have, ids of tags by kind, and the
    present ids of topics that were renamed."""

    stories: Mapping[str, tuple[int, date]]
    tags: Mapping[str, frozenset[str]]
    renamed: Mapping[str, str]


def on_stories(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Those that change what a story is or which tags it has."""
    return tuple(decision for decision in decisions if decision.kind in KINDS)


def decisions_digest(decisions: Iterable[Decision]) -> str:
    """Changes when other decisions on stories are in force; decisions never change by themselves, so their ids say it."""
    ids = sorted(decision.id for decision in on_stories(decisions))
    return sha256(json.dumps(ids).encode()).hexdigest()[:16]


def decision_rows(decisions: Iterable[Decision], held: HeldForDesk) -> tuple[list[Row], list[str]]:
    """The rows of table `decision` from decisions in force, and a warning for each that can't be applied: it stays in the desk
    and is tried again by each run. They keep their order; a topic's former and present ids are one, and the last word on it counts."""
    rows, warnings = list[Row](), list[str]()
    present = (replace(decision, tag_id=present_tag(decision, held)) for decision in on_stories(decisions))
    for decision in in_force(present):
        if problem := _problem(decision, held):
            warnings.append(f"{decision.file.name}:{decision.line}: {problem}; it is kept and not applied")
        else:
            rows.append(_row(decision, held.stories[decision.story_id or ""][0]))
    return rows, warnings


def present_tag(decision: Decision, held: HeldForDesk) -> str | None:
    """The tag by the id that it has now; None for what is decided on a story as a whole, whatever its entry says."""
    if decision.kind in ("story", "cluster"):
        return None
    if decision.kind != "topic" or decision.tag_id is None:
        return decision.tag_id
    return held.renamed.get(decision.tag_id, decision.tag_id)


def _problem(decision: Decision, held: HeldForDesk) -> str:
    """Why it can't be applied; empty where it can."""
    if decision.story_id is None or decision.story_id not in held.stories:
        return f"no story of this data has the id {decision.story_id}"
    if decision.kind == "cluster" and decision.action == "add" and decision.value not in held.stories:
        return f"no story of this data has the id {decision.value}, of which it would be a copy"
    if decision.kind == "story" and decision.action == "set":
        return _wrong_day(decision.value, held.stories[decision.story_id][1])
    tag_id = decision.tag_id or ""
    kind, _, name = tag_id.partition(":") if decision.kind == "role" else (decision.kind, "", tag_id)
    if kind in held.tags and name not in held.tags[kind]:
        return f"the {kind} `{name}` is not in this data"
    return ""


def _wrong_day(value: str, last: date) -> str:
    day = moment_of(value).date()
    if day > last:
        return f"the date {value} is later than {last}, when the story was held"
    return f"the date {value} is before {EARLIEST}" if day < EARLIEST else ""


def _row(decision: Decision, story_no: int) -> Row:
    value = decision.value
    if decision.kind == "story" and decision.action == "set":
        value = moment_of(value).isoformat(sep=" ")
    return {
        "decision_id": decision.id,
        "made": decision.at,
        "maker": decision.by,
        "kind": decision.kind,
        "story_no": story_no,
        "tag_id": decision.tag_id,
        "action": decision.action,
        "value": value if isinstance(value, str) else None,
        "why": decision.why,
    }
