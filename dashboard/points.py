"""From lines to rows: k of n, share and likely range of each line and period, with what the period is worth. Pure."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Return shares and states of all lines; each source of a comparison, and each restriction of lines of their own, has its own
    denominator."""
    parts = dict.fromkeys((line.source, parted(line.key)[1]) for line in lines)
    frames = []
    for source, within in parts:
        ids = (source.id,) if source else tuple(s.id for s in drawn)
        keys = tuple(line.key for line in lines if (line.source, parted(line.key)[1]) == (source, within))
        found = points_of(ask, filters, keys, ids, span)
        frames.append(found.assign(source=source.id if source else "", within=within))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def points_of(ask: Ask, filters: Filters, keys: Sequence[str], ids: tuple[str, ...], span: Span) -> pd.DataFrame:
    """Return a row for each key and period: counted key, period, period_end, k, n, share, low, high, state, what came of what was
    expected, few. The keys share a restriction of their own, or have none."""
    states = period_states(ask, ids, span)
    grid = pd.DataFrame({"key": [counted_key(key, filters.role) for key in keys]}).merge(states, how="cross")
    shares = shares_of(ask, filters, keys, {"sources": ids, **span.parameters()})
    points = grid.merge(shares, on=["key", "period"], how="left")
    # A gap (rule 13): nothing was taken in, or nothing passes the filters, so that there is no share.
    gap = (points["state"] == "none") | points["n"].isna()
    points["reason"] = points["reason"].mask(gap & (points["state"] != "none"), "no story passes the filters")
    points.loc[gap, "state"] = "none"
    points.loc[gap, NUMBERS] = float("nan")
    return points.assign(few=points["n"] < FEW, cut_from=cut_from(points, filters, span))


def cut_from(rows: pd.DataFrame, filters: Filters, span: Span) -> pd.Series[Any]:
    """Return the first day shown where it cuts a row's period: what the reader's days cut off is no missing issue."""
    first = pd.Timestamp(span.from_day)
    cut = (rows["period"] < first) & (filters.when != "all")
    return pd.Series(first, index=rows.index).where(cut)


def period_states(ask: Ask, ids: tuple[str, ...], span: Span) -> pd.DataFrame:
    """Return what each period shown is worth for these sources."""
    asked = {"sources": ids, "need_each": span.need_each, "clock": span.clock}
    return ask("period_state", **span.parameters(), **asked).rename(columns={"n": "taken_in"})


def shares_of(ask: Ask, filters: Filters, keys: Sequence[str], over: dict[str, Any]) -> pd.DataFrame:
    """Return key, period, k, n, share, low and high of lines of any kind, for the periods that hold stories; `over`: sources, grain and
    days. The keys share a restriction of their own, or have none."""
    weighed = filters.weigh == "sources"
    asked = over | restriction(filters, parted(keys[0])[1])
    listed = {counted_key(plain, filters.role): counted_key(key, filters.role) for key in keys
              for plain in (parted(key)[0],) if not phrase_of(plain) and not members_of(plain)}  # fmt: skip
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
