"""Which figures of an answer can be dialled: phones, and never sums, days or numbers of papers."""

import re

import pytest

from webapp.public_faq.phones import with_phone_links


def _dialled(text: str, *, is_phone: bool = False) -> list[str]:
    return re.findall(r'href="tel:(\d+)"', with_phone_links(text, is_phone=is_phone))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0999-1234567", ["09991234567"]),
        ("（0999）1234567", ["09991234567"]),
        ("0999 8220393", ["09998220393"]),
        ("0999-8220393-801", ["09998220393"]),
        ("手机 13800000000", ["13800000000"]),
        ("客服 400-123-4567", ["4001234567"]),
        ("客服4001234567", ["4001234567"]),
        ("12393", ["12393"]),
        ("１２３４５", ["12345"]),
        ("8220393", ["8220393"]),
        ("举报电话：12345。", ["12345"]),
        ("咨询电话：0999-8220393、12393。", ["09998220393", "12393"]),
        ("拨打12328或者12345，提供车牌号。7个工作日内答复。", ["12328", "12345"]),
        ("其他情况拨打95598，城区45分钟到达。", ["95598"]),
        ("全国医保热线12393。", ["12393"]),
        ("可向12345反映", ["12345"]),
        ("拨打12345人工服务", ["12345"]),
        ("12366纳税服务热线", ["12366"]),
        ("电话（工作日 9:00—17:00）：8220393", ["8220393"]),
        ("电话：8220393/8220394", ["8220393", "8220394"]),
    ],
)
def test_a_phone_can_be_dialled(text: str, expected: list[str]) -> None:
    assert _dialled(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "一次性补贴12000元",
        "每户12000",
        "补贴标准12000、15000元两档",
        "罚款12000-15000元",
        "罚款12000至95000元",
        "注册资本1000000元以上",
        "投资 5000000 万元",
        "最高不超过12345678元",
        "￥12000",
        "合计 5,000,000 元",
        "自20260507起施行",
        "电话受理日期20260507",
        "云政办发〔2026〕12345号",
        "第12345号公告",
        "GB 12345-2026",
        "国药准字Z12345678",
        "许可证编号：12345678",
        "统一社会信用代码 91650100MA12345678",
        "身份证 650102199001011234",
        "身份证 650102 19900101 1234",
        "账号 13800000000",
        "账号：65001234567",
        "银行卡号6222021234567890123",
        "受理号20260507123456",
        "面积12000平方米",
        "惠及12000人",
        "咨询服务补贴12000",
        "邮编 835000，编号 8220393",
        "0.12345",
    ],
)
def test_what_only_looks_like_a_phone_cannot(text: str) -> None:
    assert _dialled(text) == []


def test_a_sum_beside_a_phone_stays_a_sum() -> None:
    text = "咨询电话12393，每户补贴12000"
    assert _dialled(text) == ["12393"]
    assert _dialled("拨打0999-8220393预约，缴费标准为12000元") == ["09998220393"]


def test_under_电话_bare_figures_are_numbers() -> None:
    text = "医保窗口 8220393；参保窗口 8220394"
    assert _dialled(text) == []
    assert _dialled(text, is_phone=True) == ["8220393", "8220394"]
    assert _dialled("成立于20260507", is_phone=True) == []


def test_the_text_around_is_escaped() -> None:
    assert with_phone_links("<b>12345</b>") == (
        '&lt;b&gt;<a class="tel num" href="tel:12345">12345</a>&lt;/b&gt;'
    )
