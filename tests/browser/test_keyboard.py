"""Every main task with the keys alone: nothing here clicks, fills in or scrolls.

``reach`` presses Tab until the focus is where it should be, and fails when Tab never gets there,
as a person would.
"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.order_steps import WAIT_MS

pytestmark = pytest.mark.browser

MOST_TABS = 200
UNIT = "市住房和城乡建设局"
MATTER = "单元门禁坏了没有人修"
CONTENT = "小区单元门禁坏了两周，物业说没有配件，请督促修好。"
REPLY = (
    "您好，您反映单元门禁损坏的问题，市住房和城乡建设局已于今天到现场核查：门禁主板烧坏，已责令物业"
    "公司今天下午更换，现已恢复使用。以上情况已于今天下午电话告知您，您表示满意。"
)
QUESTION = "临时遗失社保卡先怎么挂失"
ANSWER = "拨打 12333 或者到银行网点口头挂失，七天内补办书面手续。"


def reach(page: Page, target: Locator) -> None:
    """Tab on until the target has the focus, and see that the focus can be seen."""
    expect(target).to_be_visible(timeout=WAIT_MS)
    element = target.element_handle()
    assert element is not None
    for _ in range(MOST_TABS):
        if element.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"Tab does not lead to {target}")
    seen = element.evaluate(
        "one => [one, one.parentElement, one.nextElementSibling].some((each) => each && "
        "(getComputedStyle(each).outlineStyle !== 'none' || "
        "getComputedStyle(each).boxShadow !== 'none'))"
    )
    assert seen, f"the focus on {target} cannot be seen"


def write(page: Page, target: Locator, text: str) -> None:
    reach(page, target)
    page.keyboard.insert_text(text)


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    reach(page, target)
    page.keyboard.press(key)


def follow(page: Page, target: Locator) -> None:
    reach(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_call_is_answered_and_ended(open_as: Open) -> None:
    page = open_as("zuoxi01", "/desk?caller=13900006611&call_id=keys-1")
    write(page, page.locator("#q"), "失业金怎么领")
    expect(page.locator("#hit-1")).to_be_visible(timeout=WAIT_MS)
    for key in ("ArrowDown", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".acts-done")).to_contain_text("已采纳", timeout=WAIT_MS)
    page.keyboard.press("F9")
    expect(page.get_by_role("button", name="开始通话")).to_be_visible(timeout=WAIT_MS)


def test_an_order_goes_from_the_desk_to_its_end(open_as: Open) -> None:
    agent = open_as("zuoxi02", "/desk?caller=13900006622&call_id=keys-2")
    write(agent, agent.locator("#q"), MATTER)
    agent.keyboard.press("F8")
    write(agent, agent.locator("#reg [name=content]"), CONTENT)
    first = agent.locator("#reg [name=purpose]").first
    while not first.evaluate("one => one.name === (document.activeElement || {}).name"):
        agent.keyboard.press("Shift+Tab")
    agent.keyboard.press("ArrowRight")
    agent.keyboard.press("F8")
    done = agent.locator(".acts-done")
    expect(done).to_contain_text("已转工单", timeout=WAIT_MS)
    number = re.search(r"YTGD\d{8}-\d{4}", done.inner_text())
    assert number is not None

    centre = open_as("paidan01", "/dispatch")
    follow(centre, centre.locator(f"main a[href$='/{number[0]}']").first)
    write(centre, centre.locator("#unit-dispatched"), UNIT)
    follow(centre, centre.locator("#do-dispatched footer button[type=submit]").first)
    expect(centre.get_by_text("待签收").first).to_be_visible()

    clerk = open_as("jingban_zj", "/units/orders")
    follow(clerk, clerk.locator(f"main a[href$='/{number[0]}']").first)
    follow(clerk, clerk.locator("#do-acknowledged button[type=submit]").first)
    write(clerk, clerk.locator("#t-replied"), REPLY)
    press(clerk, clerk.locator("#do-replied [name=is_informed][value=yes]"), "Space")
    press(clerk, clerk.get_by_role("button", name="发出前检查"))
    expect(clerk.locator("#checked")).to_be_visible(timeout=WAIT_MS)
    follow(clerk, clerk.locator("#do-replied footer button[value=send]"))
    expect(clerk.get_by_text("待单位审核").first).to_be_visible()

    reviewer = open_as("shenhe_zj", f"/units/orders/{number[0]}")
    follow(reviewer, reviewer.locator("#do-unit_passed footer button").first)
    centre.goto(f"/dispatch/orders/{number[0]}")
    press(centre, centre.locator("#do-resolved footer button").first)
    if centre.locator("dialog[open]").count():
        press(centre, centre.locator("dialog[open]").get_by_role("button", name="确定"))
    expect(centre.get_by_text("已办结").first).to_be_visible(timeout=WAIT_MS)


def test_an_answer_is_written_reviewed_and_published(open_as: Open) -> None:
    clerk = open_as("jingban_rs", "/units")
    follow(clerk, clerk.get_by_role("link", name="写标准问答").first)
    write(clerk, clerk.locator("#f-title"), QUESTION)
    write(clerk, clerk.locator("#f-body"), ANSWER)
    follow(clerk, clerk.locator("button[name=action][value=submit]").first)
    expect(clerk.get_by_text("待单位审核").first).to_be_visible()
    reviewer = open_as("shenhe_rs", "/units")
    follow(reviewer, reviewer.get_by_role("link", name=QUESTION).first)
    with reviewer.expect_navigation():
        reviewer.keyboard.press("y")
    clerk.reload()
    expect(clerk.get_by_text("已发布").first).to_be_visible(timeout=WAIT_MS)


def test_a_citizen_searches_reads_and_asks(open_as: Open) -> None:
    page = open_as(None, "/")
    write(page, page.locator("[name=q]"), "居住证怎么办")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    follow(page, page.locator("main a[href*='/entry/']").first)
    expect(page.locator("main")).to_contain_text("来源")
    follow(page, page.get_by_role("link", name="提交诉求").first)
    press(page, page.locator("[name=purpose]").first, "Space")
    write(page, page.locator("[name=title]"), MATTER)
    write(page, page.locator("[name=content]"), CONTENT)
    write(page, page.locator("[name=requester_phone]"), "13900006633")
    follow(page, page.get_by_role("link", name="查进度"))
    follow(page, page.get_by_role("link", name="提交诉求", exact=True))
    expect(page.locator("[name=purpose]").first).to_be_checked()
    expect(page.locator("[name=title]")).to_have_value(MATTER)
    expect(page.locator("[name=content]")).to_have_value(CONTENT)
    # Who writes is not kept on what may be everybody's machine.
    expect(page.locator("[name=requester_phone]")).to_have_value("")
    write(page, page.locator("[name=requester_phone]"), "13900006633")
    follow(page, page.get_by_role("button", name="提交诉求"))
    expect(page.get_by_role("heading", level=1)).to_have_text("已经收到您的诉求")
    follow(page, page.get_by_role("link", name="提交诉求", exact=True))
    expect(page.locator("[name=content]")).to_have_value("")
