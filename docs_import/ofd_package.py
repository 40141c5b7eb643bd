"""An OFD file opened with care: what it declares is checked before its pages are read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ofdkit.errors import OFDError, OFDLimitError
from ofdkit.package import Package

from docs_import.archive import check_entries, clean_name
from docs_import.document import Attachment
from docs_import.errors import DocumentUnreadable
from docs_import.limits import MB, Limits
from docs_import.ofd_shapes import local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_PLACED = 200_000
_MAX_PART = 32 * MB  # a parsed part takes ten times its size
_BROKEN = "OFD 已损坏或没有传完整，打不开。请重新下载，或请发文单位重新导出后再上传。"


class OfdParts:
    """The parts of an OFD that its text does not need: resources, templates, attachments.

    :raises DocumentUnreadable: on opening, encrypted, corrupt or too_complex.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for info in check_entries(archive, limits):
                    if info.filename.lower().endswith(".xml") and info.file_size > _MAX_PART:
                        raise _entangled()
            self._package = Package(data)
            self.documents = list(self._documents())
        except (zipfile.BadZipFile, ValueError, OverflowError, OFDError) as error:
            raise unreadable(error) from error
        pages = sum(len(_below(root, "Pages", "Page")) for _, root in self.documents)
        if pages > limits.max_pages:
            raise DocumentUnreadable(
                "too_complex",
                f"OFD 有 {pages} 页，超过 {limits.max_pages} 页的上限。请拆成几个文件后再上传。",
                pages=pages,
            )
        self._check_units()

    def _documents(self) -> Iterator[tuple[str, Element]]:
        """Yield the path and root of each Document.xml inside the package."""
        entry = self._package.find("OFD.xml")
        if entry is None:
            return
        for body in _named(self._package.read_xml(entry), "DocBody"):
            where = next((e.text for e in _named(body, "DocRoot")), None)
            path = self._package.resolve(entry, where)
            if path is not None:
                yield path, self._package.read_xml(path)

    def _check_units(self) -> None:
        """Refuse graphics that hold themselves, or each other many times over."""
        inside: dict[str, list[str]] = {}
        for _, root in self._resources():
            for unit in _below(root, "CompositeGraphicUnits", "CompositeGraphicUnit"):
                inside[(unit.get("ID") or "").strip()] = [
                    (e.get("ResourceID") or "").strip()
                    for e in unit.iter()
                    if local(e) == "CompositeObject"
                ]
        sizes: dict[str, int] = {}

        def size(name: str, above: tuple[str, ...]) -> int:
            if name in above or len(above) > 32:
                raise _entangled()
            if name not in sizes:
                sizes[name] = 1 + sum(size(each, (*above, name)) for each in inside.get(name, ()))
            return sizes[name]

        if sum(size(name, ()) for name in inside) > _MAX_PLACED:
            raise _entangled()

    def _resources(self) -> Iterator[tuple[str, Element]]:
        for path, root in self.documents:
            for common in _named(root, "CommonData"):
                for element in common:
                    if local(element) in ("PublicRes", "DocumentRes"):
                        found = self._package.resolve(path, element.text)
                        part = self._part(found)
                        if found is not None and part is not None:
                            yield found, part

    def _part(self, path: str | None) -> Element | None:
        """Return a part; None when it is missing or broken, which a page can live without."""
        try:
            return None if path is None else self._package.read_xml(path)
        except OFDLimitError:
            raise
        except OFDError:
            return None

    def page_roots(self, page_path: str) -> list[Element]:
        """Return the Content.xml of a page and of the templates below it."""
        root = self._part(page_path)
        if root is None:
            return []
        wanted = {(e.get("TemplateID") or "").strip() for e in _named(root, "Template")}
        roots = [root]
        for path, document in self.documents:
            for template in _below(document, "CommonData", "TemplatePage"):
                if (template.get("ID") or "").strip() in wanted:
                    part = self._part(self._package.resolve(path, template.get("BaseLoc")))
                    roots += [part] if part is not None else []
        return roots

    def missing_pictures(self, placed: set[str]) -> int:
        """Return how many of the pictures placed on pages are not in the file."""
        found: set[str] = set()
        for path, root in self._resources():
            base = (root.get("BaseLoc") or "").strip("/")
            for media in _below(root, "MultiMedias", "MultiMedia"):
                name = next((e.text or "" for e in _named(media, "MediaFile")), "").strip()
                places = (name, f"{base}/{name}")
                if any(self._package.resolve(path, place) for place in places):
                    found.add((media.get("ID") or "").strip())
        return len(placed - found)

    def attachments(self) -> tuple[list[Attachment], list[str]]:
        """Return the attached files, and Chinese warnings on those that cannot be given."""
        given: list[Attachment] = []
        warnings: list[str] = []
        left = self._limits.max_attachment_bytes
        for path, root in self.documents:
            listing = next((e.text for e in _named(root, "Attachments")), None)
            listed = self._package.resolve(path, listing)
            part = self._part(listed)
            for element in _named(part, "Attachment") if part is not None else ():
                name, data = self._attached(listed, element)
                if data is None:
                    warnings.append(f"附件“{name}”不在文件里，没有取出。")
                elif len(data) > left:
                    warnings.append(f"附件“{name}”过大，没有取出，请单独上传。")
                else:
                    left -= len(data)
                    given.append(Attachment(name, data))
        return given, warnings

    def _attached(self, listed: str | None, element: Element) -> tuple[str, bytes | None]:
        where = next((e.text or "" for e in _named(element, "FileLoc")), "").strip()
        name = clean_name(element.get("Name") or where)
        suffix = where.rpartition("/")[2].rpartition(".")[2]
        if "." not in name and suffix and suffix != where:
            name = f"{name}.{suffix}"
        found = self._package.resolve(listed, where)
        return name, None if found is None else self._package.read(found)

    def close(self) -> None:
        """Give the file back."""
        self._package.close()


def _named(parent: Element, name: str) -> list[Element]:
    return [element for element in parent if local(element) == name]


def _below(parent: Element, holder: str, name: str) -> list[Element]:
    return [each for held in _named(parent, holder) for each in _named(held, name)]


def unreadable(error: Exception) -> DocumentUnreadable:
    """Return the error people read for one of the library's."""
    if isinstance(error, OFDLimitError):
        return DocumentUnreadable(
            "corrupt", "OFD 内部带有不允许的声明或过大的部分，已拒绝读取。请重新导出后再上传。"
        )
    return DocumentUnreadable("corrupt", _BROKEN)


def _entangled() -> DocumentUnreadable:
    return DocumentUnreadable(
        "too_complex", "OFD 的图形互相引用、层层嵌套，已停止读取。请重新导出后再上传。"
    )
