"""``kb import`` of tables and old bases, its dry run, and ``kb watch`` on a real folder."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs_import.read import read_bytes
from tests.cli.conftest import ROOT, Kb, output

OLD_BASE = """知识标题,知识内容,分类,生效日期,责任单位
居住证怎么办,带身份证到派出所办理。,公安/居住证,2026-01-01,汀州市公安局
校车怎么坐,,教育/校车,2026-01-01,汀州市教育局
午餐多少钱,每餐十二元。,教育/午餐,2026-13-01,汀州市教育局
"""
UNIT = ("--unit", "汀州市教育局", "--create-unit")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("old") / "旧知识库.csv"
    path.write_bytes(OLD_BASE.encode("gbk"))
    return path


def _content(data_folder: Path) -> list[str]:
    """Everything in the database."""
    with sqlite3.connect(data_folder / "yingda.sqlite3") as connection:
        return list(connection.iterdump())


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_tells_how_columns_are_read_and_leaves_nothing(
    kb: Kb, base: Path, data_folder: Path
) -> None:
    before = _content(data_folder), _files(data_folder), set(ROOT.iterdir())
    failed = base.parent / "试.xlsx"
    report = output(kb("import", base, *UNIT, "--dry-run", "--json", "--failed-to", failed))
    assert [(line["row"], line["status"]) for line in report["files"]] == [
        (2, "ok"),
        (3, "failed"),
        (4, "failed"),
    ]
    assert report["batch_id"] is None
    assert "知识标题 → 标题" in report["tables"]["旧知识库.csv"]
    titles = [record.title for record in read_bytes(failed.read_bytes(), "试.xlsx").records]
    assert titles == ["校车怎么坐", "午餐多少钱"]
    told = kb("import", base, *UNIT, "--dry-run")
    assert told.returncode == 1
    assert "没有留下任何东西" in told.stdout
    assert "加上 --failed-to 清单.xlsx 再运行一次" in told.stdout
    assert (_content(data_folder), _files(data_folder), set(ROOT.iterdir())) == before


def test_an_old_base_is_brought_in_and_its_failed_rows_come_back_as_a_file(
    kb: Kb, base: Path
) -> None:
    failed = base.parent / "未收录.xlsx"
    done = kb("import", base, *UNIT, "--publish", "--json", "--failed-to", failed)
    report = output(done)
    assert (done.returncode, report["counts"]["ok"], report["counts"]["failed"]) == (1, 1, 2)
    assert report["failed_file"] == str(failed)
    titles = [record.title for record in read_bytes(failed.read_bytes(), "未收录.xlsx").records]
    assert titles == ["校车怎么坐", "午餐多少钱"]
    again = output(kb("import", base, *UNIT, "--json", "--failed-to", failed))
    assert (again["counts"]["duplicate"], again["counts"]["failed"]) == (1, 2)


def test_what_a_person_must_look_at_is_told_and_not_published(kb: Kb, tmp_path: Path) -> None:
    table = tmp_path / "旧库.csv"
    table.write_text(
        "知识标题,知识内容,责任单位,成文日期,生效日期\n"
        "高考报名时间,十一月一日至十日。,汀州市教育局,2026-03-05,2026-01-01\n"
        "借读费还收吗,不收。,汀州市没有的局,2026-03-01,2026-03-01\n",
        "utf-8",
    )
    done = kb("import", table, *UNIT, "--publish", "--json")
    back, astray = output(done)["files"]
    assert done.returncode == 0
    assert (back["status"], astray["status"]) == ("ok", "ok")
    assert back["message"].startswith("存为草稿，没有送审和发布，请核对；施行日期 2026-01-01 早于")
    assert "单位名单里没有“汀州市没有的局”，收在汀州市教育局名下" in astray["message"]
    titles = {row["title"] for row in output(kb("search", "高考什么时候报名", "--json"))["results"]}
    assert "高考报名时间" not in titles


def test_what_is_nearly_there_already_is_kept_as_a_draft(kb: Kb, tmp_path: Path) -> None:
    text = (
        "本市中小学午餐费每餐十二元，由学校按月收取，家庭困难的学生凭证明免交，寄宿生另计晚餐。"
        "食堂每周一公布当周菜谱，家长可以到校陪餐，发现饭菜不洁的，当日报学校后勤处置。"
        "请假三天以上的，凭班主任签字退还未用的餐费，退费在次月十五日前打入原来的卡。"
        "转学、休学的学生办清手续后三个工作日内退清余款，毕业班在离校前统一结算。"
    )
    first, second = tmp_path / "午餐收费通知.txt", tmp_path / "午餐费用通知.txt"
    first.write_text(f"午餐收费通知\n\n{text}", "utf-8")
    second.write_text(f"午餐费用通知\n\n{text.replace('十二元', '十三元')}", "utf-8")
    report = output(kb("import", first, second, *UNIT, "--publish", "--json"))
    near = report["files"][1]
    assert (report["counts"]["failed"], near["status"]) == (0, "ok")
    assert "存为草稿，没有送审和发布" in near["message"]
    found = output(kb("search", "午餐费每餐多少钱", "--json"))
    titles = [card["title"] for card in found["results"]]
    assert "午餐收费通知" in titles
    assert "午餐费用通知" not in titles


@pytest.fixture
def watched(kb: Kb, data_folder: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder with a sub-folder for the unit, and ``kb watch`` on it."""
    folder = tmp_path / "共享"
    (folder / "汀州市教育局").mkdir(parents=True)
    (folder / "不存在的单位").mkdir()
    assert kb("import", __file__, *UNIT, "--json").returncode in (0, 1)  # the unit is there
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("KB_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "kb", "watch", str(folder), "--every", "0.2"],
        cwd=ROOT,
        env=inherited | {"KB_DATA": str(data_folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield folder
    process.send_signal(signal.SIGTERM)
    said, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said.startswith(f"正在看守 {folder}（子文件夹的名称就是推送单位），每 0.2 秒看一次")
    assert "没有单位“不存在的单位”" in errors
    assert "Traceback" not in errors


def wait_for(path: Path) -> Path:
    give_up_at = time.monotonic() + 90
    while not path.exists():
        assert time.monotonic() < give_up_at, sorted(path.parent.parent.rglob("*"))
        time.sleep(0.1)
    return path


def test_a_watched_folder_takes_what_lies_still_and_says_what_it_cannot(watched: Path) -> None:
    unit = watched / "汀州市教育局"
    (watched / "不存在的单位" / "a.md").write_text("# a\n\nx\n", "utf-8")
    (unit / "三月").mkdir()
    (unit / "三月" / "停课.md").write_text("# 停课通知\n\n五月八日停课一天。\n", "utf-8")
    wait_for(unit / "已收录" / "三月" / "停课.md")
    (unit / "坏.docx").write_bytes(b"PK\x03\x04 cut off")
    why = wait_for(unit / "未收录" / "坏.docx.原因.txt")
    assert "损坏" in why.read_text("utf-8")
    wait_for(unit / "未收录" / "坏.docx")
    (unit / "三月" / "停课.md").write_text("# 停课通知\n\n五月八日停课一天。\n", "utf-8")
    again = wait_for(unit / "已收录" / "三月" / "停课（2）.md.原因.txt")
    assert "已有相同" in again.read_text("utf-8")
    assert (watched / "不存在的单位" / "a.md").exists()
    (watched / "谁的.md").write_text("# 谁的\n\nx\n", "utf-8")
    whose = wait_for(watched / "未收录" / "谁的.md.原因.txt")
    assert "以单位名称命名的文件夹" in whose.read_text("utf-8")
    wait_for(watched / "未收录" / "谁的.md")


def kept(data_folder: Path, name: str) -> int:
    """How often a file of this name was taken in."""
    with sqlite3.connect(data_folder / "yingda.sqlite3") as database:
        query = "SELECT count(*) FROM stored_file WHERE name = ?"
        return int(database.execute(query, (name,)).fetchone()[0])


def test_a_file_that_cannot_be_moved_away_is_taken_once_and_no_link_is_followed(
    watched: Path, data_folder: Path, tmp_path: Path
) -> None:
    unit, elsewhere = watched / "汀州市教育局", tmp_path / "别处"
    elsewhere.mkdir()
    (elsewhere / "内部.md").write_text("# 内部\n\n不收。\n", "utf-8")
    (watched / "链接").symlink_to(elsewhere)
    (unit / "已收录").symlink_to(elsewhere)
    (watched / "不存在的单位" / "a.md").write_text("# a\n\nx\n", "utf-8")
    (unit / "放假.md").write_text("# 放假通知\n\n六月一日放假。\n", "utf-8")
    give_up_at = time.monotonic() + 90
    while not kept(data_folder, "放假.md"):
        assert time.monotonic() < give_up_at
        time.sleep(0.1)
    # Whatever comes later is taken at a later look.
    (unit / "坏.docx").write_bytes(b"PK\x03\x04 cut off")
    wait_for(unit / "未收录" / "坏.docx")
    assert kept(data_folder, "放假.md") == 1
    assert kept(data_folder, "内部.md") == 0
    assert (unit / "放假.md").exists()
    assert sorted(path.name for path in elsewhere.iterdir()) == ["内部.md"]


def test_without_a_kind_a_file_is_what_it_looks_like_and_with_one_what_is_said(
    kb: Kb, data_folder: Path, tmp_path: Path
) -> None:
    page = tmp_path / "校车常见问题.md"
    page.write_text(
        "# 校车常见问题\n\n## 1. 校车怎么坐？\n\n在青石路东门上车。\n\n"
        "## 2. 校车多少钱？\n\n每月六十元。\n\n## 3. 校车晚点怎么办？\n\n拨打校车办电话。\n",
        "utf-8",
    )
    notice = tmp_path / "停水通告.txt"
    notice.write_text(
        "关于青石路停水的通告\n\n因管道检修，5月8日9时至17时青石路停水，请提前储水。\n\n"
        "汀州水务集团\n2026年5月7日\n",
        "utf-8",
    )
    report = output(kb("import", page, notice, *UNIT, "--json"))
    found = [(Path(line["file"]).name, line["title"]) for line in report["files"]]
    assert found == [
        ("校车常见问题.md", "校车怎么坐？"),
        ("校车常见问题.md", "校车多少钱？"),
        ("校车常见问题.md", "校车晚点怎么办？"),
        ("停水通告.txt", "关于青石路停水的通告"),
    ]
    kinds = _kinds(data_folder, [line["item_id"] for line in report["files"]])
    assert kinds == ["qa", "qa", "qa", "notice"]
    other = tmp_path / "班车常见问题.md"
    other.write_text(page.read_text("utf-8").replace("校车", "班车"), "utf-8")
    said = output(kb("import", other, *UNIT, "--kind", "policy", "--json"))
    assert [line["title"] for line in said["files"]] == ["班车常见问题"]


def _kinds(data_folder: Path, item_ids: list[int]) -> list[str]:
    with sqlite3.connect(data_folder / "yingda.sqlite3") as database:
        query = "SELECT kind FROM knowledge_version WHERE item_id = ?"
        return [database.execute(query, (item_id,)).fetchone()[0] for item_id in item_ids]
