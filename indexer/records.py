"""What the index is given: one knowledge item (知识条目) cut into passages (段落)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .errors import InvalidRecord


@dataclass(frozen=True)
class PassageRecord:
    """One unit of retrieval: a clause, a question with its answer, a table row with header.

    :param ordinal: position within the item, distinct, from the cutter.
    :param heading_path: headings above the passage, outermost first; may be empty.
    """

    ordinal: int
    heading_path: str
    text: str


@dataclass(frozen=True)
class ItemRecord:
    """A published version of a knowledge item, ready to be indexed.

    Dates are calendar days in Asia/Shanghai; both ends inclusive, None = open.
    `variants` are 相似问; `learned` are questions after which this entry was adopted (采用),
    evidence weaker than a variant, capped by the caller. `unit` is the key used by filters,
    `unit_names` the words people say.
    """

    item_id: str
    rev: int
    kind: str
    title: str
    passages: tuple[PassageRecord, ...]
    variants: tuple[str, ...] = ()
    learned: tuple[str, ...] = ()
    document_number: str = ""
    issuing_authority: str = ""
    unit: str = ""
    unit_names: tuple[str, ...] = ()
    category: str = ""
    region: str = ""
    audience: str = "public"
    in_force_from: date | None = None
    in_force_until: date | None = None
    issued_on: date | None = None
    phones: tuple[str, ...] = ()

    def check(self) -> None:
        """Refuse what would make a half-written or unfindable entry.

        :raises InvalidRecord: with the item's id in the context.
        """
        fault = self._fault()
        if fault:
            raise InvalidRecord(fault, item_id=self.item_id)

    def _fault(self) -> str:
        if not self.item_id or self.item_id.startswith("\x00"):
            return "知识条目缺少编号，无法建立索引。"
        if not self.passages:
            return "知识条目没有正文段落，请先补充正文再发布。"
        if len({passage.ordinal for passage in self.passages}) != len(self.passages):
            return "知识条目的段落序号重复，请重新切分正文。"
        if self.in_force_from and self.in_force_until and self.in_force_from > self.in_force_until:
            return "生效日期晚于失效日期，请更正有效期。"
        return ""
