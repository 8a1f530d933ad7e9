"""Draft: what a newsletter that is not sent yet is about, held against targets, the last issues and the field."""

from __future__ import annotations

import duckdb
import streamlit as st

from dashboard.draft_page import show_draft

try:
    show_draft()
except duckdb.CatalogException:
    st.error(
        "This data was made before this page was there. `ainews run` brings it up to date.", icon=":material/update:"
    )
