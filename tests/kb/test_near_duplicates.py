"""内容相近: what is nearly the same is noticed and asked about, what only looks alike is not."""

import pytest

from kb.db import Database
from kb.minhash import BYTES, signature, similarities, stack
from kb.models import Unit
from kb.services.files import FileStore
from tests.kb.test_entries import other_unit
from tests.kb.test_intake import Intake, files, intake

__all__ = ["files", "intake", "other_unit"]

CLAUSES = [
    f"第{number}条 {matter}由市{office}负责，办理时限为{number + 2}个工作日，逾期应当书面说明理由。"
    for number, (matter, office) in enumerate(
        [
            ("居住证签注", "公安局"),
            ("公租房资格复核", "住房局"),
            ("失业补助金发放", "人社局"),
            ("校车线路调整", "教育局"),
            ("老年乘车卡换发", "交通局"),
            ("餐饮油烟投诉处理", "城管局"),
            ("医保异地备案", "医保局"),
            ("残疾人两项补贴认定", "民政局"),
        ],
        1,
    )
]
ORDER = "# 汀州市政务服务时限规定\n\n" + "\n\n".join(CLAUSES) + "\n"


def similarity(one: str, other: str) -> float:
    return float(similarities(signature(one), stack([signature(other)]))[0])


def test_the_estimate_is_near_the_share_of_common_three_character_pieces() -> None:
    def pieces(text: str) -> set[str]:
        return {text[i : i + 3] for i in range(len(text) - 2)}

    one, other = "".join(CLAUSES), "".join(CLAUSES[:6]) + "以上事项每年公布一次。"
    exact = len(pieces(one) & pieces(other)) / len(pieces(one) | pieces(other))
    assert similarity(one, other) == pytest.approx(exact, abs=0.12)
    assert similarity(one, one) == 1.0


def test_a_signature_sees_the_words_alone() -> None:
    assert len(signature(ORDER)) == BYTES
    assert signature("# 停水 通知\n\n- 明日停水") == signature("停水通知明日停水")
    assert similarity("", "") == 0.0
    assert similarity("停水通知", "") == 0.0


def test_a_nearly_equal_text_is_drafted_and_asked_about(intake: Intake) -> None:
    first = intake.push(ORDER.encode(), "规定.md")
    changed = intake.push(ORDER.replace("10个工作日", "8个工作日").encode(), "规定新.md")
    assert (changed.outcome, changed.item_id != first.item_id) == ("draft", True)
    [notice] = changed.notices
    assert (notice.kind, notice.item_id) == ("near_duplicate", first.item_id)
    assert "汀州市政务服务时限规定" in notice.message


def test_the_same_form_filled_in_for_another_matter_is_not_asked_about(intake: Intake) -> None:
    form = "# {0}\n\n{0}的咨询电话在工作日9时至17时接听，地址见市政府网站。\n"
    intake.push(form.format("青石街道便民服务中心").encode(), "甲.md")
    other = intake.push(form.format("南湖渔港渔船进出港签证处").encode(), "乙.md")
    assert (other.outcome, other.notices) == ("draft", ())


def test_what_was_thrown_away_or_belongs_to_another_unit_is_not_asked_about(
    intake: Intake, any_database: Database, files: FileStore, other_unit: Unit
) -> None:
    intake.push(ORDER.encode(), "规定.md")
    other = Intake(any_database, files, other_unit)
    pushed = other.push(ORDER.replace("10个", "8个").encode(), "规定.md")
    assert (pushed.outcome, pushed.notices) == ("draft", ())


def test_the_same_number_at_another_unit_is_told(
    intake: Intake, any_database: Database, files: FileStore, other_unit: Unit
) -> None:
    text = "汀政〔2026〕3号\n\n汀州市政务服务时限规定\n\n各单位：\n\n" + "\n\n".join(CLAUSES)
    intake.publish(intake.push(text.encode()))
    other = Intake(any_database, files, other_unit)
    pushed = other.push(text.replace("10个", "8个").encode())
    [notice] = pushed.notices
    assert notice.kind == "other_authority"
    assert intake.unit.name in notice.message
