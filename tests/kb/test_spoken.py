"""口播: what was asked for comes first, within thirty seconds, a row of a table as speech."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kb.db import Database
from kb.models import Unit
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.presenters.asked_facts import tells
from kb.presenters.card import cards
from kb.presenters.spoken import said_row, script_of, speakable
from kb.services.entries import Content, create_entry
from kb.services.publishing import publish
from kb.services.questions import Question
from kb.services.search import SearchService
from kb.terms import KnowledgeKind
from tests.kb.conftest import EDITOR, NOW

TODAY = date(2026, 5, 7)
GUIDE = {
    "conditions": ["在本市有固定的养蜂场地，离学校和幼儿园五百米以上", "蜂群已经检疫，有检疫证明"],
    "steps": ["在“汀州通”填写蜂群数和场地位置 →", "农业站到场地核对 →", "领取养蜂证"],
    "materials": ["养蜂人身份证", "场地租用合同或者村里的同意书", "蜂群检疫证明", "场地照片两张"],
    "time_limit": "法定 20 个工作日，承诺 6 个工作日",
    "fee": "每证 15 元",
    "phone": "0999-8000031",
    "place": "青石路8号农业站二楼",
    "hours": "周二至周六 8:30—16:00",
}
FARES = """# 汀州市渡口票价表

第一条 渡口票价如下：

| 船型 | 单程票价（元/人） | 月票（元） | 末班时间 |
| --- | --- | --- | --- |
| 快船 | 7 | 不售 | 21:30 |
| 慢船 | 3 | 90 | 19:00 |
"""


@pytest.fixture
def service(any_database: Database, indexes: Indexes, unit: Unit) -> SearchService:
    contents = [
        Content(KnowledgeKind.GUIDE, "养蜂证申领", facts=GUIDE),
        Content(
            KnowledgeKind.GUIDE,
            "渔船证换发",
            facts={
                "conclusion": "带旧证到渔政窗口换，当场换发。",
                "script": "您好，渔船证带旧证到渔政窗口就能换，当场拿新证。",
                "materials": ["旧渔船证", "船主身份证"],
                "fee": "每本 12 元",
                "hours": "周一至周五 9:00—17:00",
            },
        ),
        Content(
            KnowledgeKind.GUIDE,
            "渔民困难补助",
            facts={"conclusion": "困难渔民每月补助 640 元。", "fee": "不收费"},
        ),
        Content(
            KnowledgeKind.CONTACT,
            "渔政窗口",
            facts={"phone": "0999-8000032", "place": "青石路1号", "hours": "工作日 9:00-17:00"},
        ),
        Content(KnowledgeKind.POLICY, "汀州市渡口票价表", FARES),
    ]
    for content in contents:
        with any_database.unit_of_work() as session:
            version = create_entry(
                session,
                unit=session.get_one(Unit, unit.id),
                content=content,
                actor=EDITOR,
                now=NOW,
            )
            publish(session, version, actor=EDITOR, now=NOW)
    drain_all(any_database, indexes)
    return SearchService(indexes, any_database)


def ask(service: SearchService, session: Session, text: str, title: str) -> dict[str, Any]:
    made = cards(service.find(session, Question(text, TODAY), EDITOR), TODAY)
    return next(card for card in made if card["title"] == title)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("养蜂证几天能下来", "时限：法定 20 个工作日，承诺 6 个工作日"),
        ("养蜂证申领礼拜六上不上班", "时间：周二至周六 8:30—16:00"),
        ("养蜂证申领几点开门", "时间：周二至周六 8:30—16:00"),
        ("办养蜂证多少钱", "费用：每证 15 元"),
        ("养蜂证在哪里办", "地点：青石路8号农业站二楼"),
        (
            "办养蜂证要什么材料，多久能办好",
            "材料：养蜂人身份证；场地租用合同或者村里的同意书；蜂群检疫证明；场地照片两张。"
            "时限：法定 20 个工作日，承诺 6 个工作日",
        ),
    ],
)
def test_a_guide_without_conclusion_says_what_was_asked_for(
    service: SearchService, any_database: Database, question: str, said: str
) -> None:
    with any_database.reading() as session:
        card = ask(service, session, question, "养蜂证申领")
    assert card["script"] == said
    assert card["conclusion"] == said.partition("。")[0]
    clause = card["clause"]
    assert clause["text"][clause["start"] : clause["end"]] == clause["answer"]


def test_the_grid_shows_what_was_asked_for_first_and_marks_it(
    service: SearchService, any_database: Database
) -> None:
    with any_database.reading() as session:
        card = ask(service, session, "养蜂证申领礼拜六上不上班", "养蜂证申领")
        plain = ask(service, session, "养蜂证", "养蜂证申领")
    assert [fact["label"] for fact in card["facts"]] == [
        "时间", "材料", "时限", "费用", "电话", "地点",
    ]  # fmt: skip
    assert [fact["name"] for fact in card["facts"] if fact["is_asked"]] == ["hours"]
    assert [fact["label"] for fact in plain["facts"]] == [
        "材料", "时限", "费用", "电话", "地点", "时间",
    ]  # fmt: skip


def test_what_the_unit_wrote_follows_what_was_asked_for(
    service: SearchService, any_database: Database
) -> None:
    written = "您好，渔船证带旧证到渔政窗口就能换，当场拿新证。"
    with any_database.reading() as session:
        for question, script in {
            "渔船证换发星期六能办吗": f"时间：周一至周五 9:00—17:00。{written}",
            "渔船证换发收费吗": f"费用：每本 12 元。{written}",
            "渔船证换发怎么办": written,
        }.items():
            card = ask(service, session, question, "渔船证换发")
            assert card["script"] == script
            assert card["conclusion"] == "带旧证到渔政窗口换，当场换发。"


def test_a_sum_that_people_get_is_not_answered_by_the_fee(
    service: SearchService, any_database: Database
) -> None:
    with any_database.reading() as session:
        for question in ("渔民困难补助多少钱", "渔民困难每月发多少钱"):
            card = ask(service, session, question, "渔民困难补助")
            assert card["script"] == "困难渔民每月补助 640 元。"


def test_a_contact_says_the_rest_after_what_was_asked_for(
    service: SearchService, any_database: Database
) -> None:
    with any_database.reading() as session:
        card = ask(service, session, "渔政窗口周末上班吗", "渔政窗口")
    assert card["script"] == "时间：工作日 9:00-17:00。电话：0999-8000032。地点：青石路1号"


def test_days_of_something_else_are_no_time_limit(
    service: SearchService, any_database: Database
) -> None:
    with any_database.reading() as session:
        card = ask(service, session, "养蜂证申领要提前几天预约", "养蜂证申领")
    assert not card["script"].startswith("时限")


def test_a_row_of_a_table_is_said_as_speech(service: SearchService, any_database: Database) -> None:
    with any_database.reading() as session:
        card = ask(service, session, "渡口慢船票价多少钱", "汀州市渡口票价表")
    assert card["clause"]["kind"] == "table_row"
    assert card["script"] == "船型：慢船，单程票价3元/人，月票90元，末班时间：19:00"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("船型：快船；月票（元）：不售", "船型：快船，月票不售"),
        ("票价（单位：元）：1,200.50；备注：含保险", "票价1,200.50元，备注：含保险"),
        ("电话（办公室）：0999-8000033", "电话（办公室）：0999-8000033"),
        ("全线停航", "全线停航"),
    ],
)
def test_units_in_brackets_go_behind_their_figure(row: str, said: str) -> None:
    assert said_row(row) == said


@pytest.mark.parametrize(
    ("script", "is_told"),
    [
        ("三个工作日拿证，十五元一本。", True),
        ("3个工作日就能拿证。", True),
        ("请到三号窗口办。", False),
        ("十三个工作日拿证。", False),
        ("请带齐3个材料到窗口办理。", False),
        ("三工作日拿证。", True),
    ],
)
def test_a_script_tells_a_fact_in_the_words_of_a_voice(script: str, is_told: bool) -> None:
    assert tells(script, "3个工作日") is is_told


@pytest.mark.parametrize("length", [90, 100])
def test_the_words_of_the_unit_are_never_cut_to_make_room_for_a_fact(length: int) -> None:
    limit = "时限：审核合格以后二十五个工作日以内领取"  # 20 characters
    written = "您好，" + "渡" * length + "。没有预约的不受理，请先预约。"  # 108 and 118
    facts = {"script": written, "time_limit": limit.removeprefix("时限：")}
    said = script_of(facts, ["time_limit"], {"kind": "facts", "answer": ""})
    assert said == (f"{limit}。{written}" if length == 90 else written)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("可以退。三十日内办理。", "可以退。三十日内办理。"),
        ("船票两元。\n来源：《渡口问答》（咨询电话：0999-8300009）", "船票两元。"),
        ("甲" * 130 + "。" + "乙" * 20 + "。", "甲" * 130 + "。"),
        ("甲" * 200 + "。", "甲" * 135),
        ("一、补助标准\n每人三百元。", "补助标准。每人三百元。"),
        ("第三条 可以退。\n（一）校服；\n2.书包。", "第三条 可以退。校服；书包。"),
        ("3.5 元一吨。", "3.5 元一吨。"),
        ("材料如下：\n身份证；\n户口簿", "材料如下：身份证；户口簿"),
        ("", ""),
    ],
)
def test_what_is_said_is_whole_sentences_of_at_most_thirty_seconds(text: str, said: str) -> None:
    assert speakable(text) == said
