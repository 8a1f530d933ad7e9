"""Story cards: what strangers wrote is shown letter by letter, with its evidence marked and nothing else added."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.stories import EXCERPT, card, cards, excerpt, link, marked


def text_of(html: str) -> str:
    """What a reader sees: tags stripped, entities decoded."""
    return unescape(re.sub(r"<[^>]*>", "", html))


def marks_of(html: str) -> list[str]:
    return [unescape(found) for found in re.findall(r"<mark[^>]*>(.*?)</mark>", html, flags=re.DOTALL)]


class Elements(HTMLParser):
    """The elements of a piece of HTML, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def story(**changed):
    plain = {"story_no": 1, "title": "A title", "body": "A body.", "url": "https://press.example/1", "day": date(2024, 5, 6),
             "source": "The Weekly", "form": "news"}  # fmt: skip
    return plain | changed


def span(start, end, *, field="text", name="AI agents", story_no=1):
    return {"story_no": story_no, "field": field, "start_char": start, "end_char": end, "name": name}


# Marks


def test_marks_count_code_points_so_an_emoji_is_one_and_an_accent_may_be_one_more():
    text = "🤖🤖 a chatbot for cafe\u0301s & bars"
    start = text.index("chatbot")
    html = marked(text, [(start, start + 7, "Chat"), (0, 1, "Robots")])
    assert marks_of(html) == ["🤖", "chatbot"]
    assert text_of(html) == text


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(0, 5, "A"), (3, 8, "B")], [("abcdefgh", "A, B")]),  # they overlap
        ([(0, 8, "A"), (2, 4, "B")], [("abcdefgh", "A, B")]),  # one lies in the other
        ([(0, 3, "A"), (3, 6, "B")], [("abc", "A"), ("def", "B")]),  # they touch
        ([(0, 3, "A"), (0, 3, "A")], [("abc", "A")]),  # the same twice
        ([(0, 3, "AI"), (1, 4, "A")], [("abcd", "AI, A")]),  # a label within another's is no repetition
        ([(7, 99, "A"), (-5, 1, "B")], [("a", "B"), ("hij", "A")]),  # cut to the text
        ([(4, 4, "A"), (9, 2, "B"), (50, 60, "C")], []),  # empty, turned round, outside
    ],
    ids=str,
)
def test_overlapping_spans_become_one_mark(spans, expected):
    html = marked("abcdefghij", spans)
    assert re.findall(r'<mark title="([^"]*)">([^<]*)</mark>', html) == [(label, text) for text, label in expected]


texts = st.text(max_size=80)
spans_of_any_kind = st.lists(st.tuples(st.integers(-3, 90), st.integers(-3, 90), st.text(max_size=5)), max_size=6)


@given(text=texts, spans=spans_of_any_kind)
def test_stripping_the_marks_gives_the_text_back(text, spans):
    html = marked(text, spans)
    assert text_of(html) == text
    assert {tag for tag, _ in Elements(html).found} <= {"mark"}


@given(text=st.text(min_size=1, max_size=60), data=st.data())
def test_one_span_is_marked_as_exactly_its_slice(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert marks_of(marked(text, [(start, end, "x")])) == [text[start:end]]


# Excerpts


def test_a_short_text_is_whole():
    assert excerpt("short", [(0, 5, "x")]) == ("short", [(0, 5, "x")])


def test_a_long_text_is_cut_at_words_around_its_first_evidence():
    text = "word " * 200 + "chatbot " + "word " * 200
    at = text.index("chatbot")
    shown, moved = excerpt(text, [(at, at + 7, "x"), (at + 2000, at + 2004, "y")])
    assert shown.startswith("… word")
    assert shown.endswith("word …")
    assert [shown[s:e] for s, e, _ in moved] == ["chatbot"]


letters = st.text(alphabet="ab é🤖 ", min_size=0, max_size=1500)


@given(text=letters, at=st.integers(0, 1499), length=st.integers(1, 60))
def test_an_excerpt_shows_its_first_evidence_whole_with_or_without_spaces(text, at, length):
    if at >= len(text):
        at, length = 0, 0
    spans = [(at, min(at + length, len(text)), "x")] if length and text else []
    shown, moved = excerpt(text, spans)
    assert len(shown) <= EXCERPT + 4
    assert shown.strip("… ") in text
    assert [shown[s:e] for s, e, _ in moved] == [text[s:e] for s, e, _ in spans]


# Links


@pytest.mark.parametrize("url", ["https://press.example/a?b=1&c=2", "http://press.example"])
def test_a_web_address_becomes_a_link_that_tells_the_other_side_nothing(url):
    ((tag, attributes),) = Elements(link(url, "title")).found
    assert (tag, attributes) == ("a", {"href": url, "target": "_blank", "rel": "noopener noreferrer"})


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "//evil.example",
     "file:///etc/hosts", "vbscript:x", "", "press.example", None, float("nan"), 7, "http://[broken", "https://"],
    ids=repr,
)  # fmt: skip
def test_anything_else_stays_text(url):
    assert link(url, "title") == "title"


def test_an_address_can_not_leave_its_attribute():
    ((_, attributes),) = Elements(link('https://a.example/"onmouseover="alert(1)', "title")).found
    assert set(attributes) == {"href", "target", "rel"}


# Cards

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</article></div><h1>Big</h1>",
    "[click](javascript:alert(1)) **bold** `code` $x$ :red[x]",
    "\u202egnirts desrever",
    "&lt;b&gt; &amp;amp; <!-- ",
    "\x00\x1b[31m",
    "a \"quoted\" 'title'",
]
ALLOWED = {"article", "div", "h3", "a", "p", "mark", "span"}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["title", "body", "source", "tag", "label"])
def test_what_strangers_wrote_is_harmless_wherever_it_stands(text, field):
    changed = {field: text} if field in ("title", "body", "source") else {}
    tags = [{"story_no": 1, "kind": "organization", "name": text if field == "tag" else "Acme", "role": "focus"}]
    html = card(story(**changed), [span(0, 3, name=text if field == "label" else "x")], tags)
    elements = Elements(html).found
    assert {tag for tag, _ in elements} <= ALLOWED
    assert sum(tag == "article" for tag, _ in elements) == 1
    attributes = {name for _, its in elements for name in its}
    assert attributes <= {"class", "href", "target", "rel", "title"}
    if field != "label":
        assert text in text_of(html)


def test_a_card_says_where_and_when_and_what_it_is_about():
    tags = [
        {"story_no": 1, "kind": "topic", "name": "AI agents", "role": None},
        {"story_no": 1, "kind": "organization", "name": "Acme", "role": "focus"},
        {"story_no": 1, "kind": "organization", "name": "Reuters", "role": "source"},
    ]
    html = card(story(form="letter"), [span(2, 6), span(0, 1, field="title")], tags)
    assert "6 May 2024 · The Weekly · letter" in html
    assert marks_of(html) == ["A", "body"]
    assert [text_of(chip) for chip in re.findall(r'<span class="chip[^>]*>.*?</span>', html)] == ["AI agents", "Acme"]


def test_each_story_gets_its_own_evidence_and_tags_in_order():
    stories = [story(story_no=2, body="second"), story(story_no=1, body="first")]
    tags = [{"story_no": n, "kind": "topic", "name": f"T{n}", "role": None} for n in (1, 2)]
    html = cards(stories, [span(0, 6, story_no=2), span(0, 5, story_no=1)], tags)
    assert marks_of(html) == ["second", "first"]
    assert html.index("T2") < html.index("T1")


def test_a_card_leads_to_the_page_that_explains_it_and_says_of_which_story():
    html = card(story(title='A "title"'), [], [], why='story?story=1&tag="x"')
    ((_, original), (_, why)) = [(tag, its) for tag, its in Elements(html).found if tag == "a"]
    assert original["href"] == "https://press.example/1"
    assert why == {"class": "why", "href": 'story?story=1&tag="x"', "aria-label": 'Why these tags: A "title"'}
    assert "Why these tags" not in card(story(), [], [])


def test_each_of_several_cards_has_its_own_link():
    stories = [story(story_no=n, story_id=f"{n:016x}") for n in (1, 2)]
    html = cards(stories, [], [], why=lambda row: f"story?story={row['story_id']}")
    assert re.findall(r'href="story\?story=(\w+)"', html) == [f"{n:016x}" for n in (1, 2)]
