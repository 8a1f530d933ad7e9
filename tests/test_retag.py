"""Tags of another lexicon are replaced within a budget of seconds; the next run, or `ainews retag`, goes on where it stopped."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from etl.run import Mode
from etl.settings import Settings
from etl.store import tags as module
from tests.conftest import RunSmall
from tests.small_seeds import WEEKLY, FakeTagger, line, write_lines
from tests.test_desk_folder import entry, write


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two stories a batch, and a clock on which each look takes a second."""
    ticks = itertools.count()
    monkeypatch.setattr(module, "BATCH", 2)
    monkeypatch.setitem(module.tag_stale.__kwdefaults__, "seconds", lambda: float(next(ticks)))


@pytest.fixture
def run_newer(run_small: RunSmall) -> Callable[..., object]:
    """Run with a tagger of another version than the published snapshot's."""

    def run_with(budget: float | None = None):
        return run_small(version=lambda _: "newer", mode=Mode(budget=budget))

    return run_with


def taggers(snapshot_rows) -> dict[str, int]:
    return dict(snapshot_rows("SELECT tagger = 'newer', count(*) FROM story_fact GROUP BY ALL"))


@pytest.mark.usefixtures("small_batches")
def test_budget_stops_after_the_batch_in_which_it_is_used_up_and_the_next_run_goes_on(
    run_newer, published_snapshot, snapshot_rows
):
    first = run_newer(budget=0.5)
    assert (first.published, first.tagged, first.left) == (True, 2, 3)
    assert taggers(snapshot_rows) == {True: 2, False: 3}
    assert any("31_tagger_mixed" in warning for warning in first.warnings)
    assert [run_newer(budget=0.5).left for _ in range(2)] == [1, 0]
    assert taggers(snapshot_rows) == {True: 5}
    assert run_newer(budget=0.5).published is False


@pytest.mark.usefixtures("small_batches")
def test_a_renamed_topic_keeps_words_and_corrections_of_stories_that_wait_to_be_tagged_again(
    run_small, published_snapshot, snapshot_rows
):
    """Without that the check of evidence would stop every run until all of a large archive is tagged again."""
    added = [line(9, n, "2024-03-06", f"A new thing {n}") for n in range(5)]
    write_lines(published_snapshot.seeds / "archive" / "weekly.jsonl", [*WEEKLY, *added])
    run_small()
    chat = "SELECT story_id FROM story_topic WHERE topic_id = '{}' ORDER BY story_id"
    corrected, *others = [story for (story,) in snapshot_rows(chat.format("chat"))]
    write(published_snapshot.desk, entry("a", story_id=corrected, tag_id="chat", action="remove"))
    for name in ("topics", "desks"):
        path = published_snapshot.seeds / f"{name}.toml"
        renamed = path.read_text(encoding="utf-8").replace('id = "chat"', 'id = "talk"\nwas = ["chat"]')
        path.write_text(renamed.replace('["chat", "vision"]', '["talk", "vision"]'), encoding="utf-8")
    newer = {"version": lambda _: "newer", "build": lambda _: FakeTagger(chat="talk"), "mode": Mode(budget=1e-9)}
    first = run_small(**newer)
    assert (first.published, first.left > 0) == (True, True)
    while first.left:
        assert [story for (story,) in snapshot_rows(chat.format("talk"))] == others
        assert snapshot_rows("SELECT count(*) > 0, count(*) FILTER (tag_id = 'chat') FROM evidence") == [(True, 0)]
        first = run_small(**newer)
    assert [story for (story,) in snapshot_rows(chat.format("talk"))] == others


@pytest.mark.usefixtures("small_batches")
def test_new_stories_are_tagged_whatever_the_budget(run_newer, published_snapshot, snapshot_rows):
    added = [line(9, n, "2024-03-06", f"A new thing {n}") for n in range(5)]
    write_lines(published_snapshot.seeds / "archive" / "weekly.jsonl", [*WEEKLY, *added])
    done = run_newer(budget=1e-9)
    assert (done.tagged, done.left) == (5, 5)
    assert snapshot_rows("SELECT DISTINCT tagger FROM story_fact WHERE title LIKE 'A new thing%'") == [("newer",)]
    assert snapshot_rows("SELECT count(*) FROM story_fact WHERE tagger = ''") == [(0,)]


def test_without_end_of_the_budget_all_is_tagged_at_once(run_newer, published_snapshot):
    assert run_newer(budget=math.inf).left == 0


def test_command_publishes_until_nothing_is_left(published_snapshot: Settings, monkeypatch, snapshot_rows):
    monkeypatch.setenv("AINEWS_SEEDS", str(published_snapshot.seeds))
    monkeypatch.setenv("AINEWS_DATA", str(published_snapshot.data))
    monkeypatch.setattr("etl.tagger.pipeline.build_tagger", lambda *_: FakeTagger())
    monkeypatch.setattr("etl.run.tagger_version", lambda *_, **__: "newer")
    monkeypatch.setattr(module, "BATCH", 2)
    monkeypatch.setattr("etl.commands.refresh.RETAG_SECONDS", 1e-9)
    done = CliRunner().invoke(app, ["retag"])
    assert done.exit_code == 0, done.output
    assert done.stdout.count("Published") == 3
    assert "3 wait to be tagged again" in done.stdout
    assert taggers(snapshot_rows) == {True: 5}


def test_log_for_collectors_is_one_object_a_line(published_snapshot: Settings, monkeypatch):
    monkeypatch.setenv("AINEWS_SEEDS", str(published_snapshot.seeds))
    monkeypatch.setenv("AINEWS_DATA", str(published_snapshot.data))
    monkeypatch.setattr("etl.tagger.pipeline.build_tagger", lambda *_: FakeTagger())
    monkeypatch.setattr("etl.logs.LOGGER.handlers", [])
    monkeypatch.setattr("etl.logs.LOGGER.propagate", True)  # pytest hangs a handler on a log that is left without it
    done = CliRunner().invoke(app, ["run", "--log-format", "json"])
    assert (done.exit_code, done.stdout) == (0, "")
    (event,) = [json.loads(text) for text in done.stderr.splitlines() if '"done"' in text]
    assert {"time", "level", "event", "run_id", "published", "dispositions"} <= event.keys()
