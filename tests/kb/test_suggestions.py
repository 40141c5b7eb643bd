"""联想 and 您是不是要问 over the database: who sees what, today, and nothing of a person."""

from datetime import date, timedelta
from itertools import count

import pytest

from kb.actor import Actor
from kb.db import Database
from kb.models import KnowledgeItem, Unit
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.services.entries import Content, create_entry
from kb.services.publishing import publish
from kb.services.questions import Question
from kb.services.search import SearchService
from kb.services.withdrawing import withdraw
from kb.terms import Audience, KnowledgeKind, Role
from tests.kb.conftest import EDITOR, NOW
from tests.kb.hotline import Hotline
from tests.kb.test_learning import adopt

TODAY = date(2026, 5, 7)


class Place:
    """A database with indexes and a search service whose suggestions are built at once."""

    def __init__(self, database: Database, indexes: Indexes, unit: Unit) -> None:
        self.database, self.indexes, self.unit_id = database, indexes, unit.id
        self.numbers = count(1)
        self.service = SearchService(indexes, database)
        self.service.suggestions.in_background = False

    def publish(self, title: str, **given: object) -> int:
        with self.database.unit_of_work() as session:
            content = Content(
                KnowledgeKind.QA, title, facts={"conclusion": "到窗口办理。"}, **given
            )
            unit = session.get_one(Unit, self.unit_id)
            version = create_entry(session, unit=unit, content=content, actor=EDITOR, now=NOW)
            publish(session, version, actor=EDITOR, now=NOW)
            item_id = version.item_id
        drain_all(self.database, self.indexes)
        return item_id

    def lines(self, typed: str, actor: Actor | None = None, day: date = TODAY) -> list[str]:
        with self.database.reading() as session:
            found = self.service.suggestions.suggest(session, typed, actor, day)
            return [one.text for one in found]

    def asked(self, item_id: int, query: str, calls: int, agents: int = 1) -> None:
        with self.database.unit_of_work() as session:
            city = Hotline(session, self.numbers)
            item = session.get_one(KnowledgeItem, item_id)
            people = [city.actor(Role.AGENT) for _ in range(agents)]
            for number in range(calls):
                adopt(session, item, people[number % agents], query)
        drain_all(self.database, self.indexes)


@pytest.fixture
def place(any_database: Database, indexes: Indexes, unit: Unit) -> Place:
    return Place(any_database, indexes, unit)


def test_titles_and_questions_of_public_entries(place: Place) -> None:
    place.publish("老年公交卡年检", variants=("老人坐车卡怎么审",))
    assert place.lines("gongjiao") == ["老年公交卡年检"]
    assert place.lines("老") == ["老年公交卡年检", "老人坐车卡怎么审"]


def test_lines_are_there_before_the_first_key_is_pressed(place: Place) -> None:
    place.publish("老年公交卡年检")
    place.service.suggestions.in_background = True
    place.service.warm(TODAY)
    assert place.lines("老年") == ["老年公交卡年检"]


def test_the_public_never_sees_an_internal_line_and_staff_do(place: Place) -> None:
    place.publish("朱雀专班内部口径", audience=Audience.INTERNAL)
    assert place.lines("朱雀") == []
    assert place.lines("zqzb") == []
    assert place.lines("朱雀", EDITOR) == ["朱雀专班内部口径"]
    stranger = Actor(9, "外单位经办", 9, frozenset({Role.UNIT_CLERK}), frozenset({9}))
    assert place.lines("朱雀", stranger) == []


def test_only_what_holds_on_the_day(place: Place) -> None:
    place.publish("夏令营报名", valid_from=TODAY, valid_until=TODAY + timedelta(days=2))
    assert place.lines("夏令营", day=TODAY - timedelta(days=1)) == []
    assert place.lines("夏令营") == ["夏令营报名"]
    assert place.lines("夏令营", day=TODAY + timedelta(days=3)) == []


def test_a_withdrawn_line_is_gone_before_anything_is_built_anew(place: Place) -> None:
    item_id = place.publish("夜间施工许可")
    assert place.lines("夜间") == ["夜间施工许可"]
    place.service.suggestions.in_background = True  # nothing is renewed within the pause
    with place.database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, item_id)
        withdraw(session, item, actor=EDITOR, now=NOW, reason="内容有误")
    assert place.lines("夜间") == []


def test_a_past_question_needs_three_calls_and_two_adoptions(place: Place) -> None:
    item_id = place.publish("停止供热的热费退还")
    place.asked(item_id, "屋里没人住暖气费退吗", calls=2)
    assert place.lines("屋里") == []
    place.asked(item_id, "屋里没人住暖气费退吗", calls=1)
    assert place.lines("屋里") == ["屋里没人住暖气费退吗"]
    assert place.lines("wlmr") == ["屋里没人住暖气费退吗"]


def test_a_past_question_of_an_internal_entry_stays_internal(place: Place) -> None:
    item_id = place.publish("停止供热内部口径", audience=Audience.INTERNAL)
    place.asked(item_id, "屋里没人住暖气费退吗", calls=3)
    assert place.lines("屋里") == []
    assert place.lines("屋里", EDITOR) == ["屋里没人住暖气费退吗"]


@pytest.mark.parametrize(
    "query",
    [
        "屋里王小明的暖气费退吗",
        "屋里电话 13812345678 暖气费退吗",
        "屋里暖气费退吗 510101199001011234",
        "屋里翠湖花苑暖气费退吗",
    ],
)
def test_nothing_of_a_person_is_ever_suggested(place: Place, query: str) -> None:
    item_id = place.publish("停止供热的热费退还")
    place.asked(item_id, query, calls=4, agents=2)
    for typed in ("屋里", "wl", "王小明", "138", "5101", "翠湖", "暖气费"):
        for actor in (None, EDITOR):
            assert place.lines(typed, actor) == []


def test_a_miss_offers_questions_that_sound_alike(place: Place) -> None:
    place.publish("居住证签注办理")
    place.publish("朱雀证签注内部办理", audience=Audience.INTERNAL)
    with place.database.reading() as session:
        question = Question("居驻证签住", TODAY)
        near = place.service.suggestions.near(session, [question.text], None, TODAY)
        assert near == ["居住证签注办理"]
        answers = place.service.find(session, Question("火星移民船票", TODAY), None)
        assert place.service.near(session, answers, None) == []
