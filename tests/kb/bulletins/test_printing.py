"""One bulletin, four forms: page, API, XLSX and DOCX say the same numbers in any period."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from operator import ge
from pathlib import Path
from random import Random
from typing import Any

import docx
import pytest
from lxml import etree, html
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from kb.bulletins.issuing.assembling import Edit, Written, assemble
from kb.bulletins.issuing.heading import header_of, kind_of
from kb.bulletins.issuing.parts import Bulletin
from kb.bulletins.issuing.source import NoSuchFigure, Source
from kb.bulletins.issuing.tokens import addressed, spoken, typed_in
from kb.bulletins.periods import Period
from kb.bulletins.rendering.forms import rendered
from kb.profile_bulletins import BulletinSettings
from kb.terms import BulletinKind
from tests.databases import sqlite_copy
from tests.kb.bulletins.book import MARCH, Book, figures

UNITS = ("市住建局", "供水公司", "青石街道", "望溪区")
CATEGORIES = ("社保/医保", "社保/失业", "城建/房屋", "城建/供水", "环保/噪声")
PURPOSES = ("咨询", "求助", "投诉", "建议")
# Table -> section, and what each of its heads is called in the document.
TABLES = {
    "目的分类一览表": ("by_purpose", {"件数": "count", "占比": "share"}),
    "诉求分类一览表": ("by_category", {"件数": "count", "占比": "share"}),
    "区域分布一览表": ("by_region", {"件数": "count", "占比": "share"}),
    "工单办结情况": (
        "by_unit",
        {"工单量": "orders", "办结量": "resolved", "办结率": "resolved_rate"},
    ),
    "退单和办理时长情况": (
        "by_unit",
        {"退单量": "returned", "退单率": "return_rate", "平均办理时长": "average_hours"},
    ),
    "工单回访满意度情况": (
        "by_unit",
        {"回访工单数量": "followed_up", "满意工单数量": "satisfied", "满意率": "satisfaction_rate"},
    ),
}


@pytest.fixture(scope="module")
def records(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """150 requests of six months, most of them with an order."""
    random = Random(20261127)
    folder = tmp_path_factory.mktemp("printing")
    with sqlite_copy(sqlite_template, folder) as database, database.session() as session:
        book = Book(session)
        for number in range(150):
            _random_request(book, random, number)
        yield session
        session.rollback()


def _random_request(book: Book, random: Random, number: int) -> None:
    day = date(2026, 1, 1) + timedelta(days=random.randrange(150))
    outcome = random.choice(("在线办结", "转办", "转办", "无效"))
    request = book.request(
        f"P{number}",
        f"{day} 09:00",
        outcome,
        purpose=random.choice(PURPOSES),
        category=random.choice(CATEGORIES),
        region=random.choice(("望溪区", "青石区", "")),
        channel=random.choice(("电话", "电话", "微信")),
        line=random.choice(("", "营商环境")),
    )
    if outcome == "转办":
        resolved = random.choice((None, f"{day + timedelta(days=3)} 09:00"))
        called = f"{day + timedelta(days=4)} 09:00" if resolved and random.random() < 0.7 else None
        book.order(
            request,
            random.choice(UNITS),
            f"{day} 10:00",
            signed=f"{day} 11:00",
            sign_by=f"{day} 12:00",
            due=f"{day + timedelta(days=random.choice((2, 5)))} 09:00",
            resolved=resolved,
            called=called,
            said=random.choice(("满意", "基本满意", "不满意")) if called else "",
        )


def _bulletin(document: dict[str, Any], **edits: Edit) -> Bulletin:
    source = Source(document)
    kind = kind_of(source.period)
    header = header_of(kind, source.period, "云汀市", BulletinSettings())
    return assemble(source, Written(kind, header, edits))


def _plain(text: Any) -> str:
    return format(Decimal(str(text).rstrip("%")).normalize(), "f")


def _tables_of_docx(data: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    paper = docx.Document(io.BytesIO(data))
    captions = [one.text for one in paper.paragraphs if one.text.startswith("表")]
    for caption, table in zip(captions, paper.tables, strict=True):
        rows = [
            ["".join(cell.xpath(".//w:t/text()")) for cell in row._tr.tc_lst] for row in table.rows
        ]
        yield caption.partition("　")[2], rows


def _tables_of_xlsx(data: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        if name.startswith("表"):
            rows = book.get_sheet_by_name(name).to_python()
            rows = [row for row in rows if not str(row[0]).startswith("注：")]
            heads = [str(head).partition("（")[0] for head in rows[1]]
            yield name.partition(" ")[2].strip() or name.partition("　")[2], [heads, *rows[2:]]


def _tables_of_html(data: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    for table in html.fromstring(data.decode()).iter("table"):
        caption = table.find("caption").text_content()
        yield (
            caption.partition("　")[2],
            [[cell.text_content() for cell in row] for row in table.iter("tr")],
        )


def _differing(document: dict[str, Any], tables: Iterator[tuple[str, list[list[str]]]]) -> Any:
    """Cells that say something else than the document, and how many were looked at."""
    wrong, seen = [], 0
    for caption, (heads, *rows) in tables:
        section, names = TABLES[caption]
        known = {row["name"]: row for row in document[section]}
        for row in rows[:-1]:
            cells = dict(zip((one.partition("（")[0] for one in heads), row, strict=True))
            of = known[row[1]]
            for head, name in names.items():
                seen += 1
                said, counted = cells[head], of[name]
                if said == "—" if counted is None else _plain(said) == _plain(counted):
                    continue
                wrong.append((caption, row[1], head, said, counted))
    return wrong, seen


def test_every_form_says_what_was_counted_in_fifty_periods(records: Session) -> None:
    random, seen = Random(50), 0
    for _ in range(50):
        first = date(2026, 1, 1) + timedelta(days=random.randrange(140))
        period = Period(first, first + timedelta(days=random.choice((6, 27, 59, 89))))
        document = figures(records, period, as_of="2026-08-01 00:00:00")
        bulletin = _bulletin(document)
        forms = {form: rendered(bulletin, form) for form in ("docx", "xlsx", "html")}
        for tables in (
            _tables_of_docx(forms["docx"]),
            _tables_of_xlsx(forms["xlsx"]),
            _tables_of_html(forms["html"]),
        ):
            wrong, cells = _differing(document, tables)
            assert wrong == []
            seen += cells
        texts = "\n".join(one.text for one in docx.Document(io.BytesIO(forms["docx"])).paragraphs)
        totals = document["totals"]
        assert f"共受理各类诉求{totals['requests']}件" in texts
        assert f"转办工单{totals['dispatched']}件" in texts or not totals["dispatched"]
        printed = {one.address: one.value for one in bulletin.figures()}
        assert printed.items() <= dict(Source(document).numbers).items()
    assert seen > 3000


def test_the_same_bulletin_gives_the_same_bytes(records: Session) -> None:
    document = figures(records, MARCH)
    for form in ("docx", "xlsx", "html"):
        assert rendered(_bulletin(document), form) == rendered(_bulletin(document), form)


def test_a_rate_reads_the_same_in_text_table_and_chart() -> None:
    before = {"previous": 800, "change": 400, "rate": 50}
    document = {
        "period": {"from": "2026-03-01", "to": "2026-03-31"},
        "definitions": {"rounding": {"decimals": 2}},
        "totals": {"return_rate": 3.7, "returned": 1200},
        "compare": {"previous": {"totals": {"returned": before}}},
    }
    source = Source(document)
    assert source.figure("totals/return_rate").text == f"{source.share(3.7)}%" == "3.70%"
    assert source.figure("compare/previous/totals/returned/rate").text == "较上月增加50.00%"
    assert source.figure("compare/previous/totals/returned/change").text == "较上月增加400件"
    assert source.figure("totals/returned").text == "1200"
    document["definitions"]["rounding"]["decimals"] = 0  # type: ignore[index]
    assert source.figure("totals/return_rate").text == "4%"


def test_a_march_reads_as_it_was_counted_by_hand(book: Session) -> None:
    sections = {one.key: one for one in _bulletin(figures(book)).sections}
    assert sections["overall"].heading == "一、热线运行总体情况"
    assert sections["overall"].paragraphs[0].text == (
        "2026年3月，12345热线呼入来电70个，接通66个，接通率94.29%，日均2个（本期31天，有话务量记录的2天，日均按31天计）；"
        "共受理各类诉求6件，较上月增加500.00%。在线办结2件，在线办结率33.33%，较上月提高33.33个百分点；"
        "转办工单4件，占比66.67%（电话3件，占比50.00%；微信1件，占比16.67%）。"
        "截至4月5日12时，已办结工单3件，办结率75.00%；综合办结5件，综合办结率83.33%。"
    )
    assert sections["late"].paragraphs[0].text == (
        "超期签收工单共计2件，其中：市住建局1件、供水公司1件。"
    )


def test_accepted_matters_and_the_frozen_assessment_are_printed(book: Session) -> None:
    matter = {
        "name": "望溪区停水",
        "count": 3,
        "previous": 1,
        "units": [{"name": "供水公司", "count": 3}],
        "wording": "家里没有水",
        "categories": [{"name": "城建/供水", "count": 3}],
        "districts": [],
        "numbers": ["R3"],
    }
    cards = [
        {"name": name, "kind": "市直部门", "orders": 1, "score": score, "grade": grade}
        for name, score, grade in (
            ("丙局", 92.5, "优秀"),
            ("供水公司", 87.125, "良好"),
            ("甲局", 80, None),
            ("乙局", 95, "优秀"),
        )
    ]
    document = figures(book) | {"matters": [matter], "assessment": cards}
    sections = {one.key: one for one in _bulletin(document).sections}
    assert sections["matters"].paragraphs[0].text == (
        "望溪区停水（3件，前期1件）。主要涉及供水。承办单位有供水公司。如：“家里没有水”。"
    )
    # By grade and name, not by points; the points as they were frozen.
    assert [[cell.text for cell in row] for row in sections["assessment"].tables[0].rows] == [
        ["优秀", "丙局", "1", "92.500"],
        ["优秀", "乙局", "1", "95.000"],
        ["良好", "供水公司", "1", "87.125"],
        ["不分档", "甲局", "1", "80.000"],
    ]


def test_matters_that_stand_out_are_what_to_look_at_next(book: Session) -> None:
    districts = [{"name": "望溪区", "count": 2}, {"name": "未填区域", "count": 1}]
    kept = {"units": [], "wording": "", "categories": [], "numbers": []}
    told = [
        kept | {"name": name, "count": 9, "previous": previous, "districts": places} | more
        for name, previous, places, more in (
            ("停水", 1, districts, {"is_bursting": True}),
            ("噪声", 8, districts, {"is_bursting": False}),
            ("新路", None, [], {"is_bursting": True}),
            # Counted by a release that did not say.
            ("路灯", 0, districts, {}),
        )
    ]
    sections = {one.key: one for one in _bulletin(figures(book) | {"matters": told}).sections}
    assert [one.text for one in sections["focus"].paragraphs] == [
        "停水。3月受理相关诉求9件，前期1件，较前几期明显增多，涉及望溪区。",
        "新路。3月受理相关诉求9件，较前几期明显增多。",
    ]
    assert "focus" not in {one.key for one in _bulletin(figures(book)).sections}


def test_an_assessment_in_which_no_unit_was_scored_is_printed(book: Session) -> None:
    cards = [
        {"name": name, "kind": "市直部门", "orders": orders, "score": None, "grade": ""}
        for name, orders in (("甲局", 3), ("乙局", 1))
    ]
    sections = {one.key: one for one in _bulletin(figures(book) | {"assessment": cards}).sections}
    assert [[cell.text for cell in row] for row in sections["assessment"].tables[0].rows] == [
        ["不分档", "乙局", "1", "—"],
        ["不分档", "甲局", "3", "—"],
    ]


def test_grades_stand_beside_the_rate_they_are_of(book: Session) -> None:
    bands = [["好", 90], ["中", 50], ["差", 0]]
    grades = {"of": "resolved_rate", "at_least": 2, "bands": bands}
    sections = {one.key: one for one in _bulletin(figures(book, grades=grades)).sections}
    table = sections["resolved"].tables[0]
    assert table.columns[-1].head == "分档"
    # 市住建局 resolved one of two; the others have one order each.
    assert [(row[1].text, row[-1].text) for row in table.rows] == [
        ("市住建局", "中"),
        ("供水公司", ""),
        ("住建局", ""),
    ]
    assert table.note.startswith("注：按期办结率的分母是转办工单，")
    assert table.note.endswith(
        "。分档按办结率：好90%及以上，中50%及以上，其余差；工单不足2件的不分档。"
    )
    assert "分档" not in {column.head for column in sections["satisfied"].tables[0].columns}
    # Ten orders a unit by default: nobody is graded, and there is no empty column.
    plain = {one.key: one for one in _bulletin(figures(book)).sections}
    assert "分档" not in {column.head for column in plain["satisfied"].tables[0].columns}


def test_an_edited_sentence_prints_what_is_counted(book: Session) -> None:
    source = Source(figures(book))
    text = "本月转办{转办工单}件，其中{单位/供水公司/承办工单}件由供水公司办理，占66.67%。"
    kept = addressed(text)
    assert kept.startswith("本月转办{totals/dispatched}件，其中{by_unit/供水公司/orders}件")
    assert spoken(kept) == text
    section = next(
        one for one in _bulletin(figures(book), focus=Edit(kept)).sections if one.key == "focus"
    )
    assert section.paragraphs[0].text == "本月转办4件，其中1件由供水公司办理，占66.67%。"
    [typed] = typed_in(kept, source)
    assert (typed.text, typed.figures) == ("66.67%", ("{转办占比}",))
    with pytest.raises(NoSuchFigure, match="by_unit/市教育局/orders"):
        _bulletin(figures(book), focus=Edit(addressed("{单位/市教育局/承办工单}件")))


def test_every_address_reads_in_chinese_and_back(records: Session) -> None:
    for address in Source(figures(records)).numbers:
        assert addressed(spoken(f"{{{address}}}")) == f"{{{address}}}"


@pytest.mark.parametrize(
    ("first", "last", "kind", "subtitle"),
    [
        (date(2026, 3, 2), date(2026, 3, 8), BulletinKind.WEEKLY, "（2026年3月2日—3月8日）"),
        (date(2026, 3, 1), date(2026, 3, 31), BulletinKind.MONTHLY, "（2026年3月）"),
        (date(2026, 4, 1), date(2026, 6, 30), BulletinKind.QUARTERLY, "（2026年第二季度）"),
        (date(2026, 1, 1), date(2026, 12, 31), BulletinKind.YEARLY, "（2026年）"),
    ],
)
def test_name_a_bulletin_by_its_period(
    first: date, last: date, kind: BulletinKind, subtitle: str
) -> None:
    period = Period(first, last)
    assert kind_of(period) is kind
    header = header_of(kind, period, "云汀市", BulletinSettings())
    assert header.subtitle == subtitle
    assert header.title == f"云汀市12345政务服务便民热线{kind.label[0]}通报"


def test_nothing_of_a_name_becomes_markup_or_a_formula(book: Session) -> None:
    name = '=1+1<b>&"局'
    document = figures(book)
    for row in document["by_unit"]:
        if row["name"] == "供水公司":
            row["name"] = name
    bulletin = _bulletin(document)
    assert name in "".join(
        cell
        for _, rows in _tables_of_docx(rendered(bulletin, "docx"))
        for row in rows
        for cell in row
    )
    assert "<b>" not in rendered(bulletin, "html").decode()
    cells = [
        cell
        for _, rows in _tables_of_xlsx(rendered(bulletin, "xlsx"))
        for row in rows
        for cell in row
    ]
    assert name in cells  # a text, not a formula: the reader would give what it comes to


def test_no_number_of_a_table_is_broken_in_two(book: Session) -> None:
    document = figures(book)
    for unit in document["compare"]["previous"]["by_unit"]:
        unit["rate"] = 1000.0
    paper = docx.Document(io.BytesIO(rendered(_bulletin(document), "docx")))
    # A digit of ten and a half points is at most 6.8 wide, a cell's margins 10.8.
    wide = {"%": 10.0, "+": 8.9}
    for table in paper.tables:
        widths = [int(one.w) / 635 for one in table._tbl.tblGrid.gridCol_lst]
        assert abs(sum(widths) - 8840) < 10
        for row in table._tbl.tr_lst[1:]:
            texts = ["".join(cell.xpath(".//w:t/text()")) for cell in row.tc_lst]
            needs = [
                20 * (sum(wide.get(sign, 6.8) for sign in text) + 10.8) if text.isascii() else 0
                for text in texts
            ]
            assert all(map(ge, widths, needs)), texts


@pytest.mark.parametrize(("decimals", "shown"), [(1, "0.0"), (4, "0.0000")])
def test_a_sheet_shows_as_many_decimals_as_the_city_prints(
    book: Session, decimals: int, shown: str
) -> None:
    document = figures(book, rounding={"decimals": decimals})
    with zipfile.ZipFile(io.BytesIO(rendered(_bulletin(document), "xlsx"))) as book_file:
        styles = book_file.read("xl/styles.xml").decode()
    assert set(re.findall(r'formatCode="([^"]+)"', styles)) == {shown}


def test_the_share_of_a_line_of_totals_is_a_number_as_those_above_it(book: Session) -> None:
    sheets = dict(_tables_of_xlsx(rendered(_bulletin(figures(book)), "xlsx")))
    for caption in ("目的分类一览表", "诉求分类一览表", "区域分布一览表"):
        head, *_, total = sheets[caption]
        assert (total[1], total[head.index("占比")]) == ("合计", 100.0), caption


def test_each_sheet_is_one_page_wide_in_print(book: Session) -> None:
    document = figures(book)
    with zipfile.ZipFile(io.BytesIO(rendered(_bulletin(document), "xlsx"))) as book_file:
        names = [one for one in book_file.namelist() if one.startswith("xl/worksheets/sheet")]
        sheets = [book_file.read(one).decode() for one in names]
    assert len(sheets) > 2
    for sheet in sheets:
        assert '<pageSetUpPr fitToPage="1"/>' in sheet
        assert re.search(r'<pageSetup paperSize="9"[^>]* fitToHeight="0"', sheet)


def test_a_running_number_does_not_stand_against_the_name_after_it(book: Session) -> None:
    names = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(rendered(_bulletin(figures(book)), "xlsx"))) as book_file:
        styles = etree.fromstring(book_file.read("xl/styles.xml"))
        sheet = etree.fromstring(book_file.read("xl/worksheets/sheet2.xml"))
    aligned = [
        next((one.get("horizontal") for one in style.iter("{*}alignment")), None)
        for style in styles.findall("x:cellXfs/x:xf", names)
    ]
    shown = {cell.get("r"): aligned[int(cell.get("s"))] for cell in sheet.iter("{*}c")}
    assert (shown["A2"], shown["A3"], shown["B3"]) == ("center", "center", None)


def test_no_row_of_a_sheet_is_higher_than_a_spreadsheet_has(book: Session) -> None:
    many = "、".join(f"云汀市第{at}街道办事处{at}件" for at in range(150))
    written = f"超期工单涉及：{many}。"
    found = _bulletin(figures(book), focus=Edit(text=written, is_left_out=False))
    data = rendered(found, "xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as book_file:
        sheet = book_file.read("xl/worksheets/sheet1.xml").decode()
    heights = [float(one) for one in re.findall(r' ht="([\d.]+)"', sheet)]
    assert heights and max(heights) <= 409
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("正文").to_python()
    texts = [str(row[0]) for row in rows]
    at = next(at for at, text in enumerate(texts) if text.startswith("超期工单涉及"))
    assert texts[at] + texts[at + 1] + texts[at + 2] == written
    assert texts[at].endswith("、")


@pytest.mark.parametrize("ends_with_table", [False, True])
def test_the_record_stands_on_no_page_alone(book: Session, ends_with_table: bool) -> None:
    """版记 keeps with the last words, or with the last two rows of a table at the end."""
    whole = _bulletin(figures(book))
    with_tables = [one for one in whole.sections if one.tables]
    last = replace(with_tables[0] if ends_with_table else whole.sections[0], charts=())
    if not ends_with_table:
        last = replace(last, tables=())
    paper = docx.Document(io.BytesIO(rendered(replace(whole, sections=(last,)), "docx")))
    parts = [one for one in paper.element.body if one.tag.rpartition("}")[2] in ("p", "tbl")]
    # Below: empty, rule, issuer, rule.
    *before, words, _, _, _, _ = parts
    kept = [bool(one.xpath("./w:pPr/w:keepNext[not(@w:val='0')]")) for one in parts[-5:]]
    assert kept == [True, True, True, True, False]
    if ends_with_table:
        rows = before[-1].tr_lst[-2:]
        assert all(row.xpath(".//w:pPr[not(w:keepNext)]") == [] for row in rows)
    else:
        assert "".join(words.xpath(".//w:t/text()")) == last.paragraphs[-1].text
