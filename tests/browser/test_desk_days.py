"""The days of the editor and of the supervisor, each on the pages they use.

What each did is looked up where it must show.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import order_steps as steps
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_an_editor_publishes_keeps_up_and_looks_back(open_as: Open) -> None:
    page = open_as("bianji01", "/units/review")
    title = page.get_by_role("heading", level=1).inner_text()
    with page.expect_navigation():
        page.keyboard.press("y")
    public = open_as(None, "/")
    for _ in range(20):  # within a second, on a machine that is not busy
        public.goto(f"/search?q={title}")
        if public.get_by_role("link", name=title).count():
            break
        public.wait_for_timeout(500)
    expect(public.get_by_role("link", name=title).first).to_be_visible()
    page.goto("/units/due")
    due = page.locator("form[action$='/check']")
    page.locator("details.due-do:has(form[action$='/check']) summary").first.click()
    due.first.locator("[name=next]").select_option(index=1)
    due.first.locator("button").click()
    expect(page.locator("body")).to_contain_text("已确认仍有效，下次核验")
    page.goto("/units")
    page.get_by_role("link", name="覆盖情况").click()
    expect(page.locator("main")).to_contain_text("知识更新及时率")


def test_a_supervisor_presses_tracks_a_topic_and_issues_a_bulletin(open_as: Open) -> None:
    page = open_as("duban01", "/supervise/orders")
    press(page)
    page.goto("/supervise/topics/new")
    page.fill("[name=name]", "物业纠纷")
    page.fill("[name=words]", "物业")
    page.get_by_role("button", name=re.compile("看会|预览|多少")).first.click()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("物业纠纷")
    page.goto("/supervise/bulletins")
    page.get_by_role("button", name=re.compile("周报")).click()
    issue(page)
    leader = open_as("fenguan01", "/supervise/bulletins")
    leader.get_by_role("link", name=re.compile(r"2026年.*日")).first.click()
    expect(leader.locator("main")).to_contain_text("第 1 版")
    expect(leader.get_by_role("button", name="出更正版")).to_have_count(0)


def press(page: Page) -> None:
    """催办 the first overdue order; it counts one more."""
    page.locator("main table [type=checkbox]").nth(1).check()
    page.get_by_role("button", name=re.compile("催办")).first.click()
    page.get_by_role("button", name="发出催办").click()
    expect(page.locator("body")).to_contain_text("已催办")


def issue(page: Page) -> None:
    """From the draft to the first edition, over the background work."""
    expect(page.get_by_role("button", name="审核通过")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="审核通过").click()
    page.get_by_role("button", name="自核并印发").click()
    steps.confirm(page)
    expect(page.get_by_role("link", name=re.compile("看印发的第 1 版"))).to_be_visible(
        timeout=60_000
    )
