"""How dates were found, what texts there are, and what got no tag, by source. Rows in, safe HTML out; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from dashboard import words
from dashboard.languages import language_name
from dashboard.methods_table import coverage, here, link, measured, table

Row = Mapping[str, Any]
FEW = 20  # stories: STATISTICS 9
FACETS = {
    "date_from": ("How their dates were found", "A date that was taken from when a story was fetched may be days late."),
    "text_kind": ("What text there is of them", "The more text there is, the more tags are found: kinds are not compared with each other."),
    "form": ("Form", "Letters count only where an option says so."),
    "language": ("Language", "Only stories in English are tagged; shares leave the others out."),
    "told": ("Copies", "Near-identical stories within 7 days count once, as the one told first."),
}  # fmt: skip
VALUES = {
    "date_from": {"document": "in the document", "address": "in its address", "manifest": "in a list of issues that came with it",
                  "fetch": "when it was fetched", "desk": "set by an editor"},
    "text_kind": {"headline": "headlines alone", "abstract": "abstracts", "digest": "short items", "full": "whole texts"},
    "form": {"news": "news", "letter": "letters", "opinion": "opinion", "promotion": "advertising", "void": "no story, an editor said"},
    "told": {"own": "told first", "copy": "copies of others"},
}  # fmt: skip


def value_words(facet: str, value: str) -> str:
    """Return a value of a facet in plain words."""
    return language_name(value) if facet == "language" else VALUES.get(facet, {}).get(value, value)


def facet_tables(rows: Sequence[Row]) -> Iterable[tuple[str, str, str]]:
    """Yield heading, remark and table for each facet, a row a source, a column a value; the commonest value first.

    Where all stories are alike the table is one sentence: it would say the same of each source.
    """
    for facet, (heading, remark) in FACETS.items():
        own = [row for row in rows if row["facet"] == facet]
        totals: dict[str, int] = {}
        for row in own:
            totals[row["value"]] = totals.get(row["value"], 0) + int(row["n"])
        values = sorted(totals, key=lambda value: (-totals[value], value))
        if len(values) == 1:
            alike = f"All {words.count(totals[values[0]])} stories: {value_words(facet, values[0])}."
            yield heading, remark, f'<p class="facts-note">{escape(alike)}</p>'
        elif values:
            yield heading, remark, _facet_table(heading, facet, values, own)


def _facet_table(heading: str, facet: str, values: Sequence[str], rows: Sequence[Row]) -> str:
    sources: dict[str, tuple[str, dict[str, Row]]] = {}
    for row in rows:
        sources.setdefault(row["source_id"], (row["source"], {}))[1][row["value"]] = row
    names = [value_words(facet, value) for value in values]
    columns = ["Source", *(name[0].upper() + name[1:] for name in names)]
    cells = (
        [
            escape(name),
            *(_share(found[value], facet) if value in found else '<span class="none">none</span>' for value in values),
        ]
        for name, found in sources.values()
    )
    return table(heading, columns, cells, numbers=columns[1:])


def _share(row: Row, facet: str) -> str:
    number = link(here(open=facet, value=row["value"], source=row["source_id"]), words.count(int(row["n"])))
    return f'{number} <span class="range">{words.percent(row["n"] / row["of_n"])}</span>'


def untagged_table(rows: Iterable[Row]) -> str:
    """Return which stories got no topic and which name no place, by source and year; numbers open in Coverage."""
    columns = ("Source", "Year", "Stories", "No topic", "No place named")
    cells = (
        [
            escape(row["source"]), str(row["period"].year), words.count(int(row["n"])),
            _without(row, "untagged", "topic:untagged"), _without(row, "nowhere", "region:none"),
        ]
        for row in rows
    )  # fmt: skip
    return table("Stories without a topic or a place", columns, cells, numbers=columns[2:])


def _without(row: Row, name: str, key: str) -> str:
    """How many stories lack a tag, and their share."""
    day = f"{row['period']:%Y-%m-%d}"
    opened = coverage(show=key, source=row["source_id"], grain="year", open_key=key, open_period=day)
    number = words.count(int(row[name]))
    share = measured(row[name] / row["n"], row[f"{name}_low"], row[f"{name}_high"])
    few = ' <span class="range">too few to say</span>' if row["n"] < FEW else ""
    return f"{link(opened, number) if row[name] else number} = {share}{few}"
