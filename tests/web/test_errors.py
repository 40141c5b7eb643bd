"""Every error becomes a calm page or the one JSON shape, with the right status."""

import errno
import logging

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from docs_import.errors import DocumentUnreadable
from indexer.errors import IndexUnavailable, InvalidQuery
from kb import errors
from kb.db import Database
from kb.models import Unit
from kb.services.files import TooLarge
from webapp.permission_map import collect
from webapp.rules import PUBLIC

CASES: list[tuple[Exception, int, str]] = [
    (errors.NotFound("没有这个条目"), 404, "not_found"),
    (errors.PermissionDenied("没有权限"), 403, "permission_denied"),
    (errors.InvalidInput("没有填对", {"title": "标题要填"}), 422, "invalid_input"),
    (errors.IllegalTransition("当前状态不允许"), 409, "illegal_transition"),
    (errors.StaleVersion("别人先保存了"), 409, "stale_version"),
    (errors.Duplicate("已经有了"), 409, "duplicate"),
    (errors.CalendarUnknown("没有 2031 年的日历"), 409, "calendar_unknown"),
    (errors.SearchUnavailable("检索没有响应"), 503, "search_unavailable"),
    (errors.StorageFull("存储已满"), 507, "storage_full"),
    (TooLarge("文件太大"), 413, "too_large"),
    (IndexUnavailable("没有索引"), 503, "search_unavailable"),
    (InvalidQuery("没有可检索的内容"), 400, "error"),
    (DocumentUnreadable("encrypted", "文件有密码"), 422, "encrypted"),
    (OSError(errno.ENOSPC, "full"), 507, "storage_full"),
    (OperationalError("SELECT 1", {}, Exception("locked")), 503, "database_unavailable"),
    (NoConnectionLeft("QueuePool limit"), 503, "database_unavailable"),
    (IntegrityError("INSERT", {}, Exception("UNIQUE failed")), 409, "stale_version"),
    (DataError("INSERT", {}, Exception("NUL")), 422, "invalid_input"),
    (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates"), 422, "invalid_input"),
    (ValueError("secret detail 138"), 500, "internal"),
]


def _raising(app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail() -> str:
        raise error

    for number, path in enumerate(("/raise", "/api/raise")):
        app.add_url_rule(path, f"raise{number}", fail)
    rows = {**collect(), "raise0": PUBLIC, "raise1": PUBLIC}
    monkeypatch.setitem(app.extensions, "yingda_permissions", rows)


@pytest.mark.parametrize(("error", "status", "code"), CASES, ids=lambda case: type(case).__name__)
def test_an_error_has_its_status_page_and_shape(
    app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    _raising(app, monkeypatch, error)
    page = app.test_client().get("/raise")
    answer = app.test_client().get("/api/raise")
    assert (page.status_code, answer.status_code) == (status, status)
    assert page.headers["X-Request-Id"] in page.text
    body = answer.get_json()["error"]
    assert body["code"] == code
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert any("\u4e00" <= char <= "\u9fff" for char in body["message"])
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert "secret detail" not in page.text + answer.text


def test_wrong_fields_are_listed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _raising(app, monkeypatch, errors.InvalidInput("没有填对", {"title": "标题要填"}))
    body = app.test_client().get("/api/raise").get_json()["error"]
    assert body["fields"] == [{"name": "title", "message": "标题要填"}]
    assert "标题要填" in app.test_client().get("/raise").text


def test_the_unknown_is_logged_with_its_number(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _raising(app, monkeypatch, ValueError("what happened"))
    with caplog.at_level(logging.ERROR, "yingda.web"):
        answer = app.test_client().get("/raise")
    assert answer.headers["X-Request-Id"] in caplog.text
    assert "what happened" in caplog.text


def test_a_full_database_is_said_to_be_full(
    app: Flask, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    with pytest.raises(OperationalError) as refused, database.unit_of_work() as session:
        session.execute(text("PRAGMA max_page_count = 1"))
        session.execute(text("CREATE TABLE big AS SELECT zeroblob(1000000) AS b"))
    _raising(app, monkeypatch, refused.value)
    answer = app.test_client().get("/api/raise")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (507, "storage_full")


def test_what_people_typed_is_not_logged_with_a_database_error(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    database: Database,
) -> None:
    with pytest.raises(OperationalError) as refused, database.reading() as session:
        session.execute(
            select(Unit).where(text("no_such_column = :phone")), {"phone": "13900001111"}
        )
    _raising(app, monkeypatch, refused.value)
    with caplog.at_level(logging.ERROR, "yingda.web"):
        app.test_client().get("/raise")
    assert "no_such_column" in caplog.text
    assert "13900001111" not in caplog.text


def test_missing_pages_and_wrong_methods(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/api/v1/none").get_json()["error"]["code"] == "not_found"
    wrong = client.delete("/login")
    assert wrong.status_code == 405 and "POST" in wrong.headers["Allow"]
    assert "没有找到" in client.get("/nowhere").text


def test_a_programmer_is_told_what_the_api_has(app: Flask) -> None:
    browser = app.test_client()
    missing = browser.get("/api/v1/nowhere").json["error"]
    assert missing["message"] == "没有这个接口，请对照接口说明 /api/docs"
    wrong = browser.delete("/api/v1/search").json["error"]
    assert wrong["message"] == "这个接口不接受 DELETE，可用的是 GET"
    nobody = browser.get("/api/v1/search?q=a").json["error"]
    assert (nobody["code"], "Authorization: Bearer" in nobody["message"]) == ("not_logged_in", True)


def test_a_body_over_the_limit_is_refused(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = app.test_client().post("/login", data={"username": "x" * 2000})
    assert answer.status_code == 413 and "内容太大" in answer.text
