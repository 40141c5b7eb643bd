"""What a document says it ends or changes: found, matched, decided, and done by publishing."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from kb.actor import Actor
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, NotFound
from kb.models import (
    FoundLink,
    ItemEvent,
    ItemLink,
    KnowledgeItem,
    KnowledgeVersion,
    Notice,
    StoredFile,
    Unit,
)
from kb.services import drafting, found_links
from kb.services.entries import PlannedLink, create_entry, create_version
from kb.services.found_acts import named_by, number_key, title_key
from kb.services.publishing import content_of, publish, submit
from kb.terms import Audience, FoundState, ItemState, LinkKind, Role
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of, content, draft, other_unit
from tests.kb.test_publishing import held, published

__all__ = ["other_unit"]
ACT = {
    "kind": "repeals",
    "title": "汀州市入学报名办法",
    "document_number": "汀教规〔2019〕3号",
    "where": "正文第9段",
    "effective_on": "",
}


def pushed(
    database: Database, unit: Unit, *acts: dict[str, str], actor: Actor = EDITOR, **changes: object
) -> KnowledgeVersion:
    """A draft made from an original in which these acts were read."""
    with database.unit_of_work() as session:
        stored = StoredFile(
            sha256="0" * 64,
            size_bytes=1,
            name="办法.docx",
            unit_id=unit.id,
            uploaded_at=NOW,
            recognised={"metadata": {"acts": list(acts)}},
        )
        session.add(stored)
        session.flush()
        return create_entry(
            session,
            unit=unit,
            content=content(**changes),
            actor=actor,
            now=NOW,
            file_id=stored.id,
        )


def older(database: Database, unit: Unit, **changes: object) -> KnowledgeVersion:
    known = {"title": "汀州市入学报名办法", "document_number": "汀教规〔2019〕3号"}
    return published(database, unit, **(known | changes))


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("汀教规〔2019〕3号", "汀教规〔2019〕3号"),
        ("汀教规[2019] 第03号", "汀教规〔2019〕3号"),
        ("汀教规（2019）3号文", "汀教规〔2019〕3号"),
        ("", ""),
    ],
)
def test_numbers_are_compared_without_their_dress(written, key):
    assert number_key(written) == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("关于印发《汀州市入学报名办法（试行）》的通知", "汀州市入学报名办法"),
        ("汀州市教育局关于印发〈汀州市入学报名办法〉的通知", "汀州市入学报名办法"),
        (
            "汀州市教育局 汀州市民政局关于入学报名的通知",
            "汀州市教育局汀州市民政局关于入学报名的通知",
        ),
    ],
)
def test_titles_are_compared_by_the_regulation_itself(written, key):
    assert title_key(written) == key


def test_a_named_document_is_matched_by_its_number(any_database: Database, unit: Unit) -> None:
    old = older(any_database, unit, title="关于小学报名的通知", document_number="汀教规[2019]3号")
    new = pushed(any_database, unit, ACT)
    with any_database.reading() as session:
        [row] = found_links.rows(session, held(session, new), clerk_of(unit))
        assert row.match is not None
        assert (row.match.item.id, row.match.how) == (old.item_id, "文号相同")
        assert row.is_unsettled
        assert row.link.place == "正文第9段"


def test_a_title_matches_only_where_no_other_number_speaks_against_it(
    any_database: Database, unit: Unit
) -> None:
    bare = ACT | {"document_number": ""}
    other = older(any_database, unit, document_number="汀教规〔2023〕8号")
    new = pushed(any_database, unit, ACT, bare)
    with any_database.reading() as session:
        numbered, unnumbered = found_links.rows(session, held(session, new), clerk_of(unit))
        assert numbered.match is not None
        assert numbered.match.how == "标题相同，文号不同"
        assert unnumbered.match is not None
        assert (unnumbered.match.item.id, unnumbered.match.how) == (other.item_id, "标题相同")


def test_what_is_not_in_the_knowledge_base_is_noticed_when_it_comes(
    any_database: Database, unit: Unit
) -> None:
    new = pushed(any_database, unit, ACT, title="汀州市新办法")
    with any_database.reading() as session:
        [row] = found_links.rows(session, held(session, new), clerk_of(unit))
        assert (row.match, row.is_unsettled) == (None, False)
    came = draft(any_database, unit, title="旧的", document_number="汀教规〔2019〕3号")
    with any_database.reading() as session:
        assert [link.version_id for link in named_by(session, held(session, came))] == [new.id]
        [notice] = session.scalars(select(Notice)).all()
        assert notice.unit_id == unit.id
        assert notice.title == "《汀州市新办法》写明废止的《旧的》已推送，请核对"
        assert notice.path == f"/units/versions/{new.id}"


def test_another_units_draft_is_told_to_editors_only(
    any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    pushed(any_database, unit, ACT)
    draft(any_database, other_unit, document_number="汀教规〔2019〕3号")
    with any_database.reading() as session:
        [notice] = session.scalars(select(Notice)).all()
        assert (notice.unit_id, notice.role) == (None, Role.EDITOR.value)


def test_confirming_plans_the_link_and_publishing_does_both_at_once(
    any_database: Database, unit: Unit
) -> None:
    old = older(any_database, unit)
    act = ACT | {"effective_on": "2026-06-01"}
    new = pushed(any_database, unit, act)
    clerk = clerk_of(unit)
    with any_database.unit_of_work() as session:
        version = held(session, new)
        [row] = found_links.rows(session, version, clerk)
        state = found_links.confirm(session, row.link, old.item_id, actor=clerk, now=NOW)
        assert state == FoundState.CONFIRMED
        assert version.planned_links == [
            {"kind": "repeals", "item_id": old.item_id, "effective_on": "2026-06-01"}
        ]
        assert row.link.decided_at == NOW
        assert found_links.unsettled(session, version, clerk) == []
    with any_database.unit_of_work() as session:
        publish(session, held(session, new), actor=EDITOR, now=NOW)
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, old.item_id)
        assert (item.state, item.ended_on) == (ItemState.REPEALED, date(2026, 5, 31))
        [link] = session.scalars(select(ItemLink)).all()
        assert (link.newer_id, link.older_id) == (new.item_id, old.item_id)
        [step] = session.scalars(select(ItemEvent).where(ItemEvent.kind == "link_confirmed"))
        assert step.comment == "废止《汀州市入学报名办法》，正文第9段"


def test_not_this_one_takes_nothing_out_of_force(any_database: Database, unit: Unit) -> None:
    old = older(any_database, unit)
    new = pushed(any_database, unit, ACT)
    with any_database.unit_of_work() as session:
        [row] = found_links.rows(session, held(session, new), EDITOR)
        found_links.confirm(session, row.link, old.item_id, actor=EDITOR, now=NOW)
        found_links.reject(session, row.link, actor=EDITOR, now=NOW)
        publish(session, held(session, new), actor=EDITOR, now=NOW)
    with any_database.reading() as session:
        assert session.get_one(KnowledgeItem, old.item_id).state == ItemState.PUBLISHED
        assert session.get_one(FoundLink, row.link.id).state == FoundState.REJECTED


def test_a_decision_can_be_taken_back_while_it_is_a_draft(
    any_database: Database, unit: Unit
) -> None:
    old = older(any_database, unit)
    new = pushed(any_database, unit, ACT)
    clerk = clerk_of(unit)
    with any_database.unit_of_work() as session:
        version = held(session, new)
        [row] = found_links.rows(session, version, clerk)
        found_links.confirm(session, row.link, old.item_id, actor=clerk, now=NOW)
        found_links.reopen(session, row.link, actor=clerk, now=NOW)
        assert version.planned_links == []
        [again] = found_links.rows(session, version, clerk)
        assert again.is_unsettled
        submit(session, version, actor=clerk, now=NOW)
        with pytest.raises(IllegalTransition):
            found_links.reopen(session, row.link, actor=clerk, now=NOW)
        with pytest.raises(IllegalTransition):
            found_links.confirm(session, row.link, old.item_id, actor=clerk, now=NOW)


def test_a_link_taken_out_of_the_form_is_open_again(any_database: Database, unit: Unit) -> None:
    old = older(any_database, unit)
    new = pushed(any_database, unit, ACT)
    with any_database.unit_of_work() as session:
        version = held(session, new)
        [row] = found_links.rows(session, version, EDITOR)
        found_links.confirm(session, row.link, old.item_id, actor=EDITOR, now=NOW)
        session.flush()
        drafting.save_edit(
            session,
            version,
            content=content_of(version),
            seen_rev=version.rev,
            actor=EDITOR,
            now=NOW,
        )
        [again] = found_links.rows(session, version, EDITOR)
        assert again.is_unsettled


def test_another_units_entry_is_the_editors_to_end(
    any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    old = older(any_database, other_unit)
    new = pushed(any_database, unit, ACT, title="新办法")
    clerk = clerk_of(unit)
    with any_database.unit_of_work() as session:
        [row] = found_links.rows(session, held(session, new), clerk)
        state = found_links.confirm(session, row.link, old.item_id, actor=clerk, now=NOW)
        assert state == FoundState.REFERRED
        assert held(session, new).planned_links == []
    with any_database.unit_of_work() as session:
        version = held(session, new)
        [task] = session.scalars(select(Notice)).all()
        assert (task.role, task.is_resolved) == (Role.EDITOR.value, False)
        assert [link.version_id for link in found_links.referred(session)] == [new.id]
        submit(session, version, actor=clerk, now=NOW)
        [row] = found_links.rows(session, version, EDITOR)
        assert row.decided is not None
        found_links.confirm(session, row.link, row.decided.id, actor=EDITOR, now=NOW)
        session.flush()
        session.refresh(task)
        assert task.is_resolved
        assert found_links.referred(session) == []
        assert version.planned_links[0]["item_id"] == old.item_id


def test_what_an_editor_confirmed_survives_the_clerks_saving_and_a_trusted_units_publishing(
    any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    # The unit does not see the other one's internal entry; the editor's word is enough.
    old = older(any_database, other_unit, audience=Audience.INTERNAL)
    new = pushed(any_database, unit, ACT)
    clerk = clerk_of(unit)
    with any_database.unit_of_work() as session:
        session.get_one(Unit, unit.id).is_trusted = True
        version = held(session, new)
        [row] = found_links.rows(session, version, EDITOR)
        found_links.confirm(session, row.link, old.item_id, actor=EDITOR, now=NOW)
        session.flush()
        link = PlannedLink(LinkKind.REPEALS, old.item_id)
        drafting.save_edit(
            session,
            version,
            content=replace(content_of(version), links=(link,)),
            seen_rev=version.rev,
            actor=clerk,
            now=NOW,
        )
        assert len(version.planned_links) == 1
        publish(session, version, actor=clerk_of(unit, Role.UNIT_REVIEWER), now=NOW)
    with any_database.reading() as session:
        assert session.get_one(KnowledgeItem, old.item_id).state == ItemState.REPEALED


def test_after_publication_an_editor_makes_the_link_at_once(
    any_database: Database, unit: Unit
) -> None:
    new = pushed(any_database, unit, ACT)
    with any_database.unit_of_work() as session:
        publish(session, held(session, new), actor=EDITOR, now=NOW)
    old = older(any_database, unit)
    with any_database.unit_of_work() as session:
        version = held(session, new)
        [row] = found_links.rows(session, version, EDITOR)
        found_links.confirm(session, row.link, old.item_id, actor=EDITOR, now=NOW)
        item = session.get_one(KnowledgeItem, old.item_id)
        assert (item.state, version.planned_links) == (ItemState.REPEALED, [])


def test_an_amended_document_stays_in_force(any_database: Database, unit: Unit) -> None:
    old = older(any_database, unit)
    new = pushed(any_database, unit, ACT | {"kind": "amends"})
    with any_database.unit_of_work() as session:
        [row] = found_links.rows(session, held(session, new), EDITOR)
        found_links.confirm(session, row.link, old.item_id, actor=EDITOR, now=NOW)
        publish(session, held(session, new), actor=EDITOR, now=NOW)
        assert session.get_one(KnowledgeItem, old.item_id).state == ItemState.PUBLISHED
        assert session.scalars(select(ItemLink.kind)).all() == ["amends"]


def test_an_original_is_asked_about_once(any_database: Database, unit: Unit) -> None:
    new = pushed(any_database, unit, ACT)
    with any_database.unit_of_work() as session:
        version = held(session, new)
        publish(session, version, actor=EDITOR, now=NOW)
        create_version(
            session,
            version.item,
            content=content_of(version),
            actor=EDITOR,
            now=NOW,
            file_id=version.file_id,
        )
        assert len(session.scalars(select(FoundLink)).all()) == 1


def test_nobody_decides_for_another_unit_or_about_itself(
    any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    new = pushed(any_database, unit, ACT)
    stranger = clerk_of(other_unit)
    with any_database.unit_of_work() as session:
        [link] = session.scalars(select(FoundLink)).all()
        with pytest.raises(NotFound):
            found_links.get_link(session, new.id, link.id, stranger)
        with pytest.raises(NotFound):
            found_links.get_link(session, new.id, 4711, EDITOR)
        with pytest.raises(NotFound):
            found_links.confirm(session, link, 4711, actor=clerk_of(unit), now=NOW)
        with pytest.raises(InvalidInput):
            found_links.confirm(session, link, new.item_id, actor=clerk_of(unit), now=NOW)
