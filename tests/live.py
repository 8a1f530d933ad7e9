"""A live source for the small seeds: what its feed says, and a fetcher that answers from memory."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from etl.fetch.model import Answer, Ask, FetchProblem

FEED = "https://press.example/feed.xml"
ENTRY = """
[{id}]
name = "{name}"
kind = "feed"
address = "{address}"
home = "https://press.example/"
country = "FR"
rhythm = "day"
exists_from = 2020-01-01
fetch = true
"""
ITEM = """<item><title>{title}</title><link>https://press.example/{slug}</link><pubDate>{date}</pubDate>
<description>{text}</description></item>"""


def add_source(desk: Path, *, id: str = "press", name: str = "The Press", address: str = FEED, more: str = "") -> None:
    """Write a live source into the desk folder."""
    desk.mkdir(parents=True, exist_ok=True)
    with (desk / "sources.toml").open("a", encoding="utf-8") as file:
        file.write(ENTRY.format(id=id, name=name, address=address) + more)


def feed(*items: tuple[str, str, str], text: str = "A chatbot from Acme speaks French in the afternoon.") -> bytes:
    """An RSS feed of (slug, title, RFC 2822 date)."""
    body = "".join(ITEM.format(slug=slug, title=title, date=date, text=text) for slug, title, date in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Press</title>{body}</channel></rss>'.encode()


MAY = "Fri, 24 May 2024 09:00:00 GMT"
THREE = feed(
    ("one", "Chatbots in the kitchen", MAY),
    ("two", "A camera for the garden shed", "Mon, 27 May 2024 10:00:00 GMT"),
    ("three", "Acme moves to Lyon for good", "Tue, 28 May 2024 11:30:00 GMT"),
)


class Canned:
    """A Fetcher that gives each address its bytes or its problem, and remembers what it was asked."""

    def __init__(self, answers: Mapping[str, bytes | FetchProblem], *, at: datetime, etag: str | None = None) -> None:
        self.answers, self.at, self.etag = answers, at, etag
        self.asked: list[Ask] = []

    def get(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        given = self.answers.get(ask.address, FetchProblem("status-404", ask.address))
        if isinstance(given, FetchProblem):
            raise given
        headers = {"content-type": "application/rss+xml"} | ({"etag": self.etag} if self.etag else {})
        if self.etag and ask.validators and ask.validators.etag == self.etag:
            return Answer(ask.address, ask.address, 304, headers, b"", hashlib.sha256(b"").hexdigest(), self.at)
        return Answer(ask.address, ask.address, 200, headers, given, hashlib.sha256(given).hexdigest(), self.at)
