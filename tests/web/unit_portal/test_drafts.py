"""核对: a draft is corrected, guarded against a second clerk, linked, merged, dropped."""

from datetime import date

from sqlalchemy import select

from kb.db import Database
from kb.models import ItemEvent, KnowledgeItem, KnowledgeVersion, Unit
from kb.terms import LinkKind, Role
from tests.web.unit_portal.conftest import NOTICE, Enter, Portal, form_of, version_of
from tests.web.unit_portal.test_review import publish


def test_what_is_typed_is_saved_and_cut_anew(clerk: Portal, database: Database):
    version = version_of(database, clerk.push_draft())
    answer = clerk.post(
        f"/units/versions/{version.id}",
        **form_of(
            version,
            title="入学报名",
            review_on="2026年8月1日",
            regions="汀南区",
            variants="什么时候报名\n\n小学几号报名",
            fact_conclusion="5 月 20 日至 6 月 10 日报名。",
            fact_materials="户口簿\n房产证",
        ),
    )
    assert answer.status_code == 302, answer.text
    saved = version_of(database, version.id)
    assert saved.title == "入学报名"
    assert saved.review_on == date(2026, 8, 1)
    assert saved.regions == ["汀南区"]
    assert saved.variants == ["什么时候报名", "小学几号报名"]
    assert saved.facts["materials"] == ["户口簿", "房产证"]
    assert saved.passages[0].text == "5 月 20 日至 6 月 10 日报名。\n材料：户口簿；房产证"


def test_a_district_is_proposed_until_somebody_has_saved(clerk: Portal, database: Database):
    text = NOTICE.replace("澜川市教育局", "汀南区教育局")
    version = version_of(database, clerk.push_draft(text))
    chosen = 'name="regions" value="汀南区" checked'
    page = clerk.get(f"/units/versions/{version.id}").text
    assert chosen in page
    assert "看起来只适用于“汀南区”，读自发文机关“汀南区教育局”" in page
    said = form_of(version, issuing_authority="汀南区教育局")
    clerk.post(f"/units/versions/{version.id}", **said)  # no district: the whole city
    page = clerk.get(f"/units/versions/{version.id}").text
    assert chosen not in page
    assert "看起来只适用于“汀南区”" in page


def test_a_recognised_value_that_was_corrected_is_still_told(clerk: Portal, database: Database):
    version = version_of(database, clerk.push_draft())
    clerk.post(f"/units/versions/{version.id}", **form_of(version, valid_from="2026-05-10"))
    page = clerk.get(f"/units/versions/{version.id}").text
    assert "和原件读出的“2026-05-06”不同" in page


def test_the_second_of_two_clerks_loses_nothing(clerk: Portal, enter: Enter, database: Database):
    colleague = enter(Role.UNIT_CLERK)
    version = version_of(database, clerk.push_draft())
    path = f"/units/versions/{version.id}"
    mine, theirs = form_of(version), form_of(version)
    assert clerk.post(path, **theirs | {"body": "甲先保存的正文"}).status_code == 302
    answer = colleague.post(path, **mine | {"body": "乙后写的正文", "title": "乙的标题"})
    assert answer.status_code == 409
    assert "甲先保存的正文" in answer.text
    assert "乙后写的正文" in answer.text
    assert 'value="乙的标题"' in answer.text
    assert version_of(database, version.id).body == "甲先保存的正文"
    assert "这份草稿刚被" in answer.text and "在另一个窗口" not in answer.text
    own = clerk.post(path, **mine | {"body": "甲在另一个窗口写的"})
    assert own.status_code == 409
    assert "这份草稿刚被您自己在另一个窗口改过" in own.text
    # After comparing, the same form with the new revision is accepted.
    now = version_of(database, version.id)
    assert f'name="rev" value="{now.rev}"' in answer.text
    again = colleague.post(path, **mine | {"rev": str(now.rev), "body": "合并后的正文"})
    assert again.status_code == 302
    assert version_of(database, version.id).body == "合并后的正文"


def test_what_is_wrong_is_said_at_the_field_and_all_of_it_stays(clerk: Portal, database: Database):
    version = version_of(database, clerk.push_draft())
    answer = clerk.post(
        f"/units/versions/{version.id}",
        **form_of(
            version,
            title="",
            valid_until="2026-13-40",
            fact_script="长" * 136,
            body="改过的正文",
            link_new="没有这份文件",
        ),
    )
    assert answer.status_code == 422
    assert "有效期至应写作" in answer.text
    assert "最多 135 字，现有 136 字" in answer.text
    assert "没有找到“没有这份文件”" in answer.text
    assert "改过的正文" in answer.text
    assert 'value="2026-13-40"' in answer.text
    assert version_of(database, version.id).title == version.title


def test_a_missing_title_or_a_contact_without_phone_is_refused(clerk: Portal):
    answer = clerk.post("/units/write/contact", kind="contact", title=" ", fact_place="一楼")
    assert answer.status_code == 422
    assert "请填写标题" in answer.text
    assert "联系方式要有电话" in answer.text
    assert 'value="一楼"' in answer.text


def test_a_question_is_written_by_form_and_handed_in_at_once(clerk: Portal, database: Database):
    form = {
        "kind": "qa",
        "audience": "public",
        "title": "转学怎么办",
        "fact_conclusion": "在“澜川办”提交。",
        "fact_ask_first": "转到本市还是外市",
        "variants": "孩子转学要什么手续",
        "action": "submit",
    }
    answer = clerk.post("/units/write/qa", **form)
    version = version_of(database, int(answer.location.rsplit("/", 1)[1]))
    assert (version.state, version.kind) == ("unit_review", "qa")
    assert version.facts["ask_first"] == ["转到本市还是外市"]
    again = clerk.post("/units/write/qa", **form)
    assert again.status_code == 409
    assert "库中已有相同内容" in again.text
    assert 'value="转学怎么办"' in again.text


def test_whose_entry_it_is_stands_on_the_form_and_is_never_guessed(
    clerk: Portal, editor: Portal, unit: Unit, other_unit: Unit
):
    assert f"<p>{unit.name}</p>" in clerk.get("/units/write/qa").text
    assert '<option value="">请选择</option>' in editor.get("/units/write/qa").text
    refused = editor.post("/units/write/qa", unit="", title="问", fact_conclusion="答")
    assert refused.status_code == 422
    assert "请选择这份知识属于哪个单位" in refused.text
    assert 'value="问"' in refused.text


def test_there_is_no_form_for_other_kinds(clerk: Portal):
    assert clerk.get("/units/write/policy").status_code == 404


def test_the_preview_is_safe_and_shows_the_cut(clerk: Portal):
    answer = clerk.post(
        "/units/preview", body="# 办法\n\n第一条 甲。\n\n<script>alert(1)</script>\n"
    )
    made = answer.get_json()
    assert "<h1>办法</h1>" in made["html"]
    assert "<script" not in made["html"]
    assert made["count"] >= 1
    assert "第一条" in made["passages"]


def test_the_preview_shows_the_lines_of_a_cell(clerk: Portal):
    body = "|  |  |\n| --- | --- |\n| 申请材料 | 船东身份证<br>验船证书 |\n"
    made = clerk.post("/units/preview", body=body).get_json()
    assert "<td>船东身份证<br>验船证书</td>" in made["html"].replace("\n", "")


def test_a_title_that_the_form_gave_is_not_told_as_changed(clerk: Portal, database: Database):
    rows = "".join(
        f"<tr><td>{name}</td><td>{text}</td></tr>"
        for name, text in (
            ("事项名称", "渔船靠泊证"), ("受理条件", "船籍港在本市"), ("办理时限", "4个工作日"),
            ("申请材料", "船东身份证"), ("收费标准", "不收费"),
        )
    )  # fmt: skip
    page = f"<meta charset=utf-8><body><h1>渔船靠泊证办事指南</h1><table>{rows}</table></body>"
    version = version_of(database, clerk.push_draft(page, "靠泊.html"))
    assert version.title == "渔船靠泊证"
    shown = clerk.get(f"/units/versions/{version.id}").text
    assert "已改" not in shown
    assert "和原件读出的“渔船靠泊证办事指南”不同" in shown


def _second_with_the_number(clerk: Portal, database: Database) -> KnowledgeVersion:
    text = NOTICE.replace("6月10日", "6月20日")
    return version_of(database, clerk.push_draft(text, "修订.txt"))


def test_the_same_number_is_asked_about_and_can_become_the_next_version(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database
):
    old = publish(clerk, reviewer, editor, database, clerk.push_draft())
    draft = _second_with_the_number(clerk, database)
    page = clerk.get(f"/units/versions/{draft.id}").text
    assert "库中已有文号 澜教规〔2026〕4号 的条目" in page
    answer = clerk.post(
        f"/units/versions/{draft.id}/same-number", item=old.item_id, choice="version"
    )
    moved = version_of(database, int(answer.location.rsplit("/", 1)[1]))
    assert (moved.item_id, moved.number, moved.state) == (old.item_id, 2, "draft")
    assert "6月20日" in moved.body
    assert moved.file_id == draft.file_id
    assert version_of(database, draft.id).state == "discarded"
    assert version_of(database, old.id).state == "published"


def test_the_same_number_can_supersede_or_be_told_apart(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database
):
    old = publish(clerk, reviewer, editor, database, clerk.push_draft())
    draft = _second_with_the_number(clerk, database)
    path = f"/units/versions/{draft.id}"
    clerk.post(f"{path}/same-number", item=old.item_id, choice="supersede")
    assert version_of(database, draft.id).planned_links == [
        {"kind": "supersedes", "item_id": old.item_id, "effective_on": None}
    ]
    assert "库中已有文号" not in clerk.get(path).text
    third = version_of(database, clerk.push_draft(NOTICE.replace("户口簿", "身份证"), "三.txt"))
    clerk.post(
        f"/units/versions/{third.id}/same-number",
        item=old.item_id,
        choice="different",
        reason="附件",
    )
    assert "库中已有文号" not in clerk.get(f"/units/versions/{third.id}").text
    with database.reading() as session:
        kinds = session.scalars(select(ItemEvent.kind).where(ItemEvent.version_id == third.id))
        assert "number_apart" in list(kinds)


def test_a_link_is_found_by_number_or_title_and_removed_again(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database
):
    old = publish(clerk, reviewer, editor, database, clerk.push_draft())
    found = clerk.get("/units/linkable?q=澜教规").get_json()["entries"]
    assert [row["value"] for row in found] == [f"#{old.item_id} {old.title}"]
    draft = version_of(database, clerk.push_draft("新办法\n\n第一条 新的规定。\n", "新办法.txt"))
    path = f"/units/versions/{draft.id}"
    clerk.post(
        path,
        **form_of(draft, link_new="澜教规", link_new_kind="repeals", link_new_on="2026-06-01"),
    )
    linked = version_of(database, draft.id)
    assert linked.planned_links == [
        {"kind": LinkKind.REPEALS.value, "item_id": old.item_id, "effective_on": "2026-06-01"}
    ]
    kept = {"link_item": old.item_id, "link_kind": "repeals", "link_on": "2026-06-01"}
    clerk.post(path, **form_of(linked, link_drop=old.item_id, **kept))
    assert version_of(database, draft.id).planned_links == []


def test_a_draft_opens_although_the_entry_it_names_has_gone_from_sight(
    clerk: Portal,
    enter: Enter,
    other_unit: Unit,
    reviewer: Portal,
    editor: Portal,
    database: Database,
):
    old = publish(clerk, reviewer, editor, database, clerk.push_draft())
    water = enter(Role.UNIT_CLERK, unit_id=other_unit.id)
    draft = version_of(database, water.push_draft("停水\n\n明天停水。\n", "停水.txt"))
    path = f"/units/versions/{draft.id}"
    row = {"link_item": old.item_id, "link_kind": "amends", "link_on": ""}
    assert water.post(path, **form_of(draft, **row)).status_code == 302
    editor.post(f"/units/entries/{old.item_id}/withdraw", reason="有错字")
    assert f"#{old.item_id}（已不在可查看的范围内）" in water.get(path).text
    kept = water.post(path, **form_of(version_of(database, draft.id), body="改过的字", **row))
    assert kept.status_code == 422
    assert "请删去这一行" in kept.text and "改过的字" in kept.text


def test_a_unit_cannot_end_another_units_entry(
    clerk: Portal,
    enter: Enter,
    other_unit: Unit,
    reviewer: Portal,
    editor: Portal,
    database: Database,
):
    old = publish(clerk, reviewer, editor, database, clerk.push_draft())
    water = enter(Role.UNIT_CLERK, unit_id=other_unit.id)
    draft = version_of(database, water.push_draft("停水\n\n明天停水。\n", "停水.txt"))
    answer = water.post(
        f"/units/versions/{draft.id}", **form_of(draft, link_new=f"#{old.item_id} 随便")
    )
    assert answer.status_code == 422
    assert "旧件属于别的单位" in answer.text


def test_a_draft_is_dropped_but_its_original_and_history_stay(clerk: Portal, database: Database):
    version = version_of(database, clerk.push_draft())
    assert clerk.post(f"/units/versions/{version.id}/discard", rev="0").status_code == 409
    answer = clerk.post(f"/units/versions/{version.id}/discard", rev=str(version.rev))
    assert answer.status_code == 302
    assert version_of(database, version.id).state == "discarded"
    home = clerk.get("/units").text
    assert "知识库还是空的" in home
    assert clerk.get(f"/units/files/{version.file_id}").status_code == 200
    # The same file may be pushed anew after that.
    assert clerk.push(NOTICE.encode(), "通知.txt").status_code == 302
    with database.reading() as session:
        assert len(list(session.scalars(select(KnowledgeItem)))) == 2


def test_an_editor_may_publish_a_draft_directly(clerk: Portal, editor: Portal, database: Database):
    version = version_of(database, clerk.push_draft())
    answer = editor.post(f"/units/versions/{version.id}", **form_of(version, action="publish"))
    assert answer.location.endswith(f"/units/entries/{version.item_id}")
    assert version_of(database, version.id).state == "published"
    assert "已发布，可检索" in editor.get(answer.location).text


def test_a_clerk_who_sends_publish_is_refused(clerk: Portal, database: Database):
    version = version_of(database, clerk.push_draft())
    answer = clerk.post(
        f"/units/versions/{version.id}", **form_of(version, title="偷偷发布", action="publish")
    )
    assert answer.status_code == 403
    unchanged = version_of(database, version.id)
    assert (unchanged.state, unchanged.title) == ("draft", version.title)
