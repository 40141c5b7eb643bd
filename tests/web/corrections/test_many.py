"""纠错 handled many at once: looked at first, then done, and what does not take it stays."""

from datetime import datetime
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import Correction, KnowledgeVersion
from kb.services.drafting import begin_version
from kb.services.publishing import publish
from kb.terms import Role
from tests.web.conftest import Login, ManualClock
from tests.web.corrections.test_corrections import EDITOR, entry, reported, send

__all__ = ["entry"]


def rows(database: Database) -> list[Correction]:
    with database.reading() as session:
        return list(session.scalars(select(Correction).order_by(Correction.id)))


class Two(NamedTuple):
    """Two corrections of one entry, and the browser of the editor who answers them."""

    editor: FlaskClient
    ticks: list[str]


@pytest.fixture
def two(login_as: Login, entry: KnowledgeVersion, database: Database) -> Two:
    agent, editor = login_as(Role.AGENT), login_as(Role.EDITOR, name="bj")
    reported(agent, entry, said="一直占线")
    reported(agent, entry, passage=0, kind="outdated", said="学费涨了")
    return Two(editor, [f"{row.id}:{row.rev}" for row in rows(database)])


def publish_anew(database: Database, entry: KnowledgeVersion, now: datetime) -> None:
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeVersion, entry.id).item
        version = begin_version(session, item, actor=EDITOR, now=now)
        publish(session, version, actor=EDITOR, now=now)


def many(client: FlaskClient, ticks: list[str], **fields: str) -> tuple[int, str]:
    answer = send(client, "/units/corrections/many", item=ticks, **fields)
    return answer.status_code, answer.text


def test_many_are_refused_after_a_look(two: Two, database: Database) -> None:
    editor, ticks = two
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


def test_many_are_accepted_into_one_draft(two: Two, database: Database) -> None:
    assert many(*two, act="accept", sure="1")[0] == 303
    found = rows(database)
    assert {row.state for row in found} == {"accepted"}
    assert len({row.fix_version_id for row in found}) == 1


def test_the_list_comes_back_with_the_filters_it_was_ticked_in(two: Two) -> None:
    editor, ticks = two
    path = "/units/corrections/many?tab=all&kind=outdated&page=1"
    listed = editor.get("/units/corrections?tab=all&kind=outdated").text
    assert f'action="{path.replace("&", "&amp;")}"' in listed
    looked = send(editor, path, item=ticks, act="reject", reason="电话是通的").text
    assert f'action="{path.replace("&", "&amp;")}"' in looked
    assert "/units/corrections?tab=all&amp;kind=outdated&amp;page=1" in looked
    done = send(editor, path, item=ticks, act="reject", reason="电话是通的", sure="1")
    assert done.location == "/units/corrections?tab=all&kind=outdated&page=1"


def test_what_is_said_of_something_already_mended_reaches_the_reporter(
    two: Two, entry: KnowledgeVersion, database: Database, clock: ManualClock
) -> None:
    publish_anew(database, entry, clock())
    status, text = many(*two, act="settle", reason="新电话上周换的")
    assert status == 200 and "新电话上周换的" in text
    assert many(*two, act="settle", reason="新电话上周换的", sure="1")[0] == 303
    assert {row.answer for row in rows(database)} == {"第 2 版已改好：新电话上周换的"}
