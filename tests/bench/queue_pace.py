"""How long the machine takes of an editor's sitting: `python -m tests.bench.queue_pace` decides on 100 stories of the queue by keys.

A hundred stories in 15 minutes are 9 s each. What is measured is the machine's part of them: from the key that decides (a reason
was typed before) until what it changes is drawn, the story's tags or the next story, and the script is at rest. What is left is for
reading, thinking and typing.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, sync_playwright

from tests.bench.etl_run import timed_run
from tests.browser.chromium import present
from tests.serving import free_port, serving

PROJECT = Path(__file__).resolve().parents[2]
KEPT = PROJECT / "data" / "bench"
STORIES, MINUTES = 100, 15
SLOW = 1.0  # seconds of machine time beyond which a decision is named
WHY = "The text says so in its second sentence"
FIRST = 40  # presses of Tab to the field Why on a page just opened; later ones begin where the last decision was
AT_REST = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
STORY = "a.why[href*='story=']"
SHOWN = f"""() => {{
  const link = document.querySelector("{STORY}")
  const chips = link && link.closest("article").querySelector(".chips")
  return link && !link.closest("[data-stale=true]") ? link.href + " " + chips.textContent : ""
}}"""
CHANGED = f"""shown => {{
  const now = ({SHOWN})()
  return now && now !== shown && document.querySelector("{AT_REST}") !== null
}}"""
FOCUSED = "document.activeElement.getAttribute('aria-label') || ''"
TAGGED = ".st-key-desk_tags button"
Decision = tuple[str, float, int]  # what was done, seconds until it was drawn, keys pressed


def measure(data: Path) -> dict[str, object]:
    """Make a snapshot of the shipped seeds in the empty folder `data`, and decide on its queue. Returns seconds of machine time."""
    timed_run(os.environ | {"AINEWS_DATA": str(data)}, "run")
    with tempfile.TemporaryDirectory() as logs, _opened(data, Path(logs)) as page:
        seen, found = set(), []
        for number in range(STORIES):
            seen.add(parse_qs(urlsplit(str(page.locator(STORY).get_attribute("href"))).query)["story"][0])
            found.append(_story(page, number))
    lines = [
        line
        for name in ("corrections", "audits")
        for line in (data / "desk" / f"{name}.jsonl").read_text().splitlines()
    ]
    if (told := {json.loads(line)["story_id"] for line in lines}) != seen:  # a story can come again, for another tag
        raise RuntimeError(f"keys decided on {len(seen)} stories, and the desk folder holds decisions on {len(told)}")
    return _figures(found)


def _figures(found: list[list[Decision]]) -> dict[str, object]:
    every = [decision for story in found for decision in story]
    of_story = [sum(seconds for _, seconds, _ in story) for story in found]
    ways = {way: [one for one in every if one[0] == way] for way in dict.fromkeys(way for way, _, _ in every)}
    return {
        "stories": len(found),
        "a_story": _spread(of_story),
        "left_of_9_s": round(60 * MINUTES / STORIES - statistics.median(of_story), 2),
        "in_all_s": round(sum(of_story), 1),
        "decisions": len(every),
        "a_decision": _spread([seconds for _, seconds, _ in every]),
        "slower_than_1_s": sum(seconds > SLOW for _, seconds, _ in every),
        "ways": {
            way: {"times": len(of), "keys": round(statistics.median([keys for _, _, keys in of])), **_spread([s for _, s, _ in of])}
            for way, of in ways.items()
        },
    }  # fmt: skip


def _spread(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "median_s": round(statistics.median(ordered), 3),
        "p95_s": round(ordered[math.ceil(0.95 * len(ordered)) - 1], 3),
        "most_s": round(ordered[-1], 3),
    }


@contextmanager
def _opened(data: Path, logs: Path) -> Iterator[Page]:
    """The queue of all days in a browser, with an editor named; the server is warm."""
    port = free_port()
    command = [sys.executable, "-m", "etl", "app", "--editor", "Ada", "--port", str(port)]
    env = os.environ | {"AINEWS_DATA": str(data)}
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with (
        serving(command, port=port, log=logs / "app.txt", env=env, cwd=PROJECT) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=present(), args=arguments)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/corrections?since=all")
        page.wait_for_selector(STORY)
        _settle(page)
        yield page
        browser.close()


def _settle(page: Page) -> None:
    """Wait until the script is at rest and stays so: a page that was just opened is drawn a second time when it knows its width."""
    for _ in range(4):
        page.wait_for_selector(AT_REST, state="attached")
        page.wait_for_timeout(250)


def _story(page: Page, number: int) -> list[Decision]:
    """Decide on the story that is shown, each third one in another way. Where the tag in question is still undecided then, the story
    stays; what is left of it is right as it is."""
    way, act = WAYS[number % len(WAYS)]
    if act is _take and not page.locator(TAGGED).count():
        way, act = WAYS[0]
    story = page.locator(STORY).get_attribute("href")
    done = [_timed(page, way, act)]
    if page.locator(STORY).get_attribute("href") == story:
        done.append(_timed(page, *WAYS[0]))
    return done


def _timed(page: Page, way: str, act: Callable[[Page], int]) -> Decision:
    shown = page.evaluate(SHOWN)
    typed = _say_why(page) if act is _give else 0
    began = time.perf_counter()
    keys = act(page)
    page.wait_for_function(CHANGED, arg=shown)
    return way, time.perf_counter() - began, keys + typed


def _right(page: Page) -> int:
    page.keyboard.press("a")
    return 1


def _take(page: Page) -> int:
    page.keyboard.press("1")
    return 1


def _say_why(page: Page) -> int:
    """Go to the field Why and type; that is the editor's time."""
    tabs = 0
    while page.evaluate(FOCUSED) != "Why":
        if tabs == FIRST:
            raise RuntimeError(f"the field Why was not reached with {FIRST} presses of Tab")
        page.keyboard.press("Tab")
        tabs += 1
    page.keyboard.type(WHY)
    return tabs + len(WHY)


def _give(page: Page) -> int:
    """Leave the field Why, which the script runs for, and give the first topic that the story lacks."""
    for key in ("Shift+Tab", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    return 3


WAYS: tuple[tuple[str, Callable[[Page], int]], ...] = (
    ("right as it is", _right),
    ("took a tag", _take),
    ("gave one, with why", _give),
)


def main() -> None:
    """Measure, print and keep the figures."""
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    print(json.dumps(found, indent=1))
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "queue_pace.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
