"""The splitter on whole issues of the publisher's feed. The golden file holds hashes, since the titles are theirs."""

from __future__ import annotations

import hashlib
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from etl.newsletter import read_lines, split_issue

FEED = Path(__file__).resolve().parents[1].parent / "shared" / "feeds" / "the-batch" / "issues-347-363.xml"
GOLDEN = Path(__file__).resolve().parent / "newsletters" / "feed-347-363.json"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FEED.exists(), reason=f"needs {FEED.name} in ../shared/feeds/the-batch"),
]


@pytest.fixture(scope="module")
def issues() -> dict[int, str]:
    """The issues' HTML by number."""
    items = ET.parse(FEED).getroot().iter("item")
    texts = [((item.findtext("link") or "").rstrip("/"), item.findtext(CONTENT) or "") for item in items]
    return {int(link.rpartition("-")[2]): text for link, text in texts}


def hashes(titles: list[str]) -> list[str]:
    return [hashlib.sha256(title.encode()).hexdigest()[:12] for title in titles]


def test_every_issue_has_the_stories_that_a_reader_counts(issues: dict[int, str]):
    golden = {entry["issue"]: entry["titles"] for entry in json.loads(GOLDEN.read_text(encoding="utf-8"))}
    split = {number: split_issue(text, markup="html").pieces for number, text in issues.items()}
    assert {number: hashes([piece.title for piece in pieces]) for number, pieces in split.items()} == golden
    assert len(golden) == 15
    assert {len(titles) for titles in golden.values()} == {5}


def test_every_story_has_its_labels_and_every_letter_comes_first(issues: dict[int, str]):
    for number, text in issues.items():
        letter, *stories = split_issue(text, markup="html").pieces
        assert letter.form == "letter", number
        assert {story.section for story in stories} == {"News"}, number
        for story in stories:
            labels = {part.label for part in story.parts}
            assert "why_it_matters" in labels, (number, story.title)
            assert labels & {"were_thinking", "results"}, (number, story.title)


def test_adverts_and_the_audio_player_are_no_stories(issues: dict[int, str]):
    reasons = {
        number: [piece.reason for piece in split_issue(text, markup="html").rejected] for number, text in issues.items()
    }
    assert {reason for found in reasons.values() for reason in found} == {"boilerplate", "promotion"}
    # Issue 363 has no advert.
    assert [number for number, found in reasons.items() if "promotion" not in found] == [363]


def test_the_same_issues_as_plain_text_have_the_same_stories(issues: dict[int, str]):
    for number, text in issues.items():
        lines = read_lines(text, markup="html")
        plain = "\n".join("Photo of a machine" if line.role == "caption" else line.text for line in lines)
        expected = [(piece.title, piece.body) for piece in split_issue(text, markup="html").pieces]
        assert [(p.title, p.body) for p in split_issue(plain, markup="text").pieces] == expected, number
