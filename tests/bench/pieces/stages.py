"""A build of a snapshot as `ainews build` makes it, in a process of its own that says what each step takes: clock, processor, peak of
memory, and disk for what memory had no room for. `python -m tests.bench.pieces.stages MEMORY FOLDER OUT`.
"""

from __future__ import annotations

import functools
import json
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from etl import run
from etl.commands.refresh import build
from etl.settings import give_memory_back

_LOOK = 0.5  # seconds between two looks at the disk
_STATUS, _FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Stage:
    """A step's seconds of clock and processor, the peak of resident memory in MB, and of MB on disk beside the database."""

    stage: str
    seconds: float
    cpu_s: float
    peak_mb: int
    spill_mb: int

    def __str__(self) -> str:
        took = f"{self.seconds:8,.1f} s, {self.cpu_s:8,.1f} s of processor"
        return f"{self.stage:>9}: {took}, peak {self.peak_mb:,} MB, {self.spill_mb:,} MB beside the database"


@dataclass
class Stages:
    """The steps of a run that works in the folder `partial`, as they end."""

    partial: Path
    done: list[Stage] = field(default_factory=list)
    _spilled: float = 0.0
    _began: tuple[float, float] = field(default_factory=lambda: (time.perf_counter(), time.process_time()))

    def note(self, stage: str) -> None:
        """Called with the name of a step when it is done."""
        clock, cpu = time.perf_counter(), time.process_time()
        seconds, work = clock - self._began[0], cpu - self._began[1]
        self.done.append(Stage(stage, round(seconds, 1), round(work, 1), peak_mb(), round(self._spilled)))
        print(self.done[-1], flush=True)  # the next one may take an hour
        self._began, self._spilled = (clock, cpu), 0.0
        _FORGET.write_text("5", encoding="ascii")  # the peak begins anew with what is held now

    @contextmanager
    def watched(self) -> Iterator[None]:
        """While the block lasts, look at the disk now and then."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(_LOOK):
                self.look()

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        try:
            yield
        finally:
            over.set()
            watching.join()

    def look(self) -> None:
        """See how much lies beside the database."""
        self._spilled = max(self._spilled, _beside(self.partial))

    def rows(self) -> list[dict[str, Any]]:
        """The stages as rows for JSON."""
        return [asdict(stage) for stage in self.done]


def peak_mb() -> int:
    """The peak of this process alone: what a parent is told of it holds the parent's own, from before the program was loaded."""
    found = re.search(r"VmHWM:\s*(\d+) kB", _STATUS.read_text(encoding="utf-8"))
    assert found  # Linux says it of every process
    return round(int(found[1]) / 1e3)


def _beside(folder: Path) -> float:
    """Megabytes of all files in a folder but the database itself."""
    return sum(_size(path) for path in folder.rglob("*") if path.suffix not in (".duckdb", ".wal")) / 1e6


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # it is gone again
        return 0


def build_snapshot(folder: Path, memory: str) -> dict[str, Any]:
    """Build it out of `tags` in the folder; the peak of memory and the snapshot's size in MB, and what each step took."""
    stages = Stages(folder / "data" / "partial")
    run.run = functools.partial(run.run, step=stages.note)
    with stages.watched():
        build(folder / "tags", memory=memory)
    sizes = [path.stat().st_size for path in (folder / "data" / "snapshots").glob("*.duckdb")]
    peak = max(peak_mb(), *(stage.peak_mb for stage in stages.done))
    return {"memory": memory, "peak_mb": peak, "mb": round(sum(sizes) / 1e6), "stages": stages.rows()}


if __name__ == "__main__":
    give_memory_back()  # as the command does
    given, place, out = sys.argv[1:]
    Path(out).write_text(json.dumps(build_snapshot(Path(place), given)), encoding="utf-8")
