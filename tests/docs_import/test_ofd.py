"""OFD: text by its layout, templates apart, attachments; refused with the true reason."""

from pathlib import Path

import pytest

from docs_import.errors import DocumentUnreadable
from docs_import.isolated import read_isolated
from docs_import.limits import Limits
from docs_import.read import read_bytes
from tests.docs_import.ofd_samples import PITCH, image, ofd, outline, rule, text
from tests.docs_import.samples import shared

FULL = "浮桥夜间管理由市交通局会同属地街道负责日常巡查和登记"  # 26 characters: a full line


def _lines(y: float, *lines: str) -> str:
    return "".join(text(30, y + PITCH * at, line) for at, line in enumerate(lines))


def _refused(data: bytes, limits: Limits | None = None) -> DocumentUnreadable:
    with pytest.raises(DocumentUnreadable) as caught:
        read_bytes(data, "文件.ofd", limits)
    return caught.value


def test_pages_are_read_with_title_paragraphs_and_page_numbers_out():
    first = text(52, 60, "关于浮桥通行管理的通知", 7.8) + _lines(
        90, "\u3000\u3000" + FULL[:24], FULL
    )
    second = _lines(40, "和检查。") + text(100, 285, "— 2 —", 4.9)
    document = read_bytes(ofd([first + text(100, 285, "— 1 —", 4.9), second]), "浮桥.ofd")
    assert document.pages == 2
    assert document.markdown == (
        f"<!-- page: 1 -->\n\n# 关于浮桥通行管理的通知\n\n{FULL[:24]}{FULL}和检查。\n"
    )


def test_a_template_head_never_lands_inside_a_paragraph_that_runs_over_the_page():
    pages = [_lines(40, FULL, FULL), _lines(40, "和检查，均应登记。")]
    head = text(80, 15, "云汀市交通局", 4) + text(80, 290, "内部资料", 4)
    document = read_bytes(ofd(pages, template=head), "浮桥.ofd")
    assert f"{FULL}{FULL}和检查，均应登记。" in document.markdown
    assert "内部资料" not in document.markdown


def test_a_form_in_a_template_is_read_once_with_what_is_filled_in():
    form = text(30, 80, "申请人：")
    pages = [text(70, 80, "李文"), text(30, 150, "第二页的说明。")]
    document = read_bytes(ofd(pages, template=form), "表.ofd")
    assert "申请人：" in document.markdown
    assert document.markdown.count("申请人") == 1
    assert "李文" in document.markdown


def test_a_ruled_table_is_a_table():
    lines = [rule(30, y, 150, y) for y in (50, 60, 70)]
    lines += [rule(x, 50, x, 70) for x in (30, 80, 150)]
    words = [(32, 57, "项目"), (82, 57, "标准"), (32, 67, "补贴"), (82, 67, "每月600元")]
    page = "".join(lines) + "".join(text(x, y, w, 4) for x, y, w in words)
    markdown = read_bytes(ofd([page]), "表.ofd").markdown
    assert "| 项目 | 标准 |\n| --- | --- |\n| 补贴 | 每月600元 |" in markdown


def test_attachments_are_given_and_missing_ones_told():
    data = ofd(
        [text(30, 50, "附件见后。")],
        attachments=[("名单", "Attachs/list.txt"), ("丢了.pdf", "Attachs/gone.pdf")],
        files={"Doc_0/Attachs/list.txt": "张三".encode()},
    )
    document = read_bytes(data, "函.ofd")
    assert [(a.name, a.data.decode()) for a in document.attachments] == [("名单.txt", "张三")]
    assert "附件“丢了.pdf”不在文件里，没有取出。" in document.warnings


def test_an_attachment_beyond_the_limit_is_told_not_given():
    data = ofd(
        [text(30, 50, "附件见后。")],
        attachments=[("大.bin", "big.bin")],
        files={"Doc_0/big.bin": bytes(range(256)) * 8},
    )
    document = read_bytes(data, "函.ofd", Limits(max_attachment_bytes=1000))
    assert document.attachments == ()
    assert any("过大" in warning for warning in document.warnings)


def test_pictures_that_are_missing_are_told():
    media = (
        '<ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile>'
        "</ofd:MultiMedia></ofd:MultiMedias>"
    )
    data = ofd([text(30, 50, "见图。") + image(7) + image(8)], resources=media,
               files={"Doc_0/Res/a.png": b"png"})  # fmt: skip
    warnings = read_bytes(data, "图.ofd").warnings
    assert any("1 张图片不在文件里" in warning for warning in warnings)
    assert any("原件有 1 张图片" in warning for warning in warnings)


def test_a_page_of_outlines_among_pages_of_text_is_told():
    document = read_bytes(ofd([text(30, 50, "第一页的文字。"), outline()]), "混.ofd")
    assert any(w.startswith("第 2 页只有图形或图片") for w in document.warnings)


@pytest.mark.parametrize(
    ("objects", "reason"),
    [(outline(), "文字已转成图形"), (image(7), "都是图片（扫描件）"), ("", "都是空白")],
)
def test_pages_without_text_are_refused_with_the_true_reason(objects: str, reason: str):
    error = _refused(ofd([objects]))
    assert error.code == "no_text"
    assert reason in error.message


def test_a_page_that_is_missing_is_told_and_the_others_read():
    data = ofd(
        [],
        document='<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Pages>'
        '<ofd:Page ID="1" BaseLoc="a.xml"/><ofd:Page ID="2" BaseLoc="b.xml"/></ofd:Pages>'
        "</ofd:Document>",
        files={
            "Doc_0/a.xml": f"<Page><Content><Layer>{_plain()}</Layer></Content></Page>".encode()
        },
    )
    document = read_bytes(data, "缺页.ofd")
    assert "第一页还在" in document.markdown
    assert any(w.startswith("第 2 页的内容不在文件里") for w in document.warnings)


def _plain() -> str:
    return text(30, 50, "第一页还在。").replace("ofd:", "")


# Hostile


def test_an_entity_is_never_resolved(tmp_path: Path):
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")
    document = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]><Document><Pages>&x;</Pages></Document>'
    error = _refused(ofd([], document=document))
    assert error.code == "corrupt"
    assert "不允许的声明" in error.message


def test_paths_out_of_the_package_lead_nowhere():
    for root in ("../../etc/passwd", "/../../../etc/passwd", "file:///etc/passwd"):
        assert _refused(ofd([text(30, 50, "文字")], root=root)).code == "corrupt"


def test_a_million_declared_pages_are_refused_at_once():
    pages = '<Page ID="1" BaseLoc="a.xml"/>' * 3_000
    error = _refused(ofd([], document=f"<Document><Pages>{pages}</Pages></Document>"))
    assert error.code == "too_complex"
    assert "3000 页" in error.message


@pytest.mark.parametrize("ways", [1, 10])
def test_graphics_that_hold_one_another_are_refused(ways: int):
    def unit(number: int, inner: int) -> str:
        objects = f'<ofd:CompositeObject ResourceID="{inner}" Boundary="0 0 9 9"/>' * ways
        return (
            f'<ofd:CompositeGraphicUnit ID="{number}"><ofd:Content>{objects}</ofd:Content>'
            "</ofd:CompositeGraphicUnit>"
        )

    last = 20 if ways > 1 else 1
    units = "".join(unit(n, n % last + 1 if ways == 1 else n + 1) for n in range(1, last + 1))
    data = ofd(
        [text(30, 50, "文字") + '<ofd:CompositeObject ResourceID="1" Boundary="0 0 9 9"/>'],
        resources=f"<ofd:CompositeGraphicUnits>{units}</ofd:CompositeGraphicUnits>",
    )
    assert _refused(data).code == "too_complex"


def test_a_broken_file_is_corrupt():
    assert _refused(ofd([text(30, 50, "文字")])[:300]).code == "corrupt"


def test_all_shared_files_are_read_or_refused_truly_in_the_child():
    folder = shared("import_samples")
    states = {}
    for path in sorted(folder.glob("*.ofd")):
        try:
            document = read_isolated(path, path.name)
            states[path.name[:2]] = (document.title, document.metadata.document_number is not None)
        except DocumentUnreadable as error:
            states[path.name[:2]] = (error.code, "文字已转成图形" in error.message)
    assert states["01"] == ("关于同意张阿三同志辞职的批复", True)
    assert states["03"][0] == "关于加快南货场铁路涵洞下穿建设的函"
    assert states["12"] == ("no_text", True)
    assert set(states) == {"01", "03", "05", "08", "12", "14"}
