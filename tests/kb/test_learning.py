"""Learning from use: who must say it how often, what is never kept, and how it is taken out."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.db import Database
from kb.errors import PermissionDenied
from kb.models import Adoption, AuditRecord, IndexJob, KnowledgeItem, LearnedQuery
from kb.outbox.check import check_all
from kb.outbox.drain import drain_all, load_records
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import rebuild
from kb.services import learning, requests, undoing
from kb.services.entries import Content, create_entry
from kb.services.publishing import publish
from kb.services.questions import Question
from kb.services.registration import Registration
from kb.services.search import SearchService
from kb.terms import KnowledgeKind, LearnedState, Role
from tests.kb.conftest import EDITOR
from tests.kb.hotline import PROFILE, Hotline, at

NOW = at("2026-05-07 10:24")
SAID = "暖气费能退吗"


@pytest.fixture
def session(any_database: Database) -> Iterator[Session]:
    with any_database.session() as session:
        yield session
        session.rollback()


@pytest.fixture
def city(session: Session) -> Hotline:
    return Hotline(session)


@pytest.fixture
def item(session: Session, city: Hotline) -> KnowledgeItem:
    """An entry in official words only."""
    version = create_entry(
        session,
        unit=city.unit("澜川热力集团"),
        content=Content(
            KnowledgeKind.QA, "停止供热的热费退还", facts={"conclusion": "申请报停后按天退还。"}
        ),
        actor=EDITOR,
        now=NOW,
    )
    publish(session, version, actor=EDITOR, now=NOW)
    session.flush()
    return version.item


@pytest.fixture
def agents(city: Hotline) -> list[Actor]:
    return [city.actor(Role.AGENT) for _ in range(3)]


def adopt(
    session: Session,
    item: KnowledgeItem,
    agent: Actor,
    query: str = SAID,
    now: datetime = NOW,
    **given: object,
) -> Adoption:
    request = requests.register(
        session,
        Registration(**({"title": "来电咨询"} | given)),
        profile=PROFILE,
        phone_key=b"key",
        actor=agent,
        now=now,
    )
    adoption = requests.resolve_online(
        session, request, item_id=item.id, passage_ordinal=0, query=query, actor=agent, now=now
    )
    session.flush()
    return adoption


def active(session: Session, item: KnowledgeItem) -> list[str]:
    return learning.active_texts(session, [item.id]).get(item.id, [])


def test_two_agents_teach_it(session: Session, item: KnowledgeItem, agents: list[Actor]) -> None:
    adopt(session, item, agents[0], "请问暖气费能退吗？")
    assert active(session, item) == []
    adopt(session, item, agents[1], "暖气费 能退吗")
    assert active(session, item) == [SAID]


def test_one_agent_needs_three_calls(
    session: Session, item: KnowledgeItem, agents: list[Actor]
) -> None:
    for _ in range(2):
        adopt(session, item, agents[0])
    assert active(session, item) == []
    adopt(session, item, agents[0])
    assert active(session, item) == [SAID]


def test_what_is_older_than_a_year_does_not_count(
    session: Session, item: KnowledgeItem, agents: list[Actor]
) -> None:
    adopt(session, item, agents[0], now=NOW)
    adopt(session, item, agents[1], now=NOW + timedelta(days=366))
    assert active(session, item) == []


def test_an_undone_adoption_is_taken_back(
    session: Session, item: KnowledgeItem, agents: list[Actor]
) -> None:
    adopt(session, item, agents[0])
    second = adopt(session, item, agents[1])
    undoing.undo_adoption(session, second, actor=agents[1], now=NOW + timedelta(minutes=1))
    assert active(session, item) == []


def test_what_the_entry_says_itself_is_not_learned(
    session: Session, item: KnowledgeItem, agents: list[Actor]
) -> None:
    for agent in agents:
        adopt(session, item, agent, "热费退还")
    assert active(session, item) == []


@pytest.mark.parametrize(
    "query",
    [
        "王小明的暖气费能退吗",
        "13812345678 暖气费能退吗",
        "暖气费能退吗 510101199001011234",
        "我住翠湖花苑三号楼暖气费能退吗",
        "赵女士暖气费能退吗",
        "暖气费能退吗，" * 8,
        "退",
    ],
)
def test_what_may_name_a_person_is_not_kept(
    session: Session, item: KnowledgeItem, agents: list[Actor], query: str
) -> None:
    said = {adopt(session, item, agent, query).said for agent in agents}
    assert said == {""}
    assert session.scalars(select(LearnedQuery)).all() == []


def test_nothing_is_kept_of_a_confidential_request_or_with_the_callers_name(
    session: Session, item: KnowledgeItem, agents: list[Actor]
) -> None:
    for agent in agents:
        assert adopt(session, item, agent, is_confidential=True).said == ""
        query = "高兴的暖气费能退吗"
        assert adopt(session, item, agent, query, requester_name="高兴").said == ""
    assert session.scalars(select(LearnedQuery)).all() == []


def test_only_the_ten_most_used_are_active(
    session: Session, item: KnowledgeItem, agents: list[Actor]
) -> None:
    asked = [f"暖气{number}年没开能退吗" for number in range(1, 12)]
    for query in asked:
        for agent in agents[:2]:
            adopt(session, item, agent, query)
    assert active(session, item) == asked[:10]
    adopt(session, item, agents[2], asked[10])
    assert active(session, item) == [asked[10], *asked[:9]]


def test_learning_tells_the_index_and_the_audit(
    session: Session, item: KnowledgeItem, agents: list[Actor]
) -> None:
    rev = item.rev
    session.execute(IndexJob.__table__.delete())
    session.info.clear()
    adopt(session, item, agents[0])
    assert session.scalars(select(IndexJob)).all() == []
    adopt(session, item, agents[1])
    assert {job.object_id for job in session.scalars(select(IndexJob))} == {item.id}
    assert item.rev > rev
    acts = session.scalars(select(AuditRecord).where(AuditRecord.action == "knowledge.learned"))
    (act,) = acts.all()
    assert SAID not in str(act.detail)


def test_a_removed_one_is_not_learned_again_until_taken_back(
    session: Session, item: KnowledgeItem, agents: list[Actor]
) -> None:
    for agent in agents[:2]:
        adopt(session, item, agent)
    (row,) = learning.learned_of(session, item.id)
    rev = item.rev
    with pytest.raises(PermissionDenied):
        learning.remove(session, item, row.id, actor=agents[0], now=NOW)
    learning.remove(session, item, row.id, actor=EDITOR, now=NOW)
    assert item.rev > rev
    adopt(session, item, agents[2])
    assert active(session, item) == []
    assert row.state == LearnedState.REMOVED
    learning.take_back(session, item, row.id, actor=EDITOR, now=NOW)
    assert active(session, item) == [SAID]


def test_the_record_drops_what_a_new_version_says_itself(
    session: Session, item: KnowledgeItem, agents: list[Actor]
) -> None:
    for agent in agents[:2]:
        adopt(session, item, agent)
    assert load_records(session, [item.id], "staff")[item.id].learned == (SAID,)
    version = item.versions[-1]
    version.variants = [f"{SAID}？"]
    session.flush()
    assert load_records(session, [item.id], "staff")[item.id].learned == ()


def test_colloquial_words_lead_to_the_entry_and_the_index_stays_equal(
    any_database: Database, indexes: Indexes, tmp_path: Path
) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        unit = city.unit("澜川热力集团")
        agents = [city.actor(Role.AGENT) for _ in range(2)]
        made = []
        for title in ("停止供热的热费退还", "供热设施维修"):
            version = create_entry(
                session,
                unit=unit,
                content=Content(KnowledgeKind.QA, title, facts={"conclusion": "到营业厅申请。"}),
                actor=EDITOR,
                now=NOW,
            )
            publish(session, version, actor=EDITOR, now=NOW)
            made.append(version.item_id)
    drain_all(any_database, indexes)
    service = SearchService(indexes, any_database)

    def first() -> list[int]:
        with any_database.reading() as session:
            question = Question("屋里冰凉怎么办", NOW.date())
            return [found.item.id for found in service.find(session, question, EDITOR).found]

    assert made[1] not in first()
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, made[1])
        for agent in agents:
            adopt(session, item, agent, "屋里冰凉")
    drain_all(any_database, indexes)
    assert first()[:1] == [made[1]]
    assert all(report.is_equal for report in check_all(any_database, indexes))
    rebuild(any_database, indexes, lambda: NOW)
    assert first()[:1] == [made[1]]
    assert all(report.is_equal for report in check_all(any_database, indexes))
