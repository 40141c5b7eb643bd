"""管理: bearer tokens of integrations."""

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.models import ApiToken, Unit, User
from kb.services import api_tokens
from webapp.admin.blueprint import bp, form_id
from webapp.admin.people import unit_options
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor


@bp.get("/tokens")
def tokens() -> str:
    """Every token, living first, with a form to add one."""
    return _tokens_page({}, {})


def _tokens_page(
    problems: Mapping[str, str], typed: Mapping[str, str], *, once: str = "", name: str = ""
) -> str:
    query = select(ApiToken).options(selectinload(ApiToken.user))
    query = query.order_by(ApiToken.revoked_at.isnot(None), ApiToken.id.desc())
    people = select(User).where(User.is_active.is_(True)).order_by(User.id)
    return render_template(
        "admin/tokens.html",
        tokens=db().scalars(query).all(),
        unit_names={unit.id: unit.name for unit in db().scalars(select(Unit))},
        people=[(user.id, f"{user.name}（{user.username}）") for user in db().scalars(people)],
        units=unit_options(),
        scopes=list(api_tokens.SCOPES.items()),
        problems=problems,
        typed=typed,
        chosen=request.form.getlist("scopes"),
        once=once,
        once_name=name,
    )


@bp.post("/tokens")
def add_token() -> Response:
    """Add a token; this answer shows its secret once."""
    actor = current_actor()
    try:
        user_id = form_id("user_id")
        if user_id is None:
            raise InvalidInput("请选择以谁的名义", {"user_id": "请选择以谁的名义"})
        token, secret = api_tokens.create_token(
            db(),
            name=request.form.get("name", ""),
            user_id=user_id,
            unit_id=form_id("unit_id"),
            scopes=request.form.getlist("scopes"),
            actor_id=actor.user_id,
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_tokens_page(invalid.fields, request.form), 422)
    commit()
    return make_response(_tokens_page({}, {}, once=secret, name=token.name))


@bp.post("/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> Response:
    """End a token for good."""
    api_tokens.revoke_token(
        db(), token_id, actor_id=current_actor().user_id, now=services().clock()
    )
    commit()
    flash("令牌已停用，使用它的系统从现在起不能再调用接口。", "good")
    return redirect(url_for("admin.tokens"))
