"""Finding the feed of a page, over pages and feeds that a recording answers with."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from etl.discover import FoundFeed, find_feeds
from etl.fetch.model import Answer, Ask, FetchProblem
from etl.sources.feed_rules import FeedRules

RULES = FeedRules(boilerplate=re.compile("(?!)"), cut_off=(), login_words=("log in",))
HOME = "https://blog.example/news/"
ITEM = "<item><title>A chatbot sings</title><link>https://blog.example/1</link></item>"


@dataclass
class Recording:
    """A Fetcher over texts by address; what it has not is a 404. `asked` are the requests in order."""

    texts: Mapping[str, str | bytes]
    moved: Mapping[str, str] = field(default_factory=dict)
    asked: list[Ask] = field(default_factory=list)

    def get(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        if ask.address not in self.texts:
            raise FetchProblem("status-404", f"{ask.address} is not there")
        text = self.texts[ask.address]
        body = text if isinstance(text, bytes) else text.encode()
        address = self.moved.get(ask.address, ask.address)
        digest = hashlib.sha256(body).hexdigest()
        return Answer(ask.address, address, 200, {}, body, digest, datetime(2026, 1, 1), self.moved.get(ask.address))


def rss(title: str = "The Blog", items: str = ITEM, more: str = "<language>en-GB</language><link>/</link>") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{more}{items}</channel></rss>'


def found(recording: Recording, address: str = HOME) -> list[FoundFeed]:
    return find_feeds(address, fetcher=recording, rules=RULES)


def test_an_address_that_is_a_feed_is_its_own():
    recording = Recording({HOME: rss()})
    assert found(recording) == [FoundFeed(HOME, "The Blog", "https://blog.example/", "en-gb", 1)]
    assert len(recording.asked) == 1


def test_json_feed_and_atom_say_who_they_are():
    told = {"version": "https://jsonfeed.org/version/1.1", "title": "J", "home_page_url": "https://j.example/"}
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title>x</title></entry></feed>'
    items = {"items": [{"id": "1", "url": "https://j.example/1", "title": "x"}]}
    assert found(Recording({HOME: json.dumps(told | items)})) == [FoundFeed(HOME, "J", "https://j.example/", "", 1)]
    assert found(Recording({HOME: atom})) == [FoundFeed(HOME, "A", "", "", 1)]


def page(head: str = "", body: str = "") -> str:
    return f"<!doctype html><html><head><title>News</title>{head}</head><body>{body}</body></html>"


LINK = '<link rel="{rel}" type="{type}" href="{href}">'


@pytest.mark.parametrize(
    ("head", "feed"),
    [
        (LINK.format(rel="alternate", type="application/rss+xml", href="/feed"), "https://blog.example/feed"),
        (LINK.format(rel="ALTERNATE", type="application/atom+xml; charset=utf-8", href="a.xml"), HOME + "a.xml"),
        (
            LINK.format(rel="alternate home", type="application/feed+json", href="//cdn.example/f"),
            "https://cdn.example/f",
        ),
        (
            '<base href="https://other.example/x/">'
            + LINK.format(rel="alternate", type="application/rss+xml", href="f"),
            "https://other.example/x/f",
        ),
    ],
)
def test_feed_that_the_head_of_a_page_links_to(head: str, feed: str):
    assert [each.address for each in found(Recording({HOME: page(head), feed: rss()}))] == [feed]


def test_feed_that_is_among_the_links_of_a_page():
    body = '<a href="/about">About</a><a href="https://[broken/rss">x</a><a href="/news.rss?full=1#top">RSS</a>'
    recording = Recording({HOME: page(body=body), "https://blog.example/news.rss?full=1": rss()})
    assert [each.address for each in found(recording)] == ["https://blog.example/news.rss?full=1"]


@pytest.mark.parametrize("feed", [HOME + "feed", HOME + "atom.xml", "https://blog.example/index.xml"])
def test_feed_where_feeds_usually_lie(feed: str):
    assert [each.address for each in found(Recording({HOME: page(), feed: rss()}))] == [feed]


def test_feeds_of_comments_come_last_and_links_that_lead_nowhere_do_not_count():
    links = "".join(
        LINK.format(rel="alternate", type="application/rss+xml", href=href)
        for href in ("/comments/feed", "/gone", "/feed", "/feed")
    )
    comments = "https://blog.example/comments/feed"
    recording = Recording({HOME: page(links), comments: rss("Comments on: x"), "https://blog.example/feed": rss()})
    assert [each.address for each in found(recording)] == ["https://blog.example/feed", comments]


def test_permanent_redirect_of_a_feed_is_taken():
    old, new = "https://blog.example/feed", "https://blog.example/rss/"
    assert found(Recording({old: rss()}, {old: new}), old)[0].address == new


@pytest.mark.parametrize(
    "text",
    [
        page(),
        "",
        "<note>other XML</note>",
        "https://blog.example/x",
        '{"a": 1}',
        "<![if x]><!DOCTYPE [",
        b"\x00\xff" * 50,
    ],
)
def test_what_is_no_feed_and_has_none_is_said(text: str | bytes):
    with pytest.raises(FetchProblem, match=r"no-feed: https://blog\.example/news/ is no feed, links to none"):
        found(Recording({HOME: text}))


@pytest.mark.parametrize(
    "text",
    [
        rss(more="<link>http://[bad</link>"),
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1",
                "title": "The Blog",
                "home_page_url": "http://[bad",
                "items": [{}],
            }
        ),
    ],
)
def test_a_home_that_is_no_address_is_passed_over(text: str):
    assert found(Recording({HOME: text})) == [FoundFeed(HOME, "The Blog", "", "", 1)]


def test_entities_that_could_blow_up_are_refused():
    bomb = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "&b;&b;">]><rss version="2.0"><channel/></rss>'
    with pytest.raises(FetchProblem, match="entities"):
        found(Recording({HOME: bomb}))


def test_an_address_that_can_not_be_had_is_said():
    with pytest.raises(FetchProblem, match="status-404"):
        found(Recording({}))


def test_pages_are_asked_as_pages_and_feeds_as_feeds():
    head = LINK.format(rel="alternate", type="application/rss+xml", href="/all")
    recording = Recording({HOME: page(head), "https://blog.example/all": rss()})
    found(recording)
    assert [ask.kind for ask in recording.asked] == ["page", "feed"]
    recording = Recording({"https://blog.example/feed": rss()})
    found(recording, "https://blog.example/feed")
    assert [ask.kind for ask in recording.asked] == ["feed"]


def test_private_addresses_are_asked_only_on_demand():
    recording = Recording({HOME: rss()})
    find_feeds(HOME, fetcher=recording, rules=RULES, allow_private=True)
    assert recording.asked[0].allow_private
    found(recording)
    assert not recording.asked[1].allow_private
