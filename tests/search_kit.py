"""Worlds that can be searched: with postings, as a run leaves them, and a query asked of them as the page asks it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from dashboard.search import Search, asked, parse, words_of
from etl.store.postings import update_postings
from tests.worlds import Asking, World, publish


def searchable(world: World) -> Asking:
    """The world in memory, with postings."""
    ask = Asking(world)
    update_postings(ask.con, run_id="r")
    return ask


def publish_searchable(world: World, data: Path) -> Path:
    """The world in a data folder, with postings."""
    publish(world, data)
    (path,) = (data / "snapshots").glob("*.duckdb")
    with duckdb.connect(str(path)) as con:
        update_postings(con, run_id="r")
    return data


def look_up(ask: Asking, query: str) -> Search:
    items = parse(query)
    return Search(query, items, words_of(ask("search_items", **asked(items)).to_dict("records")) if items else ())


def found(ask: Asking, query: str | Search) -> list[int]:
    """The numbers of the found stories, best first, as the page orders them; of a query, or of one that was looked up."""
    parameters = (look_up(ask, query) if isinstance(query, str) else query).parameters()
    everything: dict[str, Any] = {
        "sources": None, "from_day": None, "to_day": None, "letters": True, "unit": "copy",
        "about_any": None, "about_all": None, "about_none": None, "by_rank": True, "at_most": 1000, "skip": 0,
    }  # fmt: skip
    return [] if parameters is None else ask("search_list", **parameters, **everything)["story_no"].tolist()
