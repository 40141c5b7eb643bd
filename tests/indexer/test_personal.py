"""Names, addresses and numbers are recognised the safe way round."""

import pytest

from indexer.lexicon import Lexicon, Synonym, default_lexicon
from indexer.personal import PersonalCheck

CHECK = PersonalCheck(default_lexicon())


@pytest.mark.parametrize(
    "text",
    [
        "王小明的养老金怎么查",
        "帮张伟查一下社保",
        "欧阳娜娜的居住证办好了吗",
        "李娜退休",
        "陈女士要退款",
        "我姓赵想问退休",
        "何建国的医保",
        "13812345678 怎么还没到账",
        "138 1234 5678 停机了",
        "510101199001011234 查社保",
        "尾号 6621 的卡挂失",
        "幺三八零零一三八零零零打不通",
        "138****5678 欠费",
        "粤b12345 违章",
        "翠湖花苑停水",
        "和平里 3 号楼停水",
        "五单元电梯坏了",
        "zhangsan@mail 收不到",
        "慕容雪的社保",
        "翠村的路灯不亮",
        "gjj tq",
    ],
)
def test_what_may_tell_who_somebody_is(text: str) -> None:
    assert CHECK.may_be_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "养老金怎么查",
        "退休以后社保怎么办",
        "孩子上学要什么材料",
        "钱什么时候到账",
        "2025年的补贴还能领吗",
        "12345 怎么打不通",
        "高龄老人有补贴吗",
        "医保断了三个月怎么补",
        "小区停水怎么办？",
        "家里地暖不烧了",
    ],
)
def test_what_anybody_could_have_said(text: str) -> None:
    assert not CHECK.may_be_personal(text)


def test_the_entrys_own_wording_is_nobodys_secret() -> None:
    assert CHECK.may_be_personal("翠湖花苑停水")
    assert not CHECK.may_be_personal("翠湖花苑停水", "翠湖花苑二次供水改造通知")


def test_words_of_the_lists_are_known() -> None:
    plain = PersonalCheck(Lexicon())
    taught = PersonalCheck(Lexicon(synonyms=(Synonym("圆梦金", "助学补助"),)))
    assert plain.may_be_personal("圆梦金")
    assert not taught.may_be_personal("圆梦金")
