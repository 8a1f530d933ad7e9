"""`ainews publish --despite`: publish what a run left because checks failed, for somebody knows better, and note who and why."""

from __future__ import annotations

import getpass
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from etl.checks import Finding, load_checks, prepare_checks, run_checks
from etl.errors import AinewsError, ChecksFailed, InputError
from etl.publish import Step, current_snapshot, log_run, publish
from etl.retention import NAME
from etl.settings import Settings
from etl.store.database import connect, rows_of, statement, storage_errors
from etl.store.lock import writer_lock
from etl.store.migrations import migrate

_AGAIN = "run again with `ainews run`"


@dataclass(frozen=True, slots=True)
class Note:
    """Which checks are overruled (by name), why, by whom, and when (naive UTC)."""

    checks: tuple[str, ...]
    why: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """The name of the snapshot, and what the checks found in it all the same."""

    snapshot: str
    overruled: tuple[str, ...]
    warnings: tuple[str, ...]


def note_of(checks: Iterable[str], *, why: str, at: datetime, who: str | None = None) -> Note:
    """A note on checks named with or without their number, by whom the system says runs this. Raises InputError."""
    names = {check.name: check.name for check in load_checks()}
    names |= {name.partition("_")[2]: name for name in names}
    asked = list(dict.fromkeys(checks))
    for unknown in (name for name in asked if name not in names):
        raise InputError(
            "there is no such check", file="--despite", where=unknown, remedy="use a name that the failed run gave"
        )
    if not why.strip():
        raise InputError(
            "a reason is needed", file="--why", remedy="say why the data is right although the check failed"
        )
    return Note(tuple(dict.fromkeys(names[name] for name in asked)), why.strip(), who or _user(), at)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have a number and no name
        return "unknown"


def publish_despite(settings: Settings, note: Note, *, step: Step = lambda _: None) -> Published:
    """Publish the partial of the last run although the checks of `note` found something.

    Raises LockHeld, ChecksFailed where another check fails too, and AinewsError where there is no whole partial, where it was
    made from another snapshot than the current one, or where a named check found nothing.
    """
    with storage_errors(settings.data), writer_lock(settings):
        partial = _partial(settings)
        base = current_snapshot(settings)
        with connect(partial, settings, read_only=False) as con:
            run = _run_of(con, partial, base)
            migrate(con, at=run["clock"])
            findings = _findings(con, settings, base=base, clock=run["clock"])
            _insist(findings, note.checks)
            con.executemany("INSERT OR REPLACE INTO despite VALUES (?, ?, ?, ?, ?)",
                            [(run["run_id"], check, note.why, note.who, note.at) for check in note.checks])  # fmt: skip
            con.execute("CHECKPOINT")
        publish(settings, partial, base=base, step=step)
        log_run(settings, _log_entry(run, note))
    overruled, warnings = (
        tuple(str(found) for found in findings if found.check.fatal == fatal) for fatal in (True, False)
    )
    return Published(partial.stem, overruled, warnings)


def _partial(settings: Settings) -> Path:
    """The file that the last run left."""
    found = [path for path in (settings.data / "partial").glob("*.duckdb") if NAME.fullmatch(path.stem)]
    if len(found) != 1:
        raise AinewsError(f"{settings.data / 'partial'}: no run left a snapshot there whose checks failed; {_AGAIN}")
    return found[0]


def _run_of(con: duckdb.DuckDBPyConnection, partial: Path, base: Path | None) -> Mapping[str, Any]:
    """The row of the run that made the partial; it must be whole, and made from the current snapshot."""
    try:
        runs = rows_of(con, "SELECT * FROM run ORDER BY snapshot DESC")
    except duckdb.CatalogException:
        runs = []
    if not runs or runs[0]["snapshot"] != partial.stem:
        raise AinewsError(f"{partial}: the run was stopped before it was done; {_AGAIN}")
    made_from = runs[1]["snapshot"] if len(runs) > 1 else None
    if made_from != (base.stem if base else None):
        now = base.stem if base else "none"
        raise AinewsError(
            f"{partial}: it was made from {made_from or 'nothing'}, and the current snapshot is {now}; {_AGAIN}"
        )
    return runs[0]


def _findings(
    con: duckdb.DuckDBPyConnection, settings: Settings, *, base: Path | None, clock: datetime
) -> list[Finding]:
    """What the checks find in the partial, compared with the snapshot before."""
    previous: dict[str, int] = {}
    if base is not None:
        with connect(base, settings, read_only=True) as before:
            previous = dict(before.execute(statement("store/previous_counts")).fetchall())
    prepare_checks(con, previous=previous, clock=clock, settings=settings)
    return run_checks(con)


def _insist(findings: Iterable[Finding], overruled: Collection[str]) -> None:
    """Raise where a check fails that was not named, or one was named that finds nothing: the note must be true."""
    fatal = {found.check.name: found for found in findings if found.check.fatal}
    others = [str(found) for name, found in fatal.items() if name not in overruled]
    if others:
        raise ChecksFailed("other checks failed too:\n  " + "\n  ".join(others))
    idle = sorted(set(overruled) - fatal.keys())
    if idle:
        raise InputError(
            "this check found nothing that would stop it", file="--despite", where=idle[0], remedy="leave it out"
        )


def _log_entry(run: Mapping[str, Any], note: Note) -> dict[str, Any]:
    """The line of `data/runs.jsonl`; moments are UTC."""
    now = datetime.now(UTC).replace(tzinfo=None)
    times = {"clock": run["clock"], "started": run["started"], "finished": now}
    return {
        "run_id": run["run_id"],
        "outcome": "published",
        **{name: f"{time.isoformat()}Z" for name, time in times.items()},
        "snapshot": run["snapshot"],
        "despite": list(note.checks),
        "why": note.why,
        "who": note.who,
    }
