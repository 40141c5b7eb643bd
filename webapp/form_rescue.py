"""A form sent after the log-in expired: its text is kept in the log-in page and sent again.

Nothing is stored on the server. Files and passwords are never kept.
"""

import json
from dataclasses import dataclass

from flask import current_app, make_response, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

MAX_KEPT_BYTES = 1024 * 1024
_NEVER = ("password", "csrf_token", "kept_form", "secret")

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class KeptForm:
    """A form to be sent again: a local address and its fields, in order."""

    path: str
    fields: Fields

    def to_text(self) -> str:
        """The form as the hidden field of the log-in page."""
        return json.dumps({"path": self.path, "fields": self.fields}, ensure_ascii=False)

    def shown(self) -> list[str]:
        """The longer texts, for the person to recognise what they wrote."""
        texts = [value.strip() for _, value in self.fields]
        return [text for text in texts if len(text) > 3 and not text.isdigit()]


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


def login_page_with_form() -> Response:
    """The log-in page that carries the form; 401, for nothing has been done yet."""
    kept = KeptForm(request.full_path.rstrip("?"), sent_fields())
    text = kept.to_text()
    is_small = len(text.encode()) <= MAX_KEPT_BYTES
    page = render_template(
        "accounts/login.html",
        has_expired=True,
        kept_form=text if is_small else "",
        is_too_long=not is_small,
        has_files=any(upload.filename for upload in request.files.values()),
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
        path = str(raw["path"])
    except (ValueError, KeyError, TypeError):
        return None
    if any(word in name for name, _ in fields for word in _NEVER):
        return None
    return KeptForm(path, fields) if _takes_post(path) else None


def _takes_post(path: str) -> bool:
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return False
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        endpoint, _ = adapter.match(path.partition("?")[0], method="POST")
    except HTTPException:
        return False
    return not endpoint.startswith("accounts.")
