"""Files that somebody put there → documents: newsletter issues, and tables of stories, plain or packed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from etl.catalog import Source
from etl.fetch.model import Fetcher
from etl.model import Document
from etl.newsletter import NewsletterRules, load_rules, markup_of, rules_path, split_issue
from etl.seen import Seen
from etl.sources.answers import one_line, set_aside
from etl.sources.found import Found, FoundFiles, find_files
from etl.sources.opened import DAMAGES, Damaged, Opened, damage, inner_name, is_archive, open_file
from etl.sources.rows import Columns, find_columns, row_document
from etl.sources.tables import SUFFIXES, Row, TableProblem, read_table
from etl.sources.taken import WAITING, Context, State, Taken
from etl.sources.words import SourceWords, load_source_words

_DAY = re.compile(r"(?<![0-9])([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
_LONGEST_ISSUE = 20 * 1024**2  # bytes


@dataclass(slots=True)
class _Reading:
    """What reading a source's files needs; `slugs` are the issues that came, with the file of each."""

    source: Source
    words: SourceWords
    seeds: Path
    slugs: dict[str, str] = field(default_factory=dict)
    loaded: NewsletterRules | None = None

    @property
    def rules(self) -> NewsletterRules:
        """How issues are split; read when the first one comes."""
        self.loaded = self.loaded or load_rules(rules_path(self.seeds))
        return self.loaded


def take_files(source: Source, fetcher: Fetcher, state: State, context: Context) -> Taken:
    """The documents of all files under `source.path` that are new or have changed, read one at a time as they are gone through.

    A file that is as it was in the last run is not read again, so its documents do not come: they are not lost, the store
    keeps them. State: `file:<name>` with size, time and SHA-256 of each, `reading` with a digest of what else decides how they
    are read. A file with a story of today or of days to come is read again in the next run: a run sets aside what is dated after
    its own day. Where the documents are not gone through to the end, the files stay to be read: `waiting` holds a digest of
    them and how many documents came. The network is not asked. Raises FetchProblem where there is no file that can be read.
    """
    files = _Files(source, find_files(source, context, state, readable=is_readable), context)
    return Taken(documents=files, state=_Marks(files), notes=files.found.notes, gone_through=_gone_through(files.found))


def _gone_through(found: FoundFiles) -> int | None:
    """How many documents the run before took from these very files before it left the rest; None where it left none."""
    if WAITING not in found.before:
        return None
    digest, _, number = found.before[WAITING].partition(" ")
    return int(number) if digest == found.digest else 0


class _Files:
    """Documents that are read anew each time they are gone through: however large the files, memory holds one row of them."""

    def __init__(self, source: Source, found: FoundFiles, context: Context) -> None:
        self.found, self._source, self._context = found, source, context
        self.early: set[str] = set()
        self.gone, self.whole = 0, not found.changed  # documents that were dealt with, and whether they were all

    def __bool__(self) -> bool:
        return bool(self.found.changed)

    def __iter__(self) -> Iterator[Document]:
        today = self._context.clock.date()
        reading = _Reading(self._source, load_source_words(self._context.seeds), self._context.seeds)
        self.gone, self.whole = 0, False
        for file in self.found.changed:
            for document in _file(reading, file):
                if document.day is not None and document.day >= today:
                    self.early.add(file.key)
                yield document
                self.gone += 1
        self.whole = True


class _Marks(Mapping[str, str]):
    """What to remember of the files once they were gone through; before that it is not known which are to be read again."""

    def __init__(self, files: _Files) -> None:
        self._files = files

    def _now(self) -> dict[str, str]:
        files, found = self._files, self._files.found
        if files.whole:
            return {key: mark for key, mark in found.state.items() if key not in files.early}
        # A story of a day to come that was set aside is looked at again from the beginning.
        waiting = f"{found.digest} {0 if files.early else files.gone}"
        return {**found.before, "reading": found.state["reading"], WAITING: waiting}

    def __getitem__(self, key: str) -> str:
        return self._now()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())


def is_readable(name: str) -> bool:
    """Whether a file's name says that it holds issues, or a table, or is an archive."""
    suffix = PurePosixPath(inner_name(name)).suffix.lower()
    return is_archive(name) or suffix in SUFFIXES or markup_of(suffix) is not None


def _file(reading: _Reading, file: Found) -> Iterator[Document]:
    for opened in open_file(file.path, file.place):
        if isinstance(opened, Damaged):
            yield _damaged(reading.source, opened)
        else:
            yield from _read(reading, opened)


def _read(reading: _Reading, opened: Opened) -> Iterator[Document]:
    """What one file gives, and last why it gives no more where it is damaged."""
    try:
        if markup_of(opened.suffix) is not None:
            yield _issue(reading, opened)
        elif opened.suffix in SUFFIXES:
            yield from _stories(reading, opened)
        else:
            yield set_aside(reading.source, place=opened.place, reason="kind", problem="neither issue nor table")
    except TableProblem as problem:
        yield set_aside(reading.source, place=opened.place, reason=problem.reason, problem=problem.problem)
    except DAMAGES as error:
        yield _damaged(reading.source, damage(opened.place, error))


def _damaged(source: Source, damaged: Damaged) -> Document:
    return set_aside(source, place=damaged.place, reason=damaged.reason, problem=damaged.problem)


def _stories(reading: _Reading, opened: Opened) -> Iterator[Document]:
    """A document a row; within a file an id comes once."""
    chosen = _chooser(reading)
    seen = Seen()
    rows = read_table(
        opened.stream, opened.suffix, path=opened.path, wanted=lambda header: _wanted(chosen(header, True))
    )
    for row in rows:
        place = f"{opened.place}:{row.line}"
        document = _story(reading, row, chosen, place)
        if document.quarantined is None and document.document_id in seen:
            problem = f"{document.document_id!r} stands in an earlier row, too"
            document = set_aside(reading.source, place=place, reason="duplicate", problem=problem)
        seen.add(document.document_id)
        yield document


def _story(reading: _Reading, row: Row, chosen: Callable[[Sequence[str], bool], Columns], place: str) -> Document:
    try:
        columns = chosen(tuple(row.values), False) if row.values else Columns({}, frozenset())
    except TableProblem as problem:
        return set_aside(reading.source, place=place, reason=problem.reason, problem=problem.problem)
    return row_document(row, source=reading.source, columns=columns, words=reading.words, place=place)


def _chooser(reading: _Reading) -> Callable[[Sequence[str], bool], Columns]:
    """Finds columns by header, and remembers the last: the rows of a table mostly have the same."""
    last: dict[tuple[str, ...], Columns] = {}

    def choose(header: Sequence[str], fixed: bool) -> Columns:
        key = tuple(header)
        if key not in last:
            columns = find_columns(key, reading.source, reading.words, fixed=fixed)
            last.clear()
            last[key] = columns
        return last[key]

    return choose


def _wanted(columns: Columns) -> list[str]:
    return list(dict.fromkeys(columns.names.values()))


def _issue(reading: _Reading, opened: Opened) -> Document:
    """An issue, known by its file's name and dated by it: a date in the text may be any."""
    source, place = reading.source, opened.place
    slug = one_line(opened.stem)
    if (other := reading.slugs.setdefault(slug, place)) != place:
        return set_aside(source, place=place, reason="duplicate", problem=f"{other} is the same issue by its name")
    day = _day(slug)
    if day is None:
        problem = "its name holds no date: begin it with one such as 2024-05-29"
        return set_aside(source, place=place, reason="date", problem=problem)
    markup = markup_of(opened.suffix)
    assert markup is not None  # the caller has asked
    issue = split_issue(_text(opened), markup=markup, rules=reading.rules)
    return Document(
        source_id=source.id,
        document_id=f"{source.id}/{slug}",
        address=None,
        published=datetime(day.year, day.month, day.day),
        day=day,
        date_from="address",
        text_kind="full",
        pieces=issue.pieces,
        external_ids=(None,) * len(issue.pieces),
        rejected=issue.rejected,
        language=source.language,
        quarantined=None if issue.pieces else f"no-story: {place}: no story was recognized in it",
    )


def _day(name: str) -> date | None:
    found = _DAY.search(name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _text(opened: Opened) -> str:
    data = opened.stream.read(_LONGEST_ISSUE + 1)
    if len(data) > _LONGEST_ISSUE:
        raise TableProblem("too-big", f"an issue is over {_LONGEST_ISSUE:,} bytes long")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"byte {error.start + 1} of the file is no UTF-8; save it as UTF-8"
        raise TableProblem("encoding", problem) from error
