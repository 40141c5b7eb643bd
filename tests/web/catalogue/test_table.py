"""派单目录 as a table: tried first, the file kept until it is confirmed, whole or not at all."""

import re
from base64 import urlsafe_b64encode
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import Database
from kb.models import CatalogueVersion
from kb.xlsx import workbook
from tests.web.catalogue.conftest import HOME, NOISE, rows, save, send
from tests.web.conftest import csrf_token

HEAD = ("事项", "常用说法", "类别", "区域", "主办单位", "协办单位", "依据", "起始日期", "截止日期")


def upload(client: FlaskClient, table: bytes) -> TestResponse:
    """试导入 of a file."""
    data = {
        "csrf_token": csrf_token(client, f"{HOME}/objections"),
        "table": (BytesIO(table), "目录.xlsx"),
    }
    return client.post(f"{HOME}/import/try", data=data, content_type="multipart/form-data")


def confirm(client: FlaskClient, tried: TestResponse, **changed: str) -> TestResponse:
    """导入 with what the page of the trial kept, and no file."""
    kept = dict(re.findall(r'name="(kept|seen|name)" value="([^"]*)"', tried.text))
    return send(client, f"{HOME}/import", **(kept | {"reason": "年度整理"} | changed))


def table(*lines: tuple[str, ...]) -> bytes:
    return workbook([("派单目录", [HEAD, *lines])])


def line(matter: str, lead: str, basis: str = "三定规定") -> tuple[str, ...]:
    return (matter, "夜间施工", NOISE, "全市", lead, "", basis, "2026-05-01", "")


def test_a_trial_import_tells_every_line_and_saves_nothing(
    dispatcher: FlaskClient, database: Database
) -> None:
    save(dispatcher, words="夜间施工", basis="三定规定")
    data = table(line("夜间施工噪音", "澜川市教育局"), line("校园噪音", "澜川市教育局"))
    page = upload(dispatcher, data)
    assert page.status_code == 200
    assert "主办单位：云汀市城市管理局 → 澜川市教育局" in page.text
    assert len(rows(database)) == 1


def test_the_file_that_was_tried_is_taken_in_without_being_chosen_again(
    dispatcher: FlaskClient, database: Database
) -> None:
    save(dispatcher, words="夜间施工", basis="三定规定")
    tried = upload(
        dispatcher, table(line("夜间施工噪音", "澜川市教育局"), line("校园噪音", "澜川市教育局"))
    )
    assert "目录.xlsx" in tried.text
    unreasoned = confirm(dispatcher, tried, reason=" ")
    assert unreasoned.status_code == 422
    assert "请写一句为什么改" in unreasoned.text
    assert len(rows(database)) == 1
    assert confirm(dispatcher, unreasoned).status_code == 302
    assert [row.matter for row in rows(database)] == ["夜间施工噪音", "校园噪音"]
    with database.reading() as session:
        reasons = session.scalars(
            select(CatalogueVersion.reason).order_by(CatalogueVersion.id)
        ).all()
    assert reasons == ["首次整理", "年度整理", "年度整理"]


def test_a_catalogue_that_changed_since_the_trial_is_shown_before_anything_is_kept(
    dispatcher: FlaskClient, database: Database
) -> None:
    tried = upload(dispatcher, table(line("校园噪音", "澜川市教育局")))
    save(dispatcher, matter="校园噪音", category=NOISE)
    again = confirm(dispatcher, tried)
    assert again.status_code == 409
    assert "主办单位：云汀市城市管理局 → 澜川市教育局" in again.text
    assert [row.rev for row in rows(database)] == [1]
    assert confirm(dispatcher, again).status_code == 302
    assert [row.rev for row in rows(database)] == [2]


@pytest.mark.parametrize("kept", ["", "坏", "abc"])
def test_a_page_that_lost_its_file_asks_for_it_again(
    dispatcher: FlaskClient, database: Database, kept: str
) -> None:
    answer = send(dispatcher, f"{HOME}/import", kept=kept, reason="年度整理")
    assert answer.status_code == 422
    assert "请重新选择文件" in answer.text
    assert rows(database) == []


def test_one_bad_line_keeps_the_whole_table_out_and_names_its_row(
    dispatcher: FlaskClient, database: Database
) -> None:
    data = table(line("夜间施工噪音", "城管局"), line("校园噪音", "没有这个局"))
    page = upload(dispatcher, data)
    assert page.status_code == 422
    assert "没有单位“没有这个局”" in page.text
    assert '<td class="r num">3</td>' in page.text
    kept = urlsafe_b64encode(data).decode()
    assert send(dispatcher, f"{HOME}/import", kept=kept, reason="年度整理").status_code == 409
    assert rows(database) == []


def test_what_was_exported_can_be_taken_in_again_without_a_change(
    dispatcher: FlaskClient, database: Database
) -> None:
    save(dispatcher, assisting="澜川市教育局", region="汀南区", valid_until="2027-01-01")
    exported = dispatcher.get(f"{HOME}/export").data
    page = upload(dispatcher, exported)
    assert "完全相同" in page.text
    assert rows(database)[0].rev == 1


@pytest.mark.parametrize("data", [b"", b"PK not a workbook", b"\xff\xfe\x00", b"a,b\n1,2"])
def test_a_file_that_is_no_such_table_is_refused(dispatcher: FlaskClient, data: bytes) -> None:
    page = upload(dispatcher, data)
    assert page.status_code == 422
    assert "没有导入" in page.text
