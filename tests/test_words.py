"""Numbers as words, the same on every page."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard import words

N = words.NBSP


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0"),
        (0.139, "14"),
        (0.004, "0.4"),
        (0.0094, "0.9"),
        (0.0095, "1"),
        (0.5, "50"),
        (1, "100"),
        (0.0001, "under 0.1"),
        (0.9999, "over 99"),
    ],
)
def test_a_share_reads_without_false_precision_and_without_false_zero(share, text):
    assert words.percent(share) == f"{text}{N}%"


def test_a_range_and_counts():
    assert words.percent_range(0.052, 0.36) == f"5–36{N}%"
    assert words.percent_range(0, 0.088) == f"0–9{N}%"
    assert (words.stories(1), words.stories(0), words.stories(1604)) == ("1 story", "0 stories", "1,604 stories")


@pytest.mark.parametrize(
    ("grain", "text"),
    [
        ("year", "2020"),
        ("quarter", "Q2 2020"),
        ("month", "May 2020"),
        ("week", "week of 4 May 2020"),
        ("day", "4 May 2020"),
    ],
)
def test_a_period_reads_at_its_grain(grain, text):
    assert words.period(date(2020, 5, 4), grain) == text


@pytest.mark.parametrize(
    ("grain", "text"),
    [("year", "in 2020"), ("month", "in May 2020"), ("week", "in the week of 4 May 2020"), ("day", "on 4 May 2020")],
)
def test_a_sentence_goes_on_with_a_period_as_its_grain_asks(grain, text):
    assert words.in_period(date(2020, 5, 4), grain) == text


@pytest.mark.parametrize(("month", "quarter"), [(1, "Q1"), (3, "Q1"), (4, "Q2"), (9, "Q3"), (10, "Q4"), (12, "Q4")])
def test_quarters_begin_in_their_months(month, quarter):
    assert words.period(date(2021, month, 1), "quarter") == f"{quarter} 2021"


def test_names_in_a_row():
    assert [words.listed(names) for names in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]
    assert words.listed(["A", "B", "C"], "or") == "A, B or C"


def test_whose_stories():
    assert words.of_sources(["The Batch"]) == "The Batch’s stories"
    assert words.of_sources(["A", "B"]) == "the stories of A and B"
    assert words.of_sources(["A", "B", "C", "D"]) == "the stories of 4 sources"


@pytest.mark.parametrize(
    ("came", "expected", "rhythm", "ended", "text"),
    [
        (5, 13, "issue", True, "5 of 13 issues"),
        (5, 13, "issue", False, "5 of 13 issues so far"),
        (1, 3, "month", True, "1 of 3 months"),
        (2, 7, "day", True, "2 of 7 publishing days"),
        (13, 13, "issue", False, "not over yet"),
        (0, None, "month", False, "not over yet"),
        (13, 13, "issue", True, ""),
    ],
)
def test_rule_12_what_a_partial_period_lacks(came, expected, rhythm, ended, text):
    assert words.what_came(came, expected, rhythm, ended) == text


def change(key, k_1, n_1, k_2, n_2):
    return {
        "key": key,
        "k_1": k_1,
        "n_1": n_1,
        "k_2": k_2,
        "n_2": n_2,
        "period_1": date(2020, 1, 1),
        "period_2": date(2024, 1, 1),
    }


def test_headline_says_shares_with_their_counts_and_whose_stories_once():
    changes = [change("topic:generative", 30, 179, 93, 177), change("topic:healthcare", 41, 244, 6, 177)]
    names = {"topic:generative": "Generative AI", "topic:healthcare": "Healthcare"}
    text = words.headline(changes, names, grain="year", of_whom="The Batch’s stories")
    assert text == (
        f"Generative AI went from 17{N}% of The Batch’s stories in 2020 (30 of 179) to 53{N}% in 2024 (93 of 177); "
        f"healthcare fell from 17{N}% in 2020 (41 of 244) to 3{N}% in 2024 (6 of 177)."
    )


@pytest.mark.parametrize(
    ("key", "name", "said"),
    [
        ("topic:agents", "AI agents", "AI agents"),
        ("topic:robots", "Robots", "robots"),
        ("organization:google", "Google", "Google"),
        ("named:google", "Google", "Google"),
        ("region:FR", "France", "France"),
    ],
)
def test_a_proper_name_keeps_its_capital_in_the_second_clause(key, name, said):
    changes = [change("topic:x", 1, 100, 50, 100), change(key, 50, 100, 1, 100)]
    text = words.headline(changes, {"topic:x": "X", key: name}, grain="year", of_whom="A’s stories")
    assert f"; {said} fell" in text


def test_rule_8_without_an_established_change_the_headline_says_so():
    text = words.headline([], {"a": "Robots", "b": "AI agents"}, grain="year", of_whom="The Batch’s stories")
    assert text == "No clear change in the share of Robots and AI agents in The Batch’s stories."


def test_a_share_is_its_numerator_by_its_denominator_unless_sources_weigh_the_same():
    assert words.share(3, 20, 0.15, weighed=False) == f"3 of 20 stories = 15{N}%"
    assert words.share(15, 110, 0.3, weighed=True) == f"15 of 110 stories, with each source weighing the same 30{N}%"


@pytest.mark.parametrize("text", ["a`b", "a\nb", "[x](http://evil.example)", "\u202eabc", "`" * 9, ""])
def test_a_strangers_text_stays_code(text):
    shown = words.quoted(text)
    assert shown == "an empty value" or (shown.count("`") == 2 and shown[0] == shown[-1] == "`")
    assert shown.isprintable()


def test_markdown_reads_a_plain_name_letter_by_letter():
    name = "![x](http://evil.example/a.png) <b> :red[x] $y$ *z* a_b"
    escaped = words.plain(name)
    assert escaped.replace("\\", "") == name
    assert all(escaped[i - 1] == "\\" for i, c in enumerate(escaped) if c in "![]()<>:$*_")


def test_rule_12_where_fewer_than_two_whole_periods_can_be_compared_no_change_is_denied():
    said = words.headline([], {"topic:a": "AI agents"}, grain="year", of_whom="The Batch’s stories", comparable=1)
    assert said == "Too few whole years with enough stories to compare AI agents in The Batch’s stories."
    assert words.headline([], {"topic:a": "AI agents"}, grain="year", of_whom="X", comparable=2).startswith(
        "No clear change"
    )
