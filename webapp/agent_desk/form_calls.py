"""Which call and which form the words that were sent belong to."""

from flask import request

from kb.models import Call
from kb.services import call_drafts, calls
from kb.services.once import check_token, is_done
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


def form_name() -> str:
    """Under which name this form is done once.

    :raises InvalidInput: the form has no token.
    """
    token = check_token(request.form.get("token", ""))
    return f"desk:{current_actor().user_id}:{token}"


def keep_typed(call_id: int) -> bool:
    """Keep in a call what was typed in it; the words of a form that is settled come too late.

    :returns: whether they were kept.
    :raises NotFound, IllegalTransition: as getting and saving.
    """
    call = calls.get_call(db(), call_id, current_actor(), lock=True)
    if "token" in request.form and is_done(db(), form_name()):
        return False
    query = query_of(request.form, "query")
    call_drafts.save_draft(call, query=query, fields=draft_fields(request.form))
    return True
