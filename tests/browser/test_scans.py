"""A scan on its way to the desk: recognised and corrected, or typed where nothing reads it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.scan_writer import SCAN, draw, has_font, pdf_of, png_of, worn
from docs_import.ocr.available import is_available
from tests.browser.conftest import Open, opening
from tests.browser.live import serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not has_font(), reason="no Noto CJK font to draw a scan with"),
]
TITLE = "云汀市住房和城乡建设局关于既有住宅加装雨棚补帖的通知"
RIGHT_TITLE = TITLE.replace("补帖", "补贴")
# 补帖 and 申清 stand so on the paper: two characters for the clerk to correct.
PAPER = (
    TITLE,
    "云建发〔2026〕88号",
    "各区住房和城乡建设局：",
    "为方便居民雨天出行，对2026年内加装单元门雨棚的住宅给予补助，每个单元门三千元。",
    "由业主委员会或者三分之二以上业主向街道办事处申清，咨询电话0999-8250188。",
    ">云汀市住房和城乡建设局",
    ">2026年10月20日",
)
READ_MS, WAIT_MS = 240_000, 20_000


def publish(page: Page, open_page: Open) -> None:
    """From the draft that is open to what callers get, through both reviews."""
    page.click("button[name=action][value=submit]")
    expect(page.get_by_text("待单位审核").first).to_be_visible()
    address = re.sub(r"^https?://[^/]+", "", page.url)
    for person in ("shenhe_zj", "bianji01"):
        reviewer = open_page(person, address)
        expect(reviewer.get_by_role("heading", name=RIGHT_TITLE).first).to_be_visible()
        reviewer.keyboard.press("y")
        reviewer.wait_for_load_state()
    expect(open_page("jingban_zj", address).get_by_text("已发布").first).to_be_visible()


def found_at_the_desk(open_page: Open) -> None:
    agent = open_page("zuoxi01", "/desk?caller=13900003333&call_id=scan-1")
    agent.locator("#q").fill("单元门加装雨棚补贴找谁申请")
    expect(agent.locator("#hit-1")).to_contain_text("加装雨棚补贴", timeout=WAIT_MS)
    expect(agent.locator("#card")).to_contain_text("0999-8250188")


# The lines of which a part is out of sight.
CUT = """fields => fields
    .filter(e => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight)
    .map(e => e.value)"""


def push(page: Page, path: Path) -> None:
    page.set_input_files("#f-files", str(path))
    page.get_by_role("link", name="去核对").click(timeout=WAIT_MS)
    page.wait_for_url(re.compile(r"/units/scans/\d+\?page=1"))


def correct(page: Page, wrong: str, right: str) -> None:
    """Change two words of a line and confirm it with Enter, as a clerk does."""
    line = page.locator(".sc-lines li", has=page.locator(".in", has_text=wrong))
    field = line.locator(".in")
    field.focus()
    expect(page.locator(".sc-box.is-here")).to_have_count(1)
    field.fill(field.input_value().replace(wrong, right))
    field.press("Enter")
    # The line's own hidden revision is how the page knows that it is kept.
    expect(line).to_have_attribute("data-rev", re.compile("[2-9]"), timeout=WAIT_MS)


@pytest.mark.skipif(not is_available(), reason="文字识别 is not installed (make ocr)")
def test_a_scan_is_recognised_corrected_published_and_found(open_as: Open, tmp_path: Path) -> None:
    path = tmp_path / "雨棚补贴.pdf"
    path.write_bytes(pdf_of([worn(page.picture, SCAN) for page in draw(PAPER)]))
    clerk = open_as("jingban_zj", "/units")
    push(clerk, path)
    clerk.wait_for_selector("[data-lines]", timeout=READ_MS)
    correct(clerk, "补帖", "补贴")
    correct(clerk, "申清", "申请")
    clerk.reload()  # nothing is lost
    expect(clerk.locator(".sc-lines .in", has_text="申请")).to_have_count(1)
    clerk.set_viewport_size({"width": 390, "height": 844})
    assert clerk.locator(".sc-lines .in").evaluate_all(CUT) == []
    clerk.set_viewport_size({"width": 1440, "height": 900})
    box = clerk.locator("[name=accepts_doubts]")
    if box.is_visible():
        box.check()
    clerk.get_by_role("button", name="校对完成，生成草稿").click()
    clerk.wait_for_url(re.compile(r"/units/versions/\d+"))
    read = {
        name: clerk.input_value(f"#version-form [name={name}]")
        for name in ("title", "document_number", "issued_on")
    }
    assert read == {
        "title": RIGHT_TITLE,
        "document_number": "云建发〔2026〕88号",
        "issued_on": "2026-10-20",
    }
    publish(clerk, open_as)
    found_at_the_desk(open_as)


@pytest.fixture
def open_without_ocr(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """As ``open_as``, before a server that recognises nothing."""
    folder = tmp_path_factory.mktemp("no-ocr") / "var"
    with serving(folder, KB_OCR="0") as base, opening(browser, base) as open_page:
        yield open_page


def test_without_recognition_a_photograph_is_typed_published_and_found(
    open_without_ocr: Open, tmp_path: Path
) -> None:
    path = tmp_path / "雨棚补贴.png"
    path.write_bytes(png_of(worn(draw(PAPER)[0].picture, SCAN)))
    clerk = open_without_ocr("jingban_zj", "/units")
    push(clerk, path)
    expect(clerk.locator("main")).to_contain_text("make ocr")
    expect(clerk.locator(".sc-sheet image")).to_have_count(1)
    finish = clerk.get_by_role("button", name="校对完成，生成草稿")
    expect(finish).to_be_disabled()
    words = [line.lstrip(">") for line in PAPER]
    clerk.fill("#f-text", "\n".join(words).replace("补帖", "补贴").replace("申清", "申请"))
    expect(clerk.locator("[data-saved]")).to_have_text("已保存", timeout=WAIT_MS)
    clerk.reload()  # nothing is lost
    expect(clerk.locator("#f-text")).to_have_value(re.compile("雨棚补贴"))
    expect(finish).to_be_enabled()
    finish.click()
    clerk.wait_for_url(re.compile(r"/units/versions/\d+"))
    assert clerk.input_value("#version-form [name=title]") == RIGHT_TITLE
    publish(clerk, open_without_ocr)
    found_at_the_desk(open_without_ocr)
