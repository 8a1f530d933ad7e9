"""How soon a click changes the chart in a browser, on a large snapshot: `BENCH_DATA=FOLDER python -m tests.bench.click_pace`.

One reader changes controls of Coverage, each to what nobody has looked at before: seconds from the click until the chart holds other
points or another title. Without BENCH_DATA it is the world of `tests.bench.dashboard`.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from tests.bench.dashboard import brought_up, data_folder
from tests.bench.dashboard_load import QUIET
from tests.bench.dashboard_queries import percentile
from tests.bench.first_chart import DRAWN, PROJECT, chromium
from tests.serving import free_port, serving

KEPT = PROJECT / "data" / "bench"
SIZE = (1440, 900)
PATIENCE = 30_000.0  # milliseconds
# Control, and what is clicked in it. Periods and units stand in the popover with the options, which stays open.
CLICKS = (
    *(("choice_measure", name) for name in ("Count", "Share")),
    *(("choice_grain", name) for name in ("Year", "Quarter", "Month", "Week")),
    *(("choice_unit", name) for name in ("Copies too", "Once a source")),
    *(("choice_grain", name) for name in ("Year", "Quarter", "Month")),
    *(("choice_measure", name) for name in ("Count", "Share")),
)
DRAWING = "document.querySelector('.js-plotly-plot')"
SIGNED = f"""() => JSON.stringify([{DRAWING}.layout.title.text, {DRAWING}.layout.yaxis.range,
    {DRAWING}.calcdata.map(trace => [trace.length, trace[0] && trace[0].x, trace[0] && trace[0].y])])"""


def measure(data: Path) -> dict[str, object]:
    """Serve the data folder, click, and return seconds by click, their median and 95th percentile."""
    brought_up(data)
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port), *QUIET]
    env = os.environ | {"AINEWS_DATA": str(data)}
    with (
        tempfile.TemporaryDirectory() as logs,
        chromium() as browser,
        serving(command, port=port, log=Path(logs) / "server.txt", env=env, cwd=PROJECT) as address,
    ):
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        page.goto(f"{address}/?when=3y")
        page.wait_for_selector(DRAWN, state="attached", timeout=PATIENCE)
        page.locator(".st-key-options button").first.click()
        clicks = [(f"{control} {name}", _clicked(page, control, name)) for control, name in CLICKS]
    times = [seconds for _, seconds in clicks]
    return {
        "median_s": round(statistics.median(times), 3), "p95_s": round(percentile(times, 0.95), 3),
        "longest_s": round(max(times), 3), "clicks": [(what, round(seconds, 3)) for what, seconds in clicks],
        "waiting": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _clicked(page: Page, control: str, name: str) -> float:
    """Seconds from a click until the chart is another one; what the page still draws of the last is waited for before."""
    page.wait_for_function("() => !document.querySelector('[data-stale=\"true\"]')", timeout=PATIENCE)
    page.wait_for_timeout(1500)
    before = page.evaluate(SIGNED)
    began = time.perf_counter()
    page.locator(f".st-key-{control}").get_by_text(name, exact=True).click()
    page.wait_for_function(f"before => ({SIGNED})() !== before", arg=before, timeout=PATIENCE)
    return time.perf_counter() - began


def main() -> None:
    """Measure, print and keep the figures."""
    found = measure(data_folder())
    print(json.dumps(found, indent=1))
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "click_pace.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
