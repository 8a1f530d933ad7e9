"""How long a stranger waits for the first chart, against a bare Streamlit page with one of the same size."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import present
from tests.serving import free_port, serving

PROJECT = Path(__file__).resolve().parents[2]
ROUNDS = 5
DRAWN = ".js-plotly-plot .scatterlayer .trace"
POINTS = "document.querySelector('.js-plotly-plot').calcdata.map(trace => trace.length)"
QUIET = ("--server.headless", "true", "--browser.gatherUsageStats", "false", "--server.address", "127.0.0.1")


def measure(data: Path) -> dict[str, object]:
    """Serve both pages, open them by turns in a browser that has seen neither, and return the medians in seconds.

    Both servers are warm: each page is opened once before it counts. `ratio` is ours to bare.
    """
    with tempfile.TemporaryDirectory() as logs, chromium() as browser, _ours(data, Path(logs)) as ours:
        _, points = _open(browser, ours)
        with _bare(points, Path(logs)) as bare:
            _open(browser, bare)
            rounds = [(_open(browser, ours)[0], _open(browser, bare)[0]) for _ in range(ROUNDS)]
    ours_median, bare_median = (statistics.median(times) for times in zip(*rounds, strict=True))
    return {
        "ratio": round(ours_median / bare_median, 2),
        "ours_s": round(ours_median, 3),
        "bare_s": round(bare_median, 3),
        "rounds": [[round(seconds, 3) for seconds in pair] for pair in rounds],
        "points": points,
    }


def _open(browser: Browser, address: str) -> tuple[float, list[int]]:
    """Open the address in a fresh context: seconds until a trace is drawn, and the points of each trace."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(DRAWN, state="attached")
    seconds = time.perf_counter() - began
    points = page.evaluate(POINTS)
    context.close()
    return seconds, points


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the machine, as the tests find it."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=present(), args=arguments)
        yield browser
        browser.close()


@contextmanager
def _ours(data: Path, logs: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "etl", "app", "--port", str(port)]
    env = os.environ | {"AINEWS_DATA": str(data)}
    with serving(command, port=port, log=logs / "ours.txt", env=env, cwd=PROJECT) as address:
        yield address


@contextmanager
def _bare(points: list[int], logs: Path) -> Iterator[str]:
    port = free_port()
    script = str(Path(__file__).with_name("bare.py"))
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port), *QUIET]
    env = os.environ | {"BENCH_POINTS": json.dumps(points)}
    with serving(command, port=port, log=logs / "bare.txt", env=env, cwd=logs) as address:
        yield address
