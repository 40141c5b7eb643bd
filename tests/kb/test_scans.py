"""扫描件: pages without text are recognised or typed, checked, and then become a draft."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from docs_import.document import ParsedDocument, ReadLine
from docs_import.errors import DocumentUnreadable
from docs_import.ocr.reading import ReadPage
from kb.background import machine_lock
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.models import KnowledgeVersion, Notice, Scan, ScanLine, StoredFile, Unit
from kb.queries.scans import ScanRow, open_scans
from kb.services.files import FileStore
from kb.services.intake import push_file
from kb.services.pushed import Pushed
from kb.services.scan_checking import finish, mark_blank, save_line, save_typed
from kb.services.scan_reading import ScanReader
from kb.services.scans import get_page, get_scan
from kb.services.stored_files import dismiss
from kb.services.wishes import Wishes
from kb.terms import Audience, ReadState
from tests.kb.conftest import NOW
from tests.kb.test_entries import clerk_of, other_unit
from tests.kb.test_publishing import published

__all__ = ["other_unit"]
FIRST = (
    ("汀教〔2026〕7号", 0.30, 0.10),
    ("汀州市教育局关于错峰放学的通知", 0.20, 0.14),
    ("各学校：", 0.15, 0.20),
    ("自5月11日起，小学放学时间调整为16时30分，请各学校做好衔接，并", 0.20, 0.24),
    ("告知家长。", 0.15, 0.28),
    ("汀州市教育局", 0.60, 0.34),
    ("2026年5月6日", 0.60, 0.38),
)
WIDE = 0.85


def read_page(number: int, lines: tuple[tuple[str, float, float], ...]) -> ReadPage:
    """A recognised page: each line with its left and top; the word 衔接 is doubtful."""
    read = []
    for text, left, top in lines:
        right = WIDE if len(text) > 25 else min(left + 0.027 * len(text), WIDE)
        at = text.find("衔接")
        spans = ((at, at + 2),) if at >= 0 else ()
        read.append(ReadLine(number, (left, top, right, top + 0.02), text, 0.97, spans))
    return ReadPage(number, 0.0, 1654, 2339, tuple(read))


class Table:
    """What a recogniser reads on the pages of any file; a code stands for its failure."""

    def __init__(self, **pages: ReadPage | str) -> None:
        self.pages = {int(name.removeprefix("p")): page for name, page in pages.items()}
        self.asked: list[int] = []

    def page(self, number: int) -> ReadPage:
        self.asked.append(number)
        page = self.pages[number]
        if isinstance(page, str):
            raise DocumentUnreadable(page, "读不出这一页。")
        return page

    @contextmanager
    def __call__(self, path: Path, file_type: str) -> Iterator["Table"]:
        assert path.read_bytes().startswith(b"%PDF-")
        yield self


class Desk:
    """One clerk with a scan in hand."""

    def __init__(self, database: Database, folder: Path, unit: Unit) -> None:
        self.database, self.folder, self.unit = database, folder, unit
        self.files = FileStore(folder / "originals", max_bytes=1000)
        self.clerk = clerk_of(unit)

    def push(
        self,
        pages: int = 1,
        parsed: ParsedDocument | None = None,
        content: bytes = b"%PDF-scan",
        name: str = "扫描.pdf",
        wanted: Unit | None = None,
        item_id: int | None = None,
    ) -> Pushed:
        unit = wanted or self.unit
        parsed = parsed or ParsedDocument("pdf", "扫描", "", needs_ocr=True, pages=pages)
        return push_file(
            self.database,
            self.files,
            lambda _path, _name: parsed,
            stream=io.BytesIO(content),
            name=name,
            wishes=Wishes(unit_id=unit.id, audience=Audience.INTERNAL, item_id=item_id),
            actor=clerk_of(unit),
            clock=lambda: NOW,
        )

    def recognise(self, table: Table, pages_a_day: int = 100, now: datetime = NOW) -> bool:
        lock = self.folder / "ocr.lock"
        return ScanReader(
            self.database, self.files, table, lambda: now, lock, lambda: pages_a_day
        ).turn()

    def told(self) -> list[str]:
        with self.database.reading() as session:
            open_ones = select(Notice.title).where(Notice.is_resolved.is_(False))
            return list(session.scalars(open_ones.order_by(Notice.id)))

    def states(self) -> list[str]:
        with self.database.reading() as session:
            return [page.state for page in session.scalars(select(Scan)).one().pages]

    def lines(self) -> list[ScanLine]:
        with self.database.reading() as session:
            lines = list(session.scalars(select(ScanLine).order_by(ScanLine.id)))
            session.expunge_all()
            return lines

    def correct(self, line: ScanLine, text: str, rev: int | None = None) -> None:
        with self.database.unit_of_work() as session:
            scan = session.scalars(select(Scan)).one()
            rev = line.rev if rev is None else rev
            save_line(session, scan, line.id, text=text, rev=rev, actor=self.clerk, now=NOW)

    def write(self, number: int, text: str, rev: int | None = None) -> None:
        with self.database.unit_of_work() as session:
            page = get_page(session, session.scalars(select(Scan)).one(), number)
            rev = page.rev if rev is None else rev
            save_typed(session, page, text=text, rev=rev, actor=self.clerk, now=NOW)

    def blank(self, number: int) -> None:
        with self.database.unit_of_work() as session:
            page = get_page(session, session.scalars(select(Scan)).one(), number)
            mark_blank(session, page, is_blank=True, rev=page.rev, actor=self.clerk, now=NOW)

    def finish(self, *, accepts_doubts: bool = False) -> Pushed:
        with self.database.unit_of_work() as session:
            scan = session.scalars(select(Scan)).one()
            return finish(session, scan, accepts_doubts=accepts_doubts, actor=self.clerk, now=NOW)

    def draft(self, pushed: Pushed) -> KnowledgeVersion:
        with self.database.reading() as session:
            version = session.get_one(KnowledgeVersion, pushed.version_id)
            assert version.passages
            session.expunge_all()
            return version

    def row(self) -> ScanRow:
        with self.database.reading() as session:
            [row], total = open_scans(session, {self.unit.id}, 1)
        assert total == 1
        return row


@pytest.fixture
def desk(any_database: Database, tmp_path: Path, unit: Unit) -> Desk:
    return Desk(any_database, tmp_path, unit)


def test_a_scan_becomes_a_task_and_then_lines_with_doubts(desk: Desk) -> None:
    assert desk.push(2).outcome == "needs_ocr"
    assert desk.states() == ["waiting", "waiting"]
    assert desk.recognise(Table(p1=read_page(1, FIRST), p2=read_page(2, ())))
    assert desk.states() == ["read", "blank"]
    row = desk.row()
    assert (row.pages, row.waiting, row.typing, row.doubts) == (2, 0, 0, 1)
    assert [line.text for line in desk.lines()] == [text for text, _, _ in FIRST]


def test_a_corrected_scan_becomes_a_draft_as_any_other_file(desk: Desk) -> None:
    desk.push()
    desk.recognise(Table(p1=read_page(1, FIRST)))
    line = next(line for line in desk.lines() if "衔接" in line.text)
    desk.correct(line, line.text.replace("衔接", "接送衔接"))
    version = desk.draft(desk.finish())
    assert version.title == "汀州市教育局关于错峰放学的通知"
    assert version.document_number == "汀教〔2026〕7号"
    assert version.issued_on is not None
    assert version.issued_on.isoformat() == "2026-05-06"
    assert version.audience == Audience.INTERNAL  # what the sender said is kept
    assert "请各学校做好接送衔接，并告知家长。" in version.body
    assert {passage.page for passage in version.passages} == {1}
    with desk.database.reading() as session:
        stored = session.scalars(select(StoredFile)).one()
        assert (stored.read_state, stored.id) == (ReadState.READ, version.file_id)
        assert open_scans(session, None, 1) == ([], 0)


def test_the_unit_is_told_once_everything_is_read_and_until_the_draft_is_there(
    desk: Desk,
) -> None:
    def notices() -> list[tuple[str, bool]]:
        with desk.database.reading() as session:
            found = session.scalars(select(Notice).where(Notice.unit_id == desk.unit.id))
            return [(notice.title, notice.is_resolved) for notice in found]

    desk.push(2)
    desk.recognise(Table(p1=read_page(1, FIRST), p2="too_large"))
    assert notices() == [("扫描件《扫描.pdf》已识别，等待校对", False)]
    desk.blank(2)
    desk.finish(accepts_doubts=True)
    assert notices() == [("扫描件《扫描.pdf》已识别，等待校对", True)]


def test_doubts_are_looked_at_or_knowingly_left(desk: Desk) -> None:
    desk.push()
    desk.recognise(Table(p1=read_page(1, FIRST)))
    with pytest.raises(IllegalTransition, match="还有 1 处存疑"):
        desk.finish()
    assert desk.finish(accepts_doubts=True).outcome == "draft"
    with pytest.raises(IllegalTransition, match="已经校对完成"):
        desk.correct(desk.lines()[0], "晚了一步")


def test_an_unchanged_line_that_was_looked_at_is_no_longer_doubtful(desk: Desk) -> None:
    desk.push()
    desk.recognise(Table(p1=read_page(1, FIRST)))
    line = next(line for line in desk.lines() if line.doubts)
    desk.correct(line, line.text)
    assert desk.row().doubts == 0
    assert desk.lines()[line.ordinal].corrected is None


def test_two_people_on_one_line_do_not_overwrite_each_other(desk: Desk) -> None:
    desk.push()
    desk.recognise(Table(p1=read_page(1, FIRST)))
    line = desk.lines()[2]
    desk.correct(line, "各中小学校：")
    with pytest.raises(StaleVersion, match="各中小学校："):
        desk.correct(line, "各学校、幼儿园：")
    assert desk.lines()[2].corrected == "各中小学校："


def test_what_is_written_while_a_colleague_finishes_is_refused_and_no_second_draft_made(
    desk: Desk,
) -> None:
    if desk.database.engine.dialect.name == "sqlite":
        pytest.skip("the writers of SQLite exclude each other")
    desk.push()
    desk.recognise(Table(p1=read_page(1, FIRST)))
    line = desk.lines()[0]
    writing, finishing = desk.database.session(), desk.database.session()
    with writing, finishing:
        scans = [session.scalars(select(Scan)).one() for session in (writing, finishing)]
        assert [scan.file.read_state for scan in scans] == [ReadState.NEEDS_OCR] * 2
        desk.finish(accepts_doubts=True)
        with pytest.raises(IllegalTransition, match="已经校对完成"):
            save_line(
                writing, scans[0], line.id, text="晚", rev=line.rev, actor=desk.clerk, now=NOW
            )
        writing.rollback()
        with pytest.raises(IllegalTransition, match="已经校对完成"):
            finish(finishing, scans[1], accepts_doubts=True, actor=desk.clerk, now=NOW)


def test_recognition_goes_on_where_it_was_interrupted(desk: Desk) -> None:
    desk.push(3)
    table = Table(p1=read_page(1, FIRST), p2=read_page(2, FIRST), p3=read_page(3, FIRST))
    read = table.page

    def dies(number: int) -> ReadPage:
        if number == 2:
            raise KeyboardInterrupt
        return read(number)

    table.page = dies  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        desk.recognise(table)
    assert desk.states() == ["read", "waiting", "waiting"]
    table.page = read  # type: ignore[method-assign]
    desk.recognise(table)
    assert desk.states() == ["read", "read", "read"]
    assert table.asked == [1, 2, 3]  # the first page was not read again


def test_a_page_that_brings_the_recogniser_down_twice_is_typed(desk: Desk) -> None:
    desk.push(2)
    table = Table(p1="crashed", p2=read_page(2, FIRST))
    desk.recognise(table)
    assert table.asked == [1, 1, 2]
    assert desk.states() == ["typing", "read"]
    with pytest.raises(IllegalTransition, match="第 1 页还没有文字"):
        desk.finish(accepts_doubts=True)
    desk.write(1, "汀州市教育局\n关于错峰放学的补充说明")
    assert "关于错峰放学的补充说明" in desk.draft(desk.finish(accepts_doubts=True)).body


def test_a_page_with_more_lines_than_can_be_kept_is_typed_and_none_left_out(desk: Desk) -> None:
    desk.push(2)
    dense = tuple((f"第{number}格", 0.1, 0.1 + number / 10_000) for number in range(600))
    desk.recognise(Table(p1=read_page(1, dense), p2=read_page(2, dense * 4)))
    assert desk.states() == ["read", "typing"]
    assert len(desk.lines()) == 600


def test_a_page_with_too_many_pixels_is_typed_at_once(desk: Desk) -> None:
    desk.push()
    table = Table(p1="too_large")
    desk.recognise(table)
    assert (table.asked, desk.states()) == ([1], ["typing"])


def test_what_a_person_typed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    desk.push()
    table = Table(p1=read_page(1, FIRST))
    read = table.page

    def slow(number: int) -> ReadPage:
        desk.write(1, "我先录好了。")
        return read(number)

    table.page = slow  # type: ignore[method-assign]
    desk.recognise(table)
    assert desk.states() == ["typed"]
    assert desk.draft(desk.finish()).body.strip().endswith("我先录好了。")


def test_only_the_pages_without_text_of_a_mixed_file_are_recognised(desk: Desk) -> None:
    body = "<!-- page: 1 -->\n\n一、第一页有文字。\n\n<!-- page: 3 -->\n\n三、第三页也有文字。\n"
    mixed = ParsedDocument("pdf", "混合", body, pages=3, picture_pages=(2,))
    pushed = desk.push(parsed=mixed)
    assert (pushed.outcome, pushed.message[:9]) == ("needs_ocr", "第 2 页是图片，")
    table = Table(p2=read_page(2, (("二、第二页是图片。", 0.2, 0.2),)))
    desk.recognise(table)
    assert table.asked == [2]
    version = desk.draft(desk.finish())
    places = [version.body.index(words) for words in ("第一页", "第二页", "第三页")]
    assert places == sorted(places)
    assert "<!-- page: 2 -->" in version.body


def test_many_pictures_in_a_long_document_do_not_hold_its_text_up(desk: Desk) -> None:
    pictures = tuple(range(2, 62))
    long = ParsedDocument("pdf", "长文件", "第一页有文字。\n", pages=200, picture_pages=pictures)
    assert desk.push(parsed=long).outcome == "draft"


def test_more_pages_than_can_be_recognised_are_refused_and_the_original_kept(desk: Desk) -> None:
    pushed = desk.push(51)
    assert pushed.outcome == "failed"
    assert "50 页" in pushed.message
    with desk.database.reading() as session:
        assert session.scalars(select(Scan)).all() == []
        stored = session.scalars(select(StoredFile)).one()
        assert desk.files.path(stored.sha256).read_bytes() == b"%PDF-scan"


def test_a_scan_of_nothing_but_blank_pages_makes_no_draft(desk: Desk) -> None:
    desk.push()
    desk.blank(1)
    with pytest.raises(InvalidInput, match="没有文字"):
        desk.finish()
    with pytest.raises(StaleVersion):
        desk.write(1, "旧页面上的录入", rev=1)


def test_one_process_of_a_machine_recognises_at_a_time(desk: Desk) -> None:
    desk.push()
    table = Table(p1=read_page(1, FIRST))
    with machine_lock(desk.folder / "ocr.lock") as is_ours:
        assert is_ours
        assert not desk.recognise(table)
    assert desk.recognise(table)
    assert not desk.recognise(table)  # nothing waits any more


def test_another_unit_does_not_see_the_scan(desk: Desk, other_unit: Unit) -> None:
    desk.push()
    with desk.database.reading() as session:
        scan = session.scalars(select(Scan)).one()
        assert get_scan(session, scan.id, desk.clerk) is scan
        with pytest.raises(NotFound):
            get_scan(session, scan.id, clerk_of(other_unit))
        assert open_scans(session, {other_unit.id}, 1) == ([], 0)


def test_pages_beyond_a_days_quota_wait_for_the_next_day_and_nothing_is_lost(desk: Desk) -> None:
    desk.push(3)
    table = Table(p1=read_page(1, FIRST), p2=read_page(2, FIRST), p3=read_page(3, FIRST))
    desk.recognise(table, pages_a_day=2)
    assert desk.states() == ["read", "read", "waiting"]
    said = "今天的 2 页文字识别已用完，扫描件《扫描.pdf》余下 1 页明天自动识别；急用可以照图录入"
    assert desk.told() == [said]
    # 10:24 in the city; the day ends at midnight there, 13 h 36 min later.
    late = NOW + timedelta(hours=13, minutes=35)
    assert not desk.recognise(table, pages_a_day=2, now=late)
    assert table.asked == [1, 2]
    assert desk.recognise(table, pages_a_day=2, now=late + timedelta(minutes=1))
    assert desk.states() == ["read", "read", "read"]
    assert desk.told() == ["扫描件《扫描.pdf》已识别，等待校对"]


def test_a_scan_that_comes_when_the_day_is_used_up_is_told_once_and_read_the_next_day(
    desk: Desk,
) -> None:
    desk.push()
    table = Table(p1=read_page(1, FIRST))
    desk.recognise(table, pages_a_day=1)
    desk.finish(accepts_doubts=True)
    assert desk.told() == []
    desk.push(name="第二份.pdf", content=b"%PDF-2")
    desk.push(name="第三份.pdf", content=b"%PDF-3")
    assert not desk.recognise(table, pages_a_day=1)
    assert not desk.recognise(table, pages_a_day=1)
    said = (
        "今天的 1 页文字识别已用完，《第二份.pdf》和之后收到的扫描件明天自动识别；急用可以照图录入"
    )
    assert desk.told() == [said]
    assert desk.recognise(table, pages_a_day=1, now=NOW + timedelta(days=1))
    assert desk.told()[0] == "扫描件《第二份.pdf》已识别，等待校对"


def test_the_quota_of_one_unit_holds_no_other_up(desk: Desk, other_unit: Unit) -> None:
    desk.push()
    table = Table(p1=read_page(1, FIRST))
    desk.recognise(table, pages_a_day=1)
    first = desk.push(content=b"%PDF-scan", name="又一份.pdf", wanted=other_unit)
    assert first.outcome == "needs_ocr"
    assert desk.recognise(table, pages_a_day=1)
    assert table.asked == [1, 1]


def test_the_unit_is_told_of_a_lost_original_and_pushing_it_again_goes_on(desk: Desk) -> None:
    desk.push(2)
    with desk.database.reading() as session:
        path = desk.files.path(session.scalars(select(StoredFile.sha256)).one())
    path.unlink()
    table = Table(p1=read_page(1, FIRST), p2=read_page(2, ()))
    desk.recognise(table)
    assert desk.states() == ["typing", "typing"]
    assert desk.told() == ["扫描件《扫描.pdf》的原件找不到了，没有识别；请重新上传"]
    again = desk.push(2)
    assert again.message == "这份扫描件已经收过，还没有校对完；没有另建一份"
    desk.recognise(table)
    assert desk.states() == ["read", "blank"]
    assert desk.told() == ["扫描件《扫描.pdf》已识别，等待校对"]
    with desk.database.reading() as session:
        kept = session.scalars(select(StoredFile).order_by(StoredFile.id)).all()
        assert [stored.read_state for stored in kept] == ["needs_ocr", "read"]


def test_a_page_begun_before_its_original_was_lost_is_read_when_it_is_back(desk: Desk) -> None:
    desk.push(2)
    table = Table(p1="crashed", p2=read_page(2, ()))
    read = table.page

    def dies(number: int) -> ReadPage:
        raise KeyboardInterrupt

    table.page = dies  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        desk.recognise(table)  # the first page was begun, and nothing more
    with desk.database.reading() as session:
        path = desk.files.path(session.scalars(select(StoredFile.sha256)).one())
    path.unlink()
    desk.recognise(table)
    assert desk.states() == ["typing", "typing"]
    desk.write(2, "已经录入的留着。")
    desk.push(2)
    table.page, table.pages = read, {1: read_page(1, FIRST)}  # type: ignore[method-assign]
    desk.recognise(table)
    assert desk.states() == ["read", "typed"]


def test_a_scan_pushed_again_as_a_new_version_becomes_one(
    desk: Desk, any_database: Database, unit: Unit
) -> None:
    older = published(any_database, unit)
    desk.push()
    again = desk.push(item_id=older.item_id)
    assert again.message.endswith("没有另建一份；校对完成后作为所选条目的新版本")
    desk.push()  # once more without naming the entry
    desk.recognise(Table(p1=read_page(1, FIRST)))
    version = desk.draft(desk.finish(accepts_doubts=True))
    assert (version.item_id, version.number) == (older.item_id, 2)


def test_a_scan_dismissed_while_it_is_read_is_left_and_nobody_is_told(desk: Desk) -> None:
    pushed = desk.push(pages=3)

    class Dismissed(Table):
        def page(self, number: int) -> ReadPage:
            with desk.database.unit_of_work() as session:
                dismiss(session, session.get_one(StoredFile, pushed.file_id), desk.clerk, NOW)
            return super().page(number)

    table = Dismissed(p1=read_page(1, FIRST))
    assert desk.recognise(table)
    assert table.asked == [1]
    assert desk.told() == []


def test_a_dismissed_scan_leaves_the_list_and_takes_no_recognition(desk: Desk) -> None:
    desk.push()
    table = Table(p1=read_page(1, FIRST))
    desk.recognise(table)
    desk.push(content=b"%PDF-other", name="照片.pdf")
    with desk.database.unit_of_work() as session:
        for stored in session.scalars(select(StoredFile)):
            dismiss(session, stored, desk.clerk, NOW)
    assert not desk.recognise(table)
    assert table.asked == [1]
    assert desk.told() == []
    with desk.database.reading() as session:
        assert open_scans(session, None, 1) == ([], 0)
