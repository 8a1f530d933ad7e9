"""The measuring of a tagger: parts, cells, intervals and the error of shares, and that it agrees with the scorer."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from etl.evaluate import MEASURES, OUT_OF_FOLD, UNSEEN, Evaluation, Scored, evaluate, figures, share_errors
from etl.evaluate_print import TOO_FEW, as_text
from etl.gold import read_lines
from etl.gold_stories import GoldStory, read_gold
from etl.lexicon.load import load_lexicon
from etl.model import StoryText
from etl.quality import ALL, Hits, Row
from etl.tag_files import tags_row
from etl.tagger.pipeline import build_tagger
from etl.tagger.topic_model import is_held_back

PROJECT = Path(__file__).resolve().parents[1]
SEEDS = PROJECT / "seeds"
SHARED = PROJECT.parent / "shared"
HELD = next(f"held-{n}" for n in range(99) if is_held_back(f"held-{n}"))
OTHER = next(f"other-{n}" for n in range(99) if not is_held_back(f"other-{n}"))


def scored(
    document: str = HELD, *, hits: Hits, year: str = "2024", labelled: str = "vision", tagged: str = "vision"
) -> Scored:
    """A story with these hits for topics and none else."""
    topics = (frozenset(labelled.split()), frozenset(tagged.split()))
    story = GoldStory(StoryText(f"{document}#1", "", ""), "full", "Letter", year, topics[0], (), ())
    every = {(measure, ALL): Hits(0, 0, 0) for measure in MEASURES}
    return Scored(story, topics[1], every | {("topic", ALL): hits, ("topic", "vision"): hits})


def row(rows: list[Row], **wanted: object) -> Row:
    (found,) = [one for one in rows if wanted.items() <= one.items()]
    return found


def test_parts_are_told_apart_by_the_document():
    rows = figures([scored(HELD, hits=Hits(1, 0, 0)), scored(OTHER, hits=Hits(0, 0, 1))])
    assert row(rows, part=UNSEEN, by="all", kind="topic", tag_id=ALL)["recall"][0] == 1
    assert row(rows, part=OUT_OF_FOLD, by="all", kind="topic", tag_id=ALL)["recall"][0] == 0


def test_figures_follow_from_the_counts():
    found = row(figures([scored(hits=Hits(6, 2, 4))]), by="all", kind="topic", tag_id="vision")
    assert (found["n"], found["precision"][0], found["recall"][0], found["f1"][0]) == (10, 0.75, 0.6, 0.6667)


def test_one_document_has_no_spread_and_several_that_differ_have():
    alone = row(figures([scored(hits=Hits(1, 1, 0)) for _ in range(40)]), by="all", kind="topic", tag_id=ALL)
    assert alone["precision"] == [0.5, 0.5, 0.5]
    held = [f"held-{n}" for n in range(200) if is_held_back(f"held-{n}")]
    mixed = [scored(one, hits=Hits(n % 2, 1 - n % 2, 0)) for n, one in enumerate(held)]
    point, low, high = row(figures(mixed), by="all", kind="topic", tag_id=ALL)["precision"]
    assert low < point < high
    assert figures(mixed) == figures(mixed)


def test_cells_of_source_kind_and_year_sum_to_the_whole():
    rows = figures([scored(hits=Hits(1, 0, 0), year=year) for year in ("2023", "2024", "2024")])
    years = {one["value"]: one["n"] for one in rows if one["by"] == "year" and one["kind"] == "topic"}
    assert years == {"2023": 1, "2024": 2}
    assert row(rows, by="source", value="Letter", kind="topic")["n"] == 3


def test_share_error_is_the_share_given_minus_the_share_labelled_in_points():
    cell = [scored(hits=Hits(0, 0, 0), labelled="vision" if n < 9 else "", tagged="vision") for n in range(30)]
    errors = share_errors(cell)
    assert row(errors, source="Letter", year="2024", topic="vision") == {
        "text_kind": "full",
        "source": "Letter",
        "year": "2024",
        "topic": "vision",
        "stories": 30,
        "labelled": 9,
        "tagged": 30,
        "error_points": 70.0,
    }
    assert share_errors(cell[:29]) == []


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    """A label of a story whose text names one of two organizations and one of two regions."""
    names = [{"name": name, "surfaces": [name], "role": "focus"} for name in ("Acme", "Beta")]
    regions = [{"code": code, "surfaces": [code], "role": "focus"} for code in ("FR", "US")]
    label = {"id": "a#1", "topics": ["vision"], "orgs": names, "regions": regions}
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(label) + "\n" + json.dumps({"id": "a#2", "is_story": False}) + "\n", encoding="utf-8")
    return path


def texts(path: Path, **more: str) -> Path:
    path.write_text(json.dumps({"id": "a#1", "title": "Acme in France", "text": None} | more) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("kind", "asked"), [("abstract", ["Acme", "FR"]), ("full", ["Acme", "Beta", "FR", "US"])])
def test_abstract_is_asked_only_for_what_stands_in_it(gold_file: Path, tmp_path: Path, kind: str, asked: list[str]):
    stories = texts(tmp_path / "stories.jsonl", text_kind=kind)
    names = {"FR": "France", "US": "United States"}
    (story,) = read_gold(gold_file, stories=stories, seeds=tmp_path, region_names=names).stories
    assert [name.key for name in (*story.organizations, *story.regions) if name.asked] == asked
    assert (story.source, story.year, story.kind) == ("unknown", "unknown", kind)


@pytest.fixture(scope="module")
def scorer() -> Any:
    path = SHARED / "score.py"
    if not path.is_file():
        pytest.skip(f"needs {path}")
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared
def test_figures_on_held_back_full_texts_are_those_of_the_scorer(scorer: Any):
    labels = SHARED / "labels" / "labels.jsonl"
    names = {code: region.name for code, region in load_lexicon(SEEDS).regions.items()}
    read = read_gold(labels, stories=SHARED / "corpus" / "stories.jsonl", seeds=SEEDS, region_names=names)
    held = [story for story in read.stories if is_held_back(story.document)]
    tagger = build_tagger(SEEDS)
    rows = figures(evaluate(tagger, held, on_progress=lambda done, total: None))
    wanted = {story.text.id for story in held}
    gold = {line["id"]: line for _, line in read_lines(labels) if line["id"] in wanted}
    tagged = {tags.id: tags_row(tags) for tags in tagger.tag(story.text for story in held)}
    expected = scorer.score(gold, tagged)
    plural = {"topic": "topics", "organization": "organizations", "region": "regions"}
    for measure in MEASURES:
        found = row(rows, part=UNSEEN, by="all", kind=measure, tag_id=ALL)
        figure = expected[plural.get(measure, measure)]
        assert [found[name][0] for name in ("precision", "recall", "f1")] == [round(value, 4) for value in figure]


def held_documents(number: int) -> list[str]:
    """That many documents which are held back."""
    names = (f"letter-{at}" for at in range(1000))
    return [name for name in names if is_held_back(name)][:number]


@pytest.mark.parametrize(
    ("stories", "documents", "said"),
    [(14, 5, f"14  {TOO_FEW}"), (15, 4, f"15  {TOO_FEW}"), (15, 5, "15  1.000 1.000–1.000")],
)
def test_text_says_too_few_below_fifteen_labels_or_five_documents(stories: int, documents: int, said: str):
    """A bootstrap over two documents would look certain."""
    names = held_documents(documents)
    cell = [scored(names[at % documents], hits=Hits(1, 0, 0)) for at in range(stories)]
    text = as_text(Evaluation(Path("gold"), stories, documents, 3, figures(cell), share_errors(cell)))
    assert f"topics                         {said}" in text
    assert "3 labels have no story among the texts" in text
    assert "Out of fold: none" in text
