"""The values recognised in a document, each with where it was read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

ActKind = Literal["repeals", "amends", "supersedes"]


@dataclass(frozen=True)
class Found:
    """A value read in the document.

    :ivar value: the value; dates as YYYY-MM-DD.
    :ivar where: Chinese, for the clerk: 正文第3段, 网页元数据 PubDate.
    :ivar doubtful: True when a person should look before relying on it.
    """

    value: str
    where: str
    doubtful: bool = False


@dataclass(frozen=True)
class NamedDocument:
    """Another document that this one ends or changes.

    :ivar kind: repeals (废止), amends (修改) or supersedes (替代).
    :ivar title: as printed, without 《》; "" when only the number is.
    :ivar document_number: 文号 the standard way, "" when not printed.
    :ivar effective_on: YYYY-MM-DD when the document prints a day for this act, else "".
    """

    kind: ActKind
    title: str
    document_number: str
    where: str
    effective_on: str = ""


@dataclass(frozen=True)
class FoundContact:
    """An office's phone or address printed in the text.

    :ivar label: the unit or window named beside it, "" when none is.
    :ivar phone: as printed, several joined by 、; "" when only an address was found.
    :ivar address: "" when only a phone was found.
    """

    label: str
    phone: str
    address: str
    where: str


@dataclass(frozen=True)
class LinkedDocument:
    """A file that the page links as 附件.

    :ivar name: as the page prints it.
    :ivar address: as the page gives it, often relative.
    """

    name: str
    address: str


@dataclass(frozen=True)
class Metadata:
    """What the document says about itself; None where it does not say.

    `document_number` is 文号, `issuing_authority` 发文机关 (joint ones joined by 、),
    `issued_on` 成文日期, `published_on` 发布日期, `valid_from`/`valid_until` 有效期,
    `subject_words` 主题词 joined by 、, `index_number` 索引号, `audience` public or internal by
    公开属性, `kind` policy, notice, qa or guide as title and structure suggest,
    `acts` the documents it ends or changes, `contacts` phones and addresses of offices,
    `linked` the files of a web page.
    """

    title: Found | None = None
    document_number: Found | None = None
    issuing_authority: Found | None = None
    issued_on: Found | None = None
    published_on: Found | None = None
    valid_from: Found | None = None
    valid_until: Found | None = None
    subject_words: Found | None = None
    index_number: Found | None = None
    audience: Found | None = None
    kind: Found | None = None
    acts: tuple[NamedDocument, ...] = ()
    contacts: tuple[FoundContact, ...] = ()
    linked: tuple[LinkedDocument, ...] = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Metadata:
        """Rebuild from `dataclasses.asdict`; an unknown key raises TypeError."""
        known: dict[str, Any] = {
            key: Found(**value) if value else None
            for key, value in data.items()
            if key not in _LISTS
        }
        for name, row in _LISTS.items():
            known[name] = tuple(row(**value) for value in data.get(name, ()))
        return cls(**known)

    def names(self) -> list[str]:
        """Return the names of the values that were found."""
        return [f.name for f in fields(self) if getattr(self, f.name)]


_LISTS: dict[str, type[Any]] = {
    "acts": NamedDocument,
    "contacts": FoundContact,
    "linked": LinkedDocument,
}
