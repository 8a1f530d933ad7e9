"""A report as one HTML file that asks for nothing: style, drawings and numbers are all in it. Strangers' text is escaped. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from dashboard import words
from dashboard.methods_table import table
from dashboard.report_audits import COLUMN, corrected_words, notes
from dashboard.report_facts import Facts
from dashboard.report_links import Links
from dashboard.report_parts import CHANGE, bursts, gaps, health, opens
from dashboard.report_svg import share_bars, small_line
from dashboard.report_targets import targets_part
from dashboard.report_words import (
    change_figure,
    change_words,
    counted,
    headline,
    methods,
    moved,
    partial_words,
    title,
)
from dashboard.topics import UNTAGGED

Row = Mapping[str, Any]
STYLE = Path(__file__).parent / "report.css"
MOST_MOVES = 10
SHARE = ("Desk and topic", "Stories", "Share", "Likely range")
# Nothing may be asked for and nothing runs, whatever a title says.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@cache
def _style() -> str:
    return STYLE.read_text(encoding="utf-8")


def page(facts: Facts, links: Links) -> str:
    """Return the whole report."""
    sections = [
        _head(facts, links), balance(facts, links), targets_part(facts.targets, facts.context, links), movers(facts, links),
        bursts(facts, links), gaps(facts, links), health(facts, links),
        _methods(facts),
    ]  # fmt: skip
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<base target="_blank"><title>{escape(title(facts))}</title><style>{_style()}</style></head>\n<body><main>\n'
        + "\n".join(sections)
        + "\n</main></body></html>\n"
    )


def _head(facts: Facts, links: Links) -> str:
    said = " ".join(headline(facts))
    partial = partial_words(facts)
    warned = f'<p class="quiet">This period is not whole: {escape("; ".join(partial))}.</p>' if partial else ""
    total = links.number(facts.scope.total, links.line(facts.scope, "*", None))
    return (
        f'<p class="quiet">AI News Trends · {escape(facts.period.written)} · {escape(facts.period.words)} · data of '
        f"{escape(words.moment(facts.held.clock))}</p><h1>{escape(said)}</h1>"
        f'<p class="quiet">{escape(counted(facts))} All stories: {total}.</p>{warned}'
    )


def balance(facts: Facts, links: Links) -> str:
    """Desks and topics: share with likely range, and against the period before."""
    names, rows = facts.held.catalog, facts.shares
    ordered = sorted(facts.held.desks, key=lambda desk: (-rows[desk]["k"], desk))
    bars = [(names[key].name, rows[key], opens(facts, links, key)) for key in (*ordered, UNTAGGED)]
    top = max((float(share) for share in facts.course["share"]), default=1.0) or 1.0
    keys = [key for desk in ordered for key in (desk, *_by_size(facts, facts.held.desks[desk]))]
    courses = _courses(facts)
    audited = any(errors.truly is not None for errors in facts.errors.values())
    cells = [_line(facts, links, key, top, courses.get(key, ()), audited=audited) for key in (*keys, UNTAGGED)]
    beside = (COLUMN,) if audited else ()
    columns = (*SHARE, *beside, "Before → now", CHANGE, "In words", "Over time")
    alt = f"Share of stories by desk, the largest first, with likely range. {headline(facts)[0]}"
    drawn = table("Desks and topics with share and change", columns, cells, numbers=columns[1:-2])
    noted = "".join(f'<p class="quiet">{escape(said)}</p>' for said in notes(facts.errors, names))
    return (
        f'<section><h2>Balance</h2><p class="lead">{escape(moved(facts))}</p>'
        f'<div class="scroll">{share_bars(bars, alt=alt)}</div>'
        f'<p class="quiet">{escape(_before_words(facts))} A dashed bar is too few to say.</p><div class="scroll">{drawn}</div>'
        f"{noted}</section>"
    )


def _by_size(facts: Facts, topics: Sequence[str]) -> list[str]:
    return sorted(topics, key=lambda key: (-facts.shares[key]["k"], key))


def _before_words(facts: Facts) -> str:
    if facts.pair is None:
        return ""
    whose = words.listed([facts.names[one] for one in facts.pair.sources][:3])
    many = whose if len(facts.pair.sources) <= 3 else f"{len(facts.pair.sources)} sources"
    return f"Before: {words.period(facts.pair.first, facts.pair.grain)}; compared are the stories of {many}, whole in both."


def _courses(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    """Return the points over time of each line."""
    found: dict[str, list[dict[str, Any]]] = {}
    for point in facts.course.to_dict("records"):
        found.setdefault(str(point["key"]), []).append({str(name): value for name, value in point.items()})
    return found


def _line(facts: Facts, links: Links, key: str, top: float, course: Sequence[Row], *, audited: bool) -> list[str]:
    row, move = facts.shares[key], facts.moves.get(key)
    kind = "desk" if key.startswith("desk:") else "topic"
    name = facts.held.catalog[key].name
    return [
        f'<span class="{kind}">{escape(name)}</span>',
        f"{links.number(row['k'], opens(facts, links, key))} of {words.count(row['n'])}",
        escape(words.percent(row["share"])), escape(words.percent_range(row["low"], row["high"])),
        *([escape(corrected_words(row, facts.errors.get(key)))] if audited else []),
        _two(facts, links, key, move), escape(change_figure(move)), escape(change_words(move, facts.names)),
        _over_time(facts, key, top, course),
    ]  # fmt: skip


def _over_time(facts: Facts, key: str, top: float, course: Sequence[Row]) -> str:
    """Return the small line of a desk or topic, '' for what has none."""
    if not course:
        return ""
    since = words.period(min(point["period"] for point in course), facts.period.grain)
    alt = f"{facts.held.catalog[key].name}: share in each {facts.period.grain} since {since}"
    return small_line(_with_gaps(course), alt=alt, top=top)


def _with_gaps(points: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the points in order, with one without a number where periods without stories lie between them (13)."""
    ordered: list[dict[str, Any]] = []
    for point in sorted(points, key=lambda point: point["period"]):
        if ordered and (point["period"] - ordered[-1]["period"]).days > _longest(points):
            ordered.append({**point, "n": None})
        ordered.append(dict(point))
    return ordered


def _longest(points: Sequence[Row]) -> int:
    """The days from one period to the next of the same grain, at most: the least distance there is, and some days of a month."""
    days = sorted(point["period"] for point in points)
    return int(1.15 * min(((b - a).days for a, b in pairwise(days)), default=0))


def _two(facts: Facts, links: Links, key: str, move: Row | None) -> str:
    """Return 'k of n → k of n' of the two periods compared, each led to its stories."""
    if move is None or facts.pair is None:
        return ""
    at = [(move["k_1"], move["n_1"], facts.pair.first), (move["k_2"], move["n_2"], facts.pair.second)]
    told = [
        f"{links.number(k, links.line(facts.context, key, day, sources=facts.pair.sources))} of {words.count(n)}"
        for k, n, day in at
    ]
    return " → ".join(told)


def movers(facts: Facts, links: Links) -> str:
    """What moved: the topics nearest to a clear change, or why nothing is compared."""
    if facts.pair is None:
        return f"<section><h2>What moved</h2><p>{escape(moved(facts))}</p></section>"
    rows = facts.topic_moves[:MOST_MOVES]
    cells = [
        [
            escape(facts.held.catalog[row["key"]].name), _two(facts, links, row["key"], row), escape(change_figure(row)),
            f"{row['same_way']} of {row['sources']}", escape(change_words(row, facts.names)),
        ]
        for row in rows
    ]  # fmt: skip
    columns = ("Topic", "Before → now", CHANGE, "Sources that moved the same way", "In words")
    less = f"The {len(rows)} of {len(facts.topic_moves)} topics that are nearest to a clear change, by the near end of the likely range."
    return (
        f'<section><h2>What moved</h2><p class="lead">{escape(moved(facts))}</p><p class="quiet">{escape(less)}</p>'
        f'<div class="scroll">{table("What moved", columns, cells, numbers=columns[1:4])}</div></section>'
    )


def _methods(facts: Facts) -> str:
    told = "".join(f"<dt>{escape(what)}</dt><dd>{escape(how)}</dd>" for what, how in methods(facts))
    return f"<section><h2>How these numbers are made</h2><dl>{told}</dl></section>"
