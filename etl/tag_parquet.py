"""The Parquet side of contract 1: rows in, rows with tags out, and the columns that they need."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from etl.errors import InputError

_BATCH = 512
Kinds = dict[str, set[type]]
_FIELDS = [("field", pa.string()), ("start", pa.int64()), ("end", pa.int64()), ("text", pa.string())]
_EVIDENCE = pa.struct([*_FIELDS, ("weight", pa.float64())])
_EVIDENCES = pa.list_(_EVIDENCE)
_SCORED = [("id", pa.string()), ("score", pa.float64())]
_NAMED = [("name", pa.string()), ("role", pa.string())]
TAG_TYPES = {
    "topics": pa.list_(pa.struct([*_SCORED, ("evidence", _EVIDENCES)])),
    "topics_near": pa.list_(
        pa.struct([*_SCORED, ("threshold", pa.float64()), ("evidence", _EVIDENCES), ("veto", _EVIDENCE)])
    ),
    "organizations": pa.list_(pa.struct([("id", pa.string()), *_NAMED, ("known", pa.bool_()), ("spans", _EVIDENCES)])),
    "regions": pa.list_(pa.struct([("code", pa.string()), *_NAMED, ("spans", _EVIDENCES)])),
    "tagger": pa.string(),
}


def read_rows(source: Path) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file, a batch in memory at a time. Raises InputError where it is none."""
    return rows_between(source, name=source)


def rows_between(
    source: Path | IO[bytes], *, name: Path | str, first: int = 0, last: float = math.inf
) -> Iterator[dict[str, Any]]:
    """Rows `first` up to, without, `last` of a Parquet file; groups of rows outside of these are not read.

    `name` is the file's in the InputError that is raised where it is none.
    """
    with parquet_errors(name), pq.ParquetFile(source) as table:
        begin = 0
        for group in range(table.num_row_groups):
            rows = table.metadata.row_group(group).num_rows
            if begin < last and begin + rows > first:
                batches = table.iter_batches(_BATCH, row_groups=[group])
                yield from islice(_rows(batches), max(0, first - begin), int(min(rows, last - begin)))
            begin += rows


def _rows(batches: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for batch in batches:
        yield from batch.to_pylist()


@contextmanager
def parquet_errors(source: Path | str) -> Iterator[None]:
    """Arrow says OSError for damaged pages too, which must not pass for trouble with the file that is written."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        problem = f"no Parquet: {' '.join(str(error).split())}"
        raise InputError(problem, file=source, remedy="write it anew or name it .jsonl") from error


def carried_types(source: Path | Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The Arrow type of each column that is carried along, from a Parquet file or from all rows.

    A key whose values are of more than one kind, nested, or too large a number, becomes text that holds JSON.
    """
    if isinstance(source, Path):
        with parquet_errors(source):
            return {field.name: field.type for field in pq.read_schema(source) if field.name not in TAG_TYPES}
    return types_of([kinds_of(source)])


def kinds_of(rows: Iterable[Mapping[str, Any]]) -> Kinds:
    """The kinds of values of each key, in the order in which keys are met; null is none."""
    kinds: Kinds = {}
    for row in rows:
        for key, value in row.items():
            kinds.setdefault(key, set()).update([] if value is None else [_kind(value)])
    return kinds


def types_of(parts: Iterable[Kinds]) -> dict[str, Any]:
    """The Arrow type of each key that all values in all parts fit; an id is text."""
    kinds: Kinds = {"id": {str}}
    for part in parts:
        for key, found in part.items():
            kinds.setdefault(key, set()).update(found)
    return {key: _type_of(found) for key, found in kinds.items()}


def _kind(value: Any) -> type:
    """The type by which a column is chosen: a whole number beyond 64 bits has no column of numbers."""
    return str if isinstance(value, int) and not -(2**63) <= value < 2**63 else type(value)


def _type_of(kinds: set[type]) -> Any:
    simple = {frozenset({bool}): pa.bool_(), frozenset({int}): pa.int64(), frozenset({float}): pa.float64()}
    simple[frozenset({int, float})] = pa.float64()
    return simple.get(frozenset(kinds), pa.string())


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]], *, carried: Mapping[str, Any]) -> None:
    """Write the rows with the columns of `carried` and of the tags, a batch in memory at a time."""
    schema = tagged_schema(carried)
    with pq.ParquetWriter(path, schema) as out:
        for table in tables(rows, schema):
            out.write_table(table)


def tagged_schema(carried: Mapping[str, Any]) -> pa.Schema:
    """The columns that are carried along, then those of the tags."""
    return pa.schema(list({**carried, **TAG_TYPES}.items()))


def tables(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows as Arrow tables of a batch each."""
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        columns = [pa.array([_fit(row.get(field.name), field.type) for row in batch], field.type) for field in schema]
        yield pa.Table.from_arrays(columns, schema=schema)


def _fit(value: Any, kind: Any) -> Any:
    """The value as its column takes it: text for what is no text, and no half characters."""
    if kind != pa.string() or value is None:
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
