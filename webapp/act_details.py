"""The details of recorded acts in words; an unknown code is shown as it is."""

from collections.abc import Mapping
from typing import Any

from kb.services.api_tokens import SCOPES
from kb.terms import ConflictAnswer, EntryChoice, EntryOrder, LinkKind, ObjectionState, Role

FIELDS = {
    "username": "用户名",
    "name": "名称",
    "roles": "角色",
    "unit_id": "单位编号",
    "parent_id": "上级编号",
    "kind": "类别",
    "trusted": "审核即发",
    "unit_review": "单位审核",
    "second_reviewer": "双人审核",
    "submitters": "送审人",
    "review_months": "核验周期（月）",
    "correction_limit": "纠错时限",
    "active": "在用",
    "scopes": "权限",
    "user_id": "人员编号",
    "reason": "原因",
    "url": "地址",
    "events": "事件",
    "internal": "含内部",
    "due_on": "应处理日",
    "wants_mail": "收邮件",
    "bytes": "字节数",
    "sha256": "校验值",
    "version": "版本",
    "item": "条目编号",
    "item_id": "条目编号",
    "answer": "答复",
    "learned_id": "说法编号",
    "uses": "次数",
    "locked": "已锁定",
    "count": "改动数",
    "overrule": "评测变差仍保存的理由",
    "restores": "恢复到版本",
    "before": "原",
    "after": "改为",
    "questions": "问题数",
    "weights": "权重",
    "unit_before": "原单位编号",
    "unit_after": "新单位编号",
    "first": "起",
    "last": "止",
    "added": "新增",
    "removed": "删去",
    "rev": "第几次改动",
    "summary": "改动",
    "days": "天数",
    "found": "查出",
    "changes": "改动",
    "act": "做法",
    "order": "工单",
    "orders": "工单数",
    "order_id": "工单序号",
    "file": "文件序号",
    "objection": "异议编号",
    "state": "结果",
    "pages": "页数",
    "doubts_left": "未核对的存疑",
    "from": "由单位编号",
    "to": "到单位编号",
    "attached": "一并移交",
    "of": "所重复的",
    "how": "做法",
    "choice": "决定",
    "entries": "条数",
    "older": "旧件编号",
    "place": "在原文",
    "digest": "校验值",
    "matter": "事项",
    "ruling": "裁定",
    "attribute": "要素",
    "rows": "行数",
    "originals": "原件数",
    "form": "格式",
    "what": "内容",
    "figure": "数字",
    "serves_always": "7×24 值守",
    "level": "级别",
    "ended": "去掉的序号",
}

REASONS = {
    "password": "密码不对",
    "unknown": "没有这个用户名",
    "locked": "锁定期间",
    "disabled": "已停用",
}

# The codes of a field in words; elsewhere the same letters may be a person's user name.
_ROLES = {role.value: role.label for role in Role}
_CODES: Mapping[str, Mapping[str, str]] = {
    "reason": REASONS,
    **{key: {**SCOPES, **_ROLES} for key in ("roles", "before", "after", "scopes")},
    "kind": {kind.value: kind.label for kind in LinkKind},
    "how": {
        **{order.value: order.label for order in EntryOrder},
        "link": "记为重复",
        "merge": "并入",
    },
    "choice": {choice.value: choice.label for choice in EntryChoice} | {"": "撤回决定"},
    "ruling": {answer.value: answer.label for answer in ConflictAnswer},
    "state": {state.value: state.label for state in ObjectionState},
    "act": {
        "made": "新建",
        "changed": "修改",
        "removed": "停用",
        "restored": "恢复",
        "accept": "采用",
        "dismiss": "不采用",
        "rename": "改名",
        "merge": "并入",
        "undo": "撤销",
        "object": "提异议",
        "upheld": "异议成立",
        "refused": "异议不成立",
    },
}


def detail_text(detail: Mapping[str, Any]) -> str:
    """The detail of a row as one line for people; what has no word of ours stays as it is."""
    parts = [
        f"{FIELDS.get(key, key)} {_value(key, value)}"
        for key, value in detail.items()
        if value is not None and value is not False
    ]
    return " · ".join(parts)


def _value(key: str, value: Any) -> str:
    if value is True:
        return "是"
    if isinstance(value, Mapping):
        return f"（{detail_text(value)}）"
    if isinstance(value, list):
        return "、".join(_value(key, one) for one in value)
    return _CODES.get(key, {}).get(value, str(value))
