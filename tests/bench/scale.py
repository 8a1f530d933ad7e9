"""What a refresh of 100 new stories costs onto how many stored ones: `python -m tests.bench.scale 10000 1000000`; and what a backfill of
100,000 stories from a file does, and how much more memory than one of half: `python -m tests.bench.scale backfill [50000 200000]`.

The stored stories come from the generator, as a filled snapshot (made once, kept in data/bench/worlds); the new ones from a file that
a source of kind `files` points to. The refresh is `ainews run` in a process of its own with the tagger that ships.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from etl.store.migrations import SCHEMA
from etl.tagger.version import tagger_version
from tests.bench.etl_run import spent_on, timed_run

PROJECT = Path(__file__).resolve().parents[2]
WORLDS = PROJECT / "data" / "bench" / "worlds"
NEW, BACKFILLS = 100, (50_000, 100_000)
STAMP = "made_with.txt"
CLOCK = "2026-08-22T12:00:00Z"
SOURCE = """
[fresh]
name = "Fresh"
kind = "files"
path = "../fresh.jsonl"
home = "https://fresh.example/"
fetch = true
"""


def measure(sizes: list[int]) -> dict[str, dict[str, float]]:
    """Seconds, peak MB and snapshot MB of a refresh by the number of stories stored before."""
    return {str(size): _refresh(stored_world(size)) for size in sizes}


def stored_world(size: int) -> Path:
    """A folder with seeds and a filled data folder. It takes some minutes for a million stories, so one that is `usable` is kept."""
    folder = WORLDS / str(size)
    if not usable(folder):
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, "-m", "tests.bench.generate", "world", str(size), str(folder), "--snapshot"]
        subprocess.run(command, cwd=PROJECT, check=True)
        (folder / STAMP).write_text(made_with(folder), encoding="utf-8")
    return folder


def usable(world: Path) -> bool:
    """Whether a kept world is whole, and made with these migrations and this tagger: a refresh would tag all of another one anew."""
    stamp = world / STAMP
    return stamp.exists() and stamp.read_text(encoding="utf-8") == made_with(world)


def made_with(world: Path) -> str:
    """The tagger's version with the world's seeds, and a digest of all migrations."""
    digest = hashlib.sha256()
    for path in sorted(SCHEMA.glob("*.sql")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{tagger_version(world / 'seeds')} {digest.hexdigest()[:16]}\n"


def at_hand(most: int) -> list[int]:
    """Sizes of the worlds that were made already, up to so many stories, the smallest first."""
    made = (int(path.name) for path in WORLDS.glob("*") if path.name.isdigit() and usable(path))
    return sorted(size for size in made if size <= most)


def _refresh(world: Path) -> dict[str, float]:
    """Take in 100 stories; what is stored comes from no source any more, so that reading a large archive is not measured."""
    data = world / "run"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(world / "data", data)
    desk = data / "desk"
    desk.mkdir(exist_ok=True)
    ids = tomllib.loads((world / "seeds" / "sources.toml").read_text(encoding="utf-8"))
    (desk / "sources.toml").write_text("".join(f"[{key}]\nenabled = false\n" for key in ids) + SOURCE, encoding="utf-8")
    (data / "fresh.jsonl").write_text("".join(_line(number) for number in range(NEW)), encoding="utf-8")
    environment = os.environ | {"AINEWS_SEEDS": str(world / "seeds"), "AINEWS_DATA": str(data)}
    seconds, peak = timed_run(environment, "run", "--clock", CLOCK)
    size = max(path.stat().st_size for path in (data / "snapshots").glob("*.duckdb"))
    shutil.rmtree(data)
    return {"refresh_s": round(seconds, 1), "peak_mb": round(peak), "snapshot_mb": round(size / 1e6, 1)}


def backfill(stories: int) -> dict[str, Any]:
    """What taking in so many stories from one Parquet file costs, onto the archive that ships, the recognizer off.

    Peaks of resident memory in MB are of the run's own process, of that in each part of the backlog, and of the largest that tags.
    """
    folder = WORLDS / "backfill"
    shutil.rmtree(folder, ignore_errors=True)
    desk = folder / "data" / "desk"
    desk.mkdir(parents=True)
    load = desk.parent / "fresh.parquet"
    subprocess.run(
        [sys.executable, "-m", "tests.bench.generate", "stories", str(stories), str(load)], cwd=PROJECT, check=True
    )
    (desk / "sources.toml").write_text(SOURCE.replace("fresh.jsonl", load.name), encoding="utf-8")
    environment = os.environ | {"AINEWS_DATA": str(desk.parent)}
    spent = spent_on(environment, "run", "--clock", CLOCK, "--no-recognizer", log=desk.parent / "runs.jsonl")
    shutil.rmtree(folder)
    seconds = {"backfill_s": round(spent.seconds, 1), "at_work_s": round(spent.at_work_s, 1)}
    return {
        **seconds,
        "peak_mb": spent.own_mb and round(spent.own_mb),
        "worker_mb": spent.worker_mb and round(spent.worker_mb),
        "part_mb": [round(peak) for peak in spent.part_mb],
    }


def bytes_a_story(found: Mapping[int, Mapping[str, Any]]) -> float | None:
    """How many bytes of memory each story more takes, between the smallest and the largest backfill; None where that can't be told."""
    small, large = min(found), max(found)
    before, after = found[small]["peak_mb"], found[large]["peak_mb"]
    return (
        None if small == large or before is None or after is None else round((after - before) * 1e6 / (large - small))
    )


def _line(number: int) -> str:
    """One new story, unlike the others."""
    words = [f"{stem}{number * 7 % 89}" for stem in ("harbour", "violin", "glacier", "ledger", "orchard", "satellite")]
    day = date(2026, 8, 15) + timedelta(days=number % 7)
    text = f"Researchers taught a language model to tell {words[0]} from {words[1]}. In {words[2]}, {words[3]} and {words[4]} it "
    story = {
        "title": f"A model learns {words[5]} from OpenAI, case {number}",
        "text": text + f"was right {number} times of 200, a hospital in Japan said.",
        "url": f"https://fresh.example/{number}",
        "published": day.isoformat(),
    }
    return json.dumps(story) + "\n"


def _backfills(sizes: Sequence[int]) -> None:
    found = {stories: backfill(stories) for stories in sorted(sizes)}
    for stories, costs in found.items():
        print(f"backfill of {stories:,}: {costs}")
    slope = bytes_a_story(found)
    print(f"memory a story more: {slope} bytes")
    kept = {"sizes": found, "bytes_a_story": slope}
    (WORLDS.parent / "backfill.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Measure what is asked for and keep the figures in data/bench."""
    if sys.argv[1:2] == ["backfill"]:
        _backfills([int(argument) for argument in sys.argv[2:]] or BACKFILLS)
        return
    sizes = [int(argument) for argument in sys.argv[1:]] or [10_000, 1_000_000]
    found = measure(sizes)
    for size, figures in found.items():
        print(f"refresh of {NEW} stories onto {int(size):,}: {figures}")
    (WORLDS.parent / "scale.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
