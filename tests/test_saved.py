"""Views and events as data: what the desk folder says of them, what a name and a day may be, and that runs and alerts read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as hyp

from dashboard.desk import Entry, append, desk_stamp, read_entries
from dashboard.events import AHEAD, LONGEST_LABEL, Event, Events, as_rows, events_of, marked, problem, set_event
from dashboard.filters import Filters, Known, from_query
from dashboard.named import LONGEST_NAME, link_problem, name_problem, one_name, removal, undoing
from dashboard.saved_views import PAGES, about, renamed_value, set_view, value_of, view_problem, views_of
from dashboard.shown import Data, Number, Shown
from etl import desk_folder
from etl.alert_views import saved_views

NAME = "20240601T120000Z-00000001"
HOSTILE = '<script>alert(1)</script> "x" &amp; {braces} ![x](http://evil.example/a.png)'
ALL_YEARS = Filters()
TODAY = date(2024, 6, 1)
NUMBERS = (Number("topic:agents", "Agents", 3, 40),)
QUERY = {
    "show": ["topic:agents"],
    "source": ["weekly"],
    "when": ["custom"],
    "from": ["2024-01-10"],
    "to": ["2024-06-10"],
    "grain": ["month"],
}
KNOWN = Known(frozenset({"topic:agents"}), frozenset({"weekly"}))


def shown(page: str = "", **query: list[str]) -> Shown:
    return Shown(page, {**QUERY, **query}, Data(NAME, datetime(2024, 6, 1, 12)), numbers=NUMBERS)


def entries_of(folder: Path) -> tuple[Entry, ...]:
    return read_entries(desk_stamp(folder)).entries


def saved(
    folder: Path, name: str = "Agents now", filters: Filters = ALL_YEARS, id: str = "view-1", why: str = ""
) -> None:
    append(folder, [set_view(id, value_of(shown(), name, filters), why, by="Ada")])


# Views


def test_days_that_are_relative_move_on_and_chosen_ones_stay(tmp_path):
    saved(tmp_path, filters=Filters(when="12m"))
    saved(tmp_path, "Fixed", Filters(when="custom", start=date(2024, 1, 10), end=date(2024, 6, 10)), "view-2")
    moving, fixed = views_of(entries_of(tmp_path)).kept
    now, problems = from_query(moving.query, KNOWN)
    assert (now.when, now.start, now.grain, now.show, problems) == ("12m", None, "auto", ("topic:agents",), [])
    assert about(moving).endswith("days move on with the data")
    then, _ = from_query(fixed.query, KNOWN)
    assert (then.when, then.start, then.end, then.grain) == ("custom", date(2024, 1, 10), date(2024, 6, 10), "month")
    assert about(fixed).endswith("days fixed")
    was = parse_qs(moving.address_then.partition("?")[2])
    assert (was["from"], was["snapshot"], was["was"]) == (["2024-01-10"], [NAME], ["topic:agents=3.40"])
    assert "snapshot" not in moving.address


def test_a_view_is_renamed_removed_brought_back_and_its_change_undone(tmp_path):
    saved(tmp_path)
    (first,) = views_of(entries_of(tmp_path)).kept
    value = renamed_value(entries_of(tmp_path), first, "Agents at work")
    append(tmp_path, [set_view(first.id, value, "For the meeting", by="Bo")])
    (second,) = views_of(entries_of(tmp_path)).kept
    assert (second.name, second.by, second.why, second.earlier) == ("Agents at work", "Bo", "For the meeting", True)
    assert (second.query, second.was, first.earlier) == (first.query, first.was, False)
    (gone,) = append(tmp_path, [removal("view", first.id, second.name, by="Ada")])
    assert [view.off for view in views_of(entries_of(tmp_path)).removed] == [gone.id]
    append(tmp_path, [undoing("view", first.id, gone.id, by="Ada"), undoing("view", first.id, second.entry, by="Ada")])
    (third,) = views_of(entries_of(tmp_path)).kept
    assert (third.name, third.earlier) == ("Agents now", False)
    append(tmp_path, [removal("view", "vanished", "What vanished", by="Ada")])
    assert set(views_of(entries_of(tmp_path)).shipped_off) == {"vanished"}


def test_runs_read_what_is_written_and_alerts_find_a_view_by_its_present_name(tmp_path):
    saved(tmp_path, HOSTILE[:LONGEST_NAME])
    (view,) = views_of(entries_of(tmp_path)).kept
    append(tmp_path, [set_view(view.id, renamed_value(entries_of(tmp_path), view, "Agents"), "", by="Bo")])
    append(tmp_path, [set_event(Event("event-1", TODAY, HOSTILE[:LONGEST_LABEL], "https://example.org"), by="Bo")])
    held = desk_folder.read_desk(tmp_path)
    assert ([decision.kind for decision in held.decisions], held.warnings) == (["view", "view", "event"], ())
    found = saved_views(tmp_path)
    assert found["Agents"].show == ("topic:agents",)
    assert HOSTILE[:LONGEST_NAME] not in found
    append(tmp_path, [removal("view", view.id, "Agents", by="Bo")])
    assert "Agents" not in saved_views(tmp_path)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (7, "no choices of a page"),
        ({"name": "x", "page": "../etc", "query": "a=b"}, "no page that there is"),
        ({"name": "x", "page": ["topics"], "query": "a=b"}, "no page that there is"),
        ({"name": "x", "link": "javascript:alert(1)//?a=b"}, None),
        ({"name": "x", "page": "", "query": "a=" + "b" * 7000}, "too long"),
        ({"name": "x", "page": "", "query": "a&" * 500}, "too long"),
    ],
)
def test_what_is_no_view_is_named_and_leads_nowhere(value, said):
    found = views_of([Entry("view", "set", "Bo", tag_id="v", value=value, id="1", at="2024-06-01")])
    if said:
        assert said in found.unfit[0].why
        assert found.kept == ()
    assert all(view.address.startswith("./") and view.page in PAGES for view in found.kept)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("show=topic:agents", "./?show=topic%3Aagents"),
        ("http://host/topics?bars=topics", "./topics?bars=topics"),
        ("https://host/?show=topic:agents", "./?show=topic%3Aagents"),
        ({"query": "?show=topic:agents"}, "./?show=topic%3Aagents"),
    ],
)
def test_a_query_or_a_link_written_by_hand_is_a_view_too(value, address):
    (view,) = views_of([Entry("view", "set", "Bo", tag_id="mine", value=value, id="1", at="2024-06-01")]).kept
    assert (view.name, view.address, view.address_then) == ("mine", address, "")


def test_a_link_that_is_too_long_is_refused_and_numbers_give_way_first():
    many = replace(shown(), numbers=tuple(Number("topic:" + "x" * 300 + str(n), "A", 1, 2) for n in range(40)))
    value = value_of(many, "Long", Filters())
    assert "was=" not in value["was"]
    assert NAME in value["was"]
    assert view_problem(value, "", {}) == ""
    wide = value_of(shown(source=[f"source-{n}" * 20 for n in range(60)]), "Wide", Filters())
    assert "too many things" in view_problem(wide, "", {})


# Names


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "needs a name"),
        (" … ", "needs a name"),
        ("x" * (LONGEST_NAME + 1), "characters"),
        ("ＡＧＥＮＴＳ now", "Agents now is there already"),
        ("agents NOW", "is there already"),
        ("Agents later", ""),
    ],
)
def test_a_name_is_refused_where_it_is_none_too_long_or_taken(name, said):
    assert said in name_problem(one_name(name), {"view-1": "Agents now"}, "view-2")
    assert bool(said) == bool(name_problem(one_name(name), {"view-1": "Agents now"}, "view-2"))


def test_a_view_keeps_its_own_name():
    assert name_problem("agents now", {"view-1": "Agents now"}, "view-1") == ""


@given(hyp.text(max_size=80))
def test_a_name_is_one_line_of_signs_that_show_and_stays_as_it_is(text):
    name = one_name(text)
    assert name == one_name(name)
    assert name.isprintable()
    assert not set(name) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "https://",
        "data:text/html,x",
        "https://a b",
        "//evil.example",
        "https://[",
        "https://u:p@x.org",
        "https://x.org/" + "a" * 500,
    ],
)
def test_a_link_that_is_no_web_address_is_refused(link):
    assert "none" in link_problem(link)
    assert link_problem("https://example.org/a?b=c") == ""
    assert link_problem("") == ""


# Events

SHIPPED = [
    {"id": "launch", "day": datetime(2024, 3, 5), "label": "A launch", "url": None, "by_default": True},
    {"id": "law", "day": datetime(2024, 5, 1), "label": "A law", "url": "https://example.org", "by_default": False},
]


def event_entries(folder: Path, *events: Event) -> tuple[Entry, ...]:
    return append(folder, [set_event(event, by="Ada") for event in events])


def test_events_of_editors_stand_beside_those_that_ship_by_day_and_the_reader_chooses(tmp_path):
    event_entries(
        tmp_path,
        Event("event-1", date(2024, 4, 1), "A trial"),
        Event("event-2", date(2024, 2, 1), "A fair", by_default=True),
    )
    found = events_of(SHIPPED, entries_of(tmp_path))
    assert [event.id for event in found.kept] == ["event-2", "launch", "event-1", "law"]
    days = (date(2024, 1, 1), date(2024, 4, 30))
    assert [e.label for e in marked(found, (), *days)] == ["A fair", "A launch"]
    assert [e.label for e in marked(found, ("event-1", "law"), *days)] == ["A trial"]
    assert found.named("event-1") == "A trial, 1 Apr 2024"
    assert list(as_rows(marked(found, (), *days))["label"]) == ["A fair", "A launch"]
    assert list(as_rows([]).columns) == ["id", "day", "label", "url"]


def test_an_event_that_ships_is_changed_taken_away_and_brought_back(tmp_path):
    (changed,) = event_entries(tmp_path, Event("launch", date(2024, 3, 6), "The launch"))
    event = next(e for e in events_of(SHIPPED, entries_of(tmp_path)).kept if e.id == "launch")
    assert (event.label, event.day, event.by_default, event.earlier) == ("The launch", date(2024, 3, 6), False, True)
    (gone,) = append(tmp_path, [removal("event", "law", "A law", by="Bo")])
    found = events_of(SHIPPED, entries_of(tmp_path))
    assert ([e.id for e in found.kept], [e.off for e in found.removed]) == (["launch"], [gone.id])
    append(tmp_path, [undoing("event", "law", gone.id, by="Bo"), undoing("event", "launch", changed.id, by="Bo")])
    assert [e.label for e in events_of(SHIPPED, entries_of(tmp_path)).kept] == ["A launch", "A law"]


def test_however_many_events_are_marked_without_being_asked_a_chart_marks_the_newest_few():
    many = tuple(Event(f"e{n}", date(2024, 1, n), f"Event {n}", by_default=True) for n in range(1, 20))
    found = marked(Events(many), (), date(2024, 1, 1), date(2024, 1, 15))
    assert [event.id for event in found] == [f"e{n}" for n in range(10, 16)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"day": date(1949, 12, 31)}, "The day has to lie between"),
        ({"day": TODAY + AHEAD * 2}, "The day has to lie between"),
        ({"label": ""}, "needs a name"),
        ({"label": "x" * 41}, "41 characters"),
        ({"label": "a LAUNCH"}, "is there already"),
        ({"url": "javascript:alert(1)"}, "The link is none"),
        ({"why": "x" * 301}, "301 characters"),
        ({}, ""),
    ],
)
def test_what_is_no_event_is_refused(change, said):
    event = replace(Event("event-1", date(2024, 4, 1), "A trial", "https://example.org"), **change)
    found = problem(event, {"launch": "A launch"}, today=TODAY)
    assert said in found
    assert bool(said) == bool(found)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "Its day is none"),
        ({"name": "x", "day": "31.1.2026"}, "Its day is none"),
        ({"name": "", "day": "2026-01-31"}, "needs a name"),
        ({"name": "x", "day": "1066-10-14"}, "lies before"),
        ({"name": "x", "day": "2026-01-31", "url": "javascript:alert(1)"}, "The link is none"),
    ],
)
def test_what_stands_in_the_desk_folder_and_is_no_event_is_named(value, said):
    found = events_of(SHIPPED, [Entry("event", "set", "Bo", tag_id="e", value=value, id="1", at="2024-06-01")])
    assert said in found.unfit[0].why
    assert [event.id for event in found.kept] == ["launch", "law"]
