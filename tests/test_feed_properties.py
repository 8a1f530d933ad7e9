"""Whatever bytes come, a feed ends in documents or in a FetchProblem, and the same bytes in the same documents."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from etl.fetch.model import FetchProblem
from etl.identity import canonical_address
from etl.sources.feed_bytes import decoded
from etl.sources.feed_fetch import primary_language
from etl.sources.feed_id import without_tracking
from tests.feed_kit import FEEDS, rss, take

KINDS = [
    "",
    "text/xml",
    "application/json",
    "text/html; charset=utf-16",
    "x; charset=punycode",
    "text/xml; charset=big5",
]
SAMPLES = [path.read_bytes() for path in sorted(FEEDS.iterdir())]
PARTS = [
    *(
        b"<rss>",
        b"<channel>",
        b"<item>",
        b"</item>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'>",
        b"<entry>",
        b"<title>",
    ),
    *(
        b"<link>http://[x</link>",
        b"<link href='//[/'/>",
        b"<guid>",
        b"<pubDate>1</pubDate>",
        b"</",
        b"<![CDATA[",
        b"]]>",
    ),
    *(
        b"<!--",
        b"-->",
        b"<!DOCTYPE x [",
        b"<!ENTITY a 'b'>",
        b"&a;",
        b"&#0;",
        b"&#xffffffff;",
        b"xml:base='http://[' ",
        b"<?",
    ),
    *(b'{"items":[', b'{"id":1,"url":"//["}', b"]}", b"\xff\xfe", b"\0", b"\x1f\x8b", b"a", b" ", b">", b"<", b'"'),
]


def end(body: bytes, kind: str) -> object:
    try:
        return take(body, headers={"content-type": kind}).documents
    except FetchProblem as problem:
        return problem.reason


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PARTS), max_size=25).map(b"".join) | st.binary(max_size=200), st.sampled_from(KINDS))
@example(rss("<title>A</title><link>http://[half</link>"), "")
@example(b"<rss xml:base='http://['><channel><item><link>a</link><title>A</title></item></channel></rss>", "")
def test_any_bytes_end_in_documents_or_in_a_problem(body: bytes, kind: str):
    assert end(body, kind) == end(body, kind)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(SAMPLES), st.data())
def test_a_feed_with_a_hole_or_a_cut_ends_alike(sample: bytes, data: st.DataObject):
    start = data.draw(st.integers(0, len(sample)))
    stop = data.draw(st.integers(start, len(sample)))
    for body in (sample[:start], sample[:start] + sample[stop:]):
        end(body, "")


@given(st.binary(max_size=300), st.sampled_from(KINDS))
def test_any_bytes_are_text(body: bytes, kind: str):
    decoded(body, kind).encode()


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], max_codepoint=0xFFFD), min_size=1, max_size=80))
def test_utf_8_is_read_as_such_whatever_is_declared(text: str):
    text = f"<é>{text.replace(chr(0xFEFF), '')}"
    assert decoded(text.encode(), "text/xml; charset=iso-8859-1") == text


@given(st.text(st.sampled_from("abc/?&=#%:[]utm_ref1."), max_size=40))
def test_leaving_out_tracking_changes_no_identity(rest: str):
    address = f"https://www.wire.example/{rest}"
    shown = without_tracking(address)
    assert canonical_address(shown) == canonical_address(address)
    assert without_tracking(shown) == shown


@given(st.text(max_size=12))
def test_any_language_has_a_primary_subtag(written: str):
    found = primary_language(written, otherwise="en")
    assert found.islower()
    assert len(found) in (2, 3)
