"""练习 is done with the keys of the desk."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

QUESTION = "公积金贷款需要什么材料"


def ask(page: Page) -> None:
    page.locator("#q").fill(QUESTION)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_question_is_answered_and_another_handed_over_as_at_the_desk(open_as: Open) -> None:
    page = open_as("zuoxi03", "/desk/practice")
    page.get_by_role("button", name="开始一次练习").click()
    box, heading = page.locator("#q"), page.locator(".page-head")
    expect(heading).to_contain_text("第 1 题")
    page.wait_for_load_state()  # the keys are the script's
    page.keyboard.type("路灯")
    page.keyboard.press("Escape")
    expect(box).to_have_value("")

    ask(page)
    picks = page.locator("[name=item]")
    page.keyboard.press("Alt+3")
    expect(picks.nth(2)).to_be_checked()
    page.keyboard.press("ArrowUp")
    expect(picks.nth(1)).to_be_checked()
    expect(box).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(heading).to_contain_text("第 2 题")

    page.keyboard.press("F8")
    expect(page.locator("[data-again]")).to_be_visible()
    expect(heading).to_contain_text("第 2 题")
    with page.expect_navigation():
        page.keyboard.press("F8")
    expect(heading).to_contain_text("第 3 题")
