"""What `ainews alerts` prints: a sentence for each alert, and what became of it (pure)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from etl.alert_judge import UNKNOWN
from etl.alert_words import day, listed
from etl.alerts import Look, Told


def as_text(told: Told, *, channels: Sequence[str], dry: bool) -> str:
    """Each alert with its numbers, then what is or would be sent; `channels` are those of the settings."""
    lines = [line for look in told.looks for line in _lines(look, told, channels, dry)]
    return "\n".join(lines or ["There are no alerts: write some into alerts.toml of the desk folder."]) + "\n"


def _lines(look: Look, told: Told, channels: Sequence[str], dry: bool) -> Iterator[str]:
    yield f"{look.alert.id}: {look.finding.text}."
    for story in look.finding.stories:
        yield f"    {story.day} {story.source}: {story.title}"
    yield f"  {_outcome(look, told, channels, dry)}"
    if look.finding.link:
        yield f"  {look.finding.link}"


def _outcome(look: Look, told: Told, channels: Sequence[str], dry: bool) -> str:
    wanted = look.alert.to or tuple(channels)
    waiting = look.kept.waiting if look.kept else ()
    if dry and waiting:
        left = list(dict.fromkeys(name for one in waiting for name in wanted if name not in one.done))
        return f"Would be sent by {listed(left)}." if left else "Would be told, but no way to tell it is set."
    sent = [channel for alert, channel in told.sent if alert == look.alert.id]
    if sent:
        return f"Sent by {listed(list(dict.fromkeys(sent)))}."
    if waiting:
        return "Could not be sent; it waits."
    if look.kept is None or look.finding.status == UNKNOWN:
        return "Nothing to tell."
    if look.before is None or look.before.definition != look.alert.definition:
        return "Looked at for the first time; told when it changes."
    return f"Nothing new since {day(date.fromisoformat(look.kept.since[:10]))}."


def as_json(told: Told, *, channels: Sequence[str]) -> str:
    """The same as one JSON object."""
    return json.dumps({"alerts": [_row(look, told, channels) for look in told.looks], "problems": told.problems},
                      ensure_ascii=False, indent=2, default=str) + "\n"  # fmt: skip


def _row(look: Look, told: Told, channels: Sequence[str]) -> dict[str, Any]:
    alert, finding = look.alert, look.finding
    return {
        "id": alert.id,
        "name": alert.name or None,
        "rule": type(alert.rule).__name__.lower(),
        "status": finding.status,
        "evidence": finding.at or None,
        "sentence": finding.text,
        "link": finding.link or None,
        "stories": [asdict(story) for story in finding.stories],
        "change": look.change,
        "since": look.kept.since if look.kept else None,
        "to": list(alert.to or channels),
        "sent": [channel for sent, channel in told.sent if sent == alert.id],
        "waiting": [one.id for one in look.kept.waiting] if look.kept else [],
    }
