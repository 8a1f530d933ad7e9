"""From a query and a scope to the found stories, and what is said of them. Pure: it asks its rows of a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.scope import Scope, scope_in_words, scope_words
from dashboard.search import EXCLUDED, Search, hits, in_words
from dashboard.search import look_up as look_up
from dashboard.stories import Row
from dashboard.view import Ask

PAGE, EVERY = 10, 10_000_000
MOST_NAMED = 2  # other sources that told a story; more are counted
# Every story there is, whatever the filters say: what an empty result is held against.
ANYWHERE: dict[str, Any] = {
    "sources": None, "from_day": None, "to_day": None, "letters": True, "unit": "copy",
    "about_any": None, "about_all": None, "about_none": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The stories of one page of a result, with `search` None where nothing was typed; `total` counts those of all pages."""

    search: Search | None
    scope: Scope
    rows: pd.DataFrame
    total: int
    page: int


def find(ask: Ask, search: Search | None, scope: Scope, *, by_rank: bool, page: int) -> Found:
    """Return a page of the stories that are found in a scope, counted from 1; the last where there are not so many."""
    rows, total = _rows(ask, search, scope, by_rank=by_rank, at_most=PAGE, skip=(page - 1) * PAGE)
    if not len(rows) and page > 1:
        _, total = _rows(ask, search, scope, by_rank=by_rank, at_most=PAGE, skip=0)
        page = max(1, -(-total // PAGE))
        rows, _ = _rows(ask, search, scope, by_rank=by_rank, at_most=PAGE, skip=(page - 1) * PAGE)
    return Found(search, scope, rows, total, page)


def every(ask: Ask, search: Search | None, scope: Scope, *, by_rank: bool) -> pd.DataFrame:
    """Return all stories that are found in a scope, in the order of the pages."""
    return _rows(ask, search, scope, by_rank=by_rank, at_most=EVERY, skip=0)[0]


def _rows(
    ask: Ask, search: Search | None, scope: Scope, *, by_rank: bool, at_most: int, skip: int
) -> tuple[pd.DataFrame, int]:
    if search is None:
        every_story = {"key": None, "grain": "year", "period": None}
        return ask("story_list", **every_story, **scope.parameters(), at_most=at_most, skip=skip), scope.total
    looked_for = search.parameters()
    if looked_for is None:
        return pd.DataFrame(), 0
    rows = ask("search_list", **looked_for, **scope.parameters(), by_rank=by_rank, at_most=at_most, skip=skip)
    return rows, int(rows["found"].iloc[0]) if len(rows) else 0


def count(ask: Ask, search: Search, **parameters: Any) -> int:
    """Return how many stories are found under these parameters of the macro base_story."""
    looked_for = search.matching()
    return 0 if looked_for is None else int(ask("search_count", **looked_for, **parameters)["found"].iloc[0])


def elsewhere(ask: Ask, found: Found) -> int:
    """Return how many more are found in the sources that the scope leaves out."""
    if found.search is None or not found.scope.left_out:
        return 0
    return max(0, count(ask, found.search, **(found.scope.parameters() | {"sources": None})) - found.total)


def hit_spans(stories: pd.DataFrame, search: Search | None) -> list[dict[str, Any]]:
    """Return what was looked for in these stories, in the form of evidence."""
    if search is None or stories.empty:
        return []
    return [
        {"story_no": no, "field": field, "start_char": start, "end_char": end, "name": f"you looked for {told}"}
        for no, title, body in zip(stories["story_no"], stories["title"], stories["body"], strict=True)
        for field, text in (("title", title), ("text", body))
        for start, end, told in hits(text, search)
    ]


def also_words(rows: Sequence[Row]) -> dict[int, str]:
    """Return where else each story was told, 'also in The Batch', 'also in 4 other sources', by story_no; rows of story_outlets."""
    told: dict[int, list[Row]] = {}
    for row in rows:
        told.setdefault(int(row["story_no"]), []).append(row)
    return {number: _also(outlets) for number, outlets in told.items()}


def _also(outlets: Sequence[Row]) -> str:
    others = [row["source"] for row in outlets if not row["same_source"]]
    again = sum(int(row["copies"]) for row in outlets if row["same_source"])
    named = words.listed(others) if len(others) <= MOST_NAMED else f"{len(others)} other sources"
    times = f"told {again} more {'time' if again == 1 else 'times'} here" if again else ""
    return ", ".join(part for part in (f"also in {named}" if others else "", times) if part)


def headline(found: Found) -> str:
    """Return '48 of 2,179 stories hold “AI Act”'; without a query how many stories there are."""
    total = found.scope.total
    if found.search is None:
        return words.stories(total)
    if not found.search.asks:
        return "Nothing to look for yet"
    if not total:
        return "No story to look through"
    many = f"{words.count(found.total) if found.total else 'None'} of {words.stories(total)}"
    return f"{many} {'hold' if found.total > 1 else 'holds'} {in_words(found.search)}"


def looked_through(scope: Scope) -> str:
    """Return what the number is of: 'Of 2,179 stories in The Batch, Apr 2019 to Jul 2026.'"""
    said = scope_words(scope)
    return f"{said[0].upper()}{said[1:]}."


def described(search: Search | None, scope: Scope) -> str:
    """Return everything that restricts the list, as one sentence for a download (STATISTICS 26)."""
    held = f"stories that hold {in_words(search)}; " if search else ""
    return held + scope_in_words(scope)


def why_none(search: Search, scope: Scope, anywhere: int) -> str:
    """Return why nothing was found, and what to loosen; `anywhere` is how many there are without any filter."""
    if not search.items or not search.words:
        return f"There is no word to look for in {words.quoted(search.query)}."
    if not search.asks:
        return "This says only what must not be in a story. Add a word that must be."
    if anywhere:
        held = f"{words.stories(anywhere)} {'holds' if anywhere == 1 else 'hold'} it"
        return f"{held} in other sources, on other days or outside the options."
    if search.unknown:
        return (
            f"No story of this data holds {words.listed([words.quoted(text) for text in search.unknown])}. "
            "Words are looked for as they are spelled: *robot* does not find *robots*."
        )
    if any(word.stream and search.items[word.item_no].clause != EXCLUDED for word in search.words):
        return (
            "Each word is there, but no story holds all of this. Words in quotes, or joined by signs as in *AI-powered*, "
            "must follow each other: write them apart, or take one out."
        )
    return "Each word is there, but no story holds them together. Take one out, or put OR between them."


def page_of(text: str) -> int | None:
    """Return the page that an address names; None where that is no number of a page."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) else None


def own_query(state: Mapping[str, str], page: int) -> dict[str, list[str]]:
    """Return what the address says beside the filters: the query, the order and the page where they differ from the defaults."""
    said = {
        "q": state["q"].strip(),
        "sort": "date" if state["sort"] == "date" else "",
        "at": str(page) if page > 1 else "",
    }
    return {name: [value] for name, value in said.items() if value}
