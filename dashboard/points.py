"""From lines to rows: k of n, share and likely range of each line and period, with what the period is worth. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from dashboard.counting import Ask, Line, Source, counted_key, restriction
from dashboard.filters import Filters
from dashboard.keys import members_of, parted, phrase_of
from dashboard.search import look_up

FEW = 20  # STATISTICS 9
NUMBERS = ["k", "n", "share", "low", "high"]
LINE = ("key", "source", "within")  # what tells a line's points
# What a line is of: a source by itself, '' for all that are drawn, and the key of its own restriction, '' for none.
Part = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """The periods that lines are drawn over: the first and last day, and the run's clock."""

    grain: str
    from_day: date
    to_day: date
    clock: datetime
    need_each: bool

    def parameters(self) -> dict[str, Any]:
        """Return what the macros take beside sources and restrictions."""
        return {"grain": self.grain, "from_day": self.from_day, "to_day": self.to_day}


def join_points(ask: Ask, filters: Filters, lines: Sequence[Line], drawn: Sequence[Source], span: Span) -> pd.DataFrame:
    """Return shares and states of all lines: a row for each line and period with counted key, source, within, period, period_end, k, n,
    share, low, high, state, what came of what was expected, few. Each source of a comparison, and each restriction of lines of their own,
    has its own denominator; lines of one denominator stand together."""
    parts: dict[Part, list[str]] = {}
    for line in lines:
        parts.setdefault((line.source.id if line.source else "", parted(line.key)[1]), []).append(line.key)
    if not parts:
        return pd.DataFrame()
    ids = tuple(s.id for s in drawn)
    told = [(counted_key(key, filters.role), *part) for part, keys in parts.items() for key in keys]
    grid = pd.DataFrame(told, columns=list(LINE)).merge(_states(ask, parts, ids, span), on="source")
    points = grid.merge(_shares(ask, filters, parts, ids, span), on=[*LINE, "period"], how="left")
    # A gap (rule 13): nothing was taken in, or nothing passes the filters, so that there is no share.
    gap = (points["state"] == "none") | points["n"].isna()
    points["reason"] = points["reason"].mask(gap & (points["state"] != "none"), "no story passes the filters")
    points.loc[gap, "state"] = "none"
    points.loc[gap, NUMBERS] = float("nan")
    return points.assign(few=points["n"] < FEW, cut_from=cut_from(points, filters, span))


def _states(ask: Ask, parts: Iterable[Part], ids: tuple[str, ...], span: Span) -> pd.DataFrame:
    """What each period shown is worth: for each source by itself in a comparison, else for all (`source` '')."""
    alone = tuple(dict.fromkeys(source for source, _ in parts if source))
    if not alone:
        return period_states(ask, ids, span).assign(source="")
    rows = ask("period_states", sources=alone, clock=span.clock, **span.parameters())
    return rows.rename(columns={"n": "taken_in"}).assign(source=rows["source_id"])


def _shares(
    ask: Ask, filters: Filters, parts: Mapping[Part, list[str]], ids: tuple[str, ...], span: Span
) -> pd.DataFrame:
    """The shares of all lines, as of `shares_of`, with source and within. Where lines are of several wholes those of the catalog are asked
    for at once: each question looks through all stories."""
    listed = [(key, part) for part, keys in parts.items() for key in keys if not is_own(key)]
    at_once = listed if len(parts) > 1 else []
    frames = [_at_once(ask, filters, at_once, ids, span)] if at_once else []
    for (source, within), keys in parts.items():
        alone = [key for key in keys if is_own(key) or not at_once]
        if alone:
            over = {"sources": (source,) if source else ids, **span.parameters()}
            frames.append(shares_of(ask, filters, alone, over).assign(source=source, within=within))
    return pd.concat(frames, ignore_index=True)


def _at_once(
    ask: Ask, filters: Filters, listed: Sequence[tuple[str, Part]], ids: tuple[str, ...], span: Span
) -> pd.DataFrame:
    compared = tuple(dict.fromkeys(source for _, (source, _) in listed if source))
    over = {"sources": compared or ids, **span.parameters(), **restriction(filters)}
    over |= {"unit": alone_unit(filters.unit)} if compared else {}
    weighed = filters.weigh == "sources" and not compared
    rows = ask("coverage_parts", **lines_at_once(filters, listed), weighed=weighed, **over)
    return rows.assign(
        within=rows["within"].map({counted_key(within, filters.role): within for _, (_, within) in listed})
    )


def lines_at_once(filters: Filters, listed: Sequence[tuple[str, Part]]) -> dict[str, tuple[str, ...]]:
    """Return the lists that tell lines of the catalog to a query of several: keys, withins, of_sources."""
    return {
        "keys": tuple(counted_key(parted(key)[0], filters.role) for key, _ in listed),
        "withins": tuple(counted_key(within, filters.role) for _, (_, within) in listed),
        "of_sources": tuple(source for _, (source, _) in listed),
    }


def is_own(key: str) -> bool:
    """Whether a line is the reader's own, a phrase or several topics as one, that no catalog lists."""
    plain = parted(key)[0]
    return bool(phrase_of(plain) or members_of(plain))


def alone_unit(unit: str) -> str:
    """Return what counts the stories of several sources as each counts them by itself: a cluster once, whoever else told it."""
    return "outlet" if unit == "story" else unit


def cut_from(rows: pd.DataFrame, filters: Filters, span: Span) -> pd.Series[Any]:
    """Return the first day shown where it cuts a row's period: what the reader's days cut off is no missing issue."""
    first = pd.Timestamp(span.from_day)
    cut = (rows["period"] < first) & (filters.when != "all")
    return pd.Series(first, index=rows.index).where(cut)


def of_line(points: pd.DataFrame, key: str, source: str) -> pd.DataFrame:
    """Return the points of a line by its counted key and its source. They are compared as Python's own strings: by pandas' that takes five
    times as long, and a chart looks for its lines dozens of times."""
    keys, sources = (points[column].to_numpy(dtype=object) for column in ("key", "source"))
    found: pd.DataFrame = points[(keys == key) & (sources == source)]
    return found


def period_states(ask: Ask, ids: tuple[str, ...], span: Span) -> pd.DataFrame:
    """Return what each period shown is worth for these sources."""
    asked = {"sources": ids, "need_each": span.need_each, "clock": span.clock}
    return ask("period_state", **span.parameters(), **asked).rename(columns={"n": "taken_in"})


def shares_of(ask: Ask, filters: Filters, keys: Sequence[str], over: dict[str, Any]) -> pd.DataFrame:
    """Return key, period, k, n, share, low and high of lines of any kind, for the periods that hold stories; `over`: sources, grain and
    days. The keys share a restriction of their own, or have none."""
    weighed = filters.weigh == "sources"
    asked = over | restriction(filters, parted(keys[0])[1])
    listed = {
        counted_key(parted(key)[0], filters.role): counted_key(key, filters.role) for key in keys if not is_own(key)
    }
    frames = []
    if listed:
        rows = ask("coverage_weighed" if weighed else "coverage", keys=tuple(listed), **asked)
        frames.append(rows.assign(key=rows["key"].map(listed)))
    for key in keys:
        own = _own_shares(ask, parted(key)[0], asked | {"weighed": weighed})
        if own is not None:
            frames.append(own.assign(key=counted_key(key, filters.role)))
    return pd.concat(frames, ignore_index=True)[["key", "period", *NUMBERS]]


def _own_shares(ask: Ask, key: str, asked: dict[str, Any]) -> pd.DataFrame | None:
    """The shares of a phrase or of several topics as one; None for a line of the catalog. A phrase that no story can hold is counted
    like one that none does: 0 of n (STATISTICS 13)."""
    if not phrase_of(key):
        return ask("coverage_any", any_keys=members_of(key), **asked) if members_of(key) else None
    search = look_up(ask, phrase_of(key))
    looked_for = search.parameters() if search else None
    if looked_for is None:
        return ask("coverage_any", any_keys=("",), **asked)
    return ask("coverage_phrase", **looked_for, **asked)
