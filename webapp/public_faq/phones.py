"""Phone numbers in a fact as links that a phone can dial.

A wrong link is worse than none: a sum, a day or the number of a paper must not be dialled. Numbers
whose shape says it (area code, mobile, 400) are links wherever nothing speaks against it; bare
figures (a local number, 12345) only where the words before them are about a phone.
"""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from kb.masking import LEFT_TO_ACT
from kb.personal_spans import PersonalKind, personal_spans

_NUMBER = re.compile(
    r"(?<![A-Za-z\d_〔\[#.])(?P<number>"
    r"(?P<sure>[(（]0\d{2,3}[)）]\s?\d{7,8}|0\d{2,3}(?:[-—]|\s)?\d{7,8}"
    r"|1[3-9]\d{9}|[48]00-\d{3}-?\d{4}|[48]00\d{7})"
    r"|(?P<bare>[2-8]\d{6,7}|1[0-2]\d{3}|9[56]\d{3}))"
    r"(?:-\d{1,5})?(?![A-Za-z\d_])"
)
# What makes figures a measure, a number of a paper or one end of a range.
_AFTER = re.compile(
    r"[.,]\d|\s*(?:[-—–~～至到]+\s*[\d￥¥]|[万亿余多]?(?:元|块|美元|港元|平方|立方|公里|公斤|千克|吨|斤|米"
    r"|户|个|件|名|次|份|套|辆|张|股|笔|字|倍|年|月|天|[%％‰㎡])|[万亿]|人(?!工)|日(?!常|夜)|号(?!码))"
)
_BEFORE = re.compile(r"(?:\d[,.]|\d\s*(?:元|万元)?\s*[-—–~～至到/]|[￥¥$〕\]第]|[A-Za-z]\s)\s*$")
# The words of a clause that say what its figures are; the last one speaks.
_WORDS = re.compile(
    r"(?P<phone>电话|热线|专线|总机|客服|手机|号码|座机|固话|拨打?|致电|来电|咨询|投诉|举报|反映|求助"
    r"|联系(?!人)|请打|[Tt][Ee][Ll])"
    r"|(?P<other>账号|帐号|账户|户号|卡号|证号|证书号|证照号|编号|文号|案号|单号|流水号|受理号|登记号"
    r"|许可证|身份证|信用代码|代码|邮编|邮政编码|国药准字|标准|金额|补贴|补助|奖励|罚款|最高|最低|不超过"
    r"|不低于|共计|合计|人民币|日期|微信|QQ)"
)
_PHRASE = re.compile(r"[，,。；;！!？?\n]")
_LINKING = re.compile(r"\s*(?:[、，,；;/]|或者?|和|及|与|以及|\s)?\s*")
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
_HOTLINE_NAME = re.compile(r"\s?(?:[\u4e00-\u9fff]{0,8})(?:热线|电话|专线|平台|号码)")
_WIDE = str.maketrans("０１２３４５６７８９－", "0123456789-")
_DAY = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def with_phone_links(text: str, *, is_phone: bool = False) -> Markup:
    """The text, escaped, every phone number in it a ``tel:`` link.

    :param is_phone: the text is the answer to 电话: bare figures in it are numbers to dial.
    """
    out, place = Markup(""), 0
    plain = text.translate(_WIDE)
    for start, end in _phones(plain, is_phone):
        digits = re.sub(r"\D", "", plain[start:end])
        out += escape(text[place:start])
        out += Markup('<a class="tel num" href="tel:{}">{}</a>').format(digits, text[start:end])
        place = end
    return out + escape(text[place:])


def _phones(text: str, is_phone: bool) -> Iterator[tuple[int, int]]:
    """Where the numbers stand."""
    private = [
        (span.start, span.end)
        for span in personal_spans(text)
        if span.kind not in LEFT_TO_ACT and span.kind != PersonalKind.MOBILE
    ]
    last = 0
    for found in _NUMBER.finditer(text):
        start, end = found.span()
        if any(start < closed and opened < end for opened, closed in private):
            continue
        is_measure = _AFTER.match(text, end) or (
            _BEFORE.search(text[:start]) and not _follows(text, last, start)
        )
        if not is_measure and _reads_as_phone(text, found, last, is_phone=is_phone):
            yield found.span("number")
            last = end


def _reads_as_phone(text: str, found: re.Match[str], last: int, *, is_phone: bool) -> bool:
    start, end = found.span()
    topic = _topic(text[last:start])
    if found["sure"]:
        return topic != "other"
    if _DAY.fullmatch(found["number"]):
        return False
    if topic is not None:
        return topic == "phone"
    return (
        is_phone
        or text.strip() == found[0]
        or _follows(text, last, start)
        or (len(found["bare"]) == 5 and bool(_HOTLINE_NAME.match(text, end)))
        or found[0] == "12345"
    )


def _topic(before: str) -> str | None:
    """What the clause before the figures is about; brackets in it are aside."""
    clause = _PHRASE.split(_BRACKETED.sub("", before))[-1]
    told = [word.lastgroup for word in _WORDS.finditer(clause)]
    return told[-1] if told else None


def _follows(text: str, last: int, start: int) -> bool:
    """Tell whether the figures come right after a number that was read as a phone."""
    between = _BRACKETED.sub("", text[last:start])
    return last > 0 and _LINKING.fullmatch(between) is not None
