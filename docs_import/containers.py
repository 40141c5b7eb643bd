"""What an OLE compound file or a ZIP holds, by the names inside."""

from __future__ import annotations

from docs_import import ole
from docs_import.archive import RefusedEntry, broken, open_archive, zip_entries
from docs_import.errors import DocumentUnreadable
from docs_import.file_types import FOREIGN_SUFFIXES, SUFFIXES, FileType, foreign
from docs_import.limits import Limits

_OLE_KINDS: tuple[tuple[str, FileType], ...] = (
    ("WordDocument", FileType.DOC), ("Workbook", FileType.XLS), ("Book", FileType.XLS),
)  # fmt: skip
_OLE_FOREIGN = (
    ("PowerPoint Document", "旧版演示文稿（PPT）"),
    ("__properties_version1.0", "Outlook 邮件（MSG）"),
)
_ZIP_KINDS = (
    ("word/document.xml", FileType.DOCX), ("OFD.xml", FileType.OFD),
    ("xl/workbook.xml", FileType.XLSX), ("ppt/presentation.xml", FileType.PPTX),
)  # fmt: skip
_ZIP_NAMES = {
    FileType.DOCX: "DOCX 里没有正文（缺少 word/document.xml）。请用 Word",
    FileType.XLSX: "XLSX 里没有工作表（缺少 xl/workbook.xml）。请用 Excel 或 WPS",
    FileType.PPTX: "PPTX 里没有幻灯片（缺少 ppt/presentation.xml）。请用 PowerPoint 或 WPS",
    FileType.OFD: "OFD 里没有入口文件（缺少 OFD.xml）。请用 OFD 阅读器",
    FileType.ODT: "ODT 里没有正文（缺少 content.xml）。请用 LibreOffice 或 WPS",
}


def ole_kind(data: bytes, suffix: str) -> FileType:
    """Return what an OLE compound file holds.

    :raises DocumentUnreadable: corrupt, encrypted, unsupported, wrong_suffix.
    """
    try:
        names = ole.top_names(data)
    except ValueError as error:
        raise broken() from error
    if "EncryptedPackage" in names:
        raise DocumentUnreadable(
            "encrypted", "文档设有打开密码，无法读取。请在 Word 或 WPS 中去掉密码后再上传。"
        )
    for name, kind in _OLE_KINDS:
        if name in names:
            return kind
    for name, label in _OLE_FOREIGN:
        if name in names:
            raise foreign(label, suffix)
    raise foreign(FOREIGN_SUFFIXES.get(suffix, "这种 Office 文件（里面没有文档或表格）"), suffix)


def zip_kind(data: bytes, suffix: str, limits: Limits) -> FileType:
    """Return which office format a ZIP is.

    :raises DocumentUnreadable: corrupt, too_complex, unsupported, wrong_suffix; archive, when it
        is a ZIP of files.
    """
    with open_archive(data, limits) as archive:
        names = set(archive.namelist())
    for name, kind in _ZIP_KINDS:
        if name in names:
            return kind
    if "content.xml" in names and "mimetype" in names:
        if b"opendocument.text" in data[:200]:
            return FileType.ODT
        raise foreign(FOREIGN_SUFFIXES.get(suffix, "ODS/ODP 文档"), suffix)
    if "xl/workbook.bin" in names:
        raise foreign(FOREIGN_SUFFIXES[".xlsb"], suffix)
    expected = SUFFIXES.get(suffix, ())
    missing = _ZIP_NAMES.get(expected[0]) if expected else None
    if missing:
        raise DocumentUnreadable("corrupt", f"这个 {missing}另存后再上传。")
    if suffix in SUFFIXES:
        raise foreign("压缩包（ZIP）", suffix)
    for entry in zip_entries(data, limits):
        if isinstance(entry, RefusedEntry):  # every file in it has to be sound
            raise entry.error
    raise DocumentUnreadable(
        "archive", "这是压缩包（ZIP），不是一份文档。请解压后逐个上传里面的文件。"
    )
