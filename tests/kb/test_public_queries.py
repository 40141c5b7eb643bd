"""What the public's pages list, on every database: public, in force, in the right order."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from kb.db import Database
from kb.errors import InvalidInput, NotFound
from kb.models import KnowledgeItem, KnowledgeVersion, SearchRecord
from kb.queries import progress, public, public_searches
from kb.terms import Audience, ItemState, KnowledgeKind, Outcome
from tests.kb.hotline import Hotline, at

NOW = at("2026-05-07 10:24")
TODAY = date(2026, 5, 7)


def _item(hotline: Hotline, title: str, **given: object) -> KnowledgeItem:
    unit = hotline.session.query(KnowledgeItem).first()
    owner = unit.unit if unit is not None else hotline.unit("汀州市医疗保障局")
    category = str(given.pop("category", "社会保障/居民医保"))
    item = hotline.item(owner, title, category=category)
    version = hotline.session.get_one(KnowledgeVersion, item.current_version_id)
    for name, value in given.items():
        setattr(item if name in ("state", "ended_on") else version, name, value)
    hotline.session.flush()
    return item


def _titles(session: Session, listed: public.Listed) -> list[str]:
    return [version.title for _, version in listed.entries]


def test_only_public_entries_that_hold_are_counted_and_listed(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        hotline = Hotline(session)
        _item(hotline, "现行")
        _item(hotline, "首日", valid_from=TODAY)
        _item(hotline, "末日", valid_until=TODAY)
        _item(hotline, "过期", valid_until=date(2026, 5, 6))
        _item(hotline, "未到", valid_from=date(2026, 5, 8))
        _item(hotline, "成文未到", issued_on=date(2026, 5, 8))
        _item(hotline, "内部", audience=Audience.INTERNAL.value)
        _item(hotline, "下架", state=ItemState.WITHDRAWN.value)
        _item(hotline, "已替代", state=ItemState.SUPERSEDED.value, ended_on=date(2026, 5, 6))
        _item(hotline, "将被替代", state=ItemState.SUPERSEDED.value, ended_on=TODAY)
        _item(hotline, "别类", category="教育/义务教育")
        _item(hotline, "近名", category="社会保障卡/补办")
        listed = public.entries_in(session, "社会保障", TODAY, 1)
        assert sorted(_titles(session, listed)) == sorted(["现行", "首日", "末日", "将被替代"])
        counts = public.category_counts(
            public.categories_in_force(session, TODAY), ["教育/义务教育", "社会保障/居民医保"]
        )
        assert counts == [("教育", 1), ("社会保障", 4), ("社会保障卡", 1)]
        assert len(public.sitemap(session, TODAY)) == 6


def test_the_sql_rule_is_the_rule_of_standing(any_database: Database) -> None:
    days = [None, date(2026, 5, 6), TODAY, date(2026, 5, 8)]
    states = [ItemState.PUBLISHED, ItemState.SUPERSEDED, ItemState.REPEALED, ItemState.WITHDRAWN]
    with any_database.unit_of_work() as session:
        hotline = Hotline(session)
        for state in states:
            for start in days:
                for until in days:
                    title = f"{state}-{start}-{until}"
                    dates = {"valid_from": start, "valid_until": until}
                    _item(hotline, title, state=state.value, **dates)
        session.expire_all()
        by_sql = {item_id for item_id, _ in public.sitemap(session, TODAY)}
        items = session.query(KnowledgeItem).all()
        assert by_sql == {item.id for item in items if public.still_holds(item, TODAY)}
        assert len(items) == 64


def test_notices_come_newest_first_and_undated_ones_last(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        hotline = Hotline(session)
        kind = {"kind": KnowledgeKind.NOTICE.value}
        _item(hotline, "无日期", **kind)
        _item(hotline, "旧", issued_on=date(2026, 4, 1), **kind)
        _item(hotline, "将开始", valid_from=date(2026, 5, 9), **kind)
        _item(hotline, "已结束", valid_until=date(2026, 5, 6), **kind)
        _item(hotline, "不是通知")
        listed = public.notices(session, TODAY, 1)
        assert _titles(session, listed) == ["将开始", "旧", "无日期"]


def test_most_asked_counts_adoptions_that_stand(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        hotline = Hotline(session)
        often, seldom, old = (_item(hotline, title) for title in ("常问", "少问", "很久以前"))
        for item, day, undone in (
            (often, "2026-05-06 09:00", False),
            (often, "2026-05-05 09:00", False),
            (seldom, "2026-05-06 10:00", False),
            (seldom, "2026-05-06 11:00", True),
            (seldom, "2026-05-06 12:00", True),
            (old, "2026-01-06 12:00", False),
        ):
            request = hotline.request(at(day), outcome=Outcome.ONLINE)
            hotline.adoption(request, item, undone=undone)
        assert _titles(session, public.most_asked(session, NOW, TODAY)) == ["常问", "少问"]


def test_pages_are_clamped(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        hotline = Hotline(session)
        for number in range(21):
            _item(hotline, f"第{number}条")
        last = public.entries_in(session, "社会保障", TODAY, 99)
        assert (last.number, last.pages, last.total, len(last.items)) == (2, 2, 21, 1)


def test_related_entries_are_nearest_first_and_never_itself(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        hotline = Hotline(session)
        here = _item(hotline, "本条")
        _item(hotline, "同大类", category="社会保障/社保卡")
        _item(hotline, "同小类")
        _item(hotline, "内部", audience=Audience.INTERNAL.value)
        session.expire_all()
        found = public.related(session, here, TODAY)
        assert [version.title for _, version in found] == ["同小类", "同大类"]


def test_hot_queries_need_two_askers_and_a_public_answer(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        hotline = Hotline(session)
        shown, hidden = _item(hotline, "居民医保怎么补缴"), _item(hotline, "内部口径")
        version = session.get_one(KnowledgeVersion, hidden.current_version_id)
        version.audience = Audience.INTERNAL.value
        for text, item, day, times in (
            ("医保补缴？", shown, "2026-05-06 09:00", 1),
            ("医保补缴", shown, "2026-05-06 09:01", 2),
            ("只有一次", shown, "2026-05-06 09:00", 1),
            ("内部口径", hidden, "2026-05-06 09:00", 5),
            ("居民医保", shown, "2026-04-01 09:00", 5),
            ("王小明的医保", shown, "2026-05-06 09:00", 5),
            ("车牌A1234怎么查", shown, "2026-05-06 09:00", 5),
        ):
            for _ in range(times):
                session.add(
                    SearchRecord(
                        at=at(day),
                        query=text,
                        audience="public",
                        answered=True,
                        top_item_id=item.id,
                    )
                )
        session.flush()
        assert public_searches.hot_queries(session, NOW, TODAY) == ["医保补缴"]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("LC20260429-0387", "LC20260429-0387"),
        (" lc20260429－0387 ", "LC20260429-0387"),
        ("ＬＣ20260429—0387", "LC20260429-0387"),
    ],
)
def test_a_number_is_read_however_it_is_typed(raw: str, clean: str) -> None:
    assert progress.clean_number(raw, "LC") == clean


@pytest.mark.parametrize("raw", ["", "LC2026042903", "0387", "LC20260429-0387'--", "x" * 9999])
def test_what_cannot_be_a_number_is_refused(raw: str) -> None:
    with pytest.raises(InvalidInput):
        progress.clean_number(raw, "LC")


def test_the_order_furthest_behind_decides(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        hotline = Hotline(session)
        unit = hotline.unit("汀州市城管局")
        request = hotline.request(NOW, requester_phone="13812345678")
        done = hotline.dispatched(hotline.order(request, NOW), unit, NOW)
        hotline.resolved(done, unit, NOW)
        found = progress.find_progress(session, request.number, "5678")
        assert (found.headline, found.is_done) == ("已办结", True)
        hotline.order(request, NOW)
        found = progress.find_progress(session, request.number, "5678")
        assert (found.headline, found.is_done) == ("已受理，等待派单", False)


def test_a_number_of_another_system_is_looked_up_as_it_is(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        request = Hotline(session).request(NOW, requester_phone="13812345678")
        request.number = "YT1_2"
        session.flush()
        assert progress.find_progress(session, " yt1_2", "5678").number == "YT1_2"


def test_all_refusals_are_one_sentence(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        hotline = Hotline(session)
        known = hotline.request(NOW, requester_phone="13812345678").number
        silent = hotline.request(NOW).number
        short = hotline.request(NOW, requester_phone="5678").number
        said = set()
        for number, tail in ((known, "0000"), ("LC", "5678"), (silent, "0000"), (short, "5678")):
            with pytest.raises(NotFound) as refused:
                progress.find_progress(session, number, tail)
            said.add(refused.value.message)
        assert said == {progress.NO_MATCH}
