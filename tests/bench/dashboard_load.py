"""Twenty people at once on a large snapshot: how long a change of a control takes, what fails, and how much memory the server needs."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.bench.dashboard_client import Person, visit
from tests.bench.dashboard_queries import percentile
from tests.serving import free_port, serving

PROJECT = Path(__file__).resolve().parents[2]
PEOPLE, EVERY = 20, 5.0  # seconds between two clicks of one person
PAGES = ("", "", "topics", "organizations", "regions", "stories")  # a third look at Coverage
QUIET = ("--server.headless", "true", "--browser.gatherUsageStats", "false", "--server.address", "127.0.0.1")


def measure(data: Path, *, minutes: float, people: int = PEOPLE, port: int | None = None) -> dict[str, object]:
    """Serve the data folder and let people click for so many minutes; they share the machine with the server.

    Seconds are from the message to the script's end; memory is the server's resident set in MB. `first` are the openings of pages,
    while everybody comes; `flat` is the memory of the last third by that of the middle third.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port), *QUIET]
    with tempfile.TemporaryDirectory() as logs:
        log = Path(logs) / "server.txt"
        with serving(command, port=port, log=log, env=os.environ | {"AINEWS_DATA": str(data)}, cwd=PROJECT) as address:
            persons = [Person(PAGES[n % len(PAGES)], random.Random(n)) for n in range(people)]
            times, memory = asyncio.run(_all(persons, address, minutes * 60, pid_of(port)))
            said = log.read_text(encoding="utf-8")
    clicks = [seconds for visit_times in times for _, seconds in visit_times[1:]]
    errors = Counter(error for person in persons for error in person.errors)
    third = max(1, len(memory) // 3)
    return {
        "people": people, "minutes": minutes, "clicks": len(clicks), "median_s": round(statistics.median(clicks), 3),
        "p95_s": round(percentile(clicks, 0.95), 3), "longest_s": round(max(clicks), 3),
        "first_s": round(statistics.median(t[0][1] for t in times), 3), "errors": dict(errors.most_common(5)),
        "traces": said.count("Traceback"), "peak_mb": round(max(memory)),
        "flat": round(statistics.mean(memory[-third:]) / statistics.mean(memory[third : 2 * third] or memory), 2),
        "memory_mb": [round(m) for m in memory[:: max(1, len(memory) // 20)]], "waiting": round(os.getloadavg()[1], 1),
    }  # fmt: skip


async def _all(
    persons: list[Person], address: str, seconds: float, pid: int
) -> tuple[list[list[tuple[float, float]]], list[float]]:
    """Everybody's times, and the server's memory every five seconds meanwhile."""
    until, memory = time.monotonic() + seconds, list[float]()

    async def watch() -> None:
        while True:
            memory.append(resident_mb(pid))
            await asyncio.sleep(EVERY)

    watching = asyncio.create_task(watch())
    visits = [
        visit(person, address, until=until, every=EVERY, late=EVERY * n / len(persons))
        for n, person in enumerate(persons)
    ]
    times = await asyncio.gather(*visits)
    watching.cancel()
    return list(times), memory


def resident_mb(pid: int) -> float:
    """The memory of a process that is held now, in MB (1e6 bytes)."""
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) * 1024 / 1e6


def pid_of(port: int) -> int:
    """The server that was started here: our own child whose command names the port."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(folder.joinpath("stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and str(port) in folder.joinpath("cmdline").read_text():
                return int(folder.name)
        except (OSError, ValueError):  # it ended meanwhile
            continue
    raise RuntimeError(f"no server on port {port} was started here")
