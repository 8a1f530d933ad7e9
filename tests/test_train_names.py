"""The recognizer is learned from marked sentences in which some names were swapped."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import InputError
from etl.lexicon.load import load_lexicon
from etl.name_examples import LABELS, Marker, NameMaker, Sentence, read_sentences, swapped
from etl.tagger.topic_model import is_held_back
from etl.train_names import train_names
from tests.shipped_names import SEEDS, finder

LEXICON = load_lexicon(SEEDS)
SPLIT = spacy.blank("en").make_doc


def marker() -> Marker:
    return Marker(finder(), LEXICON)


def label(organizations: tuple[str, ...] = (), *, regions: tuple[str, ...] = (), products: tuple[str, ...] = ()):
    roles = [(name, "focus") for name in organizations] + [(name, "product") for name in products]
    return {
        "orgs": [{"name": name, "surfaces": [name], "role": role} for name, role in roles],
        "regions": [{"code": "FR", "surfaces": [name], "role": "mention"} for name in regions],
    }


def marked(text: str, read: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (" ".join(sentence.words[start:end]), kind)
        for sentence in marker().sentences(text, read)
        for start, end, kind in sentence.entities
    ]


def test_every_place_of_a_labelled_name_is_marked_and_the_longest_wins():
    text = "Zorvex and even Zorvex Labs of France still use Quibbler. Then came another Zorvexian, then another Zorvex."
    read = label(("Zorvex", "Zorvex Labs"), regions=("France",), products=("Quibbler",))
    names = [("Zorvex", "ORG"), ("Zorvex Labs", "ORG"), ("France", "GPE"), ("Quibbler", "PRODUCT")]
    assert marked(text, read) == [*names, ("Zorvexian", "MISC"), ("Zorvex", "ORG")]


def test_people_products_and_other_capitals_have_labels_of_their_own():
    text = "Yesterday Alice Quibbly showed what ChatGPT does when people visit the Quill Fair."
    assert marked(text, label()) == [("Alice Quibbly", "PERSON"), ("ChatGPT", "PRODUCT"), ("Quill Fair", "MISC")]


def test_sentences_without_a_capital_to_explain_teach_nothing():
    assert list(marker().sentences("The weather is fine. On Monday it rains.", label())) == []


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_only_stories_whose_names_were_read_are_learned_from_each_once_and_by_the_part_that_was_read(tmp_path):
    labels = lines(
        tmp_path / "labels.jsonl",
        [
            {"id": "a#1", "topics": []} | label(("Zorvex",)) | {"part": [0, 15]},
            {"id": "b#1", "topics": []},
            {"id": "c#1", "is_story": False, "topics": []} | label(("Zorvex",)),
            {"id": "d#1", "topics": []} | label(("Zorvex",)),
        ],
    )
    rows = [{"id": f"{letter}#1", "title": "", "text": "Use  Zorvex now. Or Quibbler."} for letter in "abcd"]
    corpus = lines(tmp_path / "corpus.jsonl", rows)
    keep = {"a", "b", "c"}.__contains__
    (read,) = read_sentences(marker(), [labels], abstracts=[], corpora=[corpus, corpus], keep=keep)
    assert (read.words, read.entities) == (("Use", "Zorvex", "now", "."), ((1, 2, "ORG"),))


SENTENCES = st.lists(
    st.sampled_from(["Zorvex", "Acme", "and", "of", "GPU", "x", "."]), min_size=1, max_size=12
).flatmap(
    lambda words: st.lists(st.sampled_from([None, *LABELS]), min_size=len(words), max_size=len(words)).map(
        lambda kinds: Sentence(
            tuple(words),
            tuple(True for _ in words),
            tuple((at, at + 1, kind) for at, kind in enumerate(kinds) if kind is not None),
        )
    )
)


@given(SENTENCES, st.integers(0, 99))
@settings(deadline=None)
def test_swapping_changes_names_alone_and_repeats_itself(sentence: Sentence, seed: int):
    def swap() -> Sentence:
        random = Random(seed)
        maker = NameMaker(LEXICON, random)
        return swapped(sentence, maker, random, lambda name: [(token.text, True) for token in SPLIT(name)])

    new = swap()
    assert new == swap()
    assert len(new.words) == len(new.spaces)
    assert [kind for *_, kind in new.entities] == [kind for *_, kind in sentence.entities]

    def others(one: Sentence) -> list[str]:
        named = {at for start, end, _ in one.entities for at in range(start, end)}
        return [word for at, word in enumerate(one.words) if at not in named]

    assert others(new) == others(sentence)


@pytest.fixture
def few_stories(tmp_path: Path) -> tuple[Path, Path]:
    """Labels and texts of stories of six documents that may be learned from, and of one that is held back."""
    held = next(name for number in range(99) if is_held_back(name := f"h{number}"))
    learned = [name for number in range(40) if not is_held_back(name := f"d{number}")][:6]
    rows = [
        {"id": f"{name}#1", "title": "", "text": f"The startup Zorvex{number} hired people at Quill Fair."}
        for number, name in enumerate([*learned, held])
    ]
    read = [{"id": row["id"], "topics": []} | label((f"Zorvex{number}",)) for number, row in enumerate(rows)]
    return lines(tmp_path / "labels.jsonl", read), lines(tmp_path / "corpus.jsonl", rows)


def test_training_writes_an_ordinary_pipeline_of_the_same_bytes_and_leaves_out_what_is_held_back(few_stories, tmp_path):
    labels, corpus = few_stories
    heard: list[tuple[int, int | None]] = []
    made = [
        train_names(
            SEEDS,
            [labels],
            corpora=[corpus],
            out=tmp_path / name,
            epochs=2,
            on_progress=lambda done, total: heard.append((done, total)),
        )
        for name in ("first", "second")
    ]
    assert made[0] == {"sentences": 6, "words": made[0]["words"], "names": {"MISC": 6, "ORG": 6}}
    assert heard == [(0, 2), (1, 2), (2, 2)] * 2
    files = sorted(path for path in (tmp_path / "first").rglob("*") if path.is_file())
    assert files
    for path in files:
        assert path.read_bytes() == (tmp_path / "second" / path.relative_to(tmp_path / "first")).read_bytes()
        assert b"Zorvex" not in path.read_bytes()  # no word of the texts is kept
    assert set(spacy.load(tmp_path / "first" / "recognizer").get_pipe("ner").labels) == set(LABELS)


def test_labels_that_fit_no_story_are_named(tmp_path):
    labels = lines(tmp_path / "labels.jsonl", [{"id": "nobody#1", "topics": []} | label(("Zorvex",))])
    with pytest.raises(InputError, match=r"labels\.jsonl: none of its labels belongs to a story .*; give labels"):
        train_names(SEEDS, [labels], out=tmp_path / "out")


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"orgs": [{"name": "Zorvex", "surfaces": ["Zorvex"]}]}, "`orgs` is no list of objects"),
        ({"regions": [{"code": "FR", "surfaces": "France", "role": "focus"}]}, "`regions` is no list of objects"),
        ({"part": "ab"}, "`part` is no pair of numbers"),
    ],
)
def test_a_label_that_is_none_is_named(tmp_path, fault, message):
    labels = lines(tmp_path / "labels.jsonl", [{"id": "issue-40#5", "topics": []} | label(("Zorvex",)) | fault])
    with pytest.raises(InputError, match=message) as caught:
        train_names(SEEDS, [labels], out=tmp_path / "out")
    assert (caught.value.file, caught.value.where) == (str(labels), "1")
    assert not (tmp_path / "out").exists()
