"""Addresses of files, here or in an object store: a thin layer over fsspec, whose names for things stay inside."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from etl.errors import InputError

_ENDINGS = (".jsonl", ".ndjson", ".json", ".parquet")
_MAGIC = "*?["
# Protocols of storage that shows a file once all of it is there; elsewhere one that is being sent can be seen half.
_WHOLE = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oci", "oss", "memory"})


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder at an address; two with the same address are the same place, from whatever machine.

    `root` is what stands before the path in the address: a server's name, say, which a file system does not put there again.
    """

    fs: Any
    path: str
    root: str | None = None

    @property
    def address(self) -> str:
        """The address by which another machine finds it: a plain path where it is a file of this one."""
        if self.local:
            return self.path
        return str(self.fs.unstrip_protocol(self.path)) if self.root is None else self.root + self.path

    @property
    def local(self) -> bool:
        """Whether it is in a file system of this machine, which a cluster's machines may share."""
        return isinstance(self.fs, LocalFileSystem)

    def below(self, *names: str) -> Place:
        """A place in this folder."""
        return replace(self, path="/".join([self.path.rstrip("/"), *names]))

    def beside(self, ending: str) -> Place:
        """The neighbour whose name goes on with `ending`."""
        return replace(self, path=self.path.rstrip("/") + ending)

    def open(self) -> IO[bytes]:
        """The file's bytes. Raises OSError."""
        stream: IO[bytes] = self.fs.open(self.path, "rb")
        return stream

    def exists(self) -> bool:
        """Whether there is a file or folder, as of now: nothing that was listed before is believed."""
        self.fs.invalidate_cache()
        return bool(self.fs.exists(self.path))

    def files(self) -> list[str]:
        """Paths of the files in it at whatever depth, relative to it and in order; none where it is not there."""
        self.fs.invalidate_cache()
        return sorted(path[len(self.path.rstrip("/")) + 1 :] for path in self.fs.find(self.path))

    def remove(self) -> None:
        """Remove the file, if it is there."""
        if self.exists():
            self.fs.rm_file(self.path)

    def read_json(self) -> Any:
        """What the file holds. Raises OSError, and ValueError where that is no JSON."""
        with self.open() as file:
            return json.loads(file.read())

    def write(self, make: Callable[[Path], None]) -> None:
        """Have a file appear whole: `make` writes it under another name. Raises OSError.

        Here it is renamed; elsewhere it is sent from a temporary folder, to a server under another name and renamed there, to an
        object store under its own.
        """
        name = PurePosixPath(self.path).name
        other = f".{name}.{secrets.token_hex(4)}.part"  # processes of two pods have the same number
        if self.local:
            path = Path(self.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(other)
            try:
                make(part)
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        else:
            with TemporaryDirectory() as folder:
                make(Path(folder, "whole"))
                sent = self.path if self._shows_whole else self.path.removesuffix(name) + other
                self.fs.put_file(str(Path(folder, "whole")), sent)
            if sent != self.path:
                self.fs.mv(sent, self.path)

    @property
    def _shows_whole(self) -> bool:
        names = self.fs.protocol
        return bool(_WHOLE & {names} if isinstance(names, str) else _WHOLE & set(names))

    def write_json(self, value: Any) -> None:
        """Have a file of JSON appear whole. Raises OSError."""
        self.write(lambda part: _dump(part, value))


@dataclass(frozen=True, slots=True)
class StoryFile:
    """A file of stories: its size in bytes, and a mark that changes when its content does."""

    address: str
    size: int
    mark: str


def place_of(address: str) -> Place:
    """The place of an address. Raises InputError where it can't be one, or what speaks its protocol is not installed."""
    try:
        fs, path = fsspec.core.url_to_fs(address)
    except ImportError as error:
        raise InputError(str(error), file=address, remedy="install it here and on every worker") from error
    except ValueError as error:
        raise InputError(str(error), file=address, remedy="name a path, or an address such as s3://bucket/x") from error
    given = address.rstrip("/")
    return Place(fs, path, given.removesuffix(path) if given.endswith(path) else None)


def story_files(address: str, *, apart_from: Place) -> list[StoryFile]:
    """The files of stories at an address: itself, all that match its `*`, or all in the folder that are not `apart_from`.

    Files and folders whose names begin with `_` or `.` are passed over. Raises InputError where there is none.
    """
    place = place_of(address)
    with _reading(address):
        paths = [path for path in _paths(place) if not path.startswith(apart_from.path + "/")]
        infos = [(replace(place, path=path), place.fs.info(path)) for path in paths]
        files = [StoryFile(one.address, int(info["size"]), str(place.fs.ukey(one.path))) for one, info in infos]
    if not files:
        problem = "there is no file of stories"
        raise InputError(problem, file=address, remedy="name a .jsonl or .parquet file, a folder of them, or use *")
    return files


def _paths(place: Place) -> list[str]:
    fs, path = place.fs, place.path
    if any(sign in path for sign in _MAGIC):
        return sorted(found for found in fs.glob(path) if found.lower().endswith(_ENDINGS) and fs.isfile(found))
    if not fs.isdir(path):
        return [path] if fs.exists(path) else []
    below = [PurePosixPath(name) for name in place.files()]
    shown = [name for name in below if not any(part.startswith(("_", ".")) for part in name.parts)]
    return [place.below(str(name)).path for name in shown if name.suffix.lower() in _ENDINGS]


@contextmanager
def _reading(address: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        problem = f"can't be read: {error.strerror or error}"
        raise InputError(problem, file=address, remedy="check the address and what you may read") from error


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False) + "\n", encoding="utf-8")
