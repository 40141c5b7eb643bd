"""What people wrote into a bulletin, as its history keeps it; pure.

``edits`` of a bulletin are by the key of a section; the head stands beside them under ``HEAD``.
"""

from collections.abc import Mapping
from typing import Any

from kb.bulletins.issuing.outline import PARTS

HEAD = "header"
# The acts of a bulletin's history, in words.
ACTS = {
    "drafted": "起草",
    "counted": "重新计数",
    "not_counted": "计数没有成功",
    "edited": "修改",
    "reviewed": "审核",
    "issued": "印发",
    "refused": "印发没有成功",
    "correcting": "开始更正",
    "archived": "归档",
    "abandoned": "放弃更正",
    "discarded": "作废",
    "revived": "恢复",
}
_WRITTEN = ("title", "issuer", "copies")


def heading_of(key: str) -> str:
    """What people call a section, or the head."""
    if key == HEAD:
        return "标题和抄送"
    return next(part.heading for part in PARTS if part.key == key)


def text_kept(edits: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What a person made of a section: its text (``None``: the draft sentences), or left out."""
    one = edits.get(key, {})
    return {"text": one.get("text"), "is_left_out": one.get("is_left_out", False)}


def head_kept(header: Mapping[str, Any]) -> dict[str, Any]:
    """What a person may write into the head: title, issuer and the lines of 抄送."""
    return {name: header[name] for name in _WRITTEN}


def changed_texts(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The sections of ``before`` that read differently in ``after``, as history keeps them."""
    kept = {key: text_kept(before, key) for key in before if key != HEAD}
    return {key: one for key, one in kept.items() if one != text_kept(after, key)}


def changed_head(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The head of ``before``, as history keeps it, where ``after`` reads differently."""
    kept = head_kept(before)
    return {HEAD: kept} if kept != head_kept(after) else {}
