"""What a file really is, by its bytes; the name must agree."""

from __future__ import annotations

import re
from pathlib import PurePath

from docs_import import ole
from docs_import.charset import decode
from docs_import.containers import ole_kind, zip_kind
from docs_import.errors import DocumentUnreadable
from docs_import.file_types import (
    ACCEPTED,
    FOREIGN_SUFFIXES,
    LABELS,
    SUFFIXES,
    TEXT_TYPES,
    FileType,
    foreign,
    spaced,
)
from docs_import.limits import MB, Limits

__all__ = ["ACCEPTED", "FileType", "sniff", "too_large"]

# Formats known by their first bytes and not read.
_OTHER_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "可执行程序"),
    (b"\x7fELF", "可执行程序"),
    (b"GIF8", "图片（GIF）"),
    (b"Rar!", "压缩包（RAR）"),
    (b"7z\xbc\xaf", "压缩包（7z）"),
    (b"\x1f\x8b", "压缩包（gzip）"),
    (b"SQLite format 3", "数据库文件"),
    (b"\x00asm", "可执行程序"),
)
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")
_RTF = re.compile(rb"[\s\x00]{0,20}\{\\rtf")
_HEADER_LINE = re.compile(
    rb"^(From|To|Subject|Date|MIME-Version|Received|Message-ID|Return-Path|Content-Type)\s*:",
    re.I | re.M,
)
_HTML_START = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*|<\?xml[^>]{0,200}>\s*)*<(?:!doctype\s+html|html)", re.I | re.S
)
_HTML_TAG = re.compile(
    r"<(?:html|head|body|meta|title|div|p|table|span|h[1-6]|article|section|ul)\b", re.I
)


def sniff(data: bytes, filename: str, limits: Limits | None = None) -> FileType:
    """Return the format of a file.

    :raises DocumentUnreadable: empty, too_large, encrypted, unsupported, wrong_suffix, corrupt;
        archive, for a ZIP of files, which is no document itself.
    """
    limits = limits or Limits()
    if not data:
        raise DocumentUnreadable("empty", "文件是空的（0 字节）。请检查原文件后重新上传。")
    if len(data) > limits.max_bytes:
        raise too_large(len(data), limits)
    suffix = PurePath(filename).suffix.lower()
    kind = _binary_kind(data, suffix, limits)
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


def _binary_kind(data: bytes, suffix: str, limits: Limits) -> FileType | None:
    """Return the type of a binary format, None for what may be text."""
    if data.startswith(ole.MAGIC):
        return ole_kind(data, suffix)
    if b"%PDF-" in data[:1024]:
        return FileType.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return zip_kind(data, suffix, limits)
    if _RTF.match(data):
        return FileType.RTF
    if _has_magic(data, _IMAGES):
        return FileType.IMAGE
    for magic, label in _OTHER_MAGIC:
        if _has_magic(data, (magic,)):
            raise foreign(label, suffix)
    return _mail_kind(data, suffix)


def _has_magic(data: bytes, marks: tuple[bytes, ...]) -> bool:
    """Two letters alone (BM, MZ) may begin a text: then a NUL must follow."""
    return any(data.startswith(m) and (len(m) > 2 or b"\x00" in data[:512]) for m in marks)


def _mail_kind(data: bytes, suffix: str) -> FileType | None:
    """Return MHT or EML for a file that begins with the header lines of a mail."""
    head = re.split(rb"\r?\n\r?\n", data[:64_000].lstrip(b"\xef\xbb\xbf\r\n\t "), maxsplit=1)[0]
    found = {name.lower() for name in _HEADER_LINE.findall(head)}
    first = re.match(rb"[A-Za-z][A-Za-z0-9-]{1,60}\s*:", head)
    is_mail_name = suffix in (".eml", ".mht", ".mhtml")
    # Without the name, only a mail in parts is taken for one: 日记 may begin with From: and Date:.
    enough = len(found) >= 2 if is_mail_name else b"boundary=" in head and b"mime-version" in found
    if first is None or not enough:
        return None
    related = re.search(rb"multipart/related", head, re.I) is not None
    return FileType.MHT if suffix in (".mht", ".mhtml") or (
        related and suffix != ".eml"
    ) else FileType.EML  # fmt: skip


def _text_kind(data: bytes, suffix: str) -> FileType:
    expected = SUFFIXES.get(suffix, ())
    if expected and not TEXT_TYPES.intersection(expected):
        raise _not_what_it_says(suffix)
    if suffix in FOREIGN_SUFFIXES:
        raise foreign(FOREIGN_SUFFIXES[suffix], suffix)
    text, charset = decode(data)
    if not text.strip("\x00\ufeff \t\r\n\u3000\u200b"):
        raise DocumentUnreadable("empty", "文件里没有文字，只有空白。请检查原文件后重新上传。")
    if not charset.startswith("utf-16") and _is_binary(text):
        raise DocumentUnreadable("unsupported", f"文件内容不是文字。目前接受 {ACCEPTED}。")
    return _kind_of_words(text, suffix, expected)


def _kind_of_words(text: str, suffix: str, expected: tuple[FileType, ...]) -> FileType:
    if FileType.MARKDOWN in expected:
        return FileType.MARKDOWN
    if _HTML_START.match(text[:8000]) or (FileType.HTML in expected and _HTML_TAG.search(text)):
        return FileType.HTML
    if expected == (FileType.CSV,):
        return FileType.CSV
    if FileType.CSV in expected and "\t" in text[:4000]:
        return FileType.CSV
    if expected and FileType.TEXT not in expected and expected[0] is not FileType.HTML:
        raise _not_what_it_says(suffix)
    return FileType.TEXT


def _not_what_it_says(suffix: str) -> DocumentUnreadable:
    return DocumentUnreadable(
        "wrong_suffix",
        f"文件名以 {suffix} 结尾，内容却不是{spaced(LABELS[SUFFIXES[suffix][0]])}。"
        "请确认没有选错文件，或重新下载、另存后再上传。",
    )


def _is_binary(text: str) -> bool:
    """Tell whether a tenth of the characters are controls; a stray NUL is only cleaned."""
    sample = text[:20_000]
    controls = sum(1 for char in sample if char < " " and char not in "\t\n\r\f\x0b")
    return controls > 3 and controls * 10 > len(sample)


def _check_suffix(kind: FileType, suffix: str) -> None:
    expected = SUFFIXES.get(suffix)
    if expected is None:
        if not suffix or not suffix[1:].isalpha():
            return
        raise DocumentUnreadable(
            "unsupported",
            f"不接受以 {suffix} 结尾的文件。目前接受 {ACCEPTED}。",
        )
    if kind not in expected:
        raise DocumentUnreadable(
            "wrong_suffix",
            f"文件名以 {suffix} 结尾，内容却是{spaced(LABELS[kind])}。"
            "请改成正确的后缀或确认没有选错文件。",
        )
