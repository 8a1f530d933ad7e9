"""The engines by name, each in a process of its own that is asked by lines: `python -m tests.bench.chart.engines NAME SNAPSHOT ROWS`.

It answers the line `ask N` with the seconds that the N-th question took and its rows, `peak` with its peak of resident memory in MB, and
ends with its input. So engines take turns within a second of each other, and the memory of each is its own.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.chart.rows import Question, Row, read_questions

OURS, NAMES = "ours", ("ours", "pandas", "polars", "sqlite")


@dataclass(frozen=True, slots=True)
class Engine:
    """`ask` is what is timed; `plain` makes rows of its answer."""

    ask: Callable[[Question], Any]
    plain: Callable[[Question, Any], list[Row]]


def ours(snapshot: Path, folder: Path) -> Engine:
    """DuckDB with the dashboard's queries, on the snapshot."""
    from tests.bench.chart import by_duckdb

    return Engine(partial(by_duckdb.ask, by_duckdb.opened(snapshot)), by_duckdb.plain)


def with_pandas(snapshot: Path, folder: Path) -> Engine:
    """pandas on the rows, in memory."""
    from tests.bench.chart import by_pandas

    held = by_pandas.opened(folder)
    return Engine(partial(by_pandas.ask, held), partial(by_pandas.plain, held))


def with_polars(snapshot: Path, folder: Path) -> Engine:
    """polars on the rows, in memory, lazily."""
    from tests.bench.chart import by_polars

    held = by_polars.opened(folder)
    return Engine(partial(by_polars.ask, held), partial(by_polars.plain, held))


def with_sqlite(snapshot: Path, folder: Path) -> Engine:
    """SQLite on the rows, in a file."""
    from tests.bench.chart import by_sqlite

    return Engine(partial(by_sqlite.ask, by_sqlite.opened(folder)), by_sqlite.plain)


MAKERS: dict[str, Callable[[Path, Path], Engine]] = dict(
    zip(NAMES, (ours, with_pandas, with_polars, with_sqlite), strict=True)
)


def answer(engine: Engine, questions: Sequence[Question], line: str) -> dict[str, Any]:
    """What is said to one line."""
    if line == "peak":
        return {"peak_mb": round(peak_mb())}
    question = questions[int(line.removeprefix("ask "))]
    began = time.perf_counter()
    found = engine.ask(question)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "rows": engine.plain(question, found)}


def peak_mb() -> float:
    """Peak of resident memory. On Linux `ru_maxrss` begins with that of the process that started this one, so it is asked elsewhere."""
    told = Path("/proc/self/status")
    if told.exists():
        (line,) = [line for line in told.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) * 1024 / 1e6
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main() -> None:
    """Load, say that it is done, and answer."""
    name, snapshot, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    questions, engine = read_questions(folder), MAKERS[name](snapshot, folder)
    print(json.dumps({"ready": name}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(engine, questions, line.strip())), flush=True)


if __name__ == "__main__":
    main()
