"""The page Balance as a script: targets with their facts, each number opens its stories, editors change targets, links are read back."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

import dashboard.balance_edit
from dashboard.desk import Entry, append, desk_stamp, read_entries
from dashboard.editor import NotAllowed
from tests.page_kit import html_of, no_fault, table, text_of
from tests.worlds import Publisher, Story, World, many, publish, weekly

ISSUES = weekly(date(2024, 1, 3), 24)
HOSTILE = "<script>alert(1)</script>"
METHODS = r"Wilson|significan|interval|snapshot|entropy|Shannon|bootstrap"
STORIES = [
    *(Story(day, ("agents", "robots")) for day in ISSUES),
    *many(34, ISSUES[3], "healthcare"),
    *many(4, ISSUES[20], "healthcare", title=HOSTILE),
    *many(36, ISSUES[20], "generative", "agents", regions=["FR"]),
    *many(5, ISSUES[20], "agents", source="digest", organizations={"acme": "focus"}),
]
WORLD = World(STORIES, (Publisher("weekly", HOSTILE), Publisher("digest", "The Digest", "month", sampled="random 5")))
PAGE = "balance"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world with one target that ships: 10 to 20 % of the weekly on healthcare."""
    folder = publish(WORLD, tmp_path_factory.mktemp("balance"))
    with duckdb.connect(str(next((folder / "snapshots").glob("*.duckdb")))) as con:
        con.execute(
            "INSERT INTO example_target VALUES ('topic:healthcare@weekly', 1, 'topic:healthcare', 'weekly', 10, 20, 'Because.')"
        )
    return folder


def test_the_fact_comes_first_then_verdict_and_range_in_words_a_link_a_table_and_an_alt_text_25_26(open_page):
    app = open_page()
    fact = f"{HOSTILE} ran 4 of 52; the band asks 6 to 10; 2 short"
    assert f"last 12 issues, of 1 target: 1 below. Healthcare: {fact} (could be chance)." in text_of(app).replace(
        "’s last", " last"
    )
    assert HOSTILE not in html_of(app)  # a source's name is a stranger's text
    row = table(app, "Band").iloc[0]
    assert (row["Band"], row["Stories"], row["Of"], row["Asked"]) == ("10–20\u00a0%", 4, 52, "6 to 10")
    assert row["Verdict"] == "Below, could be chance"
    assert row["By how well tags are right"] == "too few to measure"
    charts = app.get("plotly_chart")
    assert fact in charts[0].proto.alt
    assert "&lt;script&gt;" in charts[0].proto.spec
    mix = table(app, "Like so many topics")
    assert list(mix["Of"]) == [52, 46]
    assert "like 3 evenly covered topics" in text_of(app)
    spoken = " ".join([text_of(app), *(part.value for part in (*app.caption, *app.header, *app.info))])
    assert not re.search(METHODS, spoken)
    assert [w.value for w in (*app.warning, *app.error)] == []
    assert dict(app.query_params) == {"of": "weekly"}


@pytest.mark.parametrize(
    ("stories", "expected"),
    [
        (["targets", "topic:healthcare", ISSUES[23].isoformat()], 4),
        (["targets", "topic:healthcare", ISSUES[11].isoformat()], 34),
        (["mix", "*", ISSUES[23].isoformat()], 52),
    ],
)
def test_each_number_opens_exactly_its_stories_26(open_page, stories, expected):
    app = open_page(of="weekly", stories=stories)
    assert f"{expected} stories" in text_of(app)
    assert [w.value for w in (*app.warning, *app.info)] == []
    assert app.query_params["stories"] == stories


def test_unknown_values_are_named_and_another_source_has_weeks_and_no_target(open_page):
    app = open_page(of="nobody", window="99", stories=["targets", "topic:nothing"])
    said = " ".join(w.value for w in app.warning)
    assert "of `nobody` is nothing that this page can show" in said
    assert "window `99`" in said
    assert "`targets topic:nothing`" in said
    app.selectbox(key="balance_source").set_value("digest")
    no_fault(app.run())
    assert app.selectbox(key="balance_window").options[1] == "Last 13 weeks"
    assert "No target is set for The Digest." in text_of(app)
    assert any("No target is set for The Digest" in info.value for info in app.info)
    assert "of 5 stories, too few to say" in text_of(app)


def test_an_editor_sets_switches_off_and_takes_back_and_the_page_follows_at_once(open_page, folder):
    app = open_page(of="weekly")
    app.selectbox(key="target_what").set_value("desk:models")
    app.number_input(key="target_least").set_value(95.0)
    app.text_input(key="target_why").set_value(HOSTILE)
    save = next(button for button in app.button if button.label.startswith("Save for"))
    no_fault(save.click().run())
    assert list(table(app, "Band")["What"]) == ["Models desk", "Healthcare"]
    (entry,) = read_entries(desk_stamp(folder)).entries
    assert (entry.by, entry.kind, entry.tag_id) == ("Ada", "target", "desk:models@weekly")
    assert (entry.value["at_least"], entry.why) == (95.0, HOSTILE)
    assert not any(HOSTILE in part.value for part in app.markdown)
    no_fault(app.button(key="off_topic:healthcare@weekly").click().run())
    assert list(table(app, "Band")["What"]) == ["Models desk"]
    no_fault(app.button(key="undo_topic:healthcare@weekly").click().run())
    no_fault(app.button(key="undo_desk:models@weekly").click().run())
    assert list(table(app, "Band")["What"]) == ["Healthcare"]
    assert [e.undoes is not None for e in read_entries(desk_stamp(folder)).entries] == [False, False, True, True]


def test_what_is_no_band_or_comes_from_no_editor_is_not_written(open_page, folder, monkeypatch):
    """Nor does what stands in the desk folder and is no target count; it is named, and an editor takes it back."""
    wrong = {"key": "topic:nothing", "source": "weekly", "at_least": 5}
    (entry,) = append(folder, [Entry("target", "set", "Bo", tag_id="topic:nothing@weekly", value=wrong)])
    app = open_page(of="weekly", stories=["targets", "organization:acme"])
    assert "`targets organization:acme`, which is no number of this page" in app.warning[0].value
    assert list(table(app, "Band")["What"]) == ["Healthcare"]
    assert any("`topic:nothing@weekly` (Bo, " in said.value and "no such line" in said.value for said in app.caption)
    no_fault(app.button(key=f"undo_{entry.id}").click().run())
    assert not any("does not count" in said.value for said in app.caption)
    decided = len(read_entries(desk_stamp(folder)).entries)
    save = next(button for button in app.button if button.label.startswith("Save for"))
    no_fault(save.click().run())
    assert "Nothing was saved. Choose a topic" in app.error[0].value

    def refused() -> str:
        raise NotAllowed("You may not write here.")

    monkeypatch.setattr(dashboard.balance_edit, "need_editor", refused)
    no_fault(app.button(key="off_topic:healthcare@weekly").click().run())
    assert app.error[0].value == "You may not write here."
    monkeypatch.setattr(dashboard.balance_edit, "editor", lambda: None)
    no_fault(app.run())
    assert not [
        button
        for button in app.button
        if button.label in ("Switch off", "Take back") or button.label.startswith("Save for")
    ]
    assert len(read_entries(desk_stamp(folder)).entries) == decided
