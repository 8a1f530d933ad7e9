"""Stories in a language that the tagger does not read: they wait for nothing and carry no tags."""

from __future__ import annotations

import duckdb

from etl.store.database import statement
from etl.store.marts import note_changed


def pass_over_untagged(con: duckdb.DuckDBPyConnection, *, version: str) -> int:
    """Count them as done by this version, without tags, and return how many; called before the others are tagged.

    Those that were in a tagged language before lose their tags. Which languages are tagged, the macro `tagged_language` says.
    """
    con.execute(statement("store/stale_untagged"), {"tagger": version})
    ((stories,),) = con.execute("SELECT count(*) FROM tagged").fetchall()
    if stories:
        note_changed(con, "tagged")
        con.execute(statement("store/delete_tags"))
        con.execute(statement("store/mark_tagged"), {"tagger": version})
    con.execute("DROP TABLE tagged")
    return int(stories)
