"""What a report tells of audits: topics' shares corrected for tagging errors, beside the shares as tagged and never alone (STATISTICS 21).
Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.audit import Audit, Told, told
from dashboard.audit_figures import Range, corrected
from dashboard.audit_words import ranged
from dashboard.correction import Errors, audited_errors, unfit
from dashboard.desk import Entry
from dashboard.view import Ask, Line

COLUMN = "Corrected for tagging errors (likely range)"
HOW = (
    "Beside a topic’s share as tagged, that share times the stories that truly have the topic for one that is tagged, as an audit of a "
    "random sample tells (Rogan and Gladen 1978). The likely range holds what is uncertain of both (MOVER). That errors are alike in "
    "these stories is assumed."
)


def errors_at(
    ask: Ask, catalog: Mapping[str, Line], audits: Sequence[Audit], entries: Sequence[Entry]
) -> dict[str, Errors]:
    """Return by key what the newest audit of each topic that can correct shares tells of its tagging errors, or why the newest can't; of
    topics of which anything was judged."""
    renamed = {str(was): str(now) for was, now in ask("correction_renamed")[["was", "id"]].itertuples(index=False)}
    tagger = str(ask("freshness").iloc[0]["tagger"])
    found: dict[str, list[Told]] = {}
    for one in told(audits, entries, renamed=renamed):
        key = f"topic:{renamed.get(one.audit.topic, one.audit.topic)}"
        if one.verdicts and key in catalog:
            found.setdefault(key, []).append(one)
    return {key: audited_errors(of, tagger) or unfit(of[0], tagger) for key, of in found.items()}


def corrected_words(row: Mapping[str, Any], errors: Errors | None) -> str:
    """Return a topic's share corrected, with its likely range; '' where nothing can correct it."""
    if errors is None or errors.truly is None or pd.isna(row["share"]):
        return ""
    return ranged(corrected(Range(row["share"], row["low"], row["high"]), errors.truly))


def notes(errors: Mapping[str, Errors], catalog: Mapping[str, Line]) -> list[str]:
    """Return by which audits shares are corrected, and why others are not; nothing where there is no audit."""
    named = [(catalog[key].name, errors[key]) for key in sorted(errors)]
    by = [f"{name} {one.said}" for name, one in named if one.truly is not None]
    said = [f"Corrected for tagging errors: {'; '.join(by)}."] if by else []
    return said + [
        f"{name} is not corrected for tagging errors: {one.said}" for name, one in named if one.truly is None
    ]
