"""原件: pages with marks, who sees which file, what is kept on disk."""

import io
import os
import re

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from kb.db import Database
from kb.models import FileAttachment, KnowledgeItem, KnowledgeVersion, StoredFile, Unit
from kb.services import entries, publishing, withdrawing
from kb.services.page_images import PageImages
from kb.terms import Audience, KnowledgeKind, Role, ScanState
from tests.web.conftest import Login, ManualClock, csrf_token
from tests.web.originals.conftest import BODY, CLAUSE, EDITOR, Keep, Kept, ferry_pdf


def _rects(page: str, look: str) -> list[tuple[int, ...]]:
    found = re.findall(
        rf'<rect class="{look}"[^>]* x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', page
    )
    return [tuple(map(int, rect)) for rect in found]


def test_a_clause_opens_its_page_with_every_line_of_it_marked(login_as: Login, ferry: Kept):
    page = login_as(Role.AGENT).get(f"{ferry.path}?version={ferry.version_id}&passage=1").text
    assert 'name="page" value="2"' in page
    first, second = _rects(page, "og-clause")
    # 16 pt at 80 pt from the left of 595: the picture is 1,400 pixels wide.
    assert abs(first[0] - 80 / 595 * 1400) < 5
    assert abs(first[2] - 14.5 * 16 / 595 * 1400) < 40
    assert abs((second[1] - first[1]) - 30 / 842 * 1981) < 5
    assert CLAUSE in page


def test_words_are_marked_inside_the_clause(login_as: Login, ferry: Kept):
    agent = login_as(Role.AGENT)
    page = agent.get(f"{ferry.path}?version={ferry.version_id}&passage=1&mark=浮桥").text
    assert len(_rects(page, "og-word")) == 1
    page = agent.get(f"{ferry.path}?page=1&mark=浮桥 交通局").text
    assert len(_rects(page, "og-word")) == 2


def test_pages_turn_and_keep_what_is_marked(login_as: Login, ferry: Kept):
    agent = login_as(Role.AGENT)
    page = agent.get(f"{ferry.path}?page=2&version={ferry.version_id}&passage=1&mark=浮桥").text
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back is not None
    assert 'rel="next"' not in page
    first = agent.get(back[1].replace("&amp;", "&"))
    assert first.status_code == 200
    assert 'name="page" value="1"' in first.text
    assert "passage=1" in first.text
    assert agent.get(f"{ferry.path}?page=3").status_code == 404


def test_the_picture_is_private_and_asked_for_again(login_as: Login, ferry: Kept):
    agent = login_as(Role.AGENT)
    answer = agent.get(f"{ferry.path}/pages/1.png?width=700")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert picture.width == 700
    again = agent.get(
        f"{ferry.path}/pages/1.png?width=700", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert agent.get(f"{ferry.path}/pages/9.png").status_code == 404


def test_the_download_is_the_original(login_as: Login, ferry: Kept):
    answer = login_as(Role.AGENT).get(f"{ferry.path}/file")
    assert answer.data == ferry_pdf()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_is_seen_by_its_unit_editors_and_readers_of_its_entry(
    login_as: Login, keep: Keep, database: Database
):
    draft = keep(ferry_pdf(), "草稿.pdf", published=False)
    internal = keep(ferry_pdf(), "内部.pdf", audience=Audience.INTERNAL)
    public = keep(ferry_pdf(), "公开.pdf")
    with database.unit_of_work() as session:
        other = Unit(name="澜川市林业局")
        session.add(other)
    people = {
        "own": login_as(Role.UNIT_CLERK, name="own"),
        "other": login_as(Role.UNIT_CLERK, name="other", unit_id=other.id),
        "editor": login_as(Role.EDITOR),
        "agent": login_as(Role.AGENT),
    }
    seen = {
        who: [browser.get(f"{kept.path}{end}").status_code for kept in (draft, internal, public)]
        for who, browser in people.items()
        for end in ("",)
    }
    assert seen == {
        "own": [200, 200, 200],
        "other": [404, 404, 200],
        "editor": [200, 200, 200],
        "agent": [404, 200, 200],
    }
    for end in ("/pages/1.png", "/file"):
        assert people["other"].get(f"{internal.path}{end}").status_code == 404
        assert people["agent"].get(f"{draft.path}{end}").status_code == 404


def test_of_a_table_only_its_unit_and_editors_get_the_whole(
    login_as: Login, keep: Keep, database: Database
):
    table = keep("单位,联系电话\n保密科,555-0199\n浮桥所,555-0100\n".encode(), "电话.csv")
    with database.unit_of_work() as session:
        session.get_one(KnowledgeVersion, table.version_id).row = 3
        other = Unit(name="澜川市林业局")
        session.add(other)
    readers = (login_as(Role.AGENT), login_as(Role.UNIT_CLERK, name="other", unit_id=other.id))
    for reader in readers:
        page = reader.get(table.path)
        assert page.status_code == 200
        assert "下载原件" not in page.text
        assert reader.get(f"{table.path}/file").status_code == 404
        assert reader.get(f"{table.path}/pages/1.png").status_code == 404
    assert readers[0].get(f"/desk/entry/{table.item_id}/original").status_code == 404
    assert "下载原件" not in readers[0].get(f"/desk/entry/{table.item_id}").text
    for owner in (login_as(Role.UNIT_CLERK, name="own"), login_as(Role.EDITOR)):
        assert "保密科" in owner.get(f"{table.path}/file").text


def test_what_waits_for_the_scanner_is_not_downloaded_at_the_desk_either(
    login_as: Login, ferry: Kept, database: Database
):
    with database.unit_of_work() as session:
        session.get_one(StoredFile, ferry.file_id).scan_state = ScanState.PENDING.value
    answer = login_as(Role.AGENT).get(f"/desk/entry/{ferry.item_id}/original")
    assert answer.status_code == 409


def test_nobody_sees_anything_without_logging_in(app: Flask, ferry: Kept):
    for end in ("", "/pages/1.png", "/file"):
        assert app.test_client().get(f"{ferry.path}{end}").status_code == 302


def test_a_version_of_another_file_is_not_shown_beside_it(login_as: Login, keep: Keep, ferry: Kept):
    other = keep(ferry_pdf() + b"\n", "另一份.pdf")
    answer = login_as(Role.AGENT).get(f"{ferry.path}?version={other.version_id}")
    assert answer.status_code == 404


def test_a_file_without_pages_shows_its_text_with_the_clause_marked(login_as: Login, keep: Keep):
    kept = keep("浮桥".encode(), "浮桥.txt")
    page = login_as(Role.AGENT).get(f"{kept.path}?version={kept.version_id}&passage=1&mark=浮桥")
    assert 'class="passage is-marked"' in page.text
    assert "<mark>浮桥</mark>" in page.text


def test_every_clause_of_an_entry_leads_to_its_place_in_a_file_without_pages(
    login_as: Login, keep: Keep
):
    kept = keep("浮桥".encode(), "浮桥.txt")
    for role, address in ((Role.AGENT, "/desk/entry/"), (Role.EDITOR, "/units/entries/")):
        reader = login_as(role)
        entry = reader.get(f"{address}{kept.item_id}").text
        link = re.search(rf'href="({kept.path}\?[^"]*passage=1[^"]*)#mark"', entry)
        assert link is not None, address
        shown = reader.get(link[1].replace("&amp;", "&")).text
        assert shown.count('id="mark"') == 1
        marked = shown[shown.index('id="mark"') :]
        assert CLAUSE in marked[: marked.index("</section>")]


def test_the_text_page_shows_what_was_read_in_the_file_and_not_what_became_of_it(
    login_as: Login, keep: Keep
):
    read = "# 浮桥通行管理办法\n\n第一条 浮桥夜间二十三时关闭，次日六时开放。\n\n旧的一段。\n"
    body = (
        "# 浮桥通行管理办法\n\n第一条 浮桥夜间二十二时关闭，次日六时开放。\n\n"
        "第二条 新写的一段，原件没有。\n"
    )
    kept = keep("浮桥".encode(), "浮桥.txt", read=read, body=body)
    agent = login_as(Role.AGENT)
    page = agent.get(f"{kept.path}?version={kept.version_id}&passage=1&mark=开放").text
    shown = page[page.index("og-body") : page.index("</article>")]
    assert "二十三时关闭" in shown
    assert "旧的一段" in shown
    assert "二十二时" not in shown
    assert "新写的一段" not in shown
    assert "<mark>开放</mark>" in shown  # the clause is found although a number was changed
    assert shown.count("浮桥通行管理办法") == 1
    changed = "这一段在条目里改过，和标出的原件文字不同"
    assert changed in page
    assert "条目现在写的是：第一条 浮桥夜间二十二时关闭" in page
    same = keep("浮桥二".encode(), "浮桥二.txt", read=read, body=read)
    kept_as_read = agent.get(f"{same.path}?version={same.version_id}&passage=1").text
    assert 'id="mark"' in kept_as_read
    assert changed not in kept_as_read
    lost = agent.get(f"{kept.path}?version={kept.version_id}&passage=2").text
    assert "要看的这一段在原件里没有同样的文字" in lost


def test_a_page_says_that_the_clause_was_changed_since_it_was_read(
    client: FlaskClient, login_as: Login, keep: Keep, ferry: Kept
):
    agent = login_as(Role.AGENT)
    changed = "这一段在条目里改过，和原件的文字不同"
    body = BODY.replace("夜间二十二时关闭", "夜间二十三时关闭")
    kept = keep(ferry_pdf() + b"\n", "改过.pdf", read=BODY, body=body)
    page = agent.get(f"{kept.path}?version={kept.version_id}&passage=1").text
    assert changed in page
    assert "条目现在写的是：第二条 浮桥夜间二十三时关闭，次日六时开放。" in page
    assert len(_rects(page, "og-clause")) >= 1
    beside = "条目现在写的，和原件不同"  # the page opens at the mark, below the note
    assert beside in page
    assert beside not in agent.get(f"{ferry.path}?version={ferry.version_id}&passage=1").text
    assert changed not in agent.get(f"{kept.path}?version={kept.version_id}&passage=0").text
    assert changed not in agent.get(f"{ferry.path}?version={ferry.version_id}&passage=1").text
    written = keep(ferry_pdf() + b"\n\n", "新写.pdf", read=BODY, body="桥头设岗亭两处。\n")
    lost = agent.get(f"{written.path}?version={written.version_id}&passage=0").text
    assert changed in lost
    assert "原件里没有同样的文字，条目里改过。" in lost


def test_a_row_is_compared_with_the_table_that_was_read(login_as: Login, keep: Keep):
    table = "| 桥 | 关闭 |\n| --- | --- |\n| 浮桥 | 二十二时 |\n| 石桥 | 不关 |\n"
    agent = login_as(Role.AGENT)
    changed = "这一段在条目里改过"
    kept = keep(ferry_pdf() + b"\n", "表.pdf", body=table.replace("不关", "零时"), read=table)
    as_read, other = (
        agent.get(f"{kept.path}?version={kept.version_id}&passage={row}").text for row in (0, 1)
    )
    assert "桥：浮桥；关闭：二十二时" in as_read
    assert changed not in as_read
    assert "桥：石桥；关闭：零时" in other
    assert changed in other


def test_everybody_reads_the_original_of_a_public_entry_also_where_it_has_no_pages(
    client: FlaskClient, login_as: Login, keep: Keep
):
    text = keep("浮桥".encode(), "浮桥.txt")
    mail = keep(b"From: lin@example.org\r\nSubject: x\r\n\r\n", "转发.eml", file_type="eml")
    for kept, is_named in ((text, True), (mail, False)):
        public = f"/originals/public/{kept.file_id}"
        assert (
            f'href="{public}?version={kept.version_id}"'
            in client.get(f"/entry/{kept.item_id}").text
        )
        page = client.get(public).text
        assert "下面是从原件读出的文字" in page
        assert CLAUSE in page
        assert "下载原件" not in page
        # A mail has addresses and attachments: its name and the file itself stay with its unit.
        assert ((".txt" in page) or (".eml" in page)) == is_named
    hidden = keep("桥面".encode(), "桥面.txt", audience=Audience.INTERNAL)
    assert client.get(f"/originals/public/{hidden.file_id}").status_code == 404
    cut = keep("桥墩".encode(), "桥墩.txt", read=f"{BODY}\n\n管理员甘棠，电话13900000000。\n")
    page = client.get(f"/originals/public/{cut.file_id}").text
    assert "13900000000" not in page
    assert "看原件" not in client.get(f"/entry/{cut.item_id}").text


def test_a_broken_file_says_so_and_shows_the_text(login_as: Login, keep: Keep):
    kept = keep(b"%PDF-1.7\nbroken", "坏.pdf")
    page = login_as(Role.EDITOR).get(kept.path)
    assert page.status_code == 200
    assert "PDF 已损坏或没有传完整" in page.text
    assert "没有可显示的页面图" not in page.text
    assert "浮桥夜间二十二时关闭" in page.text


def test_the_entry_leads_to_the_page_its_clause_is_on(login_as: Login, ferry: Kept):
    agent = login_as(Role.AGENT)
    page = agent.get(f"/desk/entry/{ferry.item_id}?passage=1").text
    assert "看原文第" in page
    link = re.search(rf'href="({ferry.path}\?[^"]*passage=1[^"]*)"', page)
    assert link is not None
    shown = agent.get(link[1].replace("&amp;", "&").partition("#")[0]).text
    assert len(_rects(shown, "og-clause")) == 2


def test_pages_on_disk_stay_within_their_bound(app: Flask, ferry: Kept, database: Database):
    services = app.extensions["yingda"]
    with database.reading() as session:
        sha256 = session.get_one(StoredFile, ferry.file_id).sha256
    images = PageImages(services.settings.data_folder / "page_images", services.files, max_bytes=1)
    images.page(sha256, 1, 700)
    images.page(sha256, 2, 700)
    assert [path.stem for path in images.folder.glob("*.png")] == [f"{sha256}-2-700"]
    assert [path.stem for path in images.folder.glob("*.json")] == [f"{sha256}-2-700"]


def test_pages_that_another_process_removed_and_what_it_left_half_drawn_are_no_error(
    app: Flask, ferry: Kept, database: Database
):
    services = app.extensions["yingda"]
    with database.reading() as session:
        sha256 = session.get_one(StoredFile, ferry.file_id).sha256
    images = PageImages(services.settings.data_folder / "page_images", services.files, max_bytes=1)
    images.folder.mkdir(parents=True, exist_ok=True)
    (images.folder / "gone-1-700.png").symlink_to(images.folder / "removed")  # listed, then gone
    old, new = images.folder / ".drawing-old", images.folder / ".drawing-new"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert images.page(sha256, 1, 700).pages == 2
    assert (old.exists(), new.exists()) == (False, True)


def test_everybody_sees_the_pages_of_a_public_entry_with_the_clause_marked(
    client: FlaskClient, ferry: Kept
) -> None:
    entry = client.get(f"/entry/{ferry.item_id}").text
    assert "看原件" in entry
    places = re.findall(r'href="(/originals/public/[^"]+)">原件第', entry)
    assert len(places) == 2  # two pages, each from the clause that begins it
    page = client.get(places[1].replace("&amp;", "&").partition("#")[0])
    assert page.status_code == 200
    assert 'name="page" value="2"' in page.text
    assert len(_rects(page.text, "og-clause")) == 2
    assert f'href="/entry/{ferry.item_id}#p1"' in page.text
    assert "下载原件" not in page.text
    picture = client.get(f"/originals/public/{ferry.file_id}/pages/2.png")
    assert picture.mimetype == "image/png"


def test_the_public_sees_no_original_of_what_is_not_public(
    client: FlaskClient, keep: Keep, database: Database, clock: ManualClock
) -> None:
    draft = keep(ferry_pdf(), "草稿.pdf", published=False)
    internal = keep(ferry_pdf(), "内部.pdf", audience=Audience.INTERNAL)
    taken_out = keep(ferry_pdf(), "下架.pdf")
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, taken_out.item_id)
        withdrawing.withdraw(session, item, actor=EDITOR, now=clock(), reason="有误")
    for kept in (draft, internal, taken_out):
        for end in ("", "/pages/1.png"):
            path = f"/originals/public/{kept.file_id}{end}"
            assert client.get(path).status_code == 404, path


def test_a_version_that_was_internal_keeps_its_original_from_the_public(
    client: FlaskClient, keep: Keep, database: Database, clock: ManualClock
) -> None:
    first = keep(ferry_pdf(), "内部一版.pdf", audience=Audience.INTERNAL)
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, first.item_id)
        text = entries.Content(KnowledgeKind.POLICY, "浮桥通行管理办法", "第一条 公开。\n")
        second = entries.create_version(session, item, content=text, actor=EDITOR, now=clock())
        publishing.publish(session, second, actor=EDITOR, now=clock())
    assert client.get(f"/entry/{first.item_id}").status_code == 200
    assert client.get(f"/originals/public/{first.file_id}").status_code == 404


def test_the_original_of_an_internal_version_stays_hidden_when_the_next_is_public(
    client: FlaskClient, keep: Keep, database: Database, clock: ManualClock
) -> None:
    first = keep(ferry_pdf(), "内部一版.pdf", audience=Audience.INTERNAL)
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, first.item_id)
        text = entries.Content(KnowledgeKind.POLICY, "浮桥通行管理办法", "第一条 公开。\n")
        # 新建一版 keeps the original.
        second = entries.create_version(
            session, item, content=text, actor=EDITOR, now=clock(), file_id=first.file_id
        )
        publishing.publish(session, second, actor=EDITOR, now=clock())
    assert "看原件" not in client.get(f"/entry/{first.item_id}").text
    page = client.get(f"/originals/public/{first.file_id}")
    assert (page.status_code, "第一条 公开" in page.text) == (200, True)
    assert "内部一版.pdf" not in page.text
    assert '<h1 class="og-name">浮桥通行管理办法</h1>' in page.text
    assert client.get(f"/originals/public/{first.file_id}/pages/1.png").status_code == 404


def test_a_mail_is_handed_out_to_its_unit_and_editors_only(login_as: Login, keep: Keep) -> None:
    mail = keep(b"From: lin@example.org\r\nSubject: x\r\n\r\n", "转发.eml", file_type="eml")
    agent, own = login_as(Role.AGENT), login_as(Role.UNIT_CLERK)
    assert agent.get(mail.path).status_code == 200  # what its entry says
    assert "下载原件" not in agent.get(mail.path).text
    assert agent.get(f"{mail.path}/file").status_code == 404
    assert own.get(f"{mail.path}/file").status_code == 200


def test_a_file_is_handed_out_only_with_attachments_that_are_published(
    login_as: Login, keep: Keep, database: Database, clock: ManualClock
) -> None:
    mail = keep(b"with an attachment", "公文.ofd")
    inside = keep(ferry_pdf(), "附件.pdf", published=False)
    with database.unit_of_work() as session:
        session.add(FileAttachment(file_id=inside.file_id, parent_id=mail.file_id))
    agent, own = login_as(Role.AGENT), login_as(Role.UNIT_CLERK)
    assert agent.get(mail.path).status_code == 200  # what its own entry says
    assert "下载原件" not in agent.get(mail.path).text
    assert agent.get(f"{mail.path}/file").status_code == 404
    assert own.get(f"{mail.path}/file").status_code == 200
    with database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, inside.version_id)
        publishing.publish(session, version, actor=EDITOR, now=clock())
    assert agent.get(f"{mail.path}/file").status_code == 200


def test_a_withheld_file_with_pages_is_not_said_to_have_none(
    login_as: Login, keep: Keep, database: Database
) -> None:
    outer = keep(ferry_pdf(), "公文.pdf", read=BODY)
    inside = keep(b"inside", "附件.txt", published=False)
    with database.unit_of_work() as session:
        session.add(FileAttachment(file_id=inside.file_id, parent_id=outer.file_id))
    page = login_as(Role.AGENT).get(outer.path).text
    assert "下面是从原件读出的文字，没有改动过。" in page
    assert "没有可显示的页面图" not in page


def test_the_original_of_a_draft_leads_back_to_the_draft(login_as: Login, keep: Keep) -> None:
    draft = keep(ferry_pdf(), "草稿.pdf", published=False)
    page = login_as(Role.UNIT_CLERK).get(draft.path).text
    assert f'<a href="/units/versions/{draft.version_id}">浮桥通行管理办法</a>' in page


def test_an_original_that_says_more_than_its_text_is_public_only_when_a_reviewer_says_so(
    client: FlaskClient, login_as: Login, keep: Keep, database: Database
) -> None:
    cut = keep(ferry_pdf(), "删节.pdf", read=f"{BODY}\n\n管理员甘棠，电话13900000000。\n")
    with database.unit_of_work() as session:
        other = Unit(name="澜川市林业局")
        session.add(other)
    stranger = login_as(Role.UNIT_CLERK, name="other", unit_id=other.id)
    public = f"/originals/public/{cut.file_id}"

    def seen() -> list[int]:
        pictures = client.get(f"{public}/pages/1.png"), stranger.get(f"{cut.path}/pages/1.png")
        return [answer.status_code for answer in (*pictures, stranger.get(f"{cut.path}/file"))]

    assert seen() == [404, 404, 404]
    assert "看原件" not in client.get(f"/entry/{cut.item_id}").text
    page = client.get(public)
    assert (page.status_code, "这份原件不公开" in page.text) == (200, True)
    assert "删节.pdf" not in page.text
    assert "删节.pdf" not in stranger.get(cut.path).text
    # The centre and the unit work with it as before.
    for own in (login_as(Role.AGENT), login_as(Role.UNIT_CLERK, name="own")):
        assert own.get(f"{cut.path}/pages/1.png").status_code == 200

    editor = login_as(Role.EDITOR)
    version = f"/units/versions/{cut.version_id}"
    told = editor.get(version).text
    assert "管理员甘棠，电话13900000000" in told
    form = {"csrf_token": csrf_token(editor, version), "allowed": "yes"}
    assert editor.post(f"{version}/original", data=form).status_code == 302
    assert seen() == [200, 200, 200]
    assert "看原件" in client.get(f"/entry/{cut.item_id}").text
    assert "允许公开原件" in editor.get(version).text
    editor.post(f"{version}/original", data=form | {"allowed": "no"})
    assert seen() == [404, 404, 404]


def test_a_clerk_does_not_open_an_original(login_as: Login, keep: Keep) -> None:
    cut = keep(ferry_pdf(), "删节.pdf", read=f"{BODY}\n\n多出一段。\n")
    clerk = login_as(Role.UNIT_CLERK)
    version = f"/units/versions/{cut.version_id}"
    assert "看过了，公开原件" not in clerk.get(version).text
    form = {"csrf_token": csrf_token(clerk, version), "allowed": "yes"}
    assert clerk.post(f"{version}/original", data=form).status_code == 403
