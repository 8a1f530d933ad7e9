"""Refreshes in processes of their own: their exit status, two at once, and those that are stopped or killed midway."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from etl.errors import Stopped
from etl.settings import child_environment
from tests.survival_kit import World, told, world_fixture  # noqa: F401
from tests.test_soak_kills import kill_after
from tests.web import Handler, Reply

PROJECT = Path(__file__).resolve().parents[1]
PATIENCE = 60  # seconds; far more than is needed
COMMAND = [sys.executable, "-m", "etl", "run", "--clock", "2024-06-01T20:00:00Z"]


def ainews_run(world: World) -> subprocess.CompletedProcess[str]:
    """`ainews run` to its end."""
    return subprocess.run(
        COMMAND, cwd=PROJECT, env=child_environment(world.settings), capture_output=True, text=True, timeout=PATIENCE
    )


@contextmanager
def run_underway(world: World) -> Iterator[subprocess.Popen[str]]:
    """`ainews run` that waits for the answer of the source `press`; what it says is piped."""
    process = subprocess.Popen(
        COMMAND,
        cwd=PROJECT,
        env=child_environment(world.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert world.waiting.wait(PATIENCE), process.communicate(timeout=5)
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def held(world: World) -> World:
    """A world that holds the story of a source, which makes everybody wait who asks it now."""
    world.source("press", Reply(told("press", "first")))
    world.run()

    def wait(handler: Handler) -> None:
        world.waiting.set()
        handler.server.over.wait(PATIENCE)
        Reply(status=404).send(handler)

    world.says("press", wait)
    return world


def test_optional_source_with_a_hiccup_exits_with_0_and_a_required_one_that_is_down_with_4(world: World):
    world.source("press", Reply(told("press", "first")))
    world.source("wire", Reply(told("wire", "first")), more="required = true\n")
    world.run()
    name = world.current
    world.says("press", Reply(status=404))
    hiccup = ainews_run(world)
    assert hiccup.returncode == 0, hiccup.stderr
    assert "press: failed (status-404)" in hiccup.stderr
    assert "1 of 2 sources answered" in hiccup.stdout
    world.says("wire", Reply(status=404))
    down = ainews_run(world)
    assert down.returncode == 4, down.stderr
    assert "down: wire" in down.stderr
    assert (world.current, world.log[-1]["down"]) == (name, ["wire"])


def test_second_run_at_the_same_moment_exits_with_75_and_the_first_goes_on(held: World):
    with run_underway(held) as first:
        second = ainews_run(held)
        assert second.returncode == 75, second.stderr
        assert second.stderr.count("\n") == 1
        assert "another run is writing" in second.stderr
        held.webs["press"].over.set()
        said = first.communicate(timeout=PATIENCE)
    assert first.returncode == 0, said
    assert len(held.log) == 3, "the second left no line"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_run_that_is_stopped_leaves_its_line_and_the_last_snapshot(held: World, how: signal.Signals):
    name, stories = held.current, held.stories()
    with run_underway(held) as process:
        process.send_signal(how)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert said == f"ainews: the run was stopped by {how.name}; the last snapshot stands\n"
    assert (held.log[-1]["outcome"], how.name in held.log[-1]["problem"]) == ("failed", True)
    assert (held.current, held.stories()) == (name, stories)


def test_lock_of_a_killed_run_does_not_block_the_next(held: World):
    stories = held.stories()
    with run_underway(held) as process:
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert (held.settings.data / "lock").exists()
    held.says("press", Reply(told("press", "second", "first")))
    assert held.run().published
    assert len(held.stories()) == len(stories) + 1


def test_processes_that_tag_for_a_run_end_with_it_when_it_is_killed(tmp_path: Path):
    """They hold the output that they share, so it would not end before they do."""
    command = [sys.executable, "-m", "tests.killed_pool", str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "tagging\n")


@pytest.mark.parametrize("step", ["copied", "tagged", "checked"])
def test_signal_at_any_step_leaves_the_last_snapshot_and_no_other_handler(held: World, step: str):
    name, stories, handlers = held.current, held.stories(), _handlers()
    held.says("press", Reply(told("press", "second", "first")))

    def stop(at: str) -> None:
        if at == step:
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Stopped, match="stopped by SIGTERM"):
        held.run(step=stop)
    assert _handlers() == handlers
    assert (held.current, held.stories(), held.log[-1]["outcome"]) == (name, stories, "failed")
    assert held.run().published
    assert len(held.stories()) == len(stories) + 1


def _handlers() -> list[object]:
    return [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]


@pytest.mark.soak
def test_refresh_killed_at_any_instant_loses_and_doubles_nothing(world: World, rounds: Callable[[int, int], int]):
    chance, names, killed = random.Random(371), ["first"], 0
    world.source("press", Reply(told("press", *names)))
    began = time.monotonic()
    world.run()
    usual = time.monotonic() - began
    for number in range(rounds(2, 30)):
        names.insert(0, f"number{number}")
        world.says("press", Reply(told("press", *names)))
        name, stories = world.current, world.stories()
        killed += kill_after(world.settings, chance.uniform(0, 1), usual)
        seen = world.stories()
        assert set(stories) <= set(seen)
        assert (world.current == name) == (seen == stories)
        world.run()
        assert len(world.stories()) == len({row[1] for row in world.stories()}) == 5 + len(names)
        assert not world.run().published
    assert killed, "every run was done before it was killed"
