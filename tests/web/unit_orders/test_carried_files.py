"""Papers of an ask or reply that came back: offered again as they were, or left out."""

import hashlib
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from kb.services import work_orders
from kb.services.work_orders import state_of
from kb.terms import Role
from tests.web.conftest import Login
from tests.web.unit_orders.conftest import PNG, Scene, path_of, send, ticked_files, upload

DECLINE = {"text": "经核查已依法终结", "basis": "信访工作条例", "signer": "王局长"}
REPLY = {"text": "05-07 09:30 已更换水泵接触器，供水恢复。", "is_informed": "yes", "action": "send"}


@pytest.fixture
def acknowledged(scene: Scene) -> Scene:
    scene.give(work_orders.acknowledge, scene.order, Role.UNIT_CLERK, scene.water)
    return scene


def done(answer: Any) -> None:
    assert answer.status_code == 302, answer.text


def form_of(client: FlaskClient, scene: Scene, kind: str) -> str:
    page = client.get(path_of(scene.order)).text
    return page[page.index(f'id="do-{kind}"') :].split("</form>", 1)[0]


def test_evidence_of_a_returned_declining_is_attached_again_as_it_was(
    clerk: FlaskClient, login_as: Login, acknowledged: Scene
) -> None:
    scene = acknowledged
    reviewer = login_as(Role.UNIT_REVIEWER, unit_id=scene.water, name="waterreviewer")
    papers = [upload("终结书.png"), upload("勘察记录.png", PNG + b"2")]
    done(send(clerk, scene.order, "decline_asked", **DECLINE, files=papers))
    done(send(reviewer, scene.order, "decline_returned", text="请补充签字"))

    form = form_of(clerk, scene, "decline_asked")
    assert "终结书.png" in form and "勘察记录.png" in form
    first, second = ticked_files(form)
    assert f"/files/{first}" in form  # it can be looked at before it is sent again

    # Kept, the second one left out, and one more.
    done(
        send(clerk, scene.order, "decline_asked", **DECLINE, file=[first], files=[upload("签.png")])
    )
    asked = state_of(scene.stored(scene.order)).pending
    assert asked is not None
    rows = {row.id: row for row in scene.stored(scene.order).files}
    again = [rows[key] for key in asked.data["files"]]
    assert [row.name for row in again] == ["终结书.png", "签.png"]
    assert again[0].sha256 == rows[int(first)].sha256 == hashlib.sha256(PNG).hexdigest()
    assert again[0].uploaded_at == rows[int(first)].uploaded_at
    # What was attached the first time stays with the first time.
    assert [rows[int(key)].seq for key in (first, second)] == [rows[int(first)].seq] * 2
    assert again[0].seq == scene.stored(scene.order).event_count != rows[int(first)].seq
    page = clerk.get(path_of(scene.order)).text
    assert page[page.index('id="o-files"') :].split("</section>")[0].count("终结书.png</a>") == 1


def test_a_form_that_is_refused_keeps_what_was_left_out_left_out(
    clerk: FlaskClient, acknowledged: Scene
) -> None:
    scene = acknowledged
    papers = [upload("终结书.png"), upload("勘察记录.png", PNG + b"2")]
    done(send(clerk, scene.order, "decline_asked", **DECLINE, files=papers))
    scene.give(work_orders.rule_decline, scene.order, Role.DISPATCHER, granted=False, text="不足")
    _, second = ticked_files(form_of(clerk, scene, "decline_asked"))
    answer = send(clerk, scene.order, "decline_asked", **DECLINE | {"basis": ""}, file=[second])
    assert answer.status_code == 422
    assert ticked_files(answer.text) == [second]


def test_papers_of_a_reply_that_was_sent_back_go_with_the_next(
    clerk: FlaskClient, acknowledged: Scene
) -> None:
    scene = acknowledged
    done(send(clerk, scene.order, "replied", **REPLY, files=[upload("修好.png")]))
    scene.give(work_orders.send_back, scene.order, Role.DISPATCHER, text="没有写以后怎样防止")
    (paper,) = ticked_files(form_of(clerk, scene, "replied"))
    done(send(clerk, scene.order, "replied", **REPLY, file=[paper]))
    first, second = state_of(scene.stored(scene.order)).replies
    rows = {row.id: row for row in scene.stored(scene.order).files}
    assert [rows[key].name for key in (*first.files, *second.files)] == ["修好.png"] * 2
    assert first.files != second.files


def test_only_what_the_own_unit_attached_can_be_attached_again(
    clerk: FlaskClient, login_as: Login, acknowledged: Scene
) -> None:
    scene = acknowledged
    other = login_as(Role.UNIT_CLERK, unit_id=scene.works, name="worksclerk")
    done(send(other, scene.order, "progressed", text="已核对", files=[upload("移交清单.png")]))
    (theirs,) = scene.stored(scene.order).files
    assert not re.search(r'name="file"', form_of(clerk, scene, "decline_asked"))
    answer = send(clerk, scene.order, "decline_asked", **DECLINE, file=[str(theirs.id)])
    assert answer.status_code == 422
    assert "有文件没有传上来，或不是您上传的" in answer.text
