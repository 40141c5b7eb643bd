"""Documents that a document repeals, changes or replaces; and those it only names."""

import pytest

from docs_import.acts import find_acts
from docs_import.document import Block
from docs_import.lines import text_blocks

OLD = ("旧办法", "云政发〔2019〕3号")
AMENDED = ("amends", "供热办法", "云政发〔2019〕3号")


def _acts(text: str, title: str = "云汀市救助办法") -> list[tuple[str, str, str]]:
    return [(a.kind, a.title, a.document_number) for a in find_acts(text_blocks(text), title)]


@pytest.mark.parametrize(
    ("sentence", "acts"),
    [
        ("《旧办法》（云政发〔2019〕3号）同时废止。", [("repeals", *OLD)]),
        ("原《旧办法》（云政发[2019]3号）自行失效。", [("repeals", *OLD)]),
        (
            "本办法自2025年1月1日起施行，有效期5年，《旧办法》（云政发（2019）3号）同时停止执行。",
            [("repeals", *OLD)],
        ),
        (
            "《甲》（云民发〔2018〕1号）、《乙乙》（云民发〔2019〕2号）和《丙丙》同时废止。",
            [
                ("repeals", "甲", "云民发〔2018〕1号"),
                ("repeals", "乙乙", "云民发〔2019〕2号"),
                ("repeals", "丙丙", ""),
            ],
        ),
        (
            "市民政局印发的《甲办法》（云民发〔2018〕1号）；《乙办法》（云民发〔2019〕2号）一并予以废止。",
            [
                ("repeals", "甲办法", "云民发〔2018〕1号"),
                ("repeals", "乙办法", "云民发〔2019〕2号"),
            ],
        ),
        ("同时废止《旧办法》（云政发〔2019〕3号）。", [("repeals", *OLD)]),
        (
            "市政府决定废止2015年3月1日发布的《旧办法》。",
            [("repeals", "旧办法", "")],
        ),
        (
            "《旧办法》（市政府令第12号）自2025年3月1日起废止。",
            [("repeals", "旧办法", "市政府令第12号")],
        ),
        ("原云民发〔2018〕5号文件同时废止。", [("repeals", "", "云民发〔2018〕5号")]),
        ("《旧办法》不再执行。", [("repeals", "旧办法", "")]),
        (
            "《关于印发〈旧办法〉的通知》（云政办〔2019〕3号）同时废止。",
            [("repeals", "关于印发〈旧办法〉的通知", "云政办〔2019〕3号")],
        ),
        (
            "《关于印发<旧办法>的通知》（云政办〔2019〕3号，2021年修订）等2个文件同时废止。",
            [("repeals", "关于印发<旧办法>的通知", "云政办〔2019〕3号")],
        ),
        ("对《供热办法》（云政发〔2019〕3号）作如下修改：", [AMENDED]),
        ("决定对《供热办法》部分条款进行修改。", [("amends", "供热办法", "")]),
        ("将《供热办法》第三条修改为：“供热期为六个月。”", [("amends", "供热办法", "")]),
        ("《供热办法》第三条同时废止。", [("amends", "供热办法", "")]),
        ("《供热办法》（云政发〔2019〕3号）有效期延长至2027年12月31日。", [AMENDED]),
        ("本办法替代《旧办法》（云政发〔2019〕3号）。", [("supersedes", *OLD)]),
        ("《旧办法》由本办法替代。", [("supersedes", "旧办法", "")]),
        # Named, but neither ended nor changed.
        ("此前规定与本办法不一致的，以本办法为准。", []),
        ("《旧办法》中与本办法不一致的规定同时废止。", []),
        ("根据《供热条例》，制定本办法。", []),
        ("《旧办法》（云政发〔2009〕3号）已于2019年12月31日废止。", []),
        ("《旧办法》已废止。", []),
        ("上级文件修改或者废止的，从其规定。", []),
        ("如《供热条例》废止，本办法同时废止。", []),
        ("《被废止的文件》所列事项不得再办理。", []),
        ("执业证书有效期届满自行失效。", []),
        ("根据2023年5月1日《关于修改〈供热条例〉的决定》修正。", []),
        ("现将修订后的《供热办法》印发给你们。", []),
        ("持有《居住证》失效的，应当重新申领。", []),
        ("《云汀市救助办法》同时废止。", []),
    ],
)  # fmt: skip
def test_an_act_is_told_from_a_mention(sentence, acts):
    assert _acts(f"第九条 {sentence}") == acts


def test_the_day_printed_for_a_repeal_is_kept():
    [act] = find_acts(text_blocks("《旧办法》自2025年3月1日起废止。"), "新办法")
    assert (act.effective_on, act.where) == ("2025-03-01", "正文第1段")
    [act] = find_acts(text_blocks("本办法自2025年1月1日起施行，《旧办法》同时废止。"), "新办法")
    assert act.effective_on == ""


@pytest.mark.parametrize(
    ("title", "acts"),
    [
        ("关于废止《旧办法》（云政发〔2019〕3号）的通知", [("repeals", *OLD)]),
        ("云汀市人民政府关于废止供热管理办法的决定", [("repeals", "供热管理办法", "")]),
        ("云汀市人民政府关于修改《供热办法》的决定", [("amends", "供热办法", "")]),
        ("云汀市民政局关于延长《救助办法》有效期的通知", [("amends", "救助办法", "")]),
        ("云汀市人民政府关于废止和修改部分规章的决定", []),
        ("关于修订印发《供热办法》的通知", []),
        ("关于印发《供热办法》的通知", []),
    ],
)  # fmt: skip
def test_the_title_of_a_decision_names_what_it_ends(title, acts):
    assert _acts(title + "\n全文如下。", title) == acts


def test_documents_listed_below_the_announcement_are_read():
    text = (
        "经研究，决定废止下列文件：\n1.《甲办法》（云民发〔2018〕1号）\n"
        "2.《乙办法》（云民发〔2019〕2号）\n根据《丙办法》另行规定。"
    )
    assert _acts(text) == [
        ("repeals", "甲办法", "云民发〔2018〕1号"),
        ("repeals", "乙办法", "云民发〔2019〕2号"),
    ]


def test_a_table_of_repealed_documents_is_read_and_what_stays_in_force_is_not():
    header = ("序号", "文件名称", "文号")
    blocks = [
        Block("paragraph", "一、继续有效的规范性文件目录"),
        Block("table", "", rows=(header, ("1", "丙办法", "云民发〔2020〕3号"))),
        Block("paragraph", "二、废止的规范性文件目录"),
        Block(
            "table",
            "",
            rows=(
                header,
                ("1", "甲办法", "云民发〔2018〕1号"),
                ("2", "《乙办法》（云民发〔2019〕2号）", ""),
            ),
        ),
    ]
    found = find_acts(blocks, "云汀市民政局规范性文件清理结果的公告")
    assert [(a.title, a.document_number, a.where) for a in found] == [
        ("甲办法", "云民发〔2018〕1号", "正文第4段（表格第1行）"),
        ("乙办法", "云民发〔2019〕2号", "正文第4段（表格第2行）"),
    ]


def test_a_document_named_twice_is_one_act():
    text = "《旧办法》（云政发〔2019〕3号）同时废止。\n附则\n《旧办法》同时废止。"
    assert _acts(text) == [("repeals", *OLD)]


@pytest.mark.parametrize(
    ("title", "text", "acts"),
    [
        (
            "关于废止电梯加装补助的通知",
            "决定废止《既有住宅加装电梯补助办法》（云建发〔2020〕8号）。",
            [("repeals", "既有住宅加装电梯补助办法", "云建发〔2020〕8号")],
        ),
        (
            "关于废止电梯加装补助的通知",
            "云建发〔2020〕8号文件即日起废止。",
            [("repeals", "", "云建发〔2020〕8号")],
        ),
        # Another act, or another matter: what the title speaks of is not named in full.
        (
            "关于废止供热管理办法的决定",
            "《停车收费标准》（云发改〔2019〕2号）一并废止。",
            [
                ("repeals", "供热管理办法", ""),
                ("repeals", "停车收费标准", "云发改〔2019〕2号"),
            ],
        ),
        (
            "关于修改供热管理办法的决定",
            "《供热管理办法实施细则》同时废止。",
            [("amends", "供热管理办法", ""), ("repeals", "供热管理办法实施细则", "")],
        ),
    ],
)  # fmt: skip
def test_a_matter_in_the_title_is_no_second_document_beside_the_one_named(title, text, acts):
    assert _acts(f"{title}\n{text}", title) == acts
