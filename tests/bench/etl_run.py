"""What one `ainews run` costs in a process of its own: over everything, and again with nothing new."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
_LOOK = 0.2  # seconds between two looks at what processes hold


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command cost: seconds by the clock, those that a core was at work, and peaks of resident memory in MB.

    `peak_mb` is of the largest process; `own_mb` of the command's own and `worker_mb` of the largest that it started are None where
    there is no /proc to tell.
    """

    seconds: float
    at_work_s: float
    peak_mb: float
    own_mb: float | None
    worker_mb: float | None


def measure(data: Path) -> dict[str, float]:
    """Run the ETL twice into the empty folder `data`; seconds of each, and the larger peak of resident memory in MB."""
    cold_s, cold_mb = _run(data)
    again_s, again_mb = _run(data)
    return {"cold_s": round(cold_s, 2), "again_s": round(again_s, 2), "peak_mb": round(max(cold_mb, again_mb))}


def _run(data: Path) -> tuple[float, float]:
    return timed_run(os.environ | {"AINEWS_DATA": str(data)}, "run")


def timed_run(environment: Mapping[str, str], *arguments: str) -> tuple[float, float]:
    """Seconds and peak of resident memory in MB of one `ainews` command; raises RuntimeError if it fails."""
    spent = spent_on(environment, *arguments)
    return spent.seconds, spent.peak_mb


def spent_on(environment: Mapping[str, str], *arguments: str) -> Spent:
    """What one `ainews` command costs; raises RuntimeError if it fails."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "etl", *arguments], cwd=PROJECT, env=environment)
    with _peaks(process.pid) as peaks:
        _, status, usage = os.wait4(process.pid, 0)  # its children included; the only way to one process's own peak
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if process.returncode != 0:
        raise RuntimeError(f"`ainews {' '.join(arguments)}` ended with status {process.returncode}")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    own = peaks.pop(process.pid, None)
    return Spent(
        seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, own, max(peaks.values(), default=None)
    )


@contextmanager
def _peaks(pid: int) -> Iterator[dict[int, float]]:
    """While the block lasts, the peaks in MB of a process and of those that it started, by number."""
    found: dict[int, float] = {}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK):
            found.update({one: peak for one in (pid, *_started_by(pid)) if (peak := _peak(one)) is not None})

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield found
    finally:
        over.set()
        watching.join()


def _started_by(pid: int) -> list[int]:
    try:
        return [
            int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()
        ]
    except OSError:  # it has ended, or there is no /proc
        return []


def _peak(pid: int) -> float | None:
    """The most memory that a process ever held, in MB, files that it maps included."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:")), None)
