"""A run killed at any instant: the last snapshot stays served, and the next run is complete, with no story lost or doubled."""

from __future__ import annotations

import multiprocessing
import random
import signal
import time

import duckdb
import pytest

from etl.publish import current_name, current_snapshot
from etl.settings import Settings
from tests.conftest import RunSmall
from tests.small_seeds import line, write_lines
from tests.victim import run_beside
from tests.warm import begin, ended


def archive(size: int) -> list[dict[str, str]]:
    """So many stories, five an issue, as the archive of The Weekly holds them."""
    return [line(10 + n // 5, n % 5, f"2024-02-{1 + n // 5 % 28:02d}", f"Story number {n}") for n in range(size)]


def held(settings: Settings) -> list[str]:
    """The ids of the stories that a reader sees."""
    with duckdb.connect(str(current_snapshot(settings)), read_only=True) as con:
        return sorted(row[0] for row in con.execute("SELECT story_id FROM story").fetchall())


def kill_after(settings: Settings, share: float, usual: float) -> bool:
    """Start a run and kill it after a share of the seconds that one usually takes; False where it was done before."""
    ours, its = multiprocessing.Pipe(duplex=False)
    with ours, its:
        process = begin(run_beside, settings, its)
        assert ours.recv() == "begun"
        time.sleep(share * usual)
        process.kill()
        return ended(process) == -signal.SIGKILL


@pytest.mark.soak
def test_run_killed_at_any_instant_loses_and_doubles_nothing(run_small: RunSmall, empty_data: Settings, rounds):
    chance = random.Random(364)
    began = time.monotonic()
    run_small()
    usual = time.monotonic() - began
    size = killed = 0
    for _ in range(rounds(2, 50)):
        size += 10
        write_lines(empty_data.seeds / "archive" / "weekly.jsonl", archive(size))
        before, ids = current_name(empty_data), held(empty_data)
        killed += kill_after(empty_data, chance.uniform(0, 1.2), usual)
        seen = held(empty_data)
        assert len(seen) == len(set(seen))
        assert set(ids) <= set(seen)
        assert (current_name(empty_data) == before) == (seen == ids)
        run_small()
        assert len(held(empty_data)) == len(set(held(empty_data)))
        with duckdb.connect(str(current_snapshot(empty_data)), read_only=True) as con:
            titles = con.execute("SELECT count(DISTINCT title) FROM story WHERE title LIKE 'Story number%'").fetchall()
        assert titles == [(size,)]
    assert killed, "every run was done before it was killed"
