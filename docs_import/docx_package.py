"""Open a DOCX safely and hand out its XML parts."""

from __future__ import annotations

from docs_import.office_package import OfficePackage

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class DocxPackage(OfficePackage):
    """The parts of one DOCX."""
