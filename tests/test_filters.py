"""A view is a link: every field goes into the address and comes back, and what a link says wrongly is named."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.filters import (
    DEFAULT_SHOW,
    GRAINS,
    MOST_LINES,
    OPTIONS,
    WHENS,
    Filters,
    Known,
    changed_options,
    from_query,
    parameter,
    to_query,
    with_default_options,
)

KEYS = [
    *DEFAULT_SHOW,
    *(f"topic:t{i}" for i in range(6)),
    "region:US",
    "region:none",
    "organization:x:a & b",
    "desk:policy",
]
OWN = ['phrase:"AI Act"', "phrase:o3 OR o4", "phrase:GPT-5", "any:topic:agents+topic:t1"]
SOURCES = ["the-batch", "tldr-ai"]
FIRST, LAST = date(2019, 4, 17), date(2026, 11, 25)
KNOWN = Known(frozenset(KEYS), frozenset(SOURCES), {"topic:genai": "topic:generative"}, FIRST, LAST)

keys = st.lists(st.sampled_from(KEYS), unique=True, max_size=MOST_LINES).map(tuple)
restricting = st.lists(st.sampled_from([*KEYS, *OWN[:3]]), unique=True, max_size=MOST_LINES).map(tuple)
inside = st.dates(FIRST, LAST)
dates = st.one_of(
    st.tuples(st.none(), st.none()),
    st.tuples(inside, st.none()),
    st.tuples(inside, inside).map(lambda pair: tuple(sorted(pair))),
)


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    """Any state that the widgets can hold."""
    start, end = draw(dates)
    return Filters(
        show=draw(st.lists(st.sampled_from([*KEYS, *OWN]), unique=True, max_size=MOST_LINES).map(tuple)),
        measure=draw(st.sampled_from(["share", "count"])),
        when="custom" if start else draw(st.sampled_from(WHENS)),
        start=start,
        end=end,
        sources=draw(st.sampled_from([("long-running",), ("all",), ("the-batch",), ("tldr-ai", "the-batch")])),
        grain=draw(st.sampled_from(GRAINS)),
        any_of=draw(restricting),
        all_of=draw(restricting),
        none_of=draw(restricting),
        role=draw(st.sampled_from(["focus", "named"])),
        letters=draw(st.booleans()),
        unit=draw(st.sampled_from(["story", "copy"])),
        weigh=draw(st.sampled_from(["stories", "sources"])),
        compare=draw(st.booleans()),
        within=draw(keys),
        drawing=draw(st.sampled_from(["lines", "panels", "stack"])),
        trailing=draw(st.booleans()),
        before=draw(st.booleans()),
        corrected=draw(st.booleans()),
        events=draw(st.booleans()),
        marks=draw(st.lists(st.sampled_from(["chatgpt", "event-1"]), unique=True).map(tuple)),
        open_key=draw(st.sampled_from(["", "*", "*@region:US", "other", *KEYS, *OWN, "topic:agents@region:US"])),
        open_period=draw(st.none() | inside),
        open_source=draw(st.sampled_from(["", *SOURCES])),
    )


def through_the_address(query: dict[str, list[str]]) -> dict[str, list[str]]:
    """As a browser would carry it."""
    return parse_qs(urlencode(query, doseq=True), keep_blank_values=True)


@given(state=filters(), every=st.booleans())
def test_every_state_survives_the_address(state, every):
    assert from_query(through_the_address(to_query(state, every=every)), KNOWN) == (state, [])


def test_defaults_never_reach_the_address():
    assert to_query(Filters()) == {}


OTHER = Filters(
    show=("region:US",), measure="count", when="custom", start=date(2020, 1, 1), end=date(2020, 12, 31), sources=("all",),
    grain="month", any_of=("topic:agents",), all_of=("topic:t1",), none_of=("topic:t2",), role="named", letters=True, unit="copy",
    weigh="sources", compare=True, within=("region:US",), drawing="stack", trailing=True, before=True, corrected=True, events=False,
    marks=("chatgpt",), open_key="*", open_period=date(2020, 5, 1), open_source="tldr-ai",
)  # fmt: skip


def test_every_field_is_in_the_address_under_a_name_of_its_own():
    assert all(getattr(OTHER, item.name) != getattr(Filters(), item.name) for item in fields(Filters)), (
        "OTHER lacks a field"
    )
    names = [parameter(item.name) for item in fields(Filters)]
    assert len(set(names)) == len(names)
    assert set(to_query(OTHER)) == set(names)
    assert not any("_" in name for name in names), "addresses use hyphens"


def test_all_values_of_a_copied_link_are_there_even_where_they_are_defaults():
    written = to_query(Filters(), every=True)
    empty_by_default = {parameter(i.name) for i in fields(Filters) if getattr(Filters(), i.name) in ((), None, "")}
    assert set(written) == {parameter(item.name) for item in fields(Filters)} - empty_by_default


@pytest.mark.parametrize("name", OPTIONS)
def test_each_option_is_counted_and_reset(name):
    changed = replace(Filters(), **{name: getattr(OTHER, name)})
    assert changed_options(changed) == 1
    assert with_default_options(changed) == Filters()


def test_events_are_looked_up_where_a_page_marks_them():
    query = {"mark": ["chatgpt", "nothing"]}
    assert from_query(query, KNOWN) == (Filters(marks=("chatgpt", "nothing")), [])
    filters, (said,) = from_query(query, replace(KNOWN, events=frozenset({"chatgpt"})))
    assert (filters.marks, said) == (("chatgpt",), "The link names event `nothing`, which is not in this data.")


def test_reset_keeps_what_is_no_option():
    kept = with_default_options(OTHER)
    assert changed_options(kept) == 0
    assert all(getattr(kept, i.name) == getattr(OTHER, i.name) for i in fields(Filters) if i.name not in OPTIONS)


# What a link says wrongly


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"show": ["topic:bogus", "topic:agents"]}, "topic `bogus`"),
        ({"any": ["region:ZZ"]}, "region `ZZ`"),
        ({"every": ["organization:x:nobody"]}, "organization `x:nobody`"),
        ({"none": ["whatever"]}, "`whatever`"),
        ({"within": ["phrase:mcp"]}, "type `mcp` under Only stories about"),
        ({"source": ["the-times", "tldr-ai"]}, "source `the-times`"),
        ({"open-key": ["topic:bogus"]}, "line `topic:bogus`"),
        ({"open-source": ["the-times"]}, "source `the-times`"),
        ({"open-period": ["Q2"]}, "`Q2` is no date like 2024-05-31"),
        ({"from": ["2020-13-01"]}, "`2020-13-01` is no date"),
        ({"measure": ["percent"]}, "`percent` is not one of share, count"),
        ({"grain": ["decade"]}, "`decade` is not one of auto"),
        ({"letters": ["1"]}, "`1` is not one of yes, no"),
        ({"shwo": ["topic:agents"]}, "`shwo`"),
        ({"role": [""]}, "an empty value is not one of focus, named"),
    ],
    ids=str,
)
def test_an_unknown_value_is_named_and_the_rest_of_the_link_counts(query, named):
    found, problems = from_query({**query, "unit": ["copy"]}, KNOWN)
    assert len(problems) == 1
    assert named in problems[0]
    assert found.unit == "copy"


def test_what_is_known_of_a_list_is_kept():
    assert from_query({"show": ["topic:bogus", "topic:agents"]}, KNOWN)[0].show == ("topic:agents",)
    assert from_query({"source": ["the-times", "tldr-ai"]}, KNOWN)[0].sources == ("tldr-ai",)


def test_where_nothing_of_show_is_known_the_default_lines_stand():
    found, problems = from_query({"show": ["topic:a", "topic:b"]}, KNOWN)
    assert (found.show, len(problems)) == (DEFAULT_SHOW, 2)


def test_no_line_at_all_is_a_choice_too():
    assert from_query({"show": [""]}, KNOWN) == (Filters(show=()), [])


@pytest.mark.parametrize("name", ["show", "any", "every", "none"])
def test_a_renamed_topic_is_followed_without_a_word(name):
    found, problems = from_query({name: ["topic:genai", "topic:generative"]}, KNOWN)
    assert [value for value in to_query(found, every=True)[name] if value] == ["topic:generative"]
    assert problems == []


def test_a_renamed_topic_is_followed_where_its_number_is_opened():
    found, problems = from_query({"open-key": ["topic:genai"], "open-period": ["2024-01-01"]}, KNOWN)
    assert (found.open_key, problems) == ("topic:generative", [])


def test_more_lines_than_a_chart_holds_are_cut_and_said():
    found, problems = from_query({"show": KEYS[:10]}, KNOWN)
    assert found.show == tuple(KEYS[:MOST_LINES])
    assert problems == ["The link asks for 10 lines; a chart holds 8, so the last are left out."]


def test_dates_that_run_backwards_are_turned_round_and_said():
    found, problems = from_query({"when": ["custom"], "from": ["2022-01-01"], "to": ["2020-01-01"]}, KNOWN)
    assert (found.start, found.end) == (date(2020, 1, 1), date(2022, 1, 1))
    assert "backwards" in problems[0]


def test_dates_alone_mean_chosen_days_and_an_end_alone_counts_from_the_first_story():
    found, problems = from_query({"to": ["2022-01-01"]}, KNOWN)
    assert (found.when, found.start, found.end, problems) == ("custom", FIRST, date(2022, 1, 1), [])


@pytest.mark.parametrize(
    ("start", "end"), [("1850-01-01", "2022-01-01"), ("2022-01-01", "9999-12-31"), ("0001-01-01", "2099-01-01")]
)
def test_dates_beyond_the_data_are_cut_and_said(start, end):
    found, problems = from_query({"from": [start], "to": [end]}, KNOWN)
    assert FIRST <= found.start <= found.end <= LAST
    assert problems == ["The link's dates reach beyond this data (17 Apr 2019 to 25 Nov 2026); they are cut to it."]


@given(
    query=st.dictionaries(
        st.sampled_from([parameter(i.name) for i in fields(Filters)]), st.lists(st.text(max_size=20), max_size=3)
    )
)
def test_any_address_is_read_into_filters_that_can_be_drawn(query):
    found, problems = from_query(query, KNOWN)
    assert set(found.show) | set(found.any_of) | set(found.all_of) | set(found.none_of) <= KNOWN.keys
    assert found.sources
    assert from_query(to_query(found), KNOWN) == (found, [])
    assert all("\n" not in problem for problem in problems)


@pytest.mark.parametrize(
    "hostile", ["![x](http://evil.example/a.png)", "`![x](http://evil.example/a.png)", "a\n\n# big", "x" * 5000]
)
def test_what_a_link_says_can_not_become_markdown(hostile):
    for query in ({"show": [f"topic:{hostile}"]}, {"show": [hostile]}, {"show": [f"{hostile}:a"]}, {"from": [hostile]},
                  {"grain": [hostile]}, {"source": [hostile]}, {"open-key": [hostile]}, {hostile: ["1"]}):  # fmt: skip
        _, problems = from_query(query, KNOWN)
        outside = "".join(problems[0].split("`")[::2])
        assert problems[0].count("`") == 2
        assert len(problems[0]) < 250
        assert "evil" not in outside
        assert "\n" not in problems[0]
