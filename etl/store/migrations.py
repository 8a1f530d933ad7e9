"""Numbered migrations, each applied once with its own record, and the macros, which every run writes anew."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import duckdb

from etl.errors import InputError
from etl.store.database import SQL

SCHEMA = SQL / "schema"
MACROS = SQL / "macros"
_RECORD = "CREATE TABLE IF NOT EXISTS migration (name VARCHAR PRIMARY KEY, applied TIMESTAMP NOT NULL)"


def migrate(con: duckdb.DuckDBPyConnection, *, at: datetime, schema: Path = SCHEMA, macros: Path = MACROS) -> list[str]:
    """Bring a database up to the schema and return the names applied.

    Raises InputError for a database that a newer version of the program made.
    """
    con.execute(_RECORD)
    files = {path.stem: path for path in sorted(schema.glob("*.sql"))}
    applied = {name for (name,) in con.execute("SELECT name FROM migration").fetchall()}
    unknown = sorted(applied - files.keys())
    if unknown:
        remedy = "install that version, or return to an older snapshot with `ainews rollback`"
        raise InputError(
            f"a newer version of ainews made this snapshot (it has {unknown[0]})", file="data/current", remedy=remedy
        )
    for name in (name for name in files if name not in applied):
        _apply(con, name, files[name].read_text(encoding="utf-8"), at)
    for path in sorted(macros.glob("*.sql")):
        con.execute(path.read_text(encoding="utf-8"))
    return [name for name in files if name not in applied]


def _apply(con: duckdb.DuckDBPyConnection, name: str, text: str, at: datetime) -> None:
    """The statements and their record, together or not at all."""
    con.execute("BEGIN TRANSACTION")
    con.execute(text)
    con.execute("INSERT INTO migration VALUES (?, ?)", [name, at])
    con.execute("COMMIT")


def schema_digest(schema: Path = SCHEMA, macros: Path = MACROS) -> str:
    """Changes when a migration is added or a macro edited: such a run publishes even without a new story."""
    digest = hashlib.sha256()
    for path in sorted([*schema.glob("*.sql"), *macros.glob("*.sql")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
