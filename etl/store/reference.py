"""The tables that stories refer to, brought up to the seeds under numbers that never change or return."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import duckdb

from etl.catalog import Source
from etl.errors import InputError
from etl.reference import Reference, coverage_rows, expected_rows, source_row
from etl.store.database import Row, incoming, insert, rows_of, statement

MOST_TOPICS = 126  # bits of a signed number of 128, but for that of stories without a topic


def sync_reference(con: duckdb.DuckDBPyConnection, reference: Reference, *, sources: Sequence[Source]) -> None:
    """Make the tables say what the seeds say.

    What left the seeds keeps its row, so that its number is not given to another; a topic that was renamed (`was`) keeps its own,
    and its stories their words. Raises InputError for more topics than a story's number has bits.
    """
    _sync_sources(con, sources)
    topics = _numbered(con, "topic", "topic_no", "id", reference.topics)
    _refuse_too_many(topics)
    _put(con, "topic", "topic_no", topics)
    con.execute(statement("store/evidence_renamed"))
    _replace(con, "topic_group", reference.groups)
    _replace(con, "topic_group_member", reference.members)
    organizations = _numbered(con, "organization", "organization_no", "id", reference.organizations)
    con.execute("UPDATE organization SET known = false")
    _put(con, "organization", "organization_no", organizations)
    _put(con, "region", "region_no", _numbered(con, "region", "region_no", "code", reference.regions))
    _replace(con, "region_member", reference.region_members)
    _replace(con, "event", reference.events)
    _replace(con, "example_view", reference.example_views)
    _replace(con, "example_target", reference.example_targets)
    _replace(con, "tag_quality", reference.quality)
    _replace(con, "tag_calibration", reference.calibration)


def _refuse_too_many(topics: Sequence[Row]) -> None:
    """A story's topics are the bits of one number (story_fact.topics); raises InputError for a topic whose number has none."""
    beyond = [str(row["id"]) for row in topics if row["topic_no"] > MOST_TOPICS]
    if beyond:
        raise InputError(
            f"a snapshot holds at most {MOST_TOPICS} topics, with those that left the seeds, and {beyond[0]} would be one more",
            file="topics.toml",
            remedy="give a topic that takes another's place its former id in `was`, or begin a new data folder (AINEWS_DATA)",
        )


def _sync_sources(con: duckdb.DuckDBPyConnection, sources: Sequence[Source]) -> None:
    _put(con, "source", "source_no", _numbered(con, "source", "source_no", "id", map(source_row, sources)))


def sync_coverage(con: duckdb.DuckDBPyConnection, sources: Sequence[Source], *, today: date) -> None:
    """What each source's data spans and what its rhythm leads to expect; after the stories, for a live source begins with its first."""
    numbers = dict(con.execute("SELECT id, source_no FROM source").fetchall())
    days: dict[int, list[date]] = {}
    for number, day in con.execute(statement("store/source_days")).fetchall():
        days.setdefault(number, []).append(day)
    gaps: dict[str, list[tuple[date, date]]] = {}
    for source_id, first, last in con.execute("SELECT source_id, from_day, to_day FROM source_gap").fetchall():
        gaps.setdefault(source_id, []).append((first, last))
    held = [(source, numbers[source.id], days.get(numbers[source.id], [])) for source in sources]
    rows = [row for source, _, came in held for row in coverage_rows(source, came, gaps.get(source.id, ()))]
    _replace(con, "source_coverage", rows)
    expected = (expected_rows(source, number=number, today=today, days=came) for source, number, came in held)
    _replace(con, "source_expected", [row for rows in expected for row in rows])


def _numbered(
    con: duckdb.DuckDBPyConnection, table: str, number: str, key: str, rows: Iterable[Row]
) -> list[dict[str, Any]]:
    """The rows with their numbers: the one that they or their former id have, else the next after all that are held."""
    held = {row[key]: row[number] for row in rows_of(con, f'SELECT {key}, {number} FROM "{table}"')}
    following = max(held.values(), default=0) + 1
    numbered = []
    for row in rows:
        names = [row[key], *row.get("was", ())]
        known = next((held[name] for name in names if name in held), None)
        numbered.append({**row, number: following if known is None else known})
        following += known is None
    return numbered


def _put(con: duckdb.DuckDBPyConnection, table: str, key: str, rows: Sequence[Row]) -> None:
    """Rows in the place of those with the same key; others stay."""
    if rows:
        with incoming(con, rows):
            con.execute(f'DELETE FROM "{table}" WHERE {key} IN (SELECT {key} FROM incoming)')
    insert(con, table, rows)


def _replace(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    con.execute(f'DELETE FROM "{table}"')
    insert(con, table, rows)


def write_digests(con: duckdb.DuckDBPyConnection, **digests: str) -> None:
    """Note what the snapshot was made with, by name: the digests of `Made`."""
    _replace(con, "seed_state", [{"name": name, "digest": digest} for name, digest in digests.items()])
