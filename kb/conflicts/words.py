"""The words that say what a text is about, one spelling for words of one meaning."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from indexer.lexicon import Lexicon
from indexer.normalise import normalise
from indexer.segment import Segmenter, is_chinese, pieces

# Short names inside longer words, and a word's two forms.
_SHORT = (
    ("社保", "社会保险"),
    ("医保", "医疗保险"),
    ("公租房", "公共租赁住房"),
    ("低保", "最低生活保障"),
    ("农机", "农业机械"),
    ("老人", "老年人"),
    ("补办", "补领"),
    ("补发", "补领"),
    ("丢失", "遗失"),
    ("租房", "房屋租赁"),
)
_HOUSING_FUND = re.compile("(?<!住房)公积金")
# What may follow a word without making it another thing: 安家费 is 安家, 灵活就业人员 灵活就业.
_TAIL = re.compile("(?:人员|家庭|者|户|费|金|款|补贴|待遇|手续|业务|事项|资格|量)$")
_ASKED_WITH = re.compile("几|[能可最想要].{1,2}$")
_ASKING = re.compile("如何|怎么|怎样|咋")
_PIECES_KEPT, _WORDS_KEPT = 20_000, 50_000
# What is asked of a matter is no part of its name.
_ASKED_OF_IT = re.compile("(?:额度|[能可][贷补领拿])$")
_SAME_FROM = 0.9  # weight of a synonym that is another name for the same thing
_SAME_MATTER_FROM = 0.8  # and of one that is how documents usually put what a caller says
_AS_MEANT = 0.8
_PAYMENTS = re.compile("补助金|补贴金|津贴|补助|资助金?$")
# What is said of any matter and names none.
_SAID_OF_ANY = """
关于 通知 公告 通告 办法 细则 实施细则 实施办法 管理办法 规则 规定 意见 方案 措施 指南
办事指南 服务指南 问答 解读 说明 标准 调整 印发 发布 公布 申请 申领 申报 办理 领取 发放
实施 管理 工作 有关 相关 事项 政策 流程 程序 条件 材料 时限 期限 费用 电话 地址 咨询
服务 进一步 做好 开展 完善 加强 提高 若干 暂行 试行 金额 待遇 须知 指引 规程 修订 本市
全市 我市 市民 群众 人员 对象 单位 部门 机关 机构 个人 符合 执行 按照 根据 给予 提供
提交 受理 审核 审批 办结 完成 核准 合格 齐全 复核 无误 收齐 备齐 补贴 奖励 修改 部分
条款 保障 免费 申请人 当事人 工作日 自然日 每月 每年 每人 每户 每次 一次性 最高 最低
不超过 不低于 以上 以下 以内 之内 超过 小时 分钟 公历 元整 人民币 左右 共计 合计 其中
同时 期间 统一 可以 应当 需要 必须 不得 不予 不再 享受 拨打 当地 所在地 户籍所在地 地点
时间 方式 渠道 联系 联系电话 咨询电话 办公地址 办公时间 办理时限 承诺时限 申请材料
所需材料 办理材料 收费标准 补贴标准 补助标准 办理条件 申请条件 办理流程 办理地点
服务时间 受理时间 办理时间 常见问题 多少钱 常见 问题 问题解答 解答 攻略 事宜 实行 告知书
流程图 明白纸 答复 内容 要求 范围 结果 信息 资料 证件 情形 属于 包括 通过 进行 负责 予以
之日起 日内 起算 计算 次月 当月
"""
_LIGHT = frozenset(_SAID_OF_ANY.split())
# Those of them that belong to the name of a matter all the same.
_NAMED = frozenset(
    {"补贴", "奖励", "保障", "免费", "服务", "管理", "费用", "待遇", "标准", "个人", "单位"}
)
_TITLE_ONLY = _LIGHT - _NAMED


class Words:
    """Reads the content words of texts by one version of the city's word lists."""

    def __init__(self, segmenter: Segmenter, lexicon: Lexicon) -> None:
        self._cut = segmenter.cut
        self._function = lexicon.function_words
        self._nouns = lexicon.nouns
        self._language = lexicon.language
        self._domain = frozenset(lexicon.user_words)
        self._name: dict[str, str] = {}
        self._commonness = lexicon.commonness
        names = {(s.asked, s.target) for s in lexicon.synonyms if s.weight >= _SAME_FROM}
        for one, other in names:
            if (other, one) in names:  # a name for the same thing is one both ways
                self._join(one, other)
        self._meant: dict[str, tuple[frozenset[str], ...]] = {}
        self._synonyms = lexicon.by_asked
        # Headings, rows and clauses are read again for each value in them.
        self._of_piece = lru_cache(_PIECES_KEPT)(self._read_piece)

    def _join(self, one: str, other: str) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        if first != second:
            self._name[second] = first

    def _root(self, word: str) -> str:
        while word in self._name:
            word = self._name[word]
        return word

    def of(self, text: str) -> list[str]:
        """The content words of a text in order; numbers, places of grammar and 的 are left out."""
        return [word for piece in pieces(normalise(text)) for word in self._of_piece(piece)]

    def _read_piece(self, piece: str) -> tuple[str, ...]:
        if not is_chinese(piece):
            return ()
        return tuple(
            _canonical(self._root(word))
            for word in self._cut(piece)
            if len(word) > 1 and word not in self._function and not _IS_NUMBER.match(word)
        )

    def topics(self, text: str) -> frozenset[str]:
        """The words of a text that name its matter: without 办理, 通知, 标准 and the like."""
        return frozenset(
            word for word in self.of(text) if word not in _LIGHT and not self._is_asking(word)
        )

    def _is_asking(self, word: str) -> bool:
        """几天, 能补: what a question is cut into beside the name of its matter."""
        return bool(_ASKED_WITH.match(word)) and word not in self._language

    def name(self, title: str) -> str:
        """A title without what names the kind of document: its matter's name as it is written."""
        parts = _ASKING.split(normalise(title))
        return self._named(max(parts, key=lambda part: self.total(self.topics(part))))

    def _named(self, said: str) -> str:
        kept: list[str] = []
        for piece in pieces(said):
            words = self._cut(piece) if is_chinese(piece) else []
            kept += [w for w in words if w not in self._function and w not in _TITLE_ONLY]
        return _ASKED_OF_IT.sub("", _canonical("".join(kept)))

    def is_telling(self, word: str) -> bool:
        """Whether the word names a thing, so that its absence on the other side says something."""
        return word in self._domain or word in self._nouns or word not in self._language

    def weight(self, word: str) -> float:
        """How much a word says: longer ones more, common ones (孩子, 户口) less."""
        return {1: 0.3, 2: 1.0, 3: 1.5}.get(len(word), 2.0) * max(0.2, 1 - self._commonness(word))

    def total(self, words: Iterable[str]) -> float:
        """The weight of all words together."""
        return sum(map(self.weight, words))

    def met(self, words: Iterable[str], by: frozenset[str]) -> float:
        """The weight of those words that are found among others."""
        return sum(self.weight(word) * self.alike(word, by) for word in words)

    def alike(self, word: str, words: frozenset[str]) -> float:
        """How well a word is met among others, as it stands or as documents put it (买房, 购房)."""
        best = alike(word, words)
        if best >= _AS_MEANT or word not in self._synonyms:
            return best
        if word not in self._meant:
            targets = (s.target for s in self._synonyms[word] if s.weight >= _SAME_MATTER_FROM)
            self._meant[word] = tuple(found for t in targets if (found := self.topics(t)))
        is_meant = any(
            all(alike(part, words) >= _AS_MEANT for part in target) for target in self._meant[word]
        )
        return _AS_MEANT if is_meant else best


_IS_NUMBER = re.compile(
    "^[零〇一二两三四五六七八九十百千万亿半第]+(?:个|年|月|日|天|元|岁|周岁|次|份|名|人|级|档|户|套|条|款|项|章)*$"
)


@lru_cache(_WORDS_KEPT)
def _canonical(word: str) -> str:
    for short, long in _SHORT:
        word = word.replace(short, long)
    return _PAYMENTS.sub("补贴", _HOUSING_FUND.sub("住房公积金", word))


def alike(word: str, words: Collection[str]) -> float:
    """How well a word is met among others.

    1 the same; 0.8 the same head with more before it (创业补贴, 一次性创业补贴); 0.4 one within the
    other otherwise, for what follows names another thing (残疾人, 残疾人证); else 0.
    """
    if word in words:
        return 1.0
    best, stem = 0.0, _stem(word)
    for other in words:
        if word.endswith(other) or other.endswith(word) or stem == _stem(other):
            return 0.8
        if not best and (word in other or other in word):
            best = 0.4
    return best


@lru_cache(_WORDS_KEPT)
def _stem(word: str) -> str:
    return _TAIL.sub("", word)
