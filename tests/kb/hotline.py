"""A small invented hotline for tests: units, people, requests, entries and orders."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.calendar import seed_calendar
from kb.clock import SHANGHAI
from kb.models import (
    Adoption,
    CitizenRequest,
    KnowledgeItem,
    KnowledgeVersion,
    Unit,
    User,
    WorkOrder,
)
from kb.profile import Profile
from kb.services import work_orders
from kb.terms import ItemState, KnowledgeKind, Outcome, Purpose, Role, VersionState
from kb.work_orders.state import EventKind

PROFILE = Profile(city="澜川市", number_prefix="LC")


def at(text: str) -> datetime:
    """``"2026-05-07 10:24"`` in the city, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@dataclass
class Hotline:
    """Builders over one session; nothing is committed here."""

    session: Session
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def calendar(self) -> None:
        """Enter the official calendar."""
        seed_calendar(self.session)

    def unit(self, name: str, *, aliases: tuple[str, ...] = (), parent: Unit | None = None) -> Unit:
        unit = Unit(name=name, aliases=list(aliases), parent_id=parent.id if parent else None)
        self.session.add(unit)
        self.session.flush()
        return unit

    def actor(self, *roles: Role, unit: Unit | None = None, name: str = "测试员") -> Actor:
        user = User(
            username=f"u{next(self.numbers)}",
            name=name,
            unit_id=unit.id if unit else None,
            roles=[role.value for role in roles],
            password_hash="not a hash",
            created_at=at("2026-01-01 09:00"),
        )
        self.session.add(user)
        self.session.flush()
        scope = frozenset({unit.id}) if unit else frozenset()
        return Actor(user.id, name, unit.id if unit else None, frozenset(roles), scope)

    def request(
        self,
        received_at: datetime,
        *,
        outcome: Outcome = Outcome.OPEN,
        purpose: Purpose = Purpose.CONSULTATION,
        category: str = "",
        title: str = "一件诉求",
        **more: object,
    ) -> CitizenRequest:
        request = CitizenRequest(
            number=f"LC-{next(self.numbers):04d}",
            received_at=received_at,
            outcome=outcome.value,
            purpose=purpose.value,
            category=category,
            title=title,
            **more,
        )
        self.session.add(request)
        self.session.flush()
        return request

    def item(self, unit: Unit, title: str, *, category: str = "") -> KnowledgeItem:
        when = at("2026-01-05 09:00")
        item = KnowledgeItem(
            unit_id=unit.id, state=ItemState.PUBLISHED.value, created_at=when, published_at=when
        )
        self.session.add(item)
        self.session.flush()
        version = KnowledgeVersion(
            item_id=item.id,
            number=1,
            state=VersionState.PUBLISHED.value,
            kind=KnowledgeKind.QA.value,
            title=title,
            category=category,
            created_at=when,
            updated_at=when,
        )
        self.session.add(version)
        self.session.flush()
        item.current_version_id = version.id
        self.session.flush()
        self.session.expire(item, ["current_version"])
        return item

    def adoption(
        self, request: CitizenRequest, item: KnowledgeItem, *, undone: bool = False
    ) -> Adoption:
        when = request.received_at + timedelta(minutes=2)
        adoption = Adoption(
            request_id=request.id,
            item_id=item.id,
            version_id=item.current_version_id,
            unit_id=item.unit_id,
            query="怎么办",
            at=when,
            undone_at=when + timedelta(minutes=1) if undone else None,
        )
        self.session.add(adoption)
        self.session.flush()
        return adoption

    def order(
        self, request: CitizenRequest, now: datetime, *, lost: KnowledgeItem | None = None
    ) -> WorkOrder:
        request.outcome = Outcome.HANDED_OVER.value
        return work_orders.open_order(
            self.session,
            request,
            profile=PROFILE,
            actor=self.actor(Role.AGENT),
            now=now,
            lost_item_id=lost.id if lost else None,
        )

    def dispatched(self, order: WorkOrder, unit: Unit, now: datetime) -> WorkOrder:
        return work_orders.dispatch(
            self.session,
            order,
            unit_id=unit.id,
            profile=PROFILE,
            actor=self.actor(Role.DISPATCHER),
            now=now,
        )

    def resolved(self, order: WorkOrder, unit: Unit, now: datetime) -> WorkOrder:
        """Acknowledge, reply and resolve a dispatched order, all at ``now``."""
        clerk, dispatcher = self.actor(Role.UNIT_CLERK, unit=unit), self.actor(Role.DISPATCHER)
        for kind, actor, text in (
            (EventKind.ACKNOWLEDGED, clerk, ""),
            (EventKind.REPLIED, clerk, "已到场修好。"),
            (EventKind.RESOLVED, dispatcher, ""),
        ):
            work_orders.act(self.session, order, kind, actor=actor, now=now, data={"text": text})
        return order
