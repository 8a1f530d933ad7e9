"""Opening what was published: a damaged file or pointer must not take the last good data off the page."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dashboard.snapshot import (
    SnapshotMissing,
    connect,
    current_name,
    data_folder,
    open_snapshot,
    run_on,
    run_query,
    sql,
)
from tests.worlds import SQL, Story, World, many, publish

FIRST, SECOND, THIRD = (f"2024070{n}T120000Z-0000000{n}" for n in (1, 2, 3))


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `two_snapshots`, to be copied, never changed."""
    data = tmp_path_factory.mktemp("two")
    publish(World([Story(date(2024, 1, 3))]), data, FIRST)
    return publish(World(many(2, date(2024, 1, 3))), data, SECOND)


@pytest.fixture
def two_snapshots(made_once: Path, tmp_path: Path) -> Path:
    """A data folder with an older snapshot of one story and a current one of two."""
    return shutil.copytree(made_once, tmp_path, dirs_exist_ok=True)


def path_of(data: Path, name: str) -> Path:
    return data / "snapshots" / f"{name}.duckdb"


def opened(data: Path):
    """Name, number of stories and what it stands in for."""
    held = open_snapshot(data, current_name(data))
    (stories,) = run_query(held, "freshness", {})["stories"]
    held.connection.close()
    return held.name, stories, held.fallback_for


def test_the_pointer_names_what_is_opened(two_snapshots):
    assert opened(two_snapshots) == (SECOND, 2, None)


def test_a_new_pointer_brings_new_data_while_the_old_is_still_open(two_snapshots):
    before = open_snapshot(two_snapshots, current_name(two_snapshots))
    publish(World(many(3, date(2024, 1, 3))), two_snapshots, THIRD)
    assert opened(two_snapshots) == (THIRD, 3, None)
    assert run_query(before, "freshness", {})["stories"].tolist() == [2]
    before.connection.close()


def test_a_pointer_to_nothing_falls_back_to_the_newest_there_is(two_snapshots):
    (two_snapshots / "current").write_text("20240709T120000Z-00000009\n")
    assert opened(two_snapshots) == (SECOND, 2, "20240709T120000Z-00000009")


@pytest.mark.parametrize(
    "content",
    [None, b"", b"\xff\xfe\x00garbage", b"../../elsewhere", b"x" * 5000, b"a\x00b"],
    ids=["none", "empty", "binary", "elsewhere", "long", "zero"],
)
def test_no_pointer_or_a_damaged_one_falls_back_too(two_snapshots, content):
    pointer = two_snapshots / "current"
    pointer.unlink() if content is None else pointer.write_bytes(content)
    name, stories, fallback_for = opened(two_snapshots)
    assert (name, stories) == (SECOND, 2)
    assert fallback_for is not None


@pytest.mark.parametrize("part", [0, 0.05, 0.5, 0.9, 0.999], ids=str)
def test_a_half_written_snapshot_falls_back_to_the_older_one(two_snapshots, part):
    path = path_of(two_snapshots, SECOND)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    assert opened(two_snapshots) == (FIRST, 1, SECOND)


@pytest.mark.parametrize("content", [b"no database", b"\x00" * 8192], ids=["text", "zeros"])
def test_a_file_that_is_no_database_falls_back_to_the_older_one(two_snapshots, content):
    path_of(two_snapshots, SECOND).write_bytes(content)
    assert opened(two_snapshots) == (FIRST, 1, SECOND)


def test_a_database_of_something_else_falls_back_to_the_older_one(two_snapshots):
    path_of(two_snapshots, SECOND).unlink()
    with duckdb.connect(str(path_of(two_snapshots, SECOND))) as con:
        con.execute("CREATE TABLE other (x INTEGER)")
    assert opened(two_snapshots) == (FIRST, 1, SECOND)


@pytest.mark.parametrize("state", ["no folder", "empty", "all damaged"])
def test_nothing_at_all_is_said_with_the_remedy(tmp_path, state):
    data = tmp_path / "data"
    if state != "no folder":
        (data / "snapshots").mkdir(parents=True)
    if state == "all damaged":
        (data / "current").write_text(FIRST)
        path_of(data, FIRST).write_bytes(b"x")
    with pytest.raises(SnapshotMissing, match="ainews run"):
        open_snapshot(data, current_name(data))


def test_a_file_that_can_not_be_used_is_not_kept_open(two_snapshots):
    path = path_of(two_snapshots, SECOND)
    path.unlink()
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE other (x INTEGER)")
    with pytest.raises(duckdb.Error):
        connect(path)
    duckdb.connect(str(path)).close()  # a connection left open would refuse one that writes


def test_readers_can_not_write(two_snapshots):
    held = open_snapshot(two_snapshots, SECOND)
    with pytest.raises(duckdb.Error, match="read-only"):
        held.connection.execute("DELETE FROM story_fact")
    held.connection.close()


def test_the_environment_says_where_data_is(monkeypatch, tmp_path):
    monkeypatch.setenv("AINEWS_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.delenv("AINEWS_DATA")
    assert data_folder() == SQL.parents[1] / "data"


ASKED = {"grain": "month", "from_day": date(2024, 1, 1), "to_day": date(2024, 12, 31), "letters": True, "unit": "story",
         "about_any": None, "about_all": None, "about_none": None, "sources": ("weekly",)}  # fmt: skip


def test_threads_that_share_a_snapshot_get_their_own_rows(tmp_path):
    stories = [*many(30, date(2024, 1, 3), "agents"), *many(20, date(2024, 2, 7), "robots")]
    publish(World(stories), tmp_path, FIRST)
    held = open_snapshot(tmp_path, FIRST)
    expected = {"topic:agents": [30, 0], "topic:robots": [0, 20]}
    wrong: list[object] = []

    def reader(key: str) -> None:
        for _ in range(25):
            found = run_query(held, "coverage", ASKED | {"keys": (key,)})
            if (set(found["key"]), found["k"].tolist()) != ({key}, expected[key]):
                wrong.append((key, found.to_dict("list")))

    threads = [threading.Thread(target=reader, args=(key,)) for key in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held.connection.close()
    assert wrong == []


def test_every_query_is_one_statement_that_binds_its_parameters():
    names = [path.stem for path in (SQL.parents[1] / "dashboard" / "queries").glob("*.sql")]
    assert len(names) > 10
    for name in names:
        assert len(duckdb.extract_statements(sql(name))) == 1, name
        assert "{" not in sql(name), name


def test_no_more_than_two_queries_are_asked_of_a_snapshot_at_once():
    running, most, turn = [], [], threading.Barrier(2, timeout=30)

    class Cursor:
        def execute(self, *asked: object) -> Cursor:
            running.append(asked)
            most.append(len(running))
            turn.wait()  # until a second one is here too: two may be, and a third would be counted
            return self

        def df(self) -> pd.DataFrame:
            running.pop()
            return pd.DataFrame()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: run_on(Cursor(), "sources", {}), range(6)))
    assert max(most) == 2
