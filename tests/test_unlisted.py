"""Organizations that no seed lists: one tag each, however a story spells them."""

from __future__ import annotations

import pytest

from etl.model import Evidence
from etl.tagger.unlisted import Found, merged, unknown_id, usual_spelling


def found(text: str, start: int = 0, how: str = "unknown") -> Found:
    return Evidence("text", start, start + len(text), text), how


def owners(*names: str) -> set[str]:
    return set(merged({unknown_id(name): [found(name)] for name in names}))


@pytest.mark.parametrize(
    "name",
    ["Zorvex Inc.", "Zorvex", "ZORVEX, Ltd.", "zorvex  LLC", "The Zorvex", "Zorvex's", "Zorvex’s", "Zorvex Corp."],
)
def test_case_legal_form_article_and_possessive_make_no_other_name(name: str) -> None:
    assert unknown_id(name) == "x:zorvex"


@pytest.mark.parametrize("name", ["The", "Inc.", "Limited"])
def test_a_name_never_becomes_empty(name: str) -> None:
    assert unknown_id(name) == f"x:{name.lower().rstrip('.')}"


def test_a_short_form_joins_the_long_form_that_it_opens() -> None:
    assert owners("Acme Robotics", "Acme") == {"x:acme robotics"}
    assert owners("Acme", "Acme Robotics", "Acme Robotics Labs") == {"x:acme robotics labs"}


def test_a_short_form_of_two_names_stays_by_itself() -> None:
    assert owners("Acme Robotics", "Acme Health", "Acme") == {"x:acme robotics", "x:acme health", "x:acme"}


def test_words_inside_a_name_are_no_short_form() -> None:
    assert owners("Acme Robotics", "Robotics", "Acmeo") == {"x:acme robotics", "x:robotics", "x:acmeo"}


def test_a_short_form_of_a_listed_name_is_that_one() -> None:
    joined = merged({"zorvex-bank": [found("Zorvex Bank", 9, "alias")], "x:zorvex": [found("Zorvex", 2)]})
    assert {owner: [span.start for span, _ in spans] for owner, spans in joined.items()} == {"zorvex-bank": [2, 9]}


def test_a_product_lends_its_maker_no_name() -> None:
    assert set(merged({"zorvex-bank": [found("Zorvex Pay", 9, "product")], "x:zorvex": [found("Zorvex", 2)]})) == {
        "zorvex-bank",
        "x:zorvex",
    }


def test_the_name_is_the_most_usual_full_spelling() -> None:
    texts = ["ACME ROBOTICS", "Acme", "Acme", "Acme Robotics, Inc.", "Acme Robotics", "Acme Robotics"]
    assert usual_spelling("x:acme robotics", texts) == "Acme Robotics"
    assert usual_spelling("x:acme robotics", texts[:2]) == "ACME ROBOTICS"
