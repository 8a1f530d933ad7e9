"""What a chart's numbers cost by size, here and with what people would use instead: `python -m tests.bench queries`.

Three questions on the rows of generated worlds. Every engine must give the same k and n. Rows are loaded before; pandas and polars hold
them in memory, which is their best case, this program and SQLite read files. Only this program's answers hold likely ranges.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.apart import apart
from tests.bench.chart.engines import NAMES, OURS
from tests.bench.chart.rows import Question, export, read_questions
from tests.bench.dashboard import brought_up
from tests.bench.extras import extra, left_out
from tests.bench.plots import Plot
from tests.bench.ratios import Ratios, crossing, rounded, slope
from tests.bench.scale import stored_world

PROJECT = Path(__file__).resolve().parents[3]
SIZES, LARGE = (10_000, 100_000, 1_000_000), 10_000_000
ROUNDS, LIMIT = 5, 1.0  # seconds within which a chart must come
BEYOND = 100  # times the largest size measured: nobody knows what is farther away


class Unequal(Exception):
    """Two engines gave different numbers for one question."""


def measure(*, large: bool = False) -> dict[str, Any]:
    """Median seconds of each question by size and engine, and each engine's peak of memory in MB. Raises Unequal."""
    wanted = ("polars",) if extra("polars") is None else ()
    names = [name for name in NAMES if name not in wanted]
    sizes = [*SIZES, *([LARGE] if large else [])]
    found = {str(size): _of_size(size, names) for size in sizes}
    lacking = {name: left_out(name) for name in wanted}
    return {"sizes": found, "left_out": lacking | ({} if large else {f"{LARGE:,} stories": "only with --large"})}


def _of_size(size: int, names: Sequence[str]) -> dict[str, Any]:
    world = stored_world(size)
    snapshot = apart(brought_up, world / "data")
    export(snapshot, world / "rows")
    questions = read_questions(world / "rows")
    with ExitStack() as stack:
        engines = {name: stack.enter_context(_engine(name, snapshot, world / "rows")) for name in names}
        seconds = {question.name: _by_turns(number, question, engines) for number, question in enumerate(questions)}
        peaks = {name: _say(process, "peak")["peak_mb"] for name, process in engines.items()}
    return {"seconds": seconds, "peak_mb": peaks, "titles": {question.name: question.title for question in questions}}


def _by_turns(number: int, question: Question, engines: Mapping[str, Any]) -> dict[str, float]:
    """The median of some rounds in which each engine answers once; one round before them does not count."""
    first = {name: _say(process, f"ask {number}")["rows"] for name, process in engines.items()}
    refuse_unequal(question.name, first)
    rounds = [
        {name: _say(process, f"ask {number}")["seconds"] for name, process in engines.items()} for _ in range(ROUNDS)
    ]
    return {name: statistics.median(one[name] for one in rounds) for name in engines}


def refuse_unequal(question: str, rows: Mapping[str, list[Any]]) -> None:
    """Raise Unequal where an engine's rows are not ours, with the first difference."""
    for name, theirs in rows.items():
        if theirs != rows[OURS]:
            first = next(
                (pair for pair in zip(rows[OURS], theirs, strict=False) if pair[0] != pair[1]), "another number of rows"
            )
            raise Unequal(f"{question}: {name} has {len(theirs)} rows, we have {len(rows[OURS])}; first apart: {first}")


@contextmanager
def _engine(name: str, snapshot: Path, rows: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.bench.chart.engines", name, str(snapshot), str(rows)]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        _heard(process)
        yield process


def _say(process: subprocess.Popen[str], line: str) -> dict[str, Any]:
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return _heard(process)


def _heard(process: subprocess.Popen[str]) -> dict[str, Any]:
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"`{' '.join(process.args)}` ended with status {process.wait()}")
    told: dict[str, Any] = json.loads(line)
    return told


def ratios(figures: Mapping[str, Any]) -> Ratios:
    """Theirs to ours at the largest size that is always measured; ours there to ours at the smallest."""
    small, large = (figures["sizes"][str(size)]["seconds"] for size in (SIZES[0], SIZES[-1]))
    return Ratios(
        higher={
            f"{question}: {name} to ours": rounded(theirs / seconds[OURS])
            for question, seconds in large.items() for name, theirs in seconds.items() if name != OURS
        },
        lower={
            f"{question}: {SIZES[-1]:,} to {SIZES[0]:,} stories": rounded(seconds[OURS] / small[question][OURS])
            for question, seconds in large.items()
        },
    )  # fmt: skip


def lines(figures: Mapping[str, Any]) -> Iterator[tuple[str, str, list[int], list[float]]]:
    """Question, engine, sizes and median seconds at them."""
    sizes = sorted(map(int, figures["sizes"]))
    for question, seconds in figures["sizes"][str(sizes[0])]["seconds"].items():
        for name in seconds:
            yield question, name, sizes, [figures["sizes"][str(size)]["seconds"][question][name] for size in sizes]


def table(figures: Mapping[str, Any]) -> str:
    """Markdown: milliseconds by size, slopes and where one second is passed; then peaks of memory."""
    sizes = sorted(map(int, figures["sizes"]))
    largest = figures["sizes"][str(sizes[-1])]
    told = [f"| question | engine | {' | '.join(f'{size:,}' for size in sizes)} | to ours there | slope | 1 s at |",
            f"|---|---|{'---|' * (len(sizes) + 3)}"]  # fmt: skip
    for question, name, _, costs in lines(figures):
        times = " | ".join(f"{rounded(1000 * cost):,.4g} ms" for cost in costs)
        ours = costs[-1] / largest["seconds"][question][OURS]
        told.append(
            f"| {largest['titles'][question]} | {name} | {times} | {ours:.2g} | {slope(sizes, costs):.2f} | {_where(sizes, costs)} |"
        )
    told += ["", f"| peak of memory | {' | '.join(f'{size:,}' for size in sizes)} |", f"|---|{'---|' * len(sizes)}"]
    for name in largest["peak_mb"]:
        told.append(
            f"| {name} | {' | '.join(str(figures['sizes'][str(size)]['peak_mb'][name]) + ' MB' for size in sizes)} |"
        )
    return "\n".join(told) + f"\n\n{_NOTE}\n"


_NOTE = (
    "Medians; every engine gave the same k and n. Slope: the exponent of cost by size, least squares of logarithms over all sizes. "
    "`1 s at`: stories at which a second is passed; beyond the largest size it is no measurement but goes on from there along the steeper "
    f"of the slope and the last step, {BEYOND} times as far at most. pandas and polars hold the rows in memory, which is their best "
    "case; only our answers hold likely ranges."
)


def _where(sizes: Sequence[int], costs: Sequence[float]) -> str:
    size, farthest = crossing(sizes, costs, LIMIT), BEYOND * max(sizes)
    return f"> {farthest:,}" if size is None or size > farthest else f"{rounded(size):,.0f}"


def plots(figures: Mapping[str, Any]) -> list[Plot]:
    """Seconds by size, one plot a question, both axes logarithmic."""
    largest = figures["sizes"][max(figures["sizes"], key=int)]
    found: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for question, name, sizes, costs in lines(figures):
        found.setdefault(question, {})[name] = list(zip(sizes, costs, strict=True))
    return [
        Plot(largest["titles"][question], "stories", "seconds", series, limit=LIMIT)
        for question, series in found.items()
    ]
