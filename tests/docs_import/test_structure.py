"""Documents are cut along their own structure."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docs_import.document import Block
from docs_import.markdown_body import write
from docs_import.markdown_read import plain, read
from docs_import.structure import HEAD, SIGNATURE, cut, cut_text, text_to_markdown

REGULATION = """云汀市供热管理办法
第一章 总则
第一条 为了规范供热活动，制定本办法。
第二条 本市供热适用本办法。
军队供热按照有关规定执行。
第二章 用热
第三条 有下列情形之一的，用户可以申请停热：
（一）房屋无人居住；
（二）房屋正在修缮。
第四条 违反本办法第三条第一款规定的，由市住房和城乡建设局责令改正。"""

NOTICE = """云汀市教育局关于做好小学招生工作的通知
云教〔2025〕8号
各区教育局：
现将有关事项通知如下。
一、报名时间
2025年5月7日至5月20日。
二、报名方式。家长登录云汀教育网报名，也可以到学校现场报名，现场报名须带户口簿原件。
三、报名材料
（一）户口簿：原件及复印件，户口簿上应有儿童本人页和监护人页，集体户口提供首页和本人页。
（二）房产证：原件及复印件，房屋共有的应当提供全部共有人的同意书，租房的提供租赁备案证明和租赁合同。
云汀市教育局
2025年4月18日"""


def _paths(passages):
    return [p.heading_path for p in passages]


def test_each_article_is_a_passage_under_its_chapter():
    passages = cut_text("云汀市供热管理办法", REGULATION)
    assert _paths(passages) == [
        HEAD,
        "第一章 总则 > 第一条",
        "第一章 总则 > 第二条",
        "第二章 用热 > 第三条",
        "第二章 用热 > 第四条",
    ]
    assert passages[2].text == "第二条 本市供热适用本办法。\n军队供热按照有关规定执行。"
    assert passages[3].text.endswith("（一）房屋无人居住；\n（二）房屋正在修缮。")


def test_a_sentence_about_an_article_does_not_begin_one():
    passages = cut_text("", "第五条 违反规定的：\n第三条第一款规定的情形，处以罚款。")
    assert _paths(passages) == ["第五条"]


def test_a_table_of_contents_opens_no_chapter():
    text = (
        "目录\n第一章 总则\n第二章 附则\n前言的文字在这里。\n"
        "第一章 总则\n第一条 制定本办法。\n第二章 附则\n第二条 自发布之日起施行。"
    )
    passages = cut_text("", text)
    assert [(p.heading_path, p.text.split("\n")[-1]) for p in passages] == [
        ("", "前言的文字在这里。"),
        ("第一章 总则 > 第一条", "第一条 制定本办法。"),
        ("第二章 附则 > 第二条", "第二条 自发布之日起施行。"),
    ]


def test_a_notice_is_cut_by_its_numbers_head_and_signature_apart():
    passages = cut_text("云汀市教育局关于做好小学招生工作的通知", NOTICE)
    assert _paths(passages) == [
        HEAD,
        "",
        "一、报名时间",
        "二、报名方式",
        "三、报名材料",
        SIGNATURE,
    ]
    assert passages[4].text.startswith("三、报名材料\n（一）户口簿")
    assert passages[0].text.split("\n") == NOTICE.split("\n")[:3]
    assert passages[-1].text == "云汀市教育局\n2025年4月18日"


def test_a_short_list_is_one_passage_and_a_long_one_stays_apart():
    fees = "（一）大件：每件20元，送到楼下。", "（二）小件：每件5元，送到楼下。"
    short = "\n".join(["一、回收价格", *fees])
    (passage,) = cut_text("", short)
    assert (passage.heading_path, passage.text) == ("一、回收价格", short)
    long = [fees[0], "（二）拆装：" + "需要拆装的，由回收单位上门估价，估价时告知市民。" * 9]
    assert _paths(cut_text("", "\n".join(["一、回收价格", *long]))) == [
        "一、回收价格 > （一）大件",
        "一、回收价格 > （二）拆装",
    ]


def test_a_letterhead_its_number_and_the_title_are_the_head():
    head = "云汀市民政局文件\n云民规〔2026〕61号\n云汀市社区食堂管理办法"
    passages = cut_text("云汀市社区食堂管理办法", head + "\n第一条 社区食堂由街道举办。")
    assert [(p.heading_path, p.text) for p in passages] == [
        (HEAD, head),
        ("第一条", "第一条 社区食堂由街道举办。"),
    ]


def test_items_of_a_bare_list_are_no_headings():
    text = "申请人应当提交下列材料：\n1.身份证\n2.户口簿\n3.房产证\n以上材料均须原件。"
    (passage,) = cut_text("", text)
    assert passage.heading_path == ""


@pytest.mark.parametrize(
    "text",
    [
        "问：公租房怎么申请？\n答：到户籍所在地街道办事处申请。",
        "一、公租房怎么申请？\n到户籍所在地街道办事处申请。",
        "Q：公租房怎么申请？\nA：到户籍所在地街道办事处申请。",
        "公租房怎么申请？\n到户籍所在地街道办事处申请。",
    ],
)
def test_a_question_and_its_answer_are_one_passage(text):
    (passage,) = cut_text("", text)
    assert passage.kind == "qa"
    assert passage.heading_path == "公租房怎么申请？"
    assert passage.text == text


def test_numbers_inside_an_answer_stay_in_it():
    text = (
        "一、需要什么材料？\n（一）身份证；\n（二）户口簿。\n"
        "二、多久办好？\n五个工作日。\n三、收费吗？\n不收费。"
    )
    passages = cut_text("", text)
    assert [(p.kind, p.heading_path) for p in passages] == [
        ("qa", "需要什么材料？"),
        ("qa", "多久办好？"),
        ("qa", "收费吗？"),
    ]
    assert passages[0].text.endswith("（二）户口簿。")


def test_a_table_gives_one_passage_a_row_with_its_header():
    table = Block("table", "", rows=(("区", "电话"), ("东区", "0999-123"), ("西区", "0999-456")))
    body = write([Block("heading", "一、窗口", 2), table])
    heading, east, west = cut(body)
    assert (heading.text, heading.heading_path) == ("一、窗口", "一、窗口")
    assert (east.kind, east.heading_path, east.text) == (
        "table_row",
        "一、窗口",
        "区：东区；电话：0999-123",
    )
    assert west.text == "区：西区；电话：0999-456"
    assert (east.start, east.end) == (west.start, west.end)
    assert body[east.start : east.end].startswith("| 区 |")


def test_a_table_without_header_gives_names_and_values():
    table = Block("table", "", rows=(("", ""), ("办理地点", "政务大厅"), ("收费", "不收费")))
    assert [p.text for p in cut(write([table]))] == ["办理地点：政务大厅", "收费：不收费"]


def test_a_long_article_is_cut_at_sentences():
    sentence = "本条规定的申请人应当按时提交全部材料并对其真实性负责，逾期不予受理。"
    passages = cut_text("", "第一条 " + sentence * 30)
    assert len(passages) > 1
    assert {p.heading_path for p in passages} == {"第一条"}
    assert all(80 <= len(p.text) <= 500 for p in passages)
    assert all(p.text.endswith("。") for p in passages)


def test_short_neighbours_under_one_heading_join():
    (passage,) = cut_text("", "先预约。\n再取号。\n后办理。")
    assert passage.text == "先预约。\n再取号。\n后办理。"


def test_a_line_that_announces_parts_stands_with_the_first_of_them():
    text = """云汀市缴费办法
第一条 本办法适用于本市。
第二条 缴费标准如下：
（一）职工：按工资的百分之二缴纳，由单位代扣代缴，每月十五日前缴清，逾期加收滞纳金，退休人员不缴纳。
（二）居民：每人每年三百元，由本人在社区窗口或者网上缴纳，每年十二月三十一日前缴清，逾期不补，困难家庭免缴。
第三条 本办法自印发之日起施行。"""
    found = cut_text("云汀市缴费办法", text)
    texts = [passage.text for passage in found]
    assert not any(text.endswith("如下：") for text in texts)
    first = next(passage for passage in found if "缴费标准如下" in passage.text)
    assert "（一）职工" in first.text
    assert first.heading_path.startswith("第二条")


def test_the_call_to_the_readers_stands_with_the_head_not_with_the_first_provision():
    text = """关于校服补助的通知
汀教发〔2026〕14号
各区教育局，各学校：
一、补助标准：每人每学年三百元。
二、申请材料：低保证。"""
    found = cut_text("关于校服补助的通知", text)
    assert [(passage.heading_path, passage.text) for passage in found] == [
        ("文件头", "关于校服补助的通知\n汀教发〔2026〕14号\n各区教育局，各学校："),
        ("一、补助标准", "一、补助标准：每人每学年三百元。"),
        ("二、申请材料", "二、申请材料：低保证。"),
    ]


def test_a_preamble_stands_alone_not_with_the_first_heading():
    text = """关于校服补助的通知
现就校服补助有关事项通知如下：
一、补助对象
困难家庭的学生。
二、补助标准
每人每学年三百元。"""
    found = cut_text("关于校服补助的通知", text)
    assert [(passage.heading_path, passage.text) for passage in found][1:] == [
        ("", "现就校服补助有关事项通知如下："),
        ("一、补助对象", "一、补助对象\n困难家庭的学生。"),
        ("二、补助标准", "二、补助标准\n每人每学年三百元。"),
    ]


def test_offsets_point_at_the_blocks_in_the_body():
    body = text_to_markdown(NOTICE)
    for passage in cut(body):
        words = "".join(plain(body[passage.start : passage.end]).split()).lstrip("#")
        assert "".join(passage.text.split()) == words.replace("#", "")


def test_pages_come_with_the_passages():
    body = write([Block("paragraph", "甲" * 100, page=1), Block("paragraph", "乙" * 100, page=3)])
    assert [p.page for p in cut(body)] == [1, 3]


def test_a_text_on_one_line_is_cut_at_its_spaces():
    text = (
        "关于停水的通知 各用户： " + "因管道检修，部分区域停水。 " * 20 + "一、停水时间 明日八时。"
    )
    passages = cut_text("关于停水的通知", text)
    assert passages[0].heading_path == HEAD
    assert passages[-1].heading_path == "一、停水时间"


def test_nothing_gives_no_passage():
    assert cut("") == []
    assert cut_text("标题", " \n　") == []


LINES = st.sampled_from(
    [
        "第一章 总则", "第三条 甲方应当负责。", "一、报名时间", "（一）材料：户口簿。", "1.身份证",
        "问：怎么办？", "答：到大厅。", "云汀市民政局", "2025年1月1日", "各区人民政府：", "附件：",
        "①说明", "| a | b |", "# x *y* _z_ [k](l)", "- 项", "<b>粗</b> & &amp;", "长" * 700,
    ]
)  # fmt: skip
ANY = st.lists(st.one_of(LINES, st.text(max_size=60)), max_size=25).map("\n".join)


def _characters(text: str) -> Counter[str]:
    return Counter(re.sub(r"\s+", "", text))


@settings(max_examples=300, deadline=None)
@given(ANY)
def test_no_character_of_a_text_is_lost(text):
    passages = cut_text("", text)
    assert not _characters(text) - _characters("".join(p.text for p in passages))
    assert [p.ordinal for p in passages] == list(range(len(passages)))
    starts = [p.start for p in passages]
    assert starts == sorted(starts)


WORDS = st.text(max_size=40).map(lambda text: " ".join(text.split()))
ROWS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(*[WORDS] * width), min_size=1, max_size=4)
)
BLOCKS = st.lists(
    st.one_of(
        WORDS.filter(bool).map(lambda text: Block("paragraph", text)),
        st.builds(lambda text, n: Block("heading", text, n), WORDS.filter(bool), st.integers(1, 6)),
        ROWS.map(lambda rows: Block("table", "", rows=tuple(rows))).filter(
            lambda block: any(cell for row in block.rows for cell in row)
        ),
    ),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(BLOCKS)
def test_the_body_gives_back_the_blocks_it_was_written_from(blocks):
    assert [placed.block for placed in read(write(blocks))] == blocks


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_no_character_of_a_table_is_lost(rows):
    body = write([Block("table", "", rows=tuple(rows))])
    said = {char for p in cut(body) for char in p.text}
    assert not {c for row in rows for cell in row for c in cell if not c.isspace()} - said


@pytest.mark.parametrize(
    "lines",
    [
        "问：在哪里补办？\n答：在窗口补办。\n问：要多久？\n答：当天。",
        "Q1：在哪里补办？\nA1：在窗口补办。\nQ2：要多久？\nA2：当天。",
        "【问】在哪里补办？\n【答】在窗口补办。\n【问】要多久？\n【答】当天。",
        "问题一：在哪里补办？\n答复：在窗口补办。\n问题二：要多久？\n回复：当天。",
        "第一问：在哪里补办？\n在窗口补办。\n第二问：要多久？\n当天。",
        "问：在哪里补办？答：在窗口补办。\n问：要多久？答：当天。",
        "1.在哪里补办？\n在窗口补办。\n2.要多久？\n当天。",
    ],
)
def test_every_question_of_a_page_is_a_passage_with_its_answer(lines):
    found = [p for p in cut_text("社保卡常见问题", f"社保卡常见问题\n{lines}") if p.kind == "qa"]
    assert [p.heading_path for p in found] == ["在哪里补办？", "要多久？"]
    assert ["窗口" in p.text for p in found] == [True, False]
    assert "当天" in found[1].text


def test_a_heading_without_a_sign_asks_only_on_a_page_of_questions():
    lines = "一、补办去哪里\n在窗口补办，带身份证。\n二、补办要多久\n当天办好。"
    asked = cut_text("社保卡常见问题", f"社保卡常见问题\n{lines}")
    assert [p.kind for p in asked] == ["text", "qa", "qa"]
    told = cut_text("社保卡补办规定", f"社保卡补办规定\n{lines}")
    assert [p.kind for p in told] == ["text", "text", "text"]


def test_a_problem_named_in_a_sentence_is_no_question():
    found = cut_text("通知", "通知\n问题在于资金不足，需要补充。\n请各单位落实。")
    assert [p.kind for p in found if p.kind == "qa"] == []
