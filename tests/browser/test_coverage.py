"""Coverage as a reader uses it: open a number by mouse or keyboard, read, download, share, narrow down, on any screen."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from reading import STORIES, middle, open_first_row, pointed_at, saved

POINTS = ".js-plotly-plot .scatterlayer .points path"
NARROW = (390, 844)


def hover(page: Page, number: int) -> tuple[int, int, str]:
    """k, n and the words of what a point says when pointed at."""
    text = pointed_at(page, *middle(page, POINTS, number))
    k, n = re.search(r"([\d,]+) of ([\d,]+) stor", text.split("likely")[0].split("·")[1][8:]).groups()
    return int(k.replace(",", "")), int(n.replace(",", "")), text


def walk(page: Page, settled: Any) -> list[str]:
    """The titles of all stories of an opened number, page by page."""
    cards = page.locator(STORIES)
    expect(cards.first).to_be_visible()
    titles = cards.all_text_contents()
    following = page.get_by_role("button", name="Next page")
    while following.count() and following.is_enabled():
        following.click()
        settled(page)
        titles += cards.all_text_contents()
    return titles


def test_a_clicked_point_opens_exactly_its_stories_with_evidence_links_and_csv(page, settled, tmp_path):
    k, n, said = hover(page, 16)
    assert "Generative AI" in said
    page.mouse.click(*middle(page, POINTS, 16))
    settled(page)
    expect(page.get_by_text(f"{k} of {n} stories =")).to_be_visible()
    expect(page.get_by_role("button", name=f"All {n} counted")).to_be_visible()
    titles = walk(page, settled)
    assert len(titles) == k
    expect(page.locator(".st-key-opened_csv")).to_contain_text(f"Download these {k} stories (CSV)")
    stories = saved(page, "opened_csv", tmp_path)
    assert len(stories) == k
    assert sorted(stories["title"]) == sorted(titles)
    text = "\n".join((*stories["title"], *stories["body"]))
    marks = page.locator(".st-key-opened_list mark").all_text_contents()
    assert marks
    assert all(mark.strip() and mark in text for mark in marks)
    link = page.locator(".st-key-opened_list article a").first
    assert link.get_attribute("href").startswith("https://")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")


def test_a_closed_number_can_be_opened_again_by_the_same_point(page, settled):
    for _ in range(2):
        page.mouse.click(*middle(page, POINTS, 20))
        settled(page)
        expect(page).to_have_url(re.compile("open-key=topic%3Agenerative"))
        page.get_by_role("button", name="Close").click()
        settled(page)
        expect(page).not_to_have_url(re.compile("open-key"))


def test_a_row_of_the_table_opens_its_stories_by_keyboard_alone(page, settled, tmp_path):
    open_first_row(page, settled, "numbers_expander")
    key, period = re.search(r"open-key=([^&]+)&open-period=([\d-]+)", page.url).groups()
    table = saved(page, "view_csv", tmp_path)
    row = table[(table["key"] == key.replace("%3A", ":")) & (table["first_day"] == period)].iloc[0]
    expect(page.get_by_role("heading", name=f"{row['line']} · {row['period']}")).to_be_visible()
    expect(page.get_by_text(f"{row['numerator']} of {row['denominator']} stories =")).to_be_visible()
    assert len(walk(page, settled)) == int(row["numerator"])


def test_the_downloaded_view_holds_what_the_points_say(page, tmp_path):
    table = saved(page, "view_csv", tmp_path)
    assert set(table["line"]) == {"Generative AI", "Healthcare and medicine", "AI agents"}
    k, n, _ = hover(page, 10)
    drawn = table[(table["key"] == "topic:generative") & (table["state"] != "none")].reset_index(drop=True)
    assert (int(drawn["numerator"][10]), int(drawn["denominator"][10])) == (k, n)
    assert table["filters"].str.startswith("stories of The Batch; long-running sources; 17 Apr 2019 to").all()


def test_a_copied_link_shows_somebody_else_the_same_numbers(page, open_page, settled):
    page.locator(".st-key-choice_measure").get_by_text("Count").click()
    settled(page)
    page.get_by_role("button", name="Link").click()
    link = page.get_by_test_id("stCode").locator("code").first.text_content()
    page.keyboard.press("Escape")
    headline, numbers = page.locator("h1").text_content(), hover(page, 12)
    other = open_page("/?" + link.partition("?")[2])
    expect(other.locator("h1")).to_have_text(headline)
    assert hover(other, 12) == numbers
    expect(other.get_by_test_id("stAlert")).to_have_count(0)
    expect(other.locator(".st-key-options")).to_contain_text("1 option changed")  # the grain stands as it was


def test_what_a_link_says_wrongly_is_named_and_loads_nothing_from_elsewhere(open_page):
    hostile = "%60![x](http://evil.example/a.png)"
    page = open_page(f"/?show=topic:agents&show=topic:bogus&source={hostile}&{hostile}=1&from={hostile}")
    expect(page.get_by_test_id("stAlert")).to_have_count(4)
    expect(page.get_by_test_id("stAlert").first).to_contain_text("topic bogus, which is not in this data")
    expect(page.locator("img[src*=evil]")).to_have_count(0)
    expect(page.locator(POINTS).first).to_be_visible()


@pytest.mark.parametrize("size", [(1440, 900), NARROW], ids=["wide", "narrow"])
def test_options_show_what_is_set_say_how_many_were_changed_and_go_back(open_page, settled, size):
    page = open_page("/?letters=yes&any=topic:generative", size=size)
    options = page.locator(".st-key-options button").first
    count = page.locator(".st-key-choice_measure").get_by_role("radio", name="Count")
    for _ in range(4):  # a narrow window draws twice, and the second drawing tells what the first held
        page.locator(".st-key-choice_measure").get_by_text("Count").click()  # a run before the popover was ever open
        settled(page)
        if count.is_checked():
            break
    expect(options).to_contain_text("2 options changed")
    options.click()
    grain = page.locator(".st-key-choice_grain")
    expect(grain.get_by_role("radio", name="Auto")).to_be_checked()
    expect(page.locator(".st-key-choice_letters input")).to_be_checked()
    expect(page.locator(".st-key-choice_any_of")).to_contain_text("Generative AI")
    grain.get_by_role("radio", name="Year").click()
    settled(page)
    expect(options).to_contain_text("3 options changed")
    expect(page).to_have_url(re.compile("grain=year"))
    page.get_by_role("button", name="Reset options").click()
    settled(page)
    expect(options).to_contain_text("Options")
    expect(page).to_have_url(re.compile(r"\?measure=count$"))


CONTRAST = """(element) => {
  const parse = (color) => { const c = document.createElement('canvas').getContext('2d', {willReadFrequently: true})
    return (under) => { c.fillStyle = under; c.fillRect(0, 0, 1, 1); c.fillStyle = color; c.fillRect(0, 0, 1, 1)
      return [...c.getImageData(0, 0, 1, 1).data].slice(0, 3) } }
  const light = (rgb) => { const [r, g, b] = rgb.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    return .2126 * r + .7152 * g + .0722 * b }
  const page = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor
  const under = parse(getComputedStyle(element).backgroundColor)(page)
  const over = parse(getComputedStyle(element).color)(`rgb(${under})`)
  const [a, b] = [light(under), light(over)].sort((x, y) => y - x)
  return (a + .05) / (b + .05)
}"""


@pytest.mark.parametrize(
    ("scheme", "background"), [("light", "rgb(252, 251, 248)"), ("dark", "rgb(20, 23, 28)")], ids=["light", "dark"]
)
def test_a_phone_shows_the_whole_chart_with_a_legend_and_readable_words_in_both_themes(open_page, scheme, background):
    page = open_page("/?source=all&any=region:US&any=region:CN", size=NARROW, scheme=scheme)
    expect(page.locator(".js-plotly-plot .legend .traces").first).to_be_visible()
    assert page.locator(".js-plotly-plot .main-svg").first.bounding_box()["width"] > 300
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    assert (
        page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor") == background
    )
    title = page.locator(".js-plotly-plot .gtitle").bounding_box()
    assert title["x"] >= 0
    assert title["x"] + title["width"] <= NARROW[0], "the title runs out of the picture"
    for part in ("[data-tag]", "article mark", ".chip-topic"):
        assert page.locator(part).first.evaluate(CONTRAST) >= 4.5, part


NAMELESS = """() => [...document.querySelectorAll('input, textarea, button, a[href], [role=combobox], [role=switch], [role=radio]')]
  .filter(e => e.getClientRects().length && !e.closest('[aria-hidden=true]'))
  .filter(e => ![e.getAttribute('aria-label'), e.title, e.textContent, ...[...(e.labels || [])].map(l => l.textContent),
    ...(e.getAttribute('aria-labelledby') || '').split(' ').map(id => id && document.getElementById(id)?.textContent)].some(t => t?.trim()))
  .map(e => e.outerHTML.slice(0, 200))"""


# Levels of the headings, in order, once the headline is among them: while a script draws anew it may be missing for a moment.
LEVELS = """() => {
  const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(e => Number(e.tagName[1]))
  return levels.includes(1) && levels
}"""


def test_everything_that_can_be_used_has_a_name_and_headings_step_down(page):
    page.locator(".st-key-options button").first.click()
    expect(page.get_by_role("button", name="Reset options")).to_be_visible()
    assert page.evaluate(NAMELESS) == []
    levels = page.wait_for_function(LEVELS).json_value()
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels)), levels
    headline = page.locator("h1").text_content()
    expect(page.get_by_role("figure")).to_have_attribute("aria-label", re.compile(re.escape(headline)))
