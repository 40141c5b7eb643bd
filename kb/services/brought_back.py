"""What a text begun from an older version brings back: mistakes that were mended since.

Whoever restores a version is told which corrections were settled after it, and says that they
were looked at before it is handed in or published.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.access import require_editing
from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import Correction, ItemEvent, KnowledgeVersion
from kb.services.corrections import still_says
from kb.services.entries import note
from kb.terms import CorrectionState

RESTORED_FROM = "restored_from"
CONFIRMED = "brought_back_confirmed"
_NUMBER = re.compile(r"第 (\d+) 版")


def note_base(
    session: Session,
    version: KnowledgeVersion,
    base: KnowledgeVersion,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down which version a draft was begun from."""
    note(session, version, RESTORED_FROM, actor, now, f"以第 {base.number} 版为底")


def brought_back(session: Session, version: KnowledgeVersion) -> Sequence[Correction]:
    """The corrections settled after the version a draft was begun from, oldest first.

    What the draft has mended since is left out. Of one reported on other words than the older
    version's nobody can tell without looking, so it stays.
    """
    base = _base(session, version)
    if base is None or version.published_at is not None:
        return ()
    query = (
        select(Correction)
        .join(KnowledgeVersion, KnowledgeVersion.id == Correction.settled_by_version_id)
        .where(
            Correction.item_id == version.item_id,
            Correction.state == CorrectionState.SETTLED.value,
            KnowledgeVersion.number > base.number,
        )
        .options(selectinload(Correction.settled_by_version), selectinload(Correction.version))
        .order_by(Correction.id)
    )
    return [
        row
        for row in session.scalars(query)
        if still_says(version, row) or not still_says(base, row)
    ]


def confirmation(
    session: Session, version: KnowledgeVersion, found: Sequence[Correction]
) -> ItemEvent | None:
    """Who looked at these very corrections last; others are another question.

    :param found: what the version brings back.
    """
    if not found:
        return None
    query = select(ItemEvent).where(
        ItemEvent.version_id == version.id,
        ItemEvent.kind == CONFIRMED,
        ItemEvent.comment == _said(found),
    )
    return session.scalars(query.order_by(ItemEvent.id.desc())).first()


def confirm(session: Session, version: KnowledgeVersion, actor: Actor, now: datetime) -> bool:
    """Write down that somebody looked at them and means the text as it stands.

    :returns: whether there was anything to look at that nobody had looked at.
    """
    require_editing(actor, version.item)
    found = brought_back(session, version)
    if not found or confirmation(session, version, found) is not None:
        return False
    note(session, version, CONFIRMED, actor, now, _said(found))
    return True


def require_looked_at(session: Session, version: KnowledgeVersion) -> None:
    """Let no mended mistake come back in silence.

    :raises InvalidInput: corrections were settled since, and nobody has said that they were seen.
    """
    found = brought_back(session, version)
    if found and confirmation(session, version, found) is None:
        asked = (
            f"这一版以旧版为底，旧版以后办结过 {len(found)} 条纠错：请逐条对照，改好或者确认不用改"
        )
        raise InvalidInput(asked, {"brought_back": asked})


def _base(session: Session, version: KnowledgeVersion) -> KnowledgeVersion | None:
    query = select(ItemEvent.comment).where(
        ItemEvent.version_id == version.id, ItemEvent.kind == RESTORED_FROM
    )
    said = session.scalars(query.order_by(ItemEvent.id.desc())).first()
    number = _NUMBER.search(said) if said else None
    if number is None:
        return None
    wanted = int(number[1])
    return next((one for one in version.item.versions if one.number == wanted), None)


def _said(found: Sequence[Correction]) -> str:
    return "看过第 " + "、".join(str(row.id) for row in found[:100]) + " 号纠错"
