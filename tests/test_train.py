"""Training on a small archive: the same bytes each time, nothing of held-back documents, clear errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from etl.corrections import CorrectedStory, Corrections
from etl.errors import AinewsError, InputError
from etl.gold import Example
from etl.tagger.topic_features import english
from etl.tagger.topic_model import document_hash, fold_of, is_held_back, load_weights, short_hash
from etl.tagger.topics import WEIGHTS, TopicTagger
from etl.train import train_topics, with_corrections

TOPIC = """
[[topic]]
id = "{id}"
name = "{id}"
short = "{id}"
group = "application"
style = {style}
definition = "About {id}."
in = "{id}"
out = "all else"
phrases = ["{phrase}"]
"""
DESK = '[[desk]]\nid = "all"\nname = "All"\nshort = "All"\nkind = "desk"\ntopics = ["sea", "sky"]\n'
TEXTS = {
    "sea": "The trawler left the harbor at dawn and sailed to the island with a crew of nine.",
    "sky": "The balloon rose above the clouds at noon and drifted past the tower with two pilots.",
}
DOCUMENTS = [f"issue-{number}" for number in range(60)]


def stories() -> Iterator[dict[str, str]]:
    """Two stories a document, one of each topic; stories of held-back documents hold a word of their own."""
    for document in DOCUMENTS:
        for number, topic in enumerate(TEXTS, start=1):
            mark = "periscope" if is_held_back(document) else f"model{document_hash(document) % 7}"
            base = {"source": "Letter", "url": "https://letter.example/", "published": "2024-05-01"}
            yield base | {"id": f"{document}#{number}", "title": f"News {mark}", "text": f"{TEXTS[topic]} {mark}."}


def labels() -> Iterator[dict[str, object]]:
    for document in DOCUMENTS:
        for number, topic in enumerate(TEXTS, start=1):
            yield {"id": f"{document}#{number}", "is_story": True, "topics": [topic]}


def write_lines(path: Path, rows: Iterator[dict[str, object]] | Iterator[dict[str, str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """Two topics, an archive of 120 stories and their labels."""
    folder = tmp_path / "seeds"
    write_lines(folder / "archive" / "letter.jsonl", stories())
    write_lines(folder / "labels" / "labels.jsonl", labels())
    topics = TOPIC.format(id="sea", style=0, phrase="boat") + TOPIC.format(id="sky", style=1, phrase="kite")
    (folder / "topics.toml").write_text(topics, encoding="utf-8")
    (folder / "desks.toml").write_text(DESK, encoding="utf-8")
    return folder


@pytest.fixture
def train(seeds: Path) -> Callable[..., dict[str, object]]:
    def run(
        *, labels: Sequence[Path] = (), corpora: Sequence[Path] = (), corrections: Corrections | None = None
    ) -> dict[str, object]:
        files = [seeds / "labels" / "labels.jsonl", *labels]
        return train_topics(seeds, files, corpora=corpora, corrections=corrections, out=seeds / "model")

    return run


def topics_of(seeds: Path, text: str, *, document: str | None = None) -> set[str]:
    tagger, make = TopicTagger.load(seeds), english().make_doc
    return {tag.id for tag in tagger(make(""), make(text), document=document)[0]}


def test_words_that_no_phrase_names_are_learned(seeds: Path, train: Callable[..., dict[str, object]]):
    train()
    assert topics_of(seeds, "A trawler left the harbor.") == {"sea"}
    assert topics_of(seeds, "A balloon drifted past the tower.") == {"sky"}


def test_same_input_gives_the_same_bytes(seeds: Path, train: Callable[..., dict[str, object]]):
    train()
    first = {path.name: path.read_bytes() for path in (seeds / "model").iterdir()}
    train()
    assert {path.name: path.read_bytes() for path in (seeds / "model").iterdir()} == first
    assert set(first) == {"topics.npz", "card.json"}


def test_nothing_of_held_back_documents_is_learned(seeds: Path, train: Callable[..., dict[str, object]]):
    held = [document for document in DOCUMENTS if is_held_back(document)]
    train()
    weights = load_weights(seeds / WEIGHTS)
    assert len(held) >= 6
    assert "periscope" not in weights.terms
    assert {short_hash(d) for d in DOCUMENTS if d not in held} == set(weights.documents.tolist())


def test_a_fold_s_weights_know_no_label_of_the_fold(seeds: Path, train: Callable[..., dict[str, object]]):
    """Turning round every label of one fold leaves that fold's weights as they were, and changes the others."""
    train()
    before = load_weights(seeds / WEIGHTS)
    fold = fold_of(next(document for document in DOCUMENTS if not is_held_back(document)))
    turned = (
        {"id": row["id"], "topics": ["sky" if row["topics"] == ["sea"] else "sea"]}
        if fold_of(str(row["id"]).split("#")[0]) == fold
        else row
        for row in labels()
    )
    write_lines(seeds / "labels" / "labels.jsonl", turned)
    train()
    after = load_weights(seeds / WEIGHTS)
    changed = [abs(before.term_weights[m] - after.term_weights[m]).max() > 1e-3 for m in range(len(before.bias))]
    assert changed == [m != fold for m in range(len(before.bias))]


def test_card_says_what_was_learned_from_and_who_labelled(seeds: Path, train: Callable[..., dict[str, object]]):
    card = train()
    assert card == json.loads((seeds / "model" / "card.json").read_text(encoding="utf-8"))
    assert card["texts"] == {"abstract": 2 * sum(not is_held_back(document) for document in DOCUMENTS)}
    assert "large language model" in str(card["labels"])
    assert "0.954" in str(card["labels"])


def test_full_texts_are_learned_from_where_a_corpus_is_given(
    seeds: Path, train: Callable[..., dict[str, object]], tmp_path: Path
):
    corpus = write_lines(tmp_path / "corpus.jsonl", ({**row, "text": row["text"] * 3} for row in stories()))
    card = train(corpora=[corpus])
    assert set(dict(card["texts"])) == set(dict(card["figures"])) == {"abstract", "full"}  # type: ignore[call-overload]


FREE = next(document for document in (f"extra-{number}" for number in range(9)) if not is_held_back(document))


def corpus_of(folder: Path, text: str) -> Path:
    """A corpus of eight stories with this text, all of one document that may be learned from."""
    rows = (
        {"id": f"{FREE}#{n}", "source": "Wire", "published": "2024-05-01", "title": "", "text": text} for n in range(8)
    )
    return write_lines(folder / "corpus.jsonl", rows)


def test_stories_chosen_because_the_tagger_was_unsure_teach_words_and_set_no_threshold(
    seeds: Path, train: Callable[..., dict[str, object]], tmp_path: Path
):
    train()
    before = {topic: topics_of(seeds, text) for topic, text in TEXTS.items()}
    rows = ({"id": f"{FREE}#{number}", "topics": ["sea"], "chosen": "unsure"} for number in range(8))
    more = write_lines(tmp_path / "more.jsonl", rows)
    card = train(labels=[more], corpora=[corpus_of(tmp_path, "A catamaran crossed the strait.")])
    assert topics_of(seeds, "A catamaran crossed the strait.") == {"sea"}
    assert {topic: topics_of(seeds, text) for topic, text in TEXTS.items()} == before
    assert dict(card["sources"])["Wire"] == 8  # type: ignore[call-overload]
    assert "full" not in dict(card["figures"])  # type: ignore[call-overload]


def test_only_the_part_that_was_read_is_learned_from(
    seeds: Path, train: Callable[..., dict[str, object]], tmp_path: Path
):
    corpus = corpus_of(tmp_path, "Menu  search.\nA catamaran crossed. Read more about a gondola.")
    start, end = len("Menu search. "), len("Menu search. A catamaran crossed.")
    rows = ({"id": f"{FREE}#{n}", "topics": ["sea"], "chosen": "unsure", "part": [start, end]} for n in range(8))
    train(labels=[write_lines(tmp_path / "more.jsonl", rows)], corpora=[corpus])
    terms = load_weights(seeds / WEIGHTS).terms
    assert "catamaran" in terms
    assert not {"menu", "gondola"} & set(terms)


def test_a_story_of_two_corpora_counts_once(seeds: Path, train: Callable[..., dict[str, object]], tmp_path: Path):
    corpus = corpus_of(tmp_path, "A catamaran crossed the strait.")
    more = write_lines(tmp_path / "more.jsonl", ({"id": f"{FREE}#{n}", "topics": ["sea"]} for n in range(8)))
    assert train(labels=[more], corpora=[corpus, corpus]) == train(labels=[more], corpora=[corpus])


@pytest.mark.parametrize("part", [5, [1], [1, "2"], [True, 2]])
def test_a_part_that_is_no_pair_of_numbers_is_named(
    train: Callable[..., dict[str, object]], tmp_path: Path, part: object
):
    more = write_lines(tmp_path / "more.jsonl", iter([{"id": "x", "topics": [], "part": part}]))
    with pytest.raises(InputError, match="`part` is no pair") as caught:
        train(labels=[more])
    assert (caught.value.file, caught.value.where) == (str(more), "1")


@pytest.mark.parametrize("fault", [{"source": None}, {"published": 5}, {"text": ["a"]}])
def test_a_story_of_a_corpus_that_lacks_what_is_needed_is_named(
    train: Callable[..., dict[str, object]], tmp_path: Path, fault: dict[str, object]
):
    more = write_lines(tmp_path / "more.jsonl", iter([{"id": f"{FREE}#1", "topics": ["sea"]}]))
    row = {"id": f"{FREE}#1", "source": "Wire", "published": "2024-05-01", "title": "", "text": "Boats."}
    corpus = write_lines(tmp_path / "corpus.jsonl", iter([row | fault]))
    with pytest.raises(InputError, match="lacks a text that training needs") as caught:
        train(labels=[more], corpora=[corpus])
    assert (caught.value.file, caught.value.where) == (str(corpus), "1")
    assert caught.value.remedy


def test_a_topic_that_all_labelled_stories_have_is_given_and_one_that_none_has_is_not(
    seeds: Path, train: Callable[..., dict[str, object]]
):
    write_lines(seeds / "labels" / "labels.jsonl", ({**row, "topics": ["sea"]} for row in labels()))
    train()
    assert topics_of(seeds, TEXTS["sea"]) == topics_of(seeds, TEXTS["sky"]) == {"sea"}


def test_a_story_labelled_in_two_files_is_named(seeds: Path, train: Callable[..., dict[str, object]]):
    with pytest.raises(InputError, match="labelled twice"):
        train(labels=[seeds / "labels" / "labels.jsonl"])


def corrections(*stories: CorrectedStory, not_stories: frozenset[str] = frozenset()) -> Corrections:
    return Corrections(stories, not_stories, 0, 0, (), ())


def corrected(story: str, text: str, *, yes: str = "", no: str = "") -> CorrectedStory:
    told = (frozenset(filter(None, [yes])), frozenset(filter(None, [no])))
    return CorrectedStory(story, "", text, "2024-05-01", "Wire", "full", *told)


def test_what_editors_corrected_is_learned_for_the_judged_topics_only(
    seeds: Path, train: Callable[..., dict[str, object]]
):
    text = "A catamaran crossed the strait."
    train(corrections=corrections(*(corrected(f"{FREE}#{n}", text, yes="sea") for n in range(8))))
    weights = load_weights(seeds / WEIGHTS)
    learned = weights.term_weights[-1, weights.terms.index("catamaran")]
    assert learned[weights.topics.index("sea")] > 0
    assert learned[weights.topics.index("sky")] == 0
    assert "sea" in topics_of(seeds, text)


def test_a_correction_overrules_a_label_and_no_story_is_left_out(tmp_path: Path):
    make = english().make_doc
    labelled = [
        Example("a#1", kind, "Wire", "2024-05-01", make(""), make("Boats"), frozenset({"sky", "law"}))
        for kind in ("abstract", "full")
    ]
    found = with_corrections(
        [*labelled, replace(labelled[0], id="b#1")],
        corrections(corrected("a#1", "Boats", yes="sea", no="sky"), not_stories=frozenset({"b#1"})),
    )
    assert [(one.id, one.kind, one.topics) for one in found] == [
        ("a#1", "abstract", {"sea", "law"}),
        ("a#1", "full", {"sea", "law"}),
    ]


@pytest.mark.parametrize("missing", ["archive", "labels", "corpus"])
def test_missing_file_is_named(seeds: Path, missing: str):
    paths = {"archive": seeds / "archive" / "letter.jsonl", "labels": seeds / "labels" / "labels.jsonl"}
    if missing in paths:
        paths[missing].unlink()
    corpora = [seeds / "corpus.jsonl"] if missing == "corpus" else []
    with pytest.raises(InputError, match=missing) as caught:
        train_topics(seeds, [paths["labels"]], corpora=corpora, out=seeds / "model")
    assert caught.value.remedy


@pytest.mark.parametrize("line", ["{half", "[]", '{"topics": []}'])
def test_bad_line_is_named_by_file_and_number(seeds: Path, line: str, train: Callable[..., dict[str, object]]):
    path = seeds / "labels" / "labels.jsonl"
    path.write_text('{"id": "issue-1#1", "topics": ["sea"]}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        train()
    assert (caught.value.file, caught.value.where) == (str(path), "2")
    assert not (seeds / "model").exists()


def test_too_few_labels_to_set_thresholds_by_are_refused(seeds: Path, train: Callable[..., dict[str, object]]):
    learned = (row for row in labels() if not is_held_back(str(row["id"]).split("#")[0]))
    path = write_lines(seeds / "labels" / "labels.jsonl", islice(learned, 9))
    with pytest.raises(InputError, match=r"only 9 of its stories .* drawn at random") as caught:
        train()
    assert (caught.value.file, caught.value.remedy) == (str(path), "give labels of 10 such stories or more")


def test_labels_of_other_stories_are_refused(seeds: Path, train: Callable[..., dict[str, object]]):
    path = write_lines(seeds / "labels" / "labels.jsonl", iter([{"id": "elsewhere#1", "topics": ["sea"]}]))
    with pytest.raises(InputError, match="none of its labels") as caught:
        train()
    assert caught.value.file == str(path)


def test_without_scikit_learn_the_remedy_is_said(
    train: Callable[..., dict[str, object]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("etl.train.find_spec", lambda name: None)
    with pytest.raises(AinewsError, match="pip install scikit-learn"):
        train()
