"""Seeds → the rows of the tables that stories refer to: sources, topics, groups, organizations, regions, events, views, targets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etl.catalog import SOURCES, Event, Source, load_events
from etl.errors import InputError
from etl.example_targets import FILE as TARGETS
from etl.example_targets import ExampleTarget, load_example_targets
from etl.example_views import FILE as VIEWS
from etl.example_views import ExampleView, load_example_views
from etl.held_spans import first_expected, spans_held, with_gaps
from etl.lexicon.load import load_lexicon
from etl.lexicon.regions import memberships
from etl.rhythm import expected_days

if TYPE_CHECKING:
    from etl.lexicon.topics import Desk, Topic

Row = dict[str, Any]
QUALITY = "model/quality.json"
_QUALITY = ("kind", "tag_id", "text_kind", "n", "true_positive", "false_positive", "false_negative")
_CALIBRATION = ("text_kind", "low", "high", "n", "right", "mean_score")
_DIGESTED = ("sources.toml", "events.toml", VIEWS, TARGETS, QUALITY)


@dataclass(frozen=True, slots=True)
class Reference:
    """Rows by table, without the numbers, which the store gives and keeps."""

    topics: list[Row]
    groups: list[Row]
    members: list[Row]
    organizations: list[Row]
    regions: list[Row]
    region_members: list[Row]
    events: list[Row]
    example_views: list[Row]
    example_targets: list[Row]
    quality: list[Row]
    calibration: list[Row]


def load_reference(seeds: Path) -> Reference:
    """Read the seeds; raises InputError or LexiconError naming file, entry and remedy."""
    from etl.lexicon.topics import load_topics  # it loads spaCy, which a run with nothing new does without

    lexicon, topics = load_lexicon(seeds), load_topics(seeds)
    return Reference(
        topics=[_topic_row(topic) for topic in topics.topics],
        groups=[_group_row(position, desk) for position, desk in enumerate(topics.desks, 1)],
        members=[{"group_id": desk.id, "topic_id": topic} for desk in topics.desks for topic in desk.topics],
        organizations=[
            {"id": o.id, "name": o.name, "type": o.type, "country": o.country, "parent_id": o.parent, "known": True}
            for o in lexicon.organizations.values()
        ],
        regions=[
            {"code": r.code, "name": r.name, "alpha3": r.alpha3, "kind": r.kind} for r in lexicon.regions.values()
        ],
        region_members=[{"code": code, "group_code": group} for code, group in memberships(lexicon.regions)],
        events=[_event_row(event) for event in load_events(seeds)],
        example_views=[_view_row(position, view) for position, view in enumerate(load_example_views(seeds), 1)],
        example_targets=[
            _target_row(position, target) for position, target in enumerate(load_example_targets(seeds), 1)
        ],
        quality=_measured(seeds / QUALITY, "rows", _QUALITY),
        calibration=_measured(seeds / QUALITY, "calibration", _CALIBRATION, needed=False),
    )


def reference_digest(seeds: Path, *, today: date, desk: Path | None = None) -> str:
    """Changes when sources, events, example views, targets or measurements do, and with the year, which moves the horizon of what is
    expected.

    The desk folder's sources are in it where `desk` is given. The lexicon is not: the tagger's version covers that.
    """
    digest = hashlib.sha256(str(horizon(today)).encode())
    paths = [seeds / name for name in _DIGESTED] + ([desk / SOURCES] if desk and (desk / SOURCES).is_file() else [])
    for path in paths:
        digest.update(path.name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b"-") + b"\0")
    return digest.hexdigest()[:16]


def horizon(today: date) -> date:
    """Up to when issues are expected: the end of the year after the clock's, so that a chart's last period is whole."""
    return date(today.year + 1, 12, 31)


def source_row(source: Source) -> Row:
    """The row of `source`, but for its number."""
    columns = ("id", "name", "kind", "home", "country", "language", "sampled", "display", "required", "ours", "enabled")
    return {**{name: getattr(source, name) for name in columns}, "rhythm": source.rhythm.unit}


def coverage_rows(source: Source, days: Sequence[date] = (), gaps: Sequence[tuple[date, date]] = ()) -> list[Row]:
    """The rows of `source_coverage`: what is held and what is not, with the reason.

    `days` are those of the source's stories in order: where a live source's coverage begins is seen from them. `gaps` are
    the first and last days of what its feed may have dropped.
    """
    return [
        {"source_id": source.id, "from_day": span.from_day, "to_day": span.to_day, "reason": span.reason}
        for span in with_gaps(spans_held(source, days), gaps)
    ]


def expected_rows(source: Source, *, number: int, today: date, days: Sequence[date] = ()) -> list[Row]:
    """The rows of `source_expected` from the source's first day to the horizon; `days` as for `coverage_rows`."""
    rhythm = replace(source.rhythm, first=first_expected(source, days))
    expected = expected_days(rhythm, until=horizon(today))
    return [{"source_no": number, "day": day, "unit": rhythm.unit} for day in expected]


def _topic_row(topic: Topic) -> Row:
    texts = {"id": topic.id, "name": topic.name, "short": topic.short, "definition": topic.definition}
    return {**texts, "area": topic.group, "style_no": topic.style, "was": list(topic.was)}


def _group_row(position: int, desk: Desk) -> Row:
    return {"id": desk.id, "name": desk.name, "short": desk.short, "kind": desk.kind, "position": position}


def _event_row(event: Event) -> Row:
    return {"id": event.id, "day": event.day, "label": event.label, "url": event.url, "by_default": event.by_default}


def _view_row(position: int, view: ExampleView) -> Row:
    columns = ("name", "key", "source", "from_day", "to_day")
    numbers = [{name: getattr(number, name) for name in columns} for number in view.numbers]
    texts = {"id": view.id, "name": view.name, "sentence": view.sentence, "query": view.query}
    return {**texts, "position": position, "numbers": numbers}


def _target_row(position: int, target: ExampleTarget) -> Row:
    columns = ("name", "key", "at_least", "at_most", "why")
    return {name: getattr(target, name) for name in columns} | {"position": position, "source_id": target.source}


def _measured(path: Path, key: str, names: tuple[str, ...], *, needed: bool = True) -> list[Row]:
    """One list of what was measured of the tagger; none before it was measured, or where it holds none and needs none."""
    if not path.is_file():
        return []
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return [{name: row[name] for name in names} for row in (held[key] if needed else held.get(key, []))]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = "make it anew by measuring the tagger"
        raise InputError(f"the measurements can't be read ({error!r})", file=path, remedy=remedy) from error
