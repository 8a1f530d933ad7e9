"""The first screen opens in a real browser, wide and narrow, light and dark, and draws its chart."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "narrow"])
def test_first_screen_draws_a_chart_that_fits(open_page, size, scheme):
    page = open_page(size=size, scheme=scheme)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator(".js-plotly-plot .scatterlayer .trace").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
