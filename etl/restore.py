"""`ainews restore`: an archive back into data and desk folder, verified before anything is touched."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from etl.backup import DESK, FORMAT, MANIFEST, POINTER, RUNS, SNAPSHOTS
from etl.errors import AinewsError, InputError
from etl.publish import flush, point_to, snapshot_path, unreadable
from etl.retention import NAME
from etl.settings import Settings
from etl.store.lock import writer_lock

_BLOCK = 1 << 20
_OTHER = "use another backup"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: the snapshot's name, how many files of the desk, and where a former desk folder is now."""

    snapshot: str
    desk_files: int
    moved_to: Path | None


def restore(settings: Settings, archive: Path, *, replace_desk: bool, at: datetime) -> Restored:
    """Put the snapshot under its name, point to it, and put the desk folder back; a log of runs that is there stays.

    A desk folder that holds anything is left alone and the restore refused, unless `replace_desk`: then it is moved aside,
    under a name with `at` (naive UTC). Raises LockHeld beside a run, InputError for an archive that is damaged or holds
    something else, and AinewsError for what the disk refuses; nothing is changed then.
    """
    try:
        with writer_lock(settings), _unpacked(settings, archive) as folder:
            manifest = _verified(folder, archive)
            name = manifest["snapshot"]
            problem = unreadable(folder / SNAPSHOTS / f"{name}.duckdb", settings)
            if problem:
                raise InputError(f"the snapshot in it is damaged ({problem})", file=archive, remedy=_OTHER)
            _refuse_desk(settings.desk, replace=replace_desk)
            return _put_back(settings, folder, name, at=at)
    except OSError as error:
        remedy = "make room or grant access, then restore again"
        raise AinewsError(f"{error.filename or archive}: {error.strerror or error}; {remedy}") from error


def _refuse_desk(desk: Path, *, replace: bool) -> None:
    if not replace and desk.is_dir() and any(desk.iterdir()):
        remedy = "`--replace-desk` moves it aside; or set AINEWS_DESK to an empty folder"
        raise InputError("the desk folder holds something, and nothing was restored", file=desk, remedy=remedy)


@contextmanager
def _unpacked(settings: Settings, archive: Path) -> Iterator[Path]:
    """The archive's files in a folder of the data folder, which goes again."""
    folder = settings.data / "restore"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        _unpack(archive, folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(archive: Path, folder: Path) -> None:
    """Only plain files under names that a backup gives; nothing else of an archive is trusted."""
    try:
        with tarfile.open(archive, _mode(archive)) as tar:
            for member in tar:
                if not member.isreg() or not _is_ours(member.name) or (folder / member.name).exists():
                    raise InputError(f"it holds {member.name!r}, which no backup does", file=archive, remedy=_OTHER)
                source = tar.extractfile(member)
                if source is None:
                    raise InputError(f"{member.name!r} can't be read", file=archive, remedy=_OTHER)
                target = folder / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as out:
                    shutil.copyfileobj(source, out, _BLOCK)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InputError("there is no such file", file=archive, remedy="name an archive of `ainews backup`") from error
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError) as error:
        raise InputError(f"the archive can't be read ({error})", file=archive, remedy=_OTHER) from error


def _mode(archive: Path) -> Literal["r:gz", "r:"]:
    """The two ways in which a backup is written, told by its first bytes; other packings are none of ours."""
    with archive.open("rb") as file:
        return "r:gz" if file.read(2) == b"\x1f\x8b" else "r:"


def _is_ours(name: str) -> bool:
    """Whether a backup could hold a file of that name: no absolute one, none that leads elsewhere."""
    if name in (MANIFEST, POINTER, RUNS):
        return True
    parts = PurePosixPath(name).parts
    if name != "/".join(parts) or ".." in parts or "\0" in name or len(parts) < 2:
        return False
    return parts[0] == DESK or (parts[0] == SNAPSHOTS and len(parts) == 2 and _is_snapshot(parts[1]))


def _is_snapshot(file: str) -> bool:
    return file.endswith(".duckdb") and bool(NAME.fullmatch(file.removesuffix(".duckdb")))


def _verified(folder: Path, archive: Path) -> Mapping[str, Any]:
    """The manifest, once every file is there with its hash, and no other."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        name, hashes, kind = manifest["snapshot"], dict(manifest["sha256"]), manifest["format"]
    except (FileNotFoundError, ValueError, TypeError, KeyError) as error:
        raise InputError(
            "it has no manifest: the backup was cut off, or it is none", file=archive, remedy=_OTHER
        ) from error
    if kind != FORMAT:
        raise InputError(
            f"the backup has format {kind}", file=archive, remedy="restore it with the version that made it"
        )
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    wrong = sorted(found ^ hashes.keys()) + sorted(
        file for file in found & hashes.keys() if _hash(folder / file) != hashes[file]
    )
    if wrong or f"{SNAPSHOTS}/{name}.duckdb" not in found:
        raise InputError(f"{(wrong or [name])[0]} is not what was backed up", file=archive, remedy=_OTHER)
    return dict(manifest)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put_back(settings: Settings, folder: Path, name: str, *, at: datetime) -> Restored:
    """The desk first, beside the old one; then the snapshot; the pointer last, which makes all of it count."""
    target = snapshot_path(settings, name)
    files = [path for path in (folder / DESK).rglob("*") if path.is_file()]
    moved = _put_desk(settings.desk, folder / DESK, at=at) if files else None
    target.parent.mkdir(parents=True, exist_ok=True)
    flush(folder / SNAPSHOTS / target.name)
    os.replace(folder / SNAPSHOTS / target.name, target)
    flush(target.parent)
    if (folder / RUNS).is_file() and not (settings.data / RUNS).exists():
        os.replace(folder / RUNS, settings.data / RUNS)
    point_to(settings, name)
    return Restored(name, len(files), moved)


def _put_desk(desk: Path, source: Path, *, at: datetime) -> Path | None:
    """Copy beside the desk folder, which may be on another disk, and change the two by renaming; where the old one went."""
    fresh = desk.with_name(f".{desk.name}.restored")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        shutil.copytree(source, fresh)
        for path in fresh.rglob("*"):
            flush(path)
        moved = _move_aside(desk, at=at)
        fresh.rename(desk)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return moved


def _move_aside(desk: Path, *, at: datetime) -> Path | None:
    if not desk.exists():
        return None
    if not any(desk.iterdir()):
        desk.rmdir()
        return None
    aside = desk.with_name(f"{desk.name}.before-{at:%Y%m%dT%H%M%SZ}")
    number = 1
    while aside.exists():
        number += 1
        aside = desk.with_name(f"{desk.name}.before-{at:%Y%m%dT%H%M%SZ}-{number}")
    desk.rename(aside)
    return aside
