"""What people write into a bulletin, section by section; nothing that was written is lost.

Each section has its own revision, so that editors of different sections do not refuse each other:
``edits[key]["rev"]`` is the revision of the bulletin at which the section was saved last. The
history keeps what a section read before each change, and :func:`undo` brings it back.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from kb.bulletins.issuing.outline import Part, parts_of
from kb.bulletins.issuing.source import Source
from kb.bulletins.issuing.tokens import addressed, stray_braces, unknown_in
from kb.errors import InvalidInput, NotFound, StaleVersion
from kb.models import BulletinRow
from kb.services.bulletin_texts import HEAD, changed_head, heading_of, text_kept
from kb.services.bulletins import (
    OPEN,
    By,
    changed,
    note,
    require_editor,
    require_state,
)

MAX_TEXT = 20_000


def edit(
    session: Session,
    row: BulletinRow,
    key: str,
    text: str | None,
    by: By,
    *,
    told: Mapping[str, str] | None = None,
) -> None:
    """Keep what a person made of a section; ``None`` goes back to the draft sentences.

    :param text: with figures named as people write them, ``{受理量}``.
    :param told: the orders that the text tells, each with its paragraph, where that changes.
    :raises InvalidInput: it names figures that there are not, or is too long.
    :raises StaleVersion: somebody else saved the section first.
    """
    kept = None if text is None else _addressed(row, text)
    _keep(session, row, key, {"text": kept, "is_left_out": False}, by, told)


def leave_out(session: Session, row: BulletinRow, key: str, by: By, text: str | None) -> None:
    """Leave a section out of the print; what is written for it is kept.

    :param text: as it stands in the form; ``None`` keeps what was saved. A text that is the
        draft's own is not taken for a person's.
    :raises InvalidInput: as :func:`edit`.
    :raises StaleVersion: somebody else saved the section first.
    """
    saved = row.edits.get(key, {}).get("text")
    if text is not None:
        written = _addressed(row, text)
        saved = written if saved is not None or written != _drafted(row, key) else None
    _keep(session, row, key, {"text": saved, "is_left_out": True}, by)


def undo(session: Session, row: BulletinRow, step_id: int, key: str, by: By) -> None:
    """Bring back what a section or the head read before a step; that, too, can be undone.

    :raises NotFound: the step did not change it.
    :raises StaleVersion: somebody else saved it first.
    """
    step = next((one for one in row.steps if one.id == step_id), None)
    if step is None or key not in step.former:
        raise NotFound("经过里没有这一节的这次修改")
    if key == HEAD:
        _keep_head(session, row, dict(step.former[key]), by)
        return
    _keep(session, row, key, dict(step.former[key]), by)


def edit_header(session: Session, row: BulletinRow, given: dict[str, str], by: By) -> None:
    """Keep title, issuer and 抄送 (a line each) of the head.

    :raises InvalidInput: title or issuer is missing or too long.
    :raises StaleVersion: somebody else saved the head first.
    """
    require_editor(by)
    faults = {
        name: f"{label}写 1 至 60 个字"
        for name, label in (("title", "标题"), ("issuer", "印发单位"))
        if not 0 < len(given.get(name, "").strip()) <= 60
    }
    copies = [line.strip() for line in given.get("copies", "").splitlines() if line.strip()]
    if len(copies) > 10 or any(len(line) > 200 for line in copies):
        faults["copies"] = "抄送最多 10 行，每行 200 个字"
    if faults:
        raise InvalidInput(next(iter(faults.values())), faults)
    texts = {name: given[name].strip() for name in ("title", "issuer")}
    _keep_head(session, row, {**texts, "copies": copies}, by)


def _keep_head(session: Session, row: BulletinRow, kept: dict[str, Any], by: By) -> None:
    require_editor(by)
    require_state(row, *OPEN)
    _require_seen(row, HEAD, by)
    changed(row)
    before = row.header
    row.header = {**before, **kept}
    row.edits = {**row.edits, HEAD: {"rev": row.rev}}
    note(session, row, "edited", by, heading_of(HEAD), former=changed_head(before, row.header))


def _addressed(row: BulletinRow, text: str) -> str:
    """The text as it is kept, figures by their addresses."""
    kept = addressed(text.replace("\r\n", "\n").strip())
    if len(kept) > MAX_TEXT:
        raise InvalidInput(f"一节最多 {MAX_TEXT} 个字", {"text": f"最多 {MAX_TEXT} 个字"})
    if stray_braces(kept):
        words = "花括号要成对，里面只写统计数字的名称，如 {受理量}"
        raise InvalidInput(words, {"text": words})
    if unknown := unknown_in(kept, Source(row.document)):
        words = "、".join(f"{{{one}}}" for one in unknown)
        raise InvalidInput(f"没有这样的数字：{words}", {"text": f"没有这样的数字：{words}"})
    return kept


def _drafted(row: BulletinRow, key: str) -> str:
    return "\n".join(_part(row, key).text(Source(row.document))).strip()


def _part(row: BulletinRow, key: str) -> Part:
    for part in parts_of(row.kind_term):
        if part.key == key:
            return part
    raise NotFound("这种通报没有这一节")


def _keep(
    session: Session,
    row: BulletinRow,
    key: str,
    kept: dict[str, Any],
    by: By,
    told: Mapping[str, str] | None = None,
) -> None:
    require_editor(by)
    part = _part(row, key)
    require_state(row, *OPEN)
    _require_seen(row, key, by)
    former = text_kept(row.edits, key)
    # What was taken out is kept, too: undone or pasted in again, it is checked as before.
    stories = row.edits.get(key, {}).get("told", {}) if told is None else dict(told)
    changed(row)
    row.edits = {**row.edits, key: {**kept, "rev": row.rev, "told": stories}}
    note(session, row, "edited", by, _said(part.heading, former, kept), former={key: former})


def _said(heading: str, former: dict[str, Any], kept: dict[str, Any]) -> str:
    if kept["is_left_out"] and not former["is_left_out"]:
        return f"{heading}，不印"
    if kept["text"] is None and not kept["is_left_out"]:
        return f"{heading}，恢复起草的文字"
    return heading


def _require_seen(row: BulletinRow, key: str, by: By) -> None:
    """Refuse a change of a section by somebody who has not seen its last one.

    :raises StaleVersion: somebody else saved it first.
    """
    saved = row.edits.get(key, {}).get("rev", 0)
    if not saved <= by.seen <= row.rev:
        raise StaleVersion("这一节刚刚在别处改过，您的文字还在下面，请核对后再保存")
