"""What the desk is sent, made into values; every fault has its sentence."""

import unicodedata
from collections.abc import Mapping
from datetime import date

from kb.errors import InvalidInput
from kb.services.call_drafts import FIELDS
from kb.services.desk import Shown
from kb.services.questions import Question
from kb.services.registration import Registration
from kb.terms import KnowledgeKind

MAX_QUERY = 2000
LIMIT = 9  # as many as Alt+1 to Alt+9 reach


def clean(text: str, longest: int = 10_000) -> str:
    """Text as it may be stored anywhere: no control characters, no half surrogates."""
    text = text.replace("\r\n", "\n")[:longest]
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def query_of(values: Mapping[str, str], name: str = "q") -> str:
    """The words in the box, on one line."""
    return " ".join(clean(values.get(name, ""), MAX_QUERY).split())


def question_of(values: Mapping[str, str], today: date) -> Question:
    """The question with its filters.

    :raises InvalidInput: the date or the kind cannot be read.
    """
    kind, unit = values.get("kind", ""), clean(values.get("unit", ""), 100)
    region = clean(values.get("region", ""), 40)
    if kind and kind not in set(KnowledgeKind):
        raise InvalidInput("没有这个类别，请从列表中选择", {"kind": "请从列表中选择"})
    return Question(
        text=query_of(values),
        as_of=day_of(values.get("as_of", ""), today),
        kinds=frozenset({kind} if kind else ()),
        units=frozenset({unit} if unit else ()),
        regions=frozenset({region} if region else ()),
        literal=values.get("literal", "") == "1",
        limit=LIMIT,
    )


def day_of(text: str, today: date) -> date:
    """口径日期; today when none is given.

    :raises InvalidInput: it is not a date.
    """
    if not text.strip():
        return today
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        sentence = f"口径日期应写成 {today.isoformat()} 这样"
        raise InvalidInput(sentence, {"as_of": sentence}) from error


def registration_of(form: Mapping[str, str]) -> Registration:
    """The right-hand panel."""
    values = draft_fields(form)
    return Registration(
        title=values.get("title", ""),
        content=values.get("content", ""),
        purpose=values.get("purpose", ""),
        category=values.get("category", ""),
        region=values.get("region", ""),
        place=values.get("place", ""),
        channel=values.get("channel", "") or "电话",
        line=values.get("line", "") or "综合",
        requester_name=values.get("requester_name", ""),
        requester_phone=values.get("requester_phone", ""),
        is_confidential=bool(values.get("is_confidential")),
    )


def draft_fields(form: Mapping[str, str]) -> dict[str, str]:
    """The fields of the registration as typed, for a draft."""
    return {name: clean(form[name], longest) for name, longest in FIELDS.items() if name in form}


def continued(form: Mapping[str, str]) -> str:
    """The number of the open request that the form goes on with; empty for a new one."""
    return clean(form.get("continues", ""), FIELDS["continues"]).strip()


def shown_of(form: Mapping[str, str]) -> Shown:
    """Which card was adopted, and for which words.

    :raises InvalidInput: no card was chosen.
    """
    problem = "没有选中答案卡，请先查询并选一条再采纳"
    return Shown(
        query=query_of(form, "query"),
        item_id=_number(form.get("item_id", ""), problem),
        version=_number(form.get("version", ""), problem),
        passage_ordinal=_number(form.get("passage", "0"), problem),
    )


def optional_number(text: str) -> int | None:
    """A row's id, or None when the form has none."""
    return _number(text, "表单里的编号不对，请刷新页面后再提交") if text.strip() else None


def _number(text: str, problem: str) -> int:
    text = text.strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidInput(problem)
    return int(text)
