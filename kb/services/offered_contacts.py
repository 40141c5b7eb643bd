"""联系方式 offered from a document: a phone that was read in it becomes a contact's draft."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.orm import Session

from docs_import.contact_words import PHONE
from docs_import.markdown_body import escape
from kb.access import is_own, require_editing, visible_items
from kb.actor import Actor
from kb.errors import IllegalTransition, NotFound
from kb.models import KnowledgeItem, KnowledgeVersion
from kb.services.entries import Content, create_entry, note
from kb.terms import Audience, KnowledgeKind, VersionState

SHOWN = 30
FROM_DOCUMENT = "from_document"
_OVER = (VersionState.DISCARDED.value, VersionState.REPLACED.value)
_SAME_DIGITS = 7  # a landline without its area code


@dataclass(frozen=True)
class Offered:
    """One contact read in the document; ``known`` is an entry that gives this phone already."""

    place: int
    label: str
    phone: str
    address: str
    where: str
    known: KnowledgeVersion | None = None


def offered(session: Session, version: KnowledgeVersion, actor: Actor) -> list[Offered]:
    """The contacts of the version's original, the first 30; none for a contact itself."""
    recognised = version.file.recognised if version.file else {}
    rows = ((recognised or {}).get("metadata") or {}).get("contacts") or ()
    if version.kind == KnowledgeKind.CONTACT or not rows:
        return []
    shown = rows[:SHOWN]
    known = _known(session, [row["phone"] for row in shown], actor)
    return [
        Offered(
            place,
            row["label"],
            row["phone"],
            row["address"],
            row["where"],
            next((known[key] for key in _keys(row["phone"]) if key in known), None),
        )
        for place, row in enumerate(shown)
    ]


def _keys(phones: str) -> list[str]:
    """What two ways of printing a phone have in common: its last seven digits, or a hotline."""
    found = []
    for match in PHONE.finditer(phones):
        digits = re.sub(r"\D", "", re.split(r"转|分机", match.group())[0])
        found.append(digits[-_SAME_DIGITS:])
    return found


def _known(session: Session, phones: Iterable[str], actor: Actor) -> dict[str, KnowledgeVersion]:
    """Phone key → the newest contact entry this person may see that gives it."""
    keys = {key for phone in phones for key in _keys(phone)}
    if not keys:
        return {}
    facts = cast(KnowledgeVersion.facts, Text)
    query = (
        select(KnowledgeVersion)
        .join(KnowledgeItem, KnowledgeItem.id == KnowledgeVersion.item_id)
        .where(
            KnowledgeVersion.kind == KnowledgeKind.CONTACT.value,
            KnowledgeVersion.state.not_in(_OVER),
            or_(*(facts.contains(key[-4:], autoescape=True) for key in sorted(keys))),
            or_(visible_items(actor), KnowledgeItem.unit_id.in_(actor.unit_scope)),
        )
        .order_by(KnowledgeVersion.id)
    )
    found: dict[str, KnowledgeVersion] = {}
    for version in session.scalars(query):
        if version.state != VersionState.PUBLISHED and not is_own(actor, version.item):
            continue
        for key in _keys(str(version.facts.get("phone", ""))):
            found[key] = version
    return found


def draft_contact(
    session: Session, version: KnowledgeVersion, place: int, *, actor: Actor, now: datetime
) -> KnowledgeVersion:
    """Make a contact's draft from what was read; it says which document it comes from.

    :raises NotFound: nothing was read at this place.
    :raises IllegalTransition: only an address was read, or an entry gives this phone already.
    """
    require_editing(actor, version.item)
    found = next((row for row in offered(session, version, actor) if row.place == place), None)
    if found is None:
        raise NotFound("没有这条联系方式，页面可能已过时，请刷新后再试")
    if not found.phone:
        raise IllegalTransition("这一条只有地址，没有电话，不能单独建联系方式")
    if found.known is not None:
        raise IllegalTransition(f"《{found.known.title}》已有这个电话，没有重复建立")
    source = f"《{version.title}》"
    if version.document_number:
        source += f"（{version.document_number}）"
    made = create_entry(
        session,
        unit=version.item.unit,
        content=Content(
            kind=KnowledgeKind.CONTACT,
            title=_title(found, version),
            body=f"来源：{escape(source)}{found.where}。\n",
            facts={"phone": found.phone, "place": found.address},
            audience=Audience(version.audience),
            category=version.category,
            regions=tuple(version.regions),
        ),
        actor=actor,
        now=now,
    )
    note(session, made, FROM_DOCUMENT, actor, now, f"取自{source}{found.where}"[:1000])
    return made


def _title(found: Offered, version: KnowledgeVersion) -> str:
    name = found.label or version.item.unit.name
    return name if name.endswith(("电话", "热线")) else f"{name}联系电话"
