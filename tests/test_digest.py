"""A hash per table: alike for the same rows wherever and in whatever order they lie, another for any other rows."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.digest import as_text, snapshot_digests, table_digest
from etl.publish import current_snapshot

ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-5, 5)),
        st.one_of(st.none(), st.sampled_from(["", "NULL", "a", 'a","b', "é", "[]", "None"])),
        st.one_of(st.none(), st.lists(st.one_of(st.none(), st.sampled_from(["", "a", "a, b"])), max_size=3)),
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database for all examples, because opening one takes longer than a digest."""
    with duckdb.connect(config={"threads": 1}) as con:
        yield con


def digest_of(con: duckdb.DuckDBPyConnection, rows: list[tuple[object, ...]]) -> str:
    con.execute("CREATE OR REPLACE TABLE t (a INTEGER, b VARCHAR, c VARCHAR[])")
    for row in rows:
        con.execute("INSERT INTO t VALUES (?, ?, ?)", list(row))
    found = table_digest(con, "t")
    assert (found.table, found.rows) == ("t", len(rows))
    return found.digest


@settings(deadline=None, max_examples=50)
@given(rows=ROWS, other=ROWS, shuffler=st.randoms(use_true_random=False))
def test_digests_are_equal_exactly_where_the_rows_are(con, rows, other, shuffler: random.Random):
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    held = digest_of(con, rows)
    assert held == digest_of(con, shuffled)
    assert (held == digest_of(con, other)) == (sorted(map(repr, rows)) == sorted(map(repr, other)))


def test_a_column_of_another_name_is_another_table():
    with duckdb.connect() as con:
        con.execute("CREATE TABLE a AS SELECT 1 AS x")
        con.execute('CREATE TABLE "b ""c" AS SELECT 1 AS y')
        con.execute("CREATE TABLE d AS SELECT 1 AS x")
        first, second, third = (table_digest(con, name).digest for name in ("a", 'b "c', "d"))
    assert first == third != second


def test_two_runs_of_the_same_differ_in_what_names_the_run(run_small, published_snapshot, tmp_path):
    """Where the second run is given the first one's id, as a replay is, only its moments and its snapshot are others."""
    first = {found.table: found for found in snapshot_digests(current_snapshot(published_snapshot), published_snapshot)}
    shutil.rmtree(published_snapshot.data)
    run_small()
    second = {
        found.table: found for found in snapshot_digests(current_snapshot(published_snapshot), published_snapshot)
    }
    assert (
        first.keys()
        == second.keys()
        >= {"run", "story_fact", "topic_fact", "evidence", "source", "ledger", "migration"}
    )
    differ = {table for table in first if first[table] != second[table]}
    assert differ == {"run", "ledger", "ledger_item", "document", "story_fact"}
    assert {table: found.rows for table, found in first.items()} == {
        table: found.rows for table, found in second.items()
    }


def test_a_changed_letter_changes_its_table_alone(published_snapshot):
    path = current_snapshot(published_snapshot)
    before = snapshot_digests(path, published_snapshot)
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE story_fact SET title = title || '.' WHERE story_no = 1")
    after = snapshot_digests(path, published_snapshot)
    assert [a.table for a, b in zip(before, after, strict=True) if a != b] == ["story_fact"]


def test_a_file_that_was_written_anew_has_the_same_digests(published_snapshot, tmp_path):
    path = current_snapshot(published_snapshot)
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{path}' AS old (READ_ONLY)")
        con.execute(f"ATTACH '{tmp_path / 'new.duckdb'}' AS new")
        for (table,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'old'").fetchall():
            con.execute(f"CREATE TABLE new.{table} AS SELECT * FROM old.{table} ORDER BY ALL DESC")
    assert snapshot_digests(tmp_path / "new.duckdb", published_snapshot) == snapshot_digests(path, published_snapshot)


def test_digests_print_as_lines_that_diff_compares(published_snapshot):
    found = snapshot_digests(current_snapshot(published_snapshot), published_snapshot)
    lines = as_text(found).splitlines()
    assert [line.split("  ")[1] for line in lines] == sorted(line.split("  ")[1] for line in lines)
    assert all(len(line.split("  ")[0]) == 64 for line in lines)


def test_more_rows_than_a_batch(monkeypatch):
    monkeypatch.setattr("etl.digest._BATCH", 7)
    with duckdb.connect() as con:
        con.execute("CREATE TABLE up AS SELECT i FROM range(10000) AS r(i)")
        con.execute("CREATE TABLE down AS SELECT i FROM range(10000) AS r(i) ORDER BY i DESC")
        assert table_digest(con, "up").digest == table_digest(con, "down").digest


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_threads_make_no_difference(published_snapshot, threads):
    path = current_snapshot(published_snapshot)
    with duckdb.connect(str(path), read_only=True, config={"threads": threads}) as con:
        found = table_digest(con, "story_fact")
    assert found in snapshot_digests(path, published_snapshot)
