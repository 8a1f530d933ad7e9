"""Start a program that serves a page on loopback, wait until it answers, and end it and what it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

PATIENCE = 60.0  # seconds; a cold start takes about three, a busy machine of two cores several times that


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    command: list[str], *, port: int, log: Path, env: Mapping[str, str], cwd: Path, says: str = ""
) -> Iterator[str]:
    """Yield the address at which `command` serves Streamlit on `port`, once it answers and has said `says`.

    Its output goes to `log`. Raises RuntimeError with that output if it ends, or doesn't answer in time.
    """
    address = f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )
        try:
            _wait(process, address, log, says)
            yield address
        finally:
            _end(process)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path, says: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not (_healthy(address) and says in log.read_text()):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}; it said:\n{log.read_text()}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"the server did not answer within {PATIENCE:.0f} s; it said:\n{log.read_text()}")
        time.sleep(0.1)


def _healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and its group, which is its own: the server may be a child of the command."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
