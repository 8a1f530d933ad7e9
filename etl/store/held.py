"""What a snapshot knows already: of the documents that came in, and what it was made with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from etl.decide import Held, HeldDocument, HeldStory
from etl.model import Disposition
from etl.store.database import rows_of, statement


@dataclass(frozen=True, slots=True)
class Made:
    """What a snapshot was made with; a run that finds the same, and no news, publishes nothing.

    `tagger` is the version that all its stories were tagged with; `reference` and `schema` are digests.
    """

    tagger: str
    reference: str
    schema: str


def read_held(con: duckdb.DuckDBPyConnection, document_ids: Iterable[str]) -> Held:
    """The held part of those documents; the database must have the current schema."""
    items = frozenset(Disposition(**row) for row in rows_of(con, statement("store/held_items")))
    wanted = {"document_ids": sorted(set(document_ids))}
    documents = {
        row.pop("document_id"): HeldDocument(**row) for row in rows_of(con, statement("store/held_documents"), wanted)
    }
    stories: dict[str, list[HeldStory]] = {}
    for row in rows_of(con, statement("store/held_stories"), wanted):
        stories.setdefault(row.pop("document_id"), []).append(HeldStory(**row))
    return Held(documents, {key: tuple(value) for key, value in stories.items()}, items)


def read_made(con: duckdb.DuckDBPyConnection) -> Made | None:
    """What made the snapshot, or None where its schema is too old to say so, or its stories differ in tagger."""
    try:
        taggers = con.execute("SELECT DISTINCT tagger FROM story_fact").fetchall()
        digests = dict(con.execute("SELECT name, digest FROM seed_state").fetchall())
    except duckdb.CatalogException:
        return None
    if len(taggers) != 1 or digests.keys() != {"reference", "schema"}:
        return None
    return Made(tagger=taggers[0][0], **digests)
