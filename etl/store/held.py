"""What a snapshot knows already: of the documents that came in, and what it was made with."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import duckdb

from etl.held import Held, HeldDocument, HeldStory
from etl.model import Disposition
from etl.sources.taken import WAITING
from etl.store.database import rows_of, statement


@dataclass(frozen=True, slots=True)
class Made:
    """What a snapshot was made with; a run that finds the same, and no news, publishes nothing.

    `tagger` is the version that all its stories were tagged with; `reference`, `schema` and `desk` (decisions on stories) are digests.
    """

    tagger: str
    reference: str
    schema: str
    desk: str


def read_aside(con: duckdb.DuckDBPyConnection) -> frozenset[Disposition]:
    """What the ledger holds as set aside or rejected: the same again is no news."""
    return frozenset(Disposition(**row) for row in rows_of(con, statement("store/held_items")))


def read_held(
    con: duckdb.DuckDBPyConnection,
    document_ids: Iterable[str],
    *,
    items: frozenset[Disposition] | None = None,
    retold: Collection[str] = (),
) -> Held:
    """The held part of those documents; the database must have the current schema.

    `items` are those of `read_aside` where they were read before; of the documents in `retold` the texts are read, too.
    """
    aside = read_aside(con) if items is None else items
    ids = sorted(set(document_ids))
    if not ids:
        return Held({}, {}, aside, {})
    wanted = {"document_ids": ids}
    documents = {
        row.pop("document_id"): HeldDocument(**row) for row in rows_of(con, statement("store/held_documents"), wanted)
    }
    stories: dict[str, list[HeldStory]] = {}
    for row in rows_of(con, statement("store/held_stories"), wanted):
        stories.setdefault(row.pop("document_id"), []).append(HeldStory(**row))
    told = {"document_ids": [key for key in ids if key in retold]}
    texts = dict(con.execute(statement("store/held_texts"), told).fetchall()) if told["document_ids"] else {}
    return Held(documents, {key: tuple(value) for key, value in stories.items()}, aside, texts)


def read_states(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """What each source remembers (`fetch_state`), by name; empty where the snapshot is older than that table.

    A newsletter that is held from another input begins with the newest issue of that, so that a gap between the two shows.
    """
    try:
        rows = con.execute(statement("store/fetch_states")).fetchall()
    except duckdb.CatalogException:
        return {}
    states: dict[str, dict[str, str]] = {}
    for source_id, name, value in rows:
        states.setdefault(source_id, {})[name] = value
    for source_id, number in con.execute(statement("store/newest_issues")).fetchall():
        states.setdefault(source_id, {}).setdefault("issue", str(number))
    return states


def read_waiting(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The names of the sources of which the rest waits for the next run; none where the snapshot is older than that table."""
    try:
        return tuple(name for (name,) in con.execute(statement("status/waiting"), {"name": WAITING}).fetchall())
    except duckdb.CatalogException:
        return ()


def read_made(con: duckdb.DuckDBPyConnection) -> Made | None:
    """What made the snapshot, or None where its schema is too old to say so, or its stories differ in tagger."""
    try:
        taggers = con.execute("SELECT DISTINCT tagger FROM story_fact").fetchall()
        digests = dict(con.execute("SELECT name, digest FROM seed_state").fetchall())
    except duckdb.CatalogException:
        return None
    if len(taggers) != 1 or digests.keys() != {"reference", "schema", "desk"}:
        return None
    return Made(tagger=taggers[0][0], **digests)
