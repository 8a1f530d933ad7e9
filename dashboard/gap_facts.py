"""What the page Gaps says: which periods ours and the field share (STATISTICS 22), what the field covers and ours do not, in sentences and
tables. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.topics import expected_words, points_range
from dashboard.view import FEW, Line

Row = Mapping[str, Any]
SECTIONS = ("cells", "topics", "events")
GRAIN = "month"
MONTHS = ("3", "6", "12", "24")
LEAST_TOLD = ("2", "3", "5")
WHOSE = {"ours": "Ours", "field": "The field’s"}
LONG_RUNNING, HALF = 0.8, 0.5  # of our whole periods
CLEAR = 0.05
ANY, NOWHERE = "*", "region:none"
MOST_SAID, MOST_TOPICS, MOST_EVENTS = 6, 10, 100


@dataclass(frozen=True, slots=True)
class Shared:
    """The sources compared, and the first days of the whole periods that all of them share, in order; `left_out` are sources of the field
    that miss too many. `why` says why nothing can be compared, '' where it can."""

    ours: tuple[str, ...] = ()
    field: tuple[str, ...] = ()
    periods: tuple[date, ...] = ()
    left_out: tuple[str, ...] = ()
    why: str = ""


def shared_periods(rows: Sequence[Row], ours: Sequence[str], field: Sequence[str], last: int) -> Shared:
    """Return what can be compared within the `last` newest periods that are whole for all of ours (22). `rows` say of each source and
    period whether it is whole (queries/topic_whole.sql).

    They begin where the first of the field does. Of the field those are compared that are whole in at least 80 % of these periods (17);
    those that miss most are left out until at least half of the periods are shared by all.
    """
    whole: dict[str, set[date]] = {}
    for row in rows:
        if row["whole"]:
            whole.setdefault(row["source_id"], set()).add(pd.Timestamp(row["period"]).date())
    own = set.intersection(*(whole.get(source, set()) for source in ours)) if ours else set()
    if not own:
        return Shared(tuple(ours), why=f"No {GRAIN} is whole for {'all of ours' if len(ours) > 1 else 'ours'}.")
    if not field:
        return Shared(tuple(ours), why="There is no other source to compare with.")
    begun = min((min(whole[source]) for source in field if source in whole), default=max(own))
    mine = set(sorted(day for day in own if day >= begun)[-last:])
    held = {source: len(mine & whole.get(source, set())) for source in field if source in whole}
    kept = sorted(
        (source for source in field if held.get(source, -1) >= LONG_RUNNING * len(mine)),
        key=lambda source: -held[source],
    )
    while len(kept) > 1 and len(mine.intersection(*(whole[source] for source in kept))) < HALF * len(mine):
        kept.pop()
    common = mine.intersection(*(whole[source] for source in kept)) if kept else set()
    left_out = tuple(source for source in field if source not in kept)
    if not common:
        return Shared(
            tuple(ours),
            left_out=left_out,
            why=f"No other source is whole in the {GRAIN}s of ours: each misses more than a fifth of them.",
        )
    return Shared(tuple(ours), tuple(source for source in field if source in kept), tuple(sorted(common)), left_out)


def periods_words(periods: Sequence[date]) -> str:
    """Return the periods as spans: 'May to Oct 2025 and Apr to Jun 2026'."""
    spans: list[list[date]] = []
    for day in periods:
        if spans and (day.year * 12 + day.month) - (spans[-1][-1].year * 12 + spans[-1][-1].month) == 1:
            spans[-1].append(day)
        else:
            spans.append([day])
    return words.listed([_span(span[0], span[-1]) for span in spans])


def _span(first: date, last: date) -> str:
    if first == last:
        return words.period(first, GRAIN)
    start = words.MONTHS[first.month - 1][:3] if first.year == last.year else words.period(first, GRAIN)
    return f"{start} to {words.period(last, GRAIN)}"


def compared_words(shared: Shared, names: Mapping[str, str], n_1: int, n_2: int) -> str:
    """Return what is compared, with both denominators."""
    ours = words.listed([names[source] for source in shared.ours])
    field = (
        words.listed([names[source] for source in shared.field])
        if len(shared.field) <= 3
        else f"{len(shared.field)} other sources"
    )
    return (
        f"{words.stories(n_1)} of {ours} against {words.stories(n_2)} of {field}, in the {len(shared.periods)} whole "
        f"{GRAIN}{'' if len(shared.periods) == 1 else 's'} that all share: {periods_words(shared.periods)}."
    )


def left_out_words(shared: Shared, names: Mapping[str, str]) -> str:
    """Return which sources are left out because they miss too many periods, '' where none is."""
    if not shared.left_out:
        return ""
    named = [names[source] for source in shared.left_out]
    said = words.listed(named) if len(named) <= 3 else f"{len(named)} sources"
    return f"Left out, because of too many {GRAIN}s that are not whole: {said}."


def is_clear(row: Row) -> bool:
    """Whether the field clearly covers it more: judged (23), the interval off 0 (8), and so after all that was looked at (22)."""
    return bool(row["state"] == "judged" and row["low"] > 0 and row["adjusted"] <= CLEAR)


def gaps_of(rows: Sequence[Row]) -> list[Row]:
    """Return what the field covers more, first what is clear, then what ours did not cover at all, the most covered first."""
    clear = [row for row in rows if is_clear(row)]
    perhaps = [row for row in rows if not is_clear(row) and row["state"] == "judged" and row["low"] > 0]
    never = [
        row
        for row in rows
        if not row["k_1"] and row["k_2"] > 1 and row not in clear and row not in perhaps and row["key_b"] != ANY
    ]
    return [*clear, *perhaps, *sorted(never, key=lambda row: (-row["k_2"], row["key_a"], row["key_b"]))]


def cell_name(row: Row, lines: Mapping[str, Line]) -> str:
    """Return 'Money and work, Africa', or the row's line alone."""
    first, where = lines[row["key_a"]].name, row["key_b"]
    if where == ANY:
        return first
    second = lines[where].name
    return f"{first}, {second[0].lower() + second[1:] if where == NOWHERE else second}"


def weeks_words(row: Row) -> str:
    """Return 'not for 9 weeks' of ours, '' where they had it in the last weeks they published."""
    if pd.isna(row["last_day"]):
        return "never in our data"
    weeks = int(row["weeks"])
    return f"not for {weeks} weeks" if weeks > 1 else ""


def others_words(row: Row) -> str:
    """Return 'covered by 6 other sources, not by us', or in how many it is more."""
    sources = int(row["sources"])
    many = f"{sources} other source{'' if sources == 1 else 's'}"
    if not row["k_1"]:
        return f"covered by {many}, not by us"
    return f"more in {int(row['more'])} of {int(row['of_sources'])} other source{'' if row['of_sources'] == 1 else 's'}"


def cell_fact(row: Row) -> str:
    """Return both counts with their shares and the likely range of the difference."""
    one, other = (_side(row, side) for side in ("1", "2"))
    return f"ours {one}, the field’s {other}; difference likely {points_range(row['low'], row['high'])}"


def _side(row: Row, side: str) -> str:
    k, n = int(row[f"k_{side}"]), int(row[f"n_{side}"])
    return f"{words.count(k)} of {words.count(n)} ({words.percent(k / n)})"


def judgement(row: Row, names: Mapping[str, str]) -> str:
    """Return what to think of a cell."""
    if row["state"] != "judged":
        return f"too few to say ({expected_words(row['expected'])} expected)" if row["state"] == "few" else "no story"
    alone = (
        f", hangs on {names.get(row['by_source'], row['by_source'])} alone" if isinstance(row["by_source"], str) else ""
    )
    if row["low"] > 0 or row["high"] < 0:
        side = "the field covers it more" if row["low"] > 0 else "ours cover it more"
        return f"{side}{'' if row['adjusted'] <= CLEAR else ', could be chance among so many'}{alone}"
    return "no clear difference"


def gap_sentence(row: Row, names: Mapping[str, str]) -> str:
    """Return a gap's sentence, behind its name."""
    parts = [weeks_words(row), others_words(row), cell_fact(row), judgement(row, names)]
    said = "; ".join(part for part in parts if part)
    return f"{said[0].upper()}{said[1:]}."


def headline(rows: Sequence[Row], lines: Mapping[str, Line], shared: Shared, names: Mapping[str, str]) -> str:
    """Return the sentence on top: how many cells the field clearly covers more, and the clearest."""
    ours = words.listed([names[source] for source in shared.ours])
    if shared.why:
        return f"Nothing to compare {ours} with." if ours else "Nothing to compare."
    if not rows or min(int(rows[0]["n_1"]), int(rows[0]["n_2"])) < FEW:
        return "Too few stories to say what ours do not cover."
    clear = [row for row in gaps_of(rows) if is_clear(row)]
    looked = int(rows[0]["looked_at"])
    if not clear:
        return f"Of {looked} combinations of topic and place that can be judged, none is clearly covered less by {ours} than by others."
    first = clear[0]
    are = "are" if len(clear) > 1 else "is"
    of = f"Of {looked} combinations of topic and place that can be judged,"
    many = f"{of} {len(clear)} {are} covered clearly less by {ours} than by others"
    return f"{many}, most of all {cell_name(first, lines)}: {_side(first, '1')} against {_side(first, '2')}."


def cells_table(rows: Sequence[Row], lines: Mapping[str, Line], names: Mapping[str, str]) -> pd.DataFrame:
    """Return the table beside the matrix."""
    return pd.DataFrame(
        {
            "What": [lines[row["key_a"]].name for row in rows],
            "Where": ["anywhere" if row["key_b"] == ANY else lines[row["key_b"]].name for row in rows],
            "Ours": [_side(row, "1") for row in rows],
            "The field": [_side(row, "2") for row in rows],
            "Likely difference": [points_range(row["low"], row["high"]) for row in rows],
            "Sources": [f"{int(row['sources'])} of {int(row['of_sources'])}" for row in rows],
            "Ours had it last": ["never" if pd.isna(row["last_day"]) else words.day(row["last_day"]) for row in rows],
            "Note": [judgement(row, names) for row in rows],
        }
    )


def topics_table(rows: Sequence[Row], lines: Mapping[str, Line]) -> pd.DataFrame:
    """Return the table of the biggest differences."""
    return pd.DataFrame(
        {
            "Topic": [lines[row["key"]].name for row in rows],
            "Ours": [_side(row, "1") for row in rows],
            "The field": [_side(row, "2") for row in rows],
            "Likely difference": [points_range(row["low"], row["high"]) for row in rows],
            "Part of all differences": [words.percent(row["part"]) for row in rows],
            "Note": ["" if row["low"] > 0 or row["high"] < 0 else "no clear difference" for row in rows],
        }
    )


def topics_sentence(rows: Sequence[Row], lines: Mapping[str, Line]) -> str:
    """Return the biggest differences in plain words: what the field covers clearly more, and what ours do."""
    more = [lines[row["key"]].name for row in rows if row["low"] > 0]
    less = [lines[row["key"]].name for row in rows if row["high"] < 0]
    parts = [f"the field covers clearly more {words.listed(more)}"] if more else []
    parts += [f"ours cover clearly more {words.listed(less)}"] if less else []
    said = "; ".join(parts) or "no topic is covered clearly more by one side"
    return f"{said[0].upper()}{said[1:]}."


def events_table(rows: Sequence[Row]) -> pd.DataFrame:
    """Return the table of events that ours did not tell."""
    return pd.DataFrame(
        {
            "First told": [words.day(row["first_day"]) for row in rows],
            "Event": [row["title"] for row in rows],
            "Told by": [words.listed(list(row["names"])) for row in rows],
            "Stories": [int(row["k"]) for row in rows],
        }
    )


def no_events(shared: Shared, least: int, names: Mapping[str, str]) -> str:
    """Return why there is no event, and what to loosen."""
    if len(shared.field) < least:
        field = words.listed([names[source] for source in shared.field])
        are = "is" if len(shared.field) == 1 else "are"
        return (
            f"This needs {least} other sources with whole {GRAIN}s; here there {are} only {len(shared.field)}: {field}."
        )
    return f"No event was told by {least} other sources and not by ours. Choose fewer sources or more {GRAIN}s."
