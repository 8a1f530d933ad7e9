"""The page Stories: what is found is what is counted, listed, linked and downloaded; and what it says where nothing is."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data as cached
from dashboard.filters import Filters
from dashboard.found import ANYWHERE, Found, also_words, every, find, headline, look_up, own_query, page_of, why_none
from dashboard.found_panels import found_csv
from dashboard.scope import Scope, build_scope
from tests.page_kit import show_data
from tests.search_kit import publish_searchable, searchable
from tests.test_page_coverage import APP, html_of, no_fault, query_of, text_of
from tests.worlds import Asking, Publisher, Story, World, many

DAY = date(2024, 1, 10)
SOURCES = (
    Publisher("weekly", "The Weekly"),
    Publisher("daily", "The Daily"),
    Publisher("wire", "The Wire", display="headline"),
)
HOSTILE = "<img src=x onerror=alert(1)> **AI** [x](javascript:y) =1+1 \u202eAct"


def told() -> World:
    """12 stories on robots, one on the AI Act that another source copies, a hostile one and one that may not be shown."""
    act = Story(
        date(2024, 2, 1), ["agents"], title="The AI Act is in force", body="Europe rules. " * 60 + "The AI Act bites."
    )
    return World(
        [
            *many(12, DAY, "robots", title="Robots walk", body="A robot walks."),
            act,
            Story(date(2024, 2, 2), ["agents"], "daily", title="The AI Act is in force", copy_of=13),
            Story(date(2024, 2, 3), title=HOSTILE, body=HOSTILE, url="javascript:alert(1)"),
            Story(date(2024, 2, 4), source="wire", title="AI Act", body="A secret robots text on the AI Act."),
        ],
        SOURCES,
    )


@pytest.fixture(scope="module")
def ask() -> Asking:
    return searchable(told())


def scope_of(ask: Asking, **filters: object) -> Scope:
    chosen = Filters(**({"sources": ("all",)} | filters))  # type: ignore[arg-type]
    return build_scope(ask, chosen, sources=ask.sources(), catalog=ask.catalog(), clock=ask.world.clock)


def found(ask: Asking, query: str, *, page: int = 1, by_rank: bool = True, **filters: object) -> Found:
    return find(ask, look_up(ask, query), scope_of(ask, **filters), by_rank=by_rank, page=page)


@pytest.mark.parametrize(
    ("query", "filters", "said"),
    [
        ("", {}, "15 stories"),
        ("robots", {}, "13 of 15 stories hold “robots”"),
        ('"AI Act"', {}, "2 of 15 stories hold “AI Act”"),
        ('"AI Act"', {"unit": "copy"}, "3 of 16 stories hold “AI Act”"),
        ('"AI Act"', {"sources": ("weekly",)}, "1 of 14 stories holds “AI Act”"),
        ('"AI Act"', {"any_of": ("topic:robots",)}, "None of 12 stories holds “AI Act”"),
        ("lynx", {}, "None of 15 stories holds “lynx”"),
        ("!!!", {}, "Nothing to look for yet"),
        ("-robots", {}, "Nothing to look for yet"),
    ],
)
def test_the_headline_counts_what_passes_the_filters(ask, query: str, filters: dict[str, object], said: str):
    assert headline(found(ask, query, **filters)) == said


@pytest.mark.parametrize("query", ["", "robots", '"AI Act"', "AI OR robots"])
def test_rule_26_the_number_the_pages_and_the_whole_list_agree(ask, query: str):
    first = found(ask, query)
    whole = every(ask, first.search, first.scope, by_rank=True)
    paged = [found(ask, query, page=n).rows for n in range(1, -(-first.total // 10) + 1)]
    assert len(whole) == first.total
    assert pd.concat(paged)["story_no"].tolist() == whole["story_no"].tolist()


def test_a_page_beyond_the_last_is_the_last(ask):
    beyond = found(ask, "robots", page=99)
    assert (beyond.page, len(beyond.rows), beyond.total) == (2, 3, 13)


def test_the_newest_can_stand_first(ask):
    assert found(ask, "AI", by_rank=False).rows["day"].is_monotonic_decreasing


def test_a_text_that_may_not_be_shown_is_not(ask):
    rows = found(ask, "secret").rows
    assert rows["body"].tolist() == [""]


def test_why_nothing_is_found(ask):
    scope = scope_of(ask)
    for query, anywhere, said in [
        ("!!!", 0, "no word to look for in `!!!`"),
        ("-robots", 0, "only what must not be"),
        ("lynx", 0, "No story of this data holds `lynx`"),
        ("force walk", 0, "no story holds them together"),
        ('"force walk"', 0, "must follow each other"),
        ("force walk -walk-force", 0, "no story holds them together"),
        ("force", 1, "1 story holds it in other sources"),
    ]:
        search = look_up(ask, query)
        assert search
        assert said in why_none(search, scope, anywhere)


def test_where_else_a_story_ran():
    def row(number: int, source: str, copies: int = 1, *, same: bool = False) -> dict[str, object]:
        return {"story_no": number, "source": source, "copies": copies, "same_source": same}

    rows = [row(1, "B"), row(2, "B"), row(2, "C"), row(3, "A", 2, same=True), row(3, "B"), *(row(4, s) for s in "BCD")]
    assert also_words(rows) == {
        1: "also in B",
        2: "also in B and C",
        3: "also in B, told 2 more times here",
        4: "also in 3 other sources",
    }


def test_what_the_address_says():
    assert own_query({"q": " AI ", "sort": "relevance"}, 1) == {"q": ["AI"]}
    assert own_query({"q": "AI", "sort": "date"}, 3) == {"q": ["AI"], "sort": ["date"], "at": ["3"]}
    assert [page_of(text) for text in ("2", "0", "-1", "x", "9" * 30, "²", "9" * 5000)] == [2] + [None] * 6


def test_every_query_has_what_it_is_held_against(ask):
    assert ask("search_count", **look_up(ask, "robots").matching(), **ANYWHERE)["found"].iloc[0] == 13


# On the page


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_searchable(told(), tmp_path_factory.mktemp("stories"))


@pytest.fixture
def open_stories(monkeypatch: pytest.MonkeyPatch, data: Path) -> Callable[..., AppTest]:
    """Open the page with this address."""

    def open_page(**query: list[str]) -> AppTest:
        show_data(monkeypatch, data)
        app = AppTest.from_file(str(APP), default_timeout=60)
        for name, values in query.items():
            app.query_params[name] = values
        return no_fault(app.switch_page("app_pages/stories.py").run())

    return open_page


def test_a_link_opens_its_search(open_stories):
    app = open_stories(q=['"AI Act"'], source=["all"])
    text = text_of(html_of(app))
    assert "2 of 15 stories hold “AI Act”" in text
    assert "also in The Daily" in text
    assert html_of(app).count("<article") == 2
    assert '<mark title="you looked for AI Act">AI Act</mark>' in html_of(app)
    assert "secret" not in text
    assert query_of(app) == {"q": ['"AI Act"'], "source": ["all"]}


def test_what_is_typed_goes_into_the_address_and_begins_with_the_first_page(open_stories):
    app = open_stories(q=["robots"], source=["all"], at=["2"])
    assert html_of(app).count("<article") == 3
    app.text_input(key="search_q").set_value("robot").run()
    assert "12 of 15 stories hold “robot”" in text_of(html_of(no_fault(app)))
    assert query_of(app) == {"q": ["robot"], "source": ["all"]}


def test_what_a_stranger_wrote_is_shown_as_text(open_stories):
    html = html_of(open_stories(q=["onerror"], source=["all"]))
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert "&lt;img src=x" in html
    typed = html_of(open_stories(q=['<img src=x onerror=alert(1)> "<script>'], source=["all"]))
    assert "<img" not in typed
    assert "<script" not in typed


def test_without_a_search_the_newest_stand_first(open_stories):
    app = open_stories(source=["all"])
    assert "15 stories" in text_of(html_of(app))
    assert html_of(app).count("<article") == 10


def test_nothing_found_says_why_and_offers_the_way_on(open_stories):
    app = open_stories(q=["lynx"], source=["all"])
    assert ["lynx" in info.value for info in app.info] == [True]
    app = open_stories(q=["force"], any=["topic:robots"], source=["all"])
    assert "1 of 15" not in text_of(html_of(app))
    app.button(key="search_everywhere").click().run()
    assert "hold “force”" in text_of(html_of(no_fault(app)))


def test_values_of_a_link_that_say_nothing_are_named(open_stories):
    app = open_stories(q=["robots"], sort=["best"], at=["-3"])
    assert [warning.value.split("`")[1] for warning in app.warning] == ["best", "-3"]


def test_rule_26_the_download_holds_what_was_found(data, monkeypatch):
    show_data(monkeypatch, data)
    world = Asking(told())
    scope = scope_of(world)
    listed = find(cached.ask, look_up(cached.ask, '"AI Act"'), scope, by_rank=True, page=1)
    table = pd.read_csv(io.BytesIO(found_csv(listed, by_rank=True)), keep_default_na=False)
    assert len(table) == listed.total == 2
    assert table["filters"].str.startswith("stories that hold “AI Act”; stories of").all()
    assert "secret" not in "".join(table["body"])
    long = table[table["source"] == "The Weekly"]["body"].iloc[0]
    assert len(long) < 500
    assert "The AI Act" in long
