"""Printing: a button whose place is kept from the start; nothing that only a screen uses."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

PRINTED = {
    "an entry": ("bianji01", "/units/entries/3"),
    "the worklist of the centre": ("paidan01", "/dispatch"),
    "the orders of a unit": ("jingban_rs", "/units/orders"),
    "the board": ("duban01", "/supervise"),
}


@pytest.mark.parametrize(("person", "path"), PRINTED.values(), ids=PRINTED)
def test_a_page_is_printed_without_what_only_a_screen_uses(
    open_as: Open, person: str, path: str
) -> None:
    page = open_as(person, path)
    print_it(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_an_order_is_printed_whole(open_as: Open) -> None:
    page = open_as("paidan01", "/dispatch?state=all")
    page.locator("main table a[href*='/dispatch/orders/']").first.click()
    print_it(page)
    for part in ("时限", "诉求", "经过"):
        expect(page.get_by_role("heading", name=part, exact=True).first).to_be_visible()


def test_the_knowledge_base_is_printed_without_empty_boxes(open_as: Open) -> None:
    page = open_as("jingban_rs", "/units")
    page.emulate_media(media="print")
    panels = [one for one in page.locator(".panel").all() if one.is_visible()]
    assert panels
    for panel in panels:
        head = panel.locator("> header").inner_text()
        assert panel.inner_text().removeprefix(head).strip(), head


def print_it(page: Page) -> None:
    page.wait_for_load_state("load")
    page.evaluate("() => { window.print = () => { window.printed = (window.printed || 0) + 1; }; }")
    page.get_by_role("button", name="打印").click()
    assert page.evaluate("window.printed") == 1
    page.emulate_media(media="print")
    for screen_only in ("header.bar", "[data-print]", "form.filters", "footer.act"):
        for one in page.locator(screen_only).all():
            expect(one).to_be_hidden()
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_nothing_on_the_board_moves_when_the_scripts_arrive(open_as: Open) -> None:
    page = open_as("duban01", "/supervise")
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.route(re.compile(r"/(yingda|board)\.[^/]*js"), lambda route: route.fulfill(body=""))
        page.reload()
        before = places(page)
        page.unroute_all()
        page.reload()
        assert places(page) == before, width


def places(page: Page) -> list[object]:
    page.wait_for_load_state("load")
    found: list[object] = page.evaluate(
        """() => Array.from(document.querySelectorAll('.page-head .row > *, [data-live] .panel'))
          .map((one) => one.getBoundingClientRect()).map((at) => [at.x, at.y, at.width])"""
    )
    assert found
    return found
