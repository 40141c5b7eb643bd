"""PDF by its layout: titles and headings, pages and columns, ruled tables."""

from bench.pdf_writer import Sheet, write_pdf
from docs_import import tables
from docs_import.document import ParsedDocument
from docs_import.form_tables import read_form
from docs_import.read import read_bytes

FULL = "浮桥夜间管理由市交通局会同属地街道负责日常巡查和登记工作"  # 28 characters: a full line


def _read(*sheets: Sheet) -> ParsedDocument:
    return read_bytes(write_pdf(list(sheets)), "浮桥.pdf")


def _body(sheet: Sheet, y: float, *lines: str) -> float:
    """Write lines as text is set: 16 pt, 26 pt apart."""
    for line in lines:
        sheet.text(74, y, line)
        y += 26
    return y


def test_a_title_on_two_lines_is_one_heading_and_the_red_head_is_none():
    sheet = Sheet()
    sheet.centred(80, "云汀市交通局文件", 30, bold=True)
    sheet.centred(120, "云交规〔2026〕3号", 16)
    sheet.centred(160, "关于印发云汀市浮桥通行", 22, bold=True)
    sheet.centred(190, "管理办法的通知", 22, bold=True)
    _body(sheet, 240, "各街道办事处：", f"\u3000\u3000{FULL[:26]}", "现印发给你们，请遵照执行。")
    document = _read(sheet)
    assert "# 关于印发云汀市浮桥通行管理办法的通知\n" in document.markdown
    assert "# 云汀市交通局文件" not in document.markdown
    assert document.title == "关于印发云汀市浮桥通行管理办法的通知"


def test_large_or_heavy_lines_without_a_number_are_headings():
    sheet = Sheet()
    sheet.centred(80, "浮桥通行指南", 22, bold=True)
    y = _body(sheet, 130, *[FULL] * 3, "完。")
    sheet.text(74, y, "办理地点", 16, bold=True)
    y = _body(sheet, y + 26, FULL, "到窗口办理。")
    sheet.text(74, y, "收费标准", 20)
    _body(sheet, y + 30, "不收费。")
    markdown = _read(sheet).markdown
    assert "## 办理地点\n" in markdown
    assert "## 收费标准\n" in markdown
    assert "## 不收费" not in markdown


def test_a_paragraph_that_runs_over_the_page_is_one_and_keeps_its_first_page():
    first, second = Sheet(), Sheet()
    _body(first, 100, "\u3000\u3000" + FULL[:26], FULL)
    _body(second, 100, "和检查。", "\u3000\u3000第二段从这里开始。")
    for number, sheet in enumerate((first, second), start=1):
        sheet.centred(810, f"— {number} —", 10)
    markdown = _read(first, second).markdown
    assert f"<!-- page: 1 -->\n\n{FULL[:26]}{FULL}和检查。" in markdown
    assert "<!-- page: 2 -->\n\n第二段从这里开始。" in markdown
    assert "—" not in markdown


def test_a_word_hyphenated_at_the_end_of_a_line_is_whole_again():
    sheet = Sheet()
    _body(sheet, 100, FULL[:24] + "interna-", f"tional标准执行，{FULL[:17]}COVID-", "19除外。")
    markdown = _read(sheet).markdown
    assert "international标准" in markdown
    assert "COVID-19除外" in markdown


def test_two_columns_are_read_one_after_the_other():
    sheet = Sheet(width=842, height=595)
    sheet.centred(60, "云汀市浮桥通行办法全文发布", 22)
    left = [f"左栏第{n:02}行的文字写满这一栏的宽度为止好" for n in range(1, 9)]
    right = [f"右栏第{n:02}行的文字写满这一栏的宽度为止好" for n in range(1, 9)]
    for at, (one, two) in enumerate(zip(left, right, strict=True)):
        sheet.text(60, 120 + at * 26, one, 16)
        sheet.text(440, 120 + at * 26, two, 16)
    text = "".join(_read(sheet).markdown.split())
    assert "".join(left) in text
    assert "".join(right) in text
    assert text.index(left[-1]) < text.index(right[0])


def test_names_and_values_side_by_side_are_no_columns():
    sheet = Sheet()
    for at in range(8):
        sheet.text(74, 100 + at * 26, f"窗口{at}")
        sheet.text(330, 100 + at * 26, f"0000-{at:07}")
    assert "窗口3 0000-0000003" in _read(sheet).markdown


def test_a_ruled_table_is_a_table_and_its_text_is_said_once():
    sheet = Sheet()
    y = _body(sheet, 100, FULL, "标准如下：")
    end = sheet.table(74, y, [120, 200], [["项目", "标准"], ["补贴", "每月600元"]])
    _body(sheet, end + 40, "以上标准自下月起执行。")
    document = _read(sheet)
    assert "| 项目 | 标准 |\n| --- | --- |\n| 补贴 | 每月600元 |" in document.markdown
    assert document.markdown.count("每月600元") == 1
    assert document.markdown.index("标准如下") < document.markdown.index("| 项目")
    assert document.markdown.index("每月600元") < document.markdown.index("以上标准")


def test_merged_cells_are_filled_and_broken_lines_in_a_cell_joined():
    sheet = Sheet()
    for y in (100, 130, 220):
        sheet.rule(74, y, 434, y)
    sheet.rule(194, 175, 434, 175)
    for x in (74, 194, 314, 434):
        sheet.rule(x, 100, x, 220)
    for x, y, words in (
        (80, 120, "区域"), (200, 120, "类别"), (320, 120, "金额"), (80, 180, "江北"),
        (200, 150, "一类"), (320, 150, "每人每月补贴六百五十"), (320, 166, "元"),
        (200, 200, "二类"), (320, 200, "300元"),
    ):  # fmt: skip
        sheet.text(x, y, words, 10.5)
    markdown = _read(sheet).markdown
    assert "| 江北 | 一类 | 每人每月补贴六百五十元 |" in markdown
    assert "| 江北 | 二类 | 300元 |" in markdown


def test_a_table_goes_on_over_the_page_with_one_header():
    header, rows = ["街道", "电话"], [[f"第{n}街道", f"0000-{n:07}"] for n in range(6)]
    first, second = Sheet(), Sheet()
    for number, (sheet, part) in enumerate(((first, rows[:3]), (second, rows[3:])), start=1):
        sheet.table(74, 100, [120, 200], [header, *part])
        sheet.centred(810, str(number), 10)
    document = _read(first, second)
    assert document.tables == 1
    assert document.markdown.count("| 街道 | 电话 |") == 1
    assert document.markdown.count("街道 | 0000") == 6


def test_a_table_over_many_pages_is_made_into_blocks_once(monkeypatch):
    taken: list[int] = []

    def counted(rows):
        taken.append(len(rows))
        return read_form(rows)

    monkeypatch.setattr(tables, "read_form", counted)
    sheets = [Sheet() for _ in range(6)]
    for page, sheet in enumerate(sheets):
        rows = [[f"第{page}{n}街道", f"0000-{page}{n:06}"] for n in range(5)]
        sheet.table(74, 100, [120, 200], [["街道", "电话"], *rows])
        sheet.centred(810, str(page + 1), 10)
    _body(sheets[-1], 400, "完。")
    document = _read(*sheets)
    assert (document.tables, document.markdown.count("街道 | 0000")) == (1, 30)
    assert document.markdown.endswith("完。\n")
    # The first page tells that it is a table, the end makes it whole.
    assert taken == [6, 31]


def test_two_tables_with_words_between_stay_two():
    sheet = Sheet()
    end = sheet.table(74, 100, [120, 200], [["项目", "标准"], ["补贴", "600元"]])
    _body(sheet, end + 30, "第二类如下：")
    sheet.table(74, end + 60, [120, 200], [["项目", "标准"], ["救助", "900元"]])
    assert _read(sheet).tables == 2


def test_an_empty_form_ahead_of_the_text_is_left_out():
    sheet = Sheet()
    end = sheet.table(74, 80, [120, 200], [["", ""], ["", ""]])
    _body(sheet, end + 40, "填表说明：请用黑色签字笔填写。")
    document = _read(sheet)
    assert document.tables == 0
    assert "填表说明" in document.markdown


def test_tables_one_below_the_other_on_a_page_stay_apart():
    sheet = Sheet()
    end = sheet.table(74, 100, [120, 200], [["项目", "标准"], ["补贴", "600元"]])
    sheet.table(74, end + 60, [120, 200], [["项目", "标准"], ["救助", "900元"]])
    assert _read(sheet).tables == 2


def test_a_grid_of_thousands_of_lines_is_no_table_and_no_trap():
    sheet = Sheet()
    for at in range(400):
        sheet.rule(20, 20 + at * 2, 580, 20 + at * 2)
        sheet.rule(20 + at * 1.4, 20, 20 + at * 1.4, 820)
    _body(sheet, 100, "网格纸上的一行文字。")
    assert "网格纸上的一行文字" in "".join(_read(sheet).markdown.split())


def test_a_frame_around_a_text_is_no_table():
    sheet = Sheet()
    for y in (90, 200):
        sheet.rule(70, y, 500, y)
    for x in (70, 500):
        sheet.rule(x, 90, x, 200)
    _body(sheet, 120, "温馨提示：请错峰办理。")
    document = _read(sheet)
    assert document.tables == 0
    assert "温馨提示：请错峰办理。" in document.markdown


def test_a_page_set_on_its_side_is_read_along_its_lines():
    sheet = Sheet(rotate=90)
    sheet.text(100, 700, "横放的表格页第一行文字", upward=True)
    sheet.text(130, 700, "横放的表格页第二行文字", upward=True)
    text = "".join(_read(sheet).markdown.split())
    assert text.index("横放的表格页第一行文字") < text.index("横放的表格页第二行文字")
