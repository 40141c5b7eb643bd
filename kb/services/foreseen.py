"""What a document that arrives says of others, told before anything is made of it."""

from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from docs_import.document import Record
from docs_import.metadata_fields import NamedDocument
from kb.actor import Actor
from kb.backdating import backdating
from kb.models import Unit
from kb.queries.unit_names import find_unit
from kb.services.authority_check import is_foreign
from kb.services.entries import Content
from kb.services.found_acts import number_key, title_key
from kb.services.found_matches import Match, Sought, find
from kb.services.newness import elsewhere
from kb.services.pushed import Notice
from kb.terms import Audience, KnowledgeKind, LinkKind, Role

FOUND_LINK, FOREIGN, BACKDATED = "found_link", "foreign_authority", "backdated"
OTHER_UNIT = "other_unit"
_MOST = 20


def foresee(
    session: Session,
    content: Content,
    acts: Iterable[NamedDocument],
    unit_id: int,
    actor: Actor,
    *,
    item_id: int | None = None,
) -> list[Notice]:
    """What a person should know before this content becomes an entry of the unit.

    That are the entries it says it ends or changes, another unit as its issuer, dates that reach
    back, and another unit's entry with its 文号. Whoever sees the batch of a unit reads it, so
    entries that are internal to other units are left to the page of the draft.

    :param item_id: the entry of which it would be a version.
    """
    told = list(_named(session, acts, unit_id, actor, item_id))
    unit = session.get_one(Unit, unit_id)
    if is_foreign(content.issuing_authority, unit):
        told.append(Notice(FOREIGN, _foreign_sentence(content.issuing_authority, unit)))
    return told + reaching_back(content) + elsewhere(session, content, unit_id)


def reaching_back(content: Content) -> list[Notice]:
    """That the content would hold from before it was written, if it would."""
    said = backdating(content.issued_on, content.valid_from)
    return [Notice(BACKDATED, f"{said}，请对照原件；确认之后才能送审、发布")] if said else []


def given_elsewhere(
    session: Session, record: Record, unit_id: int, actor: Actor
) -> Iterator[Notice]:
    """That a row names another unit than the one it was given to.

    A table of contacts names those who are called. A name that is no unit's tells a unit's own
    people nothing, it is a desk of theirs; an editor's rows go by it.
    """
    name = record.values.get("unit", "").strip()
    if not name or record.kind == KnowledgeKind.CONTACT:
        return
    named, unit = find_unit(session, name), session.get_one(Unit, unit_id)
    if named is None and actor.has(Role.EDITOR, Role.ADMIN):
        yield Notice(OTHER_UNIT, f"单位名单里没有“{name[:40]}”，收在{unit.name}名下，请核对")
    elif named is not None and named.id != unit_id:
        yield Notice(OTHER_UNIT, f"表中写明由{named.name}负责，收在{unit.name}名下，请核对")


def _foreign_sentence(authority: str, unit: Unit) -> str:
    return f"发文机关是{authority}，推送单位是{unit.name}，请核对由哪个单位维护"


def _named(
    session: Session,
    acts: Iterable[NamedDocument],
    unit_id: int,
    actor: Actor,
    item_id: int | None,
) -> Iterator[Notice]:
    for act in list(acts)[:_MOST]:
        keys = number_key(act.document_number), title_key(act.title)
        sought = Sought(*keys, unit_id, item_id)
        match = next(
            (each for each in find(session, sought, actor) if _is_for_unit(each, unit_id)), None
        )
        yield Notice(FOUND_LINK, _sentence(act, match), match.item.id if match else None)


def _is_for_unit(match: Match, unit_id: int) -> bool:
    return match.item.unit_id == unit_id or match.version.audience == Audience.PUBLIC


def _sentence(act: NamedDocument, match: Match | None) -> str:
    kind = LinkKind(act.kind).label
    number = f"（{act.document_number}）" if act.document_number else ""
    named = f"《{act.title}》{number}" if act.title else act.document_number
    said = f"写明{kind}{named}"
    if match is None:
        return f"{said}；已发布的条目里没有这份文件"
    found = f"{match.item.unit.name}的《{match.version.title}》（{match.how}）"
    return f"{said}；库中是{found}，确认后随发布{kind}"
