"""知识缺口 over real databases and the real index: collected, given, answered, proved, reopened."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from kb.actor import Actor
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, PermissionDenied, StaleVersion
from kb.models import (
    CitizenRequest,
    Gap,
    GapAsk,
    GapQuery,
    GapRun,
    GapStep,
    Job,
    KnowledgeVersion,
    Notice,
    SearchRecord,
    Unit,
)
from kb.outbox.drain import drain_once
from kb.outbox.enqueue import TARGETS
from kb.outbox.indexes import Indexes
from kb.services import gap_handling as handling
from kb.services import gap_regrouping as regrouping
from kb.services.entries import Content, create_entry
from kb.services.gap_collecting import collect
from kb.services.gap_doubts import settle_doubts
from kb.services.gap_jobs import TRY_JOB
from kb.services.gap_round import guess_owner, remind, run_round, run_try
from kb.services.gap_trying import DEMAND, try_gap
from kb.services.publishing import publish
from kb.services.search import SearchService
from kb.services.withdrawing import withdraw
from kb.terms import GapState, KnowledgeKind, Purpose, Role
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of

DOGS = "养犬登记在居住地派出所办理，带身份证、犬只免疫证明和照片，当场办结，不收费。"


class Board:
    """One database with its index, and what happens to its gaps."""

    def __init__(self, database: Database, indexes: Indexes, unit: Unit) -> None:
        self.database, self.indexes, self.unit = database, indexes, unit
        self.search = SearchService(indexes, database)
        self.clerk = clerk_of(unit)
        self.now = NOW

    def ask(
        self,
        text: str,
        *,
        audience: str = "staff",
        answered: bool = False,
        led_to: str = "none",
        at: datetime | None = None,
        request: CitizenRequest | None = None,
    ) -> None:
        with self.database.unit_of_work() as session:
            session.add(
                SearchRecord(
                    at=at or self.now,
                    query=text,
                    audience=audience,
                    answered=answered,
                    led_to=led_to,
                    request_id=request.id if request else None,
                )
            )

    def request(self, purpose: Purpose, **more: object) -> CitizenRequest:
        with self.database.unit_of_work() as session:
            request = CitizenRequest(
                number=f"TZ{purpose.value}",
                received_at=self.now,
                purpose=purpose.value,
                title="一件诉求",
                **more,
            )
            session.add(request)
        return request

    def collect(self) -> list[int]:
        return collect(self.database, self.search, self.now)

    def settle(self) -> list[int]:
        """Take in what was asked; the gaps that opened again by it."""
        self.collect()
        return settle_doubts(self.database, self.search, self.now)

    def gaps(self) -> list[Gap]:
        with self.database.reading() as session:
            return list(session.scalars(select(Gap).order_by(Gap.id)))

    def gap(self) -> Gap:
        (gap,) = self.gaps()
        return gap

    def texts(self, gap_id: int) -> list[str]:
        with self.database.reading() as session:
            query = select(GapQuery.text).where(GapQuery.gap_id == gap_id).order_by(GapQuery.id)
            return list(session.scalars(query))

    def steps(self, gap_id: int) -> list[str]:
        with self.database.reading() as session:
            query = select(GapStep.kind).where(GapStep.gap_id == gap_id).order_by(GapStep.id)
            return list(session.scalars(query))

    def assign(self, gap_id: int, days: int = 5) -> Gap:
        with self.database.unit_of_work() as session:
            gap = session.get_one(Gap, gap_id)
            return handling.assign(
                session,
                gap,
                unit_id=self.unit.id,
                days=days,
                comment="",
                seen_rev=gap.rev,
                actor=EDITOR,
                now=self.now,
            )

    def write(
        self, title: str, body: str, *, gap_id: int | None = None, variants: tuple[str, ...] = ()
    ) -> KnowledgeVersion:
        content = Content(KnowledgeKind.QA, title, body, variants=variants)
        with self.database.unit_of_work() as session:
            unit = session.get_one(Unit, self.unit.id)
            version = create_entry(
                session, unit=unit, content=content, actor=self.clerk, now=self.now
            )
            if gap_id is not None:
                handling.name_entry(
                    session,
                    session.get_one(Gap, gap_id),
                    version.item_id,
                    actor=self.clerk,
                    now=self.now,
                    version=version,
                )
        return version

    def publish(self, version: KnowledgeVersion) -> None:
        with self.database.unit_of_work() as session:
            found = session.get_one(KnowledgeVersion, version.id)
            publish(session, found, actor=EDITOR, now=self.now)

    def drain(self) -> None:
        for target in TARGETS:
            while drain_once(self.database, self.indexes, target):
                pass

    def jobs(self) -> None:
        """Run the tries that are asked for, as the worker does."""
        with self.database.unit_of_work() as session:
            jobs = list(session.scalars(select(Job).where(Job.kind == TRY_JOB)))
            payloads = [job.payload for job in jobs]
            for job in jobs:
                session.delete(job)
        for payload in payloads:
            run_try(self.database, self.search, payload, self.now)

    def notices(self) -> list[str]:
        with self.database.reading() as session:
            query = select(Notice.title).where(Notice.kind == "gap", Notice.is_resolved.is_(False))
            return list(session.scalars(query.order_by(Notice.id)))


@pytest.fixture
def board(any_database: Database, indexes: Indexes, unit: Unit) -> Board:
    return Board(any_database, indexes, unit)


def test_questions_of_one_matter_become_one_gap_with_their_number(board: Board) -> None:
    board.ask("养犬登记要多少钱", at=NOW - timedelta(days=3))
    board.ask("狗证怎么办理", audience="public")
    board.ask("狗证怎么办理", audience="public")
    board.ask("公墓多少钱一个")
    touched = board.collect()
    dogs, graves = board.gaps()
    assert touched == [dogs.id, graves.id]
    assert (dogs.asks, graves.asks) == (3, 1)
    assert dogs.title == "养犬登记要多少钱"
    assert dogs.first_asked_at == NOW - timedelta(days=3)
    assert dogs.last_asked_at == NOW
    assert board.texts(dogs.id) == ["养犬登记要多少钱", "狗证怎么办理"]
    with board.database.reading() as session:
        why = session.scalars(select(GapQuery.why).where(GapQuery.text == "狗证怎么办理")).one()
    assert why == "都说到：狗证"


def test_every_question_is_taken_once_however_often_the_round_runs(board: Board) -> None:
    board.ask("公墓多少钱一个")
    assert len(board.collect()) == 1
    assert board.collect() == []
    board.ask("在哪里办理")  # tells no matter: taken, and left out
    assert board.collect() == []
    assert board.gap().asks == 1
    with board.database.reading() as session:
        assert len(session.scalars(select(GapAsk)).all()) == 2


def test_an_answer_that_was_shown_and_not_used_counts_as_lost(board: Board) -> None:
    board.ask("公墓多少钱一个", answered=True)  # answered and no order: nothing is missing
    board.ask("公墓收费", answered=True, led_to="work_order")
    board.collect()
    with board.database.reading() as session:
        (ask,) = session.scalars(select(GapAsk))
    assert ask.cause == "lost"


def test_what_is_to_be_done_is_no_missing_answer(board: Board) -> None:
    complaint = board.request(Purpose.COMPLAINT)
    board.ask("工地夜里施工吵", led_to="work_order", request=complaint)
    assert board.collect() == []
    consultation = board.request(Purpose.CONSULTATION)
    board.ask("夜间施工许可怎么办", led_to="work_order", request=consultation)
    assert len(board.collect()) == 1


def test_words_that_may_name_somebody_stay_out_of_the_title(board: Board) -> None:
    board.ask("张伟的社保断了怎么补")
    hidden = board.request(Purpose.CONSULTATION, is_confidential=True)
    board.ask("公墓多少钱一个", led_to="work_order", request=hidden)
    board.collect()
    first, second = board.gaps()
    assert "张伟" not in first.title
    assert "社保" in first.title
    with board.database.reading() as session:
        assert all(session.scalars(select(GapQuery.is_private)))
    assert second.asks == 1


def test_a_gap_closes_when_its_own_questions_find_the_entry_written_for_it(
    board: Board,
) -> None:
    board.ask("养犬登记要多少钱")
    board.ask("狗证怎么办理", audience="public")
    board.collect()
    gap = board.assign(board.gap().id)
    assert board.notices() == ["请补充知识：养犬登记要多少钱，市民问过 2 次"]
    draft = board.write("养犬登记", DOGS, gap_id=gap.id, variants=("狗证怎么办理",))
    board.jobs()  # a draft answers nobody
    assert board.gap().state == GapState.ASSIGNED
    board.publish(draft)
    board.jobs()  # the index has not heard of it: tried later, nothing concluded
    assert board.gap().state == GapState.ASSIGNED
    board.drain()
    board.jobs()
    assert board.gap().state == GapState.CLOSED
    assert board.notices() == []
    assert board.steps(gap.id) == ["opened", "assigned", "named", "closed"]
    with board.database.reading() as session:
        run = session.scalars(select(GapRun).order_by(GapRun.id.desc())).first()
        assert run is not None
        assert (run.total, run.answered) == (2, 2)
        assert {row["item_id"] for row in run.results} == {draft.item_id}
        assert {row["said"] for row in run.results} == {"第 1 张卡片答上：《养犬登记》"}


def test_one_question_that_still_misses_keeps_the_gap_open_and_is_named(board: Board) -> None:
    board.ask("狗证怎么办理")
    board.ask("狗证怎么办理多久能拿到烈性犬禁养名单")
    board.collect()
    first = board.gaps()[0]
    for other in board.gaps()[1:]:
        with board.database.unit_of_work() as session:
            gap = session.get_one(Gap, other.id)
            into = session.get_one(Gap, first.id)
            regrouping.merge(session, gap, into, seen_rev=gap.rev, actor=EDITOR, now=NOW)
    board.assign(first.id)
    # Internal: agents find it, the public does not.
    board.ask("养犬登记要多少钱", audience="public")
    board.collect()
    draft = board.write("养犬登记", DOGS, gap_id=first.id)
    with board.database.unit_of_work() as session:
        session.get_one(KnowledgeVersion, draft.id).audience = "internal"
    board.publish(draft)
    board.drain()
    board.jobs()
    with board.database.reading() as session:
        gap = session.get_one(Gap, first.id)
        assert gap.state == GapState.ASSIGNED
        missed = {
            question.text: question.said for question in gap.questions if not question.is_answered
        }
    assert missed["养犬登记要多少钱"] == "仍然无依据"
    assert any("没有答上" in title for title in board.notices())


def test_without_a_named_entry_a_first_card_of_the_same_matter_closes_the_gap(
    board: Board,
) -> None:
    board.ask("养犬登记要多少钱")
    board.collect()
    board.publish(board.write("养犬登记", DOGS))
    board.drain()
    board.jobs()
    assert board.gap().state == GapState.CLOSED


def test_an_entry_of_another_matter_closes_nothing_until_somebody_names_it(board: Board) -> None:
    """It stands first and is no 无依据, yet 禁养 is nowhere in it."""
    board.ask("养犬登记的禁养名单")
    board.collect()
    gap = board.gap()
    draft = board.write("养犬登记", DOGS, variants=("养犬登记怎么办",))
    board.publish(draft)
    board.drain()
    board.jobs()
    with board.database.reading() as session:
        said = session.scalars(select(GapQuery.said)).one()
    assert board.gap().state == GapState.OPEN
    assert said.startswith("答的是《养犬登记》，没有说到“禁养") and said.endswith("请关联")
    with board.database.unit_of_work() as session:
        found = session.get_one(Gap, gap.id)
        handling.name_entry(session, found, draft.item_id, actor=EDITOR, now=NOW)
    board.jobs()
    assert board.gap().state == GapState.CLOSED


def test_where_a_unit_has_to_answer_another_units_entry_must_be_named(board: Board) -> None:
    board.ask("养犬登记要多少钱")
    board.collect()
    with board.database.unit_of_work() as session:
        police = Unit(name="市公安局")
        session.add(police)
    board.publish(board.write("养犬登记", DOGS))  # the education office's
    office, board.unit = board.unit, police
    board.assign(board.gap().id)
    board.drain()
    board.jobs()
    with board.database.reading() as session:
        said = session.scalars(select(GapQuery.said)).one()
    assert board.gap().state == GapState.ASSIGNED
    assert said == f"答的是{office.name}的《养犬登记》，不是责任单位的条目；若就是它，请关联"


def test_a_lost_case_waits_until_somebody_names_the_right_entry(board: Board) -> None:
    draft = board.write("养犬登记", DOGS)
    board.publish(draft)
    board.drain()
    board.ask("养犬登记要多少钱", answered=True, led_to="work_order")
    board.collect()
    gap = board.gap()
    assert not try_gap(board.database, board.search, gap.id, DEMAND, NOW)
    with board.database.reading() as session:
        said = session.scalars(select(GapQuery.said)).one()
    assert said == "原来就答的是《养犬登记》，仍转了工单；请指明应采纳的条目"
    with board.database.unit_of_work() as session:
        found = session.get_one(Gap, gap.id)
        handling.name_entry(session, found, draft.item_id, actor=EDITOR, now=NOW)
    board.jobs()
    assert board.gap().state == GapState.CLOSED


def test_a_closed_gap_opens_again_when_the_question_is_asked_without_answer(
    board: Board,
) -> None:
    board.ask("养犬登记要多少钱")
    board.collect()
    gap = board.assign(board.gap().id)
    draft = board.write("养犬登记", DOGS, gap_id=gap.id)
    board.publish(draft)
    board.drain()
    board.jobs()
    closed = board.gap()
    assert closed.state == GapState.CLOSED
    # Asked before it was closed, taken in after: no news.
    board.ask("狗证怎么办理", at=NOW - timedelta(minutes=1))
    assert board.settle() == []
    assert board.gap().state == GapState.CLOSED
    with board.database.unit_of_work() as session:
        item = session.get_one(KnowledgeVersion, draft.id).item
        withdraw(session, item, actor=EDITOR, now=NOW, reason="内容有误")
    board.drain()
    board.now = NOW + timedelta(days=1)
    board.ask("狗证怎么办理")
    assert board.settle() == [gap.id]
    again = board.gap()
    assert again.state == GapState.ASSIGNED
    assert (again.times_reopened, again.closed_at) == (1, None)
    assert again.due_at is not None
    assert again.due_at > board.now
    assert board.notices() == ["知识缺口又有人问到、没有答案：养犬登记要多少钱"]


def test_a_question_asked_before_its_answer_came_opens_no_closed_gap(board: Board) -> None:
    """Asked after the gap was closed and before the entry for these words was published, but
    taken in after that: by now it is answered."""
    board.ask("养犬登记要多少钱")
    board.collect()
    board.publish(board.write("养犬登记", DOGS))
    board.drain()
    board.jobs()
    assert board.gap().state == GapState.CLOSED
    board.ask("狗证怎么办理", at=NOW + timedelta(minutes=1))
    board.now = NOW + timedelta(minutes=5)
    board.publish(board.write("狗证怎么办理", DOGS))
    board.drain()
    assert board.settle() == []
    assert board.gap().state == GapState.CLOSED
    with board.database.reading() as session:
        run = session.scalars(select(GapRun).order_by(GapRun.id.desc())).first()
        assert run is not None and (run.reason, run.answered, run.total) == ("asked", 1, 1)
    assert board.settle() == []  # asked once


def test_the_due_time_is_in_working_days_with_its_derivation(board: Board) -> None:
    board.ask("公墓多少钱一个")
    board.collect()
    gap = board.assign(board.gap().id, days=3)
    # Thursday 7 May 2026 10:24, Friday 8, (weekend: 9 May is a make-up workday) 9, 11.
    assert gap.due_at is not None
    assert gap.due_steps[0] == "起算 2026-05-07 周四 10:24"
    assert gap.due_steps[-1].startswith("到期 2026-05-11 周一 10:24")


def test_the_unit_is_told_before_the_day_and_the_editor_after_it(board: Board) -> None:
    board.ask("公墓多少钱一个")
    board.collect()
    gap = board.assign(board.gap().id, days=1)
    assert gap.due_at is not None
    for moment in (gap.due_at - timedelta(hours=2), gap.due_at + timedelta(minutes=1)) * 2:
        with board.database.unit_of_work() as session:
            remind(session, moment)
    assert board.notices() == [
        "请补充知识：公墓多少钱一个，市民问过 1 次",
        "知识缺口一天内到期：公墓多少钱一个",
        "知识缺口超期未补：公墓多少钱一个",
        f"{board.unit.name}超期未补知识缺口：公墓多少钱一个",
    ]


def test_a_unit_gives_a_gap_back_only_with_a_reason(board: Board) -> None:
    board.ask("公墓多少钱一个")
    board.collect()
    gap_id = board.assign(board.gap().id).id

    def refuse(actor: Actor, comment: str, rev: int) -> None:
        with board.database.unit_of_work() as session:
            handling.refuse(
                session,
                session.get_one(Gap, gap_id),
                comment=comment,
                seen_rev=rev,
                actor=actor,
                now=NOW,
            )

    rev = board.gap().rev
    with pytest.raises(InvalidInput):
        refuse(board.clerk, "  ", rev)
    with pytest.raises(PermissionDenied):
        refuse(Actor(9, "别人", 99, frozenset({Role.UNIT_CLERK}), frozenset({99})), "不是", rev)
    with pytest.raises(StaleVersion):
        refuse(board.clerk, "应由民政局答复", rev - 1)
    refuse(board.clerk, "应由民政局答复", rev)
    gap = board.gap()
    assert (gap.state, gap.due_at) == (GapState.REFUSED, None)
    assert board.notices() == [f"{board.unit.name}退回知识缺口：公墓多少钱一个"]


def test_a_dismissal_says_why_and_can_be_undone(board: Board) -> None:
    board.ask("公墓多少钱一个")
    board.collect()
    gap_id = board.gap().id
    with board.database.unit_of_work() as session:
        gap = session.get_one(Gap, gap_id)
        with pytest.raises(InvalidInput):
            handling.dismiss(session, gap, comment="", seen_rev=gap.rev, actor=EDITOR, now=NOW)
        handling.dismiss(session, gap, comment="玩笑话", seen_rev=gap.rev, actor=EDITOR, now=NOW)
    board.ask("公墓多少钱一个")
    board.collect()
    assert (board.gap().state, board.gap().asks) == (GapState.DISMISSED, 2)
    with board.database.unit_of_work() as session:
        gap = session.get_one(Gap, gap_id)
        handling.take_up(session, gap, seen_rev=gap.rev, actor=EDITOR, now=NOW)
        with pytest.raises(IllegalTransition):
            handling.take_up(session, gap, seen_rev=gap.rev, actor=EDITOR, now=NOW)
    assert board.gap().state == GapState.OPEN


def test_two_gaps_are_merged_and_the_merge_is_undone(board: Board) -> None:
    board.ask("公墓多少钱一个", at=NOW - timedelta(days=2))
    board.ask("骨灰安放费用")
    board.ask("骨灰安放费用")
    board.collect()
    graves, ashes = board.gaps()
    with board.database.unit_of_work() as session:
        gap, into = session.get_one(Gap, ashes.id), session.get_one(Gap, graves.id)
        regrouping.merge(session, gap, into, seen_rev=gap.rev, actor=EDITOR, now=NOW)
    graves, ashes = board.gaps()
    assert (graves.asks, graves.first_asked_at) == (3, NOW - timedelta(days=2))
    assert (ashes.state, ashes.merged_into_id, ashes.asks) == ("merged", graves.id, 0)
    board.ask("骨灰安放费用")
    board.collect()
    assert board.gaps()[0].asks == 4
    with board.database.unit_of_work() as session:
        gap = session.get_one(Gap, ashes.id)
        regrouping.undo_merge(session, gap, seen_rev=gap.rev, actor=EDITOR, now=NOW)
    graves, ashes = board.gaps()
    assert (graves.asks, ashes.asks, ashes.state) == (1, 3, "open")


def test_questions_of_another_matter_are_split_off(board: Board) -> None:
    board.ask("养犬登记要多少钱")
    board.ask("狗证怎么办理")
    board.collect()
    gap_id = board.gap().id
    with board.database.unit_of_work() as session:
        gap = session.get_one(Gap, gap_id)
        ids = [question.id for question in gap.questions]
        for wrong in ([], ids):
            with pytest.raises(InvalidInput):
                regrouping.split(session, gap, wrong, seen_rev=gap.rev, actor=EDITOR, now=NOW)
        made = regrouping.split(session, gap, ids[1:], seen_rev=gap.rev, actor=EDITOR, now=NOW)
        assert made.title == "狗证怎么办理"
    first, second = board.gaps()
    assert (first.asks, second.asks) == (1, 1)
    board.ask("狗证怎么办理")
    board.collect()
    assert [gap.asks for gap in board.gaps()] == [1, 2]


def test_the_owner_is_guessed_from_a_unit_that_is_named(board: Board) -> None:
    board.ask("教育局管不管校外培训退费")
    board.collect()
    gap = board.gap()
    guess_owner(board.database, board.search, gap.id, NOW)
    gap = board.gap()
    assert gap.suspected_unit_id == board.unit.id
    assert gap.suspected_why == "提问里说到“教育局”"


def test_a_round_takes_in_guesses_tries_and_plans_the_next(board: Board) -> None:
    board.ask("养犬登记要多少钱")
    board.publish(board.write("养犬登记", DOGS))
    board.drain()
    run_round(board.database, board.search, lambda: NOW)
    assert board.gap().state == GapState.CLOSED
    with board.database.reading() as session:
        waiting = session.scalars(select(Job.run_at).where(Job.kind == "gap_round")).all()
    assert waiting == [NOW + timedelta(minutes=10)]


def test_the_owner_is_guessed_from_an_entry_about_the_matter(board: Board) -> None:
    board.publish(board.write("养犬登记怎么办", DOGS))
    board.drain()
    board.ask("狗证怎么办理")
    board.collect()
    guess_owner(board.database, board.search, board.gap().id, NOW)
    gap = board.gap()
    assert gap.suspected_unit_id == board.unit.id
    assert gap.suspected_why == f"最接近的条目有 1 条属于{board.unit.name}"


def test_an_entry_that_shares_a_word_with_a_question_makes_nobody_the_owner(board: Board) -> None:
    """租房补贴, in whose text 生态 stands, is no word on whose matter 生态葬 is."""
    body = "租房补贴每月 500 元，生态环境好的小区优先。养犬的住户先登记。"
    board.publish(board.write("租房补贴一个月多少钱", body))
    board.drain()
    for question in ("生态葬有没有补贴", "狗证怎么办理"):
        board.ask(question)
    board.collect()
    for gap in board.gaps():
        guess_owner(board.database, board.search, gap.id, NOW)
    assert [(gap.suspected_unit_id, gap.suspected_why) for gap in board.gaps()] == [(None, "")] * 2
