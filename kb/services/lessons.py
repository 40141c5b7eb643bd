"""What has settled becomes a lesson for category suggestions, whoever settles it.

A listener on the session, so that nobody can forget it: a request answered at once, or one whose
order is resolved, becomes a row to be learned; a category corrected later makes it wait again.
"""

from collections.abc import Iterable

from sqlalchemy import delete, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.orm.unitofwork import UOWTransaction

from kb.models import CategoryLesson, CitizenRequest, WorkOrder
from kb.terms import Outcome

# Order states in which the matter is settled and the category has proved right.
SETTLED_STATES = ("resolved", "archived")


@event.listens_for(Session, "after_flush")
def _note_settled(session: Session, _context: UOWTransaction) -> None:
    touched = [row for row in (*session.new, *session.dirty) if session.is_modified(row)]
    orders = {row.request_id for row in touched if _is_settled_order(row)}
    requests = {row.id for row in touched if isinstance(row, CitizenRequest)}
    if orders or requests:
        note(session, orders | requests)


def _is_settled_order(row: object) -> bool:
    return isinstance(row, WorkOrder) and row.state in SETTLED_STATES


def note(session: Session, request_ids: Iterable[int]) -> None:
    """Bring the lessons of these requests in line with how they stand now."""
    ids = sorted(set(request_ids))
    connection = session.connection()
    resolved = (
        select(WorkOrder.id)
        .where(WorkOrder.request_id == CitizenRequest.id, WorkOrder.state.in_(SETTLED_STATES))
        .exists()
    )
    rows = connection.execute(
        select(CitizenRequest.id, CitizenRequest.category).where(
            CitizenRequest.id.in_(ids),
            CitizenRequest.category != "",
            (CitizenRequest.outcome == Outcome.ONLINE.value)
            | ((CitizenRequest.outcome == Outcome.HANDED_OVER.value) & resolved),
        )
    ).all()
    for request_id, category in rows:
        _keep(session, request_id, category)
    undone = set(ids) - {row[0] for row in rows}
    if undone:
        connection.execute(
            delete(CategoryLesson).where(
                CategoryLesson.request_id.in_(undone), CategoryLesson.learned_in.is_(None)
            )
        )


def _keep(session: Session, request_id: int, category: str) -> None:
    """One row a request; two who settle its orders at once do not stand in each other's way."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(CategoryLesson).values(request_id=request_id, category=category)
    session.connection().execute(
        row.on_conflict_do_update(
            index_elements=["request_id"],
            set_={"category": category, "learned_in": None},
            where=CategoryLesson.category != category,
        )
    )
