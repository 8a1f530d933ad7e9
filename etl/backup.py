"""`ainews backup`: the current snapshot, the log of runs and the desk folder in one archive with the hash of each."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from etl.errors import AinewsError, InputError
from etl.publish import current_name, flush, need_snapshot, snapshot_path
from etl.settings import Settings

MANIFEST, POINTER, RUNS, SNAPSHOTS, DESK = "manifest.json", "current", "runs.jsonl", "snapshots", "desk"
FORMAT = 1
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written: the archive, the snapshot in it, how many files of the desk folder."""

    file: Path
    snapshot: str
    desk_files: int


@dataclass(slots=True)
class _Archive:
    """An archive being written, and the SHA-256 of what is in it."""

    tar: tarfile.TarFile
    at: datetime
    hashes: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, source: IO[bytes], size: int) -> None:
        """Add the first `size` bytes of an open file under this name."""
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int((self.at - datetime(1970, 1, 1)).total_seconds())
        reader = _Hashed(source)
        self.tar.addfile(info, reader)
        self.hashes[name] = reader.digest.hexdigest()

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a small file."""
        self.add(name, io.BytesIO(content), len(content))


class _Hashed:
    """What tarfile reads, hashed on the way."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        block = self._source.read(size)
        self.digest.update(block)
        return block


def back_up(settings: Settings, target: Path, *, at: datetime) -> Backup:
    """Write the archive to `target`, or into it where it is a folder; gzipped where the name ends in .gz.

    No lock is needed: a snapshot is never changed, its open file outlives a run that deletes it, and the other files only grow.
    The archive appears under its name when it is whole and on disk. `at` is stored as its time (naive UTC). Raises InputError
    where there is no good snapshot or `target` lies in the desk folder or in none, AinewsError for what the disk refuses.
    """
    name, snapshot = _open_snapshot(settings)
    with snapshot:
        file = (target / f"ainews-{name}.tar" if target.is_dir() else target).absolute()
        if file.is_relative_to(settings.desk.absolute()):
            raise InputError(
                "the archive would lie in the desk folder that it holds", file=file, remedy="name another place"
            )
        if not file.parent.is_dir():
            raise InputError("there is no such folder", file=file.parent, remedy="make it, or name another place")
        draft = file.with_name(f".{file.name}.{os.getpid()}.new")
        try:
            files = _write(settings, draft, name, snapshot, at=at, packed=file.suffix in (".gz", ".tgz"))
            flush(draft)
            os.replace(draft, file)
            flush(file.parent)
        except OSError as error:
            remedy = "make room or grant access; an archive that was there before is as it was"
            raise AinewsError(f"{error.filename or file}: {error.strerror or error}; {remedy}") from error
        finally:
            draft.unlink(missing_ok=True)
    return Backup(file, name, files)


def _open_snapshot(settings: Settings) -> tuple[str, IO[bytes]]:
    """The current snapshot, open; a run may publish and delete in between, so once more where it is gone."""
    for last in (False, False, True):
        need_snapshot(settings)
        name = current_name(settings) or ""
        try:
            return name, snapshot_path(settings, name).open("rb")
        except FileNotFoundError:
            if last:
                raise
    raise AssertionError


def _write(settings: Settings, draft: Path, name: str, snapshot: IO[bytes], *, at: datetime, packed: bool) -> int:
    with _tar(draft, packed=packed) as tar:
        archive = _Archive(tar, at)
        archive.add(f"{SNAPSHOTS}/{name}.duckdb", snapshot, os.fstat(snapshot.fileno()).st_size)
        archive.add_bytes(POINTER, f"{name}\n".encode())
        runs = settings.data / RUNS
        if runs.is_file():
            archive.add_bytes(RUNS, _whole_lines(runs.read_bytes()))
        files = list(_desk_files(settings.desk))
        for path in files:
            content = path.read_bytes()
            inside = path.relative_to(settings.desk).as_posix()
            archive.add_bytes(f"{DESK}/{inside}", _whole_lines(content) if path.suffix == ".jsonl" else content)
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "at": f"{at.isoformat()}Z",
            "snapshot": name,
            "sha256": archive.hashes,
        }
        archive.add_bytes(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n")
    return len(files)


@contextmanager
def _tar(path: Path, *, packed: bool) -> Iterator[tarfile.TarFile]:
    """A new archive that only its owner can read: addresses and decisions are nobody else's."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw:
        if packed:
            with (
                gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6) as out,
                tarfile.open(fileobj=out, mode="w|") as tar,
            ):
                yield tar
        else:
            with tarfile.open(fileobj=raw, mode="w|") as tar:
                yield tar


def _desk_files(desk: Path) -> Iterator[Path]:
    """Every file but locks; a link to a file counts as that file."""
    return (path for path in sorted(desk.rglob("*")) if path.is_file() and path.suffix != ".lock")


def _whole_lines(content: bytes) -> bytes:
    """Without a last line that is being written at this moment; one that is whole but for its end stays."""
    head, newline, tail = content.rpartition(b"\n")
    try:
        json.loads(tail)
    except ValueError:
        return head + newline
    return content
