"""A past run again from its kept answers: every table but `run` comes out the same, without the network."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from etl.digest import snapshot_digests
from etl.errors import AinewsError, InputError
from etl.fetch.line import Line
from etl.fetch.log import Recorder, log_path, raw_folder
from etl.publish import snapshot_path
from etl.replay import replay
from etl.run import Mode, run
from etl.run_log import RunReport
from etl.settings import Settings, load_settings
from tests.conftest import CLOCK
from tests.live import FEED, THREE, Canned, add_source, feed
from tests.small_seeds import FakeTagger, write_seeds

LATER = CLOCK + timedelta(hours=1)
MORE = feed(("four", "A fourth thing about chatbots", "Wed, 29 May 2024 08:00:00 GMT"))


@pytest.fixture(scope="module")
def recorded_once(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunReport, RunReport]:
    """The data folder of `recorded`, to be copied, never changed, and what its runs reported."""
    root = tmp_path_factory.mktemp("recorded")
    shutil.copytree(small_data, root / "data")
    settings = load_settings({"AINEWS_SEEDS": str(write_seeds(root / "seeds")), "AINEWS_DATA": str(root / "data")})
    add_source(settings.desk)
    add_source(settings.desk, id="radio", name="The Radio", address="https://radio.example/feed")
    first, second = (_recorded_run(settings, *told) for told in ((THREE, "aaaa0001"), (MORE, "aaaa0002")))
    return settings.data, first, second


@pytest.fixture
def recorded(
    recorded_once: tuple[Path, RunReport, RunReport], published_snapshot: Settings
) -> tuple[RunReport, RunReport]:
    """Two runs that published, the second with answers that are kept and a source that failed."""
    data, first, second = recorded_once
    shutil.copytree(data, published_snapshot.data, dirs_exist_ok=True)
    return first, second


def _recorded_run(settings: Settings, answer: bytes, run_id: str) -> RunReport:
    clock = CLOCK if run_id.endswith("1") else LATER
    recorder = Recorder(
        Canned({FEED: answer}, at=clock, etag=f'"{run_id}"'),
        raw=raw_folder(settings.data),
        log=log_path(settings.data, run_id),
    )
    mode = Mode(line=Line(recorder, recorder.give_up), run_id=run_id)
    return run(settings, clock=clock, mode=mode, build=lambda _: FakeTagger())


def again(settings: Settings, onto: str, into: Path, **options: object) -> RunReport:
    return replay(settings, "aaaa0002", onto=onto, into=into, build=lambda _: FakeTagger(), **options)


def test_replayed_run_makes_the_same_tables(recorded, published_snapshot, tmp_path: Path):
    first, second = recorded
    done = again(published_snapshot, first.snapshot, tmp_path / "again")
    assert (done.published, done.run_id, done.clock) == (True, "aaaa0002", LATER)
    then = snapshot_digests(snapshot_path(published_snapshot, second.snapshot), published_snapshot)
    now = snapshot_digests(tmp_path / "again" / "snapshots" / f"{done.snapshot}.duckdb", published_snapshot)
    assert [one.table for one, other in zip(then, now, strict=True) if one != other] == ["run"]
    assert [(o.source_id, o.outcome) for o in done.outcomes] == [("press", "ok"), ("radio", "failed")]


def test_nothing_of_the_present_data_is_touched(recorded, published_snapshot, tmp_path: Path):
    first, _ = recorded
    log = (published_snapshot.data / "runs.jsonl").read_bytes()
    pointer = (published_snapshot.data / "current").read_bytes()
    again(published_snapshot, first.snapshot, tmp_path / "again")
    assert (published_snapshot.data / "runs.jsonl").read_bytes() == log
    assert (published_snapshot.data / "current").read_bytes() == pointer


def test_changed_seeds_are_refused(recorded, published_snapshot, tmp_path: Path):
    first, _ = recorded
    path = published_snapshot.seeds / "events.toml"
    path.write_text(path.read_text() + '\n[later]\nday = 2024-02-02\nlabel = "Later"\n')
    with pytest.raises(AinewsError, match=r"with this version .*reference"):
        again(published_snapshot, first.snapshot, tmp_path / "again")


def test_another_tagger_is_refused(recorded, published_snapshot, tmp_path: Path):
    first, _ = recorded
    with pytest.raises(AinewsError, match=r"tagger .* then, other now"):
        again(published_snapshot, first.snapshot, tmp_path / "again", version=lambda _: "other")


def test_answer_that_is_not_kept_any_more_is_named(recorded, published_snapshot, tmp_path: Path):
    first, _ = recorded
    for path in raw_folder(published_snapshot.data).rglob("*.gz"):
        path.unlink()
    with pytest.raises(InputError, match="raw"):
        again(published_snapshot, first.snapshot, tmp_path / "again")


@pytest.mark.parametrize("what", ["run", "snapshot", "folder", "file"])
def test_what_is_not_there_is_named(recorded, published_snapshot, tmp_path: Path, what: str):
    first, _ = recorded
    run_id = "ffff0000" if what == "run" else "aaaa0002"
    onto = "20200101T000000Z-00000000" if what == "snapshot" else first.snapshot
    into = tmp_path / "again"
    if what == "folder":
        into.mkdir()
        (into / "a file").write_text("")
    if what == "file":
        into.write_text("")
    with pytest.raises(InputError, match={"run": "no such run", "snapshot": "no such snapshot"}.get(what, "not empty")):
        replay(published_snapshot, run_id, onto=onto, into=into, build=lambda _: FakeTagger())


def test_half_a_line_that_a_killed_run_left_is_passed_over(recorded, published_snapshot, tmp_path: Path):
    first, _ = recorded
    with (published_snapshot.data / "runs.jsonl").open("a") as log:
        log.write('{"run_id": "aaaa0002", "outcome": "publ\n')
    assert again(published_snapshot, first.snapshot, tmp_path / "again").published


def test_run_published_despite_a_check_is_not_replayed(recorded, published_snapshot, tmp_path: Path):
    first, _ = recorded
    moment = "2024-06-01T12:00:00Z"
    with (published_snapshot.data / "runs.jsonl").open("a") as log:
        entry = {"run_id": "aaaa0003", "outcome": "published", "clock": moment, "despite": ["24_source_shrank"]}
        log.write(json.dumps(entry) + "\n")
    with pytest.raises(AinewsError, match="published despite a check"):
        replay(published_snapshot, "aaaa0003", onto=first.snapshot, into=tmp_path / "again")


def test_line_of_a_run_says_what_a_replay_needs(recorded, published_snapshot):
    line = json.loads((published_snapshot.data / "runs.jsonl").read_text().splitlines()[-1])
    assert {"run_id", "clock", "tagger", "reference", "schema", "desk", "sources"} <= line.keys()


def test_replayed_run_tells_nobody(recorded, published_snapshot, tmp_path: Path, monkeypatch):
    first, _ = recorded
    told: list[str] = []
    monkeypatch.setattr("etl.run.tell_people", lambda *_: told.append("people") or [])
    monkeypatch.setattr("etl.run.tell_operator", lambda *_, **__: told.append("operator") or [])
    again(published_snapshot, first.snapshot, tmp_path / "again")
    assert told == []
