"""What a document would end, and whose it is, told before anything is made of it."""

from kb.models import Unit
from kb.terms import Audience, EntryOrder
from tests.kb.test_batches import Sender, sender
from tests.kb.test_entries import other_unit
from tests.kb.test_found_links import older
from tests.kb.test_intake import Intake, files, intake

__all__ = ["files", "intake", "other_unit", "sender"]
REPEALING = """汀教规〔2026〕7号

汀州市教育局关于印发《汀州市小学报名规定》的通知

各学校：

报名从五月二十日开始，到六月十日结束，材料是户口簿和房产证。

本通知自2026年6月1日起施行。《汀州市入学报名办法》（汀教规〔2019〕3号）、《汀州市校车办法》同时废止。

汀州市教育局
2026年5月6日
"""
NAMED = "写明废止《汀州市入学报名办法》（汀教规〔2019〕3号）"


def test_a_batch_tells_what_a_new_document_would_repeal(sender: Sender, unit: Unit) -> None:
    old = older(sender.database, unit)
    sender.sent_and_read(("规定.txt", REPEALING.encode()))
    [entry] = sender.entries()
    assert entry.outcome == "new"
    assert entry.notices == [
        {
            "kind": "found_link",
            "message": f"{NAMED}；库中是汀州市教育局的《汀州市入学报名办法》（文号相同），"
            "确认后随发布废止",
            "item_id": old.item_id,
        },
        {
            "kind": "found_link",
            "message": "写明废止《汀州市校车办法》；已发布的条目里没有这份文件",
            "item_id": None,
        },
    ]
    assert (sender.tally().new, sender.tally().touching) == (1, 1)
    assert sender.order(EntryOrder.DRAFT) == 1


def test_an_entry_internal_to_another_unit_is_not_told_of(sender: Sender, other_unit: Unit) -> None:
    older(sender.database, other_unit, audience=Audience.INTERNAL)
    sender.sent_and_read(("规定.txt", REPEALING.encode()))
    [entry] = sender.entries()
    assert entry.notices[0]["message"] == f"{NAMED}；已发布的条目里没有这份文件"
    assert sender.tally().touching == 0


def test_a_document_printed_by_another_office_is_told_of_at_once(
    sender: Sender, intake: Intake, other_unit: Unit
) -> None:
    text = REPEALING.replace("汀州市教育局", "汀州水务集团")
    sender.sent_and_read(("转发.txt", text.encode()))
    [entry] = sender.entries()
    said = "发文机关是汀州水务集团，推送单位是汀州市教育局，请核对由哪个单位维护"
    assert said in [notice["message"] for notice in entry.notices]
    pushed = intake.push(text.encode(), "转发.txt")
    assert said in [notice.message for notice in pushed.notices]
