"""What the page Balance says: targets as facts and verdicts (STATISTICS 25), the whole mix over time (24), and their tables. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from dashboard import words
from dashboard.diversity import Array, Even, even_range
from dashboard.targets import Target
from dashboard.view import FEW, Line

Row = Mapping[str, Any]
SECTIONS = ("targets", "mix")
MANY = 8  # windows
AUTO = "auto"
SIZES = {"issue": ("4", "8", AUTO, "26", "52"), "week": ("4", AUTO, "26", "52")}
USUAL = {"issue": 12, "week": 13}
WINDOWS = (AUTO, "4", "8", "26", "52")
VERDICTS = {"below": "Below", "above": "Above", "within": "Within", "cannot tell": "Cannot tell yet"}
ORDER = ("below", "above", "cannot tell", "within")


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose output is held against targets; `rhythm` is 'issue' or 'week', by which its windows are counted, `sampled` says of what its
    stories are a sample, '' where they are all."""

    id: str
    name: str
    ours: bool
    rhythm: str
    sampled: str = ""
    last_day: date = date.min


@dataclass(frozen=True, slots=True)
class Judged:
    """A target with its windows, the newest first; rows of queries/balance_targets.sql."""

    target: Target
    name: str
    windows: tuple[Row, ...]

    @property
    def now(self) -> Row:
        """The newest window."""
        return self.windows[0]


def publishers_of(rows: Sequence[Row]) -> list[Publisher]:
    """Return them from rows of queries/balance_sources.sql; those that are ours come first."""
    return [
        Publisher(row["id"], words.straight(row["name"]), bool(row["ours"]), "issue" if row["rhythm"] == "issue" else "week",
                  words.straight(row["sampled"]) if isinstance(row["sampled"], str) else "", _day(row["last_day"]))
        for row in rows
    ]  # fmt: skip


def size_of(publisher: Publisher, window: str) -> int:
    """Return how many issues or weeks a window has; AUTO and what the rhythm does not offer: 12 issues or 13 weeks."""
    return int(window) if window in SIZES[publisher.rhythm] and window != AUTO else USUAL[publisher.rhythm]


def window_name(publisher: Publisher, size: int, *, last: bool = True) -> str:
    """Return 'last 12 issues'."""
    unit = publisher.rhythm if size == 1 else f"{publisher.rhythm}s"
    return f"{'last ' if last else ''}{size} {unit}"


def judged(rows: Sequence[Row], targets: Sequence[Target], lines: Mapping[str, Line]) -> list[Judged]:
    """Return the targets with their windows, those that miss their band first, the clearest of them on top (10)."""
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row["name"], []).append(row)
    found = [
        Judged(target, lines[target.key].name if target.key in lines else target.key, tuple(by_name[target.name]))
        for target in targets
        if by_name.get(target.name)
    ]
    return sorted(found, key=lambda one: (ORDER.index(one.now["verdict"]), -_beyond(one.now), one.name))


def _beyond(row: Row) -> float:
    """How far the near end of the likely range lies beyond the band; negative where it reaches into it."""
    if row["side"] == "below":
        return float(row["at_least"]) / 100 - float(row["high"])
    return float(row["low"]) - float(row["at_most"]) / 100 if row["side"] == "above" else 0.0


def asks_words(row: Row) -> str:
    """Return how many stories the band asks for: '6 to 10', 'at least 2', 'at most 21'."""
    least, most = (words.count(int(row[name])) if _there(row, name) else None for name in ("least", "most"))
    if least is not None and most is not None:
        return least if least == most else f"{least} to {most}"
    return f"at least {least}" if least is not None else f"at most {most}"


def _there(row: Row, name: str) -> bool:
    return not pd.isna(row[name])


def missing_words(row: Row) -> str:
    """Return '2 short', '3 too many' or '' (25)."""
    if row["side"] == "below":
        return f"{words.count(int(row['least'] - row['k']))} short"
    return f"{words.count(int(row['k'] - row['most']))} too many" if row["side"] == "above" else ""


def fact(row: Row, publisher: Publisher) -> str:
    """Return the fact, which comes first (25): 'You ran 4 of 52; the band asks 6 to 10; 2 short'."""
    who = "You" if publisher.ours else publisher.name
    said = f"{who} ran {words.count(int(row['k']))} of {words.count(int(row['n']))}"
    return "; ".join(part for part in (said, f"the band asks {asks_words(row)}", missing_words(row)) if part)


def verdict(row: Row) -> str:
    """Return the verdict: 'Below', 'Within, could be chance' or 'Cannot tell yet'."""
    said = VERDICTS[row["verdict"]]
    return f"{said}, could be chance" if row["chance"] and row["verdict"] != "cannot tell" else said


def why_not(row: Row) -> str:
    """Return why it can't be told, '' where it can."""
    if row["because"] == "few":
        return f"fewer than {FEW} stories"
    return f"tags of this are not always right: it may be {truly_words(row)}" if row["because"] == "tags" else ""


def truly_words(row: Row) -> str:
    """Return how many stories it may truly be by what was measured of its tags, '' where that was not, or too little."""
    if pd.isna(row["truly_low"]):
        return ""
    low, high = int(row["truly_low"]), int(row["truly_high"])
    return words.count(low) if low == high else f"{words.count(low)} to {words.count(high)}"


def since(one: Judged) -> str:
    """Return since when the verdict holds, '' where it holds for the newest window alone."""
    many = int(one.now["in_a_row"])
    if many < 2:
        return ""
    at_least = "at least " if many == len(one.windows) else ""
    return f"for {at_least}{many} windows in a row, since {words.day(one.windows[many - 1]['first_day'])}"


def whole_verdict(one: Judged) -> str:
    """Return verdict, its reason and since when, as one line."""
    return "; ".join(part for part in (verdict(one.now), why_not(one.now), since(one)) if part)


def window_words(row: Row, publisher: Publisher, size: int) -> str:
    """Return 'Last 12 issues, 8 May 2026 to 24 Jul 2026'; of weeks how many have stories, where not all do (12)."""
    said = f"Last {window_name(publisher, size, last=False)}, {words.day(row['first_day'])} to {words.day(row['last_day'])}"
    units = int(row["units"])
    return said + (f", {units} of them in this data" if units < size else "")


def headline(found: Sequence[Judged], publisher: Publisher, size: int) -> str:
    """Return the sentence on top: how many targets are met, and the one that is missed most clearly."""
    if not found:
        return f"No target is set for {publisher.name}."
    counts = {side: sum(one.now["verdict"] == side for one in found) for side in ORDER}
    whose = (
        f"your {window_name(publisher, size)}"
        if publisher.ours
        else f"{publisher.name}’s {window_name(publisher, size)}"
    )
    many = f"{len(found)} target{'' if len(found) == 1 else 's'}"
    parts = [f"{counts[side]} {VERDICTS[side].lower()}" for side in ("below", "above", "within") if counts[side]]
    parts += [f"{counts['cannot tell']} can’t be told yet"] if counts["cannot tell"] else []
    said = f"In {whose}, of {many}: {words.listed(parts)}."
    first = found[0]
    if first.now["verdict"] in ("below", "above"):
        said += f" {first.name}: {fact(first.now, publisher)}{' (could be chance)' if first.now['chance'] else ''}."
    return said


def targets_table(found: Sequence[Judged]) -> pd.DataFrame:
    """Return the table beside the bars."""
    rows = [one.now for one in found]
    return pd.DataFrame(
        {
            "What": [one.name for one in found],
            "Band": [band_of(row) for row in rows],
            "Stories": [int(row["k"]) for row in rows],
            "Of": [int(row["n"]) for row in rows],
            "Asked": [asks_words(row) for row in rows],
            "Share": [words.percent(row["share"]) if row["n"] else "" for row in rows],
            "Likely range": [words.percent_range(row["low"], row["high"]) if row["n"] else "" for row in rows],
            "Verdict": [whole_verdict(one) for one in found],
            "By how well tags are right": [truly_words(row) or "too few to measure" for row in rows],
            "Why": [one.target.why for one in found],
        }
    )


def band_of(row: Row) -> str:
    """Return the band of a row as '10–20 %', '≥ 3 %' or '≤ 45 %'."""
    least, most = (f"{float(row[name]):g}" if _there(row, name) else None for name in ("at_least", "at_most"))
    if least is not None and most is not None:
        return f"{least}–{most}{words.NBSP}%"
    return f"≥ {least}{words.NBSP}%" if least is not None else f"≤ {most}{words.NBSP}%"


def mix_ranges(parts: pd.DataFrame, of_topics: int) -> dict[int, Even]:
    """Return the likely range of each window's mix from rows of queries/balance_parts.sql."""
    found = {}
    for window, rows in parts.groupby("window_no"):
        found[int(str(window))] = even_range(_by_day(rows, "parts"), _by_day(rows, "squares"), of_topics)
    return found


def _by_day(rows: pd.DataFrame, column: str) -> Array:
    table = rows.pivot_table(index="day", columns="topic_no", values=column, aggfunc="sum", fill_value=0)
    held: Array = table.to_numpy(dtype=np.float64)
    return held


def mix_rows(rows: Sequence[Row], ranges: Mapping[int, Even]) -> list[dict[str, Any]]:
    """Return the windows of the mix, the newest first, each with its likely range; `low` and `high` are None without a topic."""
    return [
        dict(row) | {"low": found.low if (found := ranges.get(int(row["window_no"]))) else None, "high": found.high if found else None}
        for row in rows
    ]  # fmt: skip


def even_words(row: Row) -> str:
    """Return 'like 19 evenly covered topics'."""
    number = round(float(row["even"]))
    return f"like {number} evenly covered topic{'' if number == 1 else 's'}"


def mix_sentence(rows: Sequence[Row], publisher: Publisher, size: int) -> str:
    """Return what the newest window's mix is, and whether that is clearly another than in the oldest one shown (8)."""
    shown = [row for row in rows if row["k"]]
    if not shown:
        return "No story here has a topic."
    now, oldest = shown[0], shown[-1]
    likely = f"likely {now['low']:.0f} to {now['high']:.0f}, of {now['of_topics']} that there are"
    said = f"The mix of the {window_name(publisher, size)} is {even_words(now)}, {likely}"
    if now["n"] < FEW:
        return f"{said}; of {words.stories(int(now['n']))}, too few to say."
    if len(shown) < 2 or oldest["n"] < FEW:
        return f"{said}."
    apart = now["low"] > oldest["high"] or now["high"] < oldest["low"]
    other = f"{even_words(oldest)} in {words.day(oldest['first_day'])} to {words.day(oldest['last_day'])}"
    return (
        f"{said}; {other}. {'The likely ranges lie apart.' if apart else 'No clear change: the likely ranges overlap.'}"
    )


def mix_table(rows: Sequence[Row]) -> pd.DataFrame:
    """Return the table beside the line."""
    return pd.DataFrame(
        {
            "From": [words.day(row["first_day"]) for row in rows],
            "To": [words.day(row["last_day"]) for row in rows],
            "Like so many topics": [f"{row['even']:.1f}" if row["k"] else "" for row in rows],
            "Likely range": [f"{row['low']:.0f}–{row['high']:.0f}" if row["k"] else "" for row in rows],
            "Of the greatest evenness": [words.percent(row["evenness"]) if row["k"] else "" for row in rows],
            "Topics that come at all": [int(row["topics"]) for row in rows],
            "Stories with a topic": [int(row["k"]) for row in rows],
            "Of": [int(row["n"]) for row in rows],
            "Note": ["no stories" if not row["n"] else "too few to say" if row["n"] < FEW else "" for row in rows],
        }
    )


def opened_window(rows: Sequence[Row], last_day: date | None) -> Row | None:
    """Return the window that ends on a day, the newest where none is given; None where there is no such window (any more)."""
    return next((row for row in rows if last_day is None or _day(row["last_day"]) == last_day), None)


def _day(value: Any) -> date:
    return pd.Timestamp(value).date()
