"""Each check finds the fault that it is there for, and finds nothing in a good snapshot."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from etl.checks import CHECKS, Check, Finding, insist, load_checks, prepare_checks, run_checks
from etl.errors import ChecksFailed
from etl.publish import current_snapshot, snapshot_path
from tests.conftest import CLOCK

# A fault for each check, as it would stand in a snapshot. Story 1 is issue-1#1, "Chatbots learn to sing", tagged chat,
# Acme and France; story 3 is issue-2#1; sources are 1 weekly and 2 digest; the run's clock is 1 June 2024.
FAULTS = {
    "01_story_twice": "INSERT INTO story_fact SELECT * REPLACE (6 AS story_no) FROM story_fact WHERE story_no = 1",
    "02_external_id_twice": "UPDATE story_fact SET external_id = 'issue-1#1' WHERE story_no = 2",
    "03_issue_twice": "UPDATE document SET address = 'HTTPS://weekly.example/issues/issue-1' WHERE document_id = 'weekly/issue-2'",
    "04_fact_without_story": "INSERT INTO evidence VALUES (99, 'topic', 'chat', 'title', 0, 1, 1.0)",
    "05_fact_disagrees": "UPDATE region_fact SET day = DATE '2024-01-04'",
    "06_fact_twice": "INSERT INTO topic_fact FROM topic_fact",
    "07_tag_unknown": "UPDATE organization_fact SET organization_no = 77 WHERE story_no = 1",
    "08_score_range": "UPDATE topic_fact SET score = 'nan'",
    "09_role_unknown": "UPDATE region_fact SET role = 'source'",
    "10_evidence_outside": "UPDATE evidence SET end_char = 23 WHERE story_no = 1 AND field = 'title'",
    "11_evidence_kind": "UPDATE evidence SET kind = 'topic' WHERE kind = 'region'",
    "12_tag_without_evidence": "DELETE FROM evidence WHERE kind = 'region'",
    "13_ledger_sum": "UPDATE run SET pieces = pieces + 1",
    "14_ledger_item": "DELETE FROM ledger_item WHERE key = 'A small model'",
    "15_disposition_unknown": "UPDATE ledger SET disposition = 'quarantined:' WHERE level = 'document' AND source_id = 'digest'",
    "16_story_without_disposition": "UPDATE story_fact SET first_run = 'another' WHERE story_no = 1",
    "17_story_without_document": "DELETE FROM document WHERE document_id = 'weekly/issue-2'",
    "18_story_future": "UPDATE story_fact SET day = DATE '2024-06-03' WHERE story_no = 5",
    "19_story_uncovered": "UPDATE story_fact SET day = DATE '2023-12-31' WHERE story_no = 5",
    "20_story_in_hole": "UPDATE story_fact SET day = DATE '2024-04-03' WHERE story_no = 3",
    "21_text_missing": "UPDATE story_fact SET title = ' ' WHERE story_no = 3",
    "22_cluster": "UPDATE story_fact SET is_lead = false WHERE story_no = 3",
    "23_tagger_missing": "UPDATE story_fact SET tagger = '' WHERE story_no = 1",
    "24_source_shrank": "INSERT INTO previous_count VALUES ('digest', 3)",
    "25_source_swollen": "UPDATE previous_count SET stories = 0",
    "26_topic_style": "INSERT INTO topic_group_member VALUES ('machines', 'nothing')",
    "27_topic_swing": "INSERT INTO story_fact SELECT s.* REPLACE (story_no + i AS story_no, story_id || i AS story_id)"
    " FROM story_fact AS s, range(100, 200) AS t (i) WHERE story_no = 1; DELETE FROM topic_fact",
    "28_calibration": "INSERT INTO tag_calibration VALUES ('abstract', 0.7, 0.8, 20, 21, 0.75)",
    "29_cluster_lead": "UPDATE story_fact SET cluster_no = 1, is_lead = story_no = 2 WHERE story_no IN (1, 2)",
    "30_cluster_join": "INSERT INTO cluster_join VALUES (1, 2, 0.9)",
    "31_tagger_mixed": "UPDATE story_fact SET tagger = 'older' WHERE story_no = 1",
    "32_posting": "DELETE FROM posting WHERE story_no = 1",
    "33_line": "DELETE FROM line_fact WHERE story_no = 1",
    "34_source_day": "UPDATE source_day SET stories = stories + 1",
    "35_copy_fact": "INSERT INTO copy_fact SELECT story_no, source_no, document_id, day, published, form, language, cluster_no, source_no,"
    " topics, places, roles FROM story_fact",
    "36_story_mark": "UPDATE story_fact SET topics = topics + 1 WHERE story_no = 1",
    "37_pair": "INSERT INTO pair VALUES (1, 1, 2)",
    "38_number_twice": "INSERT INTO story_fact SELECT * REPLACE ('other' AS story_id) FROM story_fact WHERE story_no = 1",
    "39_document_twice": "INSERT INTO document FROM document WHERE document_id = 'weekly/issue-2'",
}


@pytest.fixture
def con(published_snapshot, tmp_path: Path):
    """A writable copy of the small snapshot, prepared for checks."""
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(current_snapshot(published_snapshot), copy)
    with duckdb.connect(str(copy)) as connection:
        previous = {"weekly": 3, "digest": 2}
        prepare_checks(connection, previous=previous, clock=CLOCK, settings=published_snapshot)
        yield connection


def test_good_snapshot_passes_every_check(con):
    assert run_checks(con) == []


def test_every_check_has_a_fault_that_it_must_find():
    assert set(FAULTS) == {check.name for check in load_checks()}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_check_finds_its_fault(con, name: str):
    con.execute(FAULTS[name])
    (check,) = [check for check in load_checks() if check.name == name]
    (finding,) = run_checks(con, [check])
    assert finding.n >= 1
    assert str(finding).startswith(f"{name}: {check.consequence} (")


@pytest.mark.parametrize("part", [1, 2, 5])
@pytest.mark.parametrize("name", [check.name for check in load_checks() if "$first" in check.query])
def test_check_of_parts_finds_the_same_whatever_their_size(con, name: str, part: int):
    con.execute(FAULTS[name])
    (check,) = [check for check in load_checks() if check.name == name]
    (whole,), (parted,) = run_checks(con, [check]), run_checks(con, [check], part=part)
    assert parted.n == whole.n


@pytest.mark.parametrize("number", [-1, 0, 99, 2**31 - 1])
def test_tag_of_no_story_is_found_whatever_its_number(con, number: int):
    con.execute("INSERT INTO evidence VALUES (?, 'topic', 'chat', 'title', 0, 1, 1.0)", [number])
    (check,) = [check for check in load_checks() if check.name == "04_fact_without_story"]
    (finding,) = run_checks(con, [check], part=2)
    assert finding.rows == ({"kind": "evidence", "story_no": number},)


def test_letters_of_several_code_points_count_as_highlighting_counts_them(con):
    con.execute("UPDATE story_fact SET title = 'é🇹🇭👩‍🔬x' WHERE story_no = 1")  # 1 + 2 + 3 + 1 code points
    con.execute("UPDATE evidence SET start_char = 0, end_char = 7 WHERE story_no = 1 AND field = 'title'")
    (check,) = [check for check in load_checks() if check.name == "10_evidence_outside"]
    assert run_checks(con, [check]) == []
    con.execute("UPDATE evidence SET end_char = 8 WHERE story_no = 1 AND field = 'title'")
    assert len(run_checks(con, [check])) == 1


@pytest.mark.parametrize(("before", "names"), [(3, []), (4, ["24_source_shrank"]), (1, []), (0, ["25_source_swollen"])])
def test_source_may_not_shrink_and_is_pointed_out_when_it_swells(con, before: int, names: list[str]):
    con.execute("UPDATE previous_count SET stories = ? WHERE source_id = 'weekly'", [before])
    assert [finding.check.name for finding in run_checks(con)] == names


def test_checks_say_severity_and_consequence():
    checks = load_checks()
    assert len(checks) >= 12
    assert {check.fatal for check in checks} == {True, False}
    assert [
        check.name for check in checks if len(check.consequence) < 40 or not check.query.strip().endswith(";")
    ] == []


def test_check_without_severity_is_a_mistake_of_ours(tmp_path: Path):
    (tmp_path / "01_x.sql").write_text("SELECT 1;")
    with pytest.raises(ValueError, match="the first line is neither"):
        load_checks(tmp_path)


def test_findings_show_the_first_rows_and_count_the_rest(tmp_path: Path):
    (tmp_path / "01_many.sql").write_text("-- warn\n-- Too\n-- many.\nSELECT range AS row FROM range(5);")
    with duckdb.connect() as connection:
        (finding,) = run_checks(connection, load_checks(tmp_path))
    assert str(finding) == "01_many: Too many (row 0; row 1; row 2 and 2 more)"


def test_warnings_are_returned_and_failures_raised_together():
    def finding(name: str, *, fatal: bool) -> Finding:
        return Finding(Check(name, fatal, "Bad", "SELECT 1"), 1, ({"row": 1},))

    assert insist([finding("a", fatal=False)]) == ["a: Bad (row 1)"]
    with pytest.raises(ChecksFailed, match=r"b: Bad \(row 1\)\n  c: Bad"):
        insist([finding("a", fatal=False), finding("b", fatal=True), finding("c", fatal=True)])


def test_shipped_snapshot_passes_every_check(shipped_snapshot: Path, empty_data):
    name = (shipped_snapshot / "current").read_text().strip()
    with duckdb.connect(str(shipped_snapshot / "snapshots" / f"{name}.duckdb"), read_only=True) as connection:
        prepare_checks(connection, previous={}, clock=datetime(2026, 11, 25), settings=empty_data)
        assert [str(finding) for finding in run_checks(connection)] == []


def test_check_command_compares_with_the_snapshot_before(run_small: Callable, published_snapshot):
    from etl.check import check_snapshot

    events = (published_snapshot.seeds / "events.toml").read_text()
    (published_snapshot.seeds / "events.toml").write_text(events.replace("A launch", "Another launch"))
    first = current_snapshot(published_snapshot)
    assert run_small().published
    assert check_snapshot(published_snapshot) == []
    with duckdb.connect(str(snapshot_path(published_snapshot, first.stem))) as connection:
        connection.execute("UPDATE story_fact SET source_no = 2 WHERE story_no = 1")
    with pytest.raises(ChecksFailed, match="24_source_shrank"):
        check_snapshot(published_snapshot)


def test_check_files_are_named_by_number_and_subject():
    assert [path.name for path in sorted(CHECKS.iterdir())] == [f"{name}.sql" for name in sorted(FAULTS)]
