"""What the check found in a reply."""

from dataclasses import dataclass

from kb.terms import Term


class Kind(Term):
    """What is doubtful about a reply."""

    UNANSWERED = "unanswered", "答非所问"
    QUESTION_MISSED = "question_missed", "漏答"
    INCOMPLETE = "incomplete", "要素不全"
    INFORMED = "informed", "未写知情或满意情况"
    EMPTY = "empty", "套话"
    TYPO = "typo", "错别字"
    PERSONAL = "personal", "个人信息"
    EARLIER = "earlier", "与以前答复不一致"
    ENTRY = "entry", "与现行条目不一致"
    FORM = "form", "格式"
    PROMISE = "promise", "承诺无时限"


class Severity(Term):
    """How much it matters; a hint may be right as it is."""

    SERIOUS = "serious", "应改"
    ADVICE = "advice", "建议改"
    HINT = "hint", "提示"


ORDER = {Severity.SERIOUS: 0, Severity.ADVICE: 1, Severity.HINT: 2}


@dataclass(frozen=True)
class Finding:
    """One thing to look at.

    :ivar sentence: why, in words for the reviewer.
    :ivar quote: the words it is about: ``reply[start:end]``; for what the reply leaves out
        (``start == end``), the request's words, or "".
    :ivar suggestion: what to write instead or add, or "".
    :ivar against: the words of the earlier reply or entry that it contradicts, with where they
        stand; else "".
    """

    kind: Kind
    severity: Severity
    sentence: str
    quote: str = ""
    start: int = 0
    end: int = 0
    suggestion: str = ""
    against: str = ""
