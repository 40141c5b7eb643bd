"""The values recognised in a document, each with where it was read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


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
class Metadata:
    """What the document says about itself; None where it does not say.

    `document_number` is 文号, `issuing_authority` 发文机关 (joint ones joined by 、),
    `issued_on` 成文日期, `published_on` 发布日期, `valid_from`/`valid_until` 有效期,
    `replaces` the 文号 it declares 废止, joined by 、.
    """

    title: Found | None = None
    document_number: Found | None = None
    issuing_authority: Found | None = None
    issued_on: Found | None = None
    published_on: Found | None = None
    valid_from: Found | None = None
    valid_until: Found | None = None
    replaces: Found | None = None

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Metadata:
        """Rebuild from `dataclasses.asdict`; an unknown key raises TypeError."""
        return cls(**{key: Found(**value) if value else None for key, value in data.items()})

    def names(self) -> list[str]:
        """Return the names of the values that were found."""
        return [f.name for f in fields(self) if getattr(self, f.name) is not None]
