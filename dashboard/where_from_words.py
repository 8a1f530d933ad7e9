"""What a split of a change says: its sentences, its tables, its file. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.where_asked import PARTS, Asked, Row
from dashboard.where_from import Gap, Part, Split

CLOSE = 0.0005  # of a share: what would be told as 0.0 points is not told


def tenths(share: float) -> str:
    """Return a change of a share in points with its sign, '+16.5' or '−3.0': one decimal always, so that parts add up to the eye."""
    text = f"{abs(100 * share):.1f}"
    return text if float(text) == 0 else ("+" if share > 0 else "−") + text


def reach(low: float, high: float) -> str:
    """Return the likely range of a change as '+13.0 to +20.1 points'."""
    return f"{tenths(low)} to {tenths(high)} points"


def part_words(part: Part, names: Mapping[str, str]) -> str:
    """Return a part as the sentence names it: 'within the sources', 'TLDR AI, which came'."""
    who = [names.get(source, source) for source in part.sources]
    said = words.listed(who) if len(who) < 3 else f"{len(who)} sources"
    return {
        "within": "within the sources" if len(who) > 1 else f"within {said}",
        "mix": "the mix of sources",
        "came": f"{said}, which came",
        "went": f"{said}, which went",
        "kind": "another kind of text or another tagger",
    }[part.name]


def part_label(part: Part, names: Mapping[str, str]) -> str:
    """Return a part as a chart and a table name it."""
    who = names.get(part.sources[0], part.sources[0]) if len(part.sources) == 1 else f"{len(part.sources)} sources"
    several = len(part.sources) > 1
    return {
        "within": "Within the sources" if several else f"Within {who}",
        "mix": "Mix of sources",
        "came": f"{who} came",
        "went": f"{who} went",
        "kind": "Kind of text or tagger",
    }[part.name]


def verdict(*, few: bool, clear: bool) -> str:
    """Return what a reader may make of a difference (8, 9)."""
    return "; too few stories to say" if few else "" if clear else "; no clear change"


def split_sentence(split: Split, name: str, names: Mapping[str, str], grain: str) -> str:
    """Return the plain sentence: the change with its likely range, and how much of it each part makes."""
    first, second = (words.period(p["period"], grain) for p in (split.first, split.second))
    moved, row = tenths(split.difference), split.rows[0]
    lead = f"{name}, {first} to {second}: {moved} points, likely range {reach(row['low'], row['high'])}"
    lead += verdict(few=split.few, clear=split.clear)
    made = sorted((p for p in split.parts if abs(p.share) >= CLOSE), key=lambda p: -abs(p.share))
    if not [p for p in made if p.name != "within"]:
        alone = next(p for p in split.parts if p.name == "within")
        return f"{lead}. All of it comes from {part_words(alone, names)}: {nothing_else(split)}."
    verbs = [" come" if abs(made[0].share) > 0.01 else " comes", *[""] * (len(made) - 1)]
    told = [f"{tenths(p.share)}{verb} from {part_words(p, names)}" for p, verb in zip(made, verbs, strict=True)]
    return f"{lead}. Of {moved} points, {words.listed(told)}."


def nothing_else(split: Split) -> str:
    """Return why the other parts are nothing."""
    if len(split.rows) == 1:
        return "it is the only source, and its kind of text and tagger are the same"
    if not all(row["n_1"] and row["n_2"] for row in split.rows):
        return "sources that came or went stand at the share of the others, and the mix moves nothing"
    return "the same sources stand in both periods, and their mix moves nothing"


def shares_words(split: Split, grain: str, *, weighed: bool) -> str:
    """Return the two shares with what they are of: '2019: 2 of 296 stories = 0.7 %; 2025: …'."""
    return "; ".join(
        f"{words.period(p['period'], grain)}: {words.share(p['k'], p['n'], p['share'], weighed=weighed)}"
        + (f" (part of the {grain})" if p["state"] == "partial" else "")
        for p in (split.first, split.second)
    )


def gap_sentence(gap: Gap, names: tuple[str, str], when: str) -> str:
    """Return how far two lines of a period lie apart, with the likely range and what was compared."""
    one, two = (f"{words.percent(s)} ({words.count(k)} of {words.count(n)})"
                for s, k, n in ((gap.share_1, gap.k_1, gap.n_1), (gap.share_2, gap.k_2, gap.n_2)))  # fmt: skip
    lead = f"{when}: {names[0]} {one}, {names[1]} {two}: {tenths(gap.share_2 - gap.share_1)} points, "
    lead += f"likely range {reach(gap.low, gap.high)}"
    lead += "; too few stories to say" if gap.few else "" if gap.clear else "; no clear difference"
    if gap.on_both is None:
        return f"{lead}. The two are shares of different stories; one that counts in both is taken as two."
    both = f"{words.stories(gap.on_both)} {'is' if gap.on_both == 1 else 'are'} on both lines"
    return f"{lead}. {both}, and the likely range allows for it."


def parts_table(split: Split, names: Mapping[str, str], grain: str) -> tuple[pd.DataFrame, list[tuple[str, ...]]]:
    """Return the table beside the waterfall, and what each of its rows opens."""
    rows = [(_period(split.first, grain), words.percent(split.first["share"]), int(split.first["k"]), ("first",))]
    rows += [(part_label(p, names), f"{tenths(p.share)} points", p.stories, (p.name,)) for p in split.parts]
    rows += [(_period(split.second, grain), words.percent(split.second["share"]), int(split.second["k"]), ("second",))]
    table = pd.DataFrame({"What": [r[0] for r in rows], "Share": [r[1] for r in rows], "Stories": [r[2] for r in rows]})
    return table, [r[3] for r in rows]


def _period(point: Row, grain: str) -> str:
    return words.period(point["period"], grain)


def moves(row: Row) -> float:
    """Return by how much of a share a source moves the line in all."""
    return float(sum(row[name] for name in PARTS))


def sources_table(split: Split, names: Mapping[str, str], grain: str) -> pd.DataFrame:
    """Return the sources, those that move the line most first."""
    first, second = (_period(p, grain) for p in (split.first, split.second))
    return pd.DataFrame(
        {
            "Source": [names.get(row["source_id"], row["source_id"]) for row in split.rows],
            "Moves it by": [f"{tenths(moves(row))} points" for row in split.rows],
            first: [_of(row["k_1"], row["n_1"]) for row in split.rows],
            second: [_of(row["k_2"], row["n_2"]) for row in split.rows],
            "Stories": [int(row["k_1"]) + int(row["k_2"]) for row in split.rows],
        }
    )


def _of(k: int, n: int) -> str:
    return f"{words.count(int(k))} of {words.count(int(n))}" if n else "none taken in"


def events_table(events: Sequence[Row]) -> pd.DataFrame:
    """Return the events told in copies that move the line most."""
    return pd.DataFrame(
        {
            "Event": [str(row["title"]) for row in events],
            "Told": [f"{row['told']} times by {row['sources']} source{'' if row['sources'] == 1 else 's'}" for row in events],
            "Moves it by": [f"{tenths(row['moves'])} points" for row in events],
            "Stories": [int(row["told"]) for row in events],
        }
    )  # fmt: skip


def split_file(
    split: Split, names: Mapping[str, str], *, line: str, grain: str, filters: str, snapshot: str
) -> pd.DataFrame:
    """Return what is downloaded: a row a source, with the parts that sum to the difference (18, 26)."""
    first, second = (_period(p, grain) for p in (split.first, split.second))
    table = pd.DataFrame([dict(row) for row in split.rows])
    return pd.DataFrame(
        {
            "line": line, "first_period": first, "second_period": second,
            "source": [names.get(s, s) for s in table["source_id"]],
            "numerator_1": table["k_1"], "denominator_1": table["n_1"], "numerator_2": table["k_2"], "denominator_2": table["n_2"],
            "within": table["within"], "mix_of_sources": table["mix"], "came": table["came"], "went": table["went"],
            "kind_of_text_or_tagger": table["kind"], "all": [moves(row) for row in split.rows],
            "share_1": table["share_1"], "share_2": table["share_2"], "difference": table["difference"],
            "low": table["low"], "high": table["high"], "filters": filters, "snapshot": snapshot,
        }
    )  # fmt: skip


def gap_file(gap: Gap, names: tuple[str, str], *, when: str, filters: str, snapshot: str) -> pd.DataFrame:
    """Return what is downloaded of two lines of one period."""
    return pd.DataFrame(
        [
            {
                "period": when, "line_1": names[0], "numerator_1": gap.k_1, "denominator_1": gap.n_1, "share_1": gap.share_1,
                "line_2": names[1], "numerator_2": gap.k_2, "denominator_2": gap.n_2, "share_2": gap.share_2,
                "on_both": gap.on_both, "difference": gap.share_2 - gap.share_1, "low": gap.low, "high": gap.high,
                "filters": filters, "snapshot": snapshot,
            }
        ]
    )  # fmt: skip


def opened_words(asked: Asked, split: Split | None, line: str, other: str, names: Mapping[str, str], grain: str) -> str:
    """Return the heading over the opened stories."""
    what = asked.opened[0]
    if what == "event":
        return "One event, all who tell it"
    second = words.period(asked.second, grain) if asked.second else ""
    if what == "both":
        return f"{line} and {other} · {second}"
    if asked.other:
        return f"{other if what == 'second' else line} · {second}"
    first = words.period(asked.first, grain) if asked.first else ""
    when = {"first": first, "second": second, "came": second, "went": first}.get(what, f"{first} and {second}")
    who = f" · {names.get(asked.opened[1], asked.opened[1])}" if what == "source" and len(asked.opened) > 1 else ""
    part = next((p for p in split.parts if p.name == what), None) if split else None
    return f"{line} · {when}{who}" + (f" · {part_label(part, names)}" if part else "")


def alt_words(sentence: str, rows: Sequence[Any]) -> str:
    """Return the waterfall's takeaway for a screen reader."""
    return f"A waterfall of {len(rows)} bars from the first share to the second. {sentence}"
