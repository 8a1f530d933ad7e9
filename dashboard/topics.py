"""What the page Topics says: which numbers are opened, its sentences, its tables. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.opened import Opened
from dashboard.scope import Scope, of_whom
from dashboard.view import FEW, Ask, Line

SECTIONS = ("shares", "movers", "bursts", "pairs", "names")
PARTS = {
    "movers": "What moved",
    "bursts": "Emerging and fading",
    "pairs": "What meets in the same story",
}  # one at a time
AGAINST = {"before": "the one before", "year": "a year before", "first": "the first"}
UNTAGGED = "topic:untagged"
Row = Mapping[str, Any]


def narrowed_scope(scope: Scope, keys: Sequence[str]) -> Scope:
    """Return the scope of those stories that are on all these lines too; its total is that of the whole."""
    return replace(scope, filters=replace(scope.filters, all_of=tuple(dict.fromkeys((*scope.filters.all_of, *keys)))))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two whole periods of a grain, and the sources for which both are whole, which alone are compared (22)."""

    grain: str
    first: date
    second: date
    sources: tuple[str, ...]


def find_pair(ask: Ask, scope: Scope, against: str, clock: datetime) -> tuple[Pair | None, str]:
    """Return the periods to compare, or None and why there are none.

    The last period is the newest that is whole for sources with at least half of its stories; compared are the sources for which
    both periods are whole, with at least 20 stories in each (9, 12, 22).
    """
    rows = ask("topic_whole", grain=scope.grain, clock=clock, **scope.parameters())
    counted: dict[date, dict[str, int]] = {}
    of_all: dict[date, int] = {}
    for row in rows.to_dict("records"):
        day = row["period"].date()
        of_all[day] = of_all.get(day, 0) + int(row["n"])
        if row["whole"]:
            counted.setdefault(day, {})[row["source_id"]] = int(row["n"])
    held = {day: sum(each.values()) for day, each in counted.items()}
    for last in sorted(counted, reverse=True):
        if held[last] < max(FEW, of_all[last] / 2):
            continue
        if found := _partners(counted, last):
            return _chosen(found, last, against, scope.grain)
    return None, f"There are fewer than two whole {scope.grain}s with at least {FEW} stories to compare."


def _partners(counted: Mapping[date, Mapping[str, int]], last: date) -> dict[date, tuple[str, ...]]:
    """Return the earlier periods that can be compared with the last, each with the sources that are whole in both."""
    found = {}
    for day in sorted(counted):
        both = tuple(sorted(counted[day].keys() & counted[last].keys()))
        if day < last and all(sum(counted[one][s] for s in both) >= FEW for one in (day, last)):
            found[day] = both
    return found


def _chosen(found: Mapping[date, tuple[str, ...]], last: date, against: str, grain: str) -> tuple[Pair | None, str]:
    earlier = {"before": max(found), "first": min(found), "year": year_before(last, grain)}[against]
    if earlier not in found:
        return (
            None,
            f"{words.period(earlier, grain)} is not whole, or holds fewer than {FEW} stories of the same sources.",
        )
    return Pair(grain, earlier, last, found[earlier]), ""


def year_before(day: date, grain: str) -> date:
    """Return the first day of the same period a year before; by weeks and days that is 52 weeks (14)."""
    if grain in ("week", "day"):
        return date.fromordinal(day.toordinal() - 364)
    return day.replace(year=day.year - 1)


def shares_headline(rows: Sequence[Row], catalog: Mapping[str, Line], scope: Scope) -> str:
    """Return the sentence on top: the three lines with most stories, in words and counts."""
    most = [row for row in rows if row["k"] and row["key"] != UNTAGGED][:3]
    if not most:
        return "No story to count."
    first, *others = most
    whose = words.of_sources([s.name for s in scope.sources])
    counts = f"{words.count(int(first['k']))} of {words.count(int(first['n']))}"
    lead = f"{catalog[first['key']].name}: {words.percent(first['share'])} of {whose} ({counts})"
    return "; ".join([lead, *(f"{catalog[row['key']].name}: {words.percent(row['share'])}" for row in others)]) + "."


def movers_sentence(rows: Sequence[Row], catalog: Mapping[str, Line], pair: Pair) -> str:
    """Return what moved, in words: at most two established movers, "of 32 topics looked at" (8, 22)."""
    first, second = (words.period(day, pair.grain) for day in (pair.first, pair.second))
    looked = int(rows[0]["looked_at"]) if rows else 0
    clear = [row for row in rows if row["established"]]
    if not clear:
        return f"No clear change from {first} to {second}, of {looked} topics looked at."
    said = [
        f"{catalog[row['key']].name} {'went' if row['difference'] > 0 else 'fell'} from {words.percent(row['share_1'])} "
        f"({row['k_1']} of {row['n_1']}) to {words.percent(row['share_2'])} ({row['k_2']} of {row['n_2']})"
        for row in clear[:2]
    ]
    many = (
        f"{len(clear)} of {looked} topics looked at moved clearly"
        if len(clear) > 1
        else f"of {looked} topics looked at"
    )
    return f"{'; '.join(said)}, from {first} to {second}; {many}."


def mover_note(row: Row, names: Mapping[str, str]) -> str:
    """Return how far a move can be trusted: whether it is clear, and what it hinges on (8, 9, 22)."""
    if row["n_1"] < FEW or row["n_2"] < FEW:
        return "too few to say"
    if row["near_end"] <= 0:
        return "no clear change"
    parts = [] if row["established"] else ["may be chance"]
    if row["sources"] > 1 and isinstance(row["by_source"], str):
        parts.append(f"hinges on {names.get(row['by_source'], row['by_source'])} alone")
    if isinstance(row["by_issue"], str):
        parts.append("hinges on a single issue")
    if isinstance(row["by_cluster"], str):
        parts.append("hinges on copies of one story")
    return "; ".join(parts) or "clear"


def points_range(low: float, high: float) -> str:
    """Return the likely range of a difference as '-5 to +33 points'."""
    return f"{signed(100 * low)} to {signed(100 * high)} points"


def signed(points: float) -> str:
    """Return points with their sign, one decimal below ten."""
    text = f"{abs(points):.1f}" if abs(points) < 9.95 else f"{abs(points):.0f}"
    return text if float(text) == 0 else ("+" if points > 0 else "−") + text


def pair_words(row: Row, catalog: Mapping[str, Line]) -> str:
    """Return how two lines meet: count, what chance would have, and whether that differs clearly (23)."""
    a, b = catalog[row["key_a"]].short, catalog[row["key_b"]].short
    both = f"{words.stories(int(row['k']))} on both {a} and {b}"
    if row["state"] == "blank":
        return f"No story on both {a} and {b}; by chance {row['expected']:.1f}"
    return f"{both}; by chance {expected_words(row['expected'])}: {pair_verdict(row)}"


def expected_words(expected: float) -> str:
    """Return how many stories chance would have."""
    return f"{expected:.1f}" if expected < 10 else f"{expected:,.0f}"


def pair_verdict(row: Row) -> str:
    """Return whether a pair meets more or less often than by chance."""
    if row["state"] != "judged":
        return "no story" if row["state"] == "blank" else "too few to say"
    if pd.isna(row["low"]) or row["low"] <= 0 <= row["high"]:
        return "no clear difference"
    return "more than by chance" if row["low"] > 0 else "less than by chance"


def from_chance(row: Row) -> tuple[Any, ...]:
    """Return where a pair stands in an order: judged ones first, those farthest above chance first."""
    return row["state"] != "judged", -row["k"] / max(row["expected"], 1e-9), row["key_a"], row["key_b"]


def shares_table(rows: Sequence[Row], catalog: Mapping[str, Line]) -> pd.DataFrame:
    """Return the table beside the bars."""
    return pd.DataFrame(
        {
            "Line": [catalog[row["key"].replace("named:", "organization:")].name for row in rows],
            "Stories": [int(row["k"]) for row in rows],
            "Of": [int(row["n"]) for row in rows],
            "Share": [words.percent(row["share"]) for row in rows],
            "Likely range": [words.percent_range(row["low"], row["high"]) for row in rows],
        }
    )


def movers_table(
    rows: Sequence[Row], catalog: Mapping[str, Line], pair: Pair, names: Mapping[str, str]
) -> pd.DataFrame:
    """Return the table of all lines looked at, clearest first."""
    first, second = (words.period(day, pair.grain) for day in (pair.first, pair.second))
    return pd.DataFrame(
        {
            "Topic": [catalog[row["key"]].name for row in rows],
            first: [f"{row['k_1']} of {row['n_1']} = {words.percent(row['share_1'])}" for row in rows],
            second: [f"{row['k_2']} of {row['n_2']} = {words.percent(row['share_2'])}" for row in rows],
            "Difference": [f"{signed(100 * row['difference'])} points" for row in rows],
            "Likely range": [points_range(row["low"], row["high"]) for row in rows],
            "Same way in": [
                f"{row['same_way']} of {row['sources']} source{'' if row['sources'] == 1 else 's'}" for row in rows
            ],
            "Note": [mover_note(row, names) for row in rows],
        }
    )


def pairs_table(rows: Sequence[Row], catalog: Mapping[str, Line]) -> pd.DataFrame:
    """Return the table beside the matrix: those farthest from chance first."""
    return pd.DataFrame(
        {
            "One": [catalog[row["key_a"]].short for row in rows],
            "Other": [catalog[row["key_b"]].short for row in rows],
            "Stories on both": [int(row["k"]) for row in rows],
            "By chance": [expected_words(row["expected"]) for row in rows],
            "Note": [pair_verdict(row) for row in rows],
        }
    )


def bias_words(row: Row) -> str:
    """Return by how much a topic's number of stories is off, as measured: tags given against stories that have the topic (21)."""
    given = row["true_positive"] + row["false_positive"]
    ratio = given / row["n"] - 1
    measured = f"{words.count(int(given))} tags given where {words.count(int(row['n']))} stories have the topic"
    if abs(ratio) < 0.005:
        return f"Its share is about right: {measured}."
    return f"Its share comes out {words.percent(abs(ratio))} too {'high' if ratio > 0 else 'low'}: {measured}."


def opened_title(opened: Opened, catalog: Mapping[str, Line], grain: str) -> str:
    """Return the heading over the opened stories."""
    names = [catalog[key.replace("named:", "organization:")].name for key in opened.keys]
    return " and ".join(names) + (f" · {words.period(opened.period, grain)}" if opened.period else "")


def whole_words(scope: Scope) -> str:
    """Return whose stories are counted, for a figure's title."""
    return f"{of_whom(scope.sources)}, {words.stories(scope.total)}"
