"""Which of the desk's decisions change stories of a snapshot, as rows, and which can't, with the reason. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from etl.desk_folder import Decision

KINDS = ("topic", "organization", "region", "role", "story", "cluster")
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
    and is tried again by each run."""
    rows, warnings = list[Row](), list[str]()
    for decision in on_stories(decisions):
        tag_id = present_tag(decision, held)
        if problem := _problem(decision, tag_id, held):
            warnings.append(f"{decision.file.name}:{decision.line}: {problem}; it is kept and not applied")
        else:
            rows.append(_row(decision, tag_id, held.stories[decision.story_id or ""][0]))
    return rows, warnings


def present_tag(decision: Decision, held: HeldForDesk) -> str | None:
    """The tag by the id that it has now."""
    if decision.kind != "topic" or decision.tag_id is None:
        return decision.tag_id
    return held.renamed.get(decision.tag_id, decision.tag_id)


def moment_of(value: str) -> datetime:
    """A date or time of a decision in UTC, naive; raises ValueError where it is none."""
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _problem(decision: Decision, tag_id: str | None, held: HeldForDesk) -> str:
    """Why it can't be applied; empty where it can."""
    if decision.story_id is None or decision.story_id not in held.stories:
        return f"no story of this data has the id {decision.story_id}"
    if decision.kind == "cluster" and decision.action == "add" and decision.value not in held.stories:
        return f"no story of this data has the id {decision.value}, of which it would be a copy"
    if decision.kind == "story" and decision.action == "set":
        last = held.stories[decision.story_id][1]
        return f"the date {decision.value} is later than {last}, when the story was held" * (
            moment_of(decision.value).date() > last
        )
    kind, _, name = (tag_id or "").partition(":") if decision.kind == "role" else (decision.kind, "", tag_id or "")
    if kind in held.tags and name not in held.tags[kind]:
        return f"the {kind} `{name}` is not in this data"
    return ""


def _row(decision: Decision, tag_id: str | None, story_no: int) -> Row:
    value = decision.value
    if decision.kind == "story" and decision.action == "set":
        value = moment_of(value).isoformat(sep=" ")
    return {
        "decision_id": decision.id,
        "made": decision.at,
        "maker": decision.by,
        "kind": decision.kind,
        "story_no": story_no,
        "tag_id": tag_id,
        "action": decision.action,
        "value": value if isinstance(value, str) else None,
        "why": decision.why,
    }
