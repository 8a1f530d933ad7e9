"""How fresh the data is and what each source sent: rows of the snapshot → text or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from etl.settings import Settings
from etl.store.database import connect, rows_of, statement

_UNITS = {"issue": "issues", "day": "days", "month": "months"}


@dataclass(frozen=True, slots=True)
class Status:
    """`clock` is that of the run that made the snapshot, `checked` when a run last looked for news (None: unknown)."""

    snapshot: str
    clock: datetime
    checked: datetime | None
    outcome: str | None
    tagger: str
    stories: int
    newest: date | None
    sources: tuple[Mapping[str, Any], ...]


def read_status(path: Path, settings: Settings, *, today: date | None = None) -> Status:
    """Read a snapshot and the log of runs; the last 13 weeks count back from `today`, by default the snapshot's day."""
    last = last_run(settings.data / "runs.jsonl")
    with connect(path, settings, read_only=True) as con:
        (run,) = rows_of(con, statement("status/run"))
        sources = rows_of(con, statement("status/sources"), {"today": today or run["clock"].date()})
    checked = datetime.fromisoformat(last["clock"].removesuffix("Z")) if last else None
    return Status(sources=tuple(sources), checked=checked, outcome=last["outcome"] if last else None, **run)


def last_run(log: Path) -> dict[str, Any] | None:
    """The log's last readable line: a killed run may leave half of one."""
    if not log.is_file():
        return None
    for line in reversed(log.read_text(encoding="utf-8", errors="replace").splitlines()):
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and {"clock", "outcome"} <= entry.keys():
            return entry
    return None


def as_text(status: Status) -> str:
    """A few lines for a person."""
    newest = f"{status.newest:%d %b %Y}" if status.newest else "none"
    lines = [
        f"Stories to {newest} · {status.stories:,} stories, {len(status.sources)} sources",
        f"Snapshot {status.snapshot}, made {status.clock:%d %b %Y %H:%M} UTC, tagger {status.tagger}",
    ]
    if status.checked is not None:
        lines.append(f"Last run {status.checked:%d %b %Y %H:%M} UTC: {status.outcome}")
    return "\n".join([*lines, "", *_table(status.sources)]) + "\n"


def _table(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [("Source", "Stories", "Last story", "Last 13 weeks", "")]
    for source in sources:
        came = f"{source['came']} of {source['expected']} {_UNITS[source['rhythm']]}"
        rows.append(
            (
                source["name"],
                f"{source['stories']:,}",
                str(source["last_story"] or "none"),
                came,
                source["reason"] or "",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip()
        for row in rows
    ]


def as_json(status: Status) -> str:
    """The same as one JSON object, dates in ISO form."""
    return json.dumps(asdict(status), default=str, ensure_ascii=False, indent=2) + "\n"
