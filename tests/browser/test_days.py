"""The days of those who are seldom at a desk, and an order on phones from asking to progress."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import order_steps as steps
from tests.browser.conftest import Open
from tests.browser.order_steps import WAIT_MS

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
UNIT = "市住房和城乡建设局"
TITLE = "地下车库入口坡道夜里没有灯"
CONTENT = "小区地下车库入口坡道的灯坏了半个月，夜里看不清路，请修好。"
NEWCOMER = "zuoxi77"
CALLER = "13900007788"
PRESSED = "居民夜里出行不便，请今天内联系诉求人。"
DEMANDED = "查清坡道照明由谁维修，修好为止。"
ANSWERED = "坡道照明由物业公司维修，今天下午已换好灯具。"
REPLY = (
    "您好，您反映小区地下车库入口坡道没有灯的问题，市住房和城乡建设局已于今天到现场核查：坡道灯具"
    "确已损坏，已责令物业公司今天下午更换灯具四盏，现已恢复照明。以后公共照明损坏，可拨打物业管理"
    "电话 0999-8250133 反映。以上情况已于今天下午电话告知您，您表示满意。"
)


def test_an_order_goes_its_way_on_phones(open_as: Open) -> None:
    citizen = open_as(None, "/ask", **PHONE)
    request = ask(citizen)
    dispatcher = open_as("paidan01", f"/dispatch?q={TITLE}", **PHONE)
    dispatcher.get_by_role("link", name=TITLE).first.click()
    number = re.search(r"YTGD\d{8}-\d{4}", dispatcher.url)
    assert number is not None
    steps.dispatch(dispatcher, UNIT)
    clerk = open_as("jingban_zj", "/units/orders", **PHONE)
    steps.acknowledge(clerk, number[0])
    supervisor = open_as("duban01", "/supervise", **PHONE)
    press(supervisor, clerk, number[0])
    demand(supervisor, clerk, number[0])
    assert progress(citizen, request) == "正在办理"

    steps.reply(clerk, number[0], REPLY)
    steps.pass_reply(open_as("shenhe_zj", "/units/orders", **PHONE), number[0])
    steps.resolve(dispatcher, number[0])
    be_content(open_as("huifang01", "/follow-up", **PHONE), number[0])
    assert progress(citizen, request) == "已办结"
    for page in (citizen, dispatcher, clerk, supervisor):
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url


def ask(citizen: Page) -> str:
    """What is missing is said beside its field and nothing is lost; then it has a number."""
    citizen.locator("[name=purpose]").nth(1).check()
    citizen.fill("[name=title]", TITLE)
    citizen.fill("[name=content]", CONTENT)
    citizen.fill("[name=requester_phone]", "12")
    citizen.get_by_role("button", name="提交诉求").click()
    expect(citizen.locator("[name=requester_phone]")).to_have_attribute("aria-invalid", "true")
    expect(citizen.locator("[name=content]")).to_have_value(CONTENT)
    citizen.fill("[name=requester_phone]", CALLER)
    citizen.get_by_role("button", name="提交诉求").click()
    expect(citizen.get_by_role("heading", level=1)).to_have_text("已经收到您的诉求")
    return citizen.locator("main b.num").first.inner_text()


def progress(citizen: Page, number: str) -> str:
    """What the public page says with the number and the tail of the phone."""
    citizen.goto("/track")
    citizen.fill("[name=number]", number)
    citizen.fill("[name=tail]", CALLER[-4:])
    citizen.get_by_role("button", name="查询").click()
    expect(citizen.locator("#prog-h")).to_be_visible()
    expect(citizen.locator("main")).not_to_contain_text(TITLE)
    return citizen.locator("#prog-h").inner_text().strip()


def press(supervisor: Page, clerk: Page, number: str) -> None:
    """催办, seen before it is sent, and read by the unit."""
    supervisor.goto(f"/supervise/press?order={number}")
    supervisor.fill("[name=text]", PRESSED)
    supervisor.get_by_role("button", name="发出催办").click()
    supervisor.wait_for_url(lambda url: "/press" not in url)
    clerk.goto(f"/units/orders/{number}")
    expect(clerk.locator("main")).to_contain_text(PRESSED)


def demand(supervisor: Page, clerk: Page, number: str) -> None:
    """督办: issued, answered by the unit, closed by the supervisor."""
    supervisor.goto(f"/supervise/orders/{number}/paper")
    supervisor.fill("[name=text]", DEMANDED)
    supervisor.get_by_role("button", name="签发督办单").last.click()
    supervisor.wait_for_url(lambda url: "/paper" not in url.removesuffix("papers"))
    clerk.goto(f"/units/orders/{number}")
    expect(clerk.locator("main")).to_contain_text(DEMANDED)
    clerk.fill("#t-supervision_answered", ANSWERED)
    clerk.locator("#do-supervision_answered footer button").first.click()
    supervisor.goto(f"/supervise/papers?state=answered&q={number}")
    expect(supervisor.locator("main")).to_contain_text(ANSWERED)
    supervisor.locator("details.more summary").filter(has_text="办结").click()
    supervisor.get_by_role("button", name="督办办结").click()
    supervisor.wait_for_load_state()
    supervisor.goto(f"/supervise/papers?state=closed&q={number}")
    expect(supervisor.locator("main")).to_contain_text(ANSWERED)


def be_content(caller: Page, number: str) -> None:
    caller.goto(f"/follow-up/{number}")
    caller.check("#do-followed_up [name=satisfaction][value=satisfied]", force=True)
    caller.fill("#t-followed_up", "灯修好了，诉求人满意。")
    caller.locator("#do-followed_up footer button").first.click()
    expect(caller.get_by_text("回访结果已记录").first).to_be_visible()


def test_a_citizen_reads_an_answer_on_a_phone_and_says_what_it_lacks(open_as: Open) -> None:
    page = open_as(None, "/", **PHONE)
    page.fill("[name=q]", "居住证怎么办")
    page.press("[name=q]", "Enter")
    answer = page.locator("main a[href*='/entry/']").first
    title = answer.inner_text().strip()
    answer.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text("来源")
    page.get_by_role("link", name="没用").click()
    page.locator("[name=useful][value='0']").check()
    page.locator("[name=reason]").first.check()
    page.fill("[name=said]", "居住证到期了在哪里签注")
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("谢谢，已经记下")
    assert title
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_leader_reads_the_board_and_opens_what_is_behind_a_figure(open_as: Open) -> None:
    page = open_as("fenguan01", "/supervise?span=month", **PHONE)
    expect(page.get_by_role("heading", name="在线办结率")).to_be_visible()
    figure = page.locator("[data-live] a.fig").filter(has_text=re.compile(r"^\d+$")).first
    count = figure.inner_text()
    figure.click()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", count)
    assert not re.search(r"1[3-9]\d{9}", page.locator("main").inner_text())
    answer = page.goto("/admin")
    assert answer is not None
    assert answer.status == 403


def test_an_administrator_adds_a_person_who_logs_in_and_is_let_go_again(open_as: Open) -> None:
    page = open_as("admin01", "/admin")
    form = page.locator("form[action='/admin/people']")
    form.locator("[name=name]").fill("沈嘉树")
    form.locator("[name=username]").fill(NEWCOMER)
    form.locator("[name=roles][value=agent]").check(force=True)
    form.get_by_role("button", name="新增，并生成初始密码").click()
    password = page.locator("main .once").inner_text()
    person = open_as(None, "/login")
    log_in(person, NEWCOMER, password)
    expect(person.locator("main")).to_contain_text("密码")

    page.goto(f"/admin?q={NEWCOMER}")
    page.get_by_role("link", name="沈嘉树").click()
    page.get_by_role("button", name="停用账号").click()
    steps.confirm(page)
    expect(page.get_by_text("已停用").first).to_be_visible(timeout=WAIT_MS)
    person.goto("/desk")
    expect(person).to_have_url(re.compile("/login"))
    page.goto("/admin/audit")
    expect(page.locator("main")).to_contain_text("沈嘉树")
    page.goto("/admin/health")
    expect(page.locator("main")).to_contain_text("数据库")


def log_in(page: Page, username: str, password: str) -> None:
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)
