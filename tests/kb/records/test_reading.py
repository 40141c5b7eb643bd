"""What is read of a set of record files, and what refuses it."""

from datetime import datetime
from pathlib import Path

import pytest

from kb.clock import SHANGHAI
from kb.records.checking import check_records
from kb.records.faults import FaultList, RecordFaults
from kb.records.reading import RecordSet, read_records
from tests.kb.records.sets import REQUESTS, UNITS, WORK_ORDERS, write_set


def _read(folder: Path, known: tuple[str, ...] = ()) -> RecordSet:
    faults = FaultList()
    records = read_records(folder, faults)
    check_records(records, faults, known)
    faults.raise_any()
    return records


def _faults(folder: Path) -> list[str]:
    with pytest.raises(RecordFaults) as refused:
        _read(folder)
    return [str(fault) for fault in refused.value.faults]


def test_read_every_row_with_its_values(tmp_path: Path) -> None:
    records = _read(write_set(tmp_path))
    assert [row["request_no"] for row in records.requests] == ["YT1", "YT2", "YT3"]
    assert records.requests[2]["received_at"] == datetime(2026, 3, 3, 23, 59, 59, tzinfo=SHANGHAI)
    assert records.requests[1]["resolved_at"] is None
    assert records.requests[1]["content"] == "三楼漏水，\n已两天"
    assert [row["role"] for row in records.orders] == ["主办", "协办", "主办"]
    assert records.call_counts[0]["answered"] == 305
    assert records.notes == []


def test_read_history_with_the_period(tmp_path: Path) -> None:
    write_set(tmp_path)
    header, first, *_ = REQUESTS.split("\n")
    past = first.replace("YT1", "YTH1").replace("2026-03-02", "2026-02-02")
    history = tmp_path / "history"
    history.mkdir()
    (history / "requests.csv").write_text(f"{header}\n{past}\n", "utf-8")
    records = _read(tmp_path)
    assert [(row.file, row["request_no"]) for row in records.requests][-1] == (
        "history/requests.csv",
        "YTH1",
    )


def test_accept_a_byte_order_mark(tmp_path: Path) -> None:
    assert len(_read(write_set(tmp_path, units="\ufeff" + UNITS)).units) == 3


def test_name_file_row_column_value_and_what_was_expected(tmp_path: Path) -> None:
    wrong = REQUESTS.replace("2026-03-03 23:59:59", "2026/3/3 23:59")
    # The order of the broken row is not called wrong as well.
    assert _faults(write_set(tmp_path, requests=wrong)) == [
        "requests.csv 第 4 行 received_at 列：现为“2026/3/3 23:59”，"
        "应为时刻，如 2026-05-07 10:24:00"
    ]


def test_all_that_is_wrong_with_a_row_is_said_at_once(tmp_path: Path) -> None:
    header, first, *rest = WORK_ORDERS.strip().split("\n")
    wrong = {"unit": "没有的局", "satisfaction": "还行", "due_at": "2020-01-01 09:00:00"}
    cells = dict(zip(header.split(","), first.split(","), strict=True)) | wrong
    orders = "\n".join([header, ",".join(cells.values()), *rest, ""])
    units = UNITS.replace("街道,望溪区", "街区,望西区")
    folder = write_set(tmp_path, work_orders=orders, units=units)
    assert [fault.partition("，应为")[0] for fault in _faults(folder)] == [
        "units.csv 第 4 行 kind 列：现为“街区”",
        "units.csv 第 4 行 parent 列：现为“望西区”",
        "work_orders.csv 第 2 行 satisfaction 列：现为“还行”",
        "work_orders.csv 第 2 行 unit 列：现为“没有的局”",
        "work_orders.csv 第 2 行 due_at 列：现为“2020-01-01 09:00:00”",
    ]


def test_a_broken_quotation_accuses_no_order_of_what_stands_behind_it(tmp_path: Path) -> None:
    (only,) = _faults(write_set(tmp_path, requests=REQUESTS.replace('已两天"', "已两天")))
    assert "引号没有成对" in only


def test_a_wrong_header_does_not_hide_wrong_rows(tmp_path: Path) -> None:
    wrong = REQUESTS.replace("channel,line", "chanel,line").replace(
        "2026-03-03 23:59:59", "2026/3/3 23:59"
    )
    header, row = _faults(write_set(tmp_path, requests=wrong))
    assert header.startswith("requests.csv 第 1 行：现为“缺少 channel”")
    assert row.startswith("requests.csv 第 4 行 received_at 列：现为“2026/3/3 23:59”")


def test_a_missing_table_makes_no_faults_of_the_rows_that_name_its_keys(tmp_path: Path) -> None:
    folder = write_set(tmp_path)
    (folder / "requests.csv").unlink()
    assert _faults(folder) == [
        "requests.csv：现为“没有这张表”，"
        "应为一张表头有 request_no、received_at 等列的表；几张表要一起导入"
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("units", "望溪区,县区", "望溪区,区县", "units.csv 第 3 行 kind 列：现为“区县”"),
        ("units", "街道,望溪区", "街道,望西区", "units.csv 第 4 行 parent 列：现为“望西区”"),
        ("units", "县区,\n", "县区,青石街道\n", "绕成了一圈"),
        ("units", "市住建局,市直部门,\n", "青石街道,街道,\n", "units.csv 第 2 行已有"),
        ("requests", "YT2,2026", "YT1,2026", "requests.csv 第 3 行 request_no 列：现为“YT1”"),
        ("requests", "在线办结,", "办结,", "现为“办结”，应为在线办结、转办、无效 之一"),
        ("requests", "09:04:00", "08:04:00", "不早于受理时刻 2026-03-02 09:00:00"),
        ("requests", "社会保障,居民医保", ",居民医保", "category1 列：现为空"),
        ("requests", "channel,line", "chanel,line", "缺少 channel"),
        ("requests", '"三楼漏水', "三楼漏水", "requests.csv 第 4 行"),
        ("requests", '已两天"', "已两天", "引号没有成对"),
        ("work_orders", "YT3-1,YT3", "YT3-1,YT9", "request_no 列：现为“YT9”"),
        ("work_orders", "望溪区,主办", "望溪县,主办", "unit 列：现为“望溪县”"),
        ("work_orders", "满意", "还行", "satisfaction 列：现为“还行”"),
        ("work_orders", "YT2-2,", "YT2-1,", "order_no 列：现为“YT2-1”"),
        ("work_orders", "03-08 09:00", "03-01 09:00", "不早于派单时刻"),
        ("work_orders", "2026-03-04 00:10:00", "2026-03-03 00:10:00", "不早于受理时刻"),
        ("call_counts", "310,305", "310,315", "answered 列：现为“315”"),
        ("call_counts", "298,298", "-1,298", "offered 列：现为“-1”，应为不小于 0 的整数"),
        ("call_counts", "2026-03-03", "2026-03-02", "date 列"),
    ],
)
def test_refuse_what_cannot_be_meant(
    tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    folder = write_set(tmp_path)
    path = folder / f"{name}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert any(said in fault for fault in _faults(folder))


def test_tell_of_a_missing_file_and_another_encoding(tmp_path: Path) -> None:
    folder = write_set(tmp_path)
    (folder / "units.csv").unlink()
    (folder / "requests.csv").write_bytes(REQUESTS.encode("gb18030"))
    said = _faults(folder)
    assert said[0].startswith("units.csv：现为“没有这张表”，应为一张表头有 name、kind 等列的表")
    assert any("请另存为 UTF-8" in fault for fault in said)


def test_count_more_faults_than_are_kept(tmp_path: Path) -> None:
    rows = "".join(f"2026-03-02,{day},x\n" for day in range(600))
    with pytest.raises(RecordFaults) as refused:
        _read(write_set(tmp_path, call_counts="date,offered,answered\n" + rows))
    assert refused.value.count == 600 + 599  # not a number, and all but the first the same day
    assert len(refused.value.faults) == 500
    assert refused.value.message == "记录文件有 1199 处不对，整组没有导入，下面是前 500 处"


def test_take_odd_records_as_they_stand_and_say_so(tmp_path: Path) -> None:
    folder = write_set(
        tmp_path,
        requests=REQUESTS.replace("转办,\nYT3", "在线办结,\nYT3"),
        work_orders=WORK_ORDERS.replace("2026-03-09 09:00:00,满意", ",满意"),
    )
    assert _read(folder).notes == [
        "2 张工单的诉求结果不是“转办”，照原样导入",
        "1 张工单有满意度，没有回访时刻，照原样导入",
    ]


def test_note_a_column_that_is_not_taken(tmp_path: Path) -> None:
    folder = write_set(
        tmp_path,
        units="name,kind,parent,备注\n市住建局,市直部门,,甲\n望溪区,县区,,\n青石街道,街道,望溪区,\n",
    )
    assert _read(folder).notes == ["units.csv 的 备注 列没有导入"]


def test_accept_units_that_the_system_has(tmp_path: Path) -> None:
    folder = write_set(tmp_path, units="name,kind,parent\n青石街道,街道,望溪区\n")
    assert len(_read(folder, ("市住建局", "望溪区")).orders) == 3
