"""要素: what was done, by whom, when, and what follows."""

import re
from collections.abc import Iterator, Sequence

from kb.replies.draft import Draft
from kb.replies.finding import Finding, Kind, Severity
from kb.replies.informed import CONTENT, INFORMED
from kb.replies.phrases import ACTOR, DATE, DONE, FINISHED, NEXT, WITHIN
from kb.terms import Purpose

_ADVICE = {
    "做了什么": "写明核实到什么、采取了什么措施",
    "由谁办理": "写明经办的单位、科室或人员",
    "何时办理": "写明核查、处理的日期",
    "后续安排": "写明下一步做什么、何时完成；已经办完的写明结果，并留下咨询电话",
}

_SHORT = 40
# A day and, in its clause, an act: 5月22日分批更换密码锁. 前 after the day makes it a plan.
_ACTED = re.compile(
    rf"(?:{DATE.pattern})(?!前|之前|底前|内)[^。；]{{0,24}}?"
    "(?:查|换|修|清|拆|装|退|付|发放|办|罚|改|调|派|送|运|焊|补|测|检|核|谈|访|剪|种|疏|封|停|签|划|铺|建|刷|排|研究|选址|施)"
)


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
        _severity(missing),
        f"没有写明{named}",
        suggestion="；".join(_ADVICE[element] for element in missing),
    )


def _severity(missing: Sequence[str]) -> Severity:
    """Who acts and what follows may go without saying; what was done, and when, may not."""
    if "做了什么" in missing or len(missing) > 2:
        return Severity.SERIOUS
    return Severity.ADVICE if len(missing) == 2 or "何时办理" in missing else Severity.HINT


def missing_elements(draft: Draft) -> Iterator[str]:
    """Which of the four elements nothing in the reply gives.

    Where it is finished, or the requester content, nothing need follow.
    """
    body = _body(draft)
    if not (DONE.search(body) or _ACTED.search(body)):
        yield "做了什么"
    if not ACTOR.search(body):
        yield "由谁办理"
    if not (DATE.search(body) or WITHIN.search(body)):
        yield "何时办理"
    if not any(sign.search(draft.text) for sign in (NEXT, FINISHED, CONTENT)):
        yield "后续安排"


def _body(draft: Draft) -> str:
    """The reply without what only tells the requester and without a last line of office and day."""
    kept = []
    for place, sentence in enumerate(draft.sentences):
        is_last = place >= len(draft.sentences) - 2
        rest = DATE.sub("", sentence.text).strip("年月日0123456789 -./（）()")
        if is_last and not any(mark in sentence.text for mark in "，,。") and len(rest) <= 20:
            continue
        if len(sentence.text) < _SHORT and INFORMED.search(sentence.text):
            continue  # telling the requester is no handling
        kept.append(sentence.text)
    return "\n".join(kept)
