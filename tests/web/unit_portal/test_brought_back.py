"""以旧版为底: mistakes that were corrected since are named, and looked at before they come back."""

import pytest
from flask.testing import FlaskClient

from kb.db import Database
from kb.models import Correction, ItemEvent, KnowledgeItem, KnowledgeVersion
from kb.services.brought_back import CONFIRMED
from kb.terms import CorrectionState, Role
from tests.web.conftest import Login, ManualClock
from tests.web.corrections.test_corrections import send
from tests.web.unit_portal.test_versions import NEW, OLD, entry

__all__ = ["entry"]
ASKED = "旧版以后办结过 1 条纠错"


@pytest.fixture
def settled(database: Database, entry: int, clock: ManualClock) -> int:
    """The first version's fee was reported wrong and mended by the second."""
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, entry)
        first, second = item.versions
        clause = next(row for row in first.passages if "800" in row.text)
        session.add(
            Correction(
                item_id=entry,
                version_id=first.id,
                unit_id=item.unit_id,
                passage_ordinal=clause.ordinal,
                quote="学费每学期 800 元",
                kind="wrong",
                said="窗口只收六百",
                at=clock(),
                due_at=clock(),
                state=CorrectionState.SETTLED.value,
                settled_by_version_id=second.id,
            )
        )
        session.flush()
        return entry


def begun(client: FlaskClient, database: Database, item_id: int, number: int = 1) -> int:
    """The draft begun from a version."""
    with database.reading() as session:
        versions = session.get_one(KnowledgeItem, item_id).versions
        base = next(row.id for row in versions if row.number == number)
    send(client, f"/units/versions/{base}/restore")
    with database.reading() as session:
        return session.get_one(KnowledgeItem, item_id).versions[-1].id


def save(client: FlaskClient, database: Database, version: int, **form: str) -> tuple[int, str]:
    with database.reading() as session:
        found = session.get_one(KnowledgeVersion, version)
        known = {
            "rev": found.rev,
            "title": found.title,
            "kind": found.kind,
            "audience": found.audience,
            "body": found.body,
            "valid_from": str(found.valid_from),
        }
    answer = send(client, f"/units/versions/{version}", **(known | form))
    return answer.status_code, answer.text


def test_the_draft_names_what_was_corrected_since_and_asks_before_it_is_handed_in(
    login_as: Login, settled: int, database: Database
) -> None:
    clerk = login_as(Role.UNIT_CLERK)
    version = begun(clerk, database, settled)
    page = clerk.get(f"/units/versions/{version}").text
    assert ASKED in page
    assert "内容有误：窗口只收六百" in page
    assert "报的是“学费每学期 800 元”" in page
    assert "第 2 版改正" in page

    status, page = save(clerk, database, version, action="submit", title="学费新办法")
    assert (status, f"{ASKED}：请逐条对照" in page, "学费新办法" in page) == (422, True, True)
    status, _ = save(clerk, database, version, action="submit", brought_back="yes")
    assert status == 302
    assert "逐条对照过" in clerk.get(f"/units/versions/{version}").text
    with database.reading() as session:
        steps = session.query(ItemEvent).filter_by(version_id=version, kind=CONFIRMED).all()
        assert [step.comment for step in steps] == ["看过第 1 号纠错"]


def test_a_draft_mended_again_asks_nothing(
    login_as: Login, settled: int, database: Database
) -> None:
    clerk = login_as(Role.UNIT_CLERK)
    version = begun(clerk, database, settled)
    assert save(clerk, database, version, action="submit", body=NEW + "\n第三条 附则。\n")[0] == 302
    assert ASKED not in clerk.get(f"/units/versions/{version}").text


def test_a_draft_that_was_not_begun_from_an_older_version_asks_nothing(
    login_as: Login, settled: int, database: Database
) -> None:
    clerk = login_as(Role.UNIT_CLERK)
    send(clerk, f"/units/entries/{settled}/versions")
    with database.reading() as session:
        version = session.get_one(KnowledgeItem, settled).versions[-1].id
    assert ASKED not in clerk.get(f"/units/versions/{version}").text
    assert save(clerk, database, version, body=OLD)[0] == 302


def test_one_handed_in_unasked_is_looked_at_by_who_reviews_it(
    login_as: Login, settled: int, database: Database
) -> None:
    editor = login_as(Role.EDITOR)
    version = begun(editor, database, settled)
    with database.unit_of_work() as session:
        session.get_one(KnowledgeVersion, version).state = "centre_review"
    path = f"/units/versions/{version}"
    with database.reading() as session:
        rev = session.get_one(KnowledgeVersion, version).rev
    refused = send(editor, f"{path}/approve", rev=rev)
    assert (refused.status_code, ASKED in refused.text) == (422, True)
    assert f'action="{path}/brought-back"' in editor.get(path).text
    assert send(editor, f"{path}/brought-back", rev=rev).status_code == 302
    assert "逐条对照过" in editor.get(path).text
    assert send(editor, f"{path}/brought-back", rev=rev).status_code == 302
    assert "没有要对照的纠错了" in editor.get(path).text
    assert send(editor, f"{path}/approve", rev=rev).status_code == 302
