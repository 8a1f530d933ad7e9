"""The command line: help, exit status, what is printed where."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from etl import serve as serving
from etl.errors import AinewsError, ChecksFailed, InputError, LockHeld
from etl.progress import progress
from etl.publish import current_name, current_snapshot
from etl.runs_log import last_run
from etl.serve import command, free_port
from etl.status import as_json, as_text, read_status
from tests.small_seeds import FakeTagger

PROJECT = Path(__file__).resolve().parents[1]
COMMANDS = ("run", "tag", "split", "app", "status", "explain", "check", "rollback")

Ainews = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def ainews(empty_data) -> Ainews:
    """Run the command over the small seeds in a process of its own."""
    env = os.environ | {"AINEWS_SEEDS": str(empty_data.seeds), "AINEWS_DATA": str(empty_data.data), "COLUMNS": "200"}

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "etl", *arguments]
        return subprocess.run(line, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=120)

    return call


@pytest.fixture
def in_process(empty_data, monkeypatch, capsys):
    """Call `main()` with these arguments: (exit status, stdout, stderr)."""
    from etl import __main__ as module

    monkeypatch.setenv("AINEWS_SEEDS", str(empty_data.seeds))
    monkeypatch.setenv("AINEWS_DATA", str(empty_data.data))

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["ainews", *arguments])
        with pytest.raises(SystemExit) as ended:
            module.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return call


@pytest.fixture
def fake_tagger(monkeypatch) -> None:
    """Let the commands build the fake tagger; the small seeds have no weights."""
    monkeypatch.setattr("etl.tagger.pipeline.build_tagger", lambda seeds, recognizer: FakeTagger())


# Help and usage


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(in_process, name: str):
    status, out, _ = in_process(name, "--help")
    assert status == 0
    assert "Usage: ainews" in out
    assert len(out.split("Options")[0].split()) > 8, "a sentence says what it does"


def test_help_lists_the_commands_and_the_exit_status(in_process):
    status, out, _ = in_process("--help")
    assert status == 0
    assert [name for name in COMMANDS if f" {name} " not in out] == []
    assert "75 another run holds the lock" in " ".join(out.split())


def test_help_and_version_come_without_loading_anything_heavy():
    code = (
        "import sys; sys.argv = ['ainews', '--version']\nfrom etl.__main__ import main\n"
        "try: main()\nexcept SystemExit: print(sorted({'spacy', 'duckdb', 'pandas', 'rich.progress'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert done.stdout.split("\n")[1] == "[]", done.stderr


@pytest.mark.parametrize(("given", "pool"), [({}, "system"), ({"ARROW_DEFAULT_MEMORY_POOL": "mimalloc"}, "mimalloc")])
def test_arrow_gives_memory_back_unless_somebody_chose_otherwise(given: dict[str, str], pool: str):
    code = (
        "import sys; sys.argv = ['ainews', '--version']\nfrom etl.__main__ import main\n"
        "try: main()\nexcept SystemExit: import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    )
    env = {name: value for name, value in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"} | given
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split()[-1] == pool, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("sing",), ("run", "--loud"), ("explain",), ("run", "--clock", "noon"), ("app", "--port", "0")]
    + [("run", "--replay", "aaaa0001"), ("run", "--replay", "a", "--onto", "b", "--into", "c", "--dry-run")]
    + [("run", "--only", "nowhere"), ("status", "--max-age", "soon")]
    + [("run", "--clock", moment) for moment in ("0001-01-01T00:00:00+05:00", "9999-12-31")],
)
def test_wrong_usage_exits_with_2(in_process, arguments: tuple[str, ...]):
    status, _, err = in_process(*arguments)
    assert status == 2
    assert "Error" in err


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (AinewsError("failed"), 1),
        (InputError("bad", file="seeds/x.toml", where="entry", remedy="mend it"), 1),
        (ChecksFailed("checks failed: x"), 3),
        (LockHeld("another run"), 75),
    ],
)
def test_errors_become_one_line_and_their_exit_status(in_process, monkeypatch, error: AinewsError, status: int):
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr("etl.run.run", fail)
    assert in_process("run") == (status, "", f"ainews: {error}\n")


# run


def test_run_over_a_source_that_is_off_says_how_to_turn_it_on(in_process, empty_data):
    from tests.live import add_source

    add_source(empty_data.desk, more="enabled = false\n")
    status, _, err = in_process("run", "--only", "press")
    assert (status, "is off; `ainews sources enable press`" in " ".join(err.replace("│", "").split())) == (2, True)


def test_run_says_what_it_did_and_then_that_there_is_nothing_new(in_process, fake_tagger, empty_data):
    status, out, err = in_process("run", "--clock", "2024-06-01T14:00:00+02:00")
    name = current_name(empty_data)
    assert (status, err) == (0, "")
    assert out == f"Published {name}: 4 documents, 5 pieces (5 new), 5 stories tagged\n"
    log = json.loads((empty_data.data / "runs.jsonl").read_text())
    assert log["clock"] == "2024-06-01T12:00:00Z"
    status, out, err = in_process("run", "--clock", "2024-06-01T12:00:00")
    assert (status, err) == (0, "")
    assert out == f"Nothing new, {name} stands: 4 documents, 5 pieces (5 unchanged), 0 stories tagged\n"


def test_run_shows_what_was_set_aside(in_process, fake_tagger, empty_data):
    with (empty_data.seeds / "archive" / "weekly.jsonl").open("a") as file:
        file.write("{\n")
    _, out, _ = in_process("run")
    assert "1 documents quarantined:malformed" in out


def test_error_of_a_real_process_is_one_line_without_a_traceback(ainews):
    done = ainews("status")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("there is no snapshot yet; make one with `ainews run`\n")
    assert done.stderr.count("\n") == 1


SEEDS = [f"{name}.toml" for name in ("settings", "sources", "events", "topics", "desks", "organizations", "regions")]


@pytest.mark.parametrize("name", [*SEEDS, "name_traps.toml", "newsletters/manifest.toml"])
@pytest.mark.parametrize("fault", ["missing", "malformed"])
def test_missing_or_malformed_seed_is_named_with_a_remedy(in_process, fake_tagger, empty_data, name: str, fault: str):
    path = empty_data.seeds / name
    path.unlink() if fault == "missing" else path.write_text("= broken")
    status, out, err = in_process("run")
    assert (status, out) == (1, "")
    assert err.startswith(f"ainews: {path}")
    assert "; " in err
    assert not (empty_data.data / "current").exists()


# tag and split


def test_tag_writes_a_line_for_each_story(in_process, fake_tagger, tmp_path: Path):
    stories = [{"id": "a", "title": "A chatbot", "text": ""}, {"id": "b", "title": "Else", "text": None}]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps(story) + "\n" for story in stories) + "broken\n")
    status, out, err = in_process("tag", str(source), str(target))
    assert (status, out) == (0, "")
    assert err == f"2 of 3 stories tagged; 1 rejected, see {target}.rejected.jsonl\n"
    assert [json.loads(text)["id"] for text in target.read_text().splitlines()] == ["a", "b"]


def test_tag_fails_where_no_line_could_be_tagged_and_not_where_there_is_none(in_process, fake_tagger, tmp_path: Path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("broken\n")
    assert in_process("tag", str(source), str(target))[0] == 1
    source.write_text("")
    assert in_process("tag", str(source), str(target))[0] == 0


def test_split_writes_stories_that_tag_can_read(in_process, empty_data, tmp_path: Path):
    rules = PROJECT / "seeds" / "newsletter_rules.toml"
    (empty_data.seeds / rules.name).write_bytes(rules.read_bytes())
    source, target = tmp_path / "draft.md", tmp_path / "stories.jsonl"
    source.write_text("# A camera counts whales\n\nSeen from above, whales are counted by a camera.\n")
    status, _, err = in_process("split", str(source), str(target))
    assert (status, err) == (0, "1 stories\n")
    assert json.loads(target.read_text())["title"] == "A camera counts whales"


# explain, check, rollback


def test_explain_prints_plain_text_where_it_is_no_terminal(in_process, published_snapshot):
    status, out, _ = in_process("explain", "issue-1#1")
    assert status == 0
    assert out.startswith("Chatbots learn to sing\nThe Weekly · 2024-01-03 · https://")
    assert "\x1b" not in out


def test_check_reports_on_seeds_and_snapshot(in_process, fake_tagger, published_snapshot):
    assert in_process("check") == (0, "Seeds, desk folder and snapshot are in order.\n", "")
    with (published_snapshot.seeds / "archive" / "weekly.jsonl").open("a") as file:
        file.write("{\n")
    status, _, err = in_process("check")
    assert status == 0
    assert err.startswith("ainews: warning: set aside: malformed: archive/weekly.jsonl:4: no JSON")


def test_check_and_every_run_name_what_is_no_audit_with_field_and_remedy(in_process, fake_tagger, published_snapshot):
    """A run with nothing new says it too."""
    path = published_snapshot.desk / "audits" / "robots.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"v": 1, "name": "robots", "topic": 7}))
    said = (
        f"ainews: warning: {path}:topic: it is 7; give a text, or move the file out of the folder: pages leave it out\n"
    )
    assert in_process("check") == (0, "Seeds, desk folder and snapshot are in order.\n", said)
    for arguments in (["run"], ["run"], ["run", "--dry-run"]):
        status, _, err = in_process(*arguments)
        assert (status, said in err) == (0, True)


def test_check_stops_at_a_line_that_would_stop_a_run(in_process, fake_tagger, published_snapshot):
    published_snapshot.desk.mkdir(exist_ok=True)
    path = published_snapshot.desk / "corrections.jsonl"
    path.write_text("{}\n")
    status, _, err = in_process("check")
    assert status == 1
    assert f"{path}:1: `v` is missing; add it" in err


def test_check_exits_with_3_where_the_snapshot_breaks_a_promise(in_process, fake_tagger, published_snapshot):
    import duckdb

    with duckdb.connect(str(current_snapshot(published_snapshot))) as con:
        con.execute("UPDATE story_fact SET title = '' WHERE story_no = 1")
    status, _, err = in_process("check")
    assert status == 3
    assert "21_text_missing" in err


def test_check_says_what_to_do_with_a_snapshot_of_an_older_version(in_process, fake_tagger, published_snapshot):
    import duckdb

    with duckdb.connect(str(current_snapshot(published_snapshot))) as con:
        con.execute("DROP TABLE cluster_join")
    status, _, err = in_process("check")
    assert (status, "bring it up to date with `ainews run`" in err) == (1, True)


def test_rollback_says_where_it_went(in_process, fake_tagger, run_small, published_snapshot):
    first = current_name(published_snapshot)
    run_small(version=lambda _: "another")
    assert in_process("rollback") == (0, f"Snapshot {first} is the current one.\n", "")
    assert in_process("rollback")[0] == 1


# status


def test_status_counts_what_came_of_what_was_expected(run_small, empty_data):
    for _ in range(2):
        run_small(clock=datetime(2024, 2, 14))
    status = read_status(current_snapshot(empty_data), empty_data)
    rows = {row["id"]: (row["stories"], row["expected"], row["came"], row["reason"]) for row in status.sources}
    # 13 weeks to 14 February hold the issues of 3, 10, 17, 31 January and 8, 14 February, and January and February.
    assert rows == {"weekly": (3, 6, 2, None), "digest": (2, 2, 2, None)}
    assert (status.newest, status.stories, status.outcome) == (date(2024, 2, 6), 5, "unchanged")


def test_status_as_text(published_snapshot):
    text = as_text(read_status(current_snapshot(published_snapshot), published_snapshot))
    lines = text.splitlines()
    assert lines[0] == "Stories to 06 Feb 2024 · 5 stories, 2 sources"
    assert lines[2] == "Last run 01 Jun 2024 12:00 UTC: published"
    assert lines[4:] == [
        "Source      Stories  Last story  Usual gap  Last 13 weeks   State",
        "The Weekly  3        2024-01-10  7 days     0 of 13 issues  no issues in this archive",
        "The Digest  2        2024-02-06  31 days    0 of 3 months   silent for 116 days, 3 due since 2024-03-01",
        "",
        "! The Digest: silent for 116 days, usually every 31 days",
    ]


def test_status_exits_with_1_for_a_monitor_only(in_process, published_snapshot):
    late = ("--clock", "2024-06-01T12:00:00Z")
    assert in_process("status", *late)[0] == 0
    status, out, _ = in_process("status", "--max-age", "26h", "--json", *late)
    assert (status, json.loads(out)["problems"]) == (1, ["The Digest: silent for 116 days, usually every 31 days"])
    well = ("--clock", "2024-04-02T12:00:00Z")  # before the snapshot's own clock, which counts then
    assert in_process("status", "--max-age", "2d", *well)[0] == 1
    assert in_process("status", "--max-age", "soon")[0] == 2


def test_status_as_json_is_one_object(in_process, published_snapshot):
    status, out, _ = in_process("status", "--json")
    assert status == 0
    found = json.loads(out)
    assert (found["stories"], found["newest"], found["sources"][0]["id"]) == (5, "2024-02-06", "weekly")


def test_half_a_line_in_the_log_does_not_hide_the_run_before(tmp_path: Path):
    log = tmp_path / "runs.jsonl"
    assert last_run(log) is None
    log.write_text('{"clock": "2024-06-01T12:00:00Z", "outcome": "published"}\n{"clock": "2024-06-0')
    assert last_run(log) == {"clock": "2024-06-01T12:00:00Z", "outcome": "published"}


def test_status_without_a_log_says_nothing_of_runs(published_snapshot):
    (published_snapshot.data / "runs.jsonl").unlink()
    status = read_status(current_snapshot(published_snapshot), published_snapshot)
    assert "Last run" not in as_text(status)
    assert json.loads(as_json(status))["checked"] is None


# Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def ticking(*moments: float) -> Callable[[], float]:
    return iter(moments).__next__


def test_plain_lines_come_after_a_second_and_then_every_five():
    stream = io.StringIO()
    with progress("Tagging", stream=stream, clock=ticking(0, 0, 0.9, 1.1, 1.1, 3, 7, 7)) as report:
        for done in (1, 2, 3, 4, 5):
            report(done, 1_000 if done < 5 else None)
    assert stream.getvalue() == "Tagging: 3 of 1,000\nTagging: 5\n"


def test_bar_shows_on_a_terminal_for_work_over_a_second_only():
    quick, slow = Terminal(), Terminal()
    with progress("Tagging", stream=quick, clock=ticking(0, 0, 0.5)) as report:
        report(1, 2)
        report(2, 2)
    assert quick.getvalue() == ""
    with progress("Tagging", stream=slow, clock=ticking(0, 0, 2)) as report:
        report(1, 2)
        report(2, 2)
    assert "Tagging" in slow.getvalue()


# app


def test_app_asks_for_a_run_where_there_is_no_snapshot(in_process):
    status, out, err = in_process("app")
    assert (status, out) == (1, "")
    assert err.endswith("there is no snapshot yet; make one with `ainews run`\n")


def test_app_listens_on_this_machine_only_and_sends_no_statistics():
    words = command(Path("dashboard/app.py"), address="127.0.0.1", port=8501)
    options = dict(zip(words[5::2], words[6::2], strict=True))
    assert options["--server.address"] == "127.0.0.1"
    assert options["--browser.gatherUsageStats"] == "false"
    assert options["--server.headless"] == "true"


def test_taken_port_is_replaced_by_the_next_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port("127.0.0.1", port) > port


def test_address_of_another_machine_is_an_error():
    with pytest.raises(AinewsError, match=r"can't listen on 192\.0\.2\.1: .*; give another --address"):
        free_port("192.0.2.1", 8501)


PAGE = """
import http.server, os, sys

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *arguments):
        pass

address = (sys.argv[sys.argv.index("--server.address") + 1], int(sys.argv[sys.argv.index("--server.port") + 1]))
server = http.server.HTTPServer(address, Page)
open(os.path.join(os.environ["AINEWS_DATA"], "served"), "w").write(os.environ["AINEWS_SEEDS"])
server.handle_request()
sys.exit(7)
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch) -> Path:
    """A script in the place of the dashboard: it answers one request and ends with status 7."""
    script = tmp_path / "page.py"
    script.write_text(PAGE)
    original = serving.command

    def plain(script: Path, *, address: str, port: int) -> list[str]:
        return [sys.executable, str(script), *original(script, address=address, port=port)[5:]]

    monkeypatch.setattr(serving, "command", plain)
    return script


@pytest.fixture
def signals_as_before():
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("signals_as_before")
def test_address_is_said_once_the_page_answers_and_its_end_is_ours(page: Path, published_snapshot):
    said: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status = serving.serve(published_snapshot, address="127.0.0.1", port=port, say=said.append, script=page)
    assert status == 7
    free = int(said[0].rpartition(" ")[2])
    assert said == [f"Port {port} is taken; using {free}", f"Dashboard at http://127.0.0.1:{free}"]
    assert (published_snapshot.data / "served").read_text() == str(published_snapshot.seeds)


@pytest.mark.usefixtures("signals_as_before")
def test_dashboard_that_ends_at_once_is_an_error(page: Path, published_snapshot):
    page.write_text("raise SystemExit(3)")
    with pytest.raises(AinewsError, match="the dashboard ended at once with status 3"):
        serving.serve(
            published_snapshot, address="127.0.0.1", port=free_port("127.0.0.1", 8600), say=print, script=page
        )
