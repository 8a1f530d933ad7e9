"""The arithmetic of the page Organizations, held against plain Python over random worlds; each test names its rule of STATISTICS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import combinations
from math import erfc, sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_topic_macros import EVERYTHING, benjamini_hochberg, newcombe, same, wilson
from tests.worlds import Asking, Story, World, many

DAY = date(2024, 1, 10)
NAMES = {"acme": "Acme", "nord": "Nord Labs", "uni": "Uni", "x:new": "Newco"}
# type, country, parent
SAID = {
    "acme": ("company", "FR", None),
    "nord": ("laboratory", "DE", "acme"),
    "uni": ("company", "FR", None),
    "x:new": (None, None, None),
}
COUNTED = {"focus": {"focus"}, "named": {"focus", "mention"}, "products": {"focus", "mention", "product"}}
KEYS = tuple(f"organization:{name}" for name in NAMES)

STORIES = st.lists(
    st.builds(
        Story,
        st.just(DAY),
        st.lists(st.sampled_from(["agents", "healthcare"]), max_size=2, unique=True),
        organizations=st.dictionaries(
            st.sampled_from(list(NAMES)), st.sampled_from(["focus", "mention", "product", "source"]), max_size=3
        ),
    ),
    min_size=1,
    max_size=50,
)


def asking(stories: Iterable[Story]) -> Asking:
    """A world whose organizations are of types and homes."""
    made = Asking(World(list(stories), organizations=dict(NAMES)))
    for name, (kind, country, parent) in SAID.items():
        made.con.execute(
            "UPDATE organization SET type = ?, country = ?, parent_id = ? WHERE id = ?", [kind, country, parent, name]
        )
    return made


def keys_of(story: Story, counts: str, kind: str = "organization") -> set[str]:
    held = [name for name, role in story.organizations.items() if role in COUNTED[counts]]
    if not held:
        return {f"{kind}:none"}
    if kind == "organization":
        return {f"organization:{name}" for name in held}
    place, plain = {"type": (0, "unlisted"), "home": (1, "unknown")}[kind]
    return {f"{kind}:{SAID[name][place] or plain}" for name in held}


def asked(counts: str, *, of_any: bool = False) -> dict[str, Any]:
    return EVERYTHING | {"by_role": counts, "of_any": of_any}


@pytest.mark.parametrize("counts", COUNTED)
@settings(max_examples=3)
@given(stories=STORIES, of_any=st.booleans())
def test_each_organization_type_and_home_counts_a_story_once_and_none_is_one_of_its_own_1_4_5_7_26(
    counts, stories, of_any
):
    world = asking(stories)
    for kind in ("organization", "type", "home"):
        found = Counter(key for story in stories for key in keys_of(story, counts, kind))
        none = found.pop(f"{kind}:none", 0)
        wanted = found if of_any else found | Counter({f"{kind}:none": none})
        if kind == "organization":
            rows = world("organization_share", type=None, home=None, at_most=99, **asked(counts, of_any=of_any))
        else:
            rows = world("organization_groups", kind=kind, **asked(counts, of_any=of_any))
        counted = {row["key"]: int(row["k"]) for row in rows.to_dict("records")}
        assert {key: k for key, k in counted.items() if k} == {key: k for key, k in wanted.items() if k}
        n = len(stories) - (none if of_any else 0)
        for row in rows.to_dict("records"):
            assert row["n"] == n
            assert not n or all(map(same, (row["low"], row["high"]), wilson(row["k"], n)))
            listed = world(
                "organization_stories",
                keys=(row["key"],),
                grain="year",
                period=None,
                at_most=None,
                skip=0,
                by_role=counts,
                **EVERYTHING,
            )
            assert len(listed) == row["k"]
        assert rows["k"].tolist() == sorted(rows["k"], reverse=True)


@settings(max_examples=4)
@given(stories=STORIES, counts=st.sampled_from(list(COUNTED)), of_any=st.booleans())
def test_who_meets_is_held_against_chance_and_corrected_for_all_pairs_looked_at_22_23_26(stories, counts, of_any):
    crowd = many(60, DAY, organizations={"acme": "focus", "nord": "focus"}) + many(
        40, DAY, organizations={"uni": "focus"}
    )
    stories = [*stories, *crowd]
    world, sets = asking(stories), [keys_of(story, counts) for story in stories]
    n = sum(keys != {"organization:none"} for keys in sets) if of_any else len(sets)
    size = Counter(key for keys in sets for key in keys)
    rows = world.rows(
        "SELECT key_a, key_b, k, n, expected, low, near_end, state, p, adjusted, looked_at, established, kin FROM organization_pair("
        "$keys, $of_any, $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)",
        keys=list(KEYS), **asked(counts, of_any=of_any),
    )  # fmt: skip
    assert {row[:2] for row in rows} == set(combinations(sorted(KEYS), 2))
    judged = [row for row in rows if row[7] == "judged"]
    adjusted = benjamini_hochberg([row[8] for row in judged])
    for key_a, key_b, k, of, expected, low, near_end, state, p, _, looked_at, _, kin in rows:
        chance = size[key_a] * size[key_b] / n
        assert (k, of, looked_at) == (sum({key_a, key_b} <= keys for keys in sets), n, len(judged))
        assert same(expected, chance)
        assert state == ("judged" if chance >= 5 else "few" if k else "blank")
        assert same(low, n * wilson(k, n)[0])
        assert same(near_end, low - expected)
        assert kin == ({key_a, key_b} == {"organization:acme", "organization:nord"})
        variance = chance * (n - size[key_a]) / n * (n - size[key_b]) / (n - 1)
        assert (
            same(p, erfc(max(abs(k - chance) - 0.5, 0) / sqrt(2 * variance)) if variance else 1.0) or abs(p - 1) < 1e-6
        )
        listed = world(
            "organization_stories",
            keys=(key_a, key_b),
            grain="year",
            period=None,
            at_most=None,
            skip=0,
            by_role=counts,
            **EVERYTHING,
        )
        assert len(listed) == k
    assert all(same(row[9], value) for row, value in zip(judged, adjusted, strict=True))
    (pair,) = [row for row in rows if row[12]]
    assert pair[11], "60 of about a hundred stories on both, by chance fewer"


@settings(max_examples=3)
@given(stories=STORIES, of_any=st.booleans())
def test_desks_are_held_against_chance_within_the_same_stories_23(stories, of_any):
    world, sets = asking(stories), [keys_of(story, "named") for story in stories]
    base = [
        (story, keys) for story, keys in zip(stories, sets, strict=True) if keys != {"organization:none"} or not of_any
    ]
    n = len(base)
    rows = world("organization_desks", keys=KEYS, lines=("desk:health", "desk:models"), **asked("named", of_any=of_any))
    assert len(rows) == 8
    desk = {"desk:health": "healthcare", "desk:models": "agents"}
    for row in rows.to_dict("records"):
        on_a = [row["key_a"] in keys for _, keys in base]
        on_b = [desk[row["key_b"]] in story.topics for story, _ in base]
        k = sum(a and b for a, b in zip(on_a, on_b, strict=True))
        assert (row["k"], row["k_a"], row["k_b"], row["n"]) == (k, sum(on_a), sum(on_b), n)
        assert same(row["expected"], sum(on_a) * sum(on_b) / n if n else 0.0)
        if 0 < sum(on_a) < n:
            low, high = newcombe(sum(on_b) - k, n - sum(on_a), k, sum(on_a))
            assert same(row["low"], low)
            assert same(row["high"], high)


def test_a_subsidiary_counts_for_itself_and_a_cited_source_never():
    world = asking([Story(DAY, organizations={"nord": "focus"}), Story(DAY, organizations={"acme": "source"})])
    rows = world("organization_share", type=None, home=None, at_most=9, **asked("products"))
    assert dict(zip(rows["key"], rows["k"], strict=True)) == {"organization:nord": 1, "organization:none": 1}
    family = world("organization_family", key="organization:acme", by_role="named", **EVERYTHING)
    assert family[["key", "is_parent", "k"]].values.tolist() == [["organization:nord", False, 1]]


def test_unlisted_ones_are_looked_at_by_their_stories_in_both_periods_not_by_how_they_moved_22():
    later = date(2024, 2, 10)
    stories = [
        Story(DAY, organizations={"x:new": "mention"}),
        Story(later, organizations={"x:new": "focus", "acme": "focus"}),
    ]
    span = EVERYTHING | {"grain": "month", "first": date(2024, 1, 1), "second": date(2024, 2, 1)}
    world = asking(
        [
            *stories,
            Story(date(2024, 3, 1), organizations={"x:new": "focus"}),
            Story(later, organizations={"x:new": "source"}),
        ]
    )
    (row,) = world("organization_unlisted", least=2, **span).to_dict("records")
    assert (row["key"], row["k"], row["first_day"].date(), row["last_day"].date()) == ("named:x:new", 2, DAY, later)
    assert world("organization_unlisted", least=3, **span).empty
