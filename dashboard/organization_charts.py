"""Rows in, a figure out: pairs of organizations that meet, against chance. Never imports streamlit.

A hollow bar rests on fewer than 5 stories expected by chance (STATISTICS 23); likely ranges are always drawn (7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from dashboard import words
from dashboard.organizations import LONGEST, apart, cut, pair_keys, pair_name, pair_note, range_words
from dashboard.theme import HUES, translucent
from dashboard.topic_charts import LESS, MORE, RANGE, STILL, ranked
from dashboard.topics import Row, expected_words
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


def desks_alt(rows: Sequence[Row], lines: Mapping[str, Line]) -> str:
    """Return the matrix's takeaway: the organization and desk that meet farthest above chance."""
    clear = [row for row in rows if row["state"] == "judged" and row["low"] > 0]
    if not clear:
        return "No organization clearly stands out on a desk against chance."
    most = max(clear, key=lambda row: row["ratio"])
    met = f"{words.stories(int(most['k']))}, by chance {expected_words(most['expected'])}"
    return f"{lines[most['key_a']].short} stands out most on {lines[most['key_b']].short}: {met}."
