"""Two people, or one program twice, at the same moment: one of them is first."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from kb.access import get_visible
from kb.actor import Actor
from kb.db import Database
from kb.errors import KbError
from kb.models import Batch, BatchEntry, KnowledgeItem, KnowledgeVersion, Unit, WorkOrder
from kb.profile import Profile
from kb.services import requests
from kb.services.batches import add_file, open_batch
from kb.services.drafting import begin_version
from kb.services.entries import Content, create_entry
from kb.services.files import FileStore
from kb.services.order_knowledge import draft_from
from kb.services.publishing import publish
from kb.services.push_text import push_text
from kb.services.reading import read_document
from kb.services.telling_apart import require_told_apart
from kb.services.wishes import Wishes
from kb.services.work_orders import get_order
from kb.terms import EntryOrder, KnowledgeKind, Role
from tests.kb.hotline import Hotline
from tests.kb.test_batches import Sender
from tests.kb.test_intake import files

__all__ = ["files"]

NOW = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)
TIMES = 4


def _at_once(work: Callable[[], str]) -> list[str]:
    """Run the work in several threads; what each returned, or the code of its refusal."""
    barrier, results = threading.Barrier(TIMES), []

    def run() -> None:
        barrier.wait()
        try:
            results.append(work())
        except KbError as error:
            results.append(error.code)

    threads = [threading.Thread(target=run) for _ in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def test_a_request_is_handed_over_once(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        hotline = Hotline(session)
        number, agent = hotline.request(NOW).number, hotline.actor(Role.AGENT)

    def hand_over() -> str:
        with any_database.unit_of_work() as session:
            request = requests.get_request(session, number, agent)
            requests.hand_over(
                session,
                request,
                profile=Profile(),
                query="",
                seen_item_id=None,
                actor=agent,
                now=NOW,
            )
        return "handed over"

    assert _at_once(hand_over) == ["handed over"] + ["illegal_transition"] * (TIMES - 1)
    with any_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(WorkOrder)) == 1


def test_a_reply_becomes_one_draft(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        hotline = Hotline(session)
        hotline.calendar()
        unit, editor = hotline.unit("汀州市医疗保障局"), hotline.actor(Role.EDITOR)
        order = hotline.dispatched(hotline.order(hotline.request(NOW), NOW), unit, NOW)
        number = hotline.resolved(order, unit, NOW).number

    def draft() -> str:
        with any_database.unit_of_work() as session:
            order = get_order(session, number, editor)
            content = Content(KnowledgeKind.QA, "停水怎么报修", "拨打供水服务热线报修。")
            draft_from(session, order, content, actor=editor, now=NOW)
        return "drafted"

    assert _at_once(draft) == ["drafted"] + ["illegal_transition"] * (TIMES - 1)
    with any_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(KnowledgeItem)) == 1


def test_the_next_version_is_begun_once(any_database: Database) -> None:
    editor = Actor(0, "知识管理员", None, frozenset({Role.EDITOR}))
    with any_database.unit_of_work() as session:
        unit = Hotline(session).unit("汀州市医疗保障局")
        content = Content(kind=KnowledgeKind.NOTICE, title="停水通知", body="一、今晚停水。")
        first = create_entry(session, unit=unit, content=content, actor=editor, now=NOW)
        item_id = publish(session, first, actor=editor, now=NOW).item_id

    def begin() -> str:
        with any_database.unit_of_work() as session:
            item = get_visible(session, item_id, editor)
            return str(begin_version(session, item, actor=editor, now=NOW).number)

    assert _at_once(begin) == ["2"] + ["illegal_transition"] * (TIMES - 1)


def test_the_same_text_becomes_one_entry(any_database: Database, tmp_path: Path) -> None:
    with any_database.unit_of_work() as session:
        unit = Hotline(session).unit("汀州市医疗保障局")
    actor = Actor(0, "导入", unit.id, frozenset({Role.EDITOR}), frozenset({unit.id}))
    files = FileStore(tmp_path / "originals", 1 << 20)
    content = Content(kind=KnowledgeKind.NOTICE, title="停水通知", body="一、今晚停水。")

    def push() -> str:
        return push_text(
            any_database,
            files,
            read_document,
            content=content,
            unit_id=unit.id,
            actor=actor,
            clock=lambda: NOW,
        ).outcome

    assert _at_once(push) == ["draft"] + ["duplicate"] * (TIMES - 1)
    with any_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(KnowledgeItem)) == 1


def test_a_batch_under_a_new_key_is_begun_once(any_database: Database, tmp_path: Path) -> None:
    with any_database.unit_of_work() as session:
        unit = Hotline(session).unit("汀州市医疗保障局")
    actor = Actor(0, "导入", unit.id, frozenset({Role.EDITOR}), frozenset({unit.id}))
    kept = FileStore(tmp_path / "originals", 1 << 20).keep_bytes("停水通知".encode())

    def begin() -> str:
        with any_database.unit_of_work() as session:
            batch = open_batch(
                session, wishes=Wishes(unit.id), actor=actor, key="k", name="三月", now=NOW
            )
            add_file(session, batch, kept, "通知.txt", actor, NOW)
            return str(batch.id)

    assert len(set(_at_once(begin))) == 1
    with any_database.reading() as session:
        for table in (Batch, BatchEntry):
            assert session.scalar(select(func.count()).select_from(table)) == 1


def test_two_documents_with_one_number_published_at_once_are_not_both_in_force(
    any_database: Database,
) -> None:
    editor = Actor(0, "知识管理员", None, frozenset({Role.EDITOR}))
    with any_database.unit_of_work() as session:
        unit = Hotline(session).unit("汀州市医疗保障局")
        first, second = (
            create_entry(
                session,
                unit=unit,
                content=Content(
                    KnowledgeKind.NOTICE, title, f"{title}，今晚停水。", "汀水〔2026〕3号"
                ),
                actor=editor,
                now=NOW,
            ).id
            for title in ("停水通知", "停水补充通知")
        )
    results: list[str] = []

    def publish_second() -> None:
        try:
            with any_database.unit_of_work() as session:
                publish(session, session.get_one(KnowledgeVersion, second), actor=editor, now=NOW)
                results.append("published")
        except KbError as error:
            results.append(error.message)

    other = threading.Thread(target=publish_second)
    with any_database.unit_of_work() as session:
        publish(session, session.get_one(KnowledgeVersion, first), actor=editor, now=NOW)
        other.start()
        other.join(timeout=1)  # long enough to end, if it did not wait
        assert results == []
    other.join()
    [refused] = results
    assert "库中已有文号 汀水〔2026〕3号 的条目《停水通知》" in refused


def test_a_batch_and_a_person_who_publish_one_number_do_not_wait_for_each_other(
    any_database: Database, files: FileStore, unit: Unit
) -> None:
    editor = Actor(0, "知识管理员", unit.id, frozenset({Role.EDITOR}), frozenset({unit.id}))
    said = Content(KnowledgeKind.NOTICE, "停水通知", "今晚八点起停水。", "汀水〔2026〕3号")
    with any_database.unit_of_work() as session:
        here = session.get_one(Unit, unit.id)
        mine = create_entry(session, unit=here, content=said, actor=editor, now=NOW).id
    sender = Sender(any_database, files, unit, editor)
    sender.sent_and_read(
        ("甲.txt", "校车通知\n\n校车早晚各一班。\n".encode()),
        ("乙.txt", "汀水〔2026〕3号\n\n停水补充通知\n\n停水推迟一天。\n".encode()),
    )
    ended: list[int] = []
    batch = threading.Thread(target=lambda: ended.append(sender.order(EntryOrder.PUBLISH)))
    with any_database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, mine)
        require_told_apart(session, version)  # a person is first with the number
        batch.start()
        batch.join(timeout=1)  # long enough to publish the first row and to wait for the number
        publish(session, version, actor=editor, now=NOW)
    batch.join()
    assert ended == [2]
    first, second = sender.entries()
    assert first.version_id is not None
    assert "库中已有文号 汀水〔2026〕3号 的条目《停水通知》" in second.reason
