"""The list of sources as people see and change it: what is on and why, new entries, switches (pure)."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from urllib.parse import urlsplit

from etl.catalog import Source
from etl.catalog_entry import is_address
from etl.errors import AinewsError
from etl.source_edit import Value

LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?")
_LONGEST_ID = 40
Likeness = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A source in the list: `on` is whether a run takes anything from it, `own` whether it is the desk folder's alone."""

    id: str
    name: str
    kind: str
    country: str | None
    language: str
    address: str | None
    on: bool
    why: str
    own: bool


def rows_of(sources: Iterable[Source], *, shipped: Collection[str]) -> list[Listed]:
    """The sources in order, each with the reason why it is on or off."""
    return [
        Listed(
            id=source.id,
            name=source.name,
            kind=source.kind,
            country=source.country,
            language=source.language,
            address=source.address,
            on=source.active,
            why=_why(source),
            own=source.id not in shipped,
        )
        for source in sources
    ]


def as_text(rows: Sequence[Listed]) -> str:
    """A table, those that are on first, and how to turn on the others."""
    cells = [("", "Id", "Name", "Kind", "From", "Why")]
    for row in sorted(rows, key=lambda row: not row.on):
        why = f"{row.why} (yours)" if row.own else row.why
        cells.append(("on" if row.on else "off", row.id, row.name, row.kind, row.country or "", why))
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    lines = ["  ".join([*(cell.ljust(w) for cell, w in zip(line, widths, strict=False)), line[5]]) for line in cells]
    on = sum(row.on for row in rows)
    return "\n".join(
        [
            *lines,
            "",
            f"{on} of {len(rows)} sources are on. `ainews sources enable ID` turns one on, `--all-live` all.",
            "",
        ]
    )


def as_json(rows: Sequence[Listed]) -> str:
    """The same as a JSON list of objects."""
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2) + "\n"


def need(sources: Mapping[str, Source], key: str) -> Source:
    """The source of this id; raises AinewsError with the ids that it might have been meant to be."""
    if key in sources:
        return sources[key]
    near = get_close_matches(key, sources, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`ainews sources list` names them"
    raise AinewsError(f"there is no source {key!r}; {hint}")


def switched_on(source: Source) -> dict[str, Value]:
    """The keys that make a run take from the source; raises AinewsError where its entry does not say what to ask."""
    values: dict[str, Value] = {} if source.enabled else {"enabled": True}
    if source.fetchable:
        values |= {} if source.fetch else {"fetch": True}
    elif source.archive is None:
        raise AinewsError(f"{source.id} has no address to fetch; give its entry one")
    elif source.enabled:
        raise AinewsError(f"{source.id} has an archive, which is read, and no address to fetch")
    return values


def switched_off(source: Source) -> dict[str, Value]:
    """The keys that stop the fetching of a source that is fetched, or the reading of an archive."""
    if source.fetch:
        return {"fetch": False}
    return {"enabled": False} if source.active else {}


def ids_by_feed(sources: Iterable[Source]) -> dict[Likeness, str]:
    """The id of the first source that has each address."""
    found: dict[Likeness, str] = {}
    for source in sources:
        if source.address:
            found.setdefault(likeness(source.address), source.id)
    return found


def likeness(address: str) -> Likeness:
    """What addresses of one feed have in common: with or without www and a last slash, by http or https."""
    parts = urlsplit(address)
    return parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"), parts.query


def free_id(wanted: str, taken: Collection[str]) -> str:
    """An id made of these words that no source has."""
    plain = unicodedata.normalize("NFKD", wanted).encode("ascii", "ignore").decode().lower()
    stem = "-".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST_ID].strip("-") or "source"
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(name for name in numbered if name not in taken)


def entry_of(
    address: str,
    *,
    name: str,
    home: str,
    language: str,
    kind: str = "feed",
    country: str | None = None,
    must_match: Sequence[str] = (),
    allow_private: bool = False,
    fetch: bool = True,
) -> dict[str, Value]:
    """A whole entry for a feed, as the desk folder's file holds it; what is not known is left to the defaults."""
    parts = urlsplit(address)
    spoken = LANGUAGE.fullmatch(language)
    entry: dict[str, Value] = {
        "name": _fit(name) or parts.netloc,
        "kind": kind,
        "home": home if is_address(home) else f"{parts.scheme}://{parts.netloc}/",
        "address": address,
        "language": spoken[1] if spoken else "en",
        "fetch": fetch,
    }
    entry |= {"country": country} if country else {}
    entry |= {"scope": "general", "must_match": [_fit(word) for word in must_match]} if must_match else {}
    return entry | ({"allow_private": True} if allow_private else {})


def _why(source: Source) -> str:
    if not source.enabled:
        return "switched off"
    if source.fetch:
        return "fetched; its archive is read" if source.archive else "fetched"
    if source.archive:
        return "its archive is read; can be fetched" if source.fetchable else "its archive is read"
    return "can be fetched" if source.fetchable else "has no address"


def _fit(text: str) -> str:
    """On one line, and of characters that a file can hold."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
