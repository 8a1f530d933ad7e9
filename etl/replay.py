"""A past run again, without the network: on the same snapshot, with its clock, its answers and what people had decided by then."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from etl.catalog import SOURCES
from etl.errors import AinewsError, InputError
from etl.fetch.line import replayed_line
from etl.intake import Chosen
from etl.publish import point_to, snapshot_path
from etl.reference import reference_digest
from etl.run import Build, Mode, run
from etl.run_log import RunReport
from etl.runs_log import entries_backwards
from etl.settings import Settings, day_in_zone
from etl.store.database import storage_errors
from etl.store.migrations import schema_digest
from etl.tagger.version import tagger_version


def replay(
    settings: Settings,
    run_id: str,
    *,
    onto: str,
    into: Path,
    build: Build | None = None,
    version: Callable[[Path], str] | None = None,
) -> RunReport:
    """Run `run_id` again onto the snapshot `onto`, into the new data folder `into`; nothing else is touched.

    Raises InputError where the run, the snapshot or an answer of it is not kept any more, and AinewsError where the
    program, the seeds or the sources have changed since: then the result would be another.
    """
    entry = _entry(settings.data / "runs.jsonl", run_id)
    clock = datetime.fromisoformat(entry["clock"].removesuffix("Z"))
    base = snapshot_path(settings, onto)
    if not base.is_file():
        raise InputError("there is no such snapshot", file=base, remedy="name one that is in data/snapshots")
    if into.exists() and not (into.is_dir() and not any(into.iterdir())):
        raise InputError("that is there already, and not empty", file=into, remedy="name a new one")
    # One of before there was that setting took all at once.
    target = replace(settings, data=into, desk=into / "desk", publish_every=entry.get("publish_every", sys.maxsize))
    with storage_errors(into):
        _lay_out(settings, target, entry, base)
    _same_makers(target, entry, clock, version)
    mode = Mode(chosen=_chosen(entry), line=replayed_line(settings, run_id), run_id=run_id)
    return run(target, clock=clock, mode=mode, build=build, version=version)


def _entry(log: Path, run_id: str) -> dict[str, Any]:
    """The run's line of the log."""
    lines = (entry for entry in entries_backwards(log) if entry.get("run_id") == run_id)
    entry = next((line for line in lines if line["outcome"] == "published"), None)
    if entry is None:
        raise InputError("no such run published anything", file=log, where=run_id, remedy="see the ids in that file")
    if entry.get("imported"):
        raise AinewsError(f"run {run_id} took in files that were given by hand: it can't be replayed")
    if entry.get("despite"):
        raise AinewsError(f"run {run_id} was published despite a check that failed: it can't be replayed")
    return entry


def _lay_out(settings: Settings, target: Settings, entry: Mapping[str, Any], base: Path) -> None:
    """The base snapshot, and the desk folder as long as it was then."""
    snapshot_path(target, base.stem).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(base, snapshot_path(target, base.stem))
    target.desk.mkdir(parents=True, exist_ok=True)
    for name, size in entry.get("desk", {}).items():
        content = (settings.desk / name).read_bytes() if (settings.desk / name).is_file() else b""
        if len(content) < size:
            raise InputError("it is shorter than when the run read it", file=settings.desk / name, remedy="restore it")
        (target.desk / name).write_bytes(content[:size])
    if (settings.desk / SOURCES).is_file():
        shutil.copyfile(settings.desk / SOURCES, target.desk / SOURCES)
    point_to(target, base.stem)


def _same_makers(
    target: Settings, entry: Mapping[str, Any], clock: datetime, version: Callable[[Path], str] | None
) -> None:
    """Raise AinewsError unless tagger, seeds and schema are those of the run."""
    tagger = version(target.seeds) if version else tagger_version(target.seeds, recognizer=target.recognizer_choice)
    today = day_in_zone(clock, target.time_zone)
    now = {
        "tagger": tagger,
        "reference": reference_digest(target.seeds, desk=target.desk, today=today),
        "schema": schema_digest(),
    }
    changed = [name for name, value in now.items() if entry.get(name) != value]
    if changed:
        names = ", ".join(f"{name} {entry.get(name)} then, {now[name]} now" for name in changed)
        raise AinewsError(
            f"run {entry['run_id']} can't be replayed with this version ({names}); install the version and seeds of then"
        )


def _chosen(entry: Mapping[str, Any]) -> Chosen:
    only = entry.get("only")
    return Chosen(only=None if only is None else frozenset(only), replace=frozenset(entry.get("replace", ())))
