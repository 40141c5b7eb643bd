"""A tour points at the page and never stands between a person and their work."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


@pytest.fixture
def toured(browser: Browser, open_as: Open, site: str) -> Page:
    """The desk with its tour over it; whoever else is opened has tours blocked."""
    state = open_as("zuoxi03", "/help").context.storage_state()
    context = browser.new_context(base_url=site, storage_state=state, locale="zh-CN")
    page = context.new_page()
    page.goto("/desk?tour=agent")
    expect(page.locator("#tour")).to_be_visible()
    return page


def test_what_is_typed_goes_into_the_box_at_once_and_the_tour_steps_aside(toured: Page) -> None:
    box, tour = toured.locator("#q"), toured.locator("#tour")
    expect(box).to_be_focused()
    box.click(position={"x": 60, "y": 10})  # nothing lies over it
    toured.keyboard.type("路灯坏了")
    expect(box).to_have_value("路灯坏了")
    expect(tour).to_be_hidden()
    toured.context.close()


def test_a_letter_typed_while_the_tour_is_walked_is_written_not_swallowed(toured: Page) -> None:
    box, tour = toured.locator("#q"), toured.locator("#tour")
    toured.get_by_role("button", name="下一步").click()
    at = toured.locator("[data-tour-at]")
    expect(at).to_contain_text("2 /")
    toured.keyboard.press("ArrowRight")
    expect(at).to_contain_text("3 /")
    before = box.input_value()  # what was written last may be kept already
    toured.keyboard.type("ludeng")
    expect(box).to_have_value(before + "ludeng")
    expect(tour).to_be_hidden()
    toured.context.close()


def test_escape_leaves_the_tour_from_the_box_and_the_words_stay(toured: Page) -> None:
    toured.goto("/desk?q=路灯坏了&tour=agent")
    expect(toured.locator("#tour")).to_be_visible()
    box = toured.locator("#q")
    toured.keyboard.press("Escape")
    expect(toured.locator("#tour")).to_be_hidden()
    expect(box).to_be_focused()
    expect(box).to_have_value("路灯坏了")
    toured.keyboard.type("三天")
    expect(box).to_have_value("路灯坏了三天")
    assert "tour" not in toured.url
    toured.context.close()
