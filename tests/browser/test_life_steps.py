"""What a unit and the editor do with an entry: rules, plans, batches, its end, its original."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.pdf_writer import Sheet, write_pdf
from kb.clock import SHANGHAI
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

WAIT_MS = 30_000
PLAN_MS = 180_000
VERSION = re.compile(r"/units/versions/\d+")
ENTRY = re.compile(r"/units/entries/\d+")


def push(page: Page, name: str, data: bytes) -> None:
    """Upload one file and wait for its draft."""
    page.goto("/units")
    page.set_input_files(
        "#f-files", [{"name": name, "mimeType": "application/octet-stream", "buffer": data}]
    )
    page.wait_for_url(VERSION, timeout=WAIT_MS)


def publish_now(page: Page) -> str:
    """Publish the draft on the page; returns the address of its entry."""
    page.click("button[name=action][value=publish]")
    page.get_by_role("button", name="确定").click()
    page.wait_for_url(ENTRY, timeout=WAIT_MS)
    return page.url.partition("#")[0]


def today() -> datetime:
    return datetime.now(SHANGHAI)


def test_an_entry_whose_day_is_near_is_let_end_and_asks_no_more(open_as: Open) -> None:
    editor = open_as("bianji01", "/units")
    until = (today() + timedelta(days=9)).date().isoformat()
    push(editor, "夜市.txt", "桂花里夏季夜市管理办法\n\n第一条 夜市每晚18时至22时开放。\n".encode())
    editor.fill("[name=valid_until]", until)
    entry = publish_now(editor)
    due = editor.locator("section[aria-labelledby=e-due]")
    expect(due).to_contain_text("还剩 9 天")
    due.get_by_role("button", name="到期不再延续").click()
    editor.get_by_role("button", name="确定").click()
    expect(editor.locator("section[aria-labelledby=e-steps]")).to_contain_text("到期不再延续")
    editor.goto(entry)
    expect(editor.locator("section[aria-labelledby=e-due]")).to_have_count(0)
    editor.goto("/units/due")
    expect(editor.get_by_text("桂花里夏季夜市管理办法")).to_have_count(0)


def test_a_unit_s_own_rule_sends_its_drafts_where_the_rule_says(open_as: Open) -> None:
    admin = open_as("admin01", "/admin/units")
    # Nobody reviews there, which the page says.
    expect(admin.locator(".note", has_text="没有审核人")).to_have_count(1)
    admin.get_by_role("link", name="市民政局", exact=True).first.click()
    expect(admin.locator("[name=no_unit_review]")).not_to_be_checked()
    admin.check("[name=no_unit_review]")
    admin.get_by_role("button", name="保存").click()
    admin.wait_for_url(re.compile(r"/admin/units$"), timeout=WAIT_MS)

    clerk = open_as("jingban_mz", "/units")
    push(clerk, "助餐.txt", "老年助餐点就餐说明\n\n第一条 每餐十二元。\n".encode())
    clerk.get_by_role("button", name="送中心复核").click()
    expect(clerk.locator("body")).to_contain_text("已送中心复核", timeout=WAIT_MS)
    expect(clerk.locator("body")).to_contain_text("等待中心复核")

    admin.goto("/admin/units")
    admin.get_by_role("link", name="市民政局", exact=True).first.click()
    admin.uncheck("[name=no_unit_review]")
    admin.get_by_role("button", name="保存").click()
    admin.wait_for_url(re.compile(r"/admin/units$"), timeout=WAIT_MS)


def test_a_unit_without_a_reviewer_hands_in_to_the_centre_which_publishes_at_its_hour(
    open_as: Open,
) -> None:
    clerk = open_as("jingban_ga", "/units")
    push(clerk, "夜市交通.txt", "桂花里夜市交通说明\n\n第一条 夜市期间单向通行。\n".encode())
    expect(clerk.locator("footer.stick")).to_contain_text("没有审核人，直接送中心复核")
    clerk.get_by_role("button", name="送中心复核").click()
    expect(clerk.locator("body")).to_contain_text("本单位没有审核人", timeout=WAIT_MS)
    version = clerk.url

    editor = open_as("bianji01", version)
    editor.get_by_text("定时发布", exact=True).click()
    at = (today() + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M")
    editor.fill("[name=publish_at]", at)
    editor.get_by_role("button", name="通过并定时发布").click()
    expect(editor.locator("body")).to_contain_text("定时发布", timeout=WAIT_MS)
    clerk.goto(version)
    expect(clerk.locator("section[aria-labelledby=r-plan]")).to_contain_text("自动发布")
    for _ in range(PLAN_MS // 5000):
        clerk.reload()
        if clerk.locator(".st", has_text="已发布").count():
            break
        clerk.wait_for_timeout(5000)
    expect(clerk.locator("section[aria-labelledby=r-steps]")).to_contain_text("定于")
    expect(clerk.locator(".st", has_text="已发布").first).to_be_visible()


def test_a_batch_shows_what_a_new_version_changes_before_it_is_made(
    open_as: Open, tmp_path: Path
) -> None:
    text = (
        "云汀市市容管理局文件\n\n云容〔2026〕41号\n\n关于梧桐里晾晒架使用的通知\n\n"
        "一、晾晒架每日{hour}时开放。\n"
    )
    editor = open_as("bianji01", "/units")
    push(editor, "晾晒架.txt", text.format(hour=7).encode())
    entry = publish_now(editor)
    editor.goto("/units/batches")
    newer = tmp_path / "晾晒架新.txt"
    newer.write_text(text.format(hour=8), "utf-8")
    other = tmp_path / "长椅.txt"
    other.write_text("梧桐里长椅认养说明\n\n第一条 每张长椅认养一年。\n", "utf-8")
    editor.set_input_files("#f-batch-files", [str(newer), str(other)])
    editor.wait_for_url(re.compile(r"/units/batches/\d+"), timeout=WAIT_MS)
    batch = editor.url
    row = editor.locator("tr", has_text="关于梧桐里晾晒架使用的通知")
    expect(row.locator(".st")).to_have_text("新版本", timeout=WAIT_MS)
    row.get_by_role("link", name="看差别").click()
    expect(editor.locator("del")).to_have_text("7")
    expect(editor.locator("ins")).to_have_text("8")
    editor.goto(batch)
    editor.get_by_role("button", name="全部发布").click()
    editor.get_by_role("button", name="确定").click()
    expect(row.locator(".st")).to_have_text("已生成", timeout=WAIT_MS)
    editor.goto(entry)
    expect(editor.locator("section[aria-labelledby=e-versions]")).to_contain_text("第 2 版")


def test_the_same_files_after_a_closed_batch_go_into_one_more_also_when_the_upload_breaks(
    open_as: Open, tmp_path: Path
) -> None:
    paths = [tmp_path / "凉亭.txt", tmp_path / "秋千.txt"]
    for path in paths:
        path.write_text(f"梧桐里{path.stem}使用说明\n\n第一条 {path.stem}每日开放。\n", "utf-8")
    files = [str(path) for path in paths]
    batches = re.compile(r"/units/batches/\d+")
    clerk = open_as("jingban_cg", "/units/batches")

    def choose() -> None:
        clerk.goto("/units/batches")
        clerk.set_input_files("#f-batch-files", files)

    choose()
    clerk.wait_for_url(batches, timeout=WAIT_MS)
    first = clerk.url
    clerk.get_by_role("button", name="结束这一批").click()
    clerk.get_by_role("button", name="确定").click()
    expect(clerk.get_by_text("已结束").first).to_be_visible(timeout=WAIT_MS)
    # The upload of the second breaks off: its files never arrive, and the page is left.
    clerk.once("dialog", lambda dialog: dialog.accept())
    clerk.route("**/files", lambda route: None)
    clerk.goto("/units/batches")
    with clerk.expect_request("**/files"):
        clerk.set_input_files("#f-batch-files", files)
    clerk.unroute("**/files")
    choose()
    clerk.wait_for_url(batches, timeout=WAIT_MS)
    second = clerk.url
    assert second != first
    clerk.goto("/units/batches")
    rows = clerk.locator("tr", has_text="等 2 个文件")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="没有传完")).to_have_count(0)


def ferry_pdf(name: str) -> bytes:
    first, second = Sheet(), Sheet()
    first.text(80, 120, f"云汀市{name}办法")
    first.text(80, 160, "第一条 浮桥通行凭证由市交通局制发。")
    second.text(80, 120, "第二条 浮桥夜间二十二时关闭，次日六时开放。")
    return write_pdf([first, second])


def test_everybody_opens_the_public_original_at_the_marked_place(open_as: Open) -> None:
    editor = open_as("bianji01", "/units")
    push(editor, "浮桥通行办法.pdf", ferry_pdf("浮桥通行"))
    entry = publish_now(editor).rsplit("/", 1)[1]
    citizen = open_as(None, f"/entry/{entry}")
    citizen.get_by_role("link", name=re.compile("原件第 2 页")).click()
    expect(citizen.locator("rect.og-clause").first).to_be_attached()
    drawn = "image => image.decode().then(() => image.naturalWidth)"
    assert citizen.locator(".og-page img").evaluate(drawn) > 0
    expect(citizen.get_by_text("下载原件")).to_have_count(0)


def test_what_a_draft_leaves_out_keeps_the_original_from_everybody_until_allowed(
    open_as: Open,
) -> None:
    editor = open_as("bianji01", "/units")
    push(editor, "渡口值守办法.pdf", ferry_pdf("渡口值守"))
    body = editor.locator("[name=body]")
    body.fill(body.input_value().replace("第二条 浮桥夜间二十二时关闭，次日六时开放。", ""))
    entry = publish_now(editor).rsplit("/", 1)[1]
    citizen = open_as(None, f"/entry/{entry}")
    expect(citizen.get_by_text("看原件")).to_have_count(0)
    editor.get_by_role("link", name="第 1 版", exact=True).click()
    panel = editor.locator("section[aria-labelledby=r-original]")
    expect(panel).to_contain_text("第二条 浮桥夜间二十二时关闭")
    panel.get_by_role("button", name="看过了，公开原件").click()
    editor.get_by_role("button", name="确定").click()
    expect(editor.locator("section[aria-labelledby=r-steps]")).to_contain_text("允许公开原件")
    citizen.reload()
    expect(citizen.get_by_role("link", name="看原件")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("驿站.txt", "云汀市骑行驿站使用说明\n\n第一条 驿站提供打气筒。\n\n第二条 饮水免费。\n"),
        (
            "凉亭.html",
            "<html><body><h1>云汀市凉亭使用说明</h1><p>第一条 凉亭二十四小时开放。</p>"
            "<p>第二条 不得烧烤。</p></body></html>",
        ),
    ],
)
def test_an_original_without_pages_is_shown_as_text_with_the_clause_marked(
    open_as: Open, name: str, data: str
) -> None:
    editor = open_as("bianji01", "/units")
    push(editor, name, data.encode())
    entry = publish_now(editor).rsplit("/", 1)[1]
    agent = open_as("zuoxi03", f"/desk/entry/{entry}?passage=2")
    clause = agent.locator(".passage.is-marked")
    agent.goto(clause.get_by_role("link", name="看原件").get_attribute("href") or "")
    expect(agent.locator(".passage.is-marked")).to_contain_text("第二条")
    expect(agent.locator("body")).to_contain_text("下面是从原件读出的文字")
