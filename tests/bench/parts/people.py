"""The dashboard with 1, 5, 20 and 50 people, who each change a control every five seconds: `python -m tests.bench people`.

It is measured on the largest of the generator's worlds that is at hand, up to a million stories unless `large`; where there is none, one of
100,000 is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.bench import dashboard_load
from tests.bench.dashboard import STORIES, brought_up
from tests.bench.dashboard_client import PATIENCE
from tests.bench.plots import Plot
from tests.bench.ratios import Ratios, rounded
from tests.bench.scale import at_hand, stored_world

PEOPLE, MINUTES = (1, 5, 20, 50), 1.0
FEW = "5"
LEAST, LARGE = 100_000, 10_000_000


def measure(*, large: bool = False) -> dict[str, Any]:
    """Seconds that a change of a control takes, by the number of people; `left_out` says where somebody waited in vain."""
    stories = max(at_hand(LARGE if large else STORIES), default=LEAST)
    data = stored_world(stories) / "data"
    brought_up(data)
    found: dict[str, Any] = {}
    missing = (
        {} if stories >= STORIES else {f"more than {stories:,} stories": f"`queries` makes the world of {STORIES:,}"}
    )
    for people in PEOPLE:
        try:
            found[str(people)] = dashboard_load.measure(data, minutes=MINUTES, people=people)
        except TimeoutError:
            missing[f"{people} people"] = f"somebody waited more than {PATIENCE:.0f} s"
    return {"stories": stories, "people": found, "left_out": missing}


def ratios(figures: Mapping[str, Any]) -> Ratios:
    """The median of 20 people to that of 5, the server's peak of memory with 50 to that with 5; another world has other names.

    One person is nothing to compare with, for that one looks at Coverage alone.
    """
    found = figures["people"]
    pairs = (("a change", "median_s", "20"), ("memory", "peak_mb", "50"))
    return Ratios(
        lower={
            f"{figures['stories']:,} stories, {told}: {many} people to {FEW}": rounded(found[many][key] / found[FEW][key])
            for told, key, many in pairs if {many, FEW} <= found.keys()
        }
    )  # fmt: skip


def table(figures: Mapping[str, Any]) -> str:
    """Markdown: a line for each number of people."""
    lines = [
        "| people | changes | median | 95 % within | longest | first page | server's peak of memory | errors |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for people, found in figures["people"].items():
        times = " | ".join(f"{found[key]} s" for key in ("median_s", "p95_s", "longest_s", "first_s"))
        failed = sum(found["errors"].values()) + found["traces"]
        lines.append(f"| {people} | {found['clicks']} | {times} | {found['peak_mb']:,} MB | {failed} |")
    told = f"{figures['stories']:,} stories; {MINUTES:g} minute each; people and server share the machine. "
    told += "One looks at Coverage, more at other pages too."
    return "\n".join(lines) + f"\n\n{told}\n"


def plots(figures: Mapping[str, Any]) -> list[Plot]:
    """Seconds of a change by the number of people; none where everybody waited in vain."""
    if not figures["people"]:
        return []
    series = {
        told: [(int(people), found[key]) for people, found in figures["people"].items()]
        for told, key in (("median", "median_s"), ("95 % within", "p95_s"))
    }
    return [Plot(f"A change of a control, {figures['stories']:,} stories", "people", "seconds", series)]
