"""Readers while runs publish: none fails, each sees whole snapshots only, and the newest at its next look."""

from __future__ import annotations

import threading
from collections.abc import Callable

import duckdb
import pytest

from dashboard.snapshot import SnapshotMissing, current_name, open_snapshot
from etl.settings import Settings
from tests.small_seeds import WEEKLY, line, write_lines
from tests.victim import run_beside
from tests.warm import begin, ended


class Readers:
    """Threads that open what the pointer names, count its stories and tags, and note what they saw and what went wrong."""

    def __init__(self, settings: Settings, number: int) -> None:
        self._data = settings.data
        self._done = threading.Event()
        self.seen: set[tuple[str, int, int]] = set()
        self.errors: list[Exception] = []
        self._threads = [threading.Thread(target=self._read) for _ in range(number)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        try:
            while not self._done.wait(0.01):  # hammering, but leaving the runs a core
                self._look()
        except (duckdb.Error, OSError, SnapshotMissing) as error:
            self.errors.append(error)

    def _look(self) -> None:
        snapshot = open_snapshot(self._data, current_name(self._data))
        with snapshot.connection.cursor() as cursor:
            (stories,) = cursor.execute("SELECT count(*) FROM story").fetchall()[0]
            (run,) = cursor.execute("SELECT count(*) FROM run").fetchall()[0]
        self.seen.add((snapshot.name, stories, run))


def publish_beside(settings: Settings) -> None:
    """A run in a process of its own, as a timer starts it."""
    assert ended(begin(run_beside, settings)) == 0


@pytest.mark.soak
def test_readers_never_fail_while_runs_publish(published_snapshot: Settings, rounds: Callable[[int, int], int]):
    added: list[dict[str, str]] = []
    published: dict[str, int] = {current_name(published_snapshot.data): 5}
    with Readers(published_snapshot, rounds(3, 20)) as readers:
        for number in range(rounds(2, 10)):
            added.append(line(100 + number, 1, f"2024-03-{1 + number:02d}", f"Late story {number}"))
            write_lines(published_snapshot.seeds / "archive" / "weekly.jsonl", [*WEEKLY, *added])
            publish_beside(published_snapshot)
            published[current_name(published_snapshot.data)] = 6 + number
    assert readers.errors == []
    assert {name: stories for name, stories, _ in readers.seen}.items() <= published.items()
    assert len(readers.seen) > 1, "the readers saw one snapshot only"
    newest = open_snapshot(published_snapshot.data, current_name(published_snapshot.data))
    assert newest.name == max(published)
