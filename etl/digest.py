"""A hash per table over its rows in one order, so that two snapshots can be compared wherever they were made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.settings import Settings
from etl.store.database import connect, statement

_BATCH = 50_000


@dataclass(frozen=True, slots=True)
class TableDigest:
    """A table's number of rows and the SHA-256 in hex of all of them."""

    table: str
    rows: int
    digest: str


def snapshot_digests(path: Path, settings: Settings) -> list[TableDigest]:
    """The digest of each table of a snapshot, by name; views and macros hold no rows of their own."""
    with connect(path, settings, read_only=True) as con:
        return [table_digest(con, name) for (name,) in con.execute(statement("digest/tables")).fetchall()]


def table_digest(con: duckdb.DuckDBPyConnection, table: str) -> TableDigest:
    """The SHA-256 over the rows of one table, whatever order they lie in.

    Each row becomes JSON in the order of the columns and its SHA-256; these are taken in their own order, which for the same
    rows is the same order as that of all columns, and sorts 64 characters a row instead of whole texts. The database sorts
    within its memory limit and on disk beyond it, and hands over batches.
    """
    quoted = '"' + table.replace('"', '""') + '"'
    reader = con.sql(statement("digest/rows").replace("the_table", quoted)).to_arrow_reader(_BATCH)
    rows, digest = 0, hashlib.sha256()
    for batch in reader:
        rows += batch.num_rows
        digest.update("".join(batch.column(0).to_pylist()).encode("ascii"))
    return TableDigest(table, rows, digest.hexdigest())


def as_text(digests: Iterable[TableDigest]) -> str:
    """A line a table: digest, table, rows; made for `diff`."""
    return "".join(f"{found.digest}  {found.table}  {found.rows}\n" for found in digests)
