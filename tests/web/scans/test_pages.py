"""扫描件: the list, proof-reading saved line by line, typing, and the draft at the end."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from kb.db import Database
from kb.models import KnowledgeVersion, Scan, ScanLine, ScanPage, Unit
from kb.services.files import FileStore
from kb.services.scan_reading import keep_page
from kb.terms import Role
from tests.kb.test_scans import FIRST, read_page
from tests.web.conftest import ManualClock
from tests.web.unit_portal.conftest import Enter, Portal, enter, other_unit
from tests.web.unit_portal.test_push import _scan
from webapp import create_app
from webapp import settings as settings_module
from webapp.settings import Settings

__all__ = ["enter", "other_unit"]
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """These pages behave as with the extra wherever the tests run; no test recognises."""
    monkeypatch.setattr(settings_module, "is_available", lambda: True)


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock, tmp_path: Path) -> Flask:
    files = FileStore(tmp_path / "originals", 200_000)
    app = create_app(settings, database, clock=clock, files=files)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def clerk(enter: Enter) -> Portal:
    return enter(Role.UNIT_CLERK)


@pytest.fixture
def scan_id(clerk: Portal, database: Database) -> int:
    """A pushed scan that nobody has read yet."""
    assert clerk.push(_scan(), "扫描件.pdf").status_code == 202
    with database.reading() as session:
        return session.scalars(select(Scan.id)).one()


@pytest.fixture
def lines(scan_id: int, database: Database) -> list[ScanLine]:
    """The lines recognised on its page; one is doubtful."""
    with database.unit_of_work() as session:
        keep_page(session.scalars(select(ScanPage)).one(), read_page(1, FIRST))
    with database.reading() as session:
        return list(session.scalars(select(ScanLine).order_by(ScanLine.ordinal)))


def save(clerk: Portal, scan_id: int, line: ScanLine, text: str, rev: int):
    return clerk.client.post(
        f"/units/scans/{scan_id}/lines/{line.id}",
        data={"csrf_token": clerk.token, "text": text, "rev": rev},
        headers=JSON,
    )


def test_a_scan_that_is_being_read_is_on_the_list_with_its_progress(clerk: Portal, scan_id: int):
    page = clerk.get("/units/scans").text
    assert "扫描件.pdf" in page
    assert "正在识别 0/1 页" in page
    assert "正在识别这一页" in clerk.get(f"/units/scans/{scan_id}?page=1").text
    progress = clerk.get(f"/units/scans/{scan_id}/progress").get_json()
    assert progress == {"pages": {"1": "waiting"}, "doubts": 0, "unsettled": [1]}


def test_the_review_shows_each_line_its_box_and_its_doubts(
    clerk: Portal, scan_id: int, lines: list[ScanLine]
):
    page = clerk.get(f"/units/scans/{scan_id}?page=1").text
    assert page.count('class="sc-box') == len(FIRST)
    assert "<mark>衔接</mark>" in page
    assert ">汀教〔2026〕7号</textarea>" in page
    assert "待校对 1 处存疑" in clerk.get("/units/scans").text


def test_a_line_is_kept_at_once_and_is_there_after_a_reload(
    clerk: Portal, scan_id: int, lines: list[ScanLine]
):
    answer = save(clerk, scan_id, lines[2], "各中小学校：", lines[2].rev)
    assert answer.get_json() == {"rev": lines[2].rev + 1, "doubts": 1}
    assert ">各中小学校：</textarea>" in clerk.get(f"/units/scans/{scan_id}?page=1").text


def test_a_colleague_who_was_first_is_not_overwritten(
    clerk: Portal, enter: Enter, scan_id: int, lines: list[ScanLine]
):
    assert save(clerk, scan_id, lines[2], "各中小学校：", lines[2].rev).status_code == 200
    answer = save(enter(Role.UNIT_CLERK), scan_id, lines[2], "各单位：", lines[2].rev)
    assert answer.status_code == 409
    assert "各中小学校：" in answer.get_json()["error"]["message"]


def test_a_page_without_scripts_saves_only_what_changed(
    clerk: Portal, scan_id: int, lines: list[ScanLine], database: Database
):
    form = {f"line-{line.id}": line.text for line in lines}
    form |= {f"rev-{line.id}": line.rev for line in lines}
    form[f"line-{lines[2].id}"] = "各中小学校："
    answer = clerk.post(f"/units/scans/{scan_id}/pages/1/lines", **form)
    assert answer.status_code == 302
    with database.reading() as session:
        saved = list(session.scalars(select(ScanLine).order_by(ScanLine.ordinal)))
    assert [line.corrected for line in saved if line.corrected] == ["各中小学校："]
    assert sum(line.checked_at is not None for line in saved) == 2  # and the doubtful one


def test_a_read_page_can_be_typed_over_from_its_paragraphs(
    clerk: Portal, scan_id: int, lines: list[ScanLine]
):
    form = clerk.get(f"/units/scans/{scan_id}?page=1&mode=type").text
    assert "\n自5月11日起，小学放学时间调整为16时30分，请各学校做好衔接，并告知家长。\n" in form
    assert "\n汀州市教育局\n2026年5月6日" in form


def test_the_draft_is_made_when_doubts_are_settled_or_accepted(
    clerk: Portal, scan_id: int, lines: list[ScanLine], database: Database
):
    answer = clerk.post(f"/units/scans/{scan_id}/finish")
    assert answer.status_code == 409
    assert "还有 1 处存疑没有核对" in answer.text
    answer = clerk.post(f"/units/scans/{scan_id}/finish", accepts_doubts="1")
    with database.reading() as session:
        version = session.scalars(select(KnowledgeVersion)).one()
    assert answer.location == f"/units/versions/{version.id}"
    draft = clerk.get(answer.location).text
    assert "汀州市教育局关于错峰放学的通知" in draft
    assert "已生成草稿" in draft
    assert "没有待处理的扫描件" in clerk.get("/units/scans").text
    assert clerk.get(f"/units/scans/{scan_id}?page=1").status_code == 302


def test_without_the_extra_a_scan_is_a_visible_task_to_type(
    clerk: Portal, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(settings_module, "is_available", lambda: False)
    clerk.push(_scan(), "扫描件.pdf")
    page = clerk.get("/units/scans").text
    assert "需要录入 1 页" in page
    assert "make ocr" in page
    with database.reading() as session:
        scan_id = session.scalars(select(Scan.id)).one()
    form = clerk.get(f"/units/scans/{scan_id}?page=1").text
    assert "照图录入第 1 页" in form
    assert "/originals/" in form
    text = "汀州市教育局关于停课的通知\n汀教〔2026〕9号\n5月8日停课一天。"
    answer = clerk.post(f"/units/scans/{scan_id}/pages/1/text", text=text, rev=1)
    assert answer.status_code == 302
    asks = "<b>需要录入</b>"
    assert asks in form
    assert asks not in clerk.get(f"/units/scans/{scan_id}?page=1").text
    assert clerk.post(f"/units/scans/{scan_id}/finish").status_code == 302
    with database.reading() as session:
        version = session.scalars(select(KnowledgeVersion)).one()
    assert (version.title, version.document_number) == (
        "汀州市教育局关于停课的通知",
        "汀教〔2026〕9号",
    )


def test_a_typed_page_that_came_too_late_keeps_both_texts(
    clerk: Portal, enter: Enter, scan_id: int
):
    address = f"/units/scans/{scan_id}/pages/1/text"
    assert clerk.post(address, text="先录好的一页。", rev=1).status_code == 302
    answer = enter(Role.UNIT_CLERK).post(address, text="晚了一步的一页。", rev=1)
    assert answer.status_code == 409
    assert "晚了一步的一页。" in answer.text
    assert "先录好的一页。" in clerk.get(f"/units/scans/{scan_id}?page=1").text


def test_a_page_without_text_can_be_said_and_taken_back(clerk: Portal, scan_id: int):
    address = f"/units/scans/{scan_id}/pages/1/text"
    clerk.post(address, action="blank", rev=1)
    assert "没有文字" in clerk.get(f"/units/scans/{scan_id}?page=1").text
    answer = clerk.post(f"/units/scans/{scan_id}/finish")
    assert answer.status_code == 422
    clerk.post(address, action="not_blank", rev=2)
    assert "第 1 页还没有文字" in clerk.post(f"/units/scans/{scan_id}/finish").text


def test_a_scan_tells_who_pushed_it_and_who_read_how_much(
    clerk: Portal, scan_id: int, lines: list[ScanLine], clock: ManualClock
):
    clock.forward(minutes=5)
    save(clerk, scan_id, lines[0], "改过", lines[0].rev)
    told = clerk.get(f"/units/scans/{scan_id}?page=1").text.split('class="acts-told"')[1]
    first, pushed = re.findall(r"</span> <b>(.*?)</b> (.*?)</li>", told)
    assert first[1] == "校对 1 行"
    assert pushed == (first[0], "推送了文件")


def test_another_unit_and_agents_do_not_get_in(
    enter: Enter, other_unit: Unit, scan_id: int, lines: list[ScanLine]
):
    stranger = enter(Role.UNIT_CLERK, unit_id=other_unit.id)
    assert "扫描件.pdf" not in stranger.get("/units/scans").text
    assert stranger.get(f"/units/scans/{scan_id}?page=1").status_code == 404
    assert save(stranger, scan_id, lines[0], "别人的", lines[0].rev).status_code == 404
    assert stranger.post(f"/units/scans/{scan_id}/finish").status_code == 404


def test_pages_that_wait_for_tomorrow_say_so_and_may_be_typed_now(
    clerk: Portal, scan_id: int, database: Database, clock: ManualClock, app: Flask
):
    with database.unit_of_work() as session:
        page = session.scalars(select(ScanPage)).one()
        for number in range(2, 502):
            session.add(ScanPage(scan_id=scan_id, number=number, state="read", read_at=clock()))
    listed = clerk.get("/units/scans").text
    assert "余下 1 页明天识别" in listed
    assert "每个单位每天识别 500 页，余下的明天自动接着识别" in listed
    shown = clerk.get(f"/units/scans/{scan_id}?page={page.number}").text
    assert "今天的文字识别额度已用完" in shown
    assert "正在识别这一页" not in shown
    assert "data-progress" not in shown
    assert 'name="text"' in clerk.get(f"/units/scans/{scan_id}?page=1&mode=type").text
    with database.unit_of_work() as session:
        session.execute(update(ScanPage).values(read_at=clock() - timedelta(days=1)))
    assert "正在识别" in clerk.get("/units/scans").text


def test_a_scan_whose_original_is_gone_says_what_to_do(
    clerk: Portal, scan_id: int, lines: list[ScanLine], tmp_path: Path
):
    for path in (tmp_path / "originals").rglob("*"):
        if path.is_file():
            path.unlink()
    shown = clerk.get(f"/units/scans/{scan_id}?page=1").text
    assert "原件找不到了，看不到图像" in shown
    assert "<image" not in shown
    assert ">汀教〔2026〕7号</textarea>" in shown  # what was recognised is still there


def test_a_scan_may_be_dismissed_from_its_page(clerk: Portal, scan_id: int, database: Database):
    shown = clerk.get(f"/units/scans/{scan_id}?page=1").text
    with database.reading() as session:
        file_id = session.scalars(select(Scan.file_id)).one()
    assert f'action="/units/files/{file_id}/dismiss"' in shown
    clerk.post(f"/units/files/{file_id}/dismiss")
    assert "没有待处理的扫描件" in clerk.get("/units/scans").text


def test_the_original_of_a_checked_scan_shows_a_clause_on_the_straightened_picture(
    clerk: Portal, scan_id: int, lines: list[ScanLine], database: Database
):
    # A person corrects the doubtful word; the clause says what they made of it.
    mended = lines[3].text.replace("衔接", "接送")
    assert save(clerk, scan_id, lines[3], mended, lines[3].rev).status_code == 200
    with database.unit_of_work() as session:
        session.scalars(select(ScanPage)).one().turned = 90.4
    clerk.post(f"/units/scans/{scan_id}/finish")
    with database.reading() as session:
        version = session.scalars(select(KnowledgeVersion)).one()
        told = next(row.ordinal for row in version.passages if "接送" in row.text)
        address = f"/originals/{version.file_id}?version={version.id}&passage={told}"
    shown = clerk.get(f"{address}&mark=接送").text
    assert 'transform="translate(827 1169.5) rotate(90.400) translate(-1169.5 -827)"' in shown
    rect = r'class="%s".*? x="(\d+)" y="(\d+)" width="(\d+)"'
    clause = [tuple(map(int, found)) for found in re.findall(rect % "og-clause", shown)]
    # Lines at 0.20, 0.24 to 0.85, 0.26 and at 0.15, 0.28 of a page of 1654 × 2339 pixels.
    assert [found[:2] for found in clause] == [(331, 561), (248, 655)]
    assert abs(clause[0][2] - 0.65 * 1654) < 2
    # The line is 27 full-width characters and 7 digits half as wide; 26.5 stand before the word.
    [word] = [tuple(map(int, found)) for found in re.findall(rect % "og-word", shown)]
    assert abs(word[0] - (331 + 26.5 / 30.5 * 1075)) < 3
    assert abs(word[2] - 2 / 30.5 * 1075) < 3
