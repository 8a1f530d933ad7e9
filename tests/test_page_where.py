"""Where a change comes from, as Coverage shows it: from the button, from a link, from an opened point; each number opens its stories."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import where_from_panel
from dashboard.exports import as_csv, stories_csv
from tests.page_kit import html_of, no_fault, open_at, table, text_of
from tests.worlds import Publisher, Story, World, many, publish

DAYS = [date(2024, month, 10) for month in (1, 2, 3)]
HOSTILE = "<script>alert(1)</script> =1+1"


def world() -> World:
    """January to March: The Weekly 40 a month (agents 4, 4, 20), The Digest from March (60, half on agents, one told twice)."""
    stories: list[Story] = []
    for day, agents in zip(DAYS, (4, 4, 20), strict=True):
        stories += [*many(agents, day, "agents", title=HOSTILE), *many(8, day, "generative"), *many(32 - agents, day)]
    stories += [*many(30, DAYS[2], "agents", source="digest", title=HOSTILE), *many(30, DAYS[2], source="digest")]
    stories.append(Story(DAYS[2], ["agents"], source="weekly", copy_of=121, title=HOSTILE))
    weekly = Publisher("weekly", "The Weekly", expected=DAYS)
    return World(stories, (weekly, Publisher("digest", "The Digest", rhythm="month")), clock=datetime(2024, 5, 1))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(world(), tmp_path_factory.mktemp("where"))


def open_page(monkeypatch: pytest.MonkeyPatch, folder: Path, **query: object) -> AppTest:
    plain = {"show": ["topic:agents", "topic:generative"], "source": "all", "grain": "month"}
    return open_at(monkeypatch, folder, "coverage", **(plain | query))


LINK = {"where": "topic:agents", "from_point": "2024-01-01", "to_point": "2024-03-01"}


def test_a_link_opens_the_split_with_its_sentence_table_and_file_8_18_26(monkeypatch, data):
    made: list[bytes] = []
    monkeypatch.setattr(where_from_panel, "as_csv", lambda rows: made.append(as_csv(rows)) or made[-1])
    app = open_page(monkeypatch, data, **LINK)
    text = text_of(app)
    # 4 of 40 to 50 of 100; within The Weekly 10 % to 50 %; The Digest's 50 % moves nothing beside that
    assert "AI agents, Jan 2024 to Mar 2024: +40.0 points, likely range +23.8 to +51.4 points." in text
    assert "All of it comes from within The Weekly: sources that came or went stand at the share of the others" in text
    assert "Jan 2024: 4 of 40 stories = 10 %; Mar 2024: 50 of 100 stories = 50 %" in text
    assert list(table(app, "What")["Stories"]) == [4, 24, 50]
    sources = table(app, "Source")
    assert dict(zip(sources["Source"], sources["Moves it by"], strict=True)) == {
        "The Weekly": "+40.0 points",
        "The Digest": "0.0 points",
    }
    assert list(table(app, "Event")["Event"]) == [HOSTILE]
    assert "<script>" not in html_of(app)
    rows = pd.read_csv(io.BytesIO(made[0]))
    assert rows["all"].sum() == pytest.approx(rows["difference"][0])
    assert {"filters", "snapshot", "low", "high", "numerator_1", "denominator_2"} <= set(rows.columns)
    assert {name: app.query_params[name] for name in LINK} == LINK


def test_the_waterfall_is_a_picture_with_title_denominator_range_sources_and_date_in_it_3_7_18(monkeypatch, data):
    app = open_page(monkeypatch, data, **LINK)
    app.button(key="open_picture").click().run()
    choice = next(box for box in app.segmented_control if box.key == "picture_chart")
    assert choice.options == ["Coverage", "Change"]
    app.session_state["picture_chart"] = "change"
    no_fault(app.button(key="open_picture").click().run())
    picture = [chart.proto.spec for chart in app.get("plotly_chart") if '"width":1200' in chart.proto.spec][-1]
    for said in (
        "AI agents, Jan 2024 to Mar 2024: +40.0 points, likely range +23.8 to",
        "AI agents: from Jan 2024 to Mar 2024 \\u00b7 the stories of The Weekly and The Digest",
        "50 of 100", "Shaded, or a thin line: likely range", "data of 1 May 2024",
    ):  # fmt: skip
        assert said in picture


@pytest.mark.parametrize(
    ("opened", "count"),
    [
        (["first"], 4),
        (["second"], 50),
        (["within"], 24),
        (["source", "digest"], 30),
        (["source", "weekly"], 24),
        (["event", f"{121:016x}"], 2),
    ],
)
def test_each_number_opens_exactly_its_stories_and_so_does_the_file_26(monkeypatch, data, opened, count):
    made: list[bytes] = []
    monkeypatch.setattr(
        where_from_panel, "stories_csv", lambda *rows, **also: made.append(stories_csv(*rows, **also)) or made[-1]
    )
    monkeypatch.setattr(where_from_panel, "made_later", lambda later: later())
    app = open_page(monkeypatch, data, **LINK, where_stories=opened)
    assert f" {count} stories " in text_of(app)
    assert [len(pd.read_csv(io.BytesIO(csv))) for csv in made] == [count]
    assert app.query_params["where_stories"] in (opened, opened[0])


def test_the_button_opens_it_boxes_change_it_and_close_shuts_it(monkeypatch, data):
    app = open_page(monkeypatch, data)
    no_fault(next(b for b in app.button if b.key == "where_open").click().run())
    assert app.query_params["where"] in ("topic:agents", ["topic:agents"])
    start = next(box for box in app.selectbox if str(box.key).startswith("where_first_"))
    no_fault(start.set_value(date(2024, 2, 1)).run())
    assert app.query_params["from_point"] in ("2024-02-01", ["2024-02-01"])
    mode = next(box for box in app.selectbox if str(box.key).startswith("where_mode_"))
    no_fault(mode.set_value(where_from_panel.ACROSS).run())
    assert app.query_params["where_with"] in ("topic:generative", ["topic:generative"])
    no_fault(next(b for b in app.button if b.key == "where_close").click().run())
    assert not [name for name in app.query_params if name.startswith("where")]


def test_two_lines_of_a_period_show_their_difference_8(monkeypatch, data):
    app = open_page(
        monkeypatch,
        data,
        where="topic:agents",
        where_with="topic:generative",
        to_point="2024-01-01",
        where_stories=["both"],
    )
    text = text_of(app)
    assert "Jan 2024: AI agents 10 % (4 of 40), Generative AI 20 % (8 of 40): +10.0 points" in text
    assert "no clear difference. 0 stories are on both lines" in text
    assert " 0 stories " in text


def test_an_opened_point_offers_to_compare_and_a_strange_link_says_what_it_lacks(monkeypatch, data):
    app = open_page(monkeypatch, data, **{"open-key": "topic:agents", "open-period": "2024-03-01"})
    no_fault(next(b for b in app.button if b.key == "where_compare").click().run())
    assert app.query_params["to_point"] in ("2024-03-01", ["2024-03-01"])
    app = open_page(monkeypatch, data, where="topic:nowhere")
    assert "`topic:nowhere`" in " ".join(w.value for w in app.warning)
    app = open_page(monkeypatch, data, where="topic:robots")
    assert "not drawn in this view" in " ".join(part.value for part in app.info)
