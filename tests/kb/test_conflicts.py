"""The conflict radar over real databases and the real index: hints, confirmations, closing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kb.actor import Actor
from kb.calendar import seed_calendar
from kb.clock import local_day
from kb.db import Database
from kb.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion
from kb.models import Conflict, Job, KnowledgeItem, KnowledgeVersion, Notice, Unit
from kb.outbox.drain import drain_once
from kb.outbox.enqueue import STAFF
from kb.outbox.indexes import Indexes
from kb.presenters.conflict_page import flags, panel, sides
from kb.queries.conflicts import Wanted, get_conflict, queue
from kb.services import conflict_answers as answers
from kb.services import conflict_candidates, conflicts, drafting
from kb.services.conflict_jobs import CHECK_JOB, request_check
from kb.services.entries import Content, PlannedLink, create_entry, create_version
from kb.services.jobs import fail_job, take_job
from kb.services.publishing import publish
from kb.services.withdrawing import withdraw
from kb.terms import (
    Audience,
    ConflictAnswer,
    ConflictState,
    KnowledgeKind,
    LinkKind,
    Role,
    VersionState,
)
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of

CITY = "年满80周岁的老人，每人每月发给高龄津贴100元。咨询电话：5550118。"
DISTRICT = "高龄津贴标准为每人每月120元，由社区受理。"


@pytest.fixture
def civil(any_database: Database) -> Unit:
    with any_database.unit_of_work() as session:
        seed_calendar(session)
        unit = Unit(name="汀州市民政局", aliases=["民政局"])
        session.add(unit)
    return unit


@pytest.fixture
def ageing(any_database: Database) -> Unit:
    with any_database.unit_of_work() as session:
        unit = Unit(name="汀州市老龄事务中心", aliases=["老龄中心"])
        session.add(unit)
    return unit


class Radar:
    """One database with its index, and what happens to entries in it."""

    def __init__(self, database: Database, indexes: Indexes) -> None:
        self.database, self.indexes = database, indexes

    def draft(self, unit: Unit, title: str, body: str, **more: Any) -> int:
        content = Content(kind=KnowledgeKind.QA, title=title, body=body, **more)
        with self.database.unit_of_work() as session:
            unit = session.get_one(Unit, unit.id)
            return create_entry(session, unit=unit, content=content, actor=EDITOR, now=NOW).id

    def publish(self, unit: Unit, title: str, body: str, **more: Any) -> int:
        version_id = self.draft(unit, title, body, **more)
        self.release(version_id)
        return version_id

    def release(self, version_id: int) -> None:
        with self.database.unit_of_work() as session:
            version = session.get_one(KnowledgeVersion, version_id)
            publish(session, version, actor=EDITOR, now=NOW)
        drain_once(self.database, self.indexes, STAFF)

    def change(self, version_id: int, body: str) -> int:
        """Publish a new version of the same entry."""
        with self.database.unit_of_work() as session:
            old = session.get_one(KnowledgeVersion, version_id)
            content = Content(kind=KnowledgeKind.QA, title=old.title, body=body)
            new = create_version(session, old.item, content=content, actor=EDITOR, now=NOW)
            new_id = new.id
        self.release(new_id)
        return new_id

    def check(self, version_id: int, now: datetime = NOW) -> None:
        conflicts.check(self.database, self.indexes, version_id, now)

    def rows(self) -> list[Conflict]:
        with self.database.reading() as session:
            return list(session.scalars(select(Conflict).order_by(Conflict.id)))

    def states(self) -> list[tuple[str, str]]:
        return [(row.attribute, row.state) for row in self.rows()]


@pytest.fixture
def radar(any_database: Database, indexes: Indexes) -> Radar:
    return Radar(any_database, indexes)


@pytest.fixture
def opened(radar: Radar, civil: Unit, ageing: Unit) -> tuple[Radar, int, int]:
    """Two published entries with one open conflict; the versions' ids."""
    old = radar.publish(civil, "高龄津贴怎么申领？", CITY)
    new = radar.publish(ageing, "高龄津贴发放须知", DISTRICT)
    radar.check(new)
    return radar, old, new


@pytest.mark.parametrize(
    ("line", "attributes"),
    [("咨询电话：5550777。", ["咨询电话"]), ("来源：《高龄津贴问答》（咨询电话：5550777）", [])],
)
def test_a_phone_of_the_page_that_an_answer_came_from_contradicts_nothing(
    radar: Radar, civil: Unit, ageing: Unit, line: str, attributes: list[str]
) -> None:
    radar.publish(civil, "高龄津贴怎么申领？", CITY)
    body = f"年满80周岁的老人，每人每月发给高龄津贴100元。\n\n{line}\n"
    radar.check(radar.publish(ageing, "高龄津贴发放须知", body))
    assert [row.attribute for row in radar.rows()] == attributes


def test_a_version_saved_and_published_waits_for_one_check(radar: Radar, civil: Unit) -> None:
    version_id = radar.publish(civil, "高龄津贴怎么申领？", CITY)
    with radar.database.reading() as session:
        jobs = session.scalars(select(Job).where(Job.kind == CHECK_JOB)).all()
        assert [job.payload for job in jobs] == [{"version_id": version_id}]


def test_a_check_that_waits_to_be_tried_again_is_brought_forward_by_a_change(
    radar: Radar, civil: Unit
) -> None:
    version_id = radar.draft(civil, "高龄津贴怎么申领？", CITY)
    with radar.database.unit_of_work() as session:
        job = take_job(session, "worker", NOW)
        assert job is not None
        fail_job(session, job.id, "索引暂时不可用", NOW)
    later = NOW + timedelta(seconds=1)
    with radar.database.unit_of_work() as session:
        request_check(session, session.get_one(KnowledgeVersion, version_id), later)
    with radar.database.reading() as session:
        (job,) = session.scalars(select(Job).where(Job.kind == CHECK_JOB)).all()
        assert (job.state, job.run_at) == ("waiting", later)


def test_a_draft_is_warned_before_it_is_published_and_nobody_else_sees_it(
    radar: Radar, civil: Unit, ageing: Unit
) -> None:
    radar.publish(civil, "高龄津贴怎么申领？", CITY)
    draft = radar.draft(ageing, "高龄津贴发放须知", DISTRICT)
    radar.check(draft)
    (row,) = radar.rows()
    assert (row.attribute, row.state) == ("补贴标准", "hint")
    assert (row.left_value, row.right_value) == ("120元", "100元")
    assert row.left_clause[row.left_start :].startswith("120元")
    with radar.database.reading() as session:
        version = session.get_one(KnowledgeVersion, draft)
        (warned,) = panel(session, version, clerk_of(ageing))
        assert (warned.value, warned.other_title, warned.other_value) == (
            "120元",
            "高龄津贴怎么申领？",
            "100元",
        )
        with pytest.raises(NotFound):
            get_conflict(session, row.id, EDITOR)
        assert queue(session, clerk_of(civil), Wanted()).total == 0
        assert session.scalars(select(Notice)).all() == []


def test_a_draft_with_a_sum_as_people_say_it_gets_a_hint(
    radar: Radar, civil: Unit, ageing: Unit
) -> None:
    guide = "## 贷款额度\n\n个人创业担保贷款最高20万元。\n\n## 期限\n\n最长3年。"
    radar.publish(civil, "创业担保贷款申请指南", guide)
    draft = radar.draft(ageing, "创业担保贷款能贷多少？", "符合条件的，最高可以申请 25 万的贷款。")
    radar.check(draft)
    with radar.database.reading() as session:
        version = session.get_one(KnowledgeVersion, draft)
        (warned,) = panel(session, version, clerk_of(ageing))
    assert (warned.attribute, warned.value, warned.other_value) == ("贷款额度", "25 万", "20万元")


def test_a_version_planned_to_be_published_keeps_its_hint(
    radar: Radar, civil: Unit, ageing: Unit
) -> None:
    radar.publish(civil, "高龄津贴怎么申领？", CITY)
    version_id = radar.draft(ageing, "高龄津贴发放须知", DISTRICT)
    radar.check(version_id)
    with radar.database.unit_of_work() as session:
        session.get_one(KnowledgeVersion, version_id).state = VersionState.SCHEDULED.value
    radar.check(version_id)
    assert radar.states() == [("补贴标准", "hint")]


def test_publishing_turns_the_hint_into_a_confirmation_between_both_units(
    radar: Radar, civil: Unit, ageing: Unit
) -> None:
    radar.publish(civil, "高龄津贴怎么申领？", CITY)
    draft = radar.draft(ageing, "高龄津贴发放须知", DISTRICT)
    radar.check(draft)
    radar.release(draft)
    radar.check(draft)
    (row,) = radar.rows()
    assert row.state == ConflictState.OPEN
    # Thursday 05-07 and three workdays: Friday, Saturday 05-09 (调休上班) and Monday 05-11.
    assert row.due_at == datetime(2026, 5, 11, 2, 24, tzinfo=UTC)
    with radar.database.reading() as session:
        told = session.scalars(select(Notice.unit_id).order_by(Notice.unit_id)).all()
        assert told == sorted([civil.id, ageing.id])
        for unit in (civil, ageing):
            page = queue(session, clerk_of(unit), Wanted("mine"))
            assert [found.id for found in page.rows] == [row.id]
        other = Actor(0, "别的单位", 999, frozenset({Role.UNIT_CLERK}), frozenset({999}))
        with pytest.raises(NotFound):
            get_conflict(session, row.id, other)


def test_as_much_is_read_as_the_limit_holds_the_nearest_first(
    radar: Radar, civil: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = [
        radar.publish(civil, f"高龄津贴问答{n}", "每月发放高龄津贴。" * 10) for n in (1, 2, 3)
    ]
    monkeypatch.setattr(conflict_candidates, "MAX_READ", 200)  # two texts of ninety characters
    with radar.database.reading() as session:
        items = [session.get_one(KnowledgeVersion, one).item_id for one in reversed(versions)]
        held = conflict_candidates.load(session, [10_000, *items], local_day(NOW))
    assert [one.item_id for one in held] == items[:2]


def test_checking_again_adds_nothing(opened: tuple[Radar, int, int]) -> None:
    radar, old, new = opened
    radar.check(old)
    radar.check(new)
    assert radar.states() == [("补贴标准", "open")]


def test_a_new_version_that_says_the_same_closes_the_conflict(
    opened: tuple[Radar, int, int],
) -> None:
    radar, old, _ = opened
    radar.check(radar.change(old, CITY.replace("100元", "120元")))
    assert radar.states() == [("补贴标准", "gone")]
    with radar.database.reading() as session:
        assert session.scalars(select(Notice.is_resolved)).all() == [True, True]


def test_another_value_asks_both_units_anew(opened: tuple[Radar, int, int]) -> None:
    radar, old, _ = opened
    answer(radar, "right", ConflictAnswer.MINE, "云民发〔2026〕1号第三条")
    radar.check(radar.change(old, CITY.replace("100元", "110元")))
    (row,) = radar.rows()
    assert (row.state, row.right_value, row.right_answer) == ("open", "110元", "")
    with radar.database.reading() as session:
        open_notices = session.scalars(select(Notice).where(Notice.is_resolved.is_(False))).all()
        assert len(open_notices) == 2
        steps = [step.kind for step in session.get_one(Conflict, row.id).steps]
        assert steps == ["found", "answered", "changed"]


def test_a_withdrawn_entry_contradicts_nothing(opened: tuple[Radar, int, int]) -> None:
    radar, old, _ = opened
    with radar.database.unit_of_work() as session:
        item = session.get_one(KnowledgeVersion, old).item
        withdraw(session, item, actor=EDITOR, now=NOW, reason="停用")
    radar.check(old)
    assert radar.states() == [("补贴标准", "gone")]


def test_an_entry_that_replaces_the_other_is_not_in_conflict_with_it(
    radar: Radar, civil: Unit
) -> None:
    old = radar.publish(civil, "高龄津贴怎么申领？", CITY)
    with radar.database.reading() as session:
        item_id = session.get_one(KnowledgeVersion, old).item_id
    links = (PlannedLink(LinkKind.SUPERSEDES, item_id),)
    draft = radar.draft(civil, "高龄津贴发放须知", DISTRICT, links=links)
    radar.check(draft)
    assert radar.states() == []


def test_a_discarded_draft_takes_its_hints_along(radar: Radar, civil: Unit, ageing: Unit) -> None:
    radar.publish(civil, "高龄津贴怎么申领？", CITY)
    draft = radar.draft(ageing, "高龄津贴发放须知", DISTRICT)
    radar.check(draft)
    with radar.database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, draft)
        drafting.discard(session, version, actor=EDITOR, now=NOW)
    radar.check(draft)
    assert radar.states() == [("补贴标准", "gone")]


# -- answers ---------------------------------------------------------------------------------------


def answer(radar: Radar, side: str, said: ConflictAnswer, comment: str = "") -> Conflict:
    with radar.database.unit_of_work() as session:
        row = session.scalars(select(Conflict)).one()
        item = answers.item_of(row, side)
        return answers.answer(
            session,
            row,
            side,
            said,
            comment=comment,
            seen_rev=row.rev,
            actor=clerk_of(item.unit),
            now=NOW,
        )


def rule(radar: Radar, ruling: ConflictAnswer) -> Conflict:
    with radar.database.unit_of_work() as session:
        row = session.scalars(select(Conflict)).one()
        return answers.rule(
            session, row, ruling, comment="以市级文件为准", seen_rev=row.rev, actor=EDITOR, now=NOW
        )


@pytest.mark.parametrize(
    ("left", "right", "state", "to_change"),
    [
        (ConflictAnswer.WILL_CHANGE, None, "agreed", ("left",)),
        (ConflictAnswer.MINE, None, "open", ()),
        (ConflictAnswer.MINE, ConflictAnswer.THEIRS, "agreed", ("right",)),
        (ConflictAnswer.MINE, ConflictAnswer.MINE, "disputed", ()),
        (ConflictAnswer.BOTH, ConflictAnswer.BOTH, "settled", ()),
        (ConflictAnswer.BOTH, ConflictAnswer.MINE, "disputed", ()),
    ],
)
def test_what_follows_from_the_two_answers(
    opened: tuple[Radar, int, int],
    left: ConflictAnswer,
    right: ConflictAnswer | None,
    state: str,
    to_change: tuple[str, ...],
) -> None:
    radar = opened[0]
    row = answer(radar, "left", left, "依据")
    if right is not None:
        row = answer(radar, "right", right, "依据")
    assert (row.state, answers.must_change(row)) == (state, to_change)


@pytest.mark.parametrize(
    ("ruling", "state", "to_change"),
    [
        (ConflictAnswer.MINE, "agreed", ("right",)),
        (ConflictAnswer.THEIRS, "agreed", ("left",)),
        (ConflictAnswer.WILL_CHANGE, "agreed", ("left", "right")),
        (ConflictAnswer.BOTH, "settled", ()),
    ],
)
def test_the_editors_ruling_ends_the_argument(
    opened: tuple[Radar, int, int], ruling: ConflictAnswer, state: str, to_change: tuple[str, ...]
) -> None:
    radar = opened[0]
    answer(radar, "left", ConflictAnswer.MINE, "依据")
    answer(radar, "right", ConflictAnswer.MINE, "依据")
    row = rule(radar, ruling)
    assert (row.state, answers.must_change(row)) == (state, to_change)


def test_what_was_found_to_be_no_conflict_is_remembered_until_a_text_changes(
    opened: tuple[Radar, int, int],
) -> None:
    radar, old, new = opened
    rule(radar, ConflictAnswer.BOTH)
    radar.check(new)
    assert radar.states() == [("补贴标准", "settled")]
    radar.check(radar.change(old, CITY.replace("100元", "110元")))
    assert radar.states() == [("补贴标准", "settled"), ("补贴标准", "open")]


def test_an_editor_may_take_a_conclusion_back(opened: tuple[Radar, int, int]) -> None:
    radar = opened[0]
    rule(radar, ConflictAnswer.BOTH)
    with radar.database.unit_of_work() as session:
        row = session.scalars(select(Conflict)).one()
        later = NOW + timedelta(hours=1)
        answers.reopen(session, row, comment="看错了", seen_rev=row.rev, actor=EDITOR, now=later)
        assert (row.state, row.ruling) == ("open", "")


def test_only_a_sides_own_unit_answers_for_it_and_gives_its_reason(
    opened: tuple[Radar, int, int], civil: Unit
) -> None:
    radar = opened[0]
    with radar.database.reading() as session:
        row = session.scalars(select(Conflict)).one()
        common = {"seen_rev": row.rev, "now": NOW}
        with pytest.raises(PermissionDenied):
            answers.answer(
                session,
                row,
                "left",
                ConflictAnswer.MINE,
                comment="依据",
                actor=clerk_of(civil),
                **common,
            )
        with pytest.raises(InvalidInput, match="写明依据"):
            answers.answer(
                session,
                row,
                "right",
                ConflictAnswer.MINE,
                comment=" ",
                actor=clerk_of(civil),
                **common,
            )
        with pytest.raises(StaleVersion):
            answers.answer(
                session,
                row,
                "right",
                ConflictAnswer.THEIRS,
                comment="",
                actor=clerk_of(civil),
                seen_rev=row.rev - 1,
                now=NOW,
            )
        with pytest.raises(PermissionDenied):
            answers.rule(
                session, row, ConflictAnswer.BOTH, comment="依据", actor=clerk_of(civil), **common
            )


def test_another_units_internal_entry_is_not_quoted(
    radar: Radar, civil: Unit, ageing: Unit
) -> None:
    radar.publish(civil, "高龄津贴怎么申领？", CITY, audience=Audience.INTERNAL)
    new = radar.publish(ageing, "高龄津贴发放须知", DISTRICT)
    radar.check(new)
    with radar.database.reading() as session:
        version = session.get_one(KnowledgeVersion, new)
        (warned,) = panel(session, version, clerk_of(ageing))
        assert (warned.other_title, warned.other_value, warned.other_clause) == (
            "内部条目",
            "（内部）",
            "",
        )
        row = session.scalars(select(Conflict)).one()
        left, right = sides(session, row, clerk_of(ageing))
        assert (left.is_visible, right.is_visible) == (True, False)
        left, right = sides(session, row, EDITOR)
        assert (left.is_visible, right.is_visible) == (True, True)


def test_the_agent_is_told_on_both_cards(opened: tuple[Radar, int, int]) -> None:
    radar = opened[0]
    with radar.database.reading() as session:
        ids = list(session.scalars(select(KnowledgeItem.id).order_by(KnowledgeItem.id)))
        found = flags(session, ids, EDITOR)
        assert [(f["value"], f["other_value"]) for item_id in ids for f in found[item_id]] == [
            ("100元", "120元"),
            ("120元", "100元"),
        ]


def test_a_unit_cannot_probe_the_title_of_anothers_internal_entry(
    radar: Radar, civil: Unit, ageing: Unit
) -> None:
    radar.publish(civil, "高龄津贴怎么申领？", CITY, audience=Audience.INTERNAL)
    new = radar.publish(ageing, "高龄津贴发放须知", DISTRICT)
    radar.check(new)
    with radar.database.reading() as session:
        for text, by_owner, by_other in (("怎么申领", 1, 0), ("发放须知", 1, 1)):
            wanted = Wanted("open", text=text)
            assert queue(session, clerk_of(civil), wanted).total == by_owner
            assert queue(session, clerk_of(ageing), wanted).total == by_other


def test_a_card_tells_a_unit_of_its_own_conflicts_without_anothers_internal_words(
    radar: Radar, civil: Unit, ageing: Unit
) -> None:
    radar.publish(civil, "高龄津贴怎么申领？", CITY, audience=Audience.INTERNAL)
    new = radar.publish(ageing, "高龄津贴发放须知", DISTRICT)
    radar.check(new)
    stranger = Actor(0, "别的单位", 999, frozenset({Role.UNIT_CLERK}), frozenset({999}))
    with radar.database.reading() as session:
        item_id = session.get_one(KnowledgeVersion, new).item_id
        (flag,) = flags(session, [item_id], clerk_of(ageing))[item_id]
        assert (flag["other_title"], flag["other_value"]) == ("内部条目", "（内部）")
        (told,) = flags(session, [item_id], EDITOR)[item_id]
        assert told["other_title"] == "高龄津贴怎么申领？"
        assert flags(session, [item_id], stranger) == {}


def test_an_earlier_internal_version_is_neither_found_nor_quoted_by_the_other_unit(
    opened: tuple[Radar, int, int], ageing: Unit
) -> None:
    radar, old, _ = opened
    with radar.database.unit_of_work() as session:
        before = session.get_one(KnowledgeVersion, old)
        before.audience, before.title = Audience.INTERNAL.value, "高龄津贴内部口径"
    radar.change(old, DISTRICT)  # public again, and the two agree
    with radar.database.reading() as session:
        row = session.scalars(select(Conflict)).one()
        theirs, ours = row.right_version_id, row.left_version_id
        assert old in (theirs, ours)

        def found(actor: Actor) -> list[int]:
            tabs = ("open", "done")
            return [queue(session, actor, Wanted(tab, "内部口径")).total for tab in tabs]

        assert found(clerk_of(ageing)) == [0, 0]
        assert sum(found(EDITOR)) == 1
        shown = {side.version.id: side.is_visible for side in sides(session, row, clerk_of(ageing))}
        assert shown[old] is False


def test_a_formerly_internal_clause_is_not_quoted_beside_a_draft_or_on_a_card(
    opened: tuple[Radar, int, int], ageing: Unit
) -> None:
    radar, old, new = opened
    with radar.database.unit_of_work() as session:
        before = session.get_one(KnowledgeVersion, old)
        before.audience, before.title = Audience.INTERNAL.value, "高龄津贴内部口径"
    radar.change(old, CITY.replace("100元", "110元"))  # public; the row is not compared again yet
    with radar.database.reading() as session:
        version, owner = session.get_one(KnowledgeVersion, new), clerk_of(ageing)
        (warned,) = panel(session, version, owner)
        assert (warned.other_title, warned.other_value, warned.other_clause) == (
            "内部条目",
            "（内部）",
            "",
        )
        (flag,) = flags(session, [version.item_id], owner)[version.item_id]
        assert (flag["other_title"], flag["other_value"]) == ("内部条目", "（内部）")


@pytest.mark.parametrize(
    ("ruling", "left_says", "right_says"),
    [
        (ConflictAnswer.MINE, "以本条的{left}为准，对方待修改", "以{left}为准，本条待修改"),
        (ConflictAnswer.THEIRS, "以{right}为准，本条待修改", "以本条的{right}为准，对方待修改"),
        (ConflictAnswer.WILL_CHANGE, "两条都要改", "两条都要改"),
    ],
)
def test_after_a_ruling_the_cards_say_which_value_holds(
    opened: tuple[Radar, int, int], ruling: ConflictAnswer, left_says: str, right_says: str
) -> None:
    radar = opened[0]
    with radar.database.reading() as session:
        row = session.scalars(select(Conflict)).one()
        ids = [row.left_item_id, row.right_item_id]
        before = flags(session, ids, EDITOR)
    assert [before[item_id][0]["concluded"] for item_id in ids] == ["", ""]
    rule(radar, ruling)
    with radar.database.reading() as session:
        row = session.scalars(select(Conflict)).one()
        said = [flags(session, ids, EDITOR)[item_id][0]["concluded"] for item_id in ids]
    values = {"left": row.left_value, "right": row.right_value}
    for sentence, expected in zip(said, (left_says, right_says), strict=True):
        assert sentence.startswith("2026-")
        assert "已裁定" in sentence
        assert expected.format(**values) in sentence
