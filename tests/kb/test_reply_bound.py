"""What of a reply holds for one case alone is marked and left out of the general wording."""

import pytest

from kb.replies.bound import bound_phrases, generalised
from kb.replies.question_title import question_title


@pytest.mark.parametrize(
    ("reply", "general"),
    [
        (
            "经核查，您的停保信息已由单位申报，可直接在“云汀通”申领。"
            "我局工作人员已于今日上午电话指导您提交申请，预计10个工作日内审核。",
            "您的停保信息已由单位申报，可直接在“云汀通”申领。",
        ),
        (
            "云岭派出所民警已电话答复：您有房产，携带身份证、户口簿到派出所即可，当场办结。",
            "您有房产，携带身份证、户口簿到派出所即可，当场办结。",
        ),
        (
            "经核查您名下无房，可在线提取，每月最高1500元。我中心已指导您完成签约，每月10日自动到账。",
            "经核查您名下无房，可在线提取，每月最高1500元。我中心已指导您完成签约，每月10日自动到账。",
        ),
        ("11月3日维修人员张师傅上门更换阀门，全楼恢复供热。", ""),
        ("您住幸福路*号*单元*室，可上门登记。窗口当场办结。", "窗口当场办结。"),
        ("经核查，居民医保每人400元。已为您办理参保登记。", "居民医保每人400元。"),
        (
            "市住房和城乡建设局已于今天到现场核查：水箱确实超过半年没有清洗，已责令物业公司今天下午"
            "停水清洗。二次供水水箱每半年至少清洗一次，由物业公司负责。",
            "二次供水水箱每半年至少清洗一次，由物业公司负责。",
        ),
        (
            "消防通道确有6辆车违停，已拖移2辆、处罚4辆。占用消防通道的可拨打0999-8220122举报。",
            "占用消防通道的可拨打0999-8220122举报。",
        ),
        ("您的补贴已完成拨付审批，预计本月25日到账。", ""),
    ],
)
def test_the_general_wording_is_every_sentence_that_says_something_for_everybody(
    reply: str, general: str
) -> None:
    assert generalised(reply).text == general


@pytest.mark.parametrize(
    ("reply", "general", "bound"),
    [
        (
            "经核查，您未连续缴费满6个月，不能享受生育待遇。",
            "您未连续缴费满6个月，不能享受生育待遇。",
            ("您未连续缴费满6个月",),
        ),
        (
            "已办理退休手续的，不得申请失业保险金。",
            "已办理退休手续的，不得申请失业保险金。",
            ("已办理退休手续的",),
        ),
        (
            "如您已登记结婚，可以提取公积金。",
            "如您已登记结婚，可以提取公积金。",
            ("如您已登记结婚",),
        ),
        (
            "经核查，您未连续缴费满6个月。因此不能享受生育待遇。",
            "您未连续缴费满6个月。因此不能享受生育待遇。",
            ("您未连续缴费满6个月",),
        ),
        (
            "您未连续缴费满6个月；不能享受生育待遇。",
            "您未连续缴费满6个月；不能享受生育待遇。",
            ("您未连续缴费满6个月",),
        ),
        (
            "您未连续缴费满6个月。\n不能享受生育待遇。",
            "您未连续缴费满6个月。\n不能享受生育待遇。",
            ("您未连续缴费满6个月",),
        ),
        (
            "每人每月补贴200元。您名下有房的除外。",
            "每人每月补贴200元。您名下有房的除外。",
            ("您名下有房的除外",),
        ),
    ],
)
def test_no_rule_loses_its_condition(reply: str, general: str, bound: tuple[str, ...]) -> None:
    found = generalised(reply)
    assert (found.text, found.bound) == (general, bound)


@pytest.mark.parametrize(
    "rule",
    [
        "居民医保每人400元，12月31日截止，可在“云汀通”代缴。",
        "当年费用12月25日前缴清，每月10日自动到账。",
        "90日内缴费从出生当天起报销。",
        "请您携带材料到立案窗口，不收费；您可在线申请。",
        "次日即可缴费，自次月起执行，疑问请拨0999-8210333。",
        "工作日9:00至17:00，周六上午部分窗口开放。",
        "已满60周岁、已参保的可以申领；原证已失效，不用交回。",
        "出院时直接结算；已自费的，带票据到窗口手工报销。",
    ],
)
def test_limits_and_rules_are_no_single_case(rule: str) -> None:
    assert bound_phrases(rule) == []
    assert generalised(rule).text == rule
    assert generalised(rule).dropped == generalised(rule).bound == ()


def test_each_mark_says_why() -> None:
    text = "经核实，刘女士家住幸福路12号3单元302室，11月3日上午已更换阀门。"
    found = {text[one.start : one.end]: one.kind.label for one in bound_phrases(text)}
    assert found["经核实"] == "对这一件的核查"
    assert found["11月3日上午"] == "单次日期"
    assert "具体地址" in found.values()
    assert "为这一件办的" in found.values()


@pytest.mark.parametrize(
    ("title", "wordings", "expected"),
    [
        ("咨询养犬登记费用", ("养犬登记要多少钱",), "养犬登记要多少钱？"),
        ("咨询养犬登记费用", ("养犬登记",), "养犬登记费用"),
        ("来电人反映拖欠工资的问题", (), "拖欠工资"),
        ("咨询", (), "咨询"),
    ],
)
def test_the_title_is_the_question_or_the_matter(
    title: str, wordings: tuple[str, ...], expected: str
) -> None:
    assert question_title(title, wordings) == expected
