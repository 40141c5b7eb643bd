"""The content decides the format, for every format that is read."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from docs_import.document import Attachment, ParsedDocument, Record
from docs_import.errors import DocumentUnreadable
from docs_import.limits import Limits
from docs_import.read import read_bytes
from docs_import.sniff import FileType, sniff
from tests.docs_import.samples import docx, ole, paragraph, pdf, shared, zipped

ODT = zipped(
    {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}, stored=True
)
MHT = b"From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n"
MAIL = b"Received: from a\nSubject: x\nFrom: a@example.cn\n\ntext"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00"
HTML = "<!DOCTYPE html><html><body>供热</body></html>".encode()

KINDS = [
    ("a.docx", docx(paragraph("供热")), FileType.DOCX),
    ("a.doc", docx(paragraph("供热")), FileType.DOCX),
    ("a.doc", ole("1Table", "WordDocument"), FileType.DOC),
    ("a.wps", ole("WordDocument", "Macros"), FileType.DOC),
    ("a.doc", b"{\\rtf1 abc}", FileType.RTF),
    ("a.doc", HTML, FileType.HTML),
    ("a.rtf", b"\r\n{\\rtf1 abc}", FileType.RTF),
    ("a.odt", ODT, FileType.ODT),
    ("a.pdf", pdf([[(70.0, 700.0, "供热")]]), FileType.PDF),
    ("a.ofd", zipped({"OFD.xml": "<a/>"}), FileType.OFD),
    ("a.html", HTML, FileType.HTML),
    ("a.mht", MHT, FileType.MHT),
    ("网页", MHT, FileType.MHT),
    ("a.mht", HTML, FileType.HTML),
    ("a.eml", MAIL, FileType.EML),
    ("a.eml", b"\xef\xbb\xbf" + MAIL, FileType.EML),
    ("a.md", b"# x", FileType.MARKDOWN),
    ("a.txt", "From: 张三\n今天供热".encode(), FileType.TEXT),
    ("a.xlsx", zipped({"xl/workbook.xml": "<a/>"}), FileType.XLSX),
    ("a.et", zipped({"xl/workbook.xml": "<a/>"}), FileType.XLSX),
    ("a.et", ole("Workbook"), FileType.XLS),
    ("a.xls", ole("Book"), FileType.XLS),
    ("a.xls", HTML, FileType.HTML),
    ("a.xls", "区\t电话\n东区\t1".encode(), FileType.CSV),
    ("a.csv", "区,电话\n东区,1".encode("gbk"), FileType.CSV),
    ("a.pptx", zipped({"ppt/presentation.xml": "<a/>"}), FileType.PPTX),
    ("a.png", PNG, FileType.IMAGE),
    ("a.jpg", PNG, FileType.IMAGE),
    ("a.jpeg", b"\xff\xd8\xff\xe0", FileType.IMAGE),
    ("a.tif", b"II*\x00", FileType.IMAGE),
    ("a.bmp", b"BM\x00\x00\x00", FileType.IMAGE),
    ("a.txt", "BM 是两个字母".encode(), FileType.TEXT),
]


@pytest.mark.parametrize(
    ("name", "data", "kind"), KINDS, ids=[f"{i}-{k[0]}-{k[2]}" for i, k in enumerate(KINDS)]
)
def test_the_content_decides_the_format(name, data, kind):
    assert sniff(data, name) is kind


def test_a_workbook_embedded_in_a_document_does_not_make_it_a_table():
    # Embedded streams lie in folders of their own, below the top.
    data = ole("WordDocument", "ObjectPool", below=("Workbook",))
    assert sniff(data, "a.doc") is FileType.DOC


def test_every_shared_sample_is_what_its_name_says():
    folder = shared("import_samples")
    own = {".txt": FileType.TEXT}
    for path in sorted(folder.iterdir()):
        kind = own.get(path.suffix) or FileType(path.suffix[1:])
        assert sniff(path.read_bytes(), path.name) is kind


def _image(kind: str, pages: int = 1) -> bytes:
    buffer = io.BytesIO()
    frames = [Image.new("1", (40, 20), number % 2) for number in range(pages)]
    frames[0].save(
        buffer, kind, **({"save_all": True, "append_images": frames[1:]} if pages > 1 else {})
    )
    return buffer.getvalue()


def test_a_fax_of_many_pages_is_counted_and_bounded():
    assert read_bytes(_image("TIFF", 3), "a.tif").pages == 3
    with pytest.raises(DocumentUnreadable, match="图片文件超过 2 页"):
        read_bytes(_image("TIFF", 3), "a.tif", Limits(max_image_pages=2))


def test_a_broken_image_is_refused():
    with pytest.raises(DocumentUnreadable) as caught:
        read_bytes(PNG, "a.png")
    assert caught.value.code == "corrupt"


def test_an_image_is_a_page_that_needs_recognition():
    document = read_bytes(_image("PNG"), "窗口告示.png")
    assert (document.needs_ocr, document.pages, document.markdown) == (True, 1, "")
    assert document.title == "窗口告示"


def test_records_and_attachments_survive_the_way_from_the_child():
    record = Record(
        "contact",
        "云汀市供热服务中心",
        facts={"phone": "0799-1234567", "materials": ["身份证", "房产证"]},
        variants=("供热电话",),
        values={"category": "供热"},
        sheet="通讯录",
        row=3,
        fault="电话少一位",
    )
    document = ParsedDocument(
        "xlsx", "通讯录", "", records=(record,), attachments=(Attachment("附件.docx", b"\x00\xff"),)
    )
    assert ParsedDocument.from_json(document.to_json()) == document
