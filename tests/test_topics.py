"""The topic tagger as it ships: what it says of the seed issue, why, and what it does with odd input."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import InputError, LexiconError
from etl.lexicon.topics import Phrase, Topic, TopicLexicon, load_topics
from etl.model import Evidence, NearTopic, TopicTag
from etl.newsletter import split_issue
from etl.tagger.topic_evidence import MOST_EVIDENCE
from etl.tagger.topic_features import Vocabulary, english, forms_of, unit_of
from etl.tagger.topic_model import FOLDS, fold_of, load_weights, short_hash
from etl.tagger.topics import MOST_NEAR, WEIGHTS, TopicTagger, check_examples

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
GOLDEN = Path(__file__).parent / "golden" / "seed_topics.json"
SEED_ISSUE = SEEDS / "newsletters" / "000_f4227efbd8a9669e.txt"
SURFING = Topic(
    "surfing", "Surfing", "Surfing", "application", 40, "Waves.", "waves", "the web", (Phrase("surfboard", 2),)
)

Result = tuple[tuple[TopicTag, ...], tuple[NearTopic, ...]]


@pytest.fixture(scope="module")
def tagger() -> TopicTagger:
    return TopicTagger.load(SEEDS)


def tag(tagger: TopicTagger, text: str, *, title: str = "", document: str | None = None) -> Result:
    return tagger(english().make_doc(title), english().make_doc(text), document=document)


def ids(result: Result) -> set[str]:
    return {topic.id for topic in result[0]}


def with_topic(tagger: TopicTagger, **changes: Any) -> TopicTagger:
    """The shipped tagger and one more topic, surfing, that no weights know."""
    topics = (*tagger.lexicon.topics, replace(SURFING, **changes))
    return TopicTagger(TopicLexicon(topics, tagger.lexicon.desks), tagger.weights)


def test_seed_stories_carry_the_topics_that_a_reader_gave_them(tagger: TopicTagger):
    """All of them; and of the topics given at most a fifth is not the reader's, as precision was measured to be."""
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    pieces = split_issue(SEED_ISSUE.read_text(encoding="utf-8"), markup="text").pieces
    assert len(pieces) == len(golden) == 8
    got = [ids(tag(tagger, piece.body, title=piece.title, document="issue-38")) for piece in pieces]
    for found, wanted in zip(got, golden, strict=True):
        assert found >= set(wanted["topics"]), wanted["story"]
    spurious = [found - {*wanted["topics"], *wanted["optional"]} for found, wanted in zip(got, golden, strict=True)]
    assert sum(map(len, spurious)) <= sum(map(len, got)) / 5


def test_a_tag_says_which_words_spoke_for_it(tagger: TopicTagger):
    text = "Hospitals test a model that helps doctors with the diagnosis of breast cancer."
    healthcare = next(topic for topic in tag(tagger, text)[0] if topic.id == "healthcare")
    said = [evidence.text for evidence in healthcare.evidence]
    assert {"Hospitals", "diagnosis", "breast cancer"} <= set(said)
    assert not {"a", "that", "of", "the", "with"} & set(said)


def test_overlapping_words_are_one_slice(tagger: TopicTagger):
    tags, _ = tag(tagger, "A convolutional neural network learns by self-supervised learning.")
    for topic in tags:
        spans = sorted((e.start, e.end) for e in topic.evidence)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))


WORDS = [
    "image generator",
    "AI agents",
    "hospital",
    "chips",
    "robot",
    "copyright",
    "self-driving",
    "—",
    "…",
    "🦜",
    "\n",
    "é",
]


@settings(max_examples=60, deadline=None)
@given(
    title=st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=8).map(" ".join),
    text=st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=30).map(" ".join),
)
def test_evidence_is_exactly_its_slice_and_scores_hold_their_contract(title: str, text: str):
    tagger = shipped()
    tags, near = tag(tagger, text, title=title)
    fields = {"title": title, "text": text}
    for topic in (*tags, *near):
        weights = [evidence.weight for evidence in topic.evidence]
        assert weights == sorted(weights, key=lambda weight: -(weight or 0))
        assert len(weights) <= MOST_EVIDENCE
        assert all(weight is not None and weight > 0 for weight in weights)
        assert all(fields[e.field][e.start : e.end] == e.text != "" for e in topic.evidence)
        assert 0 < topic.score <= 1
        assert topic.score == round(topic.score, 4)
    assert len(near) <= MOST_NEAR
    assert all(n.score >= n.threshold / 2 - 1e-4 and (n.score < n.threshold or n.veto) for n in near)
    assert not {t.id for t in tags} & {n.id for n in near}


_SHIPPED: list[TopicTagger] = []


def shipped() -> TopicTagger:
    """The tagger for hypothesis, which takes no fixtures of a function's scope."""
    if not _SHIPPED:
        _SHIPPED.append(TopicTagger.load(SEEDS))
    return _SHIPPED[0]


@pytest.mark.parametrize(("title", "text"), [("", ""), ("Zzyzx qqq", ""), ("", "- - -"), ("🦜", "\n\n")])
def test_text_without_known_words_has_no_topics(tagger: TopicTagger, title: str, text: str):
    assert tag(tagger, text, title=title)[0] == ()


def test_case_plural_and_hyphen_do_not_matter(tagger: TopicTagger):
    variants = ["The self-driving car stops.", "THE SELF DRIVING CAR STOPS.", "The Self-Driving cars stops."]
    scores = [tagger.scores(english().make_doc(""), english().make_doc(text))["transport"] for text in variants]
    assert scores[0] == pytest.approx(scores[1]) == pytest.approx(scores[2])


def test_forbidding_phrase_takes_the_topic_away_and_is_named(tagger: TopicTagger):
    text = "Autonomous AI agents now stand in for the real estate agent: agentic software that uses tools."
    tags, near = tag(tagger, text)
    vetoed = next(topic for topic in near if topic.id == "agents")
    start = text.index("real estate agent")
    assert "agents" not in {topic.id for topic in tags}
    assert vetoed.veto == Evidence("text", start, start + 17, "real estate agent", None)


def test_pinned_phrase_gives_the_topic_at_least_at_its_threshold(tagger: TopicTagger):
    pinned = with_topic(tagger, pins=(Phrase("wave pool"),))
    filler = "Engineers of the city describe a large and quiet project at some length. "
    assert "surfing" in ids(tag(pinned, filler + "It is a wave pool."))
    assert "surfing" not in ids(tag(pinned, filler * 6 + "It is a wave pool."))
    assert "surfing" not in ids(tag(pinned, filler))


def test_topic_without_learned_weights_is_judged_by_its_phrases(tagger: TopicTagger):
    more = with_topic(tagger)
    assert "surfing" in ids(tag(more, "Two surfboards.", title="A new surfboard"))
    assert "surfing" not in ids(tag(more, "Hospitals test a model.", title="Doctors"))


def test_one_more_topic_changes_no_other_score(tagger: TopicTagger):
    title, text = english().make_doc("Robots"), english().make_doc("A humanoid robot folds laundry beside a surfboard.")
    before, after = tagger.scores(title, text), with_topic(tagger).scores(title, text)
    assert {topic: after[topic] for topic in before} == pytest.approx(before, abs=1e-6)


def test_example_that_fails_stops_the_load(tagger: TopicTagger, tmp_path: Path):
    wrong = with_topic(tagger, examples=("Hospitals test a model.",))
    with pytest.raises(LexiconError, match=r"topics\.toml:surfing: the example .* lacks the topic; change") as caught:
        check_examples(wrong, file=tmp_path / "topics.toml")
    assert caught.value.where == "surfing"
    with pytest.raises(LexiconError, match="receives the topic"):
        check_examples(with_topic(tagger, not_examples=("A surfboard.",)), file=tmp_path / "topics.toml")


def test_story_that_was_trained_on_is_tagged_by_weights_that_did_not_see_it(tagger: TopicTagger):
    weights = tagger.weights
    learned = next(f"issue-{number}" for number in range(1, 400) if short_hash(f"issue-{number}") in weights.documents)
    assert weights.model_for(learned) == fold_of(learned) < FOLDS
    assert weights.model_for("issue-38") == weights.model_for(None) == FOLDS


@pytest.mark.parametrize("content", [None, b"", b"no archive", b"PK\x03\x04 half of one"])
def test_weights_that_are_missing_or_broken_are_named_with_a_remedy(tmp_path: Path, content: bytes | None):
    path = tmp_path / "topics.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"topics\.npz.*train it again"):
        load_weights(path)


def test_shipped_weights_are_small_and_copy_no_sentence(tagger: TopicTagger):
    lexicon = load_topics(SEEDS)
    spoken = {p.term for topic in lexicon.topics for p in (*topic.phrases, *topic.pins, *topic.never)}
    assert (SEEDS / WEIGHTS).stat().st_size < 8_000_000
    assert [term for term in tagger.weights.terms if term.count(" ") > 1 and term not in spoken] == []


def test_fingerprint_follows_lexicon_and_weights(tagger: TopicTagger, tmp_path: Path):
    for name in ("topics.toml", "desks.toml", str(WEIGHTS)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((SEEDS / name).read_bytes())
    assert TopicTagger.load(tmp_path).fingerprint == tagger.fingerprint
    with (tmp_path / "desks.toml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    assert TopicTagger.load(tmp_path).fingerprint != tagger.fingerprint


@pytest.mark.parametrize(
    ("word", "unit"),
    [("chips", "chip"), ("agencies", "agency"), ("bias", "bias"), ("boxes", "box"), ("gas", "gas"), ("news", "new")],
)
def test_plural_ending_is_taken_off(word: str, unit: str):
    assert unit_of(word) == unit


@given(st.text(alphabet="abcehiosuxyz", min_size=1, max_size=9))
def test_every_form_of_a_unit_leads_back_to_it(unit: str):
    assert all(unit_of(form) == unit for form in forms_of(unit))


@given(st.text(alphabet="abcehiosuxyz", min_size=1, max_size=9))
def test_every_word_is_a_form_of_its_unit(word: str):
    assert word in forms_of(unit_of(word)) or unit_of(unit_of(word)) != unit_of(word)


@pytest.mark.parametrize("word", ["agent", "case", "mark", "list", "robot"])
def test_word_that_spacy_numbers_itself_is_found_like_any_other(word: str):
    vocabulary = Vocabulary((word,))
    assert len(vocabulary.hits(english().make_doc(""), english().make_doc(f"One {word}, two {word}s.")).term) == 2


def test_terms_do_not_cross_punctuation_or_the_end_of_the_title():
    vocabulary = Vocabulary(("image generator", "image"))
    hits = vocabulary.hits(
        english().make_doc("Image"), english().make_doc("generator. Image, generator image-generators")
    )
    assert [vocabulary.terms[row] for row in np.sort(hits.term)] == ["image generator", "image", "image", "image"]
