"""The application with a city profile."""

import pytest
from flask import Flask

from kb.db import Database
from tests.kb.hotline import PROFILE
from tests.web.conftest import ManualClock
from webapp import create_app
from webapp.settings import Settings


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock) -> Flask:
    app = create_app(settings, database, clock=clock, profile=PROFILE)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app
