"""The demo city loads through the real services and gives every screen something to show."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from demo.load import load
from kb.bulletins.basis import Basis
from kb.bulletins.periods import Period
from kb.bulletins.reporting import report
from kb.bulletins.window import Window
from kb.db import Database
from kb.models import (
    Adoption,
    CallCount,
    CitizenRequest,
    ItemLink,
    Job,
    KnowledgeItem,
    KnowledgeVersion,
    WorkOrder,
)
from kb.services.conflict_jobs import CHECK_JOB
from kb.services.files import FileStore
from kb.services.work_orders import state_of
from kb.terms import ItemState, KnowledgeKind
from tests import databases

NOW = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)


@pytest.fixture(scope="module", params=databases.KINDS)
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The city on each kind of server, loaded once: these tests only read."""
    folder = tmp_path_factory.mktemp("city")
    with databases.fresh(request, folder) as database:
        with database.unit_of_work() as session:
            files = FileStore(folder / "originals", 1 << 20)
            load(session, now=NOW, files=files, phone_key=b"key")
        yield database


def test_it_holds_what_the_screens_need(loaded: Database) -> None:
    with loaded.reading() as session:
        kinds = dict(
            session.execute(
                select(KnowledgeVersion.kind, func.count()).group_by(KnowledgeVersion.kind)
            ).all()
        )
        requests = session.scalar(select(func.count()).select_from(CitizenRequest))
        orders = session.scalars(select(WorkOrder)).all()
        ended = session.scalars(
            select(KnowledgeItem).where(
                KnowledgeItem.state.in_([ItemState.SUPERSEDED, ItemState.REPEALED])
            )
        ).all()
        links = session.scalar(select(func.count()).select_from(ItemLink)) or 0
        window = Window(Period.last_days(NOW, 90), NOW, Basis())
        rate = report(session, window, compared=False)["totals"]["resolved_online_rate"]
        stored = [(order.state, state_of(order).step) for order in orders]
        uncalled = [o for o in orders if o.state == "resolved" and not o.satisfaction]
        late = [o for o in uncalled if o.resolved_at and o.resolved_at < NOW - timedelta(days=14)]
    assert set(kinds) == {kind.value for kind in KnowledgeKind}
    assert sum(kinds.values()) - kinds["contact"] >= 80
    assert kinds["contact"] >= 40
    assert requests is not None
    assert requests >= 300
    assert len(orders) >= 90
    assert links >= 4
    assert ended
    assert all(row.ended_on is not None for row in ended)
    assert all(state == step for state, step in stored)
    # Some wait for their call back and nobody for weeks; what is settled was put away.
    assert uncalled and not late
    assert sum(state == "archived" for state, _ in stored) >= 40
    assert rate is not None
    assert 55 <= rate <= 75


def test_every_adoption_was_of_an_entry_in_force_and_credits_its_unit(loaded: Database) -> None:
    with loaded.reading() as session:
        adoptions = session.scalars(select(Adoption)).all()
        wrong = [row.id for row in adoptions if row.unit_id != row.item.unit_id]
    assert len(adoptions) > 100
    assert wrong == []


def test_nothing_in_the_demo_happens_after_now(loaded: Database) -> None:
    with loaded.reading() as session:
        latest = session.scalar(select(func.max(CitizenRequest.received_at)))
    assert latest is not None
    assert latest <= NOW


def test_most_calls_are_answered_and_no_request_by_phone_was_missed(loaded: Database) -> None:
    with loaded.reading() as session:
        counts = session.scalars(select(CallCount).order_by(CallCount.day)).all()
        by_phone = select(func.count()).where(CitizenRequest.channel == "电话")
        received = session.scalar(by_phone) or 0
    answered, offered = sum(one.answered for one in counts), sum(one.offered for one in counts)
    assert len(counts) > 80
    assert 0.7 < answered / offered < 1
    assert answered > received * 0.9
    assert all(one.answered <= one.offered for one in counts)


def test_only_the_deliberate_contradiction_is_left_to_be_found(loaded: Database) -> None:
    with loaded.reading() as session:
        (job,) = session.scalars(select(Job).where(Job.kind == CHECK_JOB))
        version = session.get_one(KnowledgeVersion, job.payload["version_id"])
        assert version.item.source_key == "tingnan-qa-elder"
