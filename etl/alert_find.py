"""Where each alert stands now, in a sentence with its numbers, and with the link that shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from etl import alert_words as words
from etl.alert_facts import Drawn, Facts, Point, Seen
from etl.alert_judge import (
    FEW,
    INSIDE,
    LEVEL,
    PUBLISHING,
    SEEN,
    SILENT,
    UNKNOWN,
    UNSEEN,
    UP,
    counterpart,
    direction,
    place_in_band,
)
from etl.alert_link import story_link, view_link
from etl.alert_rules import ISSUE, Alert, Band, Mover, Phrase, Silent
from etl.health import days as days_in_words

_SHOWN_BEFORE_SILENCE = timedelta(weeks=13)


@dataclass(frozen=True, slots=True)
class Finding:
    """Where an alert stands: one of the states of etl/alert_judge.py, `at` the ISO day that the evidence reaches to ('' for none).

    `text` is one sentence without its full stop; `stories` are the first ones of a phrase.
    """

    status: str
    at: str
    text: str
    link: str = ""
    stories: tuple[Seen, ...] = ()


def find(facts: Facts, alert: Alert, *, address: str) -> Finding:
    """Judge one alert; `address` is the dashboard's, '' for no links. Raises InputError for what this data does not know."""
    alert = facts.resolved(alert)
    match alert.rule:
        case Silent():
            return _silent(facts, alert, alert.rule, address)
        case Phrase():
            return _phrase(facts, alert, alert.rule, address)
        case Band() | Mover():
            return _share(facts, alert, alert.rule, address)


def _share(facts: Facts, alert: Alert, rule: Band | Mover, address: str) -> Finding:
    drawn = facts.drawn(alert.watch, rule)
    if drawn is None:
        return Finding(
            UNKNOWN, "", f"{alert.name or facts.name(alert.watch.key)}: cannot tell yet, there are no stories"
        )
    subject = alert.name or words.subject(alert.watch, drawn, facts.name)
    points = facts.points(alert.watch, drawn, rule.grain)
    if not points:
        unit = words.unit_of(drawn.sources, rule.grain)
        return Finding(UNKNOWN, "", f"{subject}: cannot tell yet, there is no {unit} with stories")
    if isinstance(rule, Band):
        found, shown = _band(subject, drawn, points, rule)
    else:
        found, shown = _mover(facts, subject, points, rule)
    drawn = replace(drawn, from_day=shown[0], to_day=shown[1])
    total = facts.total(alert.watch, drawn)
    grain = "day" if rule.grain == ISSUE else rule.grain
    link = view_link(address, alert.watch, drawn, grain=grain, snapshot=facts.snapshot, total=total)
    return replace(found, link=link)


def _band(subject: str, drawn: Drawn, points: Sequence[Point], rule: Band) -> tuple[Finding, tuple[date, date]]:
    """The finding, and the days that show it."""
    place, unit = place_in_band(points, rule), words.unit_of(drawn.sources, rule.grain)
    last = points[-rule.count :]
    text = f"{subject}: {words.counted(place.last)} in {words.last(len(last), unit)}; the band asks {_asked(rule)}; "
    if place.status == UNKNOWN:
        few = f"{len(last)} of {rule.count} {unit}s" if len(last) < rule.count else f"fewer than {FEW} stories"
        text += f"cannot tell yet, {few}"
    elif place.status == INSIDE:
        text += f"{place.within} of the {rule.count} {unit}s within" if rule.count > 1 else "within"
    else:
        since = words.period(place.since or place.last.period, rule.grain)
        text += f"{place.status} since {'at least ' if not place.whole_run else ''}{since}"
    return Finding(place.status, last[-1].period.isoformat(), text), (place.last.period, place.last.end)


def _asked(rule: Band) -> str:
    if rule.low <= 0:
        return f"at most {rule.high:g} %"
    return f"at least {rule.low:g} %" if rule.high >= 100 else f"{rule.low:g} to {rule.high:g} %"


def _mover(facts: Facts, subject: str, points: Sequence[Point], rule: Mover) -> tuple[Finding, tuple[date, date]]:
    """The finding, and the days that show it."""
    after, before = points[-1], counterpart(points, grain=rule.grain, against=rule.against)
    at, end = after.period.isoformat(), words.in_period(after.period, rule.grain)
    if before is None:
        other = "the same one a year before is not whole" if rule.against == "year" else "it is the first whole one"
        text = f"{subject}: cannot tell yet, {words.counted(after)} {end}, and {other}"
        return Finding(UNKNOWN, at, text), (after.period, after.end)
    shown, start = (before.period, after.end), words.in_period(before.period, rule.grain)
    numbers = f"from {words.counted(before)} {start} to {words.counted(after)} {end}"
    if min(before.n, after.n) < FEW:
        return Finding(UNKNOWN, at, f"{subject}: too few stories to say, {numbers}"), shown
    low, high = facts.difference(before, after)
    status = direction(low, high)
    change = f"{words.points(after.k / after.n - before.k / before.n)} points, likely range "
    change += f"{words.points(low)} to {words.points(high)}"
    verb = f"no clear change {numbers}" if status == LEVEL else f"{'up' if status == UP else 'down'} {numbers}"
    return Finding(status, at, f"{subject}: {verb}; {change}"), shown


def _silent(facts: Facts, alert: Alert, rule: Silent, address: str) -> Finding:
    row = facts.health.get(rule.source)
    if row is None:
        raise alert.error(f"the source {rule.source!r} is not in this data", remedy="use the id of a source")
    name, at = alert.name or str(row["name"]), facts.today.isoformat()
    link = _source_link(facts, alert, row, address)
    if row["state"] in ("off", "gap", "none"):
        why = {"off": "it is switched off", "gap": row["reason"], "none": "nothing came yet"}[row["state"]]
        return Finding(UNKNOWN, at, f"{name}: cannot tell, {why}", link)
    usual = f"usually {days_in_words(row['gap_days'])} apart"
    if row["state"] == "silent":
        text = f"{name}: silent for {days_in_words(row['days_since'])}, since {words.day(row['last_story'])}; {usual}"
        return Finding(SILENT, at, text, link)
    text = f"{name}: last story on {words.day(row['last_story'])}, {_ago(row['days_since'])}; {usual}"
    return Finding(PUBLISHING, at, text, link)


def _ago(number: int) -> str:
    return "today" if number == 0 else f"{days_in_words(number)} ago"


def _source_link(facts: Facts, alert: Alert, row: Mapping[str, Any], address: str) -> str:
    """What the source sent before it fell silent."""
    if row["last_story"] is None:
        return ""
    (origin,) = [origin for origin in facts.origins if origin.id == row["id"]]
    first = max(origin.first_day or row["last_story"], row["last_story"] - _SHOWN_BEFORE_SILENCE)
    drawn = Drawn((origin,), first, row["last_story"], need_each=False)
    return view_link(address, alert.watch, drawn, grain="week", snapshot=facts.snapshot)


def _phrase(facts: Facts, alert: Alert, rule: Phrase, address: str) -> Finding:
    looked, found, stories = facts.seen(alert.watch, rule)
    name, since = alert.name or f"“{rule.phrase}”", f" since {words.day(rule.since)}" if rule.since else ""
    if not stories:
        return Finding(UNSEEN, "", f"{name}: not seen in {words.stories(looked)}{since}")
    first = stories[0]
    text = f"{name}: first seen{since and f'{since},'} on {words.day(first.day)} in {first.source}; {words.stories(found)} so far"
    return Finding(SEEN, "", text, story_link(address, first.story_id), stories)
