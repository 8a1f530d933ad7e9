"""Balance: a source's last issues against the bands that its editors ask for, since when, and how evenly topics are covered."""

from __future__ import annotations

from html import escape

import duckdb
import streamlit as st

from dashboard.balance import headline
from dashboard.balance_edit import edit_section
from dashboard.balance_panels import (
    all_targets,
    choose_whose,
    mix_of,
    mix_section,
    named_lines,
    publishers,
    share_balance,
    targets_section,
    widened,
    windows_of,
)
from dashboard.data import catalog, known, sources
from dashboard.links import note_link, tell_problems
from dashboard.narrow import is_narrow
from dashboard.page_state import own_query, read_own
from dashboard.places import BALANCE
from dashboard.scope_controls import write_own_address

COMPUTED = """
- A window is a number of issues, days on which the source published, or for others a number of weeks that are over. Shares are
  sums over sums; letters are left out and copies count once.
- The verdict compares whole stories: 10 to 20 % of 52 is 6 to 10 stories. *Could be chance*: the likely range (Wilson's interval,
  95 %) reaches across an end of the band.
- *Cannot tell yet*: fewer than 20 stories, or the count that is likely by the measured precision and recall of these tags (the
  ratio of true to tagged stories with its 95 % interval) would get another verdict.
- The whole mix: a story with several topics counts in equal parts in each. Shannon's entropy of the parts, corrected for small
  samples (Miller 1955), as the number of topics that would be as diverse if all were covered alike; its likely range comes from
  drawing whole days again 1,000 times.
- A place counts where the story names it; an area means its countries too. A type counts where the story is about such an organization.
"""


def show() -> None:
    """Draw the page."""
    note_link()
    targets, named, having = all_targets(), named_lines(), publishers()
    tell_problems(read_own(BALANCE, widened(known(catalog(), sources()), named)))
    sentence = st.container()
    publisher, size = choose_whose(having, targets)
    write_own_address(own_query(BALANCE))
    narrow = is_narrow()
    found = windows_of(targets, publisher, size, named)
    said = headline(found, publisher, size)
    sentence.html(f'<h1 class="sentence">{escape(said)}</h1>')
    targets_section(found, publisher, size, named, narrow=narrow)
    edit_section(targets, publisher, named)
    mix_section(mix_of(publisher, size), publisher, size, named, narrow=narrow)
    with st.expander("How is this computed?", icon=":material/function:", key="balance_computed"):
        st.markdown(COMPUTED)
    share_balance(found, publisher, size, headline=said, top=sentence)


try:
    show()
except duckdb.CatalogException:
    st.error(
        "This data was made before this page was there. `ainews run` brings it up to date.", icon=":material/update:"
    )
