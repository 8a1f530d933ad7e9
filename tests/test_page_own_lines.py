"""Coverage with lines of the reader's own: typed phrases, groups, comparisons within; as links, with their stories and their words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.search_kit import publish_searchable
from tests.test_page_coverage import html_of, no_fault, open_app, query_of, small_world, text_of, words_of
from tests.worlds import Story, World, many

__all__ = ["open_app"]  # a fixture
ACT = 'phrase:"AI Act"'


def world() -> World:
    """Two whole years of The Weekly by quarters: each 30 stories; from 2024 on 6 of 30 hold the phrase, 3 of these about China."""
    stories: list[Story] = []
    for year in (2023, 2024):
        for month in (2, 5, 8, 11):
            day = date(year, month, 10)
            if year == 2024:
                stories += many(3, day, "agents", title="The AI Act <b>passes</b>", regions=["CN"])
                stories += many(3, day, title="Passed", body="So the AI-Act is law.")
            stories += [*many(8, day, "agents", "robots"), *many(4, day, "robots", regions=["CN"])]
            stories += many(18 if year == 2023 else 12, day)
    return replace(World(stories), clock=small_world().clock.replace(year=2025, month=2))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_searchable(world(), tmp_path_factory.mktemp("own"))


def test_a_typed_phrase_becomes_a_line_a_link_and_a_sentence(open_app, data):
    app = no_fault(open_app(data, show=["topic:agents"]))
    assert app.multiselect(key="choice_show").proto.accept_new_options
    app.multiselect(key="choice_show").set_value(["topic:agents", "AI Act", "-"])
    no_fault(app.run())
    assert query_of(app) == {"show": ["topic:agents", ACT]}
    assert app.multiselect(key="choice_show").options[-1] == "“AI Act” · phrase"
    headline = re.findall(r"<h1[^>]*>(.*?)</h1>", html_of(app))[0]
    assert (
        "“AI Act” went from 0\u00a0% of The Weekly’s stories in 2023 (0 of 120) to 20\u00a0% in 2024 (24 of 120)"
        in headline
    )
    said = words_of(app).replace("\\", "")
    assert "“AI Act”: stories that contain it, in title or text" in said
    assert "A phrase is no tag" in said


def test_rule_26_an_opened_phrase_shows_its_stories_with_the_words_marked(open_app, data):
    app = no_fault(open_app(data, show=[ACT], grain=["quarter"], open_key=[ACT], open_period=["2024-05-01"]))
    html = html_of(app)
    assert app.header[0].value.replace("\\", "") == "“AI Act” · Q2 2024"
    assert "6 of 30 stories = 20\u00a0%" in text_of(html)
    assert html.count("<article") == 6
    assert sorted(re.findall(r"<mark[^>]*>(.*?)</mark>", html)) == ["AI Act"] * 3 + ["AI-Act"] * 3
    assert "Download these 6 stories (CSV)" in words_of(app)
    assert "&lt;b&gt;passes" in html


def test_rule_3_within_draws_each_line_of_its_own_stories_and_says_so_everywhere(open_app, data):
    query = {"show": ["topic:agents"], "within": ["region:CN"], "grain": ["year"]}
    key = "topic:agents@region:CN"
    app = no_fault(open_app(data, **query, open_key=[key], open_period=["2024-01-01"]))
    assert "12 of 28 stories about China = 43\u00a0%" in text_of(html_of(app))
    assert html_of(app).count("<article") == 10
    table = next(frame.value for frame in app.dataframe if "Of stories" in frame.value)
    assert table[["Line", "Stories", "Of", "Of stories"]].values.tolist() == [
        ["AI agents in China", 12, 28, "about China"], ["AI agents in China", 0, 16, "about China"],
    ]  # fmt: skip
    assert "of 44 stories about China, each line of its own" in app.get("plotly_chart")[0].proto.spec
    no_fault(app.button(key="open_counted").click().run())
    assert query_of(app)["open-key"] == ["*@region:CN"]
    assert "Download these 28 stories (CSV)" in words_of(app)
    assert "The Weekly’s stories about China" in text_of(html_of(app))


def test_rule_4_several_topics_become_one_line_by_a_button_and_a_stack_opens_what_is_left(open_app, data):
    app = no_fault(open_app(data, show=["topic:agents"], grain=["year"]))
    assert app.button(key="add_own_group").disabled
    app.multiselect(key="own_group").set_value(["topic:agents", "topic:robots"]).run()
    no_fault(app.button(key="add_own_group").click().run())
    assert query_of(app)["show"] == ["topic:agents", "any:topic:agents+topic:robots"]
    assert "a story on any of them counts once" in words_of(app)
    stacked = no_fault(open_app(data, drawing=["stack"], show=["topic:agents"], grain=["year"], open_key=["other"],
                                open_period=["2024-01-01"]))  # fmt: skip
    # of 48 stories on robots 32 are on agents too
    assert "48 stories, shared out: 32.0 of 120 stories = 27\u00a0%" in text_of(html_of(stacked))
    assert "Download these 48 stories (CSV)" in words_of(stacked)
    assert "Drawn as a stack" in stacked.get("plotly_chart")[0].proto.alt


def test_beside_the_lines_switches_change_the_picture_and_the_address(open_app, data):
    app = no_fault(open_app(data, show=["topic:agents"], grain=["quarter"]))
    before = app.get("plotly_chart")[0].proto.spec
    for name, title in (("trailing", "wide: trailing 4 quarters"), ("before", "faint: the year before")):
        app.toggle(key=f"choice_{name}").set_value(True)
        no_fault(app.run())
        assert query_of(app)[name] == ["yes"]
        assert title in app.get("plotly_chart")[0].proto.spec
        assert title not in before


def test_data_from_before_phrases_could_be_drawn_says_what_mends_it_and_draws_the_rest(open_app, tmp_path):
    folder = publish_searchable(world(), tmp_path)
    (path,) = (folder / "snapshots").glob("*.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute("DELETE FROM posting_made")
    app = no_fault(open_app(folder, show=["topic:agents", ACT]))
    (said,) = [w.value for w in app.warning]
    assert said == "This data was made before phrases could be drawn. `ainews run` brings it up to date."
    assert query_of(app)["show"] == ["topic:agents", ACT], "the link is kept"
    assert "AI Act" not in app.get("plotly_chart")[0].proto.spec


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "=1+1", "`x` [a](http://e.example) :red[b]", "\u202eabc", "%%%a"]
)
def test_a_hostile_phrase_is_shown_letter_by_letter(open_app, data, text):
    app = no_fault(open_app(data, show=[f"phrase:{text}", "topic:agents"]))
    assert "<img" not in html_of(app)
    assert "<img" not in app.get("plotly_chart")[0].proto.spec
    assert not any(re.search(r"(?<!\\)[\[\]`]", part.value) for part in app.caption if "contain it" in part.value)
