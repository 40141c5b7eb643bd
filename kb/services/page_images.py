"""Drawn pages of originals, kept on disk until room is needed; each can be drawn again."""

import errno
import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from docs_import.limits import Limits
from docs_import.page_image import draw, has_pages
from docs_import.page_text import PageText
from kb.errors import StorageFull
from kb.services.files import FileStore

WIDTHS = (700, 1400, 2100)
_MAX_BYTES = 512 << 20
_DRAWN_WITHIN = 600  # seconds; what is older was left by a process that ended
# A person waits for the page: what takes longer is looked at in the downloaded file.
_LIMITS = Limits(cpu_seconds=10, wall_seconds=15.0)


@dataclass(frozen=True)
class KeptPage:
    """A page on disk.

    :ivar png: where the picture lies.
    :ivar pages: how many the file has.
    :ivar width: of the picture in pixels, as is `height`.
    """

    png: Path
    pages: int
    width: int
    height: int
    text: PageText


class PageImages:
    """Pages by the hash of their file, page and width; at most ``max_bytes`` of them."""

    def __init__(self, folder: Path, files: FileStore, max_bytes: int = _MAX_BYTES) -> None:
        self.folder = folder
        self.files = files
        self.max_bytes = max_bytes

    def shows(self, sha256: str) -> bool:
        """Tell whether an original is of a kind whose pages can be drawn.

        :raises NotFound: the original is not in the store.
        """
        with self.files.path(sha256).open("rb") as stream:
            return has_pages(stream.read(1024))

    def page(self, sha256: str, page: int, width: int = 1400) -> KeptPage:
        """One page, drawn when it is not kept.

        :param page: from 1.
        :param width: one of ``WIDTHS``.
        :raises NotFound: the original is not in the store.
        :raises StorageFull: there is no room to keep it.
        :raises DocumentUnreadable: the page cannot be drawn, with a Chinese sentence.
        """
        stem = self.folder / f"{sha256}-{page}-{width}"
        kept = self._kept(stem)
        if kept is not None:
            return kept
        sheet = draw(self.files.path(sha256), page, width, _LIMITS)
        facts = {
            "pages": sheet.pages,
            "width": sheet.width,
            "height": sheet.height,
            "text": sheet.text.text,
            "boxes": sheet.text.boxes,
        }
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write(stem.with_suffix(".png"), sheet.png)
        self._write(stem.with_suffix(".json"), json.dumps(facts).encode())
        self._make_room(stem.name)
        png = stem.with_suffix(".png")
        return KeptPage(png, sheet.pages, sheet.width, sheet.height, sheet.text)

    def _kept(self, stem: Path) -> KeptPage | None:
        """The page if both its files are there; the JSON is written last and removed first."""
        png = stem.with_suffix(".png")
        try:
            facts = json.loads(stem.with_suffix(".json").read_bytes())
            os.utime(png)  # what is looked at stays
        except FileNotFoundError:
            return None
        boxes = tuple((box[0], box[1], box[2], box[3]) for box in facts["boxes"])
        text = PageText(facts["text"], boxes)
        return KeptPage(png, facts["pages"], facts["width"], facts["height"], text)

    def _write(self, target: Path, data: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".drawing-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            Path(name).rename(target)
        except OSError as error:
            Path(name).unlink(missing_ok=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFull("存储空间已满，页面图没有生成；原件可以下载查看") from error
            raise

    def _make_room(self, newest: str) -> None:
        """Remove the pages longest unseen until the rest fits, and what was left half written."""
        for path, stat in _there(self.folder.glob(".drawing-*")):
            if time.time() - stat.st_mtime > _DRAWN_WITHIN:
                path.unlink(missing_ok=True)
        pages = [(stat, path) for path, stat in _there(self.folder.glob("*.png"))]
        size = sum(stat.st_size for stat, _ in pages)
        for stat, path in sorted(pages, key=lambda entry: entry[0].st_mtime):
            if size <= self.max_bytes or path.stem == newest:
                return
            path.with_suffix(".json").unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            size -= stat.st_size


def _there(paths: Iterable[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    """Those of the files that no other process has removed meanwhile."""
    for path in paths:
        try:
            yield path, path.stat()
        except FileNotFoundError:
            continue
