"""One table from errors to statuses; people get a calm page, programs one JSON shape."""

import errno
import logging
from dataclasses import dataclass, field

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from webapp.database import db
from webapp.language.environment import in_language
from webapp.wanted import wants_json

log = logging.getLogger("yingda.web")

# By class name, because the roots of the two libraries may not be imported here: the web knows
# the domain, and the domain knows them. The nearest name in a class's ancestry decides.
STATUS_BY_ERROR = {
    "NotLoggedIn": 401,
    "TokenRefused": 401,
    "NotFound": 404,
    "PermissionDenied": 403,
    "TooLarge": 413,
    "InvalidInput": 422,
    "IllegalTransition": 409,
    "StaleVersion": 409,
    "Duplicate": 409,
    "CalendarUnknown": 409,
    "SearchUnavailable": 503,
    "StorageFull": 507,
    "KbError": 400,
    "InvalidQuery": 400,
    "IndexerError": 503,
    "DocumentUnreadable": 422,
}

RETRY_AFTER_SECONDS = 10


@dataclass(frozen=True)
class Problem:
    """What to tell the other side."""

    status: int
    code: str
    message: str
    fields: dict[str, str] = field(default_factory=dict)
    retry_after: int | None = None


_HTTP_MESSAGES = {
    400: ("bad_request", "请求的格式不对，请返回上一页重试"),
    401: ("not_logged_in", "请先登录"),
    403: ("permission_denied", "您的账号没有权限做这件事；如需开通，请联系管理员"),
    404: ("not_found", "没有这个页面，可能地址有误，或内容已经下架"),
    405: ("method_not_allowed", "这个地址不接受这种操作，请从页面上的按钮进入"),
    413: ("too_large", "内容太大，没有保存；请缩小文件或分几次提交"),
    414: ("uri_too_long", "地址太长，请缩短检索的文字"),
    415: ("unsupported_media_type", "不支持这种内容格式"),
    422: ("invalid_input", "有几项没有填对，请改正后再提交"),
    429: ("too_many_requests", "操作太频繁，请稍等一分钟再试"),
    503: ("unavailable", "服务暂时不可用，请稍后再试"),
}

_TITLES = {
    400: "请求没有被接受",
    401: "需要登录",
    403: "没有权限",
    404: "没有找到",
    405: "不能这样操作",
    409: "没有保存：情况已经变化",
    413: "内容太大",
    422: "有内容需要改正",
    429: "操作太频繁",
    500: "系统出错了",
    503: "暂时不可用",
    507: "存储空间已满",
}


def init_app(app: Flask) -> None:
    """Answer every error through the table."""
    app.register_error_handler(Exception, handle)


def handle(error: Exception) -> Response:
    """Turn any error into an answer; what was not committed is undone."""
    if isinstance(error, SecurityError):
        # A foreign host name: no page, for every link on it would carry that name.
        return Response("主机名不对", status=400, mimetype="text/plain")
    if "db" in g:
        db().rollback()
    problem = describe(error)
    if problem.status >= 500:
        log.error("%s %s %s", g.get("request_id"), request.method, request.endpoint, exc_info=error)
    elif hasattr(error, "context"):
        context = ascii(dict(error.context))
        log.info("%s %s %s", g.get("request_id"), problem.code, context)
    response = render(problem)
    if isinstance(error, HTTPException):
        _keep_headers(error, response)
    return response


def describe(error: Exception) -> Problem:
    """What an error means to the other side; the unknown is a 500 without detail."""
    if isinstance(error, CSRFError):
        message = "页面停留太久或来自别的网站，为安全起见没有提交；请返回上一页，刷新后再提交"
        return Problem(400, "csrf", message)
    if isinstance(error, HTTPException):
        return _describe_http(error)
    if _is_disk_full(error):
        message = "存储空间已满，这一步没有保存；请联系管理员清理后再试"
        return Problem(507, "storage_full", message)
    if _is_database_away(error):
        message = "数据库暂时没有响应，这一步没有保存；请等十秒再试"
        return Problem(503, "database_unavailable", message, retry_after=RETRY_AFTER_SECONDS)
    if isinstance(error, (StaleDataError, IntegrityError)):
        # A key that somebody else took in the same moment is a lost race like any other.
        message = "就在刚才有人先处理了同一件，您这一步没有保存；请返回并刷新，看最新情况再处理"
        return Problem(409, "stale_version", message)
    if isinstance(error, (DataError, UnicodeEncodeError)):
        message = "内容里有不能保存的字符，或者某一项太长，没有保存；请返回检查后再提交"
        return Problem(422, "invalid_input", message)
    for ancestor in type(error).__mro__:
        if ancestor.__name__ in STATUS_BY_ERROR:
            return _describe_ours(error, STATUS_BY_ERROR[ancestor.__name__])
    return Problem(500, "internal", "系统出错了，这一步没有保存。请把下面的编号告诉管理员")


def _is_disk_full(error: Exception) -> bool:
    """Of the file system, SQLite (SQLITE_FULL) or PostgreSQL (53100)."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    if not isinstance(error, OperationalError):
        return False
    is_sqlite_full = getattr(error.orig, "sqlite_errorname", "") == "SQLITE_FULL"
    return is_sqlite_full or getattr(error.orig, "sqlstate", None) == "53100"


def _is_database_away(error: Exception) -> bool:
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, (OperationalError, NoConnectionLeft))


def _describe_ours(error: Exception, status: int) -> Problem:
    code = str(getattr(error, "code", "search_unavailable" if status == 503 else "error"))
    message = str(getattr(error, "message", error))
    fields = dict(getattr(error, "fields", {}))
    return Problem(status, code, message, fields, RETRY_AFTER_SECONDS if status == 503 else None)


def _describe_http(error: HTTPException) -> Problem:
    status = error.code or 500
    code, message = _HTTP_MESSAGES.get(status, ("http_error", "请求没有被接受，请返回上一页重试"))
    if request.path.startswith("/api/"):
        message = _of_the_api(error) or message
    wait = RETRY_AFTER_SECONDS if status == 503 else 60 if status == 429 else None
    return Problem(status, code, message, retry_after=wait)


def _of_the_api(error: HTTPException) -> str:
    """The sentence for a programmer, where the one for a reader of pages would not help."""
    if error.code == 404:
        return "没有这个接口，请对照接口说明 /api/docs"
    if isinstance(error, MethodNotAllowed):
        allowed = "、".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
        return f"这个接口不接受 {request.method}，可用的是 {allowed}"
    return ""


def render(problem: Problem) -> Response:
    """The answer itself, as the other side wants it."""
    if wants_json():
        response = jsonify(error_body(problem))
    else:
        title = _TITLES.get(problem.status, _TITLES[400])
        g.is_error_page = True  # whose links repeat no address
        response = make_response(render_template("error.html", problem=problem, title=title))
    response.status_code = problem.status
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def error_body(problem: Problem) -> dict[str, object]:
    """The one error shape of the API."""
    body: dict[str, object] = {
        "code": problem.code,
        "message": in_language(problem.message),
        "request_id": g.get("request_id", ""),
    }
    if problem.fields:
        body["fields"] = [
            {"name": name, "message": in_language(message)}
            for name, message in problem.fields.items()
        ]
    return {"error": body}


def _keep_headers(error: HTTPException, response: Response) -> None:
    for name, value in error.get_headers():
        if name in ("Allow", "WWW-Authenticate", "Location"):
            response.headers[name] = value
