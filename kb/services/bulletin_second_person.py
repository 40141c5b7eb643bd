"""复核要两双眼睛: whoever passed a bulletin does not issue it as well.

As with 双人审核 of entries, this asks nothing that cannot be: where nobody else could issue it,
the one supervisor may, unless the city's own rule (``review_by_another``) wants two in any case.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import IllegalTransition
from kb.models import BulletinRow, User
from kb.services.bulletins import By
from kb.terms import Role

_SENTENCE = "这一期是您审核通过的，要由另一位督办人员印发"
_ALONE = "；只有一位督办人员的，请管理员在城市方案的“通报”里关掉“修改、审核、印发两人分开”"


def why_another(session: Session, row: BulletinRow, by: By) -> str:
    """Why another person must issue a reviewed bulletin; "" where this one may."""
    passed = [step.actor_id for step in row.steps if step.act == "reviewed"]
    if by.user_id is None or not passed or passed[-1] != by.user_id:
        return ""
    if _others(session, by.user_id):
        return _SENTENCE
    return f"{_SENTENCE}{_ALONE}" if by.profile.bulletins.review_by_another else ""


def require_another(session: Session, row: BulletinRow, by: By) -> None:
    """Refuse the issuing by whoever reviewed.

    :raises IllegalTransition: somebody else could issue it, or the city wants two in any case.
    """
    if why := why_another(session, row, by):
        raise IllegalTransition(why)


def _others(session: Session, user_id: int) -> bool:
    """Tell whether somebody else can issue bulletins."""
    query = select(User.roles).where(User.is_active.is_(True), User.id != user_id)
    return any(Role.SUPERVISOR in roles for roles in session.scalars(query))
