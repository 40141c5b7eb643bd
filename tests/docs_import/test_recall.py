"""The measure of found text: shares worked by hand, references of every kind, the exit code."""

import json
from pathlib import Path

import pytest

from bench.pdf_writer import Sheet, write_pdf
from docs_import.recall import main, measure, normal, share
from docs_import.recall_reference import reference_text
from tests.docs_import.ofd_samples import ofd, text
from tests.docs_import.samples import docx, paragraph, shared

LINE = "云汀市公共租赁住房补贴按月发放，具体标准由市住房局公布。"


def test_shares_count_every_character_as_often_as_it_stands():
    assert share("甲甲乙丙", "丙甲丁", 1) == 0.5
    assert share("甲乙丙丁", "乙丙丁", 3) == 0.5
    assert share("", "甲", 1) == 1.0
    assert normal("Ａ１ ，b-_\n") == "a1b"


def test_each_format_has_a_reference_of_its_own(tmp_path: Path):
    (tmp_path / "a.txt").write_bytes(LINE.encode("gb18030"))
    body = paragraph(LINE) + "<w:p><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom></w:p>"
    (tmp_path / "b.docx").write_bytes(docx(body))
    (tmp_path / "c.ofd").write_bytes(ofd([text(30, 50, LINE[:20]) + text(100, 285, "— 1 —")]))
    sheet = Sheet()
    sheet.text(74, 100, LINE)
    sheet.centred(810, "— 1 —", 10)
    (tmp_path / "d.pdf").write_bytes(write_pdf([sheet]))
    wanted = {"a.txt": LINE, "b.docx": LINE, "c.ofd": LINE[:20], "d.pdf": LINE}
    for name, line in wanted.items():
        assert normal(reference_text(tmp_path / name) or "") == normal(line)
    rows = measure(tmp_path)
    assert [(row.file, row.found) for row in rows] == [(name, 1.0) for name in wanted]


def test_a_file_below_the_bar_is_named_and_the_command_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text(LINE, "utf-8")
    corpus = tmp_path / "corpus.jsonl"
    # 28 of the reference's 34 letters stand in the file.
    corpus.write_text(
        json.dumps({"id": "x", "title": "住房", "text": LINE + "另附申请表一"}), "utf-8"
    )
    assert main([str(folder), "--reference", str(corpus), "--json"]) == 1
    result = json.loads(capsys.readouterr().out)
    assert result["summary"]["below"] == ["a.txt"]
    letters = len(normal(LINE))
    assert result["rows"][0]["found"] == pytest.approx(letters / (letters + 6))
    assert main([str(folder)]) == 0


def test_scans_and_refused_files_are_told_and_not_judged(tmp_path: Path):
    (tmp_path / "a.pdf").write_bytes(write_pdf([Sheet()]))
    (tmp_path / "b.docx").write_bytes(b"PK\x03\x04 broken")
    states = [row.state for row in measure(tmp_path)]
    assert states[0].startswith("扫描件")
    assert states[1].startswith("corrupt：")


def test_all_digital_samples_are_at_the_bar():
    folder = shared("import_samples")
    judged = [row for row in measure(folder) if row.found is not None]
    assert len(judged) >= 12
    assert [row.file for row in judged if (row.found or 0) < 0.99] == []
