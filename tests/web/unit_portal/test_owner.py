"""A document that another office issued: both are named, a person keeps it or hands it over."""

from datetime import UTC, datetime

from sqlalchemy import select

from kb.db import Database
from kb.models import FileAttachment, KnowledgeVersion, StoredFile, Unit
from kb.terms import ReadState, Role
from tests.web.unit_portal.conftest import Enter, Portal, version_of
from tests.web.unit_portal.test_found import TEXT, old

__all__ = ["old"]
THEIRS = TEXT.replace("澜川市教育局\n2026", "澜川水务集团\n2026")
DAY = datetime(2026, 5, 7, tzinfo=UTC)
ASKED = "这份文件是澜川水务集团发的，现在归澜川市教育局维护"


def _page(portal: Portal, version: int) -> str:
    return portal.get(f"/units/versions/{version}").text


def _settle(portal: Portal, version: int, choice: object, database: Database):
    rev = version_of(database, version).rev
    return portal.post(f"/units/versions/{version}/owner", rev=rev, choice=choice)


def test_only_another_offices_document_is_asked_about(clerk: Portal, other_unit: Unit) -> None:
    page = _page(clerk, clerk.push_draft(THEIRS))
    assert ASKED in page
    assert f'value="{other_unit.id}" data-confirm="把这份草稿和原件移交澜川水务集团' in page
    assert "现在归" not in _page(clerk, clerk.push_draft(TEXT))


def test_an_office_that_is_no_unit_here_can_only_be_kept(clerk: Portal) -> None:
    page = _page(clerk, clerk.push_draft(THEIRS))
    assert "单位名单里没有这个机关" in page
    assert ">移交" not in page


def test_keeping_it_is_asked_once_and_again_for_another_issuer(
    clerk: Portal, database: Database, other_unit: Unit
) -> None:
    version = clerk.push_draft(THEIRS)
    assert _settle(clerk, version, "keep", database).status_code == 302
    assert "现在归" not in _page(clerk, version)
    with database.unit_of_work() as session:
        session.get_one(KnowledgeVersion, version).issuing_authority = "澜川市民政局"
    assert "这份文件是澜川市民政局发的" in _page(clerk, version)


def test_a_draft_handed_over_is_the_issuers_with_its_original(
    clerk: Portal, enter: Enter, database: Database, other_unit: Unit, old: KnowledgeVersion
) -> None:
    version = clerk.push_draft(THEIRS)
    rev = version_of(database, version).rev
    clerk.post(f"/units/versions/{version}/found/1", rev=rev, choice="confirm", item=old.item_id)
    done = _settle(clerk, version, other_unit.id, database)
    assert (done.status_code, done.location) == (302, "/units")
    assert clerk.get(f"/units/versions/{version}").status_code == 404
    theirs = enter(Role.UNIT_CLERK, unit_id=other_unit.id)
    page = _page(theirs, version)
    assert "现在归" not in page
    moved = version_of(database, version)
    assert theirs.get(f"/units/files/{moved.file_id}").status_code == 200
    assert clerk.get(f"/units/files/{moved.file_id}").status_code == 404
    assert moved.planned_links == []  # the other unit's word about older documents
    assert "澜川市教育局移交的" in theirs.get("/reminders").text
    discarded = theirs.post(f"/units/versions/{version}/discard", rev=moved.rev)
    assert discarded.status_code == 302
    assert "澜川市教育局移交的" not in theirs.get("/reminders").text


def test_what_came_attached_goes_along_unless_it_is_published(
    clerk: Portal, enter: Enter, database: Database, other_unit: Unit
) -> None:
    letter = clerk.push_draft(THEIRS)
    parts = [clerk.push_draft(f"# 附件{n}\n\n第{n}张表。\n", f"附件{n}.md") for n in (1, 2)]
    with database.unit_of_work() as session:
        mail, draft, public = (session.get_one(KnowledgeVersion, n) for n in (letter, *parts))
        for part in (draft, public):
            session.add(FileAttachment(file_id=part.file_id, parent_id=mail.file_id))
        public.item.state = "published"
    assert _settle(clerk, letter, other_unit.id, database).status_code == 302
    theirs = enter(Role.UNIT_CLERK, unit_id=other_unit.id)
    answers = [(theirs, 200), (clerk, 404)]
    for portal, status in answers:
        assert portal.get(f"/units/versions/{parts[0]}").status_code == status
        file_id = version_of(database, parts[0]).file_id
        assert portal.get(f"/units/files/{file_id}").status_code == status
    assert clerk.get(f"/units/versions/{parts[1]}").status_code == 200
    letter_page, public_page = _page(theirs, letter), _page(clerk, parts[1])
    assert f"/units/versions/{parts[0]}" in letter_page
    assert f"/units/versions/{parts[1]}" not in letter_page
    assert "由别的单位维护" in letter_page and "由别的单位维护" in public_page


def _attach(database: Database, parent: int, *files: int) -> None:
    with database.unit_of_work() as session:
        for file_id in files:
            session.add(FileAttachment(file_id=file_id, parent_id=parent))


def test_what_is_still_being_read_or_is_the_units_own_stays_and_is_named(
    clerk: Portal, database: Database, unit: Unit, other_unit: Unit
) -> None:
    letter = clerk.push_draft(THEIRS)
    own = clerk.push_draft(TEXT.replace("9号", "8号").replace("入学报名", "班车"), "本局的.md")
    kept = clerk.push_draft(THEIRS.replace("9号", "12号").replace("入学报名", "渡船"), "留下的.md")
    assert _settle(clerk, kept, "keep", database).status_code == 302
    with database.unit_of_work() as session:
        mail = session.get_one(KnowledgeVersion, letter).file_id
        files = [session.get_one(KnowledgeVersion, number).file_id for number in (own, kept)]
        for name, state, dismissed in (
            ("在读.docx", ReadState.PENDING, None),
            ("扫描.pdf", ReadState.NEEDS_OCR, None),
            ("不要的.pdf", ReadState.NEEDS_OCR, DAY),
            ("坏的.docx", ReadState.FAILED, None),
        ):
            stored = StoredFile(
                sha256=name.encode().hex().ljust(64, "0")[:64],
                size_bytes=1,
                name=name,
                unit_id=unit.id,
                uploaded_at=DAY,
                read_state=state.value,
                dismissed_at=dismissed,
            )
            session.add(stored)
            session.flush()
            files.append(stored.id)
    assert mail is not None
    _attach(database, mail, *files)
    assert _settle(clerk, letter, other_unit.id, database).status_code == 302
    said = clerk.get("/units").text
    for name, why in (
        ("本局的.md", "是澜川市教育局自己发的"),
        ("留下的.md", "已确认由澜川市教育局维护"),
        ("在读.docx", "还在读取"),
        ("扫描.pdf", "还在识别、校对"),
    ):
        assert f"《{name}》{why}" in said
    with database.reading() as session:
        moved = {row.name for row in session.scalars(select(StoredFile)) if row.unit_id != unit.id}
        assert moved == {session.get_one(StoredFile, mail).name, "不要的.pdf", "坏的.docx"}


def test_what_came_in_an_attached_mail_goes_along_and_is_told(
    clerk: Portal, enter: Enter, database: Database, other_unit: Unit
) -> None:
    letter = clerk.push_draft(THEIRS)
    inner, deep = (clerk.push_draft(f"# {n}\n\n第{n}张。\n", f"{n}.md") for n in ("转信", "附表"))
    files = [version_of(database, number).file_id or 0 for number in (letter, inner, deep)]
    _attach(database, files[0], files[1])
    _attach(database, files[1], files[2])
    assert _settle(clerk, letter, other_unit.id, database).status_code == 302
    assert "附件 2 件同去" in clerk.get("/units").text
    theirs = enter(Role.UNIT_CLERK, unit_id=other_unit.id)
    for number in (letter, inner, deep):
        assert theirs.get(f"/units/versions/{number}").status_code == 200
    assert "及附件《转信.md》等 2 件，请核对后送审" in theirs.get("/reminders").text


def test_only_the_issuer_can_be_given_it_and_never_what_was_published(
    clerk: Portal, editor: Portal, database: Database, unit: Unit, other_unit: Unit
) -> None:
    own = clerk.push_draft(TEXT)
    assert _settle(clerk, own, other_unit.id, database).status_code == 422
    version = clerk.push_draft(THEIRS)
    with database.unit_of_work() as session:
        session.get_one(KnowledgeVersion, version).state = "unit_review"
    assert "请退回，在草稿页移交" in _page(editor, version)
    assert _settle(editor, version, other_unit.id, database).status_code == 409
    with database.reading() as session:
        assert {row.unit_id for row in session.scalars(select(StoredFile))} == {unit.id}
