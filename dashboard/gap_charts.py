"""Rows in, a figure out: ours against the field at desk by area, and the biggest differences of topics. Never imports streamlit.

What the picture says (STATISTICS): a cell where fewer than 5 stories are expected is hatched, one without stories is blank (23); color
needs a likely range off 0 (8), and is strong only where the difference stays clear after all that was looked at (22).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from dashboard import words
from dashboard.gap_facts import ANY, CLEAR, Row, cell_fact, cell_name, is_clear, judgement, others_words, weeks_words
from dashboard.theme import FAINT, HOVER_BACK, HOVER_TEXT, HUES, NEUTRAL, translucent
from dashboard.topic_charts import FOOT, HATCH, HEAD, RANGE, SPAN, framed, ranked
from dashboard.topics import points_range
from dashboard.view import Line

OURS, FIELD = HUES[0], HUES[1]
CLICK = "<i>click to read both sides’ stories</i>"


def gap_matrix(
    rows: Sequence[Row],
    down: Sequence[str],
    across: Sequence[str],
    lines: Mapping[str, Line],
    names: Mapping[str, str],
    *,
    title: str,
    narrow: bool,
) -> go.Figure:
    """Draw the cells: percent of ours and of the field's, colored by who covers it more; each carries its two keys as customdata."""
    at_row, at_column = ({key: place for place, key in enumerate(keys)} for keys in (down, across))
    held = [row for row in rows if row["key_a"] in at_row and row["key_b"] in at_column]
    bars = go.Bar(
        x=[at_column[row["key_b"]] for row in held], base=[at_row[row["key_a"]] - SPAN / 2 for row in held],
        y=[SPAN] * len(held), width=SPAN,
        marker={"color": [cell_color(row) for row in held], "line": {"color": FAINT, "width": 1},
                "pattern": HATCH | {"shape": ["/" if row["state"] == "few" else "" for row in held]}},
        text=[cell_text(row, narrow=narrow) for row in held], textposition="inside", insidetextanchor="middle",
        textangle=0, constraintext="none",
        textfont={"size": 9 if narrow else 12}, customdata=[[row["key_a"], row["key_b"]] for row in held], showlegend=False,
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
        hoverlabel={"font": {"color": HOVER_TEXT}, "bgcolor": HOVER_BACK},
        hovertext=[cell_hover(row, lines, names) for row in held], hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    figure = go.Figure([bars])
    plain = {"showgrid": False, "zeroline": False}
    named = ["Anywhere" if key == ANY else escape(lines[key].short) for key in across]
    figure.update_xaxes(
        tickvals=list(range(len(across))), ticktext=named, tickangle=-40, range=[-0.6, len(across) - 0.4], **plain
    )
    figure.update_yaxes(tickvals=list(range(len(down))), ticktext=[escape(lines[key].short) for key in down],
                        range=[len(down) - 0.4, -0.6], automargin=True, **plain)  # fmt: skip
    return framed(figure, title, height=HEAD + 32 * len(down) + 120, narrow=narrow)


def cell_text(row: Row, *, narrow: bool) -> str:
    """Return what stands in a cell: '10 : 24', percent of ours and of the field's, or where there is no room the points between them;
    nothing where nobody has a story."""
    if row["state"] == "blank":
        return ""
    if narrow:
        points = round(100 * row["difference"])
        return f"{points:+d}".replace("-", "−") if points else "0"
    return f"{100 * row['k_1'] / row['n_1']:.0f} : {100 * row['k_2'] / row['n_2']:.0f}"


def cell_color(row: Row) -> str:
    """Return a cell's color: whose it is where the likely range of the difference is off 0, pale where that may be chance among so many."""
    if row["state"] != "judged" or not (row["low"] > 0 or row["high"] < 0):
        return "rgba(0,0,0,0)" if row["state"] == "blank" else FAINT
    return translucent(FIELD if row["low"] > 0 else OURS, 0.55 if row["adjusted"] <= CLEAR else 0.25)


def cell_hover(row: Row, lines: Mapping[str, Line], names: Mapping[str, str]) -> str:
    """Return what a cell says when pointed at."""
    said = [weeks_words(row), others_words(row), cell_fact(row), judgement(row, names)]
    return "<br>".join([f"<b>{escape(cell_name(row, lines))}</b>", *(escape(part) for part in said if part), CLICK])


def cells_alt(rows: Sequence[Row], lines: Mapping[str, Line]) -> str:
    """Return the matrix's takeaway for a screen reader."""
    clear = [row for row in rows if is_clear(row)]
    if not clear:
        return "Nothing is clearly covered more by the field than by ours."
    return f"The field covers {cell_name(clear[0], lines)} clearly more: {cell_fact(clear[0])}."


def topic_differences(rows: Sequence[Row], lines: Mapping[str, Line], *, title: str, narrow: bool) -> go.Figure:
    """Draw how far the field's share of a topic lies from ours, with the likely range; each carries its key as customdata."""
    labels = [escape(lines[row["key"]].short) for row in rows]
    points = [100 * row["difference"] for row in rows]
    hues = [FIELD if row["low"] > 0 else OURS if row["high"] < 0 else RANGE for row in rows]
    symbols = ["circle" if row["low"] > 0 or row["high"] < 0 else "circle-open" for row in rows]
    marks = go.Scatter(
        x=points, y=labels, mode="markers", showlegend=False, customdata=[[row["key"]] for row in rows], cliponaxis=False,
        marker={"color": hues, "size": 12, "symbol": symbols, "line": {"width": 2, "color": hues}},
        error_x={"type": "data", "symmetric": False, "thickness": 1.6, "width": 4, "color": RANGE,
                 "array": [100 * row["high"] - x for row, x in zip(rows, points, strict=True)],
                 "arrayminus": [x - 100 * row["low"] for row, x in zip(rows, points, strict=True)]},
        selected={"marker": {"size": 15}}, unselected={"marker": {"opacity": 1}},
        hovertext=[topic_hover(row, lines) for row in rows], hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    low, high = min(100 * row["low"] for row in rows), max(100 * row["high"] for row in rows)
    said = go.Scatter(
        x=[high] * len(rows), y=labels, mode="text", textposition="middle right", hoverinfo="skip", showlegend=False, cliponaxis=False,
        selected={"textfont": {"color": RANGE}}, unselected={"textfont": {"color": RANGE}},
        text=[_both(row, narrow=narrow) for row in rows],
    )  # fmt: skip
    figure = go.Figure([marks, said])
    figure.add_vline(x=0, line={"color": NEUTRAL, "width": 1.5})
    under = {"text": "points less or more in the field", "font": {"size": 12}}
    figure.update_xaxes(
        range=[low - 1, high + (high - low) * (0.7 if narrow else 0.28)], nticks=6, zeroline=False, title=under
    )
    return ranked(figure, len(rows), title, narrow=narrow, foot=FOOT + 18)


def _both(row: Row, *, narrow: bool) -> str:
    one, other = words.percent(row["share_1"]), words.percent(row["share_2"])
    return f"  {one} : {other}" if narrow else f"   ours {one}, field {other}"


def topic_hover(row: Row, lines: Mapping[str, Line]) -> str:
    """Return what a topic's difference says when pointed at."""
    return "<br>".join(
        [
            f"<b>{escape(lines[row['key']].name)}</b>",
            f"ours {words.share(row['k_1'], row['n_1'], row['share_1'], weighed=False)}",
            f"the field {words.share(row['k_2'], row['n_2'], row['share_2'], weighed=False)}",
            f"difference likely {points_range(row['low'], row['high'])}; {words.percent(row['part'])} of all differences",
            CLICK,
        ]
    )
