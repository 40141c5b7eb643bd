"""Checking a reply against the order's earlier replies and what is in force."""

from datetime import UTC, datetime
from itertools import count

import pytest

from kb.actor import Actor
from kb.models import Unit
from kb.outbox.drain import drain_all
from kb.presenters.reply_findings import findings_page
from kb.replies.finding import Kind
from kb.services import reply_checking, work_orders
from kb.services.entries import Content, create_entry
from kb.services.publishing import publish
from kb.services.reply_masking import mask_reply
from kb.terms import Audience, KnowledgeKind, Role
from tests.kb.hotline import Hotline, at

NOW = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)
EDITOR = Actor(0, "知识管理员", None, frozenset({Role.EDITOR}))

OPEN = "初次创业正常经营满一年，给予一次性创业补贴8000元。"
SECRET = "初次创业正常经营满一年，给予一次性创业补贴9000元。"


def publish_entry(session, unit, title, body, audience=Audience.PUBLIC):
    content = Content(kind=KnowledgeKind.QA, title=title, body=body, audience=audience)
    version = create_entry(session, unit=unit, content=content, actor=EDITOR, now=NOW)
    publish(session, version, actor=EDITOR, now=NOW)


@pytest.fixture
def city(any_database, indexes):
    """An order on 创业补贴 with its unit; one public entry, one 内部 entry of another unit."""
    with any_database.unit_of_work() as session:
        hotline = Hotline(session)
        hotline.calendar()
        mine, other = hotline.unit("市就业服务中心"), hotline.unit("市财政局")
        publish_entry(session, mine, "一次性创业补贴", OPEN)
        publish_entry(session, other, "一次性创业补贴内部口径", SECRET, Audience.INTERNAL)
        request = hotline.request(
            at("2026-05-07 09:00"),
            title="咨询一次性创业补贴",
            content="来电人咨询一次性创业补贴多少钱",
            requester_name="林岳",
            requester_phone="13900001234",
            is_confidential=True,
        )
        order = hotline.order(request, NOW)
        hotline.dispatched(order, mine, NOW)
        clerk = hotline.actor(Role.UNIT_CLERK, unit=mine)
        number = order.number
    drain_all(any_database, indexes)
    return number, clerk


def check(any_database, indexes, city, text, actor=None):
    number, clerk = city
    with any_database.reading() as session:
        who = actor or clerk
        order = work_orders.get_order(session, number, who)
        return reply_checking.check(session, indexes, order, text, actor=who, now=NOW)


REPLY = "您好。初次创业正常经营满一年的，可申领一次性创业补贴5000元。"


def test_only_entries_that_the_person_may_see_are_compared(any_database, indexes, city):
    found = check(any_database, indexes, city, REPLY)
    against = [f.against for f in found if f.kind is Kind.ENTRY]
    assert against and all("8000元" in words for words in against)


def test_a_unit_cannot_try_names_on_a_confidential_order(any_database, indexes, city):
    text = REPLY + "已告知林岳。"
    dispatcher = Actor(0, "派单员", None, frozenset({Role.DISPATCHER}))
    hidden = check(any_database, indexes, city, text)
    seen = check(any_database, indexes, city, text, dispatcher)
    assert [f.quote for f in hidden if f.kind is Kind.PERSONAL] == []
    assert [f.quote for f in seen if f.kind is Kind.PERSONAL] == ["林岳"]


def test_a_reply_becomes_knowledge_without_the_person(any_database):
    with any_database.unit_of_work() as session:
        request = Hotline(session).request(
            at("2026-05-07 09:00"),
            requester_name="林岳",
            requester_phone="0999-8123456",
            place="翠湖花苑3栋",
        )
        said = "林岳您好，已上门到翠湖花苑3栋2单元501室（0999-8123456），咨询请拨0999-8210333。"
        reply = mask_reply(said, request)
    assert reply.text == (
        "林*您好，已上门到翠湖花苑*栋*单元*室（****-*******），咨询请拨0999-8210333。"
    )
    assert [kind for kind, _ in reply.hidden] == ["姓名", "详细住址", "固定电话"]


def test_the_marked_pieces_are_the_reply_and_the_worse_mark_shows(any_database, indexes, city):
    found = check(any_database, indexes, city, REPLY)
    page = findings_page(REPLY, found)
    assert "".join(piece.text for piece in page.pieces) == REPLY
    assert [piece.severity for piece in page.pieces if piece.text == "5000元"] == ["serious"]


def test_a_warmed_checker_is_the_one_that_checks(any_database, indexes, city):
    reply_checking.warm(any_database, indexes)
    with any_database.reading() as session:
        lists = indexes.dictionary.current(session)
    ready = reply_checking._CHECKERS.of(lists)
    assert check(any_database, indexes, city, REPLY)
    assert reply_checking._CHECKERS.of(lists) is ready


def test_a_reply_counts_as_given_once_it_left_the_unit(any_database, city):
    number, clerk = city
    with any_database.unit_of_work() as session:
        hotline = Hotline(session, count(100))
        unit = session.get_one(Unit, clerk.unit_id)
        reviewer = hotline.by(hotline.actor(Role.UNIT_REVIEWER, unit=unit), NOW)
        centre = hotline.by(hotline.actor(Role.DISPATCHER), NOW)
        author = hotline.by(hotline.actor(Role.UNIT_CLERK, unit=unit), NOW)
        order = work_orders.get_order(session, number, author.actor)

        def given():
            return [one.text for one in reply_checking.earlier_replies(order, author.actor)]

        work_orders.acknowledge(session, order, author)
        work_orders.reply(session, order, author, text="11月29日停水清洗。")
        assert given() == []
        work_orders.send_back_in_unit(session, order, reviewer, text="补上检测日期")
        assert given() == []
        work_orders.reply(session, order, author, text="11月29日清洗，11月30日送检。")
        work_orders.pass_unit_review(session, order, reviewer)
        assert given() == ["11月29日清洗，11月30日送检。"]
        work_orders.send_back(session, order, centre, text="写明检测机构")
        work_orders.reply(session, order, author, text="11月30日由市疾控中心检测。")
        assert given() == ["11月29日清洗，11月30日送检。"]
        work_orders.pass_unit_review(session, order, reviewer)
        assert given() == ["11月30日由市疾控中心检测。", "11月29日清洗，11月30日送检。"]


def test_without_a_reviewer_in_the_unit_a_reply_is_given_at_once(any_database, city):
    number, clerk = city
    with any_database.unit_of_work() as session:
        order = work_orders.get_order(session, number, clerk)
        author = Hotline(session).by(clerk, NOW)
        work_orders.acknowledge(session, order, author)
        work_orders.reply(session, order, author, text="11月29日停水清洗。")
        said = [one.text for one in reply_checking.earlier_replies(order, clerk)]
    assert said == ["11月29日停水清洗。"]
