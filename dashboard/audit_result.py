"""What an audit tells, beside what was measured of the topic before, and the stories that it is made of, as a page and as a file."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard import words
from dashboard.audit import Audit, Told
from dashboard.audit_words import (
    HOW,
    compared_rows,
    compared_words,
    drawn_words,
    file_rows,
    former_words,
    sample_words,
    stories_table,
)
from dashboard.audits_kept import measured_before, renamed_topics, tagger_now, text_kind_of
from dashboard.data import ask_quietly, sources
from dashboard.exports import as_csv
from dashboard.links import story_link
from dashboard.panels import records


def show_sample(audit: Audit, topic: str) -> None:
    """Say how its stories were drawn, and where the tagger has changed since."""
    st.caption(words.plain(sample_words(audit, topic, {source.id: source.name for source in sources()})))
    if former := former_words(audit, tagger_now()):
        st.warning(words.plain(former), icon=":material/update:")


def show_how(audit: Audit | None) -> None:
    """Offer to say how all of it is computed, and of an audit what it takes to draw its sample again."""
    with st.expander("How is this computed?", icon=":material/calculate:", key="audit_how"):
        st.markdown(HOW)
        if audit is not None:
            st.caption(words.plain(drawn_words(audit)))


def titles_of(audit: Audit) -> dict[str, str]:
    """Return the titles of the sample's stories by id, as far as this data has them."""
    rows = records(ask_quietly("correction_titles", stories=tuple(audit.stories)))
    return {str(row["story_id"]): str(row["title"]) for row in rows}


def show_result(chosen: Told, topic: str, titles: Mapping[str, str], *, back: str = "") -> None:
    """Show what an audit tells. `topic` is the topic's name, `titles` those of stories by id, `back` what leads a story's page back."""
    audit = chosen.audit
    present = renamed_topics().get(audit.topic, audit.topic)
    kind = text_kind_of(audit)
    before = measured_before(present, kind) if kind else None
    st.subheader(words.plain(f"What it tells of {topic}"), anchor=False)
    st.table(compared_rows(chosen, before, kind))
    if compared := compared_words(chosen, before):
        st.caption(compared)
    shown = stories_table(chosen, titles)
    differ = int((shown["Agree"] == "no").sum())
    st.caption(f"{words.stories(len(shown))} judged; verdict and tag differ in {differ}. A verdict changes no tag: a chosen row leads to "
               "its story, where editors change tags.")  # fmt: skip
    picked = st.dataframe(shown.drop(columns="story_id"), hide_index=True, on_select="rerun", selection_mode="single-row",
                          key=f"audit_stories_{audit.name}", alt="The stories judged; first where verdict and tag differ")  # fmt: skip
    for at in picked.selection.rows[:1]:
        if shown["story_id"].iloc[at] in titles:
            st.link_button(
                "Open its story", story_link(str(shown["story_id"].iloc[at]), back=back), icon=":material/article:"
            )
    rows = file_rows(chosen, titles)
    st.download_button(f"Download these {len(rows):,} (CSV)", data=as_csv(rows), file_name=f"audit-{audit.name}.csv", mime="text/csv",
                       key="audit_csv", icon=":material/download:", type="tertiary", on_click="ignore")  # fmt: skip
