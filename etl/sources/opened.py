"""Files and what is packed in them, as streams: nothing is ever unpacked to disk, and no bomb goes off."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
# A file may grow to so many bytes, and to so many times its size, when it is unpacked; a small one to `_SMALL` bytes.
_LARGEST, _RATIO, _SMALL = 2 * 1024**3, 200, 50 * 1024**2
_HIDDEN = (".", "__MACOSX")


class TooBig(Exception):
    """Unpacking goes on past every reasonable size."""


# What reading a damaged, encrypted or hostile file may raise, in any of its layers.
DAMAGES = (
    TooBig,
    OSError,
    EOFError,
    zlib.error,
    zipfile.BadZipFile,
    tarfile.TarError,
    RuntimeError,
    NotImplementedError,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that can be read, until the next one is asked for. `place` names it in messages, `name` is its own.

    `path` is set where it lies on disk as it is.
    """

    place: str
    name: str
    stream: IO[bytes]
    path: Path | None = None

    @property
    def stem(self) -> str:
        """Its name without ending."""
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        """Its ending in lower case."""
        return PurePosixPath(self.name).suffix.lower()


@dataclass(frozen=True, slots=True)
class Damaged:
    """A file, or a part of one, that can't be read: one word why, and the same in words."""

    place: str
    reason: str
    problem: str


@dataclass(slots=True)
class _Allowance:
    left: int

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise TooBig


class _Counted(io.RawIOBase):
    """A stream that is charged to an allowance while it is read."""

    def __init__(self, stream: IO[bytes], allowance: _Allowance) -> None:
        self._stream, self._allowance = stream, allowance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._allowance.spend(len(data))
        buffer[: len(data)] = data
        return len(data)


def is_archive(name: str) -> bool:
    """Whether the name says that other files are packed in it."""
    return name.lower().endswith(ARCHIVES)


def inner_name(name: str) -> str:
    """The name without the `.gz` of a single packed file."""
    return name[: -len(".gz")] if name.lower().endswith(".gz") else name


def damage(place: str, error: Exception) -> Damaged:
    """One of `DAMAGES`, told to the operator."""
    if isinstance(error, TooBig):
        return Damaged(place, "too-big", f"unpacked it is over {_LARGEST:,} bytes, or over {_RATIO} times its size")
    if isinstance(error, RuntimeError) and "encrypted" in str(error):
        return Damaged(place, "encrypted", "it is encrypted: pack it without a password")
    return Damaged(place, "damaged", f"it can't be read to its end ({error or type(error).__name__})")


def open_file(path: Path, place: str) -> Iterator[Opened | Damaged]:
    """The file itself, unpacked if it ends in `.gz`, or the files in an archive; folders, links and hidden files are not.

    The consumer may meet one of `DAMAGES` while it reads a stream, and may go on with the next one all the same.
    """
    try:
        allowance = _Allowance(min(_LARGEST, max(_SMALL, _RATIO * path.stat().st_size)))
        if path.name.lower().endswith(".zip"):
            yield from _zip(path, place, allowance)
        elif is_archive(path.name):
            yield from _tar(path, place, allowance)
        elif inner_name(path.name) != path.name:
            with gzip.open(path) as packed:
                yield Opened(place, inner_name(path.name), _counted(packed, allowance))
        else:
            with path.open("rb") as file:
                yield Opened(place, path.name, file, path)
    except DAMAGES as error:
        yield damage(place, error)


def _zip(path: Path, place: str, allowance: _Allowance) -> Iterator[Opened | Damaged]:
    with zipfile.ZipFile(path) as archive:
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            if not info.is_dir() and not _hidden(info.filename):
                yield from _member(archive, info, f"{place}/{info.filename}", allowance)


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: str, allowance: _Allowance
) -> Iterator[Opened | Damaged]:
    try:
        with archive.open(info) as packed:
            yield from _packed(packed, info.filename, place, allowance)
    except TooBig:
        raise  # what was spent is spent for the files after it, too
    except DAMAGES as error:
        yield damage(place, error)


def _tar(path: Path, place: str, allowance: _Allowance) -> Iterator[Opened | Damaged]:
    """In one pass, so that no size that the archive claims is believed."""
    packed = path.name.lower().endswith("gz")
    with (
        closing(gzip.open(path) if packed else path.open("rb")) as stream,
        tarfile.open(fileobj=_counted(stream, allowance), mode="r|") as archive,
    ):
        for info in archive:
            file = archive.extractfile(info) if info.isfile() and not _hidden(info.name) else None
            if file is not None:
                yield from _packed(file, info.name, f"{place}/{info.name}", allowance)


def _packed(stream: IO[bytes], name: str, place: str, allowance: _Allowance) -> Iterator[Opened]:
    """A packed file, unpacked once more if it ends in `.gz`; its folders, whatever they are, are dropped from its name."""
    name = PurePosixPath(name.replace("\\", "/")).name
    if inner_name(name) == name or is_archive(name):
        yield Opened(place, name, _counted(stream, allowance))
    else:
        with gzip.GzipFile(fileobj=stream) as inner:
            yield Opened(place, inner_name(name), _counted(inner, allowance))


def _counted(stream: Any, allowance: _Allowance) -> io.BufferedReader:
    return io.BufferedReader(_Counted(stream, allowance), 1 << 16)


def _hidden(name: str) -> bool:
    return any(part.startswith(_HIDDEN) and part not in (".", "..") for part in PurePosixPath(name).parts)
