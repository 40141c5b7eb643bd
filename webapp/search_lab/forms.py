"""What the lab is sent, made into values; every fault has its sentence."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from kb.errors import InvalidInput
from kb.services.judged_queries import Wanted
from kb.services.questions import Question
from kb.services.trial_weights import weight_fields
from kb.terms import KnowledgeKind

MAX_QUERY = 2000
WEIGHT = "w-"  # before the name of a weight's field
GRADE = "grade-"  # before the id of a graded entry
_ID = re.compile(r"[0-9]{1,9}")


def one_line(text: str, longest: int) -> str:
    """Text on one line without control characters or half surrogates."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text[:longest])
    return " ".join("".join(kept).split())


def question_of(values: Mapping[str, str], today: date) -> Question:
    """The question with its filters.

    :raises InvalidInput: the day or the kind cannot be read.
    """
    kind, unit = values.get("kind", ""), one_line(values.get("unit", ""), 100)
    if kind and kind not in set(KnowledgeKind):
        raise InvalidInput("没有这个知识种类，请从列表中选择", {"kind": "请从列表中选择"})
    return Question(
        text=one_line(values.get("q", ""), MAX_QUERY),
        as_of=day_of(values.get("as_of", "")) or today,
        kinds=frozenset({kind} if kind else ()),
        units=frozenset({unit} if unit else ()),
    )


def day_of(text: str) -> date | None:
    """口径日期, or None when the field is empty.

    :raises InvalidInput: it is not a date.
    """
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        sentence = "口径日期应写成 2026-05-07 这样"
        raise InvalidInput(sentence, {"as_of": sentence}) from error


def typed_weights(values: Mapping[str, str]) -> dict[str, str]:
    """The weights as typed, by name."""
    return {
        field.name: values[WEIGHT + field.name].strip()[:20]
        for field in weight_fields()
        if values.get(WEIGHT + field.name, "").strip()
    }


def number_of(values: Mapping[str, str], name: str) -> int | None:
    """A row's id or a version, or None when the field is empty.

    :raises InvalidInput: not a number.
    """
    text = values.get(name, "").strip()
    if not text:
        return None
    if not _ID.fullmatch(text):
        raise InvalidInput("选择的内容不对，请重新选择", {name: "请重新选择"})
    return int(text)


def version_of(values: Mapping[str, str], newest: int) -> int | None:
    """The dictionary version to try; None when the one in use is.

    :raises InvalidInput: there is no such version.
    """
    version = number_of(values, "dictionary")
    if version is not None and version > newest:
        raise InvalidInput("词典没有这一版", {"dictionary": "词典没有这一版，请重新选择"})
    return version


def named_problems(refused: InvalidInput) -> dict[str, str]:
    """The sentences of a refusal by the names of the form's fields."""
    weights = {field.name for field in weight_fields()}
    return {
        (WEIGHT + name if name in weights else name): text for name, text in refused.fields.items()
    }


def grades_of(values: Mapping[str, str]) -> dict[int, int]:
    """The grades given, by entry; an entry left blank has none.

    :raises InvalidInput: a field that no form of ours makes.
    """
    grades = {}
    for name, value in values.items():
        if not name.startswith(GRADE) or value == "":
            continue
        item_id = name.removeprefix(GRADE)
        if not _ID.fullmatch(item_id) or value not in ("0", "1", "2", "3"):
            raise InvalidInput("等级只能是 0、1、2、3", {"grades": "等级只能是 0、1、2、3"})
        grades[int(item_id)] = int(value)
    return grades


def wanted_of(form: Mapping[str, str]) -> Wanted:
    """A judged question as filled in.

    :raises InvalidInput: a field cannot be read.
    """
    return Wanted(
        text=one_line(form.get("text", ""), MAX_QUERY),
        grades=grades_of(form),
        as_of=day_of(form.get("as_of", "")),
        label=one_line(form.get("label", ""), 100),
        note=one_line(form.get("note", ""), 1000),
        must_refuse=form.get("must_refuse") == "1",
        unit_id=number_of(form, "unit_id"),
    )


def page_of(values: Mapping[str, str]) -> int:
    """The page asked for, from 1."""
    raw = values.get("page", "1")
    return max(int(raw), 1) if raw.isascii() and raw.isdigit() and len(raw) < 8 else 1
