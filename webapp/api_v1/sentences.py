"""What the schema library says about a field, in Chinese."""

from collections.abc import Iterator, Mapping
from typing import Any

_SENTENCES = {
    "Missing data for required field.": "必须填写",
    "Field may not be null.": "不能为 null；没有就不要写这一项",
    "Unknown field.": "没有这一项，请核对名称",
    "Not a valid string.": "应为文字",
    "Not a valid integer.": "应为整数",
    "Not a valid number.": "应为数字",
    "Not a valid boolean.": "应为 true 或 false",
    "Not a valid date.": "应为日期，形如 2026-05-07",
    "Not a valid datetime.": "应为时刻，形如 2026-05-07T10:24:00+08:00",
    "Not a valid list.": "应为列表",
    "Not a valid mapping type.": "应为对象",
    "Invalid input type.": "应为一个 JSON 对象",
}
WHOLE = "_schema"


def fields_of(messages: Any, prefix: str = "") -> dict[str, str]:
    """Field name (nested ones joined by dots) → one Chinese sentence."""
    return dict(_flatten(messages, prefix))


def _flatten(messages: Any, prefix: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flatten(inner, f"{prefix}.{name}" if prefix else str(name))
    elif isinstance(messages, list):
        yield prefix or WHOLE, "；".join(_SENTENCES.get(str(text), str(text)) for text in messages)
    else:
        yield prefix or WHOLE, _SENTENCES.get(str(messages), str(messages))
