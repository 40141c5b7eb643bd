"""Judged questions: kept per unit, handed over as a table, asked through the real index."""

from datetime import date

import pytest
from sqlalchemy import select

from kb.actor import Actor
from kb.db import Database
from kb.errors import InvalidInput, NotFound, PermissionDenied
from kb.models import (
    Adoption,
    AuditRecord,
    CitizenRequest,
    DictionaryEntry,
    DictionaryVersion,
    JudgedQuery,
    JudgingRun,
    KnowledgeItem,
    Unit,
)
from kb.outbox.drain import drain_all
from kb.outbox.enqueue import STAFF
from kb.outbox.indexes import Indexes
from kb.services.adopted_questions import adopted_questions, keep_adopted
from kb.services.entries import Content, create_entry
from kb.services.judged_queries import (
    Wanted,
    change_query,
    get_query,
    keep_query,
    list_queries,
    remove_query,
    restore_query,
)
from kb.services.judging import active_cases, run_set
from kb.services.judging_runs import Settings, execute_run, get_run, list_runs, result_of, start_run
from kb.services.judgment_table import export_csv, import_table
from kb.services.publishing import publish
from kb.terms import Audience, KnowledgeKind, Outcome, Role
from tests.kb.conftest import EDITOR, NOW

TODAY = date(2026, 5, 7)


@pytest.fixture
def other(any_database: Database) -> Unit:
    """汀州市水务局, which must not see the education bureau's questions."""
    with any_database.unit_of_work() as session:
        unit = Unit(name="汀州市水务局", aliases=[])
        session.add(unit)
    return unit


def clerk_of(unit: Unit) -> Actor:
    return Actor(0, "经办", unit.id, frozenset({Role.UNIT_CLERK}), frozenset({unit.id}))


def entry(
    database: Database, unit: Unit, title: str, text: str, audience: Audience = Audience.PUBLIC
) -> int:
    content = Content(
        KnowledgeKind.QA, title, facts={"conclusion": text, "script": text}, audience=audience
    )
    with database.unit_of_work() as session:
        owner = session.get_one(Unit, unit.id)
        version = create_entry(session, unit=owner, content=content, actor=EDITOR, now=NOW)
        publish(session, version, actor=EDITOR, now=NOW)
        return version.item.id


@pytest.fixture
def bus(any_database: Database, unit: Unit) -> int:
    return entry(any_database, unit, "学生校车怎么报名？", "校车在学校总务处报名，每学期一次。")


@pytest.fixture
def uniform(any_database: Database, unit: Unit) -> int:
    return entry(any_database, unit, "校服丢了怎么补？", "校服在家长委员会登记后补购。")


def keep(database: Database, wanted: Wanted, actor: Actor = EDITOR) -> JudgedQuery:
    with database.unit_of_work() as session:
        return keep_query(session, wanted, actor=actor, now=NOW)


def test_the_same_words_are_changed_not_doubled(
    any_database: Database, bus: int, uniform: int
) -> None:
    first = keep(any_database, Wanted("校车  咋报名", {bus: 3}))
    again = keep(any_database, Wanted("校车 咋报名", {uniform: 0}, label="口语"))
    assert first.id == again.id
    with any_database.reading() as session:
        found = get_query(session, first.id, EDITOR)
        assert (found.text, found.label) == ("校车 咋报名", "口语")
        assert {grade.item_id: grade.grade for grade in found.grades} == {bus: 3, uniform: 0}
        assert active_cases(session)[0].useful == {str(bus)}


@pytest.mark.parametrize(
    ("grade", "must_refuse", "field"),
    [(3, True, "grades"), (1, False, "grades"), (4, False, "grades"), (None, False, "grades")],
)
def test_a_question_says_what_the_right_answer_is(
    any_database: Database, bus: int, grade: int | None, must_refuse: bool, field: str
) -> None:
    grades = {} if grade is None else {bus: grade}
    with pytest.raises(InvalidInput) as refused:
        keep(any_database, Wanted("校车咋报名", grades, must_refuse=must_refuse))
    assert list(refused.value.fields) == [field]


def test_a_removed_question_is_not_asked_and_can_be_put_back(
    any_database: Database, bus: int
) -> None:
    kept = keep(any_database, Wanted("校车咋报名", {bus: 3}))
    with any_database.unit_of_work() as session:
        remove_query(session, kept.id, actor=EDITOR, now=NOW)
    with any_database.unit_of_work() as session:
        assert active_cases(session) == []
        restore_query(session, kept.id, actor=EDITOR, now=NOW)
    with any_database.reading() as session:
        assert [case.text for case in active_cases(session)] == ["校车咋报名"]
        acts = session.scalars(select(AuditRecord.action).order_by(AuditRecord.id))
        assert list(acts)[-3:] == [f"judged_query.{act}" for act in ("keep", "remove", "restore")]


def test_the_audit_does_not_hold_the_question(any_database: Database, bus: int) -> None:
    kept = keep(any_database, Wanted("王小明家校车咋报名", {bus: 3}))
    with any_database.reading() as session:
        row = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "judged_query.keep")
        ).one()
    assert (row.object_id, row.detail["after"]) == (str(kept.id), f"{bus}=3")
    assert "王小明" not in str(row.detail)


def test_a_unit_keeps_and_sees_its_own_questions_only(
    any_database: Database, unit: Unit, other: Unit, bus: int
) -> None:
    own = keep(any_database, Wanted("校车咋报名", {bus: 3}), clerk_of(unit))
    central = keep(any_database, Wanted("校车咋报名", {bus: 3}))
    assert (own.unit_id, central.unit_id) == (unit.id, None)
    with any_database.reading() as session:
        assert [q.id for q in list_queries(session, clerk_of(unit))[0]] == [own.id]
        assert list_queries(session, clerk_of(other)) == ([], 0)
        assert list_queries(session, EDITOR)[1] == 2
        for hidden, actor in ((central, clerk_of(unit)), (own, clerk_of(other))):
            with pytest.raises(NotFound):
                get_query(session, hidden.id, actor)
    for verb in (remove_query, restore_query):
        with any_database.session() as session, pytest.raises(NotFound):
            verb(session, own.id, actor=clerk_of(other), now=NOW)
    wanted = Wanted("校车咋报名", {bus: 3}, unit_id=unit.id)
    with any_database.session() as session, pytest.raises(NotFound):
        change_query(session, own.id, wanted, actor=clerk_of(other), now=NOW)
    with pytest.raises(PermissionDenied):
        keep(any_database, wanted, clerk_of(other))


def test_an_entry_that_may_not_be_seen_cannot_be_graded_nor_lose_its_grade(
    any_database: Database, unit: Unit, other: Unit, bus: int
) -> None:
    secret = entry(any_database, other, "泵站内部值守", "值守表仅供内部。", Audience.INTERNAL)
    with pytest.raises(InvalidInput) as refused:
        keep(any_database, Wanted("泵站谁值守", {secret: 3}), clerk_of(unit))
    assert "不在您可查看的范围内" in refused.value.fields["grades"]
    kept = keep(any_database, Wanted("泵站谁值守", {secret: 3}, unit_id=unit.id))
    with any_database.unit_of_work() as session:
        changed = Wanted("泵站谁值守", {bus: 0})
        change_query(session, kept.id, changed, actor=clerk_of(unit), now=NOW)
    with any_database.reading() as session:
        found = get_query(session, kept.id, EDITOR)
        assert {grade.item_id: grade.grade for grade in found.grades} == {secret: 3, bus: 0}


def test_a_table_goes_out_and_comes_back_the_same(
    any_database: Database, bus: int, uniform: int
) -> None:
    keep(any_database, Wanted("=校车", {bus: 3, uniform: 1}, date(2026, 5, 1), "口语", "-试"))
    keep(any_database, Wanted("火星怎么去", must_refuse=True))
    with any_database.unit_of_work() as session:
        rows = list_queries(session, EDITOR)[0]
        table = export_csv(rows, {bus: "学生校车怎么报名？", uniform: "校服丢了怎么补？"})
        before = active_cases(session)
        for row in rows:
            remove_query(session, row.id, actor=EDITOR, now=NOW)
    assert "'=校车" in table.decode("utf-8-sig")
    with any_database.unit_of_work() as session:
        assert import_table(session, table, unit_id=None, actor=EDITOR, now=NOW) == 2
    with any_database.reading() as session:
        after = active_cases(session)
    assert sorted((c.text, c.as_of, c.label, sorted(c.grades.items())) for c in after) == sorted(
        (c.text, c.as_of, c.label, sorted(c.grades.items())) for c in before
    )


def test_an_entry_is_named_by_its_title_too_and_gb18030_is_read(
    any_database: Database, bus: int
) -> None:
    table = "问题\t条目\t等级\n校车去哪报\t学生校车怎么报名？\t3\n".encode("gb18030")
    with any_database.unit_of_work() as session:
        import_table(session, table, unit_id=None, actor=EDITOR, now=NOW)
        assert active_cases(session)[0].grades == {str(bus): 3}


def test_a_wrong_table_names_every_line_and_keeps_nothing(any_database: Database, bus: int) -> None:
    lines = ["问题,条目,等级,口径日期", f"好的,{bus},3,", "坏的,99999,3,", f"坏的,{bus},5,"]
    lines += [f",{bus},3,", f"坏的,{bus},3,五月七日", f"只有一分,{bus},4,"]
    with any_database.session() as session:
        with pytest.raises(InvalidInput) as refused:
            import_table(session, "\n".join(lines).encode(), unit_id=None, actor=EDITOR, now=NOW)
        session.rollback()
    sentence = refused.value.fields["file"]
    assert [f"第 {n} 行" in sentence for n in range(2, 8)] == [False, True, True, True, True, True]
    with any_database.reading() as session:
        assert active_cases(session) == []


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "表头"),
        ("问题,条目,等级".encode(), "只有表头"),
        ("随便,写写\n1,2".encode(), "表头"),
        (b"PK\x03\x04\x00\x00", "不是文本表格"),
        ('问题,条目,等级\n"没有收尾,1,3'.encode(), "没有"),
        (b"a" * (2 * 1024 * 1024 + 1), "2 MB"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(
    any_database: Database, data: bytes, why: str
) -> None:
    with any_database.session() as session, pytest.raises(InvalidInput) as refused:
        import_table(session, data, unit_id=None, actor=EDITOR, now=NOW)
    assert why in refused.value.message


def adopt(
    database: Database, item_id: int, text: str, *, times: int = 1, **asked_by: object
) -> None:
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, item_id)
        for _ in range(times):
            number = f"T-{session.query(CitizenRequest).count()}"
            request = CitizenRequest(
                number=number,
                received_at=NOW,
                title="一件",
                outcome=Outcome.ONLINE.value,
                **asked_by,
            )
            session.add(request)
            session.flush()
            session.add(
                Adoption(
                    request_id=request.id,
                    item_id=item_id,
                    version_id=item.current_version_id,
                    unit_id=item.unit_id,
                    query=text,
                    at=NOW,
                )
            )
            session.flush()


def test_adopted_questions_are_offered_until_they_are_judged(
    any_database: Database, unit: Unit, other: Unit, bus: int, uniform: int
) -> None:
    adopt(any_database, uniform, "校服不见了")
    adopt(any_database, bus, "校车在哪报", times=2)
    adopt(any_database, bus, "我是13912345678家长，校车在哪报")
    adopt(any_database, bus, "郝秋棠的校车在哪报")
    adopt(any_database, bus, "校车报名找小满行吗", requester_name="小满")
    adopt(any_database, bus, "校车怎么举报", is_confidential=True)
    with any_database.reading() as session:
        offered = adopted_questions(session, clerk_of(unit))
        assert [(row.text, row.times) for row in offered] == [("校车在哪报", 2), ("校服不见了", 1)]
        assert adopted_questions(session, clerk_of(other)) == []
    with any_database.session() as session, pytest.raises(InvalidInput):
        keep_adopted(
            session, [offered[0].adoption_id], unit_id=None, actor=clerk_of(other), now=NOW
        )
    with any_database.unit_of_work() as session:
        chosen = [offered[0].adoption_id]
        assert keep_adopted(session, chosen, unit_id=None, actor=clerk_of(unit), now=NOW) == 1
    with any_database.reading() as session:
        assert [row.text for row in adopted_questions(session, EDITOR)] == ["校服不见了"]
        assert active_cases(session, [unit.id])[0].grades == {str(bus): 3}


def test_the_set_is_asked_through_the_real_index(
    any_database: Database, indexes: Indexes, bus: int, uniform: int
) -> None:
    drain_all(any_database, indexes)
    keep(any_database, Wanted("校车怎么报名", {bus: 3}))
    keep(any_database, Wanted("校服丢了", {bus: 3}))
    keep(any_database, Wanted("，。", must_refuse=True))
    with any_database.reading() as session:
        engine = indexes.engine(session, STAFF)
        told: list[tuple[int, int]] = []
        result = run_set(
            session, engine, today=TODAY, progress=lambda done, total: told.append((done, total))
        )
    first, second, nothing = result.results
    assert (first.first[0], first.hit1, first.answered) == (str(bus), 1.0, True)
    assert (second.first[0], second.hit1) == (str(uniform), 0.0)
    assert (nothing.first, nothing.is_right_verdict) == ((), True)
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_the_day_a_question_is_about_decides_what_can_answer_it(
    any_database: Database, indexes: Indexes, unit: Unit
) -> None:
    content = Content(
        KnowledgeKind.QA,
        "校车临时停开",
        facts={"conclusion": "校车因修路停开。", "script": "校车因修路停开。"},
        valid_from=date(2026, 3, 1),
        valid_until=date(2026, 3, 31),
    )
    with any_database.unit_of_work() as session:
        owner = session.get_one(Unit, unit.id)
        version = create_entry(session, unit=owner, content=content, actor=EDITOR, now=NOW)
        publish(session, version, actor=EDITOR, now=NOW)
        item_id = version.item.id
    drain_all(any_database, indexes)
    keep(any_database, Wanted("校车停开吗", {item_id: 3}, date(2026, 3, 5)))
    keep(any_database, Wanted("校车停开吗", must_refuse=True))
    with any_database.reading() as session:
        result = run_set(session, indexes.engine(session, STAFF), today=TODAY)
    assert [one.first for one in result.results] == [(str(item_id),), ()]


def test_a_run_is_kept_with_its_figures_and_seen_by_its_own(
    any_database: Database, indexes: Indexes, unit: Unit, other: Unit, bus: int
) -> None:
    drain_all(any_database, indexes)
    clerk = clerk_of(unit)
    keep(any_database, Wanted("校车怎么报名", {bus: 3}), clerk)
    keep(any_database, Wanted("校车怎么报名", {bus: 3}))
    with any_database.unit_of_work() as session:
        run = start_run(session, Settings("试"), unit_id=None, actor=clerk, now=NOW)
        assert (run.state, run.unit_id, run.total) == ("waiting", unit.id, 1)
    execute_run(any_database, indexes, run.id, clock=lambda: NOW)
    with any_database.reading() as session:
        done = get_run(session, run.id, clerk)
        assert (done.state, done.hit1, done.refused_share) == ("done", 1.0, None)
        assert done.index_marker == indexes.engine(session, STAFF).marker()
        assert result_of(done).results[0].first[0] == str(bus)
        assert list_runs(session, clerk_of(other)) == ([], 0)
        with pytest.raises(NotFound):
            get_run(session, run.id, clerk_of(other))


def test_a_run_asks_with_the_word_lists_of_its_dictionary_version(
    any_database: Database, indexes: Indexes, bus: int
) -> None:
    drain_all(any_database, indexes)
    keep(any_database, Wanted("娃娃专送", {bus: 3}))
    value = {"weight": 1.0, "both_ways": False, "note": "", "active": True}
    change = {"kind": "synonym", "key": "娃娃专送", "target": "校车", "before": None}
    with any_database.unit_of_work() as session:
        changes = [change | {"after": value}]
        session.add(DictionaryVersion(number=1, created_at=NOW, reason="试", changes=changes))
        session.flush()
        row = {"kind": "synonym", "key": "娃娃专送", "target": "校车", "version_number": 1}
        session.add(DictionaryEntry(**row))
    found = {}
    for version in (None, 0):
        with any_database.unit_of_work() as session:
            wanted = Settings(dictionary_version=version)
            run = start_run(session, wanted, unit_id=None, actor=EDITOR, now=NOW)
        execute_run(any_database, indexes, run.id, clock=lambda: NOW)
        with any_database.reading() as session:
            done = get_run(session, run.id, EDITOR)
            found[done.dictionary_version] = done.hit1
    assert found == {1: 1.0, 0: 0.0}
    with any_database.session() as session, pytest.raises(InvalidInput, match="没有这一版"):
        start_run(session, Settings(dictionary_version=9), unit_id=None, actor=EDITOR, now=NOW)


def test_a_run_without_index_fails_visibly(
    any_database: Database, indexes: Indexes, bus: int
) -> None:
    keep(any_database, Wanted("校车怎么报名", {bus: 3}))
    with any_database.unit_of_work() as session:
        run = start_run(session, Settings(), unit_id=None, actor=EDITOR, now=NOW)
    for path in indexes.folder.rglob("*"):
        if path.is_file():
            path.unlink()
    execute_run(any_database, Indexes(indexes.folder, indexes.factory), run.id, clock=lambda: NOW)
    with any_database.reading() as session:
        failed = session.get_one(JudgingRun, run.id)
        assert (failed.state, failed.ndcg) == ("failed", None)
        assert "索引" in failed.error


def test_an_empty_set_is_not_run(any_database: Database, unit: Unit) -> None:
    with any_database.session() as session, pytest.raises(InvalidInput, match="还没有评测问题"):
        start_run(session, Settings(), unit_id=None, actor=EDITOR, now=NOW)
