"""Chinese text is read whatever it was saved in."""

from __future__ import annotations

import codecs

import pytest

from docs_import.charset import decode
from docs_import.clean import clean_text
from docs_import.errors import DocumentUnreadable

SIMPLIFIED = "云汀市公共租赁住房管理办法，自印发之日起施行。"
TRADITIONAL = "雲汀市公共租賃住房管理辦法，自印發之日起施行。"


@pytest.mark.parametrize(
    ("data", "text", "name"),
    [
        (SIMPLIFIED.encode("utf-8"), SIMPLIFIED, "utf-8"),
        (codecs.BOM_UTF8 + SIMPLIFIED.encode("utf-8"), SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED.encode("gb18030"), SIMPLIFIED, "gb18030"),
        ("公租房".encode("gb18030"), "公租房", "gb18030"),
        ("朱镕基、喆、㙍".encode("gb18030"), "朱镕基、喆、㙍", "gb18030"),
        (SIMPLIFIED.encode("utf-16"), SIMPLIFIED, "utf-16"),
        (SIMPLIFIED.encode("utf-16-le"), SIMPLIFIED, "utf-16-le"),
        (SIMPLIFIED.encode("utf-16-be"), SIMPLIFIED, "utf-16-be"),
        ("plain 12345".encode("utf-16-le"), "plain 12345", "utf-16-le"),
        (TRADITIONAL.encode("big5"), TRADITIONAL, "big5hkscs"),
        (b"plain 12345", "plain 12345", "utf-8"),
        (b"[[[[NNNN[[[[", "[[[[NNNN[[[[", "utf-8"),
    ],
)
def test_text_is_read_in_the_character_set_it_was_saved_in(data, text, name):
    assert decode(data) == (text, name)


def test_a_page_that_says_gb2312_is_read_as_its_superset():
    assert decode("朱镕基—".encode("gb18030"), "gb2312")[0] == "朱镕基—"


def test_utf8_wins_over_a_page_that_says_something_else():
    assert decode(SIMPLIFIED.encode("utf-8"), "gbk")[0] == SIMPLIFIED


def test_an_unknown_declared_name_is_no_failure():
    assert decode(SIMPLIFIED.encode("gb18030"), "x-nonsense")[0] == SIMPLIFIED


def test_a_last_character_cut_in_half_is_left_out():
    assert decode(SIMPLIFIED.encode("utf-8")[:-1])[0] == SIMPLIFIED[:-1]


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(DocumentUnreadable) as caught:
        decode(bytes(range(128, 256)) * 40)
    assert caught.value.code == "corrupt"
    assert "编码" in caught.value.message


def test_nul_and_lone_surrogates_are_taken_out_and_counted():
    text, warnings = clean_text("云\x00汀\ud800市\u202e")
    assert text == "云汀市"
    assert warnings == (
        "已清除 1 个残缺的字符（不成对的代理码），请核对原文。",
        "已清除 2 个不可见的控制字符。",
    )
