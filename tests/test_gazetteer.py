"""How listed spellings are found: by marks on words and a tree of them, as spaCy's own matcher would find them."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.matcher import PhraseMatcher

from etl.lexicon.load import load_lexicon
from etl.model import StoryText
from etl.tagger import pipeline
from etl.tagger.choice import NONE, RecognizerChoice
from etl.tagger.found import taken
from etl.tagger.gazetteer import COMPONENT, NAMES
from etl.tagger.names import ORGANIZATIONS
from etl.tagger.pipeline import build_tagger, name_pipeline
from etl.tagger.places import REGIONS
from etl.tagger.tokens import layout
from tests.shipped_names import SEEDS, finder

SURFACES = load_lexicon(SEEDS).surfaces
PARTS = sorted({part for spelling in SURFACES for part in spelling.split()})
TEXT = (
    "Google and the University of Toronto sell maps in France, says Zorvex CEO Ann Quibbly. The startup Quelbrook left."
)


@pytest.fixture(scope="module")
def matcher() -> PhraseMatcher:
    """spaCy's own, for the same spellings."""
    matcher = PhraseMatcher(finder().vocab)
    matcher.add("name", list(finder().tokenizer.pipe(SURFACES)))
    return matcher


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(sorted(SURFACES)) | st.sampled_from(PARTS) | st.text(max_size=4), max_size=12))
def test_spellings_are_found_where_spacys_matcher_finds_them(matcher: PhraseMatcher, parts: list[str]):
    doc = finder().make_doc(" ".join(parts))
    found = list(finder().get_pipe(COMPONENT).spellings(layout(doc)))
    assert sorted(found) == sorted((start, end) for _, start, end in matcher(doc))


def test_names_are_the_same_without_spans():
    with_spans, without = finder()(TEXT), name_pipeline(SEEDS, spans=False)(TEXT)
    assert not without.spans
    for key in (NAMES, ORGANIZATIONS, REGIONS):
        assert taken(without, key) == taken(with_spans, key)
        assert [(span.start, span.end) for span in with_spans.spans[key]] == [one[:2] for one in taken(without, key)]
        assert taken(without, key)


def test_names_are_found_when_no_more_words_are_kept(monkeypatch: pytest.MonkeyPatch):
    stories = [StoryText(f"s{number}", "", TEXT) for number in range(2)]
    kept = list(build_tagger(SEEDS, RecognizerChoice(NONE)).tag(stories))
    fresh = build_tagger(SEEDS, RecognizerChoice(NONE))
    monkeypatch.setattr(pipeline, "_KEPT", 0)
    assert list(fresh.tag(stories)) == kept
    assert {one.id for one in kept[0].organizations} >= {"google", "x:zorvex", "x:quelbrook"}


@pytest.mark.parametrize("searching", [True, False])
def test_pythons_search_for_garbage_is_left_as_it_was(searching: bool):
    before = gc.isenabled()
    (gc.enable if searching else gc.disable)()
    try:
        seen = [gc.isenabled() for _ in build_tagger(SEEDS, RecognizerChoice(NONE)).tag([StoryText("a", "", TEXT)])]
        assert [*seen, gc.isenabled()] == [searching, searching]
    finally:
        (gc.enable if before else gc.disable)()
