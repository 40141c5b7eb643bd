"""What is written into a bulletin is never lost; half a period is never issued."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.bulletins.basis_reading import basis_from
from kb.bulletins.periods import Period
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.models import AuditRecord, BulletinRow, User
from kb.profile import Profile
from kb.profile_bulletins import BulletinSettings, read_bulletins
from kb.services import bulletin_issuing as issuing
from kb.services import bulletin_sections as sections
from kb.services import bulletins
from kb.services.bulletin_counting import issued_for
from kb.services.bulletins import By
from kb.terms import BulletinKind, BulletinState, Role
from tests.kb.bulletins.book import MARCH, at, issue

PROFILE = Profile(city="云汀市", figures=basis_from({}))
NUMBER = "2026年第3期"


def _by(actor: Actor, row: BulletinRow | None = None, now: datetime | None = None) -> By:
    return By(actor, now or at("04-05 12:00"), PROFILE, row.rev if row is not None else 0)


@pytest.fixture
def row(book: Session, editor: Actor) -> BulletinRow:
    return bulletins.draft(book, BulletinKind.MONTHLY, MARCH, _by(editor))


def _issue(book: Session, row: BulletinRow, actor: Actor, now: datetime | None = None) -> None:
    bulletins.review(book, row, _by(actor, row, now))
    by = _by(actor, row, now)
    issue(book, row, by, number=NUMBER, issued_on=date(2026, 4, 6))


def _text(row: BulletinRow, key: str) -> str | None:
    text: str | None = row.edits[key]["text"]
    return text


def test_what_a_section_read_before_comes_back(
    book: Session, editor: Actor, row: BulletinRow
) -> None:
    sections.edit(book, row, "focus", "注意防汛，共{受理量}件。", _by(editor, row))
    sections.edit(book, row, "focus", None, _by(editor, row))
    book.flush()
    restored = row.steps[-1]
    assert (_text(row, "focus"), restored.note) == (None, "近期关注重点，恢复起草的文字")
    sections.undo(book, row, restored.id, "focus", _by(editor, row))
    assert _text(row, "focus") == "注意防汛，共{totals/requests}件。"
    with pytest.raises(NotFound):
        sections.undo(book, row, restored.id, "next", _by(editor, row))


def test_a_section_that_is_not_printed_keeps_what_was_typed(
    book: Session, editor: Actor, row: BulletinRow
) -> None:
    sections.leave_out(book, row, "focus", _by(editor, row), "刚写的{受理量}件。")
    assert row.edits["focus"]["is_left_out"]
    assert _text(row, "focus") == "刚写的{totals/requests}件。"
    drafted = issuing.text_of(
        next(one for one in issuing.parts_of(row.kind_term) if one.key == "purposes"),
        issuing.Source(row.document),
        issuing.written_from(issuing.stored(row)),
    )
    # Nobody wrote anything there: the draft sentences stay the draft's.
    sections.leave_out(book, row, "purposes", _by(editor, row), drafted)
    assert _text(row, "purposes") is None


def test_editors_of_different_sections_do_not_refuse_each_other(
    book: Session, editor: Actor, row: BulletinRow
) -> None:
    both = _by(editor, row)
    sections.edit(book, row, "focus", "甲写的。", both)
    sections.edit(book, row, "next", "乙写的。", both)
    head = {"title": "云汀热线月通报", "issuer": "云汀市12345中心", "copies": "市政府"}
    sections.edit_header(book, row, head, both)
    with pytest.raises(StaleVersion, match="这一节刚刚在别处改过"):
        sections.edit(book, row, "focus", "丙写的。", both)
    with pytest.raises(StaleVersion):
        sections.edit_header(book, row, head, both)
    with pytest.raises(StaleVersion):  # who reviews has seen all of it
        bulletins.review(book, row, both)
    assert [_text(row, key) for key in ("focus", "next")] == ["甲写的。", "乙写的。"]


def test_a_correction_is_given_up(book: Session, editor: Actor, row: BulletinRow) -> None:
    sections.edit(book, row, "focus", "印发的文字。", _by(editor, row))
    with pytest.raises(IllegalTransition, match="没有更正可以放弃"):
        bulletins.abandon(book, row, _by(editor, row))
    _issue(book, row, editor)
    issued = row.editions[-1].snapshot
    bulletins.archive(book, row, _by(editor, row))
    bulletins.correct(book, row, "更正", _by(editor, row))
    sections.edit(book, row, "focus", "更正的文字。", _by(editor, row))
    head = {"title": "另一个标题", "issuer": "云汀市12345中心", "copies": ""}
    sections.edit_header(book, row, head, _by(editor, row))
    with pytest.raises(IllegalTransition, match="不能作废"):
        bulletins.discard(book, row, _by(editor, row))
    bulletins.abandon(book, row, _by(editor, row))
    assert (row.state, row.reason) == (BulletinState.ARCHIVED, "")
    assert row.document == issued["document"]
    assert (_text(row, "focus"), row.header["title"]) == ("印发的文字。", issued["header"]["title"])
    assert row.steps[-1].former["focus"]["text"] == "更正的文字。"
    assert row.steps[-1].former["header"]["title"] == "另一个标题"
    assert len(row.editions) == 1


def test_a_head_is_brought_back(book: Session, editor: Actor, row: BulletinRow) -> None:
    drafted = dict(row.header)
    head = {"title": "云汀热线月通报", "issuer": "云汀市12345中心", "copies": "市政府\n市委"}
    sections.edit_header(book, row, head, _by(editor, row))
    first = row.steps[-1]
    assert first.former["header"]["title"] == drafted["title"]
    sections.undo(book, row, first.id, "header", _by(editor, row))
    assert row.header == drafted
    sections.undo(book, row, row.steps[-1].id, "header", _by(editor, row))
    assert (row.header["title"], row.header["copies"]) == ("云汀热线月通报", ["市政府", "市委"])


def test_a_draft_is_discarded_and_comes_back(
    book: Session, editor: Actor, row: BulletinRow
) -> None:
    sections.edit(book, row, "focus", "写了一半。", _by(editor, row))
    bulletins.discard(book, row, _by(editor, row))
    assert bulletins.find(book, BulletinKind.MONTHLY, "", MARCH) is row  # not drafted again
    with pytest.raises(IllegalTransition, match="已作废"):
        sections.edit(book, row, "focus", "再写。", _by(editor, row))
    bulletins.revive(book, row, _by(editor, row))
    assert (row.state, _text(row, "focus")) == (BulletinState.DRAFT, "写了一半。")
    acts = book.scalars(select(AuditRecord.action).order_by(AuditRecord.id)).all()
    assert acts[-2:] == ["bulletin.discarded", "bulletin.revived"]


def test_half_a_period_is_not_issued(book: Session, editor: Actor) -> None:
    april, running = Period(date(2026, 4, 1), date(2026, 4, 30)), at("04-20 12:00")
    row = bulletins.draft(book, BulletinKind.MONTHLY, april, _by(editor, now=running))
    with pytest.raises(IllegalTransition, match="到4月30日才过完，5月1日起重新计数后才能印发"):
        _issue(book, row, editor, running)
    bulletins.recount(book, row, _by(editor, row, running))
    with pytest.raises(IllegalTransition, match="时段过完之前数的"):
        _issue(book, row, editor, at("05-02 09:00"))
    bulletins.recount(book, row, _by(editor, row, at("05-02 09:00")))
    _issue(book, row, editor, at("05-02 09:00"))
    edition = row.editions[-1]
    assert issued_for(book, BulletinKind.MONTHLY, "", april) is edition
    # One whose figures are of the middle of its month is no 上期, whenever it was issued.
    early = {**edition.snapshot["document"], "as_of": running.isoformat()}
    edition.snapshot = {**edition.snapshot, "document": early}
    book.flush()
    assert issued_for(book, BulletinKind.MONTHLY, "", april) is None


def test_another_person_reviews_where_the_city_says_so(
    book: Session, editor: Actor, row: BulletinRow
) -> None:
    other = User(
        username="other",
        name="另一位",
        password_hash="-",
        roles=[Role.SUPERVISOR.value],
        created_at=at("01-01 09:00"),
    )
    book.add(other)
    book.flush()
    two = replace(PROFILE, bulletins=BulletinSettings(review_by_another=True))
    sections.edit(book, row, "focus", "注意防汛。", _by(editor, row))
    with pytest.raises(IllegalTransition, match="要由另一个人审核"):
        bulletins.review(book, row, replace(_by(editor, row), profile=two))
    second = Actor(other.id, other.name, None, frozenset({Role.SUPERVISOR}))
    bulletins.recount(book, row, _by(second, row))
    bulletins.review(book, row, replace(_by(second, row), profile=two))
    assert row.state == BulletinState.REVIEWED
    assert read_bulletins({"review_by_another": True}).review_by_another
    with pytest.raises(InvalidInput, match="应为 true 或 false"):
        read_bulletins({"review_by_another": "是"})
