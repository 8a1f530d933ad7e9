"""How fresh the data is and how each source fares: rows of the snapshot and the log of runs → text or JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from etl.health import days, failing, problems
from etl.runs_log import GOOD, History, last_good, last_run, source_histories
from etl.settings import Settings, day_in_zone
from etl.store.database import connect, rows_of, statement
from etl.store.held import read_waiting

_UNITS = {"issue": "issues", "day": "days", "month": "months"}
_MACROS = ("30_poisson_cdf", "31_source_health")
_WIDTH, _NAME = 120, 26


@dataclass(frozen=True, slots=True)
class Status:
    """`clock` is that of the run that made the snapshot, `checked` that of the last run, `good` when a run last came through by
    the wall clock (None: unknown). `problems` are what a monitor should be red for, `waiting` the names of sources of which the
    next run takes the rest. Moments are UTC.
    """

    ok: bool
    problems: tuple[str, ...]
    snapshot: str
    clock: datetime
    checked: datetime | None
    outcome: str | None
    good: datetime | None
    tagger: str
    stories: int
    newest: date | None
    waiting: tuple[str, ...]
    sources: tuple[Mapping[str, Any], ...]


def read_status(
    path: Path, settings: Settings, *, now: datetime | None = None, max_age: timedelta | None = None
) -> Status:
    """Read a snapshot and the log of runs as they stand at `now` (naive UTC; by default the clock of the snapshot's run).

    With `max_age`, a last good run that is older is a problem. A `now` before the snapshot's clock counts as that: a clock
    that was set back must not make a silent source look well.
    """
    log = settings.data / "runs.jsonl"
    last, good = last_run(log), last_good(log)
    with connect(path, settings, read_only=True) as con:
        (run,) = rows_of(con, statement("status/run"))
        moment = max(now or run["clock"], run["clock"])
        rows = health_rows(con, today=day_in_zone(moment, settings.time_zone))
        waiting = read_waiting(con)
    histories = source_histories(log)
    sources = tuple({**row, **_history(histories.get(row["id"]))} for row in rows)
    found = problems(sources, good=good, now=now or run["clock"], max_age=max_age)
    return Status(
        ok=not found,
        problems=found,
        checked=datetime.fromisoformat(last["clock"].removesuffix("Z")) if last else None,
        outcome=last["outcome"] if last else None,
        good=good,
        waiting=waiting,
        sources=sources,
        **run,
    )


def health_rows(con: duckdb.DuckDBPyConnection, *, today: date) -> list[dict[str, Any]]:
    """The health of each source by rows alone; the macros are ours, so that an older snapshot is judged alike."""
    for name in _MACROS:
        con.execute(statement(f"macros/{name}").replace("CREATE OR REPLACE MACRO", "CREATE OR REPLACE TEMP MACRO"))
    return rows_of(con, statement("status/sources"), {"today": today})


def _history(history: History | None) -> dict[str, Any]:
    """What the log adds to a source's row; the same keys for one that was never asked."""
    known = history or History()
    return {"failures": known.failures, "failure": known.reason, "last_success": known.last_success}


def as_text(status: Status) -> str:
    """A few lines for a person, at most 120 columns wide."""
    held = sum(row["stories"] > 0 for row in status.sources)
    newest = f"{status.newest:%d %b %Y}" if status.newest else "none"
    lines = [
        f"Stories to {newest} · {status.stories:,} stories, {held} sources",
        f"Snapshot {status.snapshot}, made {status.clock:%d %b %Y %H:%M} UTC, tagger {status.tagger}",
    ]
    if status.checked is not None:
        lines.append(f"Last run {status.checked:%d %b %Y %H:%M} UTC: {status.outcome}")
        if status.good is not None and status.outcome not in GOOD:
            lines.append(f"Last good run {status.good:%d %b %Y %H:%M} UTC")
    lines += [f"The rest of {', '.join(status.waiting)} waits for the next run"] if status.waiting else []
    lines += ["", *_table([row for row in status.sources if _asked(row)])]
    idle = sum(not _asked(row) for row in status.sources)
    lines += [f"{idle} more sources are listed and not asked."] if idle else []
    lines += ["", *(f"! {problem}" for problem in status.problems)] if status.problems else []
    return "\n".join(lines) + "\n"


def _asked(row: Mapping[str, Any]) -> bool:
    """Whether a source ever gave anything or was asked: the others would bury these."""
    return bool(row["stories"] or row["failures"] or row["last_success"])


def _table(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [("Source", "Stories", "Last story", "Usual gap", "Last 13 weeks", "State"), *map(_cells, sources)]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    room = _WIDTH - sum(widths) - 2 * len(widths)
    return [
        "  ".join(
            [
                *(cell.ljust(width) for cell, width in zip(row, widths, strict=False)),
                textwrap.shorten(row[5], room, placeholder=" …"),
            ]
        ).rstrip()
        for row in rows
    ]


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        textwrap.shorten(row["name"], _NAME, placeholder="…"),
        f"{row['stories']:,}",
        str(row["last_story"] or "none"),
        days(row["gap_days"]),
        _came(row),
        _state(row),
    )


def _came(row: Mapping[str, Any]) -> str:
    """What came of what was expected; an irregular source leads to expect nothing."""
    unit = _UNITS.get(row["rhythm"])
    return f"{row['came']} of {row['expected']} {unit}" if unit else days(row["came"])


def _state(row: Mapping[str, Any]) -> str:
    """The state in words, and what is due."""
    period = "month" if row["rhythm"] == "month" else "week"
    words = {
        "off": "switched off",
        "gap": row["reason"] or "",
        "none": "nothing yet",
        "silent": f"silent for {days(row['days_since'] or 0)}",
    }
    amount = f"{row['state']}: {row['period_stories']} in the last {period}, usually {row['usual'] or 0:.3g}"
    state = words.get(row["state"], "ok" if row["state"] == "ok" else amount)
    parts = [state, failing(row), "" if row["state"] in ("off", "gap") else _due(row)]
    return ", ".join(part for part in parts if part)


def _due(row: Mapping[str, Any]) -> str:
    if row["due_day"] is None:
        return ""
    return f"{row['overdue']} due since {row['due_day']}" if row["overdue"] else f"next due {row['due_day']}"


def as_json(status: Status) -> str:
    """The same as one JSON object, dates in ISO form."""
    return json.dumps(asdict(status), default=str, ensure_ascii=False, indent=2) + "\n"
