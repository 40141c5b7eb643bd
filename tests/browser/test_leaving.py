"""Log-out on a shared machine: nothing that a caller or a clerk said stays in the browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

CALLER = "来电人王某某反映楼道灯坏了三天，要求尽快修好。"
REFUSED = {"error": {"code": "conflict", "message": "没有存上"}}


def _log_out(page: Page) -> None:
    page.locator(".me details[data-menu] summary").click()
    page.get_by_role("button", name="退出登录").click()


def _kept(page: Page) -> list[str]:
    names: list[str] = page.evaluate(
        "Object.keys(localStorage).filter(name => /-draft:/.test(name))"
    )
    return names


def _leave_call(page: Page) -> None:
    _log_out(page)
    expect(page.get_by_text("您还有一通电话没有结束")).to_be_visible()


def test_what_the_server_has_is_cleared_and_the_call_is_asked_about(open_as: Open) -> None:
    page = open_as("zuoxi01", "/desk?caller=13800002222&call_id=leaving-1")
    page.locator("#reg [name=content]").fill(CALLER)
    assert _kept(page)
    _leave_call(page)
    page.get_by_role("link", name="回坐席台").click()
    expect(page.locator("#reg [name=content]")).to_have_value(CALLER)
    _leave_call(page)
    page.get_by_role("button", name="结束并退出").click()
    expect(page).to_have_url(re.compile("/login"))
    expect(page.get_by_text("已安全退出")).to_be_visible()
    assert _kept(page) == []


def test_who_goes_back_to_the_call_has_lost_nothing(open_as: Open) -> None:
    page = open_as("zuoxi01", "/desk?caller=13800002223&call_id=leaving-2")
    second = page.context.new_page()
    second.goto("/account")
    second.evaluate("window.isStillThere = true")
    page.route("**/draft", lambda route: route.fulfill(status=409, json=REFUSED))
    page.locator("#reg [name=content]").fill(CALLER)
    _log_out(page)
    page.locator("dialog[open]").get_by_role("button", name="确定").click()
    expect(page.get_by_text("您还有一通电话没有结束")).to_be_visible()
    assert len(_kept(page)) == 1
    page.unroute("**/draft")
    page.get_by_role("link", name="回坐席台").click()
    expect(page.locator("#reg [name=content]")).to_have_value(CALLER)
    assert second.evaluate("window.isStillThere")
    _leave_call(page)
    page.get_by_role("button", name="结束并退出").click()
    expect(page).to_have_url(re.compile("/login"))
    expect(second).to_have_url(re.compile("/login"), timeout=20_000)
    assert _kept(page) == []


def test_what_the_server_has_not_is_asked_about(open_as: Open) -> None:
    page = open_as("bianji01", "/units/write/qa")
    page.locator("textarea[name=body]").fill(CALLER)
    expect(page.locator("[data-autosaved]")).to_contain_text("自动保存")
    page.goto("/account")
    _log_out(page)
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("这台电脑上还有 1 处没有提交的内容")
    dialog.get_by_role("button", name="取消").click()
    assert len(_kept(page)) == 1
    expect(page).to_have_url(re.compile("/account"))
    _log_out(page)
    dialog.get_by_role("button", name="确定").click()
    expect(page).to_have_url(re.compile("/login"))
    assert _kept(page) == []


def test_other_windows_go_with_the_log_out(open_as: Open) -> None:
    page = open_as("zuoxi01", "/desk")
    second = page.context.new_page()
    second.goto("/account")
    _log_out(second)
    expect(page).to_have_url(re.compile("/login"))


def test_a_colleague_is_not_offered_what_somebody_else_wrote(open_as: Open) -> None:
    page = open_as("bianji01", "/units/write/qa")
    page.locator("textarea[name=body]").fill(CALLER)
    expect(page.locator("[data-autosaved]")).to_contain_text("自动保存")
    names = _kept(page)
    page.context.clear_cookies()
    page.goto("/login")
    page.fill("input[name=username]", "jingban_zj")
    page.fill("input[name=password]", "Yunting-2026")
    page.press("input[name=password]", "Enter")
    page.goto("/units/write/qa")
    expect(page.locator("textarea[name=body]")).to_be_visible()
    expect(page.get_by_text("上次没有提交的内容还在")).to_have_count(0)
    assert _kept(page) == names


def test_a_saved_entry_leaves_no_draft_behind(open_as: Open) -> None:
    page = open_as("bianji01", "/units/write/qa")
    page.locator("[name=title]").fill("楼道灯坏了找谁修")
    page.locator("textarea[name=body]").fill("楼道灯由物业公司维修，没有物业的由社区安排。")
    expect(page.locator("[data-autosaved]")).to_contain_text("自动保存")
    page.get_by_role("button", name=re.compile("存草稿|保存草稿")).first.click()
    expect(page).to_have_url(re.compile("/units/versions/"))
    expect(page.locator("[data-forget-draft]").first).to_be_attached()
    page.wait_for_load_state()
    assert _kept(page) == []


def test_what_was_kept_stays_until_it_is_answered_whatever_is_typed_meanwhile(
    open_as: Open,
) -> None:
    page = open_as("bianji01", "/units/write/qa")
    body, saved = page.locator("textarea[name=body]"), page.locator("[data-autosaved]")
    body.fill("楼道灯由物业公司维修，没有物业的由社区安排。")
    expect(saved).to_contain_text("自动保存")
    page.reload()
    body.fill("改天再写")
    expect(saved).to_contain_text("自动保存")
    page.reload()
    first, second = page.locator("p.hint", has_text="上次没有提交的内容还在").all()
    expect(first).to_contain_text("改天再写")
    expect(second).to_contain_text("“楼道灯由物业公司维修，没……”")
    second.get_by_role("button", name="恢复").click()
    expect(body).to_have_value("楼道灯由物业公司维修，没有物业的由社区安排。")
    first.get_by_role("button", name="不要了").click()
    page.wait_for_timeout(700)
    assert [name for name in _kept(page) if name.endswith("!")] == []
