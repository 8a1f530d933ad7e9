"""Tags into facts and evidence, for every story that the current tagger has not tagged yet."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import duckdb

from etl.errors import AinewsError
from etl.label_ids import label_id
from etl.model import Evidence, StoryText, Tags
from etl.store.database import Row, incoming, insert, rows_of, statement
from etl.store.marts import note_changed

# Stories tagged and written at a time: bounds memory, whatever the archive's size.
BATCH = 2_000

Progress = Callable[[int, int | None], None]


class Tagger(Protocol):
    """What a run needs of a tagger."""

    def tag(self, stories: Iterable[StoryText]) -> Iterator[Tags]:
        """The tags of each story, in order."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """How many stories were tagged, and how many still have the tags of another lexicon or other weights."""

    done: int
    left: int


def tag_stale(
    con: duckdb.DuckDBPyConnection,
    build: Callable[[int], AbstractContextManager[Tagger]],
    *,
    version: str,
    prefixes: Mapping[str, str],
    progress: Progress | None = None,
    budget: float = math.inf,
    seconds: Callable[[], float] = time.monotonic,
) -> Tagged:
    """Tag the stories whose tagger is not `version`; the tagger is built only if there is one, knowing how many there are.

    New and updated stories come first and are always tagged; those that an older version tagged only while `budget`
    seconds, counted from the first of them, are not used up. `prefixes` are those of `label_prefixes`: the tagger knows by a
    story's id whether its weights learned from its document.
    """
    numbers = [row[0] for row in con.execute(statement("store/stale_numbers"), {"tagger": version}).fetchall()]
    (fresh,) = con.execute(statement("store/count_fresh")).fetchall()[0]
    if not numbers:
        return Tagged(0, 0)
    done, end = 0, math.inf
    with build(len(numbers)) as tagger:
        tags = _counted(tagger.tag(_stories(con, numbers, prefixes)), len(numbers), progress)
        while done < len(numbers) and seconds() < end:
            part = numbers[done : min(done + BATCH, fresh if done < fresh else len(numbers))]
            _replace(con, part, list(islice(tags, len(part))), version=version)
            done += len(part)
            if done >= fresh and end == math.inf:
                end = seconds() + budget
    return Tagged(done, len(numbers) - done)


def _stories(
    con: duckdb.DuckDBPyConnection, numbers: Sequence[int], prefixes: Mapping[str, str]
) -> Iterator[StoryText]:
    """The stories of these numbers in their order, read as they are asked for."""
    for first in range(0, len(numbers), BATCH):
        wanted = numbers[first : first + BATCH]
        rows = {row["story_no"]: row for row in rows_of(con, statement("store/stale_stories"), {"numbers": wanted})}
        for number in wanted:
            row = rows[number]
            yield StoryText(label_id(row, prefixes), row["title"], row["body"])


def _counted(tags: Iterator[Tags], total: int, progress: Progress | None) -> Iterator[Tags]:
    for number, tag in enumerate(tags, 1):
        yield tag
        if progress is not None:
            progress(number, total)


def _replace(con: duckdb.DuckDBPyConnection, numbers: Sequence[int], tags: Sequence[Tags], *, version: str) -> None:
    """Put these stories' tags in the place of their former ones."""
    if len(numbers) != len(tags):
        raise AinewsError(f"the tagger returned {len(tags)} results for {len(numbers)} stories")
    pairs = list(zip(numbers, tags, strict=True))
    with incoming(con, [{"story_no": number} for number in numbers], name="tagged"):
        note_changed(con, "tagged")
        con.execute(statement("store/delete_tags"))
        con.execute(statement("store/mark_tagged"), {"tagger": version})
    _add_unknown_organizations(con, tags)
    topics = [
        {"story_no": no, "id": topic.id, "score": round(topic.score, 4)} for no, tag in pairs for topic in tag.topics
    ]
    _insert_facts(con, "topic", topics)
    _insert_facts(con, "topic_near", list(_near_rows(pairs)))
    organizations = [{"story_no": no, "id": o.id, "role": o.role} for no, tag in pairs for o in tag.organizations]
    _insert_facts(con, "organization", organizations)
    regions = [{"story_no": no, "id": region.code, "role": region.role} for no, tag in pairs for region in tag.regions]
    _insert_facts(con, "region", regions)
    insert(con, "evidence", [row for no, tag in pairs for row in _evidence_rows(no, tag)])


def _insert_facts(con: duckdb.DuckDBPyConnection, kind: str, rows: Sequence[Row]) -> None:
    """Insert facts by text id; raises AinewsError for an id that the seeds' tables lack, which the join would drop."""
    if not rows:
        return
    table = "topic" if kind == "topic_near" else kind
    column = "code" if table == "region" else "id"
    known = {value for (value,) in con.execute(f'SELECT {column} FROM "{table}"').fetchall()}
    unknown = sorted({row["id"] for row in rows} - known)
    if unknown:
        raise AinewsError(f"the tagger gave the {table} {unknown[0]!r}, which the seeds do not list")
    with incoming(con, rows):
        con.execute(statement("store/insert_topic_near" if kind == "topic_near" else f"store/insert_{kind}_fact"))


def _near_rows(pairs: Sequence[tuple[int, Tags]]) -> Iterator[dict[str, Any]]:
    for number, tag in pairs:
        for near in tag.topics_near:
            score = {"score": round(near.score, 4), "threshold": round(near.threshold, 4)}
            values = {"id": near.id, **score, "vetoed": near.veto is not None}
            yield {"story_no": number, **values}


def _add_unknown_organizations(con: duckdb.DuckDBPyConnection, tags: Sequence[Tags]) -> None:
    """Give a number to each organization that no seed lists and that is seen for the first time; its name is as the first story has it."""
    found: dict[str, str] = {}
    for organization in (o for tag in tags for o in tag.organizations if not o.known):
        found.setdefault(organization.id, organization.name)
    held = dict(con.execute("SELECT id, organization_no FROM organization").fetchall())
    names = [(key, name) for key, name in found.items() if key not in held]
    first = max(held.values(), default=0) + 1
    rows = [
        {"organization_no": number, "id": key, "name": name, "known": False}
        for number, (key, name) in enumerate(names, first)
    ]
    insert(con, "organization", rows)


def _evidence_rows(number: int, tags: Tags) -> Iterator[dict[str, Any]]:
    """Evidence without its text: the slice is in the story."""
    spans: list[tuple[str, str, Iterable[Evidence]]] = []
    spans += [("topic", topic.id, topic.evidence) for topic in tags.topics]
    spans += [("near", near.id, near.evidence) for near in tags.topics_near]
    spans += [("veto", near.id, [near.veto]) for near in tags.topics_near if near.veto is not None]
    spans += [("organization", organization.id, organization.spans) for organization in tags.organizations]
    spans += [("region", region.code, region.spans) for region in tags.regions]
    for kind, tag_id, items in spans:
        for item in items:
            weight = None if item.weight is None else round(item.weight, 4)
            place = {"field": item.field, "start_char": item.start, "end_char": item.end, "weight": weight}
            yield {"story_no": number, "kind": kind, "tag_id": tag_id, **place}
