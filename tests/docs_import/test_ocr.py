"""文字识别: order, doubts and paragraphs by rule; pictures within limits; pages by the extra."""

import io
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

from bench.pdf_writer import Sheet, write_pdf
from bench.scan_writer import SCAN, draw, has_font, pdf_of, png_of, worn
from docs_import.document import ParsedDocument, ReadLine
from docs_import.errors import DocumentUnreadable
from docs_import.ocr.assemble import CheckedPage, document
from docs_import.ocr.available import is_available
from docs_import.ocr.doubts import better, confidence, doubtful_spans, mended
from docs_import.ocr.limits import OcrLimits
from docs_import.ocr.pictures import count_frames, open_pictures
from docs_import.ocr.reading_order import reading_order
from docs_import.ocr.recogniser import Recogniser
from docs_import.ocr.straight import Box, lean, level
from docs_import.read import read_bytes

NOTICE = (
    "云汀市民政局关于发放高龄津贴的通知",
    "云民发〔2026〕15号",
    "各区民政局，各街道办事处：",
    "为做好全市高龄津贴发放工作，根据有关规定，现就有关事项通知如下，请遵照执行并告知辖区老人。",
    "一、发放标准",
    "|年龄|每月标准|",
    "|80至89周岁|100元|",
    "|90至99周岁|300元|",
    "二、咨询电话0579-88213066。",
    ">云汀市民政局",
    ">2026年3月12日",
)
with_extra = pytest.mark.skipif(
    not (is_available() and has_font()),
    reason="文字识别 is not installed (make ocr), or no Noto CJK font",
)


def box(left: float, top: float, right: float, height: float = 20) -> Box:
    return Box(left, top, right, top + height)


# ----- order -----


def test_cells_of_a_table_are_read_row_by_row_though_they_differ_a_little_in_height() -> None:
    boxes = [box(300, 101, 400), box(100, 98, 180), box(300, 149, 360), box(100, 152, 220)]
    assert reading_order(boxes, [2, 2, 3, 4]) == [1, 0, 3, 2]


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    left = [box(100, 200 + 40 * row, 480) for row in range(6)]
    right = [box(520, 200 + 40 * row, 900) for row in range(6)]
    title, note = box(200, 100, 800), box(100, 600, 900)
    boxes = [title, *[each for pair in zip(left, right, strict=True) for each in pair], note]
    assert reading_order(boxes, [20] * len(boxes)) == [
        0, 1, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10, 12, 13,
    ]  # fmt: skip


def test_lines_that_lie_askew_are_levelled() -> None:
    # 1,000 wide, falling by 1 in 57: one degree.
    lines = [((0, y), (1000, y + 17.455), (1000, y + 47.455), (0, y + 30)) for y in (100, 200, 300)]
    assert lean(lines) == pytest.approx(1.0, abs=0.01)
    levelled = level(lines[0], 1.0, 1000, 1000)
    assert levelled.height == pytest.approx(30, abs=0.1)
    assert lean(lines[:2]) == 0.0  # too few to tell


# ----- doubts -----


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("云民发[2026]15号", "云民发〔2026〕15号"),
        ("云民发（2026）15号", "云民发〔2026〕15号"),
        ("(二)疫苗接种。", "（二）疫苗接种。"),
        ("防控方案（第九版)。现印发", "防控方案（第九版）。现印发"),
        ("见f(x)=1, y=2", "见f(x)=1, y=2"),
        ("电话:88213066", "电话：88213066"),
    ],
)
def test_signs_get_the_width_that_chinese_print_gives_them(seen: str, meant: str) -> None:
    assert mended(seen) == meant


def test_what_the_recogniser_doubts_is_marked_and_neighbours_make_one_place() -> None:
    chances = (0.99, 0.74, 0.8, 0.99, 0.6, 0.89)
    assert doubtful_spans("是自已健（康", chances) == ((1, 3), (5, 6))  # 0.6 will do for a sign
    assert confidence("是自已健（康", chances) == pytest.approx(0.882)


def test_of_two_readings_the_surer_is_taken_and_the_difference_is_doubtful() -> None:
    through_the_seal = ("云江市民政局", (0.99, 0.9, 0.99, 0.99, 0.99, 0.99))
    in_red_light = ("云汀市民政局", (0.99,) * 6)
    text, chances = better(through_the_seal, in_red_light)
    assert text == "云汀市民政局"
    assert doubtful_spans(text, chances) == ((1, 2),)
    assert better(through_the_seal, ("", ())) == through_the_seal


# ----- paragraphs -----


def lines(*rows: tuple[float, float, str], page: int = 1) -> tuple[ReadLine, ...]:
    """Lines at left and top of a page 40 characters wide."""
    width = 0.7 / 28
    return tuple(
        ReadLine(page, (left, top, left + width * len(text), top + 0.018), text, 0.99)
        for left, top, text in rows
    )


FULL = "为做好全市高龄津贴发放工作，根据有关规定，现就有关事项通知"


def test_lines_become_paragraphs_and_one_may_go_on_over_the_page() -> None:
    first = lines((0.2, 0.2, FULL[2:]), (0.15, 0.24, FULL[:28]))
    second = lines((0.15, 0.12, "如下。"), (0.2, 0.16, "另有事项。"), page=2)
    body = document("扫描.pdf", "pdf", [CheckedPage(1, first), CheckedPage(2, second)]).markdown
    assert (
        body
        == f"<!-- page: 1 -->\n\n{FULL[2:]}{FULL[:28]}如下。\n\n<!-- page: 2 -->\n\n另有事项。\n"
    )


def test_heads_feet_and_page_numbers_go_and_headings_stay() -> None:
    pages = [
        CheckedPage(
            number,
            lines(
                (0.15, 0.05, "云汀市民政局文件汇编"),
                (0.2, 0.2, "一、发放标准"),
                (0.2, 0.24, f"第{number}类每月一百元。"),
                (0.45, 0.94, f"— {number} —"),
                page=number,
            ),
        )
        for number in (1, 2, 3)
    ]
    body = document("扫描.pdf", "pdf", pages).markdown
    assert "汇编" not in body
    assert "— 1 —" not in body
    assert body.count("## 一、发放标准") == 3


def test_a_line_a_person_emptied_is_out_and_a_typed_page_stands_for_its_lines() -> None:
    first = CheckedPage(1, lines((0.2, 0.2, ""), (0.2, 0.24, "留下的一行。")))
    second = CheckedPage(
        2,
        lines(
            (
                0.2,
                0.2,
                "认错的字",
            ),
            page=2,
        ),
        typed="录入的一页。\n第二段。",
    )
    body = document("扫描.pdf", "pdf", [first, second]).markdown
    assert (
        body == "<!-- page: 1 -->\n\n留下的一行。\n\n<!-- page: 2 -->\n\n录入的一页。\n\n第二段。\n"
    )


def test_pages_without_any_text_are_refused() -> None:
    with pytest.raises(DocumentUnreadable, match="没有文字"):
        document("扫描.pdf", "pdf", [CheckedPage(1)])


def test_cells_under_each_other_become_a_table() -> None:
    rows = [
        (left, 0.3 + 0.04 * at, text)
        for at, row in enumerate(
            (("年龄", "标准"), ("80至89周岁", "100元"), ("90至99周岁", "300元"))
        )
        for left, text in zip((0.2, 0.6), row, strict=True)
    ]
    body = document("扫描.pdf", "pdf", [CheckedPage(1, lines(*rows))]).markdown
    assert "| 年龄 | 标准 |\n| --- | --- |\n| 80至89周岁 | 100元 |\n| 90至99周岁 | 300元 |" in body


# ----- pictures -----


def picture(width: int, height: int, suffix: str, pages: int = 1) -> bytes:
    out = io.BytesIO()
    image = Image.new("1", (width, height), 1)
    more = {"save_all": True, "append_images": [image] * (pages - 1)} if pages > 1 else {}
    image.save(out, suffix, **more)
    return out.getvalue()


@pytest.mark.parametrize("suffix", ["PNG", "BMP", "TIFF"])
def test_an_image_is_a_scan_of_one_page(suffix: str) -> None:
    read = read_bytes(picture(60, 80, suffix), f"扫描.{suffix.lower()}")
    assert (read.needs_ocr, read.pages, read.markdown) == (True, 1, "")


def test_a_tiff_from_a_scanner_has_as_many_pages_as_frames() -> None:
    assert count_frames(picture(60, 80, "TIFF", pages=3)) == 3


def test_an_image_of_144_million_pixels_is_refused_without_being_unpacked() -> None:
    with pytest.raises(DocumentUnreadable, match="40 百万像素"):
        count_frames(picture(12_000, 12_000, "PNG"))


def test_half_an_image_is_refused_with_a_sentence() -> None:
    data = png_of(Image.effect_noise((300, 300), 50))
    with pytest.raises(DocumentUnreadable, match="没有传完整"):
        open_pictures(data[: len(data) // 2], "image").page(1)


def mixed_pdf() -> bytes:
    """A typed page, a scanned one with a scanner's watermark, and an empty one."""
    typed, watermark = Sheet(), Sheet()
    typed.text(80, 120, "一、本市户籍老人每月领取津贴，具体标准见附件。")
    watermark.text(400, 820, "扫描王创建", 8)
    document = pdfium.PdfDocument(write_pdf([typed, watermark, Sheet()]))
    page = document[1]
    bitmap = pdfium.PdfBitmap.new_native(300, 400, 4)
    bitmap.fill_rect((200, 200, 200, 255), 0, 0, 300, 400)
    image = pdfium.PdfImage.new(document)
    image.set_bitmap(bitmap)
    image.set_matrix(pdfium.PdfMatrix().scale(595, 842))
    page.insert_obj(image)
    page.gen_content()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_of_a_mixed_pdf_only_the_picture_is_to_be_recognised() -> None:
    read = read_bytes(mixed_pdf(), "津贴.pdf")
    assert (read.needs_ocr, read.pages, read.picture_pages) == (False, 3, (2,))
    assert "每月领取津贴" in read.markdown


# ----- the extra -----


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upright page askew with noise and a stamp, the same upside down, and an empty page."""
    page = worn(draw(NOTICE)[0].picture, SCAN)
    path = tmp_path_factory.mktemp("scan") / "扫描.pdf"
    path.write_bytes(pdf_of([page, page.rotate(180), Image.new("RGB", page.size, "white")]))
    return path


@with_extra
def test_a_worn_page_is_read_whichever_way_it_lies_and_an_empty_one_is_empty(
    scanned: Path,
) -> None:
    with Recogniser(scanned, "pdf") as recogniser:
        upright, turned, empty = (recogniser.page(number) for number in (1, 2, 3))
    assert empty.lines == ()
    assert (upright.turned + 180) % 360 == pytest.approx(turned.turned, abs=0.5)
    for page in (upright, turned):
        parsed = document("扫描.pdf", "pdf", [CheckedPage(1, page.lines, page.height / page.width)])
        assert parsed.title == NOTICE[0]
        assert values(parsed) == ("云民发〔2026〕15号", "云汀市民政局", "2026-03-12")
        assert "| 90至99周岁 | 300元 |" in parsed.markdown


def values(parsed: ParsedDocument) -> tuple[str, ...]:
    found = parsed.metadata
    known = (found.document_number, found.issuing_authority, found.issued_on)
    return tuple(each.value if each else "" for each in known)


@with_extra
def test_a_child_over_its_memory_ends_alone_and_says_so(scanned: Path) -> None:
    tight = OcrLimits(memory_bytes=400 << 20)
    with Recogniser(scanned, "pdf", tight) as recogniser, pytest.raises(DocumentUnreadable) as told:
        recogniser.page(1)
    assert told.value.code in ("out_of_memory", "crashed")


@with_extra
def test_a_page_that_takes_too_long_is_stopped(scanned: Path) -> None:
    hasty = OcrLimits(wall_seconds=0.2)
    with Recogniser(scanned, "pdf", hasty) as recogniser, pytest.raises(DocumentUnreadable) as told:
        recogniser.page(1)
    assert told.value.code == "timeout"
