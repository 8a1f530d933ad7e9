"""Ids stay the same when a run is repeated, in any order, on any machine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etl.identity import canonical_address, document_hash, normalized_title, piece_hash, story_id, story_keys
from etl.model import Document, Part, Piece, RejectedPiece


def issue(*titles: str, **fields: object) -> Document:
    values = {"source_id": "weekly", "document_id": "weekly/issue-1", "address": "https://weekly.example/issue-1/"}
    values |= {"published": None, "day": None, "date_from": "document", "text_kind": "full"}
    return Document(**(values | {"pieces": tuple(Piece(title, "") for title in titles)} | fields))


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("HTTP://WWW.Example.org:80/a/", "https://example.org/a"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a?b=2&utm_source=x&a=1#part", "https://example.org/a?a=1&b=2"),
        ("https://example.org/a?fbclid=1&gclid=2&mc_cid=3", "https://example.org/a"),
        ("https://example.org/a?id=7&ref=home", "https://example.org/a?id=7&ref=home"),
        ("https://example.org:8443//a///b", "https://example.org:8443/a/b"),
        ("https://example.org/%7Euser/caf%C3%A9", "https://example.org/~user/caf%C3%A9"),
        ("https://example.org/~user/café", "https://example.org/~user/caf%C3%A9"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("  https://example.org/a  ", "https://example.org/a"),
        ("http://[2001:db8::1]:80/a", "https://[2001:db8::1]/a"),
        ("mailto:desk@example.org", "mailto:desk@example.org"),
        ("https://example.org:port/", "https://example.org:port/"),
    ],
)
def test_spellings_of_an_address_are_one(address: str, canonical: str):
    assert canonical_address(address) == canonical


_PARTS = st.text(alphabet="aZ09/.%?&=#:@+-_~ éß[]\\\ud800;www", max_size=30)


@given(st.one_of(_PARTS, _PARTS.map("http://".__add__), _PARTS.map("https://www.example.org/".__add__)))
@example("https://www.www.example.org/")
@example("https://example.org/%252F%2F")
@example("https://example.org/?a=%26&&b")
def test_canonical_address_is_idempotent(address: str):
    once = canonical_address(address)
    assert canonical_address(once) == once


@pytest.mark.parametrize(
    ("title", "normalized"),
    [
        ("  Roll Over,  Beyoncé ", "roll over beyonce"),
        ("Asia’s AI Advantage", "asia s ai advantage"),
        ("STRASSE", "strasse"),
        ("…", "..."),
    ],
)
def test_titles_are_compared_without_what_editors_change(title: str, normalized: str):
    assert normalized_title(title) == normalized


def test_story_id_is_the_same_on_every_machine():
    assert story_id("the-batch", "the-batch/issue-38", "fake detector") == "7bd2993351cd4967"


@given(st.lists(st.text(max_size=6), min_size=3, max_size=3), st.lists(st.text(max_size=6), min_size=3, max_size=3))
@example(["a", "b/c", ""], ["a", "b", "/c"])
@example(['a","b', "c", ""], ["a", 'b","c', ""])
def test_different_triples_have_different_ids(one: list[str], other: list[str]):
    assert (story_id(*one) == story_id(*other)) == (one == other)


def test_stories_of_an_issue_are_known_by_their_titles():
    assert story_keys(issue("Fake Detector", "Seeing Sea Plastic")) == ["fake detector", "seeing sea plastic"]


def test_title_that_an_issue_repeats_gets_a_number_that_no_title_can_have():
    assert story_keys(issue("News", "News", "News 2", "news!")) == ["news", "news#2", "news 2", "news#3"]


def test_document_of_one_addressed_story_is_known_by_its_address():
    page = issue("Any title", address="http://press.example/a?utm_source=x", document_id="https://press.example/a")
    assert story_keys(page) == ["https://press.example/a"]


def test_issue_of_one_story_is_still_known_by_the_title():
    assert story_keys(issue("Only One")) == ["only one"]


@given(st.lists(st.sampled_from(["A", "a!", "B", "#", "A#2", "…", ""]), max_size=8))
def test_keys_within_an_issue_differ(titles: list[str]):
    assert len(set(story_keys(issue(*titles)))) == len(titles)


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Other"},
        {"body": "Other"},
        {"url": "https://weekly.example/other"},
        {"section": "Other"},
        {"form": "letter"},
        {"captions": ("Other",)},
        {"parts": (Part("results", "Results", "Other"),)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_every_change_of_a_piece_is_noticed(changed: dict[str, object]):
    piece = Piece("Title", "Body")
    assert piece_hash(replace(piece, **changed)) != piece_hash(piece)


def test_every_change_of_a_document_is_noticed():
    document = issue("One", "Two")
    others = [
        issue("Two", "One"),
        replace(document, address=None),
        replace(document, text_kind="digest"),
        replace(document, external_ids=("a", "b")),
        replace(document, rejected=(RejectedPiece("footer", "Bye", 9),)),
        replace(document, issue_number=2),
        replace(document, language="de"),
    ]
    assert len({document_hash(other) for other in [document, *others]}) == len(others) + 1


def test_line_numbers_of_adverts_do_not_make_an_issue_changed():
    one, other = (issue("One", rejected=(RejectedPiece("footer", "Bye", line),)) for line in (9, 10))
    assert document_hash(one) == document_hash(other)
