"""What a page of questions is about: 渡轮月票 of 云汀市渡轮月票热点问答."""

from __future__ import annotations

import re

_ASKED = (
    r"常见|热点|高频|典型|有关|相关|政策|业务|办理|咨询|办事|市民|群众|百姓|知识|最新|重点|热门|的"
)
_SUBJECT = re.compile(
    rf"(?:关于)?(?P<subject>.{{2,20}}?)(?:{_ASKED})*"
    r"(?:(?:问题|疑问|\d{1,3}问|百问)?(?:问答|解答|答疑|百问百答|答复|释疑|问题|疑问|百答|\d{1,3}问)"
    r"|(?:办理)?(?:说明|须知))"
    r"(?:手册|汇总|汇编|集锦|清单|大全|篇|[一二三四五六七八九十\d]+|[（(][^）)]{1,20}[）)])*"
)
_ONLY_ASKED = re.compile(rf"(?:{_ASKED})+")
_CITY = re.compile(r"^[一-鿿]{2,3}[市县区](?=[一-鿿]{2})(?!场|民|政|内)")
_ORGAN = re.compile(r"^[一-鿿]{2,10}(?:局|厅|委员会)(?=[一-鿿]{2})(?!长|面|部|势|域)")
_QUOTES = re.compile(r"[“”《》\s]")


def subject_of(title: str) -> str:
    """Return what the questions of a page are about, "" where its title does not say it."""
    found = _SUBJECT.fullmatch(_QUOTES.sub("", title))
    subject = _ORGAN.sub("", _CITY.sub("", found["subject"])) if found else ""
    return "" if not subject or _ONLY_ASKED.fullmatch(subject) else subject


def with_subject(question: str, subject: str) -> str:
    """Return a question with what its page is about, "" where it says so itself."""
    # 月票多少钱 of 渡轮月票 says it by its short name.
    if not subject or subject[-2:] in question:
        return ""
    return f"{subject}{question}"
