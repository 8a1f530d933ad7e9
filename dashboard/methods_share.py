"""The link of the page "Data and methods": it remembers how many stories and sources there were."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.data import freshness
from dashboard.filters import Filters
from dashboard.links import note_link, what_became
from dashboard.share import data, share_row
from dashboard.shown import Number, Shown

MEMORY = ("was", "snapshot")  # what a link says of the data that it was made from


def share_methods(top: DeltaGenerator) -> None:
    """Draw the link; where one that led here told of other data, say so in `top`."""
    fresh = freshness()
    note_link()
    numbers = (
        Number("stories", "The number of stories", fresh.stories, fresh.stories),
        Number("sources", "The number of sources", fresh.sources, fresh.sources),
    )
    query = {name: st.query_params.get_all(name) for name in st.query_params if name not in MEMORY}
    shown = Shown("methods", query, data(), days=(fresh.oldest_day, fresh.newest_day), numbers=numbers)
    if changed := what_became(shown, Filters()):
        top.info(changed, icon=":material/history:")
    share_row(shown, stem="methods", described="everything in the data")
