"""500 planted names, phones, ID numbers and addresses, and where they must not turn up."""

import json
import logging
import random
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from kb.actor import Actor
from kb.models import AuditRecord, CitizenRequest, SearchRecord, Unit
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import ensure_built
from kb.outbox.whoosh_factory import WhooshFactory
from kb.services import contact_details
from kb.services.entries import Content, create_entry
from kb.services.publishing import publish
from kb.services.reply_masking import mask_reply
from kb.services.search_log import masked_query
from kb.terms import Audience, KnowledgeKind, Role
from tests.kb.hotline import Hotline
from tests.privacy.persons import PERSONS, bytes_leak, leaks, persons

NOW = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)
EDITOR = Actor(0, "知识管理员", None, frozenset({Role.EDITOR}))


def test_there_are_500_canaries_and_the_search_for_them_finds_each():
    rng = random.Random(1)
    planted = "\n".join(person.said(rng) for person in persons())
    assert len(set(leaks(planted))) == 4 * PERSONS == 500


@pytest.fixture
def city(any_database, tmp_path):
    with any_database.unit_of_work() as session:
        unit = Hotline(session).unit("市住房和城乡建设局")
        unit_id = unit.id
    indexes = Indexes(tmp_path / "indexes", WhooshFactory())
    ensure_built(any_database, indexes, lambda: NOW)
    yield any_database, indexes, unit_id
    indexes.close()


def test_no_canary_reaches_a_unit_view_of_a_confidential_order(city):
    database, _, unit_id = city
    rng = random.Random(2)
    clerk = Actor(9, "经办", unit_id, frozenset({Role.UNIT_CLERK}), frozenset({unit_id}))
    found = []
    with database.unit_of_work() as session:
        for person in persons():
            request = _request(session, person, rng)
            shown = contact_details.masked(request, clerk)
            page = [contact_details.shown_content(request, clerk), shown.name, shown.phone]
            found += leaks("\n".join(page), [*person.canaries, *person.reached])
    assert found == []


def _request(session, person, rng):
    request = CitizenRequest(
        number=f"P-{person.phone}",
        received_at=NOW,
        title="反映楼道灯不亮",
        content=person.said(rng),
        requester_name=person.name,
        requester_phone=person.phone,
        place=f"翠湖花苑{person.door}",
        is_confidential=True,
    )
    session.add(request)
    session.flush()
    return request


def test_no_canary_of_a_reply_reaches_knowledge_index_log_or_audit(city, tmp_path, caplog):
    database, indexes, unit_id = city
    caplog.set_level(logging.DEBUG)
    rng = random.Random(3)
    with database.unit_of_work() as session:
        unit = session.get_one(Unit, unit_id)
        replies = []
        for person in persons():
            request = _request(session, person, rng)
            replies.append(mask_reply(f"已告知{person.said(rng)}，路灯已修好。", request).text)
        for audience in (Audience.PUBLIC, Audience.INTERNAL):
            body = "\n".join(replies)
            content = Content(
                kind=KnowledgeKind.QA, title="楼道灯不亮怎么报修", body=body, audience=audience
            )
            version = create_entry(session, unit=unit, content=content, actor=EDITOR, now=NOW)
            publish(session, version, actor=EDITOR, now=NOW)
    drain_all(database, indexes)
    with database.reading() as session:
        audit = json.dumps([row.detail for row in session.scalars(select(AuditRecord))])
    assert leaks("\n".join(replies)) == []
    index = [path for path in (tmp_path / "indexes").rglob("*") if path.is_file()]
    assert index and bytes_leak(index) == []
    assert leaks(caplog.text) == [] and leaks(audit.encode().decode("unicode_escape")) == []


def test_no_number_or_door_of_a_question_is_kept_in_search_records(city):
    database, _, _ = city
    rng = random.Random(4)
    with database.unit_of_work() as session:
        for person in persons():
            query = masked_query(person.said(rng))
            session.add(SearchRecord(at=NOW, query=query, audience="public", answered=False))
    with database.reading() as session:
        kept = "\n".join(session.scalars(select(SearchRecord.query)))
    names = {person.name for person in persons()}
    # A name in a free question is nobody's field; what reaches others is judged by PersonalCheck.
    assert [canary for canary in leaks(kept) if canary not in names] == []
