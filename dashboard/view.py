"""From filters to the rows that a chart draws. Pure: it asks its numbers of a function, so that tests need no server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.filters import ALL_SOURCES, GRAINS, LONG_RUNNING, MOST_LINES, Filters

Ask = Callable[..., pd.DataFrame]  # ask("coverage", keys=…, …) -> rows of queries/coverage.sql
FEW = 20  # STATISTICS 9
ENOUGH = 0.8  # STATISTICS 14: the finest grain at which 80 % of the periods hold 40 stories
THREE_PERIODS = {"year": 3 * 365, "quarter": 3 * 91, "month": 3 * 30, "week": 3 * 7}  # days


@dataclass(frozen=True, slots=True)
class Source:
    """A source with stories: its first and last day and how many it has."""

    id: str
    name: str
    sampled: str | None
    first_day: date
    last_day: date
    stories: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the chart; `source` only where sources are compared."""

    key: str
    name: str
    short: str
    style_no: int | None
    source: Source | None = None

    @property
    def label(self) -> str:
        """The direct label: the short name, and the source where sources are compared."""
        return f"{self.short} · {self.source.name}" if self.source else self.short


@dataclass(frozen=True, slots=True)
class View:
    """What is drawn. `points` has a row for each line and period: key, source, period, period_end, k, n, share, low, high, state,
    expected, came, rhythm, ended, reason, few. `no_long_running` says that rule 17 found none, so all are drawn."""

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

    @property
    def weighed(self) -> bool:
        """Whether sources weigh the same in one line, so that a share is not its numerator by its denominator."""
        return self.filters.weigh == "sources" and not self.filters.compare and len(self.sources) > 1

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


def restriction(filters: Filters) -> dict[str, Any]:
    """Return the parameters that restrict numerator and denominator alike (STATISTICS 3); None where there is no restriction."""
    return {
        "letters": filters.letters,
        "unit": filters.unit,
        "about_any": counted_keys(filters.any_of, filters.role) or None,
        "about_all": counted_keys(filters.all_of, filters.role) or None,
        "about_none": counted_keys(filters.none_of, filters.role) or None,
    }


def restriction_words(filters: Filters, catalog: Mapping[str, Line]) -> str:
    """Return 'about China or France and about AI agents, not about Robots'; '' where nothing is restricted.

    'Any of' asks for one of each kind: a topic of these and a region of those.
    """
    kinds = dict.fromkeys(key.partition(":")[0] for key in filters.any_of)
    any_of = [_names(catalog, [k for k in filters.any_of if k.startswith(f"{kind}:")], "or") for kind in kinds]
    all_of, none_of = _names(catalog, filters.all_of, "and"), _names(catalog, filters.none_of, "or")
    parts = [
        " and ".join(f"about {names}" for names in any_of),
        f"about {'all of ' if len(filters.all_of) > 1 else ''}{all_of}" if all_of else "",
        f"not about {none_of}" if none_of else "",
    ]
    return ", ".join(part for part in parts if part)


def _names(catalog: Mapping[str, Line], keys: Iterable[str], joint: str) -> str:
    return words.listed([catalog[key].name for key in keys], joint)


def counted_key(key: str, role: str) -> str:
    """Return the key that is counted for a chosen line: with role 'named' an organization counts where it is named."""
    return "named:" + key.removeprefix("organization:") if role == "named" and key.startswith("organization:") else key


def counted_keys(keys: tuple[str, ...], role: str) -> tuple[str, ...]:
    """Return the counted key of each."""
    return tuple(counted_key(key, role) for key in keys)


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
        if not drawn:
            continue
        ids = tuple(s.id for s in drawn)
        asked = {"grain": grain, "sources": ids, "from_day": days[0], "to_day": days[1], **restriction(filters)}
        fit = ask("grain_fit", **asked).iloc[0]
        if fit["periods"] and fit["filled"] >= ENOUGH * fit["periods"]:
            return grain
    span = (days[1] - days[0]).days + 1
    return next((grain for grain, least in THREE_PERIODS.items() if span >= least), "day")


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
    same = filters.sources == (LONG_RUNNING,) and not fallback
    points = join_points(ask, filters, lines, drawn, grain, days, clock, need_each=same)
    total = int(
        ask("base_count", sources=tuple(s.id for s in drawn), from_day=days[0], to_day=days[1], **restriction(filters))[
            "n"
        ].iloc[0]
    )
    shown = [s for s in sources if s.last_day >= days[0] and s.first_day <= days[1]]
    left_out = tuple(s for s in shown if s not in drawn)
    return View(
        filters, grain, *days, tuple(drawn), left_out, fallback, tuple(lines), points, total,
        about=restriction_words(filters, catalog), lines_left_out=len(wanted) - len(lines),
    )  # fmt: skip


def wanted_lines(filters: Filters, drawn: list[Source], catalog: Mapping[str, Line]) -> list[Line]:
    """Return a line for each choice, or for each choice and source in a comparison."""
    chosen = [catalog[key] for key in filters.show]
    if not filters.compare:
        return chosen
    return [replace(line, source=source) for line in chosen for source in drawn]


def join_points(
    ask: Ask,
    filters: Filters,
    lines: list[Line],
    drawn: list[Source],
    grain: str,
    days: tuple[date, date],
    clock: datetime,
    *,
    need_each: bool,
) -> pd.DataFrame:
    """Return shares and states of all lines; each source of a comparison has its own denominator."""
    parts = drawn if filters.compare else [None]
    frames = []
    for part in parts:
        ids = (part.id,) if part else tuple(s.id for s in drawn)
        keys = counted_keys(tuple(line.key for line in lines if line.source == part), filters.role)
        if keys:
            frames.append(
                _points_of(ask, filters, keys, ids, grain, days, clock, need_each=need_each).assign(
                    source=part.id if part else ""
                )
            )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _points_of(
    ask: Ask,
    filters: Filters,
    keys: tuple[str, ...],
    ids: tuple[str, ...],
    grain: str,
    days: tuple[date, date],
    clock: datetime,
    *,
    need_each: bool,
) -> pd.DataFrame:
    query = "coverage_weighed" if filters.weigh == "sources" else "coverage"
    span = {"grain": grain, "sources": ids, "from_day": days[0], "to_day": days[1]}
    shares = ask(query, keys=keys, **span, **restriction(filters))
    states = ask("period_state", **span, need_each=need_each, clock=clock).rename(columns={"n": "taken_in"})
    grid = pd.DataFrame({"key": list(keys)}).merge(states, how="cross")
    points = grid.merge(shares, on=["key", "period"], how="left")
    # A gap (rule 13): nothing was taken in, or nothing passes the filters, so that there is no share.
    gap = (points["state"] == "none") | points["n"].isna()
    points["reason"] = points["reason"].mask(gap & (points["state"] != "none"), "no story passes the filters")
    points.loc[gap, "state"] = "none"
    points.loc[gap, ["k", "n", "share", "low", "high"]] = float("nan")
    # What the reader's days cut off the first period is no missing issue.
    cut = (points["period"] < pd.Timestamp(days[0])) & (filters.when != "all")
    return points.assign(
        few=points["n"] < FEW, cut_from=pd.Series(pd.Timestamp(days[0]), index=points.index).where(cut)
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """How many stories a view would count beyond its plain unit: with editors' letters, once a source, with every copy."""

    letters: int
    outlets: int
    copies: int


def counted_beyond(ask: Ask, view: View, *, letters: bool, copies: bool) -> Counted:
    """Return what the switches of a view would add; `letters`, `copies`: whether the data holds any, so that it must be counted.

    Each unit counts the stories of the plain one and more, so that equal numbers mean equal pictures.
    """

    def beyond(**changed: Any) -> int:
        plain = replace(view.filters, **{name: getattr(Filters(), name) for name in changed})
        return _counted(ask, view, replace(view.filters, **changed)) - _counted(ask, view, plain)

    return Counted(
        beyond(letters=True) if letters else 0,
        beyond(unit="outlet") if copies else 0,
        beyond(unit="copy") if copies else 0,
    )


def _counted(ask: Ask, view: View, filters: Filters) -> int:
    span = {"from_day": view.from_day, "to_day": view.to_day, **restriction(filters)}
    return sum(int(ask("base_count", sources=view.source_ids(part), **span)["n"].iloc[0]) for part in view.parts)
