"""印发: a bulletin is checked once more, numbered, printed and kept with all it was made of."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.bulletins.basis import Basis
from kb.bulletins.faults import Fault, FiguresRefused
from kb.bulletins.issuing.assembling import from_stored, is_left_out, text_of, written_from
from kb.bulletins.issuing.keeping import PRINTED, as_plain
from kb.bulletins.issuing.keys import pack
from kb.bulletins.issuing.outline import parts_of
from kb.bulletins.issuing.source import Source
from kb.bulletins.issuing.tokens import Typed, typed_in, unknown_in
from kb.bulletins.periods import Period
from kb.bulletins.rendering.forms import TYPES, rendered
from kb.db import one_at_a_time
from kb.errors import IllegalTransition, InvalidInput
from kb.models import BulletinEdition, BulletinFile, BulletinRow, Unit
from kb.services.bulletin_cases import case_faults
from kb.services.bulletin_changes import changes, reworded
from kb.services.bulletin_counting import faults_of
from kb.services.bulletin_records import keys_behind, miscounted
from kb.services.bulletin_second_person import require_another
from kb.services.bulletins import By, note, require_acting, require_seen, require_state
from kb.services.topics import basis_of
from kb.terms import BulletinKind, BulletinState

_MAX_ISSUE = 80
_ISSUE_LOCK = 7_120_611
_NUMBER = re.compile(r"第(\d+)期(?:（总第(\d+)期）)?")


def stored(row: BulletinRow) -> dict[str, Any]:
    """A draft as :func:`kb.bulletins.issuing.assembling.from_stored` reads it."""
    return {
        "kind": row.kind,
        "document": row.document,
        "edits": row.edits,
        "header": dict(row.header),
    }


def suggested_issue(session: Session, kind: BulletinKind, day: date) -> str:
    """The 期号 after the one of this kind that was issued last; every kind has a series of its own,
    and each year begins with the first."""
    query = (
        select(BulletinEdition)
        .join(BulletinRow, BulletinRow.id == BulletinEdition.bulletin_id)
        .where(BulletinEdition.number == 1, BulletinRow.kind == kind.value)
        .order_by(BulletinEdition.id.desc())
        .limit(1)
    )
    last = session.scalars(query).first()
    found = _NUMBER.search(last.issue) if last is not None else None
    if last is None or found is None:
        return f"{day.year}年第1期"
    number = int(found.group(1)) + 1 if last.issued_on.year == day.year else 1
    whole = f"（总第{int(found.group(2)) + 1}期）" if found.group(2) else ""
    return f"{day.year}年第{number}期{whole}"


def corrected_issue(last: BulletinEdition) -> str:
    """The 期号 of the edition that corrects one."""
    first = re.sub(r"（(?:第\d+次)?更正）$", "", last.issue)
    return f"{first}（更正）" if last.number == 1 else f"{first}（第{last.number}次更正）"


def text_faults(row: BulletinRow) -> list[Fault]:
    """Figures that texts name and the counted figures do not have."""
    source, written = Source(row.document), written_from(stored(row))
    return [
        Fault(name, None, "", "", words=f"“{{{name}}}”在“{part.heading}”里，这一期没有这个数字")
        for part in parts_of(row.kind_term)
        if not is_left_out(part, written)
        for name in unknown_in(text_of(part, source, written), source)
    ]


def typed_numbers(row: BulletinRow) -> dict[str, list[Typed]]:
    """Section → numbers that were written by hand where figures could stand."""
    source, written = Source(row.document), written_from(stored(row))
    found = {
        part.key: typed_in(text_of(part, source, written), source)
        for part in parts_of(row.kind_term)
        if (edit := row.edits.get(part.key)) and edit["text"] and not edit["is_left_out"]
    }
    return {key: typed for key, typed in found.items() if typed}


def check(session: Session, row: BulletinRow, basis: Basis) -> list[Fault]:
    """Everything that keeps a bulletin from being issued."""
    cases = case_faults(session, row, basis)
    return [*faults_of(session, row, basis), *text_faults(row), *cases]


@dataclass(frozen=True)
class Prepared:
    """An edition that was verified, put together and packed, with its printed files."""

    number: str
    issued_on: date
    snapshot: dict[str, Any]
    records: bytes
    files: Mapping[str, bytes]


def prepare(
    session: Session,
    row: BulletinRow,
    by: By,
    *,
    number: str,
    issued_on: date,
    typed_is_meant: bool = False,
) -> Prepared:
    """Check a reviewed bulletin, or its corrected edition, and put it together.

    Reads only: it takes seconds, in which nobody who writes should wait. :func:`keep` issues it.

    :param number: 期号 as it is printed, ``2026年第17期（总第212期）``.
    :param typed_is_meant: numbers written by hand are to be printed as they are.
    :raises FiguresRefused: figures contradict one another or their records; all are named.
    :raises InvalidInput: the number is missing or taken, or numbers were typed by hand.
    :raises IllegalTransition: it is not reviewed, its period was not over, or this person
        reviewed it.
    """
    require_issuable(session, row, by, number, typed_is_meant=typed_is_meant)
    basis = basis_of(session, by.profile)
    faults = check(session, row, basis)
    if faults:
        raise FiguresRefused(faults)
    snapshot = _snapshot(row, basis, number.strip(), issued_on)
    snapshot["units"] = _unit_ids(session, row)
    bulletin = from_stored(snapshot)
    snapshot[PRINTED] = as_plain(bulletin)
    behind = keys_behind(session, row, bulletin, basis)
    if wrong := miscounted(bulletin, behind):
        raise FiguresRefused(wrong)
    files = {form: rendered(bulletin, form) for form in TYPES}
    return Prepared(number.strip(), issued_on, snapshot, pack(behind), files)


def require_issuable(
    session: Session, row: BulletinRow, by: By, number: str, *, typed_is_meant: bool
) -> None:
    """Refuse what can be refused without counting; raises as :func:`prepare`."""
    require_acting(row, by, BulletinState.REVIEWED)
    require_over(row, by)
    require_another(session, row, by)
    _require_number(session, row, number)
    typed = typed_numbers(row)
    if typed and not typed_is_meant:
        words = "、".join(one.text for many in typed.values() for one in many)
        raise InvalidInput(
            f"正文里有手写的数字：{words}。请改用统计数字，或确认照印",
            {"typed": "确认照印，或回到正文改用统计数字"},
        )


def require_over(row: BulletinRow, by: By) -> None:
    """Refuse a regular bulletin of a period that is not over, or was not when it was counted: its
    figures would be half of them, and the next one would be compared with them.

    A 专报 reports on any days.

    :raises IllegalTransition: the sentence says from when on it can be issued.
    """
    end = Period(row.first, row.last).end
    if row.kind_term is BulletinKind.TOPICAL or min(by.now, row.counted_at) >= end:
        return
    if by.now < end:
        day = row.last + timedelta(days=1)
        raise IllegalTransition(
            f"这一期到{row.last.month}月{row.last.day}日才过完，"
            f"{day.month}月{day.day}日起重新计数后才能印发；要先报，请用专报"
        )
    raise IllegalTransition("这一期的数字是时段过完之前数的，请先重新计数，再审核、印发")


def keep(session: Session, row: BulletinRow, by: By, prepared: Prepared) -> BulletinEdition:
    """Issue what was prepared, if nothing was changed since.

    :raises StaleVersion: somebody changed the bulletin meanwhile.
    :raises InvalidInput: the number was taken meanwhile.
    """
    one_at_a_time(session, _ISSUE_LOCK)  # else two could take the same number
    require_state(row, BulletinState.REVIEWED)
    require_seen(row, by)
    _require_number(session, row, prepared.number)
    edition = _edition(session, row, by, prepared)
    row.state, row.reason = BulletinState.ISSUED.value, ""
    row.rev += 1
    note(session, row, "issued", by, f"第 {edition.number} 版，{edition.issue}")
    return edition


def _require_number(session: Session, row: BulletinRow, number: str) -> None:
    if not 0 < len(number.strip()) <= _MAX_ISSUE:
        raise InvalidInput("请填写期号", {"number": f"期号写 1 至 {_MAX_ISSUE} 个字"})
    taken = session.scalars(
        select(BulletinEdition)
        .join(BulletinRow, BulletinRow.id == BulletinEdition.bulletin_id)
        .where(
            BulletinEdition.issue == number.strip(),
            BulletinEdition.bulletin_id != row.id,
            BulletinRow.kind == row.kind,
        )
    ).first()
    if taken is not None:
        header = taken.bulletin.header
        words = f"期号“{number.strip()}”已经用于{header['title']}{header['subtitle']}"
        raise InvalidInput(words, {"number": words})


def _snapshot(row: BulletinRow, basis: Basis, number: str, issued_on: date) -> dict[str, Any]:
    """All that an edition is made of."""
    last = row.editions[-1] if row.editions else None
    header = {**row.header, "issue": number, "issued_on": issued_on.isoformat()}
    snapshot = {**stored(row), "header": header, "changes": []}
    # Dates and moments as texts: it is kept to be read, not to be counted with.
    snapshot["basis"] = json.loads(json.dumps(asdict(basis), default=str))
    if last is not None:
        snapshot["changes"] = changes(last.snapshot, snapshot)
        day = f"{last.issued_on.year}年{last.issued_on.month}月{last.issued_on.day}日"
        said = reworded(last.snapshot, snapshot)
        header["correction"] = [
            f"本期为更正版，替代{day}印发的{last.issue}。更正原因：{row.reason.rstrip('。')}。",
            *([f"数字以外的改动：{'；'.join(said)}。"] if said else []),
        ]
    return snapshot


def _unit_ids(session: Session, row: BulletinRow) -> dict[str, int]:
    """The units of the figures, so that later issues know them under another name."""
    names = [one["name"] for one in row.document["by_unit"]]
    query = select(Unit.name, Unit.id).where(Unit.name.in_(names))
    return dict(session.execute(query).all())


def _edition(session: Session, row: BulletinRow, by: By, prepared: Prepared) -> BulletinEdition:
    edition = BulletinEdition(
        bulletin_id=row.id,
        number=row.editions[-1].number + 1 if row.editions else 1,
        issue=prepared.number,
        issued_on=prepared.issued_on,
        issued_at=by.now,
        by_id=by.user_id,
        reason=row.reason,
        changes=prepared.snapshot["changes"],
        snapshot=prepared.snapshot,
        records=prepared.records,
    )
    for form, data in prepared.files.items():
        digest = hashlib.sha256(data).hexdigest()
        edition.files.append(BulletinFile(form=form, sha256=digest, data=data))
    row.editions.append(edition)
    session.flush()
    return edition
