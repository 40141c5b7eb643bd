"""A supervisor writes a bulletin in the browser, issues it, corrects it; every taking is logged."""

import io
import shutil
from datetime import date, timedelta
from urllib.parse import quote

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from kb.current_profile import Profiles
from kb.db import Database
from kb.errors import InvalidInput
from kb.models import (
    AuditRecord,
    BulletinRow,
    CitizenRequest,
    HotMatter,
    Job,
    SpecialTopic,
    WorkOrder,
)
from kb.profile import Profile
from kb.services import bulletin_count_job
from kb.services.jobs import run_due_jobs, take_job
from kb.terms import Role
from tests.kb.bulletins.book import Book, march
from tests.web.conftest import Login, ManualClock, csrf_token
from webapp import create_app
from webapp.bulletin_jobs import handlers
from webapp.settings import Settings

HOME = "/supervise/bulletins"


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock) -> Flask:
    app = create_app(settings, database, clock=clock, profile=PROFILE)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


PROFILE = Profile(city="云汀市")


def _work(database: Database) -> None:
    """The worker at its next turn."""
    profiles = Profiles.fixed(PROFILE, database)
    clock = ManualClock()
    run_due_jobs(database, handlers(database, profiles, clock), "test", clock, at_most=5)


def _issue(client: FlaskClient, path: str, database: Database, **form: str) -> None:
    answer = _post(client, f"{path}/issue", database, **form)
    assert answer.status_code == 302
    _work(database)


@pytest.fixture
def supervisor(app: Flask, database: Database, login_as: Login) -> FlaskClient:
    with database.unit_of_work() as session:
        march(Book(session))
    return login_as(Role.SUPERVISOR)


def _post(client: FlaskClient, path: str, database: Database, **form: str) -> object:
    with database.reading() as session:
        row = session.scalars(select(BulletinRow)).first()
        seen = str(row.rev) if row is not None else ""
    data = {"csrf_token": csrf_token(client, HOME), "seen": seen} | form
    return client.post(path, data=data)


def _march(client: FlaskClient, database: Database) -> str:
    answer = _post(client, HOME, database, kind="monthly", first="2026-03-01", last="2026-03-31")
    assert answer.status_code == 302
    _work(database)
    return client.get(answer.location).location


def test_from_draft_to_corrected_edition(supervisor: FlaskClient, database: Database) -> None:
    assert "还没有通报" in supervisor.get(HOME).text
    path = _march(supervisor, database)
    page = html.fromstring(supervisor.get(path).text)
    sheet = page.find_class("sheet")[0]
    assert "共受理各类诉求6件" in sheet.text_content()
    door = next(a for a in sheet.iter("a") if a.text == "6")
    assert '共 <span class="num" data-total="6">' in supervisor.get(door.get("href")).text
    saved = _post(
        supervisor, f"{path}/sections/focus", database, text="供水{单位/供水公司/承办工单}件。"
    )
    assert saved.status_code == 302
    assert "供水<a" in supervisor.get(path).text
    refused = _post(supervisor, f"{path}/sections/focus", database, text="{没有的数}件<b>")
    assert refused.status_code == 422
    assert "没有这样的数字" in refused.text
    assert "{没有的数}件&lt;b&gt;" in refused.text
    assert _post(supervisor, f"{path}/review", database).status_code == 302
    assert "自核通过" in supervisor.get(f"{path}?check=1").text
    _post(supervisor, f"{path}/issue", database, number="2026年第3期", issued_on="2026-04-06")
    waiting = supervisor.get(path)
    assert "正在核对数字、排版并印发" in waiting.text
    assert waiting.headers["Refresh"] == "2"
    again = _post(supervisor, f"{path}/issue", database, number="3期", issued_on="2026-04-06")
    assert (again.status_code, "正在印发" in again.text) == (409, True)
    _work(database)
    assert "Refresh" not in supervisor.get(path).headers
    edition = f"{path}/editions/1"
    first = _post(supervisor, f"{edition}/docx", database).data
    assert "供水1件。" in "".join(one.text for one in docx.Document(io.BytesIO(first)).paragraphs)
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == "R3-供水公司")).one()
        order.resolved_at = None
    assert _post(supervisor, f"{edition}/docx", database).data == first
    frozen = supervisor.get(f"{edition}/records?address=by_unit/供水公司/resolved").text
    assert "R3-供水公司" in frozen
    offered = "</svg>PDF</button>" in supervisor.get(edition).text
    printed = _post(supervisor, f"{edition}/pdf", database)
    if shutil.which("soffice"):
        assert offered
        assert printed.data.startswith(b"%PDF-")
    else:
        assert (offered, printed.status_code) == (False, 422)
        assert "没有安装 LibreOffice" in printed.text
    assert _post(supervisor, f"{path}/correct", database, reason="").status_code == 422
    assert _post(supervisor, f"{path}/correct", database, reason="办结有误").status_code == 302
    waiting = supervisor.get(path)
    assert "正在按现在的记录重新计数" in waiting.text
    assert waiting.headers["Refresh"] == "2"
    _work(database)
    assert "更正原因：办结有误" in supervisor.get(path).text
    _post(supervisor, f"{path}/review", database)
    _issue(supervisor, path, database, number="2026年第3期更正", issued_on="2026-05-07")
    corrected = supervisor.get(f"{path}/editions/2").text
    assert '已办结工单</td><td class="r num">3</td><td class="r num">2</td>' in corrected
    with database.reading() as session:
        taken = session.scalars(
            select(AuditRecord.detail).where(AuditRecord.action == "bulletin.download")
        ).all()
    assert taken[:2] == [{"form": "docx", "what": "edition-1"}] * 2
    assert taken[2:] == [{"form": "pdf", "what": "edition-1"}] * offered


def test_a_chosen_case_stays_open_to_be_written(
    supervisor: FlaskClient, database: Database
) -> None:
    path = _march(supervisor, database)
    chosen = _post(supervisor, f"{path}/cases/R2-市住建局", database)
    assert (chosen.status_code, chosen.location) == (302, f"{path}?edit=cases#edit")
    page = html.fromstring(supervisor.get(f"{path}?edit=cases").text)
    (written,) = page.xpath("//section[@id='edit']//textarea[@name='text']")
    assert written.text.strip().startswith("市住建局办理“诉求 R2”。")


def test_a_file_is_called_what_it_is(supervisor: FlaskClient, database: Database) -> None:
    path = _march(supervisor, database)
    draft = _post(supervisor, f"{path}/download/docx", database)
    name = quote("云汀市12345政务服务便民热线月通报（2026年3月）草稿.docx")
    assert draft.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"


def _offered(page: str) -> set[str]:
    """The addresses of files that a page hands out."""
    return {one for one in html.fromstring(page).xpath("//@formaction") if "/editions/" in one}


def test_issued_files_are_offered_where_a_bulletin_is_read_and_listed(
    supervisor: FlaskClient, database: Database
) -> None:
    path = _march(supervisor, database)
    assert not _offered(supervisor.get(HOME).text)
    _post(supervisor, f"{path}/review", database)
    _issue(supervisor, path, database, number="2026年第3期", issued_on="2026-04-06")
    forms = ("docx", "xlsx", "html", *(("pdf",) if shutil.which("soffice") else ()))
    files = {f"{path}/editions/1/{form}" for form in forms}
    assert _offered(supervisor.get(HOME).text) == files
    assert _offered(supervisor.get(path).text) == files
    for file in files:
        assert _post(supervisor, file, database).status_code == 200
    _post(supervisor, f"{path}/correct", database, reason="办结有误")
    _work(database)
    assert files <= _offered(supervisor.get(path).text)


def test_the_page_tells_who_reviewed_that_another_must_issue(
    supervisor: FlaskClient, database: Database, login_as: Login
) -> None:
    said = "这一期是您审核通过的，要由另一位督办人员印发"
    path = _march(supervisor, database)
    _post(supervisor, f"{path}/review", database)
    assert said not in supervisor.get(path).text
    other = login_as(Role.SUPERVISOR, name="other")
    page = supervisor.get(path).text
    assert said in page
    assert f'action="{path}/issue"' not in page
    refused = _post(supervisor, f"{path}/issue", database, number="1期", issued_on="2026-04-06")
    assert (refused.status_code, said in refused.text) == (409, True)
    assert f'action="{path}/issue"' in other.get(path).text


def test_a_page_one_types_into_is_not_loaded_again(
    supervisor: FlaskClient, database: Database, clock: ManualClock
) -> None:
    path = _march(supervisor, database)
    _post(supervisor, f"{path}/review", database)
    _post(supervisor, f"{path}/issue", database, number="2026年第3期", issued_on="2026-04-06")
    typing = supervisor.get(f"{path}?edit=focus")
    assert "Refresh" not in typing.headers
    assert "现在保存，这次就不印发" in typing.text
    clock.forward(minutes=2)
    late = supervisor.get(path)
    assert "还没有开始印发：后台没有在工作" in late.text
    assert late.headers["Refresh"] == "20"
    assert _post(supervisor, f"{path}/sections/focus", database, text="供水。").status_code == 302
    _work(database)
    assert "印发时这一期被人改过，没有印发" in supervisor.get(path).text


def test_a_correction_that_was_given_up_is_told_until_something_is_done(
    supervisor: FlaskClient, database: Database, clock: ManualClock
) -> None:
    path = _march(supervisor, database)
    _post(supervisor, f"{path}/review", database)
    _issue(supervisor, path, database, number="2026年第3期", issued_on="2026-04-06")
    _post(supervisor, f"{path}/correct", database, reason="办结有误")
    with database.unit_of_work() as session:
        job = session.scalars(select(Job).order_by(Job.id.desc())).first()
        assert job is not None
        job.state, job.finished_at = "failed", clock() + timedelta(minutes=1)
    assert "没有计数：后台多次出错" in supervisor.get(path).text
    clock.forward(minutes=2)
    _post(supervisor, f"{path}/archive", database)
    assert "没有计数" not in supervisor.get(path).text


def _counts(sheet: html.HtmlElement) -> dict[str, int]:
    """Where each count of a sheet leads, and the number; 日均 is no count."""
    doors = ((a.get("href"), a.text_content()) for a in sheet.find_class("fig"))
    counts = {href: int(text) for href, text in doors if text.isdigit()}
    return {href: count for href, count in counts.items() if "daily_average" not in href}


def _listed(client: FlaskClient, href: str) -> int:
    answer = client.get(href, follow_redirects=True)
    assert answer.status_code == 200, href
    return int(html.fromstring(answer.text).xpath("//@data-total")[0])


def test_every_number_opens_its_records(supervisor: FlaskClient, database: Database) -> None:
    with database.unit_of_work() as session:
        session.add(SpecialTopic(name="供水", condition={"categories": ["城建/供水"]}, rev=1))
        asked = session.scalars(select(CitizenRequest).order_by(CitizenRequest.number)).all()
        for month, last, members in ((2, 28, asked[8:]), (3, 31, asked[1:3])):
            span = {"first": date(2026, month, 1), "last": date(2026, month, last)}
            held = {"member_ids": [one.id for one in members], "earlier": []}
            session.add(HotMatter(name="房屋", state="accepted", **held, **span))
    _post(supervisor, HOME, database, kind="monthly", first="2026-02-01", last="2026-02-28")
    _work(database)
    for month in (2, 3):
        if month == 3:
            _march(supervisor, database)
        path = f"{HOME}/{month - 1}"
        draft = html.fromstring(supervisor.get(f"{path}?check=1").text)
        assert "自核通过" in draft.text_content()
        _post(supervisor, f"{path}/review", database, seen="1")
        issued = {"number": f"{month}期", "issued_on": "2026-04-06", "seen": "2"}
        _issue(supervisor, path, database, **issued)
    edition = html.fromstring(supervisor.get(f"{path}/editions/1").text)
    for page in (draft, edition):
        sheet = page.find_class("sheet")[0]
        assert "房屋（2件，前期1件）" in sheet.text_content()
        counts = _counts(sheet)
        assert len(counts) > 20
        assert {href: _listed(supervisor, href) for href in counts} == counts
        for href in {a.get("href") for a in sheet.find_class("fig")} - counts.keys():
            _listed(supervisor, href)


def test_a_refused_issue_names_figures_and_records(
    supervisor: FlaskClient, database: Database
) -> None:
    path = _march(supervisor, database)
    _post(supervisor, f"{path}/review", database)
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == "R3-供水公司")).one()
        order.resolved_at = None
    _issue(supervisor, path, database, number="1期", issued_on="2026-04-06")
    answer = supervisor.get(path)
    assert "没有印发" in answer.text
    assert "通报里是 3，应为 2（按记录重新计数）" in answer.text
    assert 'value="1期"' in answer.text
    # What was changed while the job waited is not issued either, and the job's repeat is silent.
    _post(supervisor, f"{path}/recount", database)
    _work(database)
    _post(supervisor, f"{path}/review", database)
    _post(supervisor, f"{path}/issue", database, number="1期", issued_on="2026-04-06")
    _post(supervisor, f"{path}/sections/focus", database, text="又改了。")
    _work(database)
    assert "印发时这一期被人改过，没有印发" in supervisor.get(path).text
    _post(supervisor, f"{path}/review", database)
    _issue(supervisor, path, database, number="1期", issued_on="2026-04-06")
    with database.unit_of_work() as session:
        done = session.scalars(select(Job).order_by(Job.id.desc())).first()
        done.state, done.attempts = "waiting", 1
    _work(database)
    page = supervisor.get(path).text
    assert "已印发" in page
    assert page.count("印发没有成功") == 2


def test_a_draft_is_counted_while_its_page_waits(
    supervisor: FlaskClient, database: Database, clock: ManualClock
) -> None:
    span = {"kind": "monthly", "first": "2026-03-01", "last": "2026-03-31"}
    place = _post(supervisor, HOME, database, **span).location
    waiting = supervisor.get(place)
    assert "正在计数并起草" in waiting.text
    assert waiting.headers["Refresh"] == "2"
    # Asked once more, and seen from the list, it is the same one.
    assert _post(supervisor, HOME, database, **span).location == place
    assert f'<a href="{place}">2026年3月月报</a>' in supervisor.get(HOME).text
    clock.forward(minutes=2)
    assert "后台没有在工作" in supervisor.get(place).text
    _work(database)
    assert supervisor.get(place).location == f"{HOME}/1"
    assert _post(supervisor, HOME, database, **span).location == f"{HOME}/1"
    assert "正在起草" not in supervisor.get(HOME).text


def test_a_draft_that_takes_long_does_not_promise_seconds(
    supervisor: FlaskClient, database: Database, clock: ManualClock
) -> None:
    span = {"kind": "monthly", "first": "2026-03-01", "last": "2026-03-31"}
    place = _post(supervisor, HOME, database, **span).location
    with database.unit_of_work() as session:
        assert take_job(session, "who will end", clock.now) is not None
    assert "通常几秒" in supervisor.get(place).text
    for minutes in (2, 10):  # also when the lease has lapsed
        clock.forward(minutes=minutes)
        page = supervisor.get(place)
        assert "起草已经超过一分钟，比通常久" in page.text
        assert "通常几秒" not in page.text
        assert page.headers["Refresh"] == "20"


def test_a_draft_that_cannot_be_counted_says_why(
    supervisor: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_known: object) -> None:
        raise InvalidInput("没有 2026 年的工作日历")

    monkeypatch.setattr(bulletin_count_job, "count", refused)
    span = {"kind": "monthly", "first": "2026-03-01", "last": "2026-03-31"}
    place = _post(supervisor, HOME, database, **span).location
    _work(database)
    page = supervisor.get(place)
    assert "2026年3月月报没有起草：没有 2026 年的工作日历" in page.text
    assert "Refresh" not in page.headers


def test_what_was_changed_while_it_was_counted_stays(
    supervisor: FlaskClient, database: Database
) -> None:
    path = _march(supervisor, database)
    _post(supervisor, f"{path}/recount", database)
    again = _post(supervisor, f"{path}/recount", database)
    assert (again.status_code, "正在重新计数，请稍候" in again.text) == (409, True)
    assert "这次数出来的就不换上" in supervisor.get(f"{path}?edit=focus").text
    assert _post(supervisor, f"{path}/sections/focus", database, text="防汛。").status_code == 302
    _work(database)
    page = supervisor.get(path).text
    assert "没有计数：计数时这一期被人改过" in page
    assert "防汛。" in page


def test_who_saved_first_is_not_overwritten(supervisor: FlaskClient, database: Database) -> None:
    path = _march(supervisor, database)
    _post(supervisor, f"{path}/sections/focus", database, text="甲的文字")
    late = _post(supervisor, f"{path}/sections/focus", database, seen="1", text="乙的文字")
    assert late.status_code == 409
    assert "乙的文字" in late.text
    assert "甲的文字" in late.text


def test_what_was_written_comes_back(supervisor: FlaskClient, database: Database) -> None:
    path = _march(supervisor, database)
    _post(supervisor, f"{path}/sections/focus", database, text="甲的文字")
    # Whoever opened the page before that may still save another section.
    other = _post(supervisor, f"{path}/sections/next", database, seen="1", text="乙的文字")
    assert other.status_code == 302
    _post(supervisor, f"{path}/sections/focus", database, action="restore", text="")
    page = html.fromstring(supervisor.get(f"{path}?edit=focus").text)
    undo = page.xpath("//form[contains(@action, '/undo/')][.//button[text()='撤销上一次修改']]")
    assert "甲的文字" not in page.find_class("sheet")[0].text_content()
    assert _post(supervisor, undo[0].get("action"), database).status_code == 302
    typed = {"action": "leave_out", "text": "没保存过的文字"}
    _post(supervisor, f"{path}/sections/focus", database, **typed)
    page = html.fromstring(supervisor.get(f"{path}?edit=focus").text)
    assert page.xpath("string(//textarea[@name='text'])").strip() == "没保存过的文字"
    assert "甲的文字" not in page.find_class("sheet")[0].text_content()
    assert "甲的文字" in page.xpath("string(//ol[@class='bl-hist'])")
    assert _post(supervisor, f"{path}/discard", database).status_code == 302
    assert "已作废" in supervisor.get(path).text
    assert supervisor.get(f"{path}?edit=focus").status_code == 404
    assert _post(supervisor, f"{path}/revive", database).status_code == 302
    assert "没保存过的文字" in supervisor.get(f"{path}?edit=focus").text


def test_only_supervisors(app: Flask, login_as: Login, clock: ManualClock) -> None:
    assert login_as(Role.AGENT).get(HOME).status_code == 403
