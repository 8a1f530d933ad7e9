"""Which recognized names stand, by the whole text."""

from __future__ import annotations

import re

import pytest
import spacy

from etl.tagger.plausible import plausible

NLP = spacy.blank("en")


def judged(text: str, *, known: str = "") -> tuple[list[str], list[str]]:
    """Names that stand and names in doubt; `[...]` marks what was recognized, `known` is a listed organization."""
    parts = re.split(r"[\[\]]", text)
    doc, ranges, at = NLP.make_doc("".join(parts)), [], 0
    for number, part in enumerate(parts):
        if number % 2:
            span = doc.char_span(at, at + len(part))
            ranges.append((span.start, span.end))
        at += len(part)
    listed = {token.i for token in doc if token.text == known}
    sure, doubtful = plausible(doc, ranges, covered=listed, organizations=listed, common={"The", "Then", "Monday"})
    return tuple([doc[start:end].text for start, end in found] for found in (sure, doubtful))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("On Monday, [Zorvex] hired.", "Zorvex"),
        ("A firm, [the Zorvex Group], hired.", "Zorvex Group"),
        ("They asked why [Zorvex's] chief left.", "Zorvex"),
        ("Then [Zorvex] left; then [Zorvex] came; then went Zorvex.", "Zorvex"),
        ("Zorvex hired many people, and so [Zorvex] grows.", "Zorvex"),
        ("They say that he still runs the [Zorvex Research Group] ([ZRG]) from home.", "ZRG"),
    ],
)
def test_a_name_stands_without_article_and_possessive(text: str, name: str) -> None:
    assert name in judged(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "It runs on [Zorvex]. Then Zorvex, and Zorvex again.",  # passed over more often than not
        "They call it [Quilting]: a quilting of images.",  # also a word
        "Said [Lovelace]. Later, Ada Lovelace left.",  # a surname
        "They use Acme's [Zorvex] for it.",  # what a listed organization has
        "They met at Acme-[Institute of Things] on Monday.",  # the rest of its name
        "They use a mixture model ([GMM]) here.",  # short for something else
        "They love the [iphone].",
        "They went to the [Acme Store] on Monday.",  # a part of it is somebody's name
    ],
)
def test_what_the_text_does_not_bear_out_falls(text: str) -> None:
    assert judged(text, known="Acme") == ([], [])


@pytest.mark.parametrize("text", ["[Zorvex] hired.", "[Zorvex] Grows Fast Before Spring", "The [Shape] of the [Thing]"])
def test_a_capital_that_any_word_would_have_leaves_doubt(text: str) -> None:
    sure, doubtful = judged(text)
    assert sure == []
    assert doubtful


def test_a_spelling_that_no_plain_word_has_is_no_doubt_at_a_sentences_start() -> None:
    assert judged("[ZorVex] hired people again, it is said.") == (["ZorVex"], [])
