"""The splitter on the issue that the project ships, on issues of other years and markups, and on degenerate ones."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from etl.model import Issue, Piece
from etl.newsletter import markup_of, split_issue

PROJECT = Path(__file__).resolve().parents[1]
SEED = PROJECT / "seeds" / "newsletters" / "000_f4227efbd8a9669e.txt"
ISSUES = Path(__file__).resolve().parent / "newsletters"
GOLDEN = ["plain-2019.txt", "html-2023.html", "html-2026.html", "draft.md", "crlf.txt"]

BEYONCE = ["What’s new", "How it works", "Results", "Behind the news", "Why it matters", "We’re thinking"]
# Title, section, caption, headings of the parts: read off the issue by eye.
SEED_STORIES: list[tuple[str, str | None, str | None, list[str]]] = [
    (
        "Letter: There has been a lot of excitement about the idea of using deep learning to diagnose",
        None,
        "Two partial images of a retina",
        [],
    ),
    ("New Machine Learning Resources", "Covid-19 Watch", None, []),
    ("Roll Over, Beyoncé", None, "Series of images related to Jukebox, a deep learning system by OpenAI", BEYONCE),
    (
        "Fake Detector",
        None,
        "Examples of recognition of real and fake images",
        ["What’s new", "Key insight", "How it works", "Results", "Yes, but", "Why it matters", "We’re thinking"],
    ),
    (
        "Triage for Pandemic Patients",
        None,
        "Animated pie chart",
        ["What’s new", "How it works", "Fast Track", "Yes, but", "Why it matters", "We’re thinking"],
    ),
    ("Seeing Sea Plastic", None, "Beaches buried in plastic and garbage", BEYONCE),
    (
        "RL and Feature Extraction Combined",
        None,
        "Data and information related to Contrastive Unsupervised Representations for Reinforcement Learning (CURL)",
        ["What’s new", "Key insight", "How it works", "Results", "Why it matters", "We’re thinking"],
    ),
    (
        "Asia’s AI Advantage",
        None,
        "Map of Asia with AI letters inside a location icon",
        [
            "What’s new",
            "What they found",
            "Data-driven growth",
            "Behind the news",
            "Why it matters",
            "We’re thinking",
        ],
    ),
]


@pytest.fixture(scope="module")
def seed_issue() -> Issue:
    return split_issue(SEED.read_bytes().decode("utf-8"), markup="text")


def story(issue: Issue, title: str) -> Piece:
    return next(piece for piece in issue.pieces if piece.title == title)


def test_seed_issue_is_its_eight_stories_in_order(seed_issue: Issue):
    found = [
        (piece.title, piece.section, piece.captions[0] if piece.captions else None, [p.heading for p in piece.parts])
        for piece in seed_issue.pieces
    ]
    assert found == SEED_STORIES
    assert [piece.form for piece in seed_issue.pieces] == ["letter", *["news"] * 7]
    assert all(len(piece.captions) <= 1 and piece.url is None for piece in seed_issue.pieces)


def test_seed_advert_and_footer_are_set_apart_with_their_lines(seed_issue: Issue):
    assert [(piece.reason, piece.line, piece.text.split(".")[0]) for piece in seed_issue.rejected] == [
        ("promotion", 105, "Build a machine learning algorithm to diagnose chest x-rays and 3D MRI brain images"),
        (
            "footer",
            181,
            "Subscribe to The Batch\n\nStay updated with weekly AI News and Insights delivered to your inbox",
        ),
    ]


def test_seed_letter_is_everything_between_greeting_and_sign_off(seed_issue: Issue):
    text = SEED.read_text(encoding="utf-8")
    between = text[len("Dear friends,") : text.index("Keep learning!")]
    expected = between.replace("Two partial images of a retina\n", "").replace("  •", "•").strip()
    assert seed_issue.pieces[0].body == expected
    assert expected.count("\n• ") == 3


def test_seed_resources_keep_their_three_items(seed_issue: Issue):
    body = story(seed_issue, "New Machine Learning Resources").body
    assert re.findall(r"^• ([^:]+):", body, re.MULTILINE) == [
        "Coronavirus Query Dataset",
        "Finding Molecules With Machine Learning",
        "Finally, One Place for Models",
    ]


def test_seed_captions_and_advert_are_in_no_body_and_no_part(seed_issue: Issue):
    told = "\n".join(piece.body + "\n".join(part.text for part in piece.parts) for piece in seed_issue.pieces)
    apart = [caption for piece in seed_issue.pieces for caption in piece.captions]
    assert len(apart) == 7
    assert [text for text in [*apart, "Enroll in", "Keep learning!", "Dear friends", "Subscribe"] if text in told] == []


def test_label_on_a_line_of_its_own_joins_its_text(seed_issue: Issue):
    piece = story(seed_issue, "RL and Feature Extraction Combined")
    said = "We’ve been excited about self-supervised learning for some time and are glad to see these techniques"
    assert piece.parts[-1].label == "were_thinking"
    assert piece.parts[-1].text.startswith(said)
    assert f"\n\nWe’re thinking: {said}" in piece.body


def test_a_part_holds_its_bullets_and_the_body_its_labels(seed_issue: Issue):
    piece = story(seed_issue, "Roll Over, Beyoncé")
    part = {part.label: part.text for part in piece.parts}["behind_the_news"]
    assert part.count("\n• ") == 3
    assert f"Behind the news: {part}\n\nWhy it matters: " in piece.body


@pytest.mark.parametrize("name", GOLDEN)
def test_issue_of_another_year_or_markup_splits_as_its_golden_file_says(name: str):
    path = ISSUES / name
    golden = json.loads(path.with_name(f"{name}.json").read_text(encoding="utf-8"))
    markup = markup_of(path.suffix)
    assert markup is not None
    assert as_json(split_issue(path.read_bytes().decode("utf-8"), markup=markup)) == golden


def as_json(issue: Issue) -> Any:
    return json.loads(json.dumps(asdict(issue)))


def test_the_issue_with_windows_line_ends_has_them():
    assert b"\r\n" in (ISSUES / "crlf.txt").read_bytes()


@pytest.mark.parametrize("markup", ["text", "html", "markdown"])
@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff"])
def test_empty_issue_has_neither_stories_nor_rejects(text: str, markup: Any):
    assert split_issue(text, markup=markup) == Issue(())


def test_footer_alone_is_rejected_as_a_footer():
    issue = split_issue("Subscribe to The Tensor\n\nStay updated with our letters", markup="text")
    assert issue.pieces == ()
    assert [(piece.reason, piece.line) for piece in issue.rejected] == [("footer", 1)]


def test_letter_alone_is_one_piece():
    issue = split_issue("Dear friends,\n\nIt rained. We built a roof.\n\nKeep building!\n\nAndrew\n", markup="text")
    assert issue == Issue((Piece("Letter: It rained", "It rained. We built a roof.", form="letter"),))


def test_prose_without_a_heading_is_rejected_for_want_of_a_title():
    issue = split_issue("It rained all week.\n\nThe sun came back on Monday.", markup="text")
    assert issue.pieces == ()
    assert [(piece.reason, piece.text) for piece in issue.rejected] == [
        ("no-title", "It rained all week.\n\nThe sun came back on Monday.")
    ]


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("Robots Rise\n\nChips Fall\n\nBots Balk\n", "text"),
        ("# Robots Rise\n\n# Chips Fall\n\n# Bots Balk\n", "markdown"),
        ("<h2>Robots Rise</h2><h2>Chips Fall</h2><h2>Bots Balk</h2>", "html"),
    ],
)
def test_titles_without_text_are_rejected_for_want_of_it(text: str, markup: Any):
    issue = split_issue(text, markup=markup)
    assert issue.pieces == ()
    assert [piece.reason for piece in issue.rejected] == ["no-text"]
    assert issue.rejected[0].text.split("\n\n") == ["Robots Rise", "Chips Fall", "Bots Balk"]


def test_sentence_case_title_opens_a_story_after_a_closed_one():
    text = (
        "Robots rise again\n\nA lead.\n\nWhat's new: One.\n\nWe're thinking: Two.\n\n"
        "A robot on a chair\n\nChips fall below a dollar\n\nA lead.\n\nWhat's new: Three.\n\nWe're thinking: Four."
    )
    issue = split_issue(text, markup="text")
    assert [(piece.title, piece.captions) for piece in issue.pieces] == [
        ("Robots rise again", ()),
        ("Chips fall below a dollar", ("A robot on a chair",)),
    ]


def test_picture_between_title_and_text_is_a_caption():
    text = "Robots Rise\n\nA robot on a chair\n\nA lead.\n\nWhat's new: One.\n\nBars of two colors\n\nResults: Two."
    issue = split_issue(text, markup="text")
    assert [(piece.title, piece.captions) for piece in issue.pieces] == [
        ("Robots Rise", ("A robot on a chair", "Bars of two colors"))
    ]


def test_lines_without_blank_ones_between_split_too():
    long = "The arm stacks two hundred chairs an hour, which is as many as the whole night shift used to stack by hand."
    text = f"Robots Rise\n{long}\nWhat's new: One.\nWe're thinking: Two.\nChips Fall\n{long}\nWhat's new: Three."
    issue = split_issue(text, markup="text")
    assert [(piece.title, len(piece.parts)) for piece in issue.pieces] == [("Robots Rise", 2), ("Chips Fall", 1)]


@pytest.mark.parametrize(
    ("opening", "title"),
    [
        ("It rained: a lot, they say.", "It rained"),
        ("The U.S. Government paid Dr. Holm. He knits.", "The U.S. Government paid Dr. Holm"),
        ("Is it raining? Yes.", "Is it raining?"),
        ("x" * 95, "x" * 90),
        (" ".join(["seven77"] * 12), " ".join(["seven77"] * 11)),
    ],
)
def test_letter_is_titled_by_its_first_sentence_without_cutting_a_word(opening: str, title: str):
    issue = split_issue(f"Dear friends,\n\n{opening}\n\nKeep building!", markup="text")
    assert [piece.title for piece in issue.pieces] == [f"Letter: {title}"]


def test_postscript_stays_in_the_letter():
    issue = split_issue("Dear friends,\n\nIt rained.\n\nKeep dry!\n\nAndrew\n\nP.S. Bring boots.", markup="text")
    assert [piece.body for piece in issue.pieces] == ["It rained.\n\nP.S. Bring boots."]


def test_section_of_a_higher_heading_level_and_a_listed_one():
    issue = split_issue("# News\n\n# A\n\nOne.\n\n# B\n\nTwo.\n\n# Odd Corner\n\n# C\n\nThree.\n", markup="markdown")
    assert [(piece.title, piece.section) for piece in issue.pieces] == [
        ("A", "News"),
        ("B", "News"),
        ("C", "Odd Corner"),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<h1>Robots Rise<p>They do.",
        "<p><h1>Robots Rise</h2>They do.</div>",
        "<!DOCTYPE html><![x<h1>Robots Rise</h1>They do.",
        "<?xml version='1.0'?><h1>Robots Rise</h1>They do.",
        "<h1>Robots Rise</h1>" + "<div>" * 5000 + "They do.",
    ],
    ids=["unclosed", "crossed", "declaration", "xml", "deep"],
)
def test_malformed_html_is_read_as_far_as_it_goes(html: str):
    told = split_issue(html, markup="html")
    everything = [piece.title + piece.body for piece in told.pieces] + [piece.text for piece in told.rejected]
    assert "Robots Rise" in "".join(everything)
    assert "They do." in "".join(everything)


def test_html_that_looks_like_an_address_or_a_path_is_text():
    assert [p.text for p in split_issue("https://example.org/a", markup="html").rejected] == ["https://example.org/a"]
