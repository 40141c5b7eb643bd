"""Keeping originals: bytes are on disk, flushed, before any row names them."""

import errno
import hashlib
import io
import os
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from kb.errors import InvalidInput, NotFound, StorageFull

CHUNK = 1 << 20
MAX_NAME = 200


@dataclass(frozen=True)
class KeptFile:
    """Bytes that are safe on disk."""

    sha256: str
    size_bytes: int
    # Whether a virus scanner is still to be asked about it.
    needs_scan: bool = False


class TooLarge(InvalidInput):
    """Raised when an upload passes the limit; nothing of it is kept."""

    code = "too_large"


class FileStore:
    """Originals by their SHA-256 under one folder; nothing a person typed is part of a path."""

    def __init__(self, folder: Path, max_bytes: int, *, is_scanned: bool = False) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self.is_scanned = is_scanned
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def keep(self, stream: BinaryIO) -> KeptFile:
        """Write a stream: temporary file, fsync, rename, fsync of the folder.

        :raises TooLarge: more than ``max_bytes``.
        :raises StorageFull: the disk is full; nothing stays behind.
        """
        try:
            return self._keep(iter(lambda: stream.read(CHUNK), b""))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFull(
                    "存储空间已满，文件没有保存；请联系管理员清理后重新上传"
                ) from error
            raise

    def keep_bytes(self, data: bytes) -> KeptFile:
        """Write bytes already in memory; as :meth:`keep`."""
        return self.keep(io.BytesIO(data))

    def _keep(self, chunks: Iterable[bytes]) -> KeptFile:
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".incoming-")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                digest, size = self._copy(chunks, out)
                out.flush()
                os.fsync(out.fileno())
            target = self._path(digest)
            target.parent.mkdir(exist_ok=True, mode=0o700)
            temporary.rename(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        for folder in (target.parent, self.folder):
            _fsync_folder(folder)
        return KeptFile(digest, size, self.is_scanned)

    def _copy(self, chunks: Iterable[bytes], out: BinaryIO) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        for chunk in chunks:
            size += len(chunk)
            if size > self.max_bytes:
                raise TooLarge(
                    f"文件超过 {self.max_bytes >> 20} MB 的上限，没有保存；请拆分或压缩图片后再上传"
                )
            digest.update(chunk)
            out.write(chunk)
        return digest.hexdigest(), size

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def path(self, sha256: str) -> Path:
        """Where an original lies.

        :raises NotFound: it is not there although a row names it.
        """
        path = self._path(sha256)
        if not path.is_file():
            raise NotFound("找不到原始文件，请联系管理员核对存储", sha256=sha256)
        return path

    def discard(self, sha256: str, before: datetime) -> bool:
        """Remove bytes that no row names and that were last kept before a moment.

        They are moved aside first: whoever keeps the same bytes meanwhile has them newly written,
        and those go back to their place.

        :return: whether they are gone.
        """
        path = self._path(sha256)
        aside = self.folder / f".leaving-{sha256}"
        try:
            path.rename(aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime >= before.timestamp():
            aside.rename(path)
            return False
        aside.unlink()
        _fsync_folder(path.parent)
        return True

    def hashes(self) -> Iterator[str]:
        """Every original on disk, for the two-way check."""
        for path in self.folder.glob("??/*"):
            yield path.name


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def shown_name(name: str) -> str:
    """A file name safe to show: the last part, no control or direction marks, ≤ 200 long."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C"
    )
    kept = kept.strip() or "未命名文件"
    if len(kept) <= MAX_NAME:
        return kept
    stem, dot, suffix = kept.rpartition(".")
    if not dot or len(suffix) > 10:
        return kept[:MAX_NAME]
    return stem[: MAX_NAME - len(suffix) - 1] + "." + suffix
