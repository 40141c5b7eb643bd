"""办事指南 filled in as a form, one label and value a line, become guides."""

from docs_import.read import read_bytes
from tests.docs_import.samples import docx, paragraph, xlsx

FORM = [
    ["云汀市政务服务事项办事指南", ""],
    ["事项名称", "居住证签发"],
    ["实施主体", "云汀市公安局"],
    ["受理条件", "在本市居住半年以上"],
    ["申请材料", "1.身份证\n2.住所证明"],
    ["办理时限", "15个工作日"],
    ["收费标准", "不收费"],
    ["咨询电话", "0999-8250110"],
    ["跑动次数", "1次"],
]
FACTS = {
    "conditions": ["在本市居住半年以上"],
    "materials": ["身份证", "住所证明"],
    "time_limit": "15个工作日",
    "fee": "不收费",
    "phone": "0999-8250110",
}


def cell(text: str) -> str:
    return f"<w:tc>{''.join(map(paragraph, text.splitlines() or ['']))}</w:tc>"


def table(rows: list[list[str]]) -> str:
    lines = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows)
    return f"<w:tbl>{lines}</w:tbl>"


def test_a_sheet_that_is_a_form_is_one_guide():
    parsed = read_bytes(
        xlsx({"签发": FORM, "补领": [["事项名称", "居住证补领"], *FORM[2:]]}), "指南.xlsx"
    )
    first, second = parsed.records
    assert (first.kind, first.title, first.sheet, first.fault) == (
        "guide",
        "居住证签发",
        "签发",
        "",
    )
    assert first.facts == FACTS
    assert first.values == {"unit": "云汀市公安局"}
    assert "## 受理条件\n\n在本市居住半年以上" in first.body
    assert "## 跑动次数\n\n1次" in first.body
    assert second.title == "居住证补领"
    assert parsed.markdown == ""


def test_a_form_with_two_pairs_a_line_is_read_by_its_labels():
    rows = [
        ["事项名称", "居住证签发", "办理时限", "15个工作日"],
        ["收费标准", "不收费", "咨询电话", "0999-8250110"],
        ["受理条件", "在本市居住半年以上", "申请材料", "身份证"],
    ]
    [record] = read_bytes(xlsx({"表": rows}), "指南.xlsx").records
    assert record.title == "居住证签发"
    assert record.facts["time_limit"] == "15个工作日"
    assert record.facts["materials"] == ["身份证"]


def test_a_form_in_a_document_or_a_page_is_one_guide_and_its_text_stays():
    word = read_bytes(docx(paragraph("办事指南") + table(FORM[1:])), "签发.docx")
    rows = "".join(
        f"<tr><td>{row[0]}</td><td>{row[1].replace(chr(10), '<br>')}</td></tr>" for row in FORM[1:]
    )
    page = f"<html><head><meta charset=utf-8></head><body><h1>办事指南</h1><table>{rows}</table>"
    web = read_bytes(page.encode(), "签发.html")
    for parsed in (word, web):
        [record] = parsed.records
        assert parsed.is_all_records
        assert (record.title, record.facts) == ("居住证签发", FACTS)
        assert "跑动次数" in parsed.markdown


def test_what_stands_around_a_form_stays_in_its_guide_and_beside_several_is_told():
    around = paragraph("监护人代办的，须带户口簿。")
    alone = read_bytes(docx(paragraph("办事指南") + table(FORM[1:]) + around), "签发.docx")
    [record] = alone.records
    assert record.body.endswith("## 其他说明\n\n监护人代办的，须带户口簿。\n")
    two = table(FORM[1:]) + around + table([["事项名称", "居住证补领"], *FORM[2:]])
    both = read_bytes(docx(paragraph("办事指南") + two), "居住证.docx")
    assert [each.title for each in both.records] == ["居住证签发", "居住证补领"]
    assert "不属于任何一条的文字没有收录：“监护人代办的，须带户口簿。”。" in both.warnings


def test_a_table_of_matters_is_no_form_and_a_document_around_one_stays_a_document():
    head = ["事项名称", "受理条件", "申请材料", "办理时限"]
    rows = [head, ["签发", "居住半年", "身份证", "15日"], ["补领", "遗失", "身份证", "7日"]]
    parsed = read_bytes(xlsx({"表": rows}), "事项.xlsx")
    assert [record.title for record in parsed.records] == ["签发", "补领"]
    long = "".join(
        paragraph("第一条 公安机关负责居住证的受理、制作、发放和签注。" * 8) for _ in "123"
    )
    assert not read_bytes(docx(long + table(FORM[1:])), "办法.docx").records
