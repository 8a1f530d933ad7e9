"""Contract 1: stories in, tags out, file to file, with no database and no network (`ainews tag IN OUT`)."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.errors import InputError
from etl.tag_lines import Counts, Line, Progress, Row, StoryTagger, json_lines, noting, table_lines, tagged
from etl.tag_parquet import carried_types, read_rows, write_rows


@dataclass(frozen=True, slots=True)
class TagReport:
    """How many stories were read, tagged and rejected; the last two sum to the first."""

    read: int
    tagged: int
    rejected: int


def tag_file(source: Path, target: Path, *, tagger: StoryTagger, on_progress: Progress | None = None) -> TagReport:
    """Tag the stories of `source` into `target`; JSON Lines or Parquet by extension, each on its own.

    `target` has one line for each story that could be read, in order, with the keys of contract 1 and whatever else the
    line carried. A line that can't be read has no line there: it goes to `<target>.rejected.jsonl` with its number, from
    1, and the reason, so that lines in both files sum to the lines read (blank lines are none). Both files appear whole
    or not at all; one of an earlier run is removed when nothing was rejected. `on_progress` hears how many were read.
    Raises InputError for a source that can't be read at all, an extension that is neither, or a target that can't be.
    """
    rejected = target.with_name(target.name + ".rejected.jsonl")
    _check_target(source, target, rejected)
    counts = Counts()
    with _replacing(target) as part, _replacing(rejected) as rejected_part:
        with rejected_part.open("w", encoding="utf-8") as refused:
            lines = noting(_read(source), refused, counts, on_progress)
            rows = tagged(lines, tagger)
            if story_kind(target) == "parquet":
                write_rows(part, rows, carried=_carried_types(source))
            else:
                _write_lines(part, rows)
        if not counts.rejected:
            rejected_part.unlink()
    if not counts.rejected:
        rejected.unlink(missing_ok=True)
    return TagReport(counts.read, counts.read - counts.rejected, counts.rejected)


def _check_target(source: Path, target: Path, rejected: Path) -> None:
    """Raise InputError, before any work, for a target that can't be written or would take the source's place."""
    story_kind(target)
    if source.resolve() in (target.resolve(), rejected.resolve()):
        raise InputError("it is input and output at once", file=source, remedy="name another output file")
    if not target.parent.is_dir():
        raise InputError("its folder does not exist", file=target, remedy="make the folder, or name another")
    if target.is_dir():
        raise InputError("there is a folder of that name", file=target, remedy="name another output file")


def story_kind(path: Path) -> str:
    """`jsonl` or `parquet`, by the ending; raises InputError for any other."""
    kinds = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet"}
    if path.suffix.lower() not in kinds:
        raise InputError("the extension is unknown", file=path, remedy="name it .jsonl or .parquet")
    return kinds[path.suffix.lower()]


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A temporary neighbour that takes the path's place when the block ends well, if it still exists then."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        if part.exists():
            part.replace(path)
    except OSError as error:
        problem = f"the file can't be written: {error.strerror or error}"
        raise InputError(problem, file=path, remedy="free space or choose a folder that you may write to") from error
    finally:
        part.unlink(missing_ok=True)


def _read(source: Path) -> Iterator[Line]:
    kind = story_kind(source)
    if not source.is_file():
        raise InputError("there is no such file", file=source, remedy="name a file of stories")
    return table_lines(read_rows(source)) if kind == "parquet" else _read_lines(source)


def _read_lines(source: Path) -> Iterator[Line]:
    with source.open("rb") as lines:
        yield from json_lines(lines)


def _write_lines(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(_json(row) + "\n")


def _carried_types(source: Path) -> dict[str, Any]:
    """Columns of the keys that the lines carry along: a Parquet file's own, else those that all values of a key fit."""
    return carried_types(source if story_kind(source) == "parquet" else (line.carried or {} for line in _read(source)))


def _json(row: Mapping[str, Any]) -> str:
    """One line; escaped throughout where it holds half characters, which UTF-8 can't write."""
    try:
        line = json.dumps(row, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:  # a Parquet column's NaN
        return _json({key: _finite(value) for key, value in row.items()})
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(row, default=str)
    return line


def _finite(value: Any) -> Any:
    """The value with null for every NaN and infinity, for which JSON has no number."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case list():
            return [_finite(item) for item in value]
        case dict():
            return {key: _finite(item) for key, item in value.items()}
        case _:
            return value
