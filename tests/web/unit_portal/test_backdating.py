"""施行日期 before 成文日期: asked once of a person, shown wherever the entry is."""

from datetime import date

import pytest

from kb.actor import Actor
from kb.db import Database
from kb.errors import InvalidInput
from kb.models import ItemEvent, KnowledgeVersion
from kb.presenters.card_day import day_json
from kb.services.confirming_backdating import CONFIRMED
from kb.services.publishing import publish
from kb.terms import Role, VersionState
from tests.kb.conftest import NOW
from tests.web.unit_portal.conftest import Portal, version_of

TEXT = """澜川市教育局关于调整校车补助的通知

澜教规〔2026〕9号

各区县教育局：

校车补助调整为每人每月120元。

本通知自2026年1月1日起执行。

澜川市教育局
2026年3月5日
"""
SAID = "施行日期 2026-01-01 早于成文日期 2026-03-05"
EDITOR = Actor(0, "知识管理员", None, frozenset({Role.EDITOR}))


def _save(portal: Portal, database: Database, version: int, **form: str):
    found = version_of(database, version)
    known = {
        "rev": found.rev,
        "title": found.title,
        "kind": found.kind,
        "audience": found.audience,
        "body": found.body,
        "issued_on": str(found.issued_on),
        "valid_from": str(found.valid_from),
    }
    return portal.post(f"/units/versions/{version}", **(known | form))


def test_the_editor_is_asked_and_the_entry_says_so(
    clerk: Portal, editor: Portal, database: Database
) -> None:
    version = clerk.push_draft(TEXT)
    found = version_of(database, version)
    assert (found.issued_on, found.valid_from) == (date(2026, 3, 5), date(2026, 1, 1))
    assert SAID in clerk.get(f"/units/versions/{version}").text

    refused = _save(clerk, database, version, action="submit", title="改过的标题")
    assert refused.status_code == 422
    assert f"{SAID}：请对照原件改正日期" in refused.text
    assert "改过的标题" in refused.text  # nothing typed is lost

    assert _save(editor, database, version, action="publish").status_code == 422
    taken = _save(editor, database, version, action="publish", backdated="yes")
    assert taken.status_code == 302
    found = version_of(database, version)
    assert found.state == VersionState.PUBLISHED
    assert SAID in editor.get(f"/units/entries/{found.item_id}").text
    assert SAID in editor.client.get(f"/entry/{found.item_id}").text


def test_other_dates_are_another_question(clerk: Portal, database: Database) -> None:
    version = clerk.push_draft(TEXT)
    assert _save(clerk, database, version, backdated="yes").status_code == 302  # saved as a draft
    changed = _save(clerk, database, version, action="submit", valid_from="2025-01-01")
    assert changed.status_code == 422
    assert "施行日期 2025-01-01 早于成文日期 2026-03-05" in changed.text
    assert _save(clerk, database, version, action="submit").status_code == 302


def test_dates_in_order_ask_nothing(clerk: Portal, database: Database) -> None:
    version = clerk.push_draft(TEXT.replace("2026年1月1日", "2026年4月1日"))
    assert "早于成文日期" not in clerk.get(f"/units/versions/{version}").text
    assert _save(clerk, database, version, action="submit").status_code == 302


def test_a_version_handed_in_unasked_is_confirmed_by_who_reviews_it(
    clerk: Portal, editor: Portal, database: Database
) -> None:
    version = clerk.push_draft(TEXT)
    with database.unit_of_work() as session:
        session.get_one(KnowledgeVersion, version).state = VersionState.CENTRE_REVIEW.value
    path = f"/units/versions/{version}"
    rev = version_of(database, version).rev
    refused = editor.post(f"{path}/approve", rev=rev)
    assert (refused.status_code, SAID in refused.text) == (422, True)
    assert "原件就是这样写的" in editor.get(path).text
    assert editor.post(f"{path}/backdating", rev=rev).status_code == 302
    assert editor.post(f"{path}/backdating", rev=rev).status_code == 302  # said twice: one step
    assert editor.post(f"{path}/approve", rev=rev).status_code == 302
    with database.reading() as session:
        steps = session.query(ItemEvent).filter_by(version_id=version, kind=CONFIRMED).all()
        assert [step.comment for step in steps] == [SAID]


def test_no_way_round_publishes_in_silence_and_the_card_tells(
    clerk: Portal, database: Database
) -> None:
    version = clerk.push_draft(TEXT)
    with database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version)
        with pytest.raises(InvalidInput, match=SAID):
            publish(session, found, actor=EDITOR, now=NOW)
        card = day_json(found.item, found, date(2026, 2, 1), date(2026, 5, 7))
    assert card["backdating"] == SAID
    assert card["since"].startswith("这份文件 2026-03-05 才成文，写明自 2026-01-01 起施行。")
