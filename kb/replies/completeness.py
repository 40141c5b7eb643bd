"""要素: what was done, by whom, when, and what follows."""

from collections.abc import Iterator

from kb.replies.draft import Draft
from kb.replies.finding import Finding, Kind, Severity
from kb.replies.informed import CONTENT
from kb.replies.phrases import ACTOR, DATE, DONE, FINISHED, NEXT, WITHIN
from kb.terms import Purpose

_ADVICE = {
    "做了什么": "写明核实到什么、采取了什么措施",
    "由谁办理": "写明经办的单位、科室或人员",
    "何时办理": "写明核查、处理的日期",
    "后续安排": "写明下一步做什么、何时完成；已经办完的写明结果，并留下咨询电话",
}


def check(draft: Draft, purpose: Purpose) -> Iterator[Finding]:
    """One finding that names every missing element.

    A consultation is answered by what holds; nothing need be done for it.
    """
    if purpose is Purpose.CONSULTATION or purpose is Purpose.PRAISE:
        return
    missing = list(missing_elements(draft))
    if not missing:
        return
    named = "、".join(missing)
    yield Finding(
        Kind.INCOMPLETE,
        Severity.SERIOUS if "做了什么" in missing or len(missing) > 2 else Severity.ADVICE,
        f"没有写明{named}",
        suggestion="；".join(_ADVICE[element] for element in missing),
    )


def missing_elements(draft: Draft) -> Iterator[str]:
    """Which of the four elements nothing in the reply gives.

    Where it is finished, or the requester content, nothing need follow.
    """
    body = _body(draft)
    if not DONE.search(body):
        yield "做了什么"
    if not ACTOR.search(body):
        yield "由谁办理"
    if not (DATE.search(body) or WITHIN.search(body)):
        yield "何时办理"
    if not (NEXT.search(body) or FINISHED.search(body) or CONTENT.search(body)):
        yield "后续安排"


def _body(draft: Draft) -> str:
    """The reply without the line at its end that only gives office and day."""
    kept = []
    for place, sentence in enumerate(draft.sentences):
        is_last = place >= len(draft.sentences) - 2
        rest = DATE.sub("", sentence.text).strip("年月日0123456789 -./（）()")
        if is_last and not any(mark in sentence.text for mark in "，,。") and len(rest) <= 20:
            continue
        kept.append(sentence.text)
    return "\n".join(kept)
