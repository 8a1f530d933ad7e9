"""Hacker News → documents: stories that its readers posted, through the search interface, back to 2007."""

from __future__ import annotations

from typing import Any

from etl.catalog import Source
from etl.fetch.model import Fetcher, FetchProblem
from etl.model import Document, TextKind
from etl.newsletter.lines import absolute
from etl.sources.answers import ask_for, html_text, json_object, one_line, one_story, set_aside
from etl.sources.taken import Context, State, Taken
from etl.sources.windows import Batch, Pace, Window, moment, take_windows

_HITS = 1000  # the interface gives no more of one search, however it is paged
_PACE = Pace(unit=1, limit=_HITS, requests=100, overlap=2 * 86_400)
_ITEM = "https://news.ycombinator.com/item?id="


def take_hackernews(source: Source, fetcher: Fetcher, state: State, context: Context) -> Taken:
    """The stories that match `source.query` (all, without one), from where the last run came to up to the clock.

    `source.address` is the interface's `search_by_date`. A story's document is its page on Hacker News, its link the posted
    article; points and comments are not read, so they never make it `updated`. At most 100 requests a run.
    Raises FetchProblem where nothing came.
    """
    return take_windows(source, lambda window: _ask(source, fetcher, window), state, context, pace=_PACE)


def _ask(source: Source, fetcher: Fetcher, window: Window) -> Batch[Document]:
    first = _page(source, fetcher, window, 0)
    total, pages = _number(first, "nbHits"), min(_number(first, "nbPages"), _HITS)
    hits = list(first["hits"])
    for page in range(1, pages if total <= _HITS else 1):
        hits += _page(source, fetcher, window, page)["hits"]
    documents = [_document(source, hit, f"hit {number} of {window}") for number, hit in enumerate(hits, 1)]
    items = {each.document_id: each for each in documents}
    if total > _HITS:
        return Batch(items, whole=False)
    short = len(hits) < total
    notes = (f"{window}: the interface counts {total} stories, but gives {len(hits)}",) if short else ()
    return Batch(items, whole=True, requests=max(pages, 1), notes=notes)


def _page(source: Source, fetcher: Fetcher, window: Window, page: int) -> dict[str, Any]:
    params: dict[str, str | int] = {
        "query": source.query or "",
        "tags": "story",
        "numericFilters": f"created_at_i>={window.start},created_at_i<{window.end}",
        "hitsPerPage": _HITS,
    }
    answer = fetcher.get(ask_for(source, params | ({"page": page} if page else {})))
    found = json_object(answer.body, address=answer.asked)
    if not isinstance(found.get("hits"), list):
        told = one_line(str(found.get("message") or "the answer holds no `hits`"))
        raise FetchProblem("malformed", f"{answer.asked}: {told[:200]}")
    return found


def _number(answer: dict[str, Any], name: str) -> int:
    value = answer.get(name)
    if not isinstance(value, int) or value < 0:
        raise FetchProblem("malformed", f"the answer's `{name}` is {str(value)[:40]!r}, no count")
    return value


def _document(source: Source, hit: object, where: str) -> Document:
    item = hit if isinstance(hit, dict) else {}
    key = one_line(_text(item, "objectID"))
    place = f"{source.id}/{key or where}"
    title = one_line(_text(item, "title"))
    try:
        published = moment(int(item["created_at_i"]))
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return set_aside(source, place=place, problem="`created_at_i` is no time", reason="date")
    if not key.isdigit() or not title:
        return set_aside(source, place=place, problem="it has no number or no title")
    address, body = f"{_ITEM}{key}", html_text(_text(item, "story_text"))
    url = absolute(one_line(_text(item, "url")))
    return one_story(
        source,
        document_id=address,
        address=address,
        published=published,
        title=title,
        body=body,
        text_kind=_kind(body, url),
        language=source.language,
        url=url,
    )


def _kind(body: str, url: str | None) -> TextKind:
    """What is posted without a link is all in its text; beside a link the text is a remark on it."""
    if not body:
        return "headline"
    return "digest" if url else "full"


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
