"""批次: everything is kept and read, nothing becomes a draft before it is ordered."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, true

from docs_import.document import Attachment, ParsedDocument, Record
from docs_import.read import read_bytes
from kb.actor import Actor
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, NotFound, PermissionDenied
from kb.models import Batch, BatchEntry, FileAttachment, KnowledgeItem, KnowledgeVersion, Unit
from kb.queries.batch_previews import ORDERS, BatchAct, preview
from kb.queries.batches import Tally, tally
from kb.services import batch_deciding as deciding
from kb.services import batch_rows, batches
from kb.services import batch_settling as settling
from kb.services.batch_access import get_batch
from kb.services.batch_reading import BatchReader
from kb.services.batch_seen import Seen
from kb.services.entries import Content
from kb.services.files import FileStore
from kb.services.wishes import Wishes
from kb.terms import EntryChoice, EntryOrder, Role
from tests.docs_import.samples import docx, paragraph
from tests.docs_import.test_guide_forms import FORM, table
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of, other_unit
from tests.kb.test_intake import TEXT, Intake, files, intake

__all__ = ["files", "intake", "other_unit"]

QUESTIONS = """问题,答案,生效日期
居住证怎么办,带身份证到派出所办理。,2026-01-01
校车怎么坐,在青石路东门上车。,2026-01-01
午餐多少钱,每餐十二元。,2026年13月1日
"""


def read_here(path: Path, name: str) -> ParsedDocument:
    """The same parsers without a child process a file."""
    return read_bytes(path.read_bytes(), name)


class Sender:
    """One person's batches for one unit."""

    def __init__(
        self, database: Database, files: FileStore, unit: Unit, actor: Actor | None = None
    ) -> None:
        self.database, self.files, self.unit = database, files, unit
        self.actor = actor or clerk_of(unit)
        self.reader: Callable[[Path, str], ParsedDocument] = read_here
        self.batch_id = 0

    def send(self, *sent: tuple[str, bytes], key: str = "k1") -> int:
        with self.database.unit_of_work() as session:
            batch = batches.open_batch(
                session,
                wishes=Wishes(self.unit.id),
                actor=self.actor,
                key=key,
                name="三月文件",
                now=NOW,
            )
            for path, data in sent:
                kept = self.files.keep_bytes(data)
                batches.add_file(session, batch, kept, path, self.actor, NOW)
            batches.finish_receiving(batch)
            self.batch_id = batch.id
        return self.batch_id

    def read(self, seconds: float = 60) -> bool:
        reader = BatchReader(
            self.database, self.files, lambda p, n: self.reader(p, n), self.actor, lambda: NOW
        )
        return reader.read_for(self.batch_id, seconds) is not None

    def sent_and_read(self, *sent: tuple[str, bytes]) -> None:
        self.send(*sent)
        assert self.read() is False

    def entries(self) -> list[BatchEntry]:
        with self.database.reading() as session:
            query = select(BatchEntry).where(BatchEntry.batch_id == self.batch_id)
            rows = list(session.scalars(query.order_by(BatchEntry.id)))
            session.expunge_all()
        return rows

    def outcomes(self) -> dict[str, str]:
        return {
            f"{entry.path}{f'#{entry.row}' if entry.row else ''}": entry.outcome
            for entry in self.entries()
        }

    def order(self, how: EntryOrder = EntryOrder.DRAFT, ids: list[int] | None = None) -> int:
        with self.database.unit_of_work() as session:
            batch = session.get_one(Batch, self.batch_id)
            which = None if ids is None else BatchEntry.id.in_(ids)
            count = settling.order(session, batch, how, self.actor, NOW, which=which)
        assert not settling.settle_for(
            self.database, self.batch_id, self.actor, lambda: NOW, seconds=60
        )
        return count

    def choose(self, choice: EntryChoice | None, *ids: int) -> int:
        with self.database.unit_of_work() as session:
            batch = session.get_one(Batch, self.batch_id)
            which = BatchEntry.id.in_(ids)
            return deciding.choose(session, batch, which, choice, self.actor, NOW)

    def tally(self) -> Tally:
        with self.database.reading() as session:
            return tally(session, self.batch_id, self.actor)

    def titles(self) -> list[str]:
        with self.database.reading() as session:
            query = select(KnowledgeVersion.title).order_by(KnowledgeVersion.id)
            return list(session.scalars(query))


@pytest.fixture
def sender(any_database: Database, files: FileStore, unit: Unit) -> Sender:
    return Sender(any_database, files, unit)


def test_files_are_read_and_nothing_is_drafted_before_it_is_ordered(sender: Sender) -> None:
    good = TEXT.encode()
    sender.sent_and_read(
        ("三月/通知.txt", good),
        ("三月/同一份.txt", TEXT.encode("gb18030")),
        ("三月/空.txt", b""),
        ("三月/坏.docx", b"PK\x03\x04cut"),
    )
    assert sender.outcomes() == {
        "三月/通知.txt": "new",
        "三月/同一份.txt": "duplicate",
        "三月/空.txt": "failed",
        "三月/坏.docx": "failed",
    }
    assert sender.titles() == []
    reasons = [entry.reason for entry in sender.entries() if entry.outcome != "new"]
    assert len(set(reasons)) == 3
    assert "三月/通知.txt" in reasons[0]
    assert sender.order() == 1
    assert sender.titles() == ["汀州市教育局关于停课的通知"]
    assert (sender.tally().settled, sender.tally().failed, sender.tally().ready) == (1, 2, 0)


def test_a_key_makes_one_batch_and_the_same_file_is_added_once(sender: Sender) -> None:
    first = sender.send(("甲.txt", b"one"), key="k")
    again = sender.send(("甲.txt", b"one"), ("乙.txt", b"two"), key="k")
    assert first == again
    assert [entry.path for entry in sender.entries()] == ["甲.txt", "乙.txt"]
    assert sender.send(("甲.txt", b"one"), key="other") != first


def test_reading_goes_on_where_it_was_broken_off(sender: Sender) -> None:
    sender.send(*((f"{n}.md", f"# 第{n}号通知\n\n内容{n * 7}。\n".encode()) for n in range(4)))
    reads: list[str] = []

    def dies_at_the_third(path: Path, name: str) -> ParsedDocument:
        reads.append(name)
        if len(reads) == 3:
            raise KeyboardInterrupt
        return read_here(path, name)

    sender.reader = dies_at_the_third
    with pytest.raises(KeyboardInterrupt):
        sender.read()
    assert list(sender.outcomes().values()) == ["new", "new", "waiting", "waiting"]
    assert sender.read() is False
    assert reads == ["0.md", "1.md", "2.md", "3.md", "2.md"]
    assert set(sender.outcomes().values()) == {"new"}


def test_what_breaks_the_reader_off_twice_is_failed_and_the_rest_is_read_first(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.send(
        ("问答.csv", QUESTIONS.encode()), ("坏.md", b"# x\n"), ("好.md", b"# y\n\nsecond\n")
    )

    def read(path: Path, name: str) -> ParsedDocument:
        if name == "坏.md":
            raise ZeroDivisionError
        return read_here(path, name)

    real = batch_rows.content_of_record

    def content_of_record(record: Record, wishes: Wishes) -> Content:
        if record.title == "校车怎么坐":
            raise ZeroDivisionError
        return real(record, wishes)

    sender.reader = read
    monkeypatch.setattr(batch_rows, "content_of_record", content_of_record)
    broken = 0
    for _ in range(10):
        try:
            assert sender.read() is False
            break
        except ZeroDivisionError:
            broken += 1
    assert broken == 4  # the rows together, the row alone, and the file twice
    assert sender.outcomes() == {
        "问答.csv": "container",
        "坏.md": "failed",
        "好.md": "new",
        "问答.csv#2": "new",
        "问答.csv#3": "failed",
        "问答.csv#4": "failed",
    }
    assert [e.code for e in sender.entries() if e.outcome == "failed"] == [
        "broke_off",
        "broke_off",
        "row_fault",
    ]


def test_reading_stops_after_its_time_and_says_that_more_waits(sender: Sender) -> None:
    sender.send(("甲.md", b"# a\n\nx\n"), ("乙.md", b"# b\n\ny\n"))
    assert sender.read(seconds=-1) is True
    assert sender.tally().waiting == 2


def test_a_run_goes_on_with_what_the_one_before_it_knew_unless_others_read_too(
    sender: Sender,
) -> None:
    sender.send(("甲.md", b"# a\n\nfirst\n"), ("乙.md", b"# b\n\nsecond\n"))
    reader = BatchReader(sender.database, sender.files, read_here, sender.actor, lambda: NOW)
    seen = reader.read_for(sender.batch_id, -1)
    assert seen is not None
    reader.read_next(sender.batch_id, seen)
    assert reader.read_for(sender.batch_id, -1, seen) is seen
    reader.read_next(sender.batch_id, Seen(sender.batch_id))  # in another process
    sender.send(("丙.md", b"# a\n\nsecond\n"))
    again = reader.read_for(sender.batch_id, -1, seen)
    assert again is not None and again is not seen


def test_a_table_becomes_one_entry_a_row_with_its_place(sender: Sender) -> None:
    sender.sent_and_read(("问答.csv", QUESTIONS.encode("gbk")))
    assert sender.outcomes() == {
        "问答.csv": "container",
        "问答.csv#2": "new",
        "问答.csv#3": "new",
        "问答.csv#4": "failed",
    }
    assert "生效日期" in sender.entries()[3].reason
    sender.order()
    with sender.database.reading() as session:
        version = session.scalars(
            select(KnowledgeVersion).where(KnowledgeVersion.title == "校车怎么坐")
        ).one()
        assert (version.kind, version.row, str(version.valid_from)) == ("qa", 3, "2026-01-01")
        assert version.file is not None
        assert version.file.name == "问答.csv"


def test_a_row_that_reaches_back_is_told_and_only_becomes_a_draft(sender: Sender) -> None:
    rows = "问题,答案,成文日期,施行日期\n居住证怎么办,到派出所办理。,2026-03-05,2026-01-01\n"
    sender.sent_and_read(("问答.csv", rows.encode()))
    said = "施行日期 2026-01-01 早于成文日期 2026-03-05"
    (row,) = [entry for entry in sender.entries() if entry.row]
    assert [(notice["kind"], notice["message"]) for notice in row.notices] == [
        ("backdated", f"{said}，请对照原件；确认之后才能送审、发布")
    ]
    with sender.database.reading() as session:
        batch = session.get_one(Batch, sender.batch_id)
        seen = {act: preview(session, batch, act, sender.actor, true()).backdated for act in ORDERS}
    assert seen == {BatchAct.DRAFT: 0, BatchAct.SUBMIT: 1, BatchAct.PUBLISH: 1}
    sender.order(EntryOrder.SUBMIT)
    (row,) = [entry for entry in sender.entries() if entry.row]
    assert (row.version_id, row.code) == (None, "refused")
    assert row.reason.startswith(said)
    sender.order(EntryOrder.DRAFT)
    (row,) = [entry for entry in sender.entries() if entry.row]
    assert row.version_id is not None


def test_a_row_that_names_another_unit_is_told_where_it_was_given(
    sender: Sender, other_unit: Unit
) -> None:
    rows = (
        f"问题,答案,责任单位\n甲怎么办,到窗口办理。,{other_unit.name}\n"
        f"乙怎么办,到大厅办理。,学籍科\n丙怎么办,到柜台办理。,{sender.unit.name}\n"
    )
    sender.sent_and_read(("问答.csv", rows.encode()))
    told = [
        [notice["message"] for notice in entry.notices] for entry in sender.entries() if entry.row
    ]
    said = f"表中写明由{other_unit.name}负责，收在{sender.unit.name}名下，请核对"
    assert told == [[said], [], []]  # 学籍科 is a desk of the unit itself


def test_a_row_sent_again_is_a_duplicate_and_with_another_text_a_new_version(
    sender: Sender,
) -> None:
    sender.sent_and_read(("问答.csv", QUESTIONS.encode()))
    sender.actor = EDITOR
    sender.order(EntryOrder.PUBLISH)
    changed = QUESTIONS.replace("青石路东门", "南湖路西门")
    sender.send(("问答.csv", changed.encode()), key="again")
    sender.read()
    assert list(sender.outcomes().values())[1:] == ["duplicate", "new_version", "failed"]
    sender.order(EntryOrder.PUBLISH)
    with sender.database.reading() as session:
        numbers = {
            item.current_version.title: item.current_version.number
            for item in session.scalars(select(KnowledgeItem))
            if item.current_version is not None
        }
    assert numbers == {"居住证怎么办": 1, "校车怎么坐": 2}


def test_a_nearly_equal_file_is_made_only_after_a_decision(sender: Sender, intake: Intake) -> None:
    clauses = [f"第{n}条 第{n}类事项由{n + 3}号窗口在{n + 5}日内办结并告知。" for n in range(1, 30)]
    text = "# 窗口办理规定\n\n" + "\n\n".join(clauses)
    old = intake.push(text.encode(), "规定.md")
    intake.publish(old)
    sender.sent_and_read(("新规定.md", text.replace("12日内", "15日内").encode()))
    [entry] = sender.entries()
    assert (entry.outcome, entry.matched_version_id) == ("near_duplicate", old.version_id)
    assert entry.similarity is not None
    assert 0.8 <= entry.similarity < 1
    with pytest.raises(InvalidInput):
        sender.order()
    assert sender.choose(EntryChoice.VERSION, entry.id) == 1
    sender.order()
    with sender.database.reading() as session:
        [settled] = session.scalars(select(BatchEntry))
        version = session.get_one(KnowledgeVersion, settled.version_id)
        assert (version.item_id, version.number) == (old.item_id, 2)


def test_what_is_skipped_stays_undone_and_can_be_taken_back(sender: Sender) -> None:
    sender.sent_and_read(("甲.md", b"# a\n\nfirst\n"), ("乙.md", b"# b\n\nsecond\n"))
    first, second = sender.entries()
    sender.choose(EntryChoice.SKIP, first.id)
    assert sender.order() == 1
    assert sender.titles() == ["b"]
    sender.choose(None, first.id)
    assert sender.choose(EntryChoice.SKIP, second.id) == 0  # it is a draft already
    sender.order()
    assert sender.titles() == ["b", "a"]


def test_an_archive_is_opened_once_and_its_files_are_read_in_turn(sender: Sender) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("深.md", "# 深\n")
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("通知.txt", TEXT)
        archive.writestr("问答.csv", QUESTIONS)
    sender.sent_and_read(("打包.zip", outer.getvalue()), ("坏.zip", b"PK\x03\x04"))
    assert sender.outcomes() == {
        "打包.zip": "container",
        "坏.zip": "failed",
        "打包.zip/通知.txt": "new",
        "打包.zip/问答.csv": "container",
        "打包.zip/问答.csv#2": "new",
        "打包.zip/问答.csv#3": "new",
        "打包.zip/问答.csv#4": "failed",
    }


def test_an_attachment_is_a_file_of_its_own_that_knows_its_mail(sender: Sender) -> None:
    letter = ParsedDocument(
        "eml",
        "转发停课通知",
        "请查收附件。\n",
        attachments=(Attachment("通知.txt", TEXT.encode()), Attachment("附.zip", b"PK\x03\x04")),
    )
    sender.reader = lambda path, name: letter if name == "信.eml" else read_here(path, name)
    sender.sent_and_read(("信.eml", b"mail"))
    assert sender.outcomes() == {
        "信.eml": "new",
        "信.eml/通知.txt": "new",
        "信.eml/附.zip": "failed",
    }
    mail, attachment, _ = sender.entries()
    with sender.database.reading() as session:
        link = session.get_one(FileAttachment, attachment.file_id)
        assert link.parent_id == mail.file_id


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        ("现报送渡口问答，请查收。", "skip"),
        ("停航从本月八日起，各渡口照此通知乘客。", ""),
        ("11月29日8时至18时，望潮路一带停水。附件：停水范围图", ""),
        ("请查收：11月29日起渡口改为早七点开船。", ""),
        ("附件为渡口问答，请查收。", "skip"),
        ("请查收附件。" + "停航期间乘客可以改乘公交车，票价不变。" * 20, ""),
    ],
)
def test_a_letter_that_only_brings_files_is_left_aside_until_a_person_takes_it(
    sender: Sender, words: str, choice: str
) -> None:
    letter = ParsedDocument(
        "eml", "报送渡口问答", f"{words}\n", attachments=(Attachment("通知.txt", TEXT.encode()),)
    )
    sender.reader = lambda path, name: letter if name == "信.eml" else read_here(path, name)
    sender.sent_and_read(("信.eml", b"mail"))
    mail, attachment = sender.entries()
    assert (mail.outcome, mail.choice, attachment.choice) == ("new", choice, "")
    sender.choose(EntryChoice.NEW, mail.id)
    assert sender.order() == 2


def test_what_the_library_refuses_is_written_beside_the_row_and_the_rest_is_made(
    sender: Sender,
) -> None:
    sender.sent_and_read(("问答.csv", QUESTIONS.encode()))
    sender.order()
    changed = QUESTIONS.replace("派出所", "政务大厅") + "停水找谁,找市水务集团。,2026-01-01\n"
    sender.send(("问答.csv", changed.encode()), key="again")
    sender.read()
    sender.order()
    by_row = {entry.row: entry for entry in sender.entries()}
    assert (by_row[2].outcome, by_row[2].code) == ("new_version", "refused")
    assert "还在" in by_row[2].reason
    assert by_row[5].settled_at is not None


def test_only_those_who_may_publish_order_publishing(sender: Sender) -> None:
    sender.sent_and_read(("甲.md", b"# a\n\nfirst\n"))
    with pytest.raises(PermissionDenied):
        sender.order(EntryOrder.PUBLISH)
    sender.order(EntryOrder.SUBMIT)
    with sender.database.reading() as session:
        assert session.scalars(select(KnowledgeVersion.state)).all() == ["unit_review"]


def test_a_batch_is_seen_by_its_unit_and_editors_alone(sender: Sender, other_unit: Unit) -> None:
    batch_id = sender.send(("甲.md", b"# a\n\nfirst\n"))
    with sender.database.reading() as session:
        assert get_batch(session, batch_id, EDITOR).id == batch_id
        with pytest.raises(NotFound):
            get_batch(session, batch_id, clerk_of(other_unit, Role.UNIT_REVIEWER))


def test_a_closed_batch_takes_nothing_more(sender: Sender) -> None:
    sender.sent_and_read(("甲.md", b"# a\n\nfirst\n"))
    with sender.database.unit_of_work() as session:
        batches.close_batch(session, session.get_one(Batch, sender.batch_id), sender.actor, NOW)
    with pytest.raises(IllegalTransition):
        sender.order()
    with pytest.raises(IllegalTransition):
        sender.send(("乙.md", b"# b\n"))
    assert sender.titles() == []


def test_an_editors_rows_go_to_the_units_they_name(
    sender: Sender, other_unit: Unit, any_database: Database, files: FileStore
) -> None:
    rows = [
        "问题,答案,单位",
        f"停电找谁,找供电所。,{other_unit.name}",
        "停气找谁,找燃气站。,没有这家",
    ]
    table = "\n".join(rows).encode()
    clerk = Sender(any_database, files, sender.unit)
    clerk.sent_and_read(("问答.csv", table))
    assert {entry.unit_id for entry in clerk.entries()} == {sender.unit.id}
    editor = Sender(any_database, files, sender.unit, EDITOR)
    editor.send(("问答.csv", table), key="by the editor")
    editor.read()
    units = [entry.unit_id for entry in editor.entries() if entry.row]
    assert units == [other_unit.id, sender.unit.id]


def test_failed_files_are_dismissed_or_read_again(sender: Sender) -> None:
    sender.sent_and_read(("空.txt", b""), ("坏.docx", b"PK\x03\x04cut"))
    empty, broken = sender.entries()
    with sender.database.unit_of_work() as session:
        batch = session.get_one(Batch, sender.batch_id)
        assert deciding.dismiss(session, batch, BatchEntry.id == empty.id, sender.actor, NOW) == 1
        settling.read_again(session, batch, session.get_one(BatchEntry, broken.id))
    assert (sender.tally().dismissed, sender.tally().waiting) == (1, 1)
    sender.reader = lambda _path, _name: ParsedDocument("docx", "修好了", "正文。\n")
    sender.read()
    assert sender.outcomes()["坏.docx"] == "new"


def test_a_damaged_archive_and_an_original_that_is_gone_keep_no_other_file_waiting(
    sender: Sender,
) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("通知.txt", TEXT)
    damaged = bytearray(made.getvalue())
    damaged[60] ^= 0xFF  # within the compressed bytes
    sender.send(("坏.zip", bytes(damaged)), ("没了.txt", b"gone"), ("好.txt", TEXT.encode()))
    gone = sender.files.keep_bytes(b"gone")
    sender.files.path(gone.sha256).unlink()
    assert sender.read() is False
    assert sender.outcomes() == {"坏.zip": "failed", "没了.txt": "failed", "好.txt": "new"}
    assert ["损坏" in entry.reason for entry in sender.entries()][:1] == [True]


def test_an_archive_s_bad_file_is_on_the_list_and_the_others_are_read(sender: Sender) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("三月/旧.rar", "Rar!")
        archive.writestr("三月/通知.txt", TEXT)
    sender.sent_and_read(("打包.zip", made.getvalue()))
    assert sender.outcomes() == {
        "打包.zip": "container",
        "打包.zip/旧.rar": "failed",
        "打包.zip/通知.txt": "new",
    }
    whole, bad, _good = sender.entries()
    assert whole.reason == "2 个文件，其中 1 个未能收录"
    assert "还有压缩包" in bad.reason


def test_an_archive_that_would_overfill_a_batch_is_refused_and_the_rest_goes_on(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.txt", f"第 {number} 份")
    sender.send(("多.zip", made.getvalue()), ("好.txt", TEXT.encode()))
    monkeypatch.setattr(batches, "MAX_ENTRIES", 4)
    assert sender.read() is False
    assert sender.outcomes() == {"多.zip": "failed", "好.txt": "new"}


def test_two_tables_hold_no_more_rows_together_than_a_batch_may(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = QUESTIONS.replace("居住证", "暂住证").replace("校车", "班车").replace("午餐", "晚餐")
    sender.send(("甲.csv", QUESTIONS.encode()), ("乙.csv", other.encode()))
    monkeypatch.setattr(batch_rows, "MAX_ENTRIES", 7)  # two files, three rows, and two to spare
    assert sender.read() is False
    failed = [entry for entry in sender.entries() if entry.path == "乙.csv"]
    assert [(entry.row, entry.outcome) for entry in failed] == [(None, "failed")]
    assert "这份表格有 3 行，这一批最多还能收 2 行" in failed[0].reason


def test_a_form_of_one_matter_is_the_file_s_one_entry(sender: Sender) -> None:
    form = docx(paragraph("办事指南") + table(FORM[1:]))
    sender.sent_and_read(("签发.docx", form))
    [entry] = sender.entries()
    assert (entry.row, entry.outcome, entry.kind, entry.title) == (
        None,
        "new",
        "guide",
        "居住证签发",
    )
    sender.order()
    with sender.database.reading() as session:
        version = session.scalars(select(KnowledgeVersion)).one()
        assert (version.row, version.file_id) == (None, entry.file_id)
        assert version.facts["materials"] == ["身份证", "住所证明"]


def test_a_table_pushed_alone_becomes_a_batch_to_look_through(intake: Intake) -> None:
    pushed = intake.push(QUESTIONS.encode(), "问答.csv")
    assert (pushed.outcome, pushed.batch_id is not None) == ("batch", True)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("通知.txt", TEXT)
    assert intake.push(archive.getvalue(), "打包.zip").outcome == "batch"
    assert intake.items() == 0
    with intake.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 2


def test_the_questions_of_a_page_in_an_archive_become_entries_of_their_own(sender: Sender) -> None:
    page = "校车常见问题\n\n" + "".join(
        f"问：{about}怎么办？\n答：到青石路校车站办理{about}。\n"
        for about in ("校车卡", "退卡", "挂失")
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("校车问答.md", page)
        made.writestr("通知.txt", TEXT)
    sender.sent_and_read(("三月.zip", archive.getvalue()))
    found = {entry.title: (entry.kind, entry.outcome, entry.row) for entry in sender.entries()}
    assert found["校车卡怎么办？"] == ("qa", "new", 1)
    assert found["挂失怎么办？"] == ("qa", "new", 3)
    [opened] = [entry for entry in sender.entries() if entry.path.endswith(".md") and not entry.row]
    assert (opened.outcome, opened.reason) == ("container", "3 条。")
    assert sender.order() == 4
    assert "退卡怎么办？" in sender.titles()
