"""Papers that went with a merged order into the order it was merged into, and how they go back."""

import hashlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.db import Database
from kb.models import Unit, WorkOrder
from kb.services import work_orders
from kb.services.files import FileStore
from kb.services.work_orders import By, shown_files
from kb.terms import Role
from tests.kb.hotline import Hotline
from tests.web.agent_desk.conftest import PROFILE, Desk
from tests.web.conftest import ManualClock

_NUMBERS = count(900)
_PAPERS = (b"%PDF-1.4 inner", b"%PDF-1.4 middle", b"%PDF-1.4 outer")
INNER, MIDDLE, OUTER = (hashlib.sha256(paper).hexdigest() for paper in _PAPERS)


def _register(desk: Desk, *papers: bytes) -> None:
    form = {
        "token": desk.hidden("token"),
        "call_id": desk.hidden("call_id"),
        "query": "江北路路灯不亮",
        "title": "江北路路灯不亮",
        "purpose": "help",
        "channel": "微信",
        "line": "综合",
        "files": [(BytesIO(paper), f"{place}.pdf") for place, paper in enumerate(papers)],
    }
    answer = desk.post("/desk/work-orders", **form)
    assert answer.status_code == 200, answer.text


class Chain:
    """Orders that brought a paper each: inner, middle, outer, and one more with inner's paper."""

    def __init__(self, session: Session, by: By, orders: Sequence[WorkOrder]) -> None:
        self.session, self.by = session, by
        self.inner, self.middle, self.outer, self.other = orders

    def merge(self, order: WorkOrder, into: WorkOrder) -> None:
        work_orders.merge(self.session, order, self.by, into=into, text="同一件事")

    def part(self, order: WorkOrder) -> None:
        work_orders.unmerge(self.session, order, self.by, text="不是一件")

    def shown(self, order: WorkOrder, by: By | None = None) -> set[str]:
        self.session.expire_all()
        return {row.sha256 for row in shown_files(order, by or self.by)}


@pytest.fixture
def chain(desk: Desk, database: Database, clock: ManualClock) -> Iterator[Chain]:
    for paper in (*_PAPERS, _PAPERS[0]):
        _register(desk, paper)
    with database.unit_of_work() as session:
        orders = session.scalars(select(WorkOrder).order_by(WorkOrder.id)).all()
        by = By(Hotline(session, _NUMBERS).actor(Role.DISPATCHER), clock(), PROFILE)
        made = Chain(session, by, orders)
        made.merge(made.inner, made.middle)
        yield made


def test_papers_of_an_order_taken_out_of_a_merged_one_leave_the_outer_one_too(
    chain: Chain, clock: ManualClock
) -> None:
    water = chain.session.scalars(select(Unit).where(Unit.name == "澜川水务集团")).one()
    work_orders.dispatch(chain.session, chain.outer, chain.by, unit_id=water.id)
    actor = Hotline(chain.session, _NUMBERS).actor(Role.UNIT_CLERK, unit=water)
    unit = By(actor, clock(), PROFILE)
    chain.merge(chain.middle, chain.outer)
    assert chain.shown(chain.outer, unit) == {INNER, MIDDLE, OUTER}

    chain.part(chain.inner)
    assert chain.shown(chain.outer, unit) == chain.shown(chain.outer) == {MIDDLE, OUTER}
    assert chain.shown(chain.middle) == {MIDDLE}
    assert chain.shown(chain.inner) == {INNER}
    assert "它带来的 1 份材料回到原来的工单" in chain.outer.events[-1].data["text"]

    # Merged once more, by the same way, the paper is there once more.
    chain.part(chain.middle)
    assert chain.shown(chain.outer) == {OUTER}
    chain.merge(chain.inner, chain.middle)
    chain.merge(chain.middle, chain.outer)
    assert chain.shown(chain.outer, unit) == {INNER, MIDDLE, OUTER}


def test_a_paper_that_another_merged_order_carries_stays_until_that_goes_too(
    chain: Chain,
) -> None:
    chain.merge(chain.middle, chain.outer)
    chain.merge(chain.other, chain.outer)
    chain.part(chain.inner)
    assert chain.shown(chain.outer) == {INNER, MIDDLE, OUTER}
    chain.part(chain.other)
    assert chain.shown(chain.outer) == {MIDDLE, OUTER}
    assert chain.shown(chain.other) == {INNER}


def test_what_the_centre_adds_to_a_merged_order_reaches_the_unit_of_the_last(
    chain: Chain, clock: ManualClock, tmp_path: Path
) -> None:
    water = chain.session.scalars(select(Unit).where(Unit.name == "澜川水务集团")).one()
    work_orders.dispatch(chain.session, chain.outer, chain.by, unit_id=water.id)
    unit = By(Hotline(chain.session, _NUMBERS).actor(Role.UNIT_CLERK, unit=water), clock(), PROFILE)
    chain.merge(chain.middle, chain.outer)
    later = b"%PDF-1.4 later"
    kept = work_orders.attach(
        chain.session,
        chain.inner,
        chain.by,
        FileStore(tmp_path, 200_000),
        name="补充.pdf",
        stream=BytesIO(later),
    )
    work_orders.note(chain.session, chain.inner, chain.by, text="来人补交", files=[kept.id])
    added = hashlib.sha256(later).hexdigest()
    assert chain.shown(chain.outer, unit) == {INNER, MIDDLE, OUTER, added}

    chain.part(chain.inner)
    assert chain.shown(chain.outer, unit) == {MIDDLE, OUTER}
    assert chain.shown(chain.inner) == {INNER, added}
