"""套话: sentences that sound like an answer and tell nothing."""

import re
from collections.abc import Iterator

from kb.replies.draft import Draft, Piece
from kb.replies.finding import Finding, Kind, Severity
from kb.replies.phrases import ACTOR, COURTESY, DATE, EMPTY, FACT, RECEIVED

# What is left of a sentence without set phrases, actors and small words says so much at least.
LEFT, LEFT_SHARE, LEFT_SHARE_OF_TWO = 7, 0.3, 0.55
_SMALL = re.compile(
    "下一步|下步|后续|目前|现在|今后|同时|另外|此外|对此|针对|关于|对于|您|您好|反映|的|问题|情况|事项|诉求|此事|该|这一|我们|群众|市民|广大|"
    "将|会|对|把|已|正|正在|在|并|与|和|及|也|都|一定|给予|予以|进行|开展|相关|有关|部门|单位|工作|处理|解决|落实|协调|推进|跟进|研究|办理|"
    "表示|理解|支持|感谢|结果|答复|回复|为|以|让|使|到|了|于|从|以及|一直|始终|立即|安排|组织|人员|专人|会议|力量|措施|方案|领导|班子|分管|主要|负责人?|"
    "核实|调查|了解|要求|督促|沟通|对接|联系|努力|各方|各级|上级|时间|方面|层面|责任|态度|原则|基础上|意见|建议|需求|实际|困难|[我本]?(?:局|委|办|街道|中心|镇|单位)"
)
_CJK = re.compile("[\u4e00-\u9fff]")


def check(draft: Draft) -> Iterator[Finding]:
    """Set phrases without a fact; the more serious where the whole reply is made of them."""
    said = [s for s in draft.sentences if not _is_courtesy(s)]
    empty = [piece for piece in map(_empty_part, said) if piece is not None]
    is_all = len(empty) >= max(1, len(said) - 1) and not any(FACT.search(s.text) for s in said)
    for sentence in empty:
        phrases = list(dict.fromkeys(match[0] for match in EMPTY.finditer(sentence.text)))
        named = "、".join(f"“{phrase}”" for phrase in phrases[:3])
        whole = "整篇答复都是套话，没有一项事实。" if is_all else ""
        yield Finding(
            Kind.EMPTY,
            Severity.SERIOUS if is_all else Severity.ADVICE,
            f"{whole}这句只有{named}一类的话，没有说做了什么、何时、结果如何",
            draft.raw[sentence.start : sentence.end],
            sentence.start,
            sentence.end,
            "写出具体做法、时间和结果；没有新情况就删去这句",
        )


def is_empty(sentence: Piece) -> bool:
    """Whether a sentence holds set phrases and nothing that could be checked."""
    text = sentence.text
    if not EMPTY.search(text) or RECEIVED.search(text) or FACT.search(text) or DATE.search(text):
        return False
    rest = _SMALL.sub("", ACTOR.sub("", EMPTY.sub("", text)))
    left, size = len(_CJK.findall(rest)), len(_CJK.findall(text))
    is_twice = len(EMPTY.findall(text)) > 1
    return left <= LEFT or left / max(size, 1) < (LEFT_SHARE_OF_TWO if is_twice else LEFT_SHARE)


def _empty_part(sentence: Piece) -> Piece | None:
    """The sentence, or the clauses after its facts, where two or more of them tell nothing."""
    if is_empty(sentence):
        return sentence
    clauses = list(sentence.clauses())
    for first in range(1, len(clauses) - 1):
        start = clauses[first].start - sentence.start
        tail = Piece(sentence.text[start:], clauses[first].start, sentence.end)
        if len(EMPTY.findall(tail.text)) > 1 and is_empty(tail):
            return tail
    return None


# Thanks and welcome are courtesy whatever they thank for, unless a vow follows.
_THANKS = re.compile("^(?:同时[，,]?|再次|也|非常|衷心)*(?:感谢|谢谢|欢迎|祝)")
_VOW = re.compile("我们?(?:局|中心|街道|镇|公司)?(?:会|将)|今后|下一步|进一步")


def _is_courtesy(sentence: Piece) -> bool:
    if _THANKS.search(sentence.text) and not _VOW.search(sentence.text):
        return True
    return bool(COURTESY.search(sentence.text)) and not EMPTY.search(sentence.text)
