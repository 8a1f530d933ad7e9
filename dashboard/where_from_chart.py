"""A split in, a figure out: the first share, what moved it, the second share. Never imports streamlit.

Ranges of the two shares are drawn (STATISTICS 7); a hollow bar rests on fewer than 20 stories (9); the parts add up from the one share to
the other (18).
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import plotly.graph_objects as go

from dashboard import words
from dashboard.theme import HUES, NEUTRAL, translucent
from dashboard.topic_charts import LESS, MORE, RANGE, ranked
from dashboard.view import FEW
from dashboard.where_from import Gap, Split
from dashboard.where_from_words import part_label, reach, tenths

ROOM = 1.2  # of the longest bar, for the number at its end


def waterfall(split: Split, names: Mapping[str, str], *, title: str, grain: str, narrow: bool) -> go.Figure:
    """Draw the waterfall from top to bottom; each bar carries what it opens as customdata."""
    first, second = split.first, split.second
    base, bars = 100 * first["share"], [_whole(first, grain, "first")]
    for part in split.parts:
        bars.append(_step(part_label(part, names), part.share, base, part.stories, part.name))
        base += 100 * part.share
    bars.append(_whole(second, grain, "second"))
    return _drawn(bars, title=title, narrow=narrow, steps=base)


def two_bars(
    gap: Gap, labels: tuple[str, str], *, ranges: tuple[tuple[float, float], ...], title: str, narrow: bool
) -> go.Figure:
    """Draw two lines of one period as bars with their likely ranges."""
    shares = ((gap.share_1, gap.k_1, gap.n_1), (gap.share_2, gap.k_2, gap.n_2))
    bars = [
        _share_bar(label, share, k, n, low, high, opens)
        for label, (share, k, n), (low, high), opens in zip(labels, shares, ranges, ("first", "second"), strict=True)
    ]
    return _drawn(bars, title=title, narrow=narrow, steps=None)


def _whole(point: Mapping[str, Any], grain: str, opens: str) -> dict[str, Any]:
    label = words.period(point["period"], grain)
    return _share_bar(label, point["share"], point["k"], point["n"], point["low"], point["high"], opens)


def _share_bar(label: str, share: float, k: float, n: float, low: float, high: float, opens: str) -> dict[str, Any]:
    few = n < FEW
    said = [f"<b>{escape(label)}</b>", words.share(k, n, share, weighed=abs(share - k / n) > 1e-9),
            f"likely range {words.percent_range(low, high)}", *(["too few to say"] if few else [])]  # fmt: skip
    return {
        "label": label, "base": 0.0, "length": 100 * share, "low": 100 * low, "high": 100 * high, "opens": opens,
        "fill": translucent(HUES[7], 0 if few else 0.5), "edge": 1.5 if few else 0, "hue": HUES[7],
        "text": f"{words.percent(share)} · {words.count(int(k))} of {words.count(int(n))}", "hover": "<br>".join(said),
    }  # fmt: skip


def _step(label: str, share: float, base: float, stories: int, opens: str) -> dict[str, Any]:
    hue = MORE if share >= 0 else LESS
    said = [f"<b>{escape(label)}</b>", f"{tenths(share)} points", f"computed from {words.stories(stories)} on the line"]
    return {
        "label": label, "base": base, "length": 100 * share, "low": None, "high": None, "opens": opens, "edge": 0,
        "fill": translucent(hue, 0.72), "hue": hue, "text": f"{tenths(share)} points", "hover": "<br>".join(said),
    }  # fmt: skip


def _drawn(bars: list[dict[str, Any]], *, title: str, narrow: bool, steps: float | None) -> go.Figure:
    places = list(range(len(bars)))
    ends = [max(bar["base"], bar["base"] + bar["length"], bar["high"] or 0.0) for bar in bars]
    figure = go.Figure(
        [
            go.Bar(
                x=[bar["length"] for bar in bars], base=[bar["base"] for bar in bars], y=places, orientation="h", width=0.62,
                showlegend=False, customdata=[[bar["opens"]] for bar in bars],
                marker={"color": [bar["fill"] for bar in bars],
                        "line": {"color": [bar["hue"] for bar in bars], "width": [bar["edge"] for bar in bars]}},
                error_x={"type": "data", "symmetric": False, "thickness": 1.4, "width": 3, "color": RANGE,
                         "array": [None if bar["high"] is None else bar["high"] - bar["length"] for bar in bars],
                         "arrayminus": [None if bar["low"] is None else bar["length"] - bar["low"] for bar in bars]},
                selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
                hovertext=[f"{bar['hover']}<br><i>click to read the stories</i>" for bar in bars],
                hovertemplate="%{hovertext}<extra></extra>",
            ),
            go.Scatter(
                x=ends, y=places, mode="text", hoverinfo="skip",
                textposition="middle right", text=[f"  {bar['text']}" for bar in bars], showlegend=False, cliponaxis=False,
            ),
        ]
    )  # fmt: skip
    if steps is not None:
        _join(figure, bars)
    low = min(0.0, *(bar["base"] + bar["length"] for bar in bars))
    figure.update_xaxes(range=[low * ROOM, max(*ends, 1.0) * (1.5 if narrow else ROOM)], ticksuffix=f"{words.NBSP}%",
                        nticks=4 if narrow else 7, tickangle=0, zeroline=True, zerolinecolor=NEUTRAL)  # fmt: skip
    ranked(figure, len(bars), title, narrow=narrow)
    figure.update_yaxes(
        tickvals=places, ticktext=[escape(bar["label"]) for bar in bars], range=[len(bars) - 0.4, -0.6], autorange=False
    )
    return figure


def _join(figure: go.Figure, bars: list[dict[str, Any]]) -> None:
    """Lead the eye from the end of each bar to the next."""
    for place, bar in enumerate(bars[:-1]):
        end = bar["base"] + bar["length"]
        figure.add_shape(
            type="line", x0=end, x1=end, y0=place - 0.31, y1=place + 1.31, line={"color": NEUTRAL, "width": 1}
        )


def gap_alt(gap: Gap, sentence: str) -> str:
    """Return the two bars' takeaway for a screen reader."""
    return f"Two bars, {reach(gap.low, gap.high)} apart. {sentence}"
