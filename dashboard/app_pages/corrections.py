"""Corrections: what most needs an eye, one story at a time, and all that people decided."""

from __future__ import annotations

import streamlit as st

from dashboard.audit_panels import audit_part
from dashboard.corrections_list import list_part, say_unread
from dashboard.corrections_panels import older_data, queue_part
from dashboard.desk_address import from_address, to_address
from dashboard.proposal_panels import proposal_part
from dashboard.rehearsal_panels import rehearsal_part
from dashboard.save_view import save_address

PARTS = {
    "queue": ("Queue", queue_part),
    "audit": ("Audit", audit_part),
    "rehearsal": ("Rehearsal", rehearsal_part),
    "decided": ("All decisions", list_part),
    "proposals": ("Proposals", proposal_part),
}

from_address("part", PARTS, "queue")
part = st.segmented_control(
    "Part", list(PARTS), required=True, key="desk_part",
    format_func=lambda name: PARTS[name][0], label_visibility="collapsed",
)  # fmt: skip
to_address("part", "queue")
say_unread()
if not older_data():
    PARTS[part or "queue"][1]()
    save_address("corrections")
