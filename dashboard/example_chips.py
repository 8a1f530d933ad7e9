"""The chips of Coverage's first screen: each sets a view that teaches by a finding, and then says what to see."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import streamlit as st

from dashboard import words
from dashboard.controls import put
from dashboard.data import ask
from dashboard.examples import Example, examples_of, is_shown, saved_examples, told
from dashboard.filters import Filters, Known
from dashboard.panels import records
from dashboard.save_view import views

HELP = "Sets lines, days and sources, so that the chart shows it."


def examples(known: Known) -> list[Example]:
    """Return the examples that this data can show, none where an older version made it, and saved views of this page."""
    saved = views()
    try:
        rows = [row for row in records(ask("examples")) if row["id"] not in saved.shipped_off]
    except duckdb.CatalogException:
        rows = []
    return [*examples_of(rows, known), *saved_examples(saved.kept, known)]


def example_chips(found: Sequence[Example], filters: Filters, sources: tuple[str, ...]) -> None:
    """Draw the chips in one line, and below them, where the view is one of them, what to see in it."""
    if not found:
        return
    shown = next((example for example in found if is_shown(example, filters)), None)
    with st.container(horizontal=True, gap="small", key="examples", vertical_alignment="center"):
        st.html('<span class="quiet">See <a href="./saved">all views</a> or</span>', width="content")
        for example in found:
            st.button(
                words.plain(example.name), key=f"example_{example.id}", on_click=put, args=(example.filters,), help=HELP,
                type="secondary" if example is not shown else "primary", width="content",
            )  # fmt: skip
    if shown is not None and (said := told(shown, ask, sources)):
        st.caption(words.plain(said))
