"""An answer → entries: RSS 0.9x–2.0, RDF and Atom through feedparser, JSON Feed by our own reader (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.parsers import expat

import feedparser

from etl.fetch.model import Answer, FetchProblem
from etl.sources.entry_date import GivenDate
from etl.sources.entry_text import Markup
from etl.sources.feed_bytes import decoded, unpacked, xml_feed
from etl.sources.feed_entry import Entry, ParsedFeed
from etl.sources.feed_rules import FeedRules
from etl.sources.json_feed import parse_json_feed

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_AMPERSAND = re.compile(r"&(?:amp|#0?38|#x26);")
_OPENED = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:\w+:)?(?:item|entry|channel|feed|rss|rdf)\s*>", re.IGNORECASE)
# Signs of markup up to which broken XML is mended, and elements up to which whole XML is read.
_MENDABLE, _MOST_ELEMENTS = 300_000, 400_000
# In the order in which they count; feedparser's names.
_DATES = ("published", "created", "updated")
# What feedparser lets through on bytes that only look like a feed (an address with half a bracket, say).
_FAILURES = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, RecursionError)


def parse_feed(answer: Answer, *, rules: FeedRules) -> ParsedFeed:
    """The entries of an answer's body; none where it is a feed without any.

    Raises FetchProblem: `empty`, `login-page`, `no-feed`, `entities`, `too-big`.
    """
    try:
        text = decoded(unpacked(answer.body), answer.headers.get("content-type", ""))
        if text.lstrip()[:1] in ("{", "["):
            return parse_json_feed(text, base=answer.address)
        xml, problem = xml_feed(text, rules)
    except FetchProblem as error:
        raise FetchProblem(error.reason, f"{answer.address}: {error.detail}") from error
    feed = _parsed(xml, answer.address)
    if not feed.entries and (feed.bozo or not feed.version):
        raise FetchProblem("no-feed", f"{answer.address}: no entry can be read from it ({_reason(feed)})")
    broken = _reason(feed) if feed.bozo else problem
    title, home, language = (dict.get(feed.feed, name) for name in ("title", "link", "language"))
    return ParsedFeed(
        tuple(_entry(entry, feed) for entry in feed.entries),
        broken,
        bool(feed.bozo) and _torn(xml),
        title=str(title or ""),
        home=str(home or ""),
        language=str(language or ""),
    )


def _parsed(xml: str, address: str) -> Any:
    """Parsed from bytes in memory, so that no address and no file name in them is ever opened.

    HTML is left as it is: it is read as plain text later, and cleaning it here takes longer than all the rest.
    """
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": address}
    body = BytesIO(xml.encode("utf-8", "replace"))
    _insist_on_readable(xml, address)
    try:
        return feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except _FAILURES as error:
        raise FetchProblem("no-feed", f"{address}: it can't be parsed ({error!r})") from error


def _insist_on_readable(xml: str, address: str) -> None:
    """Raise FetchProblem where reading takes minutes: `no-feed` for much that is broken, `too-big` for elements without end.

    The lenient parser, which takes over where XML is broken, needs 30 µs for each bracket on a slow machine.
    """
    if xml.count("<") + xml.count("&") <= _MENDABLE:
        return
    elements = 0

    def count(*_: object) -> None:
        nonlocal elements
        elements += 1

    parser = expat.ParserCreate("utf-8", " ")
    parser.StartElementHandler = count
    try:
        parser.Parse(xml.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise FetchProblem("no-feed", f"{address}: the feed is broken ({error}) and too large to be mended") from error
    if elements > _MOST_ELEMENTS:
        raise FetchProblem("too-big", f"{address}: the feed has {elements} elements, more than {_MOST_ELEMENTS}")


def _reason(feed: Any) -> str:
    exception = feed.get("bozo_exception", "it is of no known dialect")
    line = getattr(exception, "getLineNumber", None)
    where = f" in line {line()}" if line is not None else ""
    message = getattr(exception, "getMessage", None)
    return f"{message() if message is not None else exception}{where}"


def _torn(xml: str) -> bool:
    """Whether the XML ends before its last entry does."""
    last = max((found.start() for found in _OPENED.finditer(xml)), default=len(xml))
    return _CLOSED.search(xml, last) is None


def _entry(entry: Any, feed: Any) -> Entry:
    content = _content(entry)
    own = dict.get(entry, "summary") or ""
    copied = content is not None and own == content.text
    return Entry(
        guid=str(dict.get(entry, "id") or "").strip(),
        link=_link(entry),
        title=_markup(dict.get(entry, "title") or "", dict.get(entry, "title_detail")),
        content=content,
        summary=_markup(own, dict.get(entry, "summary_detail")) if own and not copied else None,
        dates=tuple(_dates(entry)),
        language=_language(entry, feed),
        tags=tuple(str(tag["term"]).strip() for tag in dict.get(entry, "tags") or () if tag.get("term")),
    )


def _link(entry: Any) -> str:
    """Its own link rather than a counting service's; one that was escaped twice is mended, or its query would be a fragment."""
    link = str(dict.get(entry, "feedburner_origlink") or dict.get(entry, "link") or "").strip()
    return _AMPERSAND.sub("&", link)


def _content(entry: Any) -> Markup | None:
    """The longest of its texts: some feeds give a teaser and the article, each as content."""
    parts = [part for part in dict.get(entry, "content") or () if _is_text(part.get("type")) and part.get("value")]
    best = max(parts, key=lambda part: len(part["value"]), default=None)
    return None if best is None else _markup(best["value"], best)


def _is_text(kind: str | None) -> bool:
    return not kind or kind.startswith("text/") or kind in _HTML_TYPES


def _markup(value: str, detail: Any) -> Markup:
    return Markup(value, html=bool(detail) and detail.get("type") in _HTML_TYPES)


def _dates(entry: Any) -> Iterator[GivenDate]:
    """Read past feedparser's own look-up, which answers one date for another and warns about it."""
    for name in _DATES:
        if text := dict.get(entry, name):
            yield GivenDate(str(text), dict.get(entry, f"{name}_parsed"))


def _language(entry: Any, feed: Any) -> str:
    """The entry's own language, else its texts', else the feed's."""
    texts = [*(dict.get(entry, "content") or ()), dict.get(entry, "summary_detail"), dict.get(entry, "title_detail")]
    said = [dict.get(entry, "language"), *(text.get("language") for text in texts if text), feed.feed.get("language")]
    return next((str(language) for language in said if language), "")
