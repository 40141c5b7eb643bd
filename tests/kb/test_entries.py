"""Writing an entry: complete faults, stable passages, guarded drafts, immutable versions."""

import threading
from datetime import date

import pytest
from sqlalchemy import select

from kb.access import get_version, get_visible, require_editing
from kb.actor import Actor
from kb.db import Database
from kb.errors import (
    IllegalTransition,
    InvalidInput,
    KbError,
    NotFound,
    PermissionDenied,
    StaleVersion,
)
from kb.models import ItemEvent, KnowledgeVersion, PassageRow, Unit
from kb.services import drafting
from kb.services.entries import (
    MAX_VARIANTS,
    Content,
    check,
    create_entry,
    create_version,
    pending_version,
    save_draft,
    text_hash,
)
from kb.services.publishing import publish, submit
from kb.terms import Audience, KnowledgeKind, Role
from tests.kb.conftest import EDITOR, NOW


def clerk_of(unit: Unit, *roles: Role) -> Actor:
    """Somebody of the unit; no person of the database, so events have no name."""
    return Actor(0, "经办", unit.id, frozenset(roles or {Role.UNIT_CLERK}), frozenset({unit.id}))


def content(**changes: object) -> Content:
    given = {"kind": KnowledgeKind.POLICY, "title": "停车办法", "body": "第一条 可以停车。\n"}
    return Content(**(given | changes))


def draft(database: Database, unit: Unit, **changes: object) -> KnowledgeVersion:
    with database.unit_of_work() as session:
        return create_entry(
            session, unit=unit, content=content(**changes), actor=clerk_of(unit), now=NOW
        )


@pytest.fixture
def other_unit(any_database: Database) -> Unit:
    with any_database.unit_of_work() as session:
        unit = Unit(name="汀州水务集团")
        session.add(unit)
    return unit


def test_every_fault_of_a_content_is_named_at_once() -> None:
    wrong = Content(
        kind=KnowledgeKind.CONTACT,
        title=" ",
        valid_from=date(2026, 5, 8),
        valid_until=date(2026, 5, 7),
        variants=tuple(str(number) for number in range(MAX_VARIANTS + 1)),
    )
    with pytest.raises(InvalidInput) as refused:
        check(wrong)
    assert set(refused.value.fields) == {"title", "body", "valid_until", "variants", "phone"}


@pytest.mark.parametrize(
    ("name", "longest"), [("document_number", 80), ("issuing_authority", 200), ("category", 80)]
)
def test_what_does_not_fit_its_column_is_refused_with_a_sentence(name: str, longest: int) -> None:
    check(content(**{name: "长" * longest}))
    with pytest.raises(InvalidInput) as refused:
        check(content(**{name: "长" * (longest + 1)}))
    assert str(longest) in refused.value.fields[name]


def test_one_day_is_a_period_and_facts_alone_are_a_text() -> None:
    day = date(2026, 5, 7)
    check(content(valid_from=day, valid_until=day))
    check(content(body="", facts={"conclusion": "免费"}))
    with pytest.raises(InvalidInput) as refused:
        check(content(title="长" * 301))
    assert refused.value.fields == {"title": "标题最多 300 字，现有 301 字"}


def test_facts_come_first_and_offsets_point_into_the_body(
    any_database: Database, unit: Unit
) -> None:
    body = "## 一、收费\n\n每小时三元。\n\n## 二、免费\n\n前十五分钟免费。\n"
    version = draft(any_database, unit, body=body, facts={"fee": "三元"})
    with any_database.reading() as session:
        rows = session.get_one(KnowledgeVersion, version.id).passages
        assert (rows[0].kind, rows[0].text, rows[0].ordinal) == ("facts", "费用：三元", 0)
        assert "每小时三元。" in rows[1].text
        assert "每小时三元。" in body[rows[1].start : rows[1].end]


def test_saving_renews_the_passages_and_leaves_no_old_one(
    any_database: Database, unit: Unit
) -> None:
    long = "".join(f"## 第{n}节\n\n{'内容' * 60}{n}。\n\n" for n in range(4))
    version = draft(any_database, unit, body=long, facts={"fee": "免费"})
    actor = clerk_of(unit)
    with any_database.unit_of_work() as session:
        saved = session.get_one(KnowledgeVersion, version.id)
        assert len(saved.passages) == 5
        save_draft(
            session,
            saved,
            content=content(body="只剩一句。\n", facts={"fee": "三元"}),
            seen_rev=saved.rev,
            actor=actor,
            now=NOW,
        )
    with any_database.reading() as session:
        rows = session.scalars(select(PassageRow).order_by(PassageRow.ordinal)).all()
        assert [(row.text, row.heading_path) for row in rows] == [
            ("费用：三元", ""),
            ("只剩一句。", ""),
        ]


def test_a_save_from_an_old_form_is_refused_and_changes_nothing(
    any_database: Database, unit: Unit
) -> None:
    version = draft(any_database, unit)
    actor = clerk_of(unit)
    with any_database.unit_of_work() as session:
        first = get_version(session, version.id, actor)
        drafting.save_edit(
            session,
            first,
            content=content(title="甲"),
            seen_rev=version.rev,
            actor=actor,
            now=NOW,
        )
    with any_database.unit_of_work() as session, pytest.raises(StaleVersion) as refused:
        second = get_version(session, version.id, actor)
        save_draft(
            session,
            second,
            content=content(title="乙"),
            seen_rev=version.rev,
            actor=actor,
            now=NOW,
        )
    assert refused.value.context["current_rev"] == version.rev + 1
    with any_database.reading() as session:
        assert session.get_one(KnowledgeVersion, version.id).title == "甲"


def test_of_two_saves_in_the_same_moment_one_wins_and_one_is_stale(
    any_database: Database, unit: Unit
) -> None:
    version = draft(any_database, unit)
    actor, both = clerk_of(unit), threading.Barrier(2)
    outcomes: list[str] = []

    def save(title: str) -> None:
        with any_database.session(read_only=True) as session:
            seen = session.get_one(KnowledgeVersion, version.id).rev
        both.wait()
        try:
            with any_database.unit_of_work() as session:
                drafting.save_edit(
                    session,
                    get_version(session, version.id, actor),
                    content=content(title=title),
                    seen_rev=seen,
                    actor=actor,
                    now=NOW,
                )
            outcomes.append("saved")
        except StaleVersion:
            outcomes.append("stale")

    threads = [threading.Thread(target=save, args=(title,)) for title in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "stale"]


@pytest.mark.parametrize("state", ["unit_review", "published"])
def test_a_version_that_left_the_draft_state_never_changes(
    any_database: Database, unit: Unit, state: str
) -> None:
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        held = session.get_one(KnowledgeVersion, version.id)
        submit(session, held, actor=clerk_of(unit), now=NOW)
        if state == "published":
            publish(session, held, actor=EDITOR, now=NOW)
    with any_database.unit_of_work() as session, pytest.raises(IllegalTransition):
        held = session.get_one(KnowledgeVersion, version.id)
        assert held.state == state
        save_draft(
            session,
            held,
            content=content(title="改写历史"),
            seen_rev=held.rev,
            actor=EDITOR,
            now=NOW,
        )
    with any_database.reading() as session:
        assert session.get_one(KnowledgeVersion, version.id).title == "停车办法"


def test_only_one_next_version_is_on_its_way(any_database: Database, unit: Unit) -> None:
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        held = session.get_one(KnowledgeVersion, version.id)
        with pytest.raises(IllegalTransition, match="第 1 版还在“采编中”"):
            create_version(session, held.item, content=content(), actor=EDITOR, now=NOW)
        publish(session, held, actor=EDITOR, now=NOW)
        second = create_version(session, held.item, content=content(), actor=EDITOR, now=NOW)
        assert second.number == 2
        assert pending_version(session, held.item_id) is second


def test_what_belongs_to_another_unit_cannot_be_written(
    any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    stranger = clerk_of(other_unit, Role.UNIT_CLERK, Role.UNIT_REVIEWER)
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        with pytest.raises(PermissionDenied):
            create_entry(session, unit=unit, content=content(), actor=stranger, now=NOW)
        with pytest.raises(NotFound):
            get_version(session, version.id, stranger)
        item = session.get_one(KnowledgeVersion, version.id).item
        with pytest.raises(NotFound):
            get_visible(session, item.id, stranger)
        with pytest.raises(NotFound):
            get_visible(session, item.id, None)
        with pytest.raises(PermissionDenied):
            require_editing(stranger, item)


def test_an_internal_entry_is_seen_by_its_unit_and_the_centre_only(
    any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    version = draft(any_database, unit, audience=Audience.INTERNAL)
    with any_database.unit_of_work() as session:
        held = session.get_one(KnowledgeVersion, version.id)
        publish(session, held, actor=EDITOR, now=NOW)
    agent = Actor(0, "坐席", None, frozenset({Role.AGENT}))
    with any_database.reading() as session:
        for actor in (clerk_of(unit), agent, EDITOR):
            assert get_visible(session, version.item_id, actor).id == version.item_id
        for stranger in (clerk_of(other_unit), None):
            with pytest.raises(NotFound):
                get_visible(session, version.item_id, stranger)


def test_the_fingerprint_is_blind_to_white_space_and_to_nothing_else() -> None:
    print_ = text_hash("停车办法", "每小时 三元。\n", {})
    assert print_ == text_hash("停车 办法", "每小时三元。", {})
    assert print_ != text_hash("停车办法", "每小时四元。", {})
    assert print_ != text_hash("停车办法", "每小时三元。", {"fee": "三元"})
    assert len(text_hash("孤\ud800", "", {})) == 64


def test_two_saves_by_one_person_are_one_step_in_the_history(
    any_database: Database, unit: Unit
) -> None:
    version = draft(any_database, unit)
    actor = clerk_of(unit)
    for title in ("甲", "乙"):
        with any_database.unit_of_work() as session:
            held = get_version(session, version.id, actor)
            drafting.save_edit(
                session,
                held,
                content=content(title=title),
                seen_rev=held.rev,
                actor=actor,
                now=NOW,
            )
    with any_database.reading() as session:
        kinds = session.scalars(select(ItemEvent.kind).order_by(ItemEvent.id))
        assert list(kinds) == ["created", "edited"]


def test_a_version_in_review_is_not_dropped(any_database: Database, unit: Unit) -> None:
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        held = session.get_one(KnowledgeVersion, version.id)
        submit(session, held, actor=clerk_of(unit), now=NOW)
        with pytest.raises(KbError, match="待单位审核"):
            drafting.discard(session, held, actor=clerk_of(unit), now=NOW)
