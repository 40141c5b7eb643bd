"""Each format becomes the same kind of document."""

from __future__ import annotations

import io

import pytest
from docx import Document

from docs_import.document import ParsedDocument
from docs_import.errors import DocumentUnreadable
from docs_import.read import SCAN, read_bytes
from docs_import.structure import cut
from tests.docs_import.samples import docx, paragraph, pdf, shared

TITLE = "云汀市民政局关于提高临时救助标准的通知"
BIG = '<w:sz w:val="44"/>'
CENTRE = '<w:jc w:val="center"/>'


def _texts(document: ParsedDocument) -> list[str]:
    return [passage.text for passage in cut(document.markdown, document.title)]


# DOCX


def test_a_docx_without_styles_has_its_title_and_headings():
    body = (
        paragraph(TITLE, CENTRE, BIG)
        + paragraph("一、救助标准")
        + paragraph("每人每月一千元。")
        + paragraph("（一）发放办法")
        + paragraph("按月发放。")
        + paragraph("云汀市民政局")
        + paragraph("2025年3月1日")
    )
    document = read_bytes(docx(body), "a.docx")
    assert document.title == TITLE
    assert document.markdown.startswith(f"# {TITLE}\n\n## 一、救助标准\n\n每人每月")
    assert "### （一）发放办法" in document.markdown
    assert document.metadata.issued_on.value == "2025-03-01"
    assert document.headings == 3


def test_heading_styles_are_taken_even_through_their_parents():
    styles = (
        '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="own"><w:name w:val="小标题"/>'
        '<w:basedOn w:val="2"/></w:style>'
    )
    heading = paragraph("申请条件", '<w:pStyle w:val="own"/>')
    body = paragraph(TITLE) + heading + paragraph("年满十八周岁。")
    assert "\n### 申请条件\n" in read_bytes(docx(body, styles=styles), "a.docx").markdown


def test_numbers_made_by_word_are_written_out():
    numbering = (
        '<w:abstractNum w:abstractNumId="0">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        '<w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%2."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num>'
    )

    def item(text: str, depth: int) -> str:
        return paragraph(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="5"/></w:numPr>')

    body = (
        item("申请。申请人到大厅申请。", 0) + item("带身份证。", 1) + item("带户口簿。", 1)
        + item("审核。五日内审核。", 0) + item("查档案。", 1)
    )  # fmt: skip
    text = "\n".join(_texts(read_bytes(docx(body, numbering=numbering), "a.docx")))
    assert text.split("\n") == [
        "一、申请。申请人到大厅申请。", "1.带身份证。", "2.带户口簿。",
        "二、审核。五日内审核。", "1.查档案。",
    ]  # fmt: skip


def test_revisions_are_taken_as_accepted_and_comments_left_out():
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        "<w:p>" + run.format("补贴标准为")
        + "<w:del><w:r><w:delText>八百</w:delText></w:r></w:del>"
        + "<w:ins>" + run.format("一千") + "</w:ins>" + run.format("元。")
        + '<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r></w:p>'
    )  # fmt: skip
    document = read_bytes(docx(body, comments="<w:p/>"), "a.docx")
    assert _texts(document) == ["补贴标准为一千元。"]
    assert document.warnings == ("文件带有修订痕迹（1 处删除），已按接受全部修订读取。",)


def test_a_text_box_is_read_once():
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = "<w:txbxContent><w:p><w:r><w:t>咨询电话：0999-12345</w:t></w:r></w:p></w:txbxContent>"
    body = (
        f"<w:p><w:r><w:t>请来电咨询。</w:t></w:r><w:r><mc:AlternateContent {mc}>"
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert read_bytes(docx(body), "a.docx").markdown == "请来电咨询。\n\n咨询电话：0999-12345\n"


def test_merged_cells_of_a_table_are_filled():
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    body = (
        "<w:tbl>"
        "<w:tr>" + cell("区") + cell("窗口") + cell("电话") + "</w:tr>"
        "<w:tr>" + cell("东区", '<w:vMerge w:val="restart"/>')
        + cell("一号") + cell("111") + "</w:tr>"
        "<w:tr>" + cell("", "<w:vMerge/>") + cell("二号") + cell("222") + "</w:tr>"
        "<w:tr>" + cell("西区") + cell("暂停", '<w:gridSpan w:val="2"/>') + "</w:tr>"
        "</w:tbl>"
    )  # fmt: skip
    document = read_bytes(docx(body), "a.docx")
    assert document.tables == 1
    assert _texts(document) == [
        "区：东区；窗口：一号；电话：111",
        "区：东区；窗口：二号；电话：222",
        "区：西区；窗口：暂停；电话：暂停",
    ]


def test_a_document_made_by_an_office_library_is_read():
    made = Document()
    made.add_heading(TITLE, 0)
    made.add_heading("救助标准", 1)
    made.add_paragraph("每人每月一千元，按月发放。")
    made.add_paragraph("携带身份证", style="List Bullet")
    table = made.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("区", "标准", "东区", "一千元"), strict=True):
        cell.text = text
    buffer = io.BytesIO()
    made.save(buffer)
    document = read_bytes(buffer.getvalue(), "a.docx")
    assert document.markdown == (
        f"# {TITLE}\n\n## 救助标准\n\n每人每月一千元，按月发放。\n\n- 携带身份证\n\n"
        "| 区 | 标准 |\n| --- | --- |\n| 东区 | 一千元 |\n"
    )


# PDF


def test_lines_of_a_pdf_become_paragraphs_without_page_heads_and_numbers():
    head = (200.0, 800.0, "云汀市政务公报")
    pages = [
        [head, (150.0, 740.0, "供热收费标准"),
         (102.0, 700.0, "居民供热按照建筑面积收费，每平方米二十四元，"),
         (70.0, 670.0, "每年十月底前缴清。"),
         (102.0, 640.0, "一、缴费地点"), (102.0, 610.0, "各供热服务站。"), (280.0, 40.0, "— 1 —")],
        [head, (102.0, 700.0, "二、减免"),
         (102.0, 670.0, "低保家庭减半收取，特困人员免收，由民政部门核"),
         (280.0, 40.0, "— 2 —")],
        [head, (70.0, 700.0, "定名单后直接减免。"), (280.0, 40.0, "— 3 —")],
    ]  # fmt: skip
    document = read_bytes(pdf(pages), "a.pdf")
    assert document.pages == 3
    assert "公报" not in document.markdown
    assert "—" not in document.markdown
    passages = cut(document.markdown, document.title)
    by_path = {p.heading_path: p for p in passages}
    assert "居民供热按照建筑面积收费，每平方米二十四元，每年十月底前缴清。" in document.markdown
    assert by_path["一、缴费地点"].text.endswith("各供热服务站。")
    assert by_path["二、减免"].text.endswith("由民政部门核定名单后直接减免。")
    assert by_path["二、减免"].page == 2


def test_a_scan_is_no_error_but_waits_for_ocr():
    document = read_bytes(pdf([[], []]), "扫描件.pdf")
    assert document.needs_ocr
    assert (document.pages, document.markdown, document.title) == (2, "", "扫描件")
    assert document.warnings == (SCAN,)


def test_a_page_without_text_is_told():
    lines = [(70.0, 700.0, "供热服务站周一至周五上班，节假日值班。")]
    document = read_bytes(pdf([lines, [], lines]), "a.pdf")
    assert "第 2 页没有文字层（可能是图片），这些页的内容没有读入。" in document.warnings


def test_real_samples_are_read():
    folder = shared("import_samples")
    scan = next(folder.glob("模拟扫描件*.pdf"))
    assert read_bytes(scan.read_bytes(), scan.name).needs_ocr
    text = next(folder.glob("*GB18030.txt"))
    assert read_bytes(text.read_bytes(), text.name).title == "中华人民共和国宪法"
    plan = next(p for p in folder.glob("*.pdf") if p != scan)
    document = read_bytes(plan.read_bytes(), plan.name)
    assert "\n## 一、病原学特点\n" in document.markdown


# HTML

PAGE = f"""<html><head><meta charset="utf-8"><title>{TITLE} - 云汀市民政局网站</title>
<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2025-03-04 09:00">
<meta name="ContentSource" content="本网"></head><body>
<nav>首页 政务公开</nav><div class="crumb">您当前所在的位置：首页</div>
<table><tr><td>索引号：</td><td>A-1</td><td>发布机构：</td><td>云汀市民政局</td></tr>
<tr><td>文&nbsp;&nbsp;号：</td><td>云民规〔2025〕3号</td><td>成文日期：</td><td>2025-03-01</td></tr></table>
<h1>{TITLE}</h1>
<div id="zoom"><script>var a = "恶意";</script>
<p>各区民政局：</p><p>现将有关事项通知如下，请遵照执行，并做好宣传解释工作。</p>
<p><b>一、</b>救助<span>标准</span></p><p>每人每月一千元。</p>
<table><tr><th>区</th><th>标准</th></tr><tr><td>东区</td><td>1000元</td></tr></table>
<p style="display:none">看不见的字</p></div>
<div class="footer">版权所有 云汀市民政局</div></body></html>"""


def test_a_government_page_gives_its_article_and_its_table_of_particulars():
    document = read_bytes(PAGE.encode(), "a.html")
    assert document.title == TITLE
    assert document.markdown == (
        f"# {TITLE}\n\n各区民政局：\n\n现将有关事项通知如下，请遵照执行，并做好宣传解释工作。\n\n"
        "## 一、救助标准\n\n每人每月一千元。\n\n| 区 | 标准 |\n| --- | --- |\n| 东区 | 1000元 |\n"
    )
    metadata = document.metadata
    assert metadata.document_number.value == "云民规〔2025〕3号"
    assert metadata.document_number.where == "网页信息栏 文号"
    assert metadata.issuing_authority.value == "云汀市民政局"
    assert metadata.issued_on.value == "2025-03-01"
    assert metadata.published_on.value == "2025-03-04"


@pytest.mark.parametrize(
    ("named", "title"),
    [
        ("文档1", "云汀市民政局关于做好救助工作的通知"),
        ("救助工作问答 - 云汀市民政局网站", "救助工作问答"),
    ],
)
def test_a_page_saved_under_no_title_of_its_own_has_the_one_its_text_prints(named, title):
    lines = [
        "云民规〔2025〕3号",
        "云汀市民政局关于做好救助工作的通知",
        "各区民政局：",
        "请遵照执行。",
    ]
    if named != "文档1":
        lines = ["问：怎样申请？", "答：到街道申请，三日内答复。"]
    body = "".join(f"<p>{line}</p>" for line in lines)
    page = f"<html><head><meta charset='utf-8'><title>{named}</title></head><body>{body}</body>"
    assert read_bytes(page.encode(), "a.html").title == title


@pytest.mark.parametrize(
    "particulars",
    [
        "<ul><li>[发文机构] <span>云汀市民政局</span></li>"
        "<li>[发文字号] 云民规〔2025〕3号</li></ul>",
        "<table><tr><th>发文机关</th><td>云汀市民政局</td></tr>"
        "<tr><th>发文字号</th><td>云民规〔2025〕3号</td></tr></table>",
        "<dl><dt>发文机关：</dt><dd>云汀市民政局</dd><dt>发文字号：</dt><dd>云民规〔2025〕3号</dd></dl>",
    ],
)
def test_particulars_are_read_in_the_forms_that_site_systems_give_them(particulars):
    words = "现就临时救助标准作如下调整，自二〇二五年四月起按照新的标准发放，请各区抓紧落实到位。"
    page = f"<html><body>{particulars}<div id='zoom'><p>{words}</p></div></body></html>"
    metadata = read_bytes(page.encode(), "a.html").metadata
    assert metadata.issuing_authority.value == "云汀市民政局"
    assert metadata.document_number.value == "云民规〔2025〕3号"


def test_a_page_in_gbk_that_says_gb2312_is_read():
    page = PAGE.replace("utf-8", "gb2312").encode("gb18030")
    assert read_bytes(page, "a.htm").title == TITLE


def test_a_guide_that_is_only_a_table_is_read_as_names_and_values():
    page = (
        "<html><body><div class='menu'>首页</div><table>"
        "<tr><th>事项名称</th><td>老年优待证办理</td></tr>"
        "<tr><th>办理地点</th><td>云汀市政务服务中心二楼</td></tr>"
        "<tr><th>收费</th><td>不收费</td></tr></table></body></html>"
    )
    assert _texts(read_bytes(page.encode(), "a.html")) == [
        "事项名称：老年优待证办理",
        "办理地点：云汀市政务服务中心二楼",
        "收费：不收费",
    ]


def test_without_a_known_container_the_block_with_most_text_is_taken():
    words = "符合条件的居民可以申请住房补贴，由街道受理，区住房保障部门审核。" * 5
    links = "<li><a href='#'>相关政策链接文字</a></li>" * 40
    page = (
        f"<html><body><div><ul>{links}</ul></div><div><div><p>{words}</p></div></div></body></html>"
    )
    assert read_bytes(page.encode(), "a.html").markdown == words + "\n"


# Markdown and text


def test_markdown_of_other_people_loses_its_marks_not_its_words():
    text = (
        "---\ntitle: 供热须知\n---\n# 供热须知\n\n**每年**[十月](http://x.cn)`缴费`，"
        "到~~老~~大厅。\n\n- 甲\n- 乙\n\n| 区 | 电话 |\n|--|--|\n| 东 | 1 |\n"
    )
    document = read_bytes(text.encode(), "a.md")
    assert document.title == "供热须知"
    assert document.markdown == (
        "# 供热须知\n\n每年十月缴费，到老大厅。\n\n- 甲\n- 乙\n\n"
        "| 区 | 电话 |\n| --- | --- |\n| 东 | 1 |\n"
    )


def test_a_page_turned_into_markdown_gives_only_its_article():
    words = (
        "云汀市供热服务站从十月起受理缴费，用户可以到站缴费，也可以在网上缴费，逾期加收滞纳金。" * 2
    )
    text = (
        "Title: 供热缴费开始 - 云汀市人民政府门户网站\n\nURL Source: http://x.cn/1\n\n"
        "Markdown Content:\n[首页](http://x.cn)[登录](http://x.cn/l)\n\n*   [导航](http://x.cn/n)\n\n"
        f"# 供热缴费开始\n\n发布时间：2025-10-01 来源：云汀市住房和城乡建设局\n\n{words}\n\n"
        "扫一扫在手机打开当前页\n\n主办单位：云汀市人民政府\n"
    )
    document = read_bytes(text.encode(), "a.md")
    assert document.markdown == f"# 供热缴费开始\n\n{words}\n"
    assert document.metadata.published_on.value == "2025-10-01"
    assert document.metadata.issuing_authority.value == "云汀市住房和城乡建设局"


def test_the_title_of_last_resort_is_the_file_name():
    document = read_bytes(
        "办理时请带好身份证，工作日受理，当场办结，不收取任何费用。".encode(), "须知.txt"
    )
    assert document.title == "须知"
    assert document.metadata.title is None


def test_nul_bytes_are_taken_out_and_told():
    document = read_bytes("须带身份证。\x00".encode(), "a.txt")
    assert document.markdown == "须带身份证。\n"
    assert document.warnings == ("已清除 1 个不可见的控制字符。",)


def test_a_document_survives_json():
    document = read_bytes(PAGE.encode(), "a.html")
    assert ParsedDocument.from_json(document.to_json()) == document
    with pytest.raises(ValueError, match="not a parsed document"):
        ParsedDocument.from_json("{}")


def test_page_marks_alone_are_no_text():
    with pytest.raises(DocumentUnreadable) as caught:
        read_bytes(b"===PAGE 1===\n\n===PAGE 2===\n", "a.txt")
    assert caught.value.code == "no_text"
