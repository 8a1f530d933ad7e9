"""What is known of the tagging errors of the lines shown, by audits or as measured before, and the views that it corrects."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from dashboard.audits_kept import KIND, audits_of, tagger_now
from dashboard.correction import Corrected, Errors, audited_errors, corrected_points, measured_errors
from dashboard.counting import restriction
from dashboard.data import ask_as_published, ask_quietly
from dashboard.panels import records
from dashboard.view import View

NO_TOPIC = Errors(None, "only topics are corrected, within no restriction of their own.")


def errors_of(topic: str, text_kind: str) -> Errors:
    """Return what is known of a topic's tagging errors: from the newest audit of all stories by the present tagger that can say so, else
    as measured on this kind of text before the data was made."""
    if (audited := audited_errors(audits_of(topic), tagger_now())) is not None:
        return audited
    rows = records(ask_as_published("audit_ratio", key=KIND + topic, text_kind=text_kind))
    return measured_errors(rows, text_kind)


def with_corrected(view: View) -> View:
    """Return the view with its lines corrected beside them, where that is asked for and can be drawn."""
    if not view.filters.corrected or not view.total or not can_be_drawn(view):
        return view
    errors = errors_drawn(view)
    named = tuple((line.plain_name, errors[line.key]) for line in {line.key: line for line in view.lines}.values())
    return replace(view, corrected=Corrected(corrected_points(view.points, errors), named, errors))


def errors_drawn(view: View) -> dict[str, Errors]:
    """Return what is known of the tagging errors of the lines drawn, by key, on the kind of text that most of the counted stories are."""
    span = {"sources": view.source_ids(), "from_day": view.from_day, "to_day": view.to_day}
    kind = str(ask_quietly("text_kind", **span, **restriction(view.filters))["text_kind"].iloc[0])
    keys = [line.key for line in view.lines]
    try:
        return {key: errors_of(key.removeprefix(KIND), kind) if is_topic(key) else NO_TOPIC for key in keys}
    except duckdb.CatalogException:  # an older snapshot, which a rollback may bring back, can't tell
        return dict.fromkeys(keys, Errors(None, "this data was made before errors could be corrected."))


def is_topic(key: str) -> bool:
    """Return whether a line is of a topic alone: the errors of others are not those of a tag, or not of these stories."""
    return key.startswith(KIND) and "@" not in key and key != "topic:untagged"


def can_be_drawn(view: View) -> bool:
    """Return whether the view is of shares over time, as lines."""
    return not view.stack and view.filters.measure == "share" and bool(view.lines)


def why_not_corrected(view: View) -> str:
    """Return why no line can be drawn corrected, '' where one can."""
    if view.stack:
        return "a stack has no lines"
    if view.filters.measure == "count":
        return "a correction is of shares: choose Share"
    if not view.lines or not view.total:
        return "no line is drawn"
    errors = errors_drawn(view)
    if any(one.truly is not None for one in errors.values()):
        return ""
    topics = [one for key, one in errors.items() if is_topic(key)]
    return (topics or [NO_TOPIC])[0].said.removesuffix(".")
