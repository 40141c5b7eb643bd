"""批注 beside the clauses of a version in review, and in the draft that comes back."""

from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import ClauseComment, KnowledgeVersion, Unit
from kb.services.entries import Content, create_entry
from kb.services.publishing import submit
from kb.terms import KnowledgeKind, Role
from tests.web.conftest import Login, ManualClock
from tests.web.corrections.test_corrections import EDITOR, send


def waiting(database: Database, unit: Unit, clock: ManualClock) -> int:
    """A version of 市教育局 in its unit's review."""
    body = "第一条 学费每学期 800 元。\n\n第二条 报名从 5 月 20 日开始。\n"
    with database.unit_of_work() as session:
        version = create_entry(
            session,
            unit=session.get_one(Unit, unit.id),
            content=Content(KnowledgeKind.POLICY, "学费办法", body),
            actor=EDITOR,
            now=clock(),
        )
        return submit(session, version, actor=EDITOR, now=clock()).id


def add(client: FlaskClient, version_id: int, **fields: object) -> object:
    given = {"passage": 0, "quote": "800 元", "text": "金额再核对"}
    return send(client, f"/units/versions/{version_id}/comments", **(given | fields))


def test_a_comment_goes_from_the_review_to_the_draft_and_back(
    login_as: Login, database: Database, unit: Unit, clock: ManualClock
) -> None:
    version_id = waiting(database, unit, clock)
    reviewer, clerk = login_as(Role.UNIT_REVIEWER), login_as(Role.UNIT_CLERK)
    path = f"/units/versions/{version_id}"
    add(reviewer, version_id)
    page = reviewer.get(path).text
    assert "1 条批注没有解决" in page
    assert "金额再核对" in page
    with database.reading() as session:
        rev = session.get_one(KnowledgeVersion, version_id).rev
        comment_id = session.scalars(select(ClauseComment.id)).one()
    returned = send(reviewer, f"{path}/return", rev=rev, comment="")
    assert returned.status_code == 302

    draft = clerk.get(path).text
    assert "要改的地方" in draft
    assert "金额再核对" in draft
    send(clerk, f"/units/comments/{comment_id}/reply", text="已改成 600 元", version=version_id)
    assert "已改成 600 元" in clerk.get(path).text
    answer = send(clerk, f"/units/comments/{comment_id}/resolve", version=version_id)
    assert answer.status_code == 302
    assert "要改的地方" not in clerk.get(path).text


def test_an_empty_comment_stays_in_its_form_with_the_reason(
    login_as: Login, database: Database, unit: Unit, clock: ManualClock
) -> None:
    version_id = waiting(database, unit, clock)
    answer = add(login_as(Role.UNIT_REVIEWER), version_id, text=" ")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "请写下批注" in answer.text  # type: ignore[attr-defined]


def test_another_unit_cannot_comment(
    login_as: Login, database: Database, unit: Unit, clock: ManualClock
) -> None:
    version_id = waiting(database, unit, clock)
    with database.unit_of_work() as session:
        stranger = Unit(name="澜川市水利局")
        session.add(stranger)
    other = login_as(Role.UNIT_REVIEWER, name="shuili", unit_id=stranger.id)
    assert add(other, version_id).status_code == 404  # type: ignore[attr-defined]
