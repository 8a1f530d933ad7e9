"""The page Gaps as a script: what the field covers and ours do not, each number opens both sides' stories, drill-down, empty states."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.page_kit import no_fault, table, text_of
from tests.worlds import Publisher, Story, World, many, publish

MAY, JUNE = date(2024, 5, 8), date(2024, 6, 5)
HOSTILE = "<script>alert(1)</script>"
METHODS = r"Newcombe|significan|interval|snapshot|Jensen|divergence"
STORIES = [
    *many(70, MAY, "agents", regions=["CN"]),
    *many(30, JUNE, "agents", regions=["CN"]),
    *many(1, date(2023, 3, 1), "healthcare", regions=["FR"]),
    *many(50, MAY, "agents", source="digest", regions=["CN"]),
    *many(20, JUNE, "healthcare", source="digest", regions=["FR"], title=HOSTILE),
    *many(60, JUNE, "agents", source="wire", regions=["CN"]),
    *many(11, JUNE, "healthcare", source="wire", regions=["DE"]),
    *many(3, MAY, "agents", source="wire", regions=["CN"]),
]
EVENT = [
    Story(JUNE, ("healthcare",), source="digest", regions=["FR"], title=HOSTILE),
    Story(JUNE, source="wire", copy_of=len(STORIES) + 1),
]
NAMES = (("weekly", "The Weekly"), ("digest", "The Digest"), ("wire", "The Wire"))
PUBLISHERS = tuple(Publisher(id, name, "irregular") for id, name in NAMES)
WORLD = World([*STORIES, *EVENT], PUBLISHERS, clock=datetime(2024, 7, 20, 12))
ALONE = World([*many(30, MAY, "agents")], PUBLISHERS[:1], clock=datetime(2024, 7, 20, 12))
PAGE = "gaps"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(WORLD, tmp_path_factory.mktemp("gaps"))


def sides(app: AppTest) -> list[str]:
    return next(list(group.options) for group in app.get("button_group") if group.key == "gaps_whose")


def test_gaps_are_told_with_weeks_sources_both_counts_and_range_and_drawn_with_a_table_22_23(open_page):
    app = open_page()
    assert "most of all Health desk: 0 of 100 (0 %) against 32 of 145 (22 %)." in text_of(app)
    assert "in the 2 whole months that all share: May to Jun 2024" in text_of(app)
    said = " ".join(part.value.replace("\\", "") for part in app.markdown)
    assert "**Health desk, Europe**: Not for 2 weeks; covered by 2 other sources, not by us; ours 0 of 100" in said
    cells = table(app, "Where")
    row = cells[(cells["What"] == "Health desk") & (cells["Where"] == "Europe")].iloc[0]
    assert (row["Ours"].partition(" (")[0], row["The field"].partition(" (")[0], row["Sources"]) == (
        "0 of 100",
        "32 of 145",
        "2 of 2",
    )
    assert "The field covers clearly more Healthcare; ours cover clearly more AI agents." in text_of(app)
    events = table(app, "Event")
    assert [tuple(row) for row in events.to_numpy()] == [("5 Jun 2024", HOSTILE, "The Digest and The Wire", 2)]
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))
    spoken = " ".join([text_of(app), *(part.value for part in (*app.caption, *app.header, *app.info))])
    assert not re.search(METHODS, spoken)
    assert [w.value for w in (*app.warning, *app.error)] == []
    assert dict(app.query_params) == {"ours": "weekly"}


def test_a_cell_opens_exactly_the_stories_of_each_side_and_leads_to_the_desks_topics_26_23(open_page):
    app = open_page(ours="weekly", stories=["cells", "desk:health", "region:europe"], whose="field")
    assert sides(app) == ["Ours (0)", "The field’s (32)"]
    assert "32 stories" in text_of(app)
    assert HOSTILE not in "".join(part.value for part in app.get("html"))
    no_fault(app.button(key="open_level").click().run())
    assert set(table(app, "Where")["What"]) == {"Healthcare", "Robots"}
    assert app.query_params["rows"] == "desk:health"


@pytest.mark.parametrize(
    ("stories", "expected"), [(["topics", "topic:agents"], 100), (["events", f"event:{len(STORIES) + 1:016x}"], 2)]
)
def test_topics_and_events_open_exactly_their_stories_26(open_page, stories, expected):
    app = open_page(ours="weekly", stories=stories)
    assert f"{expected} stories" in text_of(app)
    assert [w.value for w in app.warning] == []


def test_ours_can_be_others_and_what_is_unknown_is_named(open_page):
    app = open_page(ours=["digest", "wire"], field="nobody", months="7", stories=["cells", "desk:nothing"])
    said = " ".join(w.value for w in app.warning)
    assert "field `nobody`" in said
    assert "months `7`" in said
    assert "`cells desk:nothing`" in said
    assert "145 stories of The Digest and The Wire against 100 stories of The Weekly" in text_of(app)
    assert any(info.value.startswith("This needs 2 other sources") for info in app.info)
    assert app.selectbox(key="gaps_told").disabled


def test_an_area_without_a_story_is_an_empty_column_and_a_link_to_what_is_no_cell_is_named(open_page, tmp_path):
    stories = [
        Story(MAY, ("agents",), source=id, regions=["CN"], organizations={"acme": "focus"})
        for id in ("weekly", "digest") * 30
    ]
    folder = publish(World(stories, PUBLISHERS[:2], clock=datetime(2024, 7, 20, 12)), tmp_path / "nowhere")
    app = open_page(data=folder, stories=["cells", "organization:acme"])
    assert "`cells organization:acme`, which is no number of this page" in app.warning[0].value
    cells = table(app, "Where")
    assert set(cells[cells["Where"] == "Europe"]["Note"]) == {"no story"}


def test_one_source_alone_has_nothing_to_compare_with_and_the_page_says_so(open_page, tmp_path):
    app = open_page(data=publish(ALONE, tmp_path / "alone"))
    assert "Nothing to compare The Weekly with." in text_of(app)
    assert app.info[0].value == "There is no other source to compare with. Choose other sources or more months."


def test_what_is_opened_by_a_gaps_button_is_in_the_address(open_page):
    app = open_page()
    no_fault(app.button(key="gap_desk:health_region:europe").click().run())
    assert app.query_params["stories"] == ["cells", "desk:health", "region:europe"]
    assert sides(app) == ["Ours (0)", "The field’s (32)"]
