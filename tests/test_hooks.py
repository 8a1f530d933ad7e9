"""Telling others how a run ended, which never changes how it ended."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from etl import hooks, report_json
from etl.hooks import after_run, call_on_failure, ping_success
from etl.report_json import write_report
from etl.settings import Settings, address_of

ENTRY = {"run_id": "0123abcd", "outcome": "failed", "problem": "ä"}


@dataclass
class Listener:
    """A server on loopback: what it was asked, and what it answers."""

    address: str
    status: int = 200
    asked: list[tuple[str, str, str | None, bytes]] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told.asked.append((self.command, self.path, self.headers.get("Content-Type"), body))
            self.send_response(told.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        told = Listener(f"http://127.0.0.1:{server.server_port}/secret-token")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield told
        server.shutdown()
        thread.join()


@pytest.fixture
def report(empty_data: Settings) -> Path:
    return write_report(empty_data, ENTRY)


# The report


def test_the_report_is_the_line_of_the_log(report, empty_data):
    assert report == empty_data.data / "reports" / "0123abcd.json"
    assert json.loads(report.read_text(encoding="utf-8")) == ENTRY
    assert [path.name for path in report.parent.iterdir()] == ["0123abcd.json"]


def test_only_the_newest_reports_stay(empty_data, monkeypatch):
    monkeypatch.setattr(report_json, "KEPT", 3)
    for number in (9, 3, 7, 1, 5):
        write_report(empty_data, ENTRY | {"run_id": f"{number:08x}"})
    assert sorted(path.stem[-1] for path in (empty_data.data / "reports").iterdir()) == ["1", "5", "7"]


@pytest.mark.parametrize("run_id", ["", "../x", "a/b", None])
def test_a_run_without_a_proper_id_has_no_report(empty_data, run_id):
    with pytest.raises(ValueError, match="is no run_id"):
        write_report(empty_data, {"run_id": run_id} if run_id is not None else {})


def test_a_full_disk_leaves_no_half_report(empty_data, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("etl.report_json.os.replace", full)
    assert after_run(empty_data, ENTRY, good=True) == ["the report can't be written: No space left on device"]
    assert list((empty_data.data / "reports").iterdir()) == []


# The command


def script(tmp_path: Path, body: str) -> list[str]:
    path = tmp_path / "told.py"
    path.write_text(body, encoding="utf-8")
    return [sys.executable, str(path)]


def test_the_command_gets_the_report_as_its_last_argument_and_no_shell_reads_it(empty_data, report, tmp_path):
    out = tmp_path / "out.json"
    command = script(tmp_path, f"import sys, json; json.dump(sys.argv[1:], open({str(out)!r}, 'w'))")
    assert call_on_failure(replace(empty_data, failure_command=[*command, "$(touch x); *"]), report) == []
    assert json.loads(out.read_text()) == ["$(touch x); *", str(report)]


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        ("import sys; print('to nobody'); sys.exit('no such list')", "failure_command ended with 1: no such list"),
        ("import sys; sys.exit(3)", "failure_command ended with 3"),
        ("import os; os.kill(os.getpid(), 9)", "failure_command ended with -9"),
    ],
)
def test_a_command_that_fails_is_a_warning(empty_data, report, tmp_path, capfd, body, warning):
    assert call_on_failure(replace(empty_data, failure_command=script(tmp_path, body)), report) == [warning]
    assert capfd.readouterr() == ("", "")


def test_a_command_that_is_not_there_is_a_warning(empty_data, report, tmp_path):
    (warning,) = call_on_failure(replace(empty_data, failure_command=[str(tmp_path / "nothing")]), report)
    assert warning == "failure_command can't be called: No such file or directory"


def test_a_command_that_hangs_is_ended_with_what_it_called(empty_data, report, tmp_path, monkeypatch):
    monkeypatch.setattr(hooks, "COMMAND_SECONDS", 0.5)
    body = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    (warning,) = call_on_failure(replace(empty_data, failure_command=script(tmp_path, body)), report)
    assert warning == "failure_command did not end within 0.5 s"


# The webhook and the ping


def test_the_webhook_gets_the_report_and_the_ping_nothing(empty_data, report, listener):
    settings = replace(empty_data, failure_webhook=listener.address, success_ping=listener.address)
    assert call_on_failure(settings, report) == []
    assert ping_success(settings) == []
    (post, get) = listener.asked
    assert (post[0], post[1], post[2], json.loads(post[3])) == ("POST", "/secret-token", "application/json", ENTRY)
    assert get == ("GET", "/secret-token", None, b"")


def test_an_address_may_be_kept_in_the_environment(empty_data, report, listener, monkeypatch):
    settings = replace(empty_data, failure_webhook="env:HOOK")
    assert call_on_failure(settings, report) == ["failure_webhook: env:HOOK is not set in the environment"]
    monkeypatch.setenv("HOOK", listener.address)
    assert call_on_failure(settings, report) == []
    assert len(listener.asked) == 1
    assert address_of("https://x.example/env:HOOK") == "https://x.example/env:HOOK"


def test_what_goes_wrong_is_a_warning_without_the_address(empty_data, report, listener, monkeypatch):
    settings = replace(empty_data, failure_webhook=listener.address)
    listener.status = 500
    assert call_on_failure(settings, report) == ["failure_webhook answered 500"]
    gone = replace(empty_data, success_ping="http://127.0.0.1:1/secret-token")
    assert ping_success(gone) == ["success_ping can't be reached (ConnectionError)"]
    assert ping_success(replace(empty_data, success_ping="http://[broken/")) == [
        "success_ping can't be reached (InvalidURL)"
    ]
    report.unlink()
    (warning,) = call_on_failure(settings, report)
    assert warning == "failure_webhook was not told: the report can't be read (No such file or directory)"


def test_a_good_run_pings_and_a_bad_one_calls(empty_data, listener):
    settings = replace(empty_data, failure_webhook=f"{listener.address}/bad", success_ping=f"{listener.address}/good")
    assert after_run(settings, ENTRY, good=True) == []
    assert after_run(settings, ENTRY, good=False) == []
    assert [path for _, path, _, _ in listener.asked] == ["/secret-token/good", "/secret-token/bad"]
    assert after_run(empty_data, ENTRY, good=False) == [], "nobody is to be told"
