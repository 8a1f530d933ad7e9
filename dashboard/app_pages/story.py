"""Story: why one story has its tags, with the words that spoke for each, and why it lacks others."""

from __future__ import annotations

import streamlit as st

from dashboard.corrections_story import history_of, show_correct, show_history
from dashboard.data import ask
from dashboard.links import story_link
from dashboard.narrow import is_narrow
from dashboard.panels import records
from dashboard.reasons import body, head, spans_for, story_links
from dashboard.save_view import save_address
from dashboard.why import (
    chosen_tag,
    colophon,
    named,
    only_story,
    search_box,
    tag_names,
    topics_given,
    topics_lacking,
    way_back,
    way_back_link,
)

way_back_link()
story = only_story()
number = int(story["story_no"])
topics = records(ask("story_topics", story_no=number, tagger=story["tagger"]))
names = records(ask("story_names", story_no=number))
reasons = records(ask("story_reasons", story_no=number))
history = history_of(story["story_id"])
copies = records(ask("story_copies", story_no=number, cluster_no=int(story["cluster_no"])))

headline = st.container()
if is_narrow():
    text, given, lacking, about = (st.container() for _ in range(4))
else:
    left, right = st.columns([10, 9], gap="large")
    text, about, given, lacking = left.container(), left.container(), right.container(), right.container()

labels = tag_names(topics, names)
with text:
    shown = st.container()
    spans = spans_for(reasons, chosen_tag(story, labels), labels)
    shown.html(body(story, spans["text"]))
    show_correct(story, topics, names)
    show_history(history)
headline.html(head(story, spans["title"]))
with given:
    topics_given(story, topics, reasons, history.notes)
with lacking:
    topics_lacking(story, topics, reasons, history.notes)
with about:
    named(story, names, reasons, history.notes, kind="organization", heading="Organizations")
    named(story, names, reasons, history.notes, kind="region", heading="Regions")
    if copies:
        st.header("Told in nearly the same words by", anchor=False)
        st.html(story_links(copies, [story_link(copy["story_id"], back=way_back()) for copy in copies]))
    colophon(story)
    search_box()
    save_address("story")
