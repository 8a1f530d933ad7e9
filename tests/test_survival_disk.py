"""A disk that is full at any point of a refresh: the last snapshot stands, the message is clear, the next run completes."""

from __future__ import annotations

import hashlib
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from etl.errors import AinewsError
from etl.intake import Chosen
from etl.run import Mode
from tests.survival_kit import World, told, world_fixture  # noqa: F401
from tests.web import Reply

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full, a file on a full disk")
NEWS = told("press", "second", "first")
RUN = "full0001"


@pytest.fixture
def held(world: World) -> World:
    """A world that holds the first story of a source which tells a second one now."""
    world.source("press", Reply(told("press", "first")))
    world.run()
    world.says("press", Reply(NEWS))
    return world


def answer_part(data: Path) -> Path:
    digest = hashlib.sha256(NEWS).hexdigest()
    return data / "raw" / digest[:2] / f"{digest}.0000.part"


def fetch_log(data: Path) -> Path:
    return data / "fetch" / f"{RUN}.jsonl"


def pointer(data: Path) -> Path:
    return data / "current.new"


def on_full_disk(path: Path) -> None:
    """From now on, what is written under that name meets a full disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(FULL)


def completes(world: World, stories: list) -> None:
    """Another run adds the one new story to those that were there, and leaves nothing half done."""
    assert world.run().published
    assert set(stories) < set(world.stories())
    assert len(world.stories()) == len(stories) + 1
    assert list((world.settings.data / "partial").iterdir()) == []
    assert not list(world.settings.data.glob("raw/*/*.part"))
    assert not world.run().published


@needs_full
@pytest.mark.parametrize(
    ("place", "message"),
    [
        (answer_part, r"the answer can't be kept \(No space left on device\); free space"),
        (fetch_log, r"the fetch log can't be written \(No space left on device\); free space"),
        (pointer, r"No space left on device; nothing was published and the last snapshot stands"),
    ],
    ids=["the raw answer", "the fetch log", "the pointer"],
)
def test_full_disk_publishes_nothing_and_the_next_run_completes(
    held: World, monkeypatch, place: Callable[[Path], Path], message: str
):
    name, stories = held.current, held.stories()
    full = place(held.settings.data)
    on_full_disk(full)
    with monkeypatch.context() as patch:
        patch.setattr("etl.fetch.raw.secrets.token_hex", lambda _: "0000")
        with pytest.raises(AinewsError, match=message) as raised:
            held.run(mode=Mode(run_id=RUN))
    assert raised.value.exit_status == 1
    assert (held.current, held.stories()) == (name, stories)
    assert held.log[-1]["outcome"] == "failed"
    assert "No space left on device" in held.log[-1]["problem"]
    full.unlink(missing_ok=True)
    completes(held, stories)


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """No file grows beyond so many bytes: what the database meets on a full disk, but for the number of the error."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("share", [0.5, 1.0], ids=["while it is copied", "while it is written"])
def test_partial_that_finds_no_room_publishes_nothing_and_the_next_run_completes(held: World, share: float):
    name, stories = held.current, held.stories()
    size = int(share * (held.settings.data / "snapshots" / f"{name}.duckdb").stat().st_size)
    with files_end_at(size), pytest.raises(AinewsError, match=r"File too large; nothing was published"):
        held.run()
    assert (held.current, held.stories()) == (name, stories)
    assert held.log[-1]["outcome"] == "failed"
    assert list((held.settings.data / "partial").iterdir()) == [], "what filled the disk is gone"
    completes(held, stories)


@needs_full
def test_run_whose_line_finds_no_room_is_published_and_says_so(held: World):
    name, stories = held.current, held.stories()
    log = held.settings.data / "runs.jsonl"
    kept = log.read_bytes()
    on_full_disk(log)
    done = held.run()
    assert done.published
    assert done.warnings == (
        "this run has no line in runs.jsonl, by which freshness is judged: No space left on device",
    )
    assert (held.current > name, len(held.stories())) == (True, len(stories) + 1)
    assert (held.settings.data / "reports" / f"{done.run_id}.json").exists()
    log.unlink()
    log.write_bytes(kept)
    assert not held.run().published
    assert held.log[-1]["outcome"] == "unchanged"


@needs_full
def test_failure_whose_line_finds_no_room_is_told_all_the_same(held: World):
    on_full_disk(held.settings.data / "runs.jsonl")
    on_full_disk(fetch_log(held.settings.data))
    with pytest.raises(AinewsError, match=r"the fetch log can't be written \(No space left on device\)"):
        held.run(mode=Mode(run_id=RUN))


def test_old_answers_that_cannot_be_removed_do_not_fail_a_run_that_published(held: World, monkeypatch):
    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(13, os.strerror(13), "data/raw/00")

    monkeypatch.setattr("etl.run.prune_raw", refuse)
    done = held.run(mode=Mode(chosen=Chosen(only=frozenset(["press"]))))
    assert done.published
    assert done.warnings == ("old answers of sources can't be removed: data/raw/00: Permission denied",)
