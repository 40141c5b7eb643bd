"""``kb figures`` and ``kb bulletin`` print the same figures; what is wrong is said."""

import json
from pathlib import Path

import docx

from tests.cli.conftest import Kb, output
from tests.kb.records.sets import write_set

MARCH = ("--from", "2026-03-01", "--to", "2026-03-31", "--as-of", "2026-03-31 23:59:59")


def test_print_and_write_the_figures_of_a_month(kb: Kb, tmp_path: Path) -> None:
    assert kb("import-records", write_set(tmp_path / "set")).returncode == 0
    profile = tmp_path / "profile.json"
    profile.write_text('{"zero_lines": ["办不成事"]}', "utf-8")
    printed = output(kb("figures", *MARCH, "--profile", profile))
    totals = printed["totals"]
    assert (totals["requests"], totals["resolved_online"], totals["dispatched"]) == (3, 1, 2)
    assert totals["resolved_online_rate"] == 33.33
    assert [row["name"] for row in printed["by_line"]] == ["营商环境", "办不成事"]
    written = tmp_path / "out.json"
    assert kb("bulletin", *MARCH, "--profile", profile, "--out", written).returncode == 0
    assert json.loads(written.read_text("utf-8")) == printed
    paper = tmp_path / "out.docx"
    assert kb("bulletin", *MARCH, "--format", "docx", "--out", paper).returncode == 0
    assert "共受理各类诉求3件" in "".join(one.text for one in docx.Document(str(paper)).paragraphs)


def test_say_what_is_wrong(kb: Kb, tmp_path: Path) -> None:
    turned = kb("figures", "--from", "2026-03-31", "--to", "2026-03-01")
    assert (turned.returncode, turned.stderr) == (1, "✗ 起始日期不能晚于结束日期\n")
    profile = tmp_path / "profile.json"
    profile.write_text('{"roles": {"by_units": ["主办"]}}', "utf-8")
    refused = kb("figures", *MARCH, "--profile", profile)
    assert refused.returncode == 1
    assert "统计口径的 roles 里没有“by_units”这一项，可写的有：totals、by_unit" in refused.stderr
