"""What the pages know of the data: one snapshot while a page is drawn, and answers that belong to whoever asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import streamlit as st

from dashboard.data import ask_quietly, one_snapshot, snapshot
from tests.worlds import World, many, publish

FIRST, SECOND = (f"2024070{n}T120000Z-0000000{n}" for n in (1, 2))


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose snapshot has one story, as the pages see it."""
    st.cache_resource.clear()
    monkeypatch.setenv("AINEWS_DATA", str(tmp_path))
    return publish(World(many(1, date(2024, 1, 3))), tmp_path, FIRST)


def stories() -> int:
    return int(ask_quietly("freshness")["stories"].iloc[0])


def test_what_is_published_while_a_page_is_drawn_shows_in_its_next_run(published):
    with one_snapshot():
        before = stories()
        publish(World(many(2, date(2024, 1, 3))), published, SECOND)
        assert (snapshot().name, before, stories()) == (FIRST, 1, 1)
    with one_snapshot():
        assert (snapshot().name, stories()) == (SECOND, 2)


def test_a_page_that_ends_early_holds_no_snapshot(published):
    with pytest.raises(ZeroDivisionError), one_snapshot():
        raise ZeroDivisionError
    publish(World(many(2, date(2024, 1, 3))), published, SECOND)
    assert snapshot().name == SECOND


def test_an_answer_that_is_changed_is_not_what_the_next_asker_gets(published):
    answer = ask_quietly("sources")
    name = answer["name"].iloc[0]
    answer.loc[:, "name"] = "changed"
    answer["more"] = 1
    assert ask_quietly("sources")["name"].tolist() == [name]
    assert "more" not in ask_quietly("sources")


@pytest.mark.parametrize("other", [{"sources": ("a",)}, {"sources": ()}, {"sources": None}])
def test_parameters_that_differ_are_other_questions(published, other):
    def counted(**parameters: object) -> int:
        about = {"from_day": None, "to_day": None, "letters": False, "unit": "story"}
        restrictions = {"about_any": None, "about_all": None, "about_none": None}
        return int(ask_quietly("base_count", **about, **restrictions, **parameters)["n"].iloc[0])

    everything = ask_quietly("sources")["id"].tolist()
    assert counted(sources=tuple(everything)) == 1
    assert counted(**other) == (1 if other["sources"] is None else 0)
