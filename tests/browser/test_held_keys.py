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
