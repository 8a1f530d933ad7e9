"""What a score is worth: how often topics were right by the score that they got. Rows in, a figure and words out; pure."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.theme import HOVER_BACK, HOVER_TEXT, HUES, NEUTRAL
from dashboard.view import FEW

LEAST = 0.1  # below it lie nearly all topics of all stories, rightly: counted in, they would flatter the average
SPOKEN = 0.75  # the score whose row is said in words: what "7 times in 10" comes to


def row_words(row: Any) -> str:
    """Return one row of the measurement in words: 'of 412 topics scored 0.7 to 0.8, 74 % were right'."""
    few = ": too few to say" if row["n"] < FEW else ""
    return (
        f"of {words.count(int(row['n']))} topics scored {row['low']:.1f} to {row['high']:.1f}, {words.percent(row['share'])} were right"
        f" (likely range {words.percent_range(row['share_low'], row['share_high'])}){few}"
    )


def calibration_words(rows: pd.DataFrame) -> str:
    """Return the measurement in two sentences: the row that holds 0.75, else the one with most topics, and how far all are off."""
    at = rows[(rows["low"] <= SPOKEN) & (rows["high"] > SPOKEN)]
    spoken = (at if len(at) else rows.nlargest(1, "n")).iloc[0]
    told = rows[rows["low"] >= LEAST] if (rows["low"] >= LEAST).any() else rows
    off = ((told["share"] - told["mean_score"]).abs() * told["n"]).sum() / told["n"].sum()
    points = f"{100 * off:.0f} point{'' if round(100 * off) == 1 else 's'}" if off >= 0.005 else "less than one point"
    number = words.count(int(told["n"].sum()))
    return f"{row_words(spoken)}. Of {number} topics scored {told['low'].min():g} or more, scores are off by {points} on average."


def calibration_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the same numbers as a table."""
    return pd.DataFrame(
        {
            "Score": [f"{r['low']:.1f} to {r['high']:.1f}" for r in rows.to_dict("records")],
            "Topics": [words.count(int(n)) for n in rows["n"]],
            "Right": [words.percent(share) for share in rows["share"]],
            "Likely range": [
                words.percent_range(lo, hi) for lo, hi in zip(rows["share_low"], rows["share_high"], strict=True)
            ],
        }
    ).set_index("Score")


def calibration_figure(rows: pd.DataFrame) -> go.Figure:
    """Draw how often topics were right against their mean score, with likely ranges; on the diagonal a score keeps its word."""
    share = 100 * rows["share"]
    figure = go.Figure(
        [
            go.Scatter(
                x=[0, 1], y=[0, 100], mode="lines", line={"color": NEUTRAL, "dash": "dash", "width": 1.5}, hoverinfo="skip"
            ),
            go.Scatter(
                x=rows["mean_score"], y=share, mode="markers+text", text=[words.count(int(n)) for n in rows["n"]],
                textposition="bottom right", textfont={"size": 10}, cliponaxis=False,
                error_y={"array": 100 * rows["share_high"] - share, "arrayminus": share - 100 * rows["share_low"],
                         "color": NEUTRAL, "thickness": 1.5, "width": 4},
                marker={"color": HUES[0], "size": 8, "line": {"width": 1.5, "color": HUES[0]},
                        "symbol": ["circle-open" if n < FEW else "circle" for n in rows["n"]]},
                hovertext=[row_words(row).capitalize() for row in rows.to_dict("records")], hovertemplate="%{hovertext}<extra></extra>",
            ),
        ]
    )  # fmt: skip
    figure.update_layout(
        height=270, margin={"l": 4, "r": 14, "t": 8, "b": 4}, showlegend=False,
        hoverlabel={"bgcolor": HOVER_BACK, "font": {"color": HOVER_TEXT}},
    )  # fmt: skip
    figure.update_xaxes(title={"text": "Score"}, range=[0, 1.03], dtick=0.2, zeroline=False, showgrid=False)
    figure.update_yaxes(
        title={"text": "Right"},
        range=[-4, 104],
        tickvals=[0, 25, 50, 75, 100],
        zeroline=False,
        ticktext=[words.percent(share) for share in (0, 0.25, 0.5, 0.75, 1)],
    )
    return figure
