"""Where the stories of a line change what they are, so that words before and after are not compared alike (STATISTICS 20). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.changes import Changes
from dashboard.view import Ask, View, restriction

MOST_SENTENCES = 3
FREQUENCY = {"year": "Y", "quarter": "Q", "month": "M", "week": "W", "day": "D"}


@dataclass(frozen=True, slots=True)
class Seam:
    """From `day` on, stories of these sources (ids and names) are `becomes` instead of `was`: kinds of text, or taggers' versions."""

    kind: str
    day: date
    was: str
    becomes: str
    ids: tuple[str, ...]
    names: tuple[str, ...]


def seams_of(ask: Ask, view: View) -> list[Seam]:
    """Return the seams inside the lines drawn, the newest first; sources that change alike on the same day share one."""
    drawn = tuple(source for source in view.parts if source) or view.sources
    names = {s.id: s.name for s in drawn}
    rows = ask("seams", sources=tuple(names), from_day=view.from_day, to_day=view.to_day, **restriction(view.filters))
    together: dict[tuple[str, date, str, str], list[str]] = {}
    for row in rows.to_dict("records"):
        alike = (row["kind"], row["day"].date(), row["was"], row["becomes"])
        together.setdefault(alike, []).append(row["source_id"])
    return [
        Seam(kind, day, was, becomes, ids=tuple(ids), names=tuple(names[i] for i in ids))
        for (kind, day, was, becomes), ids in together.items()
    ]


def seam_label(seam: Seam, *, after: bool) -> str:
    """Return what stands on the axis, on the side after the seam or before it."""
    if seam.kind == "tagger":
        return "tagged anew from here" if after else "other tags until here"
    kind = words.TEXT_KINDS[seam.becomes if after else seam.was]
    return f"{kind} from here" if after else f"{kind} until here"


def seam_words(seams: Sequence[Seam]) -> list[str]:
    """Return a sentence for each of the newest seams, and how many more there are."""
    said = [_sentence(seam) for seam in seams[:MOST_SENTENCES]]
    more = len(seams) - len(said)
    return [*said, f"{more} more such {'change lies' if more == 1 else 'changes lie'} before."] if more else said


def _sentence(seam: Seam) -> str:
    names = seam.names if len(seam.names) <= 3 else (*seam.names[:2], f"{len(seam.names) - 2} more sources")
    who, since = words.listed(names), f"From {words.whole_day(seam.day)} on"
    if seam.kind == "tagger":
        return (
            f"{since} the tags of {who} are of version {seam.becomes} instead of {seam.was}: "
            "a step there may come from the tagger and not from the news."
        )
    verb = "is" if len(seam.ids) == 1 else "are"
    kinds = f"{words.TEXT_KINDS[seam.becomes]} instead of {words.TEXT_KINDS[seam.was]}"
    return f"{since} {who} {verb} counted by {kinds}: words before and after are not compared alike."


def spoken_across(seams: Sequence[Seam], changes: Changes) -> bool:
    """Return whether a change that the headline tells of compares periods on both sides of a seam of its own sources."""
    ids = {source.id for source in changes.sources}
    days = [pd.Timestamp(seam.day) for seam in seams if ids & set(seam.ids)]
    spans = [(row["period_1"], _last_moment(row["period_2"], changes.grain)) for row in changes.rows[:2]]
    return any(first < day <= last for first, last in spans for day in days)


def _last_moment(period: Any, grain: str) -> pd.Timestamp:
    return pd.Timestamp(period).to_period(FREQUENCY[grain]).end_time
