"""Views and events: the views that ship or were saved, each a link, and the days that charts mark."""

from __future__ import annotations

import streamlit as st

from dashboard.corrections_list import say_unread
from dashboard.editor import editor
from dashboard.event_panels import events_section
from dashboard.saved_panels import views_section

st.html('<h1 class="sentence">Views and events</h1>')
if editor() is None:
    st.caption(
        "Editors save views and add events: who signs in and is on the editors’ list, or `ainews app --editor NAME`."
    )
else:
    say_unread()
st.header("Views", anchor=False)
views_section()
st.header("Events", anchor=False)
st.html(
    '<span class="quiet">Days that Coverage marks on its time axis. Which of them, you choose there under Options.</span>'
)
events_section()
