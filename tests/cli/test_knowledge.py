"""``kb import``, ``kb search``, ``kb check-index`` on files as units send them."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Kb, output

NOTICE = """汀州市教育局关于校车停靠点调整的通知
汀教发〔2026〕7号
各学校：
一、停靠点。青石路停靠点自2026年3月1日起迁至青石小学东门。
二、增设申请。学校可以在每学期开学前20日内提出增设停靠点的申请。
汀州市教育局
2026年2月20日
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six files: two good ones, one archive, and three that cannot be read."""
    folder = tmp_path_factory.mktemp("incoming")
    (folder / "校车通知.txt").write_bytes(NOTICE.encode("gb18030"))
    (folder / "课后服务.md").write_text(
        "# 课后服务收费标准\n\n课后服务每学期收费600元，困难家庭减半。\n", "utf-8"
    )
    with zipfile.ZipFile(folder / "打包.zip", "w") as archive:
        archive.writestr("午餐.md", "# 学校午餐监督办法\n\n家长委员会每月检查一次学校午餐。\n")
    (folder / "空.txt").write_bytes(b"")
    (folder / "假.pdf").write_bytes(b"MZ\x90\x00 this is a program")
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 cut off")
    return folder


@pytest.fixture(scope="module")
def imported(kb: Kb, folder: Path) -> subprocess.CompletedProcess[str]:
    return kb("import", folder, "--unit", "汀州市教育局", "--create-unit", "--publish", "--json")


def test_every_file_is_accounted_for_and_failures_say_why(
    imported: subprocess.CompletedProcess[str],
) -> None:
    report = output(imported)
    by_name = {Path(line["file"]).name: line for line in report["files"]}
    assert {name: line["status"] for name, line in by_name.items()} == {
        "校车通知.txt": "ok",
        "课后服务.md": "ok",
        "午餐.md": "ok",
        "空.txt": "failed",
        "假.pdf": "failed",
        "坏.docx": "failed",
    }
    sentences = [by_name[name]["message"] for name in ("空.txt", "假.pdf", "坏.docx")]
    assert len(set(sentences)) == 3
    assert all(sentence.strip() for sentence in sentences)
    assert imported.returncode == 1


def test_what_was_imported_is_found_and_the_index_equals_the_database(
    kb: Kb, imported: subprocess.CompletedProcess[str]
) -> None:
    assert kb("setup").returncode == 0  # drains the outbox
    found = output(kb("search", "校车停靠点能不能增设", "--json"))
    first = found["results"][0]
    assert first["source"]["document_number"] == "汀教发〔2026〕7号"
    assert first["source"]["issued_on"] == "2026-02-20"
    assert "20日内" in first["clause"]["text"]
    checked = kb("check-index", "--json")
    assert checked.returncode == 0
    assert [target["in_index"] for target in output(checked)["targets"]] == [3, 3]


def test_the_public_finds_it_too_but_not_what_is_internal(
    kb: Kb, imported: subprocess.CompletedProcess[str], tmp_path: Path
) -> None:
    path = tmp_path / "口径.md"
    path.write_text("# 校车投诉内部口径\n\n先安抚，再转教育局校车办。\n", "utf-8")
    arguments = ("--unit", "汀州市教育局", "--audience", "internal", "--publish")
    assert kb("import", path, *arguments).returncode == 0
    kb("setup")
    public = output(kb("search", "校车投诉内部口径", "--audience", "public", "--json"))
    staff = output(kb("search", "校车投诉内部口径", "--json"))
    assert "校车投诉内部口径" not in [card["title"] for card in public["results"]]
    assert staff["results"][0]["title"] == "校车投诉内部口径"


def test_the_same_file_again_is_a_duplicate_and_the_same_number_a_new_version(
    kb: Kb, imported: subprocess.CompletedProcess[str], folder: Path, tmp_path: Path
) -> None:
    again = kb("import", folder / "校车通知.txt", "--unit", "汀州市教育局", "--json")
    assert [line["status"] for line in output(again)["files"]] == ["duplicate"]
    assert again.returncode == 0
    changed = tmp_path / "校车通知（更正）.txt"
    changed.write_text(NOTICE.replace("20日", "30日", 1), "utf-8")
    newer = kb("import", changed, "--unit", "汀州市教育局", "--publish", "--json")
    (line,) = output(newer)["files"]
    assert line["status"] == "new version"
    kb("setup")
    found = output(kb("search", "增设校车停靠点", "--json"))["results"][0]
    assert (found["item_id"], found["version"]) == (line["item_id"], 2)


def test_an_unknown_unit_is_refused_and_the_nearest_named(
    kb: Kb, imported: subprocess.CompletedProcess[str], folder: Path
) -> None:
    done = kb("import", folder / "课后服务.md", "--unit", "汀州教育局")
    assert done.returncode == 1
    assert "汀州市教育局" in done.stderr


def test_a_question_about_nothing_in_the_library_is_not_answered(
    kb: Kb, imported: subprocess.CompletedProcess[str]
) -> None:
    answer = output(kb("search", "宠物火化服务价格", "--json"))
    assert answer["answered"] is False


def test_a_rebuild_makes_the_same_index_again(
    kb: Kb, imported: subprocess.CompletedProcess[str]
) -> None:
    before = output(kb("check-index", "--json"))
    done = output(kb("rebuild-index", "--json"))
    after = output(kb("check-index", "--json"))
    assert done["entries"] == {target["target"]: target["in_index"] for target in before["targets"]}
    assert after["equal"] is True


def test_a_person_is_added_with_a_password_that_is_shown_once(kb: Kb) -> None:
    done = kb("user", "add", "lisi", "--name", "李四", "--role", "agent")
    assert done.returncode == 0
    assert "只显示这一次" in done.stdout
    again = kb("user", "add", "lisi", "--name", "李四", "--role", "agent")
    assert (again.returncode, "已经有人使用" in again.stderr) == (1, True)


def test_settings_with_faults_are_all_named_together(data_folder: Path) -> None:
    import os
    import sys

    from tests.cli.conftest import ROOT

    environment = os.environ | {
        "KB_DATA": str(data_folder),
        "PORT": "many",
        "KB_DATABASE_URL": "mysql://x",
    }
    done = subprocess.run(
        [sys.executable, "-m", "kb", "check-index"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "PORT" in done.stderr
    assert "KB_DATABASE_URL" in done.stderr
