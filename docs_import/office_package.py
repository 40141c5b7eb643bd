"""The ZIP container of an office file and its XML parts."""

from __future__ import annotations

from lxml import etree

from docs_import.archive import check_entries, open_archive, read_entry
from docs_import.limits import Limits
from docs_import.xml_parser import parse_part


class OfficePackage:
    """The parts of one office file, parsed on demand.

    :raises DocumentUnreadable: on opening, corrupt or too_complex.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._archive = open_archive(data, limits)
        self._names = {info.filename: info for info in check_entries(self._archive, limits)}

    def has(self, name: str) -> bool:
        """Tell whether the package has a part of that name."""
        return name in self._names

    def part(self, name: str) -> etree._Element | None:
        """Return the root of an XML part; None when the package has none of that name."""
        info = self._names.get(name)
        if info is None:
            return None
        return parse_part(read_entry(self._archive, info, self._limits), name)

    def has_macros(self) -> bool:
        """Tell whether the package carries a macro or an embedded program."""
        return any(
            sign in name
            for name in self._names
            for sign in ("vbaProject", "oleObject", "Basic/", "Scripts/")
        )
