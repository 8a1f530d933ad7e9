"""Data and methods: where the stories come from and how they fare, how good the tags are, and how each number is computed."""

from __future__ import annotations

import streamlit as st

from dashboard.methods import chosen_part, style
from dashboard.methods_open import asked, opened
from dashboard.methods_share import share_methods

st.html(style())
st.html('<h1 class="sentence">Data and methods</h1>')
top = st.container()
if asked():
    opened()
else:
    chosen_part()()
share_methods(top)
