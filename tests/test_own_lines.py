"""Lines of the reader's own: phrases, several topics as one, lines within a restriction of their own; and what is drawn beside lines.

Worlds are small enough to count by hand; the count stands in a comment.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import isclose
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.changes import clearest_changes, with_left_out
from dashboard.counting import inside, line_of, phrase_name
from dashboard.coverage_notes import Drawable, notes
from dashboard.describe import denominator_words, filters_in_words
from dashboard.filters import Filters
from dashboard.keys import members_of, parted, phrase_key, phrase_of, typed_key
from dashboard.line_stories import stories_behind, words_behind
from dashboard.view import View, build_view
from tests.search_kit import found, searchable
from tests.worlds import Asking, Publisher, Story, World, many

JAN, FEB, MARCH = date(2024, 1, 10), date(2024, 2, 10), date(2024, 3, 10)
ACT, EITHER = 'phrase:"AI Act"', "any:topic:agents+topic:robots"


def a_months_stories(day: date, acts: int) -> list[Story]:
    """20 stories: `acts` hold the phrase AI Act, one the words apart; 4 agents and robots, 2 agents, 5 of China, 1 of them agents."""
    return [
        *many(acts, day, title="The AI Act passes", body="Law."),
        Story(day, title="AI firms act", body="Apart."),
        *many(4, day, "agents", "robots", regions=["FR"]),
        *many(2, day, "agents"),
        *many(4, day, "robots", regions=["CN"]),
        Story(day, ["agents"], regions=["CN"], title="Qwen acts", body="The AI Act in China."),
        *many(8 - acts, day),
    ]


@pytest.fixture(scope="module")
def ask() -> Asking:
    stories = [*a_months_stories(JAN, 0), *a_months_stories(FEB, 3), *a_months_stories(MARCH, 8)]
    other = many(20, JAN, "agents", source="digest")
    expected = [JAN, FEB, MARCH]
    return searchable(
        World(
            [*stories, *other],
            (Publisher("weekly", "The Weekly", expected=expected), Publisher("digest", "The Digest")),
        )
    )


def view_of(ask: Asking, *show: str, **changed: Any) -> View:
    filters = replace(Filters(show=show, grain="month", sources=("weekly",)), **changed)
    return build_view(ask, filters, sources=ask.sources(), catalog=ask.catalog(), clock=ask.world.clock)


def counted(view: View) -> dict[str, list[tuple[int, int]]]:
    """(k, n) of each period by line."""
    rows = view.points[view.points["n"].notna()]
    return {
        str(key): [(int(r.k), int(r.n)) for r in part.itertuples()] for key, part in rows.groupby("key", sort=False)
    }


# Keys


@pytest.mark.parametrize(
    ("typed", "key"),
    [("AI Act", 'phrase:"AI Act"'), (" GPT-5 ", "phrase:GPT-5"), ("o3 OR o4", "phrase:o3 OR o4"),
     ("agents -robots", "phrase:agents -robots"),
     ("“AI Act”", "phrase:“AI Act”"), ("-robots", ""), ("!?", ""), ("me@topic:agents", 'phrase:"me topic:agents"')],
)  # fmt: skip
def test_what_is_typed_becomes_a_phrase_unless_it_says_how_it_is_to_be_read(typed, key):
    assert typed_key(typed) == key


@given(text=st.text(max_size=200))
def test_a_phrases_key_is_stable_holds_no_own_restriction_and_has_a_name(text):
    key = phrase_key(text)
    if key:
        assert phrase_key(phrase_of(key)) == key
        assert parted(key) == (key, "")
        assert phrase_name(phrase_of(key))
        assert len(key) <= len("phrase:") + 120


@pytest.mark.parametrize("plain", ["topic:agents", ACT, EITHER, "organization:x:a@b", "*"])
@pytest.mark.parametrize("within", ["region:CN", "organization:x:a@b"])
def test_a_key_and_its_own_restriction_come_apart_again(plain, within):
    assert parted(plain) == (plain, "")
    assert parted(f"{plain}@{within}") == (plain, within)


def test_a_line_of_the_readers_own_looks_the_same_on_every_day(ask):
    lines = ask.catalog()
    assert line_of(ACT, lines) == line_of(ACT, {})
    assert line_of(ACT, lines).style_no in range(32)
    assert line_of(EITHER, lines).name == "AI agents or Robots"
    assert inside(line_of("topic:agents", lines), lines["region:CN"]).label == "AI agents in China"
    with pytest.raises(KeyError):
        line_of("topic:unheard", lines)


# Counting


def test_rule_3_a_phrase_changes_the_numerator_alone_and_counts_what_search_finds(ask):
    view = view_of(ask, ACT, "topic:agents")
    assert counted(view)[ACT] == [
        (1, 20),
        (4, 20),
        (9, 20),
    ]  # those that hold it, and the one of China; not the words apart
    assert counted(view)["topic:agents"] == [(7, 20)] * 3
    assert view.points.loc[view.points["key"] == ACT, "k"].sum() == len(found(ask, '"AI Act"'))
    assert counted(view_of(ask, "phrase:AI Act"))["phrase:AI Act"] == [(2, 20), (5, 20), (10, 20)], (
        "without quotes both words, as in search"
    )


def test_rule_13_a_phrase_that_no_story_holds_is_0_of_n_with_its_upper_end(ask):
    rows = view_of(ask, "phrase:unheard").points
    assert rows[["k", "n"]].values.tolist() == [[0, 20]] * 3
    assert rows["low"].tolist() == [0] * 3
    assert all(0.1 < high < 0.2 for high in rows["high"])


def test_rule_4_several_topics_as_one_count_a_story_once(ask):
    assert counted(view_of(ask, EITHER))[EITHER] == [(11, 20)] * 3  # 4 on both, 2 and 1 on agents, 4 on robots


def test_rule_3_a_line_of_its_own_restriction_has_its_own_numerator_and_denominator(ask):
    view = view_of(ask, "topic:agents", ACT, within=("region:CN", "region:europe"))
    assert counted(view) == {
        "topic:agents@region:CN": [(1, 5)] * 3, f"{ACT}@region:CN": [(1, 5)] * 3,
        "topic:agents@region:europe": [(4, 4)] * 3, f"{ACT}@region:europe": [(0, 4)] * 3,
    }  # fmt: skip
    assert view.own_totals == (("about China", 15), ("about Europe", 12))
    assert [line.label for line in view.lines][:2] == ["AI agents in China", "AI agents in Europe"]
    assert (
        denominator_words(view)
        == "Of 15 stories about China and 12 stories about Europe of The Weekly, each line of its own"
    )
    assert "each line of the stories about China or about Europe alone" in filters_in_words(view)
    both = view_of(ask, "topic:agents", within=("region:CN",), all_of=("topic:robots",))
    assert counted(both) == {"topic:agents@region:CN": [(0, 4)] * 3}, "the filters hold for it too"


@pytest.mark.parametrize("key", [ACT, EITHER])
def test_rule_17_weighed_sources_count_the_same_in_lines_of_the_readers_own(ask, key):
    pooled = view_of(ask, key, sources=("all",)).points
    weighed = view_of(ask, key, sources=("all",), weigh="sources").points
    k = {"phrase": (1, 0), "any": (11, 20)}[key.partition(":")[0]]  # of 20 stories of each source in January
    assert isclose(pooled["share"][0], sum(k) / 40)
    assert isclose(weighed["share"][0], (k[0] / 20 + k[1] / 20) / 2)
    single = ask("coverage_weighed", keys=("topic:agents",), **asked_of(ask)).iloc[0]
    alike = ask("coverage_any", any_keys=("topic:agents",), weighed=True, **asked_of(ask)).iloc[0]
    for name in ("k", "n", "share", "low", "high"):
        assert isclose(single[name], alike[name]), name


def asked_of(ask: Asking) -> dict[str, Any]:
    return {"grain": "year", "sources": ("weekly", "digest"), "from_day": JAN, "to_day": MARCH, "letters": False, "unit": "story",
            "about_any": None, "about_all": None, "about_none": None}  # fmt: skip


@pytest.mark.parametrize("keys", [("topic:agents",), ("topic:robots",), ("desk:models",)])
def test_rule_27_one_line_by_any_of_is_the_same_as_that_line(ask, keys):
    plain = ask("coverage", keys=keys, **asked_of(ask)).iloc[0]
    alike = ask("coverage_any", any_keys=keys, weighed=False, **asked_of(ask)).iloc[0]
    assert all(isclose(plain[name], alike[name]) for name in ("k", "n", "share", "low", "high"))


# What is said and opened


@pytest.mark.parametrize(
    "changed",
    [{}, {"within": ("region:CN", "region:FR")}, {"sources": ("all",), "compare": True}, {"role": "named"}, {"unit": "copy"}], ids=str,
)  # fmt: skip
def test_rule_26_every_point_of_a_line_of_the_readers_own_opens_to_exactly_its_stories(ask, changed):
    view = view_of(ask, ACT, EITHER, "phrase:unheard", "phrase:AI -Act", **changed)
    rows = view.points[view.points["n"].notna()]
    assert len(rows) >= 12
    for row in rows.itertuples():
        asked = {"period": row.period.date(), "source": row.source}
        stories = stories_behind(ask, view, key=row.key, **asked)
        assert len(stories) == row.k == stories["story_no"].nunique()
        whole = f"*@{row.within}" if row.within else "*"
        assert len(stories_behind(ask, view, key=whole, **asked)) == row.n


def test_the_words_looked_for_are_marked_in_the_opened_stories(ask):
    view = view_of(ask, ACT)
    stories = stories_behind(ask, view, key=ACT, period=date(2024, 2, 1))
    spans = words_behind(ask, stories, [ACT])
    texts = {int(row["story_no"]): row for row in stories.to_dict("records")}
    marked = [
        texts[s["story_no"]]["title" if s["field"] == "title" else "body"][s["start_char"] : s["end_char"]]
        for s in spans
    ]
    assert marked == ["AI Act"] * 4


def test_rule_8_the_sentence_on_top_tells_of_phrases_and_of_what_their_whole_is(ask):
    view = view_of(ask, ACT)
    (row,) = clearest_changes(ask, view, ask.world.clock).rows
    assert (row["key"], row["k_1"], row["n_1"], row["k_2"], row["n_2"]) == (ACT, 1, 20, 9, 20)


def test_rule_17_what_left_out_sources_would_change_is_told_of_phrases_too(ask):
    moved = with_left_out(ask, view_of(ask, EITHER, ACT, sources=("weekly",)))
    assert moved["key"] == EITHER  # 11 of 20 = 55 % would be 31 of 40
    assert moved["share_all"] == 31 / 40


def test_rule_20_a_phrase_says_where_it_is_looked_for_and_that_short_texts_hold_fewer_words(ask):
    (said,) = notes(view_of(ask, ACT))
    assert said.startswith("“AI Act”: stories that contain it, in title or text")
    assert "Short texts" in said
    assert notes(view_of(ask, "topic:agents")) == []


def test_older_data_draws_what_it_can_and_names_the_rest():
    asked = Filters(show=(ACT, "topic:agents", EITHER), drawing="stack", trailing=True)
    older, unsearched, new = (
        Drawable(own=False, phrases=False, restricts=False),
        Drawable(own=True, phrases=False, restricts=False),
        Drawable(own=True, phrases=True, restricts=True),
    )
    assert older.lacking(asked) == "phrases, several topics as one, stacks and trailing averages"
    assert older.of(asked) == Filters(show=("topic:agents",))
    assert unsearched.lacking(asked) == "phrases"
    assert unsearched.of(asked) == replace(asked, show=("topic:agents", EITHER))
    assert (new.lacking(asked), new.of(asked)) == ("", asked)
    restricted = Filters(any_of=(ACT, "topic:agents"), none_of=(ACT,))
    assert unsearched.lacking(restricted) == "stories that say a phrase alone"
    assert unsearched.of(restricted) == Filters(any_of=("topic:agents",))
    assert (new.lacking(restricted), new.of(restricted)) == ("", restricted)


def test_members_of_a_line_are_each_named_once():
    assert members_of("any:topic:a+topic:b+topic:a") == ("topic:a", "topic:b")
    assert members_of("topic:a") == ()
