"""个人信息: what leads to the requester or another person and has no place in a reply."""

import re
from collections.abc import Callable, Collection, Iterator

from kb.masking import spans_of_person
from kb.personal_spans import PersonalKind, PersonalSpan
from kb.replies.draft import Draft
from kb.replies.finding import Finding, Kind, Severity

_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝"
    "龚邵万钱严覃武戴莫孔向汤康施洪安时牛温樊葛俞齐庞颜倪柳骆焦管兰岳尤祝殷翟章"
)
# Those that are words of grammar as well: 业主向价格部门 names nobody.
_ALSO_WORDS = frozenset("向方管于时安任万常成应对和经")
_TWO = "欧阳|司马|上官|诸葛|慕容|皇甫|尉迟|令狐|东方|公孙"
_GIVEN = "[\u4e00-\u9fff]{1,2}"
_FULL = rf"(?:{_TWO}|[{_FAMILY}])"
# A full name where a person is meant. 张先生 and 李某 name nobody.
_NAMES = (
    re.compile(
        rf"(?:诉求人|来电人|反映人|投诉人|举报人|当事人|来信人|申请人|(?<![物行林农商企工产渔])业主|住户|租户|患者|死者|伤者|受害人|学生|家长|老人|员工|职工|村民|居民|市民|户主|房东|车主|驾驶人|司机|男子|女子|姓名[:：为是]?|名叫|叫做|其(?:父|母|妻|夫|子|女)亲?|您(?:父亲|母亲|妻子|丈夫|儿子|女儿|家人|的父亲|的母亲))({_FULL}(?![某氏姓先女]){_GIVEN})"
    ),
    re.compile(
        rf"(?<![\u4e00-\u9fff])({_FULL}(?!某|先|女|同|小){_GIVEN})(?=先生|女士|同志|小姐|(?:您|你)好)"
    ),
    re.compile(
        rf"(?:与|向|和|联系|告知|给|对|尊敬的|为|致电|回访|通知)({_FULL}(?!某|先|女|同|小){_GIVEN}?)(?=先生|女士|小姐)"
    ),
)
_SURNAME_ALONE = re.compile(rf"{_FULL}(?:先生|女士|小姐|同志|某某?)")
_ADVICE = {
    PersonalKind.NAME: "改为“诉求人”或只写姓，如“王女士”",
    PersonalKind.ADDRESS: "只写到小区或路段，去掉楼栋门牌",
    PersonalKind.PLATE: "写“涉事车辆”",
}
# How many live there (9栋24户), not who.
_HOUSEHOLDS = re.compile(r"(?:[栋幢座楼]|单元)\d+户$")
_ACCOUNT_OF_STATE = re.compile("对公|财政|单位账户|执收|非税|开户名称")


def check(
    draft: Draft,
    names: Collection[str],
    phones: Collection[str],
    places: Collection[str],
    kept: Collection[str],
    is_word: Callable[[str], bool],
) -> Iterator[Finding]:
    """Numbers, plates, doors and names of persons.

    :param names, phones, places: the requester's, as registered.
    :param kept: phones that the units publish themselves.
    :param is_word: whether characters are a word of general Chinese, and so no name.
    """
    spans = [
        span for span in spans_of_person(draft.raw, kept=kept) if _is_persons(draft, span, phones)
    ]
    spans += _names(draft, names, is_word)
    spans += _registered(draft, places)
    shown: set[tuple[int, int]] = set()
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if any(a < span.end and span.start < b for a, b in shown):
            continue
        shown.add((span.start, span.end))
        quote = draft.raw[span.start : span.end]
        yield Finding(
            Kind.PERSONAL,
            Severity.SERIOUS,
            f"含{span.kind.label}“{quote}”，答复会给多人看到",
            quote,
            span.start,
            span.end,
            _ADVICE.get(span.kind, "删去，或只留后四位"),
        )


def _is_persons(draft: Draft, span: PersonalSpan, phones: Collection[str]) -> bool:
    said = draft.text[span.start : span.end]
    if span.kind is PersonalKind.LANDLINE:
        # Desk phones of an office belong into a reply; the requester's own does not.
        return _digits(said) in {_digits(phone) for phone in phones if phone}
    if span.kind is PersonalKind.BANK_CARD:
        return not _ACCOUNT_OF_STATE.search(draft.text, max(0, span.start - 30), span.start)
    if span.kind is PersonalKind.ADDRESS:
        if _HOUSEHOLDS.search(said):
            return False
        return bool(re.search("室|房|户|单元|[栋幢座楼]|-", said)) or (
            "号" in said
            and bool(
                re.search("住|家|您|业主|村|组", draft.text[max(0, span.start - 14) : span.start])
            )
        )
    return True


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _names(
    draft: Draft, names: Collection[str], is_word: Callable[[str], bool]
) -> Iterator[PersonalSpan]:
    for name in names:
        # Registered as the advice would have it written, it names nobody.
        if len(name) >= 2 and not _SURNAME_ALONE.fullmatch(name.strip()):
            for found in re.finditer(re.escape(name), draft.raw):
                yield PersonalSpan(PersonalKind.NAME, *found.span())
    for pattern in _NAMES[1:]:
        for found in pattern.finditer(draft.text):
            if len(found[1]) > 1:
                yield PersonalSpan(PersonalKind.NAME, *found.span(1))
    for pattern in _NAMES[:1]:
        for found in pattern.finditer(draft.text):
            said = found[1]
            is_phrase = said[0] in _ALSO_WORDS and (len(said) < 3 or is_word(said[1:]))
            if len(said) > 1 and not is_phrase and not is_word(said[:2]):
                yield PersonalSpan(PersonalKind.NAME, *found.span(1))


def _registered(draft: Draft, places: Collection[str]) -> Iterator[PersonalSpan]:
    """The registered address where it is written down to the house."""
    for place in places:
        if len(place) >= 4 and re.search(r"\d", place):
            for found in re.finditer(re.escape(place), draft.raw):
                yield PersonalSpan(PersonalKind.ADDRESS, *found.span())
