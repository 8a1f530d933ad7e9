"""Changes to the desk folder's sources.toml that keep people's comments and order, and never leave a file that does not load.

The text is edited by lines. What guards that: the edited text must read as exactly the tables that were wanted, and all of
the sources must load with it; else nothing is written.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock

from etl.catalog import SOURCES, Source, overlaid
from etl.errors import AinewsError, InputError
from etl.toml_entries import parse_tables

Tables = dict[str, dict[str, Any]]
Value = str | bool | list[str]
Change = Callable[[str, dict[str, Source]], str]
_LINE = re.compile(r"[^\n]*\n|[^\n]+")  # splitlines() would also cut where a text holds another line end
_WAIT = 30.0  # seconds
_HEAD = """# Sources of one's own, and what differs from those that ship; `ainews sources` writes here, and so may you.
# The keys are those of the project's own sources.toml, whose comments say what each means.
"""


def edit(seeds: Path, desk: Path, change: Change) -> dict[str, Source]:
    """Put what `change` makes of the file's text and the sources in its place, and return the sources as they are then.

    One process at a time; the file is replaced in one step, and only by what loads. Raises InputError where the file, as it
    is or as it would be, can't be used, and AinewsError where another process holds it for half a minute.
    """
    path = desk / SOURCES
    with _writable(path), _locked(path):
        before = _text(path)
        sources = overlaid(seeds, parse_tables(before, path), file=path)
        after = change(before, sources)
        changed = overlaid(seeds, parse_tables(after, path), file=path)
        if after != before:
            _replace(path, after)
    return changed


def with_entry(text: str, key: str, entry: Mapping[str, Value], *, comment: str = "") -> str:
    """The text with a new table at its end; raises InputError where it has one of that name."""
    lines = [f"# {' '.join(comment.split())}"] if comment.strip() else []
    lines += [f"[{key}]", *(f"{name} = {written(value)}" for name, value in entry.items())]
    head = text.rstrip("\n") + "\n\n" if text.strip() else _HEAD + "\n"
    return _sure(head + "\n".join(lines) + "\n", _tables(text) | {key: dict(entry)}, key)


def with_keys(text: str, key: str, values: Mapping[str, Value]) -> str:
    """The text with these keys of a table set, where they stand or at its beginning; with the table, if there is none."""
    tables = _tables(text)
    if key not in tables:
        return with_entry(text, key, values)
    lines = _LINE.findall(text)
    first, last = _place(lines, key)
    for name, value in values.items():
        at = _line_of(lines[first + 1 : last], name)
        line = f"{name} = {written(value)}"
        if at is None:
            lines.insert(first + 1, line + "\n")
            last += 1
        else:
            lines[first + 1 + at] = _with_comment(lines[first + 1 + at], line)
    if not lines[first].endswith("\n"):
        lines[first] += "\n"
    return _sure("".join(lines), tables | {key: tables[key] | dict(values)}, key)


def without_entry(text: str, key: str) -> str:
    """The text without a table and the comment right above it."""
    tables = _tables(text)
    lines = _LINE.findall(text)
    first, last = _place(lines, key)
    while first > 0 and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return _sure("".join(lines[:first] + lines[last:]), {name: t for name, t in tables.items() if name != key}, key)


def written(value: Value) -> str:
    """The value as TOML writes it."""
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    # A JSON string is a TOML string, but for one character that TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _place(lines: list[str], key: str) -> tuple[int, int]:
    """The line of a table's header and the one after its last: where the comment of the next table begins, or a blank line."""
    own = re.compile(rf"\[\s*([\"']?){re.escape(key)}\1\s*\]\s*(#.*)?$")
    inner = re.compile(rf"\[\[?\s*([\"']?){re.escape(key)}\1\s*\.")
    first = next((number for number, line in enumerate(lines) if own.match(line)), None)
    if first is None:
        raise _by_hand(key)
    last = first + 1
    while last < len(lines) and (not lines[last].startswith("[") or inner.match(lines[last])):
        last += 1
    if last == len(lines):
        return first, last
    while last > first + 1 and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
        last -= 1
    return first, last


def _line_of(lines: list[str], name: str) -> int | None:
    """Where a key of the table itself stands; what follows the header of an inner table is not its own."""
    for number, line in enumerate(lines):
        if line.startswith("["):
            return None
        if re.match(rf"\s*{re.escape(name)}\s*=", line):
            return number
    return None


def _with_comment(old: str, line: str) -> str:
    """The new line with the remark that stood behind a plain value."""
    remark = re.search(r"""=\s*(?:true|false|"[^"\\]*")(\s*#.*)$""", old.rstrip("\n"))
    return line + (remark[1] if remark else "") + "\n"


def _sure(text: str, wanted: Tables, key: str) -> str:
    """The text, if it reads as what is wanted: dotted keys, inline tables and texts over many lines can mislead an edit."""
    try:
        found: Tables | None = _tables(text)
    except InputError:
        found = None
    if found != wanted:
        raise _by_hand(key)
    return text


def _by_hand(key: str) -> InputError:
    problem = "the entry is written in a way that can't be edited by lines"
    return InputError(
        problem, file=SOURCES, where=key, remedy=f"write it under [{key}], a key a line, or change it by hand"
    )


def _tables(text: str) -> Tables:
    return parse_tables(text, Path(SOURCES))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8") if path.exists() else ""
    except UnicodeDecodeError as error:
        raise InputError("the file is not UTF-8", file=path, remedy="save it as UTF-8") from error


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    """The folder is there; what the disk refuses becomes an AinewsError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise AinewsError(f"{path} can't be written ({error.strerror or error}); nothing was changed") from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the file's lock; a process that was killed lets go of it."""
    lock = filelock.FileLock(path.with_name(f".{path.name}.lock"))
    try:
        lock.acquire(timeout=_WAIT)
    except filelock.Timeout as error:
        raise AinewsError(f"another process is changing {path}; try again once it is done") from error
    try:
        yield
    finally:
        lock.release()


def _replace(path: Path, text: str) -> None:
    """Write beside the file and rename, so that a reader sees the old text or the new; a link stays a link."""
    path = path.resolve()
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)  # what is left where it could not be renamed
