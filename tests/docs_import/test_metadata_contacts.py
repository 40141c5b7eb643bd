"""Phones and addresses of offices in a text, and whose they are."""

import pytest

from docs_import.document import Block
from docs_import.found_contacts import find_contacts
from docs_import.lines import text_blocks
from docs_import.metadata import recognise


def _found(text: str) -> list[tuple[str, str, str]]:
    return [(c.label, c.phone, c.address) for c in find_contacts(text_blocks(text))]


@pytest.mark.parametrize(
    ("text", "contacts"),
    [
        ("咨询电话：0999-2345678。", [("", "0999-2345678", "")]),
        ("请向云汀市民政局咨询，电话：0999-2345678。", [("云汀市民政局", "0999-2345678", "")]),
        ("市医保局咨询电话：(0999)2345678转802", [("市医保局", "0999-2345678转802", "")]),
        (
            "政务服务中心3号窗口（电话：2345678、2345679）",
            [("政务服务中心3号窗口", "2345678、2345679", "")],
        ),
        ("服务热线：400-123-4567；热线12366。", [("", "400-123-4567", ""), ("", "12366", "")]),
        ("监督电话：0999-2345678（市民政局）", [("市民政局", "0999-2345678", "")]),
        (
            "办公地址：云汀市河东路1号市政大厦2楼，联系电话：0999-2345678。",
            [("", "0999-2345678", "云汀市河东路1号市政大厦2楼")],
        ),
        (
            "云汀市住建局住房科，河东路18号6楼601室，咨询电话：0999-2345678。",
            [("云汀市住建局住房科", "0999-2345678", "河东路18号6楼601室")],
        ),
        ("办理地点：河东路1号政务服务大厅。", [("", "", "河东路1号政务服务大厅")]),
        ("云汀市水务局\n抢修电话：0999-2345678", [("云汀市水务局", "0999-2345678", "")]),
        ("咨询电话：市医保局待遇科 2345678。", [("市医保局待遇科", "2345678", "")]),
        ("监督电话：2345678（驻局纪检组）", [("驻局纪检组", "2345678", "")]),
        ("值班手机：13912345678", [("", "13912345678", "")]),
        # The mobile of a person, a fax, an emergency number, any other number.
        ("联系人：柳明，电话：13912345678。", []),
        ("联系人：柳明，电话：0999-2345678、13912345678。", [("", "0999-2345678", "")]),
        ("传真：0999-2345678", []),
        ("请拨打12345或110。", []),
        ("云民规〔2025〕2345678号", []),
        ("共支出2345678元。", []),
        ("统一社会信用代码 91650100123456789X", []),
        ("具体地点由各区自行确定。", []),
        ("各区民政局咨询电话另行公布。", []),
    ],
)  # fmt: skip
def test_contacts_in_sentences(text, contacts):
    assert _found(text) == contacts


def test_a_salutation_is_no_label():
    text = "各区民政局：\n现将有关事项通知如下。\n咨询电话：0999-2345678"
    assert _found(text) == [("", "0999-2345678", "")]


def test_a_table_with_a_phone_column_gives_a_contact_a_row():
    table = Block(
        "table",
        "",
        rows=(
            ("序号", "单位", "办公地址", "咨询电话", "传真电话"),
            ("1", "东区民政局", "东区河东路1号", "0999－2345678", "2345670"),
            ("2", "西区民政局", "西区湖滨路2号", "2345679 / 2345680", ""),
            ("3", "南区民政局", "", "另行公布", ""),
        ),
    )
    found = find_contacts([Block("paragraph", "附件"), table])
    assert [(c.label, c.phone, c.address, c.where) for c in found] == [
        ("东区民政局", "0999-2345678", "东区河东路1号", "正文第2段（表格第1行）"),
        ("西区民政局", "2345679、2345680", "西区湖滨路2号", "正文第2段（表格第2行）"),
    ]


def test_a_guide_in_two_columns_gives_one_contact():
    rows = (
        ("", ""),
        ("实施主体", "云汀市民政局"),
        ("办理地点", "云汀市河东路1号政务大厅"),
        ("咨询电话", "0999-2345678"),
        ("监督电话", "0999-2345600"),
    )
    [contact] = find_contacts([Block("table", "", rows=rows)])
    assert (contact.label, contact.phone) == ("云汀市民政局", "0999-2345678")
    assert contact.address == "云汀市河东路1号政务大厅"


def test_the_same_number_is_offered_once():
    assert len(_found("咨询电话：2345678。\n咨询电话：2345678。")) == 1


def test_the_first_column_names_the_place_of_a_phone():
    table = Block(
        "table",
        "",
        rows=(
            ("渡口", "停靠位置", "开放时间", "联系电话"),
            ("柳岸渡口", "东侧栈桥", "每日8:00至18:00", "0999-8300001"),
            ("石塘渡口", "北侧码头", "周末9:00至17:00", "0999-8300002"),
        ),
    )
    assert [(c.label, c.phone) for c in find_contacts([table])] == [
        ("柳岸渡口", "0999-8300001"),
        ("石塘渡口", "0999-8300002"),
    ]


def test_a_first_column_of_times_names_no_place():
    table = Block("table", "", rows=(("开放时间", "电话"), ("每日上午", "0999-8300001")))
    assert [c.label for c in find_contacts([table])] == [""]


def test_a_number_without_a_unit_is_that_of_the_one_author():
    notice = "云汀市水务局关于渡口停航的通知\n各渡口：\n咨询电话：0999-8300009。热线12366。\n"
    one = recognise(text_blocks(f"{notice}云汀市水务局\n2026年10月8日"))
    two = recognise(text_blocks(f"{notice}云汀市水务局\n云汀市交通局\n2026年10月8日"))
    assert [(c.label, c.phone) for c in one.contacts] == [
        ("云汀市水务局", "0999-8300009"),
        ("", "12366"),
    ]
    assert [c.label for c in two.contacts] == ["", ""]
