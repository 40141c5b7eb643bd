"""口径确认 from both sides: a draft is warned, two units answer, the mended text closes it."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTIFACTS, Open
from tests.browser.test_pages import serious

pytestmark = pytest.mark.browser

WAIT_MS = 60_000
# The demo city's own entries are compared first.
ALL_COMPARED_MS = 300_000
TITLE = "高龄津贴发到社会保障卡须知"
# 市民政局 says 7个工作日 in its rules on the same allowance.
TEXT = """{title}

一、发放对象

具有本市户籍、年满80周岁的老年人，高龄津贴发到本人社会保障卡。

二、申请审核

没有收到告知的，带身份证、户口簿、社会保障卡到村（社区）申请高龄津贴，{days}个工作日内审核。
"""


@pytest.fixture
def axe() -> str:
    """axe-core's script, or "" where ``AXE_CORE`` does not name it."""
    path = Path(os.environ.get("AXE_CORE", ""))
    return path.read_text("utf-8") if path.is_file() else ""


def written(folder: Path, days: int) -> str:
    path = folder / f"高龄津贴须知-{days}.txt"
    path.write_text(TEXT.format(title=TITLE, days=days), "utf-8")
    return str(path)


def until_seen(page: Page, text: str) -> None:
    """Load the page again until the background comparison has reached it."""
    for _ in range(ALL_COMPARED_MS // 2000):
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(2000)
        page.reload()
    expect(page.get_by_text(text).first).to_be_visible()


def publish(page: Page, open_as: Open) -> None:
    """From the draft that is open through the unit's own review; 市人社局 is trusted."""
    page.click("button[name=action][value=submit]")
    reviewer = open_as("shenhe_rs", re.sub(r"^https?://[^/]+", "", page.url))
    expect(reviewer.get_by_role("heading", name=TITLE).first).to_be_visible()
    reviewer.keyboard.press("y")
    reviewer.wait_for_load_state()


def check(page: Page, axe: str, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=ARTIFACTS / f"{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if axe:
            assert serious(page, axe) == []


def test_two_units_settle_a_contradiction_and_the_mended_text_closes_it(
    open_as: Open, axe: str, tmp_path: Path
) -> None:
    clerk = open_as("jingban_rs", "/units")
    clerk.set_input_files("#f-files", written(tmp_path, 15))
    clerk.wait_for_url(re.compile(r"/units/versions/\d+"), timeout=WAIT_MS)
    until_seen(clerk, "办理时限不一致")
    publish(clerk, open_as)

    other = open_as("jingban_mz", "/units/conflicts")
    until_seen(other, "办理时限")
    check(other, axe, "conflicts-queue")
    other.get_by_role("link", name=re.compile("办理时限")).first.click()
    other.wait_for_url(re.compile(r"/units/conflicts/\d+"))
    expect(other.locator("mark")).to_have_count(2)
    assert {mark.strip() for mark in other.locator("mark").all_inner_texts()} == {
        "15个工作日",
        "7个工作日",
    }
    check(other, axe, "conflict")
    form = other.get_by_role("form", name="市民政局的答复")
    form.get_by_label("我方正确").check()
    form.locator("textarea").fill("云民规〔2025〕2号第三条")
    form.get_by_role("button", name="答复").click()
    expect(other.get_by_text("已记下本单位的答复，等对方答复")).to_be_visible()

    clerk.goto(re.sub(r"^https?://[^/]+", "", other.url))
    expect(clerk.get_by_text("云民规〔2025〕2号第三条")).to_be_visible()
    form = clerk.get_by_role("form", name="市人力资源和社会保障局的答复")
    form.get_by_label("对方正确").check()
    form.get_by_role("button", name="答复").click()
    expect(clerk.get_by_text("已商定，改好发布后自动了结")).to_be_visible()
    expect(clerk.get_by_text("这一边要修改")).to_be_visible()
    check(clerk, axe, "conflict-agreed")

    agreed = clerk.url
    clerk.get_by_role("link", name=TITLE).click()
    clerk.set_input_files("#f-new", written(tmp_path, 7))
    clerk.click("form:has(#f-new) button[type=submit]")
    clerk.wait_for_url(re.compile(r"/units/versions/\d+"), timeout=WAIT_MS)
    publish(clerk, open_as)
    clerk.goto(agreed)
    until_seen(clerk, "重新比对后不再矛盾")
    check(clerk, axe, "conflict-closed")
