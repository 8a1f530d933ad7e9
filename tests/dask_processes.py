"""A Dask scheduler and workers as processes of their own on loopback, ended by their own numbers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.serving import free_port

PROJECT = Path(__file__).resolve().parents[1]
PATIENCE = 90.0  # seconds; starting takes two on a quiet machine


@dataclass
class DaskProcesses:
    """What runs; logs and what workers keep go to `folder`."""

    folder: Path
    port: int = field(default_factory=free_port)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def scheduler(self) -> subprocess.Popen[bytes]:
        """A scheduler on the port, once it listens."""
        where = ("--host", "127.0.0.1", "--port", str(self.port))
        process = self.start("-m", "dask", "scheduler", *where, "--no-dashboard")
        until(lambda: b"Scheduler at:" in self.log(process), process)
        return process

    def worker(self, *more: str, **environment: str) -> subprocess.Popen[bytes]:
        """A worker of one thread; without a nanny, so that its process is the one that works."""
        how = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        where = ("--local-directory", str(self.folder))
        return self.start("-m", "dask", "worker", self.address, *how, *where, *more, **environment)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """A Python of ours; its output is what `log` reads."""
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        env = (
            os.environ | threads | {"PYTHONPATH": str(PROJECT), "AINEWS_DATA": str(self.folder / "data")} | environment
        )
        with (self.folder / f"{len(self.running)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments], env=env, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT
            )
        self.running.append(process)
        return process

    def log(self, process: subprocess.Popen[bytes]) -> bytes:
        return (self.folder / f"{self.running.index(process)}.log").read_bytes()

    def end(self) -> None:
        """End all that still runs; clients first, which would wait for the others."""
        for process in reversed(self.running):
            process.kill()
            process.wait()


@contextmanager
def dask_processes(folder: Path) -> Iterator[DaskProcesses]:
    folder.mkdir()
    processes = DaskProcesses(folder)
    try:
        yield processes
    finally:
        processes.end()


def until(true: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until it is true; raises AssertionError if the process ends before that, or it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert process.poll() is None, f"ended with status {process.returncode}"
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)
