"""联想 by keyboard: at the desk beside the cards' own keys, and under the public's box."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

WAIT_MS = 20_000


def test_the_desks_lines_leave_the_cards_their_keys(open_as: Open) -> None:
    page = open_as("zuoxi01", "/desk")
    box, strip = page.locator("#q"), page.locator("#suggest")
    for _ in range(20):  # the lines are made in the background at the first question
        box.fill("")
        page.keyboard.type("gjj")
        page.wait_for_timeout(800)
        if strip.is_visible():
            break
    first = strip.locator("[role=option]").first
    expect(first).to_contain_text("公积金")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#hit-1")).to_have_attribute("aria-selected", "true", timeout=WAIT_MS)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#hit-2")).to_have_attribute("aria-selected", "true")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Control+ArrowDown")
    second = strip.locator("[role=option]").nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "suggest-2")
    text = second.inner_text()
    page.keyboard.press("ArrowRight")
    expect(box).to_have_value(text)
    expect(strip).to_be_hidden()
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_have_value("")


def test_the_publics_list_opens_chooses_closes_and_searches(open_as: Open) -> None:
    page = open_as(None, "/", width=390, height=844)
    box, lines = page.locator("#q"), page.locator("#suggest")
    for _ in range(20):
        box.fill("")
        box.press_sequentially("gjj")
        page.wait_for_timeout(800)
        if lines.is_visible():
            break
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "suggest-1")
    expect(box).to_have_value(re.compile("公积金"))
    page.keyboard.press("Escape")
    expect(lines).to_be_hidden()
    expect(box).to_have_value("gjj")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("t")
    expect(lines).to_be_visible(timeout=WAIT_MS)
    page.keyboard.press("ArrowDown")
    chosen = box.input_value()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search"))
    expect(page.locator("#q")).to_have_value(chosen)
