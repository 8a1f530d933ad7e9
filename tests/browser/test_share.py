"""What a reader takes along, in a real browser: a picture of the right size, a chart within another page, chips that fit."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

NARROW = (390, 844)


def picture_size(page: Page, folder: Path) -> tuple[str, tuple[int, int]]:
    """The name of the PNG that the dialog gives, and its size in pixels by its own header."""
    page.locator(".st-key-open_picture button").locator("visible=true").first.click()
    expect(page.locator(".st-key-picture .js-plotly-plot .gtitle")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as PNG").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return path.name, struct.unpack(">II", head[16:24])


@pytest.mark.parametrize(("path", "name"), [("/", "coverage-coverage.png"), ("/topics", "topics-shares.png")])
def test_a_picture_has_1600_by_900_pixels_in_the_dark_too(open_page, tmp_path, path, name):
    page = open_page(path, scheme="dark")
    assert picture_size(page, tmp_path) == (name, (1600, 900))


def test_on_a_phone_the_whole_picture_is_seen_before_it_is_taken(open_page, tmp_path):
    page = open_page("/", size=NARROW)
    assert picture_size(page, tmp_path) == ("coverage-coverage.png", (1600, 900))
    drawn = page.locator(".st-key-picture .js-plotly-plot .main-svg").first.bounding_box()
    frame = page.locator(".st-key-picture").bounding_box()
    assert drawn["width"] / drawn["height"] == pytest.approx(1600 / 900, rel=0.02)
    assert drawn["x"] >= frame["x"]
    assert drawn["x"] + drawn["width"] <= frame["x"] + frame["width"] <= NARROW[0]
    assert drawn["y"] + drawn["height"] <= frame["y"] + frame["height"]


def test_within_another_page_a_chart_and_its_source_line_are_all_that_shows(open_page):
    page = open_page("/topics?embed=true&chart=movers&bars=desk:cooking", size=(900, 560))
    expect(page.locator(".st-key-embedded .js-plotly-plot")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(1)
    expect(page.locator(".st-key-embedded")).to_contain_text("AI News Trends, data of")
    expect(page.get_by_test_id("stAlert")).to_contain_text("desk:cooking")
    for part in (
        "header",
        "h1",
        "[data-testid=stSelectbox]",
        "[data-testid=stExpander]",
        ".brand",
        "button >> text=Link",
    ):
        expect(page.locator(part).locator("visible=true")).to_have_count(0)
    assert "embed=true" in page.url
    assert "chart=movers" in page.url
    whole = page.get_by_role("link", name="The whole view")
    assert "embed" not in str(whole.get_attribute("href"))


@pytest.mark.parametrize("size", [(1440, 900), NARROW], ids=["wide", "narrow"])
def test_chips_take_one_line_and_leave_the_chart_on_the_first_screen(open_page, settled, size):
    page = open_page("/", size=size)
    chips, chart = page.locator(".st-key-examples"), page.locator(".js-plotly-plot").first
    expect(chips.get_by_role("button")).to_have_count(6)
    if size == NARROW:  # the page learns of the width from its first drawing, and draws itself again
        page.wait_for_function(
            "document.querySelector('.st-key-examples')?.getBoundingClientRect().top"
            " > document.querySelector('.js-plotly-plot')?.getBoundingClientRect().top"
        )
    else:
        box, drawn = chips.bounding_box(), chart.bounding_box()
        assert box["height"] < 40
        assert drawn["y"] + drawn["height"] < size[1]
    chips.get_by_role("button", name="Agents arrive").click()
    settled(page)
    expect(page.get_by_text("AI agents in The Batch:")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
