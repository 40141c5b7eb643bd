"""The demo city loads through the real services and gives every screen something to show."""

from datetime import UTC, datetime
from pathlib import Path

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

NOW = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)


@pytest.fixture
def loaded(any_database: Database, tmp_path: Path) -> Database:
    files = FileStore(tmp_path / "originals", 1 << 20)
    with any_database.unit_of_work() as session:
        load(session, now=NOW, files=files, phone_key=b"key")
    return any_database


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


def test_only_the_deliberate_contradiction_is_left_to_be_found(loaded: Database) -> None:
    with loaded.reading() as session:
        (job,) = session.scalars(select(Job).where(Job.kind == CHECK_JOB))
        version = session.get_one(KnowledgeVersion, job.payload["version_id"])
        assert version.item.source_key == "tingnan-qa-elder"
