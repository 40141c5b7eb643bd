"""A draft in which nobody wrote what to say: the clerk and the reviewers are told, not hindered."""

import pytest

from kb.db import Database
from tests.web.unit_portal.conftest import Portal, form_of, version_of
from tests.web.unit_portal.test_review import decide, submit

SAID = "没有写结论，也没有写口播，坐席只能念原文"


def test_who_hands_in_and_who_reviews_are_told_and_may_go_on(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database
) -> None:
    version_id = clerk.push_draft()
    page = f"/units/versions/{version_id}"
    assert SAID in clerk.get(page).text
    submit(clerk, database, version_id)
    assert SAID in reviewer.get(page).text
    decide(reviewer, database, version_id, "approve")
    assert SAID in editor.get(page).text
    assert decide(editor, database, version_id, "approve").status_code == 302
    assert version_of(database, version_id).state == "published"
    assert SAID not in editor.get(page).text


@pytest.mark.parametrize("name", ["fact_conclusion", "fact_script"])
def test_a_conclusion_or_what_to_say_is_enough(
    clerk: Portal, database: Database, name: str
) -> None:
    version_id = clerk.push_draft()
    form = form_of(version_of(database, version_id), action="save") | {name: "能报名。"}
    assert clerk.post(f"/units/versions/{version_id}", **form).status_code == 302
    assert SAID not in clerk.get(f"/units/versions/{version_id}").text
