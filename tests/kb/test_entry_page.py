"""A whole entry as blocks: nothing lost, the asked passage marked, the state said in words."""

from datetime import date

import pytest

from kb.models import KnowledgeItem, KnowledgeVersion, Unit
from kb.presenters.entry_page import blocks_of, entry_page, facts_of, force_text, marked_words
from kb.services.entries import passages_of
from kb.standing import Period
from kb.terms import ItemState, Standing

BODY = (
    "# 停车管理办法\n\n第一条 为了规范停车，制定本办法。本条说明目的，也说明范围，"
    "适用于全市道路停车泊位的设置、使用和收费活动，其他停车场所参照执行，另有规定的从其规定。\n\n"
    "<!-- page: 2 -->\n\n第二条 每小时收费三元。首十五分钟免费，夜间二十二时至次日七时不收费，"
    "持残疾人专用停车证的车辆凭证停放，按照有关优惠规定执行，具体由停车管理单位现场核验后办理。\n\n"
    "## 收费表\n\n| 区域 | 元每小时 |\n| --- | --- |\n| 一类 | 3 |\n| 二类 | 2 |\n"
)


def version_of(body: str, **facts: object) -> KnowledgeVersion:
    return KnowledgeVersion(
        id=7,
        item_id=1,
        number=2,
        kind="policy",
        title="停车管理办法",
        body=body,
        facts=facts,
        audience="public",
        regions=[],
        variants=[],
        document_number="",
        issuing_authority="",
        category="",
        passages=passages_of(body, facts),
    )


def test_every_line_of_the_body_is_in_exactly_one_block_and_the_title_is_not_repeated():
    text = "\n".join(block.markdown for block in blocks_of(version_of(BODY)))
    for line in ("第一条 为了规范停车", "第二条 每小时收费三元", "| 一类 | 3 |", "### 收费表"):
        assert text.count(line) == 1
    assert "停车管理办法" not in text
    assert "page:" not in text


@pytest.mark.parametrize("mark", ["# ", ""])
def test_a_title_above_the_first_lines_of_a_text_is_not_repeated_either(mark: str):
    lines = ("云交规〔2026〕3号", "各区县：", "现通知如下。", "停车管理办法另行解释。")
    body = "\n\n".join((f"{mark}停车管理办法", *lines))
    text = "\n".join(block.markdown for block in blocks_of(version_of(body)))
    assert text.startswith("云交规〔2026〕3号")
    assert text.count("停车管理办法") == 1  # in the last sentence


def test_the_page_of_the_original_is_known_after_its_page_mark():
    pages = {block.markdown[:3]: block.page for block in blocks_of(version_of(BODY))}
    assert pages["第一条"] is None
    assert pages["第二条"] == 2


def test_only_the_asked_passage_is_marked_and_every_passage_has_one_anchor():
    version = version_of(BODY)
    asked = next(row.ordinal for row in version.passages if "每小时收费" in row.text)
    blocks = blocks_of(version, asked)
    assert ["第二条" in block.markdown for block in blocks] == [block.is_marked for block in blocks]
    anchors = [ordinal for block in blocks for ordinal in block.anchors]
    assert sorted(anchors) == [row.ordinal for row in version.passages]


def test_the_rows_of_a_table_share_one_block():
    version = version_of(BODY)
    rows = [row.ordinal for row in version.passages if row.kind == "table_row"]
    assert len(rows) == 2
    marked = [block for block in blocks_of(version, rows[1]) if block.is_marked]
    assert len(marked) == 1
    assert "| 一类 | 3 |" in marked[0].markdown
    assert set(rows) <= set(marked[0].ordinals)


def test_a_body_without_passages_is_still_shown_whole():
    version = version_of("")
    version.body, version.passages = "一段还没有切分的文字。", []
    assert [block.markdown for block in blocks_of(version)] == ["一段还没有切分的文字。"]


@pytest.mark.parametrize(
    ("standing", "start", "end", "said"),
    [
        (Standing.IN_FORCE, date(2026, 1, 1), None, "现行有效，甲，乙。"),
        (Standing.EXPIRING, None, date(2026, 6, 1), "即将到期，甲，乙。"),
        (Standing.FUTURE, date(2027, 1, 1), None, "尚未施行，自 2027-01-01 起施行。"),
        (
            Standing.REPEALED,
            None,
            date(2025, 5, 1),
            "已废止，有效期到 2025-05-01 为止，现在不能作为答复依据。",
        ),
        (Standing.WITHDRAWN, None, None, "已下架，不能作为答复依据。"),
    ],
)
def test_the_in_force_statement_names_its_dates(standing, start, end, said):
    assert force_text(standing, Period(start, end), ("甲", "乙")) == said


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({}, "未写明有效期"),
        ({"valid_from": (2026, 1, 1)}, "2026-01-01 起施行，未写明有效期"),
        ({"valid_until": (2030, 12, 31)}, "有效至 2030-12-31"),
        (
            {"valid_from": (2026, 1, 1), "valid_until": (2030, 12, 31)},
            "有效期 2026-01-01 至 2030-12-31",
        ),
        ({"issued_on": (2025, 11, 25)}, "自成文日期 2025-11-25 起适用，未写明有效期"),
        (
            {"issued_on": (2025, 11, 25), "valid_until": (2027, 1, 1)},
            "自成文日期 2025-11-25 起适用，有效至 2027-01-01",
        ),
        ({"took_over_on": (2026, 3, 1)}, "2026-03-01 起以这一版为准，未写明有效期"),
        (
            {"valid_from": (2026, 1, 1), "replaced_on": (2026, 8, 1)},
            "2026-01-01 起施行，2026-07-31 为最后一天",
        ),
    ],
)
def test_of_the_days_no_more_is_said_than_is_known(stated, said):
    item = KnowledgeItem(id=1, unit=Unit(name="市城市管理局"), state=ItemState.PUBLISHED)
    version = version_of(BODY)
    for name, day in stated.items():
        setattr(version, name, date(*day))
    page = entry_page(item, version, date(2026, 5, 7))
    assert "，".join(page.validity) == said
    assert page.force_text == f"现行有效，{said}。"


def test_the_public_does_not_read_what_agents_say_and_ask_first():
    facts = {
        "script": "您好",
        "ask_first": ["在本市参保吗"],
        "materials": ["身份证"],
        "fee": "免费",
    }
    assert [fact.name for fact in facts_of(facts, for_staff=False)] == ["materials", "fee"]
    assert [fact.name for fact in facts_of(facts, for_staff=True)] == [
        "script",
        "ask_first",
        "materials",
        "fee",
    ]


def test_marked_words_are_cut_from_the_clause_once_each():
    clause = {"text": "补缴后等待三个月，补缴可以修复", "marks": [[0, 2], [3, 5], [9, 11]]}
    assert marked_words(clause) == ("补缴", "等待")


def test_an_ended_entry_says_so_on_its_page():
    item = KnowledgeItem(
        id=1,
        unit=Unit(name="市城市管理局"),
        state=ItemState.SUPERSEDED,
        ended_on=date(2025, 12, 31),
    )
    page = entry_page(item, version_of(BODY, conclusion="每小时三元"), date(2026, 5, 7))
    assert page.standing is Standing.SUPERSEDED
    assert page.conclusion == "每小时三元"
    assert page.days_left is None
    assert "2025-12-31" in page.force_text
