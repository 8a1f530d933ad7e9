"""Every page is read by axe-core, in both themes and on a phone: nothing that it finds is serious, but what Streamlit draws itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.serving import free_port, serving

PROJECT = Path(__file__).parents[2]
WIDE, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
GRAVE = ("serious", "critical")
# What another theme can change.
COLORS = ["color-contrast", "link-in-text-block"]
WINDOW = {"light": "rgb(252, 251, 248)", "dark": "rgb(20, 23, 28)"}
# Each as a reader meets it at its fullest: something is opened, or a section that is closed at first.
PAGES = {
    "coverage": "/?where=topic:generative&from_point=2022-07-01&to_point=2023-07-01&where_stories=within",
    "topics": "/topics?bars=topics&stories=shares&stories=topic:agents",
    "organizations": "/organizations?stories=voices&stories=organization:google",
    "organization": "/organizations?organization=google",
    "regions": "/regions?tab=map",
    "stories": "/stories?q=agents",
    "story": "/story?story=issue-i%231",
    "methods": "/methods",
    "methods-computed": "/methods?part=computed",
    "corrections": "/corrections",
    "balance": "/balance",
    "gaps": "/gaps",
    "draft": "/draft",
    "report": "/report",
    "saved": "/saved",
}


@dataclass(frozen=True)
class Theirs:
    """What no setting or style of ours can mend: `rule` of axe-core, `inside` what part of the page, and why."""

    rule: str
    inside: str
    why: str


NAVIGATION = "Streamlit 1.67 puts each group of pages into a div between the list and its items"
STREAMLITS = (
    Theirs("list", "[data-testid=stSidebarNavItems]", NAVIGATION),
    Theirs("listitem", "[data-testid=stSidebarNavItems]", NAVIGATION),
)


def grave(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds serious or critical, but STREAMLITS: rule, element, and what is wrong with it."""
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['id']}: {' '.join(node['target'])}: {node['failureSummary']}"
        for violation in found
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
        if not is_streamlits(page, violation["id"], node["target"][0])
    ]


def is_streamlits(page: Page, rule: str, target: str) -> bool:
    return any(
        page.evaluate("([target, inside]) => !!document.querySelector(target)?.closest(inside)", [target, known.inside])
        for known in STREAMLITS
        if known.rule == rule
    )


def in_theme(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", WINDOW[scheme])


@pytest.fixture(scope="module")
def server(shipped_snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard as an editor has it: more pages, and controls that others do not see."""
    port, folder = free_port(), tmp_path_factory.mktemp("axe")
    command = [sys.executable, "-m", "etl", "app", "--port", str(port), "--editor", "Ada"]
    env = os.environ | {"AINEWS_DATA": str(shipped_snapshot), "AINEWS_DESK": str(folder / "desk")}
    with serving(command, port=port, log=folder / "output.txt", env=env, cwd=PROJECT) as address:
        yield address


@pytest.fixture(scope="module")
def reader(browser: Browser, server: str) -> Iterator[Page]:
    """One reader who goes from page to page: a browser that has held the dashboard's code once loads a page in half the time."""
    context = browser.new_context(base_url=server)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing_serious_in_light_in_dark_and_on_a_phone(reader, settled, path):
    reader.set_viewport_size(WIDE)
    reader.goto(path)
    settled(reader)
    expect(reader.locator("h1")).to_have_count(1)
    assert grave(reader) == []
    in_theme(reader, "dark")
    assert grave(reader, COLORS) == []
    reader.set_viewport_size(PHONE)
    in_theme(reader, "light")
    reader.wait_for_timeout(300)  # the page tells of its new width after 200 ms
    settled(reader)
    assert grave(reader) == []
    assert reader.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_an_audit_goes_by_keys_and_axe_finds_nothing_serious_while_it_does(reader, settled):
    reader.set_viewport_size(WIDE)
    reader.goto("/corrections?part=audit")
    settled(reader)
    reader.get_by_role("button", name="Draw the sample").click()
    for judged, key in enumerate("yns"):
        expect(reader.get_by_text(f"{judged} of 50 judged · {50 - judged} to judge")).to_be_visible()
        settled(reader)
        story = reader.locator("h1").inner_text()
        reader.keyboard.press(key)
        expect(reader.locator("h1")).not_to_have_text(story)
    reader.keyboard.press("y")
    expect(reader.get_by_text("3 of 50 judged · 47 to judge")).to_be_visible()
    reader.keyboard.press("u")
    expect(reader.get_by_text("2 of 50 judged · 48 to judge")).to_be_visible()
    settled(reader)
    expect(reader.locator("h1")).to_have_count(1)
    assert grave(reader) == []


def test_what_is_wrong_is_found_and_named(browser):
    page = browser.new_page()
    navigation = '<nav data-testid="stSidebarNavItems"><ul><div><li>one</li></div></ul></nav>'
    page.set_content(f'<html lang="en"><title>x</title><main><img src="data:,"><ul><p>x</p></ul></main>{navigation}')
    found = grave(page)
    page.close()
    assert [one.rpartition(": ")[0].partition(": Fix")[0] for one in found] == ["image-alt: img", "list: main > ul"]
