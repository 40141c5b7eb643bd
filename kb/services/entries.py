"""Writing an entry: the content a person gives, checked and cut into passages."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from docs_import.structure import cut
from kb.access import is_own, require_editing
from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, PermissionDenied, StaleVersion
from kb.facts import clean_facts, facts_passage
from kb.minhash import signature
from kb.models import ItemEvent, KnowledgeItem, KnowledgeVersion, PassageRow, Unit
from kb.services.conflict_jobs import request_check
from kb.services.found_acts import note_acts
from kb.terms import ON_THE_WAY, Audience, KnowledgeKind, LinkKind, Role, VersionState

MAX_TITLE, MAX_BODY, MAX_VARIANTS = 300, 2_000_000, 30
# As long as their columns: PostgreSQL refuses more.
STALE_DRAFT = "这份草稿刚刚在别处改过，您填写的内容还在页面上；请对照最新内容后再保存"
_LONGEST = {
    "document_number": ("文号", 80),
    "issuing_authority": ("发文机关", 200),
    "category": ("类别", 80),
}


@dataclass(frozen=True)
class Content:
    """Everything a person writes into a version; dates are city days."""

    kind: KnowledgeKind
    title: str
    body: str = ""
    document_number: str = ""
    issuing_authority: str = ""
    issued_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    review_on: date | None = None
    audience: Audience = Audience.PUBLIC
    category: str = ""
    regions: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    links: tuple["PlannedLink", ...] = ()


@dataclass(frozen=True)
class PlannedLink:
    """What publishing will do to an older entry."""

    kind: LinkKind
    item_id: int
    effective_on: date | None = None


def check(content: Content) -> Content:
    """Refuse content that could not be published, naming every fault at once.

    :raises InvalidInput: with a sentence per field.
    """
    faults: dict[str, str] = {}
    if not content.title.strip():
        faults["title"] = "请填写标题"
    elif len(content.title) > MAX_TITLE:
        faults["title"] = f"标题最多 {MAX_TITLE} 字，现有 {len(content.title)} 字"
    for name, (label, longest) in _LONGEST.items():
        if len(getattr(content, name)) > longest:
            faults[name] = f"{label}最多 {longest} 字，现有 {len(getattr(content, name))} 字"
    if len(content.body) > MAX_BODY:
        faults["body"] = "正文超过 200 万字，请拆成几份文件"
    if not content.body.strip() and not passages_of("", clean_facts(content.facts)):
        # Nothing of it could be found, nor read out.
        faults["body"] = "请填写正文，或至少填写一项答复内容（结论、口播、条件、材料等）"
    if content.valid_from and content.valid_until and content.valid_until < content.valid_from:
        faults["valid_until"] = "失效日期不能早于生效日期"
    if len(content.variants) > MAX_VARIANTS:
        faults["variants"] = f"相似问最多 {MAX_VARIANTS} 条"
    if content.kind == KnowledgeKind.CONTACT and not content.facts.get("phone"):
        faults["phone"] = "联系方式要有电话"
    if faults:
        raise InvalidInput("有几项没有填对，请按提示修改", faults)
    return content


def create_entry(
    session: Session,
    *,
    unit: Unit,
    content: Content,
    actor: Actor,
    now: datetime,
    file_id: int | None = None,
    source_key: str | None = None,
) -> KnowledgeVersion:
    """Begin an entry as a draft of its first version.

    :raises InvalidInput: the content is not fit (see :func:`check`).
    :raises PermissionDenied: the person does not write for this unit.
    """
    if not (actor.has(Role.EDITOR, Role.ADMIN) or unit.id in actor.unit_scope):
        raise PermissionDenied("只能为本单位推送知识")
    item = KnowledgeItem(unit_id=unit.id, created_at=now, source_key=source_key)
    session.add(item)
    session.flush()
    return _add_version(session, item, 1, content, actor, now, file_id)


def create_version(
    session: Session,
    item: KnowledgeItem,
    *,
    content: Content,
    actor: Actor,
    now: datetime,
    file_id: int | None = None,
) -> KnowledgeVersion:
    """Begin the next version of an entry; what is published stays until this one is.

    :raises IllegalTransition: another version is already on its way.
    """
    require_editing(actor, item)
    # Two who begin at once: the second waits here, then sees the first one's version.
    session.refresh(item, ["rev"], with_for_update=True)
    open_version = pending_version(session, item.id)
    if open_version is not None:
        raise IllegalTransition(
            f"第 {open_version.number} 版还在“{VersionState(open_version.state).label}”，"
            "请先处理完再修改",
            version_id=open_version.id,
        )
    query = select(func.max(KnowledgeVersion.number)).where(KnowledgeVersion.item_id == item.id)
    number = (session.scalar(query) or 0) + 1
    return _add_version(session, item, number, content, actor, now, file_id)


def _add_version(
    session: Session,
    item: KnowledgeItem,
    number: int,
    content: Content,
    actor: Actor,
    now: datetime,
    file_id: int | None,
) -> KnowledgeVersion:
    version = KnowledgeVersion(
        item_id=item.id, number=number, author_id=actor.user_id or None, file_id=file_id
    )
    version.created_at = version.updated_at = now
    _write(version, check(content))
    session.add(version)
    # Held on to: loaded anew, the entry would outlive the savepoint that takes both back.
    set_committed_value(version, "item", item)
    session.flush()
    note(session, version, "created", actor, now)
    request_check(session, version, now)
    note_acts(session, version, now)
    return version


def save_draft(
    session: Session,
    version: KnowledgeVersion,
    *,
    content: Content,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> KnowledgeVersion:
    """Replace a draft's content.

    :param seen_rev: the ``rev`` the person's form was made from.
    :raises StaleVersion: somebody saved in between; nothing is overwritten.
    :raises IllegalTransition: the version has left the draft state.
    """
    require_editing(actor, version.item)
    if version.rev != seen_rev:
        raise StaleVersion(
            STALE_DRAFT,
            version_id=version.id,
            current_rev=version.rev,
        )
    if version.state not in (VersionState.DRAFT, VersionState.RETURNED):
        raise IllegalTransition(
            f"这一版已是“{VersionState(version.state).label}”，不能再改；如需修改请退回或新建一版"
        )
    _write(version, check(content))
    version.original_allowed = False  # what a reviewer allowed was said of another text
    version.updated_at = now
    request_check(session, version, now)
    return version


def _write(version: KnowledgeVersion, content: Content) -> None:
    version.kind = content.kind.value
    version.title = content.title.strip()
    version.body = content.body.replace("\r\n", "\n")
    version.document_number = content.document_number.strip()
    version.issuing_authority = content.issuing_authority.strip()
    version.issued_on, version.review_on = content.issued_on, content.review_on
    version.valid_from, version.valid_until = content.valid_from, content.valid_until
    version.audience = content.audience.value
    version.category = content.category
    version.regions = list(content.regions)
    version.variants = [variant.strip() for variant in content.variants if variant.strip()]
    version.facts = clean_facts(content.facts)
    version.planned_links = [
        {
            "kind": link.kind.value,
            "item_id": link.item_id,
            "effective_on": link.effective_on.isoformat() if link.effective_on else None,
        }
        for link in content.links
    ]
    version.text_sha256 = text_hash(version.title, version.body, version.facts)
    version.signature = text_signature(version.title, version.body, version.facts)
    _renew_passages(version)


def as_version(content: Content) -> KnowledgeVersion:
    """The version that a content would become, in memory only, e.g. to compare it."""
    version = KnowledgeVersion()
    _write(version, content)
    return version


def _renew_passages(version: KnowledgeVersion) -> None:
    rows = passages_of(version.body, version.facts, version.title)
    if [_content_of(row) for row in rows] == [_content_of(row) for row in version.passages]:
        return
    # Reuse the rows by position: the (version, ordinal) key never exists twice in a flush.
    for old, new in zip(version.passages, rows, strict=False):
        old.heading_path, old.text, old.kind = new.heading_path, new.text, new.kind
        old.start, old.end, old.page = new.start, new.end, new.page
    kept = len(version.passages)
    if kept > len(rows):
        del version.passages[len(rows) :]
    version.passages.extend(rows[kept:])


def _content_of(row: PassageRow) -> tuple[object, ...]:
    return (row.ordinal, row.heading_path, row.text, row.start, row.end, row.page, row.kind)


def passages_of(body: str, facts: Mapping[str, Any], title: str = "") -> list[PassageRow]:
    """Cut a version into passages: its facts first (ordinal 0), then the body's own structure.

    The 口播 says again what they say, so it is a passage only where nothing else is written.

    :param title: the line that prints it counts as the document's head, not as a clause.
    """
    rows: list[PassageRow] = []
    summary = facts_passage(facts) or ("" if body.strip() else facts.get("script", ""))
    if summary:
        rows.append(
            PassageRow(ordinal=0, heading_path="", text=summary, start=0, end=0, kind="facts")
        )
    for passage in cut(body, title) if body.strip() else []:
        rows.append(
            PassageRow(
                ordinal=len(rows),
                heading_path=passage.heading_path[:500],
                text=passage.text,
                start=passage.start,
                end=passage.end,
                page=passage.page,
                kind=passage.kind,
            )
        )
    return rows


def text_hash(title: str, body: str, facts: Mapping[str, Any]) -> str:
    """Fingerprint of what a version says, blind to white space."""
    said = "".join((title + body + repr(sorted(facts.items()))).split())
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def text_signature(title: str, body: str, facts: Mapping[str, Any]) -> bytes:
    """MinHash of what a version says; see ``kb.minhash``."""
    return signature(f"{title}\n{body}\n{facts_passage(facts)}")


def pending_version(session: Session, item_id: int) -> KnowledgeVersion | None:
    """The version of an entry that is on its way to publication, if there is one."""
    return session.scalars(
        select(KnowledgeVersion).where(
            KnowledgeVersion.item_id == item_id, KnowledgeVersion.state.in_(ON_THE_WAY)
        )
    ).first()


def note(
    session: Session,
    version: KnowledgeVersion,
    kind: str,
    actor: Actor,
    now: datetime,
    comment: str = "",
) -> None:
    """Add a step to the entry's history."""
    session.add(
        ItemEvent(
            item_id=version.item_id,
            version_id=version.id,
            kind=kind,
            actor_id=actor.user_id or None,
            at=now,
            comment=comment[:1000],
        )
    )


def may_review_for_unit(actor: Actor, item: KnowledgeItem) -> bool:
    """Tell whether the person gives the unit's own approval."""
    return actor.has(Role.UNIT_REVIEWER) and is_own(actor, item)
