"""The measuring of a tagger: parts, cells, intervals and the error of shares, and that it agrees with the scorer."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from etl.evaluate import Evaluation, evaluate, quality_rows
from etl.evaluate_print import as_text
from etl.figures import differences, figures
from etl.gold import read_lines
from etl.gold_stories import GoldStory, read_gold
from etl.lexicon.load import load_lexicon
from etl.model import StoryText
from etl.quality import ALL, Hits, Row
from etl.scored import ABSTRACT, NAMES, OUT_OF_FOLD, UNSEEN, WHOLE, Scored
from etl.shares import calibration, charted_shares, share_errors, share_summary
from etl.shares_print import TOO_FEW
from etl.tag_lines import tags_row
from etl.tagger.pipeline import build_tagger
from etl.tagger.topic_model import is_held_back

PROJECT = Path(__file__).resolve().parents[1]
SEEDS = PROJECT / "seeds"
SHARED = PROJECT.parent / "shared"


def scored(
    document: str = "letter",
    *,
    hits: Hits = Hits(0, 0, 0),  # noqa: B008 - it is frozen
    part: str = UNSEEN,
    kind: str = "full",
    year: str = "2024",
    labelled: str = "vision",
    read: str | None = None,
    tagged: str = "vision",
    **more: Any,
) -> Scored:
    """A story with these hits for topics and none else; `read` are the topics as its abstract reads."""
    reading = None if read is None else frozenset(read.split())
    topics = (frozenset(labelled.split()), frozenset(tagged.split()))
    text = StoryText(f"{document}#1", "", "")
    story = GoldStory(text, kind, "Letter", year, topics[0], (), (), reading)
    every = {(measure, ALL): Hits(0, 0, 0) for measure in NAMES}
    every |= {
        (measure, tag): hits for measure in (WHOLE, *([ABSTRACT] * (read is not None))) for tag in (ALL, "vision")
    }
    return Scored(story, part, topics[1], every | more.get("names", {}), more.get("scores", {}))


def row(rows: list[Row], **wanted: object) -> Row:
    (found,) = [one for one in rows if wanted.items() <= one.items()]
    return found


def test_parts_have_figures_of_their_own():
    rows = figures([scored(hits=Hits(1, 0, 0)), scored(hits=Hits(0, 0, 1), part=OUT_OF_FOLD)])
    assert row(rows, part=UNSEEN, by="all", kind="topic", tag_id=ALL)["recall"][0] == 1
    assert row(rows, part=OUT_OF_FOLD, by="all", kind="topic", tag_id=ALL)["recall"][0] == 0


def test_figures_follow_from_the_counts():
    found = row(figures([scored(hits=Hits(6, 2, 4))]), by="all", kind="topic", tag_id="vision")
    assert (found["n"], found["precision"][0], found["recall"][0], found["f1"][0]) == (10, 0.75, 0.6, 0.6667)


def test_one_document_has_no_spread_and_several_that_differ_have():
    alone = row(figures([scored(hits=Hits(1, 1, 0)) for _ in range(40)]), by="all", kind="topic", tag_id=ALL)
    assert alone["precision"] == [0.5, 0.5, 0.5]
    mixed = [scored(f"letter-{n}", hits=Hits(n % 2, 1 - n % 2, 0)) for n in range(40)]
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
        "against": WHOLE,
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


def test_topics_of_abstracts_are_taken_on_the_stories_that_were_read_so():
    rows = figures([scored("a", hits=Hits(1, 0, 0), kind="abstract", read="vision"), scored("b", hits=Hits(0, 1, 0))])
    found = row(rows, by="all", kind=ABSTRACT, tag_id=ALL)
    assert (found["stories"], found["documents"], found["precision"][0]) == (1, 1, 1.0)
    assert row(rows, by="all", kind=WHOLE, tag_id=ALL)["stories"] == 2


def test_shares_are_held_against_both_readings():
    cell = [scored(kind="abstract", labelled="vision", read="", tagged="vision") for _ in range(30)]
    errors = {one["against"]: one["error_points"] for one in share_errors(cell) if one["year"] == one["source"] == ALL}
    assert errors == {WHOLE: 0.0, ABSTRACT: 100.0}


def test_summary_of_shares_names_wide_cells_that_are_too_far_off():
    tagged = ["vision"] * 6 + [""] * 94
    cells = [scored(labelled="", tagged=one, year=year) for year in ("2023", "2024") for one in tagged]
    cells += [scored(labelled="", tagged="vision", year="2025") for _ in range(99)]
    (found,) = share_summary(share_errors(cells))
    assert found["mean_absolute"] == found["by_source"]["Letter"] == round(100 * 111 / 299, 2)
    assert [(one["year"], one["error_points"]) for one in found["too_far"]] == [
        (ALL, 37.12),
        ("2023", 6.0),
        ("2024", 6.0),
    ]
    assert "mean absolute 37.12 over topics and sources, above 1.5 (Letter 37.12)" in text_of(cells)
    assert "Letter, 2023 vision +6.0 (100)" in text_of(cells)


def test_charted_shares_hold_the_counts_of_each_topic():
    cell = [scored(labelled="vision", tagged="vision agents" if n else "") for n in range(30)]
    found = row(charted_shares(share_errors(cell)), source="Letter", year="2024")
    assert (found["stories"], found["labelled"], found["tagged"]) == (
        30,
        {"agents": 0, "vision": 30},
        {"agents": 29, "vision": 29},
    )


def test_scores_are_binned_by_tenths_and_kind_of_text():
    scores = [{"vision": 0.7, "agents": 0.05}, {"vision": 0.79}, {"vision": 1.0}]
    found = calibration([scored(scores=one, labelled="vision" if n else "") for n, one in enumerate(scores)])
    assert [(one["low"], one["high"], one["n"], one["right"], one["mean_score"]) for one in found] == [
        (0.0, 0.1, 1, 0, 0.05),
        (0.7, 0.8, 2, 1, 0.745),
        (0.9, 1.0, 1, 1, 1.0),
    ]


def both_parts(right: int, learned: int) -> list[Scored]:
    """Twenty stories of each part, each a document; of the unseen and of the others so many are tagged right."""
    rights = ((UNSEEN, right), (OUT_OF_FOLD, learned))
    return [
        scored(f"{part}-{n}", hits=Hits(n < good, 0, n >= good), part=part) for part, good in rights for n in range(20)
    ]


def test_difference_between_the_parts_is_clear_only_where_its_range_leaves_zero():
    (far,) = [one for one in differences(both_parts(19, 5)) if one["kind"] == WHOLE]
    assert far["difference"][0] == pytest.approx(38 / 39 - 10 / 25, abs=1e-4)
    assert far["clear"]
    (near,) = [one for one in differences(both_parts(16, 15)) if one["kind"] == WHOLE]
    assert near["difference"][1] < 0 < near["difference"][2]
    assert not near["clear"]
    assert "no clear difference" in text_of(both_parts(16, 15))
    assert "no clear difference" not in text_of(both_parts(19, 5))


def test_parts_that_are_too_small_are_not_compared():
    assert differences(both_parts(19, 5)[:-6]) == []
    assert "can't be compared" in text_of(both_parts(19, 5)[:-6])


def test_written_rows_are_of_unseen_stories_topics_by_the_abstract_and_names_with_enough_labels():
    names = {("organization", "acme"): Hits(0, 0, 1), ("organization", "beta"): Hits(1, 0, 0)}
    stories = [
        scored(
            kind="abstract",
            hits=Hits(1, 0, 0),
            read="vision",
            names=names if n else names | {("region", "FR"): Hits(1, 0, 0)},
        )
        for n in range(15)
    ]
    stories += [scored(kind="abstract", hits=Hits(0, 1, 0), part=OUT_OF_FOLD, names=names)]
    rows = list(quality_rows(stories, ("vision", "agents")))
    assert [(one["kind"], one["tag_id"], one["n"], one["true_positive"]) for one in rows] == [
        ("topic", ALL, 15, 15),
        ("topic", "vision", 15, 15),
        ("topic", "agents", 0, 0),
        ("organization", ALL, 0, 0),
        ("organization", "acme", 15, 0),
        ("organization", "beta", 15, 15),
        *((name, ALL, 0, 0) for name in NAMES[1:]),
    ]


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
    for measure in (WHOLE, *NAMES):
        found = row(rows, part=UNSEEN, by="all", kind=measure, tag_id=ALL)
        figure = expected[plural.get(measure, measure)]
        assert [found[name][0] for name in ("precision", "recall", "f1")] == [round(value, 4) for value in figure]


def text_of(stories: list[Scored], *, every: bool = False) -> str:
    """What is printed of these stories."""
    shares, rows = share_errors(stories), figures(stories)
    found = Evaluation(Path("gold"), len(stories), 9, 3, rows, differences(stories), shares, calibration(stories), [])
    return as_text(found, every=every)


def test_text_shows_the_most_labelled_names_or_all():
    names = {("organization", f"firm-{n:02d}"): Hits(n, 0, 0) for n in range(1, 31)}
    cell = [scored(f"letter-{n}", names=names) for n in range(5)]
    text = text_of(cell)
    assert "firm-30                             150  1.000 1.000–1.000" in text
    assert "firm-06" in text
    assert "firm-05" not in text
    assert "5 more with --all" in text
    assert "firm-01                               5  too few to measure: 5 right, 0 wrong, 0 missed" in text_of(
        cell, every=True
    )


@pytest.mark.parametrize(
    ("stories", "documents", "said"),
    [(14, 5, f"14  {TOO_FEW}"), (15, 4, f"15  {TOO_FEW}"), (15, 5, "15  1.000 1.000–1.000")],
)
def test_text_says_too_few_below_fifteen_labels_or_five_documents(stories: int, documents: int, said: str):
    """A bootstrap over two documents would look certain."""
    text = text_of([scored(f"letter-{at % documents}", hits=Hits(1, 0, 0)) for at in range(stories)])
    assert f"topics                                 {said}" in text
    assert "3 labels have no story among the texts" in text
    assert "Out of fold: none" in text
