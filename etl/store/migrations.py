"""Numbered migrations, each applied once with its own record, and the macros, which are written anew where any has changed."""

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
    fresh = [name for name in files if name not in applied]
    if not fresh and _made_with(con) == schema_digest(schema, macros):
        return []
    con.execute("BEGIN TRANSACTION")  # one for all: each would wait for the disk
    try:
        for name in fresh:
            con.execute(files[name].read_text(encoding="utf-8"))
            con.execute("INSERT INTO migration VALUES (?, ?)", [name, at])
        for path in sorted(macros.glob("*.sql")):
            con.execute(path.read_text(encoding="utf-8"))
    except duckdb.Error:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")
    return fresh


def _made_with(con: duckdb.DuckDBPyConnection) -> str:
    """The digest of the SQL that the database was made with; '' where it says nothing of that."""
    if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'seed_state'").fetchall():
        return ""
    return next(
        (digest for (digest,) in con.execute("SELECT digest FROM seed_state WHERE name = 'schema'").fetchall()), ""
    )


def schema_digest(schema: Path = SCHEMA, macros: Path = MACROS) -> str:
    """Changes when a migration is added or a macro edited: such a run publishes even without a new story."""
    digest = hashlib.sha256()
    for path in sorted([*schema.glob("*.sql"), *macros.glob("*.sql")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
