"""The first minutes: an ETL run, the first chart in a browser, a refresh from 40 live sources: `python -m tests.bench start`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench import etl_run, first_chart, refresh
from tests.bench.plots import Plot
from tests.bench.ratios import Ratios, rounded


def measure(*, large: bool = False) -> dict[str, Any]:
    """Run the ETL into a new folder, compare the first chart with a bare page's, refresh from 40 sources; `large` changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        return {
            "run": etl_run.measure(Path(folder)),
            "first_chart": first_chart.measure(Path(folder)),
            "refresh": refresh.measure(Path(folder)),
            "left_out": {},
        }


def ratios(figures: Mapping[str, Any]) -> Ratios:
    """The first chart to a bare page's; a run with nothing new to the first."""
    run, chart = figures["run"], figures["first_chart"]
    return Ratios(
        lower={
            "first chart: ours to a bare page's": rounded(chart["ours_s"] / chart["bare_s"]),
            "run: nothing new to all new": rounded(run["again_s"] / run["cold_s"]),
        }
    )


def table(figures: Mapping[str, Any]) -> str:
    """Markdown: a line for each."""
    run, chart, live = figures["run"], figures["first_chart"], figures["refresh"]
    return (
        "| what | seconds | against | peak of memory |\n|---|---|---|---|\n"
        f"| `ainews run` over the seeds | {run['cold_s']} | again, with nothing new: {run['again_s']} | {run['peak_mb']} MB |\n"
        f"| first chart in a browser | {chart['ours_s']} | a bare page with one: {chart['bare_s']} | |\n"
        f"| refresh of {refresh.SOURCES} sources, {refresh.NEW} new stories | {live['refresh_s']} "
        f"| of a processor: {live['at_work_s']} | {live['peak_mb']} MB |\n"
    )


def plots(figures: Mapping[str, Any]) -> list[Plot]:
    """None: three figures are read from the table."""
    return []
