"""What the desk tells of a call: by what its agent knows it, and nothing of an outcome before."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_desk import QUESTION, WAIT_MS, resting_top, take_call, type_question

pytestmark = pytest.mark.browser

LATE = "Ctrl+Z 的时间过了"
LAMPS = "渡口路十二号门前的路灯坏了三天没有人修，晚上看不见路，老人出门容易摔跤"

REPEATS = "<h3>30 天内有 3 件</h3><p>" + "楼道的灯不亮，" * 30 + "</p>"


def hand_over(page: Page) -> None:
    page.keyboard.press("F8")
    page.locator("[name=purpose][value=help]").check()
    page.keyboard.press("F8")


def test_of_an_order_merged_at_once_no_key_says_that_its_time_is_over(open_as: Open) -> None:
    page = take_call(open_as, "lamps")
    page.locator("#q").fill(LAMPS)
    hand_over(page)
    expect(page.locator(".acts-done")).to_contain_text("已转工单", timeout=WAIT_MS)
    page.keyboard.press("F9")
    expect(page.locator(".call.is-idle")).to_be_visible(timeout=WAIT_MS)

    page = take_call(open_as, "again")
    type_question(page, QUESTION)
    page.keyboard.press("Enter")
    done = page.locator(".acts-done")
    expect(done).to_contain_text("撤销（", timeout=WAIT_MS)
    expect(done).not_to_contain_text("撤销（", timeout=15_000)
    page.locator("#q").fill(LAMPS)
    page.locator("[name=repeat][value^=merge]").first.check(timeout=WAIT_MS)
    hand_over(page)
    expect(done).to_contain_text("已并入工单", timeout=WAIT_MS)
    page.keyboard.press("Control+z")
    expect(page.get_by_text(LATE)).to_have_count(0)


# Where it is in every picture the screen shows from now on.
WATCH = """one => {
  window.tops = [];
  const look = () => {
    window.tops.push(one.getBoundingClientRect().top);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


@pytest.mark.parametrize("large", ["", "1"])
@pytest.mark.parametrize(("width", "height"), [(390, 800), (1024, 800), (1440, 800), (1440, 1600)])
def test_what_may_be_a_repeat_moves_nothing_under_the_hands(
    open_as: Open, width: int, height: int, large: str
) -> None:
    page = take_call(open_as, "still")
    page.set_viewport_size({"width": width, "height": height})
    if large:
        page.goto("/appearance?large=1&back=/desk")
    expect(page.locator("#beside[aria-busy]")).to_have_count(0, timeout=WAIT_MS)
    page.route("**/desk/beside", lambda route: None)
    page.keyboard.press("F8")
    page.locator("[name=title]").press_sequentially("楼道灯")
    content = page.locator("#reg [name=content]")
    content.fill("楼道的灯不亮")
    content.press("End")
    page.keyboard.type("了")  # whoever writes under the bar of a phone sees the words move up once
    before = resting_top(content)
    found = {"repeats": REPEATS, "purpose": "", "categories": "", "units": ""}
    page.unroute("**/desk/beside")
    page.route("**/desk/beside", lambda route: route.fulfill(json={"parts": found, "repeats": 3}))
    content.evaluate(WATCH)
    page.keyboard.type("，很黑")
    expect(page.locator("#repeats h3")).to_have_count(1, timeout=WAIT_MS)
    assert resting_top(content) == pytest.approx(before, abs=1)
    lowest, highest = content.evaluate("() => [Math.min(...window.tops), Math.max(...window.tops)]")
    assert highest - lowest < 2, "it was seen elsewhere"
    page.locator("[data-order-repeat] a").click()
    expect(page.locator("#repeats h3")).to_be_in_viewport()


def test_ending_asks_about_the_matter_by_its_words_and_by_its_number_once_it_has_one(
    open_as: Open,
) -> None:
    page = take_call(open_as, "named")
    type_question(page, QUESTION)
    page.keyboard.press("F9")
    asked = page.locator("[data-end-text]")
    expect(asked).to_have_text("“公积金贷款需要什么材料”还没有采纳或转办，再按一次结束")
    page.keyboard.press("Enter")
    expect(page.locator("#log")).to_contain_text("已采纳", timeout=WAIT_MS)
    page.keyboard.press("Control+z")
    expect(page.locator("[name=continues]")).to_be_checked(timeout=WAIT_MS)
    page.keyboard.press("F9")
    expect(asked).to_have_text(re.compile(r"^诉求 YT\d{8}-\d{4} 还没有采纳或转办"), timeout=WAIT_MS)


def test_a_correction_begins_where_its_words_are_written(open_as: Open) -> None:
    page = take_call(open_as, "wrong")
    type_question(page, QUESTION)
    page.keyboard.press("Alt+j")
    page.keyboard.type("12345 说材料改了")
    dialog = page.locator("#flag-dialog")
    said = dialog.locator("[name=said]")
    expect(said).to_have_value("12345 说材料改了")
    page.keyboard.press("Shift+Tab")
    expect(dialog.locator("[name=kind]:checked")).to_be_focused()
    page.keyboard.press("2")
    expect(said).to_be_focused()
    page.keyboard.press("Enter")
    flags = page.locator("#card [data-flags]")
    expect(flags).to_contain_text("已过时", timeout=WAIT_MS)


@pytest.mark.parametrize("width", [390, 1024, 1366, 1440])
def test_the_log_of_a_call_shows_titles_that_can_be_read(open_as: Open, width: int) -> None:
    page = open_as("zuoxi01", f"/desk?caller=1380000{width:04}&call_id=log-{width}", width=width)
    page.locator("#q").fill(LAMPS[:20])
    hand_over(page)
    title = page.locator("#log .log-title")
    expect(title).to_have_text(LAMPS[:20], timeout=WAIT_MS)
    assert title.evaluate("one => one.scrollHeight <= one.clientHeight + 1")
    assert title.evaluate("one => one.scrollWidth <= one.clientWidth")
