"""Look into ZIP files without believing a word of their headers."""

from __future__ import annotations

import io
import lzma
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from docs_import.errors import DocumentUnreadable
from docs_import.limits import MB, Limits

_CHUNK = 64 * 1024
# A small entry may compress very well without being a bomb: blank forms do.
_RATIO_FROM = MB
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MAX_NAME = 200
_END_RECORD = 22
_MAX_LISTED = 1024  # bytes of the listing for one entry


@dataclass(frozen=True)
class ZipEntry:
    """One file of an archive: its cleaned name (data, never a path to write to) and bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class RefusedEntry:
    """One file of an archive that cannot be taken, and why; the files beside it can."""

    name: str
    error: DocumentUnreadable


def zip_entries(data: bytes, limits: Limits | None = None) -> Iterator[ZipEntry | RefusedEntry]:
    """Yield the files of a ZIP one by one; folders and system files are left out.

    Names without the UTF-8 flag are read as GB18030, as Chinese Windows writes them. What is wrong
    with one file (encrypted, damaged, a bomb, too large, an archive itself) costs no other.

    :raises DocumentUnreadable: the archive as a whole is corrupt or too_complex (overlap, odd
        names, links, too many entries, too large altogether).
    """
    limits = limits or Limits()
    with open_archive(data, limits, "gb18030") as archive:
        total = 0
        for info in _check_listing(archive, limits):
            name = clean_name(info.filename)
            if info.is_dir() or _is_system(name):
                continue
            try:
                content = _content(archive, info, name, limits)
            except DocumentUnreadable as error:
                yield RefusedEntry(name, error)
                continue
            total += len(content)
            if total > limits.max_unpacked_bytes:
                raise _suspicious("解压后的内容过大")
            yield ZipEntry(name, content)


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, limits: Limits) -> bytes:
    _check_content(info, limits)
    if name.lower().endswith((".zip", ".rar", ".7z")):
        raise _suspicious("压缩包里还有压缩包，请先解压后再上传")
    if info.file_size > limits.max_bytes:
        raise _suspicious(f"“{name}”超过 {limits.max_bytes / MB:g} MB 的上限")
    return read_entry(archive, info, limits)


def open_archive(data: bytes, limits: Limits, names_in: str | None = None) -> zipfile.ZipFile:
    """Open a ZIP whose listing is no larger than allowed: 200,000 entries take 16 s to list.

    :param names_in: character set of the names without the UTF-8 flag.
    :raises DocumentUnreadable: corrupt or too_complex.
    """
    end = data.rfind(b"PK\x05\x06")
    if end >= 0 and len(data) >= end + _END_RECORD:
        count, size = struct.unpack_from("<HI", data, end + 10)
        # 65535 means that the count stands in the ZIP64 record: far too many anyway.
        if count > limits.max_entries or size > limits.max_entries * _MAX_LISTED:
            raise _suspicious(f"文件数超过 {limits.max_entries} 个")
    try:
        return zipfile.ZipFile(io.BytesIO(data), metadata_encoding=names_in)
    except (
        zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, UnicodeDecodeError
    ) as error:  # fmt: skip
        raise broken() from error


def check_entries(archive: zipfile.ZipFile, limits: Limits) -> list[zipfile.ZipInfo]:
    """Return the entries when the listing is harmless and each of them may be unpacked.

    :raises DocumentUnreadable: encrypted or too_complex.
    """
    infos = _check_listing(archive, limits)
    for info in infos:
        _check_content(info, limits)
    return infos


def _check_listing(archive: zipfile.ZipFile, limits: Limits) -> list[zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > limits.max_entries:
        raise _suspicious(f"文件数超过 {limits.max_entries} 个")
    seen: set[str] = set()
    for info in infos:
        _check_name(info)
        if info.filename in seen:
            raise _suspicious("有同名的文件")
        seen.add(info.filename)
    if sum(info.file_size for info in infos) > limits.max_unpacked_bytes:
        raise _suspicious("解压后的内容过大")
    _check_overlap(infos)
    return infos


def _check_name(info: zipfile.ZipInfo) -> None:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", info.filename):
        raise _suspicious("文件名指向压缩包之外")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _suspicious("含有链接")


def _check_content(info: zipfile.ZipInfo, limits: Limits) -> None:
    if info.flag_bits & 0x1:
        raise DocumentUnreadable("encrypted", "压缩包设有密码，无法读取。请去掉密码后再上传。")
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > _RATIO_FROM and ratio > limits.max_ratio:
        raise _suspicious("压缩比异常")


def _check_overlap(infos: list[zipfile.ZipInfo]) -> None:
    """Entries that share bytes turn kilobytes into gigabytes."""
    end = 0
    for info in sorted(infos, key=lambda item: item.header_offset):
        if info.header_offset < end:
            raise _suspicious("文件之间互相重叠")
        end = info.header_offset + 30 + len(info.filename) + info.compress_size


def read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> bytes:
    """Return the bytes of an entry, counted while they are unpacked.

    :raises DocumentUnreadable: corrupt or too_complex.
    """
    chunks: list[bytes] = []
    size = 0
    allowed = min(info.file_size, limits.max_unpacked_bytes)
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > allowed:
                    raise _suspicious("实际内容比登记的大")
                chunks.append(chunk)
    except (
        zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, OSError
    ) as error:  # fmt: skip
        raise broken() from error
    except NotImplementedError as error:  # a compression method Python does not know
        raise broken() from error
    return b"".join(chunks)


def clean_name(name: str) -> str:
    """Return a file name fit to show: NFC, no folders, no controls, at most 200 characters."""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    return _ODD.sub("", unicodedata.normalize("NFC", last))[-_MAX_NAME:] or "未命名"


def _is_system(name: str) -> bool:
    return name.startswith(("._", "~$")) or name in (".DS_Store", "Thumbs.db", "desktop.ini")


def broken() -> DocumentUnreadable:
    """The error for a ZIP that cannot be opened."""
    return DocumentUnreadable(
        "corrupt", "文件已损坏或没有传完整，打不开。请重新下载或另存后再上传。"
    )


def _suspicious(reason: str) -> DocumentUnreadable:
    return DocumentUnreadable(
        "too_complex", f"文件的压缩内容不正常（{reason}），已停止读取。请重新制作文件后再上传。"
    )
