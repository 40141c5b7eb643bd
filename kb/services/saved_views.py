"""存为视图: keep the filters of a list under a name, rename, remove and take that back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import InvalidInput, NotFound
from kb.masking import mask_text
from kb.models import SavedView

MAX_VIEWS = 12  # of one list and person
MAX_NAME = 20
MAX_QUERY = 600
UNDO = timedelta(minutes=10)
# What an address says beside its filters.
_NOT_FILTERS = frozenset({"page", "view_name"})


@dataclass(frozen=True)
class Views:
    """A person's views of one list; ``removed`` is the one that can still be taken back."""

    kept: Sequence[SavedView] = ()
    removed: SavedView | None = None


def filters_of(query: str) -> str:
    """The filters of an address in a fixed order, without page and empty values."""
    pairs = parse_qsl(query[:4000])
    return urlencode(sorted((name, value) for name, value in pairs if name not in _NOT_FILTERS))


def views_of(session: Session, list_name: str, actor: Actor, now: datetime) -> Views:
    """The person's views of a list, oldest first."""
    removed_at = SavedView.removed_at
    mine = _mine(actor, list_name).where(or_(removed_at.is_(None), removed_at > now - UNDO))
    rows = session.scalars(mine.order_by(SavedView.id)).all()
    removed = [(row.removed_at, row) for row in rows if row.removed_at is not None]
    kept = [row for row in rows if row.removed_at is None]
    return Views(kept, max(removed, key=itemgetter(0))[1] if removed else None)


def save(
    session: Session, list_name: str, query: str, name: str, actor: Actor, now: datetime
) -> SavedView:
    """存为视图.

    :param query: the query of the list's address; only its filters are kept.
    :raises InvalidInput: no name, a name in use, too many, or filters that may name a person.
    """
    kept = views_of(session, list_name, actor, now).kept
    filters = filters_of(query)
    if len(kept) >= MAX_VIEWS:
        raise InvalidInput(f"一个清单最多存 {MAX_VIEWS} 个视图，请先删除不用的")
    if len(filters) > MAX_QUERY:
        raise InvalidInput("筛选条件太长，存不下；请缩短搜索的文字")
    if any(mask_text(value) != value for _, value in parse_qsl(filters)):
        raise InvalidInput("筛选条件里有电话或证件号码，不能存为视图")
    view = SavedView(
        user_id=actor.user_id,
        list_name=list_name,
        name=_free_name(name, kept),
        query=filters,
        created_at=now,
    )
    session.add(view)
    session.flush()
    return view


def rename(session: Session, view_id: int, name: str, actor: Actor, now: datetime) -> SavedView:
    """改名.

    :raises NotFound: the person has no such view.
    :raises InvalidInput: no name, or one in use.
    """
    view = _get(session, view_id, actor)
    kept = views_of(session, view.list_name, actor, now).kept
    view.name = _free_name(name, [other for other in kept if other.id != view.id])
    return view


def remove(session: Session, view_id: int, actor: Actor, now: datetime) -> SavedView:
    """删除; what was removed earlier of this list is gone with it, this one can be taken back.

    :raises NotFound: the person has no such view.
    """
    view = _get(session, view_id, actor)
    if view.removed_at is None:
        earlier = _mine(actor, view.list_name).where(SavedView.removed_at.is_not(None))
        for row in session.scalars(earlier):
            session.delete(row)
        view.removed_at = now
    return view


def restore(session: Session, view_id: int, actor: Actor, now: datetime) -> SavedView:
    """撤销删除.

    :raises NotFound: it is gone for good.
    :raises InvalidInput: another one took its name or its room meanwhile.
    """
    view = _get(session, view_id, actor)
    if view.removed_at is not None:
        kept = views_of(session, view.list_name, actor, now).kept
        _free_name(view.name, kept)
        if len(kept) >= MAX_VIEWS:
            raise InvalidInput(f"一个清单最多存 {MAX_VIEWS} 个视图，请先删除不用的")
        view.removed_at = None
    return view


def _mine(actor: Actor, list_name: str) -> Select[SavedView]:
    return select(SavedView).where(
        SavedView.user_id == actor.user_id, SavedView.list_name == list_name
    )


def _get(session: Session, view_id: int, actor: Actor) -> SavedView:
    view = session.get(SavedView, view_id)
    if view is None or view.user_id != actor.user_id:
        raise NotFound("没有这个视图，可能已经删除")
    return view


def _free_name(name: str, others: Sequence[SavedView]) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME:
        raise InvalidInput(f"视图的名字应为 1 至 {MAX_NAME} 个字")
    if any(other.name == name for other in others):
        raise InvalidInput(f"已有叫“{name}”的视图，请换一个名字")
    return name
