"""Connections, SQL files and bulk inserts; no business logic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from etl.errors import AinewsError, InputError
from etl.settings import PACKAGE, Settings

SQL = PACKAGE / "sql"
Row = Mapping[str, Any]

# Stories that a run adds or changes between two commits: new ones hold 260 bytes each in memory until then.
SETTLED = 200_000


def statement(name: str) -> str:
    """The text of `etl/sql/<name>.sql`."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


@contextmanager
def connect(path: Path, settings: Settings, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is closed at the end; raises InputError with the remedy where the file can't be opened."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": settings.threads,
        "memory_limit": settings.memory_limit,
    }
    try:
        con = duckdb.connect(str(path), read_only=read_only, config=config)
    except duckdb.Error as error:
        remedy = "return to the one before with `ainews rollback`"
        raise InputError(f"the snapshot can't be opened ({_first_line(error)})", file=path, remedy=remedy) from error
    try:
        con.execute("SET enable_progress_bar = false")
        yield con
    finally:
        con.close()


def memory_limit(con: duckdb.DuckDBPyConnection) -> float:
    """What the database may use of memory, in MiB."""
    ((limit,),) = con.execute("SELECT current_setting('memory_limit')").fetchall()
    number, unit = limit.split()
    return float(number) * {"KiB": 1 / 1024, "MiB": 1, "GiB": 1024, "TiB": 1024**2}[unit]


def limit_memory(con: duckdb.DuckDBPyConnection, mebibytes: float) -> None:
    """Let the database use so much memory from now on; what is beyond goes to disk."""
    con.execute(f"SET memory_limit = '{mebibytes:.0f}MiB'")


@contextmanager
def less_memory(con: duckdb.DuckDBPyConnection, share: float) -> Iterator[None]:
    """While the block lasts, the database gets by with a share of what it may use; the rest is somebody else's."""
    limit = memory_limit(con)
    limit_memory(con, limit * share)
    try:
        yield
    finally:
        limit_memory(con, limit)


class Settling:
    """Commits within a run that changes very many rows, so that memory holds what `every` of them need, not all.

    Until a commit the database keeps the keys of new rows in memory, and what changed ones were before. The file is a draft that nobody
    reads until it is published: a run that fails half-way leaves it behind, with whatever was committed.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, *, every: int = SETTLED) -> None:
        self._con, self._every, self._waiting, self._begun = con, every, 0, False

    def changed(self, rows: int) -> None:
        """Note that so many rows were added or changed; where that are many by now, commit them."""
        self._waiting += rows
        if self._waiting >= self._every:
            self._settle()

    def next_step(self) -> None:
        """Commit what is left of a step, in a run in which something was committed already."""
        if self._begun:
            self._settle()

    def _settle(self) -> None:
        self._begun, self._waiting = True, 0
        for command in ("COMMIT", "CHECKPOINT", "BEGIN TRANSACTION"):
            self._con.execute(command)


@contextmanager
def beside(con: duckdb.DuckDBPyConnection) -> Iterator[Path]:
    """A folder beside the database while the block lasts: until the commit a temporary table stays in memory, even one that was dropped."""
    query = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    ((path,),) = con.execute(query).fetchall()
    with TemporaryDirectory(dir=Path(path).parent if path else None, prefix="beside-") as folder:
        yield Path(folder)


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn what the disk or the database refuses into one AinewsError."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise AinewsError(f"{error.filename2 or error.filename or folder}: {reason}; {_REMEDY}") from error
    except duckdb.OutOfMemoryException as error:
        raise AinewsError(f"{folder}: the database says: {_first_line(error)}; {_MORE}") from error
    except duckdb.Error as error:
        raise AinewsError(f"{folder}: the database says: {_first_line(error)}; {_REMEDY}") from error


@contextmanager
def asking(snapshot: Path) -> Iterator[None]:
    """Name the remedy where a snapshot lacks what queries of this version ask for: an older one made it."""
    try:
        yield
    except duckdb.Error as error:
        remedy = "bring it up to date with `ainews run`"
        raise InputError(f"the snapshot can't be asked ({_first_line(error)})", file=snapshot, remedy=remedy) from error


_STANDS = "nothing was published and the last snapshot stands"
_REMEDY = f"{_STANDS}: make room or grant access, then run again"
_MORE = f"{_STANDS}: raise `memory_limit` in settings.toml of the desk folder, then run again"


def _first_line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Append rows to a table of the schema, by column name; columns not given take their default."""
    if rows:
        with incoming(con, rows):
            con.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM incoming')


def rows_of(
    con: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries."""
    result = con.execute(query, dict(parameters) if parameters else None)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@contextmanager
def incoming(con: duckdb.DuckDBPyConnection, rows: Sequence[Row], *, name: str = "incoming") -> Iterator[None]:
    """Rows as a relation of that name while the block lasts; at least one row is needed to know the columns."""
    held = _Lent(rows)
    con.register(name, held)
    try:
        yield
    finally:
        con.unregister(name)
        held.give_back()


class _Lent:
    """Rows that DuckDB may read as often as it likes until they are given back.

    Within a transaction DuckDB keeps what was registered until the commit, long after it was unregistered: a backlog would be in
    memory as a whole. So it gets to keep an empty shell.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        import pyarrow as pa  # a run with nothing new does without: registering loads pandas too

        self._table = pa.Table.from_pylist(list(rows))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)

    def give_back(self) -> None:
        self._table = self._table.schema.empty_table()
