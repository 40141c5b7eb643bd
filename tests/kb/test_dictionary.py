"""The living dictionary: what editors change counts at the next query and can all come back."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from indexer.lexicon import default_lexicon
from kb.actor import Actor
from kb.db import Database
from kb.dictionary import Change, Identity, Value
from kb.errors import IllegalTransition, InvalidInput, NotFound, PermissionDenied, StaleVersion
from kb.models import (
    AuditRecord,
    DictionaryDraft,
    DictionaryEntry,
    IndexJob,
    JudgedGrade,
    JudgedQuery,
    SearchRecord,
    SearchTarget,
    Unit,
    User,
)
from kb.outbox.check import check_all
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import rebuild
from kb.outbox.recut import Recutter
from kb.outbox.whoosh_factory import WhooshFactory
from kb.queries.dictionary import (
    current_version,
    entries_in_use,
    lexicon_at,
    listed_entries,
    own_entries,
)
from kb.services.dictionary import (
    ChangesRefused,
    changes_of,
    get_draft,
    open_draft,
    open_restore,
    renew_draft,
    save_draft,
    store_preview,
)
from kb.services.dictionary_lines import read_table, write_table
from kb.services.dictionary_preview import preview
from kb.services.entries import Content, create_entry
from kb.services.judging import run_set, staff_filters
from kb.services.publishing import publish
from kb.services.questions import Question
from kb.services.search import SearchService
from kb.terms import KnowledgeKind, Role, WordKind
from kb.worker import Worker
from tests.kb.conftest import NOW

TODAY = date(2026, 5, 7)
SYNONYM, USER_WORD = WordKind.SYNONYM, WordKind.USER_WORD


@pytest.fixture
def editor(any_database: Database) -> Actor:
    return person(any_database, "词典员甲", Role.EDITOR)


def person(database: Database, name: str, *roles: Role) -> Actor:
    with database.unit_of_work() as session:
        user = User(
            username=f"u{abs(hash(name)) % 10**8}",
            name=name,
            roles=[role.value for role in roles],
            password_hash="not a hash",
            created_at=NOW,
        )
        session.add(user)
        session.flush()
    return Actor(user.id, name, None, frozenset(roles))


class Desk:
    """An editor and an agent over one database and one process's indexes."""

    def __init__(self, database: Database, indexes: Indexes, editor: Actor, unit: Unit) -> None:
        self.database, self.indexes, self.editor, self.unit = database, indexes, editor, unit

    def entry(self, title: str, body: str = "") -> int:
        with self.database.unit_of_work() as session:
            version = create_entry(
                session,
                unit=session.get_one(Unit, self.unit.id),
                content=Content(KnowledgeKind.QA, title, body or f"{title}，请到窗口办理。"),
                actor=self.editor,
                now=NOW,
            )
            publish(session, version, actor=self.editor, now=NOW)
            return version.item_id

    def draft(self, *changes: Change, actor: Actor | None = None) -> int:
        with self.database.unit_of_work() as session:
            segmenter = self.indexes.dictionary.current(session).segmenter
            draft = open_draft(session, changes, segmenter, actor=actor or self.editor, now=NOW)
            return draft.id

    def previewed(self, draft_id: int) -> dict:
        with self.database.reading() as session:
            draft = session.get_one(DictionaryDraft, draft_id)
            changes = [Change.from_json(stored) for stored in draft.changes]
        seen = preview(self.database, self.indexes, changes, TODAY)
        with self.database.unit_of_work() as session:
            store_preview(session, draft_id, draft.base_version, changes, seen)
        return seen

    def save(self, draft_id: int, reason: str = "试一试", overrule: str = "") -> int:
        with self.database.unit_of_work() as session:
            version = save_draft(
                session, draft_id, reason=reason, overrule=overrule, actor=self.editor, now=NOW
            )
            return version.number

    def change(self, *changes: Change) -> int:
        draft_id = self.draft(*changes)
        self.previewed(draft_id)
        return self.save(draft_id)

    def restore(self, number: int) -> int:
        with self.database.unit_of_work() as session:
            draft_id = open_restore(session, number, actor=self.editor, now=NOW).id
        self.previewed(draft_id)
        return self.save(draft_id, reason=f"恢复到第 {number} 版")

    def found(self, text: str) -> list[tuple[int, float]]:
        with self.database.reading() as session:
            service = SearchService(self.indexes, self.database)
            answers = service.find(session, Question(text, TODAY), self.editor)
            assert not answers.degraded
            return [(one.item.id, one.hit.score) for one in answers.found if one.hit]

    def first(self, text: str) -> list[int]:
        return [item for item, _ in self.found(text)][:1]

    def worker(self) -> Worker:
        return Worker(self.database, self.indexes, lambda: NOW)

    def waiting(self) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(IndexJob)) or 0


@pytest.fixture
def desk(any_database: Database, indexes: Indexes, editor: Actor, unit: Unit) -> Desk:
    return Desk(any_database, indexes, editor, unit)


def add(kind: WordKind, key: str, target: str = "", **value: object) -> Change:
    return Change(Identity(kind, key, target), Value(**value))


def off(kind: WordKind, key: str, target: str = "") -> Change:
    return Change(Identity(kind, key, target), Value(active=False))


@pytest.fixture
def river(desk: Desk) -> dict[str, int]:
    """Three entries of an invented river town, indexed."""
    entries = {
        "pass": desk.entry("浮桥通行凭证怎么补办", "浮桥通行凭证遗失的，凭身份证补办。"),
        "ferry": desk.entry("轮渡停航怎么退票", "遇大风停航，凭船票退款。"),
        "night": desk.entry("夜间渡河有什么规定", "夜间渡河须登记，浮桥二十二时关闭。"),
    }
    drain_all(desk.database, desk.indexes)
    return entries


def test_a_saved_synonym_counts_at_the_next_query_and_going_back_restores_the_ranking(
    desk: Desk, river: dict[str, int]
) -> None:
    questions = ("黑皮本在哪弄", "夜里怎么过河", "船不开了退钱")
    before = [desk.found(text) for text in questions]
    assert river["pass"] not in [item for item, _ in before[0]]
    version = desk.change(add(SYNONYM, "黑皮本", "浮桥通行凭证", weight=0.8))
    assert version == 1
    assert desk.first("黑皮本在哪弄") == [river["pass"]]
    assert desk.restore(0) == 2
    assert [desk.found(text) for text in questions] == before


def test_every_kind_is_read_by_the_search(desk: Desk, river: dict[str, int]) -> None:
    desk.change(
        add(WordKind.MISSPELLING, "浮峤", "浮桥"),
        add(WordKind.FILLER, "劳烦您给瞅瞅"),
        add(WordKind.FUNCTION_WORD, "约莫着"),
        add(WordKind.BEST_BET, "大风天坐船", str(river["night"])),
        add(SYNONYM, "摆渡", "轮渡", both_ways=True, weight=0.9),
        off(SYNONYM, *a_shipped_synonym()),
    )
    with desk.database.reading() as session:
        lexicon = lexicon_at(session)
        words = desk.indexes.dictionary.current(session)
    assert words.version == 1
    assert lexicon.misspellings["浮峤"] == "浮桥"
    assert "劳烦您给瞅瞅" in lexicon.filler
    assert "约莫着" in lexicon.function_words
    assert [s.target for s in lexicon.by_asked["轮渡"]] == ["摆渡"]
    asked, target = a_shipped_synonym()
    assert target not in {s.target for s in lexicon.by_asked.get(asked, [])}
    assert desk.first("大风天坐船") == [river["night"]]
    assert desk.first("浮峤通行凭证") == [river["pass"]]


def a_shipped_synonym() -> tuple[str, str]:
    """One that leads one way only."""
    lexicon = default_lexicon()
    pairs = {(synonym.asked, synonym.target) for synonym in lexicon.synonyms}
    return min((asked, target) for asked, target in pairs if (target, asked) not in pairs)


def test_an_older_version_can_be_computed_at_any_time(desk: Desk) -> None:
    desk.change(add(WordKind.FILLER, "劳烦您给瞅瞅"))
    desk.change(off(WordKind.FILLER, "劳烦您给瞅瞅"))
    desk.change(Change(Identity(WordKind.FILLER, "劳烦您给瞅瞅"), None))
    with desk.database.reading() as session:
        has = ["劳烦您给瞅瞅" in lexicon_at(session, number).filler for number in range(4)]
        assert own_entries(session) == {}
        with pytest.raises(NotFound):
            lexicon_at(session, 4)
    assert has == [False, True, False, False]


def test_a_second_process_follows_at_its_next_query(
    desk: Desk, river: dict[str, int], factory: WhooshFactory
) -> None:
    other = Desk(desk.database, Indexes(desk.indexes.folder, factory), desk.editor, desk.unit)
    assert other.first("黑皮本在哪弄") != [river["pass"]]
    desk.change(add(SYNONYM, "黑皮本", "浮桥通行凭证", weight=0.8))
    assert other.first("黑皮本在哪弄") == [river["pass"]]
    other.indexes.close()


# User words


def words_indexed(desk: Desk, word: str) -> int:
    """In how many of the entries found the index holds this as one word."""
    with desk.database.reading() as session:
        engine = desk.indexes.engine(session, "staff")
    hits = engine.search(word, staff_filters(TODAY)).hits
    return sum(any(match.term == word for match in hit.matched) for hit in hits)


def test_a_user_word_is_indexed_again_exactly_where_it_stands(
    desk: Desk, river: dict[str, int]
) -> None:
    assert words_indexed(desk, "夜间渡河") == 0
    desk.change(add(USER_WORD, "夜间渡河"))
    worker = desk.worker()
    Recutter(desk.database).finish()
    with desk.database.reading() as session:
        assert set(session.scalars(select(IndexJob.object_id))) == {river["night"]}
    worker.run_once()
    assert words_indexed(desk, "夜间渡河") == 1
    assert desk.first("夜间渡河") == [river["night"]]
    assert all(report.is_equal for report in check_all(desk.database, desk.indexes))
    desk.restore(0)
    worker.run_once()
    assert words_indexed(desk, "夜间渡河") == 0


def test_going_back_over_a_user_word_restores_the_exact_ranking(
    desk: Desk, river: dict[str, int]
) -> None:
    questions = ("夜间渡河登记", "浮桥几点关", "渡河")
    before = [desk.found(text) for text in questions]
    desk.change(add(USER_WORD, "夜间渡河"), add(USER_WORD, "浮桥通行凭证"))
    desk.worker().run_once()
    assert [desk.found(text) for text in questions] != before
    desk.restore(0)
    desk.worker().run_once()
    assert [desk.found(text) for text in questions] == before


def test_a_walk_that_was_cut_short_begins_again(desk: Desk, river: dict[str, int]) -> None:
    desk.change(add(USER_WORD, "夜间渡河"))
    assert [report.words_behind for report in check_all(desk.database, desk.indexes)] == [
        True,
        True,
    ]
    assert Recutter(desk.database).step()  # the process dies after this page
    drain_all(desk.database, desk.indexes)
    assert not check_all(desk.database, desk.indexes)[0].is_equal
    desk.worker().run_once()
    assert words_indexed(desk, "夜间渡河") == 1
    assert all(report.is_equal for report in check_all(desk.database, desk.indexes))


def test_a_change_of_query_words_alone_writes_nothing_again(
    desk: Desk, river: dict[str, int]
) -> None:
    desk.change(add(SYNONYM, "黑皮本", "浮桥通行凭证", weight=0.8))
    assert all(report.is_equal for report in check_all(desk.database, desk.indexes))
    Recutter(desk.database).finish()
    assert desk.waiting() == 0


def test_a_rebuild_cuts_by_the_present_words_and_hears_of_those_saved_meanwhile(
    desk: Desk, river: dict[str, int]
) -> None:
    desk.change(add(USER_WORD, "夜间渡河"))
    late: list[int] = []

    def save_in_between(target: str, done: int, total: int) -> None:
        if not late:
            late.append(desk.change(add(USER_WORD, "浮桥通行凭证")))
            desk.worker().run_once()  # the old index hears of it, the new one cannot

    rebuild(desk.database, desk.indexes, lambda: NOW, progress=save_in_between)
    assert words_indexed(desk, "夜间渡河") == 1
    desk.worker().run_once()
    assert words_indexed(desk, "浮桥通行凭证") == 1
    with desk.database.reading() as session:
        versions = set(session.scalars(select(SearchTarget.dictionary_version)))
    assert versions == {2}


# Saving


def test_nothing_is_saved_without_preview_and_reason(desk: Desk) -> None:
    draft_id = desk.draft(add(WordKind.FILLER, "劳烦您给瞅瞅"))
    with pytest.raises(InvalidInput, match="还没有预览"):
        desk.save(draft_id)
    desk.previewed(draft_id)
    with pytest.raises(InvalidInput) as refused:
        desk.save(draft_id, reason=" ")
    assert set(refused.value.fields) == {"reason"}
    assert desk.save(draft_id) == 1
    with pytest.raises(IllegalTransition, match="已经保存过"):
        desk.save(draft_id)


def test_a_preview_counts_only_for_the_changes_it_tried(desk: Desk) -> None:
    draft_id = desk.draft(add(WordKind.FILLER, "劳烦您给瞅瞅"))
    with desk.database.reading() as session:
        tried = changes_of(get_draft(session, draft_id))
    seen = preview(desk.database, desk.indexes, tried, TODAY)
    with desk.database.unit_of_work() as session:
        segmenter = desk.indexes.dictionary.current(session).segmenter
        more = [add(WordKind.FUNCTION_WORD, "约莫着")]
        draft = get_draft(session, draft_id)
        open_draft(session, more, segmenter, actor=desk.editor, now=NOW, into=draft)
    with desk.database.session() as session, pytest.raises(StaleVersion, match="再预览一次"):
        store_preview(session, draft_id, 0, tried, seen)
    with pytest.raises(InvalidInput, match="还没有预览"):
        desk.save(draft_id)


def test_the_second_of_two_editors_is_told_and_loses_nothing(desk: Desk) -> None:
    other = person(desk.database, "词典员乙", Role.ADMIN)
    mine = desk.draft(add(WordKind.FILLER, "劳烦您给瞅瞅"))
    theirs = desk.draft(add(WordKind.FUNCTION_WORD, "约莫着"), actor=other)
    desk.previewed(mine)
    desk.previewed(theirs)
    desk.save(mine)
    with pytest.raises(StaleVersion, match=r"词典员甲刚刚保存了词典第 1 版.*没有丢失"):
        desk.save(theirs)
    with desk.database.unit_of_work() as session:
        segmenter = desk.indexes.dictionary.current(session).segmenter
        renew_draft(session, theirs, segmenter, actor=other, now=NOW)
    desk.previewed(theirs)
    assert desk.save(theirs) == 2


def test_a_save_is_audited_and_versions_say_what_was_before(desk: Desk) -> None:
    identity = Identity(SYNONYM, "黑皮本", "浮桥通行凭证")
    desk.change(Change(identity, Value(weight=0.8)))
    desk.change(Change(identity, Value(weight=0.5, note="降一点")))
    with desk.database.reading() as session:
        rows = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "dictionary.save")
        ).all()
        assert [(row.object_id, row.detail["count"]) for row in rows] == [("1", 1), ("2", 1)]
        entry = session.scalars(select(DictionaryEntry)).one()
        assert (entry.weight, entry.version_number) == (0.5, 2)
        stored = entry.version.changes[0]
        assert (stored["before"]["weight"], stored["after"]["weight"]) == (0.8, 0.5)
        listed = {e.identity: e for e in listed_entries(session)}[identity]
        assert listed.source == "本市"


def test_only_editors_and_administrators_change_the_dictionary(desk: Desk) -> None:
    agent = person(desk.database, "坐席员", Role.AGENT, Role.UNIT_CLERK)
    with pytest.raises(PermissionDenied):
        desk.draft(add(WordKind.FUNCTION_WORD, "约莫着"), actor=agent)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (add(SYNONYM, "黑皮本", "黑皮本", weight=0.8), "同一个词"),
        (add(SYNONYM, "黑皮本", "浮桥通行凭证", weight=1.2), "不超过 1"),
        (add(WordKind.FILLER, "喂"), "只有一个字"),
        (add(WordKind.BEST_BET, "大风天坐船", "999"), "没有编号为“999”"),
        (add(WordKind.BEST_BET, "大风天坐船", "九号"), "没有编号为“九号”"),
        (add(USER_WORD, ""), "词不能为空"),
        (add(SYNONYM, "黑皮本", "", weight=0.8), "都要填"),
        (add(SYNONYM, *a_shipped_synonym()[::-1], weight=0.8), "相反方向"),
        (add(WordKind.FILLER, default_lexicon().filler[0]), "已经有了"),
        (off(WordKind.FILLER, "从未有过的话"), "没有口头语“从未有过的话”"),
        (Change(Identity(WordKind.FILLER, default_lexicon().filler[0]), None), "只能停用"),
        (add(WordKind.FUNCTION_WORD, "约莫着", note="长" * 201), "备注最多 200 个字"),
        (add(WordKind.FUNCTION_WORD, "约" * 61), "虚词最多 60 个字"),
        (add(WordKind.BEST_BET, "大风天坐船" + "，" * 60, "1"), "首选答案最多 60 个字"),
        (
            Change(Identity(SYNONYM, *a_shipped_synonym()), Value(float("nan"), active=False)),
            "权重应大于 0",
        ),
    ],
)
def test_an_unsound_change_is_refused_with_a_sentence(
    desk: Desk, change: Change, sentence: str
) -> None:
    with pytest.raises(ChangesRefused) as refused:
        desk.draft(add(WordKind.FUNCTION_WORD, "大抵呢"), change)
    assert {problem.at for problem in refused.value.problems} == {1}
    assert sentence in "".join(problem.sentence for problem in refused.value.problems)
    with desk.database.reading() as session:
        assert current_version(session) == 0
        assert session.scalar(select(func.count()).select_from(DictionaryDraft)) == 0


def test_an_exported_table_runs_no_formula_and_comes_back_as_it_was(desk: Desk) -> None:
    desk.change(
        add(SYNONYM, "=渡口#2", "浮桥通行凭证", weight=0.8, note="见登记簿 #3"),
        add(WordKind.FUNCTION_WORD, "约莫着", note="+另有说法"),
    )
    with desk.database.reading() as session:
        own = [entry for entry in listed_entries(session) if not entry.is_shipped]
        table = write_table(own)
        present = entries_in_use(session)
    cells = [cell for line in table.splitlines() for cell in line.split("\t")]
    assert "'=渡口#2" in cells and "'+另有说法" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    read = read_table(table)
    assert len(read.changes) == 2 and not read.refused
    assert read.without_effect(present).changes == ()


# Preview


def judged(desk: Desk, text: str, grades: dict[int, int]) -> None:
    with desk.database.unit_of_work() as session:
        query = JudgedQuery(text=text, created_at=NOW)
        query.grades = [JudgedGrade(item_id=item, grade=grade) for item, grade in grades.items()]
        session.add(query)


def searched(desk: Desk, text: str, times: int) -> None:
    with desk.database.unit_of_work() as session:
        for minute in range(times):
            session.add(
                SearchRecord(
                    at=NOW - timedelta(minutes=minute),
                    query=text,
                    audience="internal",
                    answered=True,
                )
            )


def test_the_preview_shows_what_enters_and_leaves_the_first_three(
    desk: Desk, river: dict[str, int]
) -> None:
    searched(desk, "黑皮本在哪弄", 3)
    searched(desk, "轮渡退票", 5)
    seen = desk.previewed(desk.draft(add(SYNONYM, "黑皮本", "浮桥通行凭证", weight=0.8)))
    assert seen["recent"] == {"compared": 2, "left": 0}
    (changed,) = seen["changed"]
    assert (changed["text"], changed["source"]) == ("黑皮本在哪弄", "近期检索")
    signs = {place["title"]: place["sign"] for place in changed["after"]}
    assert signs["浮桥通行凭证怎么补办"] == "+"
    assert not seen["is_worse"] and seen["user_words"] == 0
    # Looking changes nothing.
    assert desk.first("黑皮本在哪弄") != [river["pass"]]


def test_the_preview_keeps_nobody_s_name(desk: Desk, river: dict[str, int]) -> None:
    searched(desk, "郝秋棠的黑皮本在哪弄", 1)
    seen = desk.previewed(desk.draft(add(SYNONYM, "黑皮本", "浮桥通行凭证", weight=0.8)))
    (changed,) = seen["changed"]
    assert "不显示原话" in changed["text"] and "郝秋棠" not in str(seen)


def test_what_worsens_a_judged_question_is_saved_only_with_a_reason(
    desk: Desk, river: dict[str, int]
) -> None:
    judged(desk, "轮渡退票", {river["ferry"]: 3})
    draft_id = desk.draft(add(WordKind.BEST_BET, "轮渡退票", str(river["night"])))
    seen = desk.previewed(draft_id)
    assert seen["is_worse"] and seen["judged"]["counts"]["worse"] == 1
    assert seen["judged"]["before"]["ndcg"] == 1.0 > seen["judged"]["after"]["ndcg"]
    with pytest.raises(InvalidInput) as refused:
        desk.save(draft_id)
    assert set(refused.value.fields) == {"overrule"}
    assert desk.save(draft_id, overrule="停航期间先看夜间规定") == 1
    with desk.database.reading() as session:
        row = session.scalars(select(AuditRecord).order_by(AuditRecord.id.desc())).first()
        assert row is not None and row.detail["overrule"] == "停航期间先看夜间规定"


def test_a_user_word_preview_counts_the_entries_to_be_indexed_again(
    desk: Desk, river: dict[str, int]
) -> None:
    seen = desk.previewed(desk.draft(add(USER_WORD, "夜间渡河"), add(USER_WORD, "浮桥通行凭证")))
    assert (seen["user_words"], seen["to_index"]) == (2, 2)


def test_writers_do_not_wait_for_a_preview(
    desk: Desk, river: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked_while_somebody_writes(*args: Any, **options: Any) -> Any:
        searched(desk, "浮桥几点关", 1)
        return run_set(*args, **options)

    monkeypatch.setattr("kb.services.dictionary_preview.run_set", asked_while_somebody_writes)
    desk.previewed(desk.draft(add(WordKind.FILLER, "劳烦您给瞅瞅")))
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SearchRecord)) == 2
