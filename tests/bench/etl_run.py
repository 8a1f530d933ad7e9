"""What one `ainews run` costs in a process of its own: over everything, and again with nothing new."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
_LOOK = 0.2  # seconds between two looks at what processes hold


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command cost: seconds by the clock, those that a core was at work, and peaks of resident memory in MB.

    `peak_mb` is of the largest process; `own_mb` of the command's own and `worker_mb` of the largest that it started are None where
    there is no /proc to tell. `part_mb` are peaks of its own between the runs that it logs one after another, where a log was named.
    """

    seconds: float
    at_work_s: float
    peak_mb: float
    own_mb: float | None
    worker_mb: float | None
    part_mb: tuple[float, ...] = ()


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


def spent_on(environment: Mapping[str, str], *arguments: str, log: Path | None = None) -> Spent:
    """What one `ainews` command costs, `log` being the log of runs that it writes; raises RuntimeError if it fails."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "etl", *arguments], cwd=PROJECT, env=environment)
    parts = list[float]()
    with _peaks(process.pid, log=log, parts=parts) as peaks:
        _, status, usage = os.wait4(process.pid, 0)  # its children included; the only way to one process's own peak
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if process.returncode != 0:
        raise RuntimeError(f"`ainews {' '.join(arguments)}` ended with status {process.returncode}")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    own = peaks.pop(process.pid, None)
    at_work = usage.ru_utime + usage.ru_stime
    return Spent(seconds, at_work, usage.ru_maxrss / unit, own, max(peaks.values(), default=None), tuple(parts))


@contextmanager
def _peaks(pid: int, *, log: Path | None = None, parts: list[float] | None = None) -> Iterator[dict[int, float]]:
    """While the block lasts, the peaks in MB of a process and of those that it started, by number.

    With each line that comes to `log` the process's own peak since the one before is added to `parts`, and forgotten.
    """
    found, since, told = dict[int, float](), [0.0], [] if parts is None else parts
    over = threading.Event()

    def look() -> None:
        now = {one: peak for one in (pid, *_started_by(pid)) if (peak := _peak(one)) is not None}
        found.update({one: max(peak, found.get(one, 0.0)) for one, peak in now.items()})
        since[0] = max(since[0], now.get(pid, 0.0))
        if log is not None and _lines(log) > len(told):
            told.append(since[0])
            since[0] = 0.0
            _forget_peak(pid)

    def watch() -> None:
        while not over.wait(_LOOK):
            look()

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield found
    finally:
        over.set()
        watching.join()
        look()  # the last line may be as young as the end


def _lines(log: Path) -> int:
    return log.read_bytes().count(b"\n") if log.exists() else 0


def _forget_peak(pid: int) -> None:
    """Let a process's peak begin anew at what it holds now; it may have ended."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


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
