"""管理: the audit log searched, taken home, and told on the pages of what it is about."""

import ast
import sqlite3
import threading
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from kb.db import Database
from kb.models import AuditRecord, User
from kb.services.audit import record
from kb.terms import Role
from tests.web.conftest import Login, ManualClock, csrf_token, make_user
from webapp.act_details import FIELDS, detail_text
from webapp.act_words import ACTIONS, OBJECTS

ROOT = Path(__file__).parents[2]
LOG = "/admin/audit"


@pytest.fixture
def admin(login_as: Login, database: Database, clock: ManualClock) -> FlaskClient:
    """An administrator; before, somebody closed a batch on 1 May and a gap was opened on 5 May."""
    clerk = make_user(database, clock, Role.AGENT, name="jingban-9")
    with database.unit_of_work() as session:
        for days, act, about, which in (
            (6, "batch.close", "batch", 7),
            (2, "gap.dismiss", "gap", 3),
        ):
            clock.forward(days=-days)
            record(session, clerk.id, act, about, which, {"reason": "<b>"}, clock())
            clock.forward(days=days)
    return login_as(Role.ADMIN)


def _rows(page: str) -> list[str]:
    table = html.fromstring(page).xpath("//table//tbody/tr")
    return [" ".join(cell.text_content().strip() for cell in row) for row in table]


def test_the_log_is_searched_by_person_act_object_and_days(admin: FlaskClient) -> None:
    everything = _rows(admin.get(LOG).text)
    assert len(everything) >= 5
    by_day = _rows(admin.get(f"{LOG}?from=2026-05-01&to=2026-05-01").text)
    assert len(by_day) == 1 and "测试员 结束一批推送 批量推送 7" in by_day[0]
    by_act = _rows(admin.get(f"{LOG}?action=gap.dismiss").text)
    assert len(by_act) == 1 and "知识缺口：设为不处理 知识缺口 3" in by_act[0]
    assert by_act == _rows(admin.get(f"{LOG}?object=gap&id=3").text)
    assert len(_rows(admin.get(f"{LOG}?who=jingban-9").text)) >= 2
    nobody = admin.get(f"{LOG}?who=没有这个人").text
    assert "没有这样的记录" in nobody
    odd = admin.get(f"{LOG}?action=nonsense&from=5月").text
    assert "没有“nonsense”这个筛选项" in odd and "看不懂日期“5月”" in odd


def test_what_the_list_shows_is_taken_home_and_that_is_recorded(
    admin: FlaskClient, database: Database
) -> None:
    file = admin.get(f"{LOG}/export?action=gap.dismiss")
    sheet = CalamineWorkbook.from_filelike(BytesIO(file.data)).get_sheet_by_index(0).to_python()
    assert sheet[0] == ["编号", "时间", "人员", "事项", "对象", "内容"]
    assert sheet[1][1:] == [
        "2026-05-05 10:24:00",
        "测试员",
        "知识缺口：设为不处理",
        "知识缺口 3",
        "原因 <b>",
    ]
    assert len(sheet) == 2
    with database.reading() as session:
        last = session.scalars(select(AuditRecord).order_by(AuditRecord.id.desc())).first()
    assert last is not None
    assert (last.action, last.detail) == ("audit.export", {"rows": 1})
    assert admin.application.test_client().get(f"{LOG}/export").status_code == 302


def test_a_persons_page_tells_what_was_done_to_the_account(
    admin: FlaskClient, database: Database
) -> None:
    with database.reading() as session:
        clerk = session.scalars(select(User.id).where(User.username == "jingban-9")).one()
    path = f"/admin/people/{clerk}"
    form = {"csrf_token": csrf_token(admin, path), "active": "0"}
    admin.post(f"{path}/active", data=form)
    page = html.fromstring(admin.get(path).text)
    steps = [" ".join(one.text_content().split()) for one in page.find_class("acts-told")[0]]
    assert "测试员 停用账号" in steps[0]
    more = page.xpath("//section[@aria-labelledby='acts']//a/@href")[0]
    assert len(_rows(admin.get(more).text)) == len(steps)


def _recorded() -> dict[str, set[str]]:
    """Every act, object and key of a detail written out in a call of ``record`` in the source."""
    found: dict[str, set[str]] = {"action": set(), "object_type": set(), "detail": set()}
    for path in (*(ROOT / "kb").rglob("*.py"), *(ROOT / "webapp").rglob("*.py")):
        text = path.read_text()
        if "services.audit import" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
                names = ("session", "who", "action", "object_type", "object_id", "detail")
                given = dict(zip(names, node.args, strict=False))
                given |= {one.arg or "": one.value for one in node.keywords}
                for name in ("action", "object_type"):
                    found[name] |= _texts([given.get(name)])
                found["detail"] |= _keys(given.get("detail"))
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "detail":
                found["detail"] |= _keys(node.value)
    return found


def _keys(node: ast.AST | None) -> set[str]:
    return _texts(node.keys) if isinstance(node, ast.Dict) else set()


def _texts(nodes: Iterable[ast.AST | None]) -> set[str]:
    values = (one.value for one in nodes if isinstance(one, ast.Constant))
    return {value for value in values if isinstance(value, str)}


def test_every_act_object_and_detail_of_the_log_has_a_chinese_word() -> None:
    recorded = _recorded()
    assert [len(words) > 15 for words in recorded.values()] == [True] * 3
    assert recorded["action"] <= ACTIONS.keys()
    assert recorded["object_type"] <= OBJECTS.keys()
    assert recorded["detail"] <= FIELDS.keys()


def test_codes_read_as_words_and_a_user_name_stays_what_it_is() -> None:
    told = detail_text({"how": "submit", "choice": "skip", "username": "submit", "entries": 3})
    assert told == "做法 送审 · 决定 不收录 · 用户名 submit · 条数 3"


@pytest.mark.parametrize("path", ["/admin/people/export", f"{LOG}/export?format=csv"])
def test_a_list_is_taken_home_while_somebody_else_writes(
    admin: FlaskClient, database: Database, path: str
) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("one writer at a time is SQLite's way")
    writer = sqlite3.connect(database.engine.url.database, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.5, writer.rollback)
    done.start()
    answer = admin.get(path)
    done.join()
    writer.close()
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
