"""The archive: a compressed tar whose last member names every other with its SHA-256."""

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from kb.errors import InvalidInput

MANIFEST = "manifest.json"
DATABASE = "database"
PROFILE = "profile.toml"
FORMAT = 1
_ORIGINAL = re.compile(r"originals/[0-9a-f]{2}/([0-9a-f]{64})")
_CHUNK = 1 << 20
_DAMAGED = "这份备份不完整或已损坏"


@dataclass(frozen=True)
class Manifest:
    """What an archive holds.

    ``backend`` is the kind of database (sqlite or postgresql); ``revision`` that of its tables;
    ``settings`` by their names in the environment, none of them secret; ``key_mark`` tells whether
    two signing keys are the same; ``members`` name → SHA-256.
    """

    made_at: str
    backend: str
    revision: str
    settings: dict[str, str]
    key_mark: str
    members: dict[str, str]
    format: int = FORMAT


def write_archive(target: Path, members: Iterable[tuple[str, Path]], **facts: Any) -> Manifest:
    """Write an archive beside ``target``, read it back, and only then give it that name.

    :param facts: the manifest's values other than its members.
    :raises InvalidInput: what was written cannot be read back as it was.
    """
    part = target.with_name(target.name + ".part")
    descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            manifest = _write(out, members, facts)
            out.flush()
            os.fsync(out.fileno())
        if read_manifest(part) != manifest:
            raise InvalidInput("备份写好后核对不一致，没有保存；请检查磁盘后重试")
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _write(out: IO[bytes], members: Iterable[tuple[str, Path]], facts: dict[str, Any]) -> Manifest:
    hashes = {}
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as tar:
        for name, path in members:
            with path.open("rb") as source:
                reader = _Hashing(source)
                info = tar.gettarinfo(arcname=name, fileobj=source)
                info.uid = info.gid = 0
                info.uname = info.gname = ""
                tar.addfile(info, reader)
            hashes[name] = reader.digest.hexdigest()
        manifest = Manifest(members=hashes, **facts)
        data = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(data), 0o600
        tar.addfile(info, io.BytesIO(data))
    return manifest


def read_manifest(archive: Path, into: Path | None = None) -> Manifest:
    """Check every byte of an archive against its manifest; with ``into`` also unpack it there.

    :raises InvalidInput: it is no archive of ours, or not whole.
    """
    hashes: dict[str, str] = {}
    listed: bytes | None = None
    try:
        with gzip.open(archive) as whole, tarfile.open(fileobj=whole, mode="r:") as tar:
            for info in tar:
                if not info.isfile() or not _is_expected(info.name) or info.name in hashes:
                    raise InvalidInput(f"这不是应答的备份：里面有“{info.name[:60]}”")
                source = tar.extractfile(info)
                if source is None:
                    raise InvalidInput(_DAMAGED)
                if info.name == MANIFEST:
                    listed = source.read()
                else:
                    target = into / info.name if into is not None else None
                    hashes[info.name] = _copied(source, target)
            # A tar ends before its compressed file does: only there is the checksum of all of it,
            # the headers included, which no hash of a member covers.
            while whole.read(_CHUNK):
                pass
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidInput(_DAMAGED) from error
    if listed is None:
        raise InvalidInput(f"{_DAMAGED}：缺少清单")
    manifest = _parsed(listed)
    wrong = sorted(
        name
        for name in manifest.members.keys() | hashes.keys()
        if manifest.members.get(name) != hashes.get(name) or not _says_its_hash(name, hashes)
    )
    if wrong:
        raise InvalidInput(f"{_DAMAGED}：{len(wrong)} 个文件与清单不符，如 {wrong[0]}")
    return manifest


def _is_expected(name: str) -> bool:
    return name in (MANIFEST, DATABASE, PROFILE) or bool(_ORIGINAL.fullmatch(name))


def _says_its_hash(name: str, hashes: dict[str, str]) -> bool:
    """An original's name is its hash."""
    found = _ORIGINAL.fullmatch(name)
    return found is None or hashes.get(name) == found[1]


def _parsed(data: bytes) -> Manifest:
    try:
        values = json.loads(data)
        if values.get("format") != FORMAT:
            raise InvalidInput(f"这份备份的格式是 {values.get('format')}，请用更新的程序恢复")
        return Manifest(**values)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidInput(f"{_DAMAGED}：清单读不出来") from error


def _copied(source: IO[bytes], target: Path | None) -> str:
    digest = hashlib.sha256()
    out: IO[bytes] | None = None
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        out = target.open("xb")
    try:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            if out is not None:
                out.write(chunk)
        if out is not None:
            out.flush()
            os.fsync(out.fileno())
    finally:
        if out is not None:
            out.close()
    return digest.hexdigest()


class _Hashing:
    """Passes on what is read and hashes it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.digest.update(data)
        return data
