"""``kb import-records`` on the small set of the fictional city."""

from pathlib import Path

from tests.cli.conftest import Kb, output
from tests.kb.records.sets import REQUESTS, WORK_ORDERS, write_set

# The shipped profile has no such line.
UNKNOWN_LINE = "1 件诉求的专线“营商环境”不在本市的专线里，照原样导入"


def test_check_then_load_then_refuse_the_same_again(kb: Kb, tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    checked = kb("import-records", folder, "--dry-run", "--json")
    assert output(checked) == {
        "loaded": False,
        "counts": {"units": 3, "requests": 3, "work_orders": 3, "call_days": 2},
        "notes": [UNKNOWN_LINE],
    }
    loaded = kb("import-records", folder)
    assert loaded.returncode == 0
    assert "已导入：3 个单位，3 件诉求，3 张工单，2 天话务量" in loaded.stdout
    again = kb("import-records", folder)
    assert again.returncode == 1
    assert "没有重复导入" in again.stderr and "UTC" not in again.stderr


def test_refuse_a_set_with_a_taken_number_and_one_with_a_wrong_value(
    kb: Kb, tmp_path: Path
) -> None:
    write_set(tmp_path / "first", requests=REQUESTS.replace("YT", "YTA"), work_orders=_orders("A"))
    assert kb("import-records", tmp_path / "first").returncode == 0
    folder = write_set(
        tmp_path / "second",
        requests=REQUESTS.replace("YT1,", "YTA1,")
        .replace("YT2,", "YTB2,")
        .replace("YT3,", "YTB3,"),
        work_orders=_orders("B"),
    )
    refused = kb("import-records", folder, "--json")
    assert refused.returncode == 1
    assert [fault["message"] for fault in output(refused)["faults"]] == [
        "requests.csv 第 2 行 request_no 列：现为“YTA1”，应为系统里还没有的编号；这个编号已经有了"
    ]
    wrong = write_set(tmp_path / "third", call_counts="date,offered,answered\n2026-13-01,1,1\n")
    said = kb("import-records", wrong)
    assert said.returncode == 1
    assert "call_counts.csv 第 2 行 date 列：现为“2026-13-01”，应为日期" in said.stderr


def test_what_the_city_does_not_know_is_named_and_taken(kb: Kb, tmp_path: Path) -> None:
    strange = REQUESTS.replace("YT", "YTC").replace("电话", "旧渠道", 1)
    folder = write_set(tmp_path / "set", requests=strange, work_orders=_orders("C"))
    note = "1 件诉求的渠道“旧渠道”不在本市的渠道里，照原样导入"
    checked = kb("import-records", folder, "--dry-run")
    assert checked.returncode == 0
    assert note in checked.stdout
    assert output(kb("import-records", folder, "--json"))["notes"] == [note, UNKNOWN_LINE]


def _orders(mark: str) -> str:
    return WORK_ORDERS.replace("YT", f"YT{mark}")
