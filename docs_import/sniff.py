"""What a file really is, by its bytes; the name must agree."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import PurePath

from docs_import.charset import decode
from docs_import.errors import DocumentUnreadable
from docs_import.limits import MB, Limits

ACCEPTED = "DOCX、有文字层的 PDF、HTML、Markdown、TXT"


class FileType(StrEnum):
    """The formats that can be read."""

    DOCX = "docx"
    PDF = "pdf"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


_SUFFIXES: dict[str, FileType] = {
    ".docx": FileType.DOCX,
    ".pdf": FileType.PDF,
    ".html": FileType.HTML,
    ".htm": FileType.HTML,
    ".shtml": FileType.HTML,
    ".xhtml": FileType.HTML,
    ".md": FileType.MARKDOWN,
    ".markdown": FileType.MARKDOWN,
    ".txt": FileType.TEXT,
    ".text": FileType.TEXT,
}
_LABELS = {
    FileType.DOCX: "Word 文档（DOCX）",
    FileType.PDF: "PDF",
    FileType.HTML: "网页",
    FileType.MARKDOWN: "Markdown 文本",
    FileType.TEXT: "纯文本",
}
# Formats known by their first bytes and not read.
_OTHER_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "可执行程序"),
    (b"\x7fELF", "可执行程序"),
    (b"{\\rtf", "RTF 文档"),
    (b"\x89PNG", "图片（PNG）"),
    (b"\xff\xd8\xff", "图片（JPEG）"),
    (b"GIF8", "图片（GIF）"),
    (b"II*\x00", "图片（TIFF）"),
    (b"MM\x00*", "图片（TIFF）"),
    (b"BM", "图片（BMP）"),
    (b"Rar!", "压缩包（RAR）"),
    (b"7z\xbc\xaf", "压缩包（7z）"),
    (b"\x1f\x8b", "压缩包（gzip）"),
    (b"SQLite format 3", "数据库文件"),
    (b"\x00asm", "可执行程序"),
)
_OTHER_SUFFIXES = {
    ".doc": "旧版 Word 文档（DOC）", ".wps": "WPS 文档", ".rtf": "RTF 文档", ".ofd": "OFD 版式文件",
    ".mht": "网页存档（MHT）", ".mhtml": "网页存档（MHT）", ".eml": "邮件", ".xls": "表格",
    ".xlsx": "表格", ".et": "表格", ".csv": "表格", ".ppt": "演示文稿", ".pptx": "演示文稿",
    ".zip": "压缩包（ZIP）", ".rar": "压缩包（RAR）", ".7z": "压缩包（7z）", ".png": "图片",
    ".jpg": "图片", ".jpeg": "图片", ".tif": "图片", ".exe": "可执行程序", ".odt": "ODT 文档",
}  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIL = re.compile(rb"^(?:From:|Subject:|MIME-Version:|Date:|Content-Type: multipart)", re.I | re.M)
_HTML_START = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*|<\?xml[^>]{0,200}>\s*)*<(?:!doctype\s+html|html)", re.I | re.S
)
_HTML_TAG = re.compile(
    r"<(?:html|head|body|meta|title|div|p|table|span|h[1-6]|article|section|ul)\b", re.I
)


def sniff(data: bytes, filename: str, limits: Limits | None = None) -> FileType:
    """Return the format of a file.

    :raises DocumentUnreadable: empty, too_large, encrypted, unsupported, wrong_suffix, corrupt.
    """
    limits = limits or Limits()
    if not data:
        raise DocumentUnreadable("empty", "文件是空的（0 字节）。请检查原文件后重新上传。")
    if len(data) > limits.max_bytes:
        raise too_large(len(data), limits)
    suffix = PurePath(filename).suffix.lower()
    kind = _binary_kind(data, suffix)
    if kind is None:
        kind = _text_kind(data, suffix)
    _check_suffix(kind, suffix)
    return kind


def too_large(size: int, limits: Limits) -> DocumentUnreadable:
    """The error for a file above the limit."""
    return DocumentUnreadable(
        "too_large",
        f"文件有 {size / MB:.1f} MB，超过 {limits.max_bytes / MB:g} MB 的上限。"
        "请压缩其中的图片或拆成几个文件后再上传。",
        size=size,
        limit=limits.max_bytes,
    )


def _binary_kind(data: bytes, suffix: str) -> FileType | None:
    """Return the type of a binary format, None for what may be text."""
    if data.startswith(_OLE):
        raise _ole(data, suffix)
    if b"%PDF-" in data[:1024]:
        return FileType.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_kind(data, suffix)
    for magic, label in _OTHER_MAGIC:
        if data.startswith(magic) and (len(magic) > 2 or b"\x00" in data[:512]):
            raise _foreign(label, suffix)
    if _MAIL.match(data[:2000]) and b"boundary=" in data[:8000]:
        raise _foreign("网页存档或邮件（MHT/EML）", suffix)
    return None


def _spaced(label: str) -> str:
    """A Latin word gets a space before it in a Chinese sentence."""
    return f" {label}" if label[0].isascii() else label


def _foreign(label: str, suffix: str) -> DocumentUnreadable:
    """A format that is not read: say so, and say when the name lies about it."""
    label = _spaced(label)
    if suffix in _SUFFIXES:
        return DocumentUnreadable(
            "wrong_suffix",
            f"文件名以 {suffix} 结尾，内容却是{label}。请确认没有选错文件，"
            f"或按真实格式另存；目前接受 {ACCEPTED}。",
        )
    return DocumentUnreadable(
        "unsupported", f"暂不能读取{label}。目前接受 {ACCEPTED}，请另存为其中一种后再上传。"
    )


def _ole(data: bytes, suffix: str) -> DocumentUnreadable:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return DocumentUnreadable(
            "encrypted", "文档设有打开密码，无法读取。请在 Word 或 WPS 中去掉密码后再上传。"
        )
    label = _OTHER_SUFFIXES.get(suffix, "旧版 Office 文档（DOC/XLS/PPT/WPS）")
    return _foreign(label, suffix)


def _zip_kind(data: bytes, suffix: str) -> FileType:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise DocumentUnreadable(
            "corrupt", "文件已损坏或没有传完整，打不开。请重新下载或另存后再上传。"
        ) from error
    if "word/document.xml" in names:
        return FileType.DOCX
    inner = (
        ("OFD.xml", "OFD 版式文件"), ("xl/workbook.xml", "表格（XLSX）"),
        ("ppt/presentation.xml", "演示文稿（PPTX）"), ("content.xml", "ODT/ODS 文档"),
    )  # fmt: skip
    for name, label in inner:
        if name in names:
            raise _foreign(label, suffix)
    if suffix == ".docx":
        raise DocumentUnreadable(
            "corrupt", "这个 DOCX 里没有正文（缺少 word/document.xml）。请用 Word 另存后再上传。"
        )
    raise _foreign(_OTHER_SUFFIXES.get(suffix, "压缩包（ZIP）"), suffix)


def _text_kind(data: bytes, suffix: str) -> FileType:
    if suffix in (".pdf", ".docx"):
        raise DocumentUnreadable(
            "wrong_suffix",
            f"文件名以 {suffix} 结尾，内容却不是{_spaced(_LABELS[_SUFFIXES[suffix]])}。"
            "请确认没有选错文件，或重新下载、另存后再上传。",
        )
    if suffix in _OTHER_SUFFIXES:
        raise _foreign(_OTHER_SUFFIXES[suffix], suffix)
    text, charset = decode(data)
    if not text.strip("\x00\ufeff \t\r\n\u3000\u200b"):
        raise DocumentUnreadable("empty", "文件里没有文字，只有空白。请检查原文件后重新上传。")
    if not charset.startswith("utf-16") and _is_binary(text):
        raise DocumentUnreadable("unsupported", f"文件内容不是文字。目前接受 {ACCEPTED}。")
    if suffix in (".md", ".markdown"):
        return FileType.MARKDOWN
    if _HTML_START.match(text[:8000]) or (
        _SUFFIXES.get(suffix) is FileType.HTML and _HTML_TAG.search(text)
    ):
        return FileType.HTML
    return FileType.TEXT


def _is_binary(text: str) -> bool:
    """Tell whether a tenth of the characters are controls; a stray NUL is only cleaned."""
    sample = text[:20_000]
    controls = sum(1 for char in sample if char < " " and char not in "\t\n\r\f\x0b")
    return controls > 3 and controls * 10 > len(sample)


def _check_suffix(kind: FileType, suffix: str) -> None:
    expected = _SUFFIXES.get(suffix)
    if expected is kind or (expected is None and (not suffix or not suffix[1:].isalpha())):
        return
    if expected is None:
        raise DocumentUnreadable(
            "unsupported",
            f"不接受以 {suffix} 结尾的文件。目前接受 {ACCEPTED}。",
        )
    raise DocumentUnreadable(
        "wrong_suffix",
        f"文件名以 {suffix} 结尾，内容却是{_spaced(_LABELS[kind])}。"
        "请改成正确的后缀或确认没有选错文件。",
    )
