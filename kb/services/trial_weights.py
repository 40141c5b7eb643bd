"""Ranking weights to try: names, what they do, and the range in which trying makes sense."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from indexer.features import Weights
from kb.errors import InvalidInput

DEFAULTS = Weights()
_SAID = {
    "k1": ("词频饱和 k1", "同一个词多次出现还加多少分", 0.1, 3.0),
    "b": ("长度折减 b", "段落越长扣得越多；0 不看长度", 0.0, 1.0),
    "passage_share": ("段落占比", "最好的段落占几成，其余看整篇", 0.0, 1.0),
    "grams": ("两字组", "相邻两字相同算几成，词算 1", 0.0, 1.5),
    "exact": ("文号电话", "文号或电话整体对上时加的分", 0.0, 500.0),
    "coverage": ("覆盖", "问题被覆盖得越全抬得越高", 0.0, 6.0),
    "phrase": ("原话", "段落里连着出现问题原话，越长抬得越高", 0.0, 2.0),
    "length": ("长文折减", "条目越长压得越低；0 不看长度", 0.0, 1.0),
    "contact": ("联系方式", "问电话、地点时联系方式乘以多少", 1.0, 3.0),
    "elsewhere": ("外地文件", "标题写明是外地的条目乘以多少；1 不管", 0.1, 1.0),
    "district": ("限区县条目", "只管某些区县、问题没有说到那里的条目乘以多少；1 不管", 0.1, 1.0),
    "own": ("本地文件", "本地或国家机关印发的条目乘以多少；1 不管", 1.0, 1.5),
    "fresh": ("新文件", "今天印发的多加几成，每三年减半；0 不管", 0.0, 1.0),
}


@dataclass(frozen=True)
class WeightField:
    """One number of the ranking, with its default and range (both ends included)."""

    name: str
    label: str
    hint: str
    default: float
    low: float
    high: float


def weight_fields() -> list[WeightField]:
    """Every number of the ranking; one without words of ours is shown by its own name."""
    found = []
    for one in fields(Weights):
        default = float(getattr(DEFAULTS, one.name))
        label, hint, low, high = _SAID.get(one.name, (one.name, "", 0.0, max(default * 4, 2.0)))
        found.append(WeightField(one.name, label, hint, default, low, high))
    return found


def trial_weights(typed: Mapping[str, str]) -> Weights | None:
    """The weights typed in, by name; None when all are the defaults.

    :raises InvalidInput: a value is no number or out of its range.
    """
    changed: dict[str, float] = {}
    problems = {}
    for field in weight_fields():
        text = typed.get(field.name, "").strip()
        if not text:
            continue
        value = _number(text)
        if value is None or not field.low <= value <= field.high:
            problems[field.name] = f"{field.label}应在 {field.low:g} 到 {field.high:g} 之间"
        elif value != field.default:
            changed[field.name] = value
    if problems:
        raise InvalidInput("；".join(problems.values()), problems)
    return replace(DEFAULTS, **changed) if changed else None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None


def differences(weights: Mapping[str, float]) -> list[tuple[str, float, float]]:
    """(label, default, tried) of the stored weights that differ from today's defaults."""
    return [
        (field.label, field.default, weights[field.name])
        for field in weight_fields()
        if field.name in weights and weights[field.name] != field.default
    ]
