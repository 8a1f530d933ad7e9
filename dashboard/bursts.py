"""What emerges and what fades: which periods are compared, and what a card says. Pure.

The scan is made in SQL, macro burst: within sources, pooled over the periods that all compared sources share, corrected for all looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from html import escape
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.counting import Ask, Line, phrase_name
from dashboard.keys import phrase_of
from dashboard.points import FEW
from dashboard.scope import Scope
from dashboard.search import look_up
from dashboard.stories import link
from dashboard.topics import points_range, signed
from dashboard.where_from import NOTHING

# How many periods are the last ones: by the day whole weeks, so that no weekday weighs more. Three times as many are before them.
LATELY = {"day": 7, "week": 4, "month": 3, "quarter": 2, "year": 1}
DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
BEFORE = 3
LEAST = 8  # stories in all: with fewer none could stand out of hundreds looked at
MOST_CARDS = 6  # in each direction; the others stand in the table
KINDS = {
    "topic": "Topic",
    "organization": "Organization",
    "named": "Organization",
    "region": "Region",
    "phrase": "Word",
}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """The last whole periods and those before them, by their first days in order, and the sources for which all are whole (22)."""

    grain: str
    recent: tuple[date, ...]
    before: tuple[date, ...]
    sources: tuple[str, ...]
    in_a_row: bool

    def parameters(self, scope: Scope) -> dict[str, Any]:
        """Return what the macro burst takes."""
        return scope.parameters() | {
            "recent": self.recent, "before": self.before, "at_least": LEAST, "role": scope.filters.role, "grain": self.grain,
            "sources": self.sources,
        }  # fmt: skip


def find_window(ask: Ask, scope: Scope, clock: datetime) -> tuple[Window | None, str]:
    """Return the periods to compare, or None and why there are none (12, 22).

    The last is the newest that is whole for sources with at least half of its stories. Of its sources those with the fewest whole
    periods are left out until the others share enough; with too few shared periods the newest part is shorter.
    """
    wanted = LATELY[scope.grain]
    lately = _window(ask, _since(scope, 3 * (1 + BEFORE) * wanted), clock, wanted)
    if lately is not None and len(lately.before) == BEFORE * wanted:
        return lately, ""
    found = _window(ask, scope, clock, wanted) or lately
    return (
        found,
        "" if found else f"There are fewer than two whole {scope.grain}s with at least {FEW} stories to compare.",
    )


def _since(scope: Scope, periods: int) -> Scope:
    """Return the scope of its last periods alone: looking through all days of many sources takes long."""
    first = pd.Timestamp(scope.to_day - timedelta(days=periods * DAYS[scope.grain]))
    letter = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}[scope.grain]
    return replace(scope, from_day=max(scope.from_day, first.to_period(letter).start_time.date()))


def _window(ask: Ask, scope: Scope, clock: datetime, wanted: int) -> Window | None:
    rows = ask("topic_whole", grain=scope.grain, clock=clock, **scope.parameters())
    if rows.empty:
        return None
    whole = rows[rows["whole"]].astype({"n": int})
    held, of_all = whole.groupby("period")["n"].sum(), rows.groupby("period")["n"].sum()
    last = max((day for day in held.index if held[day] >= max(FEW, of_all[day] / 2)), default=None)
    if last is None:
        return None
    periods = {
        str(s): frozenset(part)
        for s, part in whole[whole["period"] <= last].groupby("source_id")["period"]
        if last in set(part)
    }
    sources, shared = _sharing(periods, (1 + BEFORE) * wanted)
    several = min(wanted, len(shared) // 2)
    if not several:
        return None
    chosen = [day.date() for day in shared[-(1 + BEFORE) * several :]]
    stories = whole[whole["source_id"].isin(sources)].groupby("period")["n"].sum()
    parts = (chosen[-several:], chosen[:-several])
    if any(sum(stories[pd.Timestamp(day)] for day in part) < FEW for part in parts):
        return None
    between = [day for day in of_all.index if pd.Timestamp(chosen[0]) <= day <= last]
    return Window(scope.grain, tuple(parts[0]), tuple(parts[1]), sources, len(between) == len(chosen))


def _sharing(periods: Mapping[str, frozenset[Any]], enough: int) -> tuple[tuple[str, ...], list[Any]]:
    """Return the sources that share enough periods, as many as can be, and these periods in order; with none, those that share most."""
    ranked = sorted(periods, key=lambda source: (-len(periods[source]), source))
    best: tuple[tuple[str, ...], list[Any]] = ((), [])
    shared: frozenset[Any] | None = None
    for number, source in enumerate(ranked, 1):
        shared = periods[source] if shared is None else shared & periods[source]
        if len(shared) >= enough or len(shared) >= len(best[1]):
            best = tuple(sorted(ranked[:number])), sorted(shared)
    return best


def recent_words(window: Window) -> str:
    """Return the last periods: 'the last 4 weeks'."""
    many, whole = len(window.recent), "" if window.in_a_row else "whole "
    return f"the last {many} {whole}{window.grain}s" if many > 1 else words.period(window.recent[0], window.grain)


def before_words(window: Window) -> str:
    """Return the periods before them: 'the 12 weeks before'."""
    many, whole = len(window.before), "" if window.in_a_row else "whole "
    return f"the {many} {whole}{window.grain}s before" if many > 1 else words.period(window.before[0], window.grain)


def span_words(window: Window) -> str:
    """Return which periods are compared by name."""
    spans = []
    for days in (window.recent, window.before):
        first, last = (words.period(day, window.grain) for day in (days[0], days[-1]))
        spans.append(first if first == last else f"{first} to {last}")
    return f"{spans[0]} against {spans[1]}" + ("" if window.in_a_row else ", of which only whole ones are compared")


def name_of(key: str, catalog: Mapping[str, Line]) -> str:
    """Return what a card is about: a line's name, or a word or phrase in quotes."""
    return phrase_name(phrase_of(key)) if phrase_of(key) else catalog[key.replace("named:", "organization:")].name


def kind_of(key: str) -> str:
    """Return what a card is about by kind: 'Topic', 'Word', 'Phrase'."""
    return "Phrase" if " " in phrase_of(key) else KINDS[key.partition(":")[0]]


def told(rows: Sequence[Row], *, rising: bool) -> list[Row]:
    """Return the rows of one direction that stand for themselves, the clearest first; those of the same stories stand with another."""
    return [row for row in rows if (row["difference"] > 0) == rising and not isinstance(row["same_as"], str)]


def headline(rows: Sequence[Row], catalog: Mapping[str, Line], window: Window, looked_at: int) -> str:
    """Return what the scan found in one sentence, with how many lines were looked at (22)."""
    parts = []
    for rising, verb in ((True, "Emerging"), (False, "Fading")):
        names = [name_of(row["key"], catalog) for row in told(rows, rising=rising)]
        more = [f"{len(names) - 3} more"] if len(names) > 3 else []
        parts += [f"{verb} in {recent_words(window)}: {words.listed([*names[:3], *more])}"] if names else []
    looked = f"of {words.count(looked_at)} topics, organizations, regions, words and phrases looked at"
    if not parts:
        return f"Nothing clearly emerges or fades in {recent_words(window)}, {looked}."
    return f"{'. '.join(parts)}; {looked}."


def seen(row: Row, window: Window) -> str:
    """Return what is seen: 'in 9 of 41 stories in the last 4 weeks, 2 of 120 in the 12 weeks before'."""
    late = f"in {words.count(row['k_2'])} of {words.stories(row['n_2'])} in {recent_words(window)}"
    return f"{late}, {words.count(row['k_1'])} of {words.count(row['n_1'])} in {before_words(window)}"


def flags(row: Row, names: Mapping[str, str]) -> list[str]:
    """Return what a change hinges on, where it is one source, issue or event (22)."""
    said = []
    if row["sources"] > 1 and isinstance(row["by_source"], str):
        said.append(f"hinges on {names.get(row['by_source'], row['by_source'])} alone")
    if isinstance(row["by_issue"], str):
        said.append("hinges on a single issue")
    if isinstance(row["by_cluster"], str):
        said.append("hinges on copies of one event")
    return said


def held_in(row: Row) -> str:
    """Return in how many of the compared sources the change holds."""
    return f"the same way in {row['same_way']} of {row['sources']} source{'' if row['sources'] == 1 else 's'}"


def _holds(row: Row) -> str:
    return f"; {held_in(row)}" if row["sources"] > 1 else ""


def card(
    row: Row,
    catalog: Mapping[str, Line],
    window: Window,
    names: Mapping[str, str],
    *,
    also: Sequence[str],
    stories: Sequence[Row],
) -> str:
    """Return a card as HTML; titles, words and names are strangers' and are escaped."""
    moved = (
        f"{signed(100 * row['difference'])} points, likely range {points_range(row['low'], row['high'])}{_holds(row)}."
    )
    marks = "".join(f'<span class="chip">{escape(flag)}</span>' for flag in flags(row, names))
    together = f'<p class="quiet">Of the same stories: {escape(words.listed(list(also)))}</p>' if also else ""
    newest = "".join(
        f'<li><span class="where">{words.day(s["day"])} · {escape(s["source"])}</span> {link(s["url"], escape(s["title"][:140]))}</li>'
        for s in stories
    )
    return (
        f'<div class="burst"><div class="where">{kind_of(row["key"])}</div><h3>{escape(name_of(row["key"], catalog)[:80])}</h3>'
        f'<p>{escape(seen(row, window))}</p><p class="quiet">{escape(moved)}</p>'
        f'<div class="chips">{marks}</div>{together}<ul class="names">{newest}</ul></div>'
    )


def table(rows: Sequence[Row], catalog: Mapping[str, Line], names: Mapping[str, str]) -> pd.DataFrame:
    """Return all that was found as a table, the clearest first."""
    return pd.DataFrame(
        {
            "What": [name_of(row["key"], catalog) for row in rows],
            "Kind": [kind_of(row["key"]) for row in rows],
            "Lately": [f"{row['k_2']} of {row['n_2']}" for row in rows],
            "Before": [f"{row['k_1']} of {row['n_1']}" for row in rows],
            "Difference": [f"{signed(100 * row['difference'])} points" for row in rows],
            "Likely range": [points_range(row["low"], row["high"]) for row in rows],
            "Same way in": [held_in(row).removeprefix("the same way in ") for row in rows],
            "Note": ["; ".join(flags(row, names)) for row in rows],
        }
    )


def stories_of(ask: Ask, scope: Scope, window: Window, key: str, *, late: bool) -> pd.DataFrame:
    """Return the stories behind a number of a card, exactly as many as it says (26)."""
    phrase = phrase_of(key)
    search = look_up(ask, phrase) if phrase else None
    found = {"keys": () if phrase else (key,), **NOTHING, **((search.parameters() if search else None) or {})}
    periods = window.recent if late else window.before
    asked = scope.parameters() | {
        "sources": window.sources,
        "of_sources": window.sources,
        "grain": window.grain,
        "periods": periods,
    }
    return ask("where_from_stories", **asked, **found)
