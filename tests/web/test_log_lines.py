"""The log tells of a refused row without its values."""

import logging
import sys

from sqlalchemy.exc import IntegrityError

from kb.db import Database
from kb.models import Unit
from webapp.log_lines import LINE, WithoutValues

REFUSED = "first\nDETAIL:  Failing row contains (1, 张三)."
SECRET = "住在\n\n幸福里的人"


def test_a_refused_row_is_told_without_its_values(any_database: Database) -> None:
    record = None
    with any_database.unit_of_work() as session:
        session.add(Unit(name=SECRET))
    try:
        with any_database.unit_of_work() as session:
            session.add(Unit(name=SECRET))
    except IntegrityError:
        record = logging.LogRecord("web", logging.ERROR, "", 1, "failed", (), sys.exc_info())
    assert record is not None
    line = WithoutValues(LINE).format(record)
    assert line.startswith("ERROR web failed\nTraceback")
    assert "IntegrityError" in line
    assert "住在" not in line and "幸福里" not in line


def test_what_went_wrong_before_and_after_stays() -> None:
    try:
        try:
            raise ValueError(REFUSED)
        except ValueError as error:
            raise LookupError("second") from error
    except LookupError:
        record = logging.LogRecord("web", logging.ERROR, "", 1, "failed", (), sys.exc_info())
    line = WithoutValues(LINE).format(record)
    assert "first" in line and "LookupError: second" in line
    assert "张三" not in line
