"""The list of keys at the desk, and the keys that are offered."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_desk import QUESTION, take_call, type_question

pytestmark = pytest.mark.browser

SCRIPTS = Path(__file__).parents[2] / "webapp" / "static"
ARROWS = {"ArrowUp": "↑", "ArrowDown": "↓", "ArrowRight": "→", "Escape": "Esc"}


def bound_keys() -> set[str]:
    """What the scripts of the desk bind, as the list writes it."""
    source = "".join(path.read_text() for path in SCRIPTS.glob("desk*.js"))
    names = re.findall(r"\bkey\('([^']+)'(?: \+ number)?,", source)
    assert len(names) > 20
    keys = {" ".join(ARROWS.get(part, part) for part in name.split("+") if part) for name in names}
    # The digits are bound in a loop; the list names the first and the last.
    return (keys - {"Alt"}) | {"Alt 1", "Alt 9"}


def offers(page: Page, *keys: str) -> None:
    expect(page.locator(".keys kbd >> visible=true")).to_have_text(keys)


def test_the_list_names_every_key_of_the_desk_and_no_other(open_as: Open) -> None:
    page = open_as("zuoxi01", "/desk")
    page.keyboard.press("F1")
    caps = page.locator("#keys-dialog dt kbd")
    expect(caps.first).to_be_visible()
    listed = caps.all_inner_texts()
    assert len(listed) == len(set(listed))
    assert set(listed) == bound_keys()


def test_keys_that_do_nothing_are_not_offered(open_as: Open) -> None:
    page = open_as("zuoxi01", "/desk")
    offers(page, "/", "F8", "F1")
    expect(page.locator("#card kbd")).to_have_count(0)
    page.keyboard.press("Alt+M")
    expect(page.locator("#card [data-acts-hint]")).not_to_contain_text("不能发给来电人")
    page = take_call(open_as, "offered")
    type_question(page, QUESTION)
    offers(page, "/", "↑", "↓", "Enter", "Alt C", "Alt O", "F8", "F9", "F1")
