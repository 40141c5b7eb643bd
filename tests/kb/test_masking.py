"""What is masked in a text, and what is left readable."""

import pytest

from kb.masking import mask_person, mask_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打13800001234", "请打138****1234"),
        ("138 0000 1234 或 138-0000-1234", "138 **** 1234 或 138-****-1234"),
        ("手机１３８００００１２３４", "手机１３８****１２３４"),
        ("一三八零零零零一二三四", "一三八****一二三四"),
        ("身份证110101199001011234", "身份证110101********1234"),
        ("身份证 110101 19900101 1234", "身份证 110101 ******** 1234"),
        ("旧证130102900101123", "旧证130102*****1123"),
        ("卡号6222020200001234567", "卡号***************4567"),
        ("邮箱 lin.yue@example.org", "邮箱 l***@example.org"),
    ],
)
def test_numbers_that_reach_a_person_are_masked_whatever_their_spelling(text, shown):
    assert mask_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "请拨打12345或0999-8210333",
        "文号云政发〔2026〕12号，工单YT20260507000012",
        "2026-05-07 16:30 前办结，罚款20000元",
        "市政务服务中心地址：滨江路66号2楼205室",
        "统一社会信用代码911101086000000001",
        "涉事车辆粤B12345停在云岭路",
    ],
)
def test_what_an_office_needs_or_publishes_stays_readable(text):
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("家住翠湖花苑3栋2单元501室", "家住翠湖花苑*栋*单元*室"),
        ("住在滨江路66号", "住在滨江路*号"),
        ("车牌粤B12345", "车牌粤B*****"),
        ("家里座机0999-8123456", "家里座机****-*******"),
    ],
)
def test_what_leaves_the_order_names_no_house_car_or_landline(text, shown):
    assert mask_person(text) == shown


def test_phones_that_units_publish_stay_in_knowledge():
    said = "办理窗口在滨江路66号政务大厅，咨询0999-8210333"
    assert mask_person(said, kept=["0999-8210333"]) == said
