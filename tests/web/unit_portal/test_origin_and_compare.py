"""The pins of recognised values on the text, and what a comparison shows."""

import pytest

from kb.models import KnowledgeVersion
from webapp.compare import compare, inline
from webapp.unit_portal.forms import DATES, _day
from webapp.unit_portal.origin import origin_of, pins_of

BODY = (
    "# 汀州市教育局关于停课的通知\n\n各学校：\n\n<!-- page: 2 -->\n\n"
    "本通知自印发之日起施行。\n\n汀州市教育局\n\n2026年5月6日\n"
)


def _recognised(**values: tuple[str, str, bool]) -> dict[str, object]:
    return {
        "metadata": {
            name: {"value": value, "where": where, "doubtful": doubtful}
            for name, (value, where, doubtful) in values.items()
        }
    }


def test_a_pin_stands_at_the_paragraph_nearest_to_where_it_was_read():
    pins = pins_of(
        _recognised(
            issuing_authority=("汀州市教育局", "正文第4段（落款）", False),
            issued_on=("2026-05-06", "正文第5段", False),
            valid_from=("2026-05-06", "正文第3段（自印发之日起）", True),
            valid_until=("2026-12-31", "正文第3段", False),
        )
    )
    assert [(pin.number, pin.name) for pin in pins.values()] == [
        (1, "issuing_authority"),
        (2, "issued_on"),
        (3, "valid_from"),
        (4, "valid_until"),
    ]
    parts = origin_of(BODY, pins).parts
    placed = {pin.number: str(part.html) for part in parts for pin in part.pins}
    assert placed == {
        1: "<p>汀州市教育局</p>",
        2: "<p>2026年5月6日</p>",
        3: "<p>本通知自印发之日起施行。</p>",
    }
    assert [part.page for part in parts if part.page] == [2]


def test_no_text_is_lost_between_the_parts():
    shown = "".join(str(part.html) for part in origin_of(BODY, {}).parts)
    for line in ("停课的通知", "各学校：", "自印发之日起", "2026年5月6日"):
        assert shown.count(line) == 1
    assert "page:" not in shown


def test_a_very_long_text_is_cut_and_says_so():
    assert origin_of("一段。\n\n" * 401, {}).is_cut
    assert not origin_of("一段。\n\n" * 400, {}).is_cut


def _version(body: str, **fields: object) -> KnowledgeVersion:
    given = {"kind": "notice", "title": "停水", "audience": "public", "document_number": ""}
    given |= {"issuing_authority": "", "category": "", "regions": [], "variants": [], "facts": {}}
    return KnowledgeVersion(body=body, **(given | fields))


def test_a_comparison_names_the_fields_and_the_lines_that_differ():
    old = _version("# 停水\n\n甲\n\n乙\n\n每吨三元。\n\n丙\n\n丁\n", facts={"fee": "三元"})
    new = _version("# 停水\n\n甲\n\n乙\n\n每吨四元。\n\n丙\n\n丁\n", facts={"fee": "四元"})
    found = compare(old, new)
    assert [(change.label, change.segments) for change in found.changes] == [
        ("费用", (("del", "三"), ("ins", "四"), ("same", "元")))
    ]
    assert [(row.kind, row.left_out) for row in found.rows] == [
        ("gap", 2),
        ("same", 0),
        ("change", 0),
        ("same", 0),
        ("gap", 1),
    ]
    assert found.rows[2].segments == (
        ("same", "每吨"),
        ("del", "三"),
        ("ins", "四"),
        ("same", "元。"),
    )


def test_the_same_text_in_other_markdown_is_the_same():
    assert compare(
        _version("## 一、甲\n\n3\\. 乙 &lt;丙\n"), _version("一、甲\n\n3. 乙 <丙\n")
    ).is_same


def test_a_number_differs_as_a_whole():
    assert inline("每台补贴20万元", "每台补贴25万元") == (
        ("same", "每台补贴"),
        ("del", "20"),
        ("ins", "25"),
        ("same", "万元"),
    )


def test_a_changed_row_of_a_table_names_its_columns():
    body = "第一条 收费如下：\n\n| 泊位 | 半天（元） | 全天（元） |\n| --- | --- | --- |\n{}"
    rows = "| 内港 | 8 | {} |\n| 外港 | 6 | 11 |\n"
    found = compare(_version(body.format(rows.format(15))), _version(body.format(rows.format(18))))
    shown = ["".join(text for _, text in row.segments) for row in found.rows]
    assert "泊位：内港；半天（元）：8；全天（元）：1518" in shown
    assert not any("|" in text or "---" in text for text in shown)
    changed = [row for row in found.rows if row.kind == "change"]
    assert [row.segments[1:] for row in changed] == [(("del", "15"), ("ins", "18"))]


def test_columns_of_a_table_without_rows_are_still_compared():
    before, after = "| 泊位 | 半天 |\n| --- | --- |\n", "| 泊位 | 全天 |\n| --- | --- |\n"
    found = compare(_version(before), _version(after))
    assert [row.kind for row in found.rows] == ["change"]


def test_a_header_that_its_only_row_does_not_say_is_compared():
    body = "| {} | {} |\n| --- | --- |\n| 5元 | 5元 |\n"
    rows = compare(
        _version(body.format("首小时", "之后每小时")), _version(body.format("首日", "之后每日"))
    ).rows
    assert [row.kind for row in rows if row.kind != "same"] == ["change"]


def test_lines_added_and_removed_at_the_end():
    rows = compare(_version("甲\n\n乙\n"), _version("甲\n\n丙\n\n丁\n")).rows
    assert [row.segments for row in rows] == [
        (("same", "甲"),),
        (("del", "乙"), ("ins", "丙")),
        (("ins", "丁"),),
    ]


def test_huge_texts_are_compared_whole_and_cut():
    old = _version("\n\n".join(f"旧{n}" for n in range(3000)))
    new = _version("\n\n".join(f"新{n}" for n in range(3000)))
    found = compare(old, new)
    assert (len(found.rows), found.is_cut) == (400, True)
    assert inline("甲" * 2000, "乙" * 2000) == (("del", "甲" * 2000), ("ins", "乙" * 2000))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-05-06", "2026-05-06"),
        ("2026/5/6", "2026-05-06"),
        ("2026.5.6", "2026-05-06"),
        (" 2026 年 5 月 6 日 ", "2026-05-06"),
        ("", "None"),
        ("2026-02-30", "None"),
        ("明天", "None"),
        ("26-5-6", "None"),
    ],
)
def test_dates_are_read_as_people_write_them(typed: str, day: str):
    faults: dict[str, str] = {}
    assert str(_day("valid_until", typed, faults)) == day
    assert bool(faults) == (day == "None" and bool(typed))
    assert DATES["valid_until"] in "".join(faults.values()) or not faults
