"""Taking a list home as its page offers it, and what the audit log says of that."""

import csv
import html
import io
import re

from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import AuditRecord
from tests.web.conftest import csrf_token


def take_home(client: FlaskClient, page: str) -> list[dict[str, str]]:
    """The rows of the CSV file that the button of a list gives, by the names of its columns."""
    found = re.search(r'formaction="([^"]+format=csv[^"]*)"', client.get(page).text)
    assert found is not None
    form = {"csrf_token": csrf_token(client, "/password")}
    answer = client.post(html.unescape(found[1]), data=form)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def takings(database: Database) -> list[tuple[str, str, int]]:
    """Every taking in the audit log: action, name of the list, rows."""
    query = select(AuditRecord).where(AuditRecord.action.endswith(".export"))
    with database.reading() as session:
        rows = session.scalars(query.order_by(AuditRecord.id))
        return [(row.action, row.object_id, row.detail["rows"]) for row in rows]
