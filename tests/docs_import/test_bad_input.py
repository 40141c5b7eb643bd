"""Every bad file gets its own code and sentence, from a real child process."""

from __future__ import annotations

import io
import os
import random
import resource
import struct
import zipfile

import pytest

from docs_import.archive import zip_entries
from docs_import.errors import DocumentUnreadable
from docs_import.isolated import read_isolated
from docs_import.limits import MB, Limits
from docs_import.read import read_bytes
from docs_import.sniff import FileType, sniff
from docs_import.structure import cut
from docs_import.unpack import unpack
from tests.docs_import.samples import docx, ole, paragraph, pdf, zipped

SPAN = (
    '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="100000000"/></w:tcPr><w:p/></w:tc>'
    "<w:tc><w:p/></w:tc></w:tr></w:tbl>"
)
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
)
DEEP = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    + "<w:tbl><w:tr><w:tc>" * 5_000
    + "</w:tc></w:tr></w:tbl>" * 5_000
    + "</w:body></w:document>"
)
LOCKED_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"3 0 obj<</Filter/Standard/V 2/R 3/Length 128/P -3904/O<" + b"11" * 32 + b">/U<" + b"22" * 32
    + b">>>endobj\ntrailer<</Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]/Size 4>>\n%%EOF"
)  # fmt: skip
FIVE = docx(paragraph("五保户供养标准。"))

CASES = [
    ("a.txt", b"", "empty", "0 字节"),
    ("a.txt", " \n\u3000\n".encode(), "empty", "只有空白"),
    ("a.txt", b"\x00" * 400, "empty", "只有空白"),
    ("a.docx", ole("EncryptionInfo", "EncryptedPackage"), "encrypted", "打开密码"),
    ("a.pdf", LOCKED_PDF, "encrypted", "PDF 设有打开密码"),
    ("a.doc", ole("WordDocument")[:600], "corrupt", "没有传完整"),
    ("a.ppt", ole("PowerPoint Document"), "unsupported", "旧版演示文稿（PPT）"),
    ("a.doc", ole("PowerPoint Document"), "wrong_suffix", "内容却是旧版演示文稿"),
    ("a.docx", ole("WordDocument"), "wrong_suffix", "内容却是旧版 Word 文档"),
    ("a.xlsx", zipped({"xl/other.xml": "<a/>"}), "corrupt", "缺少 xl/workbook.xml"),
    ("a.xlsx", "区,电话".encode(), "wrong_suffix", "内容却不是表格（XLSX）"),
    ("a.eml", "收到来信".encode(), "wrong_suffix", "内容却不是邮件"),
    ("a.zip", zipped({"a.txt": "甲"}), "archive", "压缩包（ZIP）"),
    ("a.pdf", b"%PDF-1.7\nnothing here", "corrupt", "PDF 已损坏"),
    ("a.docx", FIVE[:-80], "corrupt", "没有传完整"),
    ("a.docx", zipped({"word/other.xml": "<a/>"}), "corrupt", "缺少 word/document.xml"),
    ("a.docx", zipped({"word/document.xml": "<w:document"}), "corrupt", "word/document.xml"),
    ("a.docx", zipped({"word/document.xml": ENTITIES}), "corrupt", "DOCTYPE"),
    ("通知.pdf", b"MZ\x90\x00\x03" + b"\x00" * 200, "wrong_suffix", "可执行程序"),
    ("a.pdf", "这是文字。".encode(), "wrong_suffix", "内容却不是 PDF"),
    ("a.txt", pdf([[(70.0, 700.0, "供热")]]), "wrong_suffix", "内容却是 PDF"),
    ("a.pdf", FIVE, "wrong_suffix", "Word 文档"),
    ("a.html", "没有任何标记的文字。".encode(), "wrong_suffix", "纯文本"),
    ("a.gif", b"GIF89a\x00\x00", "unsupported", "图片（GIF）"),
    ("a.exe", "文字".encode(), "unsupported", "可执行程序"),
    ("a.xyz", "文字".encode(), "unsupported", ".xyz"),
    ("a.txt", bytes(range(1, 9)) * 90, "unsupported", "不是文字"),
    ("a.html", b"<html><body><script>var a = 1;</script></body></html>", "no_text", "没有读到文字"),
    ("a.docx", docx("<w:p/>"), "no_text", "没有读到文字"),
    ("a.docx", docx(SPAN), "too_complex", "表格过大"),
    ("a.docx", zipped({"word/document.xml": DEEP}), "too_complex", "嵌套过深"),
    ("a.html", b"<html><body>" + b"<div>" * 100_000 + b"x", "too_complex", "嵌套过深"),
    ("a.docx", zipped({"word/document.xml": b" " * (20 * MB)}), "too_complex", "压缩比异常"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "code", "words"),
    CASES,
    ids=[f"{i}-{c[0]}-{c[2]}" for i, c in enumerate(CASES)],
)
def test_a_bad_file_is_refused_with_its_own_sentence(tmp_path, name, data, code, words):
    path = tmp_path / "upload"
    path.write_bytes(data)
    with pytest.raises(DocumentUnreadable) as caught:
        read_isolated(path, name)
    assert (caught.value.code, words in caught.value.message) == (code, True), caught.value.message
    assert caught.value.message.endswith(("。", "！"))


def _refused(tmp_path, data: bytes, name: str, limits: Limits) -> DocumentUnreadable:
    path = tmp_path / "upload"
    path.write_bytes(data)
    with pytest.raises(DocumentUnreadable) as caught:
        read_isolated(path, name, limits)
    return caught.value


def test_a_file_above_the_limit_is_refused_before_it_is_read(tmp_path):
    error = _refused(tmp_path, b"a" * 2_000_000, "a.txt", Limits(max_bytes=MB))
    assert error.code == "too_large"
    assert error.message.startswith("文件有 1.9 MB，超过 1 MB 的上限。")


def test_a_child_that_takes_too_much_time_is_ended(tmp_path):
    error = _refused(tmp_path, FIVE, "a.docx", Limits(wall_seconds=0.01))
    assert (error.code, "用时过长" in error.message) == ("timeout", True)


def test_a_child_that_takes_too_much_memory_is_ended(tmp_path):
    text = ("第一条 供热。" * 200_000).encode()
    error = _refused(tmp_path, text, "a.txt", Limits(memory_bytes=70 * MB))
    assert (error.code, "内存超出上限" in error.message) == ("out_of_memory", True)


def test_the_parent_does_not_grow_with_what_the_child_reads(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(docx("".join(paragraph(f"{i * i}号用户按时缴费") for i in range(20_000))))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    read_isolated(path, "a.docx")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # KiB


def test_the_child_sees_no_secret_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("KB_SECRET_KEY", "not-for-the-child")
    seen = {}
    import docs_import.isolated as isolated

    def environment(folder: str, real=isolated.environment) -> dict[str, str]:
        seen.update(real(folder))
        return dict(seen)

    monkeypatch.setattr(isolated, "environment", environment)
    path = tmp_path / "upload"
    path.write_bytes("须带身份证。".encode())
    assert read_isolated(path, "a.txt").markdown == "须带身份证。\n"
    assert "KB_SECRET_KEY" in os.environ
    assert "KB_SECRET_KEY" not in seen


def test_pages_above_the_limit_are_refused(tmp_path):
    page = [(70.0, 700.0, "供热收费标准每平方米二十四元")]
    error = _refused(tmp_path, pdf([page] * 3), "a.pdf", Limits(max_pages=2))
    assert (error.code, "3 页，超过 2 页" in error.message) == ("too_complex", True)


def test_brackets_by_the_hundred_thousand_are_only_text(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(b"[" * 100_000)
    assert read_isolated(path, "a.md").markdown.count("[") == 100_000


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.html", FileType.HTML), ("a.SHTML", FileType.HTML), ("无后缀", FileType.HTML)],
)
def test_the_content_decides_the_type(name, kind):
    assert sniff("<!DOCTYPE html><html><body>供热</body></html>".encode(), name) is kind


# Archives


def _gbk_zip() -> bytes:
    """A ZIP as Chinese Windows writes it: names in GBK, no UTF-8 flag."""
    data = zipped({"aaaa.txt": "甲"})
    return data.replace(b"aaaa.txt", "通知".encode("gbk") + b".txt")


def test_the_files_of_an_archive_come_with_their_chinese_names():
    assert [(e.name, e.data.decode()) for e in zip_entries(_gbk_zip())] == [("通知.txt", "甲")]


def test_folders_and_system_files_of_an_archive_are_left_out():
    data = zipped({"a/": "", "a/b.txt": "1", "a/.DS_Store": "x", "__MACOSX/._b.txt": "x"})
    assert [entry.name for entry in zip_entries(data)] == ["b.txt"]


def _twice() -> bytes:
    data = bytearray(zipped({"aa.txt": "1", "bb.txt": "2"}))
    return bytes(data.replace(b"bb.txt", b"aa.txt"))


def _overlapping() -> bytes:
    """Two directory entries that point at the same bytes."""
    buffer = io.BytesIO(zipped({"aa.txt": "1" * 100, "bb.txt": "2" * 100}))
    data = bytearray(buffer.getvalue())
    second = data.rfind(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(data)


def _link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("link.txt")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped({"../a.txt": "1"}), "压缩包之外"),
        (zipped({"/a.txt": "1"}), "压缩包之外"),
        (zipped({f"{i}.txt": "1" for i in range(2_001)}), "文件数超过 2000 个"),
        (_twice(), "同名"),
        (_overlapping(), "重叠"),
        (_link(), "链接"),
    ],
    ids=["up", "absolute", "many", "twice", "overlap", "link"],
)
def test_a_dangerous_archive_is_refused(data, words):
    with pytest.raises(DocumentUnreadable) as caught:
        list(zip_entries(data))
    assert (caught.value.code, words in caught.value.message) == ("too_complex", True)


def test_one_bad_file_of_an_archive_costs_no_other(tmp_path):
    (tmp_path / "out").mkdir()
    data = bytearray(
        zipped(
            {
                "密.txt": "1",
                "通知.txt": "甲",
                "a.zip": zipped({"b.txt": "1"}),
                "旧.rar": b"Rar!",
                "零.txt": b"0" * (20 * MB),
                "答复.txt": "乙",
            }
        )
    )
    data[6] |= 1  # the first one has a password
    data[data.find(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    found = unpack(tmp_path / "a.zip", tmp_path / "out")
    assert [(each.name, each.problem and each.problem.code) for each in found] == [
        ("密.txt", "encrypted"),
        ("通知.txt", None),
        ("a.zip", "too_complex"),
        ("旧.rar", "too_complex"),
        ("零.txt", "too_complex"),
        ("答复.txt", None),
    ]
    assert [each.path.read_text() for each in found if not each.problem] == ["甲", "乙"]
    assert "还有压缩包" in str(found[2].problem)
    assert "压缩比异常" in str(found[4].problem)


def test_something_that_is_no_archive_is_refused():
    with pytest.raises(DocumentUnreadable) as caught:
        list(zip_entries(b"PK\x03\x04 broken"))
    assert caught.value.code == "corrupt"


SOUND = [
    ("a.docx", docx(paragraph("一、救助标准") + paragraph("每人每月一千元。") * 20)),
    ("a.html", ("<html><body><p>救助标准每人每月一千元。</p></body></html>" * 5).encode()),
    ("a.md", "# 标题\n\n| 区 | 电话 |\n| --- | --- |\n| 东 | 1 |\n".encode() * 5),
    ("a.txt", "第一条 救助标准。\n".encode("gb18030") * 20),
]


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(seed):
    chance = random.Random(seed)
    name, data = SOUND[seed % len(SOUND)]
    damaged = bytearray(data)
    for _ in range(chance.choice((1, 4, 30))):
        at = chance.randrange(len(damaged))
        damaged[at] = chance.randrange(256)
        if chance.random() < 0.3:
            del damaged[at : at + chance.randrange(20)]
    try:
        document = read_bytes(bytes(damaged), name)
    except DocumentUnreadable as error:
        assert error.message.endswith("。")
    else:
        assert cut(document.markdown, document.title)
