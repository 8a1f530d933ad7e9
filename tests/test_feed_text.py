"""An entry's text: markup away, paragraphs kept, what publishing systems add left out, and the kind of text by its edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.sources.entry_text import Markup, entry_text, one_line, plain_text, text_kind, title_from, too_long
from etl.sources.feed_rules import load_feed_rules
from tests.feed_kit import CONTEXT

RULES = load_feed_rules(CONTEXT.seeds)


def words(count: int) -> str:
    return " ".join(["word"] * count)


def kind(content: str | None, summary: str | None = None, title: str = "A title") -> str:
    given_content = None if content is None else Markup(content)
    given_summary = None if summary is None else Markup(summary)
    return entry_text(title, given_content, given_summary, rules=RULES).kind


@pytest.mark.parametrize(
    ("count", "whole", "expected"),
    [
        (1, True, "digest"),
        (79, True, "digest"),
        (80, True, "full"),
        (1, False, "digest"),
        (19, False, "digest"),
        (20, False, "abstract"),
        (150, False, "abstract"),
        (151, False, "full"),
    ],
)
def test_kind_of_text_at_its_edges(count: int, whole: bool, expected: str):
    assert text_kind(words(count), whole=whole) == expected
    assert kind(words(count) if whole else None, None if whole else words(count)) == expected


def test_nothing_beyond_the_title_is_a_headline():
    assert kind(None) == kind("") == kind("<img src='x.gif'>") == kind("<p>A <b>title</b>.</p>") == "headline"
    assert entry_text("A title", Markup("<p>A title</p>"), None, rules=RULES).body == ""


def test_content_that_says_no_more_than_the_summary_is_one():
    assert kind(f"<p>{words(30)}</p>", words(30)) == "abstract"
    assert kind(f"<p>{words(31)}</p>", words(30)) == "digest"


def test_content_that_is_cut_off_is_a_summary():
    assert kind(f"<p>{words(100)} […]</p>") == "abstract"
    assert kind(f"<p>{words(100)}</p>") == "full"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>two<br><br>three", "One\ntwo\n\nthree"),
        ("<div>A<div>B</div></div>C", "A\n\nB\n\nC"),
        ("<h2>Head</h2><ul><li>a</li><li>b</li></ul>end", "Head\n\n• a\n• b\n\nend"),
        ("fish &amp; chips &#8212; &lt;b&gt; &eacute;", "fish & chips — <b> é"),
        ("a<script>b</script>c<style>d</style>e<!-- f -->g", "aceg"),
        ("a<script>never closed", "a"),
        ("<![CDATA[wrapped <i>twice</i>]]>", "wrapped twice"),
        ("<p>x<img src='t.gif' alt='counter 12'>y</p>", "xy"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<td>a</td><td>b</td>", "a\n\nb"),
        ("<p>a\x00b\x0bc\ud800</p>", "abc"),
    ],
)
def test_html_becomes_plain_text(html: str, text: str):
    assert plain_text(Markup(html))[0] == text


def test_plain_text_keeps_its_paragraphs_and_its_brackets():
    assert plain_text(Markup("if a<b:\r\n  go\r\n\r\n<i>so</i>", html=False))[0] == "if a<b: go\n\n<i>so</i>"


@pytest.mark.parametrize(
    "added",
    [
        'The post <a href="x">A title</a> appeared first on <a href="y">Wire</a>.',
        "Continue reading →",
        "Read more…",
        "Read full article &gt;&gt;",
        "12 comments",
    ],
)
def test_what_a_publishing_system_adds_below_is_left_out(added: str):
    html = f"<p>We read more than ever.</p><p>{added}</p>"
    assert entry_text("T", Markup(html), None, rules=RULES).body == "We read more than ever."


def test_a_paragraph_in_the_middle_is_never_left_out():
    assert "Read more" in entry_text("T", Markup("<p>a</p><p>Read more</p><p>b</p>"), None, rules=RULES).body


@pytest.mark.parametrize(
    ("title", "html", "expected"),
    [
        ("AT&amp;T <b>cuts</b>  jobs", True, "AT&T cuts jobs"),
        ("AT&amp;T", False, "AT&T"),
        ("List<T> explained", False, "List<T> explained"),
        ("a < b", True, "a < b"),
        ("two\n lines", False, "two lines"),
        ("&#x1F600; &bogus; R&D", False, "😀 &bogus; R&D"),
    ],
)
def test_titles_are_one_line_without_markup(title: str, html: bool, expected: str):
    assert one_line(Markup(title, html=html)) == expected


def test_title_from_the_first_words():
    assert title_from("• Short one. Then more.\n\nSecond") == "Short one"
    assert title_from(words(20)) == f"{words(12)}…"
    assert len(title_from("x" * 500)) == 91
    assert title_from("") == ""


def test_texts_too_long_to_read_are_told():
    assert too_long(Markup("a"), None) is None
    assert too_long(Markup("a" * 600_000), Markup("b" * 600_000)) == "too-long: 1200000 characters, 0 tags"
    assert (too_long(Markup("<b>" * 50_001)) or "").startswith("too-long")


WORD = st.text(st.characters(categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=8)
TAGS = st.sampled_from(["p", "div", "b", "a", "li", "ul", "h2", "span", "td", "blockquote", "em"])


@given(
    st.recursive(
        WORD,
        lambda inner: st.builds(
            lambda tag, parts: f'<{tag} class="x">{" ".join(parts)}</{tag}>',
            TAGS,
            st.lists(inner, min_size=1, max_size=4),
        ),
        max_leaves=20,
    )
)
def test_no_tag_is_left_and_no_word_lost(html: str):
    text, _ = plain_text(Markup(html))
    assert "<" not in text
    assert ">" not in text
    outside = " ".join(part.partition(">")[2] if part.startswith("<") else part for part in _split_tags(html))
    assert sorted("".join(text.replace("•", "").split())) == sorted("".join(outside.split()))


def _split_tags(html: str) -> list[str]:
    return [f"<{part}" if index else part for index, part in enumerate(html.split("<"))]


@given(st.text(st.sampled_from("<>&;!-/'\"= abp\n[]?#x1"), max_size=300))
def test_any_text_is_read(html: str):
    text, _ = plain_text(Markup(html))
    assert "\n\n\n" not in text
    assert text == text.strip()
    one_line(Markup(html))
