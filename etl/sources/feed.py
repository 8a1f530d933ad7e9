"""Feeds (RSS, RDF, Atom, JSON Feed) → documents of one story each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from etl.catalog import Source
from etl.fetch.model import Fetcher
from etl.model import Document, Piece, RejectedPiece
from etl.sources.entry_text import entry_text, one_line, title_from, too_long
from etl.sources.feed_entry import Entry, ParsedFeed
from etl.sources.feed_fetch import (
    TORN,
    FirstSeen,
    ask_feed,
    feed_notes,
    first_seen,
    primary_language,
    read_feed,
    state_after,
)
from etl.sources.feed_id import entry_address, entry_ids, unknown_id
from etl.sources.feed_rules import FeedRules, load_feed_rules
from etl.sources.scope import OFF_TOPIC, on_topic
from etl.sources.taken import Context, State, Taken


def take_feed(source: Source, fetcher: Fetcher, state: State, context: Context) -> Taken:
    """A feed's entries as documents, in its order; none where it is unchanged.

    An entry without address and guid, without a title, cut off, or longer than any article is set aside. Raises
    FetchProblem where nothing came, what came is no feed, or a feed that had entries has none; InputError for feeds.toml.
    """
    rules = load_feed_rules(context.seeds)
    answer = ask_feed(source, fetcher, state)
    if answer.unchanged:
        return Taken(state=state, notes=tuple(feed_notes(source, answer, None)))
    feed = read_feed(answer, state, rules=rules)
    documents = tuple(_documents(source, feed, rules, first_seen(state, clock=context.clock)))
    return Taken(documents, state_after(source, answer, feed, documents), tuple(feed_notes(source, answer, feed)))


def _documents(source: Source, feed: ParsedFeed, rules: FeedRules, seen: FirstSeen) -> Iterator[Document]:
    """Each entry once: the first of those that are told twice."""
    told: set[str] = set()
    for key, entry in zip(entry_ids(source, feed.entries), feed.entries, strict=True):
        document_id = key or unknown_id(source, entry)
        if document_id not in told:
            told.add(document_id)
            document = _headed(source, entry, document_id, seen)
            reason = "no-address" if not key else TORN if feed.torn and entry is feed.entries[-1] else None
            yield replace(document, quarantined=reason) if reason else _told(document, source, entry, rules)


def _headed(source: Source, entry: Entry, document_id: str, seen: FirstSeen) -> Document:
    """The document without what it says."""
    address = entry_address(entry)
    dated, date_from = seen.date(entry, address=address, document_id=document_id)
    return Document(
        source_id=source.id,
        document_id=document_id,
        address=address,
        published=dated.published,
        day=dated.day,
        date_from=date_from,
        text_kind="headline",
        language=primary_language(entry.language, otherwise=source.language),
    )


def _told(document: Document, source: Source, entry: Entry, rules: FeedRules) -> Document:
    """The document with its story, or with why it has none."""
    if reason := too_long(entry.title, entry.content, entry.summary):
        return replace(document, quarantined=reason)
    title = one_line(entry.title)
    text = entry_text(title, entry.content, entry.summary, rules=rules)
    title = title or title_from(text.body)
    if not title:
        return replace(document, quarantined="no-title")
    if not on_topic(source, title, text.body):
        return replace(document, text_kind=text.kind, rejected=(RejectedPiece(OFF_TOPIC, title, 1),))
    piece = Piece(title=title, body=text.body, captions=text.captions)
    return replace(document, text_kind=text.kind, pieces=(piece,), external_ids=(None,))
