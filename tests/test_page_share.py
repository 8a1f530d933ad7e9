"""What each page offers to take along, as scripts: links that remember, chips, one chart alone, a picture, wrong parameters named."""

from __future__ import annotations

import re
from datetime import date, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from tests.page_kit import (
    OpenPage,
    charts,
    html_of,
    open_at,
    query_of,
)
from tests.search_kit import publish_searchable
from tests.worlds import Publisher, Story, World, many

HOSTILE = "<script>alert(1)</script> ![x](http://evil.example/a.png)"
WEEKLY = Publisher("weekly", "The Weekly", expected=[date(2024, m, 10) for m in range(1, 10)])
NAME = "20240701T120000Z-00000001"
NUMBER = "{{'name': '{}', 'key': '{}', 'source': {}, 'from_day': DATE '{}', 'to_day': DATE '{}'}}"
EXAMPLES = [
    ("rise", 1, "Agents rise", "AI agents: {early} at first, {late} later.", "show=topic:agents&source=weekly&grain=month",
     [("early", "topic:agents", "NULL", "2024-01-01", "2024-03-31"), ("late", "topic:agents", "'weekly'", "2024-07-01", "2024-09-30")]),
    ("gone", 2, "Of another archive", "{a}", "show=topic:cooking", [("a", "topic:cooking", "NULL", "2024-01-01", "2024-01-31")]),
]  # fmt: skip


def stories() -> list[Story]:
    """By month 40 stories: 2 on agents, from July 20; 4 on healthcare and robots; the rest is bare."""
    found = []
    for month in range(1, 10):
        day, agents = date(2024, month, 10), 20 if month >= 7 else 2
        found += many(agents, day, "agents", title=HOSTILE, organizations={"acme": "focus"}, regions=["FR"])
        found += [*many(4, day, "healthcare", "robots"), *many(36 - agents, day)]
    return found


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = World(stories(), (WEEKLY,), clock=datetime(2024, 10, 1, 12))
    folder = publish_searchable(world, tmp_path_factory.mktemp("share"))
    name = (folder / "current").read_text().strip()
    with duckdb.connect(str(folder / "snapshots" / f"{name}.duckdb")) as con:
        for *texts, numbers in EXAMPLES:
            structs = ", ".join(NUMBER.format(*number) for number in numbers)
            con.execute(f"INSERT INTO example_view VALUES ($1, $2, $3, $4, $5, [{structs}])", texts)
    return folder


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, data: Path) -> OpenPage:
    return lambda page="coverage", **query: open_at(monkeypatch, data, page, **query)


@pytest.fixture
def within(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are shown within another one, as by `?embed=true`."""
    monkeypatch.setattr(ContextProxy, "is_embedded", property(lambda _: True))


def link_of(app: AppTest) -> dict[str, list[str]]:
    return parse_qs(urlsplit(next(code.value for code in app.get("code") if "was=" in code.value)).query)


# Links that remember

SAID = {
    "topics": ({"bars": ["topics"]}, "topic:agents=72.360", "AI agents was 70 of 350 and is 72 of 360"),
    "stories": ({"q": ["body"]}, "found:body=360.360", "What this list holds was 350 and is 360"),
    "methods": ({"part": ["cite"]}, "stories=360.360", "The number of stories was 350 and is 360"),
}


@pytest.mark.parametrize("page", SAID)
def test_a_link_carries_its_numbers_and_says_later_what_became_of_them(open_page, page):
    query, was, said = SAID[page]
    app = open_page(page, **query)
    link = link_of(app)
    assert was in link["was"]
    assert link["snapshot"] == [(app.session_state["noted"].shown.data.name)]
    assert {name: link[name] for name in query} == query
    again = open_page(page, **{f"{name}_": values for name, values in link.items()})
    assert [info.value for info in again.info] == []
    assert [warning.value for warning in again.warning] == []
    older = re.sub(r"(72|360)\.", lambda m: {"72": "70.", "360": "350."}[m[1]], was).replace(".360", ".350")
    changed = open_page(
        page, **{f"{name}_": values for name, values in (link | {"was": [older], "snapshot": ["old"]}).items()}
    )
    assert said in changed.info[0].value
    assert "(`old`)" in changed.info[0].value


def test_a_link_to_one_page_says_nothing_on_another(open_page):
    app = open_page("topics", was=["topic:agents=1.2"], snapshot=["old"])
    assert "was 1 of 2" not in "".join(info.value for info in app.switch_page("app_pages/coverage.py").run().info)


def test_what_a_link_says_wrongly_of_a_pages_own_choices_is_named(open_page):
    app = open_page(
        "topics", bars=["desk:cooking"], against=["never"], between=["desk:health", "desk:x"], stories=["shares"]
    )
    assert [warning.value for warning in app.warning] == [
        "The link's bars `desk:cooking` is nothing that this page can show.",
        "The link's against `never` is nothing that this page can show.",
        "The link's between `desk:x` is nothing that this page can show.",
        "The link opens stories by `shares`, which is no number of this page in this data.",
    ]
    (said,) = [warning.value for warning in open_page("methods", part=["![x]`"]).warning]
    assert said.startswith("The link's part `![x]` is not one of sources, runs, ")


# Chips


def test_a_chip_sets_its_view_and_the_page_says_what_to_see_with_the_numbers_of_this_data(open_page):
    app = open_page()
    assert [button.label for button in app.button if str(button.key).startswith("example_")] == ["Agents rise"]
    app.button(key="example_rise").click().run()
    assert query_of(app) == {"show": ["topic:agents"], "source": ["weekly"], "grain": ["month"]}
    assert "AI agents: 5 % (6 of 120) at first, 50 % (60 of 120) later." in [
        re.sub(r"\\", "", caption.value).replace("\u00a0", " ") for caption in app.caption
    ]
    app.multiselect(key="choice_show").set_value(["topic:robots"]).run()
    assert not any("at first" in caption.value for caption in app.caption), "another view is not the example"


# One chart alone


@pytest.mark.usefixtures("within")
@pytest.mark.parametrize(
    ("page", "query", "drawn"),
    [
        ("coverage", {"show": ["topic:agents"]}, "Share of stories by"),
        ("topics", {}, "Share of stories"),
        ("topics", {"chart": ["movers"], "grain": ["month"]}, "Change of share from Aug 2024"),
        ("topics", {"chart": ["pairs"]}, "Stories on both"),
        ("organizations", {}, "The Weekly"),
        ("regions", {}, "The Weekly"),
    ],
)
def test_within_another_page_stand_one_chart_and_its_source_line(open_page, page, query, drawn):
    app = open_page(page, **query)
    (chart,) = charts(app)
    assert drawn in chart
    assert "click to read" not in chart
    said = unescape(re.sub(r"<[^>]*>", "", html_of(app)))
    assert re.search(
        r"Of 360 stories (of|in) The Weekly.* · 10 Jan 2024 to 10 Sep 2024 · AI News Trends, data of 1 Oct 2024", said
    )
    (whole,) = re.findall(r'<a class="back" href="([^"]+)" target="_blank"', html_of(app))
    assert parse_qs(urlsplit(unescape(whole)).query)["from"] == ["2024-01-10"]
    assert "embed" not in whole
    assert list(app.dataframe) == []
    assert list(app.get("download_button")) == []
    assert [warning.value for warning in app.warning] == []
    assert query_of(app).get("chart") == query.get("chart")


@pytest.mark.usefixtures("within")
def test_a_chart_that_the_page_lacks_is_named_and_so_is_what_else_is_wrong(open_page):
    app = open_page("topics", chart=["pie"], bars=["desk:x"])
    assert [warning.value for warning in app.warning] == [
        "The link's chart `pie` is not one of shares, movers.",
        "The link's bars `desk:x` is nothing that this page can show.",
    ]
    assert len(charts(app)) == 1


@pytest.mark.usefixtures("within")
def test_where_there_is_nothing_to_draw_the_reason_stays(open_page):
    app = open_page("topics", every=["topic:agents", "topic:robots"])
    assert charts(app) == []
    assert "No story passes these filters" in app.info[0].value


# A picture, a sentence


def test_a_picture_is_composed_with_all_that_a_slide_needs(open_page):
    app = open_page("topics")
    before = len(charts(app))
    app.button(key="open_picture").click().run()
    assert [error.value for error in app.exception] == []
    picture = charts(app)[before]
    assert '"width":1200' in picture
    assert "Shaded, or a thin line: likely range" in picture
    assert "data of 1 Oct 2024" in picture


def test_the_sentence_to_cite_is_the_pages_own_with_ranges_and_link(open_page):
    sentence = open_page("coverage", show=["topic:agents"], grain=["month"]).get("code")[1].value.replace("\u00a0", " ")
    assert sentence.startswith("AI agents went from 5 % of The Weekly’s stories in ")
    assert re.search(
        r"Likely range of the change: AI agents \+\d+ to \+\d+ points\. Of 360 stories of The Weekly, 10 Jan 2024",
        sentence,
    )
    assert "Source: AI News Trends, data of 1 Oct 2024, 12:00 UTC (" in sentence
    assert "was=" not in sentence
