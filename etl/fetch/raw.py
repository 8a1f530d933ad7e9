"""data/raw/: what sources answered, by content hash, so that a run can be replayed without the network.

One file an answer, `<first 2 hex digits>/<sha256 of the body>.gz`; the same answer is kept once.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import secrets
import zlib
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from etl.errors import InputError

_NAME = re.compile(r"([0-9a-f]{64})\.gz")
_PART = ".part"


def raw_path(folder: Path, digest: str) -> Path:
    """Where the body with that digest is kept."""
    return folder / digest[:2] / f"{digest}.gz"


def keep_raw(folder: Path, body: bytes, *, at: datetime) -> str:
    """Keep a body, whole or not at all, and return its SHA-256 in hex; `at` (naive UTC) is when it was last needed.

    A damaged file of the same body is replaced. Raises InputError where it can't be written.
    """
    digest = hashlib.sha256(body).hexdigest()
    path = raw_path(folder, digest)
    with _disk_errors(path):
        if not _holds(path, body):
            _write(path, gzip.compress(body, compresslevel=6, mtime=0))
        moment = max(at.replace(tzinfo=UTC).timestamp(), 0.0)
        os.utime(path, (moment, moment))
    return digest


def read_raw(folder: Path, digest: str) -> bytes:
    """The body with that digest; raises InputError where it is not kept any more, or damaged."""
    path = raw_path(folder, digest)
    try:
        body = _unpack(path)
    except FileNotFoundError as error:
        remedy = "replay a later run, or restore the file from a backup (`raw_days` says how long answers are kept)"
        raise InputError("the answer is not kept", file=path, remedy=remedy) from error
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, f"can't be read ({error})") from error
    if hashlib.sha256(body).hexdigest() != digest:
        raise _damaged(path, "holds something else than its name says")
    return body


def prune(folder: Path, *, keep: Set[str], older_than: datetime) -> int:
    """Remove bodies last needed before `older_than` (naive UTC), and what killed runs left; return how many files went.

    What `keep` (digests) names stays, however old.
    """
    limit, removed = older_than.replace(tzinfo=UTC).timestamp(), 0
    for path in sorted(folder.glob("??/*")):
        name = _NAME.fullmatch(path.name)
        if (name and name[1] in keep) or not (name or path.suffix == _PART):
            continue
        if path.stat().st_mtime < limit:
            path.unlink()
            removed += 1
    return removed


def _holds(path: Path, body: bytes) -> bool:
    try:
        return _unpack(path) == body
    except (OSError, EOFError, zlib.error):
        return False


def _unpack(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def _write(path: Path, data: bytes) -> None:
    """On disk before it has its name, and its name on disk before anyone is told."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.stem}.{secrets.token_hex(4)}{_PART}")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        remedy = "free space, or make the folder writable"
        raise InputError(f"the answer can't be kept ({error.strerror})", file=path, remedy=remedy) from error


def _damaged(path: Path, problem: str) -> InputError:
    return InputError(f"the kept answer {problem}", file=path, remedy="restore the file from a backup")
