"""How good the tags behind a chart were measured to be, beside the chart (STATISTICS 21)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.audit_words import line
from dashboard.audits_kept import newest_audits, tagger_now
from dashboard.calibration import calibration_figure, calibration_table, calibration_words
from dashboard.charts import CHART_CONFIG
from dashboard.data import ask, calibration
from dashboard.kept import kept
from dashboard.keys import parted, phrase_of
from dashboard.view import View, counted_key, restriction

FEWEST = 15  # positives below which a figure would be noise
NOT_MEASURED = "not measured"
MEASURED_AS = {"organization": "organization_focus", "named": "organization", "region": "region"}
ALL_OF = {
    "organization_focus:*": ", of all organizations",
    "organization:*": ", of all organizations",
    "region:*": ", of all regions",
}
WHOLE = "the whole story"
# What had been read by who gave the tags that a kind of text is measured against, where it is not the whole story alone.
READ = {"abstract": f"headline and abstract alone (topics) or {WHOLE} (organizations and regions)"}


def measured_keys(key: str) -> tuple[str, ...]:
    """Return under which keys the tags that a line counts may have been measured: its own, then that of all of its kind.

    A line of an organization counts where the story is about it, unless it is asked where it is named. Of a topic nothing
    but its own figure is told; that a story names no place is no tag.
    """
    kind, _, name = key.partition(":")
    measured = MEASURED_AS.get(kind)
    if measured is None or key == "region:none":
        return (key,)
    return f"{measured}:{name}", f"{measured}:*"


def figure(row: Mapping[str, Any], name: str) -> str:
    """Return '79 % (70–86 %)'."""
    return f"{words.percent(row[name])} ({words.percent_range(row[f'{name}_low'], row[f'{name}_high'])})"


def quality_rows(lines: Mapping[str, str], measured: pd.DataFrame) -> list[dict[str, str]]:
    """Return a row for each line, given as key and name: how many of its tags are right, how many stories they find, on how many
    it was measured. Fewer than 15 positives are too few to measure; what was never measured says so. An organization or region
    that was not measured by itself has the figure of all, and says so."""
    found = {row["key"]: {str(k): v for k, v in row.items()} for row in measured.to_dict("records")}
    rows = []
    for key, name in lines.items():
        held = [found[one] for one in measured_keys(key) if one in found]
        row = next((one for one in held if one["n"] >= FEWEST and not pd.isna(one["precision"])), None)
        if row is None:
            said = "too few to measure" if held else NOT_MEASURED
            rows.append({"Line": name, "Right when given": said, "Found of all": said, "Measured on": ""})
        else:
            rows.append(
                {
                    "Line": name,
                    "Right when given": figure(row, "precision"),
                    "Found of all": figure(row, "recall"),
                    "Measured on": f"{words.count(int(row['n']))} tags{ALL_OF.get(row['key'], '')}",
                }
            )
    return rows


def quality(view: View) -> None:
    """Say how good the tags of the lines shown are, for the kind of text that most of the counted stories are."""
    ids = tuple(s.id for s in view.sources)
    counted = ask("text_kind", sources=ids, from_day=view.from_day, to_day=view.to_day, **restriction(view.filters))
    kind = str(counted["text_kind"].iloc[0])
    tagged = {
        parted(line.key)[0]: line.plain_name if line.about else line.short
        for line in view.lines
        if not phrase_of(line.key)
    }
    lines = {counted_key(key, view.filters.role): name for key, name in tagged.items()}
    measured = ask("quality", keys=tuple(one for key in lines for one in measured_keys(key)), text_kind=kind)
    st.caption(
        f"Measured on {words.TEXT_KINDS[kind]} that the tagger did not learn from, against tags that a large language model gave "
        f"after reading {READ.get(kind, WHOLE)}. In brackets the likely range. Desks and groups are not measured as a whole."
    )
    if len(tagged) < len({parted(line.key)[0] for line in view.lines}):
        st.caption("A phrase is no tag: it is in a story as it is spelled, or it is not.")
    if lines:
        st.table(pd.DataFrame(quality_rows(lines, measured)).set_index("Line"))
    newest, now = newest_audits(), tagger_now()
    topics = {key.removeprefix("topic:"): name for key, name in tagged.items() if key.startswith("topic:")}
    if told := [line(newest[topic], now, name) for topic, name in topics.items() if topic in newest]:
        st.html(f'<ul class="names">{"".join(told)}</ul>')
    st.markdown("**What does a score mean?**")
    show_calibration(kind, key="calibration")


def measured_words(key: str, text_kind: str) -> str:
    """Return how good the tags that a line of this key counts were measured to be on a kind of text, as one line."""
    return f"On {words.TEXT_KINDS[text_kind]}: {_figures(key, text_kind)}"


def names_measured(kind: str, text_kind: str) -> str:
    """Return how well organizations or regions are found in a kind of text, and which of them the story is about."""
    named = _figures("named:*" if kind == "organization" else "region:*", text_kind)
    about = _figures(f"{kind}_focus:*", text_kind)
    return f"On {words.TEXT_KINDS[text_kind]}, all {kind}s: {named}. That the story is about them: {about}."


def _figures(key: str, text_kind: str) -> str:
    (row,) = quality_rows({key: ""}, ask("quality", keys=measured_keys(key), text_kind=text_kind))
    if not row["Measured on"]:
        return row["Found of all"]
    return f"right when given {row['Right when given']}, found of all {row['Found of all']}"


def show_calibration(text_kind: str, *, key: str) -> None:
    """Say and draw how often topics were right by their score, on a kind of text; the table holds the same numbers."""
    meaning = "A score is how sure the tagger is: of stories that score 0.7 on a topic, about 7 in 10 should have it."
    rows = calibration(text_kind)
    if rows.empty:
        st.caption(f"{meaning} How well that holds for {words.TEXT_KINDS[text_kind]} was not measured in this data.")
        return
    said = calibration_words(rows)
    st.caption(
        f"{meaning} Measured on {words.TEXT_KINDS[text_kind]}, against topics given after reading {WHOLE}: {said}"
    )
    st.plotly_chart(
        kept("calibration", text_kind, make=lambda: calibration_figure(rows), as_published=True),
        key=key,
        alt=f"How often topics were right by their score: {said}",
        config=CHART_CONFIG,
    )
    st.caption(
        "On the dashed line a score holds exactly. A bar is the likely range, a number how many topics were looked at."
    )
    st.table(calibration_table(rows))
