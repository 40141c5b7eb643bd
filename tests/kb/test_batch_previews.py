"""What an act on many rows of a batch would do is told before, and then it does that."""

import pytest
from sqlalchemy import true

from kb.db import Database
from kb.models import Batch, Unit
from kb.queries.batch_previews import BatchAct, Preview, preview
from kb.services.files import FileStore
from kb.terms import EntryChoice, EntryOrder
from tests.kb.conftest import EDITOR
from tests.kb.test_batches import Sender
from tests.kb.test_intake import Intake, files, intake

__all__ = ["files", "intake"]
CLAUSES = [f"第{n}条 第{n}类事项由{n + 3}号窗口在{n + 5}日内办结并告知。" for n in range(1, 30)]
RULES = "# 窗口办理规定\n\n" + "\n\n".join(CLAUSES)


@pytest.fixture
def sender(any_database: Database, files: FileStore, unit: Unit, intake: Intake) -> Sender:
    """Two new files, one nearly the same as what is published, one the same, one unreadable."""
    intake.publish(intake.push(RULES.encode(), "规定.md"))
    sender = Sender(any_database, files, unit)
    sender.sent_and_read(
        ("甲.md", "# 甲\n\n第一件事。\n".encode()),
        ("乙.md", "# 乙\n\n第二件事。\n".encode()),
        ("近.md", RULES.replace("12日内", "15日内").encode()),
        ("同.md", RULES.encode()),
        ("空.txt", b""),
    )
    return sender


def told(sender: Sender, act: BatchAct) -> Preview:
    with sender.database.reading() as session:
        return preview(session, session.get_one(Batch, sender.batch_id), act, sender.actor, true())


def test_it_says_what_is_made_and_why_the_rest_is_left(sender: Sender) -> None:
    before = told(sender, BatchAct.DRAFT)
    assert (before.taken, before.new, before.versions) == (2, 2, 0)
    assert [entry.path for entry in before.first] == ["乙.md", "甲.md"]
    assert dict(before.left) == {
        "内容相近，要先选怎么处理": 1,
        "库中已有相同的": 1,
        "未能收录": 1,
    }
    [near] = [entry.id for entry in sender.entries() if entry.path == "近.md"]
    sender.choose(EntryChoice.VERSION, near)
    decided = told(sender, BatchAct.PUBLISH)
    assert (decided.taken, decided.new, decided.versions) == (3, 2, 1)
    assert sender.order() == decided.taken
    assert told(sender, BatchAct.DRAFT).taken == 0
    assert dict(told(sender, BatchAct.DRAFT).left)["已经生成"] == 3


def test_each_act_leaves_out_what_it_cannot_do(sender: Sender) -> None:
    as_version = told(sender, BatchAct.VERSION)
    assert as_version.taken == 1
    assert dict(as_version.left) == {
        "库中没有可以作为旧版的条目": 2,
        "库中已有相同的": 1,
        "未能收录": 1,
    }
    skipping = told(sender, BatchAct.SKIP)
    assert (skipping.taken, dict(skipping.left)) == (3, {"库中已有相同的": 1, "未能收录": 1})
    dismissing = told(sender, BatchAct.DISMISS)
    assert (dismissing.taken, dict(dismissing.left)) == (1, {"没有失败": 4})


def test_a_number_that_is_in_force_is_foretold_and_then_refused(
    any_database: Database, files: FileStore, unit: Unit, intake: Intake
) -> None:
    old = intake.push(
        "汀教规〔2026〕7号\n\n汀州市校车办法\n\n校车每天两班。\n".encode(), "校车.txt"
    )
    intake.publish(old)
    sender = Sender(any_database, files, unit)
    sender.sent_and_read(
        ("午餐.txt", "汀教规〔2026〕7号\n\n汀州市午餐办法\n\n午餐每份十二元。\n".encode()),
        ("床铺.txt", "汀教规〔2026〕8号\n\n汀州市床铺办法\n\n床铺每人一张。\n".encode()),
    )
    lunch = next(entry.id for entry in sender.entries() if entry.path == "午餐.txt")
    assert told(sender, BatchAct.SUBMIT).numbered == 0  # it would be the next version
    sender.choose(EntryChoice.NEW, lunch)
    assert told(sender, BatchAct.SUBMIT).numbered == 1
    assert told(sender, BatchAct.PUBLISH).numbered == 1
    assert told(sender, BatchAct.DRAFT).numbered == 0  # a draft may have it; its page asks
    assert sender.order(EntryOrder.SUBMIT) == 2
    refused = {entry.path: entry.reason for entry in sender.entries() if not entry.settled_at}
    assert list(refused) == ["午餐.txt"]
    assert "库中已有文号 汀教规〔2026〕7号 的条目" in refused["午餐.txt"]


def test_of_two_rows_with_one_number_the_second_is_foretold_and_then_refused(
    any_database: Database, files: FileStore, unit: Unit
) -> None:
    sender = Sender(any_database, files, unit, EDITOR)
    sender.sent_and_read(
        ("午餐.txt", "汀教规〔2026〕7号\n\n汀州市午餐办法\n\n午餐每份十二元。\n".encode()),
        ("床铺.txt", "汀教规〔2026〕7号\n\n汀州市床铺办法\n\n床铺每人一张。\n".encode()),
    )
    sender.choose(EntryChoice.NEW, *(entry.id for entry in sender.entries()))
    assert told(sender, BatchAct.PUBLISH).numbered == 1
    assert told(sender, BatchAct.SUBMIT).numbered == 0  # neither is in force yet
    assert sender.order(EntryOrder.PUBLISH) == 2
    assert [bool(entry.settled_at) for entry in sender.entries()] == [True, False]
    assert "库中已有文号 汀教规〔2026〕7号 的条目" in sender.entries()[1].reason
