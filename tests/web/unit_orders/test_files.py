"""Files of an order: whole, hashed, looked at in place, limited, and only by those concerned."""

import hashlib

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import Job, OrderFile
from kb.services.files import FileStore
from kb.services.stored_files import SCAN_JOB
from kb.terms import Role, ScanState
from tests.kb.hotline import PROFILE
from tests.web.conftest import Login, ManualClock
from tests.web.unit_orders.conftest import (
    MAX_BYTES,
    MP3,
    PNG,
    Scene,
    path_of,
    send,
    ticked_files,
    upload,
)
from webapp import create_app
from webapp.settings import Settings


def noted(client: FlaskClient, scene: Scene, name: str, data: bytes) -> OrderFile:
    answer = send(client, scene.order, "noted", text="见附件", files=[upload(name, data)])
    assert answer.status_code == 302, answer.text
    return scene.stored(scene.order).files[-1]


def test_a_photo_is_stored_whole_with_its_hash_and_drawn_for_the_page(
    clerk: FlaskClient, scene: Scene
) -> None:
    row = noted(clerk, scene, "现场.png", PNG)
    assert (row.sha256, row.size_bytes) == (hashlib.sha256(PNG).hexdigest(), len(PNG))
    base = f"{path_of(scene.order)}/files/{row.id}"
    assert f"{base}/pages/1.png" in clerk.get(path_of(scene.order)).text
    shown = clerk.get(f"{base}/pages/1.png")
    assert shown.status_code == 200
    assert shown.mimetype == "image/png"
    page = clerk.get(base).text
    assert row.sha256 in page
    taken = clerk.get(f"{base}/file")
    assert taken.data == PNG
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert clerk.get(f"{base}/pages/2.png").status_code == 404


def test_a_recording_is_played_in_pieces(clerk: FlaskClient, scene: Scene) -> None:
    row = noted(clerk, scene, "通话.mp3", MP3)
    base = f"{path_of(scene.order)}/files/{row.id}"
    assert "<audio" in clerk.get(path_of(scene.order)).text
    whole = clerk.get(f"{base}?play")
    assert (whole.status_code, whole.mimetype, whole.data) == (200, "audio/mpeg", MP3)
    part = clerk.get(f"{base}?play", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, MP3[:10])
    assert "media-src 'self'" in whole.headers["Content-Security-Policy"]


def test_what_a_name_claims_is_not_believed(clerk: FlaskClient, scene: Scene) -> None:
    row = noted(clerk, scene, "../../照片.png", b"<script>alert(1)</script>")
    assert row.name == "照片.png"
    base = f"{path_of(scene.order)}/files/{row.id}"
    page = clerk.get(base)
    assert "这种文件不能在页面里看" in page.text
    played = clerk.get(f"{base}?play")
    assert played.mimetype == "text/html"  # our own page, not the file
    assert "alert(1)" not in played.text
    assert clerk.get(f"{base}/pages/1.png").status_code == 404


def test_too_large_empty_and_too_many_files_are_refused_with_the_text_kept(
    scene: Scene, clerk: FlaskClient
) -> None:
    big = b"x" * (MAX_BYTES + 1)
    for files, sentence in (
        ([upload("空.txt", b"")], "“空.txt”是空文件"),
        ([upload(f"{n}.txt", b"a") for n in range(21)], "一次最多附 20 个文件"),
        ([upload("大.bin", big)], "MB 的上限"),
    ):
        answer = send(clerk, scene.order, "noted", text="打了很久的字", files=files)
        assert answer.status_code == 422, sentence
        assert sentence in answer.text
        assert "打了很久的字" in answer.text
        assert scene.stored(scene.order).files == []


def test_files_of_a_refused_form_are_kept_for_their_uploader_alone(
    clerk: FlaskClient, login_as: Login, scene: Scene
) -> None:
    refused = send(clerk, scene.order, "returned", text="理由", basis="", files=[upload()])
    assert refused.status_code == 422
    (row,) = scene.stored(scene.order).files
    assert ticked_files(refused.text) == [str(row.id)]
    # Offered again on a fresh page, but not ticked into whatever comes next.
    fresh = clerk.get(path_of(scene.order)).text
    assert f'name="file" value="{row.id}"' in fresh
    assert ticked_files(fresh) == []
    colleague = login_as(Role.UNIT_CLERK, unit_id=scene.water, name="colleague")
    assert row.name not in colleague.get(path_of(scene.order)).text
    assert colleague.get(f"{path_of(scene.order)}/files/{row.id}").status_code == 404
    stolen = send(colleague, scene.order, "noted", text="拿别人的", file=str(row.id))
    assert stolen.status_code == 422
    assert "不是您上传的" in stolen.text


@pytest.mark.parametrize(
    ("state", "sentence"),
    [(ScanState.PENDING, "还在查毒"), (ScanState.INFECTED, "发现病毒")],
)
def test_a_file_that_is_not_clean_is_not_handed_out(
    clerk: FlaskClient, scene: Scene, state: ScanState, sentence: str
) -> None:
    row = noted(clerk, scene, "现场.png", PNG)
    with scene.database.unit_of_work() as session:
        session.get_one(OrderFile, row.id).scan_state = state.value
    base = f"{path_of(scene.order)}/files/{row.id}"
    for path in (f"{base}/file", f"{base}/pages/1.png"):
        assert clerk.get(path).status_code == 409, path
    assert sentence in clerk.get(base).text
    assert "/pages/1.png" not in clerk.get(path_of(scene.order)).text


def test_where_a_scanner_is_set_up_files_wait_for_it(
    settings: Settings, database: Database, clock: ManualClock, scene: Scene, clerk: FlaskClient
) -> None:
    store = FileStore(settings.data_folder / "originals", MAX_BYTES, is_scanned=True)
    app = create_app(settings, database, clock=clock, profile=PROFILE, files=store)
    browser = app.test_client()
    cookie = clerk.get_cookie("yingda_login")
    assert cookie is not None
    browser.set_cookie("yingda_login", cookie.value)
    row = noted(browser, scene, "现场.png", PNG)
    assert row.scan_state == ScanState.PENDING.value
    with database.reading() as session:
        jobs = session.scalars(select(Job.kind)).all()
    assert SCAN_JOB in jobs


def test_the_centre_looks_at_a_file_on_its_page_and_nobody_else_does(
    clerk: FlaskClient, login_as: Login, scene: Scene
) -> None:
    row = noted(clerk, scene, "现场.png", PNG)
    path = f"{path_of(scene.order)}/files/{row.id}"
    dispatcher = login_as(Role.DISPATCHER)
    for looking in (dispatcher, login_as(Role.FOLLOW_UP_AGENT), login_as(Role.AGENT)):
        page = looking.get(path)
        assert page.status_code == 200 and row.sha256 in page.text
        assert f'href="/dispatch/orders/{scene.order}/files/{row.id}"' in page.text
    assert dispatcher.get(f"{path}/pages/1.png").mimetype == "image/png"
    assert f'href="{path}"' in dispatcher.get(f"/dispatch/orders/{scene.order}").text
    assert login_as(Role.LEADER).get(path).status_code == 403
    assert login_as(Role.ADMIN).get(path).status_code == 403
