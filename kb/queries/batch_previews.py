"""What an act on many rows of a batch would do, before it is done: how many rows it takes, what
these become, and how many it leaves out and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, and_, case, cast, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from kb.actor import Actor
from kb.models import Batch, BatchEntry, KnowledgeItem, KnowledgeVersion
from kb.services.batch_access import entries_for
from kb.services.batch_deciding import may_be_dismissed, ready, undecided
from kb.services.batch_regions import has_said_region
from kb.services.foreseen import BACKDATED
from kb.services.telling_apart import DOCUMENTS
from kb.terms import EntryChoice, EntryOrder, EntryOutcome, ItemState, Term

SHOWN = 20


class BatchAct(Term):
    """What can be done with many rows of a batch at once."""

    DRAFT = EntryOrder.DRAFT.value, "生成草稿"
    SUBMIT = EntryOrder.SUBMIT.value, "生成草稿并送审"
    PUBLISH = EntryOrder.PUBLISH.value, "直接发布"
    NEW = EntryChoice.NEW.value, "作为新条目"
    VERSION = EntryChoice.VERSION.value, "作为新版本"
    SKIP = EntryChoice.SKIP.value, "不收录"
    DISMISS = "dismiss", "不再处理"


ORDERS = (BatchAct.DRAFT, BatchAct.SUBMIT, BatchAct.PUBLISH)


@dataclass(frozen=True)
class Preview:
    """What would happen.

    :ivar taken: how many rows the act takes; ``new`` and ``versions`` of them become these.
    :ivar touching: how many of them say that they end or change entries of the library.
    :ivar backdated: how many of them hold from before they were written, which a person confirms on
        the draft; they are neither handed in nor published at once.
    :ivar numbered: how many of them have the 文号 of another document in force, or of one that is
        published before them, which a person settles on the draft; they are neither handed in nor
        published at once either.
    :ivar placed: how many of them seem to be for one district only and name none.
    :ivar left: why and how many of the chosen rows it leaves out, most first.
    :ivar first: the first rows that it takes.
    """

    taken: int
    new: int
    versions: int
    touching: int
    backdated: int
    numbered: int
    placed: int
    left: Sequence[tuple[str, int]]
    first: Sequence[BatchEntry]


def preview(
    session: Session, batch: Batch, act: BatchAct, actor: Actor, which: ColumnElement[bool]
) -> Preview:
    """What the act would do with the rows that ``which`` chooses."""
    chosen = [
        BatchEntry.batch_id == batch.id,
        BatchEntry.outcome != EntryOutcome.CONTAINER.value,
        entries_for(actor),
        which,
    ]
    takes = _takes(act)
    as_version = or_(
        BatchEntry.choice == EntryChoice.VERSION.value,
        and_(BatchEntry.choice == "", BatchEntry.outcome == EntryOutcome.NEW_VERSION.value),
    )
    reaches_back = cast(BatchEntry.notices, String).contains(f'"{BACKDATED}"')
    counts = (
        takes,
        takes & as_version,
        takes & (BatchEntry.touched > 0),
        takes & reaches_back,
        takes & _has_number_in_force(as_version),
        takes & has_said_region(),
    )
    query = select(*(func.count().filter(one) for one in counts)).where(*chosen)
    taken, versions, touching, backdated, numbered, placed = map(int, session.execute(query).one())
    if act == BatchAct.PUBLISH:
        fit = [*chosen, takes, not_(as_version), not_(reaches_back)]
        numbered += _published_before(session, [*fit, not_(_has_number_in_force(as_version))])
    why = _why_not(act).label("why")
    left = session.execute(
        select(why, func.count()).where(*chosen, ~takes).group_by(why).order_by(func.count().desc())
    )
    is_checked = act in (BatchAct.SUBMIT, BatchAct.PUBLISH)
    first = (
        select(BatchEntry)
        .where(*chosen, takes)
        .order_by(BatchEntry.path, BatchEntry.row, BatchEntry.id)
        .limit(SHOWN)
    )
    return Preview(
        taken,
        taken - versions,
        versions,
        touching,
        backdated if is_checked else 0,
        numbered if is_checked else 0,
        placed if act in ORDERS else 0,
        [(sentence, count) for sentence, count in left],
        session.scalars(first).all(),
    )


def _published_before(session: Session, fit: Sequence[ColumnElement[bool]]) -> int:
    """How many of the new documents that are fit to be published have the 文号 of an earlier one of
    them: the first is published, the others are refused."""
    query = (
        select(func.count())
        .where(*fit, BatchEntry.document_number != "", BatchEntry.kind.in_(DOCUMENTS))
        .group_by(BatchEntry.unit_id, BatchEntry.document_number)
    )
    return sum(count - 1 for count in session.scalars(query))


def _has_number_in_force(as_version: ColumnElement[bool]) -> ColumnElement[bool]:
    """What :func:`kb.services.telling_apart.require_told_apart` would refuse; of the next version
    of an entry that has the number itself, it was asked before."""
    matched = aliased(KnowledgeVersion)
    held = (
        select(KnowledgeItem.id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(
            KnowledgeVersion.document_number == BatchEntry.document_number,
            KnowledgeVersion.kind.in_(DOCUMENTS),
            KnowledgeItem.unit_id == BatchEntry.unit_id,
            KnowledgeItem.state == ItemState.PUBLISHED.value,
        )
    )
    own = held.join(matched, matched.item_id == KnowledgeItem.id).where(
        matched.id == BatchEntry.matched_version_id
    )
    return and_(
        BatchEntry.document_number != "",
        BatchEntry.kind.in_(DOCUMENTS),
        held.exists(),
        not_(and_(as_version, own.exists())),
    )


def _takes(act: BatchAct) -> ColumnElement[bool]:
    if act == BatchAct.DISMISS:
        return may_be_dismissed()
    if act in ORDERS:
        return ready() & (BatchEntry.wanted == "")
    open_ones = undecided() & (BatchEntry.wanted == "")
    if act == BatchAct.VERSION:
        return open_ones & BatchEntry.matched_version_id.is_not(None)
    return open_ones


def _why_not(act: BatchAct) -> ColumnElement[str]:
    """Why a row that the act does not take is left out."""
    is_dismissing = act == BatchAct.DISMISS
    outcomes = {
        EntryOutcome.WAITING: "还没有读取",
        EntryOutcome.DUPLICATE: "库中已有相同的",
        EntryOutcome.NEEDS_OCR: "等待文字识别",
        EntryOutcome.FAILED: "未能收录",
    }
    lines: list[tuple[ColumnElement[bool], str]] = [
        (BatchEntry.settled_at.is_not(None), "已经生成"),
        (BatchEntry.wanted != "", "正在生成"),
        (BatchEntry.dismissed_at.is_not(None), "已经不再处理"),
    ]
    if not is_dismissing:
        lines += [(BatchEntry.outcome == one.value, text) for one, text in outcomes.items()]
    if act in ORDERS:
        lines.append((BatchEntry.choice == EntryChoice.SKIP.value, "选了不收录"))
    other = {
        BatchAct.DISMISS: "没有失败",
        BatchAct.VERSION: "库中没有可以作为旧版的条目",
    }.get(act, "内容相近，要先选怎么处理")
    return case(*lines, else_=other)
