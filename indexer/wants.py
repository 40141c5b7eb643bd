"""Which kind of answer a question wants: a phone number, a place, an amount, a time, papers."""

from __future__ import annotations

import re

PHONE, PLACE, AMOUNT, TIME, PAPERS, AGE = "phone", "place", "amount", "time", "papers", "age"

_ASKED = {
    PHONE: re.compile("电话|号码|多少号|热线|怎么联系|联系方式|打哪个|找谁联系"),
    PLACE: re.compile("在哪|哪里|哪儿|哪个地方|地址|什么地方|去哪|怎么走|位置"),
    AMOUNT: re.compile(
        "多少钱|多少|几多|几块|几万|几千|几百|额度|标准|金额|比例|费率|上限|封顶|最高"
    ),
    TIME: re.compile(
        "多久|多长|几天|几个?月|几年|几号|几点|几个?工作日|多少个?(?:天|日|年|月|小时|工作日)"
        "|什么时候|何时|哪天|哪一天|到期|期限|时限|时间"
    ),
    PAPERS: re.compile("材料|资料|证件|带什么|要什么|手续"),
    AGE: re.compile("几岁|年龄|年纪|多大|岁数|周岁"),
}
# What a sentence that answers such a question looks like.
_ANSWERS = {
    PHONE: re.compile(r"\d{3,4}-\d{7,8}|(?<!\d)[2-8]\d{6,7}(?!\d)|(?<!\d)1\d{10}(?!\d)|电话|热线"),
    PLACE: re.compile("地址|路|街|号楼|大厅|窗口|中心|服务厅|网点|平台|小程序|公众号|app"),
    AMOUNT: re.compile(
        r"\d[\d,.]*\s*(?:元|万|亿|%|倍|分|个百分点)|[一二三四五六七八九十百千万]+元|免收|免费"
    ),
    TIME: re.compile(
        r"\d+\s*(?:个)?(?:工作日|日|天|月|年|小时|周|点|时)|[一二两三四五六七八九十]+(?:个工作日|个月|日内|天|年)|\d{1,2}:\d{2}|长期|当日|即时"
    ),
    PAPERS: re.compile("材料|资料|身份证|户口|证明|申请表|复印件|原件|凭证"),
    AGE: re.compile(r"\d+\s*(?:周岁|岁)|出生"),
}


def wanted(text: str) -> frozenset[str]:
    """The kinds of answer that normalised question text asks for."""
    return frozenset(want for want, pattern in _ASKED.items() if pattern.search(text))


def gives(want: str, text: str) -> bool:
    """Whether normalised text looks like an answer of that kind."""
    return bool(_ANSWERS[want].search(text))
