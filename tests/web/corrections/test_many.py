"""纠错 handled many at once: looked at first, then done, and what does not take it stays."""

from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import Correction, KnowledgeVersion
from kb.terms import Role
from tests.web.conftest import Login
from tests.web.corrections.test_corrections import entry, reported, send

__all__ = ["entry"]


def rows(database: Database) -> list[Correction]:
    with database.reading() as session:
        return list(session.scalars(select(Correction).order_by(Correction.id)))


def many(client: FlaskClient, ticks: list[str], **fields: str) -> tuple[int, str]:
    answer = send(client, "/units/corrections/many", item=ticks, **fields)
    return answer.status_code, answer.text


def test_many_are_refused_after_a_look(
    login_as: Login, entry: KnowledgeVersion, database: Database
) -> None:
    agent, editor = login_as(Role.AGENT), login_as(Role.EDITOR, name="bj")
    reported(agent, entry, said="一直占线")
    reported(agent, entry, passage=0, kind="outdated", said="学费涨了")
    ticks = [f"{row.id}:{row.rev}" for row in rows(database)]
    shown = editor.get("/units/corrections").text
    assert all(f'name="item" value="{tick}"' in shown for tick in ticks)

    status, text = many(editor, ticks, act="reject")
    assert status == 422 and "请写明" in text and "checked" in text
    status, text = many(editor, [*ticks, "999:1"], act="reject", reason="电话是通的")
    assert status == 200 and "2 条纠错驳回" in text and "电话是通的" in text
    assert "不动的" in text and "没有这条纠错" in text
    assert {row.state for row in rows(database)} == {"open"}

    status, _ = many(editor, ticks, act="reject", reason="电话是通的", sure="1")
    assert status == 303
    assert {(row.state, row.answer) for row in rows(database)} == {("rejected", "电话是通的")}


def test_what_changed_meanwhile_stays(
    login_as: Login, entry: KnowledgeVersion, database: Database
) -> None:
    agent, editor = login_as(Role.AGENT), login_as(Role.EDITOR, name="bj")
    reported(agent, entry, said="一直占线")
    (row,) = rows(database)
    status, text = many(editor, [f"{row.id}:{row.rev + 1}"], act="accept")
    assert status == 200 and "没有可以这样处理的纠错" in text and "有人处理过" in text
    status, text = many(editor, [f"{row.id}:{row.rev}"], act="settle")
    assert status == 200 and "报的就是现行版本" in text
    assert many(editor, [], act="accept")[0] == 422


def test_many_are_accepted_into_one_draft(
    login_as: Login, entry: KnowledgeVersion, database: Database
) -> None:
    agent, editor = login_as(Role.AGENT), login_as(Role.EDITOR, name="bj")
    reported(agent, entry, said="一直占线")
    reported(agent, entry, passage=0, kind="outdated", said="学费涨了")
    ticks = [f"{row.id}:{row.rev}" for row in rows(database)]
    assert many(editor, ticks, act="accept", sure="1")[0] == 303
    found = rows(database)
    assert {row.state for row in found} == {"accepted"}
    assert len({row.fix_version_id for row in found}) == 1
