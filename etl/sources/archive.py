"""seeds/archive/*.jsonl → documents: the stories of a newsletter, one a line, put together by issue again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from etl.catalog import Source
from etl.errors import InputError
from etl.model import Document, Piece
from etl.sources.answers import set_aside

_REQUIRED = ("id", "url", "published", "title", "text")
_REMEDY = "restore it from the project's seeds, or take `archive` out of the source's entry in sources.toml"
_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can write it, no encoding can store it


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that could be read; `place` is file and line number, `issue` the issue's slug."""

    place: str
    issue: str
    id: str
    url: str
    day: date
    title: str
    text: str


def read_archive(seeds: Path, source: Source) -> Iterator[Document]:
    """The issues of a source's archive file in the file's order; none where the source has no archive.

    A line that can't be read becomes a document of its own with `quarantined` set. Raises InputError where the file as
    a whole can't be, or holds no line.
    """
    if source.archive is None:
        return
    path = seeds / source.archive.file
    issues: dict[str, list[_Line]] = {}
    number = 0
    for number, text in _lines(path):
        place = f"{source.archive.file}:{number}"
        line = _parse(text, source=source, place=place)
        if isinstance(line, str):
            yield _unreadable(source, place=place, problem=line)
        else:
            issues.setdefault(line.issue, []).append(line)
    if not number:
        raise InputError("the archive is empty", file=path, remedy=_REMEDY)
    for issue, lines in issues.items():
        yield from _issue(source, issue, lines)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Numbered lines as bytes, so that one broken character spoils one line only; empty ones are passed over."""
    try:
        with path.open("rb") as file:
            yield from ((number, line) for number, line in enumerate(file, 1) if line.strip())
    except OSError as error:
        raise InputError(f"the archive can't be read ({error.strerror})", file=path, remedy=_REMEDY) from error


def _parse(text: bytes, *, source: Source, place: str) -> _Line | str:
    """The line, or what is wrong with it."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        return f"no JSON: {error}"
    if not isinstance(record, dict):
        return "no JSON object"
    bad = [key for key in _REQUIRED if not isinstance(record.get(key), str)]
    if bad:
        return f"`{bad[0]}` is missing or no text"
    torn = [key for key in _REQUIRED if _SURROGATE.search(record[key])]
    if torn:
        return f"`{torn[0]}` holds half a character (a lone surrogate)"
    if not record["title"].strip():
        return "the title is empty"
    if record.get("source", source.name) != source.name:
        return f"the source is {record['source']!r}, not {source.name!r}"
    return _line(record, source=source, place=place)


def _line(record: dict[str, Any], *, source: Source, place: str) -> _Line | str:
    try:
        day = date.fromisoformat(record["published"])
    except ValueError:
        return f"`published` is {record['published']!r}, no date"
    issue = _issue_slug(record, source)
    if not issue:
        return f"no issue can be read from {record['url']!r} or {record['id']!r}"
    return _Line(place, issue, record["id"], record["url"], day, record["title"], record["text"])


def _issue_slug(record: dict[str, Any], source: Source) -> str:
    """The last part of the address, or the id up to its `#` without the source's own prefix."""
    if source.archive is not None and source.archive.issue_from == "url":
        return _last_part(record["url"])
    slug: str = record["id"].partition("#")[0]
    return slug.removeprefix(f"{source.id}-")


def _last_part(url: str) -> str:
    try:
        return urlsplit(url).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""


def _issue(source: Source, issue: str, lines: list[_Line]) -> Iterator[Document]:
    """The issue, dated as its first line says, and a document for each line that contradicts it or repeats an id."""
    first, taken = lines[0], dict[str, _Line]()
    for line in lines:
        if line.day != first.day:
            problem = f"dated {line.day}, but {first.place} dates the same issue {first.day}"
            yield _unreadable(source, place=line.place, problem=problem, reason="date")
        elif line.id in taken:
            yield _unreadable(
                source, place=line.place, problem=f"the id {line.id!r} stands in {taken[line.id].place} too"
            )
        else:
            taken[line.id] = line
    by_url = source.archive is not None and source.archive.issue_from == "url"
    yield _document(source, issue, list(taken.values()), address=first.url if by_url else None)


def _document(source: Source, issue: str, lines: Iterable[_Line], *, address: str | None) -> Document:
    lines = list(lines)
    day = lines[0].day
    return Document(
        source_id=source.id,
        document_id=f"{source.id}/{issue}",
        address=address,
        published=datetime(day.year, day.month, day.day),
        day=day,
        date_from="document",
        text_kind="abstract",
        pieces=tuple(Piece(title=line.title, body=line.text, url=line.url) for line in lines),
        external_ids=tuple(line.id for line in lines),
        language=source.language,
    )


def _unreadable(source: Source, *, place: str, problem: str, reason: str = "malformed") -> Document:
    return replace(set_aside(source, place=place, problem=problem, reason=reason), text_kind="abstract")
