"""From a changed entry to the index: nothing is lost, nothing withdrawn is found."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import OperationalError

from indexer.engine import Filters
from indexer.errors import IndexerError, IndexLocked, IndexStale, IndexWriteFailed
from indexer.whoosh_engine import WhooshEngine
from indexer.whoosh_engine.writing import MAX_SEGMENTS
from kb.access import get_visible
from kb.db import Database
from kb.errors import InvalidInput
from kb.job_faults import sentence_of
from kb.models import (
    IndexJob,
    KnowledgeItem,
    KnowledgeVersion,
    PassageRow,
    SearchTarget,
    Unit,
    WorkerBeat,
)
from kb.outbox import merging
from kb.outbox.check import check_all
from kb.outbox.drain import MAX_ATTEMPTS, drain_all, drain_once
from kb.outbox.enqueue import PUBLIC, TARGETS
from kb.outbox.indexes import Indexes
from kb.outbox.merging import BATCHES
from kb.outbox.rebuild import ensure_built, rebuild
from kb.queries import health
from kb.services.entries import Content, PlannedLink, create_entry
from kb.services.jobs import add_job
from kb.services.publishing import publish
from kb.services.questions import Question
from kb.services.search import SearchService
from kb.services.withdrawing import withdraw
from kb.terms import Audience, KnowledgeKind, LinkKind
from kb.worker import Worker
from tests.kb.conftest import EDITOR, NOW

TODAY = date(2026, 5, 7)


def publish_entry(database: Database, unit: Unit, title: str, **content: object) -> int:
    """A published entry; returns its id."""
    with database.unit_of_work() as session:
        given = {"kind": KnowledgeKind.QA, "title": title, "body": f"{title}，请到窗口办理。"}
        version = create_entry(
            session,
            unit=session.get_one(Unit, unit.id),
            content=Content(**(given | content)),
            actor=EDITOR,
            now=NOW,
        )
        publish(session, version, actor=EDITOR, now=NOW)
        return version.item_id


def found(database: Database, indexes: Indexes, text: str, *, public: bool = True) -> list[int]:
    service = SearchService(indexes, database)
    with database.reading() as session:
        answers = service.find(session, Question(text, TODAY), None if public else EDITOR)
        assert not answers.degraded
        return [one.item.id for one in answers.found]


def waiting(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(IndexJob)) or 0


def test_publishing_leaves_one_row_per_index_in_the_same_transaction(
    any_database: Database, unit: Unit
) -> None:
    with any_database.unit_of_work() as session:
        version = create_entry(
            session,
            unit=session.get_one(Unit, unit.id),
            content=Content(KnowledgeKind.QA, "校服费退不退", "校服费可以退。"),
            actor=EDITOR,
            now=NOW,
        )
        publish(session, version, actor=EDITOR, now=NOW)
        session.flush()
        targets = set(session.scalars(select(IndexJob.target)))
        session.rollback()
    assert targets == set(TARGETS)
    assert waiting(any_database) == 0


def test_a_published_entry_is_found_and_a_withdrawn_one_is_not(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    item_id = publish_entry(any_database, unit, "校车停靠点怎么申请增设")
    drain_all(any_database, indexes)
    assert found(any_database, indexes, "校车停靠点") == [item_id]
    with any_database.unit_of_work() as session:
        item = get_visible(session, item_id, EDITOR)
        withdraw(session, item, actor=EDITOR, now=NOW, reason="线路取消")
    # The database has the last word even before the index has heard of it.
    assert found(any_database, indexes, "校车停靠点") == []
    drain_all(any_database, indexes)
    assert waiting(any_database) == 0
    assert [report.in_index for report in check_all(any_database, indexes)] == [0, 0]


def test_internal_entries_never_enter_the_public_index(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    item_id = publish_entry(any_database, unit, "值班领导电话口径", audience=Audience.INTERNAL)
    drain_all(any_database, indexes)
    assert found(any_database, indexes, "值班领导电话") == []
    assert found(any_database, indexes, "值班领导电话", public=False) == [item_id]
    counts = {report.target: report.in_index for report in check_all(any_database, indexes)}
    assert counts == {"public": 0, "staff": 1}


def test_a_successor_ends_the_older_entry_in_the_same_transaction(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    old = publish_entry(any_database, unit, "课后服务收费办法旧版")
    link = PlannedLink(LinkKind.SUPERSEDES, old, date(2026, 5, 1))
    new = publish_entry(any_database, unit, "课后服务收费办法新版", links=(link,))
    drain_all(any_database, indexes)
    assert found(any_database, indexes, "课后服务收费办法") == [new]
    service = SearchService(indexes, any_database)
    with any_database.reading() as session:
        question = Question("课后服务收费办法", date(2026, 4, 30))
        answers = service.find(session, question, None)
        assert old in [one.item.id for one in answers.found]


def test_an_entry_is_found_up_to_and_on_its_last_day(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    item_id = publish_entry(any_database, unit, "夏令营报名通知", valid_until=date(2026, 5, 7))
    drain_all(any_database, indexes)
    service = SearchService(indexes, any_database)
    with any_database.reading() as session:
        on_last = service.find(session, Question("夏令营报名", TODAY), None)
        day_after = service.find(session, Question("夏令营报名", TODAY + timedelta(days=1)), None)
    assert [one.item.id for one in on_last.found] == [item_id]
    assert day_after.found == ()


def test_many_changes_of_one_entry_are_applied_once(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    item_id = publish_entry(any_database, unit, "学籍转接流程")
    for minute in range(3):
        with any_database.unit_of_work() as session:
            item = session.get_one(KnowledgeItem, item_id)
            item.checked_on = TODAY - timedelta(days=minute + 1)
    drain_all(any_database, indexes)
    reports = check_all(any_database, indexes)
    assert all(report.is_equal for report in reports), reports


def test_a_batch_that_was_indexed_but_not_settled_is_applied_again_harmlessly(
    any_database: Database, unit: Unit, indexes: Indexes, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = publish_entry(any_database, unit, "午休课桌收费")

    def dies(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    rows = waiting(any_database)
    with monkeypatch.context() as patched:
        patched.setattr(any_database, "unit_of_work", dies)
        with pytest.raises(KeyboardInterrupt):
            drain_once(any_database, indexes, "public")
    assert waiting(any_database) == rows > 0
    drain_all(any_database, indexes)
    assert found(any_database, indexes, "午休课桌收费") == [item_id]
    assert all(report.is_equal for report in check_all(any_database, indexes))


class BrokenEngine:
    """An engine whose disk is gone; everything else is never reached."""

    def apply(self, *_args: object, **_options: object) -> None:
        raise IndexWriteFailed("写入失败")


def test_a_failing_writer_ends_the_indexer_and_a_poisoned_row_is_parked(
    any_database: Database, unit: Unit, indexes: Indexes, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_entry(any_database, unit, "损坏的条目")
    with monkeypatch.context() as patched:
        patched.setattr(indexes, "engine", lambda session, target: BrokenEngine())
        for _ in range(MAX_ATTEMPTS):
            with pytest.raises(IndexWriteFailed):
                drain_once(any_database, indexes, "public")
        assert drain_once(any_database, indexes, "public") == 0
    with any_database.reading() as session:
        row = session.scalars(select(IndexJob).where(IndexJob.target == "public")).one()
    assert (row.parked, row.attempts, row.last_error) == (True, MAX_ATTEMPTS, "IndexWriteFailed")
    healthy = publish_entry(any_database, unit, "没有损坏的条目")
    drain_all(any_database, indexes)
    assert found(any_database, indexes, "没有损坏的条目") == [healthy]


@pytest.mark.parametrize(
    "blame", [IndexLocked("正在写入"), IndexStale("已更新"), OSError(28, "full")]
)
def test_a_row_is_not_parked_for_a_full_disk_or_another_writer(
    any_database: Database,
    unit: Unit,
    indexes: Indexes,
    monkeypatch: pytest.MonkeyPatch,
    blame: Exception,
) -> None:
    item_id = publish_entry(any_database, unit, "等磁盘的条目")

    class FullDisk:
        def apply(self, *_args: object, **_options: object) -> None:
            raise IndexWriteFailed("写入失败") from blame

    with monkeypatch.context() as patched:
        patched.setattr(indexes, "engine", lambda session, target: FullDisk())
        for _ in range(MAX_ATTEMPTS + 1):
            with pytest.raises(IndexWriteFailed):
                drain_once(any_database, indexes, "public")
    drain_all(any_database, indexes)
    assert found(any_database, indexes, "等磁盘的条目") == [item_id]


def test_a_script_alone_is_what_is_found(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    facts = {"script": "补办学生证到教务处窗口，当场能办。"}
    item_id = publish_entry(any_database, unit, "学生证丢了怎么办", body="", facts=facts)
    drain_all(any_database, indexes)
    assert found(any_database, indexes, "补办学生证") == [item_id]
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, item_id)
        assert item.current_version is not None
        assert [row.text for row in item.current_version.passages] == [facts["script"]]


@pytest.mark.parametrize("facts", [{}, {"ask_first": ["户口在哪里？"]}])
def test_an_entry_that_says_nothing_is_refused(
    any_database: Database, unit: Unit, facts: dict[str, list[str]]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        publish_entry(any_database, unit, "学生证丢了怎么办", body=" \n", facts=facts)
    assert set(refused.value.fields) == {"body"}


def test_an_entry_that_cannot_be_indexed_keeps_no_other_out_and_is_named(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    bare = publish_entry(any_database, unit, "没有段落的条目")
    sound = publish_entry(any_database, unit, "能检索的条目")
    with any_database.unit_of_work() as session:
        session.execute(delete(PassageRow).where(PassageRow.version_id.in_(versions_of(bare))))
    assert rebuild(any_database, indexes, lambda: NOW) == {"public": 1, "staff": 1}
    drain_all(any_database, indexes)
    assert found(any_database, indexes, "能检索的条目") == [sound]
    with any_database.reading() as session:
        (named,) = health.unwritable(session)
        assert health.unindexed(session, parked=True).count == 1
    assert (named.item_id, named.title, named.unit) == (bare, "没有段落的条目", unit.name)
    assert sentence_of(named.reason) == "知识条目没有正文段落，请先补充正文再发布"


def versions_of(item_id: int) -> Select[tuple[int]]:
    return select(KnowledgeVersion.id).where(KnowledgeVersion.item_id == item_id)


def test_a_rebuild_settles_parked_rows(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    item_id = publish_entry(any_database, unit, "搁置过的条目")
    with any_database.unit_of_work() as session:
        for row in session.scalars(select(IndexJob)):
            row.parked = True
    rebuild(any_database, indexes, lambda: NOW)
    assert waiting(any_database) == 0
    assert found(any_database, indexes, "搁置过的条目") == [item_id]


def test_check_names_what_is_missing_extra_and_stale(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    missing = publish_entry(any_database, unit, "缺失的条目")
    stale = publish_entry(any_database, unit, "过时的条目")
    drain_all(any_database, indexes)
    with any_database.reading() as session:
        engine = indexes.engine(session, "public")
    from indexer.records import ItemRecord, PassageRecord

    ghost = ItemRecord("999", 1, "qa", "幽灵", (PassageRecord(0, "", "幽灵条目"),))
    engine.apply([ghost], [str(missing)], marker=engine.marker() + 1)
    with any_database.unit_of_work() as session:
        session.get_one(KnowledgeItem, stale).checked_on = date(2026, 1, 1)
        session.flush()
        session.query(IndexJob).delete()
    report = next(r for r in check_all(any_database, indexes) if r.target == "public")
    assert (report.missing, report.extra, report.stale) == ([missing], ["999"], [stale])
    assert not report.is_equal
    rebuild(any_database, indexes, lambda: NOW)
    assert all(report.is_equal for report in check_all(any_database, indexes))


def test_a_lost_index_is_noticed_and_search_falls_back_to_the_database(
    any_database: Database, unit: Unit, indexes: Indexes, tmp_path: Path
) -> None:
    item_id = publish_entry(any_database, unit, "寄宿生补助标准")
    drain_all(any_database, indexes)
    with any_database.unit_of_work() as session:
        session.get_one(SearchTarget, "public").directory = "gone"
    service = SearchService(indexes, any_database)
    with any_database.reading() as session:
        answers = service.find(session, Question("寄宿生补助", TODAY), None)
        report = next(r for r in check_all(any_database, indexes) if r.target == "public")
    assert answers.degraded
    assert [one.item.id for one in answers.found] == [item_id]
    assert report.problem


def test_the_fallback_keeps_filters_and_puts_the_newest_first(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    first = publish_entry(any_database, unit, "寄宿生补助标准")
    publish_entry(any_database, unit, "寄宿生补助办法", kind=KnowledgeKind.POLICY)
    last = publish_entry(any_database, unit, "寄宿生补助发放时间")
    with any_database.unit_of_work() as session:
        session.get_one(SearchTarget, "public").directory = "gone"
    service = SearchService(indexes, any_database)
    asked = Question("寄宿生补助", TODAY, kinds=frozenset({"qa"}), units=frozenset({unit.name}))
    with any_database.reading() as session:
        answers = service.find(session, asked, None)
        elsewhere = service.find(session, replace(asked, units=frozenset({"别的局"})), None)
    assert [one.item.id for one in answers.found] == [last, first]
    assert elsewhere.found == ()


def test_starting_never_builds_over_an_existing_index(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    with any_database.reading() as session:
        before = {row.name: row.directory for row in session.scalars(select(SearchTarget))}
    assert ensure_built(any_database, indexes, lambda: NOW) == []
    with any_database.reading() as session:
        after = {row.name: row.directory for row in session.scalars(select(SearchTarget))}
    assert before == after


def test_starting_builds_anew_what_another_dictionary_built(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    item_id = publish_entry(any_database, unit, "换了词典")
    with any_database.unit_of_work() as session:
        session.get_one(SearchTarget, "staff").fingerprint = "earlier words"
    assert ensure_built(any_database, indexes, lambda: NOW) == ["staff"]
    assert found(any_database, indexes, "换了词典", public=False) == [item_id]


def test_changes_during_a_rebuild_reach_the_new_index(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    publish_entry(any_database, unit, "重建之前的条目")
    drain_all(any_database, indexes)
    seen: list[int] = []

    def publish_meanwhile(target: str, done: int, total: int) -> None:
        if not seen:
            seen.append(publish_entry(any_database, unit, "重建期间的条目"))
            drain_all(any_database, indexes)

    rebuild(any_database, indexes, lambda: NOW, progress=publish_meanwhile)
    drain_all(any_database, indexes)
    assert seen[0] in found(any_database, indexes, "重建期间的条目")
    assert all(report.is_equal for report in check_all(any_database, indexes))


def test_a_question_that_runs_while_the_index_is_switched_is_answered_by_the_old_one(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    item_id = publish_entry(any_database, unit, "校车停靠点怎么申请增设")
    drain_all(any_database, indexes)

    def open_files() -> int:
        links = (link.readlink() for link in Path("/proc/self/fd").iterdir() if link.exists())
        return sum(indexes.folder in link.parents for link in links)

    with any_database.reading() as session:
        running = indexes.engine(session, PUBLIC)
    rebuild(any_database, indexes, lambda: NOW)
    assert found(any_database, indexes, "校车停靠点") == [item_id]  # the new one, now open
    hits = running.search("校车停靠点", Filters(as_of=NOW.date())).hits
    assert [hit.item_id for hit in hits] == [str(item_id)]
    before = open_files()
    del running
    assert open_files() < before


def test_only_one_worker_holds_the_lease(any_database: Database, indexes: Indexes) -> None:
    first = Worker(any_database, indexes, lambda: NOW)
    second = Worker(any_database, indexes, lambda: NOW + timedelta(seconds=5))
    late = Worker(any_database, indexes, lambda: NOW + timedelta(seconds=11))
    assert first.hold_lease()
    assert not second.hold_lease()
    assert late.hold_lease()
    with any_database.reading() as session:
        assert session.get_one(WorkerBeat, "indexer").holder == late.holder


def test_a_running_worker_makes_a_publication_searchable(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    from kb.clock import utc_now

    worker = Worker(any_database, indexes, utc_now)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        item_id = publish_entry(any_database, unit, "研学旅行报备")
        pause = threading.Event()
        for _ in range(100):
            if waiting(any_database) == 0:
                break
            pause.wait(0.1)
        assert found(any_database, indexes, "研学旅行报备") == [item_id]
    finally:
        worker.stop()
        thread.join(10)
    with any_database.reading() as session:
        assert session.get(WorkerBeat, "indexer") is None


def test_a_clock_set_back_does_not_stop_the_beat(any_database: Database, indexes: Indexes) -> None:
    now = [NOW]
    worker = Worker(any_database, indexes, lambda: now[0])
    assert worker.hold_lease()
    now[0] = NOW - timedelta(hours=1)
    assert worker.hold_lease()
    with any_database.reading() as session:
        assert session.get_one(WorkerBeat, "indexer").seen_at == now[0]


def test_the_worker_outlives_a_database_that_is_away(
    any_database: Database, unit: Unit, indexes: Indexes, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker(any_database, indexes, lambda: NOW)
    publish_entry(any_database, unit, "数据库重启")
    real, calls = worker.turn, []

    def turn() -> bool:
        calls.append(len(calls))
        if len(calls) == 1:
            raise OperationalError("SELECT 1", {}, Exception("terminating connection"))
        if len(calls) == 3:
            worker.stop()
        return real()

    monkeypatch.setattr(worker, "turn", turn)
    monkeypatch.setattr("kb.worker.AWAY_SECONDS", 0.0)
    worker.run()
    assert calls == [0, 1, 2]
    assert waiting(any_database) == 0


def test_the_lease_is_kept_between_batches_and_jobs(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    done: list[int] = []
    worker = Worker(any_database, indexes, lambda: NOW, {"count": lambda _: done.append(1)})
    with any_database.unit_of_work() as session:
        for _ in range(3):
            add_job(session, "count", {}, NOW)
    assert [worker.turn(), len(done)] == [True, 1]
    assert [worker.turn(), len(done)] == [True, 2]
    assert [worker.turn(), worker.turn(), len(done)] == [True, False, 3]


def test_comparisons_wait_while_other_work_is_due(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    done: list[str] = []
    kinds = ("check_conflicts", "settle")
    handlers = {kind: lambda _, kind=kind: done.append(kind) for kind in kinds}
    worker = Worker(any_database, indexes, lambda: NOW, handlers)
    with any_database.unit_of_work() as session:
        for kind in ("check_conflicts", "settle", "settle"):
            add_job(session, kind, {}, NOW)
    for _ in range(3):
        worker.turn()
    assert done == ["settle", "settle", "check_conflicts"]


def test_a_worker_leaves_reading_to_the_thread_beside_it(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    done: list[int] = []
    handlers = {"read_batch": lambda _: done.append(1), "read_file": lambda _: done.append(1)}
    worker = Worker(any_database, indexes, lambda: NOW, handlers)
    with any_database.unit_of_work() as session:
        for kind in handlers:
            add_job(session, kind, {}, NOW)
    while worker.turn():
        pass
    assert done == []


def segments(database: Database, indexes: Indexes) -> int:
    with database.reading() as session:
        engine = indexes.engine(session, "staff")
    assert isinstance(engine, WhooshEngine)
    return len(engine._readers.current().leaves)


def publish_one_by_one(
    database: Database, unit: Unit, worker: Worker, indexes: Indexes, count: int
) -> list[int]:
    """Publish so many entries, a batch each; the segments after each turn of the worker."""
    seen = []
    for number in range(count):
        publish_entry(database, unit, f"第{number}号停水通知")
        worker.turn()
        seen.append(segments(database, indexes))
    return seen


def test_segments_are_merged_when_nothing_waits(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    worker = Worker(any_database, indexes, lambda: NOW)
    while worker.turn():
        pass
    seen = publish_one_by_one(any_database, unit, worker, indexes, 7)
    assert seen == list(range(seen[0], seen[0] + 7))  # no batch of these merged
    while worker.turn():
        pass
    assert segments(any_database, indexes) < MAX_SEGMENTS
    assert all(report.is_equal for report in check_all(any_database, indexes))


def test_segments_stay_few_though_something_always_waits(
    any_database: Database, unit: Unit, indexes: Indexes
) -> None:
    worker = Worker(any_database, indexes, lambda: NOW)
    seen = publish_one_by_one(any_database, unit, worker, indexes, 30)
    assert max(seen) <= 2 * MAX_SEGMENTS + BATCHES


def test_large_segments_wait_for_a_quiet_time(
    any_database: Database, unit: Unit, indexes: Indexes, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [NOW]
    monkeypatch.setattr(merging, "AT_MOST", 1)  # every segment is a large one
    worker = Worker(any_database, indexes, lambda: now[0])
    seen = publish_one_by_one(any_database, unit, worker, indexes, MAX_SEGMENTS)
    while worker.turn():
        pass
    assert segments(any_database, indexes) == seen[-1] >= MAX_SEGMENTS
    now[0] += merging.QUIET
    while worker.turn():
        pass
    assert segments(any_database, indexes) < MAX_SEGMENTS
    assert all(report.is_equal for report in check_all(any_database, indexes))


def test_an_index_that_is_away_does_not_end_the_worker_that_would_merge_it(
    any_database: Database, indexes: Indexes
) -> None:
    with any_database.unit_of_work() as session:
        session.get_one(SearchTarget, "public").directory = "gone"
    done: list[int] = []
    worker = Worker(any_database, indexes, lambda: NOW, {"count": lambda _: done.append(1)})
    with any_database.unit_of_work() as session:
        add_job(session, "count", {}, NOW)
    worker._warm()
    while worker.turn():
        pass
    assert done == [1]


def test_index_errors_are_sentences(indexes: Indexes, tmp_path: Path) -> None:
    with pytest.raises(IndexerError, match=r"[一-鿿]"):
        indexes.factory.open(tmp_path / "nowhere")
