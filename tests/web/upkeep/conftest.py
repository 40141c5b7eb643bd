"""The portal's browsers, and entries put straight into the database."""

from tests.web.unit_portal.conftest import (
    app,
    clerk,
    editor,
    enter,
    files,
    other_unit,
    reviewer,
)
from tests.web.unit_portal.test_home import add

__all__ = ["add", "app", "clerk", "editor", "enter", "files", "other_unit", "reviewer"]
