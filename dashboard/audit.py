"""Audits of a topic: a random sample of stories, drawn and written down before anybody judges, and what people judged of it since. Pure.

A verdict is a `judgement` of the desk folder whose `why` names the audit; its story must be one of the sample. What somebody judged in
the queue of corrections was chosen because it was doubtful, and counts for no audit.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dashboard.audit_figures import TAGGED, Counted, Figures, figures
from dashboard.desk import Entry, standing
from dashboard.envelope import moment_of
from dashboard.named import LONGEST_NAME, one_name

STRATA = (TAGGED, "near", "rest")
FEWEST_ASKED, MOST_ASKED, ASKED = 10, 1000, 50  # stories
MOST_HELD = 10**12  # stories in a stratum; a slip of the pen beyond it would overflow
MARK = "audit "  # with the audit's name, the `why` of its verdicts


@dataclass(frozen=True, slots=True)
class Stratum:
    """How many stories it holds, and which were drawn from it at random."""

    of: int
    stories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """A sample: of which topic, drawn with which seed, when (UTC) and by whom, from which stories (None: all) of which data, tagged by
    which version, in strata."""

    name: str
    topic: str
    seed: int
    at: datetime
    by: str
    sources: tuple[str, ...] | None
    from_day: date | None
    to_day: date | None
    tagger: str
    snapshot: str
    strata: Mapping[str, Stratum]

    @property
    def stories(self) -> tuple[str, ...]:
        """The sample."""
        return tuple(story for stratum in self.strata.values() for story in stratum.stories)


@dataclass(frozen=True, slots=True)
class Told:
    """An audit and what people say now: the last verdict on each story, by its id, in the order given."""

    audit: Audit
    verdicts: Mapping[str, Entry]

    @property
    def people(self) -> tuple[str, ...]:
        """Who judged."""
        return tuple(dict.fromkeys(one_name(entry.by)[:LONGEST_NAME] for entry in self.verdicts.values()))

    @property
    def day(self) -> date:
        """The day (UTC) of the last verdict, or on which it was drawn."""
        last = max((entry.at for entry in self.verdicts.values()), default="")
        return datetime.fromisoformat(last).date() if last else self.audit.at.date()

    @property
    def figures(self) -> Figures:
        """What it tells so far; those of a stratum who were judged are a random part of it, in whatever order people go."""
        return figures(self.counted)

    @property
    def counted(self) -> dict[str, Counted]:
        """What was judged of each stratum."""
        return {name: self._counted(stratum) for name, stratum in self.audit.strata.items()}

    def _counted(self, stratum: Stratum) -> Counted:
        judged = [self.verdicts[story].value is True for story in stratum.stories if story in self.verdicts]
        return Counted(stratum.of, len(judged), sum(judged))

    def left(self, editor: str) -> tuple[str, ...]:
        """The stories still to judge, mixed so that nothing tells their stratum, for each person in another order: two who judge at once
        seldom look at the same story."""
        waiting = [story for story in self.audit.stories if story not in self.verdicts]
        return tuple(sorted(waiting, key=lambda story: _mixed(f"{self.audit.seed}:{editor}:{story}")))


def _mixed(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def shares_of(asked: int, held: Mapping[str, int]) -> dict[str, int]:
    """Return how many stories to draw from each stratum, of which it holds so many: half have the tag, a quarter came near, the others
    neither; what a stratum can't give, the others do, those without the tag first."""
    drawn = {
        TAGGED: min(held.get(TAGGED, 0), (asked + 1) // 2),
        "near": min(held.get("near", 0), asked // 4),
        "rest": 0,
    }
    for name in ("rest", "near", TAGGED):
        drawn[name] += min(held.get(name, 0) - drawn[name], asked - sum(drawn.values()))
    return drawn


def strata_of(rows: Iterable[Mapping[str, Any]], asked: int) -> dict[str, Stratum]:
    """Return the sample. Rows: `stratum`, `held` (how many it holds), `place` in a random order, `story_id`."""
    rows = sorted(rows, key=lambda row: (row["stratum"], row["place"]))
    held = {str(row["stratum"]): int(row["held"]) for row in rows}
    drawn = shares_of(asked, held)
    stories = {name: [str(row["story_id"]) for row in rows if row["stratum"] == name] for name in STRATA}
    return {name: Stratum(held.get(name, 0), tuple(stories[name][: drawn[name]])) for name in STRATA}


def name_of(topic: str, now: datetime, seed: int) -> str:
    """Return the name of a new audit: 'healthcare-20261126-1a2b3c4d'."""
    return f"{topic}-{now:%Y%m%d}-{seed:08x}"


def verdict(audit: Audit, story: str, topic: str, has: bool) -> Entry:
    """Return what is written where somebody judges a story of the sample. `topic` is its present id."""
    return Entry("judgement", "set", "", story, topic, has, MARK + audit.name)


def told(audits: Iterable[Audit], entries: Sequence[Entry], *, renamed: Mapping[str, str]) -> tuple[Told, ...]:
    """Return the audits with their verdicts that stand, the newest first. `renamed` leads from former ids of topics to present ones."""
    counts = standing(entries)
    by_name: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        ours = entry.kind == "judgement" and isinstance(entry.value, bool) and (entry.why or "").startswith(MARK)
        if ours and entry.id in counts:
            given = by_name.setdefault(str(entry.why)[len(MARK) :], {})
            given.pop(str(entry.story_id), None)
            given[str(entry.story_id)] = entry
    found = [Told(audit, _of(audit, by_name.get(audit.name, {}), renamed)) for audit in audits]
    return tuple(sorted(found, key=lambda one: (one.audit.at, one.audit.name), reverse=True))


def _of(audit: Audit, given: Mapping[str, Entry], renamed: Mapping[str, str]) -> dict[str, Entry]:
    sample, topic = set(audit.stories), renamed.get(audit.topic, audit.topic)
    return {
        story: entry
        for story, entry in given.items()
        if story in sample and renamed.get(str(entry.tag_id), entry.tag_id) == topic
    }


def as_held(audit: Audit) -> dict[str, Any]:
    """Return an audit as JSON holds it."""
    return {
        "v": 1, "name": audit.name, "topic": audit.topic, "seed": audit.seed, "at": audit.at.isoformat() + "Z", "by": audit.by,
        "sources": None if audit.sources is None else list(audit.sources),
        "from_day": None if audit.from_day is None else audit.from_day.isoformat(),
        "to_day": None if audit.to_day is None else audit.to_day.isoformat(),
        "tagger": audit.tagger, "snapshot": audit.snapshot,
        "strata": {name: {"of": one.of, "stories": list(one.stories)} for name, one in audit.strata.items()},
    }  # fmt: skip


def audit_of(held: Any) -> Audit:
    """Return the audit that JSON holds. Raises ValueError saying what is wrong."""
    if not isinstance(held, dict) or held.get("v") != 1:
        raise ValueError("no audit of version 1")
    for name in ("name", "topic", "by", "tagger", "snapshot"):
        if not isinstance(held.get(name), str) or not held[name]:
            raise ValueError(f"“{name}” is no text")
    if type(held.get("seed")) is not int:
        raise ValueError("“seed” is no whole number")
    sources = held.get("sources")
    if sources is not None and not (isinstance(sources, list) and all(isinstance(one, str) for one in sources)):
        raise ValueError("“sources” is no list of ids, nor null")
    return Audit(
        held["name"], held["topic"], held["seed"], _moment(held.get("at")), one_name(held["by"])[:LONGEST_NAME],
        None if sources is None else tuple(sources), _day(held.get("from_day")), _day(held.get("to_day")), held["tagger"],
        held["snapshot"], _strata(held.get("strata")),
    )  # fmt: skip


def _moment(held: Any) -> datetime:
    try:
        return moment_of(str(held))
    except (ValueError, OverflowError):
        raise ValueError("“at” is no time like 2026-01-31T12:00:00Z") from None


def _day(held: Any) -> date | None:
    try:
        return None if held is None else date.fromisoformat(str(held))
    except ValueError:
        raise ValueError("“from_day” or “to_day” is no day like 2026-01-31, nor null") from None


def _strata(held: Any) -> dict[str, Stratum]:
    if not isinstance(held, dict) or set(held) != set(STRATA):
        raise ValueError(f"“strata” are {', '.join(STRATA)}")
    found = {name: _stratum(name, held[name]) for name in STRATA}
    stories = [story for one in found.values() for story in one.stories]
    if not stories:
        raise ValueError("the sample holds no story")
    if len(set(stories)) < len(stories):
        raise ValueError("a story is in the sample twice")
    return found


def _stratum(name: str, held: Any) -> Stratum:
    stories = held.get("stories") if isinstance(held, dict) else None
    if (
        not isinstance(stories, list)
        or not all(isinstance(story, str) and re.fullmatch("[0-9a-f]{16}", story) for story in stories)
        or type(held.get("of")) is not int
        or not len(stories) <= held["of"] <= MOST_HELD
    ):
        raise ValueError(
            f"the stratum “{name}” needs “of”, a whole number, and at most as many “stories”, by their ids"
        )
    return Stratum(held["of"], tuple(stories))
