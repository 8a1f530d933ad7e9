"""From a number to a story and the words that led to its tags, and back, as a reader goes; on any screen."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect
from reading import open_first_row

OPENED = "/?open-key=topic:generative&open-period=2024-04-01"
HEADINGS = "h1, h2, h3, h4, h5, h6"


def test_from_an_opened_number_to_a_story_its_words_and_back_to_the_number(open_page, settled):
    page = open_page("/")
    open_first_row(page, settled, "numbers_expander")
    number = page.locator("h2").first.text_content()
    address = page.url
    card = page.locator(".st-key-opened_list article.story").first
    title, marked = card.locator("h3").text_content(), card.locator("mark").all_text_contents()
    card.get_by_role("link", name=re.compile("^Why these tags")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/story\?story=[0-9a-f]{16}"))
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    line = number.partition(" · ")[0]
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    expect(page.get_by_role("heading", name=line)).to_be_visible()
    shown = page.locator("h1 mark, .text mark").all_text_contents()
    phrases = page.locator("section.reason", has=page.get_by_role("heading", name=line)).locator("tbody th")
    assert phrases.count() > 0
    assert all(any(word in mark for mark in shown) for word in marked), (
        "the words that the list marked are marked here too"
    )
    page.get_by_role("link", name="Back to the chart").click()
    expect(page.locator("h2").first).to_have_text(number)
    settled(page)
    assert sorted(page.url.partition("?")[2].split("&")) == sorted(address.partition("?")[2].split("&"))


def test_a_chosen_tag_shows_its_words_and_any_topic_can_be_asked_for(open_page, settled):
    page = open_page(OPENED)
    page.get_by_role("link", name=re.compile("^Why these tags")).first.click()
    page.wait_for_url(re.compile("/story"))
    settled(page)
    all_tags = page.get_by_role("radio", name="All tags")
    expect(all_tags).not_to_be_checked()
    some = page.locator("h1 mark, .text mark").all_text_contents()
    all_tags.click()
    settled(page)
    expect(page).not_to_have_url(re.compile("tag="))
    assert page.locator("h1 mark, .text mark").all_text_contents() != some
    page.get_by_role("combobox", name="Why not …?").press("ArrowDown")
    page.wait_for_timeout(1000)
    if not page.get_by_role("option").first.is_visible():  # a rerun that came late took the list away
        page.get_by_role("combobox", name="Why not …?").press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    settled(page)
    expect(page.get_by_text(re.compile("It scored under half of"))).to_be_visible()
    page.locator(".st-key-score_expander summary").click()
    expect(page.get_by_text("A score is how sure the tagger is")).to_be_visible()
    expect(page.get_by_test_id("stCode")).to_contain_text(re.compile(r"ainews explain [0-9a-f]{16}"))


def test_the_search_box_opens_a_story_and_the_browsers_back_returns(open_page, settled):
    page = open_page("/story?story=nowhere")
    expect(page.get_by_test_id("stAlert")).to_contain_text("There is no story nowhere")
    page.get_by_role("textbox", name="Open a story by its id").fill("issue-i#2")
    page.keyboard.press("Enter")
    expect(page.locator("h1 mark").first).to_be_visible()
    settled(page)
    expect(page).to_have_url(re.compile("story=issue-i%232"))
    page.go_back()
    expect(page.get_by_test_id("stAlert")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "narrow"])
def test_a_story_fits_any_screen_with_headings_that_step_down(open_page, size, scheme):
    page = open_page("/story?story=issue-i%231", size=size, scheme=scheme)
    names, topics = ["Organizations", "Regions"], ["Topics", "Topics that it lacks"]
    # A phone has no second column: there topics come before names.
    expect(page.locator("h2")).to_have_text([*topics, *names] if size[0] < 640 else [*names, *topics])
    expect(page.locator("section.reason .bar").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    levels = page.locator(HEADINGS).evaluate_all("all => all.map(one => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels)), levels
