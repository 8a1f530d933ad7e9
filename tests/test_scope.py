"""A general source's pieces count only where they hold one of its terms, as whole words."""

from __future__ import annotations

import pytest

from etl.catalog import Source
from etl.sources.scope import on_topic
from tests.some_source import some_source


def _source(*terms: str, scope: str = "general") -> Source:
    return some_source(scope=scope, must_match=terms)


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("AI", "New ai rules", True),
        ("AI", "An airline paid", False),
        ("AI", "AI-made songs", True),
        ("AI", "they said: “AI”.", True),
        ("machine learning", "Machine\n Learning for all", True),
        ("machine learning", "machine-learning", False),
        ("C++", "Written in C++.", True),
        ("C++", "Written in C", False),
        (".ai", "a .ai domain", True),
        ("é", "E\u0301", True),
        ("straße", "STRASSE", True),
        ("deep learning", "deep\u00a0learning", True),
        ("", "anything", False),
    ],
)
def test_a_term_is_found_as_whole_words(term: str, text: str, found: bool) -> None:
    assert on_topic(_source(term), text, "") is found
    assert on_topic(_source(term), "", text) is found


def test_any_term_will_do() -> None:
    assert on_topic(_source("robot", "AI"), "A robot", "")
    assert not on_topic(_source("robot", "AI"), "A dog", "a cat")


def test_a_term_does_not_reach_from_title_into_text() -> None:
    assert not on_topic(_source("machine learning"), "The machine", "learning to cook")


def test_a_source_about_ai_needs_no_terms() -> None:
    assert on_topic(_source(scope="ai"), "A dog", "")


def test_a_general_source_without_terms_holds_nothing() -> None:
    assert not on_topic(_source(), "AI", "AI")
