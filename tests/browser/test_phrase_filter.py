"""A phrase under "Only stories about", in a real browser: typed, kept in the link, on every page, and taken out again."""

from __future__ import annotations

from playwright.sync_api import expect


def test_a_phrase_is_typed_counted_and_carried_from_page_to_page(open_page):
    page = open_page("/?show=topic%3Ahealthcare&grain=year")
    page.locator(".st-key-options button").first.click()
    box = page.locator(".st-key-choice_all_of input")
    box.fill("machine learning")
    box.press("Enter")
    said = "that say “machine learning”"
    expect(page.locator(".st-key-choice_all_of")).to_contain_text("“machine learning” · phrase")
    page.keyboard.press("Escape")
    expect(page.get_by_text(said).first).to_be_visible()
    page.wait_for_url("**every=phrase*")
    page.get_by_text("Explore", exact=True).first.click()
    page.get_by_text("Topics", exact=True).first.click()
    expect(page.get_by_text(said).first).to_be_visible()
    page.wait_for_url("**/topics?*every=phrase*")
