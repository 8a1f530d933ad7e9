"""Regions as a reader uses the map: its outlines come with the page, a country and a circle open exactly their stories."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from reading import STORIES, at_rest, pointed_at, saved, stories_said

PLACE = """key => {
  for (const mark of document.querySelectorAll('.choroplethlayer path, .scattergeo path.point')) {
    const data = mark.__data__ && mark.__data__.data
    if (!data || data[0] !== key) continue
    const box = mark.getBoundingClientRect(), [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    if (box.width > 2) return [x, y, mark.closest('.scattergeo') ? 'circle' : 'land']
  }
}"""

LOADED = "performance.getEntriesByType('resource').map(one => one.name).filter(name => name.includes('world_'))"


def where(page: Page, key: str) -> tuple[float, float, str]:
    """The middle of a country's mark, once the map stands still, and what it is drawn as."""
    page.locator(".choroplethlayer path").first.wait_for(state="attached")
    x, y, drawn_as = at_rest(page, lambda: page.evaluate(PLACE, key))
    return x, y, drawn_as


def opened(page: Page, key: str, settled) -> int:
    """Point at a country, click it, and return how many stories it said that it has."""
    x, y, _ = where(page, key)
    count = stories_said(pointed_at(page, x, y))
    page.mouse.click(x, y)
    settled(page)
    return count


def test_the_map_is_drawn_from_this_host_and_a_country_opens_its_stories(open_page, settled, tmp_path):
    page = open_page("/regions?tab=map", scheme="dark")
    where(page, "region:CN")
    outlines = page.evaluate(LOADED)
    assert [name.partition("/app/static/")[2] for name in outlines] == ["outlines/world_110m.json"]
    count = opened(page, "region:CN", settled)
    expect(page.get_by_role("heading", name="China", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("stories=places&stories=region%3ACN"))
    expect(page.locator(".st-key-opened_csv")).to_contain_text(f"Download these {count} stories (CSV)")
    assert len(saved(page, "opened_csv", tmp_path)) == count
    page.get_by_role("button", name="Close").click()
    settled(page)
    count = opened(page, "region:SG", settled)  # too small to be seen, so a circle
    expect(page.get_by_role("heading", name="Singapore", exact=True)).to_be_visible()
    assert page.locator(STORIES).count() == min(count, 10)
    assert (
        open_page(page.url[page.url.index("/regions") :]).locator("h1").text_content()
        == page.locator("h1").text_content()
    )
