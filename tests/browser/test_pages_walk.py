"""Organizations as a reader uses it, and a number of Organizations and of Regions opened by keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

BAR = ".js-plotly-plot .barlayer .point path"
STORIES = ".st-key-opened_list article.story h3"


def middle(page: Page, mark: str) -> tuple[float, float]:
    """The middle of the first such mark, once the chart stands still."""
    found, before = page.locator(mark).first, None
    expect(found).to_be_visible()
    while (now := found.bounding_box()) != before:
        before = now
        page.wait_for_timeout(150)
    return now["x"] + now["width"] / 2, now["y"] + now["height"] / 2


def downloaded(page: Page, folder: Path) -> pd.DataFrame:
    with page.expect_download() as download:
        page.locator(".st-key-opened_csv button").first.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False)


def test_a_reader_filters_opens_a_bar_takes_its_stories_along_and_sends_the_link(open_page, settled, tmp_path):
    page = open_page("/organizations")
    page.locator(".st-key-organizations_counts").get_by_role("radio", name="names it").click()
    settled(page)
    expect(page).to_have_url(re.compile("counts=named"))
    x, y = middle(page, BAR)
    page.mouse.move(x, y)
    said = page.locator(".js-plotly-plot .hoverlayer .hovertext")
    expect(said).to_contain_text("click to read the stories")
    count = int(re.search(r"([\d,]+) of [\d,]+ stories", said.text_content())[1].replace(",", ""))
    page.mouse.click(x, y)
    settled(page)
    expect(page.get_by_text(f"{count} stories", exact=True)).to_be_visible()
    assert len(downloaded(page, tmp_path)) == count
    headline, titles = page.locator("h1").text_content(), page.locator(STORIES).all_text_contents()
    assert len(titles) == min(count, 10)
    page.get_by_role("button", name="Link").click()
    link = page.get_by_test_id("stCode").locator("code").first.text_content()
    other = open_page("/organizations?" + link.partition("?")[2])
    expect(other.locator("h1")).to_have_text(headline)
    assert other.locator(STORIES).all_text_contents() == titles
    expect(other.get_by_test_id("stAlert")).to_have_count(0)


@pytest.mark.parametrize(("path", "section"), [("/organizations", "voices"), ("/regions", "places")])
def test_a_number_is_opened_read_and_closed_by_keyboard_alone(open_page, settled, tmp_path, path, section):
    page = open_page(path)
    page.locator(f".st-key-{section}_numbers summary").focus()
    page.keyboard.press("Enter")
    cells = page.locator(f".st-key-{section}_numbers canvas").first
    expect(cells).to_be_visible()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "CANVAS":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    settled(page)
    expect(page).to_have_url(re.compile(f"stories={section}"))
    expect(page.locator(STORIES).first).to_be_visible()
    stories = downloaded(page, tmp_path)
    expect(page.get_by_text(f"{len(stories):,} stories", exact=True)).to_be_visible()
    shut = page.get_by_role("button", name="Close")
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if section == "none" else "Tab")
        if shut.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    settled(page)
    expect(page).not_to_have_url(re.compile("stories="))
    expect(page.locator(STORIES)).to_have_count(0)
