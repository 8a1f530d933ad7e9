"""What a second core gives: `python -m tests.bench.pool [STORIES]` tags the same stories with one process and with two, by turns.

Beside the clock it counts seconds of processor, which other work on the machine changes little: those of the processes that tag, after
they have begun, and those of the process that hands out pieces and takes tags. Were nothing else running, two processes on two cores
would be `bound` times as fast as one: the work of all, shared by two cores, against the work of the one that tags alone.
"""

from __future__ import annotations

import json
import sys
import time
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
from tests.bench.generate.files import write_load
from tests.bench.generate.load import make_load
from tests.bench.generate.model import load_model

KEPT = Path(__file__).resolve().parents[2] / "data" / "bench"
ROUNDS, STORIES = 3, 40_000


def measure(number: int = STORIES) -> dict[str, Any]:
    """Seconds of clock and processor with one process and with two, each the best of some rounds, and their ratios."""
    stories = _stories(number)
    rounds = [(_tagged(stories, workers=1), _tagged(stories, workers=2)) for _ in range(ROUNDS)]
    one, two = ({key: min(each[at][key] for each in rounds) for key in rounds[0][0]} for at in (0, 1))
    work = two["workers_cpu_s"] + two["parent_cpu_s"]
    return {
        "stories": number,
        "one": one,
        "two": two,
        "ratio": round(one["steady_s"] / two["steady_s"], 2),
        "ratio_by_round": [round(a["steady_s"] / b["steady_s"], 2) for a, b in rounds],
        "bound": round(2 * one["workers_cpu_s"] / work, 2),
    }


def _stories(number: int) -> list[StoryText]:
    with TemporaryDirectory() as folder:
        (path,) = write_load(make_load(load_model(), number), Path(folder, "load.jsonl"))
        lines = path.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [StoryText(row["id"], row["title"], row["text"]) for row in rows]


def _tagged(stories: list[StoryText], *, workers: int) -> dict[str, float]:
    """Seconds from when every process has surely begun (some pieces are done), to the end; and of processor over the same time."""
    begun = 2 * AHEAD * PIECE
    make = partial(build_tagger, default_seeds(), RecognizerChoice())
    with TemporaryDirectory() as folder, tag_pool(make, workers=workers, folder=Path(folder)) as pool:
        began = time.perf_counter()
        for number, _ in enumerate(pool.tag(iter(stories)), 1):
            if number == begun:
                steady, parent, children = time.perf_counter(), time.process_time(), _alive()
        ended, parent_ended, children_ended = time.perf_counter(), time.process_time(), _alive()
    share = len(stories) / (len(stories) - begun)
    return {
        "whole_s": round(ended - began, 2),
        "steady_s": round((ended - steady) * share, 2),
        "parent_cpu_s": round((parent_ended - parent) * share, 2),
        "workers_cpu_s": round((children_ended - children) * share, 2),
    }


def _alive() -> float:
    """Seconds of processor that the processes of the pool have used so far."""
    return sum(sum(child.cpu_times()[:2]) for child in psutil.Process().children(recursive=True))


def main() -> None:
    """Print the figures and keep them in data/bench."""
    found = measure(*(int(argument) for argument in sys.argv[1:]))
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "pool.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(
        f"two processes against one, {found['stories']:,} stories: {found['ratio']} times as fast, bound {found['bound']}"
    )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
