"""What the desk answers when it did not do what was asked: nothing typed is lost by it."""

from flask import jsonify, request
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput, KbError
from kb.models import Call
from kb.services import calls
from kb.services.once import AlreadyDone
from webapp.agent_desk import screen
from webapp.agent_desk.blueprint import bp
from webapp.agent_desk.forms import draft_fields, query_of, question_of
from webapp.agent_desk.results import ask
from webapp.context import services
from webapp.database import db
from webapp.errors import describe, error_body
from webapp.identity import current_actor
from webapp.order_uploads import sent_files
from webapp.wanted import wants_json


@bp.errorhandler(AlreadyDone)
def was_done(done: AlreadyDone) -> Response:
    """The page never heard that its form was done: it is told, and goes on from there."""
    db().rollback()
    call = calls.get_call(db(), done.answer["call_id"], current_actor())
    if not wants_json():
        return page_again(done, call)
    answer = jsonify(error_body(describe(done)) | screen.changed_parts(call))
    answer.status_code = 409
    return answer


def page_again(refused: KbError, call: Call | None) -> Response:
    """The desk with everything that was typed and a sentence beside each faulty field."""
    invalid = refused if isinstance(refused, InvalidInput) else None
    db().rollback()
    values = request.form.to_dict() | {"q": query_of(request.form, "query")}
    question = question_of({"q": values["q"]}, local_day(services().clock()))
    actor = current_actor()
    lost = "；附的文件请重新选择" if sent_files() else ""
    return screen.page(
        ask(db(), question, actor),
        call,
        typed=draft_fields(request.form) | {"repeat": request.form.get("repeat", "")[:60]},
        problems=invalid.fields if invalid else None,
        sentence=refused.message + lost,
        status=422 if invalid else 409,
    )
