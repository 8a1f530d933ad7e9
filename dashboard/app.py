"""The router: page frame, theme's few lines of style, freshness, navigation."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

# `streamlit run` puts only this script's folder on the path; absolute imports need the one above it.
if str(Path(__file__).parents[1]) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parents[1]))

from dashboard.data import one_snapshot
from dashboard.editor import access
from dashboard.embed import chart_alone, embedded
from dashboard.frame import (
    damage_named,
    freshness_line,
    page_frame,
    pending_line,
    refuse_strangers,
    refuse_without_data,
    who_is_here,
)
from dashboard.noted import begin
from dashboard.scope_controls import hold_choices

st.set_page_config(
    page_title="AI News Trends", page_icon=str(Path(__file__).parent / "static" / "favicon.svg"), layout="wide"
)
allowed = access()
desk: list[StreamlitPage] = [
    st.Page("app_pages/corrections.py", title="Corrections", icon=":material/edit_note:"),
    st.Page("app_pages/balance.py", title="Balance", icon=":material/balance:"),
    st.Page("app_pages/gaps.py", title="Gaps", icon=":material/join_left:"),
    st.Page("app_pages/draft.py", title="Draft", icon=":material/rate_review:"),
    st.Page("app_pages/report.py", title="Report", icon=":material/summarize:"),
]
page = st.navigation(
    {
        "Explore": [
            st.Page("app_pages/coverage.py", title="Coverage", icon=":material/show_chart:", default=True),
            st.Page("app_pages/topics.py", title="Topics", icon=":material/bar_chart:"),
            st.Page("app_pages/organizations.py", title="Organizations", icon=":material/domain:"),
            st.Page("app_pages/regions.py", title="Regions", icon=":material/public:"),
            st.Page("app_pages/stories.py", title="Stories", icon=":material/search:"),
            st.Page("app_pages/saved.py", title="Views and events", icon=":material/bookmarks:"),
            st.Page("app_pages/story.py", title="Story", icon=":material/article:", visibility="hidden"),
        ],
        **({"Editors’ desk": desk} if allowed.editor and desk else {}),
        "Trust": [
            st.Page("app_pages/methods.py", title="Data and methods", icon=":material/fact_check:"),
        ],
    },
    position="top",
)
hold_choices(page.url_path)
page_frame()
refuse_strangers(allowed)
refuse_without_data()
begin()
with one_snapshot(), damage_named():
    if embedded():
        with chart_alone():
            page.run()
    else:
        freshness_line()
        pending_line()
        who_is_here()
        page.run()
