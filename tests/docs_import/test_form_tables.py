"""Forms whose labels stand over several rows: every cell is in the text, under its label."""

from bench.pdf_writer import Sheet, write_pdf
from docs_import.document import ParsedDocument
from docs_import.read import read_bytes
from docs_import.structure import cut
from tests.docs_import.samples import docx, paragraph, xlsx

MATERIALS = [
    ("捕捞船船名牌照片", "彩色，2张"),
    ("船东身份证", "原件1份"),
    ("验船证书", "复印件1份，半年内有效"),
]
LINES = ["捕捞船船名牌照片，彩色，2张", "船东身份证，原件1份", "验船证书，复印件1份，半年内有效"]
PLAIN = [
    ("事项名称", "渔船靠泊证"),
    ("实施主体", "云汀市渔港管理处"),
    ("受理条件", "船籍港在本市"),
    ("办理流程", "①填表 → ②验船 → ③领证"),
    ("办理时限", "4个工作日"),
    ("收费标准", "不收费"),
    ("监督投诉", "0999-8100002"),
]


def _page(rows: str) -> ParsedDocument:
    html = f"<meta charset=utf-8><body><h2>办事指南</h2><table>{rows}</table></body>"
    return read_bytes(html.encode(), "靠泊证.html")


def _rows(label: str, span: int) -> str:
    wide = "".join(
        f"<tr><{label}>{name}</{label}><td colspan={span}>{text}</td></tr>" for name, text in PLAIN
    )
    cells = [f"<td>{name}</td><td>{told}</td>" for name, told in MATERIALS]
    first = f"<tr><{label} rowspan=3>申请材料</{label}>{cells[0]}</tr>"
    return wide + first + "".join(f"<tr>{each}</tr>" for each in cells[1:])


def _assert_whole(document: ParsedDocument) -> None:
    [record] = document.records
    assert record.facts["materials"] == LINES
    assert record.facts["steps"] == ["填表", "验船", "领证"]
    assert record.values == {"unit": "云汀市渔港管理处"}
    for text in [*LINES, "## 实施主体\n\n云汀市渔港管理处", "## 监督投诉\n\n0999-8100002"]:
        assert text in record.body


def test_a_label_over_several_rows_keeps_every_column_of_each():
    for label in ("th", "td"):
        document = _page(_rows(label, 2))
        _assert_whole(document)
        rows = [each.text for each in cut(document.markdown) if each.kind == "table_row"]
        assert rows[0] == "事项名称：渔船靠泊证"
        assert rows[-1] == f"申请材料：{'；'.join(LINES)}"


def test_a_form_of_three_columns_in_a_document_or_a_sheet_is_read_the_same_way():
    def cell(text: str, span: int = 1, merge: str = "") -> str:
        return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{merge}</w:tcPr>{paragraph(text)}</w:tc>'

    rows = [cell(name) + cell(text, 2) for name, text in PLAIN]
    for at, (name, told) in enumerate(MATERIALS):
        merge = "<w:vMerge/>" if at else '<w:vMerge w:val="restart"/>'
        rows.append(cell("" if at else "申请材料", 1, merge) + cell(name) + cell(told))
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    _assert_whole(read_bytes(docx(f"<w:tbl>{table}</w:tbl>"), "靠泊证.docx"))
    sheet = [[name, text, ""] for name, text in PLAIN]
    sheet += [["" if at else "申请材料", *pair] for at, pair in enumerate(MATERIALS)]
    merged = (*(f"B{at}:C{at}" for at in range(1, 8)), "A8:A10")
    _assert_whole(read_bytes(xlsx({"靠泊": sheet}, merged=merged), "靠泊证.xlsx"))  # type: ignore[dict-item]


def test_columns_named_inside_a_label_are_said_with_each_cell():
    names = "".join(f"<th>{name}</th>" for name in ("序号", "材料名称", "份数", "要求"))
    document = _page(
        "<tr><th>事项名称</th><td colspan=4>靠泊证换发</td></tr>"
        f"<tr><th rowspan=3>申请材料</th>{names}</tr>"
        "<tr><td>1</td><td>旧证</td><td>1</td><td>原件</td></tr>"
        "<tr><td>2</td><td>换发说明</td><td>1</td><td>船东签字</td></tr>"
        "<tr><th>收费标准</th><td colspan=4>不收费</td></tr>"
        "<tr><th>办理地点</th><td colspan=4>云汀市港前路2号</td></tr>"
    )
    [record] = document.records
    told = [
        "材料名称：旧证，份数：1，要求：原件",
        "材料名称：换发说明，份数：1，要求：船东签字",
    ]
    assert record.facts["materials"] == told
    assert all(f"序号：{at}，{text}" in record.body for at, text in enumerate(told, 1))
    rows = [each.text for each in cut(document.markdown) if each.kind == "table_row"]
    assert rows == [
        "事项名称：靠泊证换发",
        f"申请材料：序号：1，{told[0]}；序号：2，{told[1]}",
        "收费标准：不收费",
        "办理地点：云汀市港前路2号",
    ]


def test_notes_across_a_form_and_names_of_its_parts_stay_in_the_text():
    rows = [
        ["靠泊证办事指南", "靠泊证办事指南", "靠泊证办事指南"],
        *(["基本信息", *pair] for pair in PLAIN[:3]),
        *(["办理信息", *pair] for pair in PLAIN[4:]),
        ["办理信息", "办理地点", "云汀市港前路2号"],
        ["注：休渔期照常受理。"] * 3,
    ]
    [record] = read_bytes(xlsx({"靠泊": rows}), "靠泊证.xlsx").records  # type: ignore[dict-item]
    assert record.facts["place"] == "云汀市港前路2号"
    assert record.body.endswith("## 其他说明\n\n基本信息\n\n办理信息\n\n注：休渔期照常受理。\n")


def test_a_list_of_a_few_known_labels_has_no_header_either():
    document = _page(
        "<tr><td>办理事项</td><td>靠泊证注销</td></tr><tr><td>收费标准</td><td>不收费</td></tr>"
        "<tr><td>办理地点</td><td>港前路2号</td></tr>"
    )
    rows = [each.text for each in cut(document.markdown) if each.kind == "table_row"]
    assert rows == ["办理事项：靠泊证注销", "收费标准：不收费", "办理地点：港前路2号"]


def test_two_labels_a_row_stay_two_and_a_label_may_have_parts():
    rows = [
        ["事项名称", "渔船靠泊证", "咨询电话", "0999-8100001"],
        ["收费标准", "不收费", "办理地点", "港前路2号"],
        ["办理时限", "法定时限", "9个工作日", "9个工作日"],
        ["办理时限", "承诺时限", "4个工作日", "4个工作日"],
        ["申请材料", "船东身份证", "船东身份证", "船东身份证"],
    ]
    [record] = read_bytes(xlsx({"靠泊": rows}), "靠泊证.xlsx").records  # type: ignore[dict-item]
    assert record.facts["phone"] == "0999-8100001"
    assert record.facts["time_limit"] == "法定时限：9个工作日 承诺时限：4个工作日"
    assert record.facts["materials"] == ["船东身份证"]


def test_a_label_with_nothing_beside_it_takes_no_words_of_the_next():
    rows = [
        ["事项名称", "渔船靠泊证", "实施主体", "云汀市渔港管理处"],
        ["收费标准", "", "咨询电话", "0999-8100001"],
        ["是否收费", "无", "收费依据", ""],
        ["监管分类", "", "监督投诉", "0999-8100002"],
        ["办理时限", "4个工作日", "办理地点", ""],
        ["申请材料", "船东身份证", "原件", ""],
        ["申请材料", "验船证书", "复印件", ""],
    ]
    [record] = read_bytes(xlsx({"靠泊": rows}), "靠泊证.xlsx").records  # type: ignore[dict-item]
    assert record.facts == {
        "phone": "0999-8100001",
        "fee": "无",
        "time_limit": "4个工作日",
        "materials": ["船东身份证，原件", "验船证书，复印件"],
    }
    assert "监督投诉\n\n0999-8100002" in record.body
    assert "其他说明" not in record.body


def test_a_form_that_goes_on_over_the_page_keeps_its_columns():
    first, second = Sheet(), Sheet()
    known = [[name, text, text] for name, text in PLAIN[:3]]
    first.table(74, 100, [120, 160, 160], [*known, ["申请材料", *MATERIALS[0]]])
    second.table(
        74, 100, [120, 160, 160], [["申请材料", *MATERIALS[1]], ["收费标准", "免费", "免费"]]
    )
    for number, sheet in enumerate((first, second), start=1):
        sheet.centred(810, str(number), 10)
    document = read_bytes(write_pdf([first, second]), "靠泊证.pdf")
    rows = [each.text for each in cut(document.markdown) if each.kind == "table_row"]
    assert f"申请材料：{LINES[0]}；{LINES[1]}" in rows
    assert "收费标准：免费" in rows


def test_the_parts_of_a_long_list_all_say_their_label():
    listed = "".join(
        f"<tr><td>第{at}号船位的系泊绳索检测报告和影像</td><td>原件1份</td></tr>"
        for at in range(2, 40)
    )
    document = _page(
        "<tr><th rowspan=39>申请材料</th><td>第1号船位的系泊绳索检测报告</td><td>原件1份</td></tr>"
        + listed
        + "".join(f"<tr><th>{name}</th><td colspan=2>{text}</td></tr>" for name, text in PLAIN)
    )
    parts = [each.text for each in cut(document.markdown) if "系泊绳索" in each.text]
    assert len(parts) > 1
    assert all(part.startswith("申请材料：") for part in parts)
