"""The one place where an XML parser is made, with everything hostile switched off."""

from __future__ import annotations

import re

from lxml import etree

from docs_import.errors import DocumentUnreadable

_DOCTYPE = re.compile(rb"<\x00?!\x00?D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E", re.IGNORECASE)


def make_parser() -> etree.XMLParser:
    """Return a parser that loads no entity, no DTD and nothing from the network."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def parse_part(data: bytes, name: str) -> etree._Element:
    """Parse one XML part of an office file.

    :raises DocumentUnreadable: corrupt, when it is not XML or brings a DOCTYPE, which no office
        program writes; too_complex, when it is nested too deep.
    """
    refuse_doctype(data)
    try:
        root = etree.fromstring(data, make_parser())
    except etree.XMLSyntaxError as error:
        if "depth" in str(error).lower() or "huge" in str(error).lower():
            raise too_deep() from error
        raise DocumentUnreadable(
            "corrupt",
            f"文件已损坏：内部的 {name} 读不出来。请用办公软件打开并另存后再上传。",
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype()  # one that stood behind a long comment
    return root


def refuse_doctype(data: bytes) -> None:
    """Refuse an XML part of an office file that brings a DOCTYPE: no office program writes one.

    :raises DocumentUnreadable: corrupt.
    """
    if _DOCTYPE.search(data[:4096]):
        raise _doctype()


def _doctype() -> DocumentUnreadable:
    return DocumentUnreadable(
        "corrupt", "文件内部带有不允许的 DOCTYPE 声明，已拒绝读取。请用办公软件另存后再上传。"
    )


def too_deep() -> DocumentUnreadable:
    """The error for a document nested beyond reason."""
    return DocumentUnreadable(
        "too_complex", "文件结构嵌套过深，已停止读取。请把正文复制到新文件后再上传。"
    )
