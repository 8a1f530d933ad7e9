"""Tables as rows, one at a time: JSON Lines, CSV and Parquet; a row that can't be read never costs another one."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import IO, Any

SUFFIXES = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")
_LONGEST = 20 * 1024**2  # bytes of one line or row
_RECORD = 1024**2  # bytes after which a quote counts as never closed
_IN_MEMORY = 256 * 1024**2  # bytes of a packed Parquet file, which has to be held whole
_ROWS = 500  # of a Parquet file in memory at a time
_BUFFER = 64 * 1024  # bytes read of a column at a time: whole, a row group may be as large as the file
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = ",;\t|"


class TableProblem(Exception):
    """A table that can't be read from here on: one word why, and the same in words."""

    def __init__(self, reason: str, problem: str) -> None:
        super().__init__(problem)
        self.reason, self.problem = reason, problem


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table and the line (or row) that it begins in, from 1. Where it can't be read, `reason` and `problem` say why."""

    line: int
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    problem: str = ""


Wanted = Callable[[Sequence[str]], Sequence[str]]


def read_table(stream: IO[bytes], suffix: str, *, path: Path | None, wanted: Wanted) -> Iterator[Row]:
    """The rows of a table by its ending, one of `SUFFIXES`; `path` where it lies on disk.

    `wanted` chooses among the columns of a Parquet file those to read, and may refuse a table with TableProblem. Raises
    TableProblem where the rest of the table can't be read, and what reading the stream raises.
    """
    if suffix == ".parquet":
        return _parquet_rows(stream if path is None else path, wanted)
    return _csv_rows(stream, wanted) if suffix in (".csv", ".tsv") else _json_rows(stream)


@dataclass(frozen=True, slots=True)
class _Line:
    """A physical line; `bad_byte` (from 1 in the file) is the first one that is no UTF-8."""

    number: int
    text: str
    bad_byte: int | None


def _lines(stream: IO[bytes]) -> Iterator[_Line]:
    """Each line for itself, so that one broken character spoils one line only."""
    at = 0
    for number in count(1):
        line = stream.readline(_LONGEST)
        if not line:
            return
        if number == 1 and line.startswith(_UTF16):
            raise TableProblem("encoding", "byte 1: the file is UTF-16; save it as UTF-8")
        text, bad = _decoded(line)
        yield _Line(number, text.removeprefix("\ufeff") if number == 1 else text, None if bad is None else at + bad + 1)
        at += len(line)
        if len(line) == _LONGEST and not line.endswith(b"\n"):
            raise TableProblem("too-big", f"line {number} is over {_LONGEST:,} bytes long")


def _decoded(line: bytes) -> tuple[str, int | None]:
    try:
        return line.decode("utf-8"), None
    except UnicodeDecodeError as error:
        return line.decode("utf-8", "surrogateescape"), error.start


def _not_utf8(line: int, byte: int | None) -> Row:
    return Row(line, reason="encoding", problem=f"byte {byte} of the file is no UTF-8; save it as UTF-8")


def _json_rows(stream: IO[bytes]) -> Iterator[Row]:
    for line in _lines(stream):
        if line.text.strip():
            yield _not_utf8(line.number, line.bad_byte) if line.bad_byte else _json_row(line)


def _json_row(line: _Line) -> Row:
    try:
        record = json.loads(line.text)
    except (ValueError, RecursionError) as error:
        return Row(line.number, reason="malformed", problem=f"no JSON: {error}")
    if not isinstance(record, dict):
        return Row(line.number, reason="malformed", problem="no JSON object")
    return Row(line.number, record)


def _csv_rows(stream: IO[bytes], wanted: Wanted) -> Iterator[Row]:
    csv.field_size_limit(_LONGEST)
    records = _records(_lines(stream))
    head = next(records, None)
    if head is None:
        return
    header, delimiter = _header("".join(line.text for line in head))
    wanted(header)
    for lines in records:
        yield from _csv_record(lines, header, delimiter)


def _header(text: str) -> tuple[list[str], str]:
    """The columns' names and what stands between them."""
    delimiter = max(_DELIMITERS, key=text.count)
    try:
        return [name.strip() for name in next(csv.reader([text], delimiter=delimiter), [])], delimiter
    except csv.Error as error:
        raise TableProblem("malformed", f"line 1: no CSV: {error}") from error


def _records(lines: Iterator[_Line]) -> Iterator[list[_Line]]:
    """Lines that belong together because a quoted field goes on over the line's end, empty ones left out.

    Where a quote is not closed within reason, its line stands alone and the lines after it are looked at anew.
    """
    again: list[_Line] = []
    while True:
        record: list[_Line] = []
        size, odd = 0, False
        while (line := again.pop() if again else next(lines, None)) is not None:
            if not record and not line.text.strip():
                continue
            record.append(line)
            size += len(line.text)
            odd ^= line.text.count('"') % 2 == 1
            if not odd or size > _RECORD:
                break
        if not record:
            return
        if odd:
            again += reversed(record[1:])
            record = record[:1]
        yield record


def _csv_record(lines: list[_Line], header: list[str], delimiter: str) -> Iterator[Row]:
    first, bad = lines[0].number, next((line.bad_byte for line in lines if line.bad_byte), None)
    reader = csv.reader([line.text for line in lines], delimiter=delimiter, strict=True)
    done = 0
    try:
        for fields in reader:
            if fields:
                yield _csv_row(first + done, fields, header, bad)
            done = reader.line_num
    except csv.Error as error:
        yield Row(first + done, reason="malformed", problem=f"no CSV: {error}")


def _csv_row(line: int, fields: list[str], header: list[str], bad: int | None) -> Row:
    if bad is not None and any("\udc80" <= char <= "\udcff" for value in fields for char in value):
        return _not_utf8(line, bad)
    if len(fields) != len(header):
        return Row(line, reason="malformed", problem=f"{len(fields)} fields under a header of {len(header)}")
    return Row(line, dict(zip(header, fields, strict=True)))


def _parquet_rows(source: Path | IO[bytes], wanted: Wanted) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = source if isinstance(source, Path) else BytesIO(_held(source))
    try:
        with pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False) as table:
            columns = list(wanted(table.schema_arrow.names))
            numbers = count(1)
            for batch in table.iter_batches(_ROWS, columns=columns, use_threads=False):
                for values in batch.to_pylist():
                    yield Row(next(numbers), values)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise TableProblem("malformed", f"no Parquet: {' '.join(str(error).split())[:200]}") from error


def _held(stream: IO[bytes]) -> bytes:
    data = stream.read(_IN_MEMORY + 1)
    if len(data) > _IN_MEMORY:
        raise TableProblem("too-big", f"a packed Parquet file may hold {_IN_MEMORY:,} bytes; put it beside the archive")
    return data
