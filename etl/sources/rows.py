"""A row of a table → a document of one story: which column is which, and what its values mean (pure)."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from etl.catalog import Source
from etl.identity import canonical_address
from etl.model import Document, TextKind
from etl.newsletter.lines import absolute
from etl.sources.answers import html_text, one_line, one_story, set_aside, whole
from etl.sources.entry_date import GivenDate, read_date
from etl.sources.entry_text import text_kind, title_from
from etl.sources.tables import Row, TableProblem
from etl.sources.words import SourceWords

OURS = ("title", "text", "url", "published", "id", "language", "source")
_HTML = re.compile(r"</?(?:p|br|div|span|a|li|ul|h[1-6]|strong|em|figure|blockquote)\b[^<>]*>", re.IGNORECASE)
_COMPACT = re.compile(r"[0-9]{8}")
_EPOCH = re.compile(r"[0-9]{9,10}(?:\.[0-9]+)?|[0-9]{12,13}")


@dataclass(frozen=True, slots=True)
class Columns:
    """A table's name for each of ours that it has; `named` are those that the source's entry names."""

    names: Mapping[str, str]
    named: frozenset[str]

    def value(self, row: Row, ours: str) -> Any:
        """What the row holds under our name; None where nothing."""
        return row.values.get(self.names.get(ours, ""))


def find_columns(header: Sequence[str], source: Source, words: SourceWords, *, fixed: bool = True) -> Columns:
    """Which column of a table is which: as the entry says, else by its name.

    Raises TableProblem where no column can be told that holds a title or text, or a date, and in a `fixed` header where one
    is missing that the entry names; a row with keys of its own may leave any out.
    """
    folded = {name.strip().lower(): name for name in reversed(header)}
    names = {ours: folded.get(theirs.lower(), theirs) for ours, theirs in source.columns.items()}
    there = whole(", ".join(header))[:200]
    missing = [name for name in names.values() if name not in header]
    if fixed and missing:
        raise TableProblem("columns", f"there is no column {missing[0]!r}, which the entry names; there are {there}")
    for ours, likely in words.columns.items():
        if ours not in names and (known := next((name for name in likely if name in folded), None)):
            names[ours] = folded[known]
    dated = names.keys() & {"published", "indexed"}
    if not names.keys() & {"title", "text"} or not dated:
        wanted = "title or text" if dated else "date"
        raise TableProblem("columns", f"no column for a {wanted}: name it in the entry's `columns`; there are {there}")
    return Columns(names, frozenset(source.columns))


def row_document(row: Row, *, source: Source, columns: Columns, words: SourceWords, place: str) -> Document:
    """The story of a row, or why it is none.

    It is known by its address, else by its id, else by what it says; an id that the entry's `columns` name comes first, since
    whoever names it knows that several stories share an address. Without a title, the first sentence of the text is one.
    """
    if row.problem:
        return set_aside(source, place=place, problem=row.problem, reason=row.reason)
    text = _body(columns.value(row, "text"))
    title = one_line(_text(columns.value(row, "title"))) or title_from(text)
    if not title:
        return set_aside(source, place=place, problem="no title and no text")
    published, indexed = (moment_of(columns.value(row, name)) for name in ("published", "indexed"))
    when = published or indexed
    if when is None:
        value = _text(columns.value(row, "published"))[:40]
        return set_aside(source, place=place, problem=f"the date is {value!r}, none that can be read", reason="date")
    url = absolute(one_line(_text(columns.value(row, "url"))))
    named = one_line(_text(columns.value(row, "id")))
    by_address = url is not None and not (named and "id" in columns.named)
    key = named or hashlib.sha256(f"{title}\0{text}\0{when}".encode()).hexdigest()[:16]
    language = _text(columns.value(row, "language"))
    return one_story(
        source,
        document_id=canonical_address(url) if by_address and url else f"{source.id}/{key}",
        address=url if by_address else None,
        published=when,
        title=title,
        body=text,
        text_kind=_kind(text, columns, words),
        language=words.language(language) if language.strip() else source.language,
        url=None if by_address else url,
        date_from="document" if published else "fetch",
        line=row.line,
    )


def _kind(text: str, columns: Columns, words: SourceWords) -> TextKind:
    return text_kind(text, whole=not words.abstract(columns.names["text"])) if text else "headline"


def _text(value: object) -> str:
    """A value as text; a nested one, a truth value, or a number that is none, is no text."""
    if isinstance(value, float):
        return (f"{value:.0f}" if value.is_integer() else str(value)) if math.isfinite(value) else ""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _body(value: object) -> str:
    text = _text(value)
    return html_text(text) if _HTML.search(text) else whole(text).strip()


def moment_of(value: object) -> datetime | None:
    """A value as naive UTC, None where it can't be one without guessing: `05/06/2024` is May or June."""
    text = _text(value).strip()
    try:
        if isinstance(value, datetime):
            return _naive(_plain(value))
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day)
        return _written(text) if text else None
    except (ValueError, OverflowError, OSError):
        return None


def _plain(value: datetime) -> datetime:
    """Without the nanoseconds, and the class of its own, that a table library's moment may have."""
    day = (value.year, value.month, value.day)
    return datetime(*day, value.hour, value.minute, value.second, value.microsecond, tzinfo=value.tzinfo)


def _written(text: str) -> datetime | None:
    """ISO 8601, Unix seconds or milliseconds, `20240529`, or the dates of mail and feeds."""
    if _EPOCH.fullmatch(text):
        number = float(text)
        return _naive(datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC))
    if _COMPACT.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d")
    dated = read_date(GivenDate(text.removesuffix(" UTC")))
    return dated.published if dated else None


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
