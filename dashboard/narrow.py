"""Whether the reader's screen is narrow: a chart's margins and labels are laid out on the server, which can't see the width.

A wide screen costs nothing: the browser answers only when it is narrow, or becomes so. A phone says so in its first request.
"""

from __future__ import annotations

import streamlit as st

from dashboard.scope_controls import tell_again

WIDEST_NARROW = 640  # pixels; Streamlit stacks columns below it
_JS = """
export default function (component) {
  const { data, setStateValue } = component
  let told = data.narrow
  const tell = () => {
    const narrow = window.innerWidth < data.widest
    if (narrow !== told) { told = narrow; setStateValue("narrow", narrow) }
  }
  tell()
  let timer
  const later = () => { clearTimeout(timer); timer = setTimeout(tell, 200) }
  window.addEventListener("resize", later)
  return () => window.removeEventListener("resize", later)
}
"""
_watch_width = st.components.v2.component("watch_width", js=_JS, html="<span></span>")


def is_narrow() -> bool:
    """Return whether the reader's screen is narrower than 640 pixels; a change draws the page again.

    A control that the first drawing held when it was broken off would come up empty in the second, unless its value is told again.
    """
    guess = bool(st.session_state.get("narrow", "Mobi" in (st.context.headers.get("User-Agent") or "")))
    with st.container(key="watch_width"):
        answer = _watch_width(
            key="watch_width_state", data={"narrow": guess, "widest": WIDEST_NARROW}, on_narrow_change=tell_again
        )
    st.session_state["narrow"] = guess if answer.narrow is None else bool(answer.narrow)
    return bool(st.session_state["narrow"])
