"""Gaps: what the field covers and ours do not, in months that all compared sources share; the biggest differences; events not told."""

from __future__ import annotations

from html import escape

import duckdb
import streamlit as st

from dashboard.balance_panels import named_lines, publishers
from dashboard.data import catalog, known, sources
from dashboard.gap_facts import headline
from dashboard.gap_panels import cells_of, compare, events_section, gaps_section, topics_section, widened
from dashboard.gap_share import share_gaps
from dashboard.links import note_link, tell_problems
from dashboard.narrow import is_narrow
from dashboard.page_state import own_query, read_own
from dashboard.places import GAPS
from dashboard.scope_controls import write_own_address

COMPUTED = """
- Compared are months that are whole for all sources shown: what their own rhythm leads to expect came. A source of the field that
  is whole in fewer than 80 % of our months is left out and named. Letters are left out and copies count once, for each side by itself.
- Looked at are desks or topics in areas; a story counts where it has the topic and names the place. The difference of the two shares
  has its likely range (Newcombe's interval, 95 %). *Clear* is what stays so after all combinations that can be judged were looked at
  (Benjamini and Hochberg).
- *Not for 9 weeks* counts weeks in which ours published, since the last story, also before the months compared.
- Biggest differences: how much a topic adds to the Jensen–Shannon divergence of the two mixes, in which a story with several topics
  counts in equal parts.
"""


def show() -> None:
    """Draw the page."""
    note_link()
    lines = named_lines()
    tell_problems(read_own(GAPS, widened(known(catalog(), sources()), lines)))
    sentence = st.container()
    compared = compare(publishers(), lines)
    write_own_address(own_query(GAPS))
    narrow = is_narrow()
    rows = [] if compared.shared.why else cells_of(compared)
    said = headline(rows, lines, compared.shared, compared.names)
    sentence.html(f'<h1 class="sentence">{escape(said)}</h1>')
    if not rows:
        st.info(
            f"{compared.shared.why or 'One side has no story in these months.'} Choose other sources or more months."
        )
        share_gaps(rows, None, headline=said, top=sentence)
        return
    gaps_section(rows, compared, narrow=narrow)
    topics_section(compared, narrow=narrow)
    events_section(compared, narrow=narrow)
    with st.expander("How is this computed?", icon=":material/function:", key="gaps_computed"):
        st.markdown(COMPUTED)
    share_gaps(rows, compared, headline=said, top=sentence)


try:
    show()
except duckdb.CatalogException:
    st.error(
        "This data was made before this page was there. `ainews run` brings it up to date.", icon=":material/update:"
    )
