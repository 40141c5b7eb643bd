"""The desk on a small monitor and on a phone: the answer in sight, nothing cut."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.test_desk import QUESTION, type_question

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


def edges(part: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom on the screen, in pixels."""
    box = part.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def test_a_small_monitor_shows_the_answers_beside_the_card(open_as: Open) -> None:
    page = open_as("zuoxi02", "/desk?caller=13800005671&call_id=w1", width=1024, height=768)
    type_question(page, QUESTION)
    _, _, list_right, _ = edges(page.locator("#hits"))
    left, top, right, bottom = edges(page.locator(".say").first)
    assert list_right <= left and right <= 1024
    assert top >= 0 and bottom <= 768


def test_a_phone_shows_a_message_whole(open_as: Open) -> None:
    open_as("zuoxi02", "/desk?caller=13800005672&call_id=w2", **PHONE)
    page = open_as("zuoxi02", "/desk?caller=13800005673&call_id=w3", **PHONE)
    told = page.locator(".flashes .note").first
    expect(told).to_contain_text(re.compile("没有结束"))
    left, _, right, _ = edges(told)
    assert left >= 0 and right <= PHONE["width"]
