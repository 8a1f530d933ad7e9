"""A fetcher that answers with given bytes, and the sources and moments around it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from etl.catalog import Source
from etl.fetch.model import Answer, Ask
from etl.sources.feed import take_feed
from etl.sources.taken import Context, State, Taken
from tests.some_source import some_source

TESTS = Path(__file__).resolve().parent
FEEDS = TESTS / "feeds"
SHARED = TESTS.parents[1] / "shared" / "feeds"
CLOCK = datetime(2026, 11, 25, 12)
CONTEXT = Context(clock=CLOCK, seeds=TESTS.parent / "seeds", desk=TESTS / "no-desk")
ADDRESS = "https://wire.example/feed.xml"
WIRE = some_source(fetch=True, address=ADDRESS)


@dataclass
class Recorded:
    """Answers every request with one body, and keeps what it was asked."""

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    moved_to: str | None = None
    asked: list[Ask] = field(default_factory=list)

    def get(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        return Answer(
            asked=ask.address,
            address=self.moved_to or ask.address,
            status=self.status,
            headers=self.headers,
            body=self.body,
            digest=hashlib.sha256(self.body).hexdigest(),
            at=CLOCK,
            moved_to=self.moved_to,
        )


def take(body: bytes | str, *, state: State | None = None, source: Source = WIRE, **answer: Any) -> Taken:
    """What `take_feed` makes of a body, given as bytes or as the name of a file in tests/feeds."""
    content = (FEEDS / body).read_bytes() if isinstance(body, str) else body
    return take_feed(source, Recorded(content, **answer), state or {}, CONTEXT)


def rss(*items: str, head: str = "") -> bytes:
    """A feed of RSS items."""
    namespace = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {namespace}><channel><title>Wire</title>{head}{body}</channel></rss>'.encode()


def general(*terms: str) -> Source:
    """A source that writes of everything."""
    return replace(WIRE, scope="general", must_match=terms)
