"""词典 through its pages: from typing a word to the next search, and back."""

import io

from kb.db import Database
from kb.models import JudgedGrade, JudgedQuery
from kb.outbox.indexes import Indexes
from kb.terms import Role
from kb.worker import Worker
from tests.web.conftest import Login, ManualClock
from tests.web.dictionary.conftest import ENTRIES, Room

PASS, FERRY, NIGHT = (title for title, _ in ENTRIES)


def test_a_synonym_added_in_the_page_counts_at_the_next_search_and_can_be_taken_back(
    room: Room,
) -> None:
    before = room.titles("黑皮本在哪弄")
    assert before[:1] != [PASS]
    draft_id = room.add("synonym", "黑皮本", "浮桥通行凭证", weight="0.8")
    assert room.titles("黑皮本在哪弄") == before  # a preview changes nothing
    assert room.save(draft_id).location == "/admin/dictionary/versions"
    assert room.titles("黑皮本在哪弄")[:1] == [PASS]
    page = room.get("/versions").text
    assert '第 <span class="num">1</span> 版' in page and "黑皮本 → 浮桥通行凭证" in page
    back = room.drafted(room.post("/restore", number="0"))
    room.save(back, reason="还是不要")
    assert room.titles("黑皮本在哪弄") == before


def test_a_user_word_is_cut_as_one_once_the_worker_has_been_by(
    room: Room, database: Database, indexes: Indexes, clock: ManualClock
) -> None:
    draft_id = room.add("user_word", "夜间渡河")
    assert "1 个条目由后台重新切词" in room.get(f"/drafts/{draft_id}").text
    room.save(draft_id)
    Worker(database, indexes, clock).run_once()
    assert room.titles("夜间渡河")[:1] == [NIGHT]


def test_the_second_editor_gets_409_a_sentence_and_the_way_on(room: Room, second: Room) -> None:
    mine = room.add("filler", "劳烦您给瞅瞅")
    theirs = second.add("function_word", "约莫着")
    room.save(mine)
    answer = second.save(theirs)
    assert answer.status_code == 409
    assert "刚刚保存了词典第 1 版" in answer.text and "约莫着" in answer.text
    assert second.drafted(second.post(f"/drafts/{theirs}/renew")) == theirs
    assert second.save(theirs).status_code == 302


def test_a_judged_question_that_gets_worse_needs_a_second_reason(
    room: Room, database: Database, clock: ManualClock
) -> None:
    with database.unit_of_work() as session:
        query = JudgedQuery(text="轮渡退票", created_at=clock())
        query.grades = [JudgedGrade(item_id=2, grade=3)]
        session.add(query)
    draft_id = room.add("best_bet", "轮渡退票", "3")
    page = room.get(f"/drafts/{draft_id}").text
    assert "1 个评测问题变差" in page and "变差仍要保存的理由" in page
    refused = room.save(draft_id)
    assert refused.status_code == 422
    assert "仍要保存时请写明理由" in refused.text
    assert "试一试" in refused.text  # the reason typed is kept
    assert room.save(draft_id, overrule="停航期间先看这一条").status_code == 302
    assert "停航期间先看这一条" in room.get("/versions").text


def test_pasted_lines_are_taken_whole_or_not_at_all(room: Room) -> None:
    lines = "坐船卡→轮渡月票\n\n# 说明\n过河证→过河证\n没有箭头\n摆渡 = 轮渡→两"
    answer = room.post("/paste", kind="synonym", lines=lines)
    assert answer.status_code == 422
    assert '第 <span class="num">5</span> 行：缺少' in answer.text
    assert '第 <span class="num">6</span> 行：权重“两”不是数字' in answer.text
    good = lines.replace("没有箭头\n摆渡 = 轮渡→两", "摆渡 = 轮渡→0.9")
    answer = room.post("/paste", kind="synonym", lines=good)
    assert answer.status_code == 422
    assert '第 <span class="num">4</span> 行：“过河证”和它的同义词是同一个词' in answer.text
    assert "坐船卡→轮渡月票" in answer.text  # what was pasted is kept
    draft_id = room.drafted(
        room.post("/paste", kind="synonym", lines=good.replace("过河证→过河证\n", ""))
    )
    page = room.get(f"/drafts/{draft_id}").text
    assert "坐船卡" in page and "摆渡" in page


def test_a_second_change_joins_the_draft_that_is_looked_at(room: Room) -> None:
    draft_id = room.add("filler", "劳烦您给瞅瞅")
    assert room.add("function_word", "约莫着", draft=str(draft_id)) == draft_id
    room.save(draft_id)
    page = room.get("/versions").text
    assert "劳烦您给瞅瞅" in page and "约莫着" in page


def test_an_entry_is_changed_switched_off_and_taken_away(room: Room) -> None:
    room.save(room.add("synonym", "黑皮本", "浮桥通行凭证", weight="0.8"))
    entry = {"kind": "synonym", "key": "黑皮本", "target": "浮桥通行凭证"}
    room.save(room.drafted(room.post("/entry", **entry, act="change", weight="0.5", note="降低")))
    page = room.get("?kind=synonym&source=own").text
    assert "黑皮本" in page and ">0.5<" in page and "降低" in page
    room.save(room.drafted(room.post("/entry", **entry, act="off")))
    assert room.titles("黑皮本在哪弄")[:1] != [PASS]
    assert "黑皮本" in room.get("?kind=synonym&state=off").text
    room.save(room.drafted(room.post("/entry", **entry, act="remove")))
    assert (
        "还没有" in room.get("?kind=synonym&source=own").text
        or "没有符合条件" in room.get("?kind=synonym&source=own").text
    )


def test_a_shipped_entry_is_switched_off_but_never_deleted(room: Room) -> None:
    page = room.get("?kind=filler&source=shipped&q=不好意思").text
    assert ">不好意思<" in page
    entry = {"kind": "filler", "key": "不好意思", "target": ""}
    refused = room.post("/entry", **entry, act="remove")
    assert refused.status_code == 422 and "只能停用" in refused.text
    room.save(room.drafted(room.post("/entry", **entry, act="off")))
    assert "随附，本市改过" in room.get("?kind=filler&state=off").text


def test_an_exported_table_comes_back_and_only_what_differs_is_a_change(room: Room) -> None:
    room.save(room.add("synonym", "黑皮本", "浮桥通行凭证", weight="0.8"))
    table = room.get("/export")
    assert table.headers["Content-Disposition"].startswith("attachment")
    text = table.text
    assert "同义词\t黑皮本\t浮桥通行凭证\t0.8\t单向\t在用\t\t本市" in text
    same = room.post("/import", table=(io.BytesIO(text.encode()), "d.tsv"))
    assert same.status_code == 422 and "没有读到要改的内容" in same.text
    changed = text.replace("浮桥通行凭证\t0.8", "浮桥通行凭证\t0.4")
    draft_id = room.drafted(room.post("/import", table=(io.BytesIO(changed.encode()), "d.tsv")))
    assert "1 处" in room.get(f"/drafts/{draft_id}").text
    wrong = room.post("/import", table=(io.BytesIO("甲\t乙\n".encode()), "d.tsv"))
    assert wrong.status_code == 422 and "第一行应是表头" in wrong.text
    binary = room.post("/import", table=(io.BytesIO(b"\xff\xfe\x00"), "d.tsv"))
    assert binary.status_code == 422 and "UTF-8" in binary.text


def test_a_wrong_entry_comes_back_with_what_was_typed(room: Room) -> None:
    answer = room.post("/entries", kind="synonym", key="黑皮本", target="黑皮本", weight="0.8")
    assert answer.status_code == 422
    assert "同一个词" in answer.text and 'value="黑皮本"' in answer.text
    answer = room.post("/entries", kind="synonym", key="黑皮本", target="凭证", weight="很大")
    assert answer.status_code == 422 and "权重不是数字" in answer.text


def test_the_list_is_searched_sorted_and_paged(room: Room) -> None:
    first = room.get("?kind=synonym&sort=key")
    assert '第 <span class="num">1 /' in first.text and 'rel="next"' in first.text
    assert 'aria-sort="ascending"' in first.text
    assert room.get("?kind=synonym&page=99999").status_code == 200
    assert "没有符合条件的词条" in room.get("?kind=synonym&q=查无此词查无此词").text
    assert room.get("?kind=nonsense").status_code == 404


def test_a_draft_can_be_dropped_and_an_unknown_one_is_not_found(room: Room) -> None:
    draft_id = room.add("filler", "劳烦您给瞅瞅")
    assert f"/admin/dictionary/drafts/{draft_id}" in room.get().text
    room.post(f"/drafts/{draft_id}/drop")
    assert "已经放弃" in room.get(f"/drafts/{draft_id}").text
    assert room.save(draft_id).status_code == 409
    assert room.get("/drafts/99999").status_code == 404
    assert room.post("/restore", number="77").status_code == 404
    assert room.post("/restore", number="x").status_code == 422


def test_agents_and_units_have_no_dictionary(login_as: Login) -> None:
    for role in (Role.AGENT, Role.UNIT_CLERK, Role.SUPERVISOR):
        browser = login_as(role, name=f"no-{role.value[:6]}")
        assert browser.get("/admin/dictionary").status_code == 403
        assert "/admin/dictionary" not in browser.get("/account").text
    assert "/admin/dictionary" in login_as(Role.EDITOR).get("/account").text
