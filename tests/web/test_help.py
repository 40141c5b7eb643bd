"""Help for every role, and a tour that begins once for each person and can be asked for again."""

import re

import pytest
from flask.testing import FlaskClient

from kb.terms import Role
from tests.web.conftest import Login
from webapp.guided_tours import TOURS

TOUR = 'id="tour"'


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert found is not None
    return found[1]


def test_every_role_has_a_tour_of_four_to_six_steps() -> None:
    assert set(TOURS) == set(Role)
    assert all(4 <= len(tour.steps) <= 6 for tour in TOURS.values())


@pytest.mark.parametrize("role", list(Role))
def test_a_role_has_its_help_with_keys_and_the_steps_of_its_tour(
    login_as: Login, role: Role
) -> None:
    browser = login_as(role)
    own = browser.get("/help")
    assert own.headers["Location"] == f"/help/{role.value}"
    page = browser.get(f"/help/{role.value}").text
    assert "<h2>按键</h2>" in page
    assert all(step.title in page for step in TOURS[role].steps)
    assert f'href="{TOURS[role].path}?tour={role.value}"' in page


def test_the_help_of_another_role_is_read_but_its_tour_is_not_offered(login_as: Login) -> None:
    page = login_as(Role.AGENT).get("/help/dispatcher").text
    assert "派一张工单" in page
    assert "?tour=" not in page


def test_unknown_help_is_not_found_and_nobody_reads_it_without_log_in(
    login_as: Login, client: FlaskClient
) -> None:
    assert login_as(Role.AGENT).get("/help/nobody").status_code == 404
    assert client.get("/help").status_code == 302


def test_a_tour_is_there_until_it_is_finished_and_again_when_asked_for(login_as: Login) -> None:
    browser = login_as(Role.ADMIN)
    assert TOUR in browser.get("/admin").text
    assert TOUR not in browser.get("/account").text
    done = browser.post("/help/tours/admin", data={"csrf_token": token(browser)})
    assert done.status_code == 204
    assert browser.post("/help/tours/admin", data={"csrf_token": token(browser)}).status_code == 204
    assert TOUR not in browser.get("/admin").text
    assert TOUR in browser.get("/admin?tour=admin").text
    assert TOUR not in browser.get("/admin?tour=agent").text


def test_the_tour_of_another_role_cannot_be_finished(login_as: Login) -> None:
    browser = login_as(Role.AGENT)
    refused = browser.post("/help/tours/admin", data={"csrf_token": token(browser)})
    assert refused.status_code == 422


@pytest.mark.parametrize("role", list(Role))
def test_every_place_a_help_page_names_is_there_for_its_role(login_as: Login, role: Role) -> None:
    browser = login_as(role)
    page = browser.get(f"/help/{role.value}").text.split("<main", 1)[1]
    places = set(re.findall(r'href="(/[^"?#]*)', page))
    answers = {place: browser.get(place, follow_redirects=True).status_code for place in places}
    assert places and {place for place, code in answers.items() if code != 200} == set()
