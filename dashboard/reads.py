"""What a question reads of a snapshot: one that reads nothing that people corrected since has the answer of the snapshot as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.counting import RESTRICTIONS
from dashboard.snapshot import Snapshot, sql

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_TAGS = frozenset({"line_fact"})
# What a decision of a kind changes, tables and columns; lines and marks follow tags.
_CHANGES: Mapping[str, frozenset[str]] = {
    "topic": _TAGS | {"topic_fact", "topics"},
    "organization": _TAGS | {"organization_fact", "roles"},
    "region": _TAGS | {"region_fact", "places", "place_set"},
    "role": _TAGS | {"organization_fact", "roles", "region_fact", "places", "place_set"},
}
_TABLES = frozenset(
    {
        "story_fact",
        "topic_fact",
        "organization_fact",
        "region_fact",
        "copy_fact",
        "line_fact",
        "place_set",
        "source_day",
    }
)
_MARKS = frozenset({"topics", "places", "roles"})
# These only hand marks on: who counts by them names them.
_HANDING_ON = frozenset({"counted_story", "base_story", "copy_now"})
# Where no restriction is asked for, stories are counted whatever their tags: `base_story` then reads what these read. A test holds that
# all hand it the restrictions of the question as they are, but for these macros.
UNRESTRICTED = {"base_story": frozenset({"counted_story", "tagged_language"})}
RESTRICTING = frozenset({"gap_cell"})


def changed_by(kinds: Iterable[str]) -> frozenset[str]:
    """Return the tables and columns that decisions of these kinds change; another day, another copy and what is no story change all."""
    return frozenset[str]().union(*(_CHANGES.get(kind, _TABLES | _MARKS) for kind in kinds))


@dataclass(frozen=True, slots=True)
class Definitions:
    """The views and macros of a snapshot by name, each with the words of its text."""

    words: Mapping[str, frozenset[str]]

    def read(self, query: str, parameters: Mapping[str, object]) -> frozenset[str]:
        """Return every word of a named query and of the views and macros that it uses: all tables that it can read are among them.

        Words of comments and columns may be there too, so that more seems to be read than is, never less.
        """
        found = _closed(_words(sql(query)), self.words)
        if found & RESTRICTING or any(parameters.get(name) is not None for name in RESTRICTIONS):
            return found
        return _closed(_words(sql(query)), {**self.words, **UNRESTRICTED})


def _closed(words: Iterable[str], uses: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the words, and those that they use, and so on."""
    found, waiting = set[str](), [*words]
    while waiting:
        word = waiting.pop()
        if word not in found:
            found.add(word)
            waiting += uses.get(word, ())
    return frozenset(found)


def definitions_of(snapshot: Snapshot) -> Definitions:
    """Return the views and macros of a snapshot. Raises duckdb.Error."""
    found: dict[str, frozenset[str]] = {}
    with snapshot.connection.cursor() as cursor:
        for name, text in cursor.execute(sql("definitions")).fetchall():
            words = _words(text) - (_MARKS if name in _HANDING_ON else frozenset())
            found[name] = found.get(name, frozenset()) | words
    return Definitions(found)


def _words(text: str) -> frozenset[str]:
    return frozenset(_NAME.findall(text.lower()))
