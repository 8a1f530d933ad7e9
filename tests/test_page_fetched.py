"""What the page says of the sources that a run asked: since when it has looked, which of them fail, and how often in a row."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard.fetched import Failing, entries_of, failing_words, fetched_of
from dashboard.snapshot import LOG_END, last_runs, log_stamp
from tests.test_page_coverage import OpenApp, html_of, no_fault, open_app, text_of
from tests.worlds import Publisher, World, many, publish

__all__ = ["open_app"]  # a fixture
CLOCK = datetime(2024, 7, 1, 12)
SOURCES = [
    {"id": "radio", "name": "The Radio", "enabled": True},
    {"id": "wire", "name": "The Wire", "enabled": True},
    {"id": "off", "name": "The Off", "enabled": False},
]
OK, TIMEOUT = {"outcome": "ok"}, {"outcome": "failed", "reason": "timeout"}


def entry(day: int, outcome: str = "unchanged", **sources: dict[str, str]) -> dict[str, Any]:
    """A line of the log, of a day in July."""
    return {"run_id": f"r{day}", "outcome": outcome, "clock": f"2024-07-{day:02d}T07:00:00Z", "sources": sources}


@pytest.mark.parametrize(
    ("newest_first", "expected"),
    [
        ([], ()),
        ([entry(3, radio=OK), entry(2, radio=TIMEOUT)], ()),
        ([entry(3, radio=TIMEOUT, wire=OK), entry(2, radio=OK)], (Failing("The Radio", 1, "timeout", False),)),
        ([entry(4, radio=TIMEOUT), entry(3, wire=OK), entry(2, radio={"outcome": "failed", "reason": "name"}), entry(1, radio=OK)],
         (Failing("The Radio", 2, "timeout", False),)),
        ([entry(2, radio={"outcome": "part", "reason": "busy"}), entry(1, radio=TIMEOUT)], (Failing("The Radio", 2, "busy", True),)),
        ([entry(2, radio=TIMEOUT, wire=TIMEOUT), entry(1, radio=OK, wire=TIMEOUT)],
         (Failing("The Wire", 2, "timeout", False), Failing("The Radio", 1, "timeout", False))),
        ([entry(2, new=TIMEOUT)], (Failing("new", 1, "timeout", False),)),
        ([entry(2, off=TIMEOUT)], (Failing("The Off", 1, "timeout", False),)),  # asked after the snapshot that says it is off
        ([{**entry(1, off=TIMEOUT), "clock": "2024-06-30T07:00:00Z"}], ()),
    ],
    ids=["none", "came again", "once", "left out of a run", "part", "worst first", "unknown", "on again", "off"],
)  # fmt: skip
def test_a_source_fails_as_often_as_runs_in_a_row_asked_it_in_vain(newest_first, expected):
    assert fetched_of(newest_first, SOURCES, clock=CLOCK).failing == expected


def test_when_a_run_last_looked_is_when_it_came_through():
    entries = [
        entry(4, "failed", radio=OK),
        {**entry(3, radio=OK), "finished": "2024-07-03T07:02:00Z"},
        entry(2, radio=OK),
    ]
    assert fetched_of(entries, SOURCES, clock=CLOCK).looked == datetime(2024, 7, 3, 7, 2)
    assert fetched_of([], SOURCES, clock=CLOCK).looked is None


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (Failing("The Radio", 3, "timeout", False), "The Radio could not be reached in the last 3 runs (timeout)."),
        (Failing("The Radio", 1, "status-404", False), "The Radio could not be reached in the last run (status 404)."),
        (
            Failing("The Radio", 2, "login-page", False),
            "The Radio could not be read in the last 2 runs (a login page came).",
        ),
        (Failing("The Radio", 1, "busy", True), "The Radio came only in part in the last run (it is busy)."),
        (Failing("The Radio", 1, "", False), "The Radio could not be read in the last run."),
    ],
    ids=str,
)
def test_a_failing_source_in_words(one, said):
    assert failing_words([one]) == said


def test_of_many_failing_sources_three_are_named():
    many_of_them = [Failing(name, 2, "timeout", False) for name in "ABCDE"]
    said = failing_words(many_of_them)
    assert said.count("could not be reached") == 3
    assert said.endswith("2 more sources failed, too; ainews status names all.")
    assert failing_words(many_of_them[:4]).endswith("1 more source failed, too; ainews status names all.")
    assert failing_words([]) == ""


# The log


def write(data: Path, *entries: Any) -> Path:
    data.mkdir(exist_ok=True)
    lines = [one if isinstance(one, str) else json.dumps(one) for one in entries]
    (data / "runs.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return data / "runs.jsonl"


def test_the_log_is_read_from_its_end_without_what_can_not_be_read(tmp_path):
    log = write(
        tmp_path,
        entry(1, radio=OK),
        '{"half',
        "[]",
        "null",
        {"clock": "x"},
        entry(2),
        entry(3, radio=OK),
        '{"a": 1',
    )
    log.write_bytes(log.read_bytes() + b"\xff\xfe\n" + b"[" * 100_000)
    assert [one["run_id"] for one in last_runs(log)] == ["r3", "r1"]


def test_of_a_long_log_only_the_end_is_read(tmp_path):
    filler = {**entry(1, radio=OK), "warnings": ["x" * 1000]}
    log = write(tmp_path, *[filler] * 1000, entry(9, radio=OK))
    found = last_runs(log)
    assert found[0]["run_id"] == "r9"
    assert 200 < len(found) <= LOG_END // 1000


def test_without_a_log_there_is_none(tmp_path):
    assert log_stamp(tmp_path) is None
    assert last_runs(tmp_path / "runs.jsonl") == []


# On the page

RADIO = (Publisher("weekly", "The Weekly"), Publisher("radio", "The <b>Radio</b>"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with 45 stories of The Weekly; The Radio never sent one."""
    return publish(World(many(45, date(2024, 1, 10), "agents"), RADIO, clock=CLOCK), tmp_path)


def top_of(open_app: OpenApp, data: Path) -> str:
    """The lines on top of the page as HTML."""
    html = html_of(no_fault(open_app(data, show=["topic:agents"])))
    return html[html.index('<div class="brand"') : html.index("</div>") + 6]


def test_the_page_names_a_source_that_could_not_be_reached_and_when_a_run_last_looked(open_app, data):
    write(data, entry(1, radio=OK), *(entry(day, radio=TIMEOUT) for day in (2, 3, 4)))
    top = top_of(open_app, data)
    assert "last looked for news 4 Jul 2024, 07:00 UTC" in top
    assert "The &lt;b&gt;Radio&lt;/b&gt; could not be reached in the last 3 runs (timeout)." in top


def test_it_says_nothing_more_once_the_source_came_again(open_app, data):
    write(data, entry(1, radio=TIMEOUT))
    assert "could not" in top_of(open_app, data)
    write(data, entry(1, radio=TIMEOUT), entry(2, radio=OK))
    assert "could not" not in top_of(open_app, data)


def test_without_a_log_the_published_runs_tell(open_app, data):
    with duckdb.connect(str(next(data.glob("snapshots/*.duckdb")))) as con:
        con.execute(
            "INSERT INTO source_run VALUES ('r', 'radio', 'failed', 'login-page', NULL, 0), ('r', 'weekly', 'ok', NULL, NULL, 3)"
        )
    assert "The &lt;b&gt;Radio&lt;/b&gt; could not be read in the last run (a login page came)." in top_of(
        open_app, data
    )


def test_rows_of_published_runs_read_like_the_log():
    rows = [
        {"run_id": "b", "clock": datetime(2024, 7, 2), "source_id": "radio", "outcome": "failed", "reason": "timeout"},
        {"run_id": "b", "clock": datetime(2024, 7, 2), "source_id": "wire", "outcome": "ok", "reason": None},
        {"run_id": "a", "clock": datetime(2024, 7, 1), "source_id": "radio", "outcome": "ok", "reason": None},
    ]
    assert fetched_of(entries_of(rows), SOURCES, clock=CLOCK).failing == (Failing("The Radio", 1, "timeout", False),)


def test_a_snapshot_without_a_table_of_runs_draws_all_the_same(open_app, data):
    with duckdb.connect(str(next(data.glob("snapshots/*.duckdb")))) as con:
        con.execute("DROP TABLE source_run")
    assert "built-in archive" in text_of(top_of(open_app, data))


@pytest.mark.parametrize(
    ("kind", "said"), [("newsletter", "45 stories, 1 newsletter"), ("feed", "45 stories, 1 source")]
)
def test_what_the_stories_are_of_is_named_by_the_kinds_of_their_sources(open_app, data, kind, said):
    with duckdb.connect(str(next(data.glob("snapshots/*.duckdb")))) as con:
        con.execute("UPDATE source SET kind = ? WHERE id = 'weekly'", [kind])
    assert said in text_of(top_of(open_app, data))
