"""Rows in, a figure out: targets with their bands and last windows, and the whole mix over time. Never imports streamlit.

What the picture says (STATISTICS): the likely range is always drawn (7); hollow rests on fewer than 20 stories (9); the verdict stands in
words beside each bar (25), so that color adds nothing that is not said; axes start at zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.balance import MANY, Judged, Publisher, Row, band_of, even_words, fact, since, verdict, why_not
from dashboard.theme import FAINT, HUES, NEUTRAL, translucent
from dashboard.topic_charts import HEAD, RANGE, framed
from dashboard.view import FEW

ROW, NARROW_ROW, FOOT = 56, 104, 34  # pixels
MET, MISSED = HUES[0], HUES[1]
COLORS = {"within": MET, "below": MISSED, "above": MISSED, "cannot tell": RANGE}
TALL = 0.62  # of a row: a line of the last windows
CLICK = "<i>click to read the stories</i>"


def target_bars(found: Sequence[Judged], publisher: Publisher, *, title: str, opened: str, narrow: bool) -> go.Figure:
    """Draw a row for each target: band, share with likely range, the verdict in words, the last windows. Bars and points carry the line's
    key and the window's last day as customdata; `narrow` puts the words above the bars."""
    places = [at + (0.26 if narrow else 0.0) for at in range(len(found))]
    top = 1.06 * max(
        max(100 * _end(one.now, "high"), _end(one.now, "at_least"), _end(one.now, "at_most")) for one in found
    )
    figure = go.Figure(
        [_bands(found, places, top), _shares(found, places, publisher, opened), _last_windows(found, places, publisher)]
    )
    for one, place in zip(found, places, strict=True):
        _words(figure, one, place, publisher, narrow=narrow)
        _small_band(figure, one, place)
    ends = (0.68, 0.76) if narrow else (0.38, 0.82)
    figure.update_layout(
        xaxis={"domain": [0, ends[0]], "range": [0, top], "ticksuffix": f"{words.NBSP}%", "nticks": 4 if narrow else 6, "zeroline": False},
        xaxis2={"domain": [ends[1], 1], "range": [-0.4, MANY - 0.6], "showgrid": False, "zeroline": False, "anchor": "y",
                "tickvals": [0, MANY - 1], "ticktext": ["before", "last"]},
        yaxis={"range": [len(found) - 0.4, -0.6], "showgrid": False, "zeroline": False, "automargin": True, "tickvals": places,
               "ticktext": ["" if narrow else escape(_short(one.name)) for one in found]},
    )  # fmt: skip
    height = HEAD + (NARROW_ROW if narrow else ROW) * max(len(found), 1) + FOOT
    return framed(figure, title, height=height, narrow=narrow)


def _end(row: Row, name: str) -> float:
    return 0.0 if row[name] is None or pd.isna(row[name]) else float(row[name])


def _capped(one: Judged) -> bool:
    return not pd.isna(one.now["at_most"])


def _short(name: str) -> str:
    return name if len(name) <= 30 else f"{name[:29]}…"


def _data(row: Row, key: str) -> list[str]:
    return [key, pd.Timestamp(row["last_day"]).date().isoformat()]


def _bands(found: Sequence[Judged], places: Sequence[float], top: float) -> go.Bar:
    lows = [_end(one.now, "at_least") for one in found]
    highs = [_end(one.now, "at_most") if _capped(one) else top for one in found]
    return go.Bar(
        x=[high - low for low, high in zip(lows, highs, strict=True)], base=lows, y=list(places), orientation="h", width=0.44,
        marker={"color": FAINT, "line": {"color": NEUTRAL, "width": 1}}, hoverinfo="skip", showlegend=False,
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
    )  # fmt: skip


def _shares(found: Sequence[Judged], places: Sequence[float], publisher: Publisher, opened: str) -> go.Bar:
    rows = [one.now for one in found]
    shares = [100 * _end(row, "share") for row in rows]
    fills = [
        translucent(_hex(row), 0 if row["n"] < FEW else 0.9 if one.target.key == opened else 0.6)
        for one, row in zip(found, rows, strict=True)
    ]
    return go.Bar(
        x=shares, y=list(places), orientation="h", width=0.2, showlegend=False,
        customdata=[_data(row, one.target.key) for one, row in zip(found, rows, strict=True)],
        marker={"color": fills, "line": {"color": [_hex(row) for row in rows], "width": [1.5 if row["n"] < FEW else 0 for row in rows]}},
        error_x={
            "type": "data", "symmetric": False, "thickness": 1.6, "width": 4, "color": RANGE,
            "array": [100 * _end(row, "high") - share for row, share in zip(rows, shares, strict=True)],
            "arrayminus": [share - 100 * _end(row, "low") for row, share in zip(rows, shares, strict=True)],
        },
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
        hovertext=[hover(one, one.now, publisher) for one in found], hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def _hex(row: Row) -> str:
    return COLORS[row["verdict"]]


def hover(one: Judged, row: Row, publisher: Publisher) -> str:
    """Return what a window of a target says when pointed at."""
    lines = [
        f"<b>{escape(one.name)}</b>, {words.day(row['first_day'])} to {words.day(row['last_day'])}",
        f"{escape(fact(row, publisher))}",
        f"{_range_words(row)}; band {band_of(row)}",
        escape("; ".join(part for part in (verdict(row), why_not(row)) if part)),
        CLICK,
    ]
    return "<br>".join(lines)


def _range_words(row: Row) -> str:
    if not row["n"]:
        return "no stories"
    return f"{words.percent(row['share'])}, likely range {words.percent_range(row['low'], row['high'])}"


def _last_windows(found: Sequence[Judged], places: Sequence[float], publisher: Publisher) -> go.Scatter:
    """One line a target, the newest window on the right; each is drawn to its own scale, from zero."""
    across: list[int | None] = []
    up: list[float | None] = []
    data: list[list[str] | None] = []
    said: list[str] = []
    symbols: list[str] = []
    for one, place in zip(found, places, strict=True):
        for row in reversed(one.windows):
            there = bool(row["n"])
            across.append(MANY - int(row["window_no"]))
            up.append(_height(one, place, _end(row, "share")) if there else None)
            data.append(_data(row, one.target.key) if there else None)
            said.append(hover(one, row, publisher) if there else "")
            symbols.append("circle-open" if row["n"] < FEW else "circle")
        across, up, data, said, symbols = [*across, None], [*up, None], [*data, None], [*said, ""], [*symbols, "circle"]
    return go.Scatter(
        x=across, y=up, xaxis="x2", mode="lines+markers", customdata=data, showlegend=False, connectgaps=False,
        line={"color": RANGE, "width": 1.4}, marker={"size": 6, "color": RANGE, "symbol": symbols},
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
        hovertext=said, hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def _top(one: Judged) -> float:
    """The top of a small line's scale, as a share: its highest window, or the band's ends."""
    ends = [_end(one.now, "at_least") / 100, _end(one.now, "at_most") / 100]
    return max(*ends, *(_end(row, "share") for row in one.windows), 0.01)


def _height(one: Judged, place: float, share: float) -> float:
    return place + TALL / 2 - TALL * min(1.0, share / _top(one))


def _small_band(figure: go.Figure, one: Judged, place: float) -> None:
    most = _end(one.now, "at_most") / 100 if _capped(one) else _top(one)
    figure.add_shape(
        type="rect", xref="x2", yref="y", x0=-0.3, x1=MANY - 0.7, y0=_height(one, place, _end(one.now, "at_least") / 100),
        y1=_height(one, place, most), fillcolor=FAINT, line={"width": 0}, layer="below",
    )  # fmt: skip


def _words(figure: go.Figure, one: Judged, place: float, publisher: Publisher, *, narrow: bool) -> None:
    said, plain = f"<b>{escape(verdict(one.now))}</b>", escape(fact(one.now, publisher))
    how_long = since(one)
    if narrow:
        text, x, y = f"<b>{escape(_short(one.name))}</b> · {escape(verdict(one.now))}<br>{plain}", 0.0, place - 0.3
    else:
        text, x, y = f"{said}{f' {escape(how_long)}' if how_long else ''}<br>{plain}", 0.4, place
    figure.add_annotation(
        text=text, x=x, xref="paper", y=y, yref="y", xanchor="left", yanchor="bottom" if narrow else "middle",
        align="left", showarrow=False, font={"size": 12},
    )  # fmt: skip


def targets_alt(found: Sequence[Judged], publisher: Publisher) -> str:
    """Return the takeaway for a screen reader: each target's fact and verdict, the clearest miss first."""
    return " ".join(f"{one.name}: {fact(one.now, publisher)}. {verdict(one.now)}." for one in found[:4])


def mix_line(rows: Sequence[Row], *, title: str, narrow: bool) -> go.Figure:
    """Draw the mix of each window, with its likely range; points carry '*' and the window's last day as customdata."""
    shown = sorted((row for row in rows), key=lambda row: row["last_day"])
    there = [bool(row["k"]) for row in shown]
    values = [float(row["even"]) if held else None for row, held in zip(shown, there, strict=True)]
    line = go.Scatter(
        x=[pd.Timestamp(row["last_day"]).date() for row in shown], y=values, mode="lines+markers", connectgaps=False, showlegend=False,
        customdata=[_data(row, "*") if held else None for row, held in zip(shown, there, strict=True)],
        line={"color": HUES[0], "width": 2},
        marker={"size": 9, "color": HUES[0], "symbol": ["circle-open" if row["n"] < FEW else "circle" for row in shown]},
        error_y={"type": "data", "symmetric": False, "thickness": 1.6, "width": 4, "color": RANGE,
                 "array": [row["high"] - row["even"] if held else 0 for row, held in zip(shown, there, strict=True)],
                 "arrayminus": [row["even"] - row["low"] if held else 0 for row, held in zip(shown, there, strict=True)]},
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
        hovertext=[mix_hover(row) if held else "" for row, held in zip(shown, there, strict=True)],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    figure = go.Figure([line])
    figure.update_yaxes(
        rangemode="tozero", title={"text": "evenly covered topics", "font": {"size": 12}}, zeroline=False
    )
    figure.update_xaxes(showgrid=False, title={"text": "last day of the window", "font": {"size": 12}})
    return framed(figure, title, height=330, narrow=narrow)


def mix_hover(row: Row) -> str:
    """Return what a window of the mix says when pointed at."""
    return "<br>".join(
        [
            f"<b>{even_words(row)}</b>, likely {row['low']:.0f} to {row['high']:.0f}",
            f"{words.day(row['first_day'])} to {words.day(row['last_day'])}",
            f"{words.count(int(row['k']))} of {words.stories(int(row['n']))} have a topic; {int(row['topics'])} topics come at all",
            *(["too few to say"] if row["n"] < FEW else []),
            CLICK,
        ]
    )
