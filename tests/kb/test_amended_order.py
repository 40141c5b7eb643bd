"""An amendment stands above what it amends where it changed the clause that was asked for."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kb.calendar import seed_calendar
from kb.clock import local_day
from kb.db import Database
from kb.models import ItemLink, KnowledgeVersion, Unit
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.presenters.card import clause_of
from kb.services.questions import Answers, Question
from kb.services.search import SearchService
from kb.services.search_lab import Trial, look
from kb.terms import LinkKind
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_conflicts import Radar

TODAY = local_day(NOW)
RULES, CHANGE = "汀州市渡船管理办法", "关于修改《汀州市渡船管理办法》的决定"
OLD = """第一条 为规范渡船管理，制定本办法。

第二条 渡船月票每张九十元，学生半价。

第三条 渡船携带自行车，每辆另收两元。

第四条 渡船丢失物品，保管三十日。
"""
NEW = """决定对《汀州市渡船管理办法》作如下修改：

一、第三条修改为：“携带自行车不另收费，依照第四条登记。”

二、第二条中“九十元”修改为“七十元”。

三、增加一条：“渡船可以携带装笼的宠物。”
"""


@pytest.fixture
def radar(any_database: Database, indexes: Indexes) -> Radar:
    """The rules and what changed a part of them since yesterday."""
    radar = Radar(any_database, indexes)
    with any_database.unit_of_work() as session:
        seed_calendar(session)
        port = Unit(name="汀州市港航中心")
        session.add(port)
    made = [radar.publish(port, RULES, OLD), radar.publish(port, CHANGE, NEW)]
    with any_database.unit_of_work() as session:
        older, newer = (session.get_one(KnowledgeVersion, one).item_id for one in made)
        since = TODAY - timedelta(days=1)
        link = ItemLink(newer_id=newer, older_id=older, kind="amends", effective_on=since)
        session.add(link)
    drain_all(any_database, indexes)
    return radar


def asked(radar: Radar, question: str, *, public: bool = False) -> tuple[list[str], str]:
    """The titles, best first, and what the first card says."""
    service = SearchService(radar.indexes, radar.database)
    with radar.database.reading() as session:
        answers: Answers = service.find(
            session, Question(question, TODAY), None if public else EDITOR
        )
        said = clause_of(answers.found[0], answers.understood)["answer"]
        return [one.version.title for one in answers.found], said


def relink(radar: Radar, **values: str | date) -> None:
    with radar.database.unit_of_work() as session:
        link = session.scalars(select(ItemLink)).one()
        for name, value in values.items():
            setattr(link, name, value)


@pytest.mark.parametrize("public", [False, True])
def test_a_changed_clause_is_answered_by_the_change(radar: Radar, public: bool) -> None:
    titles, said = asked(radar, "渡船月票每张多少钱，学生半价吗", public=public)
    assert titles == [CHANGE, RULES]
    assert "修改为“七十元”" in said


def test_a_clause_that_was_not_changed_is_answered_as_before(radar: Radar) -> None:
    """第四条 is named in the new words of another clause only."""
    titles, said = asked(radar, "渡船丢失物品保管多少日")
    assert titles[0] == RULES
    assert "保管三十日" in said


def test_what_was_added_is_answered_by_the_change(radar: Radar) -> None:
    titles, said = asked(radar, "渡船可以携带宠物吗")
    assert titles[0] == CHANGE
    assert "装笼的宠物" in said


@pytest.mark.parametrize(
    "values",
    [
        {"effective_on": TODAY + timedelta(days=1)},
        {"kind": LinkKind.SUPERSEDES.value},
    ],
    ids=["not yet", "another link"],
)
def test_only_a_change_that_holds_moves_anything(radar: Radar, values: dict[str, str]) -> None:
    relink(radar, **values)
    titles, _ = asked(radar, "渡船月票每张多少钱，学生半价吗")
    assert titles[0] == RULES


def test_the_lab_shows_the_same_order(radar: Radar) -> None:
    with radar.database.reading() as session:
        trial = Trial(Question("渡船月票每张多少钱，学生半价吗", TODAY), False)
        shown = look(session, radar.indexes, trial, EDITOR)
        assert [one.version.title for one in shown.found] == [CHANGE, RULES]


OMNIBUS = """为适应管理需要，决定修改部分文件：

一、将《汀州市渡船管理办法》第二条修改为：“渡船月票每张七十元。

渡船丢失物品，保管按第四条办理。”

二、将《汀州市游船管理办法》第四条修改为：“游船丢失物品，保管九十日。”
"""


def test_a_clause_of_another_document_is_no_change_of_this_one(
    any_database: Database, indexes: Indexes
) -> None:
    """第四条 is changed in the other document, and named in new words that go on."""
    radar = Radar(any_database, indexes)
    with any_database.unit_of_work() as session:
        seed_calendar(session)
        port = Unit(name="汀州市港航中心")
        session.add(port)
    change = "关于修改部分文件的决定"
    made = [radar.publish(port, RULES, OLD), radar.publish(port, change, OMNIBUS)]
    with any_database.unit_of_work() as session:
        older, newer = (session.get_one(KnowledgeVersion, one).item_id for one in made)
        since = TODAY - timedelta(days=1)
        session.add(ItemLink(newer_id=newer, older_id=older, kind="amends", effective_on=since))
    drain_all(any_database, indexes)
    titles, said = asked(radar, "汀州市渡船管理办法丢失物品保管多少日")
    assert titles[0] == RULES
    assert "保管三十日" in said
    assert asked(radar, "渡船月票每张多少钱")[0][0] == change
