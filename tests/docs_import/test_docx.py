"""DOCX in detail: numbers of every kind, grids, revisions, fields, notes, unstyled titles."""

import io
import zipfile

import pytest

from docs_import.number_words import render
from docs_import.read import read_bytes
from tests.docs_import.samples import docx, paragraph, zipped


def _read(body: str, **parts: str):
    return read_bytes(docx(body, **parts), "a.docx")


def _run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def _cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def _level(depth: int, kind: str, pattern: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def _listed(text: str, number: int, depth: int = 0) -> str:
    properties = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, properties)


@pytest.mark.parametrize(
    ("kind", "number", "printed"),
    [
        ("chineseCounting", 10, "十"), ("chineseCounting", 21, "二十一"),
        ("chineseCountingThousand", 105, "一百零五"), ("chineseLegalSimplified", 12, "拾贰"),
        ("chineseCountingThousand", 1020, "一千零二十"), ("chineseCounting", 110, "一百一十"),
        ("ideographDigital", 205, "二〇五"), ("ideographTraditional", 3, "丙"),
        ("ideographZodiac", 1, "子"), ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedParen", 2, "⑵"), ("decimalEnclosedFullstop", 4, "⒋"),
        ("ideographEnclosedCircle", 1, "㊀"), ("upperLetter", 28, "BB"), ("lowerRoman", 44, "xliv"),
        ("decimalZero", 7, "07"), ("decimalFullWidth", 12, "１２"), ("unheardOf", 5, "5"),
    ],
)  # fmt: skip
def test_numbers_are_printed_as_word_prints_them(kind: str, number: int, printed: str):
    assert render(number, kind) == printed


def test_levels_restart_below_a_higher_one_and_show_it():
    numbering = (
        '<w:abstractNum w:abstractNumId="1">'
        + _level(0, "chineseCounting", "第%1章 ")
        + _level(1, "decimal", "%1.%2 ", "<w:isLgl/>")
        + _level(2, "decimal", "（%3）", '<w:lvlRestart w:val="0"/>')
        + '</w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num>'
    )
    body = "".join(
        _listed(text, 5, depth)
        for text, depth in [("总则", 0), ("目的", 1), ("甲", 2), ("范围", 1), ("乙", 2),
                            ("职责", 0), ("分工", 1), ("丙", 2)]
    )  # fmt: skip
    text = _read(body, numbering=numbering).markdown.replace("\\", "")
    for line in ("第一章 总则", "1.1 目的", "（1）甲", "1.2 范围", "（2）乙", "第二章 职责",
                 "2.1 分工", "（3）丙"):  # fmt: skip
        assert line in text


def test_a_list_with_a_start_of_its_own_begins_anew_once():
    numbering = (
        '<w:abstractNum w:abstractNumId="1">'
        + _level(0, "decimal", "%1、")
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = "".join(_listed(t, n) for t, n in [("甲", 1), ("乙", 1), ("丙", 2), ("丁", 2)])
    assert _read(body, numbering=numbering).markdown.split() == ["1、甲", "2、乙", "1、丙", "2、丁"]


def test_a_style_brings_its_level_of_a_list():
    numbering = (
        '<w:abstractNum w:abstractNumId="1">'
        + _level(0, "chineseCounting", "%1、", '<w:pStyle w:val="One"/>')
        + _level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="Two"/>')
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/><w:pPr><w:numPr>'
        f'<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        for name in ("One", "Two")
    )
    body = paragraph("条件", '<w:pStyle w:val="One"/>') + paragraph(
        "年龄", '<w:pStyle w:val="Two"/>'
    )
    text = _read(body, numbering=numbering, styles=styles).markdown
    assert "一、条件" in text
    assert "（一）年龄" in text


def test_a_grid_with_merges_both_ways_and_a_cell_left_out():
    merged, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    wide = '<w:gridSpan w:val="2"/>'
    rows = [
        _cell("区域") + _cell("类别") + _cell("标准"),
        _cell("江北", merged) + _cell("一类") + _cell("600元"),
        _cell("", on) + _cell("其他情形由街道认定", wide),
        '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + _cell("三类") + _cell("100元"),
    ]
    text = _read("<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>").markdown
    assert "| 江北 | 一类 | 600元 |" in text
    assert "| 江北 | 其他情形由街道认定 | 其他情形由街道认定 |" in text
    assert "|  | 三类 | 100元 |" in text


def test_a_text_box_in_a_cell_is_said_once():
    box = "<w:txbxContent>" + paragraph("框内文字") + "</w:txbxContent>"
    both = (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/'
        f'markup-compatibility/2006"><mc:Choice>{box}</mc:Choice><mc:Fallback><w:pict>{box}'
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    cell = f"<w:tc><w:p>{both}{_run('格内文字')}</w:p></w:tc>"
    text = _read(
        f"<w:tbl><w:tr>{_cell('甲')}{cell}</w:tr><w:tr>{_cell('乙')}{_cell('丙')}</w:tr></w:tbl>"
    ).markdown
    assert text.count("框内文字") == 1
    assert "格内文字" in text


def test_a_table_in_a_cell_keeps_the_outer_grid():
    inner = f"<w:tbl><w:tr>{_cell('电话')}{_cell('12345')}</w:tr></w:tbl>"
    rows = [
        _cell("项目") + _cell("说明"),
        _cell("咨询") + f"<w:tc>{inner}<w:p/></w:tc>",
    ]
    text = _read("<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>").markdown
    assert "| 咨询 | 电话 12345 |" in text


def test_moved_and_removed_text_is_gone_and_a_removed_paragraph_end_joins():
    body = (
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + _run("补贴每月") + "</w:p>"
        "<w:p><w:moveFrom>" + _run("旧处") + "</w:moveFrom><w:ins>" + _run("六百元。") + "</w:ins>"
        "<w:del><w:r><w:delText>五百元</w:delText></w:r></w:del></w:p>"
        "<w:p><w:moveTo>" + _run("新处") + "</w:moveTo></w:p>"
    )
    document = _read(body)
    assert document.markdown == "补贴每月六百元。\n\n新处\n"
    assert any("修订" in warning for warning in document.warnings)


def _field(instruction: str, shown: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{_run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_a_field_shows_its_value_and_a_table_of_contents_nothing():
    contents = _field(' TOC \\o "1-3" ', "第一章 总则 1")
    body = (
        f"<w:p>{contents}</w:p>"
        f"<w:p>{_run('印发日期：')}{_field(' DATE ', '2026年3月1日')}</w:p>"
        + paragraph("第一章 总则")
        + paragraph("第一条 为规范管理，制定本办法。")
    )
    text = _read(body).markdown
    assert text.count("总则") == 1
    assert "印发日期：2026年3月1日" in text
    assert "TOC" not in text


def test_a_note_stands_below_what_cites_it():
    footnotes = (
        '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
        f'<w:footnote w:id="2">{paragraph("以上年度平均工资为准。")}</w:footnote>'
    )
    body = (
        f'<w:p>{_run("按标准发放")}<w:r><w:footnoteReference w:id="2"/></w:r>{_run("。")}</w:p>'
        + paragraph("下一段。")
    )
    text = _read(body, footnotes=footnotes).markdown
    assert text == "按标准发放[注1]。\n\n[注1] 以上年度平均工资为准。\n\n下一段。\n"


def test_a_note_that_cites_itself_is_said_once():
    inside = f'<w:p>{_run("见上。")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    body = f'<w:p>{_run("正文。")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    text = _read(body, footnotes=f'<w:footnote w:id="2">{inside}</w:footnote>').markdown
    assert text.count("见上。") == 1


def test_a_field_that_never_ends_hides_nothing():
    begun = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    assert "正文还在。" in _read(f"<w:p>{begun}</w:p>" + paragraph("正文还在。")).markdown


def test_boxes_of_a_form_are_read_from_symbol_fonts():
    tick = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    box = '<w:r><w:sym w:font="Wingdings 2" w:char="F0A3"/></w:r>'
    assert _read(f"<w:p>{tick}{_run('是')}{box}{_run('否。')}</w:p>").markdown == "☑是□否。\n"


def test_pictures_are_told():
    picture = (
        '<w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/>'
        "</w:drawing></w:r>"
    )
    warnings = _read(f"<w:p>{_run('见图。')}{picture}</w:p>").warnings
    assert warnings == ("文件里有 1 张图片，图中的文字没有读入，请核对。",)


def test_a_title_of_two_centred_paragraphs_is_one_and_heavy_lines_are_headings():
    centre, large = '<w:jc w:val="center"/>', '<w:sz w:val="44"/>'
    hei = '<w:rFonts w:eastAsia="黑体"/><w:sz w:val="32"/>'
    body = (
        paragraph("云汀市交通局文件", centre, '<w:sz w:val="72"/>')
        + paragraph("关于印发《浮桥通行", centre, large)
        + paragraph("管理办法》的通知", centre, large)
        + paragraph("各单位要认真落实有关规定，做好登记和巡查。", "", '<w:sz w:val="32"/>') * 4
        + paragraph("办理地点", "", hei)
        + paragraph("到窗口办理。", "", '<w:sz w:val="32"/>')
    )  # fmt: skip
    document = _read(body)
    assert document.title == "关于印发《浮桥通行管理办法》的通知"
    assert "# 关于印发《浮桥通行管理办法》的通知\n" in document.markdown
    assert "## 办理地点\n" in document.markdown


def test_a_strict_file_is_read():
    usual = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    with zipfile.ZipFile(io.BytesIO(docx(paragraph("严格格式的正文。")))) as source:
        parts = {name: source.read(name).replace(usual, strict) for name in source.namelist()}
    assert read_bytes(zipped(parts), "a.docx").markdown == "严格格式的正文。\n"
