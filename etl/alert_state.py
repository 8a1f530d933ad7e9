"""What was told of each alert, and what waits to be sent: `data/alerts.json`. The decisions are pure; the file is replaced in one step."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from etl.alert_judge import LEVEL, NEWS, SEEN, UNKNOWN
from etl.alert_rules import Alert, Mover, Phrase
from etl.publish import flush

VERSION = 1


@dataclass(frozen=True, slots=True)
class Message:
    """One change of an alert, to be told once. `at` is the run's clock (ISO, UTC), `done` are the channels that took it."""

    id: str
    alert: str
    name: str
    rule: str
    status: str
    text: str
    link: str
    stories: tuple[Mapping[str, Any], ...]
    snapshot: str
    at: str
    done: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """How an alert stood when it was last looked at (`status`, `evidence`: the ISO day that it reached to), when that status
    began to hold (`since`, ISO, UTC), how many changes were told, and what waits."""

    definition: str
    status: str
    evidence: str
    since: str
    changes: int = 0
    waiting: tuple[Message, ...] = ()


def is_change(alert: Alert, before: Kept | None, *, status: str, evidence: str) -> bool:
    """Whether people should hear of it.

    Never where too little is known, nor of evidence older than what was judged before (a snapshot was rolled back). The
    first look only notes where things stand, unless the alert says `tell_at_once`: a lost state must not tell everything
    again. A phrase is seen for the first time once. Each period's clear change is news, that a new period brings none is not.
    """
    if status == UNKNOWN:
        return False
    if before is None or before.definition != alert.definition:
        return alert.tell_at_once and status in NEWS
    if evidence < before.evidence or (isinstance(alert.rule, Phrase) and before.status == SEEN):
        return False
    if isinstance(alert.rule, Mover) and evidence > before.evidence:
        return status != LEVEL
    return status != before.status


def after_look(before: Kept | None, alert: Alert, *, status: str, evidence: str, clock: str) -> Kept | None:
    """What is kept after a look; None while nothing was ever known. What waits stays, whatever was found since."""
    if status == UNKNOWN:
        return before
    if before is None:
        return Kept(alert.definition, status, evidence, clock)
    if before.definition != alert.definition:
        return replace(before, definition=alert.definition, status=status, evidence=evidence, since=clock)
    if evidence < before.evidence or (isinstance(alert.rule, Phrase) and before.status == SEEN):
        return before
    since = before.since if status == before.status else clock
    return replace(before, status=status, evidence=evidence, since=since)


def with_message(kept: Kept, message: Message) -> Kept:
    """With one more message that waits."""
    return replace(kept, changes=kept.changes + 1, waiting=(*kept.waiting, message))


def taken(kept: Kept, message_id: str, channel: str) -> Kept:
    """After a channel took a message."""
    waiting = (replace(one, done=(*one.done, channel)) if one.id == message_id else one for one in kept.waiting)
    return replace(kept, waiting=tuple(waiting))


def settled(kept: Kept, wanted: Collection[str]) -> Kept:
    """Without the messages that all the wanted channels took; where none is wanted, all wait."""
    waiting = (one for one in kept.waiting if not wanted or set(wanted) - set(one.done))
    return replace(kept, waiting=tuple(waiting))


def read_state(path: Path) -> tuple[dict[str, Kept], list[str]]:
    """What is kept by alert, and a warning where the file can't be used: then each alert is as new, and tells nothing."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {name: _kept(entry) for name, entry in content["alerts"].items()}, []
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        problem = (
            f"{path}: what was told can't be read ({type(error).__name__}); each alert starts anew, without a message"
        )
        return {}, [problem]


def _kept(entry: Mapping[str, Any]) -> Kept:
    waiting = (
        Message(**one | {"stories": tuple(one["stories"]), "done": tuple(one["done"])}) for one in entry["waiting"]
    )
    return Kept(**dict(entry) | {"waiting": tuple(waiting)})


def write_state(path: Path, kept: Mapping[str, Kept]) -> None:
    """Replace the file, whole or not at all. Raises OSError where the disk refuses."""
    content = {"v": VERSION, "alerts": {name: asdict(one) for name, one in kept.items()}}
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        flush(draft)
        os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
