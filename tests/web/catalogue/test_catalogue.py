"""派单目录 in the browser: kept by dispatchers, read by units, tried before it is saved."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import CatalogueObjection, CatalogueVersion, Notice, Unit
from kb.terms import Role
from tests.web.catalogue.conftest import HOME, rows, save, send
from tests.web.conftest import Login


def test_a_preview_saves_nothing_and_a_save_keeps_a_first_version(
    dispatcher: FlaskClient, database: Database, city: Unit
) -> None:
    page = save(dispatcher, act="preview")
    assert page.status_code == 200
    assert "会按这一条建议" in page.text
    assert rows(database) == []
    assert save(dispatcher).status_code == 302
    (row,) = rows(database)
    assert (row.matter, row.words, row.lead_unit_id) == (
        "夜间施工噪音",
        ["夜间施工", "工地噪音"],
        city.id,
    )
    with database.reading() as session:
        (version,) = session.scalars(select(CatalogueVersion))
        assert (version.number, version.reason, version.content["lead"]) == (
            1,
            "首次整理",
            city.name,
        )


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("matter", "", "请写事项名称"),
        ("basis", "", "请写明依据"),
        ("category", "没有的", "没有“没有的”这个类别"),
        ("lead", "城管居", "您要找的是不是"),
        ("words", "吵", "一个字会误配"),
        ("valid_until", "2026-04-01", "截止日期早于起始日期"),
        ("reason", "", "为什么改"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    dispatcher: FlaskClient, database: Database, field: str, value: str, sentence: str
) -> None:
    page = save(dispatcher, **{"assisting": "澜川市教育局", field: value})
    assert page.status_code == 422
    assert sentence in page.text
    assert "澜川市教育局" in page.text
    assert rows(database) == []


def test_a_second_row_for_the_same_matter_and_region_is_refused_with_a_sentence(
    dispatcher: FlaskClient, database: Database
) -> None:
    save(dispatcher)
    page = save(dispatcher, lead="澜川市教育局")
    assert page.status_code == 422
    assert "“夜间施工噪音”（全市）已有一条，由云汀市城市管理局主办" in page.text
    assert save(dispatcher, region="汀南区").status_code == 302
    assert len(rows(database)) == 2


def test_a_retired_row_ends_yesterday_and_makes_room_for_another(
    dispatcher: FlaskClient, database: Database
) -> None:
    save(dispatcher)
    (row,) = rows(database)
    path = f"{HOME}/{row.id}/retire"
    assert send(dispatcher, path, rev="1", reason="").status_code == 422
    assert send(dispatcher, path, rev="1", reason="职责划转").status_code == 302
    assert rows(database)[0].valid_until.isoformat() == "2026-05-06"
    assert save(dispatcher, valid_from="2026-05-07").status_code == 302
    assert "2026-05-06 停用" in dispatcher.get(f"{HOME}?state=ended").text


def test_who_saves_second_sees_both_and_loses_nothing(
    dispatcher: FlaskClient, database: Database
) -> None:
    save(dispatcher)
    (row,) = rows(database)
    entry = {"entry": str(row.id), "rev": "1"}
    assert save(dispatcher, **entry, basis="三定规定第四条").status_code == 302
    page = save(dispatcher, **entry, basis="会议纪要第九号")
    assert page.status_code == 409
    assert "三定规定第四条" in page.text
    assert "会议纪要第九号" in page.text
    assert rows(database)[0].basis == "三定规定第四条"


def test_the_history_tells_who_changed_what_and_why(
    dispatcher: FlaskClient, database: Database
) -> None:
    save(dispatcher)
    (row,) = rows(database)
    save(dispatcher, entry=str(row.id), rev="1", assisting="澜川市教育局", reason="校园周边要配合")
    page = dispatcher.get(f"{HOME}/{row.id}").text
    assert "校园周边要配合" in page
    assert "首次整理" in page
    assert "协办单位" in page


def test_a_unit_sees_its_own_rows_only(
    dispatcher: FlaskClient, login_as: Login, database: Database
) -> None:
    save(dispatcher)
    save(dispatcher, matter="校园噪音", lead="澜川市教育局")
    other, own = rows(database)
    clerk = login_as(Role.UNIT_CLERK)
    page = clerk.get(HOME).text
    assert "校园噪音" in page
    assert "夜间施工噪音" not in page
    assert clerk.get(f"{HOME}/{own.id}").status_code == 200
    assert clerk.get(f"{HOME}/{other.id}").status_code == 404
    assert "夜间施工噪音".encode() not in clerk.get(f"{HOME}/export").data
    assert clerk.get(f"{HOME}/new").status_code == 403
    assert send(clerk, f"{HOME}/{other.id}/objections", said="不属于我们").status_code == 404


def test_an_objection_waits_is_ruled_and_the_unit_is_told(
    dispatcher: FlaskClient, login_as: Login, database: Database, unit: Unit
) -> None:
    save(dispatcher, lead="澜川市教育局")
    (row,) = rows(database)
    clerk = login_as(Role.UNIT_CLERK)
    path = f"{HOME}/{row.id}/objections"
    assert send(clerk, path, said="").status_code == 422
    said = {"said": "三定规定没有这一项", "proposed": "城管局"}
    assert send(clerk, path, **said).status_code == 302
    assert send(clerk, path, **said).status_code == 409
    assert "三定规定没有这一项" in dispatcher.get(f"{HOME}/objections").text
    with database.reading() as session:
        (objection,) = session.scalars(select(CatalogueObjection))
    ruling = f"{HOME}/objections/{objection.id}/rule"
    assert send(dispatcher, ruling, act="uphold", ruling="").status_code == 422
    answer = send(dispatcher, ruling, act="uphold", ruling="确属城管职责")
    assert answer.headers["Location"] == f"{HOME}/{row.id}/edit"
    assert send(dispatcher, ruling, act="reject", ruling="反悔").status_code == 409
    assert "确属城管职责" in clerk.get(f"{HOME}/{row.id}").text
    with database.reading() as session:
        told = session.scalars(select(Notice).order_by(Notice.id)).all()
        assert [(one.role, one.unit_id, one.is_resolved) for one in told] == [
            ("dispatcher", None, True),
            (None, unit.id, False),
        ]


def test_the_list_is_searched_by_what_people_say(dispatcher: FlaskClient) -> None:
    save(dispatcher)
    save(dispatcher, matter="供热不达标", words="暖气不热", category="公用事业/供热")
    page = dispatcher.get(f"{HOME}?q=暖气不热").text
    assert "供热不达标" in page
    assert "夜间施工噪音" not in page
    assert "没有符合条件的事项" in dispatcher.get(f"{HOME}?q=没有的说法").text
