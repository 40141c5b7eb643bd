"""推送: every format that can be read becomes a draft; everything else says why and is kept."""

import base64
import io
import json
import zipfile

import docx
import pypdfium2 as pdfium
import pytest
from sqlalchemy import func, select

from docs_import.document import Attachment, ParsedDocument
from kb.db import Database
from kb.models import Batch, Job, KnowledgeItem, KnowledgeVersion, StoredFile, Unit
from kb.services.files import FileStore
from kb.terms import ReadState, Role
from tests.docs_import.samples import ole
from tests.web.unit_portal.conftest import (
    MAX_BYTES,
    NOTICE,
    Enter,
    Portal,
    stored_files,
    version_of,
)
from webapp.unit_portal import push_views


def _docx() -> bytes:
    document = docx.Document()
    for line in NOTICE.split("\n\n"):
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells],
        ("学校", "电话", "第一小学", "0000-1"),
        strict=True,
    ):
        cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _html() -> bytes:
    paragraphs = "".join(f"<p>{line}</p>" for line in NOTICE.split("\n\n"))
    return f"<!doctype html><html><body><div>{paragraphs}</div></body></html>".encode()


READABLE = {
    "通知.docx": _docx,
    "通知.html": _html,
    "通知.md": lambda: NOTICE.encode(),
    "通知-gb18030.txt": lambda: NOTICE.encode("gb18030"),
    "通知-utf16.txt": lambda: NOTICE.encode("utf-16"),
}


@pytest.mark.parametrize("name", list(READABLE))
def test_a_readable_file_becomes_a_draft_with_what_was_recognised(
    clerk: Portal, database: Database, name: str
):
    answer = clerk.push(READABLE[name](), name, kind="notice")
    assert answer.status_code == 302, answer.text
    version = version_of(database, int(answer.location.rsplit("/", 1)[1]))
    assert version.state == "draft"
    assert version.kind == "notice"
    assert version.document_number == "澜教规〔2026〕4号"
    assert version.issuing_authority == "澜川市教育局"
    assert str(version.issued_on) == "2026-05-06"
    assert str(version.valid_until) == "2026-08-31"
    assert "2026年5月20日至6月10日。" in version.body
    page = clerk.get(answer.location).text
    assert 'value="澜教规〔2026〕4号"' in page
    assert "读得没有把握" in page  # 施行日期 was derived from 自印发之日起


def test_a_table_is_kept_as_a_table(clerk: Portal, database: Database):
    answer = clerk.push(_docx(), "通知.docx")
    version = version_of(database, int(answer.location.rsplit("/", 1)[1]))
    assert "| 第一小学 | 0000-1 |" in version.body
    assert "<td>第一小学</td>" in clerk.get(answer.location).text


def test_the_original_is_on_disk_byte_by_byte(clerk: Portal, database: Database, files: FileStore):
    data = NOTICE.encode("gb18030")
    clerk.push(data, "通知.txt")
    [stored] = stored_files(database)
    assert files.path(stored.sha256).read_bytes() == data


def _scan() -> bytes:
    document = pdfium.PdfDocument.new()
    page = document.new_page(595, 842)
    bitmap = pdfium.PdfBitmap.new_native(300, 400, 4)
    bitmap.fill_rect((200, 200, 200, 255), 0, 0, 300, 400)
    image = pdfium.PdfImage.new(document)
    image.set_bitmap(bitmap)
    image.set_matrix(pdfium.PdfMatrix().scale(595, 842))
    page.insert_obj(image)
    page.gen_content()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_scan_waits_for_ocr_and_stays_visible(clerk: Portal, database: Database):
    answer = clerk.push(_scan(), "扫描件.pdf")
    assert answer.status_code == 202
    assert "没有文字层" in answer.text
    [stored] = stored_files(database)
    assert stored.read_state == ReadState.NEEDS_OCR
    home = clerk.get("/units").text
    assert "扫描件.pdf" in home
    assert "待校对或录入" in home
    assert f"/units/files/{stored.id}" in home


def _zip_without_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "x")
    return out.getvalue()


UNREADABLE = {
    "空.docx": (b"", "empty", "0 字节"),
    "空白.txt": (b"  \n\n", "empty", "只有空白"),
    "假的.pdf": ("只是文字".encode(), "wrong_suffix", "内容却不是"),
    "加密.docx": (ole("EncryptionInfo", "EncryptedPackage"), "encrypted", "打开密码"),
    "坏.docx": (b"PK\x03\x04" + b"broken" * 20, "corrupt", "已损坏"),
    "缺正文.docx": (_zip_without_document(), "corrupt", "没有正文"),
    "程序.exe": (b"MZ\x90\x00" + b"\0" * 600, "unsupported", "可执行程序"),
}


@pytest.mark.parametrize("name", list(UNREADABLE))
def test_an_unreadable_file_says_its_own_sentence_and_is_kept(
    clerk: Portal, database: Database, files: FileStore, name: str
):
    data, code, sentence = UNREADABLE[name]
    answer = clerk.push(data, name)
    assert answer.status_code == 422
    assert sentence in answer.text
    [stored] = stored_files(database)
    assert (stored.read_state, stored.problem_code) == ("failed", code)
    assert files.path(stored.sha256).read_bytes() == data
    home = clerk.get("/units").text
    assert name in home
    assert sentence in home
    assert "重新读取" not in home  # it would end the same
    assert "再读也是一样：请照原因改好另存，重新上传" in home


def test_a_second_push_of_the_same_file_is_a_conflict_and_doubles_nothing(
    clerk: Portal, database: Database
):
    first = clerk.push_draft()
    answer = clerk.push(NOTICE.encode(), "另一个名字.txt")
    assert answer.status_code == 409
    version = version_of(database, first)
    assert f"/units/entries/{version.item_id}" in answer.text
    assert "没有重复收录" in answer.text
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(KnowledgeItem)) == 1


def test_the_same_words_in_another_file_are_a_conflict_too(clerk: Portal, database: Database):
    clerk.push_draft()
    answer = clerk.push(NOTICE.encode("gb18030"), "通知.txt")
    assert answer.status_code == 409
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(KnowledgeItem)) == 1


def test_a_file_above_the_limit_is_refused_and_nothing_is_kept(
    clerk: Portal, database: Database, files: FileStore
):
    answer = clerk.push(b"a" * (MAX_BYTES + 1), "大.txt")
    assert answer.status_code == 413
    assert "上限" in answer.text
    assert stored_files(database) == []
    assert [path for path in files.folder.rglob("*") if path.is_file()] == []


def test_several_files_each_get_their_own_result(clerk: Portal):
    answer = clerk.client.post(
        "/units/push",
        data={
            "csrf_token": clerk.token,
            "files": [(io.BytesIO(NOTICE.encode()), "好.txt"), (io.BytesIO(b""), "空.docx")],
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "好.txt" in answer.text
    assert "0 字节" in answer.text
    assert "去核对" in answer.text


def test_the_script_gets_the_same_result_as_json(clerk: Portal):
    answer = clerk.push(NOTICE.encode(), "通知.txt", accept="application/json")
    assert answer.status_code == 201
    [result] = json.loads(answer.text)["results"]
    assert result["outcome"] == "draft"
    assert result["href"].startswith("/units/versions/")
    again = clerk.push(NOTICE.encode(), "通知.txt", accept="application/json")
    assert again.status_code == 409
    assert json.loads(again.text)["results"][0]["kind"] == "warn"


def test_a_push_without_a_file_asks_for_one_and_keeps_the_choices(clerk: Portal):
    answer = clerk.post("/units/push", kind="guide", audience="internal")
    assert answer.status_code == 422
    assert "请先选择文件" in answer.text
    assert '<option value="guide" selected>' in answer.text
    assert '<option value="internal" selected>' in answer.text


def test_nobody_pushes_for_another_unit(clerk: Portal, other_unit: Unit, database: Database):
    answer = clerk.push(NOTICE.encode(), "通知.txt", unit=str(other_unit.id))
    assert answer.status_code == 403
    assert stored_files(database) == []


def test_an_unknown_unit_is_said_and_keeps_nothing(editor: Portal, database: Database):
    for unit in ("999999", "²", "9" * 30):
        assert editor.push(NOTICE.encode(), "通知.txt", unit=unit).status_code == 422
        written = editor.post("/units/write/qa", unit=unit, title="问", fact_conclusion="答")
        assert written.status_code == 422
    assert stored_files(database) == []


def test_who_has_no_unit_says_whose_the_file_is(
    editor: Portal, unit: Unit, other_unit: Unit, database: Database
):
    assert '<option value="">请选择</option>' in editor.get("/units").text
    refused = editor.push(NOTICE.encode(), "通知.txt", unit="", accept="application/json")
    assert refused.status_code == 422
    assert json.loads(refused.text)["error"]["message"] == "请选择这份知识属于哪个单位"
    plain = editor.push(NOTICE.encode(), "通知.txt", unit="", audience="internal")
    assert plain.status_code == 422
    assert "请选择这份知识属于哪个单位" in plain.text
    assert '<option value="internal" selected>' in plain.text
    assert stored_files(database) == []
    assert editor.push(NOTICE.encode(), "通知.txt", unit=str(other_unit.id)).status_code == 302


def test_who_has_a_unit_is_asked_for_none(clerk: Portal):
    assert '<option value="">请选择</option>' not in clerk.get("/units").text


def test_a_unit_that_is_closed_takes_nothing_more(clerk: Portal, unit: Unit, database: Database):
    with database.unit_of_work() as session:
        session.get_one(Unit, unit.id).is_active = False
    answer = clerk.push(NOTICE.encode(), "通知.txt", accept="application/json")
    assert answer.status_code == 422
    assert json.loads(answer.text)["error"]["message"] == (
        "您的账号没有在用的所属单位，请联系管理员"
    )


def test_a_file_whose_reading_was_cut_off_is_visible_and_can_be_read_again(
    clerk: Portal, database: Database, files: FileStore, clock, unit: Unit
):
    # What a crash between keeping and reading leaves: bytes, the row, and the reading job.
    kept = files.keep_bytes(NOTICE.encode())
    with database.unit_of_work() as session:
        stored = StoredFile(
            sha256=kept.sha256,
            size_bytes=kept.size_bytes,
            name="断电.txt",
            unit_id=unit.id,
            uploaded_at=clock(),
        )
        session.add(stored)
        session.flush()
        payload = {
            "file_id": stored.id,
            "unit_id": unit.id,
            "kind": "notice",
            "audience": "internal",
            "category": "教育/入学",
            "item_id": None,
        }
        session.add(Job(kind="read_file", payload=payload, run_at=clock()))
    clock.forward(minutes=1)
    home = clerk.get("/units").text
    assert "断电.txt" in home
    assert "重新读取</button>" in home
    answer = clerk.post(f"/units/files/{stored.id}/read")
    version = version_of(database, int(answer.location.rsplit("/", 1)[1]))
    assert version.document_number == "澜教规〔2026〕4号"
    assert (version.kind, version.audience, version.category) == ("notice", "internal", "教育/入学")
    assert "还没有读出的原件" not in clerk.get("/units").text


def test_the_original_comes_back_as_a_download_only(clerk: Portal, database: Database):
    clerk.push(NOTICE.encode(), "通知 “一”.html.txt")
    [stored] = stored_files(database)
    answer = clerk.get(f"/units/files/{stored.id}")
    assert answer.data == NOTICE.encode()
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%E9%80%9A%E7%9F%A5" in disposition


def test_another_unit_sees_neither_original_nor_draft(
    clerk: Portal, enter: Enter, other_unit: Unit, database: Database
):
    version_id = clerk.push_draft()
    [stored] = stored_files(database)
    item_id = version_of(database, version_id).item_id
    stranger = enter(Role.UNIT_REVIEWER, Role.UNIT_CLERK, unit_id=other_unit.id)
    for path in (
        f"/units/files/{stored.id}",
        f"/units/versions/{version_id}",
        f"/units/entries/{item_id}",
    ):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/units/files/{stored.id}/read").status_code == 404
    assert "入学报名" not in stranger.get("/units").text


def test_pasted_text_goes_the_same_way(clerk: Portal, database: Database):
    answer = clerk.post("/units/paste", text=NOTICE, title="")
    assert answer.status_code == 302
    version = version_of(database, int(answer.location.rsplit("/", 1)[1]))
    assert version.title == "澜川市教育局关于做好2026年小学一年级入学报名工作的通知"
    assert "## 一、报名时间" in version.body
    assert version.document_number == "澜教规〔2026〕4号"
    assert len(stored_files(database)) == 1


def test_a_title_that_is_typed_wins(clerk: Portal, database: Database):
    answer = clerk.post("/units/paste", text=NOTICE, title="小学报名")
    assert version_of(database, int(answer.location.rsplit("/", 1)[1])).title == "小学报名"


def test_pasting_nothing_or_the_same_again_keeps_what_was_typed(clerk: Portal):
    empty = clerk.post("/units/paste", text="  ", title="只有标题")
    assert empty.status_code == 422
    assert "请粘贴正文" in empty.text
    assert 'value="只有标题"' in empty.text
    clerk.post("/units/paste", text=NOTICE)
    again = clerk.post("/units/paste", text=NOTICE)
    assert again.status_code == 409
    assert "2026年5月20日至6月10日。" in again.text


def test_control_characters_are_cleared_from_pasted_text(clerk: Portal, database: Database):
    answer = clerk.post("/units/paste", text="停水通知\n\n明天\x00上午\x07停水。\n")
    version = version_of(database, int(answer.location.rsplit("/", 1)[1]))
    assert "明天上午停水。" in version.body
    assert "已清除" in clerk.get(answer.location).text


def test_a_new_file_for_an_entry_waits_for_the_version_on_its_way(
    clerk: Portal, database: Database
):
    item_id = version_of(database, clerk.push_draft()).item_id
    answer = clerk.push(b"# B\n\nnew\n", "新.md", item=str(item_id))
    assert answer.status_code == 409
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(KnowledgeVersion)) == 1
    assert len(stored_files(database)) == 1


def test_a_nearly_equal_draft_is_asked_about_with_what_differs(clerk: Portal) -> None:
    clauses = "\n\n".join(f"第{n}条 第{n}类由{n + 3}号窗口在{n + 5}日内办结。" for n in range(30))
    text = f"# 窗口办理规定\n\n{clauses}\n"
    clerk.push_draft(text, "规定.md")
    second = clerk.push_draft(text.replace("12日内", "15日内"), "新规定.md")
    page = clerk.get(f"/units/versions/{second}").text
    for words in ("与《窗口办理规定》约有", "相同，作废这份", "<ins>15</ins>"):
        assert words in page, words
    item = page.split('name="item" value="', 1)[1].split('"', 1)[0]
    clerk.post(f"/units/versions/{second}/same-number", item=item, choice="different")
    assert "约有" not in clerk.get(f"/units/versions/{second}").text


LETTER = (
    "From: lin@example.org\r\nSubject: =?utf-8?B?{}?=\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
    "Content-Type: text/plain; charset=utf-8\r\n\r\n现报送问答，请查收。\r\n--b\r\n"
    "Content-Type: text/csv; charset=utf-8\r\n"
    'Content-Disposition: attachment; filename="faq.csv"\r\n\r\n{}\r\n--b--\r\n'
)
ASKED = "问题,答案\r\n渡口几点开,早上六点。\r\n船票多少钱,每人两元。\r\n能带自行车吗,可以带。\r\n"


def test_a_mail_with_files_lands_on_a_batch_that_the_home_names(
    clerk: Portal, database: Database
) -> None:
    subject = base64.b64encode("报送渡口问答".encode()).decode()
    answer = clerk.push(LETTER.format(subject, ASKED).encode(), "报送.eml")
    with database.reading() as session:
        batch = session.scalars(select(Batch)).one()
        assert session.scalars(select(KnowledgeVersion)).all() == []
    assert answer.headers["Location"].endswith(f"/units/batches/{batch.id}")
    assert "邮件正文和 1 个附件已放进批次" in clerk.get(answer.headers["Location"]).text
    assert '待核对 <b class="num">1</b> 条' in clerk.get("/units").text


def test_what_came_inside_an_entry_links_the_batch_it_became(
    clerk: Portal, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = ParsedDocument(
        "ofd", "渡口通知", "见附件。\n", attachments=(Attachment("faq.csv", ASKED.encode()),)
    )
    monkeypatch.setattr(push_views, "read_document", lambda _path, _name: letter)
    mail = clerk.push_draft("container", "通知.txt")
    monkeypatch.undo()
    with database.reading() as session:
        part = session.scalars(select(StoredFile).where(StoredFile.name == "faq.csv")).one()
    read = clerk.post(f"/units/files/{part.id}/read")
    page = clerk.get(f"/units/versions/{mail}").text
    assert f'href="{read.headers["Location"]}">在批次里核对</a>' in page


def test_an_attachment_and_its_container_name_each_other(
    clerk: Portal, database: Database, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = ParsedDocument(
        "ofd", "转发通知", "请查收。\n", attachments=(Attachment("附件一.txt", NOTICE.encode()),)
    )
    monkeypatch.setattr(push_views, "read_document", lambda _path, _name: letter)
    mail = clerk.push_draft("container", "信.txt")
    page = clerk.get(f"/units/versions/{mail}").text
    assert "附件 1 个" in page
    assert "附件一.txt" in page
    with database.reading() as session:
        part = session.scalars(select(StoredFile).where(StoredFile.name == "附件一.txt")).one()
        assert part.read_state == "pending"
        assert files.path(part.sha256).read_bytes() == NOTICE.encode()


def test_an_unread_original_is_taken_off_the_list_and_kept(
    clerk: Portal, enter: Enter, other_unit: Unit, files: FileStore
) -> None:
    clerk.push(b"x", "坏.pdf")
    page = clerk.get("/units").text
    path = page.split('/dismiss"', 1)[0].rsplit('"', 1)[1] + "/dismiss"
    stranger = enter(Role.UNIT_CLERK, unit_id=other_unit.id)
    assert stranger.post(path).status_code == 404
    assert clerk.post(path).status_code == 302
    assert "坏.pdf</td>" not in clerk.get("/units").text
    assert 'id="files"' not in clerk.get("/units").text
    assert len(list(files.hashes())) == 1
