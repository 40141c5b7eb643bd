"""推送: bytes first, then a row, then the reading; whatever fails later, the original is there."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from docs_import.document import Found, Metadata, ParsedDocument
from docs_import.errors import DocumentUnreadable
from kb.db import Database
from kb.errors import InvalidInput, NotFound, PermissionDenied
from kb.models import Job, KnowledgeItem, KnowledgeVersion, StoredFile, Unit
from kb.services.files import FileStore, TooLarge
from kb.services.intake import push_file, read_stored
from kb.services.pasting import paste_text
from kb.services.publishing import publish
from kb.services.pushed import Pushed
from kb.services.reading import read_document
from kb.services.stored_files import get_file
from kb.services.wishes import Wishes, wishes_of
from kb.services.withdrawing import withdraw
from kb.terms import Audience, KnowledgeKind, Role
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of, other_unit

__all__ = ["other_unit"]
TEXT = """汀教〔2026〕1号

汀州市教育局关于停课的通知

各学校：

5月8日停课一天。

汀州市教育局
2026年5月6日
"""


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "originals", max_bytes=100_000)


class Intake:
    """Pushes of one person for one unit."""

    def __init__(self, database: Database, files: FileStore, unit: Unit) -> None:
        self.database, self.files, self.unit = database, files, unit
        self.reader = read_document

    def push(self, data: bytes, name: str = "通知.txt", **wishes: object) -> Pushed:
        return push_file(
            self.database,
            self.files,
            self.reader,
            stream=io.BytesIO(data),
            name=name,
            wishes=Wishes(**({"unit_id": self.unit.id} | wishes)),
            actor=clerk_of(self.unit),
            clock=lambda: NOW,
        )

    def version(self, pushed: Pushed) -> KnowledgeVersion:
        with self.database.reading() as session:
            version = session.get_one(KnowledgeVersion, pushed.version_id)
            session.expunge_all()
            return version

    def stored(self) -> list[StoredFile]:
        with self.database.reading() as session:
            return list(session.scalars(select(StoredFile).order_by(StoredFile.id)))

    def items(self) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(KnowledgeItem)) or 0

    def publish(self, pushed: Pushed) -> None:
        with self.database.unit_of_work() as session:
            version = session.get_one(KnowledgeVersion, pushed.version_id)
            publish(session, version, actor=EDITOR, now=NOW)


@pytest.fixture
def intake(any_database: Database, files: FileStore, unit: Unit) -> Intake:
    return Intake(any_database, files, unit)


def test_a_file_is_kept_read_and_drafted_with_where_each_value_was(intake: Intake) -> None:
    pushed = intake.push(TEXT.encode("utf-16"), kind=KnowledgeKind.NOTICE, category="教育")
    assert pushed.outcome == "draft"
    version = intake.version(pushed)
    assert (version.title, version.kind) == ("汀州市教育局关于停课的通知", "notice")
    assert (version.document_number, str(version.issued_on)) == ("汀教〔2026〕1号", "2026-05-06")
    [stored] = intake.stored()
    assert stored.read_state == "read"
    assert stored.recognised["metadata"]["document_number"]["where"] == "正文第1段"
    assert intake.files.path(stored.sha256).read_bytes() == TEXT.encode("utf-16")


def test_what_the_sender_says_wins_over_what_is_recognised(intake: Intake) -> None:
    pushed = intake.push(
        TEXT.encode(), title="停课一天", audience=Audience.INTERNAL, stated={"regions": ("城区",)}
    )
    version = intake.version(pushed)
    assert (version.title, version.audience, version.regions) == ("停课一天", "internal", ["城区"])


def test_the_same_bytes_or_the_same_words_are_a_duplicate(intake: Intake) -> None:
    first = intake.push(TEXT.encode())
    same_bytes = intake.push(TEXT.encode(), "改了名.txt")
    same_words = intake.push(TEXT.encode("gb18030"))
    for pushed in (same_bytes, same_words):
        assert (pushed.outcome, pushed.item_id) == ("duplicate", first.item_id)
    assert intake.items() == 1
    # Other bytes are kept although their words are known.
    assert [stored.read_state for stored in intake.stored()] == ["read", "read"]


def test_the_same_text_for_a_named_entry_may_change_its_dates_and_audience(intake: Intake) -> None:
    first = intake.push(TEXT.encode())
    intake.publish(first)
    named = {"item_id": first.item_id}
    assert intake.push(TEXT.encode(), **named).outcome == "duplicate"
    until = {"valid_until": date(2027, 5, 31)}
    later = intake.push(TEXT.encode(), stated=until, **named)
    assert (later.outcome, later.item_id) == ("new_version", first.item_id)
    assert intake.version(later).valid_until == date(2027, 5, 31)
    intake.publish(later)
    inside = intake.push(TEXT.encode(), audience=Audience.INTERNAL, stated=until, **named)
    assert (inside.outcome, intake.version(inside).audience) == ("new_version", "internal")


def test_the_words_of_what_is_over_are_asked_about(intake: Intake) -> None:
    first = intake.push(TEXT.encode())
    intake.publish(first)
    with intake.database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, first.item_id)
        withdraw(session, item, actor=EDITOR, now=NOW, reason="取消")
    again = intake.push(TEXT.encode(), join_same_number=True)
    assert (again.outcome, again.item_id == first.item_id) == ("draft", False)
    [asked] = [notice for notice in again.notices if notice.kind == "same_text"]
    assert asked.item_id == first.item_id
    assert "第 1 版（已下架）文字相同" in asked.message


def test_two_units_may_each_push_the_same_file(
    intake: Intake, any_database: Database, files: FileStore, other_unit: Unit
) -> None:
    intake.push(TEXT.encode())
    other = Intake(any_database, files, other_unit)
    assert other.push(TEXT.encode()).outcome == "draft"
    assert len(list(files.hashes())) == 1
    assert intake.items() == 2


def test_the_same_number_is_noticed_or_joined_when_asked(intake: Intake) -> None:
    first = intake.push(TEXT.encode())
    intake.publish(first)
    asked = intake.push(TEXT.replace("停课一天", "停课两天").encode())
    assert (asked.outcome, asked.item_id != first.item_id) == ("draft", True)
    [notice] = asked.notices
    assert (notice.kind, notice.item_id) == ("same_number", first.item_id)
    joined = intake.push(TEXT.replace("停课一天", "停课三天").encode(), join_same_number=True)
    assert (joined.outcome, joined.item_id) == ("new_version", first.item_id)
    assert intake.version(joined).number == 2


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "空.txt", "empty"),
        (b"PK\x03\x04xx", "坏.docx", "corrupt"),
        (b"x", "a.pdf", "wrong_suffix"),
    ],
)
def test_an_unreadable_original_is_kept_with_its_reason(
    intake: Intake, data: bytes, name: str, code: str
) -> None:
    pushed = intake.push(data, name)
    assert (pushed.outcome, pushed.code) == ("failed", code)
    [stored] = intake.stored()
    assert (stored.read_state, stored.problem_code, stored.problem) == (
        "failed",
        code,
        pushed.message,
    )
    assert intake.files.path(stored.sha256).read_bytes() == data
    assert intake.items() == 0


def test_too_large_keeps_nothing(intake: Intake) -> None:
    with pytest.raises(TooLarge):
        intake.push(b"x" * 100_001)
    assert intake.stored() == []
    assert list(intake.files.hashes()) == []


def test_nobody_pushes_for_another_unit(intake: Intake, other_unit: Unit) -> None:
    with pytest.raises(PermissionDenied):
        intake.push(TEXT.encode(), unit_id=other_unit.id)
    assert intake.stored() == []


class _Killed(BaseException):
    """Stands for the process ending in the middle."""


def _kill(_path: Path, _name: str) -> ParsedDocument:
    raise _Killed


def test_a_crash_while_reading_leaves_the_original_pending_and_a_job_to_read_it(
    intake: Intake, any_database: Database, unit: Unit
) -> None:
    intake.reader = _kill
    with pytest.raises(_Killed):
        intake.push(TEXT.encode(), category="教育")
    [stored] = intake.stored()
    assert stored.read_state == "pending"
    with any_database.reading() as session:
        [job] = session.scalars(select(Job))
    assert (job.kind, job.payload["file_id"], job.payload["category"]) == (
        "read_file",
        stored.id,
        "教育",
    )
    assert job.run_at > NOW

    def read_again() -> Pushed:
        return read_stored(
            any_database,
            intake.files,
            read_document,
            stored.id,
            wishes=Wishes(unit_id=unit.id),
            actor=clerk_of(unit),
            clock=lambda: NOW,
        )

    first, second = read_again(), read_again()
    assert (first.outcome, first.version_id) == ("draft", second.version_id)
    assert intake.items() == 1


def test_what_the_sender_said_outlives_a_crash(intake: Intake) -> None:
    def dies(path: Path, name: str) -> ParsedDocument:
        raise KeyboardInterrupt

    intake.reader = dies
    said = {"title": "我写的标题", "join_same_number": True, "audience": Audience.INTERNAL}
    stated = {"valid_until": date(2026, 12, 31), "regions": ("城东区",)}
    with pytest.raises(KeyboardInterrupt):
        intake.push(TEXT.encode(), **said, stated=stated)
    with intake.database.reading() as session:
        payload = session.scalars(select(Job)).one().payload
    assert wishes_of(payload) == Wishes(unit_id=intake.unit.id, **said, stated=stated)


def test_a_scan_waits_for_ocr_and_makes_no_entry(intake: Intake) -> None:
    scan = ParsedDocument("pdf", "扫描", "", warnings=("没有文字层",), needs_ocr=True, pages=3)
    intake.reader = lambda _path, _name: scan
    pushed = intake.push(b"%PDF-", "扫描.pdf")
    assert (pushed.outcome, pushed.message) == ("needs_ocr", "没有文字层")
    [stored] = intake.stored()
    assert (stored.read_state, stored.recognised["pages"]) == ("needs_ocr", 3)
    assert intake.items() == 0


def test_values_that_are_too_long_are_cut_and_dates_become_days(intake: Intake) -> None:
    metadata = Metadata(
        title=Found("长" * 400, "正文第1段"),
        issuing_authority=Found("局" * 300, "正文第2段", doubtful=True),
        valid_until=Found("2026-12-31", "正文第3段"),
    )
    parsed = ParsedDocument("text", "长" * 400, "正文。\n", metadata)
    intake.reader = lambda _path, _name: parsed
    version = intake.version(intake.push(b"x"))
    assert (len(version.title), len(version.issuing_authority)) == (300, 200)
    assert str(version.valid_until) == "2026-12-31"
    [stored] = intake.stored()
    assert stored.recognised["metadata"]["issuing_authority"]["doubtful"] is True


def test_an_original_is_given_to_its_unit_and_to_editors_only(
    intake: Intake, any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    pushed = intake.push(TEXT.encode())
    with any_database.reading() as session:
        for actor in (clerk_of(unit), EDITOR):
            assert get_file(session, pushed.file_id, actor).id == pushed.file_id
        stranger = clerk_of(other_unit, Role.UNIT_REVIEWER)
        for file_id in (pushed.file_id, 4711):
            with pytest.raises(NotFound):
                get_file(session, file_id, stranger)


def test_a_pasted_text_is_an_original_like_any_other(
    intake: Intake, any_database: Database, unit: Unit
) -> None:
    def paste(text: str, title: str = "") -> Pushed:
        return paste_text(
            any_database,
            intake.files,
            read_document,
            text=text,
            wishes=Wishes(unit_id=unit.id, title=title),
            actor=clerk_of(unit),
            clock=lambda: NOW,
        )

    version = intake.version(paste(TEXT))
    assert (version.title, version.document_number) == (
        "汀州市教育局关于停课的通知",
        "汀教〔2026〕1号",
    )
    [stored] = intake.stored()
    assert stored.name == "粘贴的文字.txt"
    with pytest.raises(InvalidInput) as refused:
        paste(" \n", "题" * 301)
    assert set(refused.value.fields) == {"text", "title"}
    assert paste("停水\n\n明天\ud800停水。\n", "停水").outcome == "draft"


def test_a_second_reading_after_a_failure_may_succeed(
    intake: Intake, any_database: Database, unit: Unit
) -> None:
    def refuse(_path: Path, _name: str) -> ParsedDocument:
        raise DocumentUnreadable("timeout", "读取用时过长")

    intake.reader = refuse
    failed = intake.push(TEXT.encode())
    assert failed.code == "timeout"
    again = read_stored(
        any_database,
        intake.files,
        read_document,
        failed.file_id,
        wishes=replace(Wishes(unit_id=unit.id), title="这次读出了"),
        actor=clerk_of(unit),
        clock=lambda: NOW,
    )
    assert again.outcome == "draft"
    assert [stored.read_state for stored in intake.stored()] == ["read"]


GUIDE = """<html><head><meta charset=utf-8></head><body><h1>办事指南</h1><table>
<tr><td>事项名称</td><td>校车卡办理</td></tr><tr><td>申请条件</td><td>在校学生</td></tr>
<tr><td>申请材料</td><td>学生证</td></tr><tr><td>办理时限</td><td>3个工作日</td></tr></table>"""
QUESTIONS = "校车常见问题\n\n" + "".join(
    f"问：{about}怎么办？\n答：到青石路校车站办理{about}。\n"
    for about in ("校车卡", "退卡", "挂失")
)


def test_the_kind_is_recognised_unless_the_sender_says_it(intake: Intake) -> None:
    notice = intake.push("汀州市教育局停课通告\n\n5月8日停课一天。\n".encode())
    assert intake.version(notice).kind == KnowledgeKind.NOTICE
    stated = intake.push(
        "汀州市教育局放假公告\n\n5月8日放假。\n".encode(), kind=KnowledgeKind.POLICY
    )
    assert intake.version(stated).kind == KnowledgeKind.POLICY
    assert intake.version(intake.push(TEXT.encode())).kind == KnowledgeKind.POLICY  # has a 文号
    plain = intake.push("青石路校车今日停开".encode())
    assert intake.version(plain).kind == KnowledgeKind.POLICY


def test_a_form_of_one_matter_becomes_a_guide_with_its_facts(intake: Intake) -> None:
    version = intake.version(intake.push(GUIDE.encode(), "校车卡.html"))
    assert (version.title, version.kind) == ("校车卡办理", "guide")
    assert version.facts["materials"] == ["学生证"]
    assert version.facts["time_limit"] == "3个工作日"


def test_what_the_sender_states_and_a_mark_internal_hold_for_a_form_too(intake: Intake) -> None:
    until = date(2026, 12, 31)
    pushed = intake.push(GUIDE.encode(), "校车卡.html", stated={"valid_until": until})
    version = intake.version(pushed)
    assert (version.valid_until, version.title) == (until, "校车卡办理")
    hidden = GUIDE.replace("<body>", "<body><p>公开属性：不予公开</p>").replace("校车卡", "通勤卡")
    assert intake.version(intake.push(hidden.encode(), "通勤卡.html")).audience == "internal"


def test_a_page_of_questions_is_one_policy_where_the_sender_says_so(intake: Intake) -> None:
    version = intake.version(intake.push(QUESTIONS.encode(), "校车.txt", kind=KnowledgeKind.POLICY))
    assert (version.kind, version.row) == ("policy", None)


def test_a_page_of_questions_becomes_a_batch_unless_it_is_said_to_be_one_entry(
    intake: Intake,
) -> None:
    pushed = intake.push(QUESTIONS.encode(), "校车.txt")
    assert (pushed.outcome, pushed.message[:7]) == ("batch", "文件的 3 条")
    whole = intake.push(QUESTIONS.replace("青石", "白石").encode(), "校车.txt", title="校车问答")
    assert intake.version(whole).title == "校车问答"
    intake.publish(whole)
    newer = QUESTIONS.replace("青石", "黑石").encode()
    assert intake.push(newer, "校车.txt", item_id=whole.item_id).outcome == "new_version"
