"""The recogniser on real official pages: the shares that may not fall."""

from __future__ import annotations

import json

from docs_import.measure import PRECISION, RECALL, main, measure, same, summary
from tests.docs_import.samples import shared


def test_real_pages_are_read_and_their_particulars_right():
    folder = shared("guangzhou", "html")
    rows = measure(folder, shared("guangzhou", "corpus.jsonl"))
    counts = summary(rows)
    assert counts["read"] + counts["refused"] == counts["files"]
    assert all(row.state == "ok" or "没有正文" in row.state for row in rows)
    for key in ("document_number", "issuing_authority", "issued_on"):
        assert counts[key]["precision"] >= PRECISION, key
        assert counts[key]["recall"] >= RECALL, key


def test_a_folder_is_compared_with_its_reference(tmp_path, capsys):
    text = (
        "云民规〔2025〕3号\n关于提高标准的通知\n"
        "现将临时救助标准提高到一千元，请遵照执行。本通知自印发之日起施行。\n云汀市民政局\n2025年3月1日"
    )
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text(text, encoding="utf-8")
    (folder / "b.txt").write_bytes(b"")
    reference = tmp_path / "reference.jsonl"
    item = {"title": "关于提高标准的通知", "text": text, "document_number": "云民规〔2025〕3号",
            "issuing_authority": "云汀市财政局", "issued_on": "2025-03-01",
            "valid_from": "2025-03-01", "valid_until": ""}  # fmt: skip
    reference.write_text(json.dumps(item, ensure_ascii=False), encoding="utf-8")
    assert main([str(folder), "--reference", str(reference), "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)["summary"]
    assert (counts["files"], counts["read"], counts["refused"]) == (2, 1, 1)
    assert counts["document_number"] == {
        "right": 1, "found": 1, "printed": 1, "precision": 1.0, "recall": 1.0,
    }  # fmt: skip
    # 云汀市财政局 is not printed in the file, so it is not judged.
    assert counts["issuing_authority"]["printed"] == 0
    assert counts["issuing_authority"]["recall"] is None
    # Read by hand: a day from the issue on is printed, an end is not, so finding none is right.
    assert (counts["valid_from"]["right"], counts["valid_from"]["printed"]) == (1, 1)
    assert counts["valid_until"]["found"] == 0


def test_the_leading_one_of_joint_authorities_must_agree():
    assert same("issuing_authority", "云汀市民政局、云汀市财政局", "云汀市民政局、市财政局")
    assert not same("issuing_authority", "云汀市人民政府", "云汀市人民政府办公厅")
