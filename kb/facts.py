"""The facts of a card: fixed fields that questions, guides and contacts carry beside the text."""

from collections.abc import Mapping
from typing import Any

from kb.errors import InvalidInput

# Name -> Chinese label, in the order in which they are shown and indexed.
TEXT_FACTS = {
    "conclusion": "结论",
    "script": "口播",
    "conditions": "条件",
    "steps": "步骤",
    "materials": "材料",
    "time_limit": "时限",
    "fee": "费用",
    "phone": "电话",
    "place": "地点",
    "hours": "时间",
    "online": "网上办",
}
LIST_FACTS = {"ask_first": "须先问"}
LABELS = {**TEXT_FACTS, **LIST_FACTS}
GRID = ("materials", "time_limit", "fee", "phone", "place", "hours")
MAX_SCRIPT = 135  # 30 seconds at 4.5 characters a second
MAX_FACT = 2000
_LISTS = {"ask_first", "materials", "conditions", "steps"}


def clean_facts(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Keep known facts, trimmed; lists where the fact is one, text elsewhere.

    :raises InvalidInput: an unknown name, a value of the wrong type, or one that is too long.
    """
    problems: dict[str, str] = {}
    facts: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in LABELS:
            problems[name] = f"没有“{name}”这一项"
            continue
        cleaned = _clean(name, value)
        if cleaned is None:
            problems[name] = f"“{LABELS[name]}”应为文字或文字列表"
        elif len("".join(cleaned)) > (MAX_SCRIPT if name == "script" else MAX_FACT):
            limit = MAX_SCRIPT if name == "script" else MAX_FACT
            problems[name] = f"“{LABELS[name]}”最多 {limit} 字，现有 {len(''.join(cleaned))} 字"
        elif cleaned:
            facts[name] = cleaned
    if problems:
        raise InvalidInput("有几项没有填对，请按提示修改", problems)
    return facts


def _clean(name: str, value: Any) -> str | list[str] | None:
    if isinstance(value, str):
        if name in _LISTS:
            return [line.strip() for line in value.splitlines() if line.strip()]
        return value.strip()
    if isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value):
        parts = [part.strip() for part in value if part.strip()]
        return parts if name in _LISTS else "；".join(parts)
    return None


def lacks_answer(facts: Mapping[str, Any]) -> bool:
    """Tell whether nobody wrote what to say: neither 结论 nor 口播."""
    return not (facts.get("conclusion") or facts.get("script"))


def fact_text(value: str | list[str]) -> str:
    """A fact as one line of text."""
    return value if isinstance(value, str) else "；".join(value)


def facts_passage(facts: Mapping[str, Any]) -> str:
    """The facts as sentences to index: ``材料：身份证；户口簿`` a line each."""
    lines = []
    for name, label in TEXT_FACTS.items():
        if name in facts and name != "script":
            value = fact_text(facts[name])
            lines.append(value if name == "conclusion" else f"{label}：{value}")
    return "\n".join(lines)
