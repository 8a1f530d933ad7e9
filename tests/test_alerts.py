"""Each rule of an alert on a small world: where it stands, in a sentence with its numbers, and the link that shows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.filters import Known, from_query
from etl.alert_facts import Point, part_of, pattern_of
from etl.alert_judge import ABOVE, BELOW, FEW, INSIDE, UNKNOWN, counterpart, place_in_band, side, year_before
from etl.alert_rules import Band
from etl.errors import InputError
from tests.alert_kit import WEEKLY, Desk, issues, write_alerts, write_view
from tests.worlds import DESKS, ORGANIZATIONS, REGIONS, TOPICS, Publisher, Story, many, weekly

FIRST = date(2024, 5, 1)  # a Wednesday
CLOCK = datetime(2024, 7, 1, 12)
BAND = '[care]\nwatch = "topic:healthcare"\nrule = "band"\nlow = 10\nhigh = 20\nissues = 3\n'


@pytest.fixture
def desk(empty_data) -> Desk:
    """A data folder without a snapshot."""
    return Desk(empty_data)


# Band


def test_band_is_left_when_each_of_the_last_issues_is_below(desk):
    write_alerts(desk.settings, BAND)
    desk.publish(issues(FIRST, [(1, 8), (1, 7), (0, 7), (1, 12), (0, 5)]), clock=CLOCK)
    found = desk.find(CLOCK)
    assert (found.status, found.at) == ("below", "2024-05-29")
    assert found.text == (
        "Healthcare in The Weekly: 1 of 24 stories (4.2 %) in the last 3 issues; the band asks 10 to 20 %; below since 15 May 2024"
    )


def test_band_is_not_left_while_one_of_the_last_issues_is_within(desk):
    write_alerts(desk.settings, BAND)
    desk.publish(issues(FIRST, [(0, 9), (0, 9), (1, 9), (0, 9)]), clock=CLOCK)
    found = desk.find(CLOCK)
    assert found.status == "inside"
    assert found.text == (
        "Healthcare in The Weekly: 1 of 27 stories (3.7 %) in the last 3 issues; the band asks 10 to 20 %; 1 of the 3 issues within"
    )


def test_band_says_at_least_where_the_run_outside_is_as_long_as_the_data(desk):
    write_alerts(desk.settings, BAND.replace("low = 10\n", ""))
    desk.publish(issues(FIRST, [(4, 9), (4, 9), (4, 9)]), clock=CLOCK)
    assert desk.find(CLOCK).text == (
        "Healthcare in The Weekly: 12 of 27 stories (44.4 %) in the last 3 issues; the band asks at most 20 %; "
        "above since at least 1 May 2024"
    )


@pytest.mark.parametrize(
    ("shares", "why"),
    [([(0, 9), (0, 9)], "2 of 3 issues"), ([(0, 5), (0, 5), (0, 5)], "fewer than 20 stories")],
    ids=["issues", "stories"],
)
def test_band_can_not_be_told_from_too_little(desk, shares, why):
    write_alerts(desk.settings, BAND)
    desk.publish(issues(FIRST, shares), clock=CLOCK)
    found = desk.find(CLOCK)
    assert found.status == UNKNOWN
    assert found.text.endswith(f"cannot tell yet, {why}")


def test_band_by_month_counts_whole_months_alone(desk):
    write_alerts(desk.settings, BAND.replace("issues = 3", 'grain = "month"\nperiods = 2'))
    shares = [(0, 6)] * 4 + [(0, 6)] * 4 + [(3, 6)] * 5 + [(0, 6)] * 1
    publisher = Publisher("weekly", "The Weekly", expected=weekly(date(2024, 3, 6), 40))
    desk.publish(issues(date(2024, 3, 6), shares), clock=datetime(2024, 6, 20), publishers=[publisher])
    found = desk.find(datetime(2024, 6, 20))
    # March and April are whole, and so is May with five issues of which the last four are on the topic; June is not over.
    assert found.text == (
        "Healthcare in The Weekly: 15 of 54 stories (27.8 %) in the last 2 whole months; the band asks 10 to 20 %; above since May 2024"
    )


def test_a_day_that_is_not_over_is_no_issue_of_a_daily_source(desk):
    write_alerts(desk.settings, BAND.replace("issues = 3", "issues = 1"))
    daily = Publisher("daily", "The Daily", rhythm="day")
    stories = [*many(3, date(2024, 6, 30), "healthcare", source="daily"), *many(17, date(2024, 6, 30), source="daily"),
               *many(20, date(2024, 7, 1), "healthcare", source="daily")]  # fmt: skip
    desk.publish(stories, clock=CLOCK, publishers=[daily])
    assert desk.find(CLOCK).text == (
        "Healthcare in The Daily: 3 of 20 stories (15 %) in the last publishing day; the band asks 10 to 20 %; within"
    )


def test_filters_restrict_numerator_and_denominator_and_are_named(desk):
    write_alerts(desk.settings, BAND + 'about_any = ["region:CN", "region:FR"]\nabout_none = ["topic:robots"]\n')
    about = issues(FIRST, [(0, 8)] * 3, regions=["CN"])
    desk.publish([*about, *issues(FIRST, [(8, 8)] * 3)], clock=CLOCK)
    assert desk.find(CLOCK).text == (
        "Healthcare in The Weekly, of stories about China or France, not about Robots: 0 of 24 stories (0 %) in the last 3 issues; "
        "the band asks 10 to 20 %; below since at least 1 May 2024"
    )


def test_long_running_sources_are_the_default_and_one_that_joined_late_is_left_out(desk):
    write_alerts(desk.settings, BAND)
    late = Publisher("late", "The Late")
    old = issues(date(2023, 7, 5), [(1, 8)] * 51)
    new = issues(date(2024, 6, 5), [(8, 8)] * 3, source="late")
    desk.publish([*old, *new], clock=CLOCK, publishers=[WEEKLY, late])
    assert desk.find(CLOCK).text.startswith("Healthcare in The Weekly: 3 of 24 stories (12.5 %)")
    write_alerts(desk.settings, BAND + 'sources = ["late"]\n')
    assert desk.find(CLOCK).text.startswith("Healthcare in The Late: 24 of 24 stories (100 %)")
    write_alerts(desk.settings, BAND + 'sources = ["all"]\n')
    assert desk.find(CLOCK).text.startswith("Healthcare in The Weekly and The Late: ")


points = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 9)).map(lambda pair: (min(pair), max(1, *pair))),
    min_size=1,
    max_size=12,
)


@given(shares=points, low=st.integers(0, 100), high=st.integers(0, 100), count=st.integers(1, 6))
def test_a_band_is_left_exactly_where_each_of_the_last_periods_is_outside(shares, low, high, count):
    rule = Band(min(low, high), max(low, high), count, "issue")
    told = [Point(FIRST + timedelta(n), FIRST + timedelta(n), k, of) for n, (k, of) in enumerate(shares)]
    place = place_in_band(told, rule)
    last = told[-count:]
    enough = len(last) == count and sum(point.n for point in last) >= FEW
    outside = all(not rule.low <= 100 * point.k / point.n <= rule.high for point in last)
    assert (place.status == UNKNOWN) == (not enough)
    assert (place.status in (BELOW, ABOVE)) == (enough and outside)
    if place.since is not None:
        run = [side(point, rule) for point in told if point.period >= place.since]
        assert set(run) == {place.status}
    assert (place.status == INSIDE) == (enough and not outside)


# Mover


def mover(grain: str = "month", **more: str) -> str:
    keys = {"watch": "topic:healthcare", "rule": "mover", "grain": grain} | more
    return "[care]\n" + "".join(f'{key} = "{value}"\n' for key, value in keys.items())


def month(number: int, k: int, n: int, *, year: int = 2024, **values) -> list[Story]:
    """k of n stories in a month, on its first and last day."""
    day = date(year, number, 28)
    stories = [*many(k, day, "healthcare", **values), *many(n - k, day, "agents", **values)]
    return [*stories, *many(1, date(year, number, 1), form="letter")]


@pytest.mark.parametrize(
    ("before", "after", "status", "sentence"),
    [
        ((8, 40), (14, 40), "no clear change",
         "no clear change from 8 of 40 stories (20 %) in May 2024 to 14 of 40 stories (35 %) in June 2024; "
         "+15.0 points, likely range −4.6 to +33.2"),
        ((40, 200), (70, 200), "up",
         "up from 40 of 200 stories (20 %) in May 2024 to 70 of 200 stories (35 %) in June 2024; "
         "+15.0 points, likely range +6.3 to +23.4"),
        ((70, 200), (40, 200), "down",
         "down from 70 of 200 stories (35 %) in May 2024 to 40 of 200 stories (20 %) in June 2024; "
         "−15.0 points, likely range −23.4 to −6.3"),
        ((19, 19), (0, 40), "cannot tell",
         "too few stories to say, from 19 of 19 stories (100 %) in May 2024 to 0 of 40 stories (0 %) in June 2024"),
    ],
    ids=["unclear", "up", "down", "few"],
)  # fmt: skip
def test_mover_is_established_where_its_likely_range_does_not_hold_zero(desk, before, after, status, sentence):
    write_alerts(desk.settings, mover())
    desk.publish([*month(5, *before), *month(6, *after), *month(7, 9, 9)], clock=CLOCK)
    found = desk.find(CLOCK)
    assert (found.status, found.text) == (status, f"Healthcare in The Weekly: {sentence}")


def test_mover_leaves_a_period_out_in_which_issues_are_missing(desk):
    write_alerts(desk.settings, mover())
    wednesdays = weekly(date(2024, 3, 6), 17)  # to 26 June
    held = [day for day in wednesdays if day != date(2024, 5, 15)]
    stories = [story for day in held for story in many(2 if day.month == 6 else 8, day, "healthcare")]
    stories += [story for day in held for story in many(12, day, "agents")]
    desk.publish(stories, clock=CLOCK, publishers=[Publisher("weekly", "The Weekly", expected=wednesdays)])
    assert "(40 %) in April 2024 to 8 of 56 stories (14.3 %) in June 2024" in desk.find(CLOCK).text


def test_mover_against_the_year_before_says_so_where_that_is_not_whole(desk):
    write_alerts(desk.settings, mover(against="year"))
    desk.publish([*month(5, 8, 40), *month(6, 30, 40), *month(7, 9, 9)], clock=CLOCK)
    found = desk.find(CLOCK)
    assert found.status == UNKNOWN
    assert found.text.endswith("30 of 40 stories (75 %) in June 2024, and the same one a year before is not whole")


def test_mover_against_the_year_before_compares_the_same_month(desk):
    write_alerts(desk.settings, mover(against="year"))
    months = [*month(6, 2, 40, year=2023), *month(5, 30, 40), *month(6, 30, 40), *month(7, 9, 9)]
    desk.publish(months, clock=CLOCK)
    found = desk.find(CLOCK)
    assert found.status == "up"
    assert "from 2 of 40 stories (5 %) in June 2023 to 30 of 40 stories (75 %) in June 2024" in found.text


def test_a_year_of_weeks_is_52_weeks_and_keeps_the_weekday():
    monday = date(2024, 7, 1)
    assert year_before(monday, "week") == date(2023, 7, 3)
    assert year_before(date(2024, 2, 1), "month") == date(2023, 2, 1)
    one = [Point(date(2023, 7, 3), date(2023, 7, 9), 1, 2), Point(monday, date(2024, 7, 7), 1, 2)]
    assert counterpart(one, grain="week", against="year") == one[0]


# Silent


SILENT = '[quiet]\nrule = "silent"\nsource = "weekly"\n'


@pytest.mark.parametrize(
    ("clock", "status", "sentence"),
    [
        (datetime(2024, 6, 5, 9), "publishing",
         "The Weekly: last story on 22 May 2024, 14 days ago; usually 7 days apart"),
        (datetime(2024, 6, 12, 9), "publishing",
         "The Weekly: last story on 22 May 2024, 21 days ago; usually 7 days apart"),
        (datetime(2024, 6, 13, 9), "silent",
         "The Weekly: silent for 22 days, since 22 May 2024; usually 7 days apart"),
    ],
    ids=["early", "edge", "silent"],
)  # fmt: skip
def test_a_source_is_silent_after_three_of_its_own_gaps(desk, clock, status, sentence):
    write_alerts(desk.settings, SILENT)
    desk.publish(issues(FIRST, [(1, 2)] * 4), clock=datetime(2024, 5, 23))
    found = desk.find(clock)
    assert (found.status, found.text) == (status, sentence)


def test_a_clock_that_was_set_back_makes_no_silent_source_look_well(desk):
    write_alerts(desk.settings, SILENT)
    desk.publish(issues(FIRST, [(1, 2)] * 4), clock=datetime(2024, 6, 13))
    assert desk.find(datetime(2020, 1, 1)).status == "silent"


def test_a_declared_gap_is_not_silence(desk):
    write_alerts(desk.settings, SILENT)
    gap = Publisher("weekly", "The Weekly", holes=[(date(2024, 5, 24), date(2024, 12, 31), "summer break")])
    desk.publish(issues(FIRST, [(1, 2)] * 4), clock=CLOCK, publishers=[gap])
    found = desk.find(CLOCK)
    assert (found.status, found.text) == (UNKNOWN, "The Weekly: cannot tell, summer break")


# Phrase


def phrase(text: str, more: str = "") -> str:
    return f'[words]\nrule = "phrase"\nphrase = "{text}"\n{more}'


def test_a_phrase_is_told_with_its_first_stories(desk):
    write_alerts(desk.settings, phrase("GPT-6"))
    stories = [
        Story(FIRST, title="GPT-60 is no model"),
        Story(FIRST + timedelta(7), title="What GPT\u20116 brings", url="https://weekly.example/a"),
        Story(FIRST + timedelta(14), title="Later", body="They tried GPT-6, too."),
        Story(FIRST + timedelta(21), title="gpt-6 in small letters"),
    ]
    desk.publish(stories, clock=CLOCK)
    found = desk.find(CLOCK)
    assert (found.status, found.text) == ("seen", "“GPT-6”: first seen on 8 May 2024 in The Weekly; 2 stories so far")
    assert [story.title for story in found.stories] == ["What GPT\u20116 brings", "Later"]
    assert found.link == "http://127.0.0.1:8501/story?story=0000000000000002"


def test_a_phrase_that_is_not_there_is_said_with_what_was_looked_through(desk):
    write_alerts(desk.settings, phrase("GPT-6", "since = 2024-05-08\n"))
    desk.publish([Story(FIRST, title="GPT-6"), Story(FIRST + timedelta(7))], clock=CLOCK)
    assert desk.find(CLOCK).text == "“GPT-6”: not seen in 1 story since 8 May 2024"


@pytest.mark.parametrize(
    ("wanted", "text", "holds"),
    [
        ("world model", "A World\u00a0Model learns", True),
        ("world model", "world models", False),
        ("World model", "a world model", False),
        ("C++", "Written in C++, fast", True),
        ("été", "L’ÉTÉ!", True),
        ("été", "répété", False),
        ("o'neill", "by O’Neill", True),
        ("a.b", "a b", False),
        ("x", "straddling\nx\nlines", True),
    ],
)
def test_a_phrase_is_whole_words_and_its_capitals_count_where_it_has_some(holds_phrase, wanted, text, holds):
    assert holds_phrase(wanted, text) is holds


@given(wanted=st.text(min_size=1, max_size=12).filter(lambda text: any(map(str.isalnum, text))))
def test_any_phrase_makes_a_pattern_that_finds_it(holds_phrase, wanted):
    wanted = re.sub("[\ud800-\udfff\x00]", "", " ".join(wanted.split()))
    if any(map(str.isalnum, wanted)):
        assert holds_phrase(wanted, f"before {wanted} after")


@pytest.fixture(scope="module")
def holds_phrase() -> Iterator[Callable[[str, str], bool]]:
    """Whether the database finds a phrase in a text."""
    with duckdb.connect(config={"threads": 1}) as con:
        query = "SELECT regexp_matches($1, $2) AND coalesce(contains($1, CAST($3 AS VARCHAR)), true)"
        yield (
            lambda wanted, text: con.execute(query, [text, pattern_of(wanted), part_of(wanted)]).fetchall() == [(True,)]
        )


# Saved views and links


def known() -> Known:
    keys = {f"topic:{i}" for i in TOPICS} | {f"desk:{i}" for i in DESKS} | {f"region:{i}" for i in REGIONS}
    return Known(frozenset(keys | {f"organization:{i}" for i in ORGANIZATIONS}), frozenset({"weekly"}))


def test_a_link_is_understood_by_the_dashboard_and_shows_the_same_stories(desk):
    write_alerts(desk.settings, BAND + 'about_any = ["named:acme"]\n')
    desk.publish(issues(FIRST, [(0, 9)] * 5, organizations={"acme": "mention"}), clock=CLOCK)
    link = urlsplit(desk.find(CLOCK).link)
    query = parse_qs(link.query)
    filters, problems = from_query(query, known())
    assert (f"{link.scheme}://{link.netloc}{link.path}", problems) == ("http://127.0.0.1:8501/", [])
    assert (filters.show, filters.sources, filters.grain) == (("topic:healthcare",), ("weekly",), "day")
    assert (filters.start, filters.end) == (date(2024, 5, 15), date(2024, 5, 29))
    assert (filters.any_of, filters.role) == (("organization:acme",), "named")
    assert query["was"] == ["topic:healthcare=0.27"]
    assert query["snapshot"] == [desk.snapshot().stem]


def test_without_a_dashboard_address_there_are_no_links(desk):
    desk.with_settings(dashboard_address="")
    write_alerts(desk.settings, BAND)
    desk.publish(issues(FIRST, [(0, 9)] * 3), clock=CLOCK)
    assert desk.find(CLOCK).link == ""


@pytest.mark.parametrize(
    "value",
    [
        "show=topic:healthcare&source=weekly&any=region:CN&role=focus&when=all",
        "http://127.0.0.1:8501/?show=topic%3Ahealthcare&source=weekly&any=region%3ACN",
        {"name": "Care", "query": "?show=topic:healthcare&source=weekly&any=region:CN"},
        {"show": ["topic:healthcare"], "source": "weekly", "any": ["region:CN"], "letters": False},
    ],
    ids=["query", "link", "named", "mapping"],
)
def test_a_saved_view_says_what_is_watched(desk, value):
    write_view(desk.settings, "care-in-china", value)
    write_alerts(desk.settings, '[care]\nview = "care-in-china"\nrule = "band"\nlow = 10\n')
    desk.publish(issues(FIRST, [(0, 9)] * 3, regions=["CN"]) + many(5, FIRST), clock=CLOCK)
    assert desk.find(CLOCK).text.startswith("Healthcare in The Weekly, of stories about China: 0 of 27 stories")


def test_a_key_or_source_that_the_data_does_not_know_is_named_and_the_other_alerts_go_on(desk):
    write_alerts(desk.settings, BAND + BAND.replace("[care]", "[wrong]").replace("healthcare", "helthcare")
                 + SILENT.replace('"weekly"', '"daily"'))  # fmt: skip
    desk.publish(issues(FIRST, [(0, 9)] * 3), clock=CLOCK)
    told = desk.look(CLOCK)
    assert [look.alert.id for look in told.looks] == ["care"]
    path = desk.settings.desk / "alerts.toml"
    assert told.problems == [
        f"{path}:wrong: 'topic:helthcare' is not in this data; did you mean topic:healthcare?",
        f"{path}:quiet: the source 'daily' is not in this data; use the id of a source",
    ]


def test_a_snapshot_that_can_not_be_asked_is_an_error_with_the_remedy(desk):
    write_alerts(desk.settings, BAND)
    desk.publish(issues(FIRST, [(0, 9)] * 3), clock=CLOCK)
    with duckdb.connect(str(desk.snapshot())) as con:
        con.execute("DROP MACRO TABLE base_story")
    with pytest.raises(InputError, match=r"can't be asked .* bring it up to date with `ainews run`"):
        desk.look(CLOCK)
