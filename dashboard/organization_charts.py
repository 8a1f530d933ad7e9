"""Rows in, a figure out: pairs of organizations that meet, and organizations by desks, each against chance. Never imports streamlit.

A hollow bar or a hatched cell rests on fewer than 5 stories expected by chance (STATISTICS 23); likely ranges are always drawn (7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from dashboard import words
from dashboard.organizations import LONGEST, apart, cut, pair_keys, pair_name, pair_note, range_words
from dashboard.theme import FAINT, HOVER_BACK, HOVER_TEXT, HUES, translucent
from dashboard.topic_charts import HATCH, HEAD, LESS, MORE, RANGE, SPAN, STILL, cell_color, framed, ranked
from dashboard.topics import Row, expected_words, pair_words
from dashboard.view import Line


def pair_bars(rows: Sequence[Row], names: Mapping[str, str], *, title: str, narrow: bool) -> go.Figure:
    """Draw ranked bars of how many stories two organizations share, with likely range and a tick where chance would have them."""
    labels = pair_labels(rows, names, narrow=narrow)
    counts = [row["k"] for row in rows]
    colors = [_color(row) for row in rows]
    bars = go.Bar(
        x=counts, y=labels, orientation="h", width=0.66, showlegend=False, customdata=[[row["key_a"], row["key_b"]] for row in rows],
        marker={"color": colors, "line": {"color": RANGE, "width": [1.2 if row["state"] != "judged" else 0 for row in rows]}},
        error_x={
            "type": "data", "symmetric": False, "thickness": 1.4, "width": 3, "color": RANGE,
            "array": [row["high"] - row["k"] for row in rows], "arrayminus": [row["k"] - row["low"] for row in rows],
        },
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
        hovertext=[pair_hover(row, names) for row in rows], hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    chance = go.Scatter(
        x=[row["expected"] for row in rows], y=labels, mode="markers", showlegend=False, hoverinfo="skip",
        unselected={"marker": {"opacity": 1}},
        marker={"symbol": "line-ns-open", "size": 17, "line": {"width": 2.5}, "color": HUES[3]},
    )  # fmt: skip
    ends = [max(row["high"], row["expected"]) for row in rows]
    said = go.Scatter(
        x=ends, y=labels, mode="text", textposition="middle right", hoverinfo="skip", showlegend=False,
        selected=STILL, unselected=STILL,
        text=[_said(row, narrow=narrow) for row in rows],
    )  # fmt: skip
    figure = go.Figure([bars, chance, said])
    top = max(ends, default=1.0)
    under = {"text": "stories on both", "font": {"size": 12}}
    figure.update_xaxes(
        range=[0, top * (1.2 if narrow else 1.25)], nticks=4 if narrow else 6, tickangle=0, zeroline=False, title=under
    )
    return ranked(figure, len(rows), title, narrow=narrow, foot=52)


def pair_labels(rows: Sequence[Row], names: Mapping[str, str], *, narrow: bool) -> list[str]:
    """Return what stands beside each bar: both names, cut where the screen is narrow, and no two alike."""
    labels: list[str] = []
    for row in rows:
        both = " and ".join(cut(names[key], 15 if narrow else LONGEST) for key in pair_keys(row))
        labels.append(apart(escape(both), labels))
    return labels


def _said(row: Row, *, narrow: bool) -> str:
    return f"  {words.count(int(row['k']))}" + ("" if narrow else f" · by chance {expected_words(row['expected'])}")


def _color(row: Row) -> str:
    if row["state"] != "judged":
        return "rgba(0,0,0,0)"
    if not row["established"]:
        return translucent("#80848C", 0.32)
    return translucent(MORE if row["k"] > row["expected"] else LESS, 0.5)


def pair_hover(row: Row, names: Mapping[str, str]) -> str:
    """Return what a bar of a pair says when pointed at."""
    return "<br>".join(
        [
            f"<b>{escape(pair_name(row, names))}</b>",
            f"{words.stories(int(row['k']))} on both, likely range {range_words(row)}",
            f"by chance {expected_words(row['expected'])}: {escape(pair_note(row))}",
            "<i>click to read the stories</i>",
        ]
    )


def cell_matrix(
    rows: Sequence[Row],
    down: Sequence[str],
    across: Sequence[str],
    lines: Mapping[str, Line],
    *,
    title: str,
    narrow: bool,
) -> go.Figure:
    """Draw a matrix of two kinds of lines: rows `down` (key_a), columns `across` (key_b); how many stories both share, colored by more or
    less than chance would have."""
    at_row, at_column = ({key: place for place, key in enumerate(keys)} for keys in (down, across))
    cells = [(row, at_column[row["key_b"]], at_row[row["key_a"]]) for row in rows]
    figure = go.Figure(_cells(cells, lines, narrow=narrow))
    plain = {"showgrid": False, "zeroline": False}
    names_across = [escape(lines[key].short) for key in across]
    figure.update_xaxes(
        tickvals=list(range(len(across))),
        ticktext=names_across,
        tickangle=-90 if narrow else -40,  # slanted, names of narrow columns would lie on each other
        range=[-0.6, len(across) - 0.4],
        **plain,
    )
    names_down = [escape(lines[key].short) for key in down]
    span = {"range": [len(down) - 0.4, -0.6], "automargin": True}
    figure.update_yaxes(tickvals=list(range(len(down))), ticktext=names_down, **span, **plain)
    return framed(figure, title, height=HEAD + 32 * len(down) + 130, narrow=narrow)


def _cells(cells: Sequence[tuple[Row, int, int]], lines: Mapping[str, Line], *, narrow: bool) -> go.Bar:
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
        hovertext=[f"{escape(pair_words(row, lines))}<br><i>click to read the stories</i>" for row, *_ in cells],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def desks_alt(rows: Sequence[Row], lines: Mapping[str, Line]) -> str:
    """Return the matrix's takeaway: the organization and desk that meet farthest above chance."""
    clear = [row for row in rows if row["state"] == "judged" and row["low"] > 0]
    if not clear:
        return "No organization clearly stands out on a desk against chance."
    most = max(clear, key=lambda row: row["ratio"])
    met = f"{words.stories(int(most['k']))}, by chance {expected_words(most['expected'])}"
    return f"{lines[most['key_a']].short} stands out most on {lines[most['key_b']].short}: {met}."
