"""The lab's pages: steps shown, grades kept, settings compared, nothing of other units named."""

import io
import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from indexer import wants
from indexer.features import FACTORS, SUMMED
from kb.db import Database
from kb.models import Adoption, CitizenRequest, DictionaryVersion, JudgedQuery, KnowledgeItem
from kb.services import judging_runs
from kb.terms import Role
from tests.web.conftest import Login, csrf_token
from tests.web.search_lab.conftest import Library
from webapp.search_lab import words
from webapp.search_lab.charts import axis

LAB = "/admin/search-lab"


def grades(database: Database) -> dict[str, dict[int, int]]:
    with database.reading() as session:
        return {
            row.text: {grade.item_id: grade.grade for grade in row.grades}
            for row in session.scalars(select(JudgedQuery).where(JudgedQuery.active))
        }


def keep(browser: FlaskClient, **fields: object) -> object:
    form = {"csrf_token": csrf_token(browser, f"{LAB}?q=校车"), **fields}
    return browser.post(f"{LAB}/keep", data=form)


def test_every_step_of_a_search_is_shown(login_as: Login, library: Library) -> None:
    page = login_as(Role.EDITOR).get(f"{LAB}?q=请问一下校车怎么报名")
    assert page.status_code == 200
    for shown in (
        "请问一下",  # struck
        "学生校车怎么报名？",
        "当日有效",
        "参与排序的条目",
        "用时",
        "两字组",
        "应答",
        "第一条覆盖了问题的",
    ):
        assert shown in page.text
    assert "tag-x" in page.text


def test_a_question_without_anything_to_search_for_is_told(
    login_as: Login, library: Library
) -> None:
    page = login_as(Role.EDITOR).get(f"{LAB}?q=，。")
    assert page.status_code == 200
    assert "没有可检索的内容" in page.text


def test_grades_are_kept_and_shown_again(
    login_as: Login, library: Library, database: Database
) -> None:
    browser = login_as(Role.EDITOR)
    form = {f"grade-{library.bus}": "3", f"grade-{library.uniform}": "0", "label": "口语"}
    assert keep(browser, text="校车咋报", **form).status_code == 302
    assert grades(database) == {"校车咋报": {library.bus: 3, library.uniform: 0}}
    page = browser.get(f"{LAB}?q=校车咋报").text
    field = f'name="grade-{library.bus}" value="3" checked'
    assert field in page and "更新评测问题" in page


def test_a_refused_question_loses_no_grade(
    login_as: Login, library: Library, database: Database
) -> None:
    browser = login_as(Role.EDITOR)
    refused = keep(browser, text="校车咋报", note="试试", **{f"grade-{library.bus}": "1"})
    assert refused.status_code == 422
    assert "请至少把一个条目评为 2 或 3" in refused.text
    assert f'name="grade-{library.bus}" value="1" checked' in refused.text
    assert 'value="试试"' in refused.text
    assert grades(database) == {}


def test_two_settings_stand_side_by_side(login_as: Login, library: Library) -> None:
    browser = login_as(Role.ADMIN)
    page = browser.get(f"{LAB}?q=校车怎么报名&compare=1&w-grams=0")
    assert "A 当前设置" in page.text and "B 试用设置" in page.text
    steps = browser.get(f"{LAB}?q=校车怎么报名&compare=1&w-grams=0&steps=b")
    assert 'aria-current="true">B 试用设置' in steps.text


def test_a_weight_out_of_range_is_refused_beside_its_field(
    login_as: Login, library: Library
) -> None:
    for typed in ("7", "多", "nan", "inf"):
        page = login_as(Role.EDITOR, name=f"e{len(typed)}{ord(typed[0])}").get(
            f"{LAB}?q=校车&compare=1&w-b={typed}"
        )
        assert page.status_code == 422
        assert "长度折减 b应在 0 到 1 之间" in page.text


def test_wrong_filters_are_named(login_as: Login, library: Library) -> None:
    browser = login_as(Role.EDITOR)
    assert "口径日期应写成" in browser.get(f"{LAB}?q=校车&as_of=昨天").text
    assert browser.get(f"{LAB}?q=校车&kind=poem").status_code == 422


def test_a_unit_sees_no_internal_entry_of_another(login_as: Login, library: Library) -> None:
    page = login_as(Role.UNIT_CLERK).get(f"{LAB}?q=校车接送")
    assert "泵站" not in page.text
    assert "另有 1 个不在您可查看的范围内" in page.text
    assert "泵站校车接送值守" in login_as(Role.EDITOR).get(f"{LAB}?q=校车接送").text


def test_the_public_view_searches_the_public_index(login_as: Login, library: Library) -> None:
    page = login_as(Role.EDITOR).get(f"{LAB}?q=校车接送&audience=public")
    assert "泵站" not in page.text
    assert "另有" not in page.text


def test_other_units_questions_are_not_there(
    login_as: Login, library: Library, database: Database
) -> None:
    clerk = login_as(Role.UNIT_CLERK)
    keep(clerk, text="校车咋报", **{f"grade-{library.bus}": "3"})
    with database.reading() as session:
        query_id = session.scalars(select(JudgedQuery.id)).one()
    stranger = login_as(Role.UNIT_REVIEWER, unit_id=library.water)
    assert "校车咋报" not in stranger.get(f"{LAB}/queries").text
    assert "校车咋报" not in stranger.get(f"{LAB}/queries/export.csv").text
    assert stranger.get(f"{LAB}/queries/{query_id}").status_code == 404
    token = csrf_token(stranger, f"{LAB}/queries")
    for act in ("", "/remove", "/restore"):
        answer = stranger.post(f"{LAB}/queries/{query_id}{act}", data={"csrf_token": token})
        assert answer.status_code == 404
    assert "校车咋报" in login_as(Role.EDITOR).get(f"{LAB}/queries").text


def test_a_question_is_changed_removed_and_put_back(
    login_as: Login, library: Library, database: Database
) -> None:
    browser = login_as(Role.EDITOR)
    keep(browser, text="校车咋报", **{f"grade-{library.bus}": "3"})
    with database.reading() as session:
        query_id = session.scalars(select(JudgedQuery.id)).one()
    path = f"{LAB}/queries/{query_id}"
    token = csrf_token(browser, path)
    form = {"csrf_token": token, "text": "校车怎么报", f"grade-{library.bus}": "2"}
    assert browser.post(path, data=form).status_code == 302
    assert grades(database) == {"校车怎么报": {library.bus: 2}}
    wrong = browser.post(path, data={"csrf_token": token, "text": ""})
    assert wrong.status_code == 422 and "问题要写" in wrong.text
    browser.post(f"{path}/remove", data={"csrf_token": token})
    assert grades(database) == {}
    assert "校车怎么报" in browser.get(f"{LAB}/queries?removed=1").text
    browser.post(f"{path}/restore", data={"csrf_token": token})
    assert grades(database) == {"校车怎么报": {library.bus: 2}}


def test_a_table_comes_in_whole_or_says_which_line(
    login_as: Login, library: Library, database: Database
) -> None:
    browser = login_as(Role.EDITOR)
    token = csrf_token(browser, f"{LAB}/queries")

    def send(text: str) -> object:
        form = {"csrf_token": token, "file": (io.BytesIO(text.encode()), "set.csv")}
        return browser.post(f"{LAB}/queries/import", data=form)

    wrong = send(f"问题,条目,等级\n校车咋报,{library.bus},9\n")
    assert wrong.status_code == 422 and "第 2 行：等级只能是" in wrong.text
    assert send(f"问题,条目,等级\n校车咋报,{library.bus},3\n").status_code == 302
    assert grades(database) == {"校车咋报": {library.bus: 3}}
    out = browser.get(f"{LAB}/queries/export.csv")
    assert f"校车咋报,{library.bus},3," in out.data.decode("utf-8-sig")
    nothing = browser.post(f"{LAB}/queries/import", data={"csrf_token": token})
    assert nothing.status_code == 422 and "请先选择表格" in nothing.text


def test_a_set_is_run_kept_and_compared_with_the_run_before(
    login_as: Login, library: Library, database: Database
) -> None:
    browser = login_as(Role.EDITOR)
    token = csrf_token(browser, f"{LAB}/runs")
    nothing = browser.post(f"{LAB}/runs", data={"csrf_token": token})
    assert nothing.status_code == 422 and "还没有评测问题" in nothing.text
    keep(browser, text="校车怎么报名", **{f"grade-{library.bus}": "3"})
    first = browser.post(f"{LAB}/runs", data={"csrf_token": token, "label": "第一次"})
    page = browser.get(first.location)
    assert "1.000" in page.text and "第一次" in page.text
    second = browser.post(f"{LAB}/runs", data={"csrf_token": token, "w-grams": "0"})
    page = browser.get(second.location).text
    assert "与第" in page and "两字组" in page
    assert re.search(r"没有变 <b class=\"num\">1</b>", page)
    assert "第一次" in browser.get(f"{LAB}/runs").text
    wrong = browser.post(f"{LAB}/runs", data={"csrf_token": token, "w-k1": "-1"})
    assert wrong.status_code == 422 and "应在 0.1 到 3 之间" in wrong.text


def test_every_kind_of_answer_a_question_may_want_has_a_chinese_name() -> None:
    named = {name: value for name, value in vars(wants).items() if name.isupper()}
    kinds = {v for name, v in named.items() if isinstance(v, str) and not name.startswith("_")}
    assert kinds == set(words.WANTS)


def test_a_unit_runs_its_own_set_and_sees_its_own_runs(login_as: Login, library: Library) -> None:
    editor, clerk = login_as(Role.EDITOR), login_as(Role.UNIT_CLERK)
    keep(editor, text="校车怎么报名", **{f"grade-{library.bus}": "3"})
    keep(clerk, text="校服丢了", **{f"grade-{library.uniform}": "3"})
    token = csrf_token(editor, f"{LAB}/runs")
    central = editor.post(f"{LAB}/runs", data={"csrf_token": token}).location
    own = clerk.post(f"{LAB}/runs", data={"csrf_token": csrf_token(clerk, f"{LAB}/runs")}).location
    page = clerk.get(own).text
    asked = re.findall(r'<td class="lab-q"><a [^>]*>([^<]*)</a>', page)
    assert asked == ["校服丢了"]
    assert clerk.get(central).status_code == 404
    assert clerk.get(f"{central}/state").status_code == 404
    assert clerk.get(f"{own}?against={central.rsplit('/', 1)[1]}").status_code == 404
    other = clerk.post(
        f"{LAB}/runs",
        data={"csrf_token": csrf_token(clerk, f"{LAB}/runs"), "unit_id": library.water},
    )
    assert other.status_code == 403


def test_a_long_set_is_left_to_the_worker(
    login_as: Login, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging_runs, "ASKED_AT_ONCE", 0)
    browser = login_as(Role.EDITOR)
    keep(browser, text="校车怎么报名", **{f"grade-{library.bus}": "3"})
    token = csrf_token(browser, f"{LAB}/runs")
    waiting = browser.post(f"{LAB}/runs", data={"csrf_token": token}).location
    assert "排队中" in browser.get(waiting).text
    assert browser.get(f"{waiting}/state").json == {"state": "waiting", "done": 0, "total": 1}


def test_adopted_questions_are_offered_and_chosen(
    login_as: Login, library: Library, database: Database
) -> None:
    browser = login_as(Role.EDITOR)
    page = browser.get(f"{LAB}/adopted")
    assert "没有可添加的问法" in page.text
    token = csrf_token(browser, f"{LAB}/queries")
    nothing = browser.post(f"{LAB}/adopted", data={"csrf_token": token})
    assert nothing.status_code == 422


def test_adopted_questions_are_looked_at_before_they_are_added(
    login_as: Login, library: Library, database: Database
) -> None:
    browser = login_as(Role.EDITOR)
    at = datetime(2026, 5, 7, tzinfo=UTC)
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, library.bus)
        request = CitizenRequest(number="T-1", received_at=at, title="一件", outcome="online")
        session.add(request)
        session.flush()
        adoption = Adoption(
            request_id=request.id,
            item_id=item.id,
            version_id=item.current_version_id,
            unit_id=item.unit_id,
            query="校车几点到",
            at=at,
        )
        session.add(adoption)
        session.flush()
        chosen, unit_id = adoption.id, item.unit_id
    form = {"adoption_id": str(chosen), "unit_id": str(unit_id)}
    form["csrf_token"] = csrf_token(browser, f"{LAB}/queries")
    asked = browser.post(f"{LAB}/adopted", data=form)
    assert asked.status_code == 200
    assert "添加 1 个评测问题" in asked.text and "校车几点到" in asked.text
    assert ">3 分<" in asked.text and "归澜川市教育局" in asked.text
    assert grades(database) == {}
    assert browser.post(f"{LAB}/adopted", data=form | {"sure": "1"}).status_code == 302
    assert grades(database) == {"校车几点到": {library.bus: 3}}


def test_an_earlier_dictionary_can_be_tried(
    login_as: Login, library: Library, database: Database
) -> None:
    browser = login_as(Role.EDITOR)
    assert "随附词表" not in browser.get(f"{LAB}?q=校车").text
    with database.unit_of_work() as session:
        at = datetime(2026, 5, 7, tzinfo=UTC)
        session.add(DictionaryVersion(number=1, created_at=at, reason="加俗称", changes=[]))
    page = browser.get(f"{LAB}?q=校车&compare=1&dictionary=0").text
    assert "随附词表" in page and "B 试用设置" in page
    unknown = browser.get(f"{LAB}?q=校车&compare=1&dictionary=7")
    assert unknown.status_code == 422 and "词典没有这一版" in unknown.text


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], (0.0, 1.0)), ([0.87, 0.89], (0.7, 1.0)), ([0.5], (0.4, 0.6)), ([0.0, 1.0], (0.0, 1.0))],
)
def test_the_trend_shows_small_moves(values: list[float], expected: tuple[float, float]) -> None:
    assert axis(values) == expected


def test_the_menu_shows_the_room_to_those_who_may_enter(login_as: Login, library: Library) -> None:
    assert 'href="/admin/search-lab" aria-current="page">检索' in login_as(Role.ADMIN).get(LAB).text
    assert "/admin/search-lab" not in login_as(Role.AGENT).get("/desk").text


def test_every_part_of_a_score_has_a_word() -> None:
    assert (FACTORS.keys() | SUMMED.keys()) <= words.PARTS.keys()


def test_the_two_selects_of_whose_a_question_is_have_each_their_label(login_as: Login) -> None:
    page = login_as(Role.EDITOR).get("/admin/search-lab/queries").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert ids.count("f-unit_id") == 1 and 'for="f-import-unit"' in page
