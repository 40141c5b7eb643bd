"""批注 on clauses: kept through changes of the text, answered, resolved, carried over."""

import pytest
from sqlalchemy import select

from kb.clauses import by_clause, locate
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, NotFound
from kb.models import ItemEvent, KnowledgeVersion, PassageRow, Unit
from kb.services import comments, drafting
from kb.services.entries import create_version, save_draft
from kb.services.publishing import publish, return_version, submit
from kb.terms import Role, VersionState
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of, content, draft, other_unit

__all__ = ["other_unit"]
BODY = "第一条 学费每学期 800 元。\n\n第二条 报名从 5 月 20 日开始。\n"


@pytest.fixture
def in_review(any_database: Database, unit: Unit) -> int:
    version = draft(any_database, unit, body=BODY)
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        return submit(session, found, actor=clerk_of(unit), now=NOW).id


def commented(session, version: KnowledgeVersion, unit: Unit, **changes: object):  # type: ignore[no-untyped-def]
    given = {"ordinal": 0, "quote": "800 元", "text": "金额核对一下"}
    reviewer = clerk_of(unit, Role.UNIT_REVIEWER)
    return comments.add(session, version, actor=reviewer, now=NOW, **(given | changes))


def passages(*texts: str) -> list[PassageRow]:
    return [PassageRow(ordinal=number, text=text) for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "where"),
    [
        (("学费每学期 800 元。", "报名从 5 月 20 日开始。"), 0),  # as it was
        (("新加的一条。", "学费每学期 800 元。"), 1),  # moved down
        (("学费每学期 600 元。", "报名从 5 月 20 日开始。"), 0),  # changed in place
        (("报名从 5 月 20 日开始。", "学费每学年 1200 元。"), 1),  # moved and changed
        (("报名从 5 月 20 日开始。",), None),  # struck out
        ((), None),
    ],
)
def test_a_clause_is_found_again_after_changes(texts: tuple[str, ...], where: int | None) -> None:
    assert locate(passages(*texts), 0, "学费每学期 800 元。") == where


def test_two_clauses_with_the_same_words_are_told_apart_by_their_place() -> None:
    rows = passages("收费 10 元。", "另一条。", "收费 10 元。", "收费 10 元。")
    assert [locate(rows, ordinal, "收费 10 元。") for ordinal in (0, 1, 2, 3)] == [0, 0, 2, 3]


def test_a_comment_names_the_words_and_waits_to_be_resolved(
    any_database: Database, in_review: int, unit: Unit
) -> None:
    with any_database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, in_review)
        comment = commented(session, version, unit)
        assert (comment.quote, comment.passage_ordinal) == ("800 元", 0)
        assert comments.unresolved(comments.of_version(session, version)) == [comment]
        comments.resolve(session, comment, actor=EDITOR, now=NOW)
        assert comments.unresolved(comments.of_version(session, version)) == []
        comments.reopen(session, comment)
        assert comments.unresolved(comments.of_version(session, version)) == [comment]


def test_faulty_comments_are_refused_with_a_sentence(
    any_database: Database, in_review: int, unit: Unit
) -> None:
    with any_database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, in_review)
        for fault, sentence in (
            ({"text": "  "}, "请写下批注"),
            ({"text": "长" * 1001}, "现有 1001 字"),
            ({"ordinal": 99}, "没有这一条款"),
        ):
            with pytest.raises(InvalidInput, match=sentence):
                commented(session, version, unit, **fault)


def test_a_draft_takes_no_comments(any_database: Database, unit: Unit) -> None:
    version = draft(any_database, unit, body=BODY)
    with any_database.unit_of_work() as session, pytest.raises(IllegalTransition):
        commented(session, session.get_one(KnowledgeVersion, version.id), unit)


def test_comments_are_reason_enough_to_return_and_stay_for_the_next_submission(
    any_database: Database, in_review: int, unit: Unit
) -> None:
    reviewer = clerk_of(unit, Role.UNIT_REVIEWER)
    with any_database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, in_review)
        commented(session, version, unit)
        return_version(session, version, actor=reviewer, now=NOW, comment="")
        kinds = select(ItemEvent.comment).where(ItemEvent.kind == "returned")
        assert session.scalars(kinds).all() == ["见 1 条批注"]
    with any_database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, in_review)
        changed = content(body="第一条 总则。\n\n第二条 学费每学期 600 元。\n")
        save_draft(
            session,
            version,
            content=changed,
            seen_rev=version.rev,
            actor=clerk_of(unit),
            now=NOW,
        )
        session.flush()
        (comment,) = comments.of_version(session, version)
        comments.reply(session, comment, text="已按 600 元改", actor=clerk_of(unit), now=NOW)
        submit(session, version, actor=clerk_of(unit), now=NOW)
    with any_database.reading() as session:
        version = session.get_one(KnowledgeVersion, in_review)
        found = by_clause(version.passages, comments.of_version(session, version))
        (comment,) = found[1]  # the clause is the second one now
        assert [answer.text for answer in comment.replies] == ["已按 600 元改"]


def test_a_reason_is_still_asked_for_when_nothing_waits(
    any_database: Database, in_review: int, unit: Unit
) -> None:
    with any_database.unit_of_work() as session, pytest.raises(InvalidInput):
        version = session.get_one(KnowledgeVersion, in_review)
        return_version(session, version, actor=EDITOR, now=NOW, comment=" ")


def test_unresolved_comments_of_a_dropped_draft_are_carried_to_the_next(
    any_database: Database, unit: Unit
) -> None:
    first = draft(any_database, unit, body=BODY)
    with any_database.unit_of_work() as session:
        one = publish(session, session.get_one(KnowledgeVersion, first.id), actor=EDITOR, now=NOW)
        given = {"content": content(body=BODY), "actor": clerk_of(unit), "now": NOW}
        two = create_version(session, one.item, **given)  # type: ignore[arg-type]
        submit(session, two, actor=clerk_of(unit), now=NOW)
        kept = commented(session, two, unit)
        done = commented(session, two, unit, text="这条已经解决")
        comments.resolve(session, done, actor=EDITOR, now=NOW)
        return_version(session, two, actor=EDITOR, now=NOW, comment="改")
        drafting.discard(session, two, actor=clerk_of(unit), now=NOW)
        three = create_version(session, one.item, **given)  # type: ignore[arg-type]
        session.flush()
        assert comments.of_version(session, three) == [kept]
        publish(session, three, actor=EDITOR, now=NOW)
        four = create_version(session, one.item, **given)  # type: ignore[arg-type]
        session.flush()
        assert comments.of_version(session, four) == []


def test_another_unit_s_people_cannot_touch_a_comment(
    any_database: Database, in_review: int, unit: Unit, other_unit: Unit
) -> None:
    with any_database.unit_of_work() as session:
        comment = commented(session, session.get_one(KnowledgeVersion, in_review), unit)
        with pytest.raises(NotFound):
            comments.get_comment(session, comment.id, clerk_of(other_unit))
        found = comments.get_comment(session, comment.id, clerk_of(unit))
        answer = comments.reply(session, found, text="好", actor=clerk_of(unit), now=NOW)
        with pytest.raises(NotFound):
            comments.get_comment(session, answer.id, clerk_of(unit))


def test_after_publication_comments_rest(
    any_database: Database, in_review: int, unit: Unit
) -> None:
    with any_database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, in_review)
        comment = commented(session, version, unit)
        publish(session, version, actor=EDITOR, now=NOW)
        assert version.state == VersionState.PUBLISHED
        with pytest.raises(IllegalTransition):
            comments.reply(session, comment, text="晚了", actor=clerk_of(unit), now=NOW)
