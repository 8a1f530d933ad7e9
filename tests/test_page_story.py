"""The Story page as a script: why a story has each tag and lacks another, in every state that a story or an address can be in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.worlds import Publisher, Story, World, publish

APP = Path(__file__).resolve().parents[1] / "dashboard" / "app.py"
DAY = date(2024, 5, 6)
HOSTILE = "<script>alert(1)</script> **bold** [x](javascript:alert(1)) `y` :red[z]"
TITLE = "Agents file taxes in Lyon"
BODY = "An agent by Acme fills in forms, says Nord Labs; no robot arm took part."
LONG = "Forms are dull. " * 60 + "Then an agent came. " + "Forms are dull. " * 60

OpenStory = Callable[..., AppTest]


def at(kind: str, tag: str, phrase: str, weight: float | None = None, *, text: str = BODY) -> tuple[object, ...]:
    """Where a phrase stands, as a span of the world."""
    field, where = ("title", TITLE) if phrase in TITLE and text is BODY else ("text", text)
    start = where.index(phrase)
    return (kind, tag, field, start, start + len(phrase), weight)


FULL = Story(
    DAY, ["agents"], title=TITLE, body=BODY, external_id="issue-7#2", regions=["FR"],
    organizations={"acme": "focus", "nord": "source", "x:forms": "mention"},
    near=[("generative", 0.21, 0.4, False), ("robots", 0.8, 0.3, True)],
    spans=[at("topic", "agents", "Agents", 3.0), at("topic", "agents", "agent", 1.5), at("topic", "agents", "fills", 0.1),
           at("near", "generative", "forms", 0.5), at("near", "robots", "robot arm", 4.0), at("veto", "robots", "no robot arm"),
           at("organization", "acme", "Acme"), at("organization", "nord", "Nord Labs"), at("organization", "x:forms", "forms"),
           at("region", "FR", "Lyon")],
)  # fmt: skip
STORIES = {
    "full": FULL,
    "bare": Story(DAY, title="Nothing much", body=""),
    "copy": Story(DAY, ["agents"], copy_of=1, source="digest", title="The same again"),
    "headline": Story(DAY, ["agents"], source="closed", title="Agents at work", body=BODY,
                      spans=[("topic", "agents", "title", 0, 6, 2.0), at("topic", "agents", "agent", 1.5)]),
    "whole": Story(DAY, ["agents"], source="open", body=LONG, spans=[at("topic", "agents", "agent", 1.5, text=LONG)]),
    "excerpt": Story(DAY, ["agents"], body=LONG, spans=[at("topic", "agents", "agent", 1.5, text=LONG)]),
    "twin": Story(DAY, external_id="issue-9#1", title="First twin", near=[("agents", 0.2, 0.35, False)]),
    "twin-2": Story(DAY, external_id="issue-9#1", title="Second twin"),
    "hostile": Story(DAY, ["agents"], title=HOSTILE, body=HOSTILE, url="javascript:alert(1)", organizations={"x:evil": "focus"},
                     spans=[("topic", "agents", "text", 0, 25, 1.0), ("organization", "x:evil", "title", 0, 8)]),
}  # fmt: skip
WORLD = World(
    list(STORIES.values()),
    (
        Publisher("weekly", "The Weekly"),
        Publisher("digest", "The Digest"),
        Publisher("open", "The Open", display="full"),
        Publisher("closed", "The Closed", display="headline"),
    ),
    organizations={"acme": "Acme", "nord": "Nord Labs", "x:forms": "Forms", "x:evil": HOSTILE},
    quality=[
        ("topic", "agents", "abstract", 104, 84, 20, 20),
        ("topic", "generative", "abstract", 9, 9, 1, 0),
        ("organization", "*", "abstract", 600, 540, 10, 60),
        ("organization_focus", "*", "abstract", 300, 240, 30, 60),
    ],
    calibration=[("abstract", 0.7, 0.8, 412, 305, 0.75), ("abstract", 0.8, 0.9, 12, 11, 0.84)],
)


def number(name: str) -> str:
    """The id of a story of the world."""
    return f"{list(STORIES).index(name) + 1:016x}"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    st.cache_data.clear()
    st.cache_resource.clear()
    return publish(WORLD, tmp_path_factory.mktemp("stories"))


@pytest.fixture
def open_story(monkeypatch: pytest.MonkeyPatch, data: Path) -> OpenStory:
    """Open the page as an address would: `open_story(story="full", tag="topic:agents")`."""

    def open_one(**query: str) -> AppTest:
        monkeypatch.setenv("AINEWS_DATA", str(data))
        app = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = number(value) if value in STORIES else value
        app = app.switch_page("app_pages/story.py").run()
        assert [error.value for error in app.exception] == []
        return app

    return open_one


def html_of(app: AppTest) -> str:
    return "".join(part.value for part in app.get("html") if not part.value.startswith("<style>"))


def text_of(html: str) -> str:
    return re.sub(r"[ \n]+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def block(app: AppTest, name: str) -> str:
    """What is said of one topic."""
    (found,) = [s for s in re.findall(r"<section.*?</section>", html_of(app)) if f"</span>{name}</h3>" in s]
    return text_of(found)


def marks(app: AppTest) -> list[str]:
    return re.findall(r"<mark[^>]*>(.*?)</mark>", html_of(app))


# A story with everything


def test_a_story_says_where_it_ran_what_it_is_and_where_the_original_is(open_story):
    app = open_story(story="full")
    (h1,) = re.findall(r"<h1.*?</h1>", html_of(app))
    assert text_of(h1).replace(" ", "") == TITLE.replace(" ", "")
    assert "6 May 2024 · The Weekly · abstract · Read the original" in text_of(html_of(app))
    assert 'href="https://weekly.example/1" target="_blank" rel="noopener noreferrer"' in html_of(app)


def test_a_topic_stands_with_its_score_its_measured_quality_and_its_phrases_the_strongest_first(open_story):
    said = block(open_story(story="full"), "AI agents")
    assert "score 0.90, needs 0.35 · right about 9 times in 10" in said
    assert "On abstracts: right when given 81\u00a0% (72–87\u00a0%), found of all 81\u00a0% (72–87\u00a0%)" in said
    assert re.findall(r"“(.*?)”", said) == ["Agents", "agent", "fills"]
    assert re.findall(r"[+-]\d\.\d\d", said) == ["+3.00", "+1.50", "+0.10"]
    assert "“Agents” headline" in said


def test_bars_of_all_topics_of_a_story_have_one_scale(open_story):
    widths = re.findall(r'class="bar" style="width:(\d+)%', html_of(open_story(story="full")))
    assert widths == ["75", "38", "3", "100", "12"]  # 3, 1.5 and 0.1 of 4; the near misses' 4 of 4 and 0.5 of 4


def test_a_near_miss_says_what_it_needed_and_one_that_was_ruled_out_by_what(open_story):
    app = open_story(story="full")
    assert "score 0.21, needs 0.40 · would be right about 2 times in 10" in block(app, "Generative AI")
    assert "On abstracts: too few to measure" in block(app, "Generative AI")
    said = block(app, "Robots")
    assert "score 0.80, needs 0.30 Ruled out by “no robot arm”, though its score would do." in said
    assert "times in 10" not in said, "a ruled-out topic's score is worth nothing"
    assert "On abstracts: not measured" in said


def test_what_a_topic_needs_is_known_from_other_stories_of_the_same_tagger(open_story):
    app = open_story(story="bare")
    select = app.selectbox[0]
    select.set_value("robots").run()
    assert "It scored under half of the 0.30 that it needs. The words" in block(app, "Robots")


def test_any_other_topic_can_be_asked_for(open_story):
    app = open_story(story="full")
    select = app.selectbox[0]
    assert (select.label, select.options, select.value) == ("Why not …?", ["Healthcare"], None)
    select.set_value("healthcare").run()
    assert "It scored under half of what it needs. The words that spoke for it, if any, are not kept." in block(
        app, "Healthcare"
    )
    assert "About Healthcare\\." in [c.value for c in app.caption]


def test_organizations_and_regions_stand_with_their_role_in_plain_words_and_what_names_them(open_story):
    said = text_of(html_of(open_story(story="full")))
    assert "Acme the story is about it · “Acme”" in said
    assert "Forms not listed named · “forms”" in said
    assert "Nord Labs only where this was published or reported · “Nord Labs”" in said
    assert "France the story is about it · “Lyon”" in said
    assert (
        "named : the story names it, and is about something else. Charts count these where an option says so." in said
    )
    assert "the story is about it : the story happens there, or is about the place." in said
    assert "only its product is named" not in said, "no role is explained that is not there"


def test_how_well_names_are_found_and_whether_the_story_is_about_them_is_said_apart(open_story):
    captions = [caption.value for caption in open_story(story="full").caption]
    assert (
        "On abstracts, all organizations: right when given 98\u00a0% (97–99\u00a0%), found of all 90\u00a0% (87–92\u00a0%). "
        "That the story is about them: right when given 89\u00a0% (85–92\u00a0%), found of all 80\u00a0% (75–84\u00a0%)."
    ) in captions
    assert "On abstracts, all regions: not measured. That the story is about them: not measured." in captions


def test_the_same_on_a_terminal_and_who_tagged_it_are_said(open_story):
    app = open_story(story="full")
    assert [code.value for code in app.get("code")] == [f"ainews explain {number('full')}"]
    assert any("Tagged by fake" in caption.value for caption in app.caption)


def test_copies_lead_to_their_pages(open_story):
    html = html_of(open_story(story="full", back="open-key=topic%3Aagents"))
    assert f'<a href="story?story={number("copy")}&amp;back=open-key%3Dtopic%253Aagents">The same again</a>' in html
    assert TITLE in html_of(open_story(story="copy"))


# Whose words are marked


def test_at_first_the_strong_words_of_all_tags_are_marked_and_no_near_miss(open_story):
    assert marks(open_story(story="full")) == ["Agents", "Lyon", "agent", "Acme", "forms", "Nord Labs"]


@pytest.mark.parametrize(
    ("tag", "marked"),
    [("topic:agents", ["Agents", "agent", "fills"]), ("topic:robots", ["no robot arm"]), ("topic:generative", ["forms"]),
     ("organization:nord", ["Nord Labs"]), ("region:FR", ["Lyon"])],
)  # fmt: skip
def test_a_chosen_tag_shows_its_words_alone_and_the_address_says_so(open_story, tag, marked):
    app = open_story(story="full")
    app.button_group[0].set_value(tag).run()
    assert marks(app) == marked
    assert app.query_params["tag"] in (tag, [tag])
    assert marks(open_story(story="full", tag=tag)) == marked, "an address opens it alike"


def test_an_unknown_tag_in_the_address_marks_all(open_story):
    app = open_story(story="full", tag="topic:bogus")
    assert app.button_group[0].value == "all"


def test_choices_name_the_tags_and_what_the_story_lacks(open_story):
    options = [option.content for option in open_story(story="full").button_group[0].proto.options]
    assert options == [
        "All tags",
        "AI agents",
        "Acme",
        "Forms",
        "Nord Labs",
        "France",
        "not Robots",
        "not Generative AI",
    ]


# Stories of other kinds


def test_a_story_without_text_and_tags_says_so(open_story):
    app = open_story(story="bare")
    said = text_of(html_of(app))
    captions = [caption.value for caption in app.caption]
    assert "The story has no text beside its headline." in said
    assert said.count("None.") == 2
    assert "The tagger found none of the topics." in captions
    assert "None came near: every other topic scored under half of what it needs." in captions


def test_of_a_source_whose_headlines_alone_may_be_shown_no_word_of_the_text_is(open_story):
    app = open_story(story="headline")
    html = html_of(app)
    assert "Of this source only the headline is shown." in html
    assert marks(app) == ["Agents"]
    assert "“Agents”" in html
    assert "words of the text" in html
    assert "agent" not in html.replace("AI agents", "")
    assert "Acme" not in html


def test_a_whole_text_is_shown_where_it_may_be_and_else_an_excerpt_with_its_words(open_story):
    assert LONG.strip() in text_of(html_of(open_story(story="whole")))
    said = text_of(html_of(open_story(story="excerpt")))
    assert "An excerpt: of this source no whole texts are shown." in said
    assert "Then an agent came" in said
    assert LONG.strip() not in said


def test_what_strangers_wrote_is_shown_letter_by_letter(open_story):
    app = open_story(story="hostile")
    html = html_of(app)
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "Read the original" not in html
    assert text_of(html).count("alert(1)</script> **bold** [x](javascript:alert(1)) `y` :red[z]") >= 2
    options = [option.content for option in app.button_group[0].proto.options]
    assert all(re.search(r"(?<!\\)[\[\]<>`*]", option) is None for option in options)


# Addresses


def test_an_id_of_the_archive_opens_its_story(open_story):
    assert TITLE.split()[2] in html_of(open_story(story="issue-7#2"))


@pytest.mark.parametrize("asked", ["nope", "<script>alert(1)</script>", "`![x](http://evil.example/a.png)", "0" * 5000])
def test_an_unknown_id_is_named_with_a_way_back_and_a_search_box(open_story, asked):
    app = open_story(story=asked)
    assert "There is no story `" in app.warning[0].value
    assert len(app.warning[0].value) < 250
    assert app.warning[0].value.count("`") == 2, "the id can't end the code that it is shown as"
    assert 'href="./">← Coverage</a>' in html_of(app)
    app.text_input[0].set_value(number("full"))
    app.button[0].click().run()
    assert TITLE.split()[2] in html_of(app)
    assert app.warning == []


def test_an_address_without_an_id_says_what_the_page_is_for(open_story):
    for query in ({}, {"story": ""}, {"story": "  "}):
        app = open_story(**query)
        assert "the address names none" in app.info[0].value
        assert app.text_input[0].label == "Open a story by its id"


def test_an_id_that_several_stories_share_lists_them(open_story):
    app = open_story(story="issue-9#1")
    assert "Several stories have the id `issue-9#1`" in app.info[0].value
    assert re.findall(r'href="story\?story=(\w+)">(.*?)</a>', html_of(app)) == [
        (number("twin"), "First twin"),
        (number("twin-2"), "Second twin"),
    ]


@pytest.mark.parametrize(
    ("back", "href"),
    [
        ("open-key=topic%3Aagents&show=a&show=b", "./?open-key=topic%3Aagents&amp;show=a&amp;show=b"),
        ("//evil.example", "./"),
        ('"onmouseover="alert(1)', "./?%22onmouseover=%22alert%281%29"),
    ],
)
def test_the_way_back_leads_to_the_coverage_page_as_it_was_and_nowhere_else(open_story, back, href):
    assert unescape(f'<a class="back" href="{href}">← Back to the chart</a>') in unescape(
        html_of(open_story(story="full", back=back))
    )


def test_the_way_back_to_a_search_is_called_a_list(open_story):
    assert '<a class="back" href="./stories?q=robots">← Back to the list</a>' in html_of(
        open_story(story="full", back="page=stories&q=robots")
    )


# What a score means


def test_the_curve_of_scores_stands_with_words_and_its_numbers(open_story):
    app = open_story(story="full")
    (chart,) = app.get("plotly_chart")
    assert "of 412 topics scored 0.7 to 0.8, 74\u00a0% were right (likely range 70–78\u00a0%)" in chart.proto.alt
    assert any(
        "Measured on abstracts, against topics given after reading the whole story: of 412" in c.value
        for c in app.caption
    )
    (table,) = app.table
    assert table.value.loc["0.7 to 0.8"].tolist() == ["412", "74\u00a0%", "70–78\u00a0%"]


def test_where_scores_were_not_measured_the_page_says_so(open_story, monkeypatch, tmp_path):
    bare = publish(World([FULL], organizations=WORLD.organizations), tmp_path, "20240701T120000Z-0000000b")
    app = open_story(story="full")
    monkeypatch.setenv("AINEWS_DATA", str(bare))
    app.run()
    assert app.get("plotly_chart") == []
    assert any("was not measured in this data" in caption.value for caption in app.caption)
