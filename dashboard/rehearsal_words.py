"""What the tab Rehearsal says: a topic's line before and after, stories that come and go, the text of a proposal. No widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.charts import coverage_over_time
from dashboard.corrections import reason
from dashboard.exports import as_csv
from dashboard.plot import as_figure
from dashboard.quality import FEWEST, figure
from dashboard.rehearsal import Change, Flip, Rehearsed, Row
from dashboard.scope import days_words, of_whom
from dashboard.view import FEW, Line, View

LINES = {"before": "As it is", "after": "With the change"}
STRONG = 3  # a slice with less than a third of the strongest one's weight is not marked, as everywhere
MOST_QUOTED = 3
COUNTS = (
    "How a phrase counts: all phrases of a topic share one weight, which training gave, and a new one has it at once; one that counts "
    "double has it twice. In a headline it counts three times, among the first 40 words of the text one and a half times, further down "
    "half, and all of it against how much else the story says."
)


def of_line(rows: Sequence[Row], line: str) -> tuple[int, int]:
    """Return a line's stories of all counted ones, over all periods (STATISTICS 1)."""
    own = [row for row in rows if row["line"] == line]
    return sum(int(row["k"]) for row in own), sum(int(row["n"]) for row in own)


def share_words(whole: Row) -> str:
    """Return '112 of 2,180 stories = 5 %, likely range 4–6 %'."""
    if not whole["n"]:
        return "no story is counted"
    said = words.share(whole["k"], whole["n"], whole["k"] / whole["n"], weighed=False)
    few = ", too few to say" if whole["n"] < FEW else ""
    return f"{said}, likely range {words.percent_range(whole['low'], whole['high'])}{few}"


def headline(found: Rehearsed, name: str) -> str:
    """Return what the change does, in one sentence."""
    come, go = len(found.coming), len(found.going)
    drawn = " in a random sample" if found.asked.sampled else ""
    if not come and not go:
        return f"No story{drawn} would come to {name} or go from it."
    parts = [f"{words.stories(come)}{drawn} would come to {name}" if come else ""]
    parts.append(
        (f"{words.count(go)} would go" if come else f"{words.stories(go)}{drawn} would go from {name}") if go else ""
    )
    return f"{words.listed([part for part in parts if part])}."


def how_known(found: Rehearsed, total: int, sample: int, *, same: bool) -> str:
    """Return how it was found out: which stories were tagged again, of how many, and which were left as they are. `total` stories are
    counted, `sample` of them in the sample; `same`: these word lists tagged the data, so that no other story can change."""
    asked = found.asked
    again = words.count(len(asked.again))
    if asked.sampled:
        said = (
            f"{words.stories(asked.possible)} could change, more than are tagged again at once. So this is a random sample of "
            f"{words.count(sample)} of {words.stories(total)}; both lines and all numbers here are of it. {again} were tagged again."
        )
    elif not asked.possible:
        said = f"None of {words.stories(total)} holds what changes or scores near the threshold, so none can change."
    else:
        said = f"{again} of {words.stories(total)} could change and were tagged again" + (
            "; no other can." if same else "."
        )
    for number, why in (
        (asked.decided, "because people decided on this topic"),
        (asked.older, "because other word lists tagged them: `ainews retag` brings them up to date"),
        (found.differ, "because these word lists give them other tags than the data has: `ainews retag` brings them up to date"),
    ):  # fmt: skip
        if number:
            said += f" {words.stories(number)} stay{'s' if number == 1 else ''} as {'it is' if number == 1 else 'they are'}, {why}."
    return said


def also_words(found: Rehearsed, lines: Mapping[str, Line]) -> str:
    """Return which other topics the change touches; '' for none. A phrase can do so in a story of very few known words."""
    said = []
    for topic in sorted({*found.gained, *found.lost}):
        name = lines[f"topic:{topic}"].name if f"topic:{topic}" in lines else topic
        said.append(f"{name} (+{found.gained.get(topic, 0)}, −{found.lost.get(topic, 0)})")
    return f"It also touches other topics: {words.listed(said)}." if said else ""


def learned_words(told: Row) -> str:
    """Return which of the phrases the tagger learned as words by itself; '' for none."""
    known = [words.quoted(one["text"]) for one in (*told["added"], *told["removed"]) if one["learned"]]
    if not known:
        return ""
    its = "its words" if len(known) == 1 else "their words"
    return f"Training learned {words.listed(list(dict.fromkeys(known)))} too: what {its} weigh by that stays, listed or not."


def measured_words(found: Rehearsed, rows: Sequence[Row], kind: str) -> str:
    """Return that what was measured of the topic no longer describes it; '' where nothing flips. `rows` are those of quality.sql."""
    if not found.coming and not found.going:
        return ""
    if not rows or rows[0]["n"] < FEWEST or pd.isna(rows[0]["precision"]):
        return "How often this topic is right was not measured, before or after the change. Read the stories below."
    row = rows[0]
    return (
        f"On {words.TEXT_KINDS[kind]} this topic was measured to be right when given {figure(row, 'precision')}, and to find "
        f"{figure(row, 'recall')} of all. That, and what an audit found, is of the topic as it is and no longer describes it after the "
        "change: read the stories below, and measure again once it is merged."
    )


def both(view: View, rows: pd.DataFrame, *, sample: str = "") -> View:
    """Return a view of one topic with a second line, the topic with the change, over the same periods and denominators. `rows` are
    those of queries/rehearsal_line.sql, `sample` the words of a sample ('' for none)."""
    (line,) = view.lines
    lines, points = [], []
    states = view.points.drop(columns=["key", "k", "n", "share", "low", "high", "few"])
    for name, called in LINES.items():
        key = f"{name}:{line.key}"
        own = rows[rows["line"] == name].drop(columns="line")
        found = states.merge(own, on="period", how="left").assign(key=key)
        gap = (found["state"] == "none") | found["n"].isna()
        found["state"] = found["state"].mask(gap, "none")
        found.loc[gap, ["k", "n", "share", "low", "high"]] = float("nan")
        points.append(found.assign(few=found["n"] < FEW))
        lines.append(replace(line, key=key, name=called, short=called))
    total = int(rows[rows["line"] == "before"]["n"].sum())
    return replace(
        view, lines=tuple(lines), points=pd.concat(points, ignore_index=True), total=total, about=sample or view.about
    )


def chart(view: View, *, narrow: bool) -> go.Figure:
    """Draw both lines. A point opens nothing: what flips is listed below."""
    figure = as_figure(coverage_over_time(view, events=pd.DataFrame(), narrow=narrow))
    for trace in figure.data:
        if isinstance(trace.hovertext, tuple | list):
            trace.hovertext = [text.removesuffix("<br><i>click to read the stories</i>") for text in trace.hovertext]
    return figure


def table(view: View) -> pd.DataFrame:
    """Return the numbers behind the chart, a row for each period that holds stories."""
    sides = {}
    for name, called in LINES.items():
        own = view.points[(view.points["key"].str.startswith(f"{name}:")) & view.points["n"].notna()]
        sides[called] = own.sort_values("period").reset_index(drop=True)
    first = sides[LINES["before"]]
    columns: dict[str, Any] = {
        "Period": [words.period(period, view.grain) for period in first["period"]],
        "Stories": first["n"].astype(int),
    }
    for called, own in sides.items():
        columns[called] = own["k"].astype(int)
        columns[f"{called}, share"] = [words.percent(share) for share in own["share"]]
        columns[f"{called}, likely range"] = [
            words.percent_range(low, high) for low, high in zip(own["low"], own["high"], strict=True)
        ]
    return pd.DataFrame(columns)


def numbers_csv(view: View, *, described: str, snapshot: str) -> bytes:
    """Return both lines as CSV, with numerators, denominators and likely ranges."""
    rows = view.points[view.points["n"].notna()].sort_values(["key", "period"], ascending=[False, True])
    names = {line.key: line.name for line in view.lines}
    return as_csv(
        pd.DataFrame(
            {
                "line": [names[key] for key in rows["key"]],
                "first_day": rows["period"].dt.date,
                "last_day": rows["period_end"].dt.date,
                "numerator": rows["k"].astype(int),
                "denominator": rows["n"].astype(int),
                **{name: rows[name].round(6) for name in ("share", "low", "high")},
                "state": rows["state"],
                "filters": described,
                "snapshot": snapshot,
            }
        )
    )


def marks(flips: Sequence[Flip], name: str) -> list[dict[str, Any]]:
    """Return the slices that carry the topic in these stories, in the form of evidence."""
    found = []
    for flip in flips:
        strongest = max((float(one["weight"]) for one in flip.evidence), default=0.0)
        for one in flip.evidence:
            if float(one["weight"]) >= strongest / STRONG:
                place = {"start_char": one["start"], "end_char": one["end"], "weight": one["weight"]}
                found.append({"story_no": flip.story_no, "field": one["field"], "name": name, "kind": "topic", **place})
    return found


def score_words(flip: Flip, told: Row) -> str:
    """Return what the story scores before and after, and what the topic needs: 'score 0.31, then 0.42; needs 0.37'."""
    before, after = ("far off" if score is None else f"{score:.2f}" for score in (flip.before, flip.after))
    old, new = f"{told['threshold']:.2f}", f"{told['new_threshold']:.2f}"
    needs = f"needs {old}" if old == new else f"needed {old}, then {new}"
    return f"score {before}, then {after}; {needs}"


def flips_csv(
    found: Rehearsed, stories: pd.DataFrame, *, described: str, snapshot: str, of: Sequence[Flip] = ()
) -> bytes:
    """Return the stories that come and go as CSV, a row each, with scores and the words that carry the topic where it is given; words
    of a text that may not be shown are left out."""
    by_number = {flip.story_no: flip for flip in (of or (*found.coming, *found.going))}
    kept = stories[stories["story_no"].isin(list(by_number))]
    flips = [by_number[int(number)] for number in kept["story_no"]]
    said = [_said(flip, display) for flip, display in zip(flips, kept["display"], strict=True)]
    return as_csv(
        pd.DataFrame(
            {
                "change": ["comes" if flip.comes else "goes" for flip in flips],
                **{name: kept[name].to_list() for name in ("story_id", "external_id", "day", "source", "title", "url")},
                "score_before": [flip.before for flip in flips],
                "score_after": [flip.after for flip in flips],
                "needs_before": round(float(found.told["threshold"]), 4),
                "needs_after": round(float(found.told["new_threshold"]), 4),
                "words": said,
                "filters": described,
                "snapshot": snapshot,
            }
        )
    )


def _said(flip: Flip, display: str) -> str:
    shown = [one["text"] for one in flip.evidence if one["field"] == "title" or display != "headline"]
    return "; ".join(dict.fromkeys(shown[:MOST_QUOTED]))


def change_words(change: Change, told: Row) -> str:
    """Return a change in one line: '“errand clerk” added (double), “tool” removed, threshold 0.37 → 0.30'."""
    parts = []
    for phrases, note in ((change.add, "added"), (change.double, "added, counting double"), (change.drop, "removed")):
        if phrases:
            parts.append(f"{words.listed([f'“{one}”' for one in phrases])} {note}")
    if change.threshold is not None:
        parts.append(f"threshold {told['threshold']:.2f} → {change.threshold:.2f}")
    return "; ".join(parts)


def view_words(view: View) -> str:
    """Return of which stories the numbers are."""
    return f"stories of {of_whom(view.sources)}, {days_words(view.from_day, view.to_day)}"


def proposal(
    change: Change,
    found: Rehearsed,
    wholes: Mapping[str, Row],
    *,
    view: str,
    known: str,
    snapshot: str,
    by: str,
    why: str,
    now: datetime,
) -> str:
    """Return the text of a proposal: who, when (UTC), why and what was rehearsed as comments, then the change as `ainews rehearse` reads
    it. `wholes` are both lines over all periods. Raises Refused where nothing says why."""
    said = [
        f"Proposed by {by}, {now:%Y-%m-%d %H:%M} UTC: {reason(why)}",
        f"Rehearsed on {view}; {snapshot}, tagger {found.told['tagger']}.",
        f"Before: {share_words(wholes['before'])}. With the change: {share_words(wholes['after'])}.",
        f"{words.stories(len(found.coming))} would come, {words.count(len(found.going))} would go. {known}",
        f'To be merged into the entry of topics.toml with id = "{change.topic}": add to its `phrases` what `add` holds, take from them',
        "what `remove` holds, write `threshold` as it stands here. `ainews rehearse` with this file says whether it can be merged.",
    ]
    return "".join(f"# {_comment(line)}\n" for line in said) + change.toml


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text.replace(words.NBSP, " "))
