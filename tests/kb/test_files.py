"""Originals: on disk before anything names them, whole or not at all."""

import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.errors import NotFound, StorageFull
from kb.services.files import CHUNK, FileStore, TooLarge, shown_name

# SHA-256 of "abc", FIPS 180-2 appendix B.1.
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "originals", max_bytes=3 * CHUNK)


def test_bytes_lie_under_their_hash_and_nothing_else_stays(store: FileStore):
    kept = store.keep(io.BytesIO(b"abc"))
    assert (kept.sha256, kept.size_bytes) == (ABC, 3)
    assert store.path(ABC) == store.folder / "ba" / ABC
    assert store.path(ABC).read_bytes() == b"abc"
    assert _files(store.folder) == [ABC]
    assert list(store.hashes()) == [ABC]


def test_the_same_bytes_again_are_the_same_file(store: FileStore):
    assert store.keep_bytes(b"abc") == store.keep(io.BytesIO(b"abc"))
    assert _files(store.folder) == [ABC]


def test_a_file_longer_than_one_chunk_is_whole(store: FileStore):
    data = os.urandom(CHUNK + 17)
    assert store.path(store.keep(io.BytesIO(data)).sha256).read_bytes() == data


def test_the_limit_is_allowed_and_one_byte_more_leaves_nothing(store: FileStore):
    assert store.keep(io.BytesIO(b"x" * 3 * CHUNK)).size_bytes == 3 * CHUNK
    with pytest.raises(TooLarge, match="3 MB"):
        store.keep(io.BytesIO(b"y" * (3 * CHUNK + 1)))
    assert len(_files(store.folder)) == 1


class _Breaks(io.RawIOBase):
    """A connection that ends in the middle."""

    def __init__(self) -> None:
        self.left = 2

    def read(self, size: int = -1) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise ConnectionResetError
        return b"half"


def test_a_broken_upload_leaves_no_temporary_file(store: FileStore):
    with pytest.raises(ConnectionResetError):
        store.keep(_Breaks())
    assert _files(store.folder) == []


def test_the_data_is_flushed_before_the_rename_and_the_folders_after(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
):
    steps: list[str] = []
    real_fsync, real_rename = os.fsync, Path.rename

    def fsync(handle: int) -> None:
        steps.append("folder" if Path(f"/proc/self/fd/{handle}").resolve().is_dir() else "file")
        real_fsync(handle)

    def rename(path: Path, target: Path) -> Path:
        steps.append("rename")
        return real_rename(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", rename)
    store.keep_bytes(b"abc")
    assert steps == ["file", "rename", "folder", "folder"]


def test_an_original_that_is_gone_is_said_to_be(store: FileStore):
    with pytest.raises(NotFound, match="找不到原始文件"):
        store.path(ABC)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"no tmpfs here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_an_error_of_its_own_and_leaves_nothing_behind(small_disk: Path):
    store = FileStore(small_disk / "originals", max_bytes=3 * CHUNK)
    safe = store.keep(io.BytesIO(b"abc"))
    with pytest.raises(StorageFull, match="存储空间已满"):
        store.keep(io.BytesIO(os.urandom(CHUNK)))
    assert _files(small_disk) == [ABC]
    assert store.path(safe.sha256).read_bytes() == b"abc"
    with pytest.raises(StorageFull, match="存储空间已满"):
        store.keep_bytes(os.urandom(CHUNK))
    assert _files(small_disk) == [ABC]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("通知.docx", "通知.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\机密\\通知.docx", "通知.docx"),
        ("通\u202e知\x00\n.docx", "通知.docx"),
        ("", "未命名文件"),
        ("/", "未命名文件"),
        ("e\u0301.txt", "\u00e9.txt"),
        ("长" * 300 + ".docx", "长" * 195 + ".docx"),
        ("长" * 300, "长" * 200),
    ],
)
def test_a_name_is_shown_without_paths_and_hidden_signs(name: str, shown: str):
    assert shown_name(name) == shown
