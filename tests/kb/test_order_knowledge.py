"""From an order's reply to the answer of the same question, over real databases and index."""

from collections.abc import Callable
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.clock import local_day
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput
from kb.models import (
    CitizenRequest,
    Gap,
    ItemEvent,
    Job,
    KnowledgeItem,
    KnowledgeVersion,
    OrderEntry,
    Unit,
    WorkOrder,
)
from kb.outbox.drain import drain_once
from kb.outbox.enqueue import TARGETS
from kb.outbox.indexes import Indexes
from kb.services import drafting, work_orders
from kb.services import order_knowledge as knowledge
from kb.services import order_proposing as proposing
from kb.services.entries import Content, create_entry
from kb.services.gap_collecting import collect
from kb.services.gap_jobs import TRY_JOB
from kb.services.gap_round import run_try
from kb.services.publishing import publish
from kb.services.questions import Question
from kb.services.registration import Registration
from kb.services.requests import hand_over, register
from kb.services.search import SearchService
from kb.services.work_orders import By
from kb.terms import Audience, ItemState, KnowledgeKind, Outcome, Role
from kb.work_orders.facts import Knowledge
from tests.kb.conftest import EDITOR, NOW
from tests.kb.hotline import PROFILE, Hotline

ASKED = "养犬登记要多少钱"
REPLY = (
    "王建国您好，养犬登记在居住地派出所办理，带身份证、犬只免疫证明和照片，当场办结，不收费。"
    "已拨打您的电话13812345678告知。您住幸福路12号3单元302室，可上门登记。窗口电话0999-8215566。"
)


class Desk:
    """A call that became an order, and what was made of its reply."""

    def __init__(self, database: Database, indexes: Indexes, unit: Unit) -> None:
        self.database, self.indexes, self.unit = database, indexes, unit
        self.search = SearchService(indexes, database)
        self.number = ""
        self._numbers = count(1)

    def city(self, session: Session) -> Hotline:
        """People whose names go on from transaction to transaction."""
        return Hotline(session, self._numbers)

    def entry(self, title: str, body: str, **facts: str) -> KnowledgeVersion:
        content = Content(KnowledgeKind.QA, title, body, facts=facts)
        with self.database.unit_of_work() as session:
            unit = session.get_one(Unit, self.unit.id)
            version = create_entry(session, unit=unit, content=content, actor=EDITOR, now=NOW)
            publish(session, version, actor=EDITOR, now=NOW)
        self.drain()
        return version

    def order(self, *, reply: str = REPLY, is_confidential: bool = False) -> None:
        with self.database.unit_of_work() as session:
            city = self.city(session)
            agent = city.actor(Role.AGENT)
            registration = Registration(
                "咨询养犬登记费用",
                "来电人想问养犬登记怎么收费。",
                requester_name="王建国",
                requester_phone="13812345678",
                is_confidential=is_confidential,
            )
            request = register(
                session, registration, profile=PROFILE, phone_key=b"k", actor=agent, now=NOW
            )
            order = hand_over(
                session,
                request,
                profile=PROFILE,
                query=ASKED,
                seen_item_id=None,
                actor=agent,
                now=NOW,
            )
            unit = session.get_one(Unit, self.unit.id)
            city.dispatched(order, unit, NOW)
            clerk = By(city.actor(Role.UNIT_CLERK, unit=unit), NOW, PROFILE)
            work_orders.acknowledge(session, order, clerk)
            if reply:
                work_orders.reply(session, order, clerk, text=reply)
                if order.state == "unit_review":
                    reviewer = By(city.actor(Role.UNIT_REVIEWER, unit=unit), NOW, PROFILE)
                    work_orders.pass_unit_review(session, order, reviewer)
                dispatcher = By(city.actor(Role.DISPATCHER), NOW, PROFILE)
                work_orders.resolve(session, order, dispatcher)
            self.number = order.number

    def do(self, *roles: Role, at_unit: Unit | None = None) -> "Acting":
        return Acting(self, roles, at_unit)

    def drain(self) -> None:
        for target in TARGETS:
            while drain_once(self.database, self.indexes, target):
                pass

    def jobs(self) -> None:
        with self.database.unit_of_work() as session:
            jobs = list(session.scalars(select(Job).where(Job.kind == TRY_JOB)))
            payloads = [job.payload for job in jobs]
            for job in jobs:
                session.delete(job)
        for payload in payloads:
            run_try(self.database, self.search, payload, NOW)


class Acting:
    """A person of some roles before the desk's order, in one transaction."""

    def __init__(self, desk: Desk, roles: tuple[Role, ...], unit: Unit | None) -> None:
        self.desk, self.roles, self.unit = desk, roles, unit

    def propose(self) -> proposing.Proposal:
        with self.desk.database.unit_of_work() as session:
            actor = self.desk.city(session).actor(*self.roles, unit=self.unit)
            order = work_orders.get_order(session, self.desk.number, actor)
            return proposing.propose(session, self.desk.search, order, actor, local_day(NOW))

    def draft(self, proposal: proposing.Proposal, body: str = "") -> KnowledgeVersion:
        with self.desk.database.unit_of_work() as session:
            actor = self.desk.city(session).actor(*self.roles, unit=self.unit)
            order = work_orders.get_order(session, self.desk.number, actor)
            content = Content(
                KnowledgeKind.QA,
                proposal.title,
                body or proposal.body,
                variants=proposal.variants,
            )
            return knowledge.draft_from(session, order, content, actor=actor, now=NOW)


@pytest.fixture
def desk(any_database: Database, indexes: Indexes, unit: Unit) -> Desk:
    return Desk(any_database, indexes, unit)


def test_the_reply_becomes_an_entry_that_answers_the_same_question(desk: Desk) -> None:
    desk.entry("公租房怎么申请", "向街道提出申请。")
    desk.order()
    collect(desk.database, desk.search, NOW)
    proposal = desk.do(Role.FOLLOW_UP_AGENT).propose()
    assert proposal.advice == Knowledge.CREATED
    assert proposal.title == "养犬登记要多少钱？"
    assert proposal.variants == (ASKED,)  # kept for whoever words the title anew
    assert proposal.similar == ()  # 公租房 is near by chance at best
    draft = desk.do(Role.FOLLOW_UP_AGENT).draft(proposal)
    with desk.database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, draft.id)
        assert version.state == "draft"
        assert version.variants == []  # its title says it
        assert version.item.unit_id == desk.unit.id
        assert version.item.source_key == f"order:{desk.number}"
        comments = session.scalars(
            select(ItemEvent.comment).where(ItemEvent.kind == knowledge.FROM_ORDER)
        ).all()
        assert comments == [f"取自工单 {desk.number} 的答复"]
        publish(session, version, actor=EDITOR, now=NOW)
    desk.jobs()  # the index has not heard of it yet
    desk.drain()
    desk.jobs()
    with desk.database.reading() as session:
        (row,) = session.scalars(select(OrderEntry))
        assert row.tried_at == NOW
        assert row.results == [
            {
                "text": ASKED,
                "is_answered": True,
                "item_id": draft.item_id,
                "said": "第 1 张卡片答上：《养犬登记要多少钱？》",
            }
        ]
        # The gap that the question had opened is closed by the same proof.
        (gap,) = session.scalars(select(Gap))
        assert gap.state == "closed"
        answers = desk.search.find(session, Question(ASKED, local_day(NOW)), EDITOR)
        assert answers.answered
        assert answers.found[0].item.id == draft.item_id


def test_nothing_of_the_caller_is_in_the_draft_also_when_typed_by_hand(desk: Desk) -> None:
    desk.entry("养犬管理窗口", "城关派出所办事窗口。", phone="0999-8215566")
    desk.order()
    proposal = desk.do(Role.EDITOR).propose()
    draft = desk.do(Role.EDITOR).draft(proposal, body=REPLY)
    for text in (proposal.body, draft.body):
        for secret in ("王建国", "13812345678", "12号", "302室"):
            assert secret not in text
        assert "0999-8215566" in text  # the office's own number stays
        assert "免疫证明" in text


def test_what_holds_for_one_case_is_left_out_of_the_general_wording(desk: Desk) -> None:
    desk.order()
    general = desk.do(Role.EDITOR).propose().general
    assert general.text.startswith("养犬登记在居住地派出所办理，带身份证、犬只免疫证明和照片")
    assert "幸福路" not in general.text
    assert any("幸福路" in clause for clause in general.dropped)


def test_an_entry_that_shares_a_word_is_not_named_as_the_same(desk: Desk) -> None:
    desk.entry("结婚登记要带什么", "带身份证和户口簿到婚姻登记处登记。")
    desk.order()
    assert desk.do(Role.EDITOR).propose().similar == ()


def test_a_confidential_caller_lends_the_entry_no_words(desk: Desk) -> None:
    desk.order(is_confidential=True)
    assert desk.do(Role.EDITOR).propose().variants == ()


def test_an_entry_that_answers_already_comes_first(desk: Desk) -> None:
    known = desk.entry("养犬登记", "养犬登记在派出所办理，当场办结，不收费。")
    desk.entry("公租房怎么申请", "向街道提出申请。")
    desk.order()
    proposal = desk.do(Role.DISPATCHER).propose()
    first = proposal.similar[0]
    assert first.item.id == known.item_id
    assert first.answers == (ASKED,)
    assert proposal.advice == Knowledge.EXISTED


def test_an_entry_that_says_nearly_the_same_is_to_be_updated(desk: Desk) -> None:
    desk.order()
    proposal = desk.do(Role.EDITOR).propose()
    known = desk.entry(proposal.title, proposal.body + "请带原件。")
    with desk.database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, known.id)
        version.audience = Audience.INTERNAL.value
    first = desk.do(Role.EDITOR).propose().similar[0]
    assert first.item.id == known.item_id
    assert first.is_repeated


def test_an_existing_entry_is_named_and_proved(desk: Desk) -> None:
    known = desk.entry("养犬登记", "养犬登记在派出所办理，当场办结，不收费。")
    desk.order()
    with desk.database.unit_of_work() as session:
        actor = desk.city(session).actor(Role.FOLLOW_UP_AGENT)
        order = work_orders.get_order(session, desk.number, actor)
        knowledge.name_existing(session, order, known.item_id, actor=actor, now=NOW)
    desk.jobs()
    with desk.database.reading() as session:
        (row,) = session.scalars(select(OrderEntry))
        assert [one["is_answered"] for one in row.results] == [True]


@pytest.mark.parametrize(
    ("step", "refusal"),
    [
        (lambda desk, other: desk.do(Role.UNIT_CLERK, at_unit=other), "NotFound"),
        (lambda desk, other: desk.do(Role.AGENT), "PermissionDenied"),
        (lambda desk, other: desk.do(Role.SUPERVISOR), "PermissionDenied"),
    ],
)
def test_only_the_orders_people_work_on_it(
    desk: Desk, step: Callable[[Desk, Unit], Acting], refusal: str
) -> None:
    desk.order()
    with desk.database.unit_of_work() as session:
        other = Unit(name="汀州市财政局")
        session.add(other)
    with pytest.raises(Exception) as raised:
        step(desk, other).propose()
    assert type(raised.value).__name__ == refusal
    # The handling unit's own clerk may.
    assert desk.do(Role.UNIT_CLERK, at_unit=desk.unit).propose().body


def test_an_order_that_is_not_resolved_has_no_knowledge_yet(desk: Desk) -> None:
    desk.order(reply="")
    with pytest.raises(IllegalTransition):
        desk.do(Role.EDITOR).propose()


def archive(desk: Desk, outcome: Knowledge, item_id: int, *, is_named: bool = True) -> None:
    with desk.database.unit_of_work() as session:
        actor = desk.city(session).actor(Role.FOLLOW_UP_AGENT)
        order = work_orders.get_order(session, desk.number, actor)
        if is_named:
            knowledge.name_existing(session, order, item_id, actor=actor, now=NOW)
        known = {"knowledge": outcome.value, "item_id": item_id, "waived": "没有留电话"}
        work_orders.archive(session, order, By(actor, NOW, PROFILE), **known)


@pytest.mark.parametrize("outcome", [Knowledge.CREATED, Knowledge.EXISTED])
def test_an_entry_that_is_not_of_the_order_is_no_outcome(desk: Desk, outcome: Knowledge) -> None:
    known = desk.entry("公租房怎么申请", "向街道提出申请。")
    desk.order()
    with pytest.raises(InvalidInput, match="没有记在这张工单上"):
        archive(desk, outcome, known.item_id, is_named=False)


def test_an_entry_that_was_withdrawn_answers_nothing(desk: Desk) -> None:
    known = desk.entry("养犬登记", "养犬登记在派出所办理，当场办结，不收费。")
    desk.order()
    with desk.database.unit_of_work() as session:
        session.get_one(KnowledgeItem, known.item_id).state = ItemState.WITHDRAWN.value
    with pytest.raises(InvalidInput, match="现在没有发布"):
        archive(desk, Knowledge.EXISTED, known.item_id)


def test_the_outcome_is_recorded_by_archiving(desk: Desk) -> None:
    known = desk.entry("养犬登记", "养犬登记在派出所办理，当场办结，不收费。")
    desk.order()
    archive(desk, Knowledge.EXISTED, known.item_id)
    with desk.database.reading() as session:
        order = session.scalars(select(WorkOrder)).one()
        request = session.scalars(select(CitizenRequest)).one()
        made = work_orders.state_of(order).knowledge
        assert made is not None
        assert (made.outcome, made.item_id) == (Knowledge.EXISTED, known.item_id)
        assert request.outcome == Outcome.HANDED_OVER.value


def archived_with_a_draft(desk: Desk) -> KnowledgeVersion:
    desk.order()
    draft = desk.do(Role.EDITOR).draft(desk.do(Role.EDITOR).propose())
    archive(desk, Knowledge.CREATED, draft.item_id, is_named=False)
    return draft


def drop(desk: Desk, version_id: int) -> None:
    with desk.database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, version_id)
        drafting.discard(session, version, actor=EDITOR, now=NOW)


def test_the_only_outcome_of_an_archived_order_is_not_dropped(desk: Desk) -> None:
    draft = archived_with_a_draft(desk)
    with pytest.raises(IllegalTransition, match=f"工单 {desk.number} 已归档"):
        drop(desk, draft.id)
    # Once an entry in force is named for the order, the draft may go.
    known = desk.entry("养犬登记", "养犬登记在派出所办理，当场办结，不收费。")
    with desk.database.unit_of_work() as session:
        actor = desk.city(session).actor(Role.FOLLOW_UP_AGENT)
        order = work_orders.get_order(session, desk.number, actor)
        knowledge.name_existing(session, order, known.item_id, actor=actor, now=NOW)
    drop(desk, draft.id)
    with desk.database.reading() as session:
        assert session.get_one(KnowledgeVersion, draft.id).state == "discarded"


def test_before_the_order_is_archived_its_draft_may_go_and_is_no_outcome_then(desk: Desk) -> None:
    desk.order()
    draft = desk.do(Role.EDITOR).draft(desk.do(Role.EDITOR).propose())
    drop(desk, draft.id)
    with pytest.raises(InvalidInput, match="没有作废的条目"):
        archive(desk, Knowledge.CREATED, draft.item_id, is_named=False)


def test_an_outcome_that_goes_into_another_entry_is_followed_there(desk: Desk) -> None:
    known = desk.entry("养犬登记", "养犬登记在派出所办理，当场办结。")
    draft = archived_with_a_draft(desk)
    with desk.database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, draft.id)
        older = session.get_one(KnowledgeItem, known.item_id)
        moved = drafting.continue_entry(session, version, older, actor=EDITOR, now=NOW)
    with desk.database.reading() as session:
        assert session.get_one(KnowledgeVersion, draft.id).state == "discarded"
        noted = session.scalars(select(OrderEntry).order_by(OrderEntry.id)).all()
        assert [row.version_id for row in noted] == [draft.id, moved.id]
    with pytest.raises(IllegalTransition, match="知识成果就是这份草稿"):
        drop(desk, moved.id)
