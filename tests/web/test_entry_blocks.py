"""Marking words in rendered text never touches a tag and never opens one."""

from markupsafe import Markup

from kb.presenters.entry_page import Block
from webapp.entry_blocks import mark_words, render_blocks


class PageOf:
    """The two fields of an entry page that rendering reads."""

    def __init__(self, *blocks: Block, words: tuple[str, ...] = ()) -> None:
        self.blocks, self.words = blocks, words


def test_words_are_marked_in_text_only_and_the_longest_wins():
    html = Markup('<p title="等待期">等待期满，<strong>等待</strong>结束</p>')
    assert mark_words(html, ["等待", "等待期"]) == (
        '<p title="等待期"><mark>等待期</mark>满，<strong><mark>等待</mark></strong>结束</p>'
    )


def test_a_word_with_angle_brackets_stays_text():
    assert mark_words(Markup("<p>a &lt;b&gt; c</p>"), ["<b>"]) == (
        "<p>a <mark>&lt;b&gt;</mark> c</p>"
    )


def test_a_quoted_angle_bracket_inside_a_tag_does_not_end_it():
    html = Markup('<a href="/x?a=>1费">费用</a>')
    assert mark_words(html, ["费"]) == '<a href="/x?a=>1费"><mark>费</mark>用</a>'


def test_only_the_marked_block_is_marked_and_cells_keep_their_line_breaks():
    page = PageOf(
        Block("费用：三元", (1,), (1,)),
        Block("| 项目 | 费用 |\n| --- | --- |\n| 甲 | 三元<br>五元 |", (2,), (2,), is_marked=True),
        words=("费用",),
    )
    first, second = render_blocks(page)
    assert "<mark>" not in first.html
    assert "<mark>费用</mark>" in second.html
    assert "三元<br>五元" in second.html


def test_script_in_a_body_is_never_live():
    (block,) = render_blocks(PageOf(Block("<script>alert(1)</script>文字", (1,), (1,))))
    assert "<script" not in block.html
    assert "文字" in block.html
