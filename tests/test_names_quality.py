"""How good the shipped organizations and regions are on the shipped labels; falls when the tagger gets worse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etl.evaluate import QUALITY, UNSEEN, evaluate, figures
from etl.gold_stories import read_gold
from etl.lexicon.load import load_lexicon
from etl.quality import ALL, Row
from etl.tagger.pipeline import build_tagger
from etl.tagger.topic_model import is_held_back
from etl.train import LABELS

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
MEASURED_F1 = {"organization": 0.943, "region": 0.977}
COUNTS = ("n", "true_positive", "false_positive", "false_negative")


@pytest.fixture(scope="module")
def measured() -> dict[str, Row]:
    """The totals of each measure on the held-back abstracts of the archive."""
    names = {code: region.name for code, region in load_lexicon(SEEDS).regions.items()}
    stories = read_gold(SEEDS / LABELS, stories=None, seeds=SEEDS, region_names=names).stories
    held = [story for story in stories if is_held_back(story.document)]
    assert len(held) == 309
    rows = figures(evaluate(build_tagger(SEEDS), held, on_progress=lambda done, total: None))
    return {row["kind"]: row for row in rows if row["part"] == UNSEEN and row["by"] == "all" and row["tag_id"] == ALL}


@pytest.mark.parametrize("kind", MEASURED_F1)
def test_held_back_abstracts_are_tagged_as_well_as_measured(measured: dict[str, Row], kind: str):
    assert measured[kind]["f1"][0] >= MEASURED_F1[kind] - 0.02


@pytest.mark.parametrize("kind", ["organization", "organization_focus", "region", "region_focus"])
def test_shipped_figures_are_those_of_the_shipped_names(measured: dict[str, Row], kind: str):
    rows = json.loads((SEEDS / QUALITY).read_text(encoding="utf-8"))["rows"]
    by_text = {row["text_kind"]: row for row in rows if (row["kind"], row["tag_id"]) == (kind, ALL)}
    assert set(by_text) == {"abstract", "full"}
    remedy = "names changed: measure anew with `ainews evaluate seeds/labels/labels.jsonl --write`, and the full texts"
    assert [by_text["abstract"][name] for name in COUNTS] == [measured[kind][name] for name in COUNTS], remedy
