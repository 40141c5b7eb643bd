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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("您住的幸福路12号3单元属城关派出所", "您住的幸福路*号*单元属城关派出所"),
        ("幸福路12号3单元归城关派出所管辖", "幸福路*号*单元归城关派出所管辖"),
        ("槐花巷7号由城关派出所负责", "槐花巷*号由城关派出所负责"),
        ("幸福路12号，派出所已核实", "幸福路*号，派出所已核实"),
        ("派出所民警到幸福路12号3单元走访", "派出所民警到幸福路*号*单元走访"),
        ("翠湖小区8号夜间噪音大", "翠湖小区*号夜间噪音大"),
        ("青石村12号门前积水", "青石村*号门前积水"),
        ("幸福路１２号附２号漏水", "幸福路*号附*号漏水"),
        ("和顺里2栋1单元楼道灯坏了", "和顺里*栋*单元楼道灯坏了"),
    ],
)
def test_a_house_is_masked_whatever_the_sentence_goes_on_with(text, shown):
    assert mask_person(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "请到滨江路66号政务大厅办理",
        "窗口在滨江路66号2楼205室",
        "滨江路66号，一楼大厅办理",
        "滨江路66号（市民中心）周末不休息",
        "请携带材料到城关派出所（幸福路15号）办理",
        "社保局在滨江路66号A座1201室",
        "翠湖小区3号楼电梯停运",
        "第二单元测验，每户3个单元",
    ],
)
def test_where_an_office_stands_is_published_and_stays(text):
    assert mask_person(text) == text
