"""The main job from a pushed notice to an answered call, by five people and the public."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

INCOMING = Path(__file__).parent.parent.parent / "demo" / "incoming"
NOTICE = INCOMING / "房屋安全隐患排查通知.html"
TITLE = "云汀市住房和城乡建设局关于开展城镇房屋安全隐患排查的通知"
QUESTION = "房子开裂倾斜打哪个电话报告"
WAIT_MS = 20_000


def push(page: Page) -> None:
    """The clerk drops the file; one good file leads straight to its draft."""
    page.set_input_files("#f-files", str(NOTICE))
    page.wait_for_url(re.compile(r"/units/versions/\d+"), timeout=WAIT_MS)


def read_by_itself(page: Page) -> dict[str, str]:
    return {
        name: page.input_value(f"#version-form [name={name}]")
        for name in ("title", "document_number", "issuing_authority", "issued_on")
    }


def test_from_a_pushed_notice_to_an_answered_call_and_a_settled_order(open_as: Open) -> None:
    clerk = open_as("jingban_zj", "/units")
    push(clerk)
    assert read_by_itself(clerk) == {
        "title": TITLE,
        "document_number": "云建发〔2026〕67号",
        "issuing_authority": "云汀市住房和城乡建设局",
        "issued_on": "2026-11-10",
    }
    clerk.check("#version-form [name=kind][value=notice]", force=True)
    clerk.click("button[name=action][value=submit]")
    version = re.search(r"/units/versions/(\d+)", clerk.url)
    assert version is not None
    expect(clerk.get_by_text("待单位审核").first).to_be_visible()

    address = f"/units/versions/{version[1]}"
    for person in ("shenhe_zj", "bianji01"):
        reviewer = open_as(person, address)
        expect(reviewer.get_by_role("heading", name=TITLE).first).to_be_visible()
        reviewer.keyboard.press("y")
        reviewer.wait_for_load_state()
    expect(open_as("jingban_zj", address).get_by_text("已发布").first).to_be_visible()

    agent = open_as("zuoxi01", "/desk?caller=13900001111&call_id=walk-1")
    agent.locator("#q").fill(QUESTION)
    expect(agent.locator("#hit-1")).to_contain_text(TITLE[:20], timeout=WAIT_MS)
    expect(agent.locator("#card")).to_contain_text("0999-8250119")
    with agent.context.expect_page() as opened:
        agent.keyboard.press("Alt+o")
    original = opened.value
    expect(original.locator("mark").first).to_be_visible()
    original.close()
    agent.locator("#q").press("Enter")
    expect(agent.locator(".acts-done")).to_contain_text(
        re.compile(r"YT\d{8}-\d{4}"), timeout=WAIT_MS
    )
    agent.keyboard.press("F9")
    expect(agent.locator(".call.is-idle")).to_be_visible(timeout=WAIT_MS)

    agent.goto("/desk?caller=13900002222&call_id=walk-2")
    agent.locator("#q").fill("楼下商铺擅自拆了承重墙")
    agent.keyboard.press("F8")
    agent.locator("#reg [name=content]").fill("来电人反映楼下商铺装修时拆除承重墙，要求尽快查看。")
    agent.keyboard.press("F8")
    done = agent.locator(".acts-done")
    expect(done).to_contain_text("已转工单", timeout=WAIT_MS)
    number = re.search(r"YTGD\d{8}-\d{4}", done.inner_text())
    assert number is not None

    dispatcher = open_as("paidan01", f"/dispatch/orders/{number[0]}")
    dispatcher.fill("#unit-dispatched", "市住房和城乡建设局")
    dispatcher.locator("#do-dispatched footer button[type=submit]").first.click()
    expect(dispatcher.get_by_text("待签收").first).to_be_visible()

    clerk.goto(f"/units/orders/{number[0]}")
    clerk.locator("#do-acknowledged button[type=submit]").first.click()
    expect(clerk.get_by_text("办理中").first).to_be_visible()

    public = open_as(None, f"/search?q={QUESTION}")
    public.get_by_role("link", name=TITLE).first.click()
    expect(public.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(public.locator("main")).to_contain_text("现行有效")


def test_the_public_never_meets_what_is_internal(open_as: Open) -> None:
    staff = open_as("bianji01", "/units?q=内部")
    link = staff.get_by_role("link", name=re.compile("内部")).first
    expect(link).to_be_visible()
    title, address = link.inner_text().strip(), link.get_attribute("href") or ""
    public = open_as(None, f"/search?q={title}")
    expect(public.get_by_role("link", name=title)).to_have_count(0)
    answer = public.goto(f"/entry/{address.rsplit('/', 1)[-1]}")
    assert answer is not None
    assert answer.status == 404


def test_the_supervisor_opens_exactly_the_records_behind_a_figure(open_as: Open) -> None:
    page = open_as("duban01", "/supervise?days=30")
    figure = page.locator("a.fig").filter(has_text=re.compile(r"^\d+$")).first
    count = int(figure.inner_text())
    figure.click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text(re.compile(rf"{count} ?件"))
