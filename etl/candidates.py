"""Organizations that stories name and no seed lists: rows of the snapshot → text, or entries for seeds/organizations.toml."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from etl.settings import Settings
from etl.store.database import connect, rows_of, statement

Row = Mapping[str, Any]


def read_candidates(path: Path, settings: Settings, *, least: int) -> Sequence[Row]:
    """Rows of the view `organization_candidate` with at least so many stories, the most named first."""
    with connect(path, settings, read_only=True) as con:
        return rows_of(con, statement("candidates/list"), {"least": least})


def as_text(candidates: Sequence[Row], *, least: int) -> str:
    """Two lines for each candidate: how often, when and where it is named; spellings and an example."""
    if not candidates:
        return f"No story names an unlisted organization that {least:,} stories name.\n"
    return "".join(f"{_counts(row)}\n    {_spelt(row)}e.g. {row['story_id']} {row['title']}\n" for row in candidates)


def _counts(row: Row) -> str:
    roles = ", ".join(f"{row[key]:,} {word}" for key, word in _ROLES.items() if row[key])
    days = f"{row['first_day']}" if row["first_day"] == row["last_day"] else f"{row['first_day']} to {row['last_day']}"
    stories = "1 story" if row["stories"] == 1 else f"{row['stories']:,} stories"
    return f"{row['name']}: {stories} ({roles}), {days}, {', '.join(row['sources'])}"


_ROLES = {"focus": "focus", "mention": "mention", "as_source": "source"}


def _spelt(row: Row) -> str:
    others = [text for text in row["spellings"] if text != row["name"]]
    return f"also {', '.join(others)} · " if others else ""


def as_toml(candidates: Iterable[Row], *, taken: Iterable[str]) -> str:
    """An entry for each candidate, ready to be pasted; an editor gives the type and, where known, the country.

    `taken` are the ids of the seeds: an entry whose id is one of them gets a number.
    """
    ids = set(taken)
    lines = []
    for row in candidates:
        slug = _free(_slug(row["name"]), ids)
        ids.add(slug)
        others = [text for text in row["spellings"] if text != row["name"]]
        aliases = f", aliases = {json.dumps(others, ensure_ascii=False)}" if others else ""
        name = json.dumps(row["name"], ensure_ascii=False)
        lines.append(
            f'{slug} = {{ name = {name}, type = "company"{aliases} }}  # {row["stories"]} in {row["story_id"]}'
        )
    return "".join(f"{line}\n" for line in lines)


def _slug(name: str) -> str:
    """Lower-case letters and digits joined by hyphens, without accents."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)) or "unnamed"


def _free(slug: str, taken: set[str]) -> str:
    number = 2
    found = slug
    while found in taken:
        found, number = f"{slug}-{number}", number + 1
    return found
