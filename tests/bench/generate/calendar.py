"""Who publishes when, and how many of a load's stories: sources that join, grow, pause, and keep their weekdays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tests.bench.generate.draws import Draws, pick
from tests.bench.generate.model import KINDS, Model

WEEK = 7


@dataclass(frozen=True, slots=True)
class Feed:
    """A source; `rhythm` is issue, day or month, `pauses` are (first, last) days without anything."""

    id: str
    name: str
    rhythm: str
    weekday: int
    first: date
    size: float
    pauses: tuple[tuple[date, date], ...]

    @property
    def kind(self) -> int:
        """What its stories are like, as an index of KINDS: those of issues, or those of days."""
        return KINDS.index("issue" if self.rhythm == "issue" else "day")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Issues in order of day, then source: story `i` belongs to the first whose `ends` is above `i`.

    `days` count from `start`; an issue may be empty.
    """

    start: date
    feeds: tuple[Feed, ...]
    days: NDArray[np.int64]
    feed: NDArray[np.int64]
    ends: NDArray[np.int64]

    def issue_of(self, story: NDArray[np.int64]) -> NDArray[np.int64]:
        """The issue of each story."""
        return np.searchsorted(self.ends, story, side="right")

    def first_story(self, issue: NDArray[np.int64]) -> NDArray[np.int64]:
        """The number of each issue's first story."""
        return np.asarray(np.where(issue > 0, self.ends[issue - 1], 0))


def default_sources(model: Model, stories: int) -> int:
    """As many sources as let each be about as large as the archive's, two at least, up to a limit."""
    wanted = round(stories / model.assumed["stories_per_source"])
    return int(min(max(2, wanted), model.assumed["most_sources"]))


def make_calendar(model: Model, draws: Draws, *, stories: int, sources: int, start: date, end: date) -> Calendar:
    """Spread exactly that many stories over the issues of that many sources from `start` to `end`, both included."""
    feeds = tuple(_feed(model, draws, number, start, end) for number in range(sources))
    issues = [_issues(model, draws, number, feed, start, end) for number, feed in enumerate(feeds)]
    days = np.concatenate([found for found, _ in issues])
    feed = np.concatenate([np.full(len(found), number) for number, (found, _) in enumerate(issues)])
    weights = np.concatenate([weight for _, weight in issues])
    order = np.lexsort((feed, days))
    share = np.cumsum(weights[order])
    ends = np.floor(share / share[-1] * stories + 1e-6).astype(np.int64)
    return Calendar(start, feeds, days[order], feed[order], ends)


def _feed(model: Model, draws: Draws, number: int, start: date, end: date) -> Feed:
    """Source `number`: the first is there from the start and has issues, as the archive's does."""
    assumed, at = model.assumed, np.asarray([number])
    span = (end - start).days + 1
    late = number > 0 and draws.uniform("late", at)[0] < assumed["late"]
    joined = int(draws.uniform("joined", at)[0] * assumed["latest"] * span) if late else 0
    rhythms = list(assumed["rhythms"])
    rhythm = rhythms[int(draws.weighted("rhythm", at, np.asarray(list(assumed["rhythms"].values())))[0])]
    rhythm = "issue" if number == 0 else rhythm
    first = start + timedelta(days=joined)
    return Feed(
        id=f"source-{number + 1:04d}",
        name=f"Source {number + 1:04d}",
        rhythm=rhythm,
        weekday=int(draws.weighted("weekday", at, np.asarray(model.weekdays["issue"]))[0]),
        first=first,
        size=float((number + 1.0) ** -assumed["size_spread"]),
        pauses=tuple(_pauses(model, draws, number, first, end)),
    )


def _pauses(model: Model, draws: Draws, number: int, first: date, end: date) -> Iterator[tuple[date, date]]:
    """Pauses begin as often, and last as many issues (weeks), as the archive's; never in a source's first four weeks."""
    weeks = np.arange(4, max((end - first).days // WEEK, 4))
    begins = weeks[draws.uniform(f"pause {number}", weeks) < model.pauses["per_issue"]]
    lengths = np.asarray(model.pauses["lengths"])[draws.below(f"length {number}", begins, len(model.pauses["lengths"]))]
    free = 0
    for week, length in zip(begins.tolist(), lengths.tolist(), strict=True):
        if week >= free:
            begin = first + timedelta(days=week * WEEK)
            yield begin, begin + timedelta(days=length * WEEK - 1)
            free = week + length + 1


def _issues(
    model: Model, draws: Draws, number: int, feed: Feed, start: date, end: date
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The days of a source's issues and how many stories each should have, in proportion."""
    days = np.arange((feed.first - start).days, (end - start).days + 1)
    weekday = (days + start.weekday()) % WEEK
    if feed.rhythm == "issue":
        days = days[weekday == feed.weekday]
        share = np.ones(len(days))
    else:
        share = np.asarray(model.weekdays["day"])[weekday]
        if feed.rhythm == "day":
            share = np.where(share > 0, share, model.assumed["weekend"] / WEEK)
    for begin, last in feed.pauses:
        open_ = (days < (begin - start).days) | (days > (last - start).days)
        days, share = days[open_], share[open_]
    sizes = model.sizes[KINDS[feed.kind]]
    noise = sizes.values[pick(draws.uniform(f"size {number}", days), sizes.cumulative)] / sizes.mean
    return days, feed.size * share * noise * model.assumed["growth"] ** (days / 365.25)
