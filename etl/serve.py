"""`ainews app`: the dashboard as a process of its own, on this machine only unless told otherwise."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from etl.errors import AinewsError
from etl.settings import PACKAGE, Settings, child_environment

DASHBOARD = PACKAGE.parent / "dashboard" / "app.py"
_TRIES = 50
_PATIENCE = 60.0


def serve(
    settings: Settings,
    *,
    address: str,
    port: int,
    say: Callable[[str], None],
    editor: str | None = None,
    script: Path = DASHBOARD,
) -> int:
    """Start the dashboard, say its address once it answers, wait for its end and return its exit status.

    `editor` is who may write to the desk folder without signing in. A taken port is replaced by the next free one, said aloud.
    Raises AinewsError where the dashboard does not start.
    """
    free = free_port(address, port)
    if free != port:
        say(f"Port {port} is taken; using {free}")
    environment = child_environment(settings) | ({"AINEWS_EDITOR": editor} if editor else {})
    child = subprocess.Popen(command(script, address=address, port=free), env=environment, cwd=script.parent)
    signal.signal(signal.SIGTERM, _forward(child))
    try:
        _wait_until_ready(child, address=address, port=free)
        say(f"Dashboard at http://{_host(address)}:{free}")
        return child.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(child)


def command(script: Path, *, address: str, port: int) -> list[str]:
    """The command line of the dashboard's process: no browser, no usage statistics, no greeting."""
    options = {
        "server.address": address,
        "server.port": str(port),
        "server.headless": "true",
        "browser.gatherUsageStats": "false",
        "logger.hideWelcomeMessage": "true",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(script), *flags]


def free_port(address: str, port: int) -> int:
    """The port, or the next one after it that nobody listens on; raises AinewsError where none of 50 is free."""
    for candidate in range(port, min(port + _TRIES, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, candidate))
            except PermissionError:
                continue
            except OSError as error:
                if error.errno in (98, 48):  # address in use on Linux, on macOS
                    continue
                raise AinewsError(f"can't listen on {address}: {error.strerror}; give another --address") from error
            return candidate
    raise AinewsError(f"no port from {port} to {port + _TRIES - 1} is free on {address}; give another --port")


def _wait_until_ready(child: subprocess.Popen[bytes], *, address: str, port: int) -> None:
    """Return once the server answers; raises AinewsError where it ends or stays silent."""
    host, until = _host(address), time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if child.poll() is not None:
            raise AinewsError(f"the dashboard ended at once with status {child.returncode}; its message stands above")
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AinewsError(f"the dashboard did not answer on port {port} within {_PATIENCE:.0f} seconds")


def _host(address: str) -> str:
    """The address as a browser on this machine would write it."""
    if address in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{address}]" if ":" in address else address


def _forward(child: subprocess.Popen[bytes]) -> Callable[[int, FrameType | None], None]:
    def handler(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    return handler


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
