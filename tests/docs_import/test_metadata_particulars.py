"""主题词, 索引号, 公开属性, and what kind of document it looks like."""

import pytest

from docs_import.hints import Hints
from docs_import.lines import text_blocks
from docs_import.metadata import recognise
from docs_import.read import read_bytes

BODY = "现将有关事项通知如下，请认真贯彻执行。"


def _read(text: str, **values: str):
    hints = Hints(values={name: (value, "网页信息栏") for name, value in values.items()})
    return recognise(text_blocks(text), hints)


def _value(found) -> str | None:
    return found.value if found else None


def test_subject_words_and_index_number_are_read_from_their_lines():
    read = _read(f"索引号：YT000-2025-0017\n关于停水的通知\n{BODY}\n主题词：供水 停水；通知")
    assert (read.index_number.value, read.index_number.where) == ("YT000-2025-0017", "正文第1段")
    assert (read.subject_words.value, read.subject_words.where) == ("供水、停水、通知", "正文第4段")


def test_the_table_of_the_page_wins():
    read = _read(BODY, index_number="YT-1", subject_words="民政;救助", audience="依申请公开")
    assert _value(read.index_number) == "YT-1"
    assert _value(read.subject_words) == "民政、救助"
    assert _value(read.audience) == "internal"


@pytest.mark.parametrize(
    ("line", "audience"),
    [
        ("（此件公开发布）", "public"),
        ("（此件主动公开）", "public"),
        ("公开方式：主动公开", "public"),
        ("信息公开选项：依申请公开", "internal"),
        ("（此件不予公开）", "internal"),
        ("公开属性：不公开", "internal"),
        ("各单位应当主动公开办事指南。", None),
        ("依法不予公开的信息除外。", None),
    ],
)
def test_openness_is_read_from_its_own_line_only(line, audience):
    assert _value(_read(f"关于停水的通知\n{BODY}\n{line}").audience) == audience


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("云汀市供热管理办法\n第一条 为了供热。", "policy"),
        ("云汀市民政局关于印发救助办法的通知\n各区：", "policy"),
        ("关于河东路停水的通告\n明日停水。", "notice"),
        ("关于中秋节放假的通知\n放假三天。", "notice"),
        ("社保卡常见问题\n一、在哪办？\n在窗口办。", "qa"),
        ("生育津贴申领指南\n带材料到窗口办理。", "guide"),
        ("怎么补办社保卡？\n办理条件\n本人遗失。\n申请材料\n身份证。\n办理时限\n当天。", "guide"),
        ("今天天气\n晴。", None),
    ],
)
def test_the_kind_is_suggested_by_title_and_structure(text, kind):
    assert _value(_read(text).kind) == kind


def test_a_page_that_calls_its_document_ended_is_told():
    page = (
        "<html><head><title>关于停水的通知</title></head><body><table><tr><td>时效性</td>"
        "<td>已废止</td></tr></table><div id='zoom'><p>关于停水的通知</p>"
        "<p>因管道检修，明日起停水，请各用户提前储水，由此带来的不便敬请谅解。</p></div></body></html>"
    )
    warnings = read_bytes(page.encode(), "a.html").warnings
    assert [w for w in warnings if "可能已不再有效" in w and "已废止" in w]
    again = read_bytes(page.replace("已废止", "有效").encode(), "a.html").warnings
    assert not [w for w in again if "可能已不再有效" in w]


def test_the_files_that_a_page_links_are_listed():
    page = (
        "<html><head><title>关于停水的通知</title></head><body><div id='zoom'><p>关于停水的通知</p>"
        "<p>因管道检修，明日起停水，请各用户提前储水，由此带来的不便敬请谅解。</p>"
        "<p><a href='./P020250301.docx'>附件1：停水范围</a><a href='/index.html'>首页</a></p></div>"
        "<div class='fj'><a href='/files/a.pdf?v=2' title='附件2'></a></div></body></html>"
    )
    linked = read_bytes(page.encode(), "a.html").metadata.linked
    assert [(one.name, one.address) for one in linked] == [
        ("附件1：停水范围", "./P020250301.docx"),
        ("附件2", "/files/a.pdf?v=2"),
    ]
