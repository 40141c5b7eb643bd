"""A bulletin from draft to corrected edition: frozen, refused when wrong, compared as issued."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.bulletins.basis import under_present_names
from kb.bulletins.basis_reading import basis_from
from kb.bulletins.faults import FiguresRefused
from kb.bulletins.issuing import sentences
from kb.bulletins.issuing.assembling import from_stored, text_of, written_from
from kb.bulletins.issuing.beside import beside_faults
from kb.bulletins.issuing.keeping import printed_of
from kb.bulletins.issuing.keys import unpack
from kb.bulletins.issuing.outline import parts_of
from kb.bulletins.issuing.parts import Bulletin
from kb.bulletins.issuing.schedule import last_periods
from kb.bulletins.issuing.source import Source
from kb.bulletins.issuing.tokens import spoken
from kb.bulletins.periods import Period
from kb.bulletins.rendering.forms import rendered
from kb.bulletins.topics_beside import is_of_edition
from kb.bulletins.tracing import is_count
from kb.clock import Clock
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, NotFound, PermissionDenied, StaleVersion
from kb.models import (
    AuditRecord,
    BulletinEdition,
    BulletinRow,
    CitizenRequest,
    HotMatter,
    Job,
    Notice,
    SpecialTopic,
    Unit,
    WorkOrder,
)
from kb.profile import Profile
from kb.profile_bulletins import BulletinSettings
from kb.services import bulletin_count_job, bulletin_round, bulletins
from kb.services import bulletin_issuing as issuing
from kb.services import bulletin_sections as sections
from kb.services.bulletin_cases import add_case, offered
from kb.services.bulletin_counting import count
from kb.services.bulletin_queue import COUNT_JOB
from kb.services.bulletins import By
from kb.services.jobs import run_due_jobs
from kb.terms import BulletinKind, BulletinState, Role
from tests.kb.bulletins.book import MARCH, Book, at, issue, march
from tests.kb.bulletins.conftest import supervisor

FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))
PROFILE = Profile(city="云汀市", figures=basis_from({}))
NUMBER = "2026年第3期"


def _by(actor: Actor, row: BulletinRow | None = None) -> By:
    return By(actor, at("04-05 12:00"), PROFILE, row.rev if row is not None else 0)


def _reviewed(session: Session, actor: Actor, period: Period = MARCH) -> BulletinRow:
    row = bulletins.draft(session, BulletinKind.MONTHLY, period, _by(actor))
    bulletins.review(session, row, _by(actor, row))
    return row


def _issued(session: Session, row: BulletinRow, actor: Actor, number: str = NUMBER) -> Any:
    by = _by(actor, row)
    return issue(session, row, by, number=number, issued_on=date(2026, 4, 6))


def _order(session: Session, number: str) -> WorkOrder:
    return session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()


def _printed(row: BulletinRow) -> Bulletin:
    return from_stored(issuing.stored(row))


def _text(row: BulletinRow, key: str) -> str:
    """The text of a section with its figures named."""
    part = next(one for one in parts_of(row.kind_term) if one.key == key)
    return text_of(part, Source(row.document), written_from(issuing.stored(row)))


def test_an_issued_edition_never_changes(
    book: Session, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = _reviewed(book, editor)
    edition = _issued(book, row, editor)
    files = {file.form: file.data for file in edition.files}
    assert sorted(files) == ["docx", "html", "xlsx"]
    _order(book, "R2-市住建局").resolved_at = None
    book.flush()
    book.expire_all()
    # A later release words its sentences in another way; what was issued reads as it was.
    monkeypatch.setattr(sentences, "_received", lambda _source: "另一种写法。")
    assert "另一种写法" in str(from_stored(edition.snapshot))
    again = printed_of(json.loads(json.dumps(edition.snapshot)))
    assert {form: rendered(again, form) for form in files} == files
    assert unpack(edition.records, "totals/orders_resolved") == [
        ("order", "R2-市住建局"),
        ("order", "R3-供水公司"),
        ("order", "R7-住建局"),
    ]
    assert unpack(edition.records, "by_unit/供水公司/resolved") == [("order", "R3-供水公司")]
    acts = [one.action for one in book.scalars(select(AuditRecord).order_by(AuditRecord.id))]
    assert acts == ["bulletin.drafted", "bulletin.reviewed", "bulletin.issued"]


def test_every_printed_count_has_as_many_records(book: Session, editor: Actor) -> None:
    row = _reviewed(book, editor)
    edition = _issued(book, row, editor)
    figures = list(printed_of(edition.snapshot).figures())
    counts = {one.address: one for one in figures if is_count(one.address)}
    for address, figure in counts.items():
        keys = unpack(edition.records, address)
        assert address in ("totals/offered", "totals/answered") or keys is not None, address
        assert keys is None or len(keys) == figure.value, address
    assert len(counts) > 15
    # 上期 was never issued: what was compared with is kept, too (R9 of February).
    before = unpack(edition.records, "compare/previous/totals/requests/rate")
    assert before == [("request", "R9")]


def test_a_record_changed_since_the_count_is_named(book: Session, editor: Actor) -> None:
    row = _reviewed(book, editor)
    _order(book, "R3-供水公司").satisfaction = "satisfied"
    book.flush()
    with pytest.raises(FiguresRefused) as refused:
        _issued(book, row, editor)
    named = {fault.address: fault for fault in refused.value.faults}
    assert named["totals/satisfied"].said == 1
    assert named["totals/satisfied"].expected == "2"
    assert "R3-供水公司" in named["by_unit/供水公司/satisfied"].records
    assert book.scalars(select(BulletinEdition)).all() == []
    bulletins.recount(book, row, _by(editor, row))
    bulletins.review(book, row, _by(editor, row))
    assert _issued(book, row, editor).number == 1


def test_a_corrected_edition_says_what_changed(book: Session, editor: Actor) -> None:
    row = _reviewed(book, editor)
    first = _issued(book, row, editor)
    bulletins.correct(book, row, "供水公司一件满意度登记有误", _by(editor, row))
    _order(book, "R3-供水公司").satisfaction = "satisfied"
    book.flush()
    bulletins.recount(book, row, _by(editor, row))
    bulletins.review(book, row, _by(editor, row))
    second = _issued(book, row, editor, "2026年第3期（更正）")
    told = {one["name"]: (one["before"], one["after"]) for one in second.changes}
    assert told["供水公司 · 满意工单"] == ("0", "1")
    assert told["满意率"] == ("33.33%", "66.67%")
    assert "受理量" not in told
    bulletin = from_stored(second.snapshot)
    assert bulletin.header.correction == (
        "本期为更正版，替代2026年4月6日印发的2026年第3期。更正原因：供水公司一件满意度登记有误。",
    )
    assert bulletin.sections[-1].heading.endswith("、更正情况")
    assert (first.number, second.number) == (1, 2)
    assert first.snapshot["document"]["totals"]["satisfied"] == 1


def test_a_corrected_edition_says_what_was_reworded(book: Session, editor: Actor) -> None:
    row = bulletins.draft(book, BulletinKind.MONTHLY, MARCH, _by(editor))
    for key in ("focus", "next"):
        sections.edit(book, row, key, "共{受理量}件。", _by(editor, row))
    bulletins.review(book, row, _by(editor, row))
    _issued(book, row, editor)
    bulletins.correct(book, row, "文字有误。", _by(editor, row))
    sections.edit(book, row, "focus", "全市共{受理量}件。", _by(editor, row))
    sections.edit(book, row, "work", "新增一节。", _by(editor, row))
    sections.leave_out(book, row, "next", _by(editor, row), None)
    head = {"title": "云汀热线月报", "issuer": row.header["issuer"], "copies": "市政府"}
    sections.edit_header(book, row, head, _by(editor, row))
    bulletins.review(book, row, _by(editor, row))
    second = _issued(book, row, editor, "2026年第3期（更正）")
    assert second.changes == []
    reason, said = printed_of(second.snapshot).header.correction
    assert reason.endswith("更正原因：文字有误。")
    assert said == (
        "数字以外的改动：标题原为“云汀市12345政务服务便民热线月通报”，现为“云汀热线月报”；"
        "抄送有改动；“近期关注重点”的文字有改动；不再印“下一步工作要求”一节；"
        "增加“热线工作动态”一节。"
    )


def test_the_change_is_from_what_was_issued(book: Session, editor: Actor) -> None:
    before = _reviewed(book, editor, FEBRUARY)
    edition = _issued(book, before, editor, "2026年第2期")
    assert edition.snapshot["document"]["totals"]["orders_resolved"] == 1
    _order(book, "R9-市住建局").resolved_at = None
    book.flush()
    row = _reviewed(book, editor)
    compared = row.document["compare"]["previous"]["totals"]["orders_resolved"]
    assert compared == {"previous": 1, "change": 2, "rate": 200}
    assert row.document["compared_with"] == {"previous": edition.id}
    assert row.document["trend"] == [["2026年2月", 0]]
    assert _issued(book, row, editor).number == 1


def test_what_was_counted_otherwise_is_not_compared_with(book: Session, editor: Actor) -> None:
    _issued(book, _reviewed(book, editor, FEBRUARY), editor, "2026年第2期")
    _order(book, "R9-市住建局").resolved_at = None
    book.flush()
    by = _by(editor)
    other = {"roles": {"by_unit": ["主办", "协办"]}, "unit_aliases": {"住建局": "市住建局"}}
    changed = replace(by, profile=replace(PROFILE, figures=basis_from(other)))
    row = bulletins.draft(book, BulletinKind.MONTHLY, MARCH, changed)
    assert row.document["compared_with"] == {}
    # 环比 is with the records of today, which have no resolved order of February.
    assert row.document["compare"]["previous"]["totals"]["orders_resolved"]["previous"] == 0
    assert row.document["trend"] == []
    assert (
        "上一期印发的通报口径与本期不同（主办、协办怎样计、哪些单位合并计数），"
        "环比中的前期数按本期口径重新计数。"
    ) in _text(row, "overall")


def test_a_rate_that_was_divided_by_more_is_not_compared_with(book: Session, editor: Actor) -> None:
    """An edition of before 应签收工单 was counted; its choices read like those of now."""
    both = ["主办", "协办"]
    figures = basis_from({"roles": {"totals": both, "by_unit": both}})
    by = replace(_by(editor), profile=replace(PROFILE, figures=figures))
    row = bulletins.draft(book, BulletinKind.MONTHLY, FEBRUARY, by)
    bulletins.review(book, row, replace(by, seen=row.rev))
    by = replace(by, seen=row.rev)
    edition = issue(book, row, by, number="2026年第2期", issued_on=date(2026, 3, 6))
    now = count(book, BulletinKind.MONTHLY, "", MARCH, figures, by.now)
    assert (now["compared_with"], now["recounted"]) == ({"previous": edition.id}, {})
    snapshot = deepcopy(edition.snapshot)
    del snapshot["document"]["totals"]["to_acknowledge"]
    edition.snapshot = snapshot
    book.flush()
    now = count(book, BulletinKind.MONTHLY, "", MARCH, figures, by.now)
    assert (now["compared_with"], now["recounted"]) == ({}, {"previous": ["率除以什么"]})


def test_a_topic_of_another_condition_is_compared_with_the_records(
    book: Session, editor: Actor
) -> None:
    """February was issued with 房屋 (R9) and 投诉 (R9); 房屋 has grown since, 噪声 is new."""
    entered = Book(book)
    entered.request("R30", "02-10 09:00", category="城建/供水")
    entered.request("R31", "02-11 09:00", category="环保/噪声")
    complaints = {"name": "投诉", "purposes": ["投诉"]}
    then = basis_from({"topics": [{"name": "房屋", "categories": ["城建/房屋"]}, complaints]})
    by = replace(_by(editor), profile=replace(PROFILE, figures=then))
    row = bulletins.draft(book, BulletinKind.MONTHLY, FEBRUARY, by)
    bulletins.review(book, row, replace(by, seen=row.rev))
    by = replace(by, seen=row.rev)
    edition = issue(book, row, by, number="2026年第2期", issued_on=date(2026, 3, 6))
    ninth = book.scalars(select(CitizenRequest).where(CitizenRequest.number == "R9")).one()
    ninth.purpose = "consultation"
    book.flush()
    grown = {"name": "房屋", "categories": ["城建"]}
    noise = {"name": "噪声", "categories": ["环保/噪声"]}
    now = count(
        *(book, BulletinKind.MONTHLY, "", MARCH),
        *(basis_from({"topics": [grown, complaints, noise]}), by.now),
    )
    topics = {one["name"]: one for one in now["compare"]["previous"]["topics"]}
    # R9 and R30 of 城建 in February, three of March; R31 was no 专项 then.
    assert topics["房屋"] == {"name": "房屋", "previous": 2, "change": 1, "rate": 50}
    assert topics["噪声"] == {"name": "噪声", "previous": 1, "change": 0, "rate": 0}
    # What was issued under the same condition holds: R9 was a complaint.
    assert topics["投诉"]["previous"] == 1
    assert now["compared_with"] == {"previous": edition.id}
    assert now["topics_recounted"] == {"previous": ["房屋", "噪声"]}
    said = {text.partition("诉求情况")[0]: text for text in sentences.topics(Source(now))}
    assert "（上一期的数按现在的条件重新计数）" in said["房屋"]
    assert "重新计数" not in said["投诉"]
    for name, is_issued in (("房屋", False), ("投诉", True)):
        address = f"compare/previous/topics/{name}/rate"
        assert is_of_edition(now, address) is is_issued


def test_a_renamed_unit_is_compared_and_a_moved_category_has_no_change(
    book: Session, editor: Actor
) -> None:
    _issued(book, _reviewed(book, editor, FEBRUARY), editor, "2026年第2期")
    book.scalars(select(Unit).where(Unit.name == "市住建局")).one().name = "市住建和交通局"
    for request in book.scalars(select(CitizenRequest)):
        request.category = request.category.replace("城建/房屋", "住房/房屋")
    for order in book.scalars(select(WorkOrder)):
        order.category = order.request.category
    book.flush()
    compared = _reviewed(book, editor).document["compare"]["previous"]
    nothing = {"previous": None, "change": None, "rate": None}
    units = {row["name"]: row for row in compared["by_unit"]}
    # The edition knows which unit it was: one order in February, two in March.
    same = {"name": "市住建和交通局", "previous": 1, "change": 1, "rate": 100}
    assert units["市住建和交通局"] == same
    assert "市住建局" not in units
    assert units["供水公司"] == {"name": "供水公司", "previous": 0, "change": 1, "rate": None}
    categories = {row["name"]: row for row in compared["by_category"]}
    child = {"name": "房屋", **nothing}
    assert categories["住房"] == {"name": "住房", **nothing, "children": [child]}
    # 城建 still has requests of its own in March (R3, R4), and had one in February.
    assert categories["城建"]["previous"] == 1
    assert child in categories["城建"]["children"]


def test_a_unit_of_an_edition_that_kept_no_ids_has_no_change(book: Session, editor: Actor) -> None:
    edition = _issued(book, _reviewed(book, editor, FEBRUARY), editor, "2026年第2期")
    edition.snapshot = {key: one for key, one in edition.snapshot.items() if key != "units"}
    book.scalars(select(Unit).where(Unit.name == "市住建局")).one().name = "市住建和交通局"
    book.flush()
    compared = _reviewed(book, editor).document["compare"]["previous"]
    nothing = {"previous": None, "change": None, "rate": None}
    units = {row["name"]: row for row in compared["by_unit"]}
    assert units["市住建和交通局"] == {"name": "市住建和交通局", **nothing}
    assert units["市住建局"] == {"name": "市住建局", **nothing}


def test_what_the_profile_renamed_is_compared_with_what_was_issued(
    book: Session, editor: Actor
) -> None:
    """R9, 城建/房屋 by 电话, was issued for February; since then all of it has another name."""
    scope = basis_from({"scope": {"channels": ["电话", "微信"]}})
    by = replace(_by(editor), profile=replace(PROFILE, figures=scope))
    row = bulletins.draft(book, BulletinKind.MONTHLY, FEBRUARY, by)
    bulletins.review(book, row, replace(by, seen=row.rev))
    issue(book, row, replace(by, seen=row.rev), number="2026年第2期", issued_on=date(2026, 3, 6))
    renamed = {
        "channels": {"电话": "12345热线"},
        "categories": {"城建": "住建"},
        "purposes": {"投诉": "投诉举报"},
    }
    now = count(book, BulletinKind.MONTHLY, "", MARCH, under_present_names(scope, renamed), by.now)
    assert now["recounted"] == {}
    compared = now["compare"]["previous"]
    assert [one["name"] for one in compared["by_channel"]] == ["12345热线", "微信"]
    assert compared["by_channel"][0]["previous"] == 1
    purposes = {one["name"]: one for one in compared["by_purpose"]}
    # R2 and R6 in March.
    said = {"name": "投诉举报", "previous": 1, "change": 1, "rate": 100}
    assert purposes["投诉举报"] == said
    categories = {one["name"]: one for one in compared["by_category"]}
    assert categories["住建"]["previous"] == 1
    houses = {one["name"]: one for one in categories["住建"]["children"]}["房屋"]
    assert (houses["previous"], houses["change"]) == (1, 0)
    assert "城建" not in categories


def test_a_number_typed_by_hand_is_pointed_out(book: Session, editor: Actor) -> None:
    row = bulletins.draft(book, BulletinKind.MONTHLY, MARCH, _by(editor))
    sections.edit(book, row, "focus", "供水诉求{转办工单}件，其中3件未办结。", _by(editor, row))
    bulletins.review(book, row, _by(editor, row))
    with pytest.raises(InvalidInput, match="手写的数字"):
        _issued(book, row, editor)
    by = _by(editor, row)
    meant = {"number": NUMBER, "issued_on": date(2026, 4, 6), "typed_is_meant": True}
    edition = issue(book, row, by, **meant)
    printed = from_stored(edition.snapshot).sections
    texts = [one.text for section in printed for one in section.paragraphs]
    assert "供水诉求4件，其中3件未办结。" in texts


def test_what_is_refused(book: Session, editor: Actor) -> None:
    row = bulletins.draft(book, BulletinKind.MONTHLY, MARCH, _by(editor))
    assert bulletins.draft(book, BulletinKind.MONTHLY, MARCH, _by(editor)) is row
    with pytest.raises(IllegalTransition, match="起草中"):
        _issued(book, row, editor)
    for text, why in (
        ("{单位/市教育局/办结}", "没有这样的数字"),
        ("受理{受理量件", "花括号要成对"),
        ("受理｛来电量｝件", "没有这样的数字"),
    ):
        with pytest.raises(InvalidInput, match=why):
            sections.edit(book, row, "focus", text, _by(editor, row))
    seen = _by(editor, row)
    sections.edit(book, row, "focus", "注意防汛。", seen)
    with pytest.raises(StaleVersion):
        sections.edit(book, row, "focus", "注意防火。", seen)
    agent = Actor(9, "坐席", None, frozenset({Role.AGENT}))
    with pytest.raises(PermissionDenied):
        bulletins.review(book, row, replace(_by(editor, row), actor=agent))
    with pytest.raises(InvalidInput, match="还没有到"):
        may = Period(date(2026, 5, 1), date(2026, 5, 31))
        bulletins.draft(book, BulletinKind.MONTHLY, may, _by(editor))
    bulletins.review(book, row, _by(editor, row))
    sections.edit(book, row, "focus", None, _by(editor, row))
    assert row.state == BulletinState.DRAFT
    bulletins.review(book, row, _by(editor, row))
    _issued(book, row, editor)
    with pytest.raises(IllegalTransition, match="已印发"):
        sections.edit(book, row, "focus", "又改。", _by(editor, row))
    other = _reviewed(book, editor, FEBRUARY)
    with pytest.raises(InvalidInput, match="已经用于"):
        _issued(book, other, editor)


def test_a_case_is_told_without_the_person(book: Session, editor: Actor) -> None:
    row = bulletins.draft(book, BulletinKind.MONTHLY, MARCH, _by(editor))
    order = _order(book, "R2-市住建局")
    order.request.requester_name = "柳青禾"
    order.request.content = "我是柳青禾，电话13900001234，楼道{灯}坏了"
    assert [one.number for one in offered(book, row, PROFILE.figures)] == ["R2-市住建局"]
    add_case(book, row, "R2-市住建局", _by(editor, row))
    text = row.edits["cases"]["text"]
    assert text.startswith("市住建局办理“诉求 R2”。市民通过微信反映：")
    assert text.endswith("楼道（灯）坏了。经回访，市民对办理结果表示满意。")
    assert "柳青禾" not in text
    assert "13900001234" not in text
    with pytest.raises(InvalidInput, match="不再加一次"):
        add_case(book, row, "R2-市住建局", _by(editor, row))
    sections.edit(book, row, "cases", None, _by(editor, row))
    add_case(book, row, "R2-市住建局", _by(editor, row))
    order.request.is_confidential = True
    book.flush()
    assert offered(book, row, PROFILE.figures) == []
    with pytest.raises(NotFound):
        add_case(book, row, "R2-市住建局", _by(editor, row))


def run_bulletin_round(database: Database, clock: Clock, profile: Profile) -> None:
    """The round, and the jobs it asks for."""
    bulletin_round.run_bulletin_round(database, clock, profile)
    known = {COUNT_JOB: lambda payload: bulletin_count_job.run(database, payload, profile, clock)}
    run_due_jobs(database, known, "test", clock, at_most=20, only=[COUNT_JOB])


def test_bulletins_are_drafted_on_schedule_once(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        march(Book(session))
    profile = replace(PROFILE, bulletins=BulletinSettings(scheduled=(BulletinKind.MONTHLY,)))
    clock = lambda: at("04-01 06:00")  # noqa: E731 - a clock that stands still
    for _ in range(2):
        run_bulletin_round(any_database, clock, profile)
    with any_database.reading() as session:
        [row] = session.scalars(select(BulletinRow)).all()
        assert (row.first, row.last, row.state) == (MARCH.first, MARCH.last, "draft")
        assert row.document["totals"]["requests"] == 6
        [notice] = session.scalars(select(Notice)).all()
        assert notice.title == "2026年3月月报已自动起草，请修改、审核后印发"
        jobs = session.scalars(select(Job).where(Job.state == "waiting")).all()
        assert [job.run_at for job in jobs] == [at("04-02 06:00")]


def test_what_an_outage_missed_is_drafted_too(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        march(Book(session))
    kinds = (BulletinKind.YEARLY, BulletinKind.MONTHLY)
    profile = replace(PROFILE, bulletins=BulletinSettings(scheduled=kinds))
    run_bulletin_round(any_database, lambda: at("02-01 06:00"), profile)
    run_bulletin_round(any_database, lambda: at("04-02 09:00"), profile)
    with any_database.reading() as session:
        rows = session.scalars(select(BulletinRow).order_by(BulletinRow.id)).all()
        drafted = [(row.kind, str(row.last)) for row in rows]
    assert drafted == [
        ("yearly", "2025-12-31"),
        *(("monthly", day) for day in ("2026-01-31", "2026-02-28", "2026-03-31")),
    ]


def test_a_draft_of_a_running_period_hides_no_missed_one(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        march(Book(session))
    profile = replace(PROFILE, bulletins=BulletinSettings(scheduled=(BulletinKind.MONTHLY,)))
    run_bulletin_round(any_database, lambda: at("02-01 06:00"), profile)
    for month, now in (((3, 31), "03-20 09:00"), ((5, 31), "05-02 09:00")):
        period = Period(date(2026, month[0], 1), date(2026, *month))
        with any_database.unit_of_work() as session:
            bulletins.draft(session, BulletinKind.MONTHLY, period, By(None, at(now), profile))
    run_bulletin_round(any_database, lambda: at("05-02 10:00"), profile)
    with any_database.reading() as session:
        rows = session.scalars(select(BulletinRow).order_by(BulletinRow.last)).all()
    # February and April were missed; March and May had been begun while they ran.
    assert [str(row.last) for row in rows] == [
        *("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31")
    ]


def test_a_kind_that_cannot_be_counted_keeps_no_other_waiting(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counted(session: Session, kind: BulletinKind, *rest: Any) -> dict[str, Any]:
        if kind is BulletinKind.YEARLY:
            raise InvalidInput("没有 2025 年的工作日历")
        return count(session, kind, *rest)

    with any_database.unit_of_work() as session:
        march(Book(session))
    monkeypatch.setattr(bulletin_count_job, "count", counted)
    kinds = (BulletinKind.YEARLY, BulletinKind.MONTHLY)
    profile = replace(PROFILE, bulletins=BulletinSettings(scheduled=kinds))
    run_bulletin_round(any_database, lambda: at("04-01 06:00"), profile)
    with any_database.reading() as session:
        assert session.scalars(select(BulletinRow.kind)).all() == ["monthly"]
        titles = session.scalars(select(Notice.title).order_by(Notice.id)).all()
        assert titles[0] == "2025年年报没有自动起草：没有 2025 年的工作日历"
        waiting = session.scalars(select(Job.kind).where(Job.state != "done")).all()
        assert waiting == ["draft_bulletins"]


def test_a_period_that_could_not_be_counted_is_tried_again_when_a_later_one_is_there(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_away = [True]

    def counted(session: Session, kind: BulletinKind, topic: str, period: Period, *rest: Any):
        if is_away[0] and period.last == date(2026, 2, 28):
            raise InvalidInput("日历还没有录入")
        return count(session, kind, topic, period, *rest)

    with any_database.unit_of_work() as session:
        march(Book(session))
    monkeypatch.setattr(bulletin_count_job, "count", counted)
    profile = replace(PROFILE, bulletins=BulletinSettings(scheduled=(BulletinKind.MONTHLY,)))
    for moment in ("02-01 06:00", "03-01 06:00", "04-01 06:00"):
        run_bulletin_round(any_database, lambda moment=moment: at(moment), profile)
    with any_database.reading() as session:
        drafted = session.scalars(select(BulletinRow.last).order_by(BulletinRow.last)).all()
        assert drafted == [date(2026, 1, 31), date(2026, 3, 31)]
    is_away[0] = False
    run_bulletin_round(any_database, lambda: at("04-02 06:00"), profile)
    with any_database.reading() as session:
        drafted = session.scalars(select(BulletinRow.last).order_by(BulletinRow.last)).all()
        assert drafted == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]


def test_a_recount_that_was_done_is_not_said_to_have_failed(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        march(Book(session))
        actor = supervisor(session)
        first = By(actor, at("04-02 09:00"), PROFILE)
        row = bulletins.draft(session, BulletinKind.MONTHLY, MARCH, first)
        session.flush()
        then = By(actor, at("04-02 09:01"), PROFILE, row.rev)
        bulletin_count_job.ask_recount(session, row, then)
        row_id = row.id
    with any_database.reading() as session:
        payload = session.scalars(select(Job.payload).where(Job.kind == COUNT_JOB)).one()
    for minute in ("09:02", "09:07"):  # the second time the lease of the first had run out
        clock = lambda minute=minute: at(f"04-02 {minute}")  # noqa: E731
        bulletin_count_job.run(any_database, payload, PROFILE, clock)
    with any_database.reading() as session:
        steps = bulletins.get(session, row_id).steps
        assert [step.act for step in steps] == ["drafted", "counted"]


def test_a_period_that_breaks_its_job_keeps_no_other_waiting(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counted(session: Session, kind: BulletinKind, *rest: Any) -> dict[str, Any]:
        if kind is BulletinKind.YEARLY:
            raise ZeroDivisionError
        return count(session, kind, *rest)

    with any_database.unit_of_work() as session:
        march(Book(session))
    monkeypatch.setattr(bulletin_count_job, "count", counted)
    kinds = (BulletinKind.YEARLY, BulletinKind.MONTHLY)
    profile = replace(PROFILE, bulletins=BulletinSettings(scheduled=kinds))
    run_bulletin_round(any_database, lambda: at("04-01 06:00"), profile)
    with any_database.reading() as session:
        assert session.scalars(select(BulletinRow.kind)).all() == ["monthly"]
        broken = session.scalars(select(Job).where(Job.error != "")).one()
        assert (broken.kind, broken.state) == (COUNT_JOB, "waiting")


def test_two_who_draft_the_same_period_get_the_same_one(
    book: Session, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bulletins.draft(book, BulletinKind.MONTHLY, MARCH, _by(editor))
    real, asked = bulletins.find, []

    def too_early(*wanted: Any) -> BulletinRow | None:
        asked.append(wanted)
        return None if len(asked) == 1 else real(*wanted)

    monkeypatch.setattr(bulletins, "find", too_early)
    again = bulletins.draft(book, BulletinKind.MONTHLY, MARCH, _by(editor), first.document)
    assert again is first
    assert [step.act for step in first.steps] == ["drafted"]


@pytest.mark.parametrize(
    ("broken", "address"),
    [
        (("trend", 0, 1), "trend/2026年2月"),
        (("assessment", 0, "score"), "assessment/市住建局/score"),
        (("assessment", 0, "grade"), "assessment/市住建局/grade"),
        (("matters", 0, "previous"), "matters/停水/previous"),
        (("matters", 0, "count"), "matters/停水/count"),
        (("matters", 0, "units"), "matters/停水/units"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_stands_beside_the_figures_is_verified(broken: tuple[Any, ...], address: str) -> None:
    matter = {"name": "停水", "count": 2, "previous": 1, "wording": "停水", "numbers": ["R1", "R2"]}
    sound = {
        "trend": [["2026年2月", 66.67]],
        "assessment": [{"name": "市住建局", "orders": 3, "score": 95.125, "grade": "良好"}],
        "matters": [{**matter, "units": [{"name": "供水公司", "count": 2}], "categories": []}],
    }
    assert beside_faults(sound, sound) == []
    wrong = deepcopy(sound)
    section, row, name = broken
    wrong[section][row][name] = [] if name == "units" else "不及格" if name == "grade" else 7
    assert [one.address for one in beside_faults(wrong, sound)] == [address]
    # What was frozen or accepted after the count is missing in the draft.
    empty = {name: [] for name in sound}
    assert address in [one.address for one in beside_faults(empty, sound)]


def test_a_matter_of_other_requests_is_named() -> None:
    one = {"name": "停水", "count": 2, "previous": None, "wording": "", "units": []}
    said, now = (
        {"matters": [{**one, "categories": [], "numbers": numbers}]}
        for numbers in (["R1", "R2"], ["R1", "R3"])
    )
    assert str(beside_faults(said, now)[0]) == "热点“停水”包含的诉求有变动；涉及 R2、R3"


def test_the_next_number_follows_the_last(book: Session, editor: Actor) -> None:
    monthly, weekly = BulletinKind.MONTHLY, BulletinKind.WEEKLY
    assert issuing.suggested_issue(book, monthly, date(2026, 4, 6)) == "2026年第1期"
    edition = _issued(book, _reviewed(book, editor), editor, "2026年第39期（总第160期）")
    assert issuing.suggested_issue(book, monthly, date(2026, 4, 6)) == "2026年第40期（总第161期）"
    assert issuing.suggested_issue(book, monthly, date(2027, 1, 4)) == "2027年第1期（总第161期）"
    # Weeks are numbered on their own, and may have a number that a month has.
    assert issuing.suggested_issue(book, weekly, date(2026, 4, 6)) == "2026年第1期"
    row = bulletins.draft(book, weekly, Period(date(2026, 3, 2), date(2026, 3, 8)), _by(editor))
    bulletins.review(book, row, _by(editor, row))
    _issued(book, row, editor, "2026年第39期（总第160期）")
    assert issuing.suggested_issue(book, weekly, date(2026, 4, 6)) == "2026年第40期（总第161期）"
    with pytest.raises(InvalidInput, match="月通报（2026年3月）"):
        _issued(book, _reviewed(book, editor, FEBRUARY), editor, "2026年第39期（总第160期）")
    assert issuing.corrected_issue(edition) == "2026年第39期（总第160期）（更正）"
    edition.number, edition.issue = 2, "第39期（更正）"
    assert issuing.corrected_issue(edition) == "第39期（第2次更正）"


def test_a_hot_matter_counts_what_had_come_by_the_moment(book: Session) -> None:
    """R2 came on 2 March, R3 on the 3rd, R7 on the 20th; the bulletin looks at the 10th."""
    found = book.scalars(
        select(CitizenRequest).where(CitizenRequest.number.in_(["R2", "R3", "R7"]))
    )
    kept: dict[str, Any] = {
        "state": "accepted",
        "rev": 1,
        "earlier": [],
        "first": MARCH.first,
        "last": MARCH.last,
    }
    book.add(HotMatter(name="停水", member_ids=sorted(one.id for one in found), **kept))
    book.flush()
    figures = basis_from({"as_of": "2026-03-10 00:00:00"})
    document = count(book, BulletinKind.MONTHLY, "", MARCH, figures, at("04-05 12:00"))
    [matter] = document["matters"]
    assert (matter["count"], matter["numbers"]) == (2, ["R2", "R3"])


def test_what_was_changed_while_it_was_prepared_is_not_issued(book: Session, editor: Actor) -> None:
    row = _reviewed(book, editor)
    seen = _by(editor, row)
    prepared = issuing.prepare(book, row, seen, number=NUMBER, issued_on=date(2026, 4, 6))
    sections.edit(book, row, "focus", "注意防汛。", seen)
    bulletins.review(book, row, _by(editor, row))
    with pytest.raises(StaleVersion):
        issuing.keep(book, row, seen, prepared)
    assert book.scalars(select(BulletinEdition)).all() == []


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        (BulletinKind.MONTHLY, date(2026, 3, 3), date(2026, 3, 20)),
        (BulletinKind.QUARTERLY, date(2026, 2, 1), date(2026, 4, 30)),
        (BulletinKind.WEEKLY, date(2026, 3, 2), date(2026, 3, 9)),
    ],
)
def test_a_kind_covers_its_own_span(kind: BulletinKind, first: date, last: date) -> None:
    with pytest.raises(InvalidInput, match=f"{kind.label}要选"):
        bulletins.require_period(kind, Period(first, last), "", at("06-01 09:00"))


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 1, 1), ["2025-12-28", "2025-12-31", "2025-12-31", "2025-12-31"]),
        (date(2026, 5, 4), ["2026-05-03", "2026-04-30", "2026-03-31", "2025-12-31"]),
    ],
)
def test_the_last_whole_periods(today: date, last: list[str]) -> None:
    periods = last_periods(today).values()
    assert [period.last.isoformat() for period in periods] == last
    assert all(period.months or period.days == 7 for period in periods)


@pytest.mark.parametrize("is_kept", [False, True], ids=["of-the-profile", "kept-on-the-page"])
def test_a_report_on_one_topic_counts_nothing_else(
    book: Session, editor: Actor, is_kept: bool
) -> None:
    by = _by(editor)
    if is_kept:
        book.add(SpecialTopic(name="供水", condition={"categories": ["城建/供水"]}, rev=1))
    else:
        figures = basis_from({"topics": [{"name": "供水", "categories": ["城建/供水"]}]})
        by = replace(by, profile=replace(PROFILE, figures=figures))
    with pytest.raises(InvalidInput, match="专项"):
        bulletins.draft(book, BulletinKind.TOPICAL, MARCH, by)
    with pytest.raises(NotFound, match="供暖"):
        bulletins.draft(book, BulletinKind.TOPICAL, MARCH, by, topic="供暖")
    row = bulletins.draft(book, BulletinKind.TOPICAL, MARCH, by, topic="供水")
    totals = row.document["totals"]
    assert (totals["requests"], totals["dispatched"], totals["offered"]) == (1, 1, None)
    assert row.header["title"] == "云汀市12345政务服务便民热线供水专报"
    bulletins.review(book, row, replace(by, seen=row.rev))
    seen = replace(by, seen=row.rev)
    edition = issue(book, row, seen, number=NUMBER, issued_on=date(2026, 4, 6))
    assert unpack(edition.records, "totals/requests") == [("request", "R3")]
    # 停用 or renamed meanwhile: the report keeps its own condition and can be corrected.
    for kept in book.scalars(select(SpecialTopic)):
        kept.name = "城乡供水"
    by = _by(editor, row)
    bulletins.correct(book, row, "核对件数", by)
    bulletins.review(book, row, _by(editor, row))
    assert _issued(book, row, editor, f"{NUMBER}（更正）").number == 2
    assert row.document["totals"]["requests"] == 1


def test_words_of_citizens_name_no_figures(book: Session, editor: Actor) -> None:
    third = book.scalars(select(CitizenRequest).where(CitizenRequest.number == "R3")).one()
    third.title, third.category, third.line = "小区{东区}停水", "城建/{供水", "{专线}"
    span = {"first": MARCH.first, "last": MARCH.last, "state": "accepted"}
    book.add(HotMatter(name="{停水}", member_ids=[third.id], earlier=[4], **span))
    book.flush()
    row = _reviewed(book, editor)
    assert issuing.text_faults(row) == []
    texts = [one.text for part in _printed(row).sections for one in part.paragraphs]
    assert any("如：“小区（东区）停水”。" in text for text in texts)
    sections.edit(book, row, "matters", spoken(_text(row, "matters")), _by(editor, row))
    assert row.edits["matters"]["text"] == _text(row, "matters")
