"""A key that is held down acts once: it does not answer the question it has raised."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_a_held_key_does_not_hand_the_call_over(open_as: Open) -> None:
    page = open_as("zuoxi02", "/desk?caller=13800007777&call_id=held-1")
    page.locator("#q").fill("楼道灯坏了三天没人修")
    page.locator("#reg [name=purpose][value=consultation]").check()
    page.locator("#reg [name=content]").fill("来电人反映楼道灯坏了三天，没有人来修。")
    for _ in range(6):  # the second and later ones are repeats of a key held down
        page.keyboard.down("F8")
    page.keyboard.up("F8")
    expect(page.locator("#order.is-open")).to_be_visible()
    expect(page.locator(".acts-done")).to_have_count(0)
    page.keyboard.press("F8")
    expect(page.locator(".acts-done")).to_contain_text("已转工单", timeout=20_000)


# What the buttons are while the decision is on its way; the next page reads it.
NOTE_BUTTONS = """() => addEventListener('submit', event => setTimeout(() => {
  const buttons = [...event.target.querySelectorAll('button')];
  sessionStorage.setItem('on-its-way', buttons.map(one => one.disabled).join());
}))"""


def test_a_held_key_decides_one_review_and_its_buttons_wait(open_as: Open) -> None:
    page = open_as("bianji01", "/units/review")
    first = page.url
    assert int(page.locator(".crumb .num").inner_text().split("/")[1]) >= 2
    decided: list[str] = []
    page.on("request", lambda sent: decided.append(sent.url) if sent.method == "POST" else None)
    buttons = page.locator("[data-review] button")
    known = buttons.count()
    page.evaluate(NOTE_BUTTONS)
    for _ in range(6):
        page.keyboard.down("y")
    page.wait_for_url(lambda url: url != first)
    expect(buttons.first).to_be_enabled()
    for _ in range(6):  # still held down over the next one
        page.keyboard.down("y")
    page.keyboard.up("y")
    second = page.url
    page.reload()
    assert page.url == second
    expect(buttons.first).to_be_enabled()
    assert decided == [f"{first}/approve"]
    assert page.evaluate("sessionStorage.getItem('on-its-way')") == ",".join(["true"] * known)


def test_arrows_may_be_held(open_as: Open) -> None:
    page = open_as("zuoxi02", "/desk?q=公积金贷款需要什么材料")
    expect(page.locator("#hit-1")).to_be_visible()
    page.locator("#q").focus()
    for _ in range(3):
        page.keyboard.down("ArrowDown")
    page.keyboard.up("ArrowDown")
    expect(page.locator("[id^=hit-][aria-selected=true]")).to_have_attribute(
        "id", re.compile("hit-[34]")
    )
