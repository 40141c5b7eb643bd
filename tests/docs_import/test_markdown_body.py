"""What the canonical body escapes: only what Markdown would take for a sign."""

import random

import pytest

from docs_import.document import Block
from docs_import.markdown_body import escape, write
from docs_import.markdown_read import read


@pytest.mark.parametrize(
    "text",
    ["2.2", "1.有固定泊位", "1. 有固定泊位", "3）验船", "[注1] 见下", "5*8小时", "C#班", "a_b"],
)
def test_people_correct_the_text_as_it_is_written(text):
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("- 破折", "\\- 破折"),
        ("# 井号", "\\# 井号"),
        ("*重点*", "\\*重点\\*"),
        ("[渡口](a)", "\\[渡口\\](a)"),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_a_sign_that_would_mean_something_is_escaped(text, written):
    assert escape(text) == written


def test_a_dash_in_a_cell_is_a_dash_and_a_bar_is_none_of_the_table():
    table = Block("table", "", rows=(("甲", "乙"), ("-", "a|b")))
    assert write([table]) == "| 甲 | 乙 |\n| --- | --- |\n| - | a\\|b |\n"


def test_any_run_of_signs_is_read_back_as_it_was():
    chance = random.Random(41)
    signs = list("\\`*_[]()#|~-+=.)<>&!1 23甲乙a:")
    for _ in range(4_000):
        text = " ".join("".join(chance.choices(signs, k=chance.randint(1, 12))).split())
        if not text:
            continue
        lines = "\n".join(filter(None, (text, text[::-1].strip())))
        table = Block("table", "", rows=(("甲", text), (text, lines)))
        for block in (Block("paragraph", text), Block("heading", text, 2), table):
            assert [placed.block for placed in read(write([block]))] == [block]
