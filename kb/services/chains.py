"""The chain of 替代, 废止, 修改: what a publication does to earlier versions and older entries."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.access import get_visible, require_editing
from kb.actor import Actor
from kb.clock import local_day
from kb.errors import InvalidInput
from kb.models import FoundLink, ItemLink, KnowledgeItem, KnowledgeVersion
from kb.services.conflict_jobs import request_check
from kb.services.entries import note
from kb.services.notices import DUE_NOTICES, resolve_for_item
from kb.services.turning_days import tell_when_it_ends
from kb.services.webhooks import announce
from kb.standing import answering_period
from kb.terms import FoundState, ItemState, LinkKind, VersionState

_ENDING = {
    LinkKind.SUPERSEDES: ItemState.SUPERSEDED,
    LinkKind.REPEALS: ItemState.REPEALED,
}
_HELD = (ItemState.PUBLISHED, ItemState.SUPERSEDED, ItemState.REPEALED)
_ENDING_EVENT = {
    LinkKind.SUPERSEDES: "entry.superseded",
    LinkKind.REPEALS: "entry.repealed",
}


def retire_current(session: Session, newer: KnowledgeVersion, today: date) -> set[date]:
    """The version published so far holds until the newer one begins to.

    Several may be published ahead, each for its own day: an earlier one ends where the newer one
    begins, however many lie between them, so that every day has one version.

    :returns: the days from which versions were to hold that never will, for :func:`move_links`.
    """
    item = newer.item
    if item.current_version_id is None:
        return set()
    current = session.get_one(KnowledgeVersion, item.current_version_id)
    current.state = VersionState.REPLACED.value
    begins = _begins(item, newer)
    gone: set[date] = set()
    dropped: set[date] = set()
    # From the last day back: whatever was to end where a dropped one begins goes on instead.
    for earlier in sorted(item.versions, key=lambda version: _begins(item, version), reverse=True):
        ended, began = earlier.replaced_on, _begins(item, earlier)
        is_ahead = ended is not None and (ended > max(begins, today) or ended in gone)
        if earlier is not current and not is_ahead:
            continue
        is_never = is_dropped(earlier, newer, today)
        earlier.replaced_on = today if is_never else max(begins, today)
        if is_never:
            gone.add(began)
            if earlier.valid_from is not None:
                dropped.add(earlier.valid_from)
    _end_where_it_says(item, newer)
    item.first_held_on = _first_held(item, newer)
    _begin_undated(item, newer, today)
    return dropped


def _end_where_it_says(item: KnowledgeItem, newer: KnowledgeVersion) -> None:
    """A text that came late but says from which day it holds ends what went before on that day.

    One that begins no later than another corrects it: callers were told the other until today.
    """
    if newer.valid_from is None:
        return
    begins = _begins(item, newer)
    for earlier in item.versions:
        ended = earlier.replaced_on
        if earlier is not newer and ended and _was_told_from(item, earlier) < begins < ended:
            earlier.replaced_on = begins


def _was_told_from(item: KnowledgeItem, version: KnowledgeVersion) -> date:
    """The day it begins; of a text without one the day it was published, for it cannot have ended
    before anybody was told it."""
    begins, published = _begins(item, version), version.published_at
    return local_day(published) if begins == date.min and published is not None else begins


def _begin_undated(item: KnowledgeItem, newer: KnowledgeVersion, today: date) -> None:
    """A text without a day of its own does not speak for the days of the one it replaces."""
    is_dated = newer.valid_from is not None or newer.issued_on is not None
    follows = item.first_held_on is not None and item.first_held_on < today
    newer.took_over_on = today if follows and not is_dated else None


def move_links(
    session: Session, newer: KnowledgeVersion, dropped: set[date], actor: Actor, now: datetime
) -> None:
    """What was to be ended on a day that was put off or corrected ends where the newer one begins.

    :param dropped: see :func:`retire_current`.
    """
    day = newer.valid_from or local_day(now)
    query = (
        select(ItemLink)
        .where(ItemLink.newer_id == newer.item_id, ItemLink.effective_on.in_(dropped - {day}))
        .order_by(ItemLink.id)
    )
    for link in session.scalars(query).all():
        link.effective_on, kind = day, LinkKind(link.kind)
        if kind in _ENDING and link.older.state in _HELD:
            end_by_links(session, link.older)
            _tell_ended(session, link.older, kind, newer.title, actor, now)


def ahead_of(newer: KnowledgeVersion, today: date) -> tuple[KnowledgeVersion, date] | None:
    """The published version that has not begun to hold when the newer one comes, and its day."""
    item = newer.item
    if item.current_version is None or item.current_version.id == newer.id:
        return None
    began = _begins(item, item.current_version)
    return (item.current_version, began) if today < began else None


def is_dropped(earlier: KnowledgeVersion, newer: KnowledgeVersion, today: date) -> bool:
    """Tell whether a version that was published ahead never holds once the newer one is published.

    The newer one begins no later, so it corrects it; or it says the same from a later day, so the
    day was put off. Another text from a later day is the next step after it.
    """
    began, begins = _begins(newer.item, earlier), _begins(newer.item, newer)
    return today < began and (begins <= began or earlier.text_sha256 == newer.text_sha256)


def _first_held(item: KnowledgeItem, newer: KnowledgeVersion) -> date | None:
    """The first day on which a version before the newer one held, or will hold.

    Said anew with each publication: a version that was to hold may be dropped by the next one,
    however often the day moves. One that was dropped ended before it began.
    """
    began = (
        (_begins(item, version), version.replaced_on)
        for version in item.versions
        if version is not newer and version.replaced_on is not None
    )
    return min((start for start, ended in began if start < ended), default=None)


def _begins(item: KnowledgeItem, version: KnowledgeVersion) -> date:
    return answering_period(item, version).start or date.min


def apply_links(session: Session, version: KnowledgeVersion, actor: Actor, now: datetime) -> None:
    """Make the links a version planned, and end the entries that it replaces or repeals.

    :raises InvalidInput: a link to the entry itself.
    :raises NotFound, PermissionDenied: an older entry is not this person's to see or to end.
    """
    today = local_day(now)
    for planned in version.planned_links:
        kind = LinkKind(planned["kind"])
        is_confirmed = _is_confirmed(session, version, planned["item_id"], kind)
        # What an editor confirmed is made by whoever publishes, who need not see the older entry.
        older = (
            session.get_one(KnowledgeItem, planned["item_id"])
            if is_confirmed
            else get_visible(session, planned["item_id"], actor)
        )
        if older.id == version.item_id:
            raise InvalidInput("一个条目不能替代它自己", {"links": "请选择另一个条目"})
        stated = planned["effective_on"]
        day = date.fromisoformat(stated) if stated else version.valid_from or today
        _link(session, version.item_id, older.id, kind, day)
        if kind in _ENDING and older.state in _HELD:
            if not is_confirmed:
                require_editing(actor, older)
            end_by_links(session, older)
            _tell_ended(session, older, kind, version.title, actor, now)
    version.planned_links = []
    session.flush()
    begin_by_links(session, version)


def begin_by_links(session: Session, version: KnowledgeVersion) -> None:
    """A text without dates in another entry's place speaks from the day it took it; one that
    follows a version of its own entry has its day from :func:`retire_current`."""
    is_dated = version.valid_from is not None or version.issued_on is not None
    if is_dated or version.item.first_held_on is not None:
        return
    query = select(func.min(ItemLink.effective_on)).where(
        ItemLink.newer_id == version.item_id, ItemLink.kind == LinkKind.SUPERSEDES.value
    )
    version.took_over_on = session.scalar(query)


def end_older_again(session: Session, newer: KnowledgeItem, actor: Actor, now: datetime) -> None:
    """What an entry replaced or repealed ends anew when the entry comes back from 下架.

    Meanwhile its links ended nothing, and an older entry may have been published again.
    """
    title = newer.current_version.title if newer.current_version is not None else ""
    query = (
        select(ItemLink.kind, KnowledgeItem)
        .join(KnowledgeItem, KnowledgeItem.id == ItemLink.older_id)
        .where(
            ItemLink.newer_id == newer.id,
            ItemLink.kind.in_([kind.value for kind in _ENDING]),
            KnowledgeItem.state.in_([state.value for state in _HELD]),
        )
        .order_by(KnowledgeItem.id)
    )
    for kind, older in session.execute(query).all():
        before = (older.state, older.ended_on)
        end_by_links(session, older)
        if (older.state, older.ended_on) != before:
            _tell_ended(session, older, LinkKind(kind), title, actor, now)


def _tell_ended(
    session: Session,
    older: KnowledgeItem,
    kind: LinkKind,
    title: str,
    actor: Actor,
    now: datetime,
) -> None:
    if older.current_version is not None:
        note(session, older.current_version, kind.value, actor, now, title)
    resolve_for_item(session, older.id, DUE_NOTICES)
    announce(session, _ENDING_EVENT[kind], older, now)
    tell_when_it_ends(session, older, now)
    request_check(session, older.current_version, now)


def _is_confirmed(
    session: Session, version: KnowledgeVersion, older_id: int, kind: LinkKind
) -> bool:
    """Whether somebody who may end the older entry said so; see kb.services.found_links."""
    query = select(FoundLink.id).where(
        FoundLink.version_id == version.id,
        FoundLink.item_id == older_id,
        FoundLink.kind == kind.value,
        FoundLink.state == FoundState.CONFIRMED.value,
    )
    return session.scalar(query) is not None


def end_by_links(session: Session, item: KnowledgeItem) -> None:
    """Say whether and when the entry was replaced or repealed: the earliest link that ends it.

    A link from an entry that was withdrawn ends nothing.
    """
    query = (
        select(ItemLink.kind, ItemLink.effective_on)
        .join(KnowledgeItem, KnowledgeItem.id == ItemLink.newer_id)
        .where(
            ItemLink.older_id == item.id,
            ItemLink.kind.in_([kind.value for kind in _ENDING]),
            KnowledgeItem.state != ItemState.WITHDRAWN.value,
        )
        .order_by(ItemLink.effective_on, ItemLink.id)
    )
    ending = session.execute(query).first()
    if ending is None:
        item.state, item.ended_on = ItemState.PUBLISHED.value, None
        return
    item.state = _ENDING[LinkKind(ending.kind)].value
    item.ended_on = ending.effective_on - timedelta(days=1)


def _link(session: Session, newer_id: int, older_id: int, kind: LinkKind, day: date) -> None:
    """Make the link, or say anew what an earlier version of the same entry said."""
    query = select(ItemLink).where(ItemLink.newer_id == newer_id, ItemLink.older_id == older_id)
    link = session.scalars(query).one_or_none()
    if link is None:
        link = ItemLink(newer_id=newer_id, older_id=older_id)
        session.add(link)
    link.kind, link.effective_on = kind.value, day
