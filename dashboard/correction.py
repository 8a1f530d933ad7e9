"""Shares corrected for tagging errors, to stand beside the raw ones and never alone (STATISTICS 21). Pure; what people wrote is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import pandas as pd

from dashboard import words
from dashboard.audit import Told
from dashboard.audit_figures import Counted, Range, corrected
from dashboard.audit_words import by_words


@dataclass(frozen=True, slots=True)
class Errors:
    """How many stories have a topic for one that is tagged, None where that can't be said; `said` is how that is known, or why not.

    It is known by an audit, of whose strata `counted` says what was judged, or by the snapshot, whose query audit_ratio was `asked` so.
    """

    truly: Range | None
    said: str
    counted: tuple[tuple[str, Counted], ...] = ()
    asked: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Corrected:
    """The corrected shares of a chart's points: key, source, period, period_end, state, share, low, high; and what is known of each line's
    errors, by its name, those that can't be corrected too, and by its key."""

    points: pd.DataFrame
    errors: tuple[tuple[str, Errors], ...]
    by_key: Mapping[str, Errors] = field(default_factory=dict)

    @property
    def notes(self) -> list[str]:
        """How the lines are corrected, and why some are not."""
        able = [f"{name} {one.said}" for name, one in self.errors if one.truly is not None]
        said = [
            f"{name} is not corrected for tagging errors: {one.said}" for name, one in self.errors if one.truly is None
        ]
        if not able:
            return said
        how = "Their dotted outline is the likely range, wider by how sure that is."
        return [f"Dashed lines: corrected for tagging errors, {'; '.join(able)}. {how}", *said]


def corrected_points(points: pd.DataFrame, errors: Mapping[str, Errors]) -> pd.DataFrame:
    """Return the points of the lines of which the errors are known, by counted key, with their shares and ranges corrected."""
    columns = ["key", "source", "period", "period_end", "state", "share", "low", "high"]
    truly = {key: one.truly for key, one in errors.items() if one.truly is not None}
    found = []
    for row in points[points["key"].isin(truly)][columns].to_dict("records"):
        if not pd.isna(row["share"]):
            one = corrected(Range(row["share"], row["low"], row["high"]), truly[row["key"]])
            row |= {"share": one.value, "low": one.low, "high": one.high}
        found.append(row)
    return pd.DataFrame(found, columns=columns)


def fits(told: Told, tagger: str) -> bool:
    """Return whether an audit can correct shares: it says how many stories are found, of the present tagger, and was not drawn from some
    sources or days alone, which may differ from others."""
    audit = told.audit
    everywhere = audit.sources is None and audit.from_day is None and audit.to_day is None
    return everywhere and audit.tagger == tagger and told.figures.says_found


def audited_errors(audits: Iterable[Told], tagger: str) -> Errors | None:
    """Return what the newest audit that can correct shares says of a topic's errors; None where none can. The newest comes first."""
    found = next((one for one in audits if fits(one, tagger)), None)
    if found is None or found.figures.truly is None:
        return None
    return Errors(found.figures.truly, f"by the {by_words(found)}", counted=tuple(found.counted.items()))


def unfit(told: Told, tagger: str) -> Errors:
    """Return why an audit corrects nothing, which does not fit."""
    if told.audit.tagger != tagger:
        why = "is of a former tagger"
    elif not told.figures.says_found:
        why = "is of too few stories to say how many are found"
    else:
        why = "is of some sources or days alone"
    return Errors(None, f"the {by_words(told)} {why}.")


def measured_errors(rows: Sequence[dict[str, object]], text_kind: str) -> Errors:
    """Return what the rows of queries/audit_ratio.sql say of a topic, of which there is at most one."""
    where = f"on {words.TEXT_KINDS[text_kind]}"
    if not rows:
        return Errors(None, f"how good its tags are was not measured {where}. An audit of about 200 stories tells.")
    truly, low, high = (rows[0][name] for name in ("truly", "low", "high"))
    if pd.isna(low) or pd.isna(high):  # type: ignore[call-overload]
        return Errors(
            None, f"too few stories have it in what was measured {where}. An audit of about 200 stories tells."
        )
    there = Range(float(truly), float(low), float(high))  # type: ignore[arg-type]
    return Errors(there, f"as measured {where}", asked=(("key", str(rows[0]["key"])), ("text_kind", text_kind)))


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
