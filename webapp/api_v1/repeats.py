"""``Idempotency-Key``: the same request twice is done once and answered the same way."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from flask import Response, g, jsonify, request

from kb.services import idempotency
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

# How the description tells of the header.
KEY_PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "maxLength": idempotency.MAX_KEY},
    "description": "同一个键和同样的内容再发一次，只做一次，回答相同",
}

Answer = tuple[dict[str, Any], int]


def answer(work: Callable[[idempotency.Begun], Answer], parts: list[str]) -> Response:
    """Do work that commits by itself, once per key.

    :param work: is given what an earlier try has kept, and notes what it keeps.
    :param parts: what was sent, as texts; the same parts are the same request.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return _response(*work(idempotency.FRESH))
    known = services()
    name, sent = _name(key), _hash(parts)
    body, status, is_repeat = idempotency.answer_once(known.database, name, sent, work, known.clock)
    return _response(body, status, is_repeat=is_repeat)


def answer_in_session(work: Callable[[], Answer]) -> Response:
    """Do work in the request's own session and commit; answer and work are one transaction."""
    key = request.headers.get(HEADER)
    if key is None:
        body, status = work()
        commit()
        return _response(body, status)
    known = services()
    name = _name(key)
    earlier = idempotency.claim(known.database, name, _hash([_canonical_json()]), known.clock)
    if earlier is not None:
        return _response(*earlier, is_repeat=True)
    try:
        body, status = work()
        idempotency.settle(db(), name, body, status)
        commit()
    except BaseException:
        # The session may hold the write lock that the release needs.
        if "db" in g:
            db().rollback()
        idempotency.release(known.database, name)
        raise
    return _response(body, status)


def _name(key: str) -> str:
    key = idempotency.check_key(key)
    where = hashlib.sha256(f"{request.method} {request.path}".encode()).hexdigest()[:16]
    actor = current_actor()
    # Two systems with tokens of one person number their requests alike.
    return f"api:{actor.user_id}:{actor.token_id or 0}:{where}:{key}"


def _hash(parts: list[str]) -> str:
    text = json.dumps([request.method, request.path, *parts], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical_json() -> str:
    return json.dumps(request.get_json(silent=True), sort_keys=True, ensure_ascii=True)


def canonical_form(file_hash: str) -> list[str]:
    """The parts of a multipart form, whatever its boundary and order."""
    pairs = sorted((name, value) for name in request.form for value in request.form.getlist(name))
    return [file_hash, *(f"{name}={value}" for name, value in pairs)]


def canonical_body() -> list[str]:
    """The parts of a JSON body, whatever its spaces and order."""
    return [_canonical_json()]


def _response(body: dict[str, Any], status: int, *, is_repeat: bool = False) -> Response:
    response = jsonify(body)
    response.status_code = status
    if is_repeat:
        response.headers[REPLAYED] = "true"
    return response
