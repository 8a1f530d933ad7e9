"""Rows in, a figure out: ranked shares, moves and meetings of topics, each with its likely range. Never imports streamlit.

What the picture says (STATISTICS): ranges are always drawn (7, 8); a hollow bar rests on fewer than 20 stories (9); a cell with fewer
than 5 stories expected is hatched, one without stories is blank (23); axes of shares start at zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import log2
from textwrap import wrap

import plotly.graph_objects as go

from dashboard import words
from dashboard.theme import FAINT, HOVER_BACK, HOVER_TEXT, HUES, NEUTRAL, translucent
from dashboard.topics import Row, expected_words, mover_note, pair_words, points_range, signed
from dashboard.view import FEW, Line

BAR, HEAD, FOOT = 27, 46, 34  # pixels: a bar's row, title and axis
MOST_MOVERS = 10
RANGE = "#80848C"
HATCH = {"fgcolor": RANGE, "fgopacity": 0.4, "size": 7, "solidity": 0.2, "fillmode": "overlay"}
MORE, LESS = HUES[0], HUES[1]
STILL = {
    "textfont": {"color": RANGE}
}  # a chosen mark must not fade what is written beside the others; style.css gives the text its color
FULL = 2.0  # a color is strongest where stories meet four times as often as by chance, or a quarter
SPAN = 0.94  # of a cell
TITLE_FONT = {"size": 13, "weight": 400, "family": "Source Sans, sans-serif"}


def line_of(key: str, catalog: Mapping[str, Line]) -> Line:
    """Return the line of a counted key."""
    return catalog[key.replace("named:", "organization:")]


def share_bars(rows: Sequence[Row], catalog: Mapping[str, Line], *, title: str, opened: str, narrow: bool) -> go.Figure:
    """Draw ranked horizontal bars with their likely ranges; each bar carries its key as customdata."""
    names = [escape(line_of(row["key"], catalog).short) for row in rows]
    shares = [100 * row["share"] for row in rows]
    few = [row["n"] < FEW for row in rows]
    fills = [
        translucent(HUES[0], 0 if f else 0.85 if row["key"] == opened else 0.42)
        for f, row in zip(few, rows, strict=True)
    ]
    bars = go.Bar(
        x=shares, y=names, orientation="h", width=0.66, showlegend=False, customdata=[[row["key"]] for row in rows],
        marker={"color": fills, "line": {"color": HUES[0], "width": [1.5 if f else 0 for f in few]}},
        error_x={
            "type": "data", "symmetric": False, "thickness": 1.4, "width": 3, "color": RANGE,
            "array": [100 * row["high"] - s for row, s in zip(rows, shares, strict=True)],
            "arrayminus": [s - 100 * row["low"] for row, s in zip(rows, shares, strict=True)],
        },
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
        hovertext=[share_hover(row, catalog) for row in rows], hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    top = max((100 * row["high"] for row in rows), default=1.0)
    said = go.Scatter(
        x=[100 * row["high"] for row in rows], y=names, mode="text", textposition="middle right", hoverinfo="skip", showlegend=False,
        selected=STILL, unselected=STILL,
        text=[f"  {words.percent(row['share'])}" + ("" if narrow else f" · {words.count(int(row['k']))}") for row in rows],
    )  # fmt: skip
    figure = go.Figure([bars, said])
    figure.update_xaxes(
        range=[0, top * (1.24 if narrow else 1.14)],
        ticksuffix=f"{words.NBSP}%",
        nticks=4 if narrow else 6,
        tickangle=0,
        zeroline=False,
    )
    return ranked(figure, len(rows), title, narrow=narrow)


def share_hover(row: Row, catalog: Mapping[str, Line]) -> str:
    """Return what a bar says when pointed at."""
    lines = [
        f"<b>{escape(line_of(row['key'], catalog).name)}</b>",
        words.share(row["k"], row["n"], row["share"], weighed=False),
        f"likely range {words.percent_range(row['low'], row['high'])}",
        *(["too few to say"] if row["n"] < FEW else []),
    ]
    return "<br>".join([*lines, "<i>click to read the stories</i>"])


def move_points(
    rows: Sequence[Row], catalog: Mapping[str, Line], names: Mapping[str, str], *, title: str, narrow: bool
) -> go.Figure:
    """Draw the clearest moves: the difference in points with its likely range; a filled point is a clear change."""
    shown = list(rows[:MOST_MOVERS])
    labels = [escape(line_of(row["key"], catalog).short) for row in shown]
    points = [100 * row["difference"] for row in shown]
    hues = [MORE if row["difference"] > 0 else LESS for row in shown]
    symbols = [
        ("triangle-right" if row["difference"] > 0 else "triangle-left") + ("" if row["established"] else "-open")
        for row in shown
    ]
    marks = go.Scatter(
        x=points, y=labels, mode="markers", showlegend=False, customdata=[[row["key"]] for row in shown], cliponaxis=False,
        marker={"color": hues, "size": 13, "symbol": symbols, "line": {"width": 2, "color": hues}},
        error_x={
            "type": "data", "symmetric": False, "thickness": 1.6, "width": 4, "color": RANGE,
            "array": [100 * row["high"] - x for row, x in zip(shown, points, strict=True)],
            "arrayminus": [x - 100 * row["low"] for row, x in zip(shown, points, strict=True)],
        },
        selected={"marker": {"size": 16}}, unselected={"marker": {"opacity": 1}},
        hovertext=[move_hover(row, catalog, names) for row in shown], hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    high = max((100 * row["high"] for row in shown), default=1.0)
    said = go.Scatter(
        x=[high] * len(shown), y=labels, mode="text", textposition="middle right", hoverinfo="skip", showlegend=False, cliponaxis=False,
        selected=STILL, unselected=STILL,
        text=[f"    {words.percent(row['share_1'])} → {words.percent(row['share_2'])}" for row in shown],
    )  # fmt: skip
    figure = go.Figure([marks, said])
    figure.add_vline(x=0, line={"color": NEUTRAL, "width": 1.5})
    low = min((100 * row["low"] for row in shown), default=-1.0)
    room = (high - low) * (0.42 if narrow else 0.2)
    under = {"text": "points more or less", "font": {"size": 12}}
    figure.update_xaxes(range=[low * 1.03, high + room], nticks=6, zeroline=False, title=under)
    return ranked(figure, len(shown), title, narrow=narrow, foot=FOOT + 18)


def move_hover(row: Row, catalog: Mapping[str, Line], names: Mapping[str, str]) -> str:
    """Return what a move says when pointed at."""
    return "<br>".join(
        [
            f"<b>{escape(line_of(row['key'], catalog).name)}</b>",
            words.share(row["k_1"], row["n_1"], row["share_1"], weighed=False) + ", then",
            words.share(row["k_2"], row["n_2"], row["share_2"], weighed=False),
            f"{signed(100 * row['difference'])} points, likely range {points_range(row['low'], row['high'])}",
            escape(mover_note(row, names)),
            "<i>click to read the stories of the later period</i>",
        ]
    )


def meeting_matrix(
    rows: Sequence[Row], order: Sequence[str], catalog: Mapping[str, Line], *, title: str, narrow: bool
) -> go.Figure:
    """Draw the lower half of a matrix: how many stories two lines share, colored by more or less than chance would have."""
    at = {key: place for place, key in enumerate(order)}
    cells = []
    for row in rows:
        left, down = sorted((at[row["key_a"]], at[row["key_b"]]))
        cells.append((row, left, down - 1))  # the first line is no row, the last no column
    height = HEAD + 34 * len(order) + 84
    return _matrix(cells, order[1:], order[:-1], catalog, title=title, height=height, narrow=narrow)


def cell_matrix(
    rows: Sequence[Row],
    down: Sequence[str],
    across: Sequence[str],
    catalog: Mapping[str, Line],
    *,
    title: str,
    narrow: bool,
) -> go.Figure:
    """Draw a matrix of two kinds of lines: rows `down` (key_a), columns `across` (key_b); how many stories both share, colored by more or
    less than chance would have."""
    at_row, at_column = ({key: place for place, key in enumerate(keys)} for keys in (down, across))
    cells = [(row, at_column[row["key_b"]], at_row[row["key_a"]]) for row in rows]
    return _matrix(cells, down, across, catalog, title=title, height=HEAD + 32 * len(down) + 130, narrow=narrow)


def _matrix(
    cells: Sequence[tuple[Row, int, int]],
    down: Sequence[str],
    across: Sequence[str],
    catalog: Mapping[str, Line],
    *,
    title: str,
    height: int,
    narrow: bool,
) -> go.Figure:
    """`cells` are rows with their places across and down."""
    figure = go.Figure(_cells(cells, catalog, narrow=narrow))
    plain = {"showgrid": False, "zeroline": False}
    figure.update_xaxes(
        tickvals=list(range(len(across))),
        ticktext=[escape(catalog[key].short) for key in across],
        tickangle=-90 if narrow else -40,  # slanted, names of narrow columns would lie on each other
        range=[-0.6, len(across) - 0.4],
        **plain,
    )
    names = [escape(catalog[key].short) for key in down]
    span = {"range": [len(down) - 0.4, -0.6], "automargin": True}
    figure.update_yaxes(tickvals=list(range(len(down))), ticktext=names, **span, **plain)
    return framed(figure, title, height=height, narrow=narrow)


def _cells(cells: Sequence[tuple[Row, int, int]], catalog: Mapping[str, Line], *, narrow: bool) -> go.Bar:
    return go.Bar(
        x=[left for _, left, _ in cells], base=[down - SPAN / 2 for _, _, down in cells], y=[SPAN] * len(cells), width=SPAN,
        marker={
            "color": [cell_color(row) for row, *_ in cells],
            "line": {"color": FAINT, "width": 1},
            "pattern": HATCH | {"shape": ["/" if row["state"] == "few" else "" for row, *_ in cells]},
        },
        text=[f"{row['k']:,}" if row["state"] == "judged" or row["k"] else "" for row, *_ in cells], textposition="inside",
        insidetextanchor="middle", textangle=0, constraintext="none", textfont={"size": 10 if narrow else 12},
        customdata=[[row["key_a"], row["key_b"]] for row, *_ in cells], showlegend=False,
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
        hoverlabel={"font": {"color": HOVER_TEXT}, "bgcolor": HOVER_BACK},
        hovertext=[f"{escape(pair_words(row, catalog))}<br><i>click to read the stories</i>" for row, *_ in cells],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def cell_color(row: Row) -> str:
    """Return a cell's color: by how far a judged pair is from chance; none where that is not clear, or not judged."""
    if row["state"] != "judged" or not (row["low"] > 0 or row["high"] < 0):
        return "rgba(0,0,0,0)" if row["state"] == "blank" else FAINT
    far = min(1.0, abs(log2(max(row["ratio"], 1e-9))) / FULL)
    return translucent(MORE if row["low"] > 0 else LESS, 0.18 + 0.52 * far)


def ranked(figure: go.Figure, many: int, title: str, *, narrow: bool, foot: int = FOOT) -> go.Figure:
    """Lay out a ranked chart, the first row on top."""
    figure.update_yaxes(
        autorange="reversed", showgrid=False, ticklen=4, ticks="outside", tickcolor="rgba(0,0,0,0)", automargin=True
    )
    return framed(figure, title, height=HEAD + BAR * max(many, 2) + foot, narrow=narrow)


def framed(figure: go.Figure, title: str, *, height: int, narrow: bool) -> go.Figure:
    """Set title, margins and how it answers a click."""
    lines = wrap(title, 46 if narrow else 110)
    above = 14 + 20 * len(lines)
    figure.update_layout(
        height=height + above - HEAD + 12, margin={"l": 4, "r": 8, "t": above, "b": 4}, dragmode=False, hovermode="closest",
        title={"text": "<br>".join(escape(line) for line in lines), "font": TITLE_FONT, "x": 0, "xanchor": "left", "y": 1,
               "yref": "container", "yanchor": "top", "pad": {"t": 6 + 5 * (len(lines) - 1)}},
        clickmode="event+select", hoverlabel={"font": {"color": HOVER_TEXT}, "bgcolor": HOVER_BACK}, barmode="overlay", bargap=0,
    )  # fmt: skip
    return figure


def meeting_alt(rows: Sequence[Row], catalog: Mapping[str, Line]) -> str:
    """Return the matrix's takeaway for a screen reader: the pair that meets farthest above chance."""
    clear = [row for row in rows if row["state"] == "judged" and row["low"] > 0]
    if not clear:
        return "No two of these meet more often than by chance."
    most = max(clear, key=lambda row: row["ratio"])
    both = f"{catalog[most['key_a']].short} and {catalog[most['key_b']].short}"
    return f"{both} meet most often against chance: {words.stories(int(most['k']))}, by chance {expected_words(most['expected'])}."
