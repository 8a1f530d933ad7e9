"""Organizations as a reader uses it, and a number of Organizations and of Regions opened by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from reading import STORIES, middle, open_first_row, pointed_at, saved, stories_said

BAR = ".js-plotly-plot .barlayer .point path"


def test_a_reader_filters_opens_a_bar_takes_its_stories_along_and_sends_the_link(open_page, settled, tmp_path):
    page = open_page("/organizations")
    page.locator(".st-key-organizations_counts").get_by_role("radio", name="names it").click()
    settled(page)
    expect(page).to_have_url(re.compile("counts=named"))
    x, y = middle(page, BAR)
    count = stories_said(pointed_at(page, x, y))
    page.mouse.click(x, y)
    settled(page)
    expect(page.get_by_text(f"{count} stories", exact=True)).to_be_visible()
    assert len(saved(page, "opened_csv", tmp_path)) == count
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
    open_first_row(page, settled, f"{section}_numbers")
    expect(page).to_have_url(re.compile(f"stories={section}"))
    expect(page.locator(STORIES).first).to_be_visible()
    stories = saved(page, "opened_csv", tmp_path)
    expect(page.get_by_text(f"{len(stories):,} stories", exact=True)).to_be_visible()
    shut = page.get_by_role("button", name="Close")
    for _ in range(60):
        page.keyboard.press("Tab")
        if shut.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    settled(page)
    expect(page).not_to_have_url(re.compile("stories="))
    expect(page.locator(STORIES)).to_have_count(0)
