"""The small drawings of a report: bars with their likely range, lines over periods, drawn as SVG without a browser. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dashboard import words
from dashboard.points import FEW
from dashboard.theme import HUES, LIGHT_BACKGROUND

Row = Mapping[str, Any]
INK, QUIET = "#1D2129", "#5B6472"
NAMES, BARS, SAID, STEP = 205, 400, 250, 24  # pixels: the columns of the bars, and the height of one
WIDE, HIGH = 132, 26  # pixels of a small line


def share_bars(rows: Sequence[tuple[str, Row, str]], *, alt: str) -> str:
    """Return a bar for each (name, row with k, n, share, low, high; address or ''), with its likely range as a line over it.

    A bar of fewer than 20 stories is hollow (STATISTICS 9).
    """
    top = max((row["high"] for _, row, _ in rows if row["high"] is not None), default=1.0) or 1.0
    width, height = NAMES + BARS + SAID, STEP * len(rows) + 8
    drawn = "".join(_bar(at, *row, top) for at, row in enumerate(rows))
    return _svg(width, height, alt, drawn, "bars")


def _bar(at: int, name: str, row: Row, address: str, top: float) -> str:
    y = STEP * at + 6
    share, low, high = (
        NAMES + BARS * float(value) / top for value in (row["share"] or 0, row["low"] or 0, row["high"] or 0)
    )
    few = row["n"] < FEW
    fill = f'fill="{LIGHT_BACKGROUND}" stroke="{HUES[0]}" stroke-dasharray="3 2"' if few else f'fill="{HUES[0]}"'
    told = f"{words.percent(row['share'])} ({words.count(row['k'])} of {words.count(row['n'])})"
    said = f"{told}, {'too few to say' if few else words.percent_range(row['low'], row['high'])}"
    parts = (
        f'<text x="{NAMES - 8}" y="{y + 11}" text-anchor="end" fill="{INK}">{escape(name[:34])}</text>'
        f'<rect x="{NAMES}" y="{y + 1}" width="{max(share - NAMES, 0.5):.1f}" height="13" {fill}/>'
        f'<path d="M{low:.1f} {y + 7.5}H{high:.1f}M{low:.1f} {y + 4}v7M{high:.1f} {y + 4}v7" stroke="{INK}" fill="none"/>'
        f'<text x="{NAMES + BARS + 10}" y="{y + 11}" fill="{INK}">{escape(said)}</text>'
    )
    return f'<a href="{escape(address)}" target="_blank">{parts}</a>' if address and row["k"] else parts


def small_line(rows: Sequence[Row], *, alt: str, top: float) -> str:
    """Return a line over periods, given in order with n None for a gap; the likely range is a band, a period of fewer than 20 stories
    a hollow mark. `top` is the share at the upper edge."""
    if len(rows) < 2:
        return ""
    step = (WIDE - 8) / (len(rows) - 1)
    at = [4 + step * number for number in range(len(rows))]
    drawn = "".join(_stretch(part, top) for part in _stretches(list(zip(at, rows, strict=True))))
    return _svg(WIDE, HIGH, alt, drawn, "small")


def _stretches(points: Sequence[tuple[float, Row]]) -> list[list[tuple[float, Row]]]:
    """Return what lies between gaps: a line is not drawn through one (STATISTICS 13)."""
    found: list[list[tuple[float, Row]]] = [[]]
    for x, row in points:
        if row["n"]:
            found[-1].append((x, row))
        elif found[-1]:
            found.append([])
    return [part for part in found if part]


def _stretch(points: Sequence[tuple[float, Row]], top: float) -> str:
    high = [f"{x:.1f},{_y(row['high'], top)}" for x, row in points]
    low = [f"{x:.1f},{_y(row['low'], top)}" for x, row in reversed(points)]
    line = " ".join(f"{x:.1f},{_y(row['share'], top)}" for x, row in points)
    marks = "".join(
        f'<circle cx="{x:.1f}" cy="{_y(row["share"], top)}" r="2" stroke="{HUES[0]}" '
        f'fill="{LIGHT_BACKGROUND if row["n"] < FEW else HUES[0]}"/>'
        for x, row in points
    )
    band = f'<polygon points="{" ".join([*high, *low])}" fill="{HUES[0]}" opacity="0.16"/>' if len(points) > 1 else ""
    return f'{band}<polyline points="{line}" fill="none" stroke="{HUES[0]}" stroke-width="1.4"/>{marks}'


def _y(share: float, top: float) -> str:
    return f"{HIGH - 3 - (HIGH - 6) * min(float(share) / top, 1):.1f}"


def _svg(width: int, height: int, alt: str, drawn: str, kind: str) -> str:
    return (
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(alt)}">{drawn}</svg>'
    )
