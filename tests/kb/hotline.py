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
from kb.services.accounts import unit_line
from kb.services.work_orders import By
from kb.terms import ItemState, KnowledgeKind, Outcome, Purpose, Role, VersionState

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
        below, above = unit_line(self.session, unit.id if unit else None)
        return Actor(user.id, name, unit.id if unit else None, frozenset(roles), below, above=above)

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
        request.outcome, request.handed_over_at = Outcome.HANDED_OVER.value, now
        return work_orders.open_order(
            self.session,
            request,
            profile=PROFILE,
            actor=self.actor(Role.AGENT),
            now=now,
            lost_item_id=lost.id if lost else None,
        )

    def by(self, actor: Actor, now: datetime) -> By:
        return By(actor, now, PROFILE)

    def dispatched(self, order: WorkOrder, unit: Unit, now: datetime) -> WorkOrder:
        by = self.by(self.actor(Role.DISPATCHER), now)
        return work_orders.dispatch(self.session, order, by, unit_id=unit.id)

    def resolved(self, order: WorkOrder, unit: Unit, now: datetime) -> WorkOrder:
        """Acknowledge, reply and resolve a dispatched order, all at ``now``."""
        clerk = self.by(self.actor(Role.UNIT_CLERK, unit=unit), now)
        work_orders.acknowledge(self.session, order, clerk)
        work_orders.reply(self.session, order, clerk, text="已到场修好。")
        if order.state == "unit_review":
            reviewer = self.by(self.actor(Role.UNIT_REVIEWER, unit=unit), now)
            work_orders.pass_unit_review(self.session, order, reviewer)
        dispatcher = self.by(self.actor(Role.DISPATCHER), now)
        return work_orders.resolve(self.session, order, dispatcher)
