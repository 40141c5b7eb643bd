"""更正登记: the dispatcher puts purpose, category or region of a request right, with a reason;
whoever archives files what nobody filed.

What stood before is kept; clocks already promised stay. The suggestions learn the new category
by themselves (``services.lessons``).
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.bulletins.conditions import UNFILED
from kb.errors import InvalidInput, StaleVersion
from kb.models import CitizenRequest, RequestCorrection, WorkOrder
from kb.path_finding import meant
from kb.profile_choices import catch_all
from kb.services.audit import record
from kb.services.orders.giving import By
from kb.services.orders.handling import note
from kb.services.orders.projecting import project
from kb.services.registration import Registration, check
from kb.terms import Outcome, Role

CORRECTABLE = {"purpose": "诉求目的", "category": "类别", "region": "区域"}
# What a correction may say besides: 无效 as the agent wrote it (``services.invalidating``).
_WORDS = CORRECTABLE | {"outcome": "去向"}
MAX_REASON = 300
AT_ARCHIVING = "归档时归类"
LEFT_UNFILED = f"归档时确认没有合适的类别，记为{UNFILED}"
_PAST_NOTES = ("archived", "merged", "cancelled")


def correct(
    session: Session,
    request: CitizenRequest,
    wanted: Mapping[str, str],
    *,
    reason: str,
    seen: int,
    by: By,
) -> RequestCorrection:
    """Change what was filed wrongly; every order of the request gets a note of it.

    :param wanted: the values of :data:`CORRECTABLE` as they should be; what is left out stays.
    :param seen: how many corrections the page showed.
    :raises PermissionDenied: not a dispatcher.
    :raises StaleVersion: somebody corrected it since.
    :raises InvalidInput: no reason, no change, or a value that the city does not have.
    """
    by.actor.require(Role.DISPATCHER)
    session.refresh(request, with_for_update=True)
    session.refresh(request, ["corrections"])
    if len(request.corrections) != seen:
        last = request.corrections[-1]
        sentence = f"别人刚刚更正过这件诉求：{told(last, by)}。您的改动没有保存，请看过再改"
        if last.by_id == by.actor.user_id:
            sentence = f"您在另一个窗口更正过这件诉求：{told(last, by)}。这次没有保存，请看过再改"
        raise StaleVersion(sentence, number=request.number)
    changes = _changes(request, wanted, by)
    checked = written_reason(reason, f"请写一句为什么更正，最多 {MAX_REASON} 字")
    return _keep(session, request, changes, checked, by)


def file_category(session: Session, request: CitizenRequest, category: str, by: By) -> None:
    """归类 of a request that is about to be archived and was filed under nothing.

    A city without a category for the rest lets a person say that none fits: 未分类, which the
    orders then tell.

    :param category: as typed or chosen; one that was filed before needs none.
    :raises InvalidInput: there is none, the city does not have it, or it was filed otherwise.
    """
    session.refresh(request, with_for_update=True)
    category = category.strip()
    if request.category:
        if category and meant(by.profile.categories, category) != request.category:
            raise _unfiled(f"这件诉求已经归为“{request.category}”；要改请在诉求页面“更正登记”")
        return
    if category == UNFILED and not catch_all(by.profile.categories):
        _tell_orders(session, request, LEFT_UNFILED, by)
    elif category:
        changes = _changes(request, {"category": category}, by)
        _keep(session, request, changes, AT_ARCHIVING, by)
    elif by.profile.categories:
        raise _unfiled("这件诉求还没有归类，请选定类别再归档")


def _unfiled(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {"category": sentence})


def _keep(
    session: Session,
    request: CitizenRequest,
    changes: Mapping[str, tuple[str, str]],
    reason: str,
    by: By,
) -> RequestCorrection:
    made = put_right(request, changes, reason, by)
    session.flush()
    _tell_orders(session, request, f"更正登记：{told(made, by)}。{reason}", by)
    record(
        session,
        actor_id=by.actor.user_id or None,
        action="request.correct",
        object_type="citizen_request",
        object_id=request.number,
        detail={"changes": made.changes},
        now=by.now,
    )
    return made


def put_right(
    request: CitizenRequest, changes: Mapping[str, tuple[str, str]], reason: str, by: By
) -> RequestCorrection:
    """Let a person's word stand; what stood before is kept beside it."""
    for name, (_, after) in changes.items():
        setattr(request, name, after)
    made = RequestCorrection(at=by.now, by_id=by.actor.user_id or None, reason=reason)
    made.changes = {name: list(pair) for name, pair in changes.items()}
    request.corrections.append(made)
    return made


def told(correction: RequestCorrection, by: By) -> str:
    """``类别由“甲/乙”改为“甲/丙”``; all that was changed."""
    return "，".join(
        f"{_WORDS[name]}由“{_named(name, before, by)}”改为“{_named(name, after, by)}”"
        for name, (before, after) in correction.changes.items()
    )


def _named(name: str, value: str, by: By) -> str:
    if name == "purpose":
        return by.profile.purpose(value).name
    if name == "outcome":
        return Outcome(value).label
    return value or "未填"


def _changes(
    request: CitizenRequest, wanted: Mapping[str, str], by: By
) -> dict[str, tuple[str, str]]:
    before = {name: str(getattr(request, name)) for name in CORRECTABLE}
    asked = {name: wanted.get(name, before[name]).strip() for name in CORRECTABLE}
    differs = {name: value for name, value in asked.items() if value != before[name]}
    # Only what is changed must be in today's lists; the rest may be from before.
    plain = Registration(
        request.title or "诉求",
        purpose=by.profile.offered_purposes[0].stored,
        channel=by.profile.channels[0],
        line=by.profile.lines[0],
    )
    checked = check(replace(plain, **differs), by.profile)  # type: ignore[arg-type]
    changes = {
        name: (before[name], str(getattr(checked, name)))
        for name in differs
        if getattr(checked, name) != before[name]
    }
    if not changes:
        raise InvalidInput("没有改动，不必保存")
    return changes


def written_reason(text: str, sentence: str, *, name: str = "reason") -> str:
    """The reason as it is kept.

    :param sentence: what asks for it; ``name``: the field of the form.
    :raises InvalidInput: none, or one longer than :data:`MAX_REASON`.
    """
    reason = text.strip()
    if not reason or len(reason) > MAX_REASON:
        raise InvalidInput(sentence, {name: sentence})
    return reason


def _tell_orders(session: Session, request: CitizenRequest, text: str, by: By) -> None:
    query = (
        select(WorkOrder)
        .where(WorkOrder.request_id == request.id)
        .options(selectinload(WorkOrder.events), selectinload(WorkOrder.units))
        .order_by(WorkOrder.id)
    )
    for order in session.scalars(query):
        if order.state in _PAST_NOTES:
            project(order)
        else:
            note(session, order, By(by.actor, by.now, by.profile), text=text)
