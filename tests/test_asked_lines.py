"""Phrases under "Only stories about": they restrict numerator and denominator as tags do, in every question, link, file and word."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp

from dashboard import panels
from dashboard.counting import restriction
from dashboard.exports import points_csv
from dashboard.filters import Filters, Known, from_query, to_query
from dashboard.pending import Pending, Shown
from dashboard.view import restriction_words
from tests.page_kit import html_of, no_fault, open_at, text_of
from tests.search_kit import publish_searchable, searchable
from tests.worlds import Asking, Publisher, Story, World, many

GPT, EITHER = 'phrase:"GPT-5"', "phrase:claude OR llama"
SAYING = {GPT: ("gpt-5",), EITHER: ("claude", "llama")}
BODIES = ("GPT-5 and Claude.", "A llama.", "GPT 4.", "Of Claude alone.", "Nothing.")
KEYS = (GPT, EITHER, "topic:agents", "topic:robots", "region:CN")


# What is counted


def rich() -> Asking:
    """Each text with each choice of two topics and of a country, a day each."""
    choices = [
        (body, topics, places)
        for body in BODIES
        for topics in ((), ("agents",), ("robots", "agents"))
        for places in ((), ("CN",))
    ]
    return searchable(
        World([Story(date(2024, 5, 1), topics, body=body, regions=places) for body, topics, places in choices])
    )


@pytest.fixture(scope="module")
def asking() -> Asking:
    return rich()


def holds(story: Story, key: str) -> bool:
    kind, _, rest = key.partition(":")
    if key in SAYING:
        return any(said in story.body.lower() for said in SAYING[key])
    return rest in (story.topics if kind == "topic" else story.regions)


def passes(story: Story, filters: Filters) -> bool:
    kinds = {key.partition(":")[0] for key in filters.any_of}
    return (
        all(any(holds(story, key) for key in filters.any_of if key.startswith(f"{kind}:")) for kind in kinds)
        and all(holds(story, key) for key in filters.all_of)
        and not any(holds(story, key) for key in filters.none_of)
    )


CHOSEN = hyp.lists(hyp.sampled_from(KEYS), unique=True, max_size=3).map(tuple)


@settings(max_examples=60)
@given(any_of=CHOSEN, all_of=CHOSEN, none_of=CHOSEN)
def test_phrases_and_tags_restrict_alike_any_all_and_none_3(asking, any_of, all_of, none_of):
    filters = Filters(any_of=any_of, all_of=all_of, none_of=none_of)
    asked = {"sources": None, "from_day": None, "to_day": None, **restriction(filters)}
    shown = Shown(asking.snapshot, Pending(), (EITHER, GPT))
    counted = int(shown.ask("base_count", asked)["n"].iloc[0])
    assert counted == sum(passes(story, filters) for story in asking.world.stories)
    drawn = shown.ask("coverage", {**asked, "keys": ("topic:agents",), "grain": "year"})
    on = sum(passes(story, filters) and "agents" in story.topics for story in asking.world.stories)
    assert [(row["k"], row["n"]) for row in drawn.to_dict("records")] == ([(on, counted)] if counted else [])


def test_what_no_story_says_leaves_none_and_other_questions_know_of_no_phrase(asking):
    none = {"sources": None, "from_day": None, "to_day": None, **restriction(Filters(all_of=("phrase:zebra",)))}
    assert int(Shown(asking.snapshot, Pending(), ("phrase:zebra",)).ask("base_count", none)["n"].iloc[0]) == 0
    assert asking.rows("SELECT count(*) FROM asked_line()") == [(0,)]


# What is said


def test_a_phrase_is_told_as_what_stories_say_3(asking):
    catalog = asking.catalog()
    said = lambda **chosen: restriction_words(Filters(**chosen), catalog)  # noqa: E731
    assert said(all_of=("topic:agents", GPT)) == "about AI agents, that say “GPT-5”"
    assert said(any_of=(GPT, "phrase:MCP", "region:CN")) == "about China, that say “GPT-5” or “MCP”"
    assert said(none_of=("topic:robots", EITHER)) == "not about Robots, that do not say “claude” or “llama”"


def test_a_link_carries_phrases_and_names_what_is_none():
    known = Known(frozenset({"topic:agents"}), frozenset())
    chosen = Filters(any_of=(GPT,), all_of=("topic:agents", EITHER), none_of=("phrase:MCP",))
    assert from_query(to_query(chosen), known) == (chosen, [])
    found, problems = from_query({"every": ["phrase:-", "phrase:a@b"], "within": [GPT]}, known)
    assert (found.all_of, found.within) == (("phrase:a b",), ())
    assert len(problems) == 2


# The pages


def world() -> World:
    """Two years of The Weekly by quarters, 30 stories each: 6 on healthcare, 9 that name GPT-5, 3 of both, from 2024 on all 6."""
    stories: list[Story] = []
    for year in (2023, 2024):
        for month in (2, 5, 8, 11):
            day, both = date(year, month, 10), 3 if year == 2023 else 6
            stories += many(both, day, "healthcare", title="GPT-5 in clinics", regions=["CN"])
            stories += many(6 - both, day, "healthcare", title="A clinic")
            stories += many(9 - both, day, "agents", title="On <b>GPT-5</b>", organizations={"acme": "focus"})
            stories += many(15 + both, day, title="Plain")
    weekly = Publisher("weekly", "The Weekly", expected=[date(y, m, 10) for y in (2023, 2024) for m in (2, 5, 8, 11)])
    return replace(World(stories, (weekly,)), clock=World([]).clock.replace(year=2025, month=2))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_searchable(world(), tmp_path_factory.mktemp("asked"))


def test_healthcare_of_the_stories_that_say_a_phrase_is_drawn_opened_and_downloaded_3_26(monkeypatch, data):
    made: list[bytes] = []
    monkeypatch.setattr(panels, "made_later", lambda make: make())
    monkeypatch.setattr("dashboard.data.made_later", lambda make: make())
    monkeypatch.setattr(panels, "points_csv", lambda *rows, **also: made.append(points_csv(*rows, **also)) or made[-1])
    app = open_at(monkeypatch, data, "coverage", show=["topic:healthcare"], every=[GPT], grain="year",
                  **{"open-key": "topic:healthcare", "open-period": "2024-01-01"})  # fmt: skip
    text = text_of(app)
    # 12 of 36 stories in 2023, 24 of 36 in 2024
    assert "(12 of 36)" in text
    assert "(24 of 36)" in text
    assert "Of 72 stories of The Weekly that say “GPT-5”" in text
    assert "24 of 36 stories = 67" in text
    assert "Download these 24 stories (CSV)" in [button.proto.label for button in app.get("download_button")]
    rows = pd.read_csv(io.BytesIO(made[0]))
    assert list(zip(rows["numerator"], rows["denominator"], strict=True)) == [(12, 36), (24, 36)]
    assert "that say “GPT-5”" in rows["filters"][0]
    assert app.query_params["every"] in (GPT, [GPT])


def test_a_phrase_typed_under_only_stories_about_restricts_and_stands_in_the_link(monkeypatch, data):
    app = open_at(monkeypatch, data, "coverage", show=["topic:healthcare"], grain="year")
    app.multiselect(key="choice_all_of").set_value(["GPT-5", "healthcare", "-"])
    no_fault(app.run())
    assert app.query_params["every"] == ["phrase:GPT-5", "topic:healthcare"]
    assert app.multiselect(key="choice_all_of").options[-1] == "“GPT-5” · phrase"
    assert "Of 36 stories of The Weekly about Healthcare, that say “GPT-5”" in text_of(app)
    app.multiselect(key="choice_within").set_value(["MCP"])
    no_fault(app.run())
    assert app.multiselect(key="choice_within").value == [], "lines are compared within what the data knows alone"


@pytest.mark.parametrize(
    ("page", "query", "said"),
    [
        ("topics", {}, r"of 72 stories in The Weekly, .*that say “GPT-5”"),
        ("organizations", {}, r"of 72 stories in The Weekly, .*that say “GPT-5”"),
        ("regions", {}, r"of 72 stories in The Weekly, .*that say “GPT-5”"),
        ("stories", {}, r"72 stories.*that say “GPT-5”"),
        ("topics", {"stories": ["shares", "topic:healthcare"]}, r" 36 stories "),
        ("stories", {"q": "clinics"}, r"36 of 72 stories hold .*that say “GPT-5”"),
    ],
)
def test_every_page_counts_and_opens_the_same_stories_26_27(monkeypatch, data, page, query, said):
    text = text_of(open_at(monkeypatch, data, page, every=[GPT], source=["all"], **query))
    assert re.search(said, text), text[:1500]
    assert "<b>GPT-5</b>" not in html_of(open_at(monkeypatch, data, page, every=[GPT], source=["all"], **query))


def test_where_no_story_says_it_the_page_says_what_to_loosen(monkeypatch, data):
    app = open_at(monkeypatch, data, "coverage", every=["phrase:zebra"])
    assert "take something out of *Only stories about*" in "".join(info.value for info in app.info)
    app = open_at(monkeypatch, data, "topics", every=["phrase:zebra"])
    assert "take something out of *Only stories about*" in "".join(info.value for info in app.info)
