"""Whether a caller's words may tell who somebody is (个人信息).

Decided the safe way round: what cannot be recognised as common speech or as the entry's own
wording may be a name, an address or a number, and is not to be kept or shown to others.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .lexicon import Lexicon, language_lines
from .normalise import CJK, normalise

_LONGEST_WORD = 8
_NUMBER = re.compile(
    # A hotline (12345, 95588) or a year is nobody's; any other run of four digits may be.
    r"(?<!\d)(?!1[02]\d{3}(?!\d)|9[56]\d{3}(?!\d)|(?:19|20)\d\d(?!\d))\d{4,}"
    r"|\d[\d\- ]{5,}\d|[*@]|[a-z]\d|\d[a-z]|[零〇一二三四五六七八九幺两]{5,}"
)
_ADDRESS = re.compile(
    r"[\d零一二三四五六七八九十百](?:号楼|号院|弄|栋|幢|座|单元|室|楼|号(?![文令线]))|门牌"
)
_NAMED = re.compile(
    "姓[^氏名]|名叫|我叫|他叫|她叫|先生|女士|小姐|欧阳|慕容|诸葛|司马|上官|皇甫|尉迟|令狐|宇文"
)
# Family names in the order of their number of bearers.
_FAMILY = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝"
    "龚邵万钱严覃武戴莫孔向汤康施洪安时牛温樊葛俞齐庞颜倪柳骆焦管兰岳欧阳司诸尤祝丘殷翟章"
)
# Family names that are everyday words as well; before a question word they are that word.
_EVERYDAY = frozenset("钱金方高石江万毛向任夏白田马于何时安管武")
_ALONE = frozenset(
    "的了吗呢吧啊么我你他她它们在是有没不无能要可会去来到给被把和与或及跟从对为因这那哪几多少"
    "谁前后里外中内个位次天月年日元块费交缴领取办拿报查问补改换退停开关转迁户证卡房车学医药病"
    "老小大新旧孩娃人家用买卖租住修装电水气热网路税险款贷保工岗班考校园什怎如请想找说让又再也还"
    "都就才只最更很太得地过着完好坏断漏堵吵臭脏乱收发送寄打接挂丢错重轻快慢早晚"
)
_PLACE = re.compile("小区|花园|花苑|家园|公寓|大厦|新村|广场|胡同|[苑村镇乡路街巷里湾]")
_ASKING = re.compile(
    "怎|如何|什么|多少|多久|多长|哪|何时|能|可以|要|需|是|有|没|不|吗|呢|的|了|在|到|去|给"
    f"|[^{CJK}]|$"
)


class PersonalCheck:
    """Judges texts by one set of word lists; safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        targets = (synonym.target for synonym in lexicon.synonyms)
        own = (*lexicon.user_words, *lexicon.by_asked, *targets, *lexicon.filler)
        self._own = frozenset(own)
        self._language = lexicon.language

    def may_be_personal(self, text: str, wording: str = "") -> bool:
        """Tell whether a text may hold a name, an address, a phone, an ID or a plate number.

        :param wording: the entry's own text; what stands in it is not the caller's secret.
        """
        line = normalise(text)
        if _NUMBER.search(line) or _ADDRESS.search(line) or _NAMED.search(line):
            return True
        return not self._is_covered(line, normalise(wording))

    def _is_covered(self, line: str, wording: str) -> bool:
        """Whether the line can be laid out in known words, end to end.

        One unknown character may stand between known words (烧, 暖); two together may be a name
        of a person or a place, and so may one before a word for places.
        """
        known = [True] + [False] * len(line)
        strange = [False] * (len(line) + 1)
        for at in range(len(line)):
            if not (known[at] or strange[at]):
                continue
            place = _PLACE.match(line, at)
            for end in range(at + 2, min(len(line), at + _LONGEST_WORD) + 1):
                fits = known[at] or not place
                known[end] |= fits and self._is_known(line[at:end], wording)
            if place and not known[at]:
                continue
            known[at + 1] |= _may_stand_alone(line, at)
            strange[at + 1] |= known[at] and line[at] not in _FAMILY
        return known[-1] or strange[-1]

    def _is_known(self, word: str, wording: str) -> bool:
        if word in wording or word in self._own:
            return True
        return word in self._language and word not in _dictionary_names()


def _may_stand_alone(line: str, at: int) -> bool:
    char = line[at]
    if char in _EVERYDAY:
        return bool(_ASKING.match(line, at + 1))
    if char in _FAMILY:
        return False
    return char in _ALONE or char.isdigit() or not char.isalpha()


@lru_cache(maxsize=1)
def _dictionary_names() -> frozenset[str]:
    """Names of people in the general dictionary; its mark for names is also on other words."""
    return frozenset(
        word for word, _, kind in language_lines() if kind == "nr" and word[0] in _FAMILY
    )
