"""Stories in other languages are stored, and never tagged."""

from __future__ import annotations

from datetime import date

from etl.store.untagged import pass_over_untagged
from tests.worlds import Asking, Story, World

DAY = date(2024, 3, 4)


def test_other_languages_are_passed_over_and_lose_tags_that_they_had():
    tags = {
        "topics": ["agents"],
        "regions": ["FR"],
        "organizations": {"acme": "focus"},
        "near": [("robots", 0.3, 0.5, False)],
    }
    ask = Asking(World([Story(DAY, **tags), Story(DAY, language="fr", **tags), Story(DAY, language="en-GB")]))
    assert pass_over_untagged(ask.con, version="new") == 1
    assert ask.rows("SELECT story_no, tagger FROM story_fact ORDER BY story_no") == [
        (1, "fake"),
        (2, "new"),
        (3, "fake"),
    ]
    for table in ("topic_fact", "organization_fact", "region_fact", "topic_near"):
        assert ask.rows(f"SELECT DISTINCT story_no FROM {table}") == [(1,)]
    assert pass_over_untagged(ask.con, version="new") == 0
