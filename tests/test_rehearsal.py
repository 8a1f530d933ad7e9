"""The tab Rehearsal: wishes, the process, the words, the lines, and the page on the archive that ships, by the tagger itself."""

from __future__ import annotations

import subprocess
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from dashboard import rehearsal_run
from dashboard import rehearsal_words as told_as
from dashboard.corrections import Refused
from dashboard.filters import ALL_SOURCES, Filters
from dashboard.proposals import proposals, save_change
from dashboard.rehearsal import LOTS, Asked, Change, Flip, asked_of, rehearsed, wished
from dashboard.rehearsal_run import RehearsalProblem, judge, look, refusal
from dashboard.view import View, build_view, restriction
from etl.lexicon.topic_change import read_change
from tests.page_kit import own_machine, query_of, said, text_of
from tests.worlds import Asking, World, many

TOLD = {"topic": "agents", "tagger": "t", "threshold": 0.3652, "new_threshold": 0.3, "phrases": [], "removed": [],
        "added": [{"text": "errand clerk", "learned": False}, {"text": "tool", "learned": True}]}  # fmt: skip
CHANGE = Change("agents", ("errand clerk",), ("tool",), ("mcp",), 0.3)


def line(has: bool, gets: bool, *, also: tuple[tuple[str, bool], ...] = ()) -> dict[str, Any]:
    word = {"field": "title", "start": 0, "end": 2, "text": "AI", "weight": 1.0}
    sides = [
        {"given": given, "score": 0.4 if given else None, "evidence": [word] if given else []} for given in (has, gets)
    ]
    return {"id": "x", "before": sides[0], "after": sides[1],
            "also": [{"id": topic, "before": not to, "after": to} for topic, to in also]}  # fmt: skip


def row(number: int, **changed: Any) -> dict[str, Any]:
    return {"story_no": number, "given": False, "decided": False, "alike": True, "lot": number} | changed


# Wishes


def test_a_wish_is_split_straightened_and_counted_once():
    found = wished("agents", add=["errand  clerk, tool,", "errand clerk"], double=["tool"], drop=[], threshold="0.301")
    assert found == Change("agents", ("errand clerk",), ("tool",), (), 0.3)
    assert not wished("agents", add=[" , "], double=[], drop=[], threshold=None)


@pytest.mark.parametrize("wrong", [{"threshold": "high"}, {"threshold": "nan"}, {"threshold": 1}, {"add": ["x" * 81]},
                                   {"drop": [f"phrase {n}" for n in range(13)]}])  # fmt: skip
def test_what_can_be_no_change_is_refused(wrong: dict[str, Any]):
    with pytest.raises(Refused):
        wished("agents", **({"add": [], "double": [], "drop": [], "threshold": None} | wrong))


@given(some.lists(some.text(max_size=30), max_size=4), some.text(max_size=20))
def test_any_wish_is_toml_that_the_command_reads_as_the_same(tmp_path_factory, texts: list[str], topic: str):
    wish = wished(topic, add=texts[:2], double=texts[2:3], drop=texts[3:], threshold=0.4)
    path = tmp_path_factory.getbasetemp() / "wish.toml"
    path.write_text(wish.toml, encoding="utf-8")
    if wish.topic:
        found = read_change(path)
        assert (found.topic, found.remove, found.threshold) == (wish.topic, wish.drop, 0.4)
        assert found.add == (*wish.add, *({"text": one, "weight": 2} for one in wish.double))


# What is tagged again, and what it means


def test_too_many_are_a_sample_and_what_people_decided_stays():
    rows = [row(1, decided=True), row(2, alike=False), row(3, given=True), row(4), row(5), row(6)]
    assert asked_of(rows) == Asked((3, 4, 5, 6), (True, False, False, False), 6, LOTS, 1, 1)
    sample = asked_of(rows, most=4)
    assert (sample.again, sample.possible, sample.part, sample.sampled) == ((3, 4), 6, 5, True)


def test_stories_come_and_go_but_those_that_the_data_tags_otherwise():
    asked = Asked((1, 2, 3, 4), (False, True, True, False), 4, LOTS, 0, 0)
    judged = [line(False, True), line(True, False), line(False, True), line(False, False, also=(("chips", True),))]
    found = rehearsed(TOLD, asked, judged)
    assert ([one.story_no for one in found.coming], [one.story_no for one in found.going]) == ([1], [2])
    assert (found.differ, found.gained, found.lost) == (1, {"chips": 1}, {})
    assert (found.coming[0].before, found.coming[0].after, found.going[0].evidence[0]["text"]) == (None, 0.4, "AI")


def test_words_carry_the_numbers_and_their_denominators():
    asked = Asked((1, 2), (False, True), 2, LOTS, 1, 2)
    found = rehearsed(TOLD, asked, [line(False, True), line(True, False, also=(("chips", False),))])
    assert told_as.headline(found, "AI agents") == "1 story would come to AI agents and 1 would go."
    assert told_as.headline(replace(found, coming=()), "AI agents") == "1 story would go from AI agents."
    assert (
        told_as.headline(replace(found, coming=(), going=()), "Chips") == "No story would come to Chips or go from it."
    )
    known = told_as.how_known(found, 1_610, 1_610, same=True)
    assert known.startswith(
        "2 of 1,610 stories could change and were tagged again; no other can. 1 story stays as it is,"
    )
    assert "2 stories stay as they are, because other word lists tagged them" in known
    assert "no other can" not in told_as.how_known(found, 1_610, 1_610, same=False)
    sampled = replace(found, asked=replace(asked, part=9))
    assert told_as.headline(sampled, "Chips") == "1 story in a random sample would come to Chips and 1 would go."
    drawn = told_as.how_known(
        replace(found, asked=replace(asked, part=9, possible=70_000)), 1_000_000, 61_000, same=True
    )
    assert "70,000 stories could change" in drawn
    assert "a random sample of 61,000 of 1,000,000 stories" in drawn
    assert told_as.also_words(found, {}) == "It also touches other topics: chips (+0, −1)."
    assert told_as.learned_words(TOLD).startswith("Training learned `tool` too")
    assert told_as.change_words(CHANGE, TOLD) == (
        "“errand clerk” added; “tool” added, counting double; “mcp” removed; threshold 0.37 → 0.30"
    )
    assert told_as.score_words(found.coming[0], TOLD) == "score far off, then 0.40; needed 0.37, then 0.30"


def test_what_was_measured_no_longer_describes_a_changed_topic():
    found = rehearsed(TOLD, Asked((1,), (False,), 1, LOTS, 0, 0), [line(False, True)])
    measured = {f"{name}{end}": 0.8 for name in ("precision", "recall") for end in ("", "_low", "_high")} | {"n": 40}
    assert "right when given 80\N{NO-BREAK SPACE}%" in told_as.measured_words(found, [measured], "abstract")
    assert "no longer describes it" in told_as.measured_words(found, [measured], "abstract")
    assert "was not measured" in told_as.measured_words(found, [measured | {"n": 14}], "abstract")
    assert told_as.measured_words(replace(found, coming=()), [measured], "abstract") == ""


@pytest.mark.parametrize(
    ("error", "plain"),
    [
        (
            "ainews: /srv/seeds/topics.toml:agents: phrase in `phrases` `mcp` stands 2 times; keep it once",
            "“mcp” is one of",
        ),
        (
            "ainews: /srv/x/change.toml:agents: the topic has no phrase `x` to remove; name one",
            "The topic has no phrase “x”",
        ),
        (
            "ainews: /s/topics.toml:a: phrase `a b c d e` in `phrases` can't be found; use 1 to 4 words",
            "“a b c d e” can’t be",
        ),
        (
            'ainews: C:\\s\\topics.toml:a: the example "A clerk: it plans." lacks the topic; change',
            "“A clerk: it plans.” Change less",
        ),
        (
            'ainews: /s/topics.toml:a: the example "A boat." receives the topic; change',
            "must not have the topic would get it: “A boat.”",
        ),
        (
            "ainews: /s/desks.toml:news: topic `x` is in no topics.toml; list ids",
            "(desks.toml, news): topic “x” is in no topics.toml.",
        ),
        ("Segmentation fault", "The tagger failed: Segmentation fault"),
    ],
)
def test_refusals_are_plain_and_without_paths(error: str, plain: str):
    told = refusal(error)
    assert plain in told
    assert "/" not in told
    assert "\\" not in told


# The lines


WORLD = World(
    [*many(9, date(2024, 1, 3), "agents"), *many(31, date(2024, 1, 10)), *many(25, date(2024, 2, 7), "agents")]
)


@pytest.fixture(scope="module")
def asking() -> Asking:
    return Asking(WORLD)


def of_view(asking: Asking) -> tuple[View, dict[str, Any]]:
    filters = Filters(show=("topic:agents",), sources=(ALL_SOURCES,), grain="month")
    view = build_view(asking, filters, sources=asking.sources(), catalog=asking.catalog(), clock=WORLD.clock)
    span = {"from_day": view.from_day, "to_day": view.to_day, "grain": view.grain, "sources": view.source_ids()}
    return view, span | restriction(filters)


def test_both_lines_are_of_the_same_stories_and_the_first_is_coverage_s_own_27(asking: Asking):
    view, scope = of_view(asking)
    rows = asking("rehearsal_line", key="topic:agents", part=LOTS, coming=(10, 11), going=(1,), **scope)
    drawn = told_as.both(view, rows)
    before, after = (drawn.points[drawn.points["key"] == f"{name}:topic:agents"] for name in told_as.LINES)
    columns = ["period", "k", "n", "share", "low", "high", "state", "few"]
    assert before[columns].reset_index(drop=True).equals(view.points[columns].reset_index(drop=True))
    assert after["n"].dropna().to_list() == before["n"].dropna().to_list() == [40, 25]
    assert after["k"].dropna().to_list() == [10, 25]
    assert told_as.of_line(rows.to_dict("records"), "after") == (35, 65)
    figure = told_as.chart(drawn, narrow=False)
    assert not any("click" in text for trace in figure.data for text in trace.hovertext or ())
    shown = told_as.table(drawn)
    assert shown["With the change"].to_list() == [10, 25]
    file = pd.read_csv(BytesIO(told_as.numbers_csv(drawn, described="d", snapshot="s")))
    assert file["numerator"].to_list() == [9, 25, 10, 25]


def test_a_sample_counts_its_own_stories_alone(asking: Asking):
    _, scope = of_view(asking)
    part = LOTS // 2
    rows = asking("rehearsal_line", key="topic:agents", part=part, coming=(), going=(), **scope)
    drawn = asking.rows("SELECT count(*) FROM story_fact WHERE hash(story_no) % 1000000 < 500000")[0][0]
    assert told_as.of_line(rows.to_dict("records"), "before")[1] == drawn
    assert 0 < drawn < 65


def test_flips_are_a_file_with_scores_and_words_that_may_be_shown(asking: Asking):
    text = {"field": "text", "start": 0, "end": 2, "text": "=A", "weight": 1.0}
    flip = Flip(1, False, 0.4, None, (text,))
    found = rehearsed(TOLD, Asked((), (), 0, LOTS, 0, 0), [])
    stories = asking("rehearsal_stories", stories=(1, 2))
    read = [pd.read_csv(BytesIO(told_as.flips_csv(replace(found, going=(flip,)), rows, described="d", snapshot="s")))
            for rows in (stories, stories.assign(display="headline"))]  # fmt: skip
    assert [len(file) for file in read] == [1, 1]
    assert (read[0]["change"][0], read[0]["words"][0], read[0]["score_before"][0]) == ("goes", "'=A", 0.4)
    assert (read[0]["needs_before"][0], read[0]["needs_after"][0]) == (0.3652, 0.3)
    assert read[1]["words"].isna().all()


def test_a_proposal_says_who_why_and_how_much_and_is_the_change_itself(tmp_path: Path):
    found = rehearsed(TOLD, Asked((1,), (False,), 1, LOTS, 0, 0), [line(False, True)])
    whole = {"k": 72, "n": 1_610, "low": 0.04, "high": 0.06}
    now = datetime(2026, 5, 4, 7, 30)
    asked = {"view": "stories of The Batch", "known": "All.", "snapshot": "s", "by": "Ada\n[x]", "now": now}
    text = told_as.proposal(CHANGE, found, {"before": whole, "after": whole | {"k": 73}}, why="Missed", **asked)
    path = save_change(tmp_path, "agents", text, now=now)
    assert path.name.startswith("20260504-topic-agents-")
    assert [one.problem for one in proposals(tmp_path)] == [""]
    assert tomllib.loads(path.read_text(encoding="utf-8")) == tomllib.loads(CHANGE.toml)
    assert "# Proposed by Ada [x], 2026-05-04 07:30 UTC: Missed\n" in text
    assert "# Before: 72 of 1,610 stories = 4 %, likely range 4–6 %. With the change: 73 of 1,610" in text
    with pytest.raises(Refused):
        told_as.proposal(CHANGE, found, {"before": whole, "after": whole}, why=" ", **asked)


# The process


class Nobody(Exception):
    """The reader has gone."""


def test_nobody_waiting_ends_the_process(monkeypatch: pytest.MonkeyPatch):
    started: list[subprocess.Popen[bytes]] = []
    begin = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(begin(*a, **k)) or started[-1])

    def gone(done: int) -> None:
        raise Nobody

    with pytest.raises(Nobody):
        judge(CHANGE, [{"id": "a"}], gone)
    assert [process.poll() for process in started] == [-9]


def test_it_has_a_time_limit_and_waits_for_its_turn(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rehearsal_run, "PATIENCE", 0.1)
    with pytest.raises(RehearsalProblem, match=r"longer than 0 seconds and was stopped\. Choose fewer days"):
        look(CHANGE)
    heard: list[int] = []
    with rehearsal_run._ONE_AT_A_TIME, pytest.raises(RehearsalProblem, match="Try again in a minute"):
        look(CHANGE, heard.append)
    assert heard
    assert set(heard) == {-1}


# The page, on the archive that ships


@pytest.fixture
def open_page(
    shipped_snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., AppTest]]:
    with own_machine(monkeypatch, shipped_snapshot, tmp_path / "desk") as opened:
        yield lambda **query: opened("corrections", part="rehearsal", **query)
    st.cache_data.clear()
    st.cache_resource.clear()


def test_a_link_rehearses_and_an_editor_proposes(
    open_page: Callable[..., AppTest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    app = open_page(topic="agents", double=["assistant"], threshold="0.45")
    shown, told = said(app), text_of(app)
    come, go = (next(h.value for h in app.header if h.value.endswith(f"would {way}")) for way in ("come", "go"))
    assert told.count("With the change:") == 1
    many = [int(words.split()[0].replace(",", "")) for words in (come, go)]
    assert min(many) > 0, "the archive has stories on assistants, and agents with low scores"
    numbers = next(frame.value for frame in app.dataframe if "With the change" in frame.value.columns)
    assert int(numbers["With the change"].sum()) - int(numbers["As it is"].sum()) == many[0] - many[1]
    assert f"{int(numbers['As it is'].sum())} of" in told
    assert "no other can" in shown
    assert "are not those that tagged this data" not in shown
    assert query_of(app)["topic"] == ["agents"]
    app.text_input(key="rehearse_why").set_value("Assistants were missed")
    app = next(button for button in app.button if button.label == "Save as a proposal").click().run()
    (made,) = proposals(tmp_path / "desk")
    assert tomllib.loads(made.text) == {
        "topic": "agents",
        "add": [{"text": "assistant", "weight": 2}],
        "threshold": 0.45,
    }
    assert f"{come.removesuffix(' would come')} would come" in made.text
    assert sorted(path.name for path in (tmp_path / "desk").rglob("*") if path.is_file()) == [made.file]
    monkeypatch.setenv("AINEWS_EDITOR", "")  # and who is no editor any more writes nothing, though the button was drawn
    app.text_input(key="rehearse_why").set_value("Again")
    next(button for button in app.button if button.label == "Save as a proposal").click().run()
    assert len(proposals(tmp_path / "desk")) == 1


def test_a_change_that_the_lists_refuse_is_told_in_plain_words(open_page: Callable[..., AppTest]):
    app = open_page(topic="agents", add=["MCPs"], threshold="high")
    assert "A threshold is a number from 0\\.01 to 0\\.99" in said(app)
    app.query_params.pop("threshold")
    app = app.run()
    assert "“mcp” is one of the topic’s phrases already" in said(app)
    assert not [button for button in app.button if button.label in ("Stop", "Save as a proposal")]
