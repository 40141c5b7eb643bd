"""The archive: what goes in comes out, and nothing damaged is believed."""

import gzip
import io
import tarfile
import zlib
from pathlib import Path

import pytest

from kb.backups.archive import read_manifest, write_archive
from kb.errors import InvalidInput

_GZIP_HEAD = 10  # flags and the time of writing: no part of what is kept
FACTS = {
    "made_at": "2026-11-27T00:00:00+00:00",
    "backend": "sqlite",
    "revision": "0001",
    "settings": {"PORT": "8000"},
    "key_mark": "00",
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    database = tmp_path / "copy"
    database.write_bytes(b"rows" * 1000)
    target = tmp_path / "all.tar.gz"
    write_archive(target, [("database", database)], **FACTS)
    return target


def test_give_back_the_same_bytes_and_facts(archive: Path, tmp_path: Path) -> None:
    manifest = read_manifest(archive, tmp_path / "out")
    assert (tmp_path / "out" / "database").read_bytes() == b"rows" * 1000
    assert (manifest.revision, manifest.settings) == ("0001", {"PORT": "8000"})
    assert archive.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob("*.part"))


def test_refuse_one_cut_short(archive: Path) -> None:
    data = archive.read_bytes()
    archive.write_bytes(data[: len(data) // 2])
    with pytest.raises(InvalidInput, match="不完整或已损坏"):
        read_manifest(archive)


def test_refuse_one_with_any_changed_byte(archive: Path) -> None:
    data = archive.read_bytes()
    whole = gzip.decompress(data)
    for at in range(_GZIP_HEAD, len(data)):
        changed = bytearray(data)
        changed[at] ^= 0xFF
        archive.write_bytes(changed)
        try:
            # The tar's end is zeros, which another run of zeros can stand for.
            if gzip.decompress(changed) == whole:
                continue
        except (gzip.BadGzipFile, EOFError, zlib.error):
            pass
        with pytest.raises(InvalidInput, match=r"损坏|不是应答的备份"):
            read_manifest(archive)


def _tar(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "originals/../../x", "indexes/a.seg"])
def test_refuse_a_member_that_has_no_place(tmp_path: Path, name: str) -> None:
    hostile = _tar(tmp_path / "hostile.tar.gz", {name: b"x"})
    with pytest.raises(InvalidInput, match="不是应答的备份"):
        read_manifest(hostile, tmp_path / "out")
    assert not (tmp_path / "evil").exists()


def test_refuse_one_without_its_list_and_what_is_no_archive(tmp_path: Path) -> None:
    bare = _tar(tmp_path / "bare.tar.gz", {"database": b"x"})
    with pytest.raises(InvalidInput, match="缺少清单"):
        read_manifest(bare)
    text = tmp_path / "text.tar.gz"
    text.write_text("不是压缩包")
    with pytest.raises(InvalidInput, match="损坏"):
        read_manifest(text)


def test_refuse_an_original_that_is_not_what_its_name_says(tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt"
    spoilt.write_bytes(b"spoilt by the disk")
    name = f"originals/aa/{'aa' * 32}"
    target = tmp_path / "all.tar.gz"
    with pytest.raises(InvalidInput, match="与清单不符"):
        write_archive(target, [(name, spoilt)], **FACTS)
    assert not target.exists()
