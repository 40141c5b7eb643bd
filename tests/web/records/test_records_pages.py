"""导入记录 on the pages: checked in the background, confirmed, loaded whole or not at all."""

import csv
import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from docs_import.sheet_cells import read_cells
from kb.current_profile import Profiles
from kb.db import Database
from kb.models import CitizenRequest, RecordImport, RecordSetRow, WorkOrder
from kb.profile import Profile
from kb.services.files import FileStore
from kb.services.jobs import run_due_jobs
from kb.terms import Role
from kb.xlsx import workbook
from tests.kb.records.sets import CALL_COUNTS, REQUESTS, UNITS, WORK_ORDERS
from tests.web.conftest import Login, ManualClock, csrf_token
from webapp import create_app, record_progress
from webapp.record_jobs import handlers
from webapp.record_progress import Step
from webapp.settings import Settings

PROFILE = Profile(channels=("电话",), lines=("综合",))
PATH = "/admin/records"


@pytest.fixture
def files(settings: Settings) -> FileStore:
    return FileStore(settings.data_folder / "originals", settings.max_upload_bytes)


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock, files: FileStore) -> Flask:
    app = create_app(settings, database, clock=clock, files=files, profile=PROFILE)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def admin(login_as: Login) -> FlaskClient:
    return login_as(Role.ADMIN)


class Worker:
    """The background process, a turn at a time."""

    def __init__(
        self, database: Database, files: FileStore, settings: Settings, clock: ManualClock
    ) -> None:
        self.database, self.clock = database, clock
        self.handlers = handlers(
            database, files, settings, Profiles.fixed(PROFILE, database), clock
        )

    def __call__(self) -> None:
        run_due_jobs(self.database, self.handlers, "test", self.clock, at_most=5)


@pytest.fixture
def work(database: Database, files: FileStore, settings: Settings, clock: ManualClock) -> Worker:
    return Worker(database, files, settings, clock)


SET = {
    "单位.csv": UNITS,
    "requests.csv": REQUESTS,
    "work_orders.csv": WORK_ORDERS,
    "call_counts.csv": CALL_COUNTS,
}


def upload(client: FlaskClient, given: dict[str, str | bytes]) -> TestResponse:
    sent = [
        (io.BytesIO(text.encode() if isinstance(text, str) else text), name)
        for name, text in given.items()
    ]
    form = {"csrf_token": csrf_token(client, PATH), "files": sent}
    return client.post(PATH, data=form, content_type="multipart/form-data")


def press(client: FlaskClient, page: str, verb: str) -> TestResponse:
    return client.post(f"{page}/{verb}", data={"csrf_token": csrf_token(client, PATH)})


def counts(database: Database) -> tuple[int, int]:
    with database.reading() as session:
        requests = session.scalar(select(func.count()).select_from(CitizenRequest))
        orders = session.scalar(select(func.count()).select_from(WorkOrder))
        return requests or 0, orders or 0


def begun(client: FlaskClient, given: dict[str, str | bytes]) -> str:
    answer = upload(client, given)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_set_is_checked_confirmed_and_loaded_once(
    admin: FlaskClient, work: Worker, database: Database
) -> None:
    page = begun(admin, dict(SET))
    waiting = admin.get(page)
    assert "正在后台逐行核对" in waiting.text
    assert waiting.headers["Refresh"] == "2"
    work()
    ready = admin.get(page)
    assert "没有错误" in ready.text
    assert "Refresh" not in ready.headers
    assert '<dt>诉求</dt><dd><span class="num">3</span> 件</dd>' in ready.text
    in_table = '表里 <span class="num">3</span> 个，新建 <span class="num">3</span> 个'
    assert in_table in ready.text
    assert "单位.csv → 单位表" in ready.text
    assert counts(database) == (0, 0)  # nothing before it is confirmed
    assert press(admin, page, "confirm").status_code == 303
    assert press(admin, page, "confirm").status_code == 409
    work()
    assert "整组导入" in admin.get(page).text
    assert counts(database) == (3, 3)
    listed = admin.get(PATH).text
    assert "已导入" in listed
    assert "测试员" in listed

    others = {"requests.csv": REQUESTS.replace("YT", "ZT"), "单位.csv": UNITS}
    more = begun(admin, others | {"work_orders.csv": WORK_ORDERS.splitlines()[0] + "\n"})
    work()
    assert '新建 <span class="num">0</span> 个' in admin.get(more).text

    again = begun(admin, dict(SET))
    work()
    assert "没有重复导入" in admin.get(again).text
    assert counts(database) == (3, 3)


WRONG = REQUESTS.replace("在线办结", "办结了", 1)


def test_a_wrong_set_is_refused_whole_with_a_table_to_correct(
    admin: FlaskClient, work: Worker, database: Database
) -> None:
    page = begun(admin, {**SET, "requests.csv": WRONG})
    work()
    said = admin.get(page).text
    assert "有 1 处不对，整组没有导入" in said
    for cell in ("requests.csv", "outcome", "办结了", "在线办结、转办、无效 之一"):
        assert cell in said
    assert press(admin, page, "confirm").status_code == 409
    assert counts(database) == (0, 0)

    book = admin.get(f"{page}/correction.xlsx")
    assert book.status_code == 200
    # Sent back as it is, the same fault is found: the workbook holds the whole set.
    back = begun(admin, {"待改正的记录.xlsx": book.data})
    work()
    said = admin.get(back).text
    assert "有 1 处不对" in said
    assert "待改正的记录.xlsx · 诉求表 → 诉求表" in said


def _sheets(requests: str) -> bytes:
    tables = {"单位": UNITS, "诉求": requests, "工单": WORK_ORDERS, "话务": CALL_COUNTS}
    return workbook([(name, list(csv.reader(io.StringIO(text)))) for name, text in tables.items()])


def test_one_workbook_with_a_sheet_a_table(
    admin: FlaskClient, work: Worker, database: Database
) -> None:
    page = begun(admin, {"旧系统.xlsx": _sheets(REQUESTS)})
    work()
    assert "没有错误" in admin.get(page).text
    press(admin, page, "confirm")
    work()
    assert counts(database) == (3, 3)


def test_a_fault_is_told_of_the_sheet_that_was_given(
    admin: FlaskClient, work: Worker, tmp_path: Path
) -> None:
    orphan = REQUESTS.splitlines()[0] + "\n"  # the orders name requests that are not there
    page = begun(admin, {"旧系统.xlsx": _sheets(orphan)})
    work()
    said = admin.get(page).text
    assert '<td class="nb">旧系统.xlsx · 工单</td>' in said
    assert "旧系统.xlsx · 诉求 中的诉求" in said
    assert ".csv" not in said.split('id="r-files"', 1)[1]
    book = tmp_path / "改正.xlsx"
    book.write_bytes(admin.get(f"{page}/correction.xlsx").data)
    cells = [str(cell) for sheet in read_cells(book) for _, row in sheet.rows for cell in row]
    assert "诉求表 中的诉求" in cells
    assert not [cell for cell in cells if ".csv" in cell]


def test_what_the_city_does_not_have_is_told(admin: FlaskClient, work: Worker) -> None:
    page = begun(admin, {**SET, "requests.csv": REQUESTS.replace("电话", "传真")})
    work()
    assert "件诉求的渠道“传真”不在本市的渠道里，照原样导入" in admin.get(page).text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"a.csv": "甲,乙\n1,2\n"}, "看不出“a.csv”是哪张记录表"),
        ({**SET, "b.csv": REQUESTS}, "都是诉求表"),
        ({"x.xlsx": b"PK\x03\x04 broken"}, "“x.xlsx”："),
        (
            {"units.csv": UNITS},
            "<td>整个文件</td><td>没有这张表</td><td>一张表头有 request_no、received_at 等列的表",
        ),
    ],
)
def test_what_is_no_set_is_said(
    admin: FlaskClient, work: Worker, given: dict[str, str | bytes], said: str
) -> None:
    page = begun(admin, given)
    work()
    assert said in admin.get(page).text


def test_a_file_saved_by_a_chinese_spreadsheet_is_read(admin: FlaskClient, work: Worker) -> None:
    page = begun(admin, {name: text.encode("gb18030") for name, text in SET.items()})
    work()
    assert "没有错误" in admin.get(page).text


def test_without_a_file_nothing_begins(admin: FlaskClient, database: Database) -> None:
    answer = upload(admin, {})
    assert answer.status_code == 422
    assert "请选择 1 至 12 个记录文件" in answer.text
    with database.reading() as session:
        assert session.scalars(select(RecordSetRow)).all() == []


def test_a_dropped_set_is_not_loaded(admin: FlaskClient, work: Worker, database: Database) -> None:
    page = begun(admin, dict(SET))
    work()
    assert press(admin, page, "drop").status_code == 303
    assert press(admin, page, "confirm").status_code == 409
    work()
    assert counts(database) == (0, 0)
    assert "已放弃" in admin.get(page).text


def test_numbers_taken_between_check_and_loading_refuse_the_set(
    admin: FlaskClient, work: Worker, database: Database, clock: ManualClock
) -> None:
    page = begun(admin, dict(SET))
    work()
    number = REQUESTS.strip().split("\n")[1].split(",")[0]
    with database.unit_of_work() as session:
        session.add(CitizenRequest(number=number, received_at=clock(), title="先到"))
    press(admin, page, "confirm")
    work()
    assert "这个编号已经有了" in admin.get(page).text
    assert counts(database) == (1, 0)
    with database.reading() as session:
        assert session.scalars(select(RecordImport)).all() == []


def test_what_the_worker_gave_up_can_be_tried_again(
    admin: FlaskClient, work: Worker, database: Database
) -> None:
    page = begun(admin, dict(SET))
    assert press(admin, page, "again").status_code == 409
    with database.unit_of_work() as session:
        row = session.scalars(select(RecordSetRow)).one()
        assert row.job is not None
        row.job.state, row.job.error = "failed", "OSError: 磁盘满"
    said = admin.get(page).text
    assert "磁盘满" in said
    assert press(admin, page, "again").status_code == 303
    work()
    assert "没有错误" in admin.get(page).text


def test_the_progress_of_a_loading_is_shown(
    admin: FlaskClient, work: Worker, settings: Settings
) -> None:
    page = begun(admin, dict(SET))
    work()
    press(admin, page, "confirm")
    record_progress.write(settings.data_folder, 1, Step("诉求", 1000, 3000))
    said = admin.get(page).text
    assert "1,000 / 3,000" in said
    assert 'max="3000" value="1000"' in said
    record_progress.forget(settings.data_folder, 1)
    assert record_progress.read(settings.data_folder, 1) is None


def test_the_empty_workbook_is_nothing_to_import(
    admin: FlaskClient, work: Worker, database: Database
) -> None:
    book = admin.get(f"{PATH}/example.xlsx")
    assert book.status_code == 200
    page = begun(admin, {"空表.xlsx": book.data})
    work()
    told = admin.get(page).text
    assert "没有一条记录" in told and "确认导入" not in told
    assert press(admin, page, "confirm").status_code == 409
    assert counts(database) == (0, 0)


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR, Role.EDITOR])
def test_only_an_administrator_imports(login_as: Login, role: Role) -> None:
    client = login_as(role)
    for path in (PATH, f"{PATH}/1", f"{PATH}/1/correction.xlsx", f"{PATH}/example.xlsx"):
        assert client.get(path).status_code == 403


def test_there_is_no_such_import(admin: FlaskClient, tmp_path: Path) -> None:
    assert admin.get(f"{PATH}/77").status_code == 404
    assert admin.get(f"{PATH}/77/correction.xlsx").status_code == 404
