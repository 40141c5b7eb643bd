"""文号, 机关, dates and validity are read where the document gives them, and only there."""

from __future__ import annotations

import pytest

from docs_import.dates import chinese_number, first_date, last_day
from docs_import.document import Block
from docs_import.document_numbers import normal_number
from docs_import.hints import Hints
from docs_import.lines import text_blocks
from docs_import.metadata import recognise

BODY = "为做好有关工作，根据上级文件精神，结合我市实际，现将有关事项通知如下，请认真贯彻执行。"
TITLE = "云汀市民政局关于提高临时救助标准的通知"


def _read(text: str, **values: str):
    hints = Hints(values={name: (value, "网页信息栏") for name, value in values.items()})
    return recognise(text_blocks(text), hints)


def _value(found) -> str | None:
    return found.value if found else None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (f"云民规〔2025〕3号\n{TITLE}\n{BODY}", "云民规〔2025〕3号"),
        (f"云民规[2025]3号\n{TITLE}\n{BODY}", "云民规〔2025〕3号"),
        (f"{TITLE}\n（云民规（2025） 3 号）\n{BODY}", "云民规〔2025〕3号"),
        (f"云民规〔２０２５〕３号\n{TITLE}\n{BODY}", "云民规〔2025〕3号"),
        (f"云民规〔2025〕3号 签发人：柳明\n{TITLE}\n{BODY}", "云民规〔2025〕3号"),
        (
            "云汀市人民政府令\n第12号\n《云汀市供热办法》已经通过，现予公布。",
            "云汀市人民政府令第12号",
        ),
        (f"云汀市供热条例\n（2021年7月27日国务院令第746号公布）\n{BODY}", "国务院令第746号"),
        (f"云民规〔2025〕3号{TITLE}\n{BODY}", "云民规〔2025〕3号"),
        (f"云民规【2025】3号\n{TITLE}\n{BODY}", "云民规〔2025〕3号"),
        (f"云民函〔2025〕3号\n{TITLE}\n{BODY}", "云民函〔2025〕3号"),
        (f"云民规〔2025〕3\n{TITLE}\n{BODY}", "云民规〔2025〕3号"),
        (
            f"云民规〔2025〕3号 云财社〔2025〕7号\n{TITLE}\n{BODY}",
            "云民规〔2025〕3号、云财社〔2025〕7号",
        ),
        (
            f"云汀市财政局 云汀市民政局公告2025年第8号\n{BODY}",
            "云汀市财政局云汀市民政局公告2025年第8号",
        ),
        (
            f"云汀市财政局\n云汀市民政局公告\n2025年第8号\n{BODY}",
            "云汀市财政局云汀市民政局公告2025年第8号",
        ),
        (
            f"云汀市供热保障\n工作领导小组办公室公告\n（第6号）\n{BODY}",
            "云汀市供热保障工作领导小组办公室公告第6号",
        ),
        (f"云汀市水务局通告（第7号）\n{BODY}", "云汀市水务局通告第7号"),
        (f"关于实施二号令公告第3号\n{BODY}", None),
        (f"{TITLE}\n根据《市救助办法》（云府办规〔2024〕13号）{BODY}", None),
        (f"{TITLE}\n{BODY}\n云府〔2020〕1号", None),
        (f"{TITLE}\n{BODY}《旧通知》（云民规〔2019〕4号）同时废止。", None),
    ],
)
def test_the_number_of_the_document_itself_is_read(text, number):
    assert _value(_read(text).document_number) == number


def test_the_number_in_the_table_of_the_page_is_read():
    found = _read(f"{TITLE}\n{BODY}", document_number="云民规〔2025〕3号").document_number
    assert (found.value, found.where) == ("云民规〔2025〕3号", "网页信息栏")


def test_an_empty_or_foolish_number_in_the_table_is_not_taken():
    assert _read(f"{TITLE}\n{BODY}", document_number="无").document_number is None


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        (f"{TITLE}\n{BODY}\n云汀市民政局\n2025年3月1日", "云汀市民政局"),
        (f"{TITLE}\n{BODY}\n云汀市民政局 云汀市财政局\n2025年3月1日", "云汀市民政局、云汀市财政局"),
        (
            f"{TITLE}\n{BODY}\n云汀市民政局\n云汀市财政局\n2025年3月1日",
            "云汀市民政局、云汀市财政局",
        ),
        (f"{TITLE}\n{BODY}\n云汀市民政局 2025年3月1日", "云汀市民政局"),
        (
            f"{TITLE}\n{BODY}\n云汀市供热保障\n工作领导小组办公室\n2025年3月1日",
            "云汀市供热保障工作领导小组办公室",
        ),
        (f"{TITLE}\n{BODY}\n特此通知\n民政局\n2025年3月1日", "民政局"),
        (f"{TITLE}\n{BODY}\n云汀市民政局（代章）\n2025年3月1日", "云汀市民政局"),
        (f"{TITLE}\n{BODY}\n云 汀 市 民 政 局\n2025年3月1日", "云汀市民政局"),
        (f"{TITLE}\n{BODY}", "云汀市民政局"),
        (
            f"关于停水的通知\n{BODY}\n云汀市人民政府办公室\n二〇二五年三月一日",
            "云汀市人民政府办公室",
        ),
        ("云汀市人民政府令\n第12号\n《云汀市供热办法》已经通过，现予公布。", "云汀市人民政府"),
        (f"关于停水的通知\n{BODY}\n请拨打民政局电话咨询。", None),
        (
            f"云汀市供热条例\n2025年3月1日云汀市第三届人民代表大会常务委员会第二次会议通过\n{BODY}",
            "云汀市人民代表大会常务委员会",
        ),
    ],
)
def test_the_issuing_authority_is_read(text, authority):
    assert _value(_read(text).issuing_authority) == authority


def test_the_signature_wins_over_the_page_that_reposts_it():
    text = f"{TITLE}\n{BODY}\n云汀市民政局\n2025年3月1日"
    found = _read(text, publisher="东区街道办事处").issuing_authority
    assert (found.value, found.doubtful) == ("云汀市民政局", False)


def test_the_print_office_is_not_the_authority():
    text = (
        f"{TITLE}\n{BODY}\n云汀市民政局\n2025年3月1日\n第一条 本办法自印发之日起施行，有效期3年。\n"
        "云汀市民政局办公室 2025年3月5日印发"
    )
    read = _read(text)
    assert _value(read.issuing_authority) == "云汀市民政局"
    assert _value(read.issued_on) == "2025-03-01"
    assert _value(read.valid_from) == "2025-03-05"
    assert read.valid_from.doubtful
    assert _value(read.valid_until) == "2028-03-04"


def test_a_newspaper_is_no_authority():
    hints = Hints(meta={"ContentSource": "云汀日报"})
    assert recognise(text_blocks(f"好消息来了\n{BODY}"), hints).issuing_authority is None


def test_a_bureau_named_short_gets_the_city_of_the_site():
    hints = Hints(meta={"ContentSource": "市民政局", "SiteName": "云汀市人民政府门户网站"})
    found = recognise(text_blocks(f"好消息来了\n{BODY}"), hints).issuing_authority
    assert (found.value, found.doubtful) == ("云汀市民政局", True)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (f"{TITLE}\n{BODY}\n云汀市民政局\n2025年11月7日", "2025-11-07"),
        (f"{TITLE}\n{BODY}\n云汀市民政局\n二〇二五年十一月七日", "2025-11-07"),
        (f"{TITLE}\n{BODY}\n云汀市民政局\n２０２５年 11月 7 日", "2025-11-07"),
        (f"云汀市供热条例\n（2025年11月7日云汀市人大常委会通过）\n{BODY}", "2025-11-07"),
        (f"云汀市供热条例\n2025年11月7日云汀市人大常委会会议通过\n{BODY}", "2025-11-07"),
        (f"{TITLE}\n{BODY}自2025年11月7日起报名。", None),
        (f"{TITLE}\n{BODY}\n云汀市民政局\n2025年13月40日", None),
    ],
)
def test_the_date_of_the_document_is_read(text, day):
    assert _value(_read(text).issued_on) == day


def test_the_day_a_page_was_shown_is_a_doubtful_date():
    read = _read(f"{TITLE}\n{BODY}", published_on="2025-11-09 10:30")
    assert _value(read.published_on) == "2025-11-09"
    assert (read.issued_on.value, read.issued_on.doubtful) == ("2025-11-09", True)


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("第九条 本办法自2025年1月1日起施行，有效期5年。", "2025-01-01", "2029-12-31"),
        ("本通知自2025年1月1日起施行，有效期至2026年12月31日。", "2025-01-01", "2026-12-31"),
        ("本办法有效期自2025年1月1日至2027年12月31日。", "2025-01-01", "2027-12-31"),
        ("本细则自2024年2月29日起试行，试行期为1年。", "2024-02-29", "2025-02-28"),
        ("本公告自2025年3月1日起实施，有效期六个月。", "2025-03-01", "2025-08-31"),
        ("本办法自印发之日起施行，有效期3年。", "2025-03-01", "2028-02-29"),
        ("本办法自发布之日起30日后施行。", "2025-03-31", None),
        ("居住证有效期为一年，每年签注一次。", None, None),
        ("养老金自2025年1月起按新标准发放。", None, None),
    ],
)
def test_validity_is_what_the_document_says_of_itself(line, start, end):
    read = _read(f"{TITLE}\n{BODY}\n{line}\n云汀市民政局\n2025年3月1日")
    assert (_value(read.valid_from), _value(read.valid_until)) == (start, end)


def test_the_numbers_it_repeals_are_read():
    read = _read(
        f"{TITLE}\n{BODY}\n二、本通知自2025年1月1日起施行。《甲通知》（云民规〔2019〕4号）、"
        "《乙通知》（云民规[2020]5号）同时废止。"
    )
    assert [(act.kind, act.title, act.document_number) for act in read.acts] == [
        ("repeals", "甲通知", "云民规〔2019〕4号"),
        ("repeals", "乙通知", "云民规〔2020〕5号"),
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"云民规〔2025〕3号\n{TITLE}\n{BODY}", TITLE),
        (f"云民规〔2025〕3号{TITLE}\n{BODY}", TITLE),
        (
            "云汀市民政局 云汀市财政局\n关于提高标准的通知\n各区：",
            "云汀市民政局 云汀市财政局关于提高标准的通知",
        ),
        (
            "云汀市民政局\n云汀市财政局关于提高标准的通知\n各区：",
            "云汀市民政局 云汀市财政局关于提高标准的通知",
        ),
        ("云汀市民政局\n云汀市民政局关于提高标准的通知\n各区：", "云汀市民政局关于提高标准的通知"),
        ("社保卡怎么补办\n可以到服务窗口补办。", "社保卡怎么补办"),
        (
            "云汀市民政局文件\n云民规〔2025〕3号\n云汀市临时救助办法\n各区民政局：",
            "云汀市临时救助办法",
        ),
        (BODY, None),
    ],
)
def test_the_title_is_read_from_the_first_lines(text, title):
    assert _value(_read(text).title) == title


@pytest.mark.parametrize(
    ("text", "number"), [("五", 5), ("十", 10), ("十二", 12), ("三十一", 31), ("二〇二五", 2025)]
)
def test_chinese_numbers_are_read(text, number):
    assert chinese_number(text) == number


def test_impossible_dates_are_none():
    assert first_date("2025年2月30日") is None
    assert first_date("2025年2月") is None


def test_a_term_ends_on_the_day_before_its_anniversary():
    assert last_day("2024-07-29", years=5) == "2029-07-28"
    assert last_day("2024-03-01", years=1) == "2025-02-28"
    assert last_day("2023-03-01", years=1) == "2024-02-29"


def test_a_term_into_a_month_without_such_a_day_ends_with_the_month():
    assert last_day("2025-08-31", months=6) == "2026-02-28"
    assert last_day("2024-02-29", years=1) == "2025-02-28"


def test_brackets_and_digits_of_a_number_are_made_the_standard_ones():
    assert normal_number("云府办规【２０２４】 13 号") == "云府办规〔2024〕13号"


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ("云汀市政务公开文件汇编", "云汀市民政局关于高龄津贴的通知"),
        ("云汀市财政局", "云汀市财政局 云汀市民政局关于高龄津贴的通知"),
        ("云汀市人民政府办公室转发", "云汀市人民政府办公室转发云汀市民政局关于高龄津贴的通知"),
    ],
)
def test_a_page_head_does_not_join_the_title_below_it(above, title):
    lines = [above, "云汀市民政局关于高龄津贴的通知", "各区民政局：", "现将有关事项通知如下。"]
    found = recognise([Block("paragraph", line) for line in lines])
    assert found.title.value == title


def test_a_licence_is_named_by_its_second_line():
    lines = [
        Block("heading", "中华人民共和国", 1),
        Block("heading", "采砂许可证", 2),
        Block("paragraph", "经审查合格，特发此证。"),
    ]
    assert recognise(lines).title.value == "中华人民共和国采砂许可证"
    assert recognise([lines[0], lines[2]]).title.value == "中华人民共和国"
