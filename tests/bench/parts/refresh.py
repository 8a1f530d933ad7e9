"""A refresh of 100 new stories onto how many stored ones, and the size of snapshots: `python -m tests.bench refresh`; see `scale.py`."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from tests.bench.apart import apart
from tests.bench.dashboard import STORIES, brought_up
from tests.bench.plots import Plot
from tests.bench.ratios import Ratios, rounded, slope
from tests.bench.scale import NEW, at_hand, stored_world
from tests.bench.scale import measure as refreshed

SIZES, LARGE = (10_000, 100_000), (1_000_000, 10_000_000)


def measure(*, large: bool = False) -> dict[str, Any]:
    """Seconds by the clock and of processors, peak and snapshot in MB, and bytes a story of snapshot and of its text, by size.

    A million stories are measured where their world is at hand, which `queries` makes.
    """
    made = at_hand(STORIES)
    sizes = [*SIZES, *(size for size in LARGE if large or size in made)]
    missing = {f"{size:,} stories stored": _why(size) for size in LARGE if size not in sizes}
    return {"sizes": {str(size): _of_size(size) for size in sizes}, "left_out": missing}


def _why(size: int) -> str:
    return "only with --large" + (" or once `queries` has made that world" if size <= STORIES else "")


def _of_size(size: int) -> dict[str, float]:
    """Bringing a kept world up to this version is not measured."""
    text = _text_bytes(apart(brought_up, stored_world(size) / "data"))
    before = _worked()
    found = refreshed([size])[str(size)]
    stories = size + NEW
    return found | {
        "at_work_s": round(_worked() - before, 2),
        "bytes_a_story": round(found["snapshot_mb"] * 1e6 / stories),
        "text_bytes_a_story": round(text / size),
    }


def _worked() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _text_bytes(snapshot: Path) -> int:
    with duckdb.connect(str(snapshot), read_only=True) as con:
        (found,) = con.execute("SELECT sum(strlen(title) + strlen(body)) FROM story_fact").fetchall()[0]
    return int(found)


def ratios(figures: Mapping[str, Any]) -> Ratios:
    """The larger of the sizes that are always measured to the smaller, and the snapshot to the text in it."""
    small, large = (figures["sizes"][str(size)] for size in SIZES)
    times = f"{SIZES[1]:,} to {SIZES[0]:,} stories"
    return Ratios(
        lower={
            f"seconds of processor: {times}": rounded(large["at_work_s"] / small["at_work_s"]),
            f"peak of memory: {times}": rounded(large["peak_mb"] / small["peak_mb"]),
            f"{SIZES[1]:,} stories: snapshot to text": rounded(large["bytes_a_story"] / large["text_bytes_a_story"]),
        }
    )


def table(figures: Mapping[str, Any]) -> str:
    """Markdown: a line for each size."""
    lines = [
        "| stories stored | refresh | of a processor | peak of memory | snapshot | bytes a story | of which text |",
        "|---|---|---|---|---|---|---|",
    ]
    for size, found in figures["sizes"].items():
        lines.append(
            f"| {int(size):,} | {found['refresh_s']} s | {found['at_work_s']} s | {found['peak_mb']:,} MB | {found['snapshot_mb']:,} MB "
            f"| {found['bytes_a_story']:,} | {found['text_bytes_a_story']:,} |"
        )
    sizes = sorted(map(int, figures["sizes"]))
    grows = slope(sizes, [figures["sizes"][str(size)]["at_work_s"] for size in sizes])
    return (
        "\n".join(lines)
        + f"\n\n{NEW} new stories from a file, with the tagger that ships. Slope of seconds of a processor: {grows:.2f}.\n"
    )


def plots(figures: Mapping[str, Any]) -> list[Plot]:
    """Seconds by the clock and of processors, by size."""
    sizes = sorted(map(int, figures["sizes"]))
    series = {
        told: [(size, figures["sizes"][str(size)][key]) for size in sizes]
        for told, key in (("by the clock", "refresh_s"), ("of processors", "at_work_s"))
    }
    return [Plot(f"Refresh of {NEW} stories", "stories stored", "seconds", series)]
