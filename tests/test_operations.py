"""What the README's section on operations shows is what works: units, crontab, workflow, commands."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from etl.__main__ import app
from etl.checks import load_checks
from etl.settings import load_settings

PROJECT = Path(__file__).resolve().parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
OPERATIONS = README.split("## Operations\n", 1)[1].split("\n## ", 1)[0]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", OPERATIONS, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder that stands for /srv/ainews, with a program that says what it was called with and ends as it is told."""
    program = tmp_path / "srv" / ".venv" / "bin" / "ainews"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "called with $* on $AINEWS_DATA"\nexit ${ENDS:-0}\n')
    program.chmod(0o755)
    return tmp_path / "srv"


def test_the_units_are_ones_that_systemd_accepts(installed, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not there to verify the units")
    service, timer = blocks("ini")
    paths = [tmp_path / "ainews.service", tmp_path / "ainews.timer"]
    for path, text in zip(paths, (service, timer), strict=True):
        path.write_text(text.replace("/srv/ainews", str(installed)), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, paths)], capture_output=True, text=True, timeout=60
    )
    said = [line for line in (done.stdout + done.stderr).splitlines() if "ainews" in line]
    assert said == [], done.stderr
    assert done.returncode == 0, done.stderr


def test_the_timer_makes_up_for_what_it_missed_and_the_service_may_write_its_data_only():
    service, timer = blocks("ini")
    assert "Persistent=true\n" in timer
    assert "ProtectSystem=strict\nReadWritePaths=/srv/ainews/data\n" in service
    assert "SuccessExitStatus=75\n" in service


@pytest.fixture
def cron_line() -> str:
    (line,) = blocks("crontab")[0].splitlines()
    return line


def test_the_report_of_monday_is_a_line_of_the_crontab_too():
    (line,) = blocks("crontab")[1].splitlines()
    assert line.split()[:5] == ["0", "7", "*", "*", "1"]
    assert " report --out " in line
    assert "%" not in line, "cron would take it for the end of the line"


def test_the_crontab_line_has_five_fields_of_time_and_no_percent_sign(cron_line):
    *fields, command = cron_line.split(None, 5)
    assert all(re.fullmatch(r"\*|\d{1,2}", field) for field in fields)
    assert "%" not in command, "cron would end the command there"


@pytest.mark.parametrize(("ends", "mailed"), [(0, False), (75, False), (1, True), (3, True), (4, True)])
def test_the_crontab_line_prints_only_what_failed(cron_line, installed, ends, mailed):
    command = cron_line.split(None, 5)[5].replace("/srv/ainews", str(installed))
    done = subprocess.run(
        ["/bin/sh", "-c", command], env={"ENDS": str(ends)}, capture_output=True, text=True, timeout=30
    )
    assert (done.stdout, done.stderr) == (f"called with run on {installed}/data\n" if mailed else "", "")


def test_the_workflow_is_yaml_and_keeps_the_data_whatever_a_run_ends_with():
    yaml = pytest.importorskip("yaml", reason="PyYAML is not there to read the workflow")
    (text,) = blocks("yaml")
    workflow = yaml.safe_load(text)
    steps = workflow["jobs"]["refresh"]["steps"]
    run = next(place for place, step in enumerate(steps) if step.get("run") == "ainews run")
    assert [step.get("if") for step in steps[run + 1 :]] == ["always()"] * 3
    assert workflow[True]["schedule"][0]["cron"].count(" ") == 4  # YAML 1.1 reads the key `on` as true


def test_every_option_of_a_command_that_is_shown_exists():
    root = typer.main.get_command(app)
    shown = re.findall(r"\bainews ((?:[a-z][a-z-]*)(?: [^`\n|]*)?)", OPERATIONS)
    assert len(shown) > 8
    for line in shown:
        name = line.split()[0]
        options = {option for parameter in root.commands[name].params for option in parameter.opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", line)) <= options, line


def test_checks_and_settings_that_are_named_exist():
    checks = {check.name for check in load_checks()}
    assert set(re.findall(r"--despite (\d\d_\w+)", OPERATIONS)) <= checks
    settings = load_settings({})
    for name in ("success_ping", "failure_command", "failure_webhook"):
        assert f"`{name}`" in OPERATIONS
        assert hasattr(settings, name)
    assert (
        f"The last {settings.keep_snapshots} snapshots, the last one of each of {settings.keep_daily} days"
        in OPERATIONS
    )
    assert f"raw answers for {settings.raw_days} days" in OPERATIONS


def test_every_exit_status_that_needs_an_answer_has_one():
    rows = re.findall(r"^\| (\d+) \|", OPERATIONS, flags=re.MULTILINE)
    assert rows == ["1", "3", "4", "75"]


def test_the_commands_print_what_they_did(published_snapshot, tmp_path):
    env = {"AINEWS_SEEDS": str(published_snapshot.seeds), "AINEWS_DATA": str(published_snapshot.data), "PATH": ""}

    def ainews(line: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "etl", *shlex.split(line)]
        return subprocess.run(command, cwd=PROJECT, env=env | more, capture_output=True, text=True, timeout=120)

    done = ainews(f"backup {tmp_path / 'kept.tar'}")
    assert (done.returncode, done.stdout.split(" and ")[1]) == (
        0,
        f"0 files of the desk folder to {tmp_path / 'kept.tar'}\n",
    )
    other = {"AINEWS_DATA": str(tmp_path / "other")}
    done = ainews(f"restore {tmp_path / 'kept.tar'}", **other)
    assert (done.returncode, "is the current one; 0 files" in done.stdout) == (0, True), done.stderr
    assert ainews("check --digest").stdout == ainews("check --digest", **other).stdout != ""
    done = ainews("publish --despite 24_source_shrank --why withdrawn")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "no run left a snapshot there whose checks failed" in done.stderr
