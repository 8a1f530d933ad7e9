"""Stories in a language that the tagger does not read: they wait for nothing and carry no tags."""

from __future__ import annotations

import duckdb

from etl.store.database import incoming, rows_of, statement
from etl.store.marts import note_changed


def pass_over_untagged(con: duckdb.DuckDBPyConnection, *, version: str) -> int:
    """Count them as done by this version, without tags, and return how many; called before the others are tagged.

    Those that were in a tagged language before lose their tags. Which languages are tagged, the macro `tagged_language` says.
    """
    rows = rows_of(con, statement("store/stale_untagged"), {"tagger": version})
    if rows:
        with incoming(con, rows, name="tagged"):
            note_changed(con, "tagged")
            con.execute(statement("store/delete_tags"))
            con.execute(statement("store/mark_tagged"), {"tagger": version})
    return len(rows)
