"""However many stories come at once, few of them are in memory: what a run hands on, it hands on in parts."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import apply, plan, run
from etl.intake import Room
from etl.model import Document, Story, StoryText, Tags
from etl.seen import Seen
from etl.settings import Settings
from etl.store import tags
from tests.conftest import RunSmall
from tests.small_seeds import FakeTagger

STORIES, PART = 600, 40
FILES = """
[backlog]
name = "Backlog"
kind = "files"
path = "{path}"
home = "https://backlog.example/"
fetch = true
"""
KINDS = (Document, Story, StoryText, Tags)


class Watch:
    """The most objects of each kind that were alive whenever it looked, beyond those of before."""

    def __init__(self) -> None:
        self._before = self._alive()
        self.most: Counter[str] = Counter()

    def look(self) -> None:
        self.most |= self._alive() - self._before

    def every(self, stream: Iterable[object]) -> Iterator[object]:
        """The stream as it is; looks at each 50th."""
        for number, item in enumerate(stream, 1):
            yield item
            if number % 50 == 0:
                self.look()

    def _alive(self) -> Counter[str]:
        return Counter(type(one).__name__ for one in gc.get_objects() if type(one) in KINDS)


@pytest.fixture
def backlog(published_snapshot: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A source of 600 stories in a file, and parts of 40."""
    monkeypatch.setattr(plan, "PART", PART)
    monkeypatch.setattr(tags, "BATCH", PART)
    path = published_snapshot.data / "backlog.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for n in range(STORIES):
            words = " ".join(f"word{n * k % 991}" for k in range(1, 30))
            story = {"title": f"Chatbot {n} speaks", "text": words, "url": f"https://backlog.example/{n}"}
            file.write(json.dumps(story | {"published": f"2024-05-{1 + n % 28:02d}"}) + "\n")
    published_snapshot.desk.mkdir(parents=True, exist_ok=True)
    (published_snapshot.desk / "sources.toml").write_text(FILES.format(path=path), encoding="utf-8")
    return published_snapshot


def test_few_of_a_backlog_are_in_memory_at_a_time(
    run_small: RunSmall, backlog: Settings, monkeypatch: pytest.MonkeyPatch
):
    watch = Watch()
    read = run.documents_of
    monkeypatch.setattr(run, "documents_of", lambda *asked: watch.every(read(*asked)))

    class Watched(FakeTagger):
        def tag(self, stories: Iterable[StoryText]) -> Iterator[Tags]:
            return watch.every(super().tag(stories))  # type: ignore[return-value]

    done = run_small(build=lambda _: Watched())
    assert done.dispositions["piece"]["new"] + done.dispositions["piece"].get("copy", 0) == STORIES
    assert set(watch.most) == {kind.__name__ for kind in KINDS}, "what is not seen is not counted"
    assert max(watch.most.values()) <= 3 * PART, watch.most


def test_what_a_backlog_holds_until_a_commit_is_no_more_from_run_to_run(
    run_small: RunSmall, backlog: Settings, monkeypatch: pytest.MonkeyPatch
):
    """What the database holds until a commit ends with each run, and so does what waited to be tagged."""
    database, taken = list[int](), list[int]()
    monkeypatch.setattr(run, "Room", lambda _: Room(3 * PART))
    write = apply.write_counts

    def looked(con: duckdb.DuckDBPyConnection, *more: object) -> None:
        write(con, *more)  # type: ignore[arg-type]
        (used,) = con.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchall()[0]
        database.append(int(used))

    monkeypatch.setattr(apply, "write_counts", looked)
    waiting = True
    while waiting:
        report = run_small()
        taken.append(report.tagged)
        waiting = bool(report.waiting)
    assert len(taken) >= 4
    assert sum(taken) == STORIES
    assert max(taken) < 4 * PART
    assert max(database) < 1.05 * database[1], database  # the first one begins with empty indexes


def test_next_part_is_read_only_when_the_one_before_is_done(
    run_small: RunSmall, backlog: Settings, monkeypatch: pytest.MonkeyPatch
):
    taken: list[int] = [0]
    done: list[int] = []
    read, add = run.documents_of, plan.Tally.add

    def counted(*asked: object) -> Iterator[object]:
        taken[0] = 0
        for item in read(*asked):  # type: ignore[arg-type]
            taken[0] += 1
            yield item

    def noted(self: plan.Tally, *part: object) -> None:
        done.append(taken[0])
        add(self, *part)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "documents_of", counted)
    monkeypatch.setattr(plan.Tally, "add", noted)
    run_small()
    parts = [now - before for before, now in pairwise(done[1:])]  # the first look only asks whether there is news
    assert len(parts) >= STORIES // PART - 1
    assert set(parts[:-1]) == {PART}


@pytest.mark.parametrize(("least", "limited"), [(STORIES, True), (STORIES + 1, False)])
def test_database_gets_by_with_less_memory_for_a_backlog(
    run_small: RunSmall, backlog: Settings, monkeypatch: pytest.MonkeyPatch, least: int, limited: bool
):
    limits: list[float] = []
    monkeypatch.setattr(apply, "BACKLOG", least)
    monkeypatch.setattr(apply, "_LEAST", 50.0)
    monkeypatch.setattr(apply, "limit_memory", lambda _, limit: limits.append(limit))
    run_small()
    assert bool(limits) == limited
    assert all(190.7 / 2 - 0.1 < limit < 190.7 / 2 + 0.1 for limit in limits)
    assert len(set(limits)) <= 1, "no more where more is stored"


def test_memory_for_a_backlog_is_never_more_than_the_settings_say():
    assert apply._for_backlog(800) == 400
    assert apply._for_backlog(300) == apply._LEAST
    assert apply._for_backlog(100) == 100


@given(st.lists(st.text(max_size=3)), st.text(max_size=3))
def test_seen_is_a_set(texts: list[str], other: str):
    seen = Seen()
    for text in texts:
        seen.add(text)
    assert len(seen) == len(set(texts))
    assert all(text in seen for text in texts)
    assert (other in seen) == (other in texts)


def test_seen_takes_few_bytes_of_each_text_and_forgets_none():
    tracemalloc.start()
    try:
        seen = Seen()
        for number in range(20_000):
            seen.add(f"https://backlog.example/stories/{number}")
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 30 * 20_000
    assert len(seen) == 20_000
    assert sum(f"https://backlog.example/stories/{number}" in seen for number in range(40_000)) == 20_000
