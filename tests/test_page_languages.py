"""Stories in languages that are not tagged are stated beside the denominator, and counted in no share."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dashboard.languages import NAMES
from tests.test_page_coverage import OpenApp, no_fault, open_app, words_of
from tests.worlds import Publisher, Story, World, many, publish

__all__ = ["open_app"]  # a fixture
JANUARY = date(2024, 1, 10)


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([*many(11, JANUARY, language="fr"), Story(JANUARY, language="zh")], " and 12 stories in other languages, which are not tagged"),
        ([Story(JANUARY, language="fr")], " and 1 story in another language, which is not tagged"),
        ([], ""),
    ],
    ids=["several", "one", "none"],
)  # fmt: skip
def test_what_is_not_tagged_stands_beside_the_denominator(
    open_app: OpenApp, tmp_path: Path, others: list[Story], said: str
):
    stories = [*many(40, JANUARY, "agents"), *many(20, JANUARY, "robots"), *others]
    app = no_fault(open_app(publish(World(stories), tmp_path), show=["topic:agents"]))
    shown = words_of(app)
    assert f"Of 60 stories of The Weekly{said}" in shown
    assert ("not tagged" in shown) == bool(others)


@pytest.mark.parametrize(
    ("languages", "said"),
    [
        (
            ["fr"] * 3 + ["zh"],
            "The 4 stories of these sources and days are in French and Chinese. Only stories in English are tagged",
        ),
        (["pt-BR"], "The 1 story of these sources and days is in Portuguese."),
        (["fr", "fr-CA"], "The 2 stories of these sources and days are in French."),
        (["xx"], "is in the language “xx”."),
    ],
    ids=str,
)
def test_sources_in_other_languages_alone_are_named_by_their_language(open_app, tmp_path, languages, said):
    french = Publisher("french", "Le Journal")
    stories = [*many(40, JANUARY, "agents"), *(Story(JANUARY, source="french", language=code) for code in languages)]
    data = publish(World(stories, (Publisher("weekly", "The Weekly"), french)), tmp_path)
    app = no_fault(open_app(data, show=["topic:agents"], source=["french"]))
    (info,) = [one.value for one in app.info]
    assert said in info
    assert "No story passes" not in info
    assert app.get("plotly_chart") == []


def test_where_stories_are_there_but_none_passes_the_filters_are_what_is_named(open_app, tmp_path):
    stories = [*many(40, JANUARY, "agents"), *many(3, JANUARY, language="fr")]
    app = no_fault(open_app(publish(World(stories), tmp_path), show=["topic:agents"], none=["topic:agents"]))
    assert "No story passes these filters" in app.info[0].value


def test_names_of_languages_are_those_of_the_standard():
    import pycountry

    standard = {code: pycountry.languages.get(alpha_2=code).name for code in NAMES}
    shortened = {"el": "Modern Greek (1453-)"}
    assert {code: NAMES[code] for code in NAMES if code not in shortened} == {
        code: name for code, name in standard.items() if code not in shortened
    }
    assert {code: standard[code] for code in shortened} == shortened
