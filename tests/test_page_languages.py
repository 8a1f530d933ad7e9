"""Stories in languages that are not tagged are stated beside the denominator, and counted in no share."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.test_page_coverage import OpenApp, no_fault, open_app, words_of
from tests.worlds import Story, World, many, publish

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
