"""Changed limits: what open orders would get is shown first, and moves only when asked."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from kb.clock import utc_now
from kb.models import WorkOrder
from kb.services import work_orders
from kb.services.work_orders import By
from kb.terms import Purpose, Role
from tests.kb.hotline import Hotline
from webapp.cli import kb as commands
from webapp.compose import build
from webapp.settings import Settings

# In natural days: whatever day the test runs on, no calendar of another year is needed.
LIMITS = """[limits]
acknowledge = "1 自然日"
return = "2 自然日"
resolve = "{days} 自然日"
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A data folder with an order sent out and one that waits; then the limit grows longer."""
    path = tmp_path / "city.toml"
    path.write_text(LIMITS.format(days=5), "utf-8")
    given = {"KB_DATA": str(tmp_path / "var"), "KB_PROFILE": str(path)}
    assert CliRunner().invoke(commands, ["setup"], env=given).exit_code == 0
    program = build(Settings.from_env(given))
    sent = utc_now()
    with program.database.unit_of_work() as session:
        city = Hotline(session)
        unit = city.unit("澜川水务集团")
        orders = [city.order(city.request(sent, purpose=Purpose.COMPLAINT), sent) for _ in range(2)]
        by = By(city.actor(Role.DISPATCHER), sent, program.profile)
        work_orders.dispatch(session, orders[0], by, unit_id=unit.id)
    program.close()
    path.write_text(LIMITS.format(days=7), "utf-8")
    return given


def dues(environment: dict[str, str]) -> list[tuple[str, str, list[str]]]:
    """Number, due instant and kinds of events of each order."""
    program = build(Settings.from_env(environment))
    with program.database.reading() as session:
        found = [
            (
                order.number,
                order.due_at.isoformat() if order.due_at else "",
                [event.kind for event in order.events],
            )
            for order in session.scalars(select(WorkOrder).order_by(WorkOrder.id))
        ]
    program.close()
    return found


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def run(environment: dict[str, str], *words: str) -> dict[str, object]:
    done = CliRunner().invoke(commands, ["recompute-clocks", "--json", *words], env=environment)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_preview_moves_nothing_and_applying_moves_what_it_showed(
    environment: dict[str, str],
) -> None:
    before = dues(environment)
    shown = run(environment)
    (one,) = shown["orders"]  # the other was promised nothing yet
    assert one["number"] == before[0][0]
    (clock,) = one["clocks"]
    assert clock["clock"] == "resolve"
    assert instant(clock["due_at"]) == instant(before[0][1])
    assert instant(clock["new_due_at"]) - instant(clock["due_at"]) == timedelta(days=2)
    assert "办结时限 7 自然日（一般件）" in clock["steps"]
    assert dues(environment) == before

    run(environment, "--apply", "--reason", "市里统一放宽办结时限")
    after = dues(environment)
    assert after[1] == before[1]
    assert instant(after[0][1]) == instant(clock["new_due_at"])
    assert after[0][2][-1] == "recomputed"
    assert run(environment)["orders"] == []


def test_applying_needs_a_reason(environment: dict[str, str]) -> None:
    done = CliRunner().invoke(commands, ["recompute-clocks", "--apply"], env=environment)
    assert done.exit_code == 1
    assert "请用 --reason 写明重算时限的理由" in done.stderr
