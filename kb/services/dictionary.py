"""词典: changes are drafted, previewed and saved as one version; any version can come back.

The caller commits. Every save is one transaction: entries, version, audit record.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.segment import Segmenter
from kb.actor import Actor
from kb.db import one_at_a_time
from kb.dictionary import Change
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.models import DictionaryDraft, DictionaryEntry, DictionaryVersion
from kb.queries.dictionary import current_version, own_entries, own_entries_at, value_of
from kb.services import audit
from kb.services.dictionary_checks import Problem, problems_of
from kb.terms import Role

EDITORS = (Role.EDITOR, Role.ADMIN)
MAX_REASON = 300
OPEN, SAVED, DROPPED = "open", "saved", "dropped"
# Any constant will do; it only has to be the same in every process.
_LOCK = 5_012_346


class ChangesRefused(InvalidInput):
    """Raised with every problem of the changes, so that all can be shown beside them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("有几条不能保存，全部都还没有保存；请按提示改正")
        self.problems = list(problems)


def open_draft(
    session: Session,
    changes: Sequence[Change],
    segmenter: Segmenter,
    *,
    actor: Actor,
    now: datetime,
    into: DictionaryDraft | None = None,
) -> DictionaryDraft:
    """Keep changes that are sound, to be previewed; nothing of the search changes yet.

    :param into: an open draft that these are added to; a later change of an entry counts.
    :raises ChangesRefused: with a sentence for each that is not sound.
    """
    actor.require(*EDITORS)
    if not changes:
        raise InvalidInput("没有要保存的改动")
    all_changes = list(changes)
    if into is not None:
        session.refresh(into, with_for_update=True)
        _require_open(into)
        touched = {change.identity for change in changes}
        kept = [c for c in changes_of(into) if c.identity not in touched]
        all_changes = kept + all_changes
    problems = problems_of(session, all_changes, segmenter)
    if problems:
        shift = len(all_changes) - len(changes)
        raise ChangesRefused([Problem(p.at - shift, p.sentence) for p in problems])
    return _keep(session, all_changes, into, actor=actor, now=now)


def open_restore(session: Session, number: int, *, actor: Actor, now: datetime) -> DictionaryDraft:
    """Draft the way back to a version; its entries and so its ranking come back exactly.

    :raises NotFound: there is no such version.
    :raises InvalidInput: that is how the dictionary is now.
    """
    actor.require(*EDITORS)
    wanted, own = own_entries_at(session, number), own_entries(session)
    changes = [
        Change(identity, wanted.get(identity))
        for identity in sorted(wanted.keys() | own.keys())
        if wanted.get(identity) != own.get(identity)
    ]
    if not changes:
        raise InvalidInput(f"现在的词典和第 {number} 版相同，不用恢复")
    return _keep(session, changes, None, actor=actor, now=now, restores=number)


def _keep(
    session: Session,
    changes: Sequence[Change],
    draft: DictionaryDraft | None,
    *,
    actor: Actor,
    now: datetime,
    restores: int | None = None,
) -> DictionaryDraft:
    newest = current_version(session)
    if draft is None:
        draft = DictionaryDraft(created_by=actor.user_id, created_at=now, state=OPEN)
    draft.base_version = newest
    draft.changes = [change.as_json() for change in changes]
    draft.preview, draft.restores = None, restores
    session.add(draft)
    session.flush()
    return draft


def changes_of(draft: DictionaryDraft) -> list[Change]:
    """The changes of a draft, in the order they were made."""
    return [Change.from_json(stored) for stored in draft.changes]


def get_draft(session: Session, draft_id: int) -> DictionaryDraft:
    """:raises NotFound: there is none."""
    draft = session.get(DictionaryDraft, draft_id)
    if draft is None:
        raise NotFound("没有这份词典改动", draft_id=draft_id)
    return draft


def open_drafts(session: Session, user_id: int) -> list[DictionaryDraft]:
    """What a person drafted and neither saved nor dropped, newest first."""
    query = select(DictionaryDraft).where(
        DictionaryDraft.created_by == user_id, DictionaryDraft.state == OPEN
    )
    return list(session.scalars(query.order_by(DictionaryDraft.id.desc())))


def drop_draft(session: Session, draft_id: int, *, actor: Actor) -> None:
    """Give a draft up.

    :raises IllegalTransition: it is no longer open.
    """
    actor.require(*EDITORS)
    draft = get_draft(session, draft_id)
    session.refresh(draft, with_for_update=True)
    _require_open(draft)
    draft.state = DROPPED


def renew_draft(
    session: Session, draft_id: int, segmenter: Segmenter, *, actor: Actor, now: datetime
) -> DictionaryDraft:
    """Put a draft upon the newest version, to be previewed again.

    :raises ChangesRefused: a change no longer fits.
    """
    draft = get_draft(session, draft_id)
    _require_open(draft)
    if draft.restores is None:
        return open_draft(session, changes_of(draft), segmenter, actor=actor, now=now, into=draft)
    renewed = open_restore(session, draft.restores, actor=actor, now=now)
    draft.state = DROPPED
    return renewed


def store_preview(
    session: Session,
    draft_id: int,
    base_version: int,
    changes: Sequence[Change],
    preview: dict[str, Any],
) -> None:
    """Keep what a draft would do.

    :param changes: what was tried; a change that joined the draft since was not.
    :raises StaleVersion: the draft was changed, or put upon another version, meanwhile.
    """
    draft = get_draft(session, draft_id)
    session.refresh(draft, with_for_update=True)
    _require_open(draft)
    if draft.base_version != base_version or changes_of(draft) != list(changes):
        raise StaleVersion("这份改动刚刚更新过，请再预览一次")
    draft.preview = preview


def save_draft(
    session: Session,
    draft_id: int,
    *,
    reason: str,
    overrule: str = "",
    actor: Actor,
    now: datetime,
) -> DictionaryVersion:
    """Make a previewed draft the newest version; searches follow at their next query.

    :param overrule: why to save although judged queries get worse.
    :raises StaleVersion: somebody saved another version since the preview.
    :raises IllegalTransition: the draft is not open.
    :raises InvalidInput: not previewed, no reason, or judged queries get worse.
    """
    actor.require(*EDITORS)
    one_at_a_time(session, _LOCK)
    draft = get_draft(session, draft_id)
    session.refresh(draft, with_for_update=True)
    _require_open(draft)
    _require_current(session, draft.base_version)
    reason, overrule = reason.strip(), overrule.strip()
    _require_reasons(draft, reason, overrule)
    version = _write(
        session, changes_of(draft), reason, overrule, draft.restores, actor=actor, now=now
    )
    draft.state = SAVED
    return version


def _require_open(draft: DictionaryDraft) -> None:
    if draft.state != OPEN:
        done = "已经保存过" if draft.state == SAVED else "已经放弃"
        raise IllegalTransition(f"这份改动{done}，不能再改；请重新填写", draft_id=draft.id)


def _require_current(session: Session, base_version: int) -> None:
    newest = current_version(session)
    if newest == base_version:
        return
    version = session.get_one(DictionaryVersion, newest)
    who = version.author.name if version.author else "命令行"
    raise StaleVersion(
        f"{who}刚刚保存了词典第 {newest} 版，您的改动是按第 {base_version} 版预览的，"
        "没有保存，也没有丢失；请按新版重新预览后再保存",
        newest=newest,
    )


def _require_reasons(draft: DictionaryDraft, reason: str, overrule: str) -> None:
    fields = {}
    if draft.preview is None:
        raise InvalidInput("还没有预览，请先看这些改动会影响哪些检索")
    if not reason:
        fields["reason"] = "请写一句为什么改，以后查得到"
    if draft.preview["is_worse"] and not overrule:
        fields["overrule"] = "有评测问题变差，仍要保存时请写明理由"
    for name, text in (("reason", reason), ("overrule", overrule)):
        if len(text) > MAX_REASON:
            fields[name] = f"最多 {MAX_REASON} 个字"
    if fields:
        raise InvalidInput("没有保存：" + "；".join(fields.values()), fields)


def _write(
    session: Session,
    changes: Sequence[Change],
    reason: str,
    overrule: str,
    restores: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> DictionaryVersion:
    number = current_version(session) + 1
    version = DictionaryVersion(
        number=number,
        created_at=now,
        created_by=actor.user_id,
        reason=reason,
        overruled=overrule,
        restores=restores,
        changes=[],
    )
    session.add(version)
    session.flush()
    version.changes = [_apply(session, change, number) for change in changes]
    detail = {"version": number, "reason": reason, "count": len(changes)}
    detail |= {"overrule": overrule} if overrule else {}
    detail |= {"restores": restores} if restores is not None else {}
    audit.record(session, actor.user_id, "dictionary.save", "dictionary", number, detail, now)
    return version


def _apply(session: Session, change: Change, number: int) -> dict[str, Any]:
    """Change one row; returns what the version keeps of it."""
    kind, key, target = change.identity
    query = select(DictionaryEntry).where(
        DictionaryEntry.kind == kind.value,
        DictionaryEntry.key == key,
        DictionaryEntry.target == target,
    )
    row = session.scalars(query).one_or_none()
    before = None if row is None else value_of(row).as_json()
    if change.after is None:
        if row is not None:
            session.delete(row)
    else:
        row = row or DictionaryEntry(kind=kind.value, key=key, target=target)
        row.weight, row.both_ways = change.after.weight, change.after.both_ways
        row.note, row.active = change.after.note, change.after.active
        row.version_number = number
        session.add(row)
    session.flush()
    return change.as_json() | {"before": before}
