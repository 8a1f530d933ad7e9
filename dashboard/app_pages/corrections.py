"""Corrections: what most needs an eye, one story at a time, and all that people decided."""

from __future__ import annotations

import streamlit as st

from dashboard.corrections_list import list_part
from dashboard.corrections_panels import older_data, queue_part
from dashboard.proposal_panels import proposal_part

PARTS = {
    "queue": ("Queue", queue_part),
    "decided": ("All decisions", list_part),
    "proposals": ("Proposals", proposal_part),
}

part = st.segmented_control(
    "Part", list(PARTS), default="queue", required=True, key="desk_part", bind="query-params",
    format_func=lambda name: PARTS[name][0], label_visibility="collapsed",
)  # fmt: skip
if not older_data():
    PARTS[part or "queue"][1]()
