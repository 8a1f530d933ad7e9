"""Asking for a feed, and what a source remembers of it from one run to the next."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from etl.catalog import Source
from etl.fetch.model import Answer, Ask, Fetcher, FetchProblem, Validators
from etl.model import Document
from etl.sources.entry_date import Dated, date_in_address, first_possible
from etl.sources.feed_entry import Entry, ParsedFeed
from etl.sources.feed_parse import parse_feed
from etl.sources.feed_rules import FeedRules
from etl.sources.taken import State

TORN = "torn: the feed ends in the middle of this entry"  # a reason to set one aside; the next run asks again


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """When entries without any date were first seen, by document id: they keep that date in later runs."""

    known: Mapping[str, str]
    clock: datetime

    def date(
        self, entry: Entry, *, address: str | None, document_id: str
    ) -> tuple[Dated, Literal["document", "address", "fetch"]]:
        """The entry's date and where it was found: the feed, the address, or the fetch."""
        if dated := first_possible(entry.dates):
            return dated, "document"
        if dated := date_in_address(address or ""):
            return dated, "address"
        try:
            moment = datetime.fromisoformat(self.known[document_id])
        except (KeyError, ValueError):
            moment = self.clock.replace(microsecond=0)
        return Dated(moment, moment.date()), "fetch"


def first_seen(state: State, *, clock: datetime) -> FirstSeen:
    """What the state remembers of entries without a date."""
    try:
        known = json.loads(state.get("first_seen", "{}"))
    except ValueError:
        known = {}
    return FirstSeen(known if isinstance(known, dict) else {}, clock)


def ask_feed(source: Source, fetcher: Fetcher, state: State) -> Answer:
    """The answer to a conditional request; raises FetchProblem as the fetcher does, or `address` where there is none.

    What another address said of its version is not sent to this one.
    """
    if not source.address:
        raise FetchProblem("address", f"sources.toml gives {source.id} no `address` to fetch")
    same = state.get("address", source.address) == source.address
    etag, modified = (state.get("etag"), state.get("modified")) if same else (None, None)
    validators = Validators(etag, modified) if etag or modified else None
    return fetcher.get(
        Ask(source.address, source.id, kind="feed", validators=validators, allow_private=source.allow_private)
    )


def read_feed(answer: Answer, state: State, *, rules: FeedRules) -> ParsedFeed:
    """The answer's entries; raises FetchProblem as `parse_feed` does, and `empty` where there were entries before."""
    feed = parse_feed(answer, rules=rules)
    had = state.get("entries", "0")
    if not feed.entries and had != "0":
        raise FetchProblem("empty", f"{answer.address}: the feed has no entries, and had {had} before")
    return feed


def state_after(source: Source, answer: Answer, feed: ParsedFeed, documents: Iterable[Document]) -> dict[str, str]:
    """What to remember. A broken feed's version is not: it is asked for again until it is whole."""
    state = {"entries": str(len(feed.entries)), "address": source.address or ""}
    validators = answer.validators
    if validators is not None and feed.broken is None:
        state |= {"etag": validators.etag} if validators.etag else {}
        state |= {"modified": validators.last_modified} if validators.last_modified else {}
    undated = {
        document.document_id: str(document.published)
        for document in documents
        if document.date_from == "fetch" and document.quarantined is None
    }
    return state | ({"first_seen": json.dumps(undated, sort_keys=True)} if undated else {})


def feed_notes(source: Source, answer: Answer, feed: ParsedFeed | None) -> Iterator[str]:
    """What the operator should know: a feed that moved, is broken, or has nothing in it."""
    if answer.moved_to and answer.moved_to != source.address:
        yield (
            f"the feed has moved for good to {answer.moved_to}: make that the `address` of [{source.id}] in the desk "
            f"folder's sources.toml (`ainews sources add {answer.moved_to}` takes it in anew)"
        )
    if feed is not None and feed.broken:
        yield f"the feed is broken ({feed.broken}); what could be read was taken, entries: {len(feed.entries)}"
    if feed is not None and not feed.entries:
        yield "the feed has no entries yet"


def primary_language(written: str, *, otherwise: str) -> str:
    """The primary subtag of a language tag (`en` of `en-US`), or the other where that names no single language."""
    subtag = written.strip().replace("_", "-").partition("-")[0].lower()
    known = (
        subtag.isascii() and subtag.isalpha() and len(subtag) in (2, 3) and subtag not in ("und", "mul", "zxx", "mis")
    )
    return subtag if known else otherwise
