"""RTF, ODT, PPTX, MHT, EML and old Word files, made here and read through their readers."""

from __future__ import annotations

import base64
import shutil
import stat
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from time import monotonic, sleep

import pytest

from docs_import.errors import DocumentUnreadable
from docs_import.isolated import read_isolated
from docs_import.read import read_bytes
from tests.docs_import.samples import docx, ole, paragraph, shared, zipped

_RTF = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset0 Times;}"
    r"{\f1\fnil\fcharset134 \'cb\'ce\'cc\'e5;}}"
)


def _hex(text: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gb18030"))


def _rtf(body: str) -> str:
    return read_bytes((_RTF + body + "}").encode("latin-1"), "a.rtf").markdown


def test_rtf_text_in_gbk_is_read_whatever_font_it_stands_under():
    # Word writes the Chinese under \dbch while the current font is a Latin one.
    assert _rtf(rf"\pard\f0 {_hex('低保标准')}\par {_hex('每月')}860{_hex('元')}\par") == (
        "# 低保标准\n\n每月860元\n"
    )


def test_rtf_bytes_of_one_character_may_be_broken_over_two_lines():
    first, *rest = _hex("供热").replace("\\'", "|\\'").strip("|").split("|")
    assert _rtf(first + "\r\n" + "".join(rest)) == "供热\n"


def test_rtf_second_byte_may_be_a_plain_letter():
    high, low = "镕".encode("gb18030")
    assert chr(low) == "F"
    assert _rtf(f"\\'{high:02x}{chr(low)}{_hex('基')}") == "镕基\n"


def test_rtf_unicode_characters_drop_their_fallback():
    assert _rtf(rf"\uc2\u20302{_hex('低')}\u20445{_hex('保')} ok") == "# 低保 ok\n"
    assert _rtf(r"\uc1\u-10179?\u-8704?").endswith("😀\n")


def test_rtf_tables_become_rows_with_merged_cells_filled():
    edge = r"\cellx2000\cellx4000"
    body = (
        rf"\pard {_hex('标准')}\par \trowd{edge}\pard\intbl {_hex('区')}\cell {_hex('元')}\cell\row"
        rf"\trowd\clvmgf{edge}\pard\intbl {_hex('汀南')}\cell 1\cell\row"
        rf"\trowd\clvmrg{edge}\pard\intbl \cell 2\cell\row \pard {_hex('完')}\par"
    )
    assert _rtf(body) == ("标准\n\n| 区 | 元 |\n| --- | --- |\n| 汀南 | 1 |\n| 汀南 | 2 |\n\n完\n")


def test_rtf_pictures_and_binary_data_are_no_text():
    data = (_RTF + r"{\pict\bin5 ").encode("latin-1") + b"}}\\{x" + rf"}}{_hex('文')}}}".encode()
    assert read_bytes(data, "a.rtf").markdown == "文\n"


def test_the_shared_rtf_reads_as_its_reader_sees_it():
    path = shared("import_samples", "常用药参考表.rtf")
    document = read_bytes(path.read_bytes(), path.name)
    assert document.title == "新冠病毒感染者居家治疗常用药参考表"
    assert "| 症状 | 常用药物 |\n| --- | --- |\n| 发热 | 对乙酰氨基酚、" in document.markdown
    assert document.markdown.endswith("适用人群及用法、用量：须按药品说明书服用或咨询医生\n")


# OpenDocument

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_ODT_HEAD = (
    f'<o:document-content xmlns:o="{_NS}office:1.0" xmlns:t="{_NS}text:1.0" '
    f'xmlns:b="{_NS}table:1.0" xmlns:d="{_NS}drawing:1.0"><o:body><o:text>'
)


def _odt(body: str, **parts: str) -> bytes:
    files: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"{_ODT_HEAD}{body}</o:text></o:body></o:document-content>",
    }
    return zipped(files | parts, stored=True)


def test_odt_headings_lists_and_tables_without_deleted_text():
    body = (
        "<t:tracked-changes><t:p>删去</t:p></t:tracked-changes>"
        '<t:h t:outline-level="1">救助标准</t:h><t:p>每月<t:s/><t:span>860</t:span>元'
        "<o:annotation><t:p>批注</t:p></o:annotation></t:p>"
        "<t:list><t:list-item><t:p>身份证</t:p><t:list><t:list-item><t:p>原件</t:p>"
        "</t:list-item></t:list></t:list-item></t:list>"
        "<b:table><b:table-header-rows><b:table-row><b:table-cell><t:p>区</t:p></b:table-cell>"
        "<b:table-cell><t:p>元</t:p></b:table-cell></b:table-row></b:table-header-rows>"
        '<b:table-row><b:table-cell b:number-rows-spanned="2"><t:p>汀南</t:p></b:table-cell>'
        "<b:table-cell><t:p>1</t:p></b:table-cell></b:table-row>"
        "<b:table-row><b:covered-table-cell/><b:table-cell><t:p>2</t:p></b:table-cell>"
        "</b:table-row></b:table>"
    )
    document = read_bytes(_odt(body), "a.odt")
    assert document.markdown == (
        "# 救助标准\n\n每月 860元\n\n- 身份证\n- 原件\n\n"
        "| 区 | 元 |\n| --- | --- |\n| 汀南 | 1 |\n| 汀南 | 2 |\n"
    )
    assert document.warnings == ("文件带有修订痕迹，已按接受全部修订读取。",)


def test_an_odt_with_a_password_is_refused():
    manifest = {"META-INF/manifest.xml": '<m><encryption-data xmlns="x"/></m>'}
    with pytest.raises(DocumentUnreadable) as caught:
        read_bytes(_odt("", **manifest), "a.odt")
    assert caught.value.code == "encrypted"


# Presentations

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XMLNS = f'xmlns:a="{_A}" xmlns:p="{_P}" xmlns:r="{_R}"'


def _shape(text: str, kind: str = "", dotted: bool = False) -> str:
    bullet = '<a:pPr><a:buChar char="•"/></a:pPr>' if dotted else ""
    lines = "".join(f"<a:p>{bullet}<a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    holder = f'<p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>' if kind else ""
    return f"<p:sp>{holder}<p:txBody>{lines}</p:txBody></p:sp>"


def _slide(shapes: str, root: str = "sld", attributes: str = "") -> str:
    return (
        f"<p:{root} {_XMLNS} {attributes}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:{root}>"
    )


def _relations(**targets: str) -> str:
    inner = "".join(f'<Relationship Id="{k}" Target="{v}"/>' for k, v in targets.items())
    return f"<Relationships>{inner}</Relationships>"


def test_slides_in_their_order_with_tables_and_notes():
    table = (
        "<p:graphicFrame><a:tbl>"
        '<a:tr><a:tc gridSpan="2"><a:txBody><a:p><a:r><a:t>标准</a:t></a:r></a:p></a:txBody></a:tc>'
        '<a:tc hMerge="1"/></a:tr>'
        + "".join(
            f"<a:tr><a:tc><a:txBody><a:p><a:r><a:t>{a}</a:t></a:r></a:p></a:txBody></a:tc>"
            f"<a:tc><a:txBody><a:p><a:r><a:t>{b}</a:t></a:r></a:p></a:txBody></a:tc></a:tr>"
            for a, b in (("区", "元"), ("汀南", "860"))
        )
        + "</a:tbl></p:graphicFrame>"
    )
    data = zipped(
        {
            "ppt/presentation.xml": f'<p:presentation {_XMLNS}><p:sldIdLst><p:sldId r:id="b"/>'
            '<p:sldId r:id="a"/><p:sldId r:id="c"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": _relations(
                a="slides/slide1.xml", b="slides/slide2.xml", c="/ppt/slides/slide3.xml"
            ),
            "ppt/slides/slide1.xml": _slide(
                table + _shape("低保标准", "title") + _shape("2", "sldNum")
            ),
            "ppt/slides/slide2.xml": _slide(
                _shape("救助政策解读", "ctrTitle")
                + _shape("谁能申请\n怎么申请", "body", dotted=True)
            ),
            "ppt/slides/_rels/slide2.xml.rels": _relations(n="../notesSlides/notesSlide1.xml"),
            "ppt/notesSlides/notesSlide1.xml": _slide(_shape("先问户籍", "body"), "notes"),
            "ppt/slides/slide3.xml": _slide(_shape("作废"), attributes='show="0"'),
        }
    )
    document = read_bytes(data, "a.pptx")
    assert document.markdown == (
        "<!-- page: 1 -->\n\n# 救助政策解读\n\n- 谁能申请\n- 怎么申请\n\n备注：\n\n先问户籍\n\n"
        "<!-- page: 2 -->\n\n## 低保标准\n\n标准\n\n| 区 | 元 |\n| --- | --- |\n| 汀南 | 860 |\n"
    )
    assert (document.pages, document.warnings) == (3, ("第 3 张幻灯片是隐藏的，没有读取。",))


# Web archives and mails


def test_a_web_archive_is_read_by_the_character_set_of_its_part():
    page = "<html><body><h1>供热通知</h1><p>十一月供热。</p></body></html>"
    data = (
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="x"\r\n\r\n'
        b"--x\r\nContent-Type: text/html; charset=gb2312\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(page.encode("gb18030"))
        + b"--x\r\nContent-Type: image/png\r\n\r\nabc\r\n--x--\r\n"
    )
    assert read_bytes(data, "a.mht").markdown == "# 供热通知\n\n十一月供热。\n"


def test_the_shared_web_archive_is_read():
    path = shared("import_samples", "网页存档.mht")
    document = read_bytes(path.read_bytes(), path.name)
    assert document.title == "老生常谈 2019"


def _mail() -> bytes:
    inner = EmailMessage()
    inner["Subject"] = "补充说明"
    inner.set_content("另附说明。")
    mail = EmailMessage()
    mail["From"] = '"云汀市民政局" <mz@example.cn>'
    mail["Date"] = "Mon, 30 Jun 2025 23:30:00 +0800"
    mail.set_content("正文在下。")
    mail.add_alternative(
        "<p>现将<b>低保标准</b>印发。</p><table><tr><td>区</td><td>元</td></tr>"
        "<tr><td>汀南</td><td>860</td></tr></table><img src=cid:logo>",
        subtype="html",
    )
    mail.add_attachment(b"\xd0\xcf", "application", "msword", filename="低保标准.doc")
    mail.add_attachment(inner)
    logo = EmailMessage()
    logo.set_content(
        b"png", "image", "png", disposition="inline", filename="logo.png", cid="<logo>"
    )
    mail.attach(logo)
    raw = mail.as_bytes()
    # The subject as older Chinese programs write it: gb2312 words, one character cut in two.
    subject = "转发：关于低保标准的通知".encode("gb18030")
    words = b" ".join(
        b"=?gb2312?B?" + base64.b64encode(part) + b"?=" for part in (subject[:7], subject[7:])
    )
    return b"Subject: " + words + b"\n" + raw


def test_a_mail_gives_subject_body_and_files():
    document = read_bytes(_mail(), "a.eml")
    assert document.title == "关于低保标准的通知"
    assert document.markdown == (
        "# 关于低保标准的通知\n\n现将低保标准印发。\n\n| 区 | 元 |\n| --- | --- |\n| 汀南 | 860 |\n"
    )
    names = [(each.name, each.data[:2]) for each in document.attachments]
    assert names[0] == ("低保标准.doc", b"\xd0\xcf")
    assert names[1][0] == "补充说明.eml"
    assert len(names) == 2
    published = document.metadata.published_on
    assert published is not None
    assert (published.value, published.where) == ("2025-06-30", "邮件发送日期")


def test_pictures_that_outlook_puts_into_the_text_are_no_files():
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "渡口照片", "a@b.cn"
    mail.set_content("渡口照片两张。")
    for name, cid in (("image001.png", "<image001.png@01DC>"), ("码头.png", None)):
        mail.add_attachment(b"png", "image", "png", filename=name, cid=cid)
    document = read_bytes(mail.as_bytes(), "a.eml")
    assert [each.name for each in document.attachments] == ["码头.png"]


def test_headers_in_bare_gbk_are_read():
    data = "Subject: 供热通知\nFrom: a@b.cn\n\n十一月供热。\n".encode("gbk")
    assert read_bytes(data, "a.eml").markdown == "# 供热通知\n\n十一月供热。\n"


def test_a_mail_of_files_alone_names_them():
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "材料", "a@b.cn"
    mail.add_attachment(b"x", "text", "csv", filename="../通讯录.csv")
    document = read_bytes(mail.as_bytes(), "a.eml")
    assert document.markdown == "# 材料\n\n邮件没有正文，内容在附件里：通讯录.csv\n"


# Old Word files, with programs of our own in the place of LibreOffice and antiword


def _program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture()
def old_word(tmp_path, monkeypatch):
    """Return (folder on the PATH, a DOC); nothing else but a shell's own tools is on the PATH."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for tool in ("cat", "cp", "sleep"):
        (programs / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")
    monkeypatch.setenv("PATH", str(programs))
    path = tmp_path / "a.doc"
    path.write_bytes(ole("WordDocument"))
    return programs, path


def test_without_a_converter_the_sentence_says_what_to_install(old_word):
    with pytest.raises(DocumentUnreadable) as caught:
        read_isolated(old_word[1], "通知.doc")
    assert caught.value.code == "no_reader"
    assert "安装 LibreOffice 或 antiword" in caught.value.message
    assert "另存为 DOCX" in caught.value.message


def test_antiword_gives_paragraphs_and_tables(old_word):
    programs, path = old_word
    _program(programs, "antiword", "cat <<'END'\n\n救助标准\n\n|区   |元  |\n|汀南 |860 |\n完\nEND")
    assert read_isolated(path, "a.wps").markdown == (
        "# 救助标准\n\n| 区 | 元 |\n| --- | --- |\n| 汀南 | 860 |\n\n完\n"
    )


def test_libreoffice_comes_first_and_its_docx_is_read(old_word, tmp_path):
    programs, path = old_word
    (tmp_path / "made.docx").write_bytes(docx(paragraph("来自转换的正文。")))
    _program(programs, "soffice", f'cp "{tmp_path}/made.docx" "$7/source.docx"')
    _program(programs, "antiword", "echo 第二选择")
    assert read_isolated(path, "a.doc").markdown == "来自转换的正文。\n"


def test_a_converter_that_hangs_is_ended_and_the_next_one_asked(old_word):
    from docs_import.limits import Limits

    programs, path = old_word
    _program(programs, "soffice", "sleep 61 & sleep 62")
    _program(programs, "antiword", "echo 由第二个程序读取")
    document = read_isolated(path, "a.doc", Limits(converter_seconds=1.0))
    assert document.markdown == "# 由第二个程序读取\n"
    # A killed process is gone when the kernel gets to it, which on a busy machine is not at once.
    deadline = monotonic() + 10
    while _running("sleep", "61") + _running("sleep", "62") and monotonic() < deadline:
        sleep(0.05)
    assert _running("sleep", "61") + _running("sleep", "62") == []


def _running(*command: str) -> list[int]:
    """The numbers of the processes that run a command."""
    wanted = b"".join(part.encode() + b"\0" for part in command)
    numbers = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(FileNotFoundError, ProcessLookupError):  # ended meanwhile
            if entry.read_bytes() == wanted:
                numbers.append(int(entry.parent.name))
    return numbers


def test_a_file_no_converter_opens_is_refused(old_word):
    programs, path = old_word
    _program(programs, "antiword", "exit 1")
    with pytest.raises(DocumentUnreadable) as caught:
        read_isolated(path, "a.doc")
    assert (caught.value.code, "另存为 DOCX" in caught.value.message) == ("corrupt", True)
