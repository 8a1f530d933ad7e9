"""How long each query of dashboard/queries takes on a large snapshot, over filter changes as a reader makes them."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dashboard.snapshot import QUERIES, Snapshot, connect, run_query
from tests.bench.dashboard_sample import Values, sample_of
from tests.bench.dashboard_specs import HEAVY, asked_with

ROUNDS = 2
CHART, PART = (0.150, 0.400), (0.400, 1.0)  # seconds: median and 95th percentile at most


@dataclass(frozen=True, slots=True)
class Measured:
    """One query: seconds of each time it was asked, by the clock and of processors at work, and with what it took longest."""

    name: str
    seconds: tuple[float, ...]
    at_work: tuple[float, ...]
    slowest: str

    @property
    def median(self) -> float:
        """Half of the times were at most this, in seconds."""
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """95 % of the times were at most this, in seconds; of few times the longest."""
        return percentile(self.seconds, 0.95)

    @property
    def limits(self) -> tuple[float, float]:
        """What median and 95th percentile may be at most, in seconds."""
        return PART if HEAVY.search(self.name) else CHART

    @property
    def over(self) -> bool:
        """Whether it takes longer than it may."""
        return self.median > self.limits[0] or self.p95 > self.limits[1]


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest of the values that at least this share of them do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, -int(-share * len(ranked) // 1) - 1)]


def measure(path: Path, only: Iterable[str] = ()) -> tuple[list[Measured], dict[str, list[str]]]:
    """Ask every query, or those whose names begin so; and of those that can't be asked, what no spec gives."""
    snapshot = Snapshot(path.stem, connect(path))
    sample, starts = sample_of(snapshot), tuple(only)
    found, missing = [], {}
    for name in sorted(file.stem for file in QUERIES.glob("*.sql")):
        if starts and not name.startswith(starts):
            continue
        asked, lacking = asked_with(name, sample)
        if lacking:
            missing[name] = lacking
        else:
            found.append(_measured(snapshot, name, asked))
    return found, missing


def _measured(snapshot: Snapshot, name: str, asked: list[Values]) -> Measured:
    """Each way to ask once a round, so that no two alike follow each other; one time before that does not count."""
    run_query(snapshot, name, asked[0])
    times = [(*_seconds(snapshot, name, values), values) for _ in range(ROUNDS) for values in asked]
    slowest = max(times, key=lambda timed: timed[1])[2]
    return Measured(name, tuple(t[0] for t in times), tuple(t[1] for t in times), _told(slowest))


def _seconds(snapshot: Snapshot, name: str, values: Values) -> tuple[float, float]:
    began, worked = time.perf_counter(), time.process_time()
    run_query(snapshot, name, values)
    return time.perf_counter() - began, time.process_time() - worked


def _told(values: Values) -> str:
    """What it was asked with, in one short line: lists of many by their number."""
    parts = []
    for name, value in values.items():
        many = isinstance(value, tuple) and len(value) > 3
        if value is not None and value is not False and name not in ("clock", "at_most", "skip"):
            parts.append(f"{name} {len(value)}" if many else f"{name} {value}")
    return ", ".join(parts)[:160]


def as_table(found: list[Measured], missing: dict[str, list[str]], *, stories: int, sources: int) -> str:
    """The figures as Markdown, the slowest in relation to its limit first."""
    over = [one for one in found if one.over]
    lines = [
        f"{len(found)} queries on {stories:,} stories of {sources} sources; {len(over)} over their limit. "
        f"Work waiting for a processor: {os.getloadavg()[0]:.1f} on {os.cpu_count()}.",
        "",
        "| query | asked | median ms | p95 ms | limit ms | | processor ms: median | p95 | slowest with |",
        "|---|--:|--:|--:|---|---|--:|--:|---|",
    ]
    for one in sorted(found, key=lambda m: max(m.median / m.limits[0], m.p95 / m.limits[1]), reverse=True):
        limit = " / ".join(f"{1000 * seconds:.0f}" for seconds in one.limits)
        told = f"{1000 * one.median:.0f} | {1000 * one.p95:.0f} | {limit} | {'over' if one.over else ''}"
        work = f"{1000 * statistics.median(one.at_work):.0f} | {1000 * percentile(one.at_work, 0.95):.0f}"
        lines.append(f"| {one.name} | {len(one.seconds)} | {told} | {work} | {one.slowest if one.p95 > 0.05 else ''} |")
    lines += [f"\nNo spec: {name} wants {', '.join(lacking)}." for name, lacking in missing.items()]
    return "\n".join(lines) + "\n"
