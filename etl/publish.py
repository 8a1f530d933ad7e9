"""From a finished partial to the snapshot that everybody reads: checkpoint, flush, rename, pointer, prune; and back."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from etl.errors import AinewsError, InputError
from etl.retention import NAME, STAMP, Keep, kept, moment_of_name, named_by_desk
from etl.runs_log import unfinished
from etl.settings import Settings
from etl.store.database import connect

ROLLBACK = "return to the newest good one with `ainews rollback`"

# Called with the name of each step that is done; tests stop a run there.
Step = Callable[[str], None]


def snapshot_path(settings: Settings, name: str) -> Path:
    """Where a snapshot of that name is."""
    return settings.data / "snapshots" / f"{name}.duckdb"


def snapshot_names(settings: Settings) -> list[str]:
    """The names of all snapshots on disk, oldest first."""
    found = (path.stem for path in (settings.data / "snapshots").glob("*.duckdb"))
    return sorted(name for name in found if NAME.fullmatch(name))


def current_name(settings: Settings) -> str | None:
    """The name in `data/current`, None before the first run; raises InputError where it can't be a name."""
    pointer = settings.data / "current"
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        problem = f"the pointer can't be read ({error.strerror})"
        raise InputError(problem, file=pointer, remedy="make it a readable file, or remove it") from error
    except UnicodeDecodeError as error:
        raise InputError("the pointer is damaged", file=pointer, remedy=ROLLBACK) from error
    if not NAME.fullmatch(name):
        raise InputError(f"the pointer names no snapshot ({name[:40]!r})", file=pointer, remedy=ROLLBACK)
    return name


def current_snapshot(settings: Settings) -> Path | None:
    """The published snapshot, opened once to be sure; raises InputError where it is missing or damaged."""
    name = current_name(settings)
    if name is None:
        return None
    path = snapshot_path(settings, name)
    if not path.is_file():
        raise InputError("the pointer names a snapshot that is not there", file=path, remedy=ROLLBACK)
    problem = unreadable(path, settings)
    if problem:
        raise InputError(f"the snapshot is damaged ({problem})", file=path, remedy=ROLLBACK)
    return path


def need_snapshot(settings: Settings) -> Path:
    """The published snapshot; raises InputError with the remedy where there is none yet."""
    path = current_snapshot(settings)
    if path is None:
        raise InputError("there is no snapshot yet", file=settings.data, remedy="make one with `ainews run`")
    return path


def need_any_snapshot(settings: Settings) -> str:
    """What the dashboard should say aloud because it will show an older snapshot; empty where the current one is good.

    Raises InputError where there is no good one at all.
    """
    try:
        need_snapshot(settings)
    except InputError as error:
        if not any(is_good(settings, name) for name in snapshot_names(settings)):
            raise
        return f"{error}; until then the newest good one is shown"
    return ""


def unreadable(path: Path, settings: Settings) -> str:
    """What is wrong with a snapshot; empty where it opens and counts its runs."""
    try:
        with connect(path, settings, read_only=True) as con:
            runs = con.execute("SELECT count(*) FROM run WHERE snapshot = ?", [path.stem]).fetchall()[0][0]
            con.execute("SELECT count(*), max(length(body)) FROM story_fact").fetchall()
    except InputError as error:
        return error.problem
    except duckdb.Error as error:
        return str(error).partition("\n")[0]
    return "" if runs else "it does not hold the run that made it"


def new_name(settings: Settings, *, run_id: str, now: datetime) -> str:
    """A name that sorts after every other: the wall clock's second, or one past the newest where that is not later."""
    names = snapshot_names(settings)
    if names:
        now = max(now, moment_of_name(names[-1]) + timedelta(seconds=1))
    return f"{now.strftime(STAMP)}-{run_id}"


@contextmanager
def partial_copy(settings: Settings, name: str, base: Path | None) -> Iterator[Path]:
    """A file under `data/partial` to build on: a copy of the snapshot before, or nothing yet on a first run.

    What an earlier run left there is cleared first. This run's stays for inspection where its checks failed, and goes
    where the disk did: it may be what filled it.
    """
    folder = settings.data / "partial"
    folder.mkdir(parents=True, exist_ok=True)
    _clear(folder)
    path = folder / f"{name}.duckdb"
    try:
        if base is not None:
            shutil.copyfile(base, path)
        yield path
    except (OSError, duckdb.Error):
        _clear(folder)
        raise


def _clear(folder: Path) -> None:
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def publish(settings: Settings, partial: Path, *, base: Path | None, step: Step) -> Path:
    """Flush a closed partial, rename it among the snapshots, point to it, and prune the oldest but the one before it."""
    target = snapshot_path(settings, partial.stem)
    target.parent.mkdir(parents=True, exist_ok=True)
    flush(partial)
    step("flushed")
    os.replace(partial, target)
    flush(target.parent)
    step("renamed")
    point_to(settings, target.stem)
    step("pointed")
    prune(settings, keep=base.stem if base else None)
    return target


def point_to(settings: Settings, name: str) -> None:
    """Name a snapshot as the current one, in one atomic step."""
    pointer = settings.data / "current"
    draft = pointer.with_name("current.new")
    draft.write_text(f"{name}\n", encoding="utf-8")
    flush(draft)
    os.replace(draft, pointer)
    flush(settings.data)


def flush(path: Path) -> None:
    """Force a file or folder to disk: a rename that survives a power cut must not outlive the content."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def prune(settings: Settings, *, keep: str | None = None) -> list[str]:
    """Delete the snapshots that nothing keeps; returns the names deleted.

    Kept are those of the settings (`keep_snapshots`, `keep_daily`, `keep_monthly`), those that the desk names, the current
    one and `keep`: after a rollback the one that the current one was made from may be older than all that were abandoned.
    The parts of a backlog go as it goes on, but for the last two.
    """
    names = snapshot_names(settings)
    rule = Keep(settings.keep_snapshots, settings.keep_daily, settings.keep_monthly)
    try:
        needed = {name for name in (current_name(settings), keep) if name} | named_by_desk(settings.desk)
        parts = unfinished(settings.data / "runs.jsonl")
    except OSError:  # what can't be read may name any of them
        return []
    deleted = []
    for name in sorted(frozenset(names) - kept(names, rule, needed=needed, parts=parts)):
        with suppress(OSError):  # the new one is published by now; what stays is tried again after the next run
            snapshot_path(settings, name).unlink()
            deleted.append(name)
    return deleted


def adopt(settings: Settings) -> str | None:
    """Point to the newest good snapshot where the pointer is missing: a run was killed between rename and pointer."""
    if current_name(settings) is not None:
        return None
    good = next((name for name in reversed(snapshot_names(settings)) if is_good(settings, name)), None)
    if good is not None:
        point_to(settings, good)
    return good


def rollback(settings: Settings) -> str:
    """Point to the snapshot before the current one and return its name.

    Before means: the one that the current one was made from, or where the current one can't say so, the newest good
    one. Raises AinewsError where none is left.
    """
    try:
        name = current_name(settings)
    except InputError:
        name = None
    others = [other for other in reversed(snapshot_names(settings)) if other != name]
    lineage = _lineage(settings, name)
    candidates = others if lineage is None or name is None else [*lineage, *(other for other in others if other < name)]
    for candidate in candidates:
        if candidate in others and is_good(settings, candidate):
            point_to(settings, candidate)
            return candidate
    raise AinewsError(f"{settings.data}: there is no other good snapshot to return to; `ainews run` makes one")


def base_of(settings: Settings, name: str) -> Path | None:
    """The snapshot that this one was made from: after a rollback not the one whose name comes before. None where it is gone."""
    base = next(iter(_lineage(settings, name) or ()), None)
    return snapshot_path(settings, base) if base is not None and is_good(settings, base) else None


def is_good(settings: Settings, name: str) -> bool:
    """Whether a snapshot of that name is there and can be read."""
    return not unreadable(snapshot_path(settings, name), settings)


def _lineage(settings: Settings, name: str | None) -> list[str] | None:
    """The snapshots that a snapshot was made from, newest first; None where it can't be read."""
    if name is None or not snapshot_path(settings, name).is_file() or not is_good(settings, name):
        return None
    with connect(snapshot_path(settings, name), settings, read_only=True) as con:
        rows = con.execute("SELECT snapshot FROM run WHERE snapshot <> ? ORDER BY snapshot DESC", [name]).fetchall()
    return [row[0] for row in rows]


def log_run(settings: Settings, entry: Mapping[str, Any]) -> None:
    """Add a line to `data/runs.jsonl` and flush it; half a line that a killed run left is closed first."""
    with (settings.data / "runs.jsonl").open("a+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        torn = file.read(1) not in (b"", b"\n")
        file.write(b"\n" * torn + json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
