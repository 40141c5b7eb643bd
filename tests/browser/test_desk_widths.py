"""The desk and the late orders on small monitors and a phone: all in sight, nothing cut."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.test_desk import QUESTION, resting_top, type_question

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
REFUSED = {"error": {"code": "conflict", "message": "这一件已经有人办了"}}


def on_phone(open_as: Open, path: str) -> Page:
    return open_as("zuoxi02", path, **PHONE)


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


def suggested(open_as: Open, call: str, width: int) -> Locator:
    """The lines of 类别建议 for a request with long reasons."""
    page = open_as("zuoxi02", f"/desk?caller=13800005674&call_id={call}", width=width, height=900)
    content = "小区楼下工地半夜一点还在打桩施工，噪音太大睡不着，要求城管来管"
    page.locator("#reg textarea[name=content]").fill(content)
    page.locator("#reg [data-look]").click()
    expect(page.locator("#beside:not([aria-busy])")).to_be_attached()
    lines = page.locator(".category-hints li")
    expect(lines.first).to_be_visible()
    return lines


def test_each_category_suggestion_is_one_line_that_opens_when_it_has_the_focus(
    open_as: Open,
) -> None:
    lines = suggested(open_as, "w4", 1440)
    for line in lines.all():
        _, top, right, bottom = edges(line)
        assert bottom - top < 36
        button, reason = line.locator("button"), line.locator(".because")
        assert edges(button)[2] <= edges(reason)[0] and edges(reason)[2] <= right
        # What the line cuts is there on hover, and named for whoever hears the page.
        assert button.get_attribute("title") == reason.inner_text()
        assert button.get_attribute("aria-describedby") == reason.get_attribute("id")
    lines.first.locator("button").focus()
    cut = "part => part.scrollWidth > part.clientWidth"
    assert not lines.first.locator(".because").evaluate(cut)


def test_on_a_phone_the_reasons_stand_whole_under_their_category(open_as: Open) -> None:
    for line in suggested(open_as, "w5", 390).all():
        button, reason = line.locator("button"), line.locator(".because")
        assert edges(button)[3] <= edges(reason)[1]
        assert not reason.evaluate("part => part.scrollWidth > part.clientWidth")


UNCOVERED = """part => {
  part.scrollIntoView({block: 'end', behavior: 'instant'});
  const box = part.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + 4, box.bottom - 4);
  return top !== null && (part.contains(top) || top.contains(part));
}"""


def test_on_a_phone_nothing_lies_over_the_hints_of_an_idle_desk(open_as: Open) -> None:
    page = on_phone(open_as, "/desk")
    page.wait_for_load_state("networkidle")  # what was kept of the call may draw them anew
    hints = page.locator(".none-box .ttl, .none-box .soft, .none-box .keys-list div, .at-hand a")
    assert hints.count() >= 6
    for hint in hints.all():
        assert hint.evaluate(UNCOVERED), hint.inner_text()


def test_on_a_phone_the_last_answer_can_be_scrolled_to(open_as: Open) -> None:
    page = open_as("zuoxi02", "/desk?caller=13800005676&call_id=w6", **PHONE)
    type_question(page, QUESTION)
    answers = page.locator(".hit")
    assert answers.count() > 4
    assert answers.last.evaluate(UNCOVERED)
    _, _, _, list_bottom = edges(page.locator(".hits"))
    _, card_top, _, _ = edges(page.locator("#card"))
    assert list_bottom <= card_top + 1


def test_on_a_phone_a_message_pushes_the_call_down(open_as: Open) -> None:
    open_as("zuoxi02", "/desk?caller=13800005677&call_id=w7", **PHONE)
    page = open_as("zuoxi02", "/desk?caller=13800005678&call_id=w8", **PHONE)
    # Both at one moment: the page is brought to its box meanwhile.
    told_bottom, call_top = page.evaluate(
        """() => [document.querySelector('.flashes .note').getBoundingClientRect().bottom,
                  document.querySelector('.call').getBoundingClientRect().top]"""
    )
    assert told_bottom <= call_top


def issue(page: Page, times: int) -> None:
    """A 统一口径 that says its sentence so many times."""
    page.evaluate(
        "said => { document.getElementById('guidance').innerHTML ="
        ' \'<form class="guidance"><p></p><button class="btn">知道了</button></form>\';'
        " document.querySelector('.guidance p').textContent = said; }",
        "城东今天停水，恢复时间以水务公告为准，请先安抚再登记。" * times,
    )


@pytest.mark.parametrize("width", [1024, 1440])
def test_a_long_guidance_hides_nothing_below_it(open_as: Open, width: int) -> None:
    page = open_as(
        "zuoxi02", f"/desk?caller=13800005675&call_id=long-{width}", width=width, height=800
    )
    issue(page, 5)
    _, top, _, bottom = edges(page.locator(".guidance"))
    _, strip_top, _, _ = edges(page.locator(".strip"))
    _, work_top, _, _ = edges(page.locator("#main"))
    assert bottom - top > 50 and strip_top == top and bottom <= work_top


@pytest.mark.parametrize("width", [1024, 1280, 1366, 1440])
def test_what_one_does_with_a_late_order_is_in_sight(open_as: Open, width: int) -> None:
    page = open_as("duban01", "/supervise/orders?list=sign", width=width)
    left, _, right, _ = edges(page.locator(".scroll-x:has(.sv-wl)"))
    actions = page.locator(".sv-wl tbody td:last-child .btn")
    expect(actions.filter(has_text="督办").first).to_be_visible()
    for action in actions.all():
        start, _, end, _ = edges(action)
        assert left <= start and end <= right


def in_sight(part: Locator) -> bool:
    _, top, _, bottom = edges(part)
    return top >= 0 and bottom <= PHONE["height"] + 1


def test_on_a_phone_a_tapped_answer_shows_its_card(open_as: Open) -> None:
    page = on_phone(open_as, "/desk?caller=13800005679&call_id=w9")
    type_question(page, QUESTION)
    assert not in_sight(page.locator("#card .concl"))
    page.locator("#hit-2").click()
    expect(page.locator("#hit-2")).to_have_attribute("aria-selected", "true")
    assert in_sight(page.locator("#card .concl"))
    assert in_sight(page.locator("[data-adopt]"))


def test_on_a_phone_an_outcome_and_its_undo_are_in_sight(open_as: Open) -> None:
    page = on_phone(open_as, "/desk?caller=13800005680&call_id=w10")
    type_question(page, QUESTION)
    page.keyboard.press("Enter")
    done = page.locator(".acts-done")
    expect(done).to_contain_text("归因")
    undo = done.get_by_role("button", name="撤销")
    for place in (page.locator("#q"), page.locator("#reg [name=content]")):
        place.focus()
        assert in_sight(place)
        assert in_sight(done)
        assert in_sight(undo)
        assert edges(place)[3] <= edges(done)[1], "the bar lies over what has the focus"
    undo.click()
    expect(done).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_a_phone_what_is_wrong_is_said_beside_what_is_written(open_as: Open) -> None:
    page = on_phone(open_as, "/desk?caller=13800005681&call_id=w11")
    content = page.locator("#reg [name=content]")
    content.focus()
    page.context.set_offline(True)
    content.press_sequentially("路灯坏了")
    banner = page.locator("#banner")
    expect(banner).to_be_visible(timeout=20_000)
    assert in_sight(banner)
    assert edges(banner)[3] <= edges(content)[1]
    page.context.set_offline(False)
    expect(banner).to_be_hidden(timeout=20_000)
    page.route("**/desk/work-orders", lambda route: route.fulfill(status=409, json=REFUSED))
    page.locator("#reg [name=purpose]").first.check(force=True)
    page.keyboard.press("F8")
    page.keyboard.press("F8")
    refused = page.locator(".acts-bad")
    expect(refused).to_contain_text("这一件已经有人办了")
    assert in_sight(refused)


def test_on_a_phone_a_guidance_stays_in_sight_while_one_writes(open_as: Open) -> None:
    page = on_phone(open_as, "/desk?caller=13800005682&call_id=w12")
    issue(page, 8)
    for name in ("content", "title"):  # downward, and back up below the notice
        field = page.locator(f"#reg [name={name}]")
        field.focus()
        resting_top(field)
        assert in_sight(page.locator(".guidance"))
        assert edges(page.locator(".guidance"))[3] <= edges(field)[1]
    page.context.set_offline(True)  # of the two, the server's absence stays in sight
    page.locator("#reg [name=content]").press_sequentially("路灯坏了")
    banner = page.locator("#banner")
    expect(banner).to_be_visible(timeout=20_000)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert in_sight(banner)
    assert not in_sight(page.locator(".guidance"))
    page.context.set_offline(False)


def test_large_type_on_the_narrowest_phone_leaves_room_to_write_between_two_bars(
    open_as: Open,
) -> None:
    narrow = {"width": 320, "height": 568}
    page = open_as("zuoxi02", "/appearance?large=1&back=/desk", **narrow)
    page.goto("/desk?caller=13800005683&call_id=w13")
    type_question(page, QUESTION)
    page.keyboard.press("Enter")
    done = page.locator(".acts-done")
    expect(done).to_contain_text("归因")
    issue(page, 12)
    for name in ("content", "title"):
        field = page.locator(f"#reg [name={name}]")
        field.focus()
        resting_top(field)
        _, _, _, above = edges(page.locator(".guidance"))
        _, below, _, foot = edges(done)
        _, top, _, bottom = edges(field)
        assert above <= top and bottom <= below, "a bar lies over what has the focus"
        assert below - above >= 200 and foot <= narrow["height"] + 1


def test_on_a_phone_only_the_lost_server_stays_at_the_head(open_as: Open) -> None:
    page = on_phone(open_as, "/desk?caller=13800005684&call_id=w14")
    issue(page, 1)
    page.evaluate(
        "document.getElementById('banner').insertAdjacentHTML('afterend',"
        ' \'<div class="banner" role="alert"><span>这一步没有做成</span></div>\')'
    )
    sentence, guidance = page.get_by_text("这一步没有做成"), page.locator(".guidance")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert not in_sight(sentence)
    assert in_sight(guidance)
    page.context.set_offline(True)
    page.locator("#reg [name=content]").press_sequentially("路灯坏了")
    banner = page.locator("#banner")
    expect(banner).to_be_visible(timeout=20_000)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert in_sight(banner)
    page.evaluate("scrollTo(0, 0)")
    assert edges(banner)[3] <= edges(sentence)[1], "the sentence lies under the lost server"
    page.context.set_offline(False)
