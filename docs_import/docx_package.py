"""Open a DOCX safely and hand out its XML parts."""

from __future__ import annotations

from lxml import etree

from docs_import.archive import read_entry
from docs_import.office_package import OfficePackage
from docs_import.xml_parser import parse_part

# “严格” (Strict) writes the same elements under another name.
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = "word/document.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class DocxPackage(OfficePackage):
    """The parts of one DOCX."""

    def part(self, name: str) -> etree._Element | None:
        """Return the root of an XML part; None when the package has none of that name."""
        info = self._names.get(name)
        if info is None:
            return None
        data = read_entry(self._archive, info, self._limits).replace(_STRICT, _USUAL)
        return parse_part(data, name)

    def main(self) -> str:
        """Return the name of the part that holds the text; some programs do not use Word's."""
        if self.has(_MAIN):
            return _MAIN
        relations = self.part("_rels/.rels")
        for relation in () if relations is None else relations:
            if (relation.get("Type") or "").endswith("/officeDocument"):
                return (relation.get("Target") or "").lstrip("/")
        return _MAIN
