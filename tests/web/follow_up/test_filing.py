"""Archiving what nobody filed: a category is suggested, asked for, and nothing typed is lost."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.current_profile import Profiles
from kb.db import Database
from kb.models import CitizenRequest, WorkOrder
from kb.services.files import FileStore
from tests.kb.hotline import PROFILE
from tests.web.conftest import ManualClock
from tests.web.follow_up.conftest import Scene, path_of, send
from webapp import create_app
from webapp.context import NAME
from webapp.settings import Settings

CITY = replace(PROFILE, categories=("公用事业/供水/水压", "公用事业/供气", "住房保障/物业管理"))


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock) -> Flask:
    files = FileStore(settings.data_folder / "originals", settings.max_upload_bytes)
    app = create_app(settings, database, clock=clock, profile=CITY, files=files)
    app.testing = True
    return app


@pytest.fixture
def unfiled(scene: Scene, database: Database) -> str:
    """An order nobody filed; what it says names a category of the city."""
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.first)).one()
        request = session.get(CitizenRequest, order.request_id)
        assert request is not None
        request.category, request.title = "", "高层供水水压不够"
        order.category = ""
    return scene.first


def test_the_suggestion_stands_there_and_one_click_files(
    caller: FlaskClient, scene: Scene, unfiled: str
) -> None:
    page = caller.get(path_of(unfiled)).text
    assert '<input type="radio" name="category" value="公用事业/供水/水压"' in page
    answer = send(
        caller, unfiled, "archived", waived="诉求人要求不回访", category="公用事业/供水/水压"
    )
    assert answer.status_code == 302
    stored = scene.stored(unfiled)
    assert (stored.state, stored.request.category) == ("archived", "公用事业/供水/水压")


def test_without_a_category_the_form_comes_back_with_what_was_typed(
    caller: FlaskClient, scene: Scene, unfiled: str
) -> None:
    answer = send(caller, unfiled, "archived", waived="诉求人要求不回访")
    assert answer.status_code == 422
    assert answer.text.count("这件诉求还没有归类，请选定类别再归档") == 2  # on top, and beside it
    assert 'value="诉求人要求不回访"' in answer.text
    wrong = send(caller, unfiled, "archived", waived="诉求人要求不回访", category_other="供暖")
    assert wrong.status_code == 422
    assert 'name="category_other"' in wrong.text
    assert 'value="供暖"' in wrong.text
    assert scene.stored(unfiled).state == "resolved"


def test_what_fits_no_category_is_archived_as_unfiled_by_a_persons_word(
    caller: FlaskClient, scene: Scene, unfiled: str
) -> None:
    assert 'name="category" value="未分类"' in caller.get(path_of(unfiled)).text
    answer = send(caller, unfiled, "archived", waived="诉求人要求不回访", category="未分类")
    assert answer.status_code == 302
    stored = scene.stored(unfiled)
    assert (stored.state, stored.request.category) == ("archived", "")
    assert "归档时确认没有合适的类别，记为未分类" in caller.get(path_of(unfiled)).text


@pytest.fixture
def with_rest(app: Flask, database: Database) -> None:
    """The city has a category of its own for the rest."""
    city = replace(CITY, categories=(*CITY.categories, "其他"))
    known = app.extensions[NAME]
    app.extensions[NAME] = replace(known, profiles=Profiles.fixed(city, database))


def test_a_city_with_a_category_for_the_rest_offers_that_and_leaves_nothing_unfiled(
    caller: FlaskClient, scene: Scene, unfiled: str, with_rest: None
) -> None:
    page = caller.get(path_of(unfiled)).text
    assert 'name="category" value="其他"' in page and "未分类，" not in page
    why = {"waived": "诉求人要求不回访"}
    assert send(caller, unfiled, "archived", category="未分类", **why).status_code == 422
    assert send(caller, unfiled, "archived", category="其他", **why).status_code == 302
    assert scene.stored(unfiled).request.category == "其他"


def test_what_is_filed_is_not_asked_again(caller: FlaskClient, scene: Scene) -> None:
    assert 'name="category' not in caller.get(path_of(scene.second)).text
