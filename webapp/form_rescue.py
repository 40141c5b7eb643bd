"""A form that came too late: its text is kept in the answer and sent again.

Either the log-in has expired, then the log-in page carries the form; or the page stood open since
before a log-in or log-out elsewhere in the browser, then it is shown at once to be sent again.
Nothing is stored on the server. Passwords are never kept; files are named, to be chosen again.
"""

import json
import re
from dataclasses import dataclass, field

from flask import current_app, flash, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

MAX_KEPT_BYTES = 1024 * 1024
_OURS = frozenset({"csrf_token", "kept_form"})
_NEVER = ("password", "secret", *sorted(_OURS))

Fields = list[tuple[str, str]]

# What a form says to the program and nobody wrote: its one-time token, what a button asks.
_MACHINERY = frozenset({"token", "ask", "confirmed", "next", "base"})
# A number, or what a choice is called inside.
_CODE = re.compile(r"[a-z0-9_.-]+")
# As a field for a moment sends it.
_MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)$")


@dataclass(frozen=True)
class KeptForm:
    """A form to be sent again: a local address and its fields, in order.

    :ivar files: field and name of the files that came with it and are to be chosen again.
    """

    path: str
    fields: Fields
    files: Fields = field(default_factory=list)

    def to_text(self) -> str:
        """The form as the hidden field of the log-in page."""
        raw = {"path": self.path, "fields": self.fields, "files": self.files}
        return json.dumps(raw, ensure_ascii=False)

    def shown(self) -> list[str]:
        """The longer texts, for the person to recognise what they wrote."""
        texts = [value.strip() for name, value in self.fields if not _is_machinery(name)]
        texts = [_MOMENT.sub(r"\1 \2", text) for text in texts]
        return [text for text in texts if len(text) > 3 and not _CODE.fullmatch(text)]


def _is_machinery(name: str) -> bool:
    return name in _MACHINERY or name.startswith("ask.")


def is_worth_keeping() -> bool:
    """Tell whether the request carries a form with something in it."""
    return any(value.strip() for name, value in sent_fields() if name not in _NEVER)


def sent_fields() -> Fields:
    """The fields of the form of this request, in order, without what is never kept."""
    return [
        (name, value)
        for name, values in request.form.lists()
        if not any(word in name for word in _NEVER)
        for value in values
    ]


def _sent_form() -> KeptForm:
    files = [
        (name, upload.filename)
        for name, uploads in request.files.lists()
        for upload in uploads
        if upload.filename
    ]
    return KeptForm(request.full_path.rstrip("?"), sent_fields(), files)


def page_to_send_again() -> Response:
    """What answers a form of a page of ours whose token no longer holds: nothing was done yet.

    What was typed is shown with a fresh token, to be sent by the person, never by itself.
    """
    if request.endpoint == "accounts.check_login":
        return _login_page_anew()
    if _has_secrets():
        flash("页面停留太久，为安全起见没有提交，请重新填写。", "warn")
        return redirect(request.path if _takes(request.path, "GET") else "/", 303)
    answer = make_response(
        render_template("accounts/resend.html", kept=_sent_form(), is_stale=True), 400
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _has_secrets() -> bool:
    return any(word in name for name in request.form for word in _NEVER if name not in _OURS)


def _login_page_anew() -> Response:
    form = request.form
    kept = read_kept_form(form.get("kept_form", ""))
    page = render_template(
        "accounts/login.html",
        has_expired=kept is not None,
        kept_form="" if kept is None else kept.to_text(),
        is_too_long=False,
        has_files=kept is not None and bool(kept.files),
        next_path=form.get("next", ""),
        username=form.get("username", ""),
        problem="页面停留太久，请再输一次密码",
    )
    return make_response(page, 400)


def login_page_with_form() -> Response:
    """The log-in page that carries the form; 401, for nothing has been done yet."""
    kept = _sent_form()
    text = kept.to_text()
    is_small = len(text.encode()) <= MAX_KEPT_BYTES
    page = render_template(
        "accounts/login.html",
        has_expired=True,
        kept_form=text if is_small else "",
        is_too_long=not is_small,
        has_files=bool(kept.files),
        next_path="",
        username="",
        problem="",
    )
    return make_response(page, 401)


def read_kept_form(text: str) -> KeptForm | None:
    """The form a log-in page carried, or ``None`` when there is none that can be sent again.

    The text came back from the browser and is judged anew: only a local address that takes POST.
    """
    if not text or len(text.encode()) > MAX_KEPT_BYTES:
        return None
    try:
        raw = json.loads(text)
        fields = [(str(name), str(value)) for name, value in raw["fields"]]
        files = [(str(name), str(value)) for name, value in raw.get("files", ())]
        path = str(raw["path"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if any(word in name for name, _ in (*fields, *files) for word in _NEVER):
        return None
    return KeptForm(path, fields, files) if _takes(path, "POST") else None


def _takes(path: str, method: str) -> bool:
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return False
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        endpoint, _ = adapter.match(path.partition("?")[0], method=method)
    except HTTPException:
        return False
    return method == "GET" or not endpoint.startswith("accounts.")
