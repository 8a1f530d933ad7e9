"""The page Topics as a script: what it shows, that each number opens its stories, what moved and what met, one topic's page."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from html import unescape
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp

from dashboard.filters import ALL_SOURCES, Filters, Known
from dashboard.links import coverage_link
from dashboard.opened import Opened, opened_from
from dashboard.scope import build_scope
from dashboard.topic_charts import cell_color, meeting_matrix, move_points, share_bars
from dashboard.topics import (
    PARTS,
    SECTIONS,
    Pair,
    bias_words,
    find_pair,
    mover_note,
    movers_sentence,
    pair_verdict,
    points_range,
    year_before,
)
from tests.page_kit import (
    METHODS,
    OpenPage,
    charts,
    html_of,
    made_at_once,
    no_fault,
    open_at,
    query_of,
    said,
    table,
    text_of,
)
from tests.worlds import Asking, Publisher, Story, World, many, publish

CLOCK = datetime(2024, 10, 1, 12)
HOSTILE = "<script>alert(1)</script> ![x](http://evil.example/a.png) `y`"
MONTHS = range(1, 10)


def stories() -> list[Story]:
    """By month 40 of The Weekly: generative 8, agents 2 (from July 20), healthcare and robots together 4; the rest is bare."""
    found = []
    for month in MONTHS:
        day, agents = date(2024, month, 10), 20 if month >= 7 else 2
        found += many(agents, day, "agents", title=HOSTILE, body="An agent works.", spans=[("topic", "agents", "text", 3, 8, 2.0)],
                      organizations={"acme": "focus"}, regions=["FR"])  # fmt: skip
        found += [*many(8, day, "generative"), *many(4, day, "healthcare", "robots"), *many(28 - agents, day)]
    return [*found, *many(45, date(2024, 9, 15), "generative", source="digest")]


WEEKLY = Publisher("weekly", "The Weekly", expected=[date(2024, m, 10) for m in MONTHS])
DIGEST = Publisher("digest", "The Digest", rhythm="month", expected=[date(2024, 9, 1)], sampled="random 45 a month")
WORLD = World(
    stories(), (WEEKLY, DIGEST), clock=CLOCK, was={"healthcare": ["medicine"]},
    quality=[("topic", "agents", "abstract", 50, 40, 15, 10), ("topic", "robots", "abstract", 9, 9, 0, 0)],
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(WORLD, tmp_path_factory.mktemp("topics"))


@pytest.fixture(scope="module")
def asking() -> Asking:
    return Asking(WORLD)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, data: Path) -> OpenPage:
    """Open the page as an address would: `open_page(bars="topics")`; `where` is another folder of data."""
    return lambda where=data, **query: open_at(monkeypatch, where, "topics", **query)


# The first screen


def test_the_page_says_what_is_covered_most_of_which_stories_3(open_page):
    app = open_page()
    assert "Models desk: 40\u00a0% of The Weekly’s stories (144 of 360); Health desk: 10\u00a0%." in unescape(
        html_of(app)
    )
    assert "Shares are of 360 stories in The Weekly, Jan 2024 to Sep 2024." in text_of(app)
    assert "may sum to more than 100 %" in text_of(app)
    assert [w.value for w in (*app.warning, *app.info, *app.error)] == []
    assert dict(app.query_params) == {}


@pytest.mark.parametrize(
    ("bars", "expected"),
    [
        ("desks", {"No topic found": 180, "Models desk": 144, "Health desk": 36}),
        ("topics", {"No topic found": 180, "Generative AI": 72, "AI agents": 72, "Healthcare": 36, "Robots": 36}),
        ("desk:health", {"Healthcare": 36, "Robots": 36}),
    ],
)
def test_a_desk_counts_a_story_once_and_untagged_is_a_category_1_3_5(open_page, bars, expected):
    rows = table(open_page(bars=bars), "Share")
    assert dict(zip(rows["Line"], rows["Stories"], strict=True)) == expected
    assert set(rows["Of"]) == {360}


@pytest.mark.parametrize(
    ("section", "keys", "count"),
    [
        ("shares", ["desk:health"], 36),
        ("shares", ["topic:untagged"], 180),
        ("movers", ["topic:agents", "2024-09-01"], 20),
        ("movers", ["topic:agents", "2024-08-01"], 20),
        ("pairs", ["topic:healthcare", "topic:robots"], 36),
        ("pairs", ["desk:health", "desk:models"], 0),
    ],
)
def test_a_number_opens_exactly_its_stories_and_so_does_the_file_26(open_page, monkeypatch, section, keys, count):
    made = made_at_once(monkeypatch, "stories_csv")
    app = open_page(
        stories=[section, *keys], grain="month", between=["desk:health", "desk:models"] if section == "pairs" else []
    )
    assert f" {count} stories " in text_of(app)
    assert len(re.findall("<article", html_of(app))) == min(count, 10)
    assert [len(pd.read_csv(io.BytesIO(csv))) for csv in made] == ([count] if count else [])
    assert list(app.query_params["stories"]) == [section, *keys]


def test_the_file_of_numbers_carries_range_filters_and_snapshot_26(open_page, monkeypatch):
    made = made_at_once(monkeypatch, "as_csv")
    for part in PARTS:
        open_page(part=part)
    shares, movers, _, bursts, _, pairs = (pd.read_csv(io.BytesIO(csv)) for csv in made)
    assert {"key", "k_1", "n_1", "k_2", "n_2", "low", "high", "looked_at", "filters", "snapshot"} <= set(bursts.columns)
    assert {"key", "numerator", "denominator", "share", "low", "high", "filters", "snapshot"} <= set(shares.columns)
    assert {"k_1", "n_1", "k_2", "n_2", "difference", "low", "high", "looked_at", "filters", "snapshot"} <= set(
        movers.columns
    )
    assert {"key_a", "key_b", "numerator", "expected", "denominator", "filters", "snapshot"} <= set(pairs.columns)
    assert set(shares["filters"]) == {
        "stories of The Weekly; long-running sources; 10 Jan 2024 to 15 Sep 2024; letters left out; copies count once"
    }


def test_closing_and_choosing_leave_the_address_a_link(open_page):
    app = open_page(stories=["shares", "desk:health"])
    next(b for b in app.button if b.key == "open_level").click().run()
    assert {name: list(value) if isinstance(value, list) else [value] for name, value in app.query_params.items()} == {
        "bars": ["desk:health"]
    }
    assert app.get("article") == []
    app.selectbox(key="choice_when").set_value("30d").run()
    assert app.query_params["when"] in ("30d", ["30d"])
    assert app.query_params["bars"] in ("desk:health", ["desk:health"])


def test_a_choice_made_here_holds_on_coverage_and_back(open_page):
    app = open_page()
    app.multiselect(key="choice_sources").set_value(["digest"]).run()
    app.selectbox(key="choice_when").set_value("12m").run()
    app.switch_page("app_pages/coverage.py").run()
    assert app.multiselect(key="choice_sources").value == ["digest"]
    assert app.selectbox(key="choice_when").value == "12m"
    app.multiselect(key="choice_show").set_value(["topic:robots"]).run()
    app.switch_page("app_pages/topics.py").run()
    assert "45 stories in The Digest" in text_of(app)
    assert app.session_state["choice_show"] == ["topic:robots"]


def test_what_the_page_of_all_topics_holds_is_there_again_after_one_topic_or_no_story(open_page):
    app = open_page(bars="topics", grain="month", against="year", stories=["shares", "topic:agents"])
    held = {name: values for name, values in query_of(app).items() if name != "stories"}
    next(b for b in app.button if b.key == "about_topic:agents").click().run()
    assert query_of(app) == held | {"topic": ["agents"]}
    next(b for b in app.button if b.key == "all_topics").click().run()
    assert query_of(app) == held
    app.multiselect(key="choice_all_of").set_value(["topic:agents", "topic:robots"]).run()
    assert "No story passes these filters" in app.info[0].value
    app.multiselect(key="choice_all_of").set_value(["topic:agents", "topic:robots", "topic:generative"]).run()
    assert no_fault(app).info[0].value.startswith("No story passes")
    app.multiselect(key="choice_all_of").set_value([]).run()
    assert query_of(app) == held


def test_an_address_that_this_data_does_not_know_says_so(open_page):
    app = open_page(topic="cooking", stories=["shares", "desk:cooking"], bars="desk:cooking", odd="1")
    own, bars, stories = [w.value for w in app.warning if "cooking" in w.value]
    assert own == "The link names a topic, `cooking`, which is not in this data."
    assert bars == "The link's bars `desk:cooking` is nothing that this page can show."
    assert stories == "The link opens stories by `shares desk:cooking`, which is no number of this page in this data."
    assert any("`odd`" in w.value for w in app.warning)
    assert app.selectbox(key="topics_level").value == "desks"
    app.run()  # as a narrow screen makes it do at once
    assert own in [w.value for w in app.warning]


def test_where_no_story_passes_the_page_says_what_to_loosen(open_page):
    app = open_page(every=["topic:agents", "topic:robots"])
    assert "No story passes these filters" in app.info[0].value
    assert charts(app) == []


def test_the_page_speaks_plain_words_and_a_hostile_title_is_text(open_page):
    for query in ({}, {"topic": "agents"}, {"stories": ["shares", "topic:agents"], "bars": "topics"}):
        app = open_page(**query)
        assert re.findall(METHODS, said(app)) == []
        assert "<script>alert" not in html_of(app)


def test_fewer_than_20_stories_are_hollow_and_too_few_to_say_9(open_page, tmp_path):
    world = World([*many(4, date(2024, 5, 10), "agents"), *many(6, date(2024, 5, 10))], (WEEKLY,), clock=CLOCK)
    app = open_page(publish(world, tmp_path))
    assert "too few to say" in charts(app)[0]
    assert "fewer than two whole" in app.info[0].value


# What moved


def test_what_moved_is_told_of_all_topics_looked_at_8_10_12_22(open_page):
    app = open_page(grain="quarter")
    assert (
        "AI agents went from 5\u00a0% (6 of 120) to 50\u00a0% (60 of 120), from Q2 2024 to Q3 2024; of 4 topics looked at."
        in unescape(html_of(app))
    )
    assert "All of it rests on one source, The Weekly." in text_of(app)
    rows = table(app, "Same way in")
    assert rows["Topic"].iloc[0] == "AI agents"
    assert rows["Note"].tolist() == ["clear", "no clear change", "no clear change", "no clear change"]
    assert rows["Same way in"].iloc[0] == "1 of 1 source"


def test_by_the_month_nothing_moved_clearly_8(open_page):
    assert "No clear change from Aug 2024 to Sep 2024, of 4 topics looked at." in text_of(open_page(grain="month"))


def test_a_year_before_that_is_not_there_says_so_12(open_page):
    app = open_page(grain="month", against="year")
    assert "Sep 2023 is not whole" in app.info[0].value


def test_weeks_shift_by_52_weeks_14():
    assert year_before(date(2024, 3, 4), "week") == date(2023, 3, 6)
    assert year_before(date(2024, 4, 1), "quarter") == date(2023, 4, 1)


def of_pools(asking: Asking, **chosen: object):
    filters = Filters(sources=(ALL_SOURCES,), **chosen)
    return build_scope(asking, filters, sources=asking.sources(), catalog=asking.catalog(), clock=CLOCK)


def test_sources_that_are_not_whole_in_both_periods_are_not_compared_12_22(asking):
    pair, why = find_pair(asking, of_pools(asking, grain="month"), "before", CLOCK)
    assert (pair, why) == (Pair("month", date(2024, 8, 1), date(2024, 9, 1), ("weekly",)), "")


@settings(max_examples=12, deadline=None)
@given(missing=hyp.sets(hyp.sampled_from(list(MONTHS)), max_size=4), hole=hyp.sampled_from([None, 3, 5]))
def test_a_source_alone_is_whole_where_period_state_says_so_12(missing, hole):
    days = [date(2024, m, 10) for m in MONTHS if m not in missing]
    holes = [(date(2024, hole, 1), date(2024, hole, 28), "a hole")] if hole else []
    steady = Publisher("weekly", "The Weekly", expected=[date(2024, m, 10) for m in MONTHS], holes=holes)
    loose = Publisher("digest", "The Digest", rhythm="irregular", holes=holes)
    world = Asking(
        World([s for day in days for s in (Story(day), Story(day, source="digest"))], (steady, loose), clock=CLOCK)
    )
    for source in ("weekly", "digest"):
        asked = {
            "grain": "month",
            "sources": (source,),
            "from_day": date(2024, 1, 5),
            "to_day": date(2024, 9, 20),
            "clock": CLOCK,
        }
        states = world("period_state", need_each=False, **asked)
        restricted = {"letters": False, "unit": "story", "about_any": None, "about_all": None, "about_none": None}
        found = world("topic_whole", **asked, **restricted)
        assert set(found[found["whole"]]["period"]) == set(states[states["state"] == "whole"]["period"])


MOVE = {"key": "topic:agents", "k_1": 8, "n_1": 40, "share_1": 0.2, "k_2": 14, "n_2": 40, "share_2": 0.35, "difference": 0.15,
        "low": -0.046, "high": 0.332, "near_end": -0.046, "looked_at": 32, "established": False, "sources": 3, "same_way": 2,
        "by_source": None, "by_issue": None, "by_cluster": None}  # fmt: skip


def test_words_follow_the_numbers_8_9_22(asking):
    assert points_range(-0.046, 0.332) == "−4.6 to +33 points"
    assert mover_note(MOVE, {}) == "no clear change"
    clear = MOVE | {"near_end": 0.06}
    assert mover_note(clear, {}) == "may be chance"
    flagged = clear | {"established": True, "by_source": "weekly", "by_issue": "weekly/1", "by_cluster": "7"}
    assert mover_note(flagged, {"weekly": "The Weekly"}) == (
        "hinges on The Weekly alone; hinges on a single issue; hinges on copies of one story"
    )
    assert mover_note(flagged | {"n_1": 19}, {}) == "too few to say"
    pair = Pair("quarter", date(2024, 1, 1), date(2024, 4, 1), ("weekly",))
    assert (
        movers_sentence([MOVE], asking.catalog(), pair)
        == "No clear change from Q1 2024 to Q2 2024, of 32 topics looked at."
    )


def test_only_an_established_move_is_drawn_filled_22(asking):
    figure = move_points([MOVE, MOVE | {"established": True}], asking.catalog(), {}, title="x", narrow=False)
    assert list(figure.data[0].marker.symbol) == ["triangle-right-open", "triangle-right"]


# What meets


def meeting(**values: object) -> dict[str, object]:
    row = {
        "key_a": "desk:health",
        "key_b": "desk:models",
        "k": 9,
        "expected": 10.0,
        "ratio": 0.9,
        "low": -0.1,
        "high": 0.1,
        "state": "judged",
    }
    return row | values


def test_a_blank_cell_differs_from_one_with_few_and_from_a_judged_none_23(asking):
    rows = [
        meeting(k=0, state="blank", expected=2.0),
        meeting(k=1, state="few", expected=4.9),
        meeting(k=0, low=-0.3, high=-0.1, ratio=0.0),
    ]
    order = ("desk:health", "desk:models")
    (cells,) = meeting_matrix(rows, order, asking.catalog(), title="x", narrow=False).data
    assert list(cells.marker.pattern.shape) == ["", "/", ""]
    assert list(cells.text) == ["", "1", "0"]
    assert [pair_verdict(row) for row in rows] == ["no story", "too few to say", "less than by chance"]
    assert cell_color(rows[2]) != cell_color(meeting())


@pytest.mark.parametrize(("between", "lines"), [([], 2), (["desk:health", "desk:models"], 4)])
def test_the_matrix_opens_at_desks_and_drills_down_23(open_page, between, lines):
    rows = table(open_page(part="pairs", between=between), "By chance")
    assert len(rows) == lines * (lines - 1) // 2


# The parts below the bars


@pytest.mark.parametrize("part", PARTS)
def test_one_part_is_drawn_at_a_time_and_stands_in_the_link(open_page, part):
    app = open_page(grain="month")
    app.button_group(key="topics_part").set_value(part).run()
    assert no_fault(app)
    assert [header.value for header in app.header] == [PARTS[part]]
    assert query_of(app).get("part", ["movers"]) == [part]


def test_another_part_closes_what_was_opened_in_one_and_keeps_what_was_chosen_there(open_page):
    between = ["desk:health", "desk:models"]
    app = open_page(grain="month", between=between, stories=["pairs", "topic:healthcare", "topic:robots"])
    assert " 36 stories " in text_of(app)
    app.button_group(key="topics_part").set_value("movers").run()
    assert query_of(app) == {"grain": ["month"], "between": between}
    app.button_group(key="topics_part").set_value("pairs").run()
    assert query_of(app) == {"grain": ["month"], "between": between, "part": ["pairs"]}
    assert len(table(app, "By chance")) == 6


def test_a_bar_stays_open_beside_another_part(open_page):
    app = open_page(stories=["shares", "desk:models"])
    app.button_group(key="topics_part").set_value("pairs").run()
    assert query_of(app) == {"part": ["pairs"], "stories": ["shares", "desk:models"]}


# One topic


def test_the_page_of_a_topic_says_what_it_means_how_well_it_is_found_and_where_21(open_page):
    app = open_page(topic="agents")
    page = text_of(app)
    assert (
        "AI agents About AI agents. 72 of 360 stories in The Weekly, Jan 2024 to Sep 2024: 20 %, likely range 16–24 %."
        in page
    )
    assert "Desk: Models desk, with Generative AI." in page
    (measured,) = [m.value for m in app.markdown if "Right when given" in m.value]
    assert "Right when given: **73\u00a0% (60–83\u00a0%)**" in measured
    assert "Found of all: **80\u00a0% (67–89\u00a0%)**" in measured
    assert "10\u00a0% too high: 55 tags given where 50 stories have the topic" in measured
    assert "agent 72" in page
    assert 'href="./?show=topic%3Aagents"' in html_of(app)
    names = [frame.value for frame in app.dataframe]
    assert [list(frame["Line"])[:1] + list(frame["Stories"])[:1] for frame in names] == [["Acme", 72], ["France", 72]]
    assert len(re.findall("<article", html_of(app))) == 6


def test_fewer_than_15_positives_are_too_few_to_measure_21(open_page):
    assert "On abstracts: too few to measure." in [m.value for m in open_page(topic="robots").markdown]
    assert "On abstracts: not measured." in [m.value for m in open_page(topic="generative").markdown]


def test_an_old_name_of_a_topic_leads_to_it(open_page):
    assert "About Healthcare." in text_of(open_page(topic="medicine"))


def test_a_name_on_a_topics_page_opens_the_stories_on_both_26(open_page):
    app = open_page(topic="agents", stories=["names", "region:FR"])
    assert "72 stories" in text_of(app)
    next(b for b in app.button if b.key == "all_topics").click().run()
    assert "topic" not in app.query_params


def test_a_share_that_is_right_says_so_21():
    row = {"n": 20, "true_positive": 15, "false_positive": 5, "false_negative": 5}
    assert bias_words(row) == "Its share is about right: 20 tags given where 20 stories have the topic."


# Ways


def test_a_story_opened_here_leads_back_here(open_page):
    app = open_page(stories=["shares", "desk:health"])
    (back,) = set(re.findall(r'back=([^&"]*)', unescape(html_of(app))))
    assert back.startswith("page%3Dtopics%26stories")
    assert (
        coverage_link("page=topics&stories=shares&stories=desk:health")
        == "./topics?stories=shares&stories=desk%3Ahealth"
    )
    assert coverage_link("page=http://evil.example&a=b") == "./?a=b"


@given(
    values=hyp.lists(
        hyp.sampled_from(["shares", "topic:agents", "named:acme", "2024-09-01", "x", "", "movers"]), max_size=4
    )
)
def test_what_the_address_opens_is_read_as_it_is_written(values):
    known = Known(frozenset({"topic:agents", "organization:acme"}), frozenset())
    opened = opened_from(values, known, SECTIONS)
    assert opened is None or opened_from(opened.written(), known, SECTIONS) == opened
    assert opened_from(["movers", "topic:agents", "2024-09-01"], known, SECTIONS) == Opened(
        "movers", ("topic:agents",), date(2024, 9, 1)
    )
    assert opened_from(["pairs", "topic:agents", "topic:agents"], known, SECTIONS) is None


def test_a_link_that_says_much_wrongly_is_answered_in_a_few_sentences(open_page):
    app = open_page(any=[f"topic:t{number}" for number in range(500)], bars=["x"] * 400)
    assert len(app.warning) == 9
    assert app.warning[-1].value == "The link says 892 more that this page can't show."


def test_bars_start_at_zero_and_carry_their_ranges_7(asking):
    rows = [{"key": "desk:health", "k": 3, "n": 20, "share": 0.15, "low": 0.052, "high": 0.36}]
    figure = share_bars(rows, asking.catalog(), title="x", opened="", narrow=False)
    assert figure.layout.xaxis.range[0] == 0
    assert (round(figure.data[0].error_x.array[0], 6), round(figure.data[0].error_x.arrayminus[0], 6)) == (21.0, 9.8)


def test_data_from_before_this_page_names_the_command_that_mends_it(open_page, tmp_path):
    folder = publish(WORLD, tmp_path)
    (file,) = (folder / "snapshots").glob("*.duckdb")
    with duckdb.connect(str(file)) as con:
        con.execute("DROP MACRO TABLE line_share")
    assert [error.value for error in open_page(folder).error] == [
        "This data was made before this page was there. `ainews run` brings it up to date."
    ]
