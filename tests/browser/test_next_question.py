"""One matter after another at the desk: none is written over, lost, or mixed with the last."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.test_desk import QUESTION, WAIT_MS, take_call, type_question

pytestmark = pytest.mark.browser

ADOPT = re.compile(r"/desk/adopt$")
DRAFT = re.compile(r"/desk/calls/\d+/draft$")
SECOND = "楼下的路灯坏了三天"


def adopt(page: Page) -> None:
    type_question(page, QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("#log")).to_contain_text("已采纳", timeout=WAIT_MS)


def caught(page: Page, held: list[Route]) -> Route:
    """The request that a route holds, once the page has sent it."""
    for _ in range(WAIT_MS // 50):
        if held:
            return held[0]
        page.wait_for_timeout(50)
    raise AssertionError("nothing was sent")


def not_saved(page: Page) -> None:
    """The answer never came. The banner goes with the next thing that does come; the hint stays."""
    expect(page.locator(".acts:visible [data-acts-hint]")).to_contain_text(
        "还没有保存", timeout=WAIT_MS
    )


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text("自动保存", timeout=WAIT_MS)


def test_a_second_matter_written_beside_the_box_is_kept_and_handed_over(open_as: Open) -> None:
    page = take_call(open_as, "second")
    page.locator("[name=content]").fill("头一件的内容")
    page.locator("#q").focus()
    adopt(page)
    content = page.locator("[name=content]")
    expect(content).to_have_value("")  # it stands in the log
    page.keyboard.press("F8")
    expect(page.locator(".acts-done [data-acts-hint]")).to_contain_text("已经办结")

    content.press_sequentially(SECOND)
    expect(page.locator("#q")).to_have_value("")
    expect(content).to_have_value(SECOND)
    saved(page)
    page.reload()
    expect(content).to_have_value(SECOND)
    page.locator("#q").press_sequentially("路灯")
    expect(content).to_have_value(SECOND)


def test_another_matter_after_an_undo_leaves_the_first_as_it_was(open_as: Open) -> None:
    page = take_call(open_as, "undone")
    adopt(page)
    page.keyboard.press("Control+z")
    expect(page.locator("#log")).to_contain_text("已撤销", timeout=WAIT_MS)
    going_on = page.locator("[data-continues]")
    expect(going_on).to_be_visible()
    page.keyboard.press("Escape")  # the box is emptied
    expect(going_on).to_be_hidden()
    type_question(page, "居住证怎么办理")
    page.keyboard.press("Enter")
    expect(page.locator("#log")).to_contain_text("已采纳", timeout=WAIT_MS)
    titles = page.locator("#log .log-title")
    expect(titles).to_have_text([QUESTION, "居住证怎么办理"])
    page.locator("[data-resume-line]").click()
    expect(going_on).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("#q")).to_have_value(QUESTION)


def test_another_question_in_the_box_leaves_an_order_taken_back_as_it_was(open_as: Open) -> None:
    page = take_call(open_as, "parted")
    type_question(page, QUESTION)
    page.keyboard.press("F8")
    page.locator("[name=content]").fill("中山路 12 号")
    page.locator("[name=purpose][value=complaint]").check(force=True)
    page.keyboard.press("F8")
    expect(page.locator(".acts-done")).to_contain_text("已转工单", timeout=WAIT_MS)
    page.keyboard.press("Control+z")
    ticked, content = page.locator("[name=continues]"), page.locator("[name=content]")
    expect(ticked).to_be_checked(timeout=WAIT_MS)
    box = page.locator("#q")
    box.fill(QUESTION + "二手房")  # more of the same
    expect(ticked).to_be_checked()
    expect(page.locator("[name=title]")).to_have_value(QUESTION)
    box.fill("身份证丢了怎么补办")
    expect(ticked).not_to_be_checked()
    hint = page.locator(".acts:visible [data-acts-hint]")
    expect(hint).to_contain_text("这是另一问")
    box.press("ArrowDown")  # the answer has come, and its card was drawn
    expect(page.locator("#hit-2")).to_have_attribute("aria-selected", "true", timeout=WAIT_MS)
    expect(hint).to_contain_text("这是另一问")
    expect(content).to_have_value("")
    ticked.check()  # it is the same after all
    expect(content).to_have_value("中山路 12 号")
    expect(page.locator("[name=title]")).to_have_value(QUESTION)
    box.fill("")
    box.focus()
    type_question(page, "居住证怎么办理")
    page.keyboard.press("Enter")
    expect(page.locator("#log")).to_contain_text("已采纳", timeout=WAIT_MS)
    expect(page.locator("#log .log-title")).to_have_text([QUESTION, "居住证怎么办理"])
    page.locator("[data-resume-line]").click()
    expect(content).to_have_value("中山路 12 号", timeout=WAIT_MS)
    box.fill("身份证丢了怎么补办")  # on a page opened anew, too
    expect(ticked).not_to_be_checked()
    expect(content).to_have_value("")


def test_words_typed_while_the_page_still_loads_its_scripts_are_heard(open_as: Open) -> None:
    page = take_call(open_as, "early")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    held: list[Route] = []
    page.route(re.compile(r"/desk_next\.js"), lambda route: held.append(route))
    page.reload(wait_until="commit")
    script = caught(page, held)
    page.locator("#q").press_sequentially(QUESTION)
    page.locator("[name=content]").press_sequentially(SECOND)
    script.continue_()
    expect(page.locator("[name=title]")).to_have_value(QUESTION, timeout=WAIT_MS)
    expect(page.locator("#hit-1")).to_be_visible(timeout=WAIT_MS)
    saved(page)
    assert errors == []


def test_words_typed_while_an_adoption_is_on_its_way_are_the_next_question(open_as: Open) -> None:
    page = take_call(open_as, "meanwhile")
    held: list[Route] = []
    page.route(ADOPT, lambda route: held.append(route))
    type_question(page, QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".acts-done")).to_contain_text("已采纳")
    page.locator("[name=content]").fill(SECOND)
    caught(page, held).continue_()
    expect(page.locator("#log")).to_contain_text("已采纳", timeout=WAIT_MS)
    expect(page.locator("[name=content]")).to_have_value(SECOND)
    expect(page.locator("#q")).to_have_value("")
    saved(page)
    page.reload()
    expect(page.locator("[name=content]")).to_have_value(SECOND)


def test_what_is_typed_after_an_outcome_replaces_the_question(open_as: Open) -> None:
    page = take_call(open_as, "replaces")
    adopt(page)
    box = page.locator("#q")
    page.keyboard.type("路灯坏了")
    expect(box).to_have_value("路灯坏了")
    page.keyboard.press("F8")
    page.locator("[name=content]").fill(SECOND)
    page.locator("[name=place]").fill("中山路 12 号")
    page.check("[name=purpose][value=complaint]", force=True)
    page.keyboard.press("F8")
    expect(page.locator("#log")).to_contain_text("撤单", timeout=WAIT_MS)
    page.locator("[name=requester_name]").focus()
    box.click()  # by the mouse, too
    page.keyboard.type("居住证怎么办理")
    expect(box).to_have_value("居住证怎么办理")


def test_a_click_into_the_box_does_not_put_the_next_question_into_the_last(open_as: Open) -> None:
    page = take_call(open_as, "clicked")
    adopt(page)  # by a key: the box has the focus already
    page.locator("#q").click()
    page.keyboard.type("路灯坏了")
    expect(page.locator("#q")).to_have_value("路灯坏了")


def test_what_is_typed_before_an_adoption_is_stored_is_the_next_or_stays(open_as: Open) -> None:
    page = take_call(open_as, "ahead")
    held: list[Route] = []
    page.route(ADOPT, lambda route: held.append(route))
    type_question(page, QUESTION)
    page.keyboard.press("Enter")
    caught(page, held).abort()  # the answer never came
    not_saved(page)
    page.keyboard.type("呢")
    expect(page.locator("#q")).to_have_value(QUESTION + "呢")
    expect(page.locator("#hits")).not_to_have_attribute("aria-busy", "true", timeout=WAIT_MS)
    held.clear()
    page.keyboard.press("Enter")
    second = caught(page, held)
    page.keyboard.type("路灯坏了")
    second.continue_()
    expect(page.locator("#log")).to_contain_text("已采纳", timeout=WAIT_MS)
    expect(page.locator("#q")).to_have_value("路灯坏了")


def test_a_question_taken_back_is_made_longer(open_as: Open) -> None:
    page = take_call(open_as, "longer")
    adopt(page)
    page.keyboard.press("Control+z")
    expect(page.locator("#log")).to_contain_text("已撤销", timeout=WAIT_MS)
    page.keyboard.type("呢")
    expect(page.locator("#q")).to_have_value(QUESTION + "呢")


def test_ctrl_z_in_a_field_is_that_fields_own(open_as: Open) -> None:
    page = take_call(open_as, "own-undo")
    adopt(page)
    page.locator("[name=requester_name]").press_sequentially("李")
    page.keyboard.press("Control+z")
    page.wait_for_timeout(300)
    expect(page.locator("#log")).to_contain_text("已采纳")
    expect(page.locator("#log")).not_to_contain_text("已撤销")


def test_a_refused_undo_is_said(open_as: Open) -> None:
    page = take_call(open_as, "refused-undo")
    adopt(page)
    refusal = {"error": {"code": "illegal_transition", "message": "采纳后超过 10 分钟，不能撤销"}}
    undo = re.compile(r"/undo$")
    page.route(undo, lambda route: route.fulfill(status=409, json=refusal))
    type_question(page, "居住证怎么办理")
    page.locator("[data-undo-line]").click()
    hint = page.locator(".acts:visible [data-acts-hint]")
    expect(hint).to_contain_text("不能撤销")
    page.locator("#q").press("ArrowDown")  # the card is drawn anew under the refusal
    expect(page.locator("#hit-2")).to_have_attribute("aria-selected", "true")
    expect(hint).to_contain_text("不能撤销")


def test_an_end_that_the_server_never_heard_of_ends_nothing(open_as: Open) -> None:
    page = take_call(open_as, "offline")
    page.route(DRAFT, lambda route: route.abort())
    type_question(page, QUESTION)
    page.locator("[name=content]").fill(SECOND)
    page.context.set_offline(True)
    page.keyboard.press("F9")
    page.keyboard.press("F9")  # asked once: nothing is adopted yet
    expect(page.locator(".acts:visible [data-acts-hint]")).to_contain_text(
        "还在这一通", timeout=WAIT_MS
    )
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("[name=content]")).to_have_value(SECOND)
    page.locator("#q").focus()
    page.keyboard.press("Alt+h")
    expect(page.locator(".held")).to_be_visible(timeout=WAIT_MS)
    page.wait_for_load_state()  # another page: its keys are heard once its scripts are there
    page.keyboard.press("Alt+h")
    expect(page.locator(".call:not(.is-idle)")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("[name=content]")).to_have_value(SECOND)


def test_a_draft_that_alone_is_refused_is_not_sent_without_end(open_as: Open) -> None:
    page = take_call(open_as, "hammered")
    sent: list[str] = []

    def refuse(route: Route) -> None:
        sent.append(route.request.url)
        route.fulfill(status=503, json={"error": {"code": "busy", "message": "请稍候"}})

    page.route(DRAFT, refuse)
    page.locator("[name=content]").fill(SECOND)
    expect(page.locator("[data-saved]")).to_contain_text("已存在本机", timeout=WAIT_MS)
    page.wait_for_timeout(2500)
    assert 1 <= len(sent) <= 4
    page.unroute(DRAFT)
    saved(page)


def test_what_was_deleted_last_stays_deleted(open_as: Open) -> None:
    page = take_call(open_as, "deleted")
    page.locator("[name=title]").fill("写错的标题")
    page.locator("[name=content]").fill(SECOND)
    saved(page)
    page.route(DRAFT, lambda route: route.abort())
    page.locator("[name=title]").fill("")
    expect(page.locator("[data-saved]")).to_contain_text("已存在本机", timeout=WAIT_MS)
    page.reload()
    expect(page.locator("[name=content]")).to_have_value(SECOND)
    expect(page.locator("[name=title]")).to_have_value("")


def test_an_adoption_whose_answer_was_lost_is_said_and_the_next_one_registered(
    open_as: Open,
) -> None:
    page = take_call(open_as, "lost-answer")
    page.route(ADOPT, lost)
    type_question(page, QUESTION)
    page.keyboard.press("Enter")
    not_saved(page)
    page.unroute(ADOPT)
    page.locator("[name=content]").fill(SECOND)
    page.locator("#q").focus()
    expect(page.locator("#banner")).to_be_hidden(timeout=WAIT_MS)
    page.keyboard.press("Enter")
    expect(page.locator(".acts-bad")).to_contain_text("已经提交过", timeout=WAIT_MS)
    expect(page.locator("#log")).to_contain_text("已采纳")
    expect(page.locator("[name=content]")).to_have_value(SECOND)
    saved(page)
    page.keyboard.press("Enter")
    expect(page.locator("#log li")).to_have_count(2, timeout=WAIT_MS)


def lost(route: Route) -> None:
    """The server does it; the answer never arrives."""
    route.fetch()
    route.abort()


def test_what_was_settled_before_a_reload_is_not_offered_as_if_it_were_not(open_as: Open) -> None:
    page = open_as("zuoxi03", "/desk")
    page.route(ADOPT, lost)
    type_question(page, QUESTION)
    page.locator("[name=content]").fill("头一件的内容")
    page.locator("#q").focus()
    page.keyboard.press("Enter")
    not_saved(page)
    page.goto("/desk")
    page.locator("[data-end] button").click()  # the call that the adoption began
    expect(page.locator(".call.is-idle")).to_be_visible(timeout=WAIT_MS)
    left = page.locator(".left-over")
    expect(left).to_contain_text("记为在线办结", timeout=WAIT_MS)
    expect(page.locator("[name=content]")).to_have_value("")
    left.get_by_role("button", name="不要了").click()
    expect(left).to_have_count(0)
    page.reload()
    expect(page.locator("#reg")).to_be_visible()
    expect(left).to_have_count(0)


def test_a_key_typed_while_an_undo_is_on_its_way_empties_no_request(open_as: Open) -> None:
    page = take_call(open_as, "undo-and-type")
    page.locator("[name=content]").fill("头一件的内容")
    page.locator("#q").focus()
    adopt(page)
    held: list[Route] = []
    page.route(re.compile(r"/undo$"), lambda route: held.append(route))
    page.keyboard.press("Control+z")
    undo = caught(page, held)
    page.keyboard.type("另")
    undo.continue_()
    expect(page.locator("#log")).to_contain_text("已撤销", timeout=WAIT_MS)
    expect(page.locator("[data-continues]")).to_be_hidden()
    page.locator("#q").fill("")
    page.locator("[data-resume-line]").click()
    expect(page.locator("[name=content]")).to_have_value("头一件的内容", timeout=WAIT_MS)


def test_words_that_only_this_machine_has_are_offered_after_their_call(open_as: Open) -> None:
    page = take_call(open_as, "left-over")
    page.route(DRAFT, lambda route: route.abort())
    page.locator("[name=content]").fill(SECOND)
    page.goto("/desk?caller=13900001111&call_id=left-over-2")  # nothing of the first is known
    left = page.locator(".left-over")
    expect(left).to_contain_text(SECOND)
    left.get_by_role("button", name="放进登记").click()
    expect(page.locator(".acts:visible [data-acts-hint]")).to_contain_text("另一位来电人")
    expect(page.locator("[name=content]")).to_have_value("")
    page.locator("[data-end] button").click()
    expect(page.locator(".call.is-idle")).to_be_visible(timeout=WAIT_MS)
    left.get_by_role("button", name="放进登记").click()
    expect(page.locator("[name=content]")).to_have_value(SECOND)


def test_words_typed_while_a_call_begins_are_its_first(open_as: Open) -> None:
    page = open_as("zuoxi03", "/desk")
    held: list[Route] = []
    page.route(re.compile(r"/desk/calls$"), lambda route: held.append(route))
    page.locator("[data-start] button").click()
    begun = caught(page, held)
    page.locator("[name=content]").fill(SECOND)
    begun.continue_()
    expect(page.locator(".call:not(.is-idle)")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("[name=content]")).to_have_value(SECOND, timeout=WAIT_MS)


def test_a_name_given_after_settling_is_kept_for_the_next_question(open_as: Open) -> None:
    page = take_call(open_as, "name-later")
    adopt(page)
    page.locator("[name=requester_name]").fill("李")
    expect(page.locator(".acts:visible [data-acts-hint]")).to_contain_text("记给下一问")
    saved(page)
    page.reload()
    expect(page.locator("[name=requester_name]")).to_have_value("李")
    expect(page.locator("#q")).to_have_value("")
