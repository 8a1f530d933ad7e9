"""How to cite the data, how to ask it for the numbers of a page, and what it was made with. Pure but for what `ask` answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import duckdb

from dashboard import words
from dashboard.data import Freshness
from dashboard.methods_table import table

Row = Mapping[str, Any]
DIGESTS = {"reference": "Digest of sources, events and measurements", "schema": "Digest of the SQL"}


def citation(fresh: Freshness, name: str) -> str:
    """Return the data in one sentence, as a footnote would have it."""
    sources = f"{words.count(fresh.sources)} source{'' if fresh.sources == 1 else 's'}"
    return (
        f"AI News Trends, data of {words.moment(fresh.clock)} ({name}): {words.stories(fresh.stories)} of {sources}, "
        f"{words.day(fresh.oldest_day)} to {words.day(fresh.newest_day)}; tagged by version {fresh.tagger}."
    )


def example(name: str, sources: Sequence[Row], topics: Sequence[Row]) -> str:
    """Return statements for the DuckDB shell that draw the commonest topic of the largest source by year."""
    source = max(sources, key=lambda row: row["stories"], default={"id": ""})["id"].replace("'", "''")
    topic = max(topics, key=lambda row: row["stories"], default={"id": ""})["id"].replace("'", "''")
    return (
        f"-- duckdb -readonly data/snapshots/{name}.duckdb\n"
        "SELECT period, k, n, share, low, high\n"
        f"FROM coverage(['topic:{topic}'], 'year', ['{source}'], NULL, NULL, false, 'story', NULL, NULL, NULL)\n"
        "ORDER BY period;\n"
    )


def migration(ask: Callable[..., Any]) -> str:
    """Return the name of the newest migration that the data has, '' where it says nothing of its migrations."""
    try:
        found = ask("methods_migration")["name"]
    except duckdb.CatalogException:
        return ""
    return str(found.iloc[0]) if len(found) else ""


def facts_table(fresh: Freshness, name: str, digests: Sequence[Row], taggers: Sequence[Row], newest: str) -> str:
    """Return what the data was made with: versions and digests, by which another can be told from it."""
    version, _, lexicon = fresh.tagger.partition("+")
    facts = [
        ("Name of the data", name),
        ("Made", words.moment(fresh.clock)),
        ("Version of the program", version),
        ("Digest of lexicon and weights", lexicon),
        *((DIGESTS.get(row["name"], f"Digest of {row['name']}"), row["digest"]) for row in digests),
        ("Newest migration", newest),
        *((f"Stories tagged by {row['tagger']}", words.count(int(row["n"]))) for row in taggers),
    ]
    cells = ([escape(what), f"<code>{escape(str(value))}</code>"] for what, value in facts if value)
    return table("What this data was made with", ("What", "Value"), cells)
