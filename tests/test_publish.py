"""The last good snapshot stays served, whatever happens to a run: failed checks, full disks, kills, damaged files."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from etl import publish as module
from etl.check import check_snapshot
from etl.errors import AinewsError, ChecksFailed, InputError
from etl.publish import (
    adopt,
    base_of,
    current_name,
    current_snapshot,
    need_any_snapshot,
    need_snapshot,
    new_name,
    prune,
    rollback,
    snapshot_names,
    snapshot_path,
)
from etl.settings import Settings
from tests.small_seeds import WEEKLY, FakeTagger, line, write_lines
from tests.victim import run_to
from tests.warm import begin, ended

PROJECT = Path(__file__).resolve().parents[1]
STEPS = (
    *("fetched", "copied", "migrated", "stored", "clustered", "indexed", "tagged", "gathered"),
    *("committed", "checked", "flushed", "renamed", "pointed"),
)


@pytest.fixture
def add_story(published_snapshot):
    """Add one more story to the small archive: the next run has something to publish."""
    added: list[dict[str, str]] = []

    def add() -> None:
        added.append(line(10 + len(added), 1, f"2024-02-{14 + len(added):02d}", f"Added {len(added)}"))
        write_lines(published_snapshot.seeds / "archive" / "weekly.jsonl", [*WEEKLY, *added])

    return add


def stories(settings: Settings) -> int:
    with duckdb.connect(str(current_snapshot(settings)), read_only=True) as con:
        return con.execute("SELECT count(*) FROM story").fetchall()[0][0]


# Publication


def test_published_snapshot_is_named_by_the_pointer_and_nothing_is_left_beside_it(published_snapshot):
    name = current_name(published_snapshot)
    files = {path.relative_to(published_snapshot.data).as_posix() for path in published_snapshot.data.rglob("*")}
    report = f"reports/{name.partition('-')[2]}.json"
    expected = {"current", "lock", "partial", "runs.jsonl", "snapshots", f"snapshots/{name}.duckdb", "reports", report}
    assert files == expected


def test_snapshot_knows_its_own_name_and_what_it_was_made_from(run_small, published_snapshot, add_story):
    first = current_name(published_snapshot)
    add_story()
    second = run_small().snapshot
    with duckdb.connect(str(snapshot_path(published_snapshot, second)), read_only=True) as con:
        assert con.execute("SELECT snapshot FROM run ORDER BY snapshot").fetchall() == [(first,), (second,)]


def test_names_sort_by_time_even_when_the_clock_goes_back(published_snapshot):
    newest = snapshot_names(published_snapshot)[-1]
    stamp = datetime.strptime(newest[:16], "%Y%m%dT%H%M%SZ")
    back = new_name(published_snapshot, run_id="0" * 8, now=stamp - timedelta(days=1))
    assert back == f"{(stamp + timedelta(seconds=1)).strftime('%Y%m%dT%H%M%SZ')}-00000000"
    assert new_name(published_snapshot, run_id="0" * 8, now=datetime(2100, 1, 1)) == "21000101T000000Z-00000000"


def test_only_the_newest_snapshots_and_the_current_one_stay(run_small, published_snapshot, add_story):
    first = current_name(published_snapshot)
    made = [first]
    for _ in range(4):
        add_story()
        made.append(run_small().snapshot)
    assert snapshot_names(published_snapshot) == made[-3:]  # keep_snapshots = 3


def test_current_snapshot_is_never_pruned(published_snapshot):
    current = current_name(published_snapshot)
    for year in (2101, 2102, 2103, 2104):
        snapshot_path(published_snapshot, f"{year}0101T000000Z-00000000").touch()
    assert prune(published_snapshot) == ["21010101T000000Z-00000000"]
    assert current in snapshot_names(published_snapshot)


# Failed checks


def test_failed_check_publishes_nothing_and_leaves_the_partial(run_small, published_snapshot, add_story, monkeypatch):
    before = current_name(published_snapshot)
    add_story()
    with pytest.raises(ChecksFailed, match=r"10_evidence_outside: .*would highlight the wrong words") as failed:
        run_small(build=lambda _: Overreaching())
    assert failed.value.exit_status == 3
    assert (current_name(published_snapshot), snapshot_names(published_snapshot)) == (before, [before])
    (partial,) = (published_snapshot.data / "partial").iterdir()
    with duckdb.connect(str(partial), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM story").fetchall() == [(6,)]
    last = json.loads((published_snapshot.data / "runs.jsonl").read_text().splitlines()[-1])
    assert last["outcome"] == "checks failed"
    assert "10_evidence_outside" in last["problem"]
    assert run_small().published, "the next run clears the partial and goes through"
    assert list((published_snapshot.data / "partial").iterdir()) == []


class Overreaching(FakeTagger):
    """Gives evidence that ends behind the text."""

    def tag(self, stories):
        longer = (type(story)(story.id, story.title + " chatbot" * 9, story.text + " chatbot" * 9) for story in stories)
        for tags in super().tag(longer):
            topics = tuple(
                type(t)(t.id, t.score, (type(e)(e.field, 0, 9_999, e.text),))
                for t in tags.topics
                for e in t.evidence[:1]
            )
            yield type(tags)(tags.id, topics, (), (), (), tags.tagger)


def test_run_that_failed_on_a_seed_leaves_a_line_in_the_log(run_small, published_snapshot):
    (published_snapshot.seeds / "archive" / "weekly.jsonl").unlink()
    with pytest.raises(InputError):
        run_small()
    last = json.loads((published_snapshot.data / "runs.jsonl").read_text().splitlines()[-1])
    assert (last["outcome"], last["clock"]) == ("failed", "2024-06-01T12:00:00Z")
    assert "weekly.jsonl: the archive can't be read" in last["problem"]


def test_half_a_line_in_the_log_does_not_spoil_the_next(run_small, published_snapshot):
    with (published_snapshot.data / "runs.jsonl").open("a") as file:
        file.write('{"run_id": "0')
    run_small()
    *_, torn, last = (published_snapshot.data / "runs.jsonl").read_text().splitlines()
    assert torn == '{"run_id": "0'
    assert json.loads(last)["outcome"] == "unchanged"


# Damaged and missing files


def damage_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def damage_pages(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[12_288:] = os.urandom(len(content) - 12_288)
    path.write_bytes(bytes(content))


def damage_all(path: Path) -> None:
    path.write_bytes(b"not a database")


def damage_empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [damage_half, damage_pages, damage_all, damage_empty, Path.unlink])
def test_damaged_snapshot_stops_the_run_with_the_remedy_and_rollback_returns_to_the_one_before(
    run_small, published_snapshot, add_story, damage
):
    good = current_name(published_snapshot)
    add_story()
    bad = snapshot_path(published_snapshot, run_small().snapshot)
    damage(bad)
    with pytest.raises(InputError, match=rf"{bad.name}: .*`ainews rollback`"):
        run_small()
    with pytest.raises(InputError, match="`ainews rollback`"):
        need_snapshot(published_snapshot)
    assert rollback(published_snapshot) == good
    assert (current_name(published_snapshot), stories(published_snapshot)) == (good, 5)
    assert run_small().published, "the story of the damaged snapshot is taken again"
    assert stories(published_snapshot) == 6


def test_dashboard_goes_on_with_a_warning_where_an_older_snapshot_is_good(run_small, published_snapshot, add_story):
    assert need_any_snapshot(published_snapshot) == ""
    add_story()
    damage_half(snapshot_path(published_snapshot, run_small().snapshot))
    assert "until then the newest good one is shown" in need_any_snapshot(published_snapshot)
    for name in snapshot_names(published_snapshot):
        damage_all(snapshot_path(published_snapshot, name))
    with pytest.raises(InputError, match="`ainews rollback`"):
        need_any_snapshot(published_snapshot)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"../../etc/passwd\n", b"20990101T000000Z-0123abcd\n"])
def test_pointer_to_nothing_stops_the_run_with_the_remedy(run_small, published_snapshot, content: bytes):
    name = current_name(published_snapshot)
    (published_snapshot.data / "current").write_bytes(content)
    with pytest.raises(InputError, match="`ainews rollback`"):
        run_small()
    assert rollback(published_snapshot) == name
    assert not run_small().published


def test_folder_in_the_place_of_the_pointer_is_told(published_snapshot):
    (published_snapshot.data / "current").unlink()
    (published_snapshot.data / "current").mkdir()
    with pytest.raises(InputError, match=r"current: the pointer can't be read \(Is a directory\)"):
        need_snapshot(published_snapshot)


def test_missing_pointer_is_restored_by_the_next_run(run_small, published_snapshot):
    name = current_name(published_snapshot)
    (published_snapshot.data / "current").unlink()
    assert run_small().snapshot == name
    assert current_name(published_snapshot) == name


def test_missing_pointer_is_not_set_to_a_damaged_snapshot(run_small, published_snapshot):
    snapshot_path(published_snapshot, "21000101T000000Z-00000000").write_bytes(b"half")
    (published_snapshot.data / "current").unlink()
    assert adopt(published_snapshot) == current_name(published_snapshot) != "21000101T000000Z-00000000"


def test_no_snapshot_at_all_is_told_with_the_remedy(empty_data):
    with pytest.raises(InputError, match="there is no snapshot yet; make one with `ainews run`"):
        need_snapshot(empty_data)
    with pytest.raises(AinewsError, match="no other good snapshot"):
        rollback(empty_data)


# Rollback


def test_rollback_goes_back_step_by_step_and_a_new_run_goes_on_from_there(run_small, published_snapshot, add_story):
    names = [current_name(published_snapshot)]
    for _ in range(2):
        add_story()
        names.append(run_small().snapshot)
    assert [rollback(published_snapshot), rollback(published_snapshot)] == [names[1], names[0]]
    with pytest.raises(AinewsError, match="no other good snapshot"):
        rollback(published_snapshot)
    assert stories(published_snapshot) == 5
    new = run_small().snapshot
    assert new > names[2]
    assert stories(published_snapshot) == 7
    assert rollback(published_snapshot) == names[0], "the one that it was made from, not the newest other"


def test_check_compares_with_the_snapshot_that_this_one_was_made_from(run_small, published_snapshot, add_story):
    first = current_name(published_snapshot)
    lines = (published_snapshot.seeds / "archive" / "weekly.jsonl").read_bytes()
    add_story()
    run_small()
    rollback(published_snapshot)
    (published_snapshot.seeds / "archive" / "weekly.jsonl").write_bytes(lines)
    with (published_snapshot.seeds / "events.toml").open("a") as events:
        events.write("# edited\n")
    assert run_small().published
    assert base_of(published_snapshot, current_name(published_snapshot)) == snapshot_path(published_snapshot, first)
    assert check_snapshot(published_snapshot) == []
    snapshot_path(published_snapshot, first).unlink()
    assert base_of(published_snapshot, current_name(published_snapshot)) is None
    assert check_snapshot(published_snapshot) == []


# Full and read-only disks


def refuse(number: int):
    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("what", ["shutil.copyfile", "os.fsync", "os.replace"])
def test_full_disk_publishes_nothing(run_small, published_snapshot, add_story, monkeypatch, what: str):
    before = current_name(published_snapshot)
    add_story()
    with monkeypatch.context() as patch:
        patch.setattr(f"etl.publish.{what}", refuse(28))
        with pytest.raises(AinewsError, match=r"No space left on device; nothing was published"):
            run_small()
    assert (current_name(published_snapshot), stories(published_snapshot)) == (before, 5)
    assert list((published_snapshot.data / "partial").iterdir()) == [], "what filled the disk is gone"
    assert run_small().published


def test_database_that_finds_the_disk_full_publishes_nothing(run_small, published_snapshot, add_story, monkeypatch):
    before = current_name(published_snapshot)
    add_story()

    def full(step: str) -> None:
        if step == "tagged":
            raise duckdb.IOException("IO Error: Could not write file: No space left on device")

    with pytest.raises(AinewsError, match=r"No space left on device; nothing was published"):
        run_small(step=full)
    assert (current_name(published_snapshot), stories(published_snapshot)) == (before, 5)
    assert run_small().published


def test_read_only_disk_is_told(run_small, published_snapshot, add_story, monkeypatch):
    add_story()
    monkeypatch.setattr("etl.publish.shutil.copyfile", refuse(30))
    with pytest.raises(AinewsError, match=r"Read-only file system; nothing was published"):
        run_small()
    assert stories(published_snapshot) == 5


def test_data_folder_that_cannot_be_made_is_told(small_seeds: Path, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    env = os.environ | {"AINEWS_SEEDS": str(small_seeds), "AINEWS_DATA": str(tmp_path / "file" / "data")}
    done = subprocess.run(
        [sys.executable, "-m", "etl", "run"], cwd=PROJECT, env=env, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "Not a directory; nothing was published" in done.stderr


# Kills


def kill_at(settings: Settings, step: str) -> None:
    assert ended(begin(run_to, settings, step)) == -signal.SIGKILL


@pytest.mark.parametrize("step", random.Random(38).sample(STEPS, 5))
def test_killed_run_leaves_the_last_snapshot_and_the_next_run_completes(run_small, published_snapshot, add_story, step):
    before = current_name(published_snapshot)
    add_story()
    kill_at(published_snapshot, step)
    assert (current_name(published_snapshot) == before) == (step != "pointed")
    assert stories(published_snapshot) == (6 if step == "pointed" else 5)
    assert run_small().published == (step != "pointed")
    assert stories(published_snapshot) == 6


def test_first_run_killed_before_the_pointer_is_picked_up(run_small, empty_data):
    kill_at(empty_data, "renamed")
    assert current_name(empty_data) is None
    assert run_small().snapshot == snapshot_names(empty_data)[0]
    assert stories(empty_data) == 5


def test_every_step_is_reached_in_order(run_small):
    seen: list[str] = []
    run_small(step=seen.append)
    assert tuple(seen) == STEPS


def test_flush_reaches_the_disk_before_the_rename(run_small, monkeypatch):
    calls: list[tuple[str, str]] = []
    real_fsync, real_replace = os.fsync, os.replace

    def note_fsync(handle: int) -> None:
        calls.append(("fsync", Path(os.readlink(f"/proc/self/fd/{handle}")).name.split("Z-")[-1][-6:]))
        real_fsync(handle)

    def note_replace(old: Path, new: Path) -> None:
        calls.append(("replace", Path(new).name.split("Z-")[-1][-6:]))
        real_replace(old, new)

    monkeypatch.setattr(module.os, "fsync", note_fsync)
    monkeypatch.setattr(module.os, "replace", note_replace)
    run_small()
    assert calls[:6] == [
        ("fsync", "duckdb"),
        ("replace", "duckdb"),
        ("fsync", "pshots"),
        ("fsync", "nt.new"),
        ("replace", "urrent"),
        ("fsync", "data"),
    ]
