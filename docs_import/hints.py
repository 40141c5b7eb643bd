"""What a page or file says about itself beside its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from docs_import.metadata_fields import LinkedDocument

LABELS: Mapping[str, str] = {
    "文号": "document_number", "发文字号": "document_number", "发文文号": "document_number",
    "文件编号": "document_number", "文件号": "document_number",
    "发文序号": "document_number", "发文机构": "authority", "印发机关": "authority",
    "签发日期": "issued_on", "发文机关": "authority", "发文单位": "authority",
    "制发机关": "authority", "制定机关": "authority", "发布机构": "publisher",
    "发布机关": "publisher",
    "发布单位": "publisher", "公开主体": "publisher", "信息来源": "source", "来源": "source",
    "文章来源": "source", "成文日期": "issued_on", "发文日期": "issued_on",
    "印发日期": "printed_on", "发布日期": "published_on", "发布时间": "published_on",
    "发表时间": "published_on", "公开日期": "published_on", "生成日期": "issued_on",
    "实施日期": "valid_from", "施行日期": "valid_from", "生效日期": "valid_from",
    "失效日期": "valid_until", "废止日期": "valid_until", "有效期至": "valid_until",
    "有效期": "validity", "有效期限": "validity",
    "索引号": "index_number", "索取号": "index_number",
    "信息索引号": "index_number", "主题词": "subject_words", "主题分类": "topic",
    "公开属性": "audience", "公开方式": "audience", "公开类型": "audience", "公开类别": "audience",
    "时效性": "standing", "有效性": "standing", "效力状态": "standing", "文件状态": "standing",
    "时效状态": "standing",
    "名称": "title", "标题": "title", "文件名称": "title", "信息名称": "title",
}  # fmt: skip
"""Labels of the table above an official page (索引号/文号/发布机构 …) and what they name."""

_NAMES = sorted(LABELS, key=len, reverse=True)
_LABEL = "|".join(r"[\s　]*".join(name) for name in _NAMES)
_LABELLED = re.compile(
    rf"^\s*(?:[【\[](?P<boxed>{_LABEL})[】\]]\s*[：:]?|(?P<plain>{_LABEL})\s*[：:])\s*(?P<value>.*)$",
    re.DOTALL,
)
# Words that also stand over the columns of ordinary tables: only a colon makes them labels.
_COMMON = frozenset({"title", "source"})
MAX_VALUE = 200


@dataclass
class Hints:
    """Values by meaning, each with the Chinese name of the place.

    :ivar values: meaning (see `LABELS`) -> (value, where).
    :ivar meta: name of a `<meta>` -> content.
    :ivar linked: the files that the page links as 附件.
    :ivar heading: the title as the page shows it, and where.
    """

    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)
    heading: tuple[str, str] | None = None
    linked: list[LinkedDocument] = field(default_factory=list)

    def add(self, label: str, value: str, where: str) -> None:
        """Keep the first value given for a meaning."""
        meaning = LABELS.get(re.sub(r"[\s　]", "", label))
        value = " ".join(value.split())
        if meaning and value and len(value) <= MAX_VALUE:
            self.values.setdefault(meaning, (value, where))


def labelled(text: str) -> tuple[str, str] | None:
    """Split 文　号：… into the label and what follows it ("" when it stands elsewhere)."""
    match = _LABELLED.match(text)
    if match is None:
        return None
    return re.sub(r"[\s　]", "", match["boxed"] or match["plain"]), match["value"].strip()


def bare_label(text: str) -> str:
    """Return the label when a cell holds nothing else (发文机关 without a colon), else ""."""
    label = re.sub(r"[\s　]", "", text)
    return label if LABELS.get(label, "source") not in _COMMON else ""
