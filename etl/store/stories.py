"""Documents and stories into their tables, under dense numbers that are never reused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import duckdb

from etl.decide import DecidedDocument, DecidedStory, Plan
from etl.held import Replaced
from etl.store.database import Row, incoming, insert, statement
from etl.store.marts import note_changed


def store_plan(con: duckdb.DuckDBPyConnection, plan: Plan, *, run_id: str) -> None:
    """Insert what is new, change what was updated, leave what is unchanged; the sources must be in their table."""
    numbers = dict(con.execute("SELECT id, source_no FROM source").fetchall())
    documents = [(_document_row(document, numbers, run_id), document.known) for document in plan.documents]
    insert(con, "document", [{**row, "first_run": run_id} for row, known in documents if not known])
    _update(con, "store/update_document", [row for row, known in documents if known])
    fresh = [story for story in plan.stories if story.story_no is None]
    insert(con, "story_fact", _new_rows(fresh, first=last_number(con) + 1, numbers=numbers, run_id=run_id))
    changed = [decided for decided in plan.stories if decided.story_no is not None]
    _update(con, "store/update_story", [_story_row(decided, numbers, run_id) for decided in changed])


def forget(con: duckdb.DuckDBPyConnection, replaced: Sequence[Replaced]) -> dict[str, int]:
    """Remove the stories that an issue's other reading does not tell; how many, by source."""
    gone = [{"story_no": story.story_no} for story in replaced if story.after is None]
    if not gone:
        return {}
    with incoming(con, gone, name="forgotten"):
        counts = dict(con.execute(statement("store/count_forgotten")).fetchall())
        note_changed(con, "forgotten")
        con.execute(statement("store/forget_stories"))
    return counts


def last_number(con: duckdb.DuckDBPyConnection) -> int:
    """The highest number of a story, 0 where there is none."""
    (number,) = con.execute("SELECT coalesce(max(story_no), 0) FROM story_fact").fetchall()[0]
    return int(number)


def _update(con: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Row]) -> None:
    if rows:
        with incoming(con, rows):
            con.execute(statement(name))


def _document_row(decided: DecidedDocument, numbers: Mapping[str, int], run_id: str) -> dict[str, Any]:
    document = decided.document
    return {
        "document_id": document.document_id,
        "source_no": numbers[document.source_id],
        "input": decided.input,
        "address": document.address,
        "day": document.day,
        "issue_number": document.issue_number,
        "content_hash": decided.content_hash,
        "disposition": "split",
        "last_run": run_id,
    }


def _new_rows(
    stories: Sequence[DecidedStory], *, first: int, numbers: Mapping[str, int], run_id: str
) -> list[dict[str, Any]]:
    """Each new story founds a cluster of its own and leads it."""
    own = {"is_lead": True, "tagger": "", "first_run": run_id}
    return [
        {**_story_row(decided, numbers, run_id), **own, "story_no": number, "cluster_no": number}
        for number, decided in enumerate(stories, first)
    ]


def _story_row(decided: DecidedStory, numbers: Mapping[str, int], run_id: str) -> dict[str, Any]:
    story = decided.story
    values = {name: getattr(story, name) for name in story.__dataclass_fields__ if name not in ("source_id", "parts")}
    return {
        **values,
        "story_no": decided.story_no,
        "source_no": numbers[story.source_id],
        "parts": [asdict(part) for part in story.parts],
        "captions": list(story.captions),
        "last_run": run_id,
    }
