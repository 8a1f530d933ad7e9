"""sources.toml and events.toml: who publishes, in what rhythm, what of it is held; dates worth a mark.

What a desk folder's sources.toml says goes over what ships, key by key.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from etl.catalog_entry import Archive, Source, Span, read_source
from etl.errors import InputError
from etl.toml_entries import Entry, read_tables

__all__ = [
    "SOURCES",
    "Archive",
    "Event",
    "Source",
    "Span",
    "listed",
    "load_events",
    "load_sources",
    "overlaid",
    "shipped_ids",
]
SOURCES = "sources.toml"
Tables = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Event:
    """A date worth a mark on a time axis."""

    id: str
    day: date
    label: str
    url: str | None
    by_default: bool


def load_sources(seeds: Path, desk: Path | None = None) -> dict[str, Source]:
    """The sources by id, in the file's order; those that only the desk folder names come last.

    In `desk`/sources.toml the keys of an id that ships replace that entry's; an id that does not ship is a whole entry.
    A relative `path` is meant from the folder of the file that gives it. Raises InputError naming file, entry and remedy.
    """
    file = (seeds if desk is None else desk) / SOURCES
    return overlaid(seeds, read_tables(file) if desk is not None and file.exists() else {}, file=file)


def overlaid(seeds: Path, tables: Tables, *, file: Path) -> dict[str, Source]:
    """The sources that ship, with `tables` as what the desk's `file` says over them; raises as `load_sources`."""
    path = seeds / SOURCES
    shipped = {key: _located(table, path) for key, table in read_tables(path).items()}
    if not shipped:
        raise InputError("no source is listed", file=path, remedy="restore it from the project's seeds")
    # What ships is read by itself first: an error that is left once the desk's keys are over it is the desk's.
    sources = {key: read_source(key, Entry(table, file=path, where=key)) for key, table in shipped.items()}
    for key, table in tables.items():
        merged = shipped.get(key, {}) | _located(table, file)
        sources[key] = read_source(key, Entry(merged, file=file, where=key))
    return sources


def shipped_ids(seeds: Path) -> frozenset[str]:
    """The ids that the seeds list."""
    return frozenset(read_tables(seeds / SOURCES))


def listed(sources: Mapping[str, Source], held: Collection[str]) -> dict[str, Source]:
    """The sources that a snapshot should know: a run takes something from them, or they are among `held`.

    `held` are the ids of which stories are there or come in with this run. What ships switched off stays out, so that it
    does not fill lists of sources to choose from.
    """
    return {key: source for key, source in sources.items() if source.active or key in held}


def load_events(seeds: Path) -> list[Event]:
    """The events in the file's order; raises InputError naming file, entry and remedy."""
    path = seeds / "events.toml"
    return [_event(key, Entry(table, file=path, where=key)) for key, table in read_tables(path).items()]


def _located(table: Mapping[str, Any], file: Path) -> dict[str, Any]:
    """The table with its `path` made absolute; what is no text is left for the entry's own check to refuse."""
    given = table.get("path")
    if not isinstance(given, str) or not given:
        return dict(table)
    return {**table, "path": str((file.parent / os.path.expanduser(given)).absolute())}


def _event(key: str, entry: Entry) -> Event:
    event = Event(
        id=key,
        day=entry.need("day", date),
        label=entry.need("label", str),
        url=entry.get("url", str),
        by_default=entry.get("by_default", bool) or False,
    )
    entry.done()
    return event
