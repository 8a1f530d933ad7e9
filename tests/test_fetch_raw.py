"""Raw answers: kept once, whole or not at all, never read damaged, never pruned while needed."""

from __future__ import annotations

import gzip
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.errors import InputError
from etl.fetch.raw import keep_raw, prune, raw_path, read_raw

CLOCK = datetime(2026, 11, 26, 7)
DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.binary(max_size=2000))
def test_what_was_kept_is_read(folder: Path, body: bytes):
    assert read_raw(folder, keep_raw(folder, body, at=CLOCK)) == body


def test_the_same_answer_is_one_file_with_the_same_bytes(folder: Path):
    digest = keep_raw(folder, b"news", at=CLOCK)
    first = raw_path(folder, digest).read_bytes()
    assert keep_raw(folder, b"news", at=CLOCK + DAY) == digest
    assert files(folder) == [f"{digest}.gz"]
    raw_path(folder, digest).unlink()
    keep_raw(folder, b"news", at=CLOCK + DAY)
    assert raw_path(folder, digest).read_bytes() == first


def test_answer_that_is_not_there(folder: Path):
    with pytest.raises(InputError, match=r"the answer is not kept; .*`raw_days`"):
        read_raw(folder, "0" * 64)


@pytest.mark.parametrize(
    "damage",
    [b"", b"no gzip", gzip.compress(b"other", mtime=0), gzip.compress(b"news", mtime=0)[:-3]],
    ids=["empty", "no gzip", "another", "cut off"],
)
def test_damaged_answer_is_named_and_mended_when_it_comes_again(damage: bytes, folder: Path):
    digest = keep_raw(folder, b"news", at=CLOCK)
    raw_path(folder, digest).write_bytes(damage)
    with pytest.raises(InputError, match=f"{digest}.gz: the kept answer"):
        read_raw(folder, digest)
    keep_raw(folder, b"news", at=CLOCK)
    assert read_raw(folder, digest) == b"news"


def test_write_that_fails_leaves_nothing(folder: Path, monkeypatch):
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"can't be kept \(No space left on device\); free space"):
        keep_raw(folder, b"news", at=CLOCK)
    assert files(folder) == []


def test_prune_removes_what_is_old_and_not_needed(folder: Path):
    old, needed, fresh, again = [keep_raw(folder, body, at=CLOCK - 100 * DAY) for body in (b"1", b"2", b"3", b"4")]
    keep_raw(folder, b"3", at=CLOCK)
    keep_raw(folder, b"4", at=CLOCK - 90 * DAY)
    assert prune(folder, keep={needed}, older_than=CLOCK - 90 * DAY) == 1
    assert files(folder) == sorted(f"{digest}.gz" for digest in (needed, fresh, again))
    assert not raw_path(folder, old).exists()


def test_prune_takes_what_a_killed_run_left_and_nothing_of_others(folder: Path):
    digest = keep_raw(folder, b"news", at=CLOCK)
    left, foreign = raw_path(folder, digest).with_name("x.part"), raw_path(folder, digest).with_name("README")
    for path in (left, foreign):
        path.write_bytes(b"")
        os.utime(path, (0, 0))
    assert prune(folder, keep=set(), older_than=CLOCK) == 1
    assert files(folder) == sorted([f"{digest}.gz", "README"])


def test_prune_of_a_folder_that_is_not_there(folder: Path):
    assert prune(folder, keep=set(), older_than=CLOCK) == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.dictionaries(st.integers(0, 9), st.tuples(st.integers(0, 200), st.booleans()), max_size=8))
def test_prune_never_takes_what_is_needed(tmp_path_factory, ages: dict[int, tuple[int, bool]]):
    folder = tmp_path_factory.mktemp("raw")
    held = {number: keep_raw(folder, bytes([number]), at=CLOCK - age * DAY) for number, (age, _) in ages.items()}
    prune(folder, keep={held[n] for n, (_, need) in ages.items() if need}, older_than=CLOCK - 90 * DAY)
    stays = {held[n] for n, (age, need) in ages.items() if need or age <= 90}
    assert {name.removesuffix(".gz") for name in files(folder)} == stays
