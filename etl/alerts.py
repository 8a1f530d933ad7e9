"""Alerts for people: judged on a published snapshot, told once per change, and again until it was told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import filelock

from etl.alert_facts import Facts
from etl.alert_find import Finding, find
from etl.alert_judge import INSIDE, LEVEL, PUBLISHING
from etl.alert_link import story_link
from etl.alert_rules import Alert, Loaded, load_alerts
from etl.alert_send import Send, channels_of, send
from etl.alert_state import Kept, Message, after_look, is_change, read_state, settled, taken, with_message, write_state
from etl.errors import AinewsError, InputError
from etl.publish import ROLLBACK
from etl.settings import Settings, address_of, day_in_zone
from etl.store.database import asking, connect, rows_of, statement

STATE = "alerts.json"
_WAIT = 30.0  # seconds
# What comes before the sentence where something has ended: the numbers alone would not say that it is news.
_OVER = {INSIDE: "Back in the band", PUBLISHING: "Publishes again", LEVEL: "No longer a clear change"}


@dataclass(frozen=True, slots=True)
class Look:
    """One alert: where it stands, what was kept of it before and is kept now, and whether that is a change to be told."""

    alert: Alert
    finding: Finding
    before: Kept | None
    kept: Kept | None
    change: bool


@dataclass(slots=True)
class Told:
    """What a look at all alerts came to; `sent` are (alert, channel), `problems` what could not be used or sent."""

    looks: list[Look] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def after_publish(settings: Settings, snapshot_path: Path, clock: datetime) -> list[str]:
    """Judge the alerts on this snapshot and tell what changed; returns warnings, and raises nothing for what fails.

    `clock` is the run's (naive UTC). To be called after each run, also one that published nothing: silence begins
    without a new snapshot, and what could not be sent is tried again.
    """
    try:
        loaded = load_alerts(settings.desk)
        if not loaded.alerts and not read_state(settings.data / STATE)[0]:
            return [f"alerts: {problem}" for problem in loaded.problems]
        told = tell(settings, loaded, snapshot_path, clock)
    except (AinewsError, OSError) as error:
        return [f"alerts: {' '.join(str(error).split())}"]
    return [f"alerts: {problem}" for problem in (*loaded.problems, *told.problems)]


def tell(settings: Settings, loaded: Loaded, snapshot_path: Path, clock: datetime, *, dry: bool = False) -> Told:
    """Judge the alerts, note where they stand, and send what changed and what waits; `dry` only judges.

    What is to be sent is on disk before it is sent: a run killed in between tells it again rather than never. Raises
    AinewsError where another process tells for half a minute, InputError for a snapshot that can't be opened, OSError
    where the state can't be written.
    """
    path = settings.data / STATE
    if dry:
        state, warnings = read_state(path)
        told = Told(problems=warnings)
        told.looks.extend(_looks(settings, loaded.alerts, snapshot_path, clock, state, told.problems))
        return told
    with _alone(settings):
        state, warnings = read_state(path)
        told = Told(problems=warnings)
        told.looks.extend(_looks(settings, loaded.alerts, snapshot_path, clock, state, told.problems))
        kept = _kept_now(told.looks, state, loaded)
        if kept != state:
            write_state(path, kept)
        deliver(settings, loaded.alerts, kept, told)
    return told


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One process tells at a time: two would both send what waits."""
    settings.data.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(settings.data / f".{STATE}.lock", timeout=_WAIT)
    try:
        with lock:
            yield
    except filelock.Timeout as error:
        raise AinewsError(
            f"{lock.lock_file}: another process is sending alerts; try again when it has ended"
        ) from error


def _looks(
    settings: Settings,
    alerts: Sequence[Alert],
    snapshot_path: Path,
    clock: datetime,
    state: Mapping[str, Kept],
    problems: list[str],
) -> Iterator[Look]:
    address = address_of(settings.dashboard_address)
    with connect(snapshot_path, settings, read_only=True) as con, asking(snapshot_path):
        run = _run_of(con, snapshot_path)
        moment = max(clock, run["clock"])  # a clock that was set back must not make a silent source look well
        facts = Facts(con, run["snapshot"], moment, day_in_zone(moment, settings.time_zone))
        for alert in alerts:
            try:
                finding = find(facts, alert, address=address)
            except InputError as error:
                problems.append(str(error))
                continue
            yield _look(alert, finding, state.get(alert.id), facts, address)


def _run_of(con: duckdb.DuckDBPyConnection, snapshot: Path) -> Mapping[str, Any]:
    rows = rows_of(con, statement("status/run"))
    if not rows:
        raise InputError("the snapshot does not hold the run that made it", file=snapshot, remedy=ROLLBACK)
    return rows[0]


def _look(alert: Alert, finding: Finding, before: Kept | None, facts: Facts, address: str) -> Look:
    stands, clock = {"status": finding.status, "evidence": finding.at}, f"{facts.clock.isoformat()}Z"
    change = is_change(alert, before, **stands)
    kept = after_look(before, alert, **stands, clock=clock)
    if change and kept is not None:
        kept = with_message(kept, _message(alert, finding, kept, facts.snapshot, clock, address))
    return Look(alert, finding, before, kept, change)


def _message(alert: Alert, finding: Finding, kept: Kept, snapshot: str, clock: str, address: str) -> Message:
    over = _OVER.get(finding.status, "")
    stories = [asdict(seen) | {"day": seen.day.isoformat()} for seen in finding.stories]
    return Message(
        id=sha256(f"{alert.id} {alert.definition} {kept.changes} {finding.status} {clock}".encode()).hexdigest()[:16],
        alert=alert.id,
        name=alert.name or alert.id,
        rule=type(alert.rule).__name__.lower(),
        status=finding.status,
        text=f"{over}. {finding.text}" if over else finding.text,
        link=finding.link,
        stories=tuple(story | {"link": story_link(address, story["story_id"])} for story in stories),
        snapshot=snapshot,
        at=clock,
    )


def _kept_now(looks: Iterable[Look], state: Mapping[str, Kept], loaded: Loaded) -> dict[str, Kept]:
    """What is kept of each alert. One that could not be judged, or read just now, keeps what it had; one that is gone nothing."""
    kept = {look.alert.id: look.kept for look in looks if look.kept is not None}
    looked = {look.alert.id for look in looks}
    there = {alert.id for alert in loaded.alerts} | {problem.where.partition(",")[0] for problem in loaded.problems}
    return kept | {name: one for name, one in state.items() if name in there and name not in looked}


def deliver(settings: Settings, alerts: Sequence[Alert], kept: dict[str, Kept], told: Told, *, by: Send = send) -> None:
    """Send what waits, the oldest of each alert first, and note in `kept` and on disk what was taken.

    A channel that failed is left alone until the next time: another wait for each message would hold up the run, and
    later ones must not overtake. Raises OSError where the state can't be written.
    """
    failed: dict[str, str] = {}
    for alert in (alert for alert in alerts if alert.id in kept):
        wanted = alert.to or channels_of(settings)
        kept[alert.id] = settled(kept[alert.id], wanted)
        if kept[alert.id].waiting and not wanted:
            told.problems.append(f"{alert.file}:{alert.id}: {_NO_WAY}")
        for message, channel in product(kept[alert.id].waiting, wanted):
            if channel in message.done or channel in failed:
                continue
            why = by(settings, channel, message)
            if why:
                failed[channel] = why
                continue
            told.sent.append((alert.id, channel))
            kept[alert.id] = settled(taken(kept[alert.id], message.id, channel), wanted)
            write_state(settings.data / STATE, kept)
    told.problems.extend(f"{why}; what waits is sent with the next run" for why in failed.values())


_NO_WAY = "there is something to tell and no way to; set alert_command, alert_webhook or alert_mail in settings.toml"
