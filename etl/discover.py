"""The feed of a web page: what it links to, else where feeds usually lie; or the address is a feed itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from etl.catalog_entry import is_address
from etl.fetch.model import Answer, Ask, Fetcher, FetchProblem
from etl.sources.feed_bytes import decoded
from etl.sources.feed_parse import parse_feed
from etl.sources.feed_rules import FeedRules

_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_PATHS = ("feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json")
# Feeds are there to be asked; any other address is a page, on which robots.txt has a say.
_FEED_LIKE = re.compile(r"(?:^|[/._-])(?:rss|atom|feeds?|rdf)(?:[/._-]|$)|\.(?:xml|rss|atom|rdf)$", re.IGNORECASE)
_COMMENTS = re.compile(r"comments?(?:[/._-]|$)|\bcomments\b", re.IGNORECASE)
_MOST_LINKS = 5


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that can be read: its address, what it says of itself ("" for what it does not), and how many entries it holds."""

    address: str
    title: str
    home: str
    language: str
    entries: int


def find_feeds(address: str, *, fetcher: Fetcher, rules: FeedRules, allow_private: bool = False) -> list[FoundFeed]:
    """The feeds of an address, the one to take first; those that only hold comments come last.

    Raises FetchProblem where the address can't be had, and `no-feed` where neither it nor what it links to is a feed.
    """

    def get(wanted: str, *, kind: str | None = None) -> Answer:
        kind = kind or ("feed" if _FEED_LIKE.search(urlsplit(wanted).path) else "page")
        return fetcher.get(Ask(wanted, "", kind=kind, allow_private=allow_private))  # type: ignore[arg-type]

    def read(wanted: str) -> FoundFeed | None:
        try:
            return read_feed(get(wanted, kind="feed"), rules=rules)
        except FetchProblem:
            return None

    answer = get(address)
    try:
        return [read_feed(answer, rules=rules)]
    except FetchProblem as problem:
        page = problem
    linked = list(dict.fromkeys(links_of(answer)))[:_MOST_LINKS]
    found = [feed for feed in map(read, linked) if feed is not None]
    if not found:
        usual = dict.fromkeys(_usual(answer.address))
        found = [feed for feed in [next((feed for feed in map(read, usual) if feed is not None), None)] if feed]
    if not found:
        detail = f"{address} is no feed, links to none, and none lies in the usual places ({page.detail})"
        raise FetchProblem("no-feed", detail)
    return sorted({feed.address: feed for feed in found}.values(), key=lambda feed: _is_of_comments(feed))


def read_feed(answer: Answer, *, rules: FeedRules) -> FoundFeed:
    """What an answer is as a feed; raises FetchProblem where it is none."""
    feed = parse_feed(answer, rules=rules)
    home = _joined(answer.address, feed.home) if feed.home else None
    return FoundFeed(
        address=answer.moved_to or answer.asked,
        title=" ".join(feed.title.split()),
        home=home if home and is_address(home) else "",
        language=feed.language.strip().lower(),
        entries=len(feed.entries),
    )


def links_of(answer: Answer) -> Iterator[str]:
    """The addresses of feeds that a page names: in its head first, then among its links."""
    page = _page(answer)
    base = page.find("base", href=True)
    origin = _joined(answer.address, str(base["href"])) if base else answer.address
    for link in page.find_all("link", href=True):
        rel = [str(word).lower() for word in link.get("rel") or []]
        kind = str(link.get("type") or "").split(";")[0].strip().lower()
        if "alternate" in rel and kind in _TYPES:
            yield from _usable(origin, str(link["href"]))
    for anchor in page.find_all("a", href=True):
        for joined in _usable(origin, str(anchor["href"])):
            if _FEED_LIKE.search(urlsplit(joined).path):
                yield joined


def _page(answer: Answer) -> Any:
    """The page as a tree, inside a root of our own, without which the parser warns about text that looks like a path."""
    from bs4 import BeautifulSoup
    from bs4.exceptions import ParserRejectedMarkup

    text = decoded(answer.body, answer.headers.get("content-type", ""))
    try:
        return BeautifulSoup(f"<html>{text}", "html.parser")
    except ParserRejectedMarkup:
        return BeautifulSoup(f"<html>{text.replace('<!', '&lt;!')}", "html.parser")


def _usual(address: str) -> Iterator[str]:
    """Where feeds usually lie: below the page, then below the host."""
    folder = address.split("?")[0].split("#")[0].rstrip("/") + "/"
    for base in (folder, urljoin(address, "/")):
        yield from (urljoin(base, path) for path in _PATHS)


def _usable(origin: str | None, href: str) -> Iterator[str]:
    joined = _joined(origin or "", href.strip())
    if joined and is_address(joined):
        yield joined.split("#")[0]


def _joined(base: str, href: str) -> str | None:
    try:
        return urljoin(base, href)
    except ValueError:
        return None


def _is_of_comments(feed: FoundFeed) -> bool:
    return bool(_COMMENTS.search(urlsplit(feed.address).path) or _COMMENTS.search(feed.title))
