"""The formats that can be read: their names for people and the endings they come with."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from docs_import.errors import DocumentUnreadable

ACCEPTED = (
    "DOCX、DOC、WPS、RTF、ODT、PDF、OFD、HTML、MHT、EML、Markdown、TXT、"
    "XLSX、XLS、ET、CSV、PPTX 和图片（PNG、JPEG、TIFF、BMP）"
)


class FileType(StrEnum):
    """The formats that can be read."""

    DOCX = "docx"
    DOC = "doc"
    RTF = "rtf"
    ODT = "odt"
    PDF = "pdf"
    OFD = "ofd"
    HTML = "html"
    MHT = "mht"
    EML = "eml"
    MARKDOWN = "markdown"
    TEXT = "text"
    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"
    PPTX = "pptx"
    IMAGE = "image"


LABELS: Mapping[FileType, str] = {
    FileType.DOCX: "Word 文档（DOCX）",
    FileType.DOC: "旧版 Word 文档（DOC/WPS）",
    FileType.RTF: "RTF 文档",
    FileType.ODT: "ODT 文档",
    FileType.PDF: "PDF",
    FileType.OFD: "OFD 版式文件",
    FileType.HTML: "网页",
    FileType.MHT: "网页存档（MHT）",
    FileType.EML: "邮件（EML）",
    FileType.MARKDOWN: "Markdown 文本",
    FileType.TEXT: "纯文本",
    FileType.XLSX: "表格（XLSX）",
    FileType.XLS: "旧版表格（XLS/ET）",
    FileType.CSV: "表格（CSV）",
    FileType.PPTX: "演示文稿（PPTX）",
    FileType.IMAGE: "图片",
}

_IMAGE = (FileType.IMAGE,)
_WEB = (FileType.HTML, FileType.MHT)
# Ending -> the contents it may hold, its own first. Export functions of older systems write web
# pages and tab-separated text under .doc and .xls, and WPS writes both old and new formats under
# its own endings: the content decides.
SUFFIXES: Mapping[str, tuple[FileType, ...]] = {
    ".docx": (FileType.DOCX,),
    ".doc": (FileType.DOC, FileType.DOCX, FileType.RTF, *_WEB),
    ".wps": (FileType.DOC, FileType.DOCX, FileType.RTF),
    ".rtf": (FileType.RTF,),
    ".odt": (FileType.ODT,),
    ".pdf": (FileType.PDF,),
    ".ofd": (FileType.OFD,),
    ".html": _WEB,
    ".htm": _WEB,
    ".shtml": _WEB,
    ".xhtml": _WEB,
    ".mht": (FileType.MHT, FileType.HTML),
    ".mhtml": (FileType.MHT, FileType.HTML),
    ".eml": (FileType.EML,),
    ".md": (FileType.MARKDOWN,),
    ".markdown": (FileType.MARKDOWN,),
    ".txt": (FileType.TEXT,),
    ".text": (FileType.TEXT,),
    ".xlsx": (FileType.XLSX,),
    ".xls": (FileType.XLS, FileType.XLSX, *_WEB, FileType.CSV),
    ".et": (FileType.XLS, FileType.XLSX),
    ".csv": (FileType.CSV,),
    ".tsv": (FileType.CSV,),
    ".pptx": (FileType.PPTX,),
    ".png": _IMAGE,
    ".jpg": _IMAGE,
    ".jpeg": _IMAGE,
    ".tif": _IMAGE,
    ".tiff": _IMAGE,
    ".bmp": _IMAGE,
}

# Endings of formats that are not read.
FOREIGN_SUFFIXES: Mapping[str, str] = {
    ".ppt": "旧版演示文稿（PPT）", ".dps": "旧版演示文稿（DPS）", ".xlsb": "二进制表格（XLSB）",
    ".ods": "ODS 表格", ".odp": "ODP 演示文稿", ".msg": "Outlook 邮件（MSG）",
    ".ceb": "CEB 版式文件", ".gd": "GD 版式文件", ".zip": "压缩包（ZIP）", ".rar": "压缩包（RAR）",
    ".7z": "压缩包（7z）", ".exe": "可执行程序", ".gif": "图片（GIF）", ".svg": "矢量图（SVG）",
}  # fmt: skip

TEXT_TYPES = frozenset(
    {FileType.HTML, FileType.MARKDOWN, FileType.TEXT, FileType.CSV, FileType.MHT, FileType.EML}
)


def spaced(label: str) -> str:
    """Return the label with a space before it when it begins with a Latin word."""
    return f" {label}" if label[0].isascii() else label


def foreign(label: str, suffix: str) -> DocumentUnreadable:
    """A format that is not read: say so, and say when the name lies about it."""
    label = spaced(label)
    if suffix in SUFFIXES:
        return DocumentUnreadable(
            "wrong_suffix",
            f"文件名以 {suffix} 结尾，内容却是{label}。请确认没有选错文件，"
            f"或按真实格式另存；目前接受 {ACCEPTED}。",
        )
    return DocumentUnreadable(
        "unsupported", f"暂不能读取{label}。目前接受 {ACCEPTED}，请另存为其中一种后再上传。"
    )
