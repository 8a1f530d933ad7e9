"""The explanation of a story's tags as text, beside a golden file; and what highlights do."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.errors import AinewsError
from etl.explain import Explained, explain, merged, read_story
from etl.publish import current_snapshot

GOLDEN = Path(__file__).parent / "golden" / "explain.txt"
STORY = {
    "story_id": "7bd2993351cd4967",
    "external_id": "issue-1#1",
    "source": "The Weekly",
    "day": "2024-01-03",
    "title": "Chatbots sing in Lyon",
    "body": "A chatbot by Studio Nord sings in a language model's voice; no camera was used.",
    "url": "https://weekly.example/issues/issue-1/",
    "text_kind": "abstract",
    "form": "news",
    "tagger": "0.1.0+cafe0000",
}


def tag(kind: str, key: str, name: str, **values: object) -> dict[str, object]:
    rest = {"score": None, "threshold": None, "vetoed": False, "role": None, "known": True}
    return {"kind": kind, "id": key, "name": name} | rest | values


def evidence(kind: str, key: str, field: str, words: str, weight: float | None = None) -> dict[str, object]:
    start = STORY["title" if field == "title" else "body"].index(words)
    place = {"field": field, "start_char": start, "end_char": start + len(words), "weight": weight}
    return {"kind": kind, "tag_id": key} | place


@pytest.fixture
def explained() -> Explained:
    """A story with a topic, two near misses (one vetoed), two organizations and a region."""
    tags = (
        tag("topic", "chat", "Chat", score=0.9312),
        tag("near", "language", "Language models", score=0.41, threshold=0.5),
        tag("near", "vision", "Computer vision", score=0.8, threshold=0.5, vetoed=True),
        tag("organization", "acme", "Acme", role="source"),
        tag("organization", "x:studio nord", "Studio Nord", role="focus", known=False),
        tag("region", "FR", "France", role="mention"),
    )
    spans = (
        evidence("topic", "chat", "title", "Chatbots", 2.5),
        evidence("topic", "chat", "text", "chatbot", 1.25),
        evidence("topic", "chat", "text", "bot by", -0.5),
        evidence("near", "language", "text", "language model", 1.1),
        evidence("near", "vision", "text", "camera", 3.0),
        evidence("veto", "vision", "text", "no camera"),
        evidence("organization", "x:studio nord", "text", "Studio Nord"),
        evidence("region", "FR", "title", "Lyon"),
    )
    return Explained(STORY, tags, spans)


def test_explanation_reads_like_the_golden_file(explained: Explained):
    assert explain(explained) == GOLDEN.read_text(encoding="utf-8")


def test_highlights_mark_what_speaks_for_a_tag_once_and_nothing_else(explained: Explained):
    lines = explain(explained, mark="[{}]".format).splitlines()
    assert lines[0] == "[Chatbots] sing in [Lyon]"
    assert lines[4] == "A [chatbot by] [Studio Nord] sings in a language model's voice; no camera was used."


def test_story_without_text_or_tags_says_none():
    text = explain(Explained(STORY | {"body": "", "external_id": None, "url": None}, (), ()))
    assert text.splitlines()[1:3] == [
        "The Weekly · 2024-01-03",
        "7bd2993351cd4967 · abstract · tagged by 0.1.0+cafe0000",
    ]
    assert text.count("  none") == 4


@pytest.mark.parametrize(
    ("spans", "result"),
    [
        ([], []),
        ([(4, 6), (0, 2)], [(0, 2), (4, 6)]),
        ([(0, 4), (2, 6)], [(0, 6)]),
        ([(0, 2), (2, 4)], [(0, 4)]),
        ([(0, 9), (2, 4)], [(0, 9)]),
    ],
)
def test_spans_that_touch_or_overlap_become_one(spans, result):
    assert merged(spans) == result


@pytest.mark.parametrize("column", ["story_id", "external_id"])
def test_story_is_found_by_either_id(published_snapshot, snapshot_rows, column: str):
    ((key,),) = snapshot_rows(f"SELECT {column} FROM story WHERE external_id = 'issue-1#1'")
    found = read_story(current_snapshot(published_snapshot), published_snapshot, key)
    assert found.story["title"] == "Chatbots learn to sing"
    assert [(row["kind"], row["id"]) for row in found.tags] == [
        ("organization", "acme"),
        ("region", "FR"),
        ("topic", "chat"),
    ]
    assert "“Chatbot”  title 0–7  +1.50" in explain(found)


def test_unknown_story_is_an_error_that_says_what_to_give(published_snapshot):
    with pytest.raises(AinewsError, match=r"no story 'nope' in snapshot .*; give its story_id or external_id"):
        read_story(current_snapshot(published_snapshot), published_snapshot, "nope")
