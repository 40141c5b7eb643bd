"""An open page that asks by itself keeps nobody logged in; a person who does something does."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.terms import Role
from tests.web.conftest import Login, ManualClock
from webapp.polled import is_polled

BY_SCRIPT = {"Sec-Fetch-Mode": "cors", "Accept": "application/json"}
BY_HAND = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1"}
BY_ITSELF = {"Sec-Fetch-Mode": "navigate"}  # the browser's Refresh, and where it is led from there


def _asks_for(client: FlaskClient, clock: ManualClock, path: str, minutes: int) -> int:
    """Ask every minute by script; the last status."""
    status = 0
    for _ in range(minutes):
        clock.forward(minutes=1)
        status = client.get(path, headers=BY_SCRIPT).status_code
    return status


@pytest.mark.parametrize("path", ["/desk/state", "/supervise/guidance/waiting"])
def test_an_open_desk_does_not_stay_logged_in(
    login_as: Login, clock: ManualClock, path: str
) -> None:
    agent = login_as(Role.AGENT)
    assert _asks_for(agent, clock, path, 29) == 200
    assert _asks_for(agent, clock, path, 1) == 401
    assert agent.get("/account", headers=BY_HAND).location == "/login?next=/account"


def test_work_at_the_desk_keeps_it_open(login_as: Login, clock: ManualClock) -> None:
    agent = login_as(Role.AGENT)
    assert _asks_for(agent, clock, "/desk/state", 20) == 200
    assert agent.get("/desk/search?q=医保", headers=BY_SCRIPT).status_code == 200
    assert _asks_for(agent, clock, "/desk/state", 29) == 200


def test_a_board_stays_only_on_the_wall(login_as: Login, clock: ManualClock) -> None:
    supervisor = login_as(Role.SUPERVISOR)
    assert _asks_for(supervisor, clock, "/supervise?wall=1", 40) == 200
    assert _asks_for(supervisor, clock, "/supervise", 29) == 200
    supervisor.get("/supervise", headers=BY_HAND)
    assert _asks_for(supervisor, clock, "/supervise", 29) == 200
    assert _asks_for(supervisor, clock, "/supervise", 1) == 401


@pytest.mark.parametrize(
    "path",
    ["/units/batches/1/progress", "/units/scans/1/progress", "/admin/search-lab/runs/1/state"],
)
def test_waiting_for_work_is_no_work(app: Flask, path: str) -> None:
    with app.test_request_context(path, headers=BY_SCRIPT) as asked:
        assert asked.request.endpoint
        assert is_polled(asked.request)


@pytest.mark.parametrize(
    "path",
    [
        *("/supervise/bulletins/1", "/supervise/bulletins/drafting/1"),
        *("/supervise/assessment", "/admin/records/1"),
    ],
)
def test_a_page_that_loads_itself_while_it_waits_is_no_person(app: Flask, path: str) -> None:
    for headers, is_nobody in ((BY_ITSELF, True), (BY_HAND, False), ({}, False)):
        with app.test_request_context(path, headers=headers) as asked:
            assert asked.request.endpoint
            assert is_polled(asked.request) is is_nobody


def test_whoever_waits_for_the_assessment_is_logged_out_in_time(
    login_as: Login, clock: ManualClock
) -> None:
    supervisor, path = login_as(Role.SUPERVISOR), "/supervise/assessment"
    for _ in range(29):
        clock.forward(minutes=1)
        assert supervisor.get(path, headers=BY_ITSELF).status_code == 200
    assert supervisor.get(path, headers=BY_HAND).status_code == 200
    for _ in range(29):
        clock.forward(minutes=1)
        assert supervisor.get(path, headers=BY_ITSELF).status_code == 200
    clock.forward(minutes=1)
    assert supervisor.get(path, headers=BY_ITSELF).status_code == 302
