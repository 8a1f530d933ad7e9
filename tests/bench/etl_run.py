"""What one `ainews run` costs in a process of its own: over everything, and again with nothing new."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def measure(data: Path) -> dict[str, float]:
    """Run the ETL twice into the empty folder `data`; seconds of each, and the larger peak of resident memory in MB."""
    cold_s, cold_mb = _run(data)
    again_s, again_mb = _run(data)
    return {"cold_s": round(cold_s, 2), "again_s": round(again_s, 2), "peak_mb": round(max(cold_mb, again_mb))}


def _run(data: Path) -> tuple[float, float]:
    return timed_run(os.environ | {"AINEWS_DATA": str(data)}, "run")


def timed_run(environment: Mapping[str, str], *arguments: str) -> tuple[float, float]:
    """Seconds and peak of resident memory in MB of one `ainews` command; raises RuntimeError if it fails."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "etl", *arguments], cwd=PROJECT, env=environment)
    _, status, usage = os.wait4(process.pid, 0)  # its children included; the only way to one process's own peak
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if process.returncode != 0:
        raise RuntimeError(f"`ainews {' '.join(arguments)}` ended with status {process.returncode}")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    return seconds, usage.ru_maxrss / unit
