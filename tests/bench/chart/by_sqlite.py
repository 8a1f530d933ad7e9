"""SQLite on tables with the indexes that these questions want, in a file that is made once beside the Parquet files."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.bench.chart.rows import SQL, Question, Row, with_zeros

TABLES = ("story", "line", "key", "source")
_NAMES = {"key": "line_key"}
_CACHE_KB = 256_000


def opened(folder: Path) -> sqlite3.Connection:
    """Open the file, read-only; make it where there is none."""
    path = folder / "rows.sqlite"
    if not path.exists():
        _fill(folder, path)
    con = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    con.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    return con


def _fill(folder: Path, path: Path) -> None:
    """Under another name until all is in it, so that a half-filled file is not taken for a whole one."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    con = sqlite3.connect(partial)
    con.execute("PRAGMA journal_mode = OFF")
    con.executescript((SQL / "sqlite_tables.sql").read_text(encoding="utf-8"))
    for table in TABLES:
        for columns, rows in _batches(folder / f"{table}.parquet"):
            marks = ", ".join("?" * len(columns))
            into = f"INSERT INTO {_NAMES.get(table, table)} ({', '.join(columns)}) VALUES ({marks})"
            con.executemany(into, rows)
    con.commit()
    con.executescript((SQL / "sqlite_indexes.sql").read_text(encoding="utf-8"))
    con.close()
    partial.rename(path)


def _batches(path: Path) -> Iterator[tuple[list[str], Iterator[tuple[Any, ...]]]]:
    """Column names and rows, days and times as ISO text, truths as 0 and 1."""
    for batch in pq.ParquetFile(path).iter_batches(50_000):
        columns = [_plain(column) for column in batch.columns]
        yield batch.schema.names, zip(*(column.to_pylist() for column in columns), strict=True)


def _plain(column: Any) -> Any:
    if pa.types.is_temporal(column.type):
        return pc.strftime(column, "%Y-%m-%d" if pa.types.is_date(column.type) else "%Y-%m-%dT%H:%M:%S")
    return column.cast(pa.int8()) if pa.types.is_boolean(column.type) else column


def ask(con: sqlite3.Connection, question: Question) -> list[tuple[Any, ...]]:
    """Hits and totals of the chart, totals without a key."""
    narrow = question.sources is not None or question.about_any is not None
    values = {
        "monthly": question.monthly, "keys": json.dumps(question.keys), "first": str(question.first), "last": str(question.last),
        "sources": json.dumps(question.sources), "about_any": json.dumps(question.about_any),
    }  # fmt: skip
    text = (SQL / f"sqlite_{'narrow' if narrow else 'plain'}.sql").read_text(encoding="utf-8")
    return con.execute(text, values).fetchall()


def plain(question: Question, answer: list[tuple[Any, ...]]) -> list[Row]:
    """The answer as rows to compare."""
    hits = [(key, period, k) for key, period, k in answer if key is not None]
    totals = [(period, n) for key, period, n in answer if key is None and n]
    return with_zeros(question, hits, totals)
