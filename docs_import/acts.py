"""废止, 修改, 替代: the other documents that this one ends or changes.

Only what the document does itself is an act: 已废止 tells history, 与本办法不一致的 and
被废止的 name nothing, 根据《…》 cites.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docs_import.dates import DATE, normalise, to_iso
from docs_import.document import Block
from docs_import.headings import squeeze
from docs_import.listed_acts import announced, listed, tabled
from docs_import.metadata_fields import ActKind, NamedDocument
from docs_import.named_titles import Mention, mentions

_ENDED = (
    r"(?:废止|失效|作废|(?:停止|不再|终止)(?:执行|实施|施行|使用))"
    r"(?!的|前|后|之|或|和|、|与|及|日|期)"
)
_ADVERBS = (
    r"(?:(?:现|也|均|都|即|将|一律|全部|同时|一并|即行|即时|自行|自动|相应|随之|随即|予以|正式"
    r"|宣布|决定|予|相关文件|文件"
    r"|等(?:\s*[\d一二三四五六七八九十]+\s*(?:个|件|份|部|项)(?:[一-鿿]{0,8}文件|规章)?)?)*)"
)
_WHEN = (
    rf"(?:(?:从|自)?\s*(?:{DATE.pattern}|本[一-鿿]{{1,6}}(?:施行|实施|印发|发布|生效|公布|执行)之日|即日|同日)\s*"
    r"(?:零时|0时)?(?:起|开始)?[，,]?)?"
)
# What may stand between the last title and 废止: 《…》同时废止, 《…》自2025年3月1日起废止.
_AFTER = re.compile(rf"[，,、\s]*文?\s*{_ADVERBS}{_WHEN}{_ADVERBS}{_ENDED}")
_BEFORE = re.compile(
    r"(?<!被)(?<!已)(?<!已经)(?<!修改或者)(?<!修改或)(?<!修改、)(?:废止|停止执行|停止实施)"
    r"(?:了)?"
    r"(?:[^《》。；，的]{0,24}|[^《》。；，]{0,24}(?:发布|印发|公布|下发|制定)的)$"
)
_REPLACES = re.compile(r"本[一-鿿]{1,6}(?:替代|代替|取代)(?:原)?[^《》。；，]{0,24}$")
_REPLACED = re.compile(r"[，,、\s]*(?:由|被)本[一-鿿]{1,6}(?:所)?(?:替代|代替|取代)")
_PART = (
    r"(?:第[一二三四五六七八九十百零〇\d]+(?:条|款|项|章|节|点|部分)|附件|附表"
    r"|部分(?:条款|条文|内容|规定))"
)
_CHANGE = r"(?:修改|修订|修正|调整|补充|完善)"
_AMENDED = re.compile(
    rf"[，,\s]*(?:(?:中)?(?:{_PART}[^。《》，]{{0,40}}?)?(?:作(?:出|了)?(?:如下|以下|相应|部分)?{_CHANGE}"
    rf"|{_CHANGE}如下|(?:予以|进行)(?:如下|以下|部分)?{_CHANGE})"
    rf"|(?:中)?{_PART}[^。《》]{{0,60}}?"
    rf"(?:{_CHANGE}为|(?:同时)?(?:废止|删除|删去|失效)|停止执行)"
    r"|[^《》。，]{0,16}有效期(?:限)?(?:延长|延续|延期|顺延))"
)
# 对《…》有关内容进行调整
_AIMED = re.compile(r"(?:对|将|就)[^《》，。；]{0,20}$")
_CHANGED = re.compile(
    rf"[^。《》，]{{0,24}}?(?:(?:作(?:出|了)?|予以|进行)(?:如下|以下|相应|部分)?{_CHANGE}|{_CHANGE}(?:如下|为))"
)
_AMENDS = re.compile(
    rf"(?:(?:决定|关于|现|拟)(?:对)?(?:部分)?{_CHANGE})"
    r"(?![^《》]*(?:印发|发布|公布)(?!的))[^《》。；，]{0,16}$"
)
_EXTENDS = re.compile(r"(?:延长|延续)[^《》。；，]{0,16}$")
_EXTENDED = re.compile(r"[^《》。；，]{0,10}(?:有效|施行|实施|执行)期")
_HISTORY = re.compile(r"(?:根据|依据|依照|按照|按|参照|已经?|曾)[^《》，。]{0,12}$")
_CONDITION = re.compile(r"(?:如果?|若|凡|倘|一旦|因)[^，。]{0,30}$")
_TITLE_BARE = re.compile(
    r"关于(?P<verb>废止|修改|修订|修正)(?!部分|一批|和|或)(?P<name>[^《》〈〉]{4,60}?)的(?:决定|通知|公告|通告|命令|令)$"
)
# A semicolon between titles belongs to the list: 《甲》；《乙》同时废止.
_SENTENCE_END = re.compile(
    r"(?<=。)(?![^《》]{0,200}》)|(?<=[；;])(?![^《》]{0,200}》)(?![^《》。；，]{0,12}《)"
)
_SPEAKS = re.compile(f"废止|失效|作废|停止|不再|终止|替代|代替|取代|延长|延续|{_CHANGE}")
_MAX = 500
_MOSTLY = 0.7
_REACH = 160


def find_acts(blocks: Sequence[Block], title: str) -> tuple[NamedDocument, ...]:
    """Return the acts in the order in which the text names them, each once.

    :param title: the document's own, which it neither ends nor changes.
    """
    found: dict[tuple[str, str], NamedDocument] = {}
    for act in _acts(blocks, title):
        named = squeeze(act.title)
        if (named and named == squeeze(title)) or len(found) >= _MAX:
            continue
        key = ("", act.document_number) if act.document_number else (named, "")
        first = found.get(key)
        # 同时废止 says more than 修改 of the same document elsewhere.
        if first is None or (first.kind == "amends" and act.kind != "amends"):
            found[key] = act
    return _once(_in_full(list(found.values()), title))


def _in_full(acts: list[NamedDocument], title: str) -> list[NamedDocument]:
    """Leave out what only the title speaks of, without 书名号, where the text names it in full.

    关于废止电梯加装补助的通知 is about the 《既有住宅加装电梯补助办法》 that its text repeals.
    """
    bare = _TITLE_BARE.search(squeeze(title))
    if bare is None:
        return acts
    about = {act for act in acts if act.title == bare["name"] and not act.document_number}
    return [
        act
        for act in acts
        if act not in about or not any(_may_be(act, each) for each in acts if each not in about)
    ]


def _may_be(about: NamedDocument, named: NamedDocument) -> bool:
    """Tell whether a matter in the title may be this document: same act, most of its characters."""
    if about.kind != named.kind:
        return False
    told = set(about.title)
    return not named.title or len(told & set(named.title)) >= _MOSTLY * len(told)


def _once(acts: list[NamedDocument]) -> tuple[NamedDocument, ...]:
    """A title named once with its 文号 and once without is one document."""
    numbered = {squeeze(act.title) for act in acts if act.document_number}
    return tuple(act for act in acts if act.document_number or squeeze(act.title) not in numbered)


def _acts(blocks: Sequence[Block], title: str) -> Iterator[NamedDocument]:
    yield from _in_title(title)
    kind: ActKind | None = None
    for i, block in enumerate(blocks):
        where = f"正文第{i + 1}段"
        if block.kind == "table":
            yield from tabled(blocks, i, title, where)
            continue
        if kind is not None:
            items = listed(block, kind, where)
            if items:
                yield from items
                continue
            kind = None
        for sentence in _sentences(block.text):
            yield from _in_sentence(sentence, where)
        kind = announced(block.text)


def _in_title(title: str) -> Iterator[NamedDocument]:
    bare = _TITLE_BARE.search(squeeze(title))
    if bare:
        kind: ActKind = "repeals" if bare["verb"] == "废止" else "amends"
        yield NamedDocument(kind, bare["name"], "", "标题")
    yield from _in_sentence(title, "标题")


def _sentences(text: str) -> list[str]:
    if not _SPEAKS.search(text):
        return []
    return [part for part in _SENTENCE_END.split(normalise(text)) if part]


def _in_sentence(sentence: str, where: str) -> Iterator[NamedDocument]:
    """Read 《甲》（文号）、《乙》同时废止, 废止《甲》, 对《甲》作如下修改."""
    if not _SPEAKS.search(sentence):
        return
    named = list(mentions(sentence))
    for first, last in _runs(sentence, named):
        at, end = named[first].start, named[last].end
        before, after = sentence[max(0, at - _REACH) : at], sentence[end : end + _REACH]
        kind = _kind(before, after)
        if kind is None:
            continue
        day = _day(after) if kind == "repeals" else ""
        for mention in named[first : last + 1]:
            yield NamedDocument(kind, mention.title, mention.number, where, day)


def _kind(before: str, after: str) -> ActKind | None:
    """What is done to the documents between these words."""
    if _HISTORY.search(before) or "不一致" in after[:30] or "不一致" in before[-20:]:
        return None
    if _CONDITION.search(before):
        return None
    if _REPLACES.search(before) or _REPLACED.match(after):
        return "supersedes"
    if _AFTER.match(after):
        return "repeals"
    part = re.match(rf"(?:中)?的?{_PART}", after)
    if _BEFORE.search(before):
        return "amends" if part else "repeals"
    extended = _EXTENDS.search(before) and _EXTENDED.match(after)
    aimed = _AIMED.search(before) and _CHANGED.match(after)
    if extended or aimed or _AMENDED.match(after) or _AMENDS.search(before):
        return "amends"
    return None


def _day(after: str) -> str:
    ended = _AFTER.match(after)
    date = DATE.search(ended.group()) if ended else None
    return (to_iso(date.group()) if date else None) or ""


_JOIN = re.compile(
    r"(?:[、，,；;和及与以]|以及|文|文件|的|\s|\d{1,2}[.．、]|[（(][一二三四五六七八九十\d]{1,3}[）)])*"
    r"(?:原)?(?:[^《》。；，、根据依照按]{0,30}(?:印发|发布|下发|公布|制定|转发|颁布)的)?"
)


def _runs(sentence: str, named: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Group mentions that are listed one after another."""
    first = 0
    for at in range(len(named)):
        gap = sentence[named[at].end : named[at + 1].start] if at + 1 < len(named) else None
        if gap is None or not _JOIN.fullmatch(gap):
            yield first, at
            first = at + 1
