"""What every page says of the snapshot that it shows: made by another version, and what mends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.snapshot import MADE_WITH, SCHEMA, made_by, open_snapshot
from etl.store.migrations import schema_digest
from tests.worlds import SQL, Story, World, publish

APP = Path(__file__).resolve().parents[1] / "dashboard" / "app.py"
NAME = "20240701T120000Z-00000001"
Change = Callable[[duckdb.DuckDBPyConnection], object]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one snapshot of a few stories."""
    return publish(World([Story(date(2024, month, 3), ("agents",)) for month in (1, 2, 3)]), tmp_path, NAME)


def migrated_to(data: Path, number: int, change: Change = lambda con: None) -> None:
    """Let the snapshot say that it has migrations up to this number."""
    with duckdb.connect(str(data / "snapshots" / f"{NAME}.duckdb")) as con:
        con.execute("CREATE TABLE migration (name VARCHAR PRIMARY KEY, applied TIMESTAMP NOT NULL)")
        con.executemany("INSERT INTO migration VALUES (?, now())", [[f"{n:03d}_x"] for n in (1, number)])
        change(con)


@pytest.fixture
def page(data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AppTest]:
    """Open the page on that folder."""

    def open_page() -> AppTest:
        st.cache_data.clear()
        st.cache_resource.clear()
        monkeypatch.setenv("AINEWS_DATA", str(data))
        app = AppTest.from_file(str(APP), default_timeout=60).run()
        assert [error.value for error in app.exception] == []
        return app

    return open_page


def test_the_number_is_that_of_the_newest_migration():
    assert max(int(path.name[:3]) for path in (SQL / "schema").glob("*.sql")) == SCHEMA


def test_the_digest_is_that_of_migrations_and_macros():
    assert schema_digest() == MADE_WITH


def made_with(digest: str) -> Change:
    def change(con: duckdb.DuckDBPyConnection) -> None:
        con.execute("INSERT INTO seed_state VALUES ('schema', ?)", [digest])

    return change


@pytest.mark.parametrize("change", [lambda con: None, made_with(MADE_WITH)], ids=["no digest", "the same"])
def test_a_snapshot_of_this_version_says_nothing(data, page, change):
    migrated_to(data, SCHEMA, change)
    assert [warning.value for warning in page().warning] == []


def test_an_older_snapshot_is_named_with_the_command_that_mends_it(data, page):
    migrated_to(data, SCHEMA - 1)
    (warning,) = page().warning
    assert warning.value == (
        f"The data (`{NAME}`) was made by an older version of this program. `ainews run` brings it up to date."
    )


def test_a_snapshot_whose_macros_alone_are_others_is_named_too(data, page):
    migrated_to(data, SCHEMA, made_with("another"))
    assert [warning.value for warning in page().warning] == [
        f"The data (`{NAME}`) was made by an older version of this program. `ainews run` brings it up to date."
    ]


def test_a_newer_snapshot_is_named_with_both_ways_out(data, page):
    migrated_to(data, SCHEMA + 1)
    (warning,) = page().warning
    assert "was made by a newer version of this program. Install that version here" in warning.value
    assert "`ainews rollback`" in warning.value


@pytest.mark.parametrize(
    "change",
    [
        lambda con: con.execute("DROP MACRO TABLE source_period"),
        lambda con: con.execute("ALTER TABLE source DROP COLUMN sampled"),
        lambda con: con.execute("DROP VIEW story_line"),
    ],
    ids=["macro", "column", "view"],
)
def test_what_an_older_snapshot_lacks_ends_the_page_in_words(data, page, change):
    migrated_to(data, SCHEMA - 1, change)
    app = page()
    assert "`ainews run`" in app.warning[0].value
    assert [error.value for error in app.error] == ["It lacks what this page shows, so the page ends here."]


def test_a_snapshot_that_says_nothing_of_its_migrations_is_taken_as_it_is(data):
    held = open_snapshot(data, NAME)
    assert made_by(held) == ""
    held.connection.close()
