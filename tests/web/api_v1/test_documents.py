"""POST /documents: kept, read, answered once; refused with a sentence."""

import io
import threading
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from kb.models import IdempotencyRecord, KnowledgeItem, StoredFile
from kb.services import idempotency
from kb.services.batch_settling import settle_for
from kb.services.files import FileStore
from kb.terms import Role
from tests.web.api_v1.city import EDITOR, ApiClient, City
from webapp.api_v1 import documents

TEXT = """关于调整居民医保缴费标准的通知

澜医保发〔2026〕3号

各区县医保局：

一、2026年度居民医保个人缴费标准为每人380元。

二、集中缴费期为2026年9月1日至12月31日。

澜川市医疗保障局

2026年4月15日
"""


def _said(answer: TestResponse) -> dict[str, str]:
    """The sentence about each field."""
    return {row["name"]: row["message"] for row in answer.json["error"]["fields"]}


@pytest.mark.parametrize("as_form", [False, True])
def test_an_unknown_field_is_named_with_those_that_are_known(
    client: FlaskClient, city: City, as_form: bool
) -> None:
    sent = {"title": "调整缴费标准", "text": TEXT, "docNumber": "澜医保发〔2026〕3号"}
    token = city.token(Role.UNIT_CLERK)
    if as_form:
        sent = {"title": "调整", "docNumber": "3号"}
        answer = client.post(
            "/api/v1/documents",
            data={**sent, "file": (io.BytesIO(TEXT.encode()), "通知.txt")},
            headers={"Authorization": f"Bearer {token}"},
        )
    else:
        answer = ApiClient(client, token).post("/documents", sent)
    assert answer.status_code == 422
    error = answer.json["error"]
    assert error["message"].startswith("docNumber：没有这一项；可以写的有：")
    known = _said(answer)["docNumber"].partition("可以写的有：")[2].split("、")
    assert {"title", "kind", "document_number", "issued_on", "publish"} <= set(known)
    assert ("text" in known) != as_form
    assert "docNumber" not in known
    assert _items(city) == 0


def test_an_unknown_fact_is_named_with_those_that_are_known(
    client: FlaskClient, city: City
) -> None:
    sent = {"title": "缴费", "text": TEXT, "facts": {"tel": "0000-1234567"}}
    answer = _clerk(client, city).post("/documents", sent)
    assert answer.status_code == 422
    [(name, sentence)] = _said(answer).items()
    assert name.startswith("facts.tel")
    assert "phone" in sentence.split("：")[1].split("、")


def _clerk(client: FlaskClient, city: City) -> ApiClient:
    return ApiClient(client, city.token(Role.UNIT_CLERK))


def _items(city: City) -> int:
    with city.database.reading() as session:
        return session.scalar(select(func.count()).select_from(KnowledgeItem)) or 0


def test_text_becomes_a_draft_with_what_was_recognised(client: FlaskClient, city: City) -> None:
    api = _clerk(client, city)
    sent = {
        "title": "调整缴费标准",
        "text": TEXT,
        "kind": "notice",
        "category": "社会保障/居民医保",
    }
    answer = api.post("/documents", sent)
    assert answer.status_code == 201, answer.text
    body = answer.json
    assert body["state"] == "draft"
    assert body["title"] == "调整缴费标准"
    assert body["unit_id"] == city.unit_id
    assert body["document_number"] == "澜医保发〔2026〕3号"
    assert body["issued_on"] == "2026-04-15"
    assert body["recognised"]["document_number"]["value"] == "澜医保发〔2026〕3号"
    assert any("每人380元" in passage["text"] for passage in body["passages"])
    assert body["passage_count"] == len(body["passages"])
    assert api.get(f"/documents/{body['id']}").json["version_id"] == body["version_id"]


def test_what_the_sender_states_wins(client: FlaskClient, city: City) -> None:
    sent = {"title": "通知", "text": TEXT, "issued_on": "2026-04-20", "valid_until": "2026-12-31"}
    body = _clerk(client, city).post("/documents", sent).json
    assert (body["issued_on"], body["valid_until"]) == ("2026-04-20", "2026-12-31")


def test_facts_alone_make_an_entry(client: FlaskClient, city: City) -> None:
    facts = {"phone": "0999-1234567", "hours": "工作日 9:00—17:00"}
    sent = {"title": "医保中心咨询电话", "kind": "contact", "facts": facts}
    answer = _clerk(client, city).post("/documents", sent)
    assert answer.status_code == 201
    assert answer.json["file_id"] is None
    assert "0999-1234567" in answer.json["passages"][0]["text"]


def test_an_uploaded_file_is_read(client: FlaskClient, city: City, files: FileStore) -> None:
    upload = {"file": (io.BytesIO(TEXT.encode()), "缴费通知.txt"), "kind": "notice"}
    answer = _clerk(client, city).open("POST", "/documents", data=upload)
    assert answer.status_code == 201, answer.text
    assert answer.json["kind"] == "notice"
    assert answer.json["document_number"] == "澜医保发〔2026〕3号"
    assert len(list(files.hashes())) == 1


def test_the_same_file_again_is_a_conflict_that_names_the_first(
    client: FlaskClient, city: City
) -> None:
    api = _clerk(client, city)

    def push() -> object:
        return api.open("POST", "/documents", data={"file": (io.BytesIO(TEXT.encode()), "a.txt")})

    first, second = push(), push()
    assert second.status_code == 409
    error = second.json["error"]
    assert error["code"] == "duplicate"
    assert error["context"]["existing_id"] == first.json["id"]
    assert error["fields"] == [{"name": "existing_id", "message": str(first.json["id"])}]
    assert _items(city) == 1


def test_an_unreadable_file_is_refused_and_kept(
    client: FlaskClient, city: City, files: FileStore
) -> None:
    answer = _clerk(client, city).open(
        "POST", "/documents", data={"file": (io.BytesIO(b"%PDF-1.7 broken"), "坏的.pdf")}
    )
    assert answer.status_code == 422
    error = answer.json["error"]
    assert "原件已留存" in error["message"]
    with city.database.reading() as session:
        stored = session.get_one(StoredFile, error["context"]["file_id"])
        assert stored.name == "坏的.pdf"
        assert stored.read_state == "failed"
        assert files.path(stored.sha256).read_bytes() == b"%PDF-1.7 broken"
    assert _items(city) == 0


def test_the_same_key_gives_the_same_answer(client: FlaskClient, city: City) -> None:
    api = _clerk(client, city)
    key = {"Idempotency-Key": "k-1"}
    sent = {"title": "通知", "text": TEXT}
    first = api.post("/documents", sent, headers=key)
    again = api.post("/documents", sent, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    other = api.post("/documents", {"title": "别的", "text": TEXT}, headers=key)
    assert other.status_code == 422
    assert other.json["error"]["code"] == "idempotency_key_reused"
    assert _items(city) == 1


def test_a_refused_request_frees_its_key(client: FlaskClient, city: City) -> None:
    api = _clerk(client, city)
    key = {"Idempotency-Key": "k-2"}
    wrong = {"title": "通知", "text": TEXT, "category": "没有/这一类"}
    assert api.post("/documents", wrong, headers=key).status_code == 422
    right = {"title": "通知", "text": TEXT}
    assert api.post("/documents", right, headers=key).status_code == 201


def test_a_key_belongs_to_one_person(client: FlaskClient, city: City) -> None:
    key = {"Idempotency-Key": "k-3"}
    sent = {"title": "通知", "text": TEXT}
    other = city.other_unit()
    first = _clerk(client, city).post("/documents", sent, headers=key)
    second = ApiClient(client, city.token(Role.UNIT_CLERK, unit_id=other)).post(
        "/documents", sent, headers=key
    )
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["id"] != second.json["id"]


def test_a_key_belongs_to_one_token_of_a_person(client: FlaskClient, city: City) -> None:
    first_token, second_token = city.tokens(Role.UNIT_CLERK)
    key = {"Idempotency-Key": "20260507-001"}
    first, second = ApiClient(client, first_token), ApiClient(client, second_token)
    one = first.post("/documents", {"title": "通知", "text": TEXT}, headers=key)
    other = second.post("/documents", {"title": "公告", "text": "停水两天。"}, headers=key)
    assert (one.status_code, other.status_code) == (201, 201)
    assert _items(city) == 2


FACTS = {"title": "医保窗口在哪里", "kind": "qa", "facts": {"conclusion": "在青石路 3 号。"}}


@pytest.mark.parametrize("sent", [{"title": "通知", "text": TEXT}, FACTS], ids=["text", "facts"])
@pytest.mark.parametrize("broken", ["settle", "answer"])
def test_a_request_whose_answer_was_lost_is_answered_as_it_was_done(
    client: FlaskClient,
    city: City,
    monkeypatch: pytest.MonkeyPatch,
    sent: dict[str, object],
    broken: str,
) -> None:
    def die(*_given: object) -> None:
        raise SystemExit

    api, key = ApiClient(client, city.token(Role.EDITOR)), {"Idempotency-Key": "k-4"}
    body = sent | {"publish": True, "unit_id": city.unit_id}
    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        if broken == "settle":  # the process ended before the answer was written
            patched.setattr(idempotency, "settle", die)
        else:  # it ended before the work was done
            patched.setattr(documents, "document_json", die)
        api.post("/documents", body, headers=key)
    city.clock.forward(minutes=3)
    answer = api.post("/documents", body, headers=key)
    assert (answer.status_code, answer.json["state"]) == (201, "published")
    assert _items(city) == 1


def test_a_file_kept_before_the_process_ended_is_read_and_published_by_the_repeat(
    client: FlaskClient, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_given: object) -> None:
        raise SystemExit

    api, key = ApiClient(client, city.token(Role.EDITOR)), {"Idempotency-Key": "k-5"}
    body = {"title": "通知", "text": TEXT, "publish": True, "unit_id": city.unit_id}
    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(documents, "read_document", die)
        api.post("/documents", body, headers=key)
    answer = api.post("/documents", body, headers=key)
    assert (answer.status_code, answer.json["state"]) == (201, "published")
    with city.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 1


def test_two_at_once_with_one_key_make_one_entry(app: Flask, city: City) -> None:
    token = city.token(Role.UNIT_CLERK)
    barrier, answers = threading.Barrier(2), []

    def push() -> None:
        api = ApiClient(app.test_client(), token)
        barrier.wait()
        sent = {"title": "通知", "text": TEXT}
        answers.append(api.post("/documents", sent, headers={"Idempotency-Key": "both"}))

    threads = [threading.Thread(target=push) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(answer.status_code for answer in answers)
    # The slower one gets the same answer, or is told to come back when the first takes too long.
    assert statuses in ([201, 201], [201, 409])
    if statuses == [201, 201]:
        assert answers[0].json == answers[1].json
    assert _items(city) == 1
    with city.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyRecord)) == 1


def test_bad_bodies_name_their_fields(client: FlaskClient, city: City) -> None:
    api = _clerk(client, city)
    for sent, name in (
        ({"text": "x"}, "title"),
        ({"title": "x", "text": "x", "state": "published"}, "state"),
        ({"title": "x", "text": "x", "kind": "novel"}, "kind"),
        ({"title": "x", "text": "x", "issued_on": "昨天"}, "issued_on"),
        ({"title": "x" * 301, "text": "x"}, "title"),
        ({"title": "x"}, "body"),
        ({"title": "\ud800", "text": "x"}, "title"),
        ({"title": "x", "facts": {"colour": "红"}}, "facts.colour.key"),
        ({"title": "x", "facts": {"fee": 5}}, "fee"),
        ({"title": "x", "text": "x", "unit_id": 987_654}, "unit_id"),
        ({"title": "x", "text": "x", "unit_id": 10**30}, "unit_id"),
        (
            {"title": "x", "text": "x", "valid_from": "2026-02-01", "valid_until": "2026-01-01"},
            "valid_until",
        ),
    ):
        answer = api.post("/documents", sent)
        assert answer.status_code == 422, (sent, answer.text)
        names = [field["name"] for field in answer.json["error"]["fields"]]
        assert name in names, (sent, names)
    assert _items(city) == 0


def test_what_is_not_json_is_refused(client: FlaskClient, city: City) -> None:
    api = _clerk(client, city)
    for data in (b"{", b"[" * 100_000, b'{"title": ' + b"9" * 5000 + b"}", b"\xff\xfe"):
        answer = api.open("POST", "/documents", data=data, content_type="application/json")
        assert answer.status_code == 400, data[:20]
        assert answer.json["error"]["code"] == "malformed_json"
    listed = api.open("POST", "/documents", data=b"[]", content_type="application/json")
    assert listed.status_code == 422
    plain = api.open("POST", "/documents", data=b"title=x", content_type="text/plain")
    assert plain.status_code == 415


def test_a_unit_does_not_push_for_another(client: FlaskClient, city: City) -> None:
    other = city.other_unit()
    sent = {"title": "通知", "text": TEXT, "unit_id": other}
    answer = _clerk(client, city).post("/documents", sent)
    assert answer.status_code == 403
    assert _items(city) == 0


def test_another_units_draft_is_not_there(client: FlaskClient, city: City) -> None:
    draft = city.draft("本单位草稿")
    other = ApiClient(client, city.token(Role.UNIT_CLERK, unit_id=city.other_unit()))
    missing = other.get("/documents/987654")
    foreign = other.get(f"/documents/{draft}")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.json["error"]["message"] == missing.json["error"]["message"]
    assert _clerk(client, city).get(f"/documents/{draft}").status_code == 200


def test_publishing_at_once_is_for_those_whose_word_is_enough(
    client: FlaskClient, city: City
) -> None:
    sent = {"title": "调整缴费标准", "text": TEXT, "kind": "notice", "publish": True}
    refused = _clerk(client, city).post("/documents", sent)
    assert refused.status_code == 403
    assert _items(city) == 0
    editor = ApiClient(client, city.token(Role.EDITOR))
    answer = editor.post("/documents", sent | {"unit_id": city.unit_id})
    assert answer.status_code == 201, answer.text
    assert (answer.status_code, answer.json["state"]) == (201, "published")


TABLE = "问题,答案\n居住证怎么办,到派出所办理。\n校车怎么坐,\n午餐多少钱,每餐十二元。\n"


def test_a_table_becomes_a_draft_a_row_and_says_what_failed(
    client: FlaskClient, city: City, files: FileStore
) -> None:
    api = _clerk(client, city)

    def push() -> dict[str, object]:
        upload = {"file": (io.BytesIO(TABLE.encode("gbk")), "问答.csv")}
        answer = api.open("POST", "/documents", data=upload)
        assert answer.status_code == 201, answer.text
        return answer.json

    body = push()
    counts = body["counts"]
    assert (counts["settled"], counts["failed"], body["state"]) == (2, 1, "ready")
    by_row = {entry["row"]: entry for entry in body["entries"]}
    assert by_row[3]["outcome"] == "failed"
    assert "答案" in by_row[3]["reason"]
    made = api.get(f"/documents/{by_row[2]['item_id']}").json
    assert (made["title"], made["kind"], made["state"]) == ("居住证怎么办", "qa", "draft")
    again = push()
    assert [again["counts"][name] for name in ("duplicate", "settled")] == [2, 0]
    assert _items(city) == 2


def test_an_archive_becomes_a_batch_that_is_read_later(
    client: FlaskClient, city: City, files: FileStore
) -> None:
    api, archive = _clerk(client, city), io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("通知.txt", TEXT)
    upload = {"file": (io.BytesIO(archive.getvalue()), "打包.zip")}
    answer = api.open("POST", "/documents", data=upload)
    assert (answer.status_code, answer.json["state"]) == (202, "reading")
    seen = api.get(f"/batches/{answer.json['batch_id']}")
    assert (seen.status_code, seen.json["counts"]["waiting"]) == (200, 1)
    nothing = api.post(f"/batches/{answer.json['batch_id']}/orders", {"how": "draft"})
    assert nothing.status_code == 422
    other = ApiClient(client, city.token(Role.UNIT_CLERK, unit_id=city.other_unit()))
    assert other.get(f"/batches/{answer.json['batch_id']}").status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "counts", "items"),
    [
        ("问答.csv", TABLE.encode("gbk"), {"new": 2, "failed": 1}, 2),
        ("缴费通知.txt", TEXT.encode(), {"new": 1, "failed": 0}, 1),
    ],
)
def test_a_dry_run_tells_what_would_be_and_drafts_nothing(
    client: FlaskClient,
    city: City,
    files: FileStore,
    name: str,
    data: bytes,
    counts: dict[str, int],
    items: int,
) -> None:
    api = _clerk(client, city)
    upload = {"file": (io.BytesIO(data), name), "dry_run": "true"}
    answer = api.open("POST", "/documents", data=upload)
    assert answer.status_code == 202, answer.text
    assert {key: answer.json["counts"][key] for key in counts} == counts
    assert _items(city) == 0
    ordered = api.post(f"/batches/{answer.json['batch_id']}/orders", {"how": "draft"})
    assert ordered.status_code == 202, ordered.text
    settle_for(city.database, answer.json["batch_id"], EDITOR, city.clock, 15.0)
    assert _items(city) == items
