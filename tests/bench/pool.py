"""What a second core gives: `python -m tests.bench.pool [TIMES]` tags the archive so many times over, by turns in this process alone and in
a pool of two.

Beside the clock it counts seconds of processor, which other work on the machine changes less: those of one process alone; and of the
pool's processes together with the one that hands out pieces and takes tags. `by_processor` is how many times as fast two cores of their
own would be: twice the work of one process alone, over all that the pool does. Beginning is left out, for a backlog makes it small.
"""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from etl.model import StoryText
from etl.run import build_tagger
from etl.settings import default_seeds
from etl.tag_pool import AHEAD, PIECE, tag_pool
from etl.tagger.choice import RecognizerChoice

KEPT = Path(__file__).resolve().parents[2] / "data" / "bench"
ROUNDS, TIMES, WORKERS = 3, 8, 2
WARM = (
    2 * WORKERS * AHEAD * PIECE
)  # stories that are not measured, after which every process has met the frequent words


def measure(times: int = TIMES) -> dict[str, Any]:
    """`compared` on the archive so many times over, with the recognizer that ships."""
    return compared(archive(times), RecognizerChoice())


def compared(stories: list[StoryText], choice: RecognizerChoice, *, rounds: int = ROUNDS) -> dict[str, Any]:
    """Seconds of clock and processor of one process and of the pool, each the best of some rounds, and their ratios."""
    times = [(_alone(stories, choice), _pooled(stories, choice)) for _ in range(rounds)]
    one, two = ({key: min(each[at][key] for each in times) for key in times[0][at]} for at in (0, 1))
    return {
        "stories": len(stories),
        "one": one,
        "pool": two,
        "by_clock": round(one["seconds"] / two["seconds"], 2),
        "by_clock_each_round": [round(a["seconds"] / b["seconds"], 2) for a, b in times],
        "by_processor": round(WORKERS * one["cpu_s"] / (two["workers_cpu_s"] + two["parent_cpu_s"]), 2),
    }


def archive(times: int) -> list[StoryText]:
    """The stories of the archive, each so many times."""
    paths = sorted((default_seeds() / "archive").glob("*.jsonl"))
    rows = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [StoryText(f"{n}-{row['id']}", row["title"], row["text"]) for n in range(times) for row in rows]


def _alone(stories: list[StoryText], choice: RecognizerChoice) -> dict[str, float]:
    tagger = build_tagger(default_seeds(), choice)
    seconds, cpu, _ = _warm(tagger.tag, stories, lambda: 0.0)
    return {"seconds": seconds, "cpu_s": cpu}


def _pooled(stories: list[StoryText], choice: RecognizerChoice) -> dict[str, float]:
    make = partial(build_tagger, default_seeds(), choice)
    with TemporaryDirectory() as folder, tag_pool(make, workers=WORKERS, folder=Path(folder)) as pool:
        seconds, parent, workers = _warm(pool.tag, stories, _children)
    return {"seconds": seconds, "parent_cpu_s": parent, "workers_cpu_s": workers}


def _warm(
    tag: Callable[[Iterable[StoryText]], Iterable[object]], stories: list[StoryText], others: Callable[[], float]
) -> tuple[float, float, float]:
    """Seconds of the clock, of this process and of others for all stories, once everything has begun."""
    deque(tag(stories[:WARM]), maxlen=0)
    before = time.perf_counter(), time.process_time(), others()
    deque(tag(stories), maxlen=0)
    after = time.perf_counter(), time.process_time(), others()
    clock, own, other = (round(late - early, 2) for early, late in zip(before, after, strict=True))
    return clock, own, other


def _children() -> float:
    """Seconds of processor that the processes of the pool have used so far."""
    return sum(sum(child.cpu_times()[:2]) for child in psutil.Process().children(recursive=True))


def main() -> None:
    """Print the figures and keep them in data/bench."""
    found = measure(*(int(argument) for argument in sys.argv[1:]))
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "pool.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    print(f"two processes: {found['by_clock']} times as fast as one by the clock, {found['by_processor']} by processor")


if __name__ == "__main__":
    main()
