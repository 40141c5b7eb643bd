"""The main job from a pushed notice to an answered call, by five people and the public."""

import re
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from tests.browser import order_steps as steps
from tests.browser.conftest import Open
from tests.browser.order_steps import WAIT_MS

pytestmark = pytest.mark.browser

INCOMING = Path(__file__).parent.parent.parent / "demo" / "incoming"
NOTICE = INCOMING / "房屋安全隐患排查通知.html"
TITLE = "云汀市住房和城乡建设局关于开展城镇房屋安全隐患排查的通知"
QUESTION = "房子开裂倾斜打哪个电话报告"
PHONE = "13900002222"
ORDER_QUESTION = "楼下商铺擅自拆了承重墙"
CONTENT = "来电人反映楼下商铺装修时拆除承重墙，要求尽快查看。"
ASKED = "楼下拆承重墙找谁举报"
ANSWER = "装修时擅自拆除承重墙，向谁举报"
KNOWN = "发现装修时拆除承重墙的，请拨打市住房和城乡建设局住房安全电话 0999-8250119 举报。"
REPLY = (
    "您好，您反映楼下商铺装修时拆除承重墙的问题，市住房和城乡建设局已到现场核查：商铺未经批准"
    "拆除承重墙一处，已责令停工，并要求 15 日内由有资质的单位加固恢复。以后发现拆改承重墙，"
    "请拨打住房安全电话 0999-8250119 举报。以上情况已于今天上午电话告知您，您表示满意。"
)


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
    reviewers = {person: open_as(person, address) for person in ("shenhe_zj", "bianji01")}
    steps.approve(reviewers, address, TITLE)
    clerk.goto(address)
    expect(clerk.get_by_text("已发布").first).to_be_visible()

    agent = open_as("zuoxi01", "/desk?caller=13900001111&call_id=walk-1")
    ask_until(agent, QUESTION, TITLE[:20])
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

    number = steps.hand_over(agent, PHONE, "walk-2", ORDER_QUESTION, CONTENT)
    dispatcher = open_as("paidan01", f"/dispatch/orders/{number}")
    steps.dispatch(dispatcher, "市住房和城乡建设局")
    steps.acknowledge(clerk, number)
    steps.reply(clerk, number, REPLY)
    steps.pass_reply(reviewers["shenhe_zj"], number)
    steps.resolve(dispatcher, number)
    caller = open_as("huifang01", "/follow-up")
    call_back(caller, number)
    steps.draft_answer(caller, ANSWER, "0999-8250119", KNOWN)
    steps.publish(clerk, reviewers, ANSWER)
    steps.archive(caller, number)

    public = open_as(None, f"/search?q={QUESTION}")
    public.get_by_role("link", name=TITLE).first.click()
    expect(public.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(public.locator("main")).to_contain_text("现行有效")
    public.goto(f"/search?q={ASKED}")
    public.get_by_role("link", name=ANSWER).first.click()
    expect(public.locator("main")).to_contain_text("0999-8250119")


def ask_until(agent: Page, question: str, title: str) -> None:
    """Ask again, as a person does, until the index has what was published a moment ago."""
    first = agent.locator("#hit-1")
    end = monotonic() + WAIT_MS / 1000
    while monotonic() < end and not (first.count() and title in first.inner_text()):
        agent.locator("#q").fill("")
        agent.locator("#q").fill(question)
        expect(first).to_be_visible()
        agent.wait_for_timeout(1_000)
    expect(first).to_contain_text(title)


def call_back(caller: Page, number: str) -> None:
    """Nobody answers at first, then the requester is content; all of it by the page's own ways."""
    caller.goto(f"/follow-up?q={number}")
    caller.keyboard.press("Alt+n")
    expect(caller.get_by_role("heading", name="话术")).to_be_visible()
    caller.get_by_role("button", name="无人接听").click()
    caller.goto(f"/follow-up/{number}")
    expect(caller.locator("main")).to_contain_text(f"{PHONE[:3]}****{PHONE[-4:]}")
    caller.keyboard.press("Alt+p")
    expect(caller.get_by_role("link", name=PHONE)).to_be_visible()
    caller.wait_for_load_state("load")  # the keys are there with the scripts
    caller.keyboard.press("1")
    caller.fill("#t-followed_up", "诉求人认可，说清楚了以后向谁报告。")
    caller.keyboard.press("Control+Enter")
    expect(caller.get_by_text("回访结果已记录").first).to_be_visible()


def test_the_public_never_meets_what_is_internal(open_as: Open) -> None:
    staff = open_as("bianji01", "/units?q=（内部）")
    link = staff.get_by_role("link", name=re.compile("（内部）")).first
    expect(link).to_be_visible()
    title, address = link.inner_text().strip(), link.get_attribute("href") or ""
    public = open_as(None, f"/search?q={title}")
    expect(public.get_by_role("link", name=title)).to_have_count(0)
    answer = public.goto(f"/entry/{address.rsplit('/', 1)[-1]}")
    assert answer is not None
    assert answer.status == 404


def test_the_supervisor_opens_exactly_the_records_behind_a_figure(open_as: Open) -> None:
    page = open_as("duban01", "/supervise?span=month")
    figure = page.locator("a.fig").filter(has_text=re.compile(r"^\d+$")).first
    count = int(figure.inner_text())
    figure.click()
    page.wait_for_load_state()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(count))
