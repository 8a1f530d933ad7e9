"""Whether a source is well, from its rows in its own rhythm, and what an operator must hear of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from etl.health import must_report, problems, span
from etl.publish import current_snapshot
from etl.runs_log import failures_in_a_row, last_good, last_run, lines_backwards, source_histories
from etl.status import as_json, as_text, health_rows, read_status
from etl.store.database import statement
from tests.worlds import Publisher, Story, World, _put, _story_row, fill, weekly

START = date(2024, 1, 3)  # a Wednesday


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database with schema and macros."""
    with duckdb.connect(config={"threads": 1}) as con:
        fill(con, World([]))
        yield con


def health(
    con: duckdb.DuckDBPyConnection, days: Sequence[date], today: date, *, publisher: Publisher | None = None
) -> dict[str, object]:
    """The health of one source that published a story on each of these days."""
    publisher = publisher or Publisher("weekly", "The Weekly")
    for table in ("story_fact", "source", "source_expected", "source_coverage"):
        con.execute(f"DELETE FROM {table}")
    con.execute("INSERT INTO source (source_no, id, name, kind, rhythm) VALUES (1, ?, ?, 'newsletter', ?)",
                [publisher.id, publisher.name, publisher.rhythm])  # fmt: skip
    _put(con, "source_expected", [(1, day, publisher.rhythm) for day in publisher.expected])
    _put(con, "source_coverage", [(publisher.id, *hole) for hole in publisher.holes])
    _put(con, "story_fact", [_story_row(number, Story(day), 1) for number, day in enumerate(days, 1)])
    con.execute(statement("store/source_day"))
    (row,) = health_rows(con, today=today)
    return row


# Silence


@settings(deadline=None)
@given(
    gaps=st.lists(st.integers(0, 40), min_size=0, max_size=30),
    wait=st.integers(0, 400),
    rhythm=st.sampled_from(["issue", "day", "irregular"]),
)
def test_a_source_of_which_nothing_came_for_three_of_its_rhythms_is_never_well(database, gaps, wait, rhythm):
    days = [START]
    for gap in gaps:
        days.append(days[-1] + timedelta(days=gap))
    row = health(database, days, days[-1] + timedelta(days=wait), publisher=Publisher("weekly", "W", rhythm))
    told = [gap for gap in gaps if gap > 0]
    usual = median(told) if told else {"issue": 7, "day": 1, "irregular": 7}[rhythm]
    assert row["gap_days"] == usual
    assert (row["state"] == "silent") == (wait > 3 * usual)
    assert row["state"] != "none"


@settings(deadline=None)
@given(months=st.lists(st.integers(1, 4), min_size=1, max_size=10), wait=st.integers(0, 500))
def test_a_monthly_source_is_judged_by_its_months(database, months, wait):
    days = [START]
    for step in months:
        later = days[-1].year * 12 + days[-1].month - 1 + step
        days += [date(later // 12, later % 12 + 1, day) for day in (3, 4, 9)]
    firsts = sorted({day.replace(day=1) for day in days})
    usual = median((after - before).days for before, after in pairwise(firsts))
    row = health(database, days, days[-1] + timedelta(days=wait), publisher=Publisher("weekly", "W", "month"))
    assert (row["gap_days"], row["state"] == "silent") == (usual, wait > 3 * usual)


def test_a_source_without_a_story_is_not_well(database):
    assert health(database, [], START)["state"] == "none"


def test_a_story_of_tomorrow_does_not_hide_the_silence(database):
    days = [*weekly(START, 5), date(2025, 1, 1)]
    assert health(database, days, date(2024, 6, 1))["state"] == "silent"


def test_where_the_coverage_says_why_nothing_comes_the_reason_stands_instead(database):
    holes = [(START, date(2024, 3, 31), None), (date(2024, 4, 1), None, "no issues in this archive")]
    row = health(database, weekly(START, 5), date(2024, 6, 1), publisher=Publisher("weekly", "W", holes=holes))
    assert (row["state"], row["reason"]) == ("gap", "no issues in this archive")
    before = health(database, weekly(START, 5), date(2024, 3, 31), publisher=Publisher("weekly", "W", holes=holes))
    assert before["state"] == "silent"


def test_what_is_due_and_since_when(database):
    publisher = Publisher("weekly", "W", expected=weekly(START, 20))
    row = health(database, weekly(START, 5), date(2024, 2, 13), publisher=publisher)
    assert (row["due_day"], row["overdue"], row["came"], row["expected"]) == (date(2024, 2, 7), 1, 5, 6)
    row = health(database, weekly(START, 5), date(2024, 2, 7), publisher=publisher)
    assert (row["due_day"], row["overdue"]) == (date(2024, 2, 7), 0), "what is due today is not late yet"


# Size


@settings(deadline=None)
@given(mean=st.floats(0.01, 3000), k=st.integers(-1, 3500))
def test_probabilities_are_those_of_the_poisson_distribution(database, mean, k):
    found = database.execute("SELECT poisson_cdf(?, ?)", [k, mean]).fetchall()[0][0]
    assert found == pytest.approx(poisson.cdf(k, mean), abs=1e-9)


@pytest.mark.parametrize(
    ("amount", "state"),
    # Poisson with mean 10: 97.5 % of draws are above 4 … and below 17.
    [(3, "shrunk"), (4, "ok"), (10, "ok"), (16, "ok"), (17, "ok"), (18, "swollen")],
)
def test_a_week_outside_the_range_of_the_twelve_before_is_shrunk_or_swollen(database, amount, state):
    low, high = poisson.cdf(amount, 10), poisson.sf(amount - 1, 10)
    assert state == ("shrunk" if low < 0.025 else "swollen" if high < 0.025 else "ok")
    days = [day for day in weekly(START, 12) for _ in range(10)] + [weekly(START, 13)[-1]] * amount
    row = health(database, days, weekly(START, 13)[-1] + timedelta(days=6))
    assert (row["state"], row["usual"], row["period_stories"]) == (state, 10, amount)


def test_fewer_than_twelve_periods_before_say_nothing_of_size(database):
    days = [day for day in weekly(START, 11) for _ in range(10)] + [weekly(START, 12)[-1]]
    row = health(database, days, weekly(START, 12)[-1] + timedelta(days=6))
    assert (row["state"], row["usual"]) == ("ok", None)


def test_weeks_in_which_nothing_was_due_are_no_small_weeks(database):
    came = [day for number, day in enumerate(weekly(START, 15)) if number not in (5, 14)]
    publisher = Publisher("weekly", "W", expected=came)
    row = health(
        database, [day for day in came for _ in range(10)], date(2024, 4, 17), publisher=publisher
    )  # the week of 10 April is a declared pause
    assert (row["state"], row["usual"], row["period"]) == ("ok", 10, date(2024, 4, 1))


# What must be reported


@dataclass(frozen=True)
class Ended:
    """As a run says it."""

    source_id: str
    outcome: str


OUTCOME = st.sampled_from(["ok", "unchanged", "failed", "part"])


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcd"), st.tuples(OUTCOME, st.booleans(), st.integers(0, 5))))
def test_only_required_sources_and_those_that_keep_failing_are_reported(told):
    outcomes = [Ended(source, outcome) for source, (outcome, _, _) in told.items()]
    required = {source for source, (_, required, _) in told.items() if required}
    before = {source: n for source, (_, _, n) in told.items() if n}
    found = must_report(outcomes, required, before)
    assert found == tuple(sorted(s for s, (o, need, n) in told.items() if o in ("failed", "part") and (need or n >= 2)))


def row(**values: object) -> dict[str, object]:
    usual = {"name": "W", "state": "ok", "required": False, "failures": 0, "failure": None, "days_since": 3,
             "gap_days": 7.0, "last_success": None}  # fmt: skip
    return usual | values


NOON = datetime(2024, 6, 1, 12)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({}, None),
        ({"failures": 2}, None),
        ({"failures": 3, "failure": "timeout"}, "W: failed 3 runs in a row (timeout)"),
        ({"failures": 1, "required": True}, "W: failed in the last run"),
        ({"state": "silent", "days_since": 22}, "W: silent for 22 days, usually every 7 days"),
        ({"state": "gap"}, None),
        ({"state": "off", "failures": 9}, None),
        ({"state": "none"}, None),
        ({"state": "none", "last_success": NOON}, "W: answers, and never gave a story"),
    ],
)
def test_a_monitor_is_red_for(values, problem):
    found = problems([row(**values)], good=NOON, now=NOON, max_age=timedelta(hours=26))
    assert found == ((problem,) if problem else ())


@pytest.mark.parametrize(
    ("good", "problem"),
    [
        (NOON - timedelta(hours=26), ()),
        (NOON - timedelta(hours=30), ("the last good run was 30 h ago, more than 26 h",)),
        (NOON - timedelta(days=5), ("the last good run was 5 days ago, more than 26 h",)),
        (None, ("no run has come through yet",)),
    ],
)
def test_a_monitor_is_red_where_no_run_came_through_in_time(good, problem):
    assert problems([], good=good, now=NOON, max_age=timedelta(hours=26)) == problem
    assert problems([], good=good, now=NOON, max_age=None) == ()


def test_lengths_are_said_in_hours_then_days():
    assert [span(timedelta(hours=n)) for n in (0.5, 26, 48, 60)] == ["0.5 h", "26 h", "48 h", "2.5 days"]


# The log of runs


def entry(hour: int, outcome: str = "unchanged", **sources: str) -> bytes:
    told = {source: {"outcome": how, "documents": 0} | ({"reason": "timeout"} if how == "failed" else {})
            for source, how in sources.items()}  # fmt: skip
    at = f"{datetime(2024, 1, 1) + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ}"
    return (
        json.dumps({"run_id": f"{hour:08x}", "outcome": outcome, "clock": at, "finished": at, "sources": told}).encode()
        + b"\n"
    )


def test_failures_count_from_the_newest_run_that_asked_the_source(tmp_path: Path):
    log = tmp_path / "runs.jsonl"
    log.write_bytes(
        entry(1, a="ok", b="failed", c="failed", d="ok")
        + entry(2, a="failed", b="ok", c="part", d="unchanged")
        + b'{"torn": \n'
        + entry(3, "failed", a="failed", b="ok", c="failed")
        + b'{"run_id": "x", "clock": "2024-01-01T00:00:00Z", "outcome": "rolled back"}\n'
        + entry(4, a="failed")
    )
    assert failures_in_a_row(log) == {"a": 3, "b": 0, "c": 3, "d": 0}
    found = source_histories(log)
    assert (found["a"].last_success, found["a"].reason) == (datetime(2024, 1, 1, 1), "timeout")
    assert (found["c"].last_success, found["d"].last_success) == (None, datetime(2024, 1, 1, 2))
    assert failures_in_a_row(tmp_path / "none.jsonl") == {}


def test_years_of_runs_are_not_read_for_what_the_last_weeks_say(tmp_path: Path, monkeypatch):
    log = tmp_path / "runs.jsonl"
    log.write_bytes(b"".join(entry(hour, a="ok", b="failed" if hour > 30_100 else "ok") for hour in range(30_200)))
    read = []
    real = json.loads
    monkeypatch.setattr("etl.runs_log.json.loads", lambda text: read.append(1) or real(text))
    assert failures_in_a_row(log) == {"a": 0, "b": 99}
    assert len(read) == 201  # the empty end of the file is one


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=12), st.integers(1, 9))
def test_lines_come_backwards_whatever_the_block(tmp_path_factory, lines, block):
    path = tmp_path_factory.mktemp("log") / "file"
    path.write_bytes(b"\n".join(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("etl.runs_log._BLOCK", block)
        assert list(lines_backwards(path)) == (list(reversed(lines)) if lines else [b""])


def test_last_good_run_is_told_by_the_wall_clock(tmp_path: Path):
    log = tmp_path / "runs.jsonl"
    assert (last_good(log), last_run(log)) == (None, None)
    log.write_bytes(entry(1, "published") + entry(2) + entry(3, "failed") + entry(4, "checks failed"))
    assert last_good(log) == datetime(2024, 1, 1, 2)
    assert last_run(log)["outcome"] == "checks failed"


# Status


def test_status_says_what_is_wrong_and_exits_for_a_monitor(published_snapshot):
    path = current_snapshot(published_snapshot)
    with (published_snapshot.data / "runs.jsonl").open("ab") as log:
        for hour in (5000, 5001, 5002):
            log.write(entry(hour, "unchanged", weekly="ok", digest="failed"))
    now = datetime(2024, 8, 1)
    status = read_status(path, published_snapshot, now=now, max_age=timedelta(hours=1))
    assert not status.ok
    assert len(status.problems) == 2
    assert status.problems[0].startswith("the last good run was 4.6 days ago")
    assert status.problems[1] == "The Digest: failed 3 runs in a row (timeout)"
    text = as_text(status)
    assert "! The Digest: failed 3 runs in a row (timeout)\n" in text
    assert max(map(len, text.splitlines())) <= 120
    assert json.loads(as_json(status))["sources"][1]["failures"] == 3


def test_status_before_the_snapshots_own_clock_counts_as_that(published_snapshot):
    path = current_snapshot(published_snapshot)
    back = read_status(path, published_snapshot, now=datetime(2020, 1, 1))
    assert back.sources == read_status(path, published_snapshot).sources


def test_status_judges_a_snapshot_of_an_older_version_alike(published_snapshot):
    path = current_snapshot(published_snapshot)
    now = read_status(path, published_snapshot).sources
    with duckdb.connect(str(path)) as con:
        con.execute("DROP MACRO TABLE source_health")
        con.execute("DROP MACRO poisson_cdf")
    assert read_status(path, published_snapshot).sources == now
