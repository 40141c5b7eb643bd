"""The reply's form: outlines, the check before sending, what holds a reply and what does not."""

from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import Unit, WorkOrder
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import ensure_built
from kb.replies.templates import blanks, templates_for
from kb.services import work_orders
from kb.services.entries import Content, create_entry
from kb.services.files import FileStore
from kb.services.publishing import publish
from kb.services.search import SearchService
from kb.terms import KnowledgeKind, Purpose, Role
from tests.kb.hotline import PROFILE, Hotline, at
from tests.web.conftest import Login, ManualClock
from tests.web.unit_orders.conftest import MAX_BYTES, Scene, path_of, send, ticked_files, upload
from webapp import create_app
from webapp.settings import Settings

GOOD = (
    "您好，您反映青石里高层没水。05-06 14:00 水务集团抢修队张工到场，查明水泵接触器烧坏，"
    "当日 16:30 更换，供水恢复。以后每周一由抢修队巡检一次，再停水请拨 12345。"
    "05-06 17:00 已电话告知诉求人，诉求人表示满意。"
)


@pytest.fixture
def working(scene: Scene) -> Scene:
    for number in (scene.order, scene.secret):
        scene.give(work_orders.acknowledge, number, Role.UNIT_CLERK, scene.water)
    return scene


def test_the_form_says_who_reviews_the_reply(
    clerk: FlaskClient, login_as: Login, scene: Scene
) -> None:
    scene.give(work_orders.acknowledge, scene.order, Role.UNIT_CLERK, scene.water)
    nobody = clerk.get(path_of(scene.order)).text
    assert "提交后由热线中心审核" in nobody and "先由本单位审核" not in nobody
    login_as(Role.UNIT_REVIEWER, unit_id=scene.water, name="waterreviewer")
    assert "提交后先由本单位审核，再由热线中心审核" in clerk.get(path_of(scene.order)).text


def test_whoever_sends_or_reviews_a_reply_sees_which_assisting_units_have_not_given_their_part(
    clerk: FlaskClient, login_as: Login, working: Scene
) -> None:
    missing = "协办单位还没有交齐"
    path = path_of(working.order)
    reviewer = login_as(Role.UNIT_REVIEWER, unit_id=working.water, name="waterreviewer")
    centre, helper = login_as(Role.DISPATCHER), login_as(Role.UNIT_CLERK, unit_id=working.works)
    assert f"{missing}</b><br>市住房和城乡建设局（没有反馈）" in clerk.get(path).text
    send(helper, working.order, "progressed", text="正在核对")
    assert "市住房和城乡建设局（有进展，还没有说办完）" in clerk.get(path).text
    assert send(clerk, working.order, "replied", text=GOOD, is_informed="yes").status_code == 302
    assert missing not in clerk.get(path).text
    assert missing in reviewer.get(path).text
    send(reviewer, working.order, "unit_passed")
    assert missing in centre.get(f"/dispatch/orders/{working.order}").text
    send(helper, working.order, "progressed", text="清单已核对", is_done="1")
    assert missing not in centre.get(f"/dispatch/orders/{working.order}").text


def test_outlines_begin_with_those_for_the_purpose_and_name_their_blanks() -> None:
    first = templates_for(Purpose.CONSULTATION)[0]
    assert first.name == "咨询：政策口径"
    text = first.filled({"标题": "补贴多少", "单位": "市教育局"})
    assert "您咨询的“补贴多少”" in text
    assert text.endswith("市教育局")
    assert "能不能办、多少、到哪天" in blanks(text)
    assert blanks("都填好了") == ()
    assert templates_for(Purpose.PRAISE)[0].name == "表扬：转达感谢"
    assert templates_for(Purpose.OTHER)[0].name == "其他：核查和处理"
    for purpose in Purpose:
        assert len(templates_for(purpose)) == len(templates_for(Purpose.OTHER))


def test_an_outline_is_filled_in_after_what_was_typed(clerk: FlaskClient, working: Scene) -> None:
    answer = send(
        clerk,
        working.order,
        "replied",
        action="outline",
        outline="求助：已办结",
        text="先写了一句",
        files=[upload("现场.png")],
    )
    assert answer.status_code == 200
    for words in ("先写了一句", "您反映的“高层没水”", "澜川水务集团", "【请填："):
        assert words in answer.text
    assert len(ticked_files(answer.text)) == 1
    assert working.stored(working.order).state == "acknowledged"


def test_a_reply_with_blanks_is_not_handed_in(clerk: FlaskClient, working: Scene) -> None:
    text = "已修好，【请填：谁】到场。"
    answer = send(clerk, working.order, "replied", action="send", text=text, is_informed="yes")
    assert answer.status_code == 422
    assert "还有 1 处没有填：谁" in answer.text
    assert text in answer.text


def test_whether_the_requester_knows_must_be_said(clerk: FlaskClient, working: Scene) -> None:
    answer = send(clerk, working.order, "replied", action="send", text=GOOD)
    assert answer.status_code == 422
    assert "请选择诉求人是否已知晓结果" in answer.text
    assert "每周一由抢修队巡检" in answer.text


def test_without_search_a_reply_is_not_checked_and_still_goes(
    clerk: FlaskClient, working: Scene
) -> None:
    answer = send(clerk, working.order, "replied", action="check", text=GOOD)
    assert answer.status_code == 200
    assert "检索暂时不可用，这次没有做答复检查" in answer.text
    done = send(clerk, working.order, "replied", action="send", text=GOOD, is_informed="yes")
    assert done.status_code == 302
    assert working.stored(working.order).state == "centre_review"


IN_FORCE = "初次创业正常经营满一年，给予一次性创业补贴8000元。"
WRONG = "您好。初次创业正常经营满一年的，可申领一次性创业补贴5000元。已电话告知诉求人。"


class TestWithSearch:
    """The check against what is in force, with a real index."""

    @pytest.fixture
    def app(
        self, settings: Settings, database: Database, clock: ManualClock, indexes: Indexes
    ) -> Flask:
        files = FileStore(settings.data_folder / "originals", MAX_BYTES)
        search = SearchService(indexes, database)
        app = create_app(settings, database, search, clock, files=files, profile=PROFILE)
        app.testing = True
        app.config["PROPAGATE_EXCEPTIONS"] = False
        return app

    @pytest.fixture
    def asked(self, scene: Scene, database: Database, indexes: Indexes) -> str:
        """An order about 创业补贴, acknowledged by 水务集团; the entry in force says 8000."""
        with database.unit_of_work() as session:
            city = Hotline(session, count(900))
            unit = session.get_one(Unit, scene.water)
            content = Content(kind=KnowledgeKind.QA, title="一次性创业补贴", body=IN_FORCE)
            editor = city.actor(Role.EDITOR)
            when = scene.clock()
            version = create_entry(session, unit=unit, content=content, actor=editor, now=when)
            publish(session, version, actor=editor, now=when)
            request = city.request(
                at("2026-05-06 09:00"), title="咨询一次性创业补贴", content="一次性创业补贴多少钱"
            )
            order = city.dispatched(city.order(request, when), unit, when)
            number = order.number
        ensure_built(database, indexes, scene.clock)
        drain_all(database, indexes)
        scene.give(work_orders.acknowledge, number, Role.UNIT_CLERK, scene.water)
        return number

    def test_a_contradiction_is_explained_before_the_reply_goes(
        self, clerk: FlaskClient, asked: str, scene: Scene, login_as: Login
    ) -> None:
        reviewer = login_as(Role.UNIT_REVIEWER, unit_id=scene.water, name="reviewer")
        form = {"text": WRONG, "is_informed": "yes", "action": "send"}
        held = send(clerk, asked, "replied", **form)
        assert held.status_code == 422
        assert "处应改，还没有提交" in held.text
        assert "您填写的内容还在下面的“答复”里" in held.text
        assert "8000元" in held.text
        assert scene.stored(asked).state == "acknowledged"
        seal = held.text.split('name="checked" value="', 1)[1].split('"', 1)[0]
        # Changed after the check: it is checked anew.
        other = send(clerk, asked, "replied", **(form | {"text": WRONG + "谢谢。"}), checked=seal)
        assert other.status_code == 422
        # Seen with its findings and still meant: it goes, and the reviewer sees the same.
        assert send(clerk, asked, "replied", **form, checked=seal).status_code == 302
        assert scene.stored(asked).state == "unit_review"
        page = reviewer.get(f"/units/orders/{asked}").text
        assert "8000元" in page
        assert "/do/unit_passed" in page

    def test_the_check_quotes_of_a_confidential_request_only_what_the_unit_may_read(
        self, clerk: FlaskClient, asked: str, scene: Scene, database: Database
    ) -> None:
        with database.unit_of_work() as session:
            order = session.scalars(select(WorkOrder).where(WorkOrder.number == asked)).one()
            order.request.is_confidential = True
            order.request.requester_name = "林秋月"
            order.request.title = "林秋月13905550199反映楼上装修"
            order.request.content = "林秋月住柳荫小区3号楼502，楼上装修几点停工？"
        page = send(clerk, asked, "replied", action="check", text="已处理。").text
        assert "诉求说的是" in page and "反映楼上装修" in page
        for secret in ("林秋月", "13905550199", "0199", "502"):
            assert secret not in page
