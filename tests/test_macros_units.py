"""What one story is: the lead of the selected sources, a copy or an outlet (rule 2), and only in a language that is tagged."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.worlds import Asking, Publisher, Story, World

DAY = date(2024, 3, 4)
THREE = tuple(Publisher(name, name.title()) for name in ("weekly", "daily", "wire"))


def at(days: int, source: str, *topics: str, **values: Any) -> Story:
    return Story(DAY + timedelta(days=days), topics, source, **values)


@pytest.fixture(scope="module")
def told_by_three() -> Asking:
    """One event told five times by three sources, and a story of its own in each."""
    return Asking(
        World(
            [
                at(0, "weekly", "agents"),  # 1 leads
                at(1, "daily", "robots", copy_of=1),  # 2
                at(2, "daily", "agents", copy_of=1),  # 3
                at(3, "wire", "agents", copy_of=1, form="letter"),  # 4
                at(4, "wire", "agents", copy_of=1),  # 5
                at(0, "weekly"),  # 6
                at(0, "daily", "agents"),  # 7
                at(0, "wire"),  # 8
            ],
            THREE,
        )
    )


def counted(ask: Asking, unit: str, *sources: str, **changed: Any) -> list[int]:
    """Numbers of the stories that are counted; no source is every source."""
    asked = {
        "sources": list(sources) or None,
        "from_day": None,
        "to_day": None,
        "letters": False,
        "unit": unit,
        "none": None,
    } | changed
    query = "SELECT story_no FROM base_story($sources, $from_day, $to_day, $letters, $unit, NULL, NULL, $none) ORDER BY story_no"
    return [number for (number,) in ask.rows(query, **asked)]


@pytest.mark.parametrize(
    ("unit", "sources", "expected"),
    [
        ("story", (), [1, 6, 7, 8]),
        ("story", ("weekly", "daily", "wire"), [1, 6, 7, 8]),
        ("story", ("weekly",), [1, 6]),
        ("story", ("daily",), [2, 7]),  # the earliest of the selected stands for the cluster
        ("story", ("daily", "wire"), [2, 7, 8]),  # once, not once a source
        ("story", ("wire",), [8]),  # 4 stands for it, and is a letter: its own form is tested
        ("copy", (), [1, 2, 3, 5, 6, 7, 8]),
        ("copy", ("daily",), [2, 3, 7]),
        ("outlet", (), [1, 2, 6, 7, 8]),  # 4 is the wire's first, and a letter
        ("outlet", ("daily", "wire"), [2, 7, 8]),
        ("outlet", ("daily",), [2, 7]),
    ],
    ids=str,
)
def test_rule_2_a_cluster_counts_once_by_the_earliest_of_the_selected_sources(told_by_three, unit, sources, expected):
    assert counted(told_by_three, unit, *sources) == expected


def test_rule_2_with_letters_the_letter_that_stands_for_its_cluster_counts(told_by_three):
    assert counted(told_by_three, "story", "wire", letters=True) == [4, 8]
    assert counted(told_by_three, "outlet", letters=True) == [1, 2, 4, 6, 7, 8]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"from_day": DAY + timedelta(days=2)}, []),  # 3 is of that day, 2 stands for the cluster and is not
        ({"to_day": DAY + timedelta(days=1)}, [2, 7]),
        ({"none": ["topic:robots"]}, [7]),  # 3 has no robots, but 2 is tested
    ],
    ids=str,
)
def test_filters_test_the_day_and_tags_of_the_story_that_stands_for_its_cluster(told_by_three, changed, expected):
    assert counted(told_by_three, "story", "daily", **changed) == expected


def test_an_empty_choice_of_sources_matches_nothing(told_by_three):
    assert counted(told_by_three, "story", sources=[]) == []


@pytest.mark.parametrize("sources", [(), ("weekly",), ("daily",), ("daily", "wire"), ("weekly", "wire")])
@pytest.mark.parametrize("letters", [False, True])
def test_what_a_unit_counts_beside_the_leads_tells_what_it_adds_to_another_2(told_by_three, sources, letters):
    units = ("story", "outlet", "copy")
    whole = {unit: counted(told_by_three, unit, *sources, letters=letters) for unit in units}
    beside = {unit: counted(told_by_three, f"+{unit}", *sources, letters=letters) for unit in units}
    leads = [sorted(set(whole[unit]) - set(beside[unit])) for unit in units]
    assert leads[0] == leads[1] == leads[2]
    (told,) = told_by_three(
        "unit_counts", sources=list(sources) or None, from_day=None, to_day=None, letters=letters,
        about_any=None, about_all=None, about_none=None,
    ).to_dict("records")  # fmt: skip
    assert told == {unit: len(beside[unit]) for unit in units}


def test_numerator_and_denominator_use_the_same_unit(told_by_three):
    query = """SELECT k, n FROM coverage(['topic:agents'], 'year', ['daily', 'wire'], NULL, NULL, false, $unit, NULL, NULL, NULL)"""
    found = {unit: told_by_three.rows(query, unit=unit) for unit in ("story", "copy", "outlet")}
    # story: 2, 7, 8, of which 7; copy: 2, 3, 5, 7, 8, of which 3, 5, 7; outlet: as story, since the wire's first is a letter
    assert found == {"story": [(1, 3)], "copy": [(3, 5)], "outlet": [(1, 3)]}


@pytest.fixture(scope="module")
def three_languages() -> Asking:
    stories = [
        at(0, "weekly", "agents"),
        at(0, "weekly", language="en-GB"),
        *(at(n, "daily", language="fr") for n in range(3)),
    ]
    return Asking(World([*stories, at(1, "daily", language="zh"), at(1, "daily", language="fr", form="letter")], THREE))


def test_only_stories_in_a_tagged_language_are_counted(three_languages):
    assert counted(three_languages, "story") == [1, 2]
    query = "SELECT k, n FROM coverage(['topic:untagged'], 'year', NULL, NULL, NULL, false, 'story', NULL, NULL, NULL)"
    assert three_languages.rows(query) == [(1, 2)], "a story that is not tagged for its language is not 'untagged'"


@pytest.mark.parametrize(
    ("sources", "to_day", "letters", "expected"),
    [
        (None, None, False, {"fr": 3, "zh": 1}),
        (None, None, True, {"fr": 4, "zh": 1}),
        (None, DAY, False, {"fr": 1}),
        (["weekly"], None, False, {}),
    ],
)
def test_the_others_are_counted_by_language(three_languages, sources, to_day, letters, expected):
    query = "SELECT language, n FROM untagged_language($sources, NULL, $to_day, $letters, 'story')"
    assert dict(three_languages.rows(query, sources=sources, to_day=to_day, letters=letters)) == expected
