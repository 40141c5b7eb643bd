"""Answer cards: every word from the entry, standing always shown, the reasons named."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from kb.db import Database
from kb.models import KnowledgeVersion, Unit
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.presenters.card import cards
from kb.queries.desk import current_notices
from kb.services.entries import Content, create_entry
from kb.services.found_items import first_telling
from kb.services.publishing import publish
from kb.services.questions import Question
from kb.services.search import SearchService
from kb.terms import KnowledgeKind
from tests.kb.conftest import EDITOR, NOW

TODAY = date(2026, 5, 7)
POLICY = """# 汀州市校服管理办法

第一条 校服每学年采购一次，由家长委员会投票决定。

第二条 校服费由学校代收，每套不超过三百元。困难家庭学生凭低保证免交校服费。

第三条 学生转学的，未拆封的校服可以在三十日内退还，学校应当全额退款。
"""


@pytest.fixture
def service(any_database: Database, indexes: Indexes, unit: Unit) -> SearchService:
    contents = [
        Content(
            KnowledgeKind.POLICY,
            "汀州市校服管理办法",
            POLICY,
            document_number="汀教规〔2026〕2号",
            issued_on=date(2026, 1, 10),
            valid_until=date(2026, 5, 20),
            review_on=date(2026, 5, 1),
        ),
        Content(
            KnowledgeKind.QA,
            "转学后校车费退不退？",
            facts={
                "conclusion": "退，按没坐的天数退。",
                "script": "您好，转学后校车费按没有乘坐的天数退，请到学校总务处办理。",
                "ask_first": ["哪一天转学的", "是否还在乘车"],
                "materials": ["乘车证", "转学证明"],
                "phone": "0999-8000001",
            },
            variants=("校车钱能退吗",),
        ),
        Content(
            KnowledgeKind.CONTACT,
            "教育局校车办公室",
            facts={"phone": "0999-8000002", "place": "青石路1号", "hours": "工作日 9:00-17:00"},
        ),
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


def ask(service: SearchService, session: Session, text: str) -> list[dict[str, object]]:
    return cards(service.find(session, Question(text, TODAY), EDITOR), TODAY)


def test_a_policy_answers_with_its_own_clause(
    service: SearchService, any_database: Database
) -> None:
    with any_database.reading() as session:
        card = ask(service, session, "转学了没拆的校服能退吗")[0]
    clause = card["clause"]
    assert card["title"] == "汀州市校服管理办法"
    assert "第三条" in clause["heading_path"] + clause["text"]
    assert "三十日内退还" in clause["answer"]
    assert clause["text"][clause["start"] : clause["end"]] == clause["answer"]
    assert card["conclusion"] == clause["answer"]
    assert card["source"] == {
        "issuing_authority": "汀州市教育局",
        "document_number": "汀教规〔2026〕2号",
        "issued_on": "2026-01-10",
        "file_id": None,
    }


def test_where_an_answer_was_taken_from_is_shown_with_the_clause_and_not_said(
    service: SearchService, any_database: Database, indexes: Indexes, unit: Unit
) -> None:
    body = "渡轮月票凭身份证补办一次。\n\n来源：《渡轮月票问答》（咨询电话：0999-8300009）\n"
    content = Content(KnowledgeKind.QA, "渡轮月票丢了能补吗？", body)
    with any_database.unit_of_work() as session:
        owner = session.get_one(Unit, unit.id)
        version = create_entry(session, unit=owner, content=content, actor=EDITOR, now=NOW)
        publish(session, version, actor=EDITOR, now=NOW)
    drain_all(any_database, indexes)
    with any_database.reading() as session:
        card = ask(service, session, "渡轮月票丢了能补吗")[0]
    assert card["conclusion"] == card["script"] == "渡轮月票凭身份证补办一次。"
    assert "0999-8300009" in card["clause"]["text"]


PLAIN = """汀州市教育局关于校车补助的通知
汀教发〔2026〕14号
各区教育局，各学校：
一、补助标准：每名学生每学期二百元。
二、申请材料：学生证、乘车证。
汀州市教育局
2026年4月2日
"""


def test_a_plain_notice_is_spoken_from_its_provision_on(
    service: SearchService, any_database: Database, indexes: Indexes, unit: Unit
) -> None:
    title = "汀州市教育局关于校车补助的通知"
    with any_database.unit_of_work() as session:
        version = create_entry(
            session,
            unit=session.get_one(Unit, unit.id),
            content=Content(KnowledgeKind.POLICY, title, PLAIN),
            actor=EDITOR,
            now=NOW,
        )
        publish(session, version, actor=EDITOR, now=NOW)
    drain_all(any_database, indexes)
    with any_database.reading() as session:
        found = ask(service, session, "校车补助每学期多少钱")[0]
        listed = first_telling(session.get_one(KnowledgeVersion, version.id))
    assert found["title"] == title
    assert found["conclusion"] == "一、补助标准：每名学生每学期二百元。"
    assert found["script"] == "补助标准：每名学生每学期二百元。"
    assert listed == 1  # what lists and answers without a question show


def test_a_card_says_how_long_the_entry_still_holds_and_that_its_review_is_late(
    service: SearchService, any_database: Database
) -> None:
    with any_database.reading() as session:
        card = ask(service, session, "校服费每套多少钱")[0]
    assert (card["standing"], card["standing_label"]) == ("expiring", "即将到期")
    assert (card["valid_until"], card["days_left"]) == ("2026-05-20", 13)
    assert card["review_overdue"] is True


def test_a_question_with_facts_gives_conclusion_script_and_grid_as_written(
    service: SearchService, any_database: Database
) -> None:
    with any_database.reading() as session:
        card = ask(service, session, "校车钱能退吗")[0]
    assert card["conclusion"] == "退，按没坐的天数退。"
    assert card["script"] == "您好，转学后校车费按没有乘坐的天数退，请到学校总务处办理。"
    assert card["script_seconds"] == 6  # 29 characters at 4.5 a second
    assert card["ask_first"] == ["哪一天转学的", "是否还在乘车"]
    assert [(fact["label"], fact["value"]) for fact in card["facts"]] == [
        ("材料", "乘车证；转学证明"),
        ("电话", "0999-8000001"),
    ]


def test_asking_for_a_number_is_answered_by_the_contact(
    service: SearchService, any_database: Database
) -> None:
    with any_database.reading() as session:
        card = ask(service, session, "校车办公室电话是多少")[0]
    assert card["kind"] == "contact"
    assert {fact["name"]: fact["value"] for fact in card["facts"]}["phone"] == "0999-8000002"


def test_the_reasons_are_words_of_the_question(
    service: SearchService, any_database: Database
) -> None:
    with any_database.reading() as session:
        card = ask(service, session, "校服费")[0]
    assert card["why"]
    assert {reason["via"] for reason in card["why"]} <= {"exact", "synonym", "pinyin", "typo"}


def test_the_desk_lists_what_runs_today_before_what_is_still_to_begin(
    any_database: Database, unit: Unit
) -> None:
    spans = {
        "下周停课": (date(2026, 5, 11), date(2026, 5, 12)),
        "今日停水": (date(2026, 5, 7), date(2026, 5, 8)),
        "全年收费公示": (date(2026, 1, 1), date(2026, 12, 31)),
        "本周检修": (date(2026, 5, 4), date(2026, 5, 7)),
    }
    issued = datetime(2026, 5, 1, 2, 0, tzinfo=UTC)
    with any_database.unit_of_work() as session:
        for title, (start, end) in spans.items():
            version = create_entry(
                session,
                unit=session.get_one(Unit, unit.id),
                content=Content(
                    KnowledgeKind.NOTICE,
                    title,
                    f"{title}，请相互转告。",
                    issued_on=date(2026, 1, 1),
                    valid_from=start,
                    valid_until=end,
                ),
                actor=EDITOR,
                now=issued,
            )
            publish(session, version, actor=EDITOR, now=issued)
    with any_database.reading() as session:
        listed = [notice.title for notice in current_notices(session, EDITOR, NOW)]
    assert listed == ["本周检修", "今日停水", "下周停课"]
