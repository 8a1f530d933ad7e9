"""Ids stay the same when a run is repeated, in any order, on any machine."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etl.catalog import load_sources
from etl.identity import canonical_address, document_hash, normalized_title, piece_hash, story_id, story_keys
from etl.model import Document, Part, Piece, RejectedPiece
from etl.settings import load_settings
from etl.sources.archive import read_archive

# Number of stories in the archives that ship, and a digest of their ids: these files do not change.
SHIPPED_IDS = (2172, "1b3cbf627be75d95")


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
        # Sites for telephones
        ("https://m.example.org/a", "https://example.org/a"),
        ("https://www.m.example.org/a", "https://example.org/a"),
        ("https://mobile.example.co.uk/a", "https://example.co.uk/a"),
        ("https://de.m.wikipedia.org/wiki/Roboter", "https://de.wikipedia.org/wiki/Roboter"),
        ("https://m.youtube.com/watch?v=abc&feature=shared", "https://youtube.com/watch?feature=shared&v=abc"),
        # AMP pages, and where they are kept
        (
            "https://amp.example.org/2024/05/16/robots-learn-to-fold",
            "https://example.org/2024/05/16/robots-learn-to-fold",
        ),
        ("https://example.org/robots-learn-to-fold/amp", "https://example.org/robots-learn-to-fold"),
        ("https://example.org/amp/news/2024/fold-16.html", "https://example.org/news/2024/fold-16.html"),
        ("https://example.org/fold.amp.html", "https://example.org/fold.html"),
        ("https://example.org/fold.amp", "https://example.org/fold"),
        ("https://example.org/fold?amp=1&id=7", "https://example.org/fold?id=7"),
        ("https://example.org/fold?outputType=amp", "https://example.org/fold"),
        ("https://www.google.com/amp/s/www.example.org/fold-16/amp/?x=1", "https://example.org/fold-16?x=1"),
        ("https://www-example-org.cdn.ampproject.org/c/s/www.example.org/fold.html", "https://example.org/fold.html"),
        ("https://example-org.cdn.ampproject.org/v/s/example.org/fold?amp_js_v=0.1#origin", "https://example.org/fold"),
        # Index pages
        ("https://example.org/blog/index.html", "https://example.org/blog"),
        ("https://example.org/index.php?p=12", "https://example.org/?p=12"),
        ("https://example.org/news/default.aspx", "https://example.org/news"),
        # More ways in which a reader came
        ("https://example.org/a?UTM_Source=x&smid=url-share&unlocked_article_code=1.a", "https://example.org/a"),
        ("https://example.org/a?st=Xy&reflink=share", "https://example.org/a"),
        ("https://example.org/a?id=7&amp;utm_source=x&amp;b=1", "https://example.org/a?b=1&id=7"),
        ("https://example.org:port/", "https://example.org:port/"),
    ],
)
def test_spellings_of_an_address_are_one(address: str, canonical: str):
    assert canonical_address(address) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://youtube.com/watch?v=abc", "https://youtube.com/watch?v=abd"),
        ("https://example.org/?p=1", "https://example.org/?p=2"),
        ("https://example.org/story.php?id=1", "https://example.org/story.php?id=2"),
        ("https://example.org/index.php?title=A", "https://example.org/index.php?title=B"),
        ("https://example.org/a?st=1", "https://example.org/a?st=2"),
        ("https://forum.example/?mod=viewthread", "https://forum.example/"),
        ("https://m.ai/a", "https://ai/a"),
        ("https://m.co.uk/a", "https://co.uk/a"),
        ("https://amp.dev/a", "https://dev/a"),
        ("https://amp.github.io/a", "https://github.io/a"),
        ("https://m.substack.com/p/a", "https://substack.com/p/a"),
        ("https://me.example.org/a", "https://example.org/a"),
        ("https://example.org/wiki/amp", "https://example.org/wiki"),
        ("https://example.org/shop/guitar-amp", "https://example.org/shop/guitar"),
        ("https://example.org/notes/amp.html", "https://example.org/notes"),
        ("https://example.org/amp", "https://example.org/"),
        ("https://example.org/amp/docs", "https://example.org/docs"),
        ("https://example.org/fold?amp=12", "https://example.org/fold"),
        ("https://example.org/reindex.html", "https://example.org/re"),
        ("https://google.com/amp/start", "https://start/"),
        ("https://example.org/a.html", "https://example.org/a"),
    ],
)
def test_two_pages_are_never_one(one: str, other: str):
    assert canonical_address(one) != canonical_address(other)


def test_ids_of_the_archives_and_issues_that_ship_are_theirs_for_ever():
    """Ids are made of the source and the issue's slug alone: no spelling of an address comes into them."""
    seeds = load_settings({}).seeds
    sources = load_sources(seeds)
    shipped = [d for s in sources.values() if s.archive for d in read_archive(seeds, s)]
    assert shipped
    for document in shipped:
        keys = story_keys(document)
        assert document.document_id.startswith(f"{document.source_id}/")
        assert not any(key.startswith("https://") for key in keys)
    ids = sorted(story_id(d.source_id, d.document_id, key) for d in shipped for key in story_keys(d))
    assert (len(ids), hashlib.sha256("".join(ids).encode()).hexdigest()[:16]) == SHIPPED_IDS


_PARTS = st.text(alphabet="aZ09/.%?&=#:@+-_~ éß[]\\\ud800;www", max_size=30)
_TRICKY = [
    "m.",
    "www.",
    "amp.",
    "mobile.",
    "google.com",
    "x.cdn.ampproject.org",
    "/amp",
    "/amp/s/",
    "/c/s/",
    "a.b",
    "a1",
]
_TRICKY += [
    "/index.html",
    "/",
    ".amp",
    ".html",
    "?",
    "&",
    "amp;",
    "amp=1",
    "st=1",
    "reflink=2",
    "utm_a=1",
    "%2F",
    "%26",
    "co.uk",
    "example.org",
    "en.m.wikipedia.org",
]


@given(
    st.one_of(
        _PARTS,
        _PARTS.map("http://".__add__),
        _PARTS.map("https://www.example.org/".__add__),
        st.lists(st.sampled_from(_TRICKY), max_size=8).map("".join).map("https://".__add__),
    )
)
@example("https://www.www.example.org/")
@example("https://example.org/%252F%2F")
@example("https://example.org/?a=%26&&b")
@example("https://m.m.www.amp.example.org/")
@example("https://example.org/a1/amp/amp/index.html/index.php")
@example("https://example.org/amp/amp/a1/amp")
@example("https://google.com/amp/s/google.com/amp/a.b/amp/index.html")
@example("https://x.cdn.ampproject.org/c/s/m.example.org/?amp;amp;b=1&amp;amp=1")
@example("https://example.org/?reflink=1&st=2")
@example("https://example.org/?%61mp;st=1&amp;reflink")
@example("https://example.org/a.amp.amp.html")
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
