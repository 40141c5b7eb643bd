"""确认 without script: what a button would ask in a dialog is asked on a page of its own.

The button tells its sentence with the form (``components.html``): as the field ``ask``, or where
it has a name of its own, as ``ask.NAME.VALUE``. With script the dialog has asked already and adds
``confirmed``. This is a help against a slip of the hand, not a guard: whoever leaves the sentence
out is not asked. Files cannot be carried over a page; a form with files is not asked again.
"""

from urllib.parse import urlsplit

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from webapp.form_rescue import Fields, sent_fields
from webapp.wanted import wants_json

SAID = "confirmed"
LEAVES = "leaves"  # said by somebody in a call who was asked, and means to log out
_ASK = "ask"


def page_that_asks() -> Response | None:
    """The page that asks for what this form is about to do; ``None`` when there is nothing to
    ask, or it was said already."""
    if request.method != "POST" or wants_json() or SAID in request.form:
        return None
    sentence = _sentence()
    if not sentence or any(upload.filename for upload in request.files.values()):
        return None
    return make_response(
        render_template("confirm.html", sentence=sentence, fields=_carried(), back=_came_from())
    )


def _sentence() -> str:
    if _ASK in request.form:
        return request.form[_ASK]
    for name, values in request.form.lists():
        _, _, rest = name.partition(f"{_ASK}.")
        field, _, value = rest.partition(".")
        if field and value in request.form.getlist(field):
            return values[0]
    return ""


def _came_from() -> str:
    """The page of ours that the form stood on, as far as the browser tells."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return "/"
    return parts._replace(scheme="", netloc="", fragment="").geturl()


def _carried() -> Fields:
    return [
        (name, value)
        for name, value in sent_fields()
        if name != _ASK and not name.startswith(f"{_ASK}.")
    ]
