"""Files with more stories than a run takes are taken in by several, each published: whatever stops them, they go on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from etl import plan
from etl.digest import snapshot_digests
from etl.fetch.line import Line
from etl.intake import Chosen
from etl.publish import current_name, current_snapshot, need_snapshot, rollback, snapshot_names
from etl.replay import replay
from etl.run import Mode, run
from etl.run_log import RunReport
from etl.run_print import run_summary
from etl.settings import Settings, load_settings
from etl.status import as_text, read_status
from tests.conftest import CLOCK
from tests.limited_run import limited
from tests.live import FEED, THREE, Canned, add_source
from tests.small_seeds import FakeTagger, write_seeds
from tests.warm import begin, ended

PART = 10
FILES = """
[{id}]
name = "{name}"
kind = "files"
path = "{path}"
home = "https://{id}.example/"
fetch = true
"""
# All that a snapshot says of stories and tags, without the runs that they came in and clusters, which depend on what came before.
CONTENT = {
    "story": "SELECT * EXCLUDE (cluster_no, is_lead, first_run, last_run) FROM story_fact ORDER BY story_no",
    "document": "SELECT * EXCLUDE (first_run, last_run) FROM document ORDER BY document_id",
    "topic": "SELECT * FROM topic_fact ORDER BY ALL",
    "organization": "SELECT * FROM organization_fact ORDER BY ALL",
    "region": "SELECT * FROM region_fact ORDER BY ALL",
    "evidence": "SELECT * FROM evidence ORDER BY ALL",
    "lines": "SELECT * FROM line_fact ORDER BY ALL",
    "state": "SELECT * FROM fetch_state ORDER BY ALL",
}


def story(number: int, *, day: int = 1, text: str = "") -> dict[str, str]:
    words = " ".join(f"word{number * k % 991}" for k in range(1, 30))
    address = {"url": f"https://backlog.example/{number}", "published": f"2024-03-{day:02d}"}
    return {"title": f"Chatbot {number} speaks", "text": f"{text}{words}"} | address


def write(path: Path, stories: Sequence[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in stories), encoding="utf-8")


def add_files(settings: Settings, source_id: str = "backlog") -> Path:
    """A source of files in the desk folder; its folder of files."""
    folder = settings.data / source_id
    settings.desk.mkdir(parents=True, exist_ok=True)
    with (settings.desk / "sources.toml").open("a", encoding="utf-8") as file:
        file.write(FILES.format(id=source_id, name=source_id.capitalize(), path=folder))
    return folder


def run_once(settings: Settings, most: int, **options: Any) -> RunReport:
    limited = replace(settings, publish_every=most)
    return run(limited, **({"clock": CLOCK, "build": lambda _: FakeTagger()} | options))


def run_out(settings: Settings, most: int) -> list[RunReport]:
    """Runs until nothing waits."""
    done = [run_once(settings, most)]
    while done[-1].waiting:
        done.append(run_once(settings, most))
        assert len(done) < 100, "runs must come to an end"
    return done


def content(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect(str(current_snapshot(settings)), read_only=True) as con:
        return {name: con.execute(query).fetchall() for name, query in CONTENT.items()}


def held(settings: Settings) -> int:
    with duckdb.connect(str(current_snapshot(settings)), read_only=True) as con:
        return int(con.execute("SELECT count(*) FROM document WHERE input = 'files backlog'").fetchall()[0][0])


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "PART", PART)


@pytest.fixture
def backlog(published_snapshot: Settings) -> Settings:
    """A published snapshot, and a source with 95 stories in two files."""
    folder = add_files(published_snapshot)
    write(folder / "2023.jsonl", [story(n) for n in range(60)])
    write(folder / "2024.jsonl", [story(n) for n in range(60, 95)])
    return published_snapshot


def test_run_takes_so_many_stories_of_files_and_the_next_goes_on(backlog: Settings):
    done = run_out(backlog, 30)
    taken = [report.dispositions["piece"]["new"] for report in done]
    assert sum(taken) == 95
    assert all(30 <= n < 30 + PART for n in taken[:-1])
    assert all(report.published for report in done)
    assert held(backlog) == 95
    assert not run_once(backlog, 30).published


def test_what_a_run_before_took_is_not_decided_again(backlog: Settings):
    first, second = run_once(backlog, 30), run_once(backlog, 30)
    assert first.dispositions["document"] == second.dispositions["document"]


def test_where_more_waits_is_said_by_the_run_the_log_and_the_status(backlog: Settings):
    report = run_once(backlog, 30)
    assert "the rest of backlog waits for the next run" in run_summary(report)
    assert json.loads((backlog.data / "runs.jsonl").read_text().splitlines()[-1])["waiting"] == ["backlog"]
    status = read_status(need_snapshot(backlog), backlog)
    assert status.waiting == ("Backlog",)
    assert "The rest of Backlog waits for the next run" in as_text(status)
    run_out(backlog, 100)
    assert "waits" not in as_text(read_status(need_snapshot(backlog), backlog))


def test_trial_tells_all_that_would_come(backlog: Settings):
    assert run_once(backlog, 30, mode=Mode(dry=True)).dispositions["piece"]["new"] == 95


def test_command_goes_on_until_nothing_waits(backlog: Settings):
    (backlog.desk / "settings.toml").write_text("publish_every = 40\n", encoding="utf-8")
    environment = os.environ | {"AINEWS_DATA": str(backlog.data), "AINEWS_SEEDS": str(backlog.seeds)}
    command = [sys.executable, "-m", "tests.limited_run", str(PART)]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert ["waits for the next run" in line for line in said.splitlines()] == [True, True, False]
    assert held(backlog) == 95


def test_part_that_goes_on_takes_the_rest_alone_and_ends_as_all_parts_did(backlog: Settings):
    run_once(backlog, 60)
    write(backlog.data / "more" / "one.jsonl", [story(1_000)])
    add_files(backlog, "more")
    environment = os.environ | {"AINEWS_DATA": str(backlog.data), "AINEWS_SEEDS": str(backlog.seeds)}
    environment["AINEWS_GOES_ON"] = json.dumps({"only": ["backlog"], "down": ["press"]})
    command = [sys.executable, "-m", "tests.limited_run", str(PART)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, "down: press" in ended.stderr) == (4, True)
    assert held(backlog) == 95
    assert json.loads((backlog.data / "runs.jsonl").read_text().splitlines()[-1])["only"] == ["backlog"]


@pytest.mark.parametrize("killed_at", ["stored", "tagged", "committed", "checked"])
def test_runs_that_are_killed_again_and_again_come_to_the_end(backlog: Settings, killed_at: str):
    """Each is killed in its second part, as a timer's limit does; what the first part took stays."""
    (backlog.desk / "settings.toml").write_text("publish_every = 40\n", encoding="utf-8")
    environment = {"AINEWS_DATA": str(backlog.data), "AINEWS_SEEDS": str(backlog.seeds)}
    found = []
    for _ in range(3):
        found.append((ended(begin(limited, PART, environment, killed_at)), held(backlog)))
    assert found == [(-9, 45), (-9, 90), (0, 95)]


def test_parts_push_no_other_snapshot_out_and_go_as_the_backlog_goes_on(backlog: Settings):
    before = [current_name(backlog)]
    for number in range(5):
        write(backlog.data / "more" / "one.jsonl", [story(1_000 + number)])
        if not number:
            add_files(backlog, "more")
        before.append(run_once(backlog, 1_000, mode=Mode(chosen=Chosen(only=frozenset({"more"})))).snapshot)
    names = [report.snapshot for report in run_out(backlog, 20)]
    assert len(names) >= 4
    assert snapshot_names(backlog) == [*before[-2:], *names[-2:]]  # keep_snapshots = 3
    assert rollback(backlog) == names[-2]
    assert rollback(backlog) == before[-1]


def test_a_part_that_a_saved_view_names_stays(backlog: Settings):
    first = run_once(backlog, 20).snapshot
    (backlog.desk / "notes.md").write_text(f"snapshot={first}", encoding="utf-8")
    assert first in snapshot_names(backlog)
    run_out(backlog, 20)
    assert first in snapshot_names(backlog)


def test_alerts_judge_a_backlog_once_it_is_whole(backlog: Settings, monkeypatch: pytest.MonkeyPatch):
    judged: list[str] = []

    def tell(_: Settings, report: RunReport) -> tuple[str, ...]:
        judged.append(report.run_id)
        return ()

    monkeypatch.setattr("etl.run.tell_people", tell)
    done = run_out(backlog, 40)
    assert judged == [done[-1].run_id]


def test_a_change_of_the_files_between_begins_anew_and_loses_nothing(backlog: Settings):
    run_once(backlog, 30)
    write(backlog.data / "backlog" / "2022.jsonl", [story(n) for n in range(200, 210)])
    run_out(backlog, 30)
    assert held(backlog) == 105


def test_a_story_of_tomorrow_that_was_passed_is_taken_when_its_day_comes(backlog: Settings):
    """STATISTICS 15: a date in the future is set aside until then."""
    tomorrow = (CLOCK + timedelta(days=1)).date().isoformat()
    early = story(300) | {"published": tomorrow}
    write(backlog.data / "backlog" / "2022.jsonl", [early])
    assert run_once(backlog, 30).waiting == ("backlog",)
    later = CLOCK + timedelta(days=2)
    while run_once(backlog, 30, clock=later).waiting:
        pass
    assert held(backlog) == 96


def test_feeds_are_never_left_waiting(backlog: Settings):
    """What a feed shows may be gone in an hour: only what stays can wait."""
    add_source(backlog.desk)
    report = run_once(backlog, 30, mode=Mode(line=Line(Canned({FEED: THREE}, at=CLOCK))))
    assert report.waiting == ("backlog",)
    assert report.dispositions["document"]["split"] < 95
    with duckdb.connect(str(need_snapshot(backlog)), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM document WHERE input = 'feed press'").fetchall() == [(3,)]


def test_replay_of_each_part_has_the_same_digests(backlog: Settings, tmp_path: Path):
    for number in range(3):
        base = current_name(backlog)
        report = run_once(backlog, 30)
        into = tmp_path / str(number)
        replay(backlog, report.run_id, onto=base, into=into, build=lambda _: FakeTagger())
        again = replace(backlog, data=into, desk=into / "desk")
        ours, theirs = ({d.table: d.digest for d in snapshot_digests(need_snapshot(s), s)} for s in (backlog, again))
        assert {table for table in ours if ours[table] != theirs[table]} == {"run"}


@st.composite
def files(draw: st.DrawFn) -> list[list[dict[str, str]]]:
    """Files of stories in which addresses come again with another text, and some rows can't be taken."""
    rows = st.builds(
        story,
        st.integers(0, 40),
        day=st.sampled_from([1, 2, 31]),
        text=st.sampled_from(["", "Corrected. "]),
    )
    broken = st.builds(lambda n: story(n) | {"published": "some day"}, st.integers(0, 40))
    return draw(st.lists(st.lists(st.one_of(rows, rows, broken), min_size=1, max_size=40), min_size=1, max_size=3))


@examples(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files(), st.integers(1, 30))
def test_in_parts_or_at_once_stories_and_tags_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, given_files: list[list[dict[str, str]]], most: int
):
    root = tmp_path_factory.mktemp("worlds")
    made = []
    for name, limit in (("parts", most), ("once", 10_000)):
        settings = fresh_world(root / name)
        for number, stories in enumerate(given_files):
            path = root / "files" / f"{number}.jsonl"
            if not path.exists():
                write(path, stories)
        (settings.desk / "sources.toml").write_text(
            FILES.format(id="backlog", name="Backlog", path=root / "files"), encoding="utf-8"
        )
        run_out(settings, limit)
        made.append(content(settings))
    parts, once = made
    for table in CONTENT:
        assert parts[table] == once[table], table


def fresh_world(folder: Path) -> Settings:
    settings = load_settings({"AINEWS_SEEDS": str(write_seeds(folder / "seeds")), "AINEWS_DATA": str(folder / "data")})
    settings.desk.mkdir(parents=True)
    return settings
