"""OPML in and out: other readers' lists, and our own back again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.catalog import Source, load_sources
from etl.errors import InputError
from etl.opml import Outline, feeds_of, read_opml, write_opml

FILE = Path("feeds.opml")
SHIPPED = Path(__file__).resolve().parents[1] / "seeds"
OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.1"><head><title>Mine</title></head><body>
  <outline text="AI"><outline title="Labs">
    <outline type="rss" text="A &amp; B" xmlUrl="https://a.example/feed?x=1&amp;y=2" htmlUrl="https://a.example/" language="EN"/>
  </outline></outline>
  <outline text="B" xmlurl="https://b.example/feed"/>
  <outline text="Again" xmlUrl="https://b.example/feed"/>
  <outline text="Local" xmlUrl="file:///etc/passwd"/>
  <outline text="Nothing" xmlUrl=""/>
  <outline text="A note"/>
</body></opml>
"""


def test_feeds_of_a_list_with_their_folders_and_what_can_not_be_used():
    read = read_opml(OPML.encode(), file=FILE)
    assert read.feeds == (
        Outline("A & B", "https://a.example/feed?x=1&y=2", "https://a.example/", "en", ("AI", "Labs")),
        Outline("B", "https://b.example/feed"),
    )
    assert read.unusable == (
        "Again: https://b.example/feed is in the list twice",
        "Local: 'file:///etc/passwd' is no web address",
    )


BOMB = '<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml><body><outline text="&b;"/></body></opml>'


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (BOMB.encode(), r"it declares the entity 'a', which is not expanded"),
        (BOMB.encode("utf-16"), r"it declares the entity 'a'"),
        (BOMB.replace("<!ENTITY a ", "<!ENTITY % a ").encode(), r"it declares the entity 'a'"),
        (b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml/>', r"it declares the entity 'x'"),
        (b"", r"no valid XML: .*; export the list anew as OPML"),
        (b"<opml><body>", r"no valid XML"),
        (b'<?xml version="1.0" encoding="klingon"?><opml/>', r"no valid XML"),
        (b"<rss/>", r"it is 'rss', not OPML"),
    ],
)
def test_what_is_no_list_or_could_blow_up_is_refused(data: bytes, problem: str):
    with pytest.raises(InputError, match=rf"feeds\.opml: {problem}"):
        read_opml(data, file=FILE)


def test_deep_nesting_ends():
    deep = "<outline>" * 5000 + "</outline>" * 5000
    assert read_opml(f"<opml><body>{deep}</body></opml>".encode(), file=FILE).feeds == ()


@pytest.fixture(scope="module")
def one() -> Source:
    return load_sources(SHIPPED)["openai"]


def test_only_feeds_are_written():
    shipped = load_sources(SHIPPED)
    feeds = feeds_of(shipped.values(), every=True)
    assert {source.kind for source in feeds} == {"feed", "newsletter"}
    assert feeds_of(shipped.values(), every=False) == []
    read = read_opml(write_opml(feeds, title="All"), file=FILE)
    assert [feed.address for feed in read.feeds] == [source.address for source in feeds]
    assert [(feed.title, feed.home, feed.language) for feed in read.feeds] == [
        (s.name, s.home, s.language) for s in feeds
    ]
    assert read.unusable == ()


@given(st.lists(st.tuples(st.text(min_size=1), st.from_regex(r"[!-~]{1,20}", fullmatch=True)), max_size=5))
def test_any_name_and_address_come_back(one: Source, said: list[tuple[str, str]]):
    sources = [
        replace(one, name=name, address=f"https://x.example/{number}{path}") for number, (name, path) in enumerate(said)
    ]
    read = read_opml(write_opml(sources, title="t"), file=FILE)
    assert [feed.address for feed in read.feeds] == [source.address for source in sources]
    fit = ["".join(c for c in name if c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff")
           for name, _ in said]  # fmt: skip
    assert [feed.title for feed in read.feeds] == [" ".join(name.split()) for name in fit]
