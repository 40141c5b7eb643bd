"""Pages drawn in a child, and where words stand on them."""

import io
from pathlib import Path

import pytest
from PIL import Image

from bench.pdf_writer import Sheet, write_pdf
from docs_import.errors import DocumentUnreadable
from docs_import.page_image import draw, has_pages, render, word_boxes
from docs_import.page_text import PageText, find_clause, find_words, row_values


def _page(*lines: str) -> PageText:
    """A page of characters a tenth of the page wide, its lines a tenth apart."""
    text, boxes = "", []
    for row, line in enumerate(lines):
        for column, char in enumerate(line):
            text += char
            boxes.append((column / 10, row / 10, (column + 1) / 10, row / 10 + 0.08))
        text += "\n"
        boxes.append((0.0, 0.0, 0.0, 0.0))
    return PageText(text, tuple(boxes))


def test_a_word_broken_by_the_end_of_a_line_is_marked_on_both():
    boxes = find_words(_page("申请临时", "救助的人"), ["临时救助"])
    assert boxes == [(0.2, 0.0, 0.4, 0.08), (0.0, 0.1, 0.2, 0.18)]


def test_width_forms_and_spaces_do_not_matter():
    assert find_words(_page("电话 １２ ３"), ["123"]) == [(0.3, 0.0, 0.7, 0.08)]


def test_a_clause_that_begins_on_the_page_is_marked_as_far_as_it_goes():
    page = _page("其他内容，", "补贴每月六百元，")
    assert find_clause(page, "补贴每月六百元，从申请当月起算。") == [(0.0, 0.1, 0.7, 0.18)]


def test_a_cell_that_stands_in_many_rows_is_marked_in_the_row_of_the_others():
    page = _page("项目 标准 对象", "甲项补贴 六百", "乙项补贴 六百")
    marks = find_clause(page, "项目：乙项补贴；标准：六百")
    assert (0.5, 0.2, 0.7, 0.28) in marks
    assert all(box[1] >= 0.2 for box in marks)


def test_a_table_row_is_marked_in_its_own_row_without_the_header():
    page = _page("事项 办理地点 电话", "甲事项 江北路 0001号", "乙事项 江北路 0002号")
    marks = find_clause(page, row_values("事项：乙事项；办理地点：江北路；电话：0002号"))
    assert (0.4, 0.2, 0.7, 0.28) in marks
    assert {box[1] for box in marks} == {0.2}


def test_nothing_is_marked_when_nothing_is_sure():
    assert find_clause(_page("六百", "六百"), "标准：六百") == []


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_mark_covers_the_ink_of_its_word_on_a_rotated_page(tmp_path: Path, rotate: int):
    sheet = Sheet(rotate=rotate)
    sheet.text(80, 120, "浮桥", 40)
    path = tmp_path / "page.pdf"
    path.write_bytes(write_pdf([sheet]))
    page = draw(path, 1, 700)
    (left, top, right, bottom) = word_boxes(path, 1, ["浮桥"])[0]
    with Image.open(io.BytesIO(page.png)) as picture:
        ink = picture.convert("L").point(lambda value: 255 * (value < 128)).getbbox()
    assert ink is not None
    assert left * page.width - 3 <= ink[0]
    assert top * page.height - 3 <= ink[1]
    assert right * page.width + 3 >= ink[2]
    assert bottom * page.height + 3 >= ink[3]


def test_a_picture_is_a_page_and_a_tiff_has_several(tmp_path: Path):
    path = tmp_path / "fax.tif"
    pages = [Image.new("1", (800, 1000), 1) for _ in range(3)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    page = draw(path, 3, 400)
    assert (page.pages, page.width, page.height) == (3, 400, 500)
    with pytest.raises(DocumentUnreadable) as caught:
        render(path, 4, 400)
    assert caught.value.code == "no_page"


def test_what_has_no_pages_is_refused_with_a_sentence(tmp_path: Path):
    path = tmp_path / "page.html"
    path.write_bytes(b"<html>")
    assert not has_pages(b"<html>")
    with pytest.raises(DocumentUnreadable, match="没有可显示的页面图"):
        render(path, 1, 400)


def test_a_page_of_a_thousand_metres_is_drawn_within_bounds(tmp_path: Path):
    path = tmp_path / "long.pdf"
    path.write_bytes(write_pdf([Sheet(width=10, height=14_000)]))
    page = draw(path, 1, 2_400)
    assert page.width * page.height <= 13_000_000


def test_a_picture_of_a_billion_pixels_is_refused(tmp_path: Path):
    head = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(head, "PNG")
    path = tmp_path / "bomb.png"
    path.write_bytes(head.getvalue())
    with pytest.raises(DocumentUnreadable) as caught:
        render(path, 1, 700)
    assert caught.value.code == "too_complex"
