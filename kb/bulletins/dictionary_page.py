"""The dictionary as tables for people; ``docs/figures.md`` holds them word for word."""

from collections.abc import Iterable, Mapping

from kb.bulletins.basis import DENOMINATORS
from kb.bulletins.dictionary import CHOICES, KNOWLEDGE, ROWS, TOTALS, Entry


def tables() -> str:
    """The figures with their definitions, and what a city may choose."""
    rates = {name: "、".join(choices) for name, choices in DENOMINATORS.items()}
    choices = [f"| `{key}` | {default} | {meaning} |" for key, default, meaning in CHOICES]
    divided = [f"| `denominators.{name}` | {said} |" for name, said in rates.items()]
    parts = [
        _table("## 合计 `totals`", TOTALS),
        _table("## 各表的行", ROWS),
        _table("## 知识库 `extra.knowledge`", KNOWLEDGE),
        "\n".join(["## 可以选择的", "", "| 项 | 默认 | 含义 |", "|---|---|---|", *choices]),
        "\n".join(["率除以什么，第一个是默认：", "", "| 项 | 可选 |", "|---|---|", *divided]),
    ]
    return "\n\n".join(parts)


def _table(title: str, entries: Mapping[str, Entry]) -> str:
    return "\n".join([title, "", *_rows(entries.values())])


def _rows(entries: Iterable[Entry]) -> Iterable[str]:
    yield "| 名称 | 键 | 单位 | 定义 | 由哪项口径改变 |"
    yield "|---|---|---|---|---|"
    for one in entries:
        choices = f"`{one.choices}`" if one.choices else ""
        yield f"| {one.name} | `{one.key}` | {one.unit} | {one.definition} | {choices} |"
