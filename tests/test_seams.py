"""Where a line's stories change what they are: the rule on worlds of a few issues, the sentences, the mark on the axis, the page."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.changes import clearest_changes
from dashboard.charts import coverage_over_time
from dashboard.filters import Filters
from dashboard.plot import as_figure
from dashboard.seams import Seam, seam_words, seams_of, spoken_across
from dashboard.view import View, build_view
from tests.test_page_coverage import OpenApp, no_fault, open_app, text_of, words_of
from tests.worlds import Asking, Publisher, Story, World, publish

__all__ = ["open_app"]  # a fixture
FIRST = date(2024, 1, 3)
AGENTS = Filters(show=("topic:agents",), grain="month")
NO_EVENTS = pd.DataFrame({"id": [], "day": [], "label": [], "by_default": []})


def issue(number: int, kind: str, stories: int = 5, source: str = "weekly", **values: Any) -> list[Story]:
    """One weekly issue; a third of it is on agents."""
    day = FIRST + timedelta(days=7 * number)
    return [Story(day, ["agents"] if n % 3 == 0 else [], source, text_kind=kind, **values) for n in range(stories)]


def issues(*kinds: str, **values: Any) -> list[Story]:
    return [story for number, kind in enumerate(kinds) for story in issue(number, kind, **values)]


def day_of(number: int) -> date:
    return FIRST + timedelta(days=7 * number)


def seams_in(stories: list[Story], *publishers: Publisher, about: list[str] | None = None) -> list[tuple[Any, ...]]:
    ask = Asking(World(stories, publishers or (Publisher("weekly", "The Weekly"),)))
    return ask.rows(
        "SELECT kind, source_id, day, was, becomes FROM text_seam(NULL, NULL, NULL, false, 'story', $about, NULL, NULL) ORDER BY ALL",
        about=about,
    )


A, F = "abstract", "full"
SEAM = ("text", "weekly", A, F)


def seam_at(number: int, was: str = A, becomes: str = F) -> tuple[Any, ...]:
    return ("text", "weekly", day_of(number), was, becomes)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([A] * 30, []),
        ([A] * 12 + [F] * 12, [seam_at(12)]),
        ([A] * 12 + [F], [seam_at(12)]),  # with its first issue
        ([A] + [F] * 12, [seam_at(1)]),
        ([A] * 12 + [F] * 12 + [A] * 12, [seam_at(12), seam_at(24, F, A)]),
        ([A] * 12 + [F] * 2 + [A] * 12, []),  # two odd issues
        ([A, F] * 15, []),  # a mix throughout
        ([A] * 12 + [F, A, F] + [F] * 12, [seam_at(12)]),  # parted best where it begins, with one straggler
        ([A] * 12 + [F] * 12 + ["digest"] * 12, [seam_at(12), seam_at(24, F, "digest")]),
    ],
    ids=["one kind", "two", "first issue of a kind", "after one", "and back", "odd issues", "mix", "straggler", "three"],
)  # fmt: skip
def test_rule_20_a_seam_is_where_most_stories_become_another_kind(kinds, expected):
    assert seams_in(issues(*kinds)) == expected


def test_rule_20_fewer_than_five_stories_on_a_side_make_no_seam():
    assert seams_in([*issues(*[A] * 12), *issue(12, F, stories=4)]) == []
    assert seams_in([*issues(*[A] * 12), *issue(12, F, stories=4), *issue(13, F, stories=1)]) == [seam_at(12)]


def test_rule_20_a_mix_that_shifts_slowly_has_no_seam():
    stories = [s for n in range(60) for s in (*issue(n, A, 60 - n), *issue(n, F, n))]
    assert seams_in(stories) == []


def test_rule_20_only_counted_stories_make_a_seam():
    stories = [*issues(*[A] * 12), *(s for n in range(12, 20) for s in (*issue(n, F, form="letter"), *issue(n, A)))]
    assert seams_in(stories) == [], "letters are not counted"
    on_agents = [
        *issues(*[A] * 12),
        *(replace(s, text_kind=F if "agents" in s.topics else A) for s in itertools.chain(*(issue(n, A) for n in range(12, 24)))),
    ]  # fmt: skip
    assert seams_in(on_agents) == []
    assert seams_in(on_agents, about=["topic:agents"]) == [seam_at(12)]


def test_rule_20_each_source_has_its_own_seam_and_one_that_begins_has_none():
    stories = [*issues(*[A] * 12, *[F] * 12), *(s for n in range(6, 24) for s in issue(n, "digest", source="late"))]
    assert seams_in(stories, Publisher("weekly", "The Weekly"), Publisher("late", "The Late")) == [seam_at(12)]


def test_rule_20_another_tagger_from_a_day_on_is_a_seam():
    old, new = issues(*[A] * 12, tagger="1+a"), issues(*[A] * 24, tagger="2+b")[60:]
    assert seams_in([*old, *new]) == [("tagger", "weekly", day_of(12), "1+a", "2+b")]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from([A, F, "digest"]), min_size=1, max_size=40))
def test_rule_20_seams_part_neighbours_that_differ_and_never_touch(kinds):
    found = seams_in(issues(*kinds))
    assert all(was != becomes for *_, was, becomes in found)
    numbers = [(day - FIRST).days // 7 for _, _, day, *_ in found]
    assert all(kinds[n] == becomes for n, (*_, becomes) in zip(numbers, found, strict=True)), (
        "the first day is of the new kind"
    )
    same: dict[tuple[str, str], list[int]] = {}
    for number, (*_, was, becomes) in zip(numbers, found, strict=True):
        same.setdefault((was, becomes), []).append(number)
    assert all(b - a > 10 for days in same.values() for a, b in itertools.pairwise(days))


# In words


def seam(**changed: Any) -> Seam:
    return replace(Seam("text", date(2026, 4, 3), A, F, ("batch",), ("The Batch",)), **changed)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (seam(), "From 3 April 2026 on The Batch is counted by whole texts instead of abstracts: "
                 "words before and after are not compared alike."),
        (seam(was="headline", becomes="digest", ids=("a", "b"), names=("A", "B")),
         "From 3 April 2026 on A and B are counted by short items instead of headlines: words before and after are not compared alike."),
        (seam(ids=tuple("abcde"), names=tuple("ABCDE")),
         "From 3 April 2026 on A, B and 3 more sources are counted by whole texts instead of abstracts: "
         "words before and after are not compared alike."),
        (seam(kind="tagger", was="1+aa", becomes="2+bb"),
         "From 3 April 2026 on the tags of The Batch are of version 2+bb instead of 1+aa: "
         "a step there may come from the tagger and not from the news."),
    ],
    ids=["one", "two", "many", "tagger"],
)  # fmt: skip
def test_a_seam_in_words(told, said):
    assert seam_words([told]) == [said]


@pytest.mark.parametrize(
    ("number", "last"), [(3, None), (4, "1 more such change lies before."), (6, "3 more such changes lie before.")]
)
def test_the_newest_seams_are_told_and_the_others_counted(number, last):
    said = seam_words([seam(day=date(2026 - n, 4, 3)) for n in range(number)])
    assert [text[13:17] for text in said[:3]] == ["2026", "2025", "2024"]
    assert said[3:] == ([last] if last else [])


# On the axis


def view_of(ask: Asking, filters: Filters) -> View:
    return build_view(ask, filters, sources=ask.sources(), catalog=ask.catalog(), clock=ask.world.clock)


def marked(ask: Asking, *, filters: Filters = AGENTS, narrow: bool = False) -> tuple[list[str], list[str]]:
    """The days of the lines drawn for seams, and the words on the axis."""
    view = view_of(ask, filters)
    figure = as_figure(coverage_over_time(view, events=NO_EVENTS, seams=seams_of(ask, view), narrow=narrow))
    days = [str(s.x0)[:10] for s in figure.layout.shapes if s.type == "line" and s.line.dash == "dash"]
    return days, [a.text for a in figure.layout.annotations if "here" in a.text]


@pytest.fixture(scope="module")
def one_seam() -> Asking:
    """52 issues of The Weekly: abstracts to the 26th, whole texts from there on."""
    return Asking(World(issues(*[A] * 26, *[F] * 26), clock=datetime(2025, 6, 1)))


def test_a_seam_is_drawn_on_its_day_with_what_comes_after(one_seam):
    assert marked(one_seam) == ([day_of(26).isoformat()], ["whole texts from here"])


def test_near_the_end_of_the_axis_the_label_says_what_was_before():
    ask = Asking(World(issues(*[A] * 50, *[F] * 2), clock=datetime(2025, 6, 1)))
    assert marked(ask) == ([day_of(50).isoformat()], ["abstracts until here"])
    assert marked(ask, narrow=True)[1] == ["abstracts until here"]


def test_labels_of_seams_close_together_do_not_touch():
    kinds = [k for k in (A, F, A, F) for _ in range(13)]
    days, labels = marked(Asking(World(issues(*kinds), clock=datetime(2025, 6, 1))), narrow=True)
    assert (len(days), len(labels)) == (3, 1)


def test_a_line_without_seams_is_drawn_as_before(one_seam):
    assert marked(one_seam, filters=replace(AGENTS, when="custom", start=day_of(30), end=day_of(51))) == ([], [])


def test_an_odd_issue_at_the_end_of_the_days_shown_is_no_seam():
    ask = Asking(World(issues(*[A] * 12, F, *[A] * 12), clock=datetime(2025, 6, 1)))
    cut = replace(AGENTS, when="custom", start=day_of(0), end=day_of(12))
    assert seams_of(ask, view_of(ask, cut)) == []


def test_sources_that_change_alike_on_one_day_share_a_seam_and_a_comparison_looks_at_the_lines_drawn():
    two = [Publisher("a", "The A"), Publisher("b", "The B")]
    stories = [*issues(*[A] * 26, *[F] * 26, source="a"), *issues(*[A] * 26, *[F] * 26, source="b")]
    ask = Asking(World(stories, two, clock=datetime(2025, 6, 1)))
    (pooled,) = seams_of(ask, view_of(ask, AGENTS))
    assert pooled.names == ("The A", "The B")
    (alone,) = seams_of(ask, view_of(ask, replace(AGENTS, sources=("b",), compare=True)))
    assert alone.names == ("The B",)


def test_the_headline_is_said_to_compare_across_a_seam_only_where_it_does():
    stories = [
        *(replace(s, topics=["agents"]) for s in issues(*[A] * 26)),
        *(s for n in range(26, 104) for s in (replace(s, topics=[]) for s in issue(n, F))),
    ]  # fmt: skip
    ask = Asking(World(stories, clock=datetime(2026, 6, 1)))
    view = view_of(ask, AGENTS)
    changes = clearest_changes(ask, view, ask.world.clock)
    seams = seams_of(ask, view)
    assert changes.rows
    assert spoken_across(seams, changes)
    assert not spoken_across(seams, replace(changes, rows=()))
    assert not spoken_across([replace(seams[0], ids=("other",))], changes)
    assert not spoken_across([replace(seams[0], day=date(2020, 1, 1))], changes)


# On the page


@pytest.fixture
def page(open_app: OpenApp, tmp_path: Path) -> Callable[..., str]:
    def open_page(stories: list[Story], **query: list[str]) -> str:
        data = publish(World(stories, clock=datetime(2025, 6, 1)), tmp_path)
        return words_of(no_fault(open_app(data, show=["topic:agents"], **query)))

    return open_page


def test_the_page_says_under_the_chart_what_changed(page):
    seen = page(issues(*[A] * 26, *[F] * 26))
    assert (
        "From 3 July 2024 on The Weekly is counted by whole texts instead of abstracts: words before and after" in seen
    )
    assert "whole texts from here" in seen


def test_where_nothing_changes_the_page_says_nothing_of_it(page):
    assert "instead of" not in page(issues(*[A] * 52))


def test_tags_of_two_versions_are_stated_on_top_and_those_of_one_are_not(page):
    stories = issues(*[A] * 50, tagger="fake")
    assert "tagged by version" not in page(stories)


def test_the_share_that_the_newest_version_tagged_stands_on_top(page):
    old = [replace(s, tagger="1+old") for s in issues(*[A] * 13)]
    seen = page([*old, *issues(*[A] * 100)[65:]])
    assert "87\u00a0% of these stories are tagged by version fake, the rest by an older one." in seen
    assert "the tags of The Weekly are of version fake instead of 1+old" in text_of(seen)


def test_a_snapshot_that_was_made_before_seams_were_looked_for_draws_all_the_same(open_app, tmp_path):
    data = publish(World(issues(*[A] * 26, *[F] * 26)), tmp_path)
    (path,) = (tmp_path / "snapshots").glob("*.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute("DROP MACRO TABLE text_seam")
    app = no_fault(open_app(data, show=["topic:agents"]))
    assert len(app.get("plotly_chart")) >= 1
