"""What a page without lines over time counts: the stories that pass the filters, over which sources and days. Pure.

It is the same as on Coverage: days, sources and restrictions are found by the same functions, so that the same choices count the
same stories on each page (STATISTICS 27).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from dashboard import words
from dashboard.counting import sample_notes
from dashboard.describe import UNIT_WORDS
from dashboard.filters import LONG_RUNNING, Filters
from dashboard.view import (
    Ask,
    Counted,
    Line,
    Source,
    automatic_grain,
    beyond_plain,
    drawn_sources,
    restriction,
    restriction_words,
    total_of,
    window,
)

MOST_NAMED = 3  # sources; more are counted


@dataclass(frozen=True, slots=True)
class Scope:
    """The stories that every number of a page is of (STATISTICS 3). `from_day` and `to_day` are inclusive; `grain` is the one at which
    sources were found to be long-running; `no_long_running` says that none is, so that all are counted; `total` counts stories."""

    filters: Filters
    from_day: date
    to_day: date
    sources: tuple[Source, ...]
    left_out: tuple[Source, ...]
    no_long_running: bool
    total: int
    about: str = ""
    grain: str = "year"

    @property
    def source_ids(self) -> tuple[str, ...]:
        """The ids of the sources counted."""
        return tuple(source.id for source in self.sources)

    @property
    def same_throughout(self) -> bool:
        """Whether the same sources are counted in every period, so that one that a source misses can't be compared (17)."""
        return self.filters.sources == (LONG_RUNNING,) and not self.no_long_running

    def parameters(self) -> dict[str, Any]:
        """Return what the macro base_story takes: sources, from_day, to_day and what restricts the stories."""
        span = {"sources": self.source_ids, "from_day": self.from_day, "to_day": self.to_day}
        return span | restriction(self.filters)


def build_scope(
    ask: Ask, filters: Filters, *, sources: list[Source], catalog: Mapping[str, Line], clock: datetime
) -> Scope:
    """Find the days, the sources and the number of stories that these filters let pass.

    A comparison of sources is of lines, and weighing is of a line: here all chosen sources are counted together.
    """
    pooled = replace(filters, compare=False, weigh="stories")
    days = window(pooled, sources)
    grain = automatic_grain(ask, pooled, sources, days, clock) if pooled.grain == "auto" else pooled.grain
    drawn = drawn_sources(ask, pooled, sources, grain, days, clock)
    counted = drawn or sources
    shown = [s for s in sources if s.last_day >= days[0] and s.first_day <= days[1]]
    left_out = tuple(s for s in shown if s not in counted)
    about = restriction_words(pooled, catalog)
    scope = Scope(pooled, *days, tuple(counted), left_out, not drawn, 0, about, grain)
    return replace(scope, total=total_of(ask, pooled, scope.parameters()))


def count_stories(ask: Ask, scope: Scope) -> int:
    """Return how many stories pass."""
    return int(ask("base_count", **scope.parameters())["n"].iloc[0])


def counted_more(ask: Ask, scope: Scope, *, letters: bool, copies: bool) -> Counted:
    """Return what the switches would add; `letters`, `copies`: whether the data holds any, so that it must be counted."""
    return beyond_plain(ask, scope.parameters(), letters=letters, copies=copies)


def of_whom(sources: tuple[Source, ...]) -> str:
    """Return 'The Batch' or 'The Batch and TLDR AI', or how many where they are more than three."""
    names = [s.name for s in sources]
    return words.listed(names) if len(names) <= MOST_NAMED else f"{len(names)} sources"


def days_words(from_day: date, to_day: date) -> str:
    """Return 'Apr 2019 to Jul 2026'; with the days themselves where they are less than three months apart."""
    if (to_day - from_day).days < 92:
        return f"{words.day(from_day)} to {words.day(to_day)}"
    return f"{words.period(from_day, 'month')} to {words.period(to_day, 'month')}"


def scope_words(scope: Scope) -> str:
    """Return the denominator in words: 'of 1,611 stories in The Batch, Apr 2019 to Jul 2026, about China' (STATISTICS 3)."""
    said = f"of {words.stories(scope.total)} in {of_whom(scope.sources)}, {days_words(scope.from_day, scope.to_day)}"
    notes = sample_notes(scope.sources)
    notes += ["letters counted too"] if scope.filters.letters else []
    notes += [UNIT_WORDS[scope.filters.unit]] if scope.filters.unit != "story" else []
    return said + (f", {scope.about}" if scope.about else "") + (f" ({'; '.join(notes)})" if notes else "")


def scope_in_words(scope: Scope) -> str:
    """Return everything that restricts the numbers, as one sentence for a download (STATISTICS 26)."""
    filters = scope.filters
    parts = [
        f"stories of {words.listed([s.name for s in scope.sources])}",
        "long-running sources" if scope.same_throughout else "",
        f"{words.day(scope.from_day)} to {words.day(scope.to_day)}",
        scope.about,
        "letters counted too" if filters.letters else "letters left out",
        UNIT_WORDS[filters.unit],
        "organizations where named" if filters.role == "named" else "",
    ]
    return "; ".join(part for part in parts if part)
