"""What one story is, as the reader chose it: once, once a source, or with every copy; in the switch, in words, in links and downloads."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from dashboard.charts import title_words
from dashboard.describe import denominator_words, filters_in_words
from dashboard.exports import points_csv
from dashboard.filters import Filters, Known, from_query, to_query
from dashboard.view import Counted, View, build_view, counted_beyond
from tests.test_page_coverage import OpenApp, disabled, html_of, no_fault, open_app, query_of, text_of
from tests.worlds import Asking, Publisher, Story, World, many, publish

__all__ = ["open_app"]  # a fixture
DAY = date(2024, 1, 10)
THREE = tuple(Publisher(name, f"The {name.title()}") for name in ("weekly", "daily", "wire"))
AGENTS = Filters(show=("topic:agents",), sources=("all",), grain="month")


def told(*sources: str) -> World:
    """40 stories of The Weekly, the first of which each of these sources tells again, and one story of each other."""
    copies = [Story(DAY, ["agents"], source, copy_of=1) for source in sources]
    return World([*many(40, DAY, "agents"), *(Story(DAY, [], name) for name in ("daily", "wire")), *copies], THREE)


def view_of(world: World, filters: Filters) -> tuple[Asking, View]:
    ask = Asking(world)
    return ask, build_view(ask, filters, sources=ask.sources(), catalog=ask.catalog(), clock=world.clock)


@pytest.mark.parametrize(("unit", "total"), [("story", 42), ("outlet", 44), ("copy", 45)])
def test_each_unit_counts_its_own(unit, total):
    _, view = view_of(told("daily", "daily", "wire"), Filters(**{**_of(AGENTS), "unit": unit}))
    assert view.total == total


def _of(filters: Filters) -> dict[str, object]:
    return {name: getattr(filters, name) for name in ("show", "sources", "grain")}


@pytest.mark.parametrize(
    ("sources", "chosen", "compare", "expected"),
    [
        ((), "all", False, Counted(0, 0, 0)),
        (("daily", "daily", "wire"), "all", False, Counted(0, 2, 3)),
        (("daily", "wire"), "all", False, Counted(0, 2, 2)),
        (("weekly",), "all", False, Counted(0, 0, 1)),
        (("weekly", "daily"), "wire", False, Counted(0, 0, 0)),  # copies, but not in this view
        (("daily", "daily", "wire"), "all", True, Counted(0, 0, 1)),  # each source alone tells one of its own twice at most
    ],
)  # fmt: skip
def test_what_each_unit_would_add_to_a_view(sources, chosen, compare, expected):
    ask, view = view_of(told(*sources), Filters(show=("topic:agents",), sources=(chosen,), compare=compare))
    assert counted_beyond(ask, view, letters=True, copies=True) == expected
    assert counted_beyond(ask, view, letters=False, copies=False) == Counted(0, 0, 0)


def test_what_letters_would_add_is_of_the_unit_shown():
    world = told()
    letter = Story(DAY, ["agents"], "daily", copy_of=1, form="letter")
    for unit, letters in (("story", 0), ("outlet", 1), ("copy", 1)):
        ask, view = view_of(
            World([*world.stories, letter], THREE), Filters(show=("topic:agents",), sources=("all",), unit=unit)
        )
        assert counted_beyond(ask, view, letters=True, copies=True).letters == letters


@pytest.mark.parametrize(
    ("unit", "said"),
    [("story", None), ("outlet", "copies count once for each source"), ("copy", "copies counted too")],
)
def test_rule_2_the_unit_is_named_by_title_denominator_and_download(unit, said):
    _, view = view_of(told("daily"), Filters(show=("topic:agents",), sources=("all",), unit=unit))
    assert (said or "copies count once;") in filters_in_words(view) + ";"
    for text in (title_words(view), denominator_words(view)):
        assert ("copies" in text) == (said is not None)
        assert said is None or said in text
    table = pd.read_csv(io.BytesIO(points_csv(view, described=filters_in_words(view), snapshot="s")))
    assert table["filters"].str.contains(said or "copies count once").all()
    assert table["denominator"].sum() == view.total


def test_the_unit_goes_into_a_link_and_comes_back():
    query = to_query(Filters(unit="outlet"))
    assert query == {"unit": ["outlet"]}
    assert from_query(query, Known(frozenset(), frozenset()))[0].unit == "outlet"


def test_rule_3_what_is_sampled_is_named_beside_the_denominator():
    sampled = (*THREE[:2], Publisher("wire", "The Wire", sampled="random 30 a month"))
    _, view = view_of(World(told().stories, sampled), AGENTS)
    assert denominator_words(view).endswith(" (The Wire: random 30 a month)")
    _, alone = view_of(World(told().stories, sampled), Filters(show=("topic:agents",), sources=("daily",)))
    assert "random" not in denominator_words(alone)


# On the page


def unit_of(app) -> str:
    return next(w.proto.help for w in app.get("button_group") if w.key == "choice_unit")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Data in which The Daily tells a story of The Weekly twice."""
    return publish(told("daily", "daily"), tmp_path)


def test_once_a_source_can_be_chosen_and_is_said(open_app: OpenApp, copied: Path):
    app = no_fault(open_app(copied, show=["topic:agents"], source=["all"]))
    assert "Of 42 stories of The Daily, The Weekly and The Wire" in text_of(html_of(app))
    app.button_group(key="choice_unit").set_value("outlet").run()
    assert query_of(no_fault(app))["unit"] == ["outlet"]
    assert "Of 43 stories of The Daily, The Weekly and The Wire (copies count once for each source)" in text_of(
        html_of(app)
    )
    assert "Here" not in unit_of(app)


@pytest.mark.parametrize(
    ("again", "source", "said"),
    [
        (("weekly",), "all", "*Once a source* counts as *Stories* does."),
        (("daily",), "all", "*Once a source* counts as *Copies too* does."),
        (("daily",), "wire", "no copies in this view"),
    ],
)
def test_a_unit_that_would_change_nothing_says_so(open_app, tmp_path, again, source, said):
    app = no_fault(open_app(publish(told(*again), tmp_path), show=["topic:agents"], source=[source]))
    assert unit_of(app).endswith(said)
    assert ("unit" in disabled(app)) == (said == "no copies in this view")


def test_letters_that_are_not_in_the_view_are_off_with_the_reason(open_app, tmp_path):
    world = World([*told().stories, Story(DAY, ["agents"], "wire", form="letter")], THREE)
    data = publish(world, tmp_path)
    assert disabled(open_app(data, show=["topic:agents"], source=["daily"]))["letters"] == "no letters in this view"
    assert "letters" not in disabled(open_app(data, show=["topic:agents"], source=["wire"]))
