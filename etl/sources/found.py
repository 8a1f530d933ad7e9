"""Which of a source's files have changed since the last run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from etl.catalog import Source
from etl.fetch.model import FetchProblem
from etl.sources.answers import whole
from etl.sources.rows import OURS
from etl.sources.taken import Context, State

_READER = "1"  # to be raised when files are read otherwise than before


@dataclass(frozen=True, slots=True)
class Found:
    """A file, and its name below the source's path."""

    path: Path
    place: str

    @property
    def key(self) -> str:
        """Under which it is remembered."""
        return f"file:{self.place}"


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The files to read with a digest of them, what to remember of all, what was remembered before, and what the operator should know."""

    changed: tuple[Found, ...]
    digest: str
    state: State
    before: State
    notes: tuple[str, ...] = ()


def find_files(source: Source, context: Context, state: State, *, readable: Callable[[str], bool]) -> FoundFiles:
    """The readable files under `source.path`, in order of their names, that are not as `state` has them.

    A file is taken for unchanged where size and time are, or else its SHA-256. Raises FetchProblem where the path is not given,
    is not there or can't be read, where it holds no readable file, or the entry maps a column that we do not have.
    """
    root = _root(source, context)
    try:
        files = list(_below(root))
        known = [file for file in files if readable(file.path.name)]
        if not known:
            raise FetchProblem("empty", f"{root} holds neither issues nor tables of stories")
        reading = _reading(source)
        before = state if state.get("reading") == reading else {}
        after = {file.key: _mark(file.path, before.get(file.key, "")) for file in known}
    except OSError as error:
        raise FetchProblem("unreadable", f"{error.filename or root}: {error.strerror}") from error
    changed = tuple(file for file in known if _digest(after[file.key]) != _digest(before.get(file.key, "")))
    digest = _short([[file.key, _digest(after[file.key])] for file in changed])
    return FoundFiles(changed, digest, {**after, "reading": reading}, before, _passed_over(files, readable))


def _root(source: Source, context: Context) -> Path:
    """The desk folder's own file comes before one of the same name in the seeds."""
    if not source.path:
        raise FetchProblem("path", f"the entry `{source.id}` names no `path`: add a folder's or a file's")
    strange = sorted(source.columns.keys() - set(OURS))
    if strange:
        raise FetchProblem("columns", f"the entry `{source.id}` maps {strange[0]!r}; we have {', '.join(OURS)}")
    try:
        path = Path(source.path).expanduser()
    except RuntimeError as error:
        raise FetchProblem("path", f"the entry `{source.id}` has the path {source.path!r}: {error}") from error
    places = [context.desk / path, context.seeds / path]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        raise FetchProblem("missing", f"there is no {' and no '.join(dict.fromkeys(map(str, places)))}")
    return found


def _below(root: Path) -> Iterator[Found]:
    """The file itself, or all in the folder; hidden ones, and those that an editor or a download leaves, are not meant."""
    if root.is_file():
        yield Found(root, whole(root.name))
        return
    for path in sorted(root.rglob("*")):
        below = path.relative_to(root)
        if path.is_file() and not any(part.startswith((".", "~")) for part in below.parts):
            yield Found(path, whole(below.as_posix()))


def _mark(path: Path, before: str) -> str:
    """Size, time of change (ns) and SHA-256, the last taken over where the others are as they were."""
    info = path.stat()
    head = f"{info.st_size} {info.st_mtime_ns}"
    if before.rpartition(" ")[0] == head:
        return before
    with path.open("rb") as file:
        return f"{head} {hashlib.file_digest(file, 'sha256').hexdigest()}"


def _digest(mark: str) -> str:
    return mark.rpartition(" ")[2]


def _reading(source: Source) -> str:
    """A digest of what else decides what the files give."""
    judged = [source.scope, list(source.must_match), source.language, source.exists_from.isoformat()]
    decides = [_READER, sorted(source.columns.items()), judged]
    return _short(decides)


def _short(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def _passed_over(files: list[Found], readable: Callable[[str], bool]) -> tuple[str, ...]:
    other = [file.place for file in files if not readable(file.path.name)]
    return (f"{len(other)} files of other kinds were passed over: {', '.join(other[:3])}",) if other else ()
