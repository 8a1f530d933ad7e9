"""JSON Feed 1.0 and 1.1 → entries (pure)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from etl.fetch.model import FetchProblem
from etl.sources.entry_date import GivenDate
from etl.sources.entry_text import Markup
from etl.sources.feed_entry import Entry, ParsedFeed


def parse_json_feed(text: str, *, base: str) -> ParsedFeed:
    """The entries of a JSON Feed; addresses are resolved against `base`. Raises FetchProblem `no-feed` for other JSON."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FetchProblem("no-feed", f"JSON that can't be read ({error})") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not _is_feed(feed):
        keys = ", ".join(map(str, list(feed)[:5])) if isinstance(feed, dict) else type(feed).__name__
        raise FetchProblem("no-feed", f"JSON, but no JSON Feed: it holds {keys}")
    good = [item for item in items if isinstance(item, dict)]
    broken = f"{len(items) - len(good)} of its items are no objects" if len(good) < len(items) else None
    home, language = _text(feed, "home_page_url"), _text(feed, "language")
    entries = tuple(_entry(item, base=home or base, language=language) for item in good)
    return ParsedFeed(entries, broken, title=_text(feed, "title"), home=home, language=language)


def _is_feed(feed: dict[str, Any]) -> bool:
    return "jsonfeed.org" in _text(feed, "version") or "feed_url" in feed or "home_page_url" in feed


def _entry(item: dict[str, Any], *, base: str, language: str) -> Entry:
    html, plain, summary = (_text(item, key) for key in ("content_html", "content_text", "summary"))
    content = Markup(html) if html else Markup(plain, html=False) if plain else None
    return Entry(
        guid=_text(item, "id"),
        link=_address(item, base),
        title=Markup(_text(item, "title"), html=False),
        content=content,
        summary=Markup(summary, html=False) if summary else None,
        dates=tuple(_dates(item)),
        language=_text(item, "language") or language,
        tags=tuple(tag for tag in _list(item, "tags") if isinstance(tag, str)),
    )


def _address(item: dict[str, Any], base: str) -> str:
    """Its own address; one that links elsewhere (a link blog's) has that as `external_url`."""
    for key in ("url", "external_url"):
        if address := _text(item, key):
            try:
                return urljoin(base, address)
            except ValueError:
                continue
    return ""


def _dates(item: dict[str, Any]) -> Iterator[GivenDate]:
    for key in ("date_published", "date_modified"):
        if text := _text(item, key):
            yield GivenDate(text)


def _text(table: dict[str, Any], key: str) -> str:
    """A text, or a number as one: ids are often numbers."""
    value = table.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def _list(table: dict[str, Any], key: str) -> list[Any]:
    value = table.get(key)
    return value if isinstance(value, list) else []
