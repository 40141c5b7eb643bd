"""What the agent typed during a call, kept on the server so that a crash loses nothing."""

import json
from collections.abc import Mapping
from typing import Any

from kb.errors import IllegalTransition
from kb.models import Call

# The fields of the registration, each with the most that is kept of it.
FIELDS = {
    "purpose": 20,
    "category": 80,
    "title": 500,
    "requester_name": 80,
    "requester_phone": 40,
    "region": 40,
    "place": 300,
    "content": 8000,
    "channel": 30,
    "line": 30,
    "is_confidential": 1,
    "continues": 40,
    "no_letter": 1,
}
MAX_QUERY = 1000
# What stays for the caller's next question in the same call.
_ABOUT_CALLER = frozenset(
    {"requester_name", "requester_phone", "region", "channel", "line", "is_confidential"}
)


def save_draft(call: Call, *, query: str, fields: Mapping[str, str]) -> Call:
    """Keep the box and the registration as they stand.

    :raises IllegalTransition: the call has ended, e.g. in another window.
    """
    if call.ended_at is not None:
        raise IllegalTransition("这通来电已经结束，内容没有存到服务器；刷新页面可看到最新状态")
    kept = {name: fields[name][:longest] for name, longest in FIELDS.items() if fields.get(name)}
    call.draft_query = query[:MAX_QUERY]
    call.draft_notes = json.dumps(kept, ensure_ascii=False) if kept else ""
    return call


def draft_of(call: Call | None) -> dict[str, str]:
    """The kept registration; notes that are not ours are its content."""
    if call is None or not call.draft_notes:
        return {}
    try:
        kept: Any = json.loads(call.draft_notes)
    except ValueError:
        return {"content": call.draft_notes}
    if not isinstance(kept, dict):
        return {"content": call.draft_notes}
    return {str(name): str(value) for name, value in kept.items() if name in FIELDS}


def has_words(call: Call) -> bool:
    """Tell whether a matter is being written, be it in the box or in the registration."""
    typed = draft_of(call)
    return bool(call.draft_query) or any(typed.get(name) for name in ("title", "content", "place"))


def is_written(call: Call, *, is_registered: bool = False) -> bool:
    """Tell whether more stands in the registration than the question, which the title repeats.

    :param is_registered: a request was registered in the call: who called stands there, and is
        kept in the draft for a next question (:func:`next_question`) that need not come.
    """
    typed = draft_of(call)
    title = typed.get("title", "").strip()
    caller = () if is_registered else ("requester_name", "requester_phone")
    said = (typed.get(name) for name in ("content", "place", *caller))
    return any(said) or title not in ("", call.draft_query.strip()[:200])


def name_of(call: Call) -> str:
    """The first words of what is being written, for whoever wrote it; empty for none."""
    typed = draft_of(call)
    words = (typed.get("title"), call.draft_query, typed.get("content"), typed.get("place"))
    said = (text.strip() for text in words if text and text.strip())
    return next(said, "")[:30]


def next_question(call: Call) -> Call:
    """Clear the settled question; who calls and on which line stays."""
    kept = {name: value for name, value in draft_of(call).items() if name in _ABOUT_CALLER}
    call.draft_query = ""
    call.draft_notes = json.dumps(kept, ensure_ascii=False) if kept else ""
    return call
