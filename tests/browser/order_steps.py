"""What each person does with an order on their own page, one function a step."""

import re

from playwright.sync_api import Page, expect

WAIT_MS = 20_000


def hand_over(agent: Page, phone: str, call: str, question: str, content: str) -> str:
    """A caller with something to be done: the number of the order."""
    agent.goto(f"/desk?caller={phone}&call_id={call}")
    agent.locator("#q").fill(question)
    agent.keyboard.press("F8")
    agent.locator("#reg [name=content]").fill(content)
    agent.locator("#reg [name=purpose][value=consultation]").check()
    agent.keyboard.press("F8")
    done = agent.locator(".acts-done")
    expect(done).to_contain_text("已转工单", timeout=WAIT_MS)
    number = re.search(r"YTGD\d{8}-\d{4}", done.inner_text())
    assert number is not None
    return number[0]


def dispatch(dispatcher: Page, unit: str) -> None:
    """The dispatcher sends the order on their page to a unit."""
    dispatcher.fill("#unit-dispatched", unit)
    dispatcher.locator("#do-dispatched footer button[type=submit]").first.click()
    expect(dispatcher.get_by_text("待签收").first).to_be_visible()


def acknowledge(clerk: Page, number: str) -> None:
    """The unit takes the order."""
    clerk.goto(f"/units/orders/{number}")
    clerk.locator("#do-acknowledged button[type=submit]").first.click()
    expect(clerk.get_by_text("办理中").first).to_be_visible()


def reply(clerk: Page, number: str, text: str) -> None:
    """The unit writes its reply, has it checked, and hands it to its reviewer."""
    clerk.goto(f"/units/orders/{number}")
    clerk.fill("#t-replied", text)
    clerk.check("#do-replied [name=is_informed][value=yes]")
    clerk.get_by_role("button", name="发出前检查").click()
    expect(clerk.locator("#checked")).to_be_visible()
    clerk.locator("#do-replied footer button[value=send]").click()
    expect(clerk.get_by_text("待单位审核").first).to_be_visible()


def pass_reply(reviewer: Page, number: str) -> None:
    """The unit's reviewer lets the reply go to the centre."""
    reviewer.goto(f"/units/orders/{number}")
    reviewer.locator("#do-unit_passed footer button").first.click()
    expect(reviewer.get_by_text("待中心审核").first).to_be_visible()


def resolve(dispatcher: Page, number: str) -> None:
    """The centre accepts the reply: resolved."""
    dispatcher.goto(f"/dispatch/orders/{number}")
    dispatcher.locator("#do-resolved footer button").first.click()
    confirm(dispatcher)  # what the reply check found is the centre's to weigh
    expect(dispatcher.get_by_text("已办结").first).to_be_visible()


def use_fold(page: Page, kind: str, values: dict[str, str]) -> None:
    """A command that stays folded until it is wanted: open it, fill it in, send it.

    :param values: what to fill in by the fields' names.
    """
    fold = page.locator(f"#fold-{kind}")
    fold.locator("summary").click()
    for name, value in values.items():
        field = fold.locator(f"[name={name}]").first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    fold.locator("footer button[type=submit]").click()
    confirm(page)
    page.wait_for_load_state()


def confirm(page: Page) -> None:
    """Say yes where the page asks first."""
    yes = page.locator("dialog[open]").get_by_role("button", name="确定")
    if yes.count():
        yes.click()


def draft_answer(caller: Page, title: str, replied: str, body: str) -> None:
    """From the call-back page straight to the draft that the reply has filled in."""
    caller.locator("main").get_by_role("link", name="知识产出").click()
    caller.fill("#f-title", title)
    expect(caller.locator("#f-body")).to_have_value(re.compile(replied))
    caller.fill("#f-body", body)
    caller.get_by_role("button", name="建成草稿").click()
    expect(caller.get_by_text("草稿已建").first).to_be_visible()


def approve(reviewers: dict[str, Page], address: str, title: str) -> None:
    """The unit's reviewer, then the editor, each by one key."""
    for page in reviewers.values():
        page.goto(address)
        expect(page.get_by_role("heading", name=title).first).to_be_visible()
        with page.expect_navigation():
            page.keyboard.press("y")


def publish(clerk: Page, reviewers: dict[str, Page], title: str) -> None:
    """The unit's clerk hands the draft in; both reviews let it out."""
    clerk.goto("/units/drafts")
    clerk.get_by_role("link", name=title).first.click()
    clerk.click("button[name=action][value=submit]")
    expect(clerk.get_by_text("待单位审核").first).to_be_visible()
    address = re.sub(r"\?.*", "", clerk.url)
    approve(reviewers, address, title)
    clerk.goto(address)
    expect(clerk.get_by_text("已发布").first).to_be_visible()


def archive(caller: Page, number: str) -> None:
    """With the entry as the order's outcome, filed by typing where the agent filed nothing."""
    caller.goto(f"/orders/{number}/knowledge")
    caller.check("[name=knowledge][value=created]", force=True)
    category = caller.locator("[name=category_other]")
    if category.count():
        category.fill("房屋维修")
    caller.get_by_role("button", name="归档", exact=True).click()
    expect(caller).to_have_url(re.compile(f"/follow-up/{number}"))
    expect(caller.locator("main")).to_contain_text("知识成果：新建条目")
