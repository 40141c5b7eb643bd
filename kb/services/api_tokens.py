"""Bearer tokens of units and integrations. The secret is shown once; only its hash is kept."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from kb.actor import Actor
from kb.errors import InvalidInput, NotFound, PermissionDenied
from kb.models import ApiToken, Unit
from kb.services import accounts, audit
from kb.services.login_sessions import fingerprint

# What an integration may be allowed; the roles of its person bound it further.
SCOPES = {
    "documents": "推送与查看文件",
    "search": "检索知识",
    "requests": "登记与办结诉求",
    "work_orders": "办理工单",
    "figures": "读取统计数字",
}
PREFIX = "ydk_"


class TokenRefused(PermissionDenied):
    """Raised when a bearer token is unknown or revoked, or its person is disabled."""

    code = "token_refused"


@dataclass(frozen=True)
class TokenActor:
    """Who a token acts for, and what it may do."""

    actor: Actor
    scopes: frozenset[str]
    token_id: int


def create_token(
    session: Session,
    *,
    name: str,
    user_id: int,
    unit_id: int | None,
    scopes: Iterable[str],
    actor_id: int,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Add a token; returns the row and the secret, which cannot be shown again.

    :raises InvalidInput: name, person, unit or scopes are wrong.
    """
    chosen = sorted(set(scopes))
    fields: dict[str, str] = {}
    if not 1 <= len(name.strip()) <= 80:
        fields["name"] = "用途要填写，最多 80 个字"
    if not chosen or not set(chosen) <= SCOPES.keys():
        fields["scopes"] = "至少选一项权限"
    if unit_id is not None and session.get(Unit, unit_id) is None:
        fields["unit_id"] = "没有这个单位，请重新选择"
    if fields:
        raise InvalidInput("有几项没有填对，请改正后再保存", fields)
    accounts.get_user(session, user_id)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        name=name.strip(),
        token_hash=fingerprint(secret),
        unit_id=unit_id,
        user_id=user_id,
        scopes=chosen,
        created_at=now,
    )
    session.add(token)
    session.flush()
    detail = {"name": token.name, "scopes": chosen, "user_id": user_id, "unit_id": unit_id}
    audit.record(session, actor_id, "token_created", "api_token", token.id, detail, now)
    return token, secret


def revoke_token(session: Session, token_id: int, *, actor_id: int, now: datetime) -> None:
    """End a token for good; revoking twice changes nothing.

    :raises NotFound: no such token.
    """
    token = session.get(ApiToken, token_id)
    if token is None:
        raise NotFound("没有这个接口令牌", token_id=token_id)
    if token.revoked_at is None:
        token.revoked_at = now
        audit.record(session, actor_id, "token_revoked", "api_token", token.id, {}, now)


def authenticate_token(session: Session, secret: str) -> TokenActor:
    """Find whom a bearer token acts for.

    :raises TokenRefused: unknown, revoked, or the person is disabled.
    """
    return _acting(session, ApiToken.token_hash == fingerprint(secret))


def actor_of_token(session: Session, token_id: int) -> TokenActor:
    """Whom a token acts for now, for work that goes on after its request.

    :raises TokenRefused: revoked since, or the person is disabled.
    """
    return _acting(session, ApiToken.id == token_id)


def _acting(session: Session, is_wanted: ColumnElement[bool]) -> TokenActor:
    token = session.scalar(
        select(ApiToken)
        .where(is_wanted, ApiToken.revoked_at.is_(None))
        .options(joinedload(ApiToken.user))
    )
    if token is None or not token.user.is_active:
        raise TokenRefused("接口令牌无效或已停用，请向管理员申请新的令牌")
    actor = accounts.actor_of(session, token.user, token.unit_id)
    return TokenActor(replace(actor, token_id=token.id), frozenset(token.scopes), token.id)
