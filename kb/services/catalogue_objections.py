"""异议: a unit says that a row of the dispatch catalogue is not its duty; the dispatcher rules."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.db import one_at_a_time
from kb.errors import IllegalTransition, InvalidInput, PermissionDenied
from kb.models import CatalogueEntry, CatalogueObjection, Unit
from kb.services.audit import record
from kb.services.catalogue import EDITORS
from kb.services.notices import notify, resolve
from kb.terms import ObjectionState, Role

NOTICE = "catalogue_objection"
MAX_SAID = 500
_LOCK = 5_012_347


def own_unit(entry: CatalogueEntry, actor: Actor) -> int | None:
    """The person's unit among those of the row, lead first; None when it has none there."""
    ids = [entry.lead_unit_id, *(row.unit_id for row in entry.assisting)]
    return next((unit_id for unit_id in ids if unit_id in actor.unit_scope), None)


def object_to(
    session: Session,
    entry: CatalogueEntry,
    *,
    said: str,
    proposed_unit_id: int | None,
    actor: Actor,
    now: datetime,
) -> CatalogueObjection:
    """Say that a row is not the unit's duty, with the reason and perhaps whose it is.

    :raises PermissionDenied: the person's unit is not named in the row.
    :raises IllegalTransition: the unit's earlier objection still waits.
    :raises InvalidInput: no reason, or no such unit.
    """
    actor.require(Role.UNIT_CLERK, Role.UNIT_REVIEWER)
    unit_id = own_unit(entry, actor)
    if unit_id is None:
        raise PermissionDenied("这一条没有列您的单位，不能提异议")
    said = _checked(said, "said", "请写明理由和依据，例如三定规定的条款")
    if proposed_unit_id is not None:
        unit = session.get(Unit, proposed_unit_id)
        if unit is None or not unit.is_active:
            raise InvalidInput("没有这个单位", {"proposed": "请从列表中选择单位"})
    one_at_a_time(session, _LOCK)
    if _open_of(session, entry.id, unit_id) is not None:
        raise IllegalTransition("您的单位对这一条的异议还在等待裁定，不必再提")
    found = CatalogueObjection(
        entry_id=entry.id,
        entry_rev=entry.rev,
        unit_id=unit_id,
        at=now,
        by_id=actor.user_id or None,
        said=said,
        proposed_unit_id=proposed_unit_id,
        state=ObjectionState.OPEN.value,
    )
    session.add(found)
    session.flush()
    notify(
        session,
        kind=NOTICE,
        title=f"派单目录“{entry.matter}”有单位提出异议，待裁定",
        path=f"/dispatch/catalogue/{entry.id}",
        now=now,
        role=Role.DISPATCHER,
        key=f"{NOTICE}:{found.id}",
    )
    _note(session, found, "catalogue.object", actor, now)
    return found


def _open_of(session: Session, entry_id: int, unit_id: int) -> CatalogueObjection | None:
    query = select(CatalogueObjection).where(
        CatalogueObjection.entry_id == entry_id,
        CatalogueObjection.unit_id == unit_id,
        CatalogueObjection.state == ObjectionState.OPEN.value,
    )
    return session.scalars(query).first()


def rule(
    session: Session,
    objection: CatalogueObjection,
    *,
    is_upheld: bool,
    ruling: str,
    actor: Actor,
    now: datetime,
) -> CatalogueObjection:
    """裁定: uphold the objection (the row is then changed by hand) or keep the row as it is.

    :raises IllegalTransition: it was ruled on or withdrawn already.
    :raises InvalidInput: no words.
    """
    actor.require(*EDITORS)
    _require_open(session, objection)
    objection.ruling = _checked(ruling, "ruling", "请写明裁定的理由")
    state = ObjectionState.UPHELD if is_upheld else ObjectionState.REJECTED
    objection.state = state.value
    objection.ruled_by_id, objection.ruled_at = actor.user_id or None, now
    resolve(session, f"{NOTICE}:{objection.id}")
    notify(
        session,
        kind=NOTICE,
        title=f"派单目录“{objection.entry.matter}”的异议已裁定：{state.label}",
        path=f"/dispatch/catalogue/{objection.entry_id}",
        now=now,
        unit_id=objection.unit_id,
        key=f"{NOTICE}:{objection.id}:ruled",
    )
    _note(session, objection, "catalogue.rule", actor, now)
    return objection


def withdraw(
    session: Session, objection: CatalogueObjection, *, actor: Actor, now: datetime
) -> CatalogueObjection:
    """撤回 the own unit's objection.

    :raises PermissionDenied: it is another unit's.
    :raises IllegalTransition: it was ruled on or withdrawn already.
    """
    if objection.unit_id not in actor.unit_scope:
        raise PermissionDenied("只能撤回本单位的异议")
    actor.require(Role.UNIT_CLERK, Role.UNIT_REVIEWER)
    _require_open(session, objection)
    objection.state = ObjectionState.WITHDRAWN.value
    resolve(session, f"{NOTICE}:{objection.id}")
    _note(session, objection, "catalogue.withdraw_objection", actor, now)
    return objection


def _require_open(session: Session, objection: CatalogueObjection) -> None:
    session.refresh(objection, ["state"], with_for_update=True)
    if objection.state != ObjectionState.OPEN:
        raise IllegalTransition(f"这条异议已是“{ObjectionState(objection.state).label}”")


def _checked(text: str, field: str, asked: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput(asked, {field: asked})
    if len(text) > MAX_SAID:
        sentence = f"最多 {MAX_SAID} 字，现有 {len(text)} 字"
        raise InvalidInput(sentence, {field: sentence})
    return text


def _note(
    session: Session, objection: CatalogueObjection, action: str, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor_id=actor.user_id or None,
        action=action,
        object_type="catalogue_entry",
        object_id=objection.entry_id,
        detail={"objection": objection.id, "state": objection.state},
        now=now,
    )
    session.flush()
