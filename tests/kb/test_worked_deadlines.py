"""Due times worked by hand on the official calendars of 2025 and 2026, in worked_deadlines.csv.

Each row says why. The calendars: 国办发明电〔2024〕12号 and 国办发明电〔2025〕7号. ``outside`` says
what happens at night: 值班 somebody is on duty, 等 the limit waits for the next opening. Rows with
a clock instead of a limit take it from the demo city's profile.
"""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kb.calendar import Limit, deadline, shipped_calendar
from kb.clock import SHANGHAI
from kb.clocks import promise
from kb.profile import load_profile
from kb.profile_limits import read_term
from kb.terms import ClockKind, Purpose, Urgency
from kb.time_limits import Matter
from tests.cli.conftest import Kb, data_folder, kb, output
from tests.kb.hotline import at
from webapp.cli import kb as commands
from webapp.cli.deadlines import changed

__all__ = ["data_folder", "kb"]
DEMO = Path(__file__).parent.parent.parent / "demo" / "city.toml"
CALENDAR, PROFILE = shipped_calendar(), load_profile(DEMO)
with (Path(__file__).parent / "worked_deadlines.csv").open(encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))
# One of each kind by a process of its own: plain, across midnight, by the profile, and changed.
BY_PROCESS = [100, 116, 167, 171, 213, 222]
assert len(ROWS) == 228


def words(row: dict[str, str]) -> list[str]:
    """The row as arguments of ``kb deadline``."""
    given = ["deadline", "--from", row["start"], "--profile", str(DEMO), "--json"]
    if row["limit"]:
        given += ["--limit", row["limit"]]
    else:
        clock, urgency, purpose = row["clock"].split()
        given += ["--clock", clock, "--urgency", urgency, "--purpose", purpose]
    given += {"": [], "等": ["--waits"], "值班": ["--on-duty"]}[row["outside"]]
    for change in filter(None, row["changes"].split("；")):
        given += ["--then", change]
    return given


def due(row: dict[str, str]) -> str:
    return at(row["due"]).astimezone(SHANGHAI).isoformat()


def name(row: dict[str, str]) -> str:
    return " ".join(filter(None, (row["start"], row["limit"], row["clock"], row["changes"])))


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_due_times_as_worked_by_hand(row: dict[str, str]) -> None:
    start, waits = at(row["start"]), row["outside"] == "等"
    if row["limit"]:
        limit = Limit.parse(row["limit"])
        found = deadline(CALENDAR, start, limit, waits=waits)
    else:
        clock, urgency, purpose = row["clock"].split()
        matter = Matter(read_term(Urgency, urgency, ""), purpose=read_term(Purpose, purpose, ""))
        kind = read_term(ClockKind, clock, "")
        limit = PROFILE.limits.chosen(kind, matter).limit
        is_on_duty = row["outside"] == "值班"
        found = promise(CALENDAR, PROFILE, kind, matter, start, is_on_duty=is_on_duty)
    changes = list(filter(None, row["changes"].split("；")))
    found = changed(CALENDAR, PROFILE, found, limit, changes)
    assert found.due_at == at(row["due"]), row["why"]


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_the_command_answers_the_same(
    row: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "not-set-up"
    done = CliRunner().invoke(commands, words(row), env={"KB_DATA": str(folder)})
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["due_at"] == due(row)
    assert answer["steps"][0].startswith(f"起算 {row['start'][:10]}")
    # The last line always ends with the due moment.
    assert answer["steps"][-1].split()[-1] == row["due"].split()[1]


@pytest.mark.parametrize("number", BY_PROCESS)
def test_the_installed_command_answers_the_same(kb: Kb, number: int) -> None:
    row = ROWS[number]
    done = kb(*words(row))
    assert done.returncode == 0, done.stderr
    assert output(done)["due_at"] == due(row)


def test_the_lines_of_a_paused_and_extended_order(kb: Kb) -> None:
    done = kb(
        *("deadline", "--from", "2026-02-09 10:00", "--limit", "5 工作日"),
        *("--then", "挂起 2026-02-10 10:00 至 2026-02-12 15:00", "--then", "延期 1 工作日"),
    )
    assert done.stdout.splitlines() == [
        "起算 2026-02-09 周一 10:00",
        "第 1 个工作日 2026-02-10 周二",
        "第 2 个工作日 2026-02-11 周三",
        "第 3 个工作日 2026-02-12 周四",
        "第 4 个工作日 2026-02-13 周五",
        "第 5 个工作日 2026-02-14 周六",
        "到期 2026-02-14 周六 10:00",
        "原到期 2026-02-14 周六 10:00",
        "挂起 2026-02-10 周二 10:00 至 2026-02-12 周四 15:00",
        "停了 2 个工作日又 5 小时（只计工作时间）",
        *(f"2026-02-{15 + day} 周{'日一二三四五六'[day % 7]} 春节放假，不计" for day in range(9)),
        "第 1 个工作日 2026-02-24 周二",
        "第 2 个工作日 2026-02-25 周三",
        "到期 2026-02-25 周三 15:00",
        "原到期 2026-02-25 周三 15:00",
        "延期 1 工作日",
        "第 1 个工作日 2026-02-26 周四",
        "到期 2026-02-26 周四 15:00",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "昨天", "--limit", "1 小时"), "看不懂时刻“昨天”，应写作 2026-09-30 16:30"),
        (("--from", "9999-12-31", "--limit", "1 小时"), "年份不对，应在 1900 至 2999 之间"),
        (("--from", "2026-05-07 10:00", "--limit", "两天"), "看不懂时限“两天”"),
        (("--from", "2026-05-07 10:00"), "用 --limit 写明时限，或用 --clock"),
        (
            ("--from", "2026-12-31 10:00", "--limit", "1 工作日"),
            "2027 年的放假安排还没有录入，算不出工作日；"
            "请管理员在“管理—工作日历”录入国务院公布的安排",
        ),
        (
            ("--from", "2026-05-07 10:24", "--limit", "5 工作日", "--then", "延期 11 工作日"),
            "延期合计最多 10 工作日，即到 2026-05-27 周三 10:24",
        ),
        (
            ("--from", "2026-05-07 10:24", "--limit", "5 工作日", "--then", "取消"),
            "看不懂“取消”，应写作“延期 3 工作日”或“挂起 时刻 至 时刻”",
        ),
        (("--from", "2026-05-07", "--clock", "吃饭"), "--clock 只能是 签收、退单"),
        (
            ("--from", "2026-05-07", "--limit", "1 小时", "--profile", "no.toml"),
            "找不到城市方案文件 no.toml",
        ),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(
    tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    done = CliRunner().invoke(commands, ["deadline", *words], env={"KB_DATA": str(tmp_path)})
    assert done.exit_code == 1
    assert sentence in done.stderr


def test_a_limit_in_workdays_does_not_claim_to_start_at_once_on_a_holiday() -> None:
    matter = Matter(Urgency.URGENT, "", Purpose.HELP)
    holiday, evening = at("2026-10-01 02:00"), at("2026-09-29 20:00")
    for start, is_now in ((holiday, False), (evening, True)):
        found = promise(CALENDAR, PROFILE, ClockKind.CALL_BACK, matter, start, is_on_duty=True)
        told = " ".join(found.steps)
        assert ("立即起算" in told) is is_now
        assert ("非工作时间起算" in told) is not is_now
