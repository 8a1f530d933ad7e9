"""A piece of a load as an Arrow table in the fields of contract 1, with tags where they are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tests.bench.generate.draws import Whole
from tests.bench.generate.load import Load, facts
from tests.bench.generate.tags import TAGGER, tag_columns
from tests.bench.generate.text import write

PIECE = 16_384  # stories made at a time: what fits a processor's cache, and 100 MB with tags


def pieces(
    load: Load, *, tagged: bool = False, numbered: bool = False, piece: int = PIECE, tagger: str = TAGGER
) -> Iterator[Any]:
    """The load's stories in order of day and source, as tables; the size of a piece changes nothing in them."""
    for begin in range(0, load.stories, piece):
        end = min(begin + piece, load.stories)
        yield make_piece(load, begin, end, tagged=tagged, numbered=numbered, tagger=tagger)


def make_piece(
    load: Load, begin: int, end: int, *, tagged: bool = False, numbered: bool = False, tagger: str = TAGGER
) -> Any:
    """Stories `begin` up to, not including, `end`: `id, title, text, source, published, url`, all texts.

    With tags: the columns of contract 1's output, and `copy_of`, the id of the story that one nearly repeats, or null.
    With numbers: `story_no` from 1, and `cluster_no`, the number of the story that it nearly repeats, or its own.
    """
    found = facts(load, begin, end)
    written, pool = write(load, found), load.model.vocabulary.pool
    columns = {
        "id": story_ids(load, found.number),
        "title": pool.render(written.title),
        "text": pool.render(written.text),
        **_origin(load, found.number, found.issue),
    }
    if tagged:
        copies = pa.array(found.content != found.number)
        nothing = pa.scalar(None, pa.string())
        columns |= tag_columns(load, found, written, tagger=tagger)
        columns["copy_of"] = pc.if_else(copies, story_ids(load, found.content), nothing)
    if numbered:
        columns |= {"story_no": pa.array(found.number + 1), "cluster_no": pa.array(found.content + 1)}
    return pa.table(columns)


def story_ids(load: Load, number: Whole) -> Any:
    """`source-0001-2019-04-03#1`: source, day and place in the issue, which counts from 1; the archive's form."""
    issue = load.calendar.issue_of(number)
    return pc.binary_join_element_wise(_issue_names(load, issue, "-"), _places(load, number, issue), "#")


def _origin(load: Load, number: Whole, issue: Whole) -> dict[str, Any]:
    names = pa.array([feed.name for feed in load.calendar.feeds])
    page = pc.binary_join_element_wise(_issue_names(load, issue, ".example/"), _places(load, number, issue), "/")
    return {
        "source": names.take(pa.array(load.calendar.feed[issue])),
        "published": _days(load, issue),
        "url": pc.binary_join_element_wise("https://", page, ""),
    }


def _issue_names(load: Load, issue: Whole, joint: str) -> Any:
    ids = pa.array([feed.id for feed in load.calendar.feeds]).take(pa.array(load.calendar.feed[issue]))
    return pc.binary_join_element_wise(ids, _days(load, issue), joint)


def _days(load: Load, issue: Whole) -> Any:
    days = load.calendar.days[issue]
    first = int(days.min())
    every = [str(load.calendar.start + timedelta(days=day)) for day in range(first, int(days.max()) + 1)]
    return pa.array(every).take(pa.array(days - first))


def _places(load: Load, number: Whole, issue: Whole) -> Any:
    return pa.array(number - load.calendar.first_story(issue) + 1).cast(pa.string())
