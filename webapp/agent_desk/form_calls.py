"""Which call and which form the words that were sent belong to."""

from flask import request

from kb.models import Call
from kb.services import call_drafts, calls
from kb.services.once import check_token, refuse_done
from webapp.agent_desk.forms import draft_fields, optional_number, query_of
from webapp.database import db
from webapp.identity import current_actor


def shown_call() -> Call | None:
    """The call that the page showed when it was sent.

    :raises NotFound: it is somebody else's.
    :raises InvalidInput: the form's number is none.
    """
    number = optional_number(request.form.get("call_id", ""))
    return calls.get_call(db(), number, current_actor()) if number is not None else None


def form_name(token: str | None = None) -> str:
    """Under which name a form is done once: that which was sent, or the one with this token.

    :raises InvalidInput: the form has no token.
    """
    token = check_token(request.form.get("token", "") if token is None else token)
    return f"desk:{current_actor().user_id}:{token}"


def keep_typed(call_id: int) -> None:
    """Keep in a call what was typed in it.

    :raises AlreadyDone: the form is settled: its words are, too, or the page never heard of it.
    :raises NotFound, IllegalTransition: as getting and saving.
    """
    call = calls.get_call(db(), call_id, current_actor(), lock=True)
    if "token" in request.form:
        refuse_done(db(), form_name())
    query = query_of(request.form, "query")
    call_drafts.save_draft(call, query=query, fields=draft_fields(request.form))


def keep_sent() -> None:
    """Keep what a button of the registration was pressed with; other forms send no words.

    :raises AlreadyDone, NotFound, IllegalTransition: as :func:`keep_typed`.
    """
    call = shown_call()
    if call is not None and "query" in request.form:
        keep_typed(call.id)
