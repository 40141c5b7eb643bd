"""The desk by keyboard alone: a question is typed and adopted, undone, and raised as an order."""

import re
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

QUESTION = "公积金贷款需要什么材料"
WAIT_MS = 20_000
SEARCHES = re.compile(r"/desk/search\?")
TOP = "one => one.getBoundingClientRect().top"
_TAKEN = count(1)


def take_call(open_as: Open, name: str) -> Page:
    """A call that no other test has, whatever it is named."""
    page = open_as("zuoxi02", f"/desk?caller=13800005678&call_id={name}-{next(_TAKEN)}")
    expect(page).to_have_url(re.compile(r"/desk$"))
    expect(page.locator("[data-phone]")).to_have_text("138****5678")
    return page


def type_question(page: Page, question: str) -> None:
    page.keyboard.type(question)
    expect(page.locator("[data-count]")).to_contain_text("条", timeout=WAIT_MS)
    expect(page.locator("#hits")).not_to_have_attribute("aria-busy", "true", timeout=WAIT_MS)
    expect(page.locator("#hit-1")).to_have_attribute("aria-selected", "true")


def resting_top(part: Locator) -> float:
    """Where it is on the screen once nothing moves any more."""
    seen: list[float] = []
    while len(seen) < 3 or len(set(seen[-3:])) > 1:
        assert len(seen) < 60, "it never comes to rest"
        seen.append(part.evaluate(TOP))
        part.page.wait_for_timeout(200)
    return seen[-1]


def hold_searches(page: Page) -> None:
    """Let no search be answered until the route is taken away again."""
    page.route(SEARCHES, lambda route: None)


def test_only_an_answered_question_is_said_to_count_as_lost(open_as: Open) -> None:
    page = take_call(open_as, "lost")
    type_question(page, QUESTION)
    page.keyboard.press("F8")
    expect(page.locator("#order")).to_have_class(re.compile("is-open"))
    told = page.locator("[data-order-lost]")
    expect(told).to_be_hidden()
    page.check("[name=purpose][value=complaint]", force=True)
    expect(told).to_be_hidden()
    page.check("[name=purpose][value=consultation]", force=True)
    expect(told).to_be_visible()


def test_an_agent_answers_undoes_and_hands_over_with_keys_only(open_as: Open) -> None:
    page = take_call(open_as, "keys")
    box = page.locator("#q")
    expect(box).to_be_focused()

    type_question(page, QUESTION)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#hit-2")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Alt+1")
    expect(page.locator("#hit-1")).to_have_attribute("aria-selected", "true")
    expect(box).to_be_focused()

    page.keyboard.press("Enter")
    done = page.locator(".acts-done")
    expect(done).to_contain_text("已采纳，本通记为在线办结")
    expect(done).to_contain_text(re.compile(r"YT\d{8}-\d{4}"), timeout=WAIT_MS)
    expect(page.locator("#log")).to_contain_text("已采纳")

    page.keyboard.press("Control+z")
    expect(page.locator("#log")).to_contain_text("已撤销", timeout=WAIT_MS)
    expect(page.locator(".acts-done")).to_have_count(0)
    expect(box).to_be_focused()

    page.keyboard.press("F8")
    expect(page.locator("#order")).to_have_class(re.compile("is-open"))
    expect(page.locator("[name=title]")).to_have_value(QUESTION)
    expect(page.locator("[data-take-purpose]")).to_be_visible(timeout=WAIT_MS)
    page.keyboard.press("F8")  # no purpose is chosen for the agent, so nothing is sent
    expect(page.locator("[data-problem=purpose]")).to_contain_text("请先选目的")
    page.keyboard.press("Alt+g")
    page.keyboard.press("F8")
    expect(page.locator(".acts-done")).to_contain_text("已转工单 YTGD", timeout=WAIT_MS)

    page.keyboard.press("F9")
    expect(page.locator(".call.is-idle")).to_be_visible(timeout=WAIT_MS)


def test_the_undo_key_says_when_its_time_is_over_and_what_can_be_done(open_as: Open) -> None:
    page = take_call(open_as, "late")
    type_question(page, QUESTION)
    expect(page.locator("#hit-1")).to_be_visible(timeout=WAIT_MS)
    page.keyboard.press("Enter")
    expect(page.locator("#log")).to_contain_text("已采纳", timeout=WAIT_MS)
    expect(page.locator(".acts-done")).not_to_contain_text("撤销（", timeout=15_000)
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Ctrl+Z 的时间过了")).to_be_visible()
    expect(page.locator("#log")).to_contain_text("已采纳")


def test_an_order_just_handed_over_is_taken_back_with_its_words(open_as: Open) -> None:
    page = take_call(open_as, "cancelled")
    type_question(page, QUESTION)
    page.keyboard.press("F8")
    page.locator("[name=content]").fill("来电人说不用派了")
    page.locator("[name=purpose][value=help]").check()
    page.keyboard.press("F8")
    log = page.locator("#log")
    expect(page.locator(".acts-done")).to_contain_text("已转工单 YTGD", timeout=WAIT_MS)
    expect(log.get_by_role("button", name="撤单")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(log).to_contain_text("处理中", timeout=WAIT_MS)
    expect(page.locator(".acts-done")).to_have_count(0)
    expect(page.locator("#q")).to_have_value(QUESTION)
    expect(page.locator("[name=content]")).to_have_value("来电人说不用派了")
    expect(page.locator("[name=continues]")).to_be_checked()

    page.keyboard.press("Enter")  # the same request, answered at once after all
    expect(log).to_contain_text("已采纳", timeout=WAIT_MS)
    expect(log.locator("li")).to_have_count(1)


def test_an_order_handed_over_before_the_cards_are_there_stays_said(open_as: Open) -> None:
    page = take_call(open_as, "ahead")
    held: list[Route] = []
    page.route(SEARCHES, lambda route: held.append(route))
    page.locator("#q").fill(QUESTION)
    expect(page.locator("#card .sk").first).to_be_visible()
    page.keyboard.press("F8")
    page.locator("[name=purpose][value=help]").check()
    page.keyboard.press("F8")
    done = page.locator(".acts-done")
    expect(done).to_contain_text("已转工单 YTGD", timeout=WAIT_MS)
    for one in held:
        one.continue_()
    expect(page.locator("#hit-1")).to_be_visible(timeout=WAIT_MS)
    expect(done).to_contain_text("已转工单 YTGD")


def test_a_card_chosen_and_taken_ahead_of_the_last_answer_is_the_one_adopted(open_as: Open) -> None:
    page = take_call(open_as, "last-key")
    type_question(page, QUESTION)
    seen = page.locator("#hit-2 h3").inner_text()
    hold_searches(page)
    page.keyboard.type("？")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-acts-hint]")).to_contain_text("正在查刚写的话")
    expect(page.locator(".acts-done")).to_have_count(0)
    page.unroute(SEARCHES)
    expect(page.locator(".acts-done")).to_contain_text("已采纳", timeout=WAIT_MS)
    expect(page.locator("[data-hit][aria-selected=true] h3")).to_have_text(seen)


def test_an_enter_while_fewer_letters_are_being_answered_waits_for_the_whole(
    open_as: Open,
) -> None:
    page = take_call(open_as, "fewer")
    type_question(page, QUESTION)
    seen = page.locator("#hit-1 h3").inner_text()
    hold_searches(page)
    page.keyboard.type("？")  # asked, and held
    page.keyboard.type("？")  # not asked before the answer to the first
    page.keyboard.press("Enter")
    expect(page.locator("[data-acts-hint]")).to_contain_text("正在查刚写的话")
    page.unroute(SEARCHES)
    expect(page.locator(".acts-done")).to_contain_text("已采纳", timeout=WAIT_MS)
    expect(page.locator("[data-hit][aria-selected=true] h3")).to_have_text(seen)


def test_an_enter_ahead_of_the_answer_adopts_no_card_that_was_not_seen(open_as: Open) -> None:
    page = take_call(open_as, "unseen")
    type_question(page, "公积金")
    hold_searches(page)
    page.locator("#q").fill("居住证怎么办理")
    page.keyboard.press("Enter")
    page.unroute(SEARCHES)
    expect(page.locator("[data-acts-hint]")).to_contain_text("答案变了", timeout=WAIT_MS)
    expect(page.locator(".acts-done")).to_have_count(0)


def test_an_order_opened_while_an_enter_waits_is_what_counts(open_as: Open) -> None:
    page = take_call(open_as, "opened")
    type_question(page, QUESTION)
    hold_searches(page)
    page.keyboard.type("？")
    page.keyboard.press("Enter")
    page.keyboard.press("F8")
    expect(page.locator("#order")).to_have_class(re.compile("is-open"))
    page.unroute(SEARCHES)
    page.evaluate("desk.search.run()")
    expect(page.locator("[data-acts-hint]")).to_contain_text("没有采纳", timeout=WAIT_MS)
    expect(page.locator(".acts-done")).to_have_count(0)


def test_a_choice_goes_when_the_whole_words_have_no_answer(open_as: Open) -> None:
    page = take_call(open_as, "no-basis")
    type_question(page, QUESTION)
    hold_searches(page)
    page.keyboard.type("？")
    page.keyboard.press("ArrowDown")  # chosen for the words whose answer is held
    page.unroute(SEARCHES)
    page.route(SEARCHES, without_basis)
    page.evaluate("desk.search.run()")
    expect(page.locator("#card .none-box")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("[data-hit][aria-selected=true]")).to_have_count(0)


def without_basis(route: Route) -> None:
    """The same cards, of a search that says 无依据."""
    answer = route.fetch()
    body = answer.json() | {"answered": False, "state": "none"}
    route.fulfill(response=answer, json=body)


def test_saving_tells_the_time_of_the_city_not_of_the_machine(
    open_as: Open,
) -> None:
    page = take_call(open_as, "clock")
    page.add_init_script("Date.now = ((now) => () => now() - 7 * 3600 * 1000)(Date.now)")
    page.reload()
    shown = page.locator("body").get_attribute("data-clock") or ""
    page.locator("[name=content]").fill("来电人等着回复")
    saved = page.locator("[data-saved]")
    expect(saved).to_contain_text("自动保存", timeout=WAIT_MS)
    told = datetime.fromisoformat(f"{shown[:10]}T{saved.inner_text()[-8:]}")
    assert abs(told - datetime.fromisoformat(shown)) < timedelta(minutes=2)
    server = datetime.now(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
    assert abs(server - datetime.fromisoformat(shown)) < timedelta(minutes=2)


def test_what_was_typed_is_there_after_a_reload_and_escape_clears(open_as: Open) -> None:
    page = take_call(open_as, "reload")
    type_question(page, QUESTION)
    page.locator("[name=content]").fill("来电人等着回复")
    page.reload()
    expect(page.locator("#q")).to_have_value(QUESTION)
    expect(page.locator("[name=content]")).to_have_value("来电人等着回复")
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_have_value("")


def test_a_lost_log_in_is_said_and_nothing_typed_is_lost(open_as: Open) -> None:
    page = take_call(open_as, "lost")
    page.context.clear_cookies()
    page.keyboard.type("退休手续")
    expect(page.locator("#banner")).to_contain_text("登录已过期，内容已保存在本机", timeout=WAIT_MS)
    expect(page.locator("#q")).to_have_value(re.compile("退休手续"))


def test_no_key_is_taken_while_an_input_method_composes(open_as: Open) -> None:
    page = take_call(open_as, "input-method")
    type_question(page, "公积金")
    page.evaluate(
        """() => document.getElementById('q').dispatchEvent(new KeyboardEvent(
            'keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"""
    )
    page.wait_for_timeout(300)
    expect(page.locator(".acts-done")).to_have_count(0)


def test_a_lost_server_is_said_and_the_question_is_asked_when_it_is_back(open_as: Open) -> None:
    page = take_call(open_as, "away")
    page.context.set_offline(True)
    page.keyboard.type(QUESTION)
    expect(page.locator("#banner")).to_contain_text("服务器暂时连不上", timeout=WAIT_MS)
    page.context.set_offline(False)
    expect(page.locator("#banner")).to_be_hidden(timeout=WAIT_MS)
    expect(page.locator("#hit-1")).to_have_attribute("aria-selected", "true", timeout=WAIT_MS)
    expect(page.locator("#q")).to_have_value(QUESTION)


def test_what_was_said_of_the_former_words_is_no_advice_for_those_typed_while_away(
    open_as: Open,
) -> None:
    page = take_call(open_as, "away-beside")
    page.keyboard.type("楼下的路灯坏了三天没人修")
    offer, card = page.locator("[data-take-purpose]"), page.locator("#card")
    expect(offer).to_be_visible(timeout=WAIT_MS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    page.locator("#q").fill("公积金贷款需要什么材料")
    expect(page.locator("#banner")).to_be_visible(timeout=WAIT_MS)
    expect(card).to_have_class(re.compile("is-stale"), timeout=WAIT_MS)
    expect(offer).to_have_count(0, timeout=WAIT_MS)
    page.keyboard.press("Alt+g")
    expect(page.locator("[name=purpose]:checked")).to_have_count(0)
    asked.clear()
    page.context.set_offline(False)
    expect(page.locator("#banner")).to_be_hidden(timeout=WAIT_MS)
    expect(card).not_to_have_class(re.compile("is-stale"), timeout=WAIT_MS)
    expect(offer).to_be_visible(timeout=WAIT_MS)
    assert any(url.endswith("/desk/beside") for url in asked)


def test_the_list_of_keys_opens_at_its_top(open_as: Open) -> None:
    page = open_as("zuoxi01", "/desk")
    page.set_viewport_size({"width": 1440, "height": 600})
    page.keyboard.press("F1")
    sheet = page.locator("#keys-dialog")
    expect(sheet).to_be_visible()
    seen = sheet.evaluate("one => [one.scrollTop, one.scrollHeight > one.clientHeight]")
    assert seen == [0, True]


def test_what_may_be_a_repeat_is_no_longer_said_when_the_words_are_gone(open_as: Open) -> None:
    page = open_as("zuoxi01", "/desk")
    found = {"repeats": "<h3>30 天内有 1 件</h3>", "purpose": "", "categories": "", "units": ""}
    page.route("**/desk/beside", lambda route: route.fulfill(json={"parts": found, "repeats": 1}))
    said = page.locator("[data-order-repeat]")
    page.locator("#q").fill(QUESTION)
    expect(said).not_to_have_attribute("hidden", "", timeout=WAIT_MS)
    page.locator("#q").fill("")
    expect(page.locator("[data-part=repeats]")).to_have_text("", timeout=WAIT_MS)
    expect(said).to_have_attribute("hidden", "")


def test_the_unit_beside_f8_belongs_to_the_words_in_the_box(open_as: Open) -> None:
    page = take_call(open_as, "unit-said")
    unit = page.locator("[data-order-unit]")
    type_question(page, QUESTION)
    expect(unit).not_to_have_text("由派单员确定", timeout=WAIT_MS)
    page.context.set_offline(True)
    page.keyboard.press("End")
    page.keyboard.type("，楼下的路灯坏了")
    expect(unit).to_have_text("由派单员确定")
    page.context.set_offline(False)
    expect(page.locator("#banner")).to_be_hidden(timeout=WAIT_MS)
