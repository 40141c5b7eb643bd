"""诉求目的 of what callers say: told from the words, silent rather than wrong."""

import pytest

from kb.profile import profile_from
from kb.services.purpose_suggesting import as_answered
from kb.services.registration import Registration
from kb.suggesting.purposes import suggest_purposes

SAID = [
    ("失业金怎么申领，需要什么材料", "consultation"),
    ("请问公积金可以提取出来还房贷吗", "consultation"),
    ("居住证在哪里办，多长时间能拿到", "consultation"),
    ("不动产登记中心电话是多少", "consultation"),
    ("老年卡什么时候开始发", "consultation"),
    ("小区二号楼三天没水了，希望尽快修复", "help"),
    ("人行道井盖缺失很危险", "help"),
    ("家里暖气不热，室温不达标", "help"),
    ("工地拖欠工资三个月", "help"),
    ("顶楼漏水请求协调维修", "help"),
    ("楼下烧烤店油烟扰民没人管", "complaint"),
    ("办事窗口工作人员态度很差", "complaint"),
    ("出租车拒载还多收费", "complaint"),
    ("物业乱收费，账目从不公示", "complaint"),
    ("我要投诉医院推诿", "complaint"),
    ("举报有人无证行医", "tip_off"),
    ("化工厂夜里偷排污水", "tip_off"),
    ("建议在学校门口增设红绿灯", "suggestion"),
    ("希望能延长图书馆开放时间", "suggestion"),
    ("表扬公交司机拾金不昧", "praise"),
    ("打错了，没有事情", "other"),
]


@pytest.mark.parametrize(("said", "purpose"), SAID)
def test_the_words_tell_the_purpose(said: str, purpose: str) -> None:
    best = suggest_purposes(said, "")[0]
    assert best.purpose == purpose
    assert all(word in said for word in best.words)


@pytest.mark.parametrize(
    ("said", "purposes"),
    [
        ("我不投诉他们，只想咨询一下", ["consultation"]),
        ("我不是要投诉，就是想问问公积金的事", ["consultation"]),
        ("没有不满，咨询一下", ["consultation"]),
        ("不想举报谁，想了解政策", ["consultation"]),
        # Said twice, denied once; and what denies nothing.
        ("我不投诉司机，我投诉公司", ["complaint"]),
        ("不得不投诉", ["complaint"]),
        ("特别感谢", ["praise"]),
        ("非常感谢", ["praise"]),
    ],
)
def test_a_purpose_that_is_denied_is_none(said: str, purposes: list[str]) -> None:
    assert [one.purpose for one in suggest_purposes(said, "")] == purposes


@pytest.mark.parametrize(
    ("said", "purpose"),
    [
        ("感谢你们，但是小区还是停水，希望尽快解决", "help"),
        ("感谢热线，小区停水请尽快处理", "help"),
        ("感谢热线帮我解决了停水问题", "praise"),
    ],
)
def test_thanks_beside_a_wish_for_help_are_courtesy(said: str, purpose: str) -> None:
    assert suggest_purposes(said, "")[0].purpose == purpose
    assert suggest_purposes("", said)[0].purpose == purpose


@pytest.mark.parametrize("said", ["", "江北路", "关于北苑新村", "老张家的事"])
def test_words_that_tell_nothing_get_no_suggestion(said: str) -> None:
    assert suggest_purposes(said, "") == []


def test_the_title_weighs_more_than_what_is_told_around_it() -> None:
    found = suggest_purposes("投诉物业不修电梯", "来电人咨询过社区，说找物业。")
    assert found[0].purpose == "complaint"


@pytest.mark.parametrize(
    ("offered", "stored"),
    [
        (["投诉", "咨询"], "consultation"),
        (
            [
                {"name": "投诉举报", "counts_as": "投诉"},
                {"name": "业务咨询", "counts_as": "咨询"},
            ],
            "业务咨询",
        ),
        ([{"name": "投诉举报", "counts_as": "投诉"}, "求助"], "投诉举报"),
    ],
)
def test_what_is_answered_at_once_was_asked_to_know_in_the_words_of_the_city(
    offered: list[object], stored: str
) -> None:
    profile = profile_from({"city": "澜川市", "code": "LC", "purposes": offered})
    assert as_answered(Registration(title="水费怎么交", purpose=""), profile).purpose == stored
