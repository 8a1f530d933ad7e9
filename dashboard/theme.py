"""The one owner of color: a topic owns a hue and a dash-and-marker style for ever.

Hues have a contrast of at least 3:1 against the light and the dark background (WCAG 1.4.11), so that a chart needs no second
palette when a reader changes the theme; text is never drawn in them. Dash and marker are the second channel.
"""

from __future__ import annotations

from dataclasses import dataclass

LIGHT_BACKGROUND, DARK_BACKGROUND = "#FCFBF8", "#14171C"
HUES = ("#2F6FDE", "#D9480F", "#0E8A7D", "#C8388F", "#8B5CF6", "#6F8412", "#9A6B1F", "#6B7A90")
# Short dots are left to partial periods, so no style uses them.
DASHES = ("solid", "longdash", "longdashdot", "dashdot")
MARKERS = ("circle", "square", "diamond", "triangle-up")
NEUTRAL = "rgba(128,132,140,0.55)"
FAINT = "rgba(128,132,140,0.14)"
# A label over the chart brings its own surface, so it reads alike in both themes.
HOVER_TEXT, HOVER_BACK = "#1D2129", "#F7F5EF"


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How one line is drawn: `hue` as #rrggbb, a Plotly dash name and a Plotly marker name."""

    hue: str
    dash: str
    marker: str


def style_of(style_no: int) -> LineStyle:
    """Return the style with this number; 32 numbers give 32 different pairs of hue and style."""
    step = style_no // len(HUES) % len(DASHES)
    return LineStyle(HUES[style_no % len(HUES)], DASHES[step], MARKERS[step])


def styles_for(style_numbers: list[int | None]) -> list[LineStyle]:
    """Give each line its style: topics their own, other lines the first hues that no topic on the chart uses."""
    taken = {n % len(HUES) for n in style_numbers if n is not None}
    free = [n for n in range(len(HUES)) if n not in taken] or list(range(len(HUES)))
    unowned = iter(range(len(style_numbers)))
    return [style_of(n) if n is not None else _borrowed(next(unowned), free) for n in style_numbers]


def _borrowed(number: int, free: list[int]) -> LineStyle:
    """The style of the number-th line that owns none: a free hue, and a dash and marker of its own as second channel."""
    step = number % len(DASHES)
    return LineStyle(HUES[free[number % len(free)]], DASHES[step], MARKERS[step])


def translucent(hue: str, alpha: float) -> str:
    """Return `#rrggbb` as a CSS rgba() with this opacity from 0 to 1."""
    red, green, blue = (int(hue[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"
