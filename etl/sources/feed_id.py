"""Which entries of a feed are the same, and by what id each is known (pure)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from etl.catalog import Source
from etl.identity import canonical_address, normalized_title
from etl.newsletter.lines import absolute
from etl.sources.feed_entry import Entry


def entry_address(entry: Entry) -> str | None:
    """Where a reader finds the entry: its link, or a guid that is a web address; without tracking parameters."""
    link = absolute(entry.link) or absolute(entry.guid)
    return link and without_tracking(link)


def without_tracking(address: str, *, also: frozenset[str] = frozenset()) -> str:
    """The address as it is, less the fragment and the parameters that its canonical form or `also` leaves out."""
    try:
        parts = urlsplit(address)
        kept = {key for key, _ in parse_qsl(urlsplit(canonical_address(address)).query, keep_blank_values=True)} - also
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return address
    # A query in which nothing is left out stays as it is written.
    query = parts.query if {key for key, _ in pairs} <= kept else urlencode([p for p in pairs if p[0] in kept])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def entry_ids(source: Source, entries: Sequence[Entry]) -> list[str]:
    """A document id an entry: the canonical address, else the guid under the source's id; '' where there is neither.

    Two entries with one id are the same one told twice. Different stories under one address (a page of releases, a feed
    that links its home page only) are told apart by guid, or else by title.
    """
    ids = [_by_address(entry) for entry in entries]
    sharing: dict[str, list[Entry]] = defaultdict(list)
    for key, entry in zip(ids, entries, strict=True):
        sharing[key].append(entry)
    return [
        key if key and not _differ(sharing[key]) else _by_itself(source, entry)
        for key, entry in zip(ids, entries, strict=True)
    ]


def unknown_id(source: Source, entry: Entry) -> str:
    """An id under which an entry without address and guid is set aside, the same in every run."""
    content = entry.content.text if entry.content else entry.summary.text if entry.summary else ""
    digest = hashlib.sha256(f"{entry.title.text}\0{content}".encode("utf-8", "replace")).hexdigest()[:12]
    return f"{source.id}/entry-{digest}"


def _by_address(entry: Entry) -> str:
    """The canonical address; with its fragment where the guid has the same one, since such a feed tells entries by it."""
    address = absolute(entry.link) or absolute(entry.guid)
    if not address:
        return ""
    fragment = address.partition("#")[2]
    own = fragment and absolute(entry.guid) and entry.guid.partition("#")[2] == fragment
    return canonical_address(address) + (f"#{fragment}" if own else "")


def _differ(entries: list[Entry]) -> bool:
    guids = {entry.guid for entry in entries}
    titles = {normalized_title(entry.title.text) for entry in entries}
    return len(titles) > 1 and (len(guids) > 1 or guids == {""})


def _by_itself(source: Source, entry: Entry) -> str:
    own = entry.guid or (normalized_title(entry.title.text) if entry.link else "")
    return f"{source.id}/{own}" if own else ""
