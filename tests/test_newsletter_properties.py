"""What holds for any text: nothing is lost or doubled, order is kept, line ends and apostrophes make no difference."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.model import Issue, Piece
from etl.newsletter import Line, classify, read_lines, split_issue

# Lines as issues have them, so that every rule is met in every order.
LINES = [
    "",
    "",
    "",
    "Dear friends,",
    "Keep learning!",
    "Andrew",
    "P.S. Bring boots.",
    "News",
    "Covid-19 Watch",
    "Robots Rise",
    "Chips Fall",
    "Is Your Toaster Listening?",
    "A robot on a chair",
    "Photo of a robot",
    "By Ada Lovelace",
    "It rained all week.",
    "The arm stacks two hundred chairs an hour, which is as many as the whole night shift used to stack by hand, they say.",
    "What's new: A robot sang.",
    "What's new:",
    "How it works: With a horn.",
    "Results",
    "Map room: Three hundred maps.",
    "Yes, but: It can't dance.",
    "We're thinking: Neither can we.",
    "  • One thing.",
    "- Another thing",
    "1. A third.",
    "Enroll in our course today!",
    "A MESSAGE FROM THE ACADEMY",
    "Subscribe to The Tensor",
    "© 2019 The Tensor",
    "6 min read",
    "# Fish",
    "---",
    "===",
    "<h1>Tags</h1>",
    "**What's new:** Stars.",
    "![A fish](fish.png)",
]
issues = st.lists(st.sampled_from(LINES) | st.text(max_size=40), max_size=40).map("\n".join)
markups: st.SearchStrategy[Literal["text", "html", "markdown"]] = st.sampled_from(("text", "html", "markdown"))

# No deadline: a slow machine is no failure.
examples = settings(max_examples=200, deadline=None)

# Where a kind's text goes: dropped ones are greetings, sign-offs, separators.
DROPPED = {"blank", "rule", "greeting", "sign_off"}


def ink(text: str) -> str:
    """The text without what the splitter may change: spaces, bullets, and the colons that it puts after labels."""
    return "".join(text.replace("•", "").replace(":", "").split())


def told(piece: Piece) -> str:
    title = "" if piece.form == "letter" else piece.title
    return title + piece.body + "".join(piece.captions)


def kept(issue: Issue) -> Counter[str]:
    return Counter(ink("".join([*map(told, issue.pieces), *(piece.text for piece in issue.rejected)])))


@examples
@given(issues, markups)
def test_every_line_gets_exactly_one_kind_in_order(text: str, markup: Literal["text", "html", "markdown"]):
    lines = read_lines(text, markup=markup)
    classified = classify(lines)
    assert [line for line, _ in classified] == lines
    assert all((kind == "blank") == (not line.text) for line, kind in classified)


@examples
@given(issues)
def test_no_ink_is_lost_or_doubled(text: str):
    classified = classify(read_lines(text, markup="text"))
    # A section stands over more than one story or over none, so its ink is counted neither here nor there.
    given_ink = Counter(ink("".join(line.text for line, kind in classified if kind not in DROPPED | {"section"})))
    issue = split_issue(text, markup="text")
    unused = Counter(ink("".join(line.text for line, kind in classified if kind == "section")))
    surplus = kept(issue) - given_ink
    assert given_ink - kept(issue) == Counter()
    assert surplus - unused == Counter()


@examples
@given(issues)
def test_story_text_keeps_its_order(text: str):
    classified = classify(read_lines(text, markup="text"))
    bodies = ink("".join(line.text for line, kind in classified if kind == "body"))
    assert ink("".join(piece.body for piece in split_issue(text, markup="text").pieces)) == bodies


@examples
@given(issues)
def test_reader_of_plain_text_keeps_every_line(text: str):
    lines: list[Line] = read_lines(text, markup="text")
    printed = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert [line.number for line in lines] == list(range(1, len(printed) + 1))
    for line, whole in zip(lines, printed, strict=True):
        assert ink(line.text) == ink(whole) or ink(whole).strip("#-–*+·‣◦▪") == ink(line.text).strip("#-–*+·‣◦▪")


@examples
@given(issues, markups)
def test_windows_line_ends_change_nothing(text: str, markup: Literal["text", "html", "markdown"]):
    unix = text.replace("\r", "")
    assert split_issue(unix.replace("\n", "\r\n"), markup=markup) == split_issue(unix, markup=markup)


@examples
@given(issues, markups)
def test_curly_apostrophes_give_the_same_structure(text: str, markup: Literal["text", "html", "markdown"]):
    straight = text.replace("’", "'")
    curly = straight.replace("'", "’")
    assert shape(split_issue(curly, markup=markup)) == shape(split_issue(straight, markup=markup))


def shape(issue: Issue) -> list[object]:
    """Everything but the apostrophes themselves."""
    stories = [
        (p.form, len(p.section or ""), len(p.title), len(p.body), [part.label for part in p.parts], len(p.captions))
        for p in issue.pieces
    ]
    return [*stories, *((piece.reason, piece.line, len(piece.text)) for piece in issue.rejected)]


@examples
@given(st.text(alphabet=st.sampled_from("<>/!-[]&;#xh1p \n\"'=brlia"), max_size=120))
def test_broken_html_never_raises(text: str):
    assert isinstance(split_issue(text, markup="html"), Issue)


@examples
@given(st.text(), markups)
def test_arbitrary_text_never_raises(text: str, markup: Literal["text", "html", "markdown"]):
    assert isinstance(split_issue(text, markup=markup), Issue)
