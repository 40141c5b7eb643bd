"""Every choice of 统计口径 is read, and every wrong one is refused with a sentence."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kb.bulletins.basis import Basis, Satisfied, Topic
from kb.bulletins.basis_reading import PERIOD_END, basis_from, load_basis
from kb.bulletins.window import Window
from kb.clock import SHANGHAI
from kb.errors import InvalidInput
from kb.profile import profile_from
from tests.kb.bulletins.book import MARCH, at


def test_nothing_chosen_is_the_default() -> None:
    assert basis_from({}) == Basis()
    assert basis_from({"scope": None, "note": "按通报口径"}) == Basis()


def test_read_choices() -> None:
    basis = basis_from(
        {
            "scope": {"channels": ["电话"], "exclude_outcomes": []},
            "cohort": "events",
            "as_of": "2026-04-05 12:00:00",
            "roles": {"by_unit": ["主办", "协办"]},
            "denominators": {"acknowledged_on_time_rate": "signed"},
            "satisfied": {"mode": "all_but", "values": ["不满意"]},
            "printed_share_rounding": "largest_remainder",
            "unit_aliases": {"住建局": "市住建局", "市公安局": ["公安局", "公安"]},
            "topics": [{"name": "供暖", "words": ["暖气"]}],
        }
    )
    assert basis.scope.channels == ("电话",)
    assert basis.as_of == datetime(2026, 4, 5, 12, 0, tzinfo=SHANGHAI)
    assert basis.denominators["acknowledged_on_time_rate"] == "acknowledged"
    assert basis.denominators["follow_up_rate"] == "resolved"
    assert basis.satisfied == Satisfied("except", ("不满意",))
    assert basis.share_rounding.by_purpose == "largest_remainder"
    assert basis.share_rounding.by_category == "half_up"
    assert [basis.unit_name(one) for one in ("住建局", "公安", "市公安局")] == [
        "市住建局",
        "市公安局",
        "市公安局",
    ]
    assert basis.topics == (Topic("供暖", words=("暖气",)),)
    assert basis_from({"as_of": "end_of_period"}).as_of == PERIOD_END
    assert basis_from({"satisfied": {"mode": "not_dissatisfied"}}).satisfied.mode == "except"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"shares": 1}, "统计口径里没有“shares”这一项，可写的有：scope、cohort"),
        ({"scope": {"channel": []}}, "统计口径的 scope 里没有“channel”这一项"),
        ({"scope": {"channels": []}}, "scope.channels 应为至少一个渠道"),
        (
            {"scope": {"exclude_outcomes": ["撤销"]}},
            "scope.exclude_outcomes 应为一列，每项是 处理中",
        ),
        ({"cohort": "dispatched"}, "cohort 应为received_at、events"),
        ({"as_of": "昨天"}, "as_of 应为时刻，如 2026-10-21 23:59:59"),
        ({"share_base": "valid"}, "share_base 应为requests、dispatched 之一，现为“valid”"),
        ({"roles": {"totals": ["督办"]}}, "roles.totals 应为一列，每项是 主办、协办 之一"),
        ({"roles": {"by_unit": []}}, "roles.by_unit 应为主办、协办 中至少一个"),
        (
            {"denominators": {"follow_up_rate": "rated"}},
            "denominators.follow_up_rate 应为resolved、dispatched 之一，现为“rated”",
        ),
        ({"denominators": {"rate": "rated"}}, "统计口径的 denominators 里没有“rate”这一项"),
        ({"satisfied": {"values": ["很满意"]}}, "satisfied.values 应为一列，每项是 满意"),
        ({"satisfied": {"mode": "most"}}, "satisfied.mode 应为listed、except"),
        ({"daily_average": {"decimals": -1}}, "daily_average.decimals 应为0 至 6 的整数"),
        ({"rounding": {"decimals": 2.5}}, "rounding.decimals 应为0 至 6 的整数，现为“2.5”"),
        ({"rounding": {"mode": "half_even"}}, "rounding.mode 应为half_up 之一"),
        ({"printed_share_rounding": "up"}, "printed_share_rounding 应为half_up、largest_remainder"),
        (
            {"unit_aliases": {"甲": "乙", "乙": "丙"}},
            "unit_aliases.甲 应为一个单位的名称，且它自己不是别名",
        ),
        ({"zero_lines": ["a", "a"]}, "zero_lines 应为一列不重复的文字"),
        ({"topics": [{"name": "供暖"}]}, "topics[1].words 应为至少一个条件"),
        ({"topics": [{"name": "接听日", "days": ["11 月"]}]}, "topics[1].days 应为日期"),
        ({"grades": {"bands": [["好", 50], ["更好", 90]]}}, "grades.bands 应为从高到低"),
        ({"scope": ["电话"]}, "统计口径的 scope 应为一组“名称: 值”"),
        ([], "统计口径应为一组“名称: 值”"),
    ],
)
def test_refuse_what_means_nothing(data: Any, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        basis_from(data)
    assert said in refused.value.message


def test_read_a_file_of_either_kind(tmp_path: Path) -> None:
    json_file, toml_file = tmp_path / "a.json", tmp_path / "b.toml"
    json_file.write_text('{"top": 5, "city": "云汀市"}', "utf-8")
    toml_file.write_text('name = "云汀市"\n[figures]\ntop = 5\n', "utf-8")
    assert load_basis(json_file) == load_basis(toml_file)
    json_file.write_text("{", "utf-8")
    for path, said in ((json_file, "读不懂"), (tmp_path / "c.json", "找不到统计口径文件")):
        with pytest.raises(InvalidInput, match=said):
            load_basis(path)


def test_a_city_profile_has_its_basis() -> None:
    profile = profile_from({"name": "云汀市", "figures": {"zero_lines": ["办不成事"]}})
    assert profile.figures.zero_lines == ("办不成事",)
    assert profile.figures.city == "云汀市"


@pytest.mark.parametrize(
    ("named", "seen"),
    [
        (None, "2026-03-10 09:00"),
        (PERIOD_END, "2026-03-10 09:00"),
        ("2199-01-01 00:00:00", "2026-03-10 09:00"),
        ("2026-03-05 00:00:00", "2026-03-05 00:00"),
    ],
)
def test_a_running_month_is_never_looked_at_from_later_than_now(
    named: str | None, seen: str
) -> None:
    basis = basis_from({} if named is None else {"as_of": named})
    assert Window.of(MARCH, basis, at("2026-03-10 09:00")).as_of == at(seen)
