"""口径确认 on its pages: the draft warns, both units answer side by side, the editor rules."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from kb.actor import Actor
from kb.db import Database
from kb.models import Conflict, Job, KnowledgeItem, KnowledgeVersion, Unit
from kb.services.conflict_jobs import request_check
from kb.services.conflict_keeping import keep
from kb.services.conflicts import Clause, Found
from kb.services.entries import Content, create_entry
from kb.services.publishing import publish
from kb.terms import Audience, KnowledgeKind, Role
from tests.web.conftest import Login, ManualClock, csrf_token
from tests.web.taken import take_home, takings

EDITOR = Actor(0, "编辑", None, frozenset({Role.EDITOR}))
MINE = "学费每学期 800 元。"
THEIRS = "学费标准为每学期 1,000 元。"


@pytest.fixture
def finance(database: Database) -> Unit:
    with database.unit_of_work() as session:
        unit = Unit(name="澜川市财政局", aliases=["财政局"])
        session.add(unit)
    return unit


class Pair:
    """An entry of 市教育局 against a published one of 市财政局, found to differ."""

    def __init__(self, database: Database, clock: ManualClock, unit: Unit, other: Unit) -> None:
        self.database, self.clock = database, clock
        self.theirs = self._entry(other, "学费收费公示", THEIRS, is_published=True)
        self.mine = self._entry(unit, "学费办法", MINE, is_published=False)

    def _entry(self, unit: Unit, title: str, body: str, *, is_published: bool) -> KnowledgeVersion:
        content = Content(KnowledgeKind.QA, title, body)
        with self.database.unit_of_work() as session:
            owner, now = session.get_one(Unit, unit.id), self.clock()
            version = create_entry(session, unit=owner, content=content, actor=EDITOR, now=now)
            if is_published:
                publish(session, version, actor=EDITOR, now=now)
            return version

    def find(self, *, is_live: bool) -> Conflict:
        """Keep what the comparison would find of the two."""
        mine, theirs = self.mine, self.theirs
        found = Found(
            "收费标准",
            Clause(mine.item_id, mine.id, 0, MINE, "800 元", MINE.index("800")),
            Clause(theirs.item_id, theirs.id, 0, THEIRS, "1,000 元", THEIRS.index("1,000")),
            "k" * 64,
        )
        with self.database.unit_of_work() as session:
            version = session.get_one(KnowledgeVersion, mine.id)
            if is_live:
                publish(session, version, actor=EDITOR, now=self.clock())
            keep(
                session,
                version,
                [found],
                is_live=is_live,
                is_waiting=not is_live,
                now=self.clock(),
            )
        return self.row()

    def row(self) -> Conflict:
        with self.database.reading() as session:
            return session.scalars(select(Conflict)).one()


@pytest.fixture
def pair(database: Database, clock: ManualClock, unit: Unit, finance: Unit) -> Pair:
    return Pair(database, clock, unit, finance)


def send(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    form = {"csrf_token": csrf_token(client, "/password"), **fields}
    return client.post(path, data=form)


def test_the_page_of_a_draft_names_attribute_and_both_values(login_as: Login, pair: Pair) -> None:
    pair.find(is_live=False)
    page = login_as(Role.UNIT_CLERK).get(f"/units/versions/{pair.mine.id}").text
    assert "的收费标准不一致：" in page
    assert "800 元 / 1,000 元" in page
    assert "学费收费公示" in page


def test_an_old_warning_is_told_as_such_until_the_text_is_compared_anew(
    login_as: Login, pair: Pair
) -> None:
    pair.find(is_live=False)
    client = login_as(Role.EDITOR)
    path = f"/units/versions/{pair.mine.id}"
    with pair.database.unit_of_work() as session:
        session.execute(update(Job).values(state="done"))
    page = client.get(path).text
    assert ("收费标准不一致" in page, "正在重新核对" in page) == (True, False)
    with pair.database.unit_of_work() as session:
        request_check(session, session.get_one(KnowledgeVersion, pair.mine.id), pair.clock())
    page = client.get(path).text
    assert ("收费标准不一致" in page, "正在重新核对" in page) == (True, True)


def test_a_hint_is_in_nobodys_queue(login_as: Login, pair: Pair) -> None:
    row = pair.find(is_live=False)
    editor = login_as(Role.EDITOR)
    assert "这里没有口径确认" in editor.get("/units/conflicts").text
    assert editor.get(f"/units/conflicts/{row.id}").status_code == 404


def test_an_agent_reading_the_entry_is_told(login_as: Login, pair: Pair) -> None:
    pair.find(is_live=True)
    page = login_as(Role.AGENT).get(f"/desk/entry/{pair.mine.item_id}").text
    assert '口径待确认：收费标准本条为 <b class="num">800 元</b>，澜川市财政局《' in page
    assert '为 <b class="num">1,000 元</b>' in page


def test_both_clauses_stand_side_by_side_with_the_values_marked(
    login_as: Login, pair: Pair
) -> None:
    row = pair.find(is_live=True)
    clerk = login_as(Role.UNIT_CLERK)
    assert "收费标准" in clerk.get("/units/conflicts").text
    page = clerk.get(f"/units/conflicts/{row.id}").text
    assert "学费每学期 <mark>800 元</mark>。" in page
    assert "学费标准为每学期 <mark>1,000 元</mark>。" in page
    assert page.count("本单位的答复") == 1


def test_the_queue_names_no_internal_entry_to_the_other_unit(
    login_as: Login, pair: Pair, finance: Unit, database: Database
) -> None:
    row = pair.find(is_live=True)
    with database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, row.right_version_id)
        version.audience = Audience.INTERNAL.value
    queue = login_as(Role.UNIT_CLERK).get("/units/conflicts?tab=open").text
    assert f"{finance.name}的内部条目" in queue
    assert "学费收费公示" not in queue
    other = login_as(Role.UNIT_CLERK, name="cz1", unit_id=finance.id)
    assert "学费收费公示" in other.get("/units/conflicts?tab=open").text


def test_two_units_that_agree_lead_to_a_change(login_as: Login, pair: Pair, finance: Unit) -> None:
    row = pair.find(is_live=True)
    path = f"/units/conflicts/{row.id}"
    clerk = login_as(Role.UNIT_CLERK)
    done = send(
        clerk, f"{path}/answer", side="left", answer="mine", comment="澜教发 3 号", rev=row.rev
    )
    assert done.status_code == 302
    other = login_as(Role.UNIT_CLERK, name="cz1", unit_id=finance.id)
    send(other, f"{path}/answer", side="right", answer="theirs", comment="", rev=pair.row().rev)
    assert pair.row().state == "agreed"
    page = other.get(path).text
    assert "澜教发 3 号" in page
    assert "这一边要修改" in page
    assert "新建一版" in page


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"answer": "mine", "comment": ""}, 422, "请写明依据"),
        ({"answer": ""}, 422, "请选择本单位的答复"),
        ({"answer": "both", "comment": "长" * 501}, 422, "最多 500 字"),
        ({"answer": "theirs", "rev": 99}, 409, "有了变化"),
        ({"answer": "theirs", "side": "right"}, 403, "只有条目所属单位"),
        ({"answer": "theirs", "side": "up"}, 422, "请从页面上的答复表提交"),
    ],
)
def test_an_answer_that_cannot_be_taken_says_why(
    login_as: Login, pair: Pair, fields: dict[str, object], status: int, sentence: str
) -> None:
    row = pair.find(is_live=True)
    given = {"side": "left", "rev": row.rev, "comment": ""}
    answer = send(
        login_as(Role.UNIT_CLERK), f"/units/conflicts/{row.id}/answer", **(given | fields)
    )
    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert pair.row().left_answer == ""


def test_the_editor_rules_and_may_take_it_back(login_as: Login, pair: Pair) -> None:
    row = pair.find(is_live=True)
    path, editor = f"/units/conflicts/{row.id}", login_as(Role.EDITOR)
    send(editor, f"{path}/rule", ruling="both", comment="一个是公办，一个是民办", rev=row.rev)
    assert pair.row().state == "settled"
    assert "裁定：都对，适用不同" in editor.get(path).text
    assert "学费办法" in editor.get("/units/conflicts?tab=done").text
    send(editor, f"{path}/reopen", comment="看错了", rev=pair.row().rev)
    assert pair.row().state == "open"


def test_a_ruling_names_the_units_and_no_side_of_the_screen(
    login_as: Login, pair: Pair, unit: Unit, finance: Unit, database: Database
) -> None:
    row = pair.find(is_live=True)
    editor, path = login_as(Role.EDITOR), f"/units/conflicts/{row.id}"
    with database.reading() as session:
        items = (session.get_one(KnowledgeItem, n) for n in (row.left_item_id, row.right_item_id))
        names = tuple(item.unit.name for item in items)
    assert set(names) == {unit.name, finance.name}
    page = editor.get(path).text
    assert f"{names[0]}的正确，{names[1]}修改" in page
    assert f"{names[1]}的正确，{names[0]}修改" in page
    assert "左边" not in page and "右边" not in page
    send(editor, f"{path}/rule", ruling="mine", comment="按预算文件", rev=row.rev)
    assert f"裁定：{names[0]}的正确，{names[1]}修改" in editor.get(path).text


def test_a_unit_without_a_side_sees_nothing(
    login_as: Login, pair: Pair, database: Database
) -> None:
    row = pair.find(is_live=True)
    with database.unit_of_work() as session:
        third = Unit(name="澜川市水务局")
        session.add(third)
    stranger = login_as(Role.UNIT_CLERK, name="sw1", unit_id=third.id)
    assert stranger.get(f"/units/conflicts/{row.id}").status_code == 404
    assert "这里没有口径确认" in stranger.get("/units/conflicts?tab=open").text


def test_what_is_overdue_says_so(login_as: Login, pair: Pair, clock: ManualClock) -> None:
    row = pair.find(is_live=True)
    with pair.database.unit_of_work() as session:
        session.get_one(Conflict, row.id).due_at = clock() - timedelta(hours=2)
    page = login_as(Role.EDITOR).get("/units/conflicts?tab=open").text
    assert "t-bad" in page


def test_the_queue_can_be_taken_home(login_as: Login, pair: Pair) -> None:
    pair.find(is_live=True)
    (row,) = take_home(login_as(Role.EDITOR), "/units/conflicts?q=学费")
    assert (row["不一致的内容"], row["条目一"], row["说法一"]) == ("收费标准", "学费办法", "800 元")
    assert (row["单位二"], row["条目二"], row["说法二"]) == (
        "澜川市财政局",
        "学费收费公示",
        "1,000 元",
    )
    assert takings(pair.database) == [("conflict.export", "conflicts-open", 1)]


def test_an_entry_that_one_may_not_open_is_not_taken_home(login_as: Login, pair: Pair) -> None:
    pair.find(is_live=True)
    with pair.database.unit_of_work() as session:
        internal = Audience.INTERNAL.value
        theirs = KnowledgeVersion.id == pair.theirs.id
        session.execute(update(KnowledgeVersion).where(theirs).values(audience=internal))
    (row,) = take_home(login_as(Role.UNIT_CLERK), "/units/conflicts?tab=open")
    assert row["条目二"] == "（内部条目）" and row["说法二"] == ""
    assert "学费收费公示" not in str(row) and "1,000" not in str(row)
