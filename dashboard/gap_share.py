"""The row at the end of the page Gaps: a link that remembers what the gaps told of were, a sentence to cite, pictures, the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from streamlit.delta_generator import DeltaGenerator

from dashboard.filters import Filters
from dashboard.gap_facts import MOST_SAID, Row, Shared, cell_name, compared_words, gaps_of
from dashboard.gap_panels import Compared
from dashboard.links import what_became
from dashboard.page_state import own_query
from dashboard.places import GAPS
from dashboard.share import data, share_row
from dashboard.shown import Number, Shown


def share_gaps(rows: Sequence[Row], compared: Compared | None, *, headline: str, top: DeltaGenerator) -> None:
    """Draw the row at the page's end; where a link that led here showed other numbers, say so in `top`."""
    told = gaps_of(rows)[:MOST_SAID] if compared else []
    pairs = (
        [(row, f"{row['key_a']}|{row['key_b']}", cell_name(row, compared.lines)) for row in told] if compared else []
    )
    sides = [Number(f"{key}|{side}", f"{name} ({who})", int(row[f"k_{n}"]), int(row[f"n_{n}"]))
             for row, key, name in pairs for side, n, who in (("ours", "1", "ours"), ("field", "2", "the field"))]  # fmt: skip
    shared = compared.shared if compared else Shared()
    of = (
        compared_words(shared, compared.names, int(rows[0]["n_1"]), int(rows[0]["n_2"])).rstrip(".")
        if compared and rows
        else ""
    )
    shown = Shown(
        page="gaps", query={name: values for name, values in own_query(GAPS).items() if values}, data=data(), headline=headline, of=of,
        ranges=f"Likely difference of the first: {cells_range(told[0])}" if told else "",
        days=(shared.periods[0], compared.up_to) if compared and shared.periods else None, numbers=tuple(sides),
    )  # fmt: skip
    if changed := what_became(shown, Filters(), own_query(GAPS)):
        top.info(changed, icon=":material/history:")
    share_row(shown, stem="gaps", described=of or "nothing to compare")


def cells_range(row: Mapping[str, Any]) -> str:
    """Return the likely range of a cell's difference."""
    return f"{100 * row['low']:+.0f} to {100 * row['high']:+.0f} points".replace("-", "−")
