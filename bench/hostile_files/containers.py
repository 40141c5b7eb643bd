"""ZIP files that lie about their sizes, names and structure."""

from __future__ import annotations

import copy
import io
import os
import random
import struct
import zipfile

from bench.hostile_files.made import Hostile, Traps, hostile, zipped

_MB = 1024 * 1024


def containers() -> list[Hostile]:
    """The 14 containers."""
    note = "云汀市民政局通知。".encode()
    return [
        _zip("flat bomb of ratio 1000", "too_complex", _flat),
        _zip("five levels of zip", "too_complex", _levels),
        _zip("fifty overlapping entries", "too_complex", _clones(50)),
        _zip("duplicate names", "too_complex", _twice),
        _zip("200,000 entries", "too_complex", _clones(200_000), heavy=True),
        _zip("size header too small", "too_complex corrupt", _sized(2)),
        _zip("size header too large", "too_complex corrupt", _sized(0xFFFF_FFF0)),
        _zip("name climbs up", "too_complex", lambda _: zipped({"../../etc/cron.d/x": note})),
        _zip("absolute name", "too_complex", lambda _: zipped({"/etc/cron.d/x": note})),
        _zip("symbolic link", "too_complex", _link),
        _zip("drive letter and backslash", "too_complex", _drive),
        _zip("GBK name without the flag", "archive batch", _gbk_name),
        _zip("encrypted entry", "encrypted", _locked),
        _zip("cut central directory", "corrupt", lambda _: _text_zip()[:-30]),
    ]


def _zip(name: str, expected: str, make, *, heavy: bool = False) -> Hostile:  # type: ignore[no-untyped-def]
    return hostile("containers", name, "材料.zip", expected, make, heavy=heavy)


def _text_zip() -> bytes:
    return zipped({"通知甲.txt": "云汀市供热通知。" * 30, "通知乙.txt": "云汀市停水通知。" * 30})


def _flat(_: Traps) -> bytes:
    return zipped({"零.txt": b"\x00" * (40 * _MB)})


def _levels(_: Traps) -> bytes:
    data = zipped({"底.txt": "底层"})
    for depth in range(5):
        data = zipped({f"第{depth}层.zip": data})
    return data


def _clones(count: int):  # type: ignore[no-untyped-def]
    """Directory entries that all point at the same bytes."""

    def make(_: Traps) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("0.txt", random.Random(count).randbytes(10_000))
            first = archive.filelist[0]
            for number in range(1, count):
                clone = copy.copy(first)
                clone.filename = f"{number}.txt"
                archive.filelist.append(clone)
        return buffer.getvalue()

    return make


def _twice(_: Traps) -> bytes:
    return zipped({"aa.txt": "甲", "bb.txt": "乙"}).replace(b"bb.txt", b"aa.txt")


def _sized(size: int):  # type: ignore[no-untyped-def]
    """Both size headers say something else than what is packed."""

    def make(_: Traps) -> bytes:
        data = bytearray(zipped({"a.txt": "云汀市救助通知。" * 400}))
        struct.pack_into("<I", data, 22, size)
        struct.pack_into("<I", data, data.rfind(b"PK\x01\x02") + 24, size)
        return bytes(data)

    return make


def _link(_: Traps) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("链接.txt")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def _drive(_: Traps) -> bytes:
    data = zipped({"C_/Windows/x.txt": "甲"})
    return data.replace(b"C_/Windows/x.txt", b"C:\\Windows\\x.txt")


def _gbk_name(_: Traps) -> bytes:
    data = zipped({"aaaa.txt": "云汀市供热服务电话：0999-8234567。" + os.urandom(4).hex()})
    return data.replace(b"aaaa.txt", "通知".encode("gbk") + b".txt")


def _locked(_: Traps) -> bytes:
    data = bytearray(zipped({"a.txt": "密"}))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)
