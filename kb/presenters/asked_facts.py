"""Which fixed facts of an entry a question wants, and how a fact is said."""

import re
from collections.abc import Mapping
from typing import Any

from indexer import wants
from indexer.normalise import normalise
from indexer.query import Understood
from indexer.wants import gives
from kb.conflicts.numerals import NotANumber, parse_number
from kb.facts import LABELS, fact_text

_OPEN = re.compile(
    "上不?上班|下班|开不?开门|关门|营业|开放时间|(?:上班|办公|受理|服务|办理|接待|工作)时间"
    "|休不?休息|(?:周|星期|礼拜)[一二三四五六日天末\\d]|周末|双休|节假日|午休|中午|几点"
)
# 几天 of a leave or of a booking ahead is no time that the office takes.
_TAKES = re.compile(
    "下来|[办弄审]好|办完|办结|办妥|批[下好]|拿[到证]|取到?|领[到证]|出[证来结]|到账|完成|审[批核]|受理"
    "|时限|期限|办理时间|[要得等](?:等|多|几|用|花)|(?:多久|几天|多长时间|几个工作日)(?:能|可以|会|才|就)"
)
_OTHER_DAYS = re.compile("提前|有效期|能用|使用|有效|过期|[之以]前|之?内[申要办去提交]")
_PRICE = re.compile("收费|费用|工本费|手续费|免费|[要收花交]钱|钱")
_PAID_OUT = re.compile("补[贴助偿发]|报销|报多少|发多少|领|奖|贷|赔|退|返|津贴|待遇|救助")
# With what it counts: 3个 is no 3号. Scripts are often written as they are said: 三个.
# 个 says what it counts only with the next character: 2个材料 are no 2个工作日.
_NUMBER = re.compile(
    r"(\d[\d.:-]*|[一二两三四五六七八九十百千万零]+)\s*(?:个(?=工作))?(个?[\u4e00-\u9fff]?)"
)
_ARROW = re.compile(r"\s*[→⇒➔]\s*(?=[；;。\n]|$)")


def asked_facts(facts: Mapping[str, Any], understood: Understood | None) -> tuple[str, ...]:
    """The names of the facts that answer what was asked, in the order in which facts are shown."""
    if understood is None:
        return ()
    question = understood.text
    names = set().union(*(_names(want, question, facts) for want in understood.wants))
    if _OPEN.search(question):
        names.add("hours")
        if not _TAKES.search(question):
            names.discard("time_limit")
    return tuple(name for name in LABELS if name in names and facts.get(name))


def _names(want: str, question: str, facts: Mapping[str, Any]) -> frozenset[str]:
    conclusion = normalise(fact_text(facts.get("conclusion", "")))
    match want:
        case wants.PHONE:
            return frozenset({"phone"})
        case wants.PLACE:
            return frozenset({"place"})
        case wants.CHANNEL:
            return frozenset({"online"})
        case wants.PAPERS:
            return frozenset({"materials"})
        case wants.CONDITIONS:
            return frozenset({"conditions"})
        case wants.STEPS if not conclusion:
            return frozenset({"steps"})
        case wants.AMOUNT if not _is_paid_out(question) and not gives(want, conclusion):
            return frozenset({"fee"})
        case wants.DAYS | wants.MONTHS | wants.TIME | wants.DATE | wants.DEADLINE if _TAKES.search(
            question
        ) and not _OTHER_DAYS.search(question):
            return frozenset({"time_limit"})
        case _:
            return frozenset()


def _is_paid_out(question: str) -> bool:
    """Whether the sum asked for is one that people get, of which 费用：免费 says nothing."""
    return bool(_PAID_OUT.search(question)) or not _PRICE.search(question)


def said_fact(name: str, facts: Mapping[str, Any]) -> str:
    """A fact as a sentence: 时限：3个工作日. The arrows between steps are not said."""
    return f"{LABELS[name]}：{_ARROW.sub('', fact_text(facts[name]))}"


def tells(text: str, value: str) -> bool:
    """Whether a text says the value of a fact: its words, or every number of it."""
    told, wanted = normalise(text), normalise(value)
    numbers = _numbers(wanted)
    return wanted in told or (bool(numbers) and numbers <= _numbers(told))


def _numbers(text: str) -> set[tuple[str, str]]:
    found = set()
    for number, counted in _NUMBER.findall(text):
        try:
            found.add((number if number[0].isdigit() else str(parse_number(number)), counted))
        except NotANumber:
            found.add((number, counted))
    return found
