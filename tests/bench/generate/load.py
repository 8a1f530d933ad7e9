"""A load: which stories there are, and the pattern, names and places of each. Pure functions of seed and story number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tests.bench.generate.calendar import WEEK, Calendar, default_sources, make_calendar
from tests.bench.generate.draws import Draws, Whole, pick
from tests.bench.generate.model import ORGANIZATIONS, Model

START, END = date(2019, 4, 1), date(2026, 8, 21)
_HALF_YEAR = 0.5
_TRIES = 4  # an original may turn out to be of the same source, or a copy itself


@dataclass(frozen=True, slots=True)
class Load:
    """Model, calendar and chance of one load of `stories` stories."""

    model: Model
    draws: Draws
    calendar: Calendar
    stories: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What stories are about, one row each, padded with -1.

    `number` is a story's own, `content` the number whose chance made it: another's where it is a copy, so that both are
    alike in all but what is drawn by `number`. `organizations` are ranks of listed names, or numbers of unlisted ones
    where `listed` is false.
    """

    number: Whole
    content: Whole
    issue: Whole
    kind: Whole
    pattern: Whole
    topics: Whole
    near: Whole
    organizations: Whole
    listed: NDArray[np.bool_]
    roles: Whole
    regions: Whole
    region_roles: Whole


def make_load(
    model: Model, stories: int, *, seed: int = 1, sources: int | None = None, start: date = START, end: date = END
) -> Load:
    """A load over `start` to `end`, both included.

    Raises ValueError for no stories, no sources, or less than a week, in which no issue may fall.
    """
    sources = default_sources(model, stories) if sources is None else sources
    if stories < 1 or sources < 1 or (end - start).days + 1 < WEEK:
        raise ValueError(
            f"no load of {stories} stories, {sources} sources, {start} to {end}: give some, and a week at least"
        )
    draws = Draws(f"{seed} {start}")
    calendar = make_calendar(model, draws, stories=stories, sources=sources, start=start, end=end)
    return Load(model, draws, calendar, stories)


def facts(load: Load, begin: int, end: int) -> Facts:
    """The facts of stories `begin` up to, not including, `end`."""
    number = np.arange(begin, end)
    content = _content(load, number)
    patterns, draws = load.model.patterns, load.draws
    cell, kind = cell_of(load, content)
    pattern = patterns.cells.draw(cell, draws.uniform("pattern", content))
    listed = patterns.listed[pattern]
    return Facts(
        number=number,
        content=content,
        issue=load.calendar.issue_of(number),
        kind=kind,
        pattern=pattern,
        topics=_mutated(load, content, cell, patterns.topics[pattern], patterns.topics, "topic"),
        near=patterns.near[pattern],
        organizations=_organizations(load, content, patterns.roles[pattern] >= 0, listed),
        listed=listed,
        roles=patterns.roles[pattern],
        regions=_mutated(load, content, cell, patterns.regions[pattern], patterns.regions, "region"),
        region_roles=patterns.region_roles[pattern],
    )


def _content(load: Load, number: Whole) -> Whole:
    """The story that each is a copy of, else itself: one of the days before, of another source, and no copy itself."""
    calendar, draws, assumed = load.calendar, load.draws, load.model.assumed
    issue = calendar.issue_of(number)
    before = np.searchsorted(calendar.days, calendar.days[issue] - assumed["copy_within"])
    earliest = calendar.first_story(before)
    content, wanted = number, draws.uniform("copy", number) < assumed["copy"]
    for at in range(_TRIES):
        other = earliest + draws.below(f"original {at}", number, number - earliest)
        fits = wanted & (content == number) & (other < number) & (draws.uniform("copy", other) >= assumed["copy"])
        fits &= calendar.feed[calendar.issue_of(other)] != calendar.feed[issue]
        content = np.where(fits, other, content)
    return content


def cell_of(load: Load, content: Whole) -> tuple[Whole, Whole]:
    """Kind and year as the index of `Patterns.cells`, and the kind.

    The year is that of a day up to half a year away, so that shares drift instead of stepping at New Year; before and after
    the archive's years its first and last hold.
    """
    calendar, patterns = load.calendar, load.model.patterns
    issue = calendar.issue_of(content)
    kind = np.asarray([feed.kind for feed in calendar.feeds])[calendar.feed[issue]]
    first = calendar.start.year + (calendar.start.timetuple().tm_yday - 1) / 365.25
    year = np.floor(first + calendar.days[issue] / 365.25 + load.draws.uniform("drift", content) - _HALF_YEAR)
    at = np.clip(year.astype(np.int64) - patterns.first_year, 0, patterns.years - 1)
    return kind * patterns.years + at, kind


def _mutated(load: Load, content: Whole, cell: Whole, held: Whole, all_held: Whole, purpose: str) -> Whole:
    """The tags with the last exchanged, now and then, for the first of another pattern of the cell that has it not."""
    other = load.model.patterns.cells.draw(cell, load.draws.uniform(f"other {purpose}", content))
    new = all_held[other, 0]
    count = (held >= 0).sum(axis=1)
    mutates = load.draws.uniform(f"mutate {purpose}", content) < load.model.assumed["mutation"]
    mutates &= (count > 0) & (new >= 0) & ~(held == new[:, None]).any(axis=1)
    rows = np.flatnonzero(mutates)
    changed = held.copy()
    changed[rows, count[rows] - 1] = new[rows]
    return changed


def _organizations(load: Load, content: Whole, present: NDArray[np.bool_], listed: NDArray[np.bool_]) -> Whole:
    """Names for the places that a pattern has; a name that the story has already gives way to the next rank."""
    found = np.full(present.shape, -1, dtype=np.int64)
    size = len(load.model.listed)
    for at in range(ORGANIZATIONS):
        rows = np.flatnonzero(present[:, at])
        known = listed[rows, at]
        uniform = load.draws.uniform(f"organization {at}", content[rows])
        fresh = load.draws.uniform(f"fresh {at}", content[rows])
        names = np.where(known, pick(uniform, load.model.listed), load.model.unlisted(content[rows], fresh, uniform))
        for _ in range(at):  # each step may meet another of the names before it
            taken = ((found[rows, :at] == names[:, None]) & (listed[rows, :at] == known[:, None])).any(axis=1)
            names = np.where(taken, np.where(known, (names + 1) % size, names + 1), names)
        found[rows, at] = names
    return found
