"""What a figure was measured on: it means little without."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("spacy", "duckdb", "pandas", "numpy", "pyarrow", "streamlit", "polars", "flashtext2", "ahocorasick-rs")
BUSY = 1.5  # a load above which figures are indicative at best
PATIENCE, _LOOK = 120.0, 5.0  # seconds: a load of 6 whose cause has ended is below after 83


def _load() -> float:
    """Processes that wait, mean of a minute."""
    return os.getloadavg()[0]


def settle(
    seconds: float = PATIENCE, *, load: Callable[[], float] = _load, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Wait until what was measured before no longer shows in the load, or for so many seconds: then it is other work that does."""
    for _ in range(round(seconds / _LOOK)):
        if load() <= BUSY:
            return
        sleep(_LOOK)


def stamp() -> dict[str, object]:
    """Date and time (UTC), the load before (processes that wait, mean of a minute), processor, cores, memory in GB, and versions."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": round(_load(), 2),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "versions": {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version, **_versions()},
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
