"""Report: one period as a file to be sent; here it is chosen, looked at and taken along."""

from __future__ import annotations

import streamlit as st

from dashboard.data import sources
from dashboard.links import tell_problems
from dashboard.report_page import choose, read_address, show_report
from dashboard.save_view import save_address

st.html('<h1 class="sentence">Report</h1>')
having = sources()
tell_problems(read_address(having))
asked = choose(having)
show_report(asked)
save_address("report")
with st.expander("How to have it sent", icon=":material/schedule_send:", key="report_timer"):
    st.markdown(
        "`ainews report --period last --out report.html` writes the same file, and with `--pdf report.pdf` a PDF; a timer can do so "
        "each Monday at 7. The README’s section on operations holds the lines for it."
    )
