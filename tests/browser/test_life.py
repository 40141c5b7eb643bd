"""The life of an entry: a new version is uploaded, its diff read, published; the old one says so.

And 纠错 from the card in three key presses.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

WAIT_MS = 30_000
TITLE = "云汀市梧桐里共享菜园租用办法"
TEXT = """{title}

第一条 梧桐里共享菜园每块每季度租金 {fee} 元，签约时一次缴清。

第二条 租用人在社区服务窗口签约，每户限租一块，不得转租。

第三条 菜园开放时间为每日 6:00 至 20:00。
"""
QUESTION = "梧桐里共享菜园每季度租金多少钱"


def written(folder: Path, fee: int) -> str:
    path = folder / f"共享菜园-{fee}.txt"
    path.write_text(TEXT.format(title=TITLE, fee=fee), "utf-8")
    return str(path)


def publish_draft(page: Page) -> str:
    """Publish the draft the page shows; returns the entry's number."""
    page.click("button[name=action][value=publish]")
    page.get_by_role("button", name="确定").click()
    page.wait_for_url(re.compile(r"/units/entries/\d+"), timeout=WAIT_MS)
    return page.url.rsplit("/", 1)[1]


def test_a_new_version_is_uploaded_compared_and_published_and_the_old_says_so(
    open_as: Open, tmp_path: Path
) -> None:
    editor = open_as("bianji01", "/units")
    editor.set_input_files("#f-files", written(tmp_path, 180))
    editor.wait_for_url(re.compile(r"/units/versions/\d+"), timeout=WAIT_MS)
    entry = publish_draft(editor)

    editor.set_input_files("#f-new", written(tmp_path, 240))
    editor.click("form:has(#f-new) button[type=submit]")
    editor.goto(f"/units/entries/{entry}/compare")
    expect(editor.locator("del")).to_have_text("180")
    expect(editor.locator("ins")).to_have_text("240")
    expect(editor.get_by_text("每户限租一块")).to_have_count(0)  # unchanged clauses are left out

    editor.goto(f"/units/entries/{entry}")
    editor.get_by_role("link", name=re.compile("第 2 版 · ")).click()
    publish_draft(editor)

    agent = open_as("zuoxi03", f"/desk/entry/{entry}?version=1")
    expect(agent.locator(".force").first).to_contain_text("已被替代")
    expect(agent.locator(".note")).to_contain_text("不是现在的文本")
    agent.goto(f"/desk?q={QUESTION}")
    expect(agent.locator("#card")).to_contain_text("240 元", timeout=WAIT_MS)
    expect(agent.locator("#card")).not_to_contain_text("180 元")


def test_a_card_is_reported_in_three_key_presses_without_leaving_the_call(open_as: Open) -> None:
    agent = open_as("zuoxi03", "/desk?caller=13700003333&call_id=flag-1")
    agent.keyboard.type("公积金贷款需要什么材料")
    expect(agent.locator("#hit-1")).to_have_attribute("aria-selected", "true", timeout=WAIT_MS)
    agent.wait_for_load_state("networkidle")  # the answer to the last key is drawn
    agent.keyboard.press("Alt+j")
    expect(agent.locator("#flag-dialog")).to_be_visible()
    agent.keyboard.press("Alt+2")
    agent.keyboard.press("Enter")
    expect(agent.locator("#card [data-flags]")).to_contain_text("已过时", timeout=WAIT_MS)
    expect(agent.locator("#flag-dialog")).to_be_hidden()
    expect(agent.locator("#q")).to_be_focused()
    expect(agent.locator("#q")).to_have_value("公积金贷款需要什么材料")
    expect(agent.locator("[data-call]")).to_be_visible()
