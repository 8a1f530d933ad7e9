"""A load into files: JSON Lines, Parquet, or a folder of Parquet by year; streamed, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench.generate.load import Load
from tests.bench.generate.stories import PIECE, pieces

STORY = ("id", "title", "text", "source", "published", "url")
TAGS = ("id", "topics", "topics_near", "organizations", "regions", "tagger", "copy_of")
ROW_GROUP = 65_536  # fixed, so that the bytes of a Parquet file do not depend on the size of the pieces

Progress = Callable[[int, int | None], None]


class Sink(Protocol):
    """Where tables go."""

    def put(self, table: Any) -> None:
        """Append the rows."""

    def close(self) -> None:
        """Write what is left."""


class Lines:
    """JSON Lines: DuckDB writes the JSON, which Python would take ten times as long for."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("wb")
        self._con = duckdb.connect(config={"threads": 1})

    def put(self, table: Any) -> None:
        for chunk in json_lines(self._con, table).chunks:
            self._file.write(text_bytes(chunk))

    def close(self) -> None:
        self._con.close()
        self._file.close()


class Table:
    """A Parquet file of row groups of one size."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Any = None
        self._waiting: list[Any] = []

    def put(self, table: Any) -> None:
        self._waiting.append(table)
        while sum(len(part) for part in self._waiting) >= ROW_GROUP:
            whole = pa.concat_tables(self._waiting)
            self._write(whole.slice(0, ROW_GROUP))
            self._waiting = [whole.slice(ROW_GROUP)]

    def close(self) -> None:
        if any(len(part) for part in self._waiting):
            self._write(pa.concat_tables(self._waiting))
        if self._writer is not None:
            self._writer.close()

    def _write(self, table: Any) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema)
        self._writer.write_table(table.combine_chunks(), row_group_size=ROW_GROUP)


class Years:
    """A folder `year=2019/part-0.parquet`, …, which DuckDB and Arrow read as one table; years come in order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._year = ""
        self._table: Table | None = None

    def put(self, table: Any) -> None:
        years = [day[:4] for day in table.column("published").to_pylist()]
        for year in sorted(set(years)):
            if year != self._year:
                self.close()
                path = self._folder / f"year={year}" / "part-0.parquet"
                path.parent.mkdir(parents=True)
                self._year, self._table = year, Table(path)
            assert self._table is not None  # opened above
            self._table.put(table.slice(years.index(year), years.count(year)))

    def close(self) -> None:
        if self._table is not None:
            self._table.close()


class Columns:
    """Some columns of what comes, for another sink."""

    def __init__(self, names: tuple[str, ...], sink: Sink) -> None:
        self._names, self._sink = names, sink

    def put(self, table: Any) -> None:
        self._sink.put(table.select(list(self._names)))

    def close(self) -> None:
        self._sink.close()


def json_lines(con: duckdb.DuckDBPyConnection, table: Any) -> Any:
    """The rows as JSON objects with line ends, as Arrow strings."""
    con.register("piece", table)
    return con.sql("SELECT to_json(piece)::VARCHAR || chr(10) AS line FROM piece").to_arrow_table().column("line")


def text_bytes(strings: Any) -> memoryview:
    """The bytes of Arrow strings, one after the other."""
    strings = strings.cast(pa.large_string())
    _, offsets, data = strings.buffers()
    ends = memoryview(offsets).cast("q")
    first = strings.offset
    return memoryview(data)[ends[first] : ends[first + len(strings)]]


def write_load(
    load: Load, target: Path, *, tagged: bool = False, piece: int = PIECE, on_progress: Progress | None = None
) -> list[Path]:
    """Write the stories to a `.jsonl` or `.parquet` file, or a folder; with tags, those beside them. Returns the paths.

    Tags of `x.jsonl` go to `x.tags.jsonl`; a folder holds `stories/` and `tags/`. Raises FileExistsError for a folder that
    is there already.
    """
    paths = _paths(target, tagged=tagged)
    with _replacing(paths) as drafts, ExitStack() as opened:
        sinks = [_sink(draft, names) for draft, names in zip(drafts, (STORY, TAGS), strict=False)]
        for sink in sinks:
            opened.callback(sink.close)
        for done, table in _counted(pieces(load, tagged=tagged, piece=piece)):
            for sink in sinks:
                sink.put(table)
            if on_progress is not None:
                on_progress(done, load.stories)
    return paths


def _counted(tables: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Tables with how many rows have come up to and with each."""
    done = 0
    for table in tables:
        done += len(table)
        yield done, table


def _paths(target: Path, *, tagged: bool) -> list[Path]:
    if target.suffix in (".jsonl", ".parquet"):
        paths = [target, target.with_name(f"{target.stem}.tags{target.suffix}")]
    else:
        paths = [target / "stories", target / "tags"]
    return paths if tagged else paths[:1]


def _sink(path: Path, names: tuple[str, ...]) -> Sink:
    if ".jsonl" in path.suffixes:
        return Columns(names, Lines(path))
    if ".parquet" in path.suffixes:
        return Columns(names, Table(path))
    # A year is read from `published`, which the tags carry along for it.
    return Columns(tuple(dict.fromkeys([*names, "published"])), Years(path))


@contextmanager
def _replacing(paths: list[Path]) -> Iterator[list[Path]]:
    """Neighbours that take the paths' places when the block ends well."""
    drafts = [path.with_name(f".{path.stem}.part{path.suffix}") for path in paths]
    for path, draft in zip(paths, drafts, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise FileExistsError(f"{path} is there already; remove it or name another")
        _remove(draft)
    try:
        yield drafts
        for path, draft in zip(paths, drafts, strict=True):
            draft.replace(path)
    finally:
        for draft in drafts:
            _remove(draft)


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
