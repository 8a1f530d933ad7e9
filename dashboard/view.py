"""From filters to the rows that a chart draws. Pure: it asks its numbers of a function, so that tests need no server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.correction import Corrected
from dashboard.counting import Ask as Ask
from dashboard.counting import Line as Line
from dashboard.counting import Source as Source
from dashboard.counting import counted_key as counted_key
from dashboard.counting import counted_keys as counted_keys
from dashboard.counting import inside, line_of
from dashboard.counting import restriction as restriction
from dashboard.extras import Stack, stack_of, trailing_of, year_before
from dashboard.filters import ALL_SOURCES, GRAINS, LONG_RUNNING, MOST_LINES, Filters
from dashboard.keys import phrase_of
from dashboard.points import FEW as FEW
from dashboard.points import Span, alone_unit, join_points

ENOUGH = 0.8  # STATISTICS 14: the finest grain at which 80 % of the periods hold 40 stories
THREE_PERIODS = {"year": 3 * 365, "quarter": 3 * 91, "month": 3 * 30, "week": 3 * 7}  # days


@dataclass(frozen=True, slots=True)
class View:
    """What is drawn. `points` has a row for each line and period: key, source, period, period_end, k, n, share, low, high, state,
    expected, came, rhythm, ended, reason, few. `no_long_running` says that rule 17 found none, so all are drawn.

    `trailing` has k, n, share, low and high over the window that ends with a period, where asked for; `before` the rows of the year
    before under the period that they are drawn at; `corrected` the shares corrected for tagging errors. `own_totals`: in how many
    stories a line's own restriction results, by its words."""

    filters: Filters
    grain: str
    from_day: date
    to_day: date
    sources: tuple[Source, ...]
    left_out: tuple[Source, ...]
    no_long_running: bool
    lines: tuple[Line, ...]
    points: pd.DataFrame
    total: int
    about: str = ""
    lines_left_out: int = 0
    own_totals: tuple[tuple[str, int], ...] = ()
    stack: Stack | None = None
    trailing: pd.DataFrame | None = None
    before: pd.DataFrame | None = None
    corrected: Corrected | None = None

    @property
    def weighed(self) -> bool:
        """Whether sources weigh the same in one line, so that a share is not its numerator by its denominator."""
        return self.filters.weigh == "sources" and not self.filters.compare and len(self.sources) > 1

    @property
    def has_trailing(self) -> bool:
        """Whether a trailing average is drawn: of shares, once a line is as long as the window."""
        return (
            self.trailing is not None and len(self.trailing) > 0 and self.filters.measure == "share" and not self.stack
        )

    @property
    def has_before(self) -> bool:
        """Whether a year before is drawn: there are stories a year before the days shown."""
        return (
            self.before is not None and len(self.before) > 0 and bool(self.before["n"].notna().any()) and not self.stack
        )

    @property
    def has_corrected(self) -> bool:
        """Whether a line is drawn corrected for tagging errors beside itself."""
        return self.corrected is not None and len(self.corrected.points) > 0

    @property
    def parts(self) -> tuple[Source | None, ...]:
        """The sources that have a denominator of their own: those of a comparison's lines; else one for all, None."""
        return tuple(dict.fromkeys(line.source for line in self.lines)) if self.filters.compare else (None,)

    def source_ids(self, part: Source | None = None) -> tuple[str, ...]:
        """Return the ids of the sources of a denominator."""
        return (part.id,) if part else tuple(source.id for source in self.sources)

    @property
    def same_throughout(self) -> bool:
        """Whether the line is over the same sources in every period, so that one it misses is a gap (STATISTICS 17)."""
        return self.filters.sources == (LONG_RUNNING,) and not self.no_long_running


def window(filters: Filters, sources: list[Source]) -> tuple[date, date]:
    """Return the first and last day shown. 'Last …' counts back from the newest story, not from today (STATISTICS 12)."""
    chosen = [s for s in sources if s.id in filters.sources] or sources
    oldest, newest = min(s.first_day for s in chosen), max(s.last_day for s in chosen)
    if filters.when == "custom":
        return filters.start or oldest, filters.end or newest
    back = {"3y": 3 * 365, "12m": 365, "30d": 30}.get(filters.when)
    return (max(oldest, newest - timedelta(days=back - 1)) if back else oldest), newest


def restriction_words(filters: Filters, catalog: Mapping[str, Line]) -> str:
    """Return 'about China or France and about AI agents, that say “MCP”, not about Robots'; '' where nothing is restricted.

    'Any of' asks for one of each kind: a topic of these and a region of those.
    """
    kinds = dict.fromkeys(key.partition(":")[0] for key in filters.any_of if not phrase_of(key))
    any_of = [_names(catalog, [k for k in filters.any_of if k.startswith(f"{kind}:")], "or") for kind in kinds]
    (all_of, all_said), (none_of, none_said) = (_parted(keys) for keys in (filters.all_of, filters.none_of))
    said = [_names(catalog, filter(phrase_of, filters.any_of), "or"), _names(catalog, all_said, "and")]
    parts = [
        " and ".join(f"about {names}" for names in any_of),
        f"about {'all of ' if len(all_of) > 1 else ''}{_names(catalog, all_of, 'and')}" if all_of else "",
        f"that say {' and '.join(filter(None, said))}" if any(said) else "",
        f"not about {_names(catalog, none_of, 'or')}" if none_of else "",
        f"that do not say {_names(catalog, none_said, 'or')}" if none_said else "",
    ]
    return ", ".join(part for part in parts if part)


def _parted(keys: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the keys of tags and those of phrases."""
    given = list(keys)
    return [key for key in given if not phrase_of(key)], [key for key in given if phrase_of(key)]


def _names(catalog: Mapping[str, Line], keys: Iterable[str], joint: str) -> str:
    return words.listed([line_of(key, catalog).name for key in keys], joint)


def drawn_sources(
    ask: Ask, filters: Filters, sources: list[Source], grain: str, days: tuple[date, date], clock: datetime
) -> list[Source]:
    """Return the sources that the line is drawn over at this grain; empty where none is long-running (STATISTICS 17)."""
    if filters.sources == (ALL_SOURCES,) or filters.compare:
        chosen = [s for s in sources if s.id in filters.sources]
        return chosen or sources
    if filters.sources != (LONG_RUNNING,):
        return [s for s in sources if s.id in filters.sources]
    ids = set(ask("long_running", grain=grain, from_day=days[0], to_day=days[1], clock=clock)["source_id"])
    return [s for s in sources if s.id in ids]


def automatic_grain(ask: Ask, filters: Filters, sources: list[Source], days: tuple[date, date], clock: datetime) -> str:
    """Return the finest grain at which 80 % of the periods hold at least 40 stories, else the coarsest that shows three periods
    (STATISTICS 14)."""
    for grain in GRAINS[1:-1]:
        drawn = drawn_sources(ask, filters, sources, grain, days, clock)
        asked = {"sources": tuple(s.id for s in drawn), "from_day": days[0], "to_day": days[1]}
        if drawn and all(_fits(ask, grain, asked | restriction(filters, own)) for own in filters.within or ("",)):
            return grain
    span = (days[1] - days[0]).days + 1
    return next((grain for grain, least in THREE_PERIODS.items() if span >= least), "day")


def _fits(ask: Ask, grain: str, asked: dict[str, Any]) -> bool:
    """Whether a grain fits; all are asked for at once, because mostly they are of the same sources."""
    fits = _grain_fit(ask, asked)
    fit = fits[fits["grain"] == grain]
    return bool(len(fit) and (fit["filled"] >= ENOUGH * fit["periods"]).iloc[0])


def _grain_fit(ask: Ask, asked: dict[str, Any]) -> pd.DataFrame:
    return ask("grain_fit", grains=GRAINS[1:-1], **asked)


def total_of(ask: Ask, filters: Filters, asked: dict[str, Any]) -> int:
    """Return how many stories pass what base_story takes; where the grain was looked for, the same answer tells it, but in a snapshot
    that was made before it did."""
    fits = _grain_fit(ask, asked) if filters.grain == "auto" else pd.DataFrame()
    return int((fits if len(fits) and "n" in fits else ask("base_count", **asked))["n"].iloc[0])


def build_view(
    ask: Ask, filters: Filters, *, sources: list[Source], catalog: Mapping[str, Line], clock: datetime
) -> View:
    """Compute the view: days, grain, sources, and a row for each line and period."""
    days = window(filters, sources)
    grain = automatic_grain(ask, filters, sources, days, clock) if filters.grain == "auto" else filters.grain
    drawn = drawn_sources(ask, filters, sources, grain, days, clock)
    fallback = not drawn
    drawn = drawn or sources
    wanted = wanted_lines(filters, drawn, catalog)
    lines = wanted[:MOST_LINES]
    span = Span(grain, *days, clock, need_each=filters.sources == (LONG_RUNNING,) and not fallback)
    points = join_points(ask, filters, lines, drawn, span)
    shown = [s for s in sources if s.last_day >= days[0] and s.first_day <= days[1]]
    left_out = tuple(s for s in shown if s not in drawn)
    ids = tuple(s.id for s in drawn)
    over = {"sources": ids, "from_day": days[0], "to_day": days[1]}
    own = {
        f"about {catalog[key].name}": total_of(ask, filters, over | restriction(filters, key)) for key in filters.within
    }
    return View(
        filters, grain, *days, tuple(drawn), left_out, fallback, tuple(lines), points,
        total_of(ask, filters, over | restriction(filters)),
        about=restriction_words(filters, catalog), lines_left_out=len(wanted) - len(lines), own_totals=tuple(own.items()),
        stack=stack_of(ask, filters, lines, ids, span),
        trailing=trailing_of(ask, points, grain) if filters.trailing else None,
        before=year_before(ask, filters, lines, drawn, span) if filters.before else None,
    )  # fmt: skip


def wanted_lines(filters: Filters, drawn: list[Source], catalog: Mapping[str, Line]) -> list[Line]:
    """Return a line for each choice, once in each restriction of its own, and for each source in a comparison."""
    chosen = [line_of(key, catalog) for key in filters.show]
    chosen = [inside(line, catalog[key]) for line in chosen for key in filters.within] if filters.within else chosen
    if not filters.compare:
        return chosen
    return [replace(line, source=source) for line in chosen for source in drawn]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many stories a view would count beyond its plain unit: with editors' letters, once a source, with every copy."""

    letters: int
    outlets: int
    copies: int


def counted_beyond(ask: Ask, view: View, *, letters: bool, copies: bool) -> Counted:
    """Return what the switches of a view would add; `letters`, `copies`: whether the data holds any, so that it must be counted.

    Each unit counts the stories of the plain one and more, so that equal numbers mean equal pictures. A source by itself counts a cluster
    once by either of the two units that do.
    """
    alone = tuple(part.id for part in view.parts if part)
    part = {
        "sources": alone or view.source_ids(),
        "from_day": view.from_day,
        "to_day": view.to_day,
        **restriction(view.filters),
    }
    if not alone:
        return beyond_plain(ask, part, letters=letters, copies=copies)
    more = beyond_plain(ask, part | {"unit": alone_unit(view.filters.unit)}, letters=letters, copies=copies)
    return Counted(more.letters, 0, more.copies - more.outlets)


def beyond_plain(ask: Ask, part: Mapping[str, Any], *, letters: bool, copies: bool) -> Counted:
    """Return what the switches add to what these parameters of base_story count.

    Units differ in copies alone, which are few: leads are not counted for them.
    """

    def stories(with_letters: bool) -> int:
        return int(ask("base_count", **{**part, "letters": with_letters})["n"].iloc[0])

    plain = {name: value for name, value in part.items() if name != "unit"}
    told = ask("unit_counts", **plain).iloc[0] if copies else {"story": 0, "outlet": 0, "copy": 0}
    outlets, every = (int(told[unit] - told["story"]) for unit in ("outlet", "copy"))
    return Counted(stories(True) - stories(False) if letters else 0, outlets, every)
