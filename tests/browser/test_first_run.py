"""From an empty installation to the first answered call, as 开始使用 leads there."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import serving

pytestmark = pytest.mark.browser

WAIT_MS = 20_000
OWN = "Kaitong-2026x"
QUESTION = "居住证在哪里办"
ANSWER = "携带身份证到户籍窗口办理居住证，当场受理，15 个工作日领证。"


def visit(browser: Browser, base: str) -> Page:
    page = browser.new_context(base_url=base, locale="zh-CN").new_page()
    page.route("**/tour.js*", lambda route: route.fulfill(body=""))
    page.goto("/login")
    return page


def log_in(page: Page, username: str, password: str) -> None:
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def open_up(browser: Browser, base: str, log: Path) -> Page:
    """The printed code makes the administrator, who is led to the steps."""
    code = re.search(r"开通码 (\S+?)（", log.read_text("utf-8"))
    assert code is not None
    page = visit(browser, base)
    expect(page).to_have_url(re.compile("/first-run$"))
    for name, value in (("code", code[1]), ("name", "何平"), ("password", OWN), ("again", OWN)):
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="建立管理员").click()
    expect(page).to_have_url(re.compile("/login"))
    log_in(page, "admin", OWN)
    return page


def name_the_city(page: Page) -> None:
    page.get_by_role("link", name="到城市方案").click()
    page.fill("main [name=name]", "云河市")
    page.get_by_role("button", name="看会改什么").click()
    page.get_by_role("button", name="保存这些改动").click()
    expect(page.get_by_text("已保存为第 2 版")).to_be_visible()


def add_unit(page: Page) -> None:
    page.goto("/admin/start")
    expect(page.locator("[aria-current=step]")).to_contain_text("建单位")
    page.get_by_role("link", name="写单位").click()
    form = page.locator("form[action='/admin/units']")
    form.locator("[name=name]").fill("云河市公安局")
    form.get_by_role("button", name="新增单位").click()
    expect(page.locator("main table")).to_contain_text("云河市公安局")


def add_person(page: Page) -> str:
    """One person who is agent and editor; the password that is shown once."""
    page.goto("/admin/start")
    page.get_by_role("link", name="新增人员").click()
    form = page.locator("form[action='/admin/people']")
    form.locator("[name=name]").fill("林晓")
    form.locator("[name=username]").fill("linxiao")
    for role in ("agent", "editor"):
        form.locator(f"[name=roles][value={role}]").check()
    form.get_by_role("button").click()
    return page.locator(".once").inner_text()


def change_password(page: Page, once: str) -> None:
    for name, value in (("old", once), ("password", OWN), ("again", OWN)):
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="保存新密码").click()
    page.wait_for_url(lambda url: "/password" not in url)


def publish_an_answer(page: Page) -> None:
    page.get_by_role("link", name="写第一条标准问答").click()  # where the log-in has led
    expect(page.locator("form.panel")).to_contain_text("云河市公安局")  # whose entry it will be
    page.fill("#f-title", QUESTION)
    page.fill("#f-body", ANSWER)
    page.click("button[name=action][value=submit]")
    page.get_by_role("button", name="通过并发布").click()
    expect(page.get_by_text("已发布").first).to_be_visible(timeout=WAIT_MS)


def answer_a_call(page: Page) -> None:
    page.goto("/desk")
    page.locator("#q").fill(QUESTION)
    expect(page.locator("#hit-1")).to_contain_text(QUESTION, timeout=WAIT_MS)
    page.keyboard.press("Enter")
    numbered = re.compile(r"已采纳.*\d{8}-\d{4}")
    expect(page.locator(".acts-done")).to_contain_text(numbered, timeout=WAIT_MS)


def test_the_steps_lead_from_nothing_to_an_answered_call(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path / "var", demo=False) as base:
        admin = open_up(browser, base, tmp_path / "server.log")
        expect(admin).to_have_url(re.compile("/admin/start$"))
        name_the_city(admin)
        add_unit(admin)
        once = add_person(admin)
        admin.goto("/admin/start")
        expect(admin.locator("[aria-current=step]")).to_contain_text("发布第一份知识")
        person = visit(browser, base)
        log_in(person, "linxiao", once)
        change_password(person, once)
        publish_an_answer(person)
        answer_a_call(person)
        admin.goto("/admin/start")
        expect(admin.locator("main")).to_contain_text("已经可以接电话了")
        admin.goto("/admin")
        expect(admin.get_by_role("link", name="开始使用")).to_have_count(0)
