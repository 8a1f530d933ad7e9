"""A newsletter's feed → its issues, split into stories; how its publisher writes addresses, dates and numbers is in feeds.toml.

An entry that is no issue is rejected as `no-issue`: publishers put letters and single stories out once more by
themselves, and each would count a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from itertools import groupby
from urllib.parse import urlsplit

from etl.catalog import Source
from etl.fetch.model import Fetcher
from etl.model import Document, Piece, RejectedPiece
from etl.newsletter import NewsletterRules, load_rules, rules_path, split_issue
from etl.sources.entry_text import entry_text, one_line, too_long
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
from etl.sources.feed_id import entry_address, unknown_id, without_tracking
from etl.sources.feed_rules import FeedRules, IssueRules, load_feed_rules
from etl.sources.taken import Context, State, Taken

# An entry with fewer words than the shortest issue is a teaser, whatever the feed calls it.
_LEAST_WORDS = 150


def take_newsletter(source: Source, fetcher: Fetcher, state: State, context: Context) -> Taken:
    """The issues of a newsletter's feed as documents, in its order; none where it is unchanged.

    Issues whose sequence numbers are missing, within the feed or since the last run, are named in a note. Raises
    FetchProblem where nothing came, what came is no feed, or a feed that had entries has none; InputError for the seeds.
    """
    rules = load_feed_rules(context.seeds)
    answer = ask_feed(source, fetcher, state)
    if answer.unchanged:
        return Taken(state=state, notes=tuple(feed_notes(source, answer, None)))
    feed = read_feed(answer, state, rules=rules)
    reader = _Reader(source, rules, load_rules(rules_path(context.seeds)), first_seen(state, clock=context.clock))
    documents = tuple(reader.documents(feed))
    numbers = {document.issue_number for document in documents if document.issue_number is not None}
    last = int(state["issue"]) if state.get("issue", "").isdecimal() else None
    after = state_after(source, answer, feed, documents)
    if numbers or last is not None:
        after["issue"] = str(max(numbers | ({last} if last is not None else set())))
    return Taken(
        documents, after, (*feed_notes(source, answer, feed), *_missing_note(missing_issues(numbers, last=last)))
    )


def missing_issues(numbers: Iterable[int], *, last: int | None) -> list[int]:
    """The numbers between the feed's that are not in it; with `last`, the highest that came before, those since."""
    found = set(numbers)
    if not found:
        return []
    first = min(found) if last is None else last + 1
    return [number for number in range(first, max(found)) if number not in found]


def _missing_note(missing: list[int]) -> Iterator[str]:
    if not missing:
        return
    runs = [[number for _, number in run] for _, run in groupby(enumerate(missing), lambda pair: pair[1] - pair[0])]
    written = ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    subject = f"issues {written} are" if len(missing) > 1 else f"issue {written} is"
    yield f"{subject} missing; import {'them' if len(missing) > 1 else 'it'} with `ainews import FILE`"


class _Reader:
    """What is needed to read every entry of one feed alike."""

    def __init__(self, source: Source, rules: FeedRules, splitting: NewsletterRules, seen: FirstSeen) -> None:
        self._source, self._rules, self._splitting, self._seen = source, rules, splitting, seen
        self._habits = rules.newsletters.get(source.id, IssueRules())

    def documents(self, feed: ParsedFeed) -> Iterator[Document]:
        """Each entry once: the first of those that are told twice."""
        told: set[str] = set()
        for entry in feed.entries:
            document = self._document(entry)
            if feed.torn and entry is feed.entries[-1]:
                document = replace(document, pieces=(), external_ids=(), rejected=(), quarantined=TORN)
            if document.document_id not in told:
                told.add(document.document_id)
                yield document

    def _document(self, entry: Entry) -> Document:
        address = entry_address(entry)
        slug = _slug(address or "")
        document_id = f"{self._source.id}/{slug}" if slug else unknown_id(self._source, entry)
        dated, date_from = self._seen.date(entry, address=address, document_id=document_id)
        day = _tagged_day(entry, self._habits)
        document = Document(
            source_id=self._source.id,
            document_id=document_id,
            address=self._habits.address.format(slug=slug)
            if self._habits.address and slug
            else address and public_address(address, self._habits),
            published=datetime.combine(day or dated.day, time()),
            day=day or dated.day,
            date_from="document" if day else date_from,
            text_kind="full",
            issue_number=_number(entry, slug, self._habits),
            language=primary_language(entry.language, otherwise=self._source.language),
        )
        if not slug:
            return replace(document, quarantined="no-address")
        if not self._habits.issue.fullmatch(slug):
            title = one_line(entry.title) or slug
            return replace(document, issue_number=None, rejected=(RejectedPiece("no-issue", title, 1),))
        return self._split(document, entry)

    def _split(self, document: Document, entry: Entry) -> Document:
        """The issue with its stories; without them where the feed gives only a teaser, or none is recognized."""
        if entry.content is None:
            return replace(document, quarantined="no-text: the feed gives no content")
        if reason := too_long(entry.content):
            return replace(document, quarantined=reason)
        words = len(entry_text("", entry.content, None, rules=self._rules).body.split())
        if words < _LEAST_WORDS:
            return replace(document, quarantined=f"no-text: {words} words are no issue")
        issue = split_issue(entry.content.text, markup="html" if entry.content.html else "text", rules=self._splitting)
        pieces = tuple(_public_piece(piece, self._habits) for piece in issue.pieces)
        return replace(
            document,
            pieces=pieces,
            external_ids=(None,) * len(pieces),
            rejected=issue.rejected,
            quarantined=None if pieces else "no-story",
        )


def public_address(address: str, habits: IssueRules) -> str:
    """Where readers find what the publisher's own system calls `address`, without what says how a reader came."""
    slug = _slug(address)
    if habits.address and slug and _host(address) in habits.hosts and urlsplit(address).path.strip("/") == slug:
        return habits.address.format(slug=slug)
    return without_tracking(address, also=habits.strip)


def _public_piece(piece: Piece, habits: IssueRules) -> Piece:
    return replace(piece, url=public_address(piece.url, habits)) if piece.url else piece


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _slug(address: str) -> str:
    """The last part of an address's path, as the archive's issues are called."""
    try:
        return urlsplit(address).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""


def _tagged_day(entry: Entry, habits: IssueRules) -> date | None:
    for tag in entry.tags:
        for form in habits.dates:
            try:
                return datetime.strptime(tag, form).date()
            except ValueError:
                continue
    return None


def _number(entry: Entry, slug: str, habits: IssueRules) -> int | None:
    if habits.number is None:
        return None
    matches = (habits.number.fullmatch(name) for name in (*entry.tags, slug))
    return next((int(found[1]) for found in matches if found and len(found[1]) < 7), None)
