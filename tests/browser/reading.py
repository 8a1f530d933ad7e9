"""What a reader does on any page: point at a mark, read what it says, open a row by keyboard, save a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from playwright.sync_api import Page, expect

STORIES = ".st-key-opened_list article.story h3"


def at_rest(page: Page, look: Callable[[], Any]) -> Any:
    """What `look` gives once it gives something, and the same a moment later: a chart moves while it is laid out."""
    before = None
    while (now := look()) is None or now != before:
        before = now
        page.wait_for_timeout(130)
    return now


def middle(page: Page, mark: str, number: int = 0) -> tuple[float, float]:
    """The middle of a mark, once the chart stands still."""
    found = page.locator(mark).nth(number)
    expect(found).to_be_visible()
    box = at_rest(page, found.bounding_box)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pointed_at(page: Page, x: float, y: float) -> str:
    """What a mark there says when pointed at."""
    page.mouse.move(5, 5)
    page.mouse.move(x, y)
    said = page.locator(".js-plotly-plot .hoverlayer .hovertext")
    expect(said).to_contain_text("click to read the stories")
    return str(said.text_content())


def stories_said(text: str) -> int:
    """The count of what a mark of a share says."""
    return int(re.search(r"([\d,]+) of [\d,]+ stories", text)[1].replace(",", ""))


def open_first_row(page: Page, settled: Callable[[Page], None], numbers: str) -> None:
    """Open the stories of the first row of the numbers behind a chart, by keyboard alone; `numbers` is the key of their expander."""
    expander = page.locator(f".st-key-{numbers}")
    expander.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(expander.get_by_text("By keyboard: arrow keys to the row, then Shift and Space.")).to_be_visible()
    expect(expander.locator("canvas").first).to_be_visible()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "CANVAS":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    settled(page)
    expect(page.get_by_role("button", name="Close")).to_be_visible()


def saved(page: Page, key: str, folder: Path) -> pd.DataFrame:
    """What a download button gives, read as a table."""
    with page.expect_download() as download:
        page.locator(f".st-key-{key} button").first.click()  # the second is its tooltip
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False)
