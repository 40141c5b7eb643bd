"""What the schema library says about a field, in Chinese."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields

_SENTENCES = {
    "Missing data for required field.": "必须填写",
    "Field may not be null.": "不能为 null；没有就不要写这一项",
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
UNKNOWN = "Unknown field."
WHOLE = "_schema"


def fields_of(messages: Any, schema: Schema, prefix: str = "") -> dict[str, str]:
    """Field name (nested ones joined by dots) → one Chinese sentence."""
    return {
        name: "；".join(_sentence(text, name, schema) for text in texts)
        for name, texts in _flatten(messages, prefix)
    }


def unknown_of(messages: Any) -> list[str]:
    """The names that the schema does not know."""
    return [name for name, texts in _flatten(messages, "") if UNKNOWN in texts]


def _flatten(messages: Any, prefix: str) -> Iterator[tuple[str, list[str]]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flatten(inner, f"{prefix}.{name}" if prefix else str(name))
    elif isinstance(messages, list):
        yield prefix or WHOLE, [str(text) for text in messages]
    else:
        yield prefix or WHOLE, [str(messages)]


def _sentence(text: str, name: str, schema: Schema) -> str:
    if text == UNKNOWN:
        return f"没有这一项；可以写的有：{'、'.join(_allowed_beside(name, schema))}"
    return _SENTENCES.get(text, text)


def _allowed_beside(name: str, schema: Schema) -> list[str]:
    """The names that may stand where an unknown one stood."""
    here = schema
    for part in name.split(".")[:-1]:
        inner = here.load_fields.get(part)
        inner = inner.inner if isinstance(inner, fields.List) else inner
        if isinstance(inner, fields.Nested):
            here = inner.schema
    return [field.data_key or key for key, field in here.load_fields.items()]
