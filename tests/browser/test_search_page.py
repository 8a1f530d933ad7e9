"""Searching as a reader does: type, turn the page, open the link elsewhere, read a story and come back, take the list along."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
from playwright.sync_api import expect

TITLES = ".st-key-found_list article.story h3"


def number_found(page) -> int:
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"^[\d,]+ of [\d,]+ stories hold"))
    return int(page.get_by_role("heading", level=1).text_content().split()[0].replace(",", ""))


def test_search_turn_the_page_share_read_and_take_along(open_page, settled, tmp_path: Path):
    page = open_page("/stories?source=all")
    box = page.get_by_role("searchbox", name="Search titles and texts")
    box.fill("open models")
    box.press("Enter")
    expect(page).to_have_url(re.compile("q=open"))
    settled(page)
    found = number_found(page)
    first = page.locator(TITLES).all_text_contents()
    assert len(first) == 10 < found
    assert page.locator(".st-key-found_list mark").count() >= 10

    page.locator("[class*=st-key-search_page]").get_by_text("2", exact=True).click()
    expect(page).to_have_url(re.compile("at=2"))
    settled(page)
    second = page.locator(TITLES).all_text_contents()
    assert not set(first) & set(second)
    elsewhere = open_page(page.url[page.url.index("/stories") :])
    assert elsewhere.locator(TITLES).all_text_contents() == second

    page.get_by_role("link", name=re.compile("^Why these tags")).first.click()
    page.wait_for_url(re.compile("/story"))
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(second[0])
    page.locator("a.back").click()
    page.wait_for_url(re.compile("/stories"))
    settled(page)
    assert page.locator(TITLES).all_text_contents() == second

    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("^CSV of all")).click()
    download.value.save_as(tmp_path / "stories.csv")
    titles = pd.read_csv(tmp_path / "stories.csv")["title"].tolist()
    assert len(titles) == found
    assert titles[:20] == [*first, *second]
