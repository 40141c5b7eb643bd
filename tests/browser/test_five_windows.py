"""One order on its longest way, five people each before a window of their own, the editor beside.

Returned, ruled, extended, its reply sent back, its requester dissatisfied, done again, and at last
an answer that the desk finds.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import order_steps as steps
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

UNIT = "市住房和城乡建设局"
QUESTION = "楼顶二次供水水箱多久洗一次归谁管"
CONTENT = "来电人反映小区楼顶水箱两年没有清洗，水里有泥沙，要求查明谁负责并尽快清洗。"
THIN = "您好，您反映的问题已收悉，我单位高度重视，将尽快处理，感谢您的理解与支持。"
REPLY = (
    "您好，您反映小区楼顶水箱两年没有清洗的问题，市住房和城乡建设局已于今天到现场核查：水箱确实"
    "超过半年没有清洗，已责令物业公司今天下午停水清洗并送检。二次供水水箱每半年至少清洗一次，由"
    "物业公司负责，没有清洗的可拨打供水管理电话 0999-8250177 反映。以上情况已于今天上午电话告知您，"
    "您表示满意。"
)
AGAIN = REPLY.replace(
    "今天下午停水清洗并送检", "今天上午清洗完毕，水质送检合格，报告已贴在单元门口"
)
ANSWER = "二次供水水箱多久清洗一次，由谁负责"
KNOWN = (
    "二次供水水箱每半年至少清洗一次，由物业公司负责；没有清洗的，请拨打供水管理电话 0999-8250177。"
)


def test_an_order_on_its_longest_way(open_as: Open) -> None:
    agent = open_as("zuoxi02", "/desk")
    clerk = open_as("jingban_zj", "/units/orders")
    reviewer = open_as("shenhe_zj", "/units/orders")
    caller = open_as("huifang01", "/follow-up")
    number = steps.hand_over(agent, "13900003333", "five-1", QUESTION, CONTENT)
    dispatcher = open_as("paidan01", f"/dispatch/orders/{number}")

    steps.dispatch(dispatcher, UNIT)
    give_back(clerk, number)
    rule(dispatcher, clerk, number)
    steps.acknowledge(clerk, number)
    extend(clerk, dispatcher, number)
    steps.reply(clerk, number, THIN)
    steps.pass_reply(reviewer, number)
    send_back(dispatcher, clerk, number)
    finish(clerk, reviewer, dispatcher, number, REPLY)
    ask_for_more(caller, number)
    finish(clerk, reviewer, dispatcher, number, AGAIN)
    be_content(caller, number)

    steps.draft_answer(caller, ANSWER, "0999-8250177", KNOWN)
    editor = open_as("bianji01", "/units")
    steps.publish(clerk, {"shenhe_zj": reviewer, "bianji01": editor}, ANSWER)
    steps.archive(caller, number)
    agent.goto("/desk?caller=13900004444&call_id=five-1")
    agent.locator("#q").fill(QUESTION)
    expect(agent.locator("#hit-1")).to_contain_text(ANSWER, timeout=steps.WAIT_MS)
    expect(agent.locator("#card")).to_contain_text("0999-8250177")


def give_back(clerk: Page, number: str) -> None:
    """The unit says it is not its matter: back at the dispatch desk, no clock stopped."""
    clerk.goto(f"/units/orders/{number}")
    said = {"text": "水箱清洗由供水管理部门负责。", "basis": "市住建局“三定”规定第四条"}
    steps.use_fold(clerk, "returned", said)
    expect(clerk.locator("body")).to_contain_text("退单")


def rule(dispatcher: Page, clerk: Page, number: str) -> None:
    """Whose matter it is, with the opinion of the unit, decided by the centre."""
    dispatcher.goto(f"/dispatch/orders/{number}")
    expect(dispatcher.locator("main")).to_contain_text("水箱清洗由供水管理部门负责")
    steps.use_fold(dispatcher, "ruling_opened", {"text": "水箱清洗由谁负责", "asked": UNIT})
    clerk.goto(f"/units/orders/{number}")
    clerk.fill("#t-opinion_given", "住宅小区的二次供水设施由本单位监督。")
    clerk.locator("#do-opinion_given footer button").first.click()
    expect(clerk.locator("main")).to_contain_text("住宅小区的二次供水设施由本单位监督")
    dispatcher.goto(f"/dispatch/orders/{number}")
    dispatcher.fill("#unit-ruled", UNIT)
    dispatcher.fill("#t-ruled", "由住建部门主办。")
    dispatcher.locator("#do-ruled footer button[type=submit]").first.click()
    expect(dispatcher.get_by_text("待签收").first).to_be_visible()


def extend(clerk: Page, dispatcher: Page, number: str) -> None:
    """Asked before the clock runs out, granted by the dispatcher: the due time moves."""
    steps.use_fold(clerk, "extension_asked", {"text": "水箱要停水清洗。", "amount": "2"})
    dispatcher.goto(f"/dispatch/orders/{number}")
    dispatcher.locator("#do-extension_granted footer button").first.click()
    expect(dispatcher.locator("main")).to_contain_text("同意延期")


def send_back(dispatcher: Page, clerk: Page, number: str) -> None:
    """The check warns the centre of empty phrases; the reply goes back with what is missing."""
    dispatcher.goto(f"/dispatch/orders/{number}")
    expect(dispatcher.locator("main")).to_contain_text("高度重视")
    steps.use_fold(dispatcher, "sent_back", {"text": "没有写查明了什么、何时清洗。"})
    clerk.goto(f"/units/orders/{number}")
    expect(clerk.locator("main")).to_contain_text("没有写查明了什么、何时清洗")


def finish(clerk: Page, reviewer: Page, dispatcher: Page, number: str, text: str) -> None:
    """Replied, passed, resolved."""
    steps.reply(clerk, number, text)
    steps.pass_reply(reviewer, number)
    steps.resolve(dispatcher, number)


def ask_for_more(caller: Page, number: str) -> None:
    """The requester is not content: the order goes back to the unit with a clock of its own."""
    caller.goto(f"/follow-up/{number}")
    caller.check("#do-followed_up [name=satisfaction][value=dissatisfied]", force=True)
    caller.fill("#t-followed_up", "说好下午清洗，到晚上也没有人来。")
    caller.check("#do-followed_up [name=redo]")
    caller.locator("#do-followed_up footer button").first.click()
    expect(caller.locator("body")).to_contain_text(re.compile("重办|办理中"))


def be_content(caller: Page, number: str) -> None:
    """The second call ends well."""
    caller.goto(f"/follow-up/{number}")
    caller.check("#do-followed_up [name=satisfaction][value=satisfied]", force=True)
    caller.fill("#t-followed_up", "水箱洗好了，诉求人满意。")
    caller.locator("#do-followed_up footer button").first.click()
    expect(caller.get_by_text("回访结果已记录").first).to_be_visible()
