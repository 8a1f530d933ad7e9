"""What a worker of a cluster tags, and whether a second one tags as much: `python -m tests.bench.cluster [STORIES]`.

A scheduler and workers as processes of their own, given work by `ainews tag --cluster`. Each worker first tags a load that is not
measured, as in the midst of a long run. Seconds of processor are those that workers note beside each piece; unlike the clock's, other
work on the machine changes them little.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from tests.bench.generate.files import write_load
from tests.bench.generate.load import make_load
from tests.bench.generate.model import load_model
from tests.dask_processes import DaskProcesses, dask_processes

KEPT = Path(__file__).resolve().parents[2] / "data" / "bench"
STORIES, WARM, ROUNDS = 20_000, 4_000, 3


def measure(number: int = STORIES) -> dict[str, Any]:
    """Stories a second and per worker with one worker and with two that get twice as much; the best of some rounds."""
    with TemporaryDirectory() as name, dask_processes(Path(name, "processes")) as processes:
        folder = Path(name)
        loads = {n: _load(folder / f"{n}.jsonl", n) for n in (WARM, number, 2 * number)}
        processes.scheduler()
        workers = [processes.worker()]
        _tagged(processes, loads[WARM], workers)
        one = [_tagged(processes, loads[number], workers) for _ in range(ROUNDS)]
        workers.append(processes.worker())
        for _ in range(2):
            _tagged(processes, loads[WARM], workers)
        two = [_tagged(processes, loads[2 * number], workers) for _ in range(ROUNDS)]
        size = loads[number].stat().st_size
        held = max(psutil.Process(worker.pid).memory_info().rss for worker in workers)
    first, second = ({key: min(each[key] for each in rounds) for key in rounds[0]} for rounds in (one, two))
    return {
        "stories": number,
        "bytes_per_story": round(size / number),
        "worker_mb": round(held / 1e6),
        "one": first,
        "two": second,
        "per_worker_by_clock": round(first["work_ms_per_story"] / second["work_ms_per_story"], 3),
        "per_worker_by_processor": round(first["cpu_ms_per_story"] / second["cpu_ms_per_story"], 3),
    }


def _load(path: Path, number: int) -> Path:
    write_load(make_load(load_model(), number), path)
    return path


def _tagged(processes: DaskProcesses, load: Path, workers: Sequence[subprocess.Popen[bytes]]) -> dict[str, float]:
    """Milliseconds for a story: of a worker's clock, of its processor, and of what client and scheduler do; bytes of tags a story."""
    out = load.with_suffix(".tags")
    shutil.rmtree(out, ignore_errors=True)
    others = psutil.Process(processes.running[0].pid)
    before, began = sum(others.cpu_times()[:2]), time.perf_counter()
    ainews = processes.start("-m", "etl", "tag", str(load), str(out), "--cluster", processes.address, "--piece-mb", "1")
    _, status, usage = os.wait4(ainews.pid, 0)
    ainews.returncode = status
    if status != 0:
        raise RuntimeError(processes.log(ainews).decode())
    seconds = time.perf_counter() - began
    receipts = [json.loads(path.read_text()) for path in (out / "_ainews" / "pieces").glob("*[0-9].json")]
    if len({one["worker"] for one in receipts}) != len(workers):
        raise RuntimeError("a worker had nothing to do: give more stories")
    stories = sum(one["read"] for one in receipts)
    client = usage.ru_utime + usage.ru_stime
    return {
        "seconds": round(seconds, 1),
        "work_ms_per_story": round(sum(one["seconds"] for one in receipts) / stories * 1e3, 3),
        "cpu_ms_per_story": round(sum(one["cpu_s"] for one in receipts) / stories * 1e3, 3),
        "client_s": round(client, 2),
        "scheduler_s": round(sum(others.cpu_times()[:2]) - before, 2),
        "pieces": len(receipts),
        "tag_bytes_per_story": round(sum(path.stat().st_size for path in out.rglob("*.parquet")) / stories),
    }


def main() -> None:
    """Print the figures and keep them in data/bench."""
    found = measure(*(int(argument) for argument in sys.argv[1:]))
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "cluster.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    print(
        f"a worker tags {1e3 / found['one']['cpu_ms_per_story']:,.0f} stories in a second of processor; with two workers each tags "
        f"{found['per_worker_by_processor']:.0%} of that ({found['per_worker_by_clock']:.0%} by the clock)"
    )


if __name__ == "__main__":
    main()
