"""Sending an order: suggestions, one order with assisting units, several orders, 疑难, 改派."""

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.models import CatalogueAssisting, CatalogueEntry, Unit, WorkOrder
from kb.services.suggesting import CategorySuggestion
from kb.terms import Role
from tests.kb.hotline import at
from tests.web.conftest import Login, ManualClock
from tests.web.dispatch.conftest import Scene, give, path_of, send, stored


def test_one_order_goes_to_a_lead_with_assisting_units_and_their_tasks(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    answer = send(
        dispatcher,
        scene.waiting,
        "dispatched",
        unit="住建局",
        mode="joint",
        other=["水务集团", ""],
        task=["查供电线路", ""],
        basis="职责清单第 12 条",
        text="请今天到场",
    )
    assert answer.status_code == 302, answer.text
    order = stored(database, scene.waiting)
    assert [(part.role, part.unit_id) for part in order.units] == [
        ("lead", scene.works),
        ("assisting", scene.water),
    ]
    page = dispatcher.get(f"/dispatch/orders/{scene.waiting}").text
    for words in (
        "市住房和城乡建设局主办，1 个单位协办，办结到期 05-13 周三 10:24",
        "派单 → 市住房和城乡建设局，协办 1 个单位",
        "查供电线路",
        "依据：职责清单第 12 条",
        "协办中",
    ):
        assert words in page


def test_several_units_get_an_order_each(login_as: Login, scene: Scene, database: Database) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    form = {"unit": "住建局", "mode": "several", "text": "各办各的"}
    alone = send(dispatcher, scene.waiting, "dispatched", other=["", ""], task=["", ""], **form)
    assert alone.status_code == 422
    assert "一单多派要写至少两个单位" in alone.text
    assert "各办各的" in alone.text
    twice = send(dispatcher, scene.waiting, "dispatched", other=["住建局"], task=[""], **form)
    assert twice.status_code == 422
    assert "同一个单位只能派一张" in twice.text
    wrong = send(dispatcher, scene.waiting, "dispatched", other=["水利局"], task=["查管"], **form)
    assert wrong.status_code == 422
    assert "没有“水利局”这个单位" in wrong.text
    assert 'value="水利局"' in wrong.text
    assert 'value="查管"' in wrong.text
    assert stored(database, scene.waiting).event_count == 1

    answer = send(
        dispatcher, scene.waiting, "dispatched", other=["水务集团"], task=["查水管"], **form
    )
    assert answer.status_code == 302, answer.text
    first = stored(database, scene.waiting)
    with database.reading() as session:
        orders = session.scalars(
            select(WorkOrder).where(WorkOrder.request_id == first.request_id).order_by(WorkOrder.id)
        ).all()
        assert [order.unit_id for order in orders] == [scene.works, scene.water]
        assert [order.due_at for order in orders] == [at("2026-05-13 10:24")] * 2
        assert [order.events[-1].data["text"] for order in orders] == ["各办各的", "查水管"]
        second = orders[1].number
    # Named as the other order of the same request; two units' work is nothing to merge.
    page = dispatcher.get(f"/dispatch/orders/{scene.waiting}").text
    assert "同一件诉求的工单" in page
    assert f'href="/dispatch/orders/{second}"' in page
    assert f"into={second}" not in page
    # A unit learns who has the rest of the request, though it may not open that order.
    water = login_as(Role.UNIT_CLERK, unit_id=scene.water, name="waterclerk")
    own = water.get(f"/units/orders/{second}").text
    assert "同一件诉求，别的单位分别办理" in own
    assert "<b>市住房和城乡建设局</b>" in own and "各办各的" in own
    assert water.get(f"/units/orders/{scene.waiting}").status_code == 404


def test_the_catalogue_suggests_lead_assisting_and_basis(
    login_as: Login, scene: Scene, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.add(
            CatalogueEntry(
                matter="路灯",
                words=["路灯不亮"],
                category="城市管理/设施",
                lead_unit_id=scene.works,
                basis="三定规定第四条",
                valid_from=at("2026-01-01 00:00").date(),
                assisting=[CatalogueAssisting(unit_id=scene.water)],
            )
        )
    dispatcher = login_as(Role.DISPATCHER)
    page = dispatcher.get(f"/dispatch/orders/{scene.waiting}").text
    assert "没有把握" not in page
    assert 'data-pick="市住房和城乡建设局"' in page
    assert 'data-basis="三定规定第四条"' in page
    assert 'data-pick-other="澜川水务集团"' in page
    # Without scripts the link fills the form too.
    filled = dispatcher.get(
        f"/dispatch/orders/{scene.waiting}?unit=市住房和城乡建设局&basis=三定规定第四条"
    )
    assert 'name="unit" list="unit-names" value="市住房和城乡建设局"' in filled.text


def test_without_anything_that_carries_no_unit_is_suggested(
    login_as: Login, scene: Scene, database: Database
) -> None:
    """A short name in the text is a lead to look into and no advice."""
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.waiting)).one()
        order.request.content = "路边有人说是水务集团的车占道。"
        session.get_one(Unit, scene.water).aliases = ["水务集团"]
    page = login_as(Role.DISPATCHER).get(f"/dispatch/orders/{scene.waiting}").text
    assert "承办单位没有把握" in page and "建议主办" not in page
    assert ">澜川水务集团</a>（文中说到“水务集团”" in page


def test_an_order_is_reassigned_with_a_reason_and_keeps_its_promise(
    login_as: Login, scene: Scene, database: Database, clock: ManualClock
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    same = send(dispatcher, scene.at_water, "reassigned", unit="水务集团", text="试试")
    assert same.status_code == 422
    assert "已经由澜川水务集团办理" in same.text
    missing = send(dispatcher, scene.at_water, "reassigned", unit="住建局", text=" ")
    assert missing.status_code == 422
    assert "请写明改派的理由" in missing.text
    done = send(dispatcher, scene.at_water, "reassigned", unit="住建局", text="二次供水归住建")
    assert done.status_code == 302
    order = stored(database, scene.at_water)
    assert order.unit_id == scene.works
    assert order.due_at == at("2026-05-12 09:30")  # as promised at the first dispatch


def test_a_hard_order_is_ruled_after_the_units_opinions(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    path = f"/dispatch/orders/{scene.waiting}"
    nobody = send(dispatcher, scene.waiting, "ruling_opened", text="归谁管", asked=["", ""])
    assert nobody.status_code == 422
    assert "请至少选择一个需要出具意见的单位" in nobody.text
    opened = send(
        dispatcher, scene.waiting, "ruling_opened", text="归谁管", asked=["住建局", "水务集团"]
    )
    assert opened.status_code == 302
    listed = dispatcher.get("/dispatch?state=hard").text
    assert scene.waiting in listed
    give(
        database,
        scene.waiting,
        "opinion_given",
        unit_id=scene.water,
        text="不是我们的",
        basis="三定",
    )
    page = dispatcher.get(path).text
    for words in ("疑难核定中", "归谁管", "不是我们的", "还没有出具意见", "核定并派出"):
        assert words in page
    ruled = send(
        dispatcher, scene.waiting, "ruled", unit="住建局", text="路灯由住建管", basis="三定"
    )
    assert ruled.status_code == 302
    order = stored(database, scene.waiting)
    assert (order.unit_id, order.is_ruling, order.state) == (scene.works, False, "dispatched")
    assert scene.waiting not in dispatcher.get("/dispatch?state=hard").text


def test_orders_merge_into_another_and_come_apart_again(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    unknown = send(dispatcher, scene.waiting, "merged", into="GD-9", text="同一处")
    assert unknown.status_code == 422
    assert "没有编号为“GD-9”的工单" in unknown.text
    assert "同一处" in unknown.text
    done = send(dispatcher, scene.waiting, "merged", into=scene.at_works, text="同一处")
    assert done.status_code == 302
    assert stored(database, scene.waiting).state == "merged"
    assert scene.waiting in dispatcher.get(f"/dispatch/orders/{scene.at_works}").text
    assert send(dispatcher, scene.waiting, "unmerged", text="不是一处").status_code == 302
    assert stored(database, scene.waiting).state == "accepted"


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ((0.62, 0.04, 0.03), "还没有分类。从内容看：<b>甲</b>（62%，说到路灯）</span>"),
        (
            (0.52, 0.31, 0.03),
            "从内容看：<b>甲</b>（52%，说到路灯）、<b>乙</b>（31%，说到路灯）</span>",
        ),
        ((0.05, 0.04), "从内容看不准，只有这些线索：<b>甲</b>（5%，说到路灯）、<b>乙</b>（4%"),
    ],
)
def test_a_category_with_little_belief_is_no_advice(
    login_as: Login,
    scene: Scene,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    shares: tuple[float, ...],
    said: str,
) -> None:
    ranked = [
        CategorySuggestion(name, share, ("说到路灯",))
        for name, share in zip("甲乙丙", shares, strict=False)
    ]
    monkeypatch.setattr("webapp.dispatch.sending.suggest_categories", lambda *_, **__: ranked)
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.waiting)).one()
        order.request.category = ""
    assert said in login_as(Role.DISPATCHER).get(f"/dispatch/orders/{scene.waiting}").text


def test_who_dispatches_is_told_that_no_region_is_known(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    told = "区域不详：登记时没有写明"
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.waiting)).one()
        order.request.region = ""
    assert told in dispatcher.get(path_of(dispatcher, scene.waiting)).text
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.waiting)).one()
        order.request.region = "望山区"
    assert told not in dispatcher.get(path_of(dispatcher, scene.waiting)).text


def test_a_unit_without_an_account_is_named_before_and_after_an_order_is_sent_to_it(
    login_as: Login, scene: Scene
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    warning = "市住房和城乡建设局还没有可以办理的账号"
    preview = f"/dispatch/orders/{scene.waiting}/preview?unit=住建局"
    assert warning in dispatcher.get(preview).json["warning"]
    chosen = dispatcher.get(f"/dispatch/orders/{scene.waiting}?unit=市住房和城乡建设局")
    assert warning in chosen.text
    send(dispatcher, scene.waiting, "dispatched", unit="住建局", mode="joint", other=[], task=[])
    assert warning in dispatcher.get(f"/dispatch/orders/{scene.waiting}").text
    admin = login_as(Role.ADMIN).get("/admin/units").text
    assert "还没有可以办理的账号" in admin and "没有人能办理工单" in admin


def test_a_unit_with_a_clerk_is_sent_an_order_without_a_warning(
    login_as: Login, scene: Scene
) -> None:
    login_as(Role.UNIT_CLERK, unit_id=scene.works, name="worksclerk")
    dispatcher = login_as(Role.DISPATCHER, name="sender")
    preview = f"/dispatch/orders/{scene.waiting}/preview?unit=住建局"
    assert dispatcher.get(preview).json["warning"] == ""
