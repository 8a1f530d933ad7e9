"""What is downloaded is what is on the page, reads in pandas and in a spreadsheet, and runs nothing there."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.describe import filters_in_words
from dashboard.exports import as_csv, excerpted, harmless, points_csv, stories_csv
from dashboard.filters import Filters
from dashboard.stories import card
from dashboard.view import build_view
from tests.worlds import Asking, Publisher, Story, World, many

POINT_COLUMNS = [
    *("line", "key", "source", "period", "first_day", "last_day", "numerator", "denominator", "share", "low", "high"),
    *("state", "came", "expected", "too_few_to_say", "reason", "filters", "snapshot"),
]
STORY_COLUMNS = [
    *("story_id", "external_id", "day", "source", "title", "body", "url", "form", "text_kind", "tagger"),
    *("filters", "snapshot"),
]
EVERY = {"sources": ("weekly",), "from_day": None, "to_day": None, "letters": True, "unit": "copy", "about_any": None,
         "about_all": None, "about_none": None, "grain": "month", "period": None, "at_most": 100, "skip": 0}  # fmt: skip


@pytest.fixture(scope="module")
def ask() -> Asking:
    hole = (date(2024, 2, 1), date(2024, 2, 29), "no issues, “sick” editor")
    stories = [
        *many(3, date(2024, 1, 10), "agents", organizations={"acme": "focus"}),
        *many(17, date(2024, 1, 10)),
        *many(
            1,
            date(2024, 3, 10),
            "agents",
            title="=1+1",
            body='Say "hi",\nthen go – ☕',
            organizations={"acme": "mention"},
        ),
    ]
    return Asking(World(stories, (Publisher("weekly", "The Weekly", holes=[hole]),), clock=datetime(2024, 4, 1)))


def view_of(ask: Asking, filters: Filters):
    return build_view(ask, filters, sources=ask.sources(), catalog=ask.catalog(), clock=ask.world.clock)


def read(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", keep_default_na=False)


def test_rule_26_points_carry_numerator_denominator_range_filters_and_snapshot(ask):
    view = view_of(ask, Filters(show=("topic:agents", "organization:acme"), grain="month"))
    table = read(points_csv(view, described=filters_in_words(view), snapshot="20240401T000000Z-00000001"))
    assert list(table.columns) == POINT_COLUMNS
    first = table.iloc[0]
    assert first[:7].tolist() == ["AI agents", "topic:agents", "", "Jan 2024", "2024-01-01", "2024-01-31", "3"]
    # 3 of 20 -> 5.2 to 36.0 %
    assert [round(float(first[c]), 3) for c in ("denominator", "share", "low", "high")] == [20, 0.15, 0.052, 0.36]
    assert set(table["snapshot"]) == {"20240401T000000Z-00000001"}
    assert set(table["filters"]) == {
        "stories of The Weekly; 10 Jan 2024 to 10 Mar 2024; letters left out; copies count once"
    }


def test_rule_13_a_gap_is_empty_and_not_0_and_has_its_reason(ask):
    view = view_of(ask, Filters(show=("topic:agents",), grain="month"))
    gap = read(points_csv(view, described="", snapshot="")).iloc[1]
    assert gap[["numerator", "denominator", "share", "low", "high"]].tolist() == [""] * 5
    assert (gap["state"], gap["reason"]) == ("none", "no issues, “sick” editor")


@pytest.mark.parametrize("role", ["focus", "named"])
def test_every_line_has_its_name_whatever_its_role(ask, role):
    view = view_of(ask, Filters(show=("organization:acme", "region:none", "desk:health"), grain="month", role=role))
    table = read(points_csv(view, described="", snapshot=""))
    assert table["line"].unique().tolist() == ["Acme", "No place named", "Health desk"]
    assert table["numerator"].tolist()[:3] == ["3", "", "1" if role == "named" else "0"]


def test_a_comparison_names_the_source_of_each_row():
    stories = [*many(2, date(2024, 1, 10), "agents", source="a"), *many(3, date(2024, 1, 10), source="b")]
    ask = Asking(World(stories, (Publisher("a", "A"), Publisher("b", "B"))))
    table = read(points_csv(view_of(ask, Filters(show=("topic:agents",), compare=True)), described="", snapshot=""))
    assert table[["source", "numerator", "denominator"]].values.tolist() == [["A", 2, 2], ["B", 0, 3]]


def test_stories_come_one_a_row_and_text_survives_commas_quotes_and_lines(ask):
    content = stories_csv(ask("story_list", key="topic:agents", **EVERY), [], described="AI agents; all", snapshot="s")
    table = read(content)
    assert list(table.columns) == STORY_COLUMNS
    assert len(table) == 4
    assert table["day"].str.fullmatch(r"2024-\d\d-10").all(), "a day and not a moment"
    newest = table.iloc[0]
    assert (newest["title"], newest["body"].replace("\r\n", "\n")) == ("'=1+1", 'Say "hi",\nthen go – ☕')
    assert set(table["filters"]) == {"AI agents; all"}


@pytest.mark.parametrize("start", list("=+-@\t\r\n"))
def test_no_cell_is_a_formula(start):
    assert harmless(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    table = pd.DataFrame({"text": [f"{start}1+1"], "number": [-1.5]})
    ((text, number),) = list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline="")))[1:]
    assert text[0] == "'"
    assert number == "-1.5", "a number stays a number"


@pytest.mark.parametrize("value", ["A-1", "1=1", "", "plain", -3, 2.5, None, date(2024, 1, 1)], ids=repr)
def test_what_is_no_formula_stays(value):
    assert harmless(value) == value


def test_spreadsheets_are_told_that_it_is_utf_8():
    assert as_csv(pd.DataFrame({"a": ["é"]})) == b"\xef\xbb\xbfa\r\n\xc3\xa9\r\n"


printable = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@given(st.lists(st.tuples(printable, printable), min_size=1, max_size=5))
def test_any_text_comes_back_from_csv_but_for_the_mark_before_a_formula(rows):
    content = as_csv(pd.DataFrame(rows, columns=["a", "b"]))
    found = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]
    assert [tuple(row) for row in found] == [tuple(str(harmless(cell)) for cell in row) for row in rows]
    assert read(content).map(str).shape == (len(rows), 2)


def test_an_empty_list_has_its_columns():
    world = Asking(World([Story(date(2024, 1, 10))]))
    empty = world("story_list", key="topic:agents", **EVERY)
    assert list(read(stories_csv(empty, [], described="", snapshot="")).columns) == STORY_COLUMNS


LONG = "Forms are dull. " * 60 + "Then an agent came. " + "Forms are dull. " * 60
AGENT = ("topic", "agents", "text", LONG.index("agent"), LONG.index("agent") + 5)


def test_of_a_source_that_is_not_shown_whole_the_download_holds_what_the_page_shows():
    """One story of each source: a long text, of which the closed source's headline alone may be shown."""
    whole, part, closed = (Publisher(d, d, display=d) for d in ("full", "excerpt", "headline"))
    stories = [
        Story(date(2024, 1, 10), ["agents"], source=p.id, body=LONG, spans=[AGENT]) for p in (whole, part, closed)
    ]
    stories.append(Story(date(2024, 1, 9), ["agents"], source="excerpt", body="An agent."))
    ask = Asking(World(stories, (whole, part, closed)))
    rows = ask("story_list", key="topic:agents", **EVERY | {"sources": None})
    assert excerpted(rows)["story_no"].tolist() == [2]
    spans = ask("story_evidence", stories=(2,)).to_dict("records")
    texts = read(stories_csv(rows, spans, described="", snapshot=""))["body"].tolist()
    assert (texts[0], texts[2], texts[3]) == (LONG, "", "An agent.")
    shown = re.sub(r"</?(p|mark)[^>]*>", "", re.search(r"<p>.*</p>", card(rows.to_dict("records")[1], spans, []))[0])
    assert texts[1] == shown
    assert "Then an agent came" in shown
    assert len(shown) < 500


def test_a_hostile_name_is_harmless_in_every_column():
    ask = Asking(World([Story(date(2024, 1, 10), organizations={"x": "focus"})], organizations={"x": "=HYPERLINK(1)"}))
    view = view_of(ask, Filters(show=("organization:x",)))
    text = points_csv(view, described="=1", snapshot="@x").decode("utf-8-sig")
    assert not any(cell[:1] in "=@+-" for row in csv.reader(io.StringIO(text)) for cell in row if cell)
