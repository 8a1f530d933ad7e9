"""How good each tag was measured to be, the worst first (STATISTICS 21). Rows in, safe HTML and sentences out; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.methods_table import fold, measured, table
from dashboard.quality import FEWEST

Row = Mapping[str, Any]
KINDS = {
    "topic": ("Topics", "all topics"),
    "organization": ("Organizations: named in the story", "all organizations"),
    "organization_focus": ("Organizations: the story is about them", "all organizations"),
    "region": ("Regions: named in the story", "all regions"),
    "region_focus": ("Regions: the story is about them", "all regions"),
}
COLUMNS = ("Tag", "Right when given", "Found of all", "Counted for 100", "Measured on")


def few(row: Row) -> bool:
    """Whether a tag is on too few stories of the reference set to be measured, or was never given."""
    return bool(row["n"] < FEWEST or pd.isna(row["precision"]))


def worst_first(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of one kind: the total, then the tags by the lower of their two figures, then those too few to measure."""
    return sorted(rows, key=lambda row: (row["tag_id"] != "*", few(row), _lower(row), str(row["name"]).lower()))


def _lower(row: Row) -> float:
    return 0.0 if few(row) else float(min(row["precision"], row["recall"]))


def quality_tables(
    rows: Sequence[Row], text_kind: str, definitions: Mapping[str, str], audits: Mapping[str, Sequence[str]]
) -> Iterable[tuple[str, str, str]]:
    """Yield heading, table of what was measured, and the names of what is too few to measure, for each kind of tag.

    `definitions` are those of topics by id: a topic's name opens to its own. `audits` are the cells of topics' newest audits by id: each
    stands beneath its topic, also of one that is too few to measure.
    """
    for kind, (heading, total) in KINDS.items():
        own = worst_first(row for row in rows if row["kind"] == kind and row["text_kind"] == text_kind)
        cells = []
        for row in own:
            if not few(row):
                cells.append(_cells(row, total, definitions))
            if kind == "topic" and row["tag_id"] in audits:
                cells.append(list(audits[row["tag_id"]]))
        if own:
            too_few = words.listed([str(row["name"]) for row in own if few(row) and row["tag_id"] != "*"])
            held = table(heading, COLUMNS, cells, numbers=COLUMNS[1:]) if cells else ""
            yield (
                heading,
                held,
                f"Too few to measure (fewer than {FEWEST} stories have them): {too_few}." if too_few else "",
            )


def _cells(row: Row, total: str, definitions: Mapping[str, str]) -> list[str]:
    name = f"<i>{total}</i>" if row["tag_id"] == "*" else escape(row["name"])
    if row["kind"] == "topic" and row["tag_id"] in definitions:
        name = fold(name, f'<p class="facts-note">{escape(definitions[row["tag_id"]])}</p>')
    right, found = (measured(row[n], row[f"{n}_low"], row[f"{n}_high"]) for n in ("precision", "recall"))
    return [name, right, found, f"{100 * row['given'] / row['n']:.0f}", f"{words.count(int(row['n']))}"]


def quality_sentence(rows: Iterable[Row], text_kind: str) -> str:
    """Return how good topics are altogether on a kind of text, and which is worst; '' where none was measured."""
    own = [
        row
        for row in worst_first(r for r in rows if r["kind"] == "topic" and r["text_kind"] == text_kind)
        if not few(row)
    ]
    if not own:
        return ""
    total, worst = (
        next((row for row in own if row["tag_id"] == "*"), None),
        next((row for row in own if row["tag_id"] != "*"), None),
    )
    said = []
    if total is not None:
        said.append(
            f"Of 100 topics that the tagger gives on {words.TEXT_KINDS[text_kind]}, {100 * total['precision']:.0f} are right, "
            f"and it finds {100 * total['recall']:.0f} of 100 that there are"
        )
    if worst is not None:
        said.append(
            f"{worst['name']} is worst: {words.percent(worst['precision'])} right, {words.percent(worst['recall'])} found"
        )
    return "; ".join(said) + "."
