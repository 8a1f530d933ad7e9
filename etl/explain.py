"""Why a story has its tags, and why not others: rows of the snapshot → text (pure, but for `read_story`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.errors import AinewsError
from etl.settings import Settings
from etl.store.database import connect, rows_of, statement

Row = Mapping[str, Any]
Mark = Callable[[str], str]
_HEADINGS = {"topic": "Topics", "near": "Near misses", "organization": "Organizations", "region": "Regions"}


@dataclass(frozen=True, slots=True)
class Explained:
    """A story with its tags and their evidence, as rows."""

    story: Row
    tags: tuple[Row, ...]
    evidence: tuple[Row, ...]


def read_story(path: Path, settings: Settings, story: str) -> Explained:
    """Look a story up by story_id or external_id; raises AinewsError where there is none, or more than one."""
    with connect(path, settings, read_only=True) as con:
        found = rows_of(con, statement("explain/story"), {"story": story})
        if not found:
            raise AinewsError(f"there is no story {story!r} in snapshot {path.stem}; give its story_id or external_id")
        if len(found) > 1:
            ids = ", ".join(row["story_id"] for row in found)
            raise AinewsError(f"several stories have the external id {story!r}; give one of {ids}")
        number = {"story_no": found[0]["story_no"]}
        tags = rows_of(con, statement("explain/tags"), number)
        evidence = rows_of(con, statement("explain/evidence"), number)
    return Explained(found[0], tuple(tags), tuple(evidence))


def explain(explained: Explained, *, mark: Mark = str) -> str:
    """The explanation as text; `mark` dresses a highlighted slice of title or text (on a terminal, say)."""
    story = explained.story
    lines = [_marked(explained, "title", story["title"], mark), *_head(story), ""]
    if story["body"]:
        lines += [_marked(explained, "text", story["body"], mark), ""]
    for kind, heading in _HEADINGS.items():
        lines += [heading, *_tags(explained, kind), ""]
    return "\n".join(lines).rstrip() + "\n"


def _head(story: Row) -> list[str]:
    names = [story["story_id"], story["external_id"], story["text_kind"], f"tagged by {story['tagger']}"]
    place = [story["source"], str(story["day"]), story["url"]]
    return [" · ".join(part for part in parts if part) for parts in (place, names)]


def _tags(explained: Explained, kind: str) -> Iterator[str]:
    rows = [row for row in explained.tags if row["kind"] == kind]
    if not rows:
        yield "  none"
    for row in rows:
        yield f"  {_tag(row)}"
        for item in _evidence(explained, kind, row["id"]):
            yield f"      {_slice(explained.story, item)}"
        if kind == "near":
            for item in _evidence(explained, "veto", row["id"]):
                yield f"      vetoed by {_slice(explained.story, item)}"


def _tag(row: Row) -> str:
    name = f"{row['name']} ({row['id']})"
    if row["kind"] == "near":
        return f"{name}  score {row['score']:.4f}, needs {row['threshold']:.4f}" + (", vetoed" if row["vetoed"] else "")
    if row["kind"] == "topic":
        return f"{name}  score {row['score']:.4f}"
    return f"{name}  {row['role']}" + ("" if row["known"] else ", not in the seeds")


def _evidence(explained: Explained, kind: str, tag_id: str) -> list[Row]:
    return [row for row in explained.evidence if row["kind"] == kind and row["tag_id"] == tag_id]


def _slice(story: Row, item: Row) -> str:
    """The words, where they stand, and their part of the score in log-odds where they have one."""
    text = story["title" if item["field"] == "title" else "body"][item["start_char"] : item["end_char"]]
    weight = "" if item["weight"] is None else f"  {item['weight']:+.2f}"
    return f"“{text}”  {item['field']} {item['start_char']}–{item['end_char']}{weight}"


def _marked(explained: Explained, field: str, text: str, mark: Mark) -> str:
    """The field with every slice that speaks for a tag marked once, overlapping slices as one."""
    kinds = ("topic", "organization", "region")
    spans = [
        (row["start_char"], row["end_char"])
        for row in explained.evidence
        if row["field"] == field and row["kind"] in kinds
    ]
    pieces, at = [], 0
    for start, end in merged(spans):
        pieces += [text[at:start], mark(text[start:end])]
        at = end
    return "".join([*pieces, text[at:]])


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch or overlap made one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result
