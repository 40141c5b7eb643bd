from tests.web.supervision.conftest import app as app
