"""What people change about sources, written to the desk folder's file: add, turn on and off, remove, take over a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from etl.catalog import Source, shipped_ids
from etl.catalog_entry import SOURCE_ID
from etl.errors import AinewsError
from etl.opml import Outline
from etl.source_edit import Value, edit, with_entry, with_keys, without_entry
from etl.source_list import entry_of, free_id, ids_by_feed, likeness, need, switched_off, switched_on


@dataclass(slots=True)
class Imported:
    """The ids that a list of feeds added, and those that it holds and that were known before."""

    new: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)


def add_entry(seeds: Path, desk: Path, entry: Mapping[str, Value], *, id: str = "") -> str:
    """Add a whole entry and return its id, made of its name unless one is given.

    Raises AinewsError where its address or id is there already, and InputError where the entry would not load.
    """
    if id and not SOURCE_ID.fullmatch(id):
        raise AinewsError(f"the id {id!r} is malformed; use lower-case letters and digits joined by hyphens")
    added = ""

    def change(text: str, sources: dict[str, Source]) -> str:
        nonlocal added
        if known := ids_by_feed(sources.values()).get(likeness(str(entry["address"]))):
            told = "it is on" if sources[known].live else f"`ainews sources enable {known}` turns it on"
            raise AinewsError(f"{entry['address']} is listed already as {known}; {told}")
        if id in sources:
            raise AinewsError(f"there is a source {id!r} already; give another --id")
        added = id or free_id(str(entry["name"]), sources)
        return with_entry(text, added, entry)

    edit(seeds, desk, change)
    return added


def enable(seeds: Path, desk: Path, ids: Sequence[str], *, all_live: bool = False) -> list[str]:
    """Turn these sources on, with `all_live` all that can be fetched; what became of each, in words.

    Raises AinewsError for one that is not there or says nothing to ask: then none is turned on.
    """
    told: list[str] = []

    def change(text: str, sources: dict[str, Source]) -> str:
        rest = [key for key, source in sources.items() if all_live and source.fetchable and not source.live]
        for source in [need(sources, key) for key in dict.fromkeys([*ids, *rest])]:
            values = switched_on(source)
            text = with_keys(text, source.id, values) if values else text
            told.append(f"{source.id} is on from the next run." if values else f"{source.id} is on already.")
        return text

    edit(seeds, desk, change)
    return told


def disable(seeds: Path, desk: Path, ids: Sequence[str]) -> list[str]:
    """Turn these sources off; what became of each, in words. Raises AinewsError for one that is not there."""
    told: list[str] = []

    def change(text: str, sources: dict[str, Source]) -> str:
        for source in [need(sources, key) for key in dict.fromkeys(ids)]:
            values = switched_off(source)
            text = with_keys(text, source.id, values) if values else text
            told.append(_told_off(source))
        return text

    edit(seeds, desk, change)
    return told


def remove(seeds: Path, desk: Path, key: str) -> str:
    """Take a source out of the desk folder's file, or switch it off where it ships; what became of it, in words."""
    ships = key in shipped_ids(seeds)

    def change(text: str, sources: dict[str, Source]) -> str:
        need(sources, key)
        return with_keys(text, key, {"enabled": False}) if ships else without_entry(text, key)

    edit(seeds, desk, change)
    done = f"{key} ships with the project, so it is switched off" if ships else f"{key} is removed from the list"
    return f"{done}. Its stories stay in the data."


def import_feeds(seeds: Path, desk: Path, feeds: Sequence[Outline], *, fetch: bool = True) -> Imported:
    """Add the feeds of a list that are not known yet, each under a comment with its folders."""
    done = Imported()

    def change(text: str, sources: dict[str, Source]) -> str:
        taken, there = set(sources), ids_by_feed(sources.values())
        for feed in feeds:
            if known := there.get(likeness(feed.address)):
                done.known.append(known)
                continue
            entry = entry_of(feed.address, name=feed.title, home=feed.home, language=feed.language, fetch=fetch)
            key = free_id(str(entry["name"]), taken)
            text = with_entry(text, key, entry, comment=" / ".join(feed.folders))
            taken.add(key)
            there[likeness(feed.address)] = key
            done.new.append(key)
        return text

    edit(seeds, desk, change)
    return done


def _told_off(source: Source) -> str:
    if source.live and source.archive is not None:
        return f"{source.id} is not fetched from the next run on; its archive is still read, its stories stay."
    if source.active:
        return f"{source.id} is off from the next run on; its stories stay."
    return f"{source.id} is off already."
