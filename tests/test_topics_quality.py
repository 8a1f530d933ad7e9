"""How good the shipped topics are on the shipped labels; falls when the tagger gets worse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etl.errors import InputError
from etl.gold import read_examples
from etl.quality import ALL, Hits, Judged, hits, judge, wilson, write_quality
from etl.tagger.topic_model import is_held_back
from etl.tagger.topics import TopicTagger

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
MEASURED_F1 = 0.791
HEADLINE = [
    ("generative", "2022"),
    ("generative", "2024"),
    ("healthcare", "2020"),
    ("healthcare", "2024"),
    ("agents", "2023"),
    ("agents", "2025"),
]


@pytest.fixture(scope="module")
def tagger() -> TopicTagger:
    return TopicTagger.load(SEEDS)


@pytest.fixture(scope="module")
def judged(tagger: TopicTagger) -> list[Judged]:
    """Every labelled abstract of the archive with the topics that unseen weights give it."""
    return judge(tagger, read_examples(SEEDS, SEEDS / "labels" / "labels.jsonl", corpus=None))


def test_held_back_abstracts_are_tagged_as_well_as_measured(tagger: TopicTagger, judged: list[Judged]):
    held = [one for one in judged if is_held_back(one.example.document)]
    assert len(held) == 309
    assert hits(held, tagger.lexicon.ids).f1 >= MEASURED_F1 - 0.02


def test_stories_learned_from_are_tagged_no_better_than_new_ones(tagger: TopicTagger, judged: list[Judged]):
    learned = [one for one in judged if not is_held_back(one.example.document)]
    held = [one for one in judged if is_held_back(one.example.document)]
    f1 = [hits(part, tagger.lexicon.ids).f1 for part in (learned, held)]
    assert abs(f1[0] - f1[1]) < 0.05


@pytest.mark.parametrize(("topic", "year"), HEADLINE)
def test_shares_of_the_headline_differ_from_the_labels_by_at_most_four_points(
    judged: list[Judged], topic: str, year: str
):
    cell = [one for one in judged if one.example.source == "The Batch" and one.example.published.startswith(year)]
    labelled = sum(topic in one.example.topics for one in cell)
    tagged = sum(topic in one.got for one in cell)
    assert len(cell) >= 150
    assert abs(tagged - labelled) / len(cell) <= 0.04


def test_shipped_figures_are_those_of_the_shipped_weights(tagger: TopicTagger, judged: list[Judged]):
    rows = json.loads((SEEDS / "model" / "quality.json").read_text(encoding="utf-8"))["rows"]
    row = next(row for row in rows if (row["kind"], row["tag_id"], row["text_kind"]) == ("topic", ALL, "abstract"))
    found = hits((one for one in judged if is_held_back(one.example.document)), tagger.lexicon.ids)
    assert (row["true_positive"], row["false_positive"], row["false_negative"]) == (found.tp, found.fp, found.fn)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"), [(3, 20, 5.2, 36.0), (0, 40, 0.0, 8.8), (75, 500, 12.1, 18.4), (0, 0, 0, 100)]
)
def test_wilson_interval(successes: int, n: int, low: float, high: float):
    assert [round(100 * end, 1) for end in wilson(successes, n)] == [low, high]


def test_figures_of_nothing_are_zero():
    assert (Hits(0, 0, 0).precision, Hits(0, 0, 0).recall, Hits(0, 0, 0).f1) == (0, 0, 0)


def test_rows_of_other_kinds_stay_when_topics_are_measured_anew(tmp_path: Path):
    path = tmp_path / "quality.json"
    other = {"kind": "region", "tag_id": "*"}
    path.write_text(json.dumps({"rows": [{"kind": "topic", "tag_id": "old"}, other]}), encoding="utf-8")
    write_quality({"rows": [{"kind": "topic", "tag_id": "new"}], "totals": {}, "shares": []}, path)
    assert json.loads(path.read_text(encoding="utf-8"))["rows"] == [{"kind": "topic", "tag_id": "new"}, other]


def test_figures_that_cannot_be_read_are_named(tmp_path: Path):
    path = tmp_path / "quality.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"quality\.json.*remove the file"):
        write_quality({"rows": [], "totals": {}, "shares": []}, path)
