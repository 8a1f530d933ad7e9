"""A page that is open while a run publishes: it never fails, and its next interaction shows the new data."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from etl.publish import current_name
from etl.settings import Settings
from tests.serving import free_port, serving
from tests.small_seeds import WEEKLY, line, write_lines
from tests.victim import run_beside
from tests.warm import begin, ended

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(published_snapshot: Settings, tmp_path: Path) -> Iterator[str]:
    """The address of `ainews app` on a data folder of its own, which a test may publish into."""
    port = free_port()
    env = os.environ | {"AINEWS_DATA": str(published_snapshot.data)}
    command = [sys.executable, "-m", "etl", "app", "--port", str(port)]
    with serving(command, port=port, log=tmp_path / "output.txt", env=env, cwd=PROJECT) as address:
        yield address


def publish_beside(settings: Settings) -> None:
    """A run in a process of its own, as a timer starts it."""
    assert ended(begin(run_beside, settings)) == 0


def test_an_open_page_shows_what_was_published_meanwhile_at_its_next_click(
    open_page, settled, published_snapshot: Settings
):
    page = open_page("/?show=topic:chat&source=all&measure=count")
    stories, stands = page.locator(".brand"), page.locator(".st-key-actions .quiet")
    expect(stories).to_contain_text("5 stories")
    expect(stands).to_contain_text("Of 5 stories")
    name = current_name(published_snapshot)
    added = [line(100 + number, 1, f"2024-03-0{1 + number}", f"Late story {number}") for number in range(3)]
    write_lines(published_snapshot.seeds / "archive" / "weekly.jsonl", [*WEEKLY, *added])
    publish_beside(published_snapshot)
    assert current_name(published_snapshot) != name
    expect(stories).to_contain_text("5 stories")  # nobody has touched it
    page.locator(".st-key-choice_measure").get_by_text("Share").click()
    settled(page)
    expect(stories).to_contain_text("8 stories")
    expect(stands).to_contain_text("Of 8 stories")
    expect(page.locator(".js-plotly-plot .scatterlayer .trace").first).to_be_attached()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
