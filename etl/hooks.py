"""Telling others how a run ended: a command and a webhook for a bad one, a ping for a good one. None of it changes how it ended."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from etl.report_json import write_report
from etl.settings import Settings, address_of

COMMAND_SECONDS, CONNECT_SECONDS, READ_SECONDS = 30, 5, 15


def after_run(settings: Settings, entry: Mapping[str, Any], *, good: bool) -> list[str]:
    """Write the report of a run and tell whom the settings name; returns warnings, raises nothing for what fails.

    `entry` is the line of `data/runs.jsonl`. `good` is whether the run ended with 0: a ping must not say that all is well
    while a required source is down.
    """
    try:
        report = write_report(settings, entry)
    except OSError as error:
        report, said = (
            settings.data / "reports" / f"{entry['run_id']}.json",
            [f"the report can't be written: {error.strerror}"],
        )
    else:
        said = []
    return [*said, *(ping_success(settings) if good else call_on_failure(settings, report))]


def call_on_failure(settings: Settings, report: Path) -> list[str]:
    """Call `failure_command` with the report's path as its last argument and post the report to `failure_webhook`."""
    return [*_command(settings.failure_command, report), *_webhook(settings.failure_webhook, report)]


def ping_success(settings: Settings) -> list[str]:
    """Ask for `success_ping`, so that a monitor notices the run that never came."""
    return _request("GET", settings.success_ping, name="success_ping")


def _command(command: list[str], report: Path) -> list[str]:
    """No shell: what an argument holds is never a command of its own. The standard output stays the run's alone."""
    if not command:
        return []
    try:
        called = subprocess.Popen(
            [*command, str(report)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return [f"failure_command can't be called: {getattr(error, 'strerror', None) or error}"]
    with called:
        try:
            said = called.communicate(timeout=COMMAND_SECONDS)[1].decode("utf-8", "replace").strip().splitlines()
        except subprocess.TimeoutExpired:
            os.killpg(called.pid, signal.SIGKILL)  # what it called, too: a pipe that they hold would keep us waiting
            return [f"failure_command did not end within {COMMAND_SECONDS} s"]
    if called.returncode:
        return [f"failure_command ended with {called.returncode}" + (f": {said[-1][:200]}" if said else "")]
    return []


def _webhook(address: str, report: Path) -> list[str]:
    try:
        body = report.read_bytes() if address else b""
    except OSError as error:
        return [f"failure_webhook was not told: the report can't be read ({error.strerror})"]
    return _request("POST", address, name="failure_webhook", body=body)


def _request(method: str, address: str, *, name: str, body: bytes | None = None) -> list[str]:
    """Warnings name the setting and never the address, which may be the secret itself."""
    if not address:
        return []
    url = address_of(address)
    if not url:
        return [f"{name}: {address} is not set in the environment"]
    import requests

    headers = {"Content-Type": "application/json"} if body is not None else {}
    try:
        answer = requests.request(
            method, url, data=body, headers=headers, timeout=(CONNECT_SECONDS, READ_SECONDS), stream=True
        )
        answer.close()
    except (requests.RequestException, UnicodeError) as error:
        return [f"{name} can't be reached ({type(error).__name__})"]
    return [] if answer.ok else [f"{name} answered {answer.status_code}"]
