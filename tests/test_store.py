"""The database: migrations in order and once, macros anew, the lock, and what the disk refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from etl.errors import AinewsError, InputError, LockHeld
from etl.publish import current_snapshot
from etl.reference import load_reference
from etl.store.database import connect, insert, limit_memory, memory_limit, storage_errors
from etl.store.lock import writer_lock
from etl.store.migrations import MACROS, SCHEMA, migrate, schema_digest
from etl.store.reference import MOST_TOPICS, sync_reference

PROJECT = Path(__file__).resolve().parents[1]
AT = datetime(2024, 6, 1)


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    """A folder of two migrations, the second of which needs the first."""
    folder = tmp_path / "schema"
    folder.mkdir()
    (folder / "001_a.sql").write_text("CREATE TABLE a (x INTEGER);")
    (folder / "002_b.sql").write_text("CREATE VIEW b AS SELECT x + 1 AS y FROM a;")
    return folder


@pytest.fixture
def macros(tmp_path: Path) -> Path:
    folder = tmp_path / "macros"
    folder.mkdir()
    (folder / "01_one.sql").write_text("CREATE OR REPLACE MACRO one() AS 1;")
    return folder


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    with duckdb.connect() as connection:
        yield connection


def test_migrations_are_applied_in_order_and_once(con, schema: Path, macros: Path):
    assert migrate(con, at=AT, schema=schema, macros=macros) == ["001_a", "002_b"]
    assert migrate(con, at=AT, schema=schema, macros=macros) == []
    assert con.execute("SELECT * FROM migration ORDER BY name").fetchall() == [("001_a", AT), ("002_b", AT)]


def test_inserted_rows_do_not_wait_for_the_commit_in_memory(con):
    con.execute("CREATE TABLE a (x INTEGER, said VARCHAR); BEGIN TRANSACTION")
    before = pa.total_allocated_bytes()
    for _ in range(10):
        insert(con, "a", [{"x": number, "said": "x" * 1_000} for number in range(1_000)])
    assert pa.total_allocated_bytes() - before < 1_000_000, "ten megabytes went in"
    con.execute("COMMIT")
    assert con.execute("SELECT count(*), sum(length(said)) FROM a").fetchall() == [(10_000, 10_000_000)]


def test_older_database_gets_what_it_lacks(con, schema: Path, macros: Path):
    migrate(con, at=AT, schema=schema, macros=macros)
    (schema / "003_c.sql").write_text("ALTER TABLE a ADD COLUMN z INTEGER DEFAULT 7;")
    con.execute("INSERT INTO a VALUES (1)")
    assert migrate(con, at=AT, schema=schema, macros=macros) == ["003_c"]
    assert con.execute("SELECT x, z FROM a").fetchall() == [(1, 7)]


def test_newer_database_is_refused_with_the_remedy(con, schema: Path, macros: Path):
    migrate(con, at=AT, schema=schema, macros=macros)
    con.execute("INSERT INTO migration VALUES ('900_future', ?)", [AT])
    with pytest.raises(InputError, match=r"newer version of ainews .*900_future.*install that version, or .*rollback"):
        migrate(con, at=AT, schema=schema, macros=macros)


def test_failing_migration_leaves_neither_half_of_it_nor_a_record(con, schema: Path, macros: Path):
    (schema / "003_bad.sql").write_text("CREATE TABLE c (x INTEGER); INSERT INTO nowhere VALUES (1);")
    with pytest.raises(duckdb.CatalogException):
        migrate(con, at=AT, schema=schema, macros=macros)
    assert con.execute("SELECT name FROM migration").fetchall() == [], "those before it go with it"
    assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'c'").fetchall() == [(0,)]


def test_macros_are_written_anew_where_one_changed(con, schema: Path, macros: Path):
    migrate(con, at=AT, schema=schema, macros=macros)
    before = schema_digest(schema, macros)
    con.execute("CREATE TABLE seed_state AS SELECT 'schema' AS name, ? AS digest", [before])
    con.execute("CREATE OR REPLACE MACRO one() AS 3")
    migrate(con, at=AT, schema=schema, macros=macros)
    assert con.execute("SELECT one()").fetchall() == [(3,)], "nothing changed, so nothing is written"
    (macros / "01_one.sql").write_text("CREATE OR REPLACE MACRO one() AS 2;")
    migrate(con, at=AT, schema=schema, macros=macros)
    assert con.execute("SELECT one()").fetchall() == [(2,)]
    assert schema_digest(schema, macros) != before


def test_each_shipped_schema_file_makes_the_one_object_that_it_is_named_after(con):
    migrate(con, at=AT)
    made = {name for (name,) in con.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    assert made == {path.stem.partition("_")[2] for path in SCHEMA.glob("*.sql")} | {"migration"}
    numbers = [path.stem.partition("_")[0] for path in sorted(SCHEMA.glob("*.sql"))]
    assert len(numbers) == len(set(numbers))
    functions = {name for (name,) in con.execute("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()}
    assert {path.stem.partition("_")[2] for path in MACROS.glob("*.sql")} <= functions


def test_tables_with_a_row_for_each_story_have_no_index(con):
    """An index is in memory while a run adds to its table: a backlog would take more from part to part."""
    migrate(con, at=AT)
    query = "SELECT DISTINCT table_name FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')"
    indexed = {name for (name,) in con.execute(query).fetchall()}
    many = {
        name
        for (name,) in con.execute("SELECT table_name FROM duckdb_columns() WHERE column_name = 'story_no'").fetchall()
    }
    assert {"story_fact", "evidence", "posting"} <= many
    assert indexed & (many | {"document", "ledger_item", "term", "pair"}) == {"decision", "story_before"}, (
        "as many as people decide"
    )
    assert con.execute("FROM duckdb_indexes()").fetchall() == []


def test_stories_and_documents_of_a_snapshot_with_indexes_are_all_there_without(
    run_small, published_snapshot, snapshot_rows
):
    tables = ("document", "story_fact")
    before = [snapshot_rows(f"FROM {table} ORDER BY ALL") for table in tables]
    with duckdb.connect(str(current_snapshot(published_snapshot))) as con:
        con.execute("DELETE FROM migration WHERE name IN ('070_document', '071_story_fact')")
        con.execute("ALTER TABLE document ADD PRIMARY KEY (document_id)")
        con.execute("ALTER TABLE story_fact ADD PRIMARY KEY (story_no)")
        con.execute("UPDATE seed_state SET digest = 'older' WHERE name = 'schema'")
    assert run_small().published
    assert [snapshot_rows(f"FROM {table} ORDER BY ALL") for table in tables] == before
    assert (
        snapshot_rows(
            "SELECT 1 FROM duckdb_constraints() WHERE table_name = 'story_fact' AND constraint_type = 'PRIMARY KEY'"
        )
        == []
    )


def test_snapshot_of_an_older_schema_is_upgraded_by_the_next_run(run_small, published_snapshot, snapshot_rows):
    with duckdb.connect(str(current_snapshot(published_snapshot))) as con:
        con.execute("DROP TABLE seed_state")
        con.execute("DELETE FROM migration WHERE name = '028_seed_state'")
    report = run_small()
    assert (report.published, report.dispositions["piece"]) == (True, {"unchanged": 5})
    assert snapshot_rows("SELECT name FROM seed_state ORDER BY name") == [("desk",), ("reference",), ("schema",)]
    assert not run_small().published


def test_snapshot_of_a_newer_schema_is_refused_and_stays(run_small, published_snapshot):
    current = current_snapshot(published_snapshot)
    with duckdb.connect(str(current)) as con:
        con.execute("INSERT INTO migration VALUES ('900_future', ?)", [AT])
        con.execute("UPDATE seed_state SET digest = 'of the future' WHERE name = 'schema'")
    with pytest.raises(InputError, match="newer version of ainews made this snapshot"):
        run_small()
    assert current_snapshot(published_snapshot) == current


def test_rows_go_in_by_column_name_and_none_are_no_rows(con):
    con.execute("CREATE TABLE t (a INTEGER, b VARCHAR, c DATE DEFAULT DATE '2024-01-01')")
    insert(con, "t", [])
    insert(con, "t", [{"b": "x", "a": 1}, {"b": None, "a": 2}])
    assert con.execute("SELECT a, b, c::VARCHAR FROM t").fetchall() == [(1, "x", "2024-01-01"), (2, None, "2024-01-01")]


def test_connection_keeps_to_the_settings(empty_data, tmp_path: Path):
    with connect(tmp_path / "x.duckdb", empty_data, read_only=False) as con:
        settings = "SELECT current_setting('threads'), current_setting('memory_limit')"
        assert con.execute(settings).fetchall() == [(1, "190.7 MiB")]


def test_memory_is_limited_anew(empty_data, tmp_path: Path):
    with connect(tmp_path / "x.duckdb", empty_data, read_only=False) as con:
        assert memory_limit(con) == 190.7
        for given in (95, 3 * 1024):
            limit_memory(con, given)
            assert memory_limit(con) == given


def test_too_little_memory_names_the_setting(tmp_path: Path):
    with (
        pytest.raises(
            AinewsError,
            match=r"Out of Memory Error: .*; nothing was published .*: raise `memory_limit` in settings.toml",
        ),
        storage_errors(tmp_path),
        duckdb.connect(config={"memory_limit": "2MB", "temp_directory": ""}) as con,
    ):
        con.execute("CREATE TABLE t AS SELECT i, hash(i) AS h FROM range(2_000_000) AS r(i)")


def test_what_the_disk_refuses_is_one_clear_error(tmp_path: Path):
    with pytest.raises(AinewsError, match=r"No space left on device; nothing was published"), storage_errors(tmp_path):
        raise OSError(28, "No space left on device", "file")
    with pytest.raises(AinewsError, match=r"the database says: .*; nothing was published"), storage_errors(tmp_path):
        raise duckdb.IOException("IO Error: could not write\nstack")


# The lock


def test_second_writer_is_turned_away_at_once(empty_data):
    with (
        writer_lock(empty_data),
        pytest.raises(LockHeld, match="another run is writing") as held,
        writer_lock(empty_data),
    ):
        pass
    assert held.value.exit_status == 75


def test_lock_is_free_again_after_a_failure(empty_data):
    with pytest.raises(AinewsError), writer_lock(empty_data):
        raise AinewsError("failed")
    with writer_lock(empty_data):
        assert (empty_data.data / "lock").exists()


HOLDER = """
import sys
from etl.settings import load_settings
from etl.store.lock import writer_lock
with writer_lock(load_settings()):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_second_run_beside_the_first_exits_with_75_and_changes_nothing(published_snapshot):
    env = os.environ | {"AINEWS_SEEDS": str(published_snapshot.seeds), "AINEWS_DATA": str(published_snapshot.data)}
    command = [sys.executable, "-c", HOLDER]
    before = sorted(path.name for path in published_snapshot.data.rglob("*"))
    with subprocess.Popen(
        command, cwd=PROJECT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        run = [sys.executable, "-m", "etl", "run"]
        second = subprocess.run(run, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=60)
        holder.stdin.close()
        assert holder.wait(timeout=30) == 0
    assert second.returncode == 75
    assert second.stderr.startswith("ainews: another run is writing to ")
    assert sorted(path.name for path in published_snapshot.data.rglob("*")) == sorted({*before, "lock"})


def test_a_topic_more_than_a_storys_number_has_bits_is_refused_with_the_remedy(con, small_seeds: Path):
    migrate(con, at=AT)
    seeds = load_reference(small_seeds)
    first = seeds.topics[0]
    most = [{**first, "id": f"t{number}", "was": [], "style_no": number} for number in range(MOST_TOPICS)]
    sync_reference(con, replace(seeds, topics=most, groups=[], members=[]), sources=[])
    highest = f"SELECT CAST(1 AS HUGEINT) << max(topic_no) = CAST(1 AS HUGEINT) << {MOST_TOPICS} FROM topic"
    assert con.execute(highest).fetchall() == [(True,)], "its bit is there"
    renamed = [{**first, "id": "new", "was": ["t0"], "style_no": 0}]
    sync_reference(con, replace(seeds, topics=renamed, groups=[], members=[]), sources=[])
    with pytest.raises(
        InputError, match=r"topics.toml: .* at most 126 topics.* and one_more would be one more; give .*`was`"
    ):
        sync_reference(
            con,
            replace(seeds, topics=[{**first, "id": "one_more", "was": [], "style_no": 999}], groups=[], members=[]),
            sources=[],
        )
