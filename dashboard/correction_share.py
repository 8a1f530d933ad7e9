"""The share of a topic corrected for tagging errors, to stand beside the raw one and never alone (STATISTICS 21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from dashboard import words
from dashboard.audit import Told
from dashboard.audit_figures import Range, corrected
from dashboard.audit_words import by_words
from dashboard.audits_kept import KIND, audits_of, tagger_now
from dashboard.data import ask_as_published
from dashboard.panels import records


@dataclass(frozen=True, slots=True)
class Errors:
    """How many stories have a topic for one that is tagged, None where that can't be said; `said` is how that is known, or why not."""

    truly: Range | None
    said: str


def errors_of(topic: str, text_kind: str) -> Errors:
    """Return what is known of a topic's tagging errors: from the newest audit of all stories by the present tagger that can say so, else
    as measured on this kind of text before the data was made."""
    found = next((one for one in audits_of(topic) if fits(one, tagger_now())), None)
    if found is not None and found.figures.truly is not None:
        return Errors(found.figures.truly, f"by the {by_words(found)}")
    rows = records(ask_as_published("audit_ratio", key=KIND + topic, text_kind=text_kind))
    return measured_errors(rows, text_kind)


def fits(told: Told, tagger: str) -> bool:
    """Return whether an audit can correct shares: it says how many stories are found, of the present tagger, and was not drawn from some
    sources or days alone, which may differ from others."""
    audit = told.audit
    everywhere = audit.sources is None and audit.from_day is None and audit.to_day is None
    return everywhere and audit.tagger == tagger and told.figures.says_found


def measured_errors(rows: Sequence[dict[str, object]], text_kind: str) -> Errors:
    """Return what the rows of queries/audit_ratio.sql say of a topic, of which there is at most one."""
    where = f"on {words.TEXT_KINDS[text_kind]}"
    if not rows:
        return Errors(None, f"How good its tags are was not measured {where}. An audit of about 200 stories tells.")
    truly, low, high = (rows[0][name] for name in ("truly", "low", "high"))
    if pd.isna(low) or pd.isna(high):  # type: ignore[call-overload]
        return Errors(
            None, f"Too few stories have it in what was measured {where}. An audit of about 200 stories tells."
        )
    return Errors(Range(float(truly), float(low), float(high)), f"as measured {where}")  # type: ignore[arg-type]


def corrected_html(raw: Range, stories: int, of: int, errors: Errors) -> str:
    """Return the raw share and the corrected one beneath it, each with its likely range, drawn on one scale; safe HTML. `stories` of
    `of` are tagged."""
    if errors.truly is None:
        return f'<p class="quiet">Not corrected for tagging errors: {escape(errors.said)}</p>'
    truly = errors.truly
    found = corrected(raw, truly)
    top = max(raw.high, found.high, 1e-9)
    many = f"{words.count(stories)} of {words.stories(of)}"
    there = f"about {words.count(round(found.value * of))} stories"
    how = (
        f"For 100 stories that are tagged, {100 * truly.value:.0f} have the topic (likely range {100 * truly.low:.0f} to "
        f"{100 * truly.high:.0f}), {errors.said}. That the errors are alike in these stories is assumed."
    )
    return (
        f'<ul class="corrected">{_row("As tagged", raw, top, many)}{_row("Corrected for tagging errors", found, top, there)}</ul>'
        f'<p class="quiet">{escape(how)}</p>'
    )


def _row(name: str, one: Range, top: float, many: str) -> str:
    low, wide, at = (f"{100 * part / top:.1f}%" for part in (one.low, one.high - one.low, one.value))
    drawn = (
        f'<span class="scale" aria-hidden="true"><span class="reach" style="left:{low};width:{wide}"></span>'
        f'<span class="point" style="left:{at}"></span></span>'
    )
    said = f"{words.percent(one.value)}, likely range {words.percent_range(one.low, one.high)}"
    return f"<li><span>{escape(name)}</span>{drawn}<span><b>{escape(said)}</b> · {escape(many)}</span></li>"
