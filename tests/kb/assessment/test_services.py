"""Cards from the figures of March; objection, ruling, and freezing for good."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.assessment.basis import Assessment, Extra, Item
from kb.bulletins.basis_reading import basis_from
from kb.bulletins.periods import Period
from kb.errors import IllegalTransition, InvalidInput, NotFound, PermissionDenied, StaleVersion
from kb.models import AssessmentObjection, AssessmentSnapshot, Notice, Unit, WorkOrder
from kb.profile import Profile
from kb.services import assessment as verbs
from kb.services import assessment_freezing as freezing
from kb.services import assessment_objecting as objecting
from kb.terms import Role
from tests.kb.bulletins.book import MARCH
from tests.kb.hotline import Hotline

NOW = datetime(2026, 4, 5, 4, 0, tzinfo=UTC)
PROFILE = Profile(
    figures=basis_from({"as_of": "2026-04-05 12:00:00"}),
    assessment=Assessment(
        items=(Item("resolved_rate", Decimal(100), Decimal(100), Decimal(0)),),
        extras=(Extra("overdue_resolved", Decimal(-5), Decimal(10)),),
        at_least=1,
    ),
)


def clerk_of(session: Session, name: str) -> Actor:
    unit = session.query(Unit).filter_by(name=name).one()
    return Hotline(session).actor(Role.UNIT_CLERK, unit=unit)


def freeze(session: Session, actor: Actor, now: datetime = NOW) -> AssessmentSnapshot:
    counted = freezing.count(session, PROFILE, MARCH, now)
    return freezing.keep(session, counted, actor=actor, now=now)


def scores(session: Session) -> dict[str, Decimal | None]:
    return {one.unit: one.score for one in verbs.cards(session, PROFILE, MARCH, NOW)}


def test_from_a_card_to_the_frozen_one(book: Session) -> None:
    # 市住建局: 1 of 2 resolved, one late (04-04): 50 - 5. 供水公司: 1 of 1, late: 100 - 5.
    assert scores(book) == {"住建局": 100, "供水公司": 95, "市住建局": 45}
    clerk = clerk_of(book, "供水公司")
    made = objecting.object_to(
        book,
        PROFILE,
        MARCH,
        "overdue_resolved",
        text="3月10日全城停电，系统无法答复",
        evidence="供电公司停电证明 2026-03-10",
        actor=clerk,
        now=NOW,
    )
    supervisor = replace(clerk, roles=frozenset({Role.SUPERVISOR}), unit_id=None)
    with pytest.raises(IllegalTransition, match="1 条异议没有裁定"):
        freeze(book, supervisor)
    ruling = {"is_upheld": True, "reason": "停电属实，不计超期", "actor": supervisor, "now": NOW}
    with pytest.raises(InvalidInput, match="改按多少计"):
        objecting.rule(book, made.id, value="0.5", seen_rev=1, **ruling)
    objecting.rule(book, made.id, value="0", seen_rev=1, **ruling)
    with pytest.raises(StaleVersion):
        objecting.rule(book, made.id, value="0", seen_rev=1, **ruling)
    assert scores(book) == {"住建局": 100, "供水公司": 100, "市住建局": 45}

    assert verbs.frozen_scorecards(book, MARCH) == []
    live = verbs.cards(book, PROFILE, MARCH, NOW)
    frozen = freeze(book, supervisor)
    kept = frozen.document
    assert frozen.as_of == NOW
    book.query(WorkOrder).update({"resolved_at": None})
    assert verbs.frozen_scorecards(book, MARCH) == live
    assert verbs.document_of(verbs.frozen_scorecards(book, MARCH)) == kept
    # What was resolved then, though nothing is now; what was ruled was not counted.
    resolved = freezing.records_behind(frozen, "by_unit/市住建局/resolved_rate")
    assert resolved == [("order", "R2-市住建局")]
    with pytest.raises(NotFound, match="没有这个数字的记录"):
        freezing.records_behind(frozen, "by_unit/供水公司/overdue_resolved")
    with pytest.raises(IllegalTransition, match="封存"):
        objecting.rule(book, made.id, value="1", seen_rev=2, **ruling)
    with pytest.raises(IllegalTransition, match="封存"):
        freeze(book, supervisor)


def test_what_cannot_be_done_is_said(book: Session) -> None:
    clerk = clerk_of(book, "供水公司")
    supervisor = replace(clerk, roles=frozenset({Role.SUPERVISOR}), unit_id=None)
    words = {"text": "理由理由理由", "evidence": "证据证据证据", "now": NOW}
    with pytest.raises(InvalidInput, match="考核卡上的一项"):
        objecting.object_to(book, PROFILE, MARCH, "luck", actor=clerk, **words)
    with pytest.raises(InvalidInput, match="的证据"):
        objecting.object_to(
            book, PROFILE, MARCH, "resolved_rate", actor=clerk, **{**words, "evidence": " "}
        )
    with pytest.raises(PermissionDenied):
        objecting.object_to(book, PROFILE, MARCH, "resolved_rate", actor=supervisor, **words)
    objecting.object_to(book, PROFILE, MARCH, "resolved_rate", actor=clerk, **words)
    with pytest.raises(IllegalTransition, match="等裁定"):
        objecting.object_to(book, PROFILE, MARCH, "resolved_rate", actor=clerk, **words)
    with pytest.raises(NotFound):
        objecting.rule(
            book,
            99,
            is_upheld=False,
            value="",
            reason="不属实不属实",
            seen_rev=1,
            actor=supervisor,
            now=NOW,
        )
    with pytest.raises(IllegalTransition, match="没有过完"):
        early = datetime(2026, 3, 30, tzinfo=UTC)
        freeze(book, supervisor, early)


def _ruled_against(book: Session) -> tuple[AssessmentObjection, Actor]:
    """An objection of the waterworks that was ruled unfounded, and who ruled."""
    clerk = clerk_of(book, "供水公司")
    supervisor = replace(clerk, roles=frozenset({Role.SUPERVISOR}), unit_id=None)
    words = {"text": "理由理由理由", "evidence": "证据证据证据", "now": NOW}
    made = objecting.object_to(book, PROFILE, MARCH, "resolved_rate", actor=clerk, **words)
    ruling = {"reason": "不属实不属实", "actor": supervisor, "now": NOW, "value": ""}
    objecting.rule(book, made.id, is_upheld=False, seen_rev=1, **ruling)
    return made, supervisor


def _told(session: Session) -> list[tuple[str, str, bool]]:
    rows = session.scalars(select(Notice).order_by(Notice.id))
    return [(one.title, one.path, one.unit_id is not None) for one in rows]


def test_those_who_wait_are_told(book: Session) -> None:
    _ruled_against(book)
    span = "from=2026-03-01&to=2026-03-31"
    assert _told(book) == [
        (
            "供水公司对2026年3月考核的“办结率”提出异议，等待裁定",
            f"/supervise/assessment/objections?{span}",
            False,
        ),
        ("2026年3月考核“办结率”的异议已裁定：不成立", f"/units/assessment?{span}", True),
    ]


@pytest.mark.parametrize(
    ("period", "now", "sentence"),
    [
        (MARCH, datetime(2026, 3, 31, 4, 0, tzinfo=UTC), "还没有过完"),
        (MARCH, datetime(2026, 4, 16, 4, 0, tzinfo=UTC), "过完后 15 天内提"),
        (Period(date(2026, 3, 1), date(2026, 3, 20)), NOW, "整周、整月、整季、整年"),
    ],
)
def test_an_objection_has_its_time(
    book: Session, period: Period, now: datetime, sentence: str
) -> None:
    words = {"text": "理由理由理由", "evidence": "证据证据证据", "now": now}
    with pytest.raises(IllegalTransition, match=sentence):
        clerk = clerk_of(book, "供水公司")
        objecting.object_to(book, PROFILE, period, "resolved_rate", actor=clerk, **words)


def test_frozen_cards_that_were_tampered_with_are_not_shown(book: Session) -> None:
    supervisor = Hotline(book).actor(Role.SUPERVISOR)
    frozen = freeze(book, supervisor)
    frozen.document = frozen.document.replace('"95', '"99')
    book.flush()
    with pytest.raises(IllegalTransition, match="已损坏"):
        verbs.cards(book, PROFILE, MARCH, NOW)
    with pytest.raises(IllegalTransition, match="已损坏"):
        verbs.frozen_scorecards(book, MARCH)


def test_what_is_ruled_while_the_cards_are_counted_is_not_left_out(book: Session) -> None:
    made, supervisor = _ruled_against(book)
    counted = freezing.count(book, PROFILE, MARCH, NOW)
    ruling = {"reason": "确实属实确实", "actor": supervisor, "now": NOW, "value": "90"}
    objecting.rule(book, made.id, is_upheld=True, seen_rev=2, **ruling)
    with pytest.raises(IllegalTransition, match="计数时有人提了异议或裁定了异议"):
        freezing.keep(book, counted, actor=supervisor, now=NOW)
    assert freeze(book, supervisor).digest
