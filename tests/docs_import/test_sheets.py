"""Tables that units send: contacts, questions, guides, an old base, and tables of any kind."""

from __future__ import annotations

from datetime import date

import pytest

from docs_import.document import ParsedDocument
from docs_import.errors import DocumentUnreadable
from docs_import.isolated import read_isolated
from docs_import.limits import Limits
from docs_import.read import read_bytes
from docs_import.sheet_bodies import split_items
from docs_import.sheet_headers import find_header, plain_header
from docs_import.sheet_values import day, has_phone, term_end
from tests.docs_import.samples import shared, xls, xlsx, zipped

TITLE: list[object] = ["云汀市便民电话一览表", None, None, None, None, None]
CONTACTS: list[list[object]] = [
    TITLE,
    ["序号", "单位", "科室", "联系人", "联系电话（区号0999）", "办公时间"],
    [1, "市民政局", "社会救助科", "张三", "0999-8234567", "工作日 9:00—17:00"],
    [2, None, "养老服务科", "李四", 8234568.0, None],
    [3, None, "办公室", "王五", None, None],
    [4, "市水务集团", "客服中心", None, "见官网", None],
    ["注：法定节假日除外。", None, None, None, None, None],
]


def _csv(text: str, charset: str = "gbk", name: str = "a.csv") -> ParsedDocument:
    return read_bytes(text.encode(charset), name)


def test_contacts_below_a_title_become_records_with_merged_units():
    data = xlsx({"通讯录": CONTACTS}, merged=("A1:F1", "B3:B5"))
    first, second, third, fourth = read_bytes(data, "电话.xlsx").records
    assert (first.kind, first.title, first.row, first.sheet) == (
        "contact", "市民政局社会救助科", 3, "通讯录",
    )  # fmt: skip
    assert first.facts == {
        "phone": "0999-8234567",
        "hours": "工作日 9:00—17:00",
        "conclusion": "市民政局社会救助科：0999-8234567。",
    }
    assert first.body == "电话：0999-8234567\n\n时间：工作日 9:00—17:00\n"
    assert first.values == {"unit": "市民政局", "number": "1"}
    assert (second.title, second.facts["phone"]) == ("市民政局养老服务科", "8234568")
    assert (third.fault, third.row) == ("“联系电话（区号0999）”是空的", 5)
    assert fourth.fault == "“联系电话（区号0999）”里没有可以拨打的号码：见官网"


@pytest.mark.parametrize(
    "text",
    [
        "问题,答案,成文日期,施行日期\n午餐多少钱,十二元。,2026年8月1日,2026/9/1\n",
        "事项名称,申请材料,成文日期,施行日期\n午餐退费,假条,2026年8月1日,2026/9/1\n",
    ],
)
def test_the_days_of_a_question_or_a_guide_are_days_and_no_text(text: str):
    (record,) = _csv(text).records
    days = {name: record.values[name] for name in ("issued_on", "valid_from")}
    assert days == {"issued_on": "2026-08-01", "valid_from": "2026-09-01"}
    assert "成文日期" not in record.body


def test_old_workbooks_of_excel_and_wps_are_read_the_same_way():
    rows: list[list[str | float]] = [
        ["单位", "科室", "电话"],
        ["市民政局", "社会救助科", "0999-8234567"],
        ["", "办公室", 8234568],
    ]
    document = read_bytes(xls(rows, merged=(1, 2, 0, 0)), "电话.et")
    assert [(r.title, r.facts["phone"], r.row) for r in document.records] == [
        ("市民政局社会救助科", "0999-8234567", 2),
        ("市民政局办公室", "8234568", 3),
    ]
    assert document.warnings == (
        "工作表“旧稿”是隐藏的，没有读取。如需收录，请取消隐藏后重新上传。",
        "工作表“通讯录”的列这样对应：单位 → 单位，科室 → 科室，电话 → 电话。",
    )


def test_a_unit_written_once_without_merging_holds_for_the_rows_below():
    records = read_bytes(xlsx({"通讯录": CONTACTS}, merged=("A1:F1",)), "电话.xlsx").records
    assert [record.title for record in records[:3]] == [
        "市民政局社会救助科", "市民政局养老服务科", "市民政局办公室",
    ]  # fmt: skip


def test_contacts_of_one_unit_need_no_column_for_the_unit():
    rows = [
        ["名称", "电话", "地址"],
        ["维修资金窗口", "0999-8234570", "芦花路9号"],
        ["物业管理科", "", "芦花路9号"],
    ]
    first, second = read_bytes(xlsx({"窗口": rows}), "窗口.xlsx").records
    assert (first.title, first.fault) == ("维修资金窗口", "")
    assert (second.title, second.fault) == ("物业管理科", "“电话”是空的")


def test_names_of_persons_are_not_taken_and_the_reader_says_so():
    document = read_bytes(xlsx({"通讯录": CONTACTS}, merged=("A1:F1",)), "电话.xlsx")
    assert "张三" not in document.to_json()
    assert "工作表“通讯录”中的“联系人”属于个人信息，没有收录。" in document.warnings
    assert any("第 7 行“注：法定节假日除外。”" in warning for warning in document.warnings)


def test_hidden_sheets_are_skipped_with_a_warning():
    data = xlsx({"标准": [["项目", "元"], ["低保", 860]], "旧稿": [["作废"]]}, hidden=("旧稿",))
    document = read_bytes(data, "标准.xlsx")
    assert "作废" not in document.markdown
    assert document.warnings == (
        "工作表“旧稿”是隐藏的，没有读取。如需收录，请取消隐藏后重新上传。",
    )


def test_an_unknown_table_becomes_a_table_with_its_header():
    rows: list[list[object]] = [
        ["救助标准（2025年）", None], ["类别", "标准（元/月）"], ["城市", 860], ["农村", 720.5],
    ]  # fmt: skip
    document = read_bytes(xlsx({"标准": rows}, merged=("A1:B1",)), "a.xlsx")
    assert document.markdown == (
        "## 标准\n\n救助标准（2025年）\n\n| 类别 | 标准（元/月） |\n| --- | --- |\n"
        "| 城市 | 860 |\n| 农村 | 720.5 |\n"
    )
    assert document.records == ()


def test_formulas_give_their_saved_values_and_missing_ones_are_told():
    rows: list[list[object]] = [["甲", "乙"], ["<f>1+1</f><v>2</v>", "<f>A1*2</f>"], ["子", "丑"]]
    document = read_bytes(xlsx({"Sheet1": rows}), "a.xlsx")
    assert "| 2 |  |" in document.markdown
    assert document.warnings[0].startswith("有 1 个公式没有保存计算结果，按空白读取。")


def test_a_command_in_a_formula_is_never_more_than_its_saved_value():
    rows: list[list[object]] = [["甲", "乙"], ["<f>cmd|'/c calc'!A0</f><v>0</v>", "丑"]]
    assert "cmd" not in read_bytes(xlsx({"Sheet1": rows}), "a.xlsx").markdown


@pytest.mark.parametrize("charset", ["gbk", "utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_questions_in_any_chinese_character_set(charset):
    text = (
        "标准问题,相似问法,答复口径,政策依据,截止日期\r\n"
        '低保一个月多少钱？,"低保标准？吃低保多少钱|低保金","城市860元，农村720元。\n以公告为准。",'
        "云民发〔2025〕8号,2026/12/31\r\n"
    )
    (record,) = _csv(text, charset).records
    assert (record.kind, record.title, record.row) == ("qa", "低保一个月多少钱？", 2)
    assert record.variants == ("低保标准？", "吃低保多少钱", "低保金")
    assert record.body == "城市860元，农村720元。\n\n以公告为准。\n\n依据：云民发〔2025〕8号\n"
    assert (record.values, record.fault) == ({"valid_until": "2026-12-31"}, "")


def test_a_guide_keeps_its_parts_as_facts_and_as_sections():
    text = (
        "事项名称\t办理条件\t申请材料\t承诺时限\t收费标准\t办理地点\t咨询电话\t备注\n"
        "老年优待证办理\t户籍在本市\t1.身份证；2.照片\t当场办结\t免费\t渡口路3号\t0999-8440100\t可代办\n"
    )
    (record,) = _csv(text).records
    assert record.kind == "guide"
    assert record.facts == {
        "conditions": ["户籍在本市"], "materials": ["身份证", "照片"], "time_limit": "当场办结",
        "fee": "免费", "place": "渡口路3号", "phone": "0999-8440100",
    }  # fmt: skip
    assert record.body.startswith("## 办理条件\n\n户籍在本市\n\n## 申请材料\n\n")
    assert "## 备注\n\n可代办\n" in record.body


def test_an_old_base_keeps_numbers_dates_and_categories():
    head = ["知识编号", "标题", "正文", "文号", "发文机关", "成文日期", "生效日期", "有效期",
            "一级分类", "二级分类", "知识类型"]  # fmt: skip
    body = "<p>一、标准</p><p>每月<b>860</b>元。</p>"
    rows: list[list[object]] = [
        list(head),
        ["K-7", "关于低保标准的通知", body, "云民发〔2025〕8号", "云汀市民政局", date(2025, 6, 30),
         "2025年7月1日", "5年", "民政", "低保", "政策文件"],
        ["K-8", "低保怎么申请？", "向社区提出。", None, None, None, None, "长期有效"],
    ]  # fmt: skip
    first, second = read_bytes(xlsx({"导出": rows}), "旧库.xlsx").records
    assert (first.kind, first.body) == ("policy", "## 一、标准\n\n每月860元。\n")
    assert first.values == {
        "document_number": "云民发〔2025〕8号", "issuing_authority": "云汀市民政局",
        "category": "民政/低保", "number": "K-7", "issued_on": "2025-06-30",
        "valid_from": "2025-07-01", "valid_until": "2030-06-30",
    }  # fmt: skip
    assert (second.kind, second.fault, second.values) == ("qa", "", {"number": "K-8"})


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("标题,,", "“正文”是空的"),
        (",文,", "“标题”是空的"),
        (f"{'长' * 301},文,", "“标题”有 301 字，超过 300 字"),
        ("标题,文,2025-13-40", "“有效期至”不是完整的日期：2025-13-40"),
        ("标题,文,2025年", "“有效期至”不是完整的日期：2025年"),
        ("标题,文,2025-01-01,逗号", "最后一列表头的右边还有内容：逗号"),
        ("标题,,2025", "“正文”是空的；“有效期至”不是完整的日期：2025"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(row, fault):
    (record,) = _csv(f"标题,正文,有效期至\n{row}\n").records
    assert (record.row, record.fault) == (2, fault)


def test_a_validity_that_ends_before_it_begins_is_a_fault():
    (record,) = _csv("标题,正文,生效日期,失效日期\n甲,文,2025-02-01,2025-01-01\n").records
    assert record.fault == "失效日期 2025-01-01 早于生效日期 2025-02-01"


def test_a_header_printed_again_and_group_titles_are_no_entries():
    text = "单位,电话\n一、市直单位,\n民政局,110\n单位,电话\n水务局,120\n"
    assert [record.title for record in _csv(text).records] == ["民政局", "水务局"]


def test_contacts_of_one_name_are_told_apart_by_their_business():
    text = "单位,业务,电话\n房产局,过户,111\n房产局,抵押,112\n"
    assert [r.title for r in _csv(text).records] == ["房产局（过户）", "房产局（抵押）"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [("*联系电话（必填）", "联系电话"), ("相 似 问 2", "相似问"), ("办理 条件：", "办理条件")],
)
def test_a_header_is_compared_without_its_trimmings(text, plain):
    assert plain_header(text) == plain


def test_a_sentence_that_holds_the_words_is_no_header():
    assert find_header([["请填写单位和电话", ""], ["甲", "乙"]]) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [("20250131", "2025-01-31"), ("45688", "2025-01-31"), ("2025.1.31", "2025-01-31"),
     ("二〇二五年一月三十一日", "2025-01-31"), ("2025年1月", None), ("2025-02-30", None)],
)  # fmt: skip
def test_days_as_people_type_them(text, iso):
    assert day(text) == iso


def test_a_term_ends_by_its_length_or_its_second_day():
    assert term_end("有效期5年", "2025-07-01") == "2030-06-30"
    assert term_end("6个月", "2025-07-01") == "2025-12-31"
    assert term_end("2025-01-01至2026-06-30", None) == "2026-06-30"
    assert term_end("5年", None) is None


def test_what_can_be_dialled():
    told = ("110", "0999－8234567转2", "见官网", "3楼", "0999-66", "0999-12345")
    assert [has_phone(text) for text in told] == [True, True, False, False, False, True]


# Hostile tables


def _with(data: bytes, old: str, new: str) -> bytes:
    import io
    import zipfile

    archive = zipfile.ZipFile(io.BytesIO(data))
    return zipped({n: archive.read(n).decode().replace(old, new) for n in archive.namelist()})


SMALL = xlsx({"Sheet1": [["甲", "乙"], ["子", "丑"]]})
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
DOCTYPE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet'


def test_a_sheet_that_only_says_it_is_huge_is_read(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(_with(SMALL, "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'))
    assert "| 子 | 丑 |" in read_isolated(path, "a.xlsx").markdown


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", _with(SMALL, "</sheetData>", FAR), "out_of_memory"),
        ("a.xlsx", _with(SMALL, "<worksheet", DOCTYPE), "corrupt"),
        ("a.xlsx", zipped({"xl/workbook.xml": "<workbook/>"}), "corrupt"),
        ("a.csv", b"a," * 1_000_000 + b"b\n", "too_complex"),
        ("a.csv", b"a,b\n" + b"x" * 6_000_000, "corrupt"),
    ],
    ids=["far", "doctype", "empty", "wide", "long"],
)
def test_a_hostile_table_is_refused(tmp_path, name, data, code):
    path = tmp_path / "a"
    path.write_bytes(data)
    with pytest.raises(DocumentUnreadable) as caught:
        read_isolated(path, name)
    assert caught.value.code == code


def test_more_rows_than_allowed_are_refused_with_the_number():
    text = "问题,答案\n" + "问,答\n" * 11
    with pytest.raises(DocumentUnreadable, match="表格超过 10 行"):
        read_bytes(text.encode(), "a.csv", Limits(max_records=10))


def test_the_shared_directory_of_windows_is_read_to_the_last_row():
    path = shared("directory", "政务服务窗口电话_解析.csv")
    records = read_bytes(path.read_bytes(), path.name).records
    assert len(records) == len(path.read_text("utf-8-sig").strip().splitlines()) - 1
    assert not [record.fault for record in records if record.fault]


def test_an_arrow_inside_one_of_several_items_parts_none():
    assert split_items("旧证（正面→反面复印）；户口簿；照片") == [
        "旧证（正面→反面复印）",
        "户口簿",
        "照片",
    ]
    assert split_items("受理→审核→办结") == ["受理", "审核", "办结"]
