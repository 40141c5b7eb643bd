"""Whom background work is done for: noted with the job, looked up again when it runs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import PermissionDenied
from kb.models import User
from kb.services.accounts import actor_of
from kb.services.api_tokens import TokenRefused, actor_of_token

SCOPE = "documents"


class SenderGone(PermissionDenied):
    """Raised when the account or token for which work was to be done is disabled by now."""

    code = "sender_gone"


def payload_of_actor(actor: Actor) -> dict[str, int | None]:
    """The part of a job's payload that says whom it is for; see :func:`actor_again`."""
    return {"user_id": actor.user_id, "token_id": actor.token_id}


def actor_again(session: Session, payload: Mapping[str, Any]) -> Actor:
    """The person or token of :func:`payload_of_actor`, with what they may do now.

    :raises SenderGone: the account or the token is disabled, or may not push any more.
    """
    token_id = payload.get("token_id")
    if token_id is None:
        user = session.get_one(User, payload["user_id"])
        if not user.is_active:
            raise SenderGone(f"推送人{user.name}的账号已停用")
        return actor_of(session, user)
    try:
        found = actor_of_token(session, token_id)
    except TokenRefused as error:
        raise SenderGone("推送所用的接口令牌或它的账号已停用") from error
    if SCOPE not in found.scopes:
        raise SenderGone("推送所用的接口令牌没有推送文件的权限")
    return found.actor
