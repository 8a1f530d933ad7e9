"""The parts of a report that compare: what emerges and fades, our sources against the field, how the data fares. As HTML; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.bursts import MOST_CARDS, flags, held_in, kind_of, name_of, seen, told
from dashboard.methods_sources import by_need, state_words
from dashboard.methods_table import table
from dashboard.report_facts import Facts
from dashboard.report_links import Links
from dashboard.report_words import (
    bursts_sentence,
    change_figure,
    compared_words,
    due_words,
    gap_words,
    gaps_sentence,
    health_sentences,
    measured_words,
    since_words,
)
from dashboard.topics import UNTAGGED, points_range, signed

Row = Mapping[str, Any]
MOST_GAPS = 12
CHANGE, DIFFERENCE = "Change, likely range (points)", "The field less you, likely range (points)"


def opens(facts: Facts, links: Links, key: str) -> str:
    """Return the address that opens a line's stories of the period."""
    return links.line(facts.context, key, facts.period.start)


def bursts(facts: Facts, links: Links) -> str:
    """What emerges and fades, a card for each clear change."""
    found = [row for row in facts.bursts if isinstance(row["key"], str)]
    parts = []
    for name, rising in (("Emerging", True), ("Fading", False)):
        rows = told(found, rising=rising)
        if not rows:
            continue
        more = f'<p class="quiet">and {len(rows) - MOST_CARDS} more.</p>' if len(rows) > MOST_CARDS else ""
        cards = "".join(_card(facts, links, row) for row in rows[:MOST_CARDS])
        parts.append(f'<h3>{name}</h3><div class="cards">{cards}</div>{more}')
    return (
        f'<section><h2>Emerging and fading</h2><p class="lead">{escape(bursts_sentence(facts))}</p>'
        f'<p class="quiet">{escape(compared_words(facts))}</p>{"".join(parts)}</section>'
    )


def _card(facts: Facts, links: Links, row: Row) -> str:
    window = facts.window
    if window is None:
        return ""
    marks = "".join(f'<span class="chip">{escape(flag)}</span>' for flag in flags(row, facts.names))
    ways = " · ".join(
        f"{links.number(int(number), links.burst(facts.context, window, row['key'], late=late))} {when}"
        for number, late, when in ((row["k_2"], True, "lately"), (row["k_1"], False, "before"))
    )
    figure = f"{signed(100 * row['difference'])} points, likely range {points_range(row['low'], row['high'])}; {held_in(row)}."
    return (
        f'<div class="card"><div class="quiet">{kind_of(row["key"])}</div>'
        f"<h3>{escape(name_of(row['key'], facts.held.catalog)[:80])}</h3><p>{escape(seen(row, window))}</p>"
        f'<p class="quiet">{escape(figure)} Stories: {ways}</p>{marks}{_stories(facts, links, row["newest"])}</div>'
    )


def _stories(facts: Facts, links: Links, numbers: Iterable[int]) -> str:
    """Return the newest stories of a card; their titles are strangers'."""
    items = []
    for number in numbers:
        story = facts.newest[int(number)]
        shown, address = escape(str(story["title"])[:140]), links.story(str(story["story_id"]))
        led = f'<a href="{escape(address)}">{shown}</a>' if address else shown
        day = words.day(pd.Timestamp(story["day"]).date())
        items.append(f'<li><span class="quiet">{day} · {escape(str(story["source"]))}</span> {led}</li>')
    return f"<ul>{''.join(items)}</ul>"


def gaps(facts: Facts, links: Links) -> str:
    """What the field covers and our sources don't, and the biggest differences."""
    held, said = facts.gaps, f'<h2>Gaps</h2><p class="lead">{escape(gaps_sentence(facts))}</p>'
    if not held.rows or held.to_day is None:
        return f"<section>{said}</section>"
    missed = [row for row in held.rows if not row["k_1"] and row["k_2"]]
    missed.sort(key=lambda row: (-row["k_2"], row["key"]))
    clear = [row for row in held.rows if row["k_1"] and row["near_end"] > 0][:MOST_GAPS]
    ours = words.listed([facts.names[one] for one in held.ours][:3])
    others = f"{len(held.others)} other source{'' if len(held.others) == 1 else 's'}"
    many = f"{len(held.periods)} whole {facts.period.grain}{'' if len(held.periods) == 1 else 's'}"
    of = f"{ours} against {others}, in the {many} up to {words.day(held.to_day)} that all share."
    of += (
        ""
        if held.unbroken
        else f" These {facts.period.grain}s do not follow one another; the page Gaps opens stories of such spans."
    )
    parts = [
        f'<h3>{name}</h3><div class="scroll">{_gap_table(facts, links, rows)}</div>'
        for name, rows in (
            ("Covered by others, not by you", missed[:MOST_GAPS]),
            ("Differences, the clearest first", clear),
        )
        if rows
    ]
    return f'<section>{said}<p class="quiet">{escape(of)}</p>{"".join(parts)}</section>'


def _gap_table(facts: Facts, links: Links, rows: Sequence[Row]) -> str:
    columns = (
        "Desk or topic",
        "You (likely range)",
        "The field (likely range)",
        "In other sources",
        DIFFERENCE,
        "In words",
        "Your last",
    )
    return table("You and the field", columns, [_gap(facts, links, row) for row in rows], numbers=columns[1:5])


def _gap(facts: Facts, links: Links, row: Row) -> list[str]:
    return [
        escape(facts.held.catalog[row["key"]].name), _side(facts, links, row, 1), _side(facts, links, row, 2),
        words.count(int(row["sources"])), escape(change_figure(row)),
        escape(gap_words(row)), escape(since_words(row)),
    ]  # fmt: skip


def _side(facts: Facts, links: Links, row: Row, number: int) -> str:
    """Return 'k of n (range)' of our sources (1) or the field (2), led to its stories."""
    held = facts.gaps
    whose = held.ours if number == 1 else held.others
    address = (
        links.over(facts.context, (held.periods[0], held.to_day), row["key"], whose)
        if held.unbroken and held.to_day
        else ""
    )
    k, n, low, high = (row[f"{name}_{number}"] for name in ("k", "n", "low", "high"))
    return f"{links.number(int(k), address)} of {words.count(int(n))} ({escape(words.percent_range(low, high))})"


def health(facts: Facts, links: Links) -> str:
    """What to know of the data."""
    said = "".join(f"<li>{escape(text)}</li>" for text in health_sentences(facts))
    untagged = facts.shares[UNTAGGED]
    opened = links.number(untagged["k"], opens(facts, links, UNTAGGED))
    rows = [row for row in by_need(facts.health.sources, {}) if row["enabled"] and row["stories"]][:40]
    cells = [
        [escape(str(row["name"])), escape(state_words(row, None)), words.count(int(row["stories"])),
         words.day(row["last_story"].date()), escape(due_words(row))]
        for row in rows
    ]  # fmt: skip
    drawn = table(
        "Sources", ("Source", "State", "Stories in all", "Last story", "Due"), cells, numbers=("Stories in all",)
    )
    return (
        f"<section><h2>Data health</h2><ul>{said}</ul><p>Stories without a topic in this period: {opened}.</p>"
        f'<div class="scroll">{drawn}</div>{_measured(facts)}</section>'
    )


def _measured(facts: Facts) -> str:
    """How well the topics of the stories counted are found, those that could be measured (21)."""
    keys = [key for key in facts.held.topics if measured_words(facts, key)]
    if not keys:
        return '<p class="quiet">How well topics are found was not measured on enough stories of this kind.</p>'
    cells = [[escape(facts.held.catalog[key].name), *map(escape, measured_words(facts, key))] for key in keys]
    columns = ("Topic", "Right when given", "Found of all")
    rest = len(facts.held.topics) - len(keys)
    others = f'<p class="quiet">{rest} other topics: too few stories to measure.</p>' if rest else ""
    return f'<div class="scroll">{table("How well topics are found", columns, cells)}</div>{others}'
