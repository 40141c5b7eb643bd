"""到期与复核: the queue of one's own unit, and what is decided right there."""

import re
from datetime import date, timedelta

from kb.clock import local_day
from kb.db import Database
from kb.models import KnowledgeItem, KnowledgeVersion, Unit
from tests.web.conftest import ManualClock
from tests.web.taken import take_home, takings
from tests.web.unit_portal.conftest import Portal

REV = 2  # of an entry as the fixture ``add`` leaves it


def item_of(database: Database, item_id: int) -> KnowledgeItem:
    with database.reading() as session:
        item = session.get_one(KnowledgeItem, item_id)
        assert len(item.versions) > 0
        return item


def test_a_check_is_made_on_the_spot_and_leaves_the_queue(
    clerk: Portal, add, database: Database, clock: ManualClock
):
    today = local_day(clock())
    item_id = add("课后服务收费", kind="qa", review_on=today - timedelta(days=6))
    page = clerk.get("/units/due").text
    assert "超期未核验 6 天" in page
    assert "半年后（2026-11-05）" in page
    form = {"rev": REV, "back": "due", "next": "2026-11-05"}
    answer = clerk.post(f"/units/entries/{item_id}/check", **form)
    assert (answer.status_code, answer.location) == (302, "/units/due")
    page = clerk.get("/units/due").text
    assert "《课后服务收费》已确认仍有效，下次核验 2026-11-05" in page
    assert "没有要处理的条目" in page
    assert item_of(database, item_id).checked_on == today


def test_the_next_day_has_to_be_chosen(clerk: Portal, add, clock: ManualClock):
    item_id = add("课后服务收费", kind="qa", review_on=local_day(clock()))
    for form in (
        {"next": ""},
        {"next": "other", "next_review_on": ""},
        {"next": "other", "next_review_on": "2026-05-07"},
        {"next": "明年"},
    ):
        answer = clerk.post(f"/units/entries/{item_id}/check", rev=REV, **form)
        assert answer.status_code == 422
        assert "课后服务收费" in answer.text
        assert 'role="alert"' in answer.text
    typed = {"next": "other", "next_review_on": "2026-06-01"}
    assert clerk.post(f"/units/entries/{item_id}/check", rev=REV, **typed).status_code == 302


def test_an_extension_opens_the_draft_with_the_new_day(
    clerk: Portal, add, database: Database, clock: ManualClock
):
    item_id = add("入园办法", kind="policy", body="第一条", valid_until=local_day(clock()))
    answer = clerk.post(f"/units/entries/{item_id}/extend", rev=REV, valid_until="2025-01-01")
    assert answer.status_code == 422
    answer = clerk.post(f"/units/entries/{item_id}/extend", rev=REV, valid_until="2027-12-31")
    assert answer.status_code == 302
    version_id = int(answer.location.rsplit("/", 1)[1])
    with database.reading() as session:
        version = session.get_one(KnowledgeVersion, version_id)
        assert (version.number, version.valid_until.isoformat()) == (2, "2027-12-31")
    # The row now leads to the version on its way instead of beginning another.
    page = clerk.get("/units/due").text
    assert "第 2 版 · 采编中" in page
    assert "/extend" not in page


def test_an_end_is_accepted_on_the_spot(clerk: Portal, add, clock: ManualClock):
    item_id = add("旧办法", kind="policy", valid_until=local_day(clock()) - timedelta(days=1))
    page = clerk.get("/units").text
    assert "已到期" in page
    assert f"/units/entries/{item_id}/check" not in page  # what has run out cannot hold
    answer = clerk.post(f"/units/entries/{item_id}/let-end", rev=REV, back="home")
    assert answer.location == "/units#u-due"
    assert "30 天内没有到期" in clerk.get("/units").text


def test_a_stale_page_another_unit_and_a_clerk_who_withdraws_are_refused(
    clerk: Portal, reviewer: Portal, add, other_unit: Unit, clock: ManualClock
):
    today = local_day(clock())
    mine, theirs = (
        add("我们的", review_on=today),
        add("别人的", review_on=today, unit_id=other_unit.id),
    )
    form = {"next": "2026-11-05"}
    assert clerk.post(f"/units/entries/{mine}/check", rev=7, **form).status_code == 409
    assert clerk.post(f"/units/entries/{theirs}/check", rev=REV, **form).status_code == 403
    page = clerk.get("/units/due").text
    assert "别人的" not in page
    assert f"/units/entries/{mine}/withdraw" not in page
    assert f"/units/entries/{mine}/withdraw" in reviewer.get("/units/due").text


def test_the_queue_is_filtered_sorted_and_paged(
    editor: Portal, add, other_unit: Unit, clock: ManualClock
):
    today = local_day(clock())
    for number in range(21):
        add(f"条目{number:02}", review_on=today + timedelta(days=number))
    add("过期的", review_on=today - timedelta(days=1), unit_id=other_unit.id)
    first = editor.get("/units/due").text
    assert first.index("过期的") < first.index("条目00") < first.index("条目18")
    assert "条目19" not in first
    assert "条目20" in editor.get("/units/due?page=2").text
    far = editor.get("/units/due?sort=far").text
    assert far.index("条目20") < far.index("条目19")
    overdue = editor.get("/units/due?state=overdue").text
    assert "过期的" in overdue
    assert "条目00" not in overdue
    assert "过期的" not in editor.get("/units/due?state=soon&page=2").text
    assert "条目00" not in editor.get(f"/units/due?unit={other_unit.id}").text
    assert editor.get("/units/due?state=none&page=x&unit=y&sort=z").status_code == 200


def test_what_was_chosen_is_still_there_beside_the_fault(
    clerk: Portal, add, clock: ManualClock
) -> None:
    item_id = add("课后服务收费", kind="qa", review_on=local_day(clock()))
    typed = {"next": "other", "next_review_on": "2026-05-07"}
    page = clerk.post(f"/units/entries/{item_id}/check", rev=REV, **typed).text
    assert '<option value="other" selected>' in page
    assert 'name="next_review_on" value="2026-05-07"' in page


def test_the_page_of_a_due_entry_settles_it_and_comes_back(
    clerk: Portal, add, clock: ManualClock
) -> None:
    today = local_day(clock())
    far = add("收费办法", kind="policy", body="第一条", valid_until=today + timedelta(days=400))
    due = add("课后服务收费", kind="qa", review_on=today, valid_until=today + timedelta(days=400))
    assert "e-due" not in clerk.get(f"/units/entries/{far}").text
    page = clerk.get(f"/units/entries/{due}").text
    assert "今天复核" in page
    assert "到期不再延续" not in page  # its own end is more than a year away
    form = {"rev": REV, "back": "entry", "next": "2026-11-05"}
    answer = clerk.post(f"/units/entries/{due}/check", **form)
    assert answer.location == f"/units/entries/{due}"
    page = clerk.get(answer.location).text
    assert "已确认仍有效，下次核验 2026-11-05" in page
    assert "e-due" not in page


def test_an_entry_near_its_end_is_let_end_from_its_page(
    clerk: Portal, add, clock: ManualClock
) -> None:
    item_id = add("入园办法", kind="policy", body="第一条", valid_until=local_day(clock()))
    assert "到期不再延续" in clerk.get(f"/units/entries/{item_id}").text
    answer = clerk.post(f"/units/entries/{item_id}/let-end", rev=REV, back="entry")
    assert answer.location == f"/units/entries/{item_id}"
    assert "e-due" not in clerk.get(answer.location).text
    assert "没有要处理的条目" in clerk.get("/units/due").text


def test_the_queue_can_be_taken_home(clerk: Portal, add, database: Database, clock: ManualClock):
    today = local_day(clock())
    for number in range(21):
        add(f"收费公示{number}", kind="qa", review_on=today - timedelta(days=6))
    add("入园办法", kind="policy", valid_until=today + timedelta(days=3))
    rows = take_home(clerk.client, "/units/due?sort=far")
    assert len(rows) == 22
    assert (rows[0]["条目"], rows[0]["要做的"], rows[0]["还有天数"]) == ("入园办法", "到期", "3")
    assert len(take_home(clerk.client, "/units/due?state=overdue")) == 21
    assert takings(database) == [
        ("knowledge_item.export", "due-all", 22),
        ("knowledge_item.export", "due-overdue", 21),
    ]


def _ticks(database: Database, *items: int) -> list[str]:
    return [f"{item}:{item_of(database, item).rev}" for item in items]


def test_many_are_looked_at_before_they_are_checked(
    clerk: Portal, add, database: Database, clock: ManualClock
):
    today = local_day(clock())
    first = add("课后服务收费", kind="qa", review_on=today - timedelta(days=6))
    second = add("招生咨询电话", kind="contact", review_on=today)
    third = add("已经到期的", kind="policy", valid_until=today - timedelta(days=1))
    form = {"item": _ticks(database, first, second, third), "act": "holds", "next": "2026-11-05"}
    page = clerk.post("/units/due/many", **form).text
    assert "2 条仍有效" in page and "确认仍有效，下次核验 2026-11-05" in page
    assert "不动的" in page and "这个条目已过有效期，不能确认仍有效" in page
    assert item_of(database, first).checked_on is None
    carried = re.findall(r'name="item" value="(\d+:\d+)"', page)
    assert carried == _ticks(database, first, second)
    path = "/units/due/many?state=all&sort=far"
    done = clerk.post(path, **(form | {"item": carried, "sure": "1"}))
    assert (done.status_code, done.location) == (303, "/units/due?sort=far&page=1")
    assert "2 条已记为“仍有效”" in clerk.get("/units/due").text
    assert [item_of(database, one).checked_on for one in (first, second, third)] == [
        today,
        today,
        None,
    ]


def test_many_that_end_soon_are_told_not_to_be_extended_by_it(
    clerk: Portal, add, clock: ManualClock
):
    today = local_day(clock())

    def tick(days: int) -> str:
        until = today + timedelta(days)
        return f"{add('通知', kind='notice', review_on=today, valid_until=until)}:{REV}"

    ticks = {days: tick(days) for days in (30, 31)}
    said = "确认仍有效不延长有效期"
    for days, is_told in ((30, True), (31, False)):
        page = clerk.post("/units/due/many", item=[ticks[days]], act="holds", next="2026-11-05")
        assert (said in page.text) is is_told
    ends = clerk.post("/units/due/many", item=[ticks[30]], act="ends", next="")
    assert said not in ends.text


def test_many_that_changed_meanwhile_are_left_and_told(
    clerk: Portal, add, database: Database, clock: ManualClock
):
    today = local_day(clock())
    first = add("课后服务收费", kind="qa", valid_until=today + timedelta(days=3))
    second = add("入园办法", kind="policy", valid_until=today + timedelta(days=5))
    ticks = _ticks(database, first, second)
    clerk.post(f"/units/entries/{second}/let-end", rev=REV)
    form = {"item": [ticks[0], f"{second}:1"], "act": "ends", "sure": "1"}
    assert clerk.post("/units/due/many", **form).status_code == 303
    page = clerk.get("/units/due").text
    assert "1 条已记为“到期不再延续”" in page
    assert "《入园办法》没有动：这个条目在您打开页面之后有了变化" in page


def test_without_a_day_or_a_tick_the_list_comes_back_as_it_was(
    clerk: Portal, add, database: Database, clock: ManualClock
):
    item = add("课后服务收费", kind="qa", review_on=local_day(clock()))
    (tick,) = _ticks(database, item)
    answer = clerk.post("/units/due/many", item=[tick], act="holds", next="")
    assert answer.status_code == 422
    assert "请选择下次核验日期" in answer.text
    assert re.search(rf'name="item" value="{tick}" form="many" checked', answer.text)
    empty = clerk.post("/units/due/many", act="holds", next="2026-11-05")
    assert empty.status_code == 422 and "请先勾选条目" in empty.text
    assert item_of(database, item).checked_on is None


def test_entries_of_others_are_left(clerk: Portal, add, database: Database, other_unit: Unit):
    today = date(2026, 5, 7)
    item = add("别的单位的", unit_id=other_unit.id, kind="qa", review_on=today)
    page = clerk.post(
        "/units/due/many", item=[f"{item}:{REV}"], act="holds", next="2026-11-05"
    ).text
    assert "没有可以这样处理的条目" in page
    assert item_of(database, item).checked_on is None
