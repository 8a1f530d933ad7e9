"""A change of a topic's phrases or threshold, and what it would do to stories of the data. Pure of Streamlit.

`ainews rehearse` judges them in a process of its own (`dashboard.rehearsal_run`); here is what it is asked and what its answer means.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.corrections import Refused

MOST_PHRASES = 12  # that come, and that go
MOST_LETTERS = 80  # of a phrase
MOST_STORIES = 20_000  # tagged again at once: a quarter of a minute
LOTS = 1_000_000  # a sample takes the stories whose lot is below a part of it
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A wish for one topic: phrases that come, those among them that count double, phrases that go, another threshold (None: as it is)."""

    topic: str
    add: tuple[str, ...] = ()
    double: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    threshold: float | None = None

    def __bool__(self) -> bool:
        return bool(self.add or self.double or self.drop or self.threshold is not None)

    @property
    def toml(self) -> str:
        """The change as `ainews rehearse` reads it."""
        add = [_text(one) for one in self.add] + [f"{{ text = {_text(one)}, weight = 2 }}" for one in self.double]
        lines = [f"topic = {_text(self.topic)}"]
        lines += [f"add = [{', '.join(add)}]"] if add else []
        lines += [f"remove = [{', '.join(_text(one) for one in self.drop)}]"] if self.drop else []
        lines += [f"threshold = {self.threshold:.2f}"] if self.threshold is not None else []
        return "".join(f"{line}\n" for line in lines)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # of printable text the same as a basic string of TOML


def wished(
    topic: str, *, add: Iterable[str], double: Iterable[str], drop: Iterable[str], threshold: float | str | None
) -> Change:
    """Return a change of what a form or an address says. Raises Refused for what can be no change of any topic."""
    twice = _phrases(double)
    once = tuple(one for one in _phrases(add) if one not in twice)
    gone = _phrases(drop)
    if max(len(once) + len(twice), len(gone)) > MOST_PHRASES:
        raise Refused(f"Change at most {MOST_PHRASES} phrases at a time.")
    return Change(_line(topic), once, twice, gone, _threshold(threshold))


def _phrases(texts: Iterable[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(one for text in texts for part in text.split(",") if (one := _line(part))))
    if any(len(one) > MOST_LETTERS for one in found):
        raise Refused(f"A phrase has at most four words and {MOST_LETTERS} letters.")
    return found


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _threshold(value: float | str | None) -> float | None:
    if value is None or value == "":
        return None
    try:
        number = round(float(value), 2)
    except ValueError:
        number = 0.0
    if not 0 < number < 1:
        raise Refused("A threshold is a number from 0.01 to 0.99.")
    return number


def looked_for(told: Row) -> dict[str, Any]:
    """Return what queries/rehearsal_candidates.sql asks of a change, but for topic, scope and decisions. `told`: what the command says."""
    phrases = [*told["added"], *told["removed"]]
    return {
        "phrase_nos": tuple(number for number, one in enumerate(phrases) for _ in one["runs"]),
        "pieces": tuple(run for one in phrases for run in one["runs"]),
        "every": any(not one["runs"] for one in phrases),
        "old": told["threshold"],
        "new": told["new_threshold"],
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """Of the counted stories the `possible` that the change can touch, of which `again` are tagged again: all, or where that would take
    too long those of a random sample (a `part` of LOTS of all that are counted). `given` says which of them have the topic.

    Left as they are, of the same sample: `decided`, where people decided on the topic, and `older`, which other lists tagged."""

    again: tuple[int, ...]
    given: tuple[bool, ...]
    possible: int
    part: int
    decided: int
    older: int

    @property
    def sampled(self) -> bool:
        """Whether it is a sample."""
        return self.part < LOTS


def asked_of(rows: Sequence[Row], *, most: int = MOST_STORIES) -> Asked:
    """Return which of the rows of queries/rehearsal_candidates.sql are tagged again: those of the lowest lots where they are too many."""
    lots = sorted(int(row["lot"]) for row in rows)
    part = LOTS if len(lots) <= most else lots[most]
    sample = [row for row in rows if row["lot"] < part]
    again = [row for row in sample if row["alike"] and not row["decided"]]
    return Asked(
        tuple(int(row["story_no"]) for row in again),
        tuple(bool(row["given"]) for row in again),
        len(rows),
        part,
        sum(bool(row["decided"]) for row in sample),
        sum(not row["alike"] and not row["decided"] for row in sample),
    )


@dataclass(frozen=True, slots=True)
class Flip:
    """A story that comes to the topic or goes from it: scores before and after (None: far off), what it then `needs`, and the slices
    that speak for the topic where the story has it."""

    story_no: int
    comes: bool
    before: float | None
    after: float | None
    evidence: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a change would do: stories that come and go, and by topic how many stories other topics gain and lose by it. `differ` are
    stories whose tags in the data are not those that these lists give, which are left as they are."""

    told: Row
    asked: Asked
    coming: tuple[Flip, ...]
    going: tuple[Flip, ...]
    gained: Row
    lost: Row
    differ: int


def rehearsed(told: Row, asked: Asked, judged: Sequence[Row]) -> Rehearsed:
    """Return what the command's lines, one for each story that was asked about and in their order, mean."""
    flips: list[Flip] = []
    gained: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    differ = 0
    for number, has, line in zip(asked.again, asked.given, judged, strict=True):
        before, after = line["before"], line["after"]
        if before["given"] != has:
            differ += 1
            continue
        for other in line["also"]:
            (gained if other["after"] else lost)[other["id"]] += 1
        if before["given"] != after["given"]:
            speaks = after if after["given"] else before
            flips.append(Flip(number, after["given"], before["score"], after["score"], tuple(speaks["evidence"])))
    coming, going = (tuple(one for one in flips if one.comes is wanted) for wanted in (True, False))
    return Rehearsed(told, asked, coming, going, dict(gained), dict(lost), differ)
