"""Headers over two rows become one row of joined names, and every row below says them."""

import pytest

from bench.pdf_writer import Sheet, write_pdf
from docs_import.header_rows import join_header
from docs_import.read import read_bytes
from docs_import.structure import cut
from tests.docs_import.samples import docx, paragraph, xlsx

HEADER = "| 泊位 | 旺季·头半天 | 旺季·续半天 | 淡季·头半天 | 淡季·续半天 |"
FIRST = "泊位：内港；旺季·头半天：8元；旺季·续半天：5元；淡季·头半天：4元；淡季·续半天：2元"
GRID = [
    ["泊位", "旺季", "旺季", "淡季", "淡季"],
    ["泊位", "头半天", "续半天", "头半天", "续半天"],
    ["内港", "8元", "5元", "4元", "2元"],
    ["外港", "6元", "3元", "3元", "1元"],
]


def _page(head: str, first: str = "td") -> bytes:
    rows = "".join(
        f"<tr><{first}>{row[0]}</{first}>{''.join(f'<td>{c}</td>' for c in row[1:])}</tr>"
        for row in GRID[2:]
    )
    return (
        f"<meta charset=utf-8><body><h1>游船泊位收费</h1><table>{head}{rows}</table></body>"
    ).encode()


def _html(cell: str, opening: str = "", closing: str = "") -> str:
    top = f"<{cell} rowspan=2>泊位</{cell}>" + "".join(
        f"<{cell} colspan=2>{name}</{cell}>" for name in ("旺季", "淡季")
    )
    low = "".join(f"<{cell}>{name}</{cell}>" for name in GRID[1][1:])
    return f"{opening}<tr>{top}</tr><tr>{low}</tr>{closing}"


def _docx() -> bytes:
    def cell(text: str, span: int = 1, merge: str = "") -> str:
        marks = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        return f"<w:tc><w:tcPr>{marks}{merge}</w:tcPr>{paragraph(text)}</w:tc>"

    top = cell("泊位", 1, '<w:vMerge w:val="restart"/>') + cell("旺季", 2) + cell("淡季", 2)
    low = cell("", 1, "<w:vMerge/>") + "".join(map(cell, GRID[1][1:]))
    rows = [top, low, *("".join(map(cell, row)) for row in GRID[2:])]
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    return docx(paragraph("游船泊位收费") + f"<w:tbl>{table}</w:tbl>")


def _xlsx() -> bytes:
    rows = [["泊位", "旺季", "", "淡季", ""], ["", *GRID[1][1:]], *GRID[2:]]
    return xlsx({"收费": rows}, merged=("A1:A2", "B1:C1", "D1:E1"))  # type: ignore[dict-item]


def _draw(sheet: Sheet, rows: list[list[str]]) -> None:
    """The table as it is printed: 泊位 over two rows, 旺季 and 淡季 over two columns."""
    places = [74, 154, 234, 314, 394, 474]
    bottom = 130 + 30 * (len(rows) + 1)
    for y in (100, *range(160, bottom + 1, 30)):
        sheet.rule(74, y, 474, y)
    sheet.rule(154, 130, 474, 130)
    for x in places:
        sheet.rule(x, 130 if x in (234, 394) else 100, x, bottom)
    for x, y, words in ((80, 135, "泊位"), (190, 120, "旺季"), (350, 120, "淡季")):
        sheet.text(x, y, words, 10.5)
    for at, row in enumerate([["", *GRID[1][1:]], *rows]):
        for x, words in zip(places, row, strict=False):
            if words:
                sheet.text(x + 6, 150 + 30 * at, words, 10.5)


def _pdf() -> bytes:
    sheet = Sheet()
    _draw(sheet, GRID[2:])
    return write_pdf([sheet])


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (_page(_html("th")), "泊位.html"),
        (_page(_html("th", "<thead>", "</thead>"), first="th"), "泊位.html"),
        (_page(_html("td")), "泊位.html"),
        (_docx(), "泊位.docx"),
        (_xlsx(), "泊位.xlsx"),
        (_pdf(), "泊位.pdf"),
    ],
    ids=["th", "thead", "td", "docx", "xlsx", "pdf"],
)
def test_two_rows_of_a_header_are_one_in_every_format(data, name):
    document = read_bytes(data, name)
    assert HEADER in document.markdown
    rows = [each.text for each in cut(document.markdown) if each.kind == "table_row"]
    assert rows[0] == FIRST
    assert len(rows) == 2


def test_a_header_of_two_rows_printed_on_each_page_is_said_once():
    first, second = Sheet(), Sheet()
    for number, (sheet, row) in enumerate(((first, GRID[2]), (second, GRID[3])), start=1):
        _draw(sheet, [row])
        sheet.centred(810, str(number), 10)
    document = read_bytes(write_pdf([first, second]), "泊位.pdf")
    assert document.markdown.count("旺季") == 2  # one name over two columns, once
    rows = [each.text for each in cut(document.markdown) if each.kind == "table_row"]
    assert [row.split("；")[0] for row in rows] == ["泊位：内港", "泊位：外港"]


def test_a_third_row_of_names_is_joined_too():
    html = (
        "<meta charset=utf-8><body><table><tr><td rowspan=3>码头</td><td colspan=3>票价</td></tr>"
        "<tr><td colspan=2>成人</td><td rowspan=2>儿童</td></tr>"
        "<tr><td>单程</td><td>往返</td></tr>"
        "<tr><td>东码头</td><td>3元</td><td>5元</td><td>1元</td></tr>"
        "<tr><td>西码头</td><td>4元</td><td>7元</td><td>2元</td></tr></table></body>"
    )
    rows = [each.text for each in cut(read_bytes(html.encode(), "票价.html").markdown)]
    assert rows[0] == "码头：东码头；票价·成人·单程：3元；票价·成人·往返：5元；票价·儿童：1元"


@pytest.mark.parametrize(
    "rows",
    [
        # Two phones below one name are values, though nothing else stands in the row.
        [["码头", "电话", "电话"], ["东码头", "0999-8000001", "0999-8000002"]],
        [["码头", "票种", "票种"], ["", "单程", "往返"], ["", "月票", "年票"]],
        [["票种", "票种", "价格", "价格"], ["成人", "单程", "3元", "4元"]],
    ],
)
def test_a_row_of_values_is_no_part_of_the_header(rows):
    def line(row: list[str]) -> str:
        cells, at = "", 0
        while at < len(row):
            span = 2 if row is rows[0] and row[at] in row[at + 1 :] else 1
            cells += f"<td colspan={span}>{row[at]}</td>"
            at += span
        return f"<tr>{cells}</tr>"

    html = f"<meta charset=utf-8><body><table>{''.join(map(line, rows))}</table></body>"
    [table] = [
        text for text in read_bytes(html.encode(), "表.html").markdown.split("\n\n") if "|" in text
    ]
    assert table.splitlines()[0] == "| " + " | ".join(rows[0]) + " |"
    assert len(table.splitlines()) == len(rows) + 1


def test_equal_cells_of_one_name_are_both_said_unless_they_are_one():
    head = "| 号 | 次 | 次 | 次 |\n| --- | --- | --- | --- |\n"
    body = f"{head}| 甲 | 1 | 二 | 1 |\n| 乙 | 3 | 3 | 4 |\n"
    assert [each.text for each in cut(body)] == [
        "号：甲；次：1；次：二；次：1",
        "号：乙；次：3；次：4",
    ]


def test_names_of_people_below_merged_names_are_no_header():
    header, rows = join_header(
        [["值班组", "值班组", "备勤组", "备勤组"], ["甲一", "乙二", "丙三", "丁四"]]
    )
    assert header == ("值班组", "值班组", "备勤组", "备勤组")
    assert [list(row) for row in rows] == [["甲一", "乙二", "丙三", "丁四"]]


def test_names_that_come_back_below_each_merged_name_are_one():
    header, rows = join_header(
        [["旺季", "旺季", "淡季", "淡季"], ["头半天", "续半天"] * 2, ["8元", "5元", "4元", "2元"]]
    )
    assert header == ("旺季·头半天", "旺季·续半天", "淡季·头半天", "淡季·续半天")
    assert [list(row) for row in rows] == [["8元", "5元", "4元", "2元"]]
