"""From the OpenAPI description to what the readable page prints."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
_TYPES = {
    "string": "文字",
    "integer": "整数",
    "number": "数字",
    "boolean": "是否",
    "array": "列表",
    "object": "对象",
}
_FORMATS = {"date": "日期", "date-time": "时刻", "binary": "文件"}


@dataclass(frozen=True)
class Field:
    """A parameter or a property; ``ref`` names a schema of its own."""

    name: str
    type: str
    is_required: bool
    description: str
    choices: tuple[str, ...] = ()
    ref: str = ""


@dataclass(frozen=True)
class Operation:
    """One address with one method."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    bodies: tuple[tuple[str, str], ...]
    responses: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Group:
    """The operations of one resource."""

    name: str
    title: str
    operations: tuple[Operation, ...]


def operations_of(spec: Mapping[str, Any]) -> list[Group]:
    """The operations by resource, in the description's order."""
    titles = {tag["name"]: tag.get("description", tag["name"]) for tag in spec.get("tags", [])}
    grouped: dict[str, list[Operation]] = {name: [] for name in titles}
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                shared = item.get("parameters", [])
                grouped[operation["tags"][0]].append(_operation(path, method, operation, shared))
    return [Group(name, titles[name], tuple(found)) for name, found in grouped.items() if found]


def _operation(
    path: str, method: str, operation: Mapping[str, Any], shared: list[Any]
) -> Operation:
    body = operation.get("requestBody", {}).get("content", {})
    return Operation(
        anchor=f"{method}{path.replace('/', '-').replace('{', '').replace('}', '')}",
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=tuple(
            _parameter(found) for found in (*shared, *operation.get("parameters", []))
        ),
        bodies=tuple((kind, _ref(inner["schema"])) for kind, inner in body.items()),
        responses=tuple(_responses(operation)),
    )


def _parameter(found: Mapping[str, Any]) -> Field:
    made = _field(found["name"], found.get("schema", {}), found.get("required", False))
    where = "请求头" if found["in"] == "header" else ""
    text = found.get("description", "") or made.description
    joined = "；".join(part for part in (where, text) if part)
    return Field(made.name, made.type, made.is_required, joined, made.choices)


def _responses(operation: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for status, answer in sorted(operation["responses"].items(), key=lambda pair: str(pair[0])):
        if status == "default" or "description" not in answer:
            continue
        content = answer.get("content", {}).get("application/json", {})
        yield str(status), answer["description"], _ref(content.get("schema", {}))


def schemas_of(spec: Mapping[str, Any]) -> dict[str, tuple[Field, ...]]:
    """Every object by name with its fields."""
    found: dict[str, tuple[Field, ...]] = {}
    for name, schema in spec.get("components", {}).get("schemas", {}).items():
        required = set(schema.get("required", ()))
        found[name] = tuple(
            _field(key, inner, key in required)
            for key, inner in schema.get("properties", {}).items()
        )
    return found


def _field(name: str, schema: Mapping[str, Any], is_required: bool) -> Field:
    types = schema.get("type", "")
    kinds = [kind for kind in ([types] if isinstance(types, str) else types) if kind != "null"]
    kind = kinds[0] if kinds else ""
    word = _FORMATS.get(schema.get("format", ""), _TYPES.get(kind, ""))
    items = schema.get("items", {})
    ref = _ref(schema) or _ref(items) or _ref(schema.get("additionalProperties", {}))
    return Field(
        name,
        word,
        is_required,
        schema.get("description", ""),
        tuple(str(choice) for choice in schema.get("enum", ())),
        ref,
    )


def _ref(schema: Any) -> str:
    """The name of the schema this one points at, if it does."""
    if not isinstance(schema, Mapping):
        return ""
    for candidate in (schema, *schema.get("allOf", ()), *schema.get("anyOf", ())):
        if "$ref" in candidate:
            return str(candidate["$ref"]).rsplit("/", 1)[-1]
    return ""
