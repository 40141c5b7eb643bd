"""The batch pages: send, look through, decide, have made; scoped to the unit."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, insert, select, update
from werkzeug.test import TestResponse

from docs_import.from_xlsx import first_rows
from docs_import.limits import Limits
from docs_import.read import read_bytes
from kb.db import Database
from kb.models import Batch, BatchEntry, Job, KnowledgeVersion, StoredFile, Unit, User
from kb.services.api_tokens import actor_of_token, create_token, revoke_token
from kb.services.batch_settling import SETTLE_BATCH
from kb.services.batches import READ_BATCH
from kb.services.files import FileStore
from kb.services.jobs import run_due_jobs
from kb.services.working_for import SenderGone, actor_again, payload_of_actor
from kb.terms import Role
from tests.web.conftest import ManualClock
from tests.web.unit_portal.conftest import (
    NOTICE,
    Enter,
    Portal,
    app,
    clerk,
    editor,
    enter,
    files,
    other_unit,
)
from tests.web.unit_portal.test_push import _scan
from webapp import batch_jobs
from webapp.compose import _person

__all__ = ["app", "clerk", "editor", "enter", "files", "other_unit"]

TABLE = "问题,答案\n居住证怎么办,到派出所办理。\n校车怎么坐,\n午餐多少钱,每餐十二元。\n"
Work = Callable[[], None]


@pytest.fixture
def work(
    app: Flask,
    database: Database,
    files: FileStore,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Work:
    """Let the worker do what is due, with the parsers in this process."""
    monkeypatch.setattr(
        batch_jobs.WarmReader, "read", lambda _self, path, name: read_bytes(path.read_bytes(), name)
    )
    districts = ("临江区", "望山县")
    handlers = batch_jobs.handlers(database, files, clock, _person, lambda: districts)

    def run() -> None:
        while run_due_jobs(database, handlers, "test", clock, at_most=10):
            continue
        with database.reading() as session:
            kinds = (READ_BATCH, SETTLE_BATCH)
            failed = select(Job.error).where(Job.kind.in_(kinds), Job.error != "")
            assert session.scalars(failed).all() == []

    return run


def send(portal: Portal, *sent: tuple[str, bytes], **form: Any) -> TestResponse:
    uploads = [(BytesIO(data), name) for name, data in sent]
    return portal.client.post(
        "/units/batches",
        data={"csrf_token": portal.token, "files": uploads, **form},
        content_type="multipart/form-data",
    )


def entries(database: Database) -> dict[str, BatchEntry]:
    with database.reading() as session:
        rows = list(session.scalars(select(BatchEntry).order_by(BatchEntry.id)))
        session.expunge_all()
    return {f"{row.path}#{row.row}" if row.row else row.path: row for row in rows}


def names(page: TestResponse) -> list[list[str]]:
    """What stands under 文件或行, a list a row."""
    cells = html.fromstring(page.text).iterfind(".//td[@class='name']")
    return [[text.strip() for text in cell.itertext() if text.strip()] for cell in cells]


def test_a_clerk_sends_looks_through_and_has_drafts_made(
    clerk: Portal, work: Work, database: Database
) -> None:
    answer = send(
        clerk, ("通知.txt", NOTICE.encode()), ("问答.csv", TABLE.encode()), ("坏.pdf", b"x")
    )
    assert answer.status_code == 302
    page = clerk.get(answer.location).text
    assert "已读取 0 / 3" in page
    work()
    page = clerk.get(answer.location).text
    for text in ("新增 3", "未能收录 2", "“答案”是空的", "第 3 行", "3 条可以生成"):
        assert text in page, text
    done = clerk.post(f"{answer.location}/order", all="1", how="submit")
    assert done.status_code == 302
    work()
    with database.reading() as session:
        states = session.scalars(select(KnowledgeVersion.state)).all()
    assert states == ["unit_review"] * 3
    assert "已生成" in clerk.get(f"{answer.location}?show=settled").text
    assert "处理完" in clerk.get("/units/batches").text


def test_a_scan_waits_in_its_batch_until_its_page_is_typed(
    clerk: Portal, work: Work, database: Database
) -> None:
    data = _scan()
    batch = send(clerk, ("扫描件.pdf", data)).location
    copy = send(clerk, ("又一份.pdf", data)).location
    work()
    waits = clerk.get(batch).text
    [scan] = re.findall(r'href="(/units/scans/\d+)">校对或录入', waits)
    assert f'href="{scan}">校对或录入' in clerk.get(copy).text  # the same bytes, one scan
    assert "待文字识别 1" in waits
    text = "汀州市教育局关于停课的通知\n汀教〔2026〕9号\n5月8日停课一天。"
    clerk.post(f"{scan}/pages/1/text", text=text, rev=1)
    draft = clerk.post(f"{scan}/finish").location
    for address in (batch, copy):
        done = clerk.get(address).text
        assert "待文字识别" not in done
        assert "已生成" in done
        assert f'href="{draft}">汀州市教育局关于停课的通知</a>' in done
    with database.reading() as session:
        stored = session.scalars(select(StoredFile).order_by(StoredFile.id)).first()
        assert stored is not None
        assert (stored.read_state, stored.problem_code, stored.problem) == ("read", "", "")


def test_a_scan_that_nobody_sees_to_asks_for_nothing_in_its_batch(
    clerk: Portal, work: Work, database: Database
) -> None:
    batch = send(clerk, ("扫描件.pdf", _scan())).location
    work()
    file_id = entries(database)["扫描件.pdf"].file_id
    assert clerk.post(f"/units/files/{file_id}/dismiss").status_code == 302
    page = clerk.get(batch).text
    assert "不再处理" in page
    assert "校对或录入" not in page
    assert entries(database)["扫描件.pdf"].dismissed_at is not None


@pytest.mark.parametrize("takes", [True, False])
def test_the_district_of_a_row_is_proposed_and_taken_by_a_tick_alone(
    clerk: Portal, work: Work, database: Database, takes: bool
) -> None:
    files = {
        "区.txt": NOTICE.replace("2026年", "临江区2026年", 1),
        "市.txt": NOTICE.replace("4号", "5号").replace("6月10日", "6月20日"),
    }
    batch = send(clerk, *((name, text.encode()) for name, text in files.items())).location
    work()
    said = "看起来只适用于“临江区”，读自标题"
    assert clerk.get(batch).text.count(said) == 1
    clerk.post(f"{batch}/choose", entry=entries(database)["市.txt"].id, choice="new")
    preview = clerk.post(f"{batch}/preview", all="1", act="draft").text
    assert 'name="take_regions"' in preview
    assert '其中 <span class="num">1</span> 条看起来只适用于一个区' in preview
    assert said in preview
    ticked = {"take_regions": "1"} if takes else {}
    assert clerk.post(f"{batch}/order", all="1", how="draft", **ticked).status_code == 302
    work()
    with database.reading() as session:
        versions = session.scalars(select(KnowledgeVersion)).all()
        regions = {version.document_number: list(version.regions) for version in versions}
    expected = ["临江区"] if takes else []
    assert regions == {"澜教规〔2026〕4号": expected, "澜教规〔2026〕5号": []}


def test_reading_again_is_offered_where_it_may_end_otherwise(
    clerk: Portal, work: Work, database: Database
) -> None:
    batch = send(clerk, ("程序.exe", b"MZ\x90\x00" + b"\0" * 600), ("慢.txt", b"slow")).location
    work()
    with database.unit_of_work() as session:
        slow = update(BatchEntry).where(BatchEntry.path == "慢.txt")
        session.execute(slow.values(outcome="failed", code="timeout", reason="读取超时"))
    page = html.fromstring(clerk.get(f"{batch}?show=failed").text)
    told = [str(row.text_content()) for row in page.iterfind(".//tbody/tr")]
    rows = {name: row for name in ("程序.exe", "慢.txt") for row in told if name in row}
    said = "再读也是一样：请照原因改好另存，重新推送"
    assert ("重新读取" in rows["程序.exe"], said in rows["程序.exe"]) == (False, True)
    assert ("重新读取" in rows["慢.txt"], said in rows["慢.txt"]) == (True, False)


def test_a_file_without_a_title_is_named_once_a_row_and_one_with_a_title_by_both(
    clerk: Portal, work: Work
) -> None:
    batch = send(clerk, ("坏.pdf", b"x"), ("通知.txt", NOTICE.encode())).location
    work()
    [failed] = names(clerk.get(f"{batch}?show=failed"))
    [read] = names(clerk.get(f"{batch}?show=new"))
    assert failed == ["坏.pdf"]
    assert read == [NOTICE.splitlines()[4], "通知.txt · 澜教规〔2026〕4号"]


def test_the_list_of_what_failed_is_corrected_and_sent_again(
    clerk: Portal, work: Work, database: Database
) -> None:
    first = send(clerk, ("问答.csv", TABLE.encode()), ("坏.pdf", b"x")).location
    work()
    answer = clerk.get(f"{first}/failed.xlsx")
    named = answer.headers["Content-Disposition"]
    assert named.startswith("attachment") and named.isascii()  # the server sends no other header
    sheet = read_bytes(answer.data, "清单.xlsx")
    [record] = sheet.records
    assert (record.kind, record.title) == ("qa", "校车怎么坐")
    assert "“答案”是空的" in record.fault
    assert "坏.pdf" in sheet.markdown


def test_nobody_sends_a_batch_for_another_unit_and_no_file_stays(
    clerk: Portal, other_unit: Unit, files: FileStore
) -> None:
    answer = send(clerk, ("清单.csv", TABLE.encode()), unit=str(other_unit.id))
    assert answer.status_code == 403
    assert [path for path in files.folder.rglob("*") if path.is_file()] == []


def test_who_has_no_unit_says_whose_the_batch_is(
    editor: Portal, other_unit: Unit, database: Database
) -> None:
    refused = send(editor, ("清单.csv", TABLE.encode()), unit="", kind="qa")
    assert refused.status_code == 422
    assert "请选择这份知识属于哪个单位" in refused.text
    assert '<option value="qa" selected>' in refused.text
    begin = {"csrf_token": editor.token, "key": "day:1:abc", "name": "三月", "unit": ""}
    script = editor.client.post(
        "/units/batches", data=begin, headers={"Accept": "application/json"}
    )
    assert script.status_code == 422
    with database.unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 0
        session.get_one(Unit, other_unit.id).is_active = False
    closed = send(editor, ("清单.csv", TABLE.encode()), unit=str(other_unit.id))
    assert "没有这个单位，请从列表中选择" in closed.text


def test_a_script_sends_a_few_files_at_a_time_and_comes_back_to_its_batch(
    clerk: Portal, database: Database
) -> None:
    begin = {"csrf_token": clerk.token, "key": "day:3:abc", "name": "三月"}
    accept = {"Accept": "application/json"}
    opened = clerk.client.post("/units/batches", data=begin, headers=accept).json
    again = clerk.client.post("/units/batches", data=begin, headers=accept).json
    assert opened["id"] == again["id"]
    for _ in range(2):
        form = {
            "csrf_token": clerk.token,
            "files": [(BytesIO(b"# a\n\nx\n"), "a.md"), (BytesIO(b"z" * 300_000), "b.md")],
            "paths": ["三月/a.md", "三月/b.md"],
        }
        sent = clerk.client.post(opened["files"], data=form, headers=accept)
        assert sent.json["taken"] == 1
        assert [one["path"] for one in sent.json["refused"]] == ["三月/b.md"]
    assert {path: row.outcome for path, row in entries(database).items()} == {
        "三月/a.md": "waiting",
        "三月/b.md": "failed",
    }
    page = clerk.get(opened["href"]).text
    assert "已读取 1 / 2" in page
    assert (
        clerk.client.post(
            opened["received"], data={"csrf_token": clerk.token}, headers=accept
        ).json["href"]
        == opened["href"]
    )
    assert clerk.get(f"{opened['href']}/progress").json["sentence"] == "已读取 1 / 2"


def _near_duplicate(clerk: Portal, work: Work) -> str:
    """The address of a batch with one file that is nearly what a draft says."""
    clauses = "\n\n".join(
        f"第{n}条 第{n}类事项由{n + 3}号窗口在{n + 5}日内办结。" for n in range(30)
    )
    text = f"# 窗口办理规定\n\n{clauses}\n"
    clerk.push_draft(text, "规定.md")
    batch = send(clerk, ("新规定.md", text.replace("12日内", "15日内").encode())).location
    work()
    return batch


def test_what_a_colleague_decides_meanwhile_is_looked_at_again(
    clerk: Portal, work: Work, database: Database
) -> None:
    batch = _near_duplicate(clerk, work)
    [entry] = entries(database).values()
    clerk.post(f"{batch}/choose", decide=f"{entry.id}:new")
    shown = clerk.post(f"{batch}/preview", whole="1", show="all", act="draft").text
    assert "条成为新条目的草稿" in shown
    clerk.post(f"{batch}/choose", decide=f"{entry.id}:version")
    form = html.fromstring(shown).xpath("//main//form[contains(@action, '/order')]")[0]
    changed = clerk.post(form.action, **dict(form.form_values()))
    assert changed.status_code == 409 and "这一批刚有变化，还没有处理" in changed.text
    assert "条成为库中条目的新版本的草稿" in changed.text
    assert [row.wanted for row in entries(database).values()] == [""]
    form = html.fromstring(changed.text).xpath("//main//form[contains(@action, '/order')]")[0]
    assert clerk.post(form.action, **dict(form.form_values())).status_code == 302
    assert [row.wanted for row in entries(database).values()] == ["draft"]


def test_a_near_duplicate_is_compared_and_decided(
    clerk: Portal, work: Work, database: Database
) -> None:
    batch = _near_duplicate(clerk, work)
    assert "要先选作为新版本" in clerk.get(batch).text
    [entry] = entries(database).values()
    compared = clerk.get(f"{batch}/entries/{entry.id}").text
    assert "<ins>15</ins>" in compared
    assert clerk.post(f"{batch}/order", all="1", how="draft").status_code == 422
    clerk.post(f"{batch}/choose", decide=f"{entry.id}:skip")
    assert "is-skipped" in clerk.get(batch).text
    clerk.post(f"{batch}/choose", decide=f"{entry.id}:new")
    clerk.post(f"{batch}/order", all="1", how="draft")
    work()
    assert entries(database)["新规定.md"].version_id is not None


def test_whole_filters_are_decided_at_once(clerk: Portal, work: Work, database: Database) -> None:
    batch = send(clerk, *((f"{n}.md", f"# 第{n}号\n\n内容{n * 17}。\n".encode()) for n in range(4)))
    work()
    clerk.post(f"{batch.location}/choose", whole="1", show="new", choice="skip")
    assert {row.choice for row in entries(database).values()} == {"skip"}
    assert clerk.post(f"{batch.location}/choose", choice="skip").status_code == 422


def test_many_rows_are_looked_at_before_anything_is_done(
    clerk: Portal, work: Work, database: Database
) -> None:
    batch = send(clerk, ("问答.csv", TABLE.encode()), ("坏.pdf", b"x")).location
    work()
    shown = clerk.post(f"{batch}/preview", whole="1", show="all", act="draft")
    assert shown.status_code == 200
    words = " ".join(html.fromstring(shown.text).text_content().split())
    assert "2 条生成草稿" in words and "不动的 2 条 2 条未能收录" in words
    assert {row.wanted for row in entries(database).values()} == {""}
    form = html.fromstring(shown.text).xpath("//main//form[contains(@action, '/order')]")[0]
    sent = dict(form.form_values())
    changed = clerk.post(form.action, **{**sent, "expect": "7"})
    assert changed.status_code == 409 and "这一批刚有变化，还没有处理" in changed.text
    assert clerk.post(form.action, **sent).location.startswith(batch)
    work()
    assert "已生成 2" in clerk.get(batch).text
    none = clerk.post(f"{batch}/preview", whole="1", show="settled", act="skip").text
    assert "没有可以这样处理的行" in none and "已经生成" in none
    assert clerk.post(f"{batch}/preview", act="draft").status_code == 422
    assert clerk.post(f"{batch}/preview", whole="1", act="nonsense").status_code == 422


def test_strangers_see_and_change_nothing(
    clerk: Portal, enter: Enter, other_unit: Unit, work: Work, database: Database
) -> None:
    batch = send(clerk, ("坏.pdf", b"x")).location
    work()
    stranger = enter(Role.UNIT_CLERK, unit_id=other_unit.id)
    [entry] = entries(database).values()
    for path in ("", "/progress", "/failed.xlsx", f"/entries/{entry.id}"):
        assert stranger.get(f"{batch}{path}").status_code == 404, path
    for path in (
        "/preview",
        "/order",
        "/choose",
        "/dismiss",
        "/read",
        "/close",
        "/files",
        "/received",
    ):
        assert stranger.post(f"{batch}{path}", how="draft", entry=entry.id).status_code == 404, path
    assert "坏.pdf" not in stranger.get("/units/batches").text
    assert enter(Role.AGENT).get(batch).status_code == 403


def test_an_entry_of_another_batch_is_not_reached(clerk: Portal, database: Database) -> None:
    send(clerk, ("甲.md", b"# a\n\nx\n"))
    second = send(clerk, ("乙.md", b"# b\n\ny\n")).location
    first_entry = entries(database)["甲.md"]
    assert clerk.get(f"{second}/entries/{first_entry.id}").status_code == 404
    assert clerk.post(f"{second}/read", again=str(first_entry.id)).status_code == 404


def test_a_clerk_may_not_publish_a_batch_but_an_editor_may(
    clerk: Portal, enter: Enter, work: Work, database: Database
) -> None:
    batch = send(clerk, ("甲.md", b"# a\n\nx\n")).location
    work()
    assert "全部发布" not in clerk.get(batch).text
    assert clerk.post(f"{batch}/order", all="1", how="publish").status_code == 403
    editor = enter(Role.EDITOR)
    assert "全部发布" in editor.get(batch).text
    editor.post(f"{batch}/order", all="1", how="publish")
    work()
    with database.reading() as session:
        assert session.scalars(select(KnowledgeVersion.state)).all() == ["published"]


def test_failed_ones_are_dismissed_and_the_batch_is_closed(
    clerk: Portal, work: Work, database: Database
) -> None:
    batch = send(clerk, ("坏.pdf", b"x")).location
    work()
    [entry] = entries(database).values()
    clerk.post(f"{batch}/dismiss", entry=entry.id)
    assert "不再处理" in clerk.get(batch).text
    clerk.post(f"{batch}/close")
    assert "结束这一批" not in clerk.get(batch).text
    with database.reading() as session:
        assert session.scalars(select(Batch.state)).all() == ["closed"]


def test_a_batch_tells_who_did_what_with_it(clerk: Portal, work: Work) -> None:
    batch = send(clerk, ("问答.csv", TABLE.encode()), ("坏.pdf", b"x")).location
    work()
    clerk.post(f"{batch}/choose", whole="1", show="new", choice="skip")
    clerk.post(f"{batch}/dismiss", whole="1", show="failed")
    clerk.post(f"{batch}/close")
    told = html.fromstring(clerk.get(batch).text).find_class("acts-told")[0]
    steps = [" ".join(" ".join(step.itertext()).split()[4:]) for step in told]
    assert steps == [
        "结束一批推送",
        "不再处理失败的行 条数 2",
        "决定怎样收录 决定 不收录 · 条数 2",
        "开始一批推送",
    ]


def test_a_table_or_archive_pushed_alone_goes_to_a_batch(clerk: Portal) -> None:
    answer = clerk.push(TABLE.encode(), "问答.csv")
    assert (answer.status_code, "/units/batches/" in answer.location) == (302, True)
    told = clerk.push(TABLE.encode(), "问答.csv", accept="application/json").json
    assert told["results"][0]["outcome"] == "batch"


def test_nothing_chosen_is_said_on_the_page(clerk: Portal) -> None:
    answer = clerk.client.post("/units/batches", data={"csrf_token": clerk.token})
    assert (answer.status_code, "请先选择文件" in answer.text) == (422, True)


def test_everything_of_a_batch_larger_than_a_list_of_ids_may_be_is_decided_at_once(
    clerk: Portal, work: Work, database: Database
) -> None:
    first = send(clerk, ("问答.csv", TABLE.encode())).location
    work()
    many = 33_500  # SQLite takes 32,766 bound values
    with database.unit_of_work() as session:
        batch = session.scalars(select(Batch)).one()
        row = {
            "batch_id": batch.id,
            "unit_id": batch.unit_id,
            "path": "旧库.csv",
            "kind": "qa",
            "content": {},
        }
        rows = [
            row | {"row": at, "outcome": "new" if at % 2 else "failed", "title": f"问题{at}"}
            for at in range(many)
        ]
        session.execute(insert(BatchEntry), rows)
    clerk.post(f"{first}/choose", whole="1", show="all", choice="skip")
    clerk.post(f"{first}/dismiss", whole="1", show="failed")
    with database.reading() as session:
        skipped = select(func.count()).where(BatchEntry.choice == "skip")
        dismissed = select(func.count()).where(BatchEntry.dismissed_at.is_not(None))
        assert session.scalar(skipped) == many // 2 + 2
        assert session.scalar(dismissed) == many // 2 + 1
    clerk.post(f"{first}/choose", whole="1", show="new", choice="new")
    assert clerk.post(f"{first}/order", whole="1", show="new", how="draft").status_code == 302
    with database.reading() as session:
        ordered = select(func.count()).where(BatchEntry.wanted == "draft")
        assert session.scalar(ordered) == many // 2 + 2
    ticked = [str(number) for number in range(1, many)]
    refused = clerk.post(f"{first}/choose", entry=ticked, choice="skip")
    assert refused.status_code == 422
    assert "一次最多勾选 1000 行" in refused.text


def test_a_batch_whose_sender_is_disabled_waits_for_a_colleague(
    clerk: Portal, enter: Enter, work: Work, database: Database
) -> None:
    first = send(clerk, ("通知.txt", NOTICE.encode()), ("问答.csv", TABLE.encode())).location
    with database.unit_of_work() as session:
        session.execute(update(User).values(is_active=False))
    work()
    assert {entry.outcome for entry in entries(database).values()} == {"waiting"}
    colleague = enter(Role.UNIT_CLERK)
    page = colleague.get(first).text
    assert "读取停下了，还有 2 个没有读" in page
    assert "停下了：推送人人员1的账号已停用" in colleague.get("/reminders").text
    assert "停下了" in colleague.get("/units/batches").text
    colleague.post(f"{first}/read")
    work()
    page = colleague.get(first).text
    assert "读取停下了" not in page
    assert "3 条可以生成" in page
    assert "停下了：" not in colleague.get("/reminders").text


def test_a_batch_that_is_read_does_not_stop_when_its_sender_leaves(
    clerk: Portal, work: Work, database: Database
) -> None:
    address = send(clerk, ("通知.txt", NOTICE.encode())).location
    work()
    clerk.post(f"{address}/received")  # asks for another look; nothing waits any more
    with database.unit_of_work() as session:
        session.execute(update(User).values(is_active=False))
    work()
    with database.reading() as session:
        assert session.scalars(select(Batch.state)).one() == "open"


def test_what_a_disabled_sender_ordered_is_not_made_and_says_so(
    clerk: Portal, enter: Enter, work: Work, database: Database
) -> None:
    first = send(clerk, ("通知.txt", NOTICE.encode())).location
    work()
    clerk.post(f"{first}/order", all="1", how="draft")
    with database.unit_of_work() as session:
        session.execute(update(User).values(is_active=False))
    work()
    colleague = enter(Role.UNIT_CLERK)
    page = colleague.get(first).text
    assert "推送人人员1的账号已停用，没有生成" in page
    assert "没有动静" not in page
    told = "推送人人员1的账号已停用，1 条没有生成"
    assert told in colleague.get("/reminders").text
    assert told in enter(Role.EDITOR).get("/reminders").text
    colleague.post(f"{first}/order", all="1", how="draft")
    work()
    with database.reading() as session:
        [version] = session.scalars(select(KnowledgeVersion)).all()
        assert version.title == "澜川市教育局关于做好2026年小学一年级入学报名工作的通知"
    assert told not in colleague.get("/reminders").text  # it was ordered again


def test_work_for_a_token_is_done_for_its_unit_and_stops_when_it_is_revoked(
    clerk: Portal, other_unit: Unit, work: Work, database: Database, clock: ManualClock
) -> None:
    first = send(clerk, ("通知.txt", NOTICE.encode())).location
    with database.unit_of_work() as session:
        user = session.scalars(select(User).where(User.username == "person1")).one()
        given = {"name": "接口", "user_id": user.id, "actor_id": user.id, "now": clock()}
        token, _ = create_token(session, unit_id=other_unit.id, scopes=["documents"], **given)
        narrow, _ = create_token(session, unit_id=other_unit.id, scopes=["search"], **given)
        actor = actor_of_token(session, token.id).actor
        assert (actor.unit_id, actor.token_id) == (other_unit.id, token.id)
        payload = payload_of_actor(actor)
        assert actor_again(session, payload).unit_scope == {other_unit.id}
        with pytest.raises(SenderGone, match="没有推送文件的权限"):
            actor_again(session, payload | {"token_id": narrow.id})
        session.execute(update(Job).values(payload={"batch_id": 1, **payload}))
        revoke_token(session, token.id, actor_id=user.id, now=clock())
    work()
    page = clerk.get(first).text
    assert "读取停下了，还有 1 个没有读" in page
    assert "推送所用的接口令牌" in clerk.get("/reminders").text


def test_a_wrong_date_stands_in_the_list_of_what_failed_and_is_corrected_there(
    clerk: Portal, work: Work, database: Database
) -> None:
    wrong = "问题,答案,生效日期\n居住证怎么办,到派出所办理。,2026年13月1日\n"
    first = send(clerk, ("问答.csv", wrong.encode())).location
    work()
    failed = read_bytes(clerk.get(f"{first}/failed.xlsx").data, "清单.xlsx")
    [record] = failed.records
    assert record.values["valid_from"] == "2026年13月1日"
    corrected = wrong.replace("13月", "3月")
    again = send(clerk, ("改好.csv", corrected.encode()), key="second").location
    work()
    assert "1 条可以生成" in clerk.get(again).text


def test_the_same_choice_again_comes_back_to_its_batch_and_says_so(
    clerk: Portal, work: Work
) -> None:
    def begin() -> dict[str, Any]:
        return clerk.client.post(
            "/units/batches",
            data={"csrf_token": clerk.token, "key": "one", "name": "问答.csv"},
            headers={"Accept": "application/json"},
        ).get_json()

    def send_in(address: str, **form: Any) -> None:
        clerk.client.post(
            address,
            data={"csrf_token": clerk.token, **form},
            content_type="multipart/form-data",
            headers={"Accept": "application/json"},
        )

    first = begin()
    assert (first["is_known"], first["is_closed"]) == (False, False)
    send_in(first["files"], files=[(BytesIO(TABLE.encode()), "问答.csv")])
    assert begin()["is_known"] is False  # broken off before all was sent: it goes on
    send_in(first["received"])
    again = begin()
    assert (again["id"], again["is_known"]) == (first["id"], True)
    assert "同样的文件今天已经推送过，就是这一批" in clerk.get(again["href"]).text
    work()
    clerk.post(f"{first['href']}/close")
    assert (begin()["is_known"], begin()["is_closed"]) == (False, True)


OLD_BASE = """事项名称,办理条件,咨询电话,有效期至,适用对象,备注说明
居住证办理,本市户籍,0799-1000001,2026年2月30日,外来人员,窗口周三休息
落户办理,,,,,
"""


def test_every_cell_of_a_failed_row_stands_where_the_table_had_it_with_the_reason_first(
    clerk: Portal, work: Work
) -> None:
    first = send(clerk, ("旧库.csv", OLD_BASE.encode())).location
    work()
    listed = clerk.get(f"{first}/failed.xlsx").data
    rows = [cells for _number, cells in first_rows(listed, Limits())]
    assert rows[0][2:] == OLD_BASE.splitlines()[0].split(",")
    assert rows[1][2:] == OLD_BASE.splitlines()[1].split(",")
    assert "“有效期至”不是完整的日期：2026年2月30日" in rows[1][0]
    assert rows[1][1] == "旧库.csv 第 2 行"
    # Sent again as it is, it fails for the same reasons and tells them once.
    again = send(clerk, ("还没改.xlsx", listed), key="second").location
    work()
    second = clerk.get(f"{again}/failed.xlsx").data
    repeated = [cells for _number, cells in first_rows(second, Limits())]
    assert [cells[2:] for cells in repeated] == [cells[2:] for cells in rows]
    assert [cells[0] for cells in repeated] == [cells[0] for cells in rows]


def test_a_corrected_phone_leaves_nothing_of_the_wrong_one(clerk: Portal, work: Work) -> None:
    wrong = "单位名称,科室,联系电话,地址\n云汀市房管局,房屋安全科,见通知,柳桥路18号\n"
    first = send(clerk, ("电话.csv", wrong.encode())).location
    work()
    failed = read_bytes(clerk.get(f"{first}/failed.xlsx").data, "清单.xlsx")
    [record] = failed.records
    assert record.title == "云汀市房管局房屋安全科"
    assert record.body.count("见通知") == 1  # in its own column alone


def test_rows_for_another_unit_in_an_editors_batch_are_that_unit_s_alone(
    clerk: Portal, enter: Enter, other_unit: Unit, work: Work, database: Database
) -> None:
    with database.reading() as session:
        own_id = session.scalars(select(User.unit_id).where(User.username == "person1")).one()
    # Their draft has a text that the clerk's unit must not learn.
    theirs = enter(Role.UNIT_CLERK, unit_id=other_unit.id)
    drafted = send(theirs, ("旧.csv", "问题,答案\n停电找谁,还没有公布的内部安排。\n".encode()))
    work()
    theirs.post(f"{drafted.location}/order", all="1", how="draft")
    work()
    table = (
        f"问题,答案,单位\n停电找谁,找供电所。,{other_unit.name}\n"
        f"水表谁修,,{other_unit.name}\n居住证怎么办,到派出所办理。,\n"
    )
    editor = enter(Role.EDITOR)
    batch = send(editor, ("问答.csv", table.encode()), unit=own_id).location
    work()
    rows = entries(database)
    assert rows["问答.csv#2"].matched_version_id is not None
    assert rows["问答.csv#2"].unit_id == other_unit.id
    page = clerk.get(batch).text
    assert "居住证怎么办" in page and "1 条可以生成" in page
    assert "停电找谁" not in page
    hidden = rows["问答.csv#2"].id
    assert clerk.get(f"{batch}/entries/{hidden}").status_code == 404
    assert "还没有公布的内部安排" in editor.get(f"{batch}/entries/{hidden}").text
    assert clerk.get(f"{batch}/progress").json["total"] == 1 + 1  # its own and the row that failed
    clerk.post(f"{batch}/choose", decide=f"{hidden}:skip")
    assert entries(database)["问答.csv#2"].choice == ""
    assert clerk.post(f"{batch}/order", all="1", how="draft").status_code == 302
    work()
    rows = entries(database)
    assert rows["问答.csv#4"].version_id is not None
    assert (rows["问答.csv#2"].wanted, rows["问答.csv#2"].version_id) == ("", None)
    assert clerk.post(f"{batch}/close").status_code == 403
    assert editor.post(f"{batch}/close").status_code == 302
