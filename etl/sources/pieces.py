"""Tagged pieces, as `ainews tag` leaves them → documents of one story each, row by row; their tags are read by the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.catalog import Source
from etl.errors import InputError
from etl.model import Document
from etl.sources.rows import Columns, find_columns, row_document
from etl.sources.tables import Row, TableProblem, read_table
from etl.sources.words import SourceWords, load_source_words
from etl.tag_parquet import TAG_TYPES, parquet_errors

_NOTES = "_ainews"  # what `ainews tag --cluster` keeps beside the tags
_SUFFIX = ".parquet"
Read = tuple[str, Document]


@dataclass(frozen=True, slots=True)
class TaggedPieces:
    """Files of tagged stories in their order, all at `path`, and the ids of their sources by what rows call them; None is every row."""

    path: Path
    files: tuple[Path, ...]
    sources: Mapping[str | None, str]


def find_pieces(path: Path, *, source: str | None, sources: Mapping[str, Source], tagger: str) -> TaggedPieces:
    """The tagged pieces in a folder, or the one file; all rows are of `source`, or each says by id or name of which it is.

    Raises InputError where there is no piece, where tagging is not finished, for a file that lacks tags or has those of another
    tagger than `tagger`, and for a source that is not in the list.
    """
    if (path / _NOTES / "plan.json").exists() and not (path / _NOTES / "report.json").exists():
        remedy = "say the same `ainews tag --cluster` again, which does what is left"
        raise InputError("tagging is not finished in it", file=path, remedy=remedy)
    files = [path] if path.is_file() else [file for file in sorted(path.rglob(f"*{_SUFFIX}")) if _shown(file, path)]
    if not files or any(file.suffix != _SUFFIX for file in files):
        raise InputError("there are no tagged pieces", file=path, remedy="name a folder that `ainews tag` made")
    known = {one.name: key for key, one in sources.items()} | {key: key for key in sources}
    named: dict[str | None, str] = {}
    for file in files:
        with parquet_errors(file), pq.ParquetFile(file) as table:
            _insist(table, file, tagger)
            for told in [source] if source else _values(table, "source", file):
                named[None if source else told] = _source(told, known, file)
    return TaggedPieces(path, tuple(files), named)


def _shown(file: Path, folder: Path) -> bool:
    return not any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)


def _insist(table: Any, file: Path, tagger: str) -> None:
    """Raise InputError unless the file has the tags of contract 1, all by this tagger."""
    for name in TAG_TYPES:
        _there(table, name, file)
    other = [found for found in _values(table, "tagger", file) if found != tagger]
    if other:
        problem = f"its tags are of the tagger {other[0]}, and this one is {tagger}"
        raise InputError(problem, file=file, remedy="tag the stories again with this release and these seeds")


def _there(table: Any, name: str, file: Path) -> None:
    """Raise InputError unless there is such a column."""
    if name not in table.schema_arrow.names:
        remedy = (
            "name the source with --source" if name == "source" else "tag the stories with `ainews tag IN OUT.parquet`"
        )
        raise InputError(f"there is no column `{name}`", file=file, remedy=remedy)


def _values(table: Any, name: str, file: Path) -> list[str]:
    """The different values of a column, those of a batch in memory at a time. Raises InputError where there is no such column."""
    _there(table, name, file)
    found: dict[str, None] = {}
    for batch in table.iter_batches(columns=[name]):
        found |= dict.fromkeys(pc.unique(batch.column(0)).to_pylist())
    return list(found)


def _source(told: str | None, known: Mapping[str, str], file: Path) -> str:
    if told is None or told not in known:
        problem = f"there is no source {told!r}"
        remedy = "write its entry into sources.toml of the desk folder (`ainews sources list` names those known), or use --source"
        raise InputError(problem, file=file, remedy=remedy)
    return known[told]


@dataclass(frozen=True, slots=True)
class _Reading:
    sources: Mapping[str, Source]
    named: Mapping[str | None, str]
    words: SourceWords


def piece_documents(pieces: TaggedPieces, sources: Mapping[str, Source], seeds: Path) -> Iterator[Read]:
    """Each row as a document, with the reader that a source of files has; one that can't be taken says where it stood and why.

    Raises InputError where a file turns out to be damaged: half of a folder must not pass for the whole.
    """
    reading = _Reading(sources, pieces.sources, load_source_words(seeds))
    for file in pieces.files:
        chosen = cache(partial(_columns, reading, _carried(pq.read_schema(file).names)))
        try:
            with file.open("rb") as stream:
                for row in read_table(stream, _SUFFIX, path=file, wanted=_carried):
                    yield _read(reading, row, chosen, f"{file.name}:{row.line}")
        except TableProblem as problem:
            raise InputError(problem.problem, file=file, remedy="tag its stories again") from problem


def _carried(header: Sequence[str]) -> list[str]:
    return [name for name in header if name not in TAG_TYPES]


def _columns(reading: _Reading, header: Sequence[str], source_id: str) -> Columns:
    return find_columns(header, reading.sources[source_id], reading.words, fixed=False)


def _read(reading: _Reading, row: Row, chosen: Callable[[str], Columns], place: str) -> Read:
    told = None if None in reading.named else row.values["source"]
    source = reading.sources[reading.named[told]]
    document = row_document(row, source=source, columns=chosen(source.id), words=reading.words, place=place)
    return f"files {source.id}", document
