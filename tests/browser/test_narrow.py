"""Large type on the narrowest phone, and dates where the browser writes them its own way."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 700}
THIRD_COLUMN = "e => Math.max(...[...e.rows].slice(1).map(r => r.cells[2].clientWidth))"


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("admin01", "/admin/profile"),
        ("admin01", "/admin/calendar"),
        ("admin01", "/admin/styleguide"),
        ("zuoxi01", "/desk"),
        ("zuoxi01", "/help"),
        (None, "/track"),
        (None, "/entry/3"),
    ],
)
def test_large_type_fits_the_narrowest_phone(open_as: Open, person: str | None, path: str) -> None:
    page = open_as(person, f"/appearance?large=1&back={path}", **NARROW)
    assert path in page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_a_call_in_large_type_fits_the_narrowest_phone(open_as: Open) -> None:
    page = open_as("zuoxi02", "/appearance?large=1&back=/desk", **NARROW)
    page.goto("/desk?caller=13800005690&call_id=narrow-1")
    expect(page.get_by_role("button", name="结束本通")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("large", [0, 1])
@pytest.mark.parametrize("path", ["/", "/ask", "/track", "/entry/3"])
def test_the_narrowest_phone_reaches_what_the_public_can_do(
    open_as: Open, path: str, large: int
) -> None:
    page = open_as(None, f"/appearance?large={large}&back={path}", **NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    for name in ("提交诉求", "查进度"):
        link = page.locator("header.pbar").get_by_role("link", name=name)
        expect(link).to_be_visible()
        area = link.bounding_box()
        assert area is not None
        assert area["x"] >= 0 and area["x"] + area["width"] <= NARROW["width"]
        assert area["height"] >= 40


def test_a_column_of_words_keeps_some_words_on_a_phone(open_as: Open) -> None:
    page = open_as("admin01", "/admin", width=390)
    assert page.locator(".scroll-x > .tb").first.evaluate(THIRD_COLUMN) >= 80


def test_what_stands_beside_a_clock_does_not_lie_over_it(open_as: Open) -> None:
    page = open_as("huifang01", "/appearance?large=1&back=/follow-up", width=390)
    for row in page.locator(".wl tbody tr").all()[:8]:
        clock, beside = row.locator(".clock-t").first, row.locator("td").nth(2)
        left, right = clock.bounding_box(), beside.bounding_box()
        assert left is not None
        assert right is not None
        assert left["x"] + left["width"] <= right["x"] or left["y"] + left["height"] <= right["y"]


def box(page: Page, selector: str) -> dict[str, float]:
    """Where the first of these lies."""
    found = page.locator(selector).first.bounding_box()
    assert found is not None
    return {**found}


def test_buttons_beside_a_title_end_where_the_page_ends(open_as: Open) -> None:
    page = open_as("zuoxi01", "/account", width=720)
    button, head = box(page, ".page-head .btn"), box(page, ".page-head")
    assert button["x"] + button["width"] == pytest.approx(head["x"] + head["width"], abs=1)
    assert button["y"] < head["y"] + head["height"]
    page.set_viewport_size(NARROW)
    page.goto("/desk/notices")
    assert box(page, ".page-head .btn")["x"] == pytest.approx(box(page, ".page-head")["x"], abs=1)


def test_filters_stand_two_by_two_on_a_phone(open_as: Open) -> None:
    page = open_as("admin01", "/admin/audit", width=390)
    assert box(page, "#who")["y"] == pytest.approx(box(page, "#action")["y"], abs=1)
    assert box(page, "#from")["y"] == pytest.approx(box(page, "#to")["y"], abs=1)


def test_the_clocks_of_an_order_do_not_fill_the_phone(open_as: Open) -> None:
    page = open_as("paidan01", "/dispatch?state=all", width=390)
    page.locator(".wl-title").first.click()
    first, second = (page.locator(".clocks > div").nth(place) for place in (0, 1))
    assert first.evaluate("e => e.offsetTop") == second.evaluate("e => e.offsetTop")


def test_a_note_keeps_its_distance(open_as: Open) -> None:
    page = open_as("admin01", "/admin/mails")
    note, panel = box(page, "main .note"), box(page, "main .panel")
    assert panel["y"] - note["y"] - note["height"] >= 12


def said(page: Page) -> str:
    return page.locator("#f-from + .date-said").inner_text()


def test_a_date_is_said_year_first_where_the_browser_has_another_order(
    browser: Browser, open_as: Open, site: str
) -> None:
    here = open_as("paidan01", "/dispatch")
    expect(here.locator(".date-said")).to_have_count(0)
    state = here.context.storage_state()
    page = browser.new_context(base_url=site, locale="en-US", storage_state=state).new_page()
    page.goto("/dispatch")
    assert said(page) == "年-月-日"
    page.fill("#f-from", "2026-11-12")
    assert said(page) == "2026-11-12"
    page.context.close()


def test_a_tour_stays_on_a_phones_screen_at_every_step(
    browser: Browser, open_as: Open, site: str
) -> None:
    state = open_as("duban01", "/help").context.storage_state()
    size = {"width": 390, "height": 844}
    page = browser.new_context(base_url=site, storage_state=state, viewport=size).new_page()
    page.goto("/supervise?tour=supervisor")
    box = page.locator(".tour")
    expect(box).to_be_visible()
    steps = 0
    while box.is_visible():
        steps += 1
        area = box.bounding_box()
        assert area is not None
        assert area["y"] >= 0
        assert area["y"] + area["height"] <= size["height"], box.inner_text()
        page.keyboard.press("ArrowRight")
    assert steps >= 4
    assert page.url.endswith("/supervise")
    page.reload()
    expect(box).to_be_hidden()
    page.context.close()
