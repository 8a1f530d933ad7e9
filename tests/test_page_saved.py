"""Views and events as pages show them: saved on any page, opened by a link or a chip, changed by editors alone, marked on Coverage."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

import dashboard.save_write
from dashboard.desk import Entry, append, desk_stamp, read_entries
from dashboard.editor import NotAllowed
from tests.page_kit import (
    charts,
    html_of,
    no_fault,
    query_of,
    said,
    text_of,
)
from tests.search_kit import publish_searchable
from tests.worlds import Publisher, Story, World, many

HOSTILE = '<script>alert(1)</script> **b** {x} "q"'
WEEKLY = Publisher("weekly", "The Weekly", expected=[date(2024, m, 10) for m in range(1, 10)])
EVENTS = [("launch", date(2024, 3, 5), "A launch", True), ("law", date(2024, 5, 2), "A law", False)]
PAGE = "coverage"
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    stories = [story for month in range(1, 10) for day in [date(2024, month, 10)]
               for story in (*many(20 if month > 6 else 2, day, "agents"), Story(day, ["robots"]), *many(25, day))]  # fmt: skip
    world = World(stories, (WEEKLY,), events=EVENTS, clock=datetime(2024, 10, 1, 12))
    folder = publish_searchable(world, tmp_path_factory.mktemp("saved"))
    with duckdb.connect(str(next((folder / "snapshots").glob("*.duckdb")))) as con:
        con.execute(
            "INSERT INTO example_view VALUES ('rise', 1, 'Agents rise', 'They rise.', 'show=topic:agents&source=weekly', [])"
        )
    return folder


def entries(folder: Path) -> tuple[Entry, ...]:
    return read_entries(desk_stamp(folder)).entries


def press(app: AppTest, key: str) -> AppTest:
    return no_fault(app.button(key=key).click().run())


def submit(app: AppTest, form: str) -> AppTest:
    """Press the button of a form."""
    return no_fault(next(button for button in app.button if button.proto.form_id == form).click().run())


def save(app: AppTest, name: str, why: str = "") -> AppTest:
    app.text_input(key="save_view_name").set_value(name)
    app.text_input(key="save_view_why").set_value(why)
    return submit(app, "save_view_form")


def links(app: AppTest) -> dict[str, str]:
    """The links on the page by their words."""
    found = re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', html_of(app))
    return {unescape(re.sub("<[^>]*>", "", words)): unescape(address) for address, words in found}


PAGES = {
    "coverage": {"show": ["topic:robots"], "when": ["12m"], "source": ["weekly"]},
    "topics": {"bars": ["topics"], "stories": ["shares", "topic:agents"]},
    "stories": {"q": ["body"], "sort": ["date"]},
    "balance": {"of": ["weekly"], "window": ["26"]},
    "methods": {"part": ["cite"]},
    "report": {"period": ["2024-08"]},
    "corrections": {"since": ["all"]},
    "story": {"story": [f"{1:016x}"]},
}


@pytest.mark.parametrize("page", PAGES)
def test_the_present_view_of_a_page_is_saved_and_its_link_opens_it_again(open_page, folder, page):
    query = PAGES[page]
    app = save(open_page(page, **query), "As we look at it", "For the meeting")
    assert "Saved" in app.success[0].value
    (entry,) = entries(folder)
    assert (entry.kind, entry.by, entry.why, entry.value["name"]) == (
        "view",
        "Ada",
        "For the meeting",
        "As we look at it",
    )
    assert (folder / "views.jsonl").is_file()
    assert not any("pending" in toggle.label for toggle in app.toggle), "a view is no correction"
    read, listed = links(open_page("saved", editor="")), links(open_page("saved"))
    desk = page in ("balance", "report", "corrections")
    assert ("As we look at it" in read, "as it was saved" in read) == (not desk, not desk), "readers have no such page"
    there = urlsplit(listed["As we look at it"])
    assert there.path == f"./{page if page != 'coverage' else ''}"
    again = open_page(page, **{f"{name}_": values for name, values in parse_qs(there.query).items()})
    assert [w.value for w in (*again.warning, *again.error)] == []
    assert {name: query_of(again)[name] for name in query} == query
    then = parse_qs(urlsplit(listed["as it was saved"]).query)
    assert then["snapshot"] == [entry.value["snapshot"]]
    later = open_page(page, **{f"{name}_": values for name, values in then.items()})
    assert [w.value for w in (*later.warning, *later.error)] == []


def test_a_saved_view_of_coverage_is_a_chip_that_says_its_line(open_page):
    app = save(open_page(show=["topic:robots"], source=["weekly"]), HOSTILE, HOSTILE)
    chips = {button.key: button.label for button in app.button if str(button.key).startswith("example_")}
    (key,) = chips.keys() - {"example_rise"}
    app.multiselect(key="choice_show").set_value(["topic:agents"]).run()
    press(app, key)
    assert query_of(app) == {"show": ["topic:robots"], "source": ["weekly"]}
    told = next(caption.value for caption in app.caption if "Ada" in caption.value)
    assert HOSTILE in told.replace("\\", "")
    assert "<script" not in html_of(open_page("saved"))
    assert HOSTILE in text_of(open_page("saved"))


@pytest.mark.parametrize(
    ("name", "why"),
    [("", "needs a name"), ("agents RISE", "Agents rise is there already"), ("…", "needs a name")],
)
def test_a_view_without_a_name_or_with_that_of_another_is_refused(open_page, folder, name, why):
    app = save(open_page(), name)
    assert why in app.error[0].value.replace("\\", "")
    assert entries(folder) == ()
    assert not (folder / "views.jsonl").exists()


def test_readers_are_offered_nothing_and_each_write_asks_again_who_writes(open_page, folder, monkeypatch):
    for page in ("coverage", "saved"):
        app = open_page(page, editor="")
        assert not any(str(w.key).startswith(("save_view", "view_", "event_")) for w in (*app.button, *app.text_input))
    app = open_page("saved")

    def refused() -> str:
        raise NotAllowed("You may not write here.")

    monkeypatch.setattr(dashboard.save_write, "need_editor", refused)
    assert press(app, "view_off_rise").error[0].value == "You may not write here\\."
    assert entries(folder) == ()


def test_views_are_renamed_removed_and_brought_back(open_page, folder):
    save(open_page(show=["topic:robots"]), "Robots")
    app = open_page("saved")
    id = entries(folder)[0].tag_id
    press(app, f"view_name_{id}")
    app.text_input(key=f"view_form_name_{id}").set_value("Agents rise")
    assert "is there already" in submit(app, f"view_form_{id}").error[0].value
    app.text_input(key=f"view_form_name_{id}").set_value("Robots at work")
    submit(app, f"view_form_{id}")
    assert "Robots at work" in links(app)
    press(app, f"view_undo_{id}")
    assert {"Robots", "Agents rise"} <= links(app).keys()
    press(press(app, f"view_off_{id}"), "view_off_rise")
    assert not {"Robots", "Agents rise"} & links(app).keys()
    assert not any(str(button.key).startswith("example_") for button in open_page().button)
    press(press(app, f"view_back_{id}"), "view_back_rise")
    assert {"Robots", "Agents rise"} <= links(app).keys()
    assert [entry.action for entry in entries(folder) if not entry.undoes] == ["set", "set", "remove", "remove"]


def test_what_stands_in_the_folder_and_is_no_view_or_event_is_named_and_taken_back(open_page, folder):
    one, other = append(
        folder,
        [Entry("view", "set", "Bo", tag_id="v", value=7), Entry("event", "set", "Bo", tag_id="e", value={"name": "x"})],
    )
    with (folder / "views.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"v": 1}\n')
    app = open_page("saved")
    assert "views.jsonl:2" in app.warning[0].value
    assert "no choices of a page" in said(app)
    assert "Its day is none" in said(app).replace("\\", "")
    press(press(app, f"view_unfit_{one.id}"), f"event_unfit_{other.id}")
    assert "does not count" not in said(app)


# Events


def add_event(app: AppTest, day: date, name: str, url: str = "", *, default: bool = False) -> AppTest:
    app.date_input(key="event_day_new").set_value(day)
    app.text_input(key="event_name_new").set_value(name)
    app.text_input(key="event_url_new").set_value(url)
    app.checkbox(key="event_default_new").set_value(default)
    return submit(app, "event_form_new")


def marks(app: AppTest) -> list[str]:
    """The labels of the events on the chart."""
    notes = json.loads(charts(app)[0])["layout"]["annotations"]
    return [note["text"].rpartition(",")[0] for note in notes if note.get("yanchor") == "top" and ", " in note["text"]]


def test_an_editor_adds_an_event_and_a_reader_chooses_what_is_marked(open_page, folder):
    app = add_event(open_page("saved"), date(2024, 7, 20), HOSTILE[:40], "https://example.org/x")
    (entry,) = entries(folder)
    assert (entry.kind, entry.value["day"], entry.value["by_default"]) == ("event", "2024-07-20", False)
    assert "https://example.org/x" in html_of(app)
    assert "<script" not in html_of(app)
    reader = open_page(editor="")
    assert marks(reader) == ["A launch"], "only those that need no asking"
    reader.multiselect(key="choice_marks").set_value(["law", entry.tag_id])
    no_fault(reader.run())
    assert query_of(reader)["mark"] == ["law", entry.tag_id]
    assert marks(reader) == ["A law", "&lt;script&gt;alert(1)&lt;/script&gt; **b** {x} &quot;q&quot;"]
    chosen = open_page(editor="", mark=["law", "nothing"])
    assert marks(chosen) == ["A law"]
    assert "event `nothing`, which is not in this data" in chosen.warning[0].value
    assert [w.value for w in open_page("topics", editor="", mark=["law"]).warning] == []


@pytest.mark.parametrize(
    ("name", "url", "why"),
    [
        ("", "", "needs a name"),
        ("A LAUNCH", "", "A launch is there already"),
        ("Fine", "javascript:alert(1)", "The link is none"),
    ],
)
def test_what_is_no_event_is_refused(open_page, folder, name, url, why):
    app = add_event(open_page("saved"), date(2024, 7, 20), name, url)
    assert why in app.error[0].value.replace("\\", "")
    assert entries(folder) == ()


def test_an_event_that_ships_is_changed_taken_away_and_brought_back(open_page):
    app = press(open_page("saved"), "event_change_law")
    app.text_input(key="event_name_law").set_value("The law")
    app.checkbox(key="event_default_law").set_value(True)
    submit(app, "event_form_law")
    assert marks(open_page()) == ["A launch", "The law"]
    press(app, "event_off_launch")
    assert marks(open_page()) == ["The law"]
    press(press(app, "event_back_launch"), "event_undo_law")
    assert marks(open_page()) == ["A launch"]
